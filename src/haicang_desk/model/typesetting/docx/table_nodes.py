"""Tables as WordprocessingML: row spans, signature lines at the lower right, repeated headings.

A cell of the format has a single vertical alignment. So a row in which a cell with a foot ends is
written as two rows, without a rule between the cell's text and its foot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from haicang_desk.model.blocks import Align, CellSpan, Grid, GridCell, PaperKind, Words, cell_spans_of
from haicang_desk.model.typesetting.docx.block_nodes import DocxContext, nodes_of
from haicang_desk.model.typesetting.docx.nodes import Node, Paragraph, ParagraphFormat, TableCell, TableNode, TableRow
from haicang_desk.model.typesetting.docx.ooxml import NOTHING
from haicang_desk.model.typesetting.docx.runs import lines
from haicang_desk.model.typesetting.docx.styles import run_properties
from haicang_desk.model.typesetting.layout.column_widths import alignment, cell_type, column_edges
from haicang_desk.model.typesetting.layout.measures import MM, TypeStyle, add_up
from haicang_desk.model.typesetting.layout.paragraphs import strip_indents

_FOOT_LINE = 1.5  # of the line height: lines to be signed are further apart
_LONG = 0.25  # of the page height: lower rows are never split
_UNDER = 0.75  # of the vertical padding of a cell: the space under a table


@dataclass(frozen=True, slots=True)
class CellPart:
    """A cell, or its text or foot, over the written rows from `first` to `past` (exclusive)."""

    span: CellSpan
    first: int
    past: int
    paragraphs: tuple[Paragraph, ...]
    vertical_align: str
    without: tuple[str, ...] = ()


@nodes_of.register
def _grid(block: Grid, context: DocxContext) -> Iterator[Node]:
    page_style = context.page_style
    type_ = page_style.cells(block.size)
    if page_style.kind is not PaperKind.FORM:
        yield context.space(page_style.pad[1]).keep_with_next()
    if block.unit:
        leading = type_.size * 1.4
        fmt = replace(
            context.paragraph_format("Cell"), type=replace(type_, leading=leading), align=Align.RIGHT, keeps=True
        )
        yield from context.paragraphs(block.unit, fmt)
    yield _TableWriter(block, type_, context).table()
    yield context.space(page_style.pad[1] * _UNDER)


def _signed(cell: GridCell) -> tuple[Words, ...]:
    """The lines at a cell's foot; a seal's stand under the others, for a cell has one width."""
    return (*cell.foot, *cell.seal)


class _TableWriter:
    """Writes one table. Written rows are numbered apart from the rows of the block."""

    def __init__(self, block: Grid, type_: TypeStyle, context: DocxContext) -> None:
        self._block, self._type, self._context = block, type_, context
        edges = column_edges(block, type_, context.page_style, context.layout.font_set)
        self._widths = [right - left for left, right in pairwise(edges)]
        self._spans = list(cell_spans_of(block))
        parted = {span.past_row - 1 for span in self._spans if _signed(span.cell)}
        self._starts = [row + len([other for other in parted if other < row]) for row in range(len(block.rows) + 1)]
        self._parted = parted

    def table(self) -> TableNode:
        """The table; rows in which a cell with a foot ends become two."""
        parts = [part for span in self._spans for part in self._parts(span)]
        rows = []
        for at, row in enumerate(self._block.rows):
            start, past = self._starts[at], self._starts[at + 1]
            foot = self._foot_height(at)
            least = row.least * MM * (1.0 if row.firm else self._context.page_style.squeezed)
            rows.append(self._row(parts, start, max(0.0, least - foot), at))
            if past - start > 1:
                rows.append(self._row(parts, past - 1, 0.0, at))
                rows[-2] = rows[-2].keep_with_next()
        if not self._block.ruled:
            return TableNode(rows=tuple(rows), widths=self._widths, pad=self._context.page_style.pad, borders=NOTHING)
        return TableNode(rows=tuple(rows), widths=self._widths, pad=self._context.page_style.pad)

    def _parts(self, span: CellSpan) -> Iterator[CellPart]:
        """The parts of a cell: the whole cell, or its text and its foot."""
        cell = span.cell
        first, past = self._starts[span.row], self._starts[span.past_row]
        text = tuple(self._text(span))
        vertical_align = "top" if cell.top else "center"
        if not _signed(cell):
            yield CellPart(span, first, past, text, vertical_align)
            return
        yield CellPart(span, first, past - 1, text, vertical_align, ("bottom",))
        fmt = replace(self._format(), align=Align.RIGHT, leading=self._type.leading * _FOOT_LINE)
        left = replace(fmt, align=Align.LEFT if cell.seal else Align.RIGHT)
        feet = [(words, left) for words in cell.foot] + [(words, fmt) for words in cell.seal]
        signed = tuple(p for words, form in feet for p in self._context.paragraphs(words, form, self._room(span)))
        yield CellPart(span, past - 1, past, signed, "bottom", ("top",))

    def _text(self, span: CellSpan) -> Iterator[Paragraph]:
        cell = span.cell
        align = alignment(cell)
        words = strip_indents(cell.words) if cell.indent else cell.words
        type_ = cell_type(cell, self._type, self._context.page_style)
        fmt = replace(self._format(), type=type_, align=align, indent=cell.indent)
        if align is Align.CENTRE and isinstance(words, str) and "\n" not in words:  # the same line breaks as in print
            texts = [line.text for line in self._context.layout.lines(words, type_, self._room(span), align=align)]
            yield Paragraph(fmt, lines(texts, run_properties(type_, fmt.style.type)))
            return
        yield from self._context.paragraphs(words, fmt, self._room(span))

    def _format(self) -> ParagraphFormat:
        return replace(self._context.paragraph_format("Cell"), type=self._type)

    def _room(self, span: CellSpan) -> float:
        return max(self._type.size, self._width(span) - 2 * self._context.page_style.pad[0])

    def _width(self, span: CellSpan) -> float:
        return add_up(self._widths[span.column : span.past_column])

    def _foot_height(self, row: int) -> float:
        """The height in points of a row's signature lines with the padding below them; 0 without."""
        feet = [len(_signed(span.cell)) for span in self._spans if span.past_row - 1 == row]
        count = max(feet, default=0)
        return count * self._type.leading * _FOOT_LINE + self._context.page_style.pad[1] if count else 0.0

    def _row(self, parts: Sequence[CellPart], at: int, least: float, row: int) -> TableRow:
        here = sorted((p for p in parts if p.first <= at < p.past), key=lambda part: part.span.column)
        long = any(self._is_long(part.span) for part in here)
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
            paragraphs=part.paragraphs if begins else (Paragraph(self._format()),),
            columns=part.span.past_column - part.span.column,
            width=self._width(part.span),
            merged=merged,
            vertical_align=part.vertical_align,
            without=part.without,
        )

    def _is_long(self, span: CellSpan) -> bool:
        """Whether a cell's text needs more than a quarter of the page, so that its row may be split."""
        cell: GridCell = span.cell
        wide = self._context.width_of(cell.words, self._format()) / self._room(span)
        return wide * self._type.leading > self._context.page_style.height * _LONG
