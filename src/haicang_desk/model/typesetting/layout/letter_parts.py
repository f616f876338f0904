"""Layout of the parts of official letters (GB/T 9704—2012): masthead, attachments, signature and date, colophon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from haicang_desk.model.blocks import Align, Annex, Annotation, Attachments, Colophon, Face, Masthead, QrCode, Run, Seal
from haicang_desk.model.typesetting.layout.lines import Line, natural_width, shifted
from haicang_desk.model.typesetting.layout.measures import MM, TypeStyle, add_up, baseline
from haicang_desk.model.typesetting.layout.pages import Break, Item, LayoutContext, Space, TextLine, items_of
from haicang_desk.model.typesetting.layout.qr_codes import CodeItem
from haicang_desk.model.typesetting.pdf.canvas import BLACK, RED, Canvas
from haicang_desk.model.typesetting.pdf.structure import Element

_DAY_BY_HAND = "　　　　年　　月　　日"
_LINES_OVER_TITLE = 2  # §7.3.1: 红色分隔线下空二行; §10.1: 与其上最后一个要素相距二行
_LINES_OVER_SEAL = 2  # a round seal of 42 mm then stays a line clear of the text
_FROM_CODE = 12.0  # points between a QR code and the office beside it
_THICK, _THIN = 0.35 * MM, 0.25 * MM


def letter_date(on: date | None) -> str:
    """A date as 2018年7月3日 (GB/T 9704—2012 §7.3.5.4); for None, blanks to be filled in by hand."""
    return f"{on.year}年{on.month}月{on.day}日" if on else _DAY_BY_HAND


@items_of.register
def _seal(block: Seal, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    type_ = style.body
    if block.beside:
        space = Space(type_.leading / 2, keeps=True)
        space.clings = True
        yield space
        yield _SealBeside(block, block.beside, context)
        return
    em = type_.size + type_.pitch
    offices = block.office.split("\n")
    dated = letter_date(block.on)
    wide = [natural_width(office, type_, context.font_set) for office in offices]
    date_width = natural_width(dated, type_, context.font_set)
    if block.sealed:
        date_right = style.width - 4 * em
        centre = min(date_right - date_width / 2, style.width - max(wide) / 2)
        places = [centre - width / 2 for width in wide]
        date_left = date_right - date_width
    else:
        # The date begins two characters right of the office's beginning. A longer date ends two
        # characters from the right edge instead, and the office moves with it.
        widest = max(wide)
        office_left = style.width - 2 * em - max(widest, date_width + 2 * em)
        places = [office_left + widest - width for width in wide]
        date_left = office_left + 2 * em
    space = Space((_LINES_OVER_SEAL if block.sealed else 1) * type_.leading, keeps=True)
    space.clings = True
    yield space
    for text, left in (*zip(offices, places, strict=True), (dated, date_left)):
        tag = Element("P")
        for line in context.lines(text, type_):
            yield TextLine(shifted(line, max(0.0, left)), grid=style.grid, keeps=text is not dated, tag=tag)


class _SealBeside(Item):
    """A QR code at the left edge; right of it office and date, with room for the seal above and on them."""

    def __init__(self, block: Seal, beside: QrCode, context: LayoutContext) -> None:
        type_, width = context.style.body, context.style.width
        em = type_.size + type_.pitch
        self.code = CodeItem(beside, context)
        self.office, self.date = Element("P"), Element("P")
        left = self.code.width + _FROM_CODE
        offices = context.lines(block.office, type_, width - left)
        dated = context.one_line(letter_date(block.on), type_, width - left)
        centre = width - (4 if block.sealed else 2) * em - dated.right / 2
        widest = max(line.right for line in offices)
        centre = max(min(centre, width - widest / 2), left + widest / 2)
        self.lines = [shifted(line, centre - line.right / 2) for line in (*offices, dated)]
        self.room = (_LINES_OVER_SEAL if block.sealed else 1) * type_.leading - type_.leading / 2
        self.height = max(self.room + add_up(line.type.leading for line in self.lines), self.code.height)

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the code from the upper edge on, office and date down to the lower edge."""
        at = top - self.height + add_up(line.type.leading for line in self.lines)
        for line in self.lines:
            canvas.tag(self.date if line is self.lines[-1] else self.office)
            canvas.line(line, x, baseline(at, line.type.leading, line.type))
            at -= line.type.leading
        self.code.draw(canvas, x, top)


