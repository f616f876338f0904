"""Tables: cells that span rows, lines to be signed at the lower right, heads repeated on every page.

The format has no cell with some of its text above and some below. So a row in which a cell with a
foot ends is written as two, with no rule between the cell's text and its foot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from haicang_desk.model.blocks import Align, CellSpan, FormCell, Grid, PaperKind, cell_spans_of
from haicang_desk.model.typesetting.docx.block_nodes import DocxContext, nodes_of
from haicang_desk.model.typesetting.docx.nodes import Node, Paragraph, ParagraphFormat, TableCell, TableNode, TableRow
from haicang_desk.model.typesetting.docx.ooxml import NOTHING
from haicang_desk.model.typesetting.docx.runs import lines
from haicang_desk.model.typesetting.docx.styles import run_properties
from haicang_desk.model.typesetting.layout.lines import TypeStyle
from haicang_desk.model.typesetting.layout.page_style import MM
from haicang_desk.model.typesetting.layout.paragraphs import strip_indents
from haicang_desk.model.typesetting.pdf.font_set import add_up

_FOOT_LINE = 1.5  # of the leading: lines to be signed stand wider apart
_LONG = 0.25  # of the page: a lower row goes to the next page whole
_UNDER = 0.75  # of the room above and below a cell's text: what a table stands clear of the next block


@dataclass(frozen=True, slots=True)
class CellPart:
    """Cells of one column of rows as written, made one: from a row to the one past the last."""

    place: CellSpan
    first: int
    past: int
    paragraphs: tuple[Paragraph, ...]
    stands: str
    without: tuple[str, ...] = ()


@nodes_of.register
def _grid(block: Grid, context: DocxContext) -> Iterator[Node]:
    page_style = context.page_style
    type_ = page_style.cells(block.size)
    if page_style.kind is not PaperKind.FORM:
        yield context.space(page_style.pad[1]).kept()
    if block.unit:
        leading = type_.size * 1.4
        shape = replace(context.shape("Cell"), type=replace(type_, leading=leading), align=Align.RIGHT, keeps=True)
        yield from context.paragraphs(block.unit, shape)
    yield _TableWriter(block, type_, context).table()
    yield context.space(page_style.pad[1] * _UNDER)


class _TableWriter:
    """One table being written."""

    def __init__(self, block: Grid, type_: TypeStyle, context: DocxContext) -> None:
        self._block, self._type, self._context = block, type_, context
        total = add_up(block.weights)
        self._widths = [context.page_style.width * weight / total for weight in block.weights]
        self._places = list(cell_spans_of(block))
        parted = {place.past_row - 1 for place in self._places if place.cell.foot}
        self._starts = [row + len([other for other in parted if other < row]) for row in range(len(block.rows) + 1)]
        self._parted = parted

    def table(self) -> TableNode:
        """All rows, those with a foot as two."""
        parts = [part for place in self._places for part in self._parts(place)]
        rows = []
        for at, row in enumerate(self._block.rows):
            start, past = self._starts[at], self._starts[at + 1]
            foot = self._foot_height(at)
            least = row.least * MM * self._context.page_style.squeezed
            rows.append(self._row(parts, start, max(0.0, least - foot), at))
            if past - start > 1:
                rows.append(self._row(parts, past - 1, 0.0, at))
                rows[-2] = rows[-2].kept()
        if not self._block.ruled:
            return TableNode(rows=tuple(rows), widths=self._widths, pad=self._context.page_style.pad, borders=NOTHING)
        return TableNode(rows=tuple(rows), widths=self._widths, pad=self._context.page_style.pad)

    def _parts(self, place: CellSpan) -> Iterator[CellPart]:
        """A cell as one part, or as its text and its foot."""
        cell = place.cell
        first, past = self._starts[place.row], self._starts[place.past_row]
        text = tuple(self._text(place))
        stands = "top" if cell.top else "center"
        if not cell.foot:
            yield CellPart(place, first, past, text, stands)
            return
        yield CellPart(place, first, past - 1, text, stands, ("bottom",))
        shape = replace(self._shape(), align=Align.RIGHT, leading=self._type.leading * _FOOT_LINE)
        signed = tuple(p for words in cell.foot for p in self._context.paragraphs(words, shape, self._room(place)))
        yield CellPart(place, past - 1, past, signed, "bottom", ("top",))

    def _text(self, place: CellSpan) -> Iterator[Paragraph]:
        cell = place.cell
        align = cell.align or (Align.CENTRE if cell.label else Align.LEFT)
        words = strip_indents(cell.words) if cell.indent else cell.words
        shape = replace(self._shape(), align=align, indent=cell.indent)
        if align is Align.CENTRE and isinstance(words, str) and "\n" not in words:  # parted between words, as in print
            texts = [
                line.text for line in self._context.layout.lines(words, self._type, self._room(place), align=align)
            ]
            yield Paragraph(shape, lines(texts, run_properties(self._type, shape.style.type)))
            return
        yield from self._context.paragraphs(words, shape, self._room(place))

    def _shape(self) -> ParagraphFormat:
        return replace(self._context.shape("Cell"), type=self._type)

    def _room(self, place: CellSpan) -> float:
        return max(self._type.size, self._width(place) - 2 * self._context.page_style.pad[0])

    def _width(self, place: CellSpan) -> float:
        return add_up(self._widths[place.column : place.past_column])

    def _foot_height(self, row: int) -> float:
        """What the lines to be signed of a row take up, with the room beneath them."""
        count = max((len(place.cell.foot) for place in self._places if place.past_row - 1 == row), default=0)
        return count * self._type.leading * _FOOT_LINE + self._context.page_style.pad[1] if count else 0.0

    def _row(self, parts: Sequence[CellPart], at: int, least: float, row: int) -> TableRow:
        here = sorted((p for p in parts if p.first <= at < p.past), key=lambda part: part.place.column)
        long = any(self._is_long(part.place) for part in here)
        return TableRow(
            cells=tuple(self._cell(part, at) for part in here),
            least=least,
            whole=self._block.rows[row].whole or not long,
            heading=row < self._block.heading,
        )

    def _cell(self, part: CellPart, at: int) -> TableCell:
        begins = part.first == at
        merged = "" if part.past - part.first == 1 else "restart" if begins else "continue"
        return TableCell(
            paragraphs=part.paragraphs if begins else (Paragraph(self._shape()),),
            columns=part.place.past_column - part.place.column,
            width=self._width(part.place),
            merged=merged,
            stands=part.stands,
            without=part.without,
        )

    def _is_long(self, place: CellSpan) -> bool:
        """Whether a cell's text alone takes up so much of a page that its row may be parted."""
        cell: FormCell = place.cell
        wide = self._context.wide(cell.words, self._shape()) / self._room(place)
        return wide * self._type.leading > self._context.page_style.height * _LONG
