"""Parts of official letters as WordprocessingML (GB/T 9704—2012): masthead, attachments, signature, colophon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from haicang_desk.model.blocks import Align, Annex, Annotation, Attachments, Colophon, Face, Masthead, Run, Seal, Words
from haicang_desk.model.typesetting.docx.block_nodes import DocxContext, nodes_of
from haicang_desk.model.typesetting.docx.code_nodes import code_paragraphs
from haicang_desk.model.typesetting.docx.nodes import Node, Paragraph, ParagraphFormat, TableCell, TableNode, TableRow
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, joined, twips
from haicang_desk.model.typesetting.docx.runs import TAB, paragraph_runs
from haicang_desk.model.typesetting.layout.letter_parts import letter_date
from haicang_desk.model.typesetting.layout.measures import MM, TypeStyle
from haicang_desk.model.typesetting.layout.qr_codes import code_width

_RED = "FF0000"
_LARGEST, _LARGEST_OF_LETTERHEAD, _SMALLEST = 48, 40, 22  # points: type sizes of the office's name
_UNDER_NUMBER = 4 * MM
_COPY_SIZE = 14  # 4号
_THICK, _THIN = 8, 6  # eighths of a point, the unit of rules: 0.35 mm and 0.25 mm, rounded
_LINES_OVER_SEAL = 2


@nodes_of.register
def _seal(block: Seal, context: DocxContext) -> Iterator[Node]:
    """The office centred above the date, or the date two characters right of it (§7.3.5); see the block."""
    width = context.page_style.width
    if not block.beside:
        yield from _signed(block, width, context)
        return
    left = code_width(block.beside)
    cells = (
        TableCell(paragraphs=tuple(code_paragraphs(block.beside, context)), columns=1, width=left),
        TableCell(
            paragraphs=tuple(_signed(block, width - left, context)),
            columns=1,
            width=width - left,
            vertical_align="bottom",
        ),
    )
    yield TableNode(rows=(TableRow(cells=cells),), widths=[left, width - left], borders=NOTHING)
    yield context.space()


def _signed(block: Seal, width: float, context: DocxContext) -> Iterator[Paragraph]:
    fmt = context.paragraph_format()
    em = fmt.effective_type.size + fmt.effective_type.pitch
    offices, dated = block.office.split("\n"), letter_date(block.on)
    wide, date_wide = [context.width_of(office, fmt) for office in offices], context.width_of(dated, fmt)
    if block.sealed:
        date_right = 4 * em
        rights = [max(0.0, date_right + date_wide / 2 - max(wide) / 2) + (max(wide) - w) / 2 for w in wide]
    else:
        over = max(max(wide), date_wide + 2 * em)
        rights = [2 * em + over - max(wide)] * len(wide)
        date_right = 2 * em + over - 2 * em - date_wide
    before = (_LINES_OVER_SEAL if block.sealed else 1) * fmt.effective_type.leading
    for text, right in (*zip(offices, rights, strict=True), (dated, date_right)):
        line_format = replace(fmt, align=Align.RIGHT, right=min(right, width), before=before, keeps=text is not dated)
        yield from context.paragraphs(text, line_format)
        before = 0


@nodes_of.register
def _attachments(block: Attachments, context: DocxContext) -> Iterator[Node]:
    fmt = context.paragraph_format()
    em, several = fmt.effective_type.size + fmt.effective_type.pitch, len(block.names) > 1
    for count, name in enumerate(block.names, 1):
        mark = f"{count}." if several else ""
        marked = context.width_of(mark, fmt)
        here = replace(
            fmt,
            left=5 * em + marked,
            hanging=marked + (3 * em if count == 1 else 0),
            before=fmt.effective_type.leading if count == 1 else 0,
        )
        yield from context.paragraphs(("附件：" if count == 1 else "") + mark + name, here)


@nodes_of.register
def _annex(block: Annex, context: DocxContext) -> Iterator[Node]:
    page_style, fmt = context.page_style, context.paragraph_format()
    number = "" if block.number is None else str(block.number)
    fmt = replace(
        fmt, type=replace(page_style.body, face=Face.HEI), after=page_style.body.leading, keeps=True, breaks=True
    )
    yield from context.paragraphs(f"附件{number}", fmt)


@nodes_of.register
def _annotation(block: Annotation, context: DocxContext) -> Iterator[Node]:
    yield from context.paragraphs(f"（{block.text}）", replace(context.paragraph_format(), indent=2))


# ---- masthead


@nodes_of.register
def _masthead(block: Masthead, context: DocxContext) -> Iterator[Node]:
    yield from _letterhead(block, context) if block.letterhead else _red_head(block, context)


def _name_type(office: str, context: DocxContext, most: float) -> TypeStyle:
    """The largest type in which the name fits on one line, from 22 to `most` points."""
    size = most
    while size > _SMALLEST:
        if (
            context.width_of(office, replace(context.paragraph_format(), type=TypeStyle(Face.TITLE, size, size)))
            <= context.page_style.width
        ):
            break
        size -= 1
    return TypeStyle(Face.TITLE, size, size * 1.2)


def _name(office: str, fmt: ParagraphFormat) -> Paragraph:
    """The office's name in red."""
    (line,) = paragraph_runs(office.replace("\n", ""), fmt.effective_type, fmt.style.type, colour=_RED)
    return Paragraph(fmt, line.runs)