@items_of.register
def _attachments(block: Attachments, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    type_ = style.body
    em, several = type_.size + type_.pitch, len(block.names) > 1
    space = Space(type_.leading, keeps=True)
    space.clings = True
    yield space
    listed = Element("L")
    for count, name in enumerate(block.names, 1):
        head = "附件：" if count == 1 else ""
        mark = f"{count}." if several else ""
        inset = 5 * em + natural_width(mark, type_, context.font_set)
        lines = context.lines(name, type_, style.width - inset)
        tag = Element("LBody", Element("LI", listed)) if several else None
        for at, line in enumerate(lines):
            if at:
                yield TextLine(shifted(line, inset), grid=style.grid, keeps=True, tag=tag)
                continue
            (first,) = context.lines(head + mark, type_)
            begun = shifted(first, 2 * em if head else 5 * em)
            yield TextLine(_joined(begun, shifted(line, inset)), grid=style.grid, keeps=True, tag=tag)


def _joined(left: Line, right: Line) -> Line:
    """Two lines drawn as one; their positions are unchanged."""
    return left._replace(
        pieces=left.pieces + right.pieces, rules=left.rules + right.rules, right=max(left.right, right.right)
    )


@items_of.register
def _annex(block: Annex, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    yield Break()
    type_ = replace(style.body, face=Face.HEI)
    number = "" if block.number is None else str(block.number)
    for line in context.lines(f"附件{number}", type_):
        yield TextLine(line, grid=style.grid, keeps=True)
    space = Space(style.body.leading, keeps=True)
    yield space


@items_of.register
def _annotation(block: Annotation, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    for count, line in enumerate(context.lines(f"（{block.text}）", style.body, align=Align.JUSTIFIED, indent=2)):
        item = TextLine(line, grid=style.grid)
        item.clings = not count  # office and date come along
        yield item


# ---- masthead


class _Ruled(Item):
    """The head of the first page: lines in red and black, and red rules."""

    def __init__(self, height: float) -> None:
        self.height = height
        self.keeps = True
        self.red: list[tuple[Line, float, float]] = []  # line, x, distance of the baseline from the top
        self.black: list[tuple[Line, float, float]] = []
        self.rules: list[tuple[float, float, float, float]] = []  # from x, to x, distance from the top, width

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the red lines and rules, then the black lines."""
        canvas.colour(RED)
        for line, inset, down in self.red:
            canvas.tag(Element("P"))
            canvas.line(line, x + inset, top - down)
        for left, right, down, width in self.rules:
            canvas.rule(x + left, top - down, x + right, width=width)
        canvas.colour(BLACK)
        for line, inset, down in self.black:
            canvas.tag(Element("P"))
            canvas.line(line, x + inset, top - down)


@items_of.register
def _masthead(block: Masthead, context: LayoutContext) -> Iterator[Item]:
    yield _letterhead(block, context) if block.letterhead else _red_head(block, context)


def _office_line(office: str, context: LayoutContext, most: float) -> Line:
    """The office's name in the largest type that fits on one line, at most `most` points."""
    return context.one_line(office, TypeStyle(Face.TITLE, most, most * 1.2), align=Align.CENTRE)


def _red_head(block: Masthead, context: LayoutContext) -> Item:
    """GB/T 9704—2012 §7.2: name 35 mm below the type area's edge, number two lines below, rule 4 mm below that."""
    style, type_ = context.style, context.style.body
    office = _office_line(block.office, context, 48)
    edge = 37 * MM - style.top  # the type area of the standard begins here
    name_bottom = edge + 35 * MM + office.type.size
    number_line = name_bottom + 2 * type_.leading + (type_.leading + type_.size) / 2
    rule = number_line + 4 * MM
    item = _Ruled(rule + _LINES_OVER_TITLE * type_.leading)
    item.red.append((office, 0.0, name_bottom - 0.12 * office.type.size))
    item.rules.append((0.0, style.width, rule, 1.5))
    number_base = number_line - 0.12 * type_.size
    em = type_.size + type_.pitch
    if block.signer:
        left = context.one_line(block.number, type_, style.width / 2 - em)
        signed = context.one_line(("签发人：", Run(block.signer, Face.KAI)), type_, style.width / 2 - em)
        item.black.append((left, em, number_base))
        item.black.append((signed, style.width - em - signed.right, number_base))
    elif block.number:
        item.black.append((context.one_line(block.number, type_, align=Align.CENTRE), 0.0, number_base))
    return item


def _letterhead(block: Masthead, context: LayoutContext) -> Item:
    """信函格式 (§10.1): name 30 mm from the upper edge, 170 mm double rules 4 mm below it and 20 mm from the foot."""
    style, type_ = context.style, context.style.body
    office = _office_line(block.office, context, 40)
    name_bottom = 30 * MM - style.top + office.type.size
    rule, over = name_bottom + 4 * MM, (170 * MM - style.width) / 2
    foot = style.page_height - 20 * MM - style.top
    number_top = rule + 7 / 8 * type_.size
    under = (type_.leading - type_.size) / 2  # half the space between two lines, as under every line of text
    item = _Ruled(number_top + type_.size + under + _LINES_OVER_TITLE * type_.leading)
    item.red.append((office, 0.0, name_bottom - 0.12 * office.type.size))
    for down, width in ((rule, 1.5), (rule + 2.2, 0.5), (foot - 2.2, 0.5), (foot, 1.5)):
        item.rules.append((-over, style.width + over, down, width))
    if block.number:
        number = context.one_line(block.number, type_, align=Align.RIGHT)
        item.black.append((number, 0.0, number_top + 0.88 * type_.size))
    return item


# ---- colophon


@items_of.register
def _colophon(block: Colophon, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    size = 14.0 if style.grid else style.cell.size  # 4号
    type_ = TypeStyle(style.body.face, size, size * 1.6)
    rows: list[list[Line]] = []
    head = "抄送："
    inset = natural_width(head, type_, context.font_set)
    if block.copies:
        room = style.width - 2 * size - inset
        copies = block.copies.rstrip("。") + "。"
        copied = [shifted(line, size + inset) for line in context.lines(copies, type_, room, align=Align.JUSTIFIED)]
        (begun,) = context.lines(head, type_)
        copied[0] = _joined(shifted(begun, size), copied[0])
        rows.append(copied)
    if block.printer and not context.letterhead:
        left = shifted(context.one_line(block.printer, type_, style.width * 0.6), size)
        right = context.lines(f"{letter_date(block.on)}印发", type_)[0]
        rows.append([_joined(left, shifted(right, style.width - size - right.right))])
    yield _Distribution(rows, style.width, ruled=not context.letterhead)


class _Distribution(Item):
    """版记 (§7.4): its last rule is on the type area's lower edge; a 函 has neither rules nor 印发机关."""

    sinks = True
    clings = True

    def __init__(self, rows: list[list[Line]], width: float, ruled: bool) -> None:
        self.rows, self.width, self.ruled = rows, width, ruled
        self.height = add_up(line.type.leading for row in rows for line in row)

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the rows with rules above, between and below them."""
        foot = top - self.height
        for edge in (top, foot) if self.ruled else ():
            canvas.rule(x, edge, x + self.width, width=_THICK)
        for at, row in enumerate(self.rows):
            if at and self.ruled:
                canvas.rule(x, top, x + self.width, width=_THIN)
            canvas.tag(Element("P"))
            for line in row:
                top -= line.type.leading
                canvas.line(line, x, top + (line.type.leading - line.type.size) / 2 + 0.12 * line.type.size)
