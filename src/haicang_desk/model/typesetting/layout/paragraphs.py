"""Layout of running text: titles, headings, paragraphs, notes, signature lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from haicang_desk.model.blocks import (
    Across,
    Addressee,
    Align,
    Blank,
    Gap,
    Heading,
    KeepTogether,
    Note,
    PageBreak,
    Para,
    Signatures,
    Title,
    Words,
)
from haicang_desk.model.typesetting.layout.lines import Line, natural_width
from haicang_desk.model.typesetting.layout.measures import TypeStyle, add_up, baseline
from haicang_desk.model.typesetting.layout.pages import (
    Break,
    Item,
    LayoutContext,
    Space,
    TextLine,
    items_of,
    tagged_items,
)
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.structure import Element

_TITLE_STEPS = (1.0, 0.91, 0.82)  # of the title size: a form's title may be smaller to fit on one line
_BETWEEN_SIGNATURES = 18.0  # points
_BETWEEN_ITEMS = 0.5  # characters, at least, between items on one line
_SIGNATURE_LINE = 1.7  # of the line height: room to sign


@items_of.register
def _title(block: Title, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    type_ = style.title if style.grid else one_line_type(block.text, context)
    head = Element("H1")
    for line in context.lines(block.text, type_, align=Align.CENTRE):
        yield TextLine(line, keeps=True, tag=head)
    if block.below:
        yield from _text(context.lines(block.below, style.below, align=Align.CENTRE), style.grid, keeps=True)
    space = Space(0 if style.grid else style.body.leading * 0.4, keeps=True)
    space.starts_grid = bool(style.grid)  # so that the addressee is one line below, whatever the title's height
    yield space


def one_line_type(text: str, context: LayoutContext) -> TypeStyle:
    """The largest title size in which the text fits on one line; the default size where none does."""
    title = context.style.title
    for step in _TITLE_STEPS:
        smaller = replace(title, size=title.size * step, leading=title.leading * step)
        if natural_width(text, smaller, context.font_set) <= context.style.width:
            return smaller
    return title


def _text(lines: Iterable[Line], grid: float, *, keeps: bool = False, kind: str = "P") -> Iterator[Item]:
    tag = Element(kind)
    return (TextLine(line, grid=grid, keeps=keeps, tag=tag) for line in lines)


@items_of.register
def _heading(block: Heading, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    made = context.lines(block.text, style.heading(block.level), align=Align.JUSTIFIED, indent=2)
    yield from _text(made, style.grid, keeps=True, kind=f"H{block.level + 1}")


@items_of.register
def _para(block: Para, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    words = strip_indents(block.words) if block.indent else block.words
    for part in words.split("\n") if isinstance(words, str) else (words,):
        yield from _text(context.lines(part, style.body, align=block.align, indent=block.indent), style.grid)


def strip_indents(words: Words) -> Words:
    """The words without spaces typed by hand at the start or end of paragraphs."""
    if isinstance(words, str):
        if "\n" not in words and words[:1] not in " \u3000\t":
            return words
        return "\n".join(line.strip(" \u3000\t\r") for line in words.strip().splitlines())
    return words


@items_of.register
def _addressee(block: Addressee, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    yield Space(style.body.leading, keeps=True)
    office = block.office.rstrip("：:") + "："
    yield from _text(context.lines(office, style.body, align=Align.JUSTIFIED), style.grid, keeps=True)


@items_of.register
def _note(block: Note, context: LayoutContext) -> Iterator[Item]:
    style = context.style
    yield Space(style.pad[1])
    yield from _text(context.lines(block.words, style.note, align=Align.JUSTIFIED), 0, kind="Note")


class SpreadLine(Item):
    """Items on one line: the first at the left edge, the last at the right, equal gaps between."""

    def __init__(self, lines: list[Line], width: float, height: float) -> None:
        self.lines, self.width, self.height = lines, width, height
        self.tags = [Element("P") for _ in lines]
        self.keeps = self.clings = True

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the items from left to right."""
        free = self.width - add_up(line.right - line.left for line in self.lines)
        gap = free / max(1, len(self.lines) - 1)
        for line, tag in zip(self.lines, self.tags, strict=True):
            canvas.tag(tag)
            canvas.line(line, x - line.left, baseline(top, self.height, line.type))
            x += line.right - line.left + gap


@items_of.register
def _across(block: Across, context: LayoutContext) -> Iterator[Item]:
    type_, width = context.style.cell, context.style.width
    rows: list[list[Line]] = [[]]
    for words in block.items:
        made = context.lines(words, type_, width)
        if len(made) > 1:  # too wide for one line
            rows += [[line] for line in made]
            rows.append([])
            continue
        taken = add_up(line.right - line.left + type_.size * _BETWEEN_ITEMS for line in rows[-1])
        if rows[-1] and taken + made[0].right > width:
            rows.append([])
        rows[-1] += made
    for lines in filter(None, rows):
        yield SpreadLine(lines, width, type_.leading * 1.2)


class SignatureLine(Item):
    """One signature line of each column, side by side; `cells` are (x, line, structure element)."""

    def __init__(self, cells: list[tuple[float, Line, Element]], columns: list[Element], height: float) -> None:
        self.cells, self.columns, self.height = cells, columns, height

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw the lines on one baseline."""
        for column in self.columns:  # one is read after the other
            canvas.join(column)
        for inset, line, tag in self.cells:
            canvas.tag(tag)
            canvas.line(line, x + inset, baseline(top, self.height, line.type))


@items_of.register
def _signatures(block: Signatures, context: LayoutContext) -> Iterator[Item]:
    style, count = context.style, max(1, len(block.columns))
    width = (style.width - (count - 1) * _BETWEEN_SIGNATURES) / count
    parts = [Element("Div") for _ in block.columns]
    columns = [
        [
            (line, tag)
            for words in column
            for tag in [Element("P", part)]
            for line in context.lines(with_rule(words), style.cell, width)
        ]
        for column, part in zip(block.columns, parts, strict=True)
    ]
    yield Space(style.body.leading / 2, keeps=True)
    tall = max(map(len, columns), default=0)
    for at in range(tall):
        cells = [(n * (width + _BETWEEN_SIGNATURES), *lines[at]) for n, lines in enumerate(columns) if at < len(lines)]
        item = SignatureLine(cells, parts, style.cell.leading * _SIGNATURE_LINE)
        item.keeps, item.clings = at < tall - 1, at == 0
        yield item


def with_rule(words: Words) -> Words:
    """Words with a rule to write on after them where they end with a colon."""
    if isinstance(words, str) and words.endswith(("：", ":")):
        return (words, Blank(0))
    return words


@items_of.register
def _gap(block: Gap, context: LayoutContext) -> Iterator[Item]:
    yield Space(block.lines * context.style.body.leading)


@items_of.register
def _page_break(block: PageBreak, context: LayoutContext) -> Iterator[Item]:
    yield Break()


@items_of.register
def _together(block: KeepTogether, context: LayoutContext) -> Iterator[Item]:
    items = [item for inner in block.blocks for item in tagged_items(inner, context)]
    for item in items[:-1]:
        item.keeps = True
    yield from items