def _red_head(block: Masthead, context: DocxContext) -> Iterator[Node]:
    """§7.2: the name 35 mm below the type area's edge, the number two lines below, a rule 4 mm below that."""
    fmt, leading = context.paragraph_format(), context.page_style.body.leading
    type_ = _name_type(block.office, context, _LARGEST)
    before = 35 * MM - (type_.leading - type_.size) / 2
    yield _name(block.office, replace(fmt, type=type_, align=Align.CENTRE, before=before, keeps=True))
    half = (leading - fmt.effective_type.size) / 2  # under the number, within its line
    rule = element("bottom", val="single", sz=12, space=round(_UNDER_NUMBER - half), color=_RED)
    fmt = replace(fmt, before=2 * leading, after=2 * leading, keeps=True, borders=element("pBdr", rule))
    if not block.signer:
        yield from context.paragraphs(block.number.replace("\n", ""), replace(fmt, align=Align.CENTRE))
        return
    em = fmt.effective_type.size
    signer: Words = ("签发人：", Run(block.signer, Face.KAI))
    runs = [
        *(line.runs for line in paragraph_runs(block.number, fmt.effective_type, fmt.style.type)),
        element("r", TAB),
        *(line.runs for line in paragraph_runs(signer, fmt.effective_type, fmt.style.type)),
    ]
    # An indent would shorten the rule too, so the number is moved by a tab.
    stops = (("left", em), ("right", context.page_style.width - em))
    fmt = replace(fmt, align=Align.LEFT, tabs=stops)
    yield Paragraph(fmt, joined((element("r", TAB), *runs)))


def _letterhead(block: Masthead, context: DocxContext) -> Iterator[Node]:
    """信函格式 (§10.1): the name 30 mm from the upper edge, 170 mm double rules below it and 20 mm from the foot."""
    fmt = context.paragraph_format()
    type_ = _name_type(block.office, context, _LARGEST_OF_LETTERHEAD)
    room = round(_UNDER_NUMBER - (type_.leading - type_.size))
    under = element("bottom", val="thickThinSmallGap", sz=18, space=room, color=_RED)
    above = element("top", val="thinThickSmallGap", sz=18, space=0, color=_RED)
    head = replace(fmt, type=type_, align=Align.CENTRE, frame=_frame(30 * MM), borders=element("pBdr", under))
    yield _name(block.office, head)
    foot = context.page_style.page_height - 20 * MM
    yield Paragraph(replace(fmt, leading=1, frame=_frame(foot), borders=element("pBdr", above)))
    yield from context.paragraphs(
        block.number, replace(fmt, align=Align.RIGHT, after=2 * context.page_style.body.leading)
    )


def _frame(down: float) -> Xml:
    """A frame 170 mm wide, `down` points from the upper edge of the page."""
    return element(
        "framePr", w=twips(170 * MM), wrap="notBeside", vAnchor="page", hAnchor="page", xAlign="center", y=twips(down)
    )


# ---- colophon


@nodes_of.register
def _colophon(block: Colophon, context: DocxContext) -> Iterator[Node]:
    """版记 (§7.4): a floating table on the lower edge of the type area."""
    width, ruled = context.page_style.width, not context.layout.letterhead
    type_ = TypeStyle(context.page_style.body.face, _COPY_SIZE, _COPY_SIZE * 1.6)
    fmt = replace(context.paragraph_format(), type=type_, left=_COPY_SIZE, right=_COPY_SIZE)
    rows: list[tuple[Paragraph, ...]] = []
    if block.copies:
        head = "抄送："
        hanging = context.width_of(head, fmt)
        copied = replace(fmt, left=_COPY_SIZE + hanging, hanging=hanging)
        rows.append(tuple(context.paragraphs(head + block.copies.rstrip("。") + "。", copied)))
    if block.printer and ruled:
        printed = [line.runs for line in paragraph_runs(block.printer, type_, fmt.style.type)]
        dated = paragraph_runs(f"{letter_date(block.on)}印发", type_, fmt.style.type)
        printed += [element("r", TAB), *(line.runs for line in dated)]
        stops = (("right", width - _COPY_SIZE),)
        rows.append((Paragraph(replace(fmt, align=Align.LEFT, tabs=stops), joined(printed)),))
    if not rows:
        return
    cells = [TableRow(cells=(TableCell(paragraphs=row, columns=1, width=width),)) for row in rows]
    yield TableNode(rows=tuple(cells), widths=[width], borders=_rules() if ruled else NOTHING, place=_at_foot())
    yield context.space()


def _rules() -> Xml:
    """The rules of the colophon: thick outside, thin between rows."""
    sizes = {"top": _THICK, "bottom": _THICK, "insideH": _THIN}
    return joined(element(edge, val="single", sz=size, space=0, color="auto") for edge, size in sizes.items())


def _at_foot() -> Xml:
    """The position of a floating table at the bottom of the type area."""
    return element(
        "tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin", horzAnchor="margin", tblpXSpec="center",
        tblpYSpec="bottom",
    )  # fmt: skip
