"""What only letters have: masthead, names of attachments, date and office, distribution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from haicang_desk.model.blocks import Align, Annex, Annotation, Attachments, Colophon, Face, Masthead, Run, Seal, Words
from haicang_desk.model.typesetting.docx.block_nodes import DocxContext, nodes_of
from haicang_desk.model.typesetting.docx.nodes import Node, Paragraph, ParagraphFormat, TableCell, TableNode, TableRow
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, joined, twips
from haicang_desk.model.typesetting.docx.runs import TAB, paragraph_runs
from haicang_desk.model.typesetting.layout.letter_parts import letter_date
from haicang_desk.model.typesetting.layout.lines import TypeStyle
from haicang_desk.model.typesetting.layout.page_style import MM

_RED = "FF0000"
_LARGEST, _LARGEST_OF_LETTERHEAD, _SMALLEST = 48, 40, 22  # points of the office's name
_UNDER_NUMBER = 4 * MM
_COPY_SIZE = 14  # 4号
_THICK, _THIN = 8, 6  # eighths of a point: 0.35 mm and 0.25 mm, to the nearest the format has
_LINES_OVER_SEAL = 2


@nodes_of.register
def _seal(block: Seal, context: DocxContext) -> Iterator[Node]:
    """The office centred above the date, or the date two characters in from it; see the block."""
    shape, width = context.shape(), context.page_style.width
    em = shape.set_in.size + shape.set_in.pitch
    offices, dated = block.office.split("\n"), letter_date(block.on)
    wide, date_wide = [context.wide(office, shape) for office in offices], context.wide(dated, shape)
    if block.sealed:
        date_right = 4 * em
        rights = [max(0.0, date_right + date_wide / 2 - max(wide) / 2) + (max(wide) - w) / 2 for w in wide]
    else:
        over = max(max(wide), date_wide + 2 * em)
        rights = [2 * em + over - max(wide)] * len(wide)
        date_right = 2 * em + over - 2 * em - date_wide
    before = (_LINES_OVER_SEAL if block.sealed else 1) * shape.set_in.leading
    for text, right in (*zip(offices, rights, strict=True), (dated, date_right)):
        set_in = replace(shape, align=Align.RIGHT, right=min(right, width), before=before, keeps=text is not dated)
        yield from context.paragraphs(text, set_in)
        before = 0


@nodes_of.register
def _attachments(block: Attachments, context: DocxContext) -> Iterator[Node]:
    shape = context.shape()
    em, several = shape.set_in.size + shape.set_in.pitch, len(block.names) > 1
    for count, name in enumerate(block.names, 1):
        mark = f"{count}." if several else ""
        marked = context.wide(mark, shape)
        here = replace(
            shape,
            left=5 * em + marked,
            hanging=marked + (3 * em if count == 1 else 0),
            before=shape.set_in.leading if count == 1 else 0,
        )
        yield from context.paragraphs(("附件：" if count == 1 else "") + mark + name, here)


@nodes_of.register
def _annex(block: Annex, context: DocxContext) -> Iterator[Node]:
    page_style, shape = context.page_style, context.shape()
    number = "" if block.number is None else str(block.number)
    shape = replace(
        shape, type=replace(page_style.body, face=Face.HEI), after=page_style.body.leading, keeps=True, breaks=True
    )
    yield from context.paragraphs(f"附件{number}", shape)


@nodes_of.register
def _annotation(block: Annotation, context: DocxContext) -> Iterator[Node]:
    yield from context.paragraphs(f"（{block.text}）", replace(context.shape(), indent=2))


# ---- masthead


@nodes_of.register
def _masthead(block: Masthead, context: DocxContext) -> Iterator[Node]:
    yield from _letterhead(block, context) if block.letterhead else _red_head(block, context)


def _name_type(office: str, context: DocxContext, most: float) -> TypeStyle:
    """Type as large as fits on one line, never larger than the standard's usual."""
    size = most
    while size > _SMALLEST:
        if (
            context.wide(office, replace(context.shape(), type=TypeStyle(Face.TITLE, size, size)))
            <= context.page_style.width
        ):
            break
        size -= 1
    return TypeStyle(Face.TITLE, size, size * 1.2)


def _name(office: str, shape: ParagraphFormat) -> Paragraph:
    (told,) = paragraph_runs(office.replace("\n", ""), shape.set_in, shape.style.type, colour=_RED)
    return Paragraph(shape, told.runs)


def _red_head(block: Masthead, context: DocxContext) -> Iterator[Node]:
    """The name 35 mm below the type area's edge, the number two lines under it, a rule 4 mm under that."""
    shape, leading = context.shape(), context.page_style.body.leading
    type_ = _name_type(block.office, context, _LARGEST)
    before = 35 * MM - (type_.leading - type_.size) / 2
    yield _name(block.office, replace(shape, type=type_, align=Align.CENTRE, before=before, keeps=True))
    rule = element("bottom", val="single", sz=12, space=round(_UNDER_NUMBER), color=_RED)
    shape = replace(shape, before=2 * leading, after=2 * leading, keeps=True, borders=element("pBdr", rule))
    if not block.signer:
        yield from context.paragraphs(block.number.replace("\n", ""), replace(shape, align=Align.CENTRE))
        return
    em = shape.set_in.size
    signer: Words = ("签发人：", Run(block.signer, Face.KAI))
    runs = [
        *(told.runs for told in paragraph_runs(block.number, shape.set_in, shape.style.type)),
        element("r", TAB),
        *(told.runs for told in paragraph_runs(signer, shape.set_in, shape.style.type)),
    ]
    # Indents would shorten the rule too; so the number is drawn in by a tab.
    stops = (("left", em), ("right", context.page_style.width - em))
    shape = replace(shape, align=Align.LEFT, tabs=stops)
    yield Paragraph(shape, joined((element("r", TAB), *runs)))


def _letterhead(block: Masthead, context: DocxContext) -> Iterator[Node]:
    """信函格式: the name 30 mm from the paper's edge, double rules of 170 mm under it and 20 mm from the foot."""
    shape = context.shape()
    type_ = _name_type(block.office, context, _LARGEST_OF_LETTERHEAD)
    room = round(_UNDER_NUMBER - (type_.leading - type_.size))
    under = element("bottom", val="thickThinSmallGap", sz=18, space=room, color=_RED)
    above = element("top", val="thinThickSmallGap", sz=18, space=0, color=_RED)
    head = replace(shape, type=type_, align=Align.CENTRE, frame=_frame(30 * MM), borders=element("pBdr", under))
    yield _name(block.office, head)
    foot = context.page_style.page_height - 20 * MM
    yield Paragraph(replace(shape, leading=1, frame=_frame(foot), borders=element("pBdr", above)))
    yield from context.paragraphs(
        block.number, replace(shape, align=Align.RIGHT, after=2 * context.page_style.body.leading)
    )


def _frame(down: float) -> Xml:
    """A place 170 mm wide on the page, so far from its upper edge."""
    return element(
        "framePr", w=twips(170 * MM), wrap="notBeside", vAnchor="page", hAnchor="page", xAlign="center", y=twips(down)
    )


# ---- colophon


@nodes_of.register
def _colophon(block: Colophon, context: DocxContext) -> Iterator[Node]:
    """A table that lies on the lower edge of the type area."""
    width, ruled = context.page_style.width, not context.layout.letterhead
    type_ = TypeStyle(context.page_style.body.face, _COPY_SIZE, _COPY_SIZE * 1.6)
    shape = replace(context.shape(), type=type_, left=_COPY_SIZE, right=_COPY_SIZE)
    rows: list[tuple[Paragraph, ...]] = []
    if block.copies:
        head = "抄送："
        hanging = context.wide(head, shape)
        copied = replace(shape, left=_COPY_SIZE + hanging, hanging=hanging)
        rows.append(tuple(context.paragraphs(head + block.copies.rstrip("。") + "。", copied)))
    if block.printer and ruled:
        told = [told.runs for told in paragraph_runs(block.printer, type_, shape.style.type)]
        if block.on:
            dated = paragraph_runs(f"{letter_date(block.on)}印发", type_, shape.style.type)
            told += [element("r", TAB), *(said.runs for said in dated)]
        stops = (("right", width - _COPY_SIZE),)
        rows.append((Paragraph(replace(shape, align=Align.LEFT, tabs=stops), joined(told)),))
    if not rows:
        return
    cells = [TableRow(cells=(TableCell(paragraphs=row, columns=1, width=width),)) for row in rows]
    yield TableNode(rows=tuple(cells), widths=[width], borders=_rules() if ruled else NOTHING, place=_at_foot())
    yield context.space()


def _rules() -> Xml:
    sizes = {"top": _THICK, "bottom": _THICK, "insideH": _THIN}
    return joined(element(edge, val="single", sz=size, space=0, color="auto") for edge, size in sizes.items())


def _at_foot() -> Xml:
    return element(
        "tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin", horzAnchor="margin", tblpXSpec="center",
        tblpYSpec="bottom",
    )  # fmt: skip
