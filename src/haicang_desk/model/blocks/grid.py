"""Tables: rows of cells with their labels, spans and signature lines.

Where the cells of a table stand: a row leaves out the places that a cell above it spans into.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from haicang_desk.model.blocks.words import Align, Words


@dataclass(frozen=True, slots=True)
class FormCell:
    """One cell of a grid. A label names what a value cell beside or below it holds.

    `columns` and `rows` are how many it spans. `align` defaults to centred for a label and left
    for a value. `top` hangs the text from the upper edge. `indent` sets every paragraph's first
    line in. `foot` are lines kept at the lower right of the cell, for 签字, （盖章） and 年 月 日.
    """

    words: Words = ""
    label: bool = False
    columns: int = 1
    rows: int = 1
    align: Align | None = None
    top: bool = False
    indent: float = 0
    foot: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class GridRow:
    """Cells from left to right, leaving out places a cell above spans into; at least `least` mm high.

    A row that is `whole` goes to the next page rather than be split, unless no page could hold it.
    """

    cells: tuple[FormCell, ...]
    least: float = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. The first `heading` rows are repeated on every page it runs on to.

    `weights` share out the width among the columns. `size` is the type size of its cells, None:
    as the kind of paper has it. `unit` is printed small above its right edge: 单位：元.
    """

    rows: tuple[GridRow, ...]
    weights: tuple[float, ...]
    heading: int = 0
    size: float | None = None
    unit: str = ""
    ruled: bool = True


def label(words: Words, *, columns: int = 1, rows: int = 1) -> FormCell:
    """A cell that names another."""
    return FormCell(words, label=True, columns=columns, rows=rows)


def value(words: Words, *, columns: int = 1, rows: int = 1) -> FormCell:
    """A cell that holds a fact."""
    return FormCell(words, columns=columns, rows=rows)


def centred(words: Words, *, columns: int = 1, rows: int = 1) -> FormCell:
    """A cell that holds a short fact, such as a date or a serial number, in its middle."""
    return FormCell(words, columns=columns, rows=rows, align=Align.CENTRE)


def amount(words: Words, *, columns: int = 1, rows: int = 1) -> FormCell:
    """A cell that holds a figure, at its right edge."""
    return FormCell(words, columns=columns, rows=rows, align=Align.RIGHT)


def prose(words: Words, *, columns: int = 1, rows: int = 1, foot: tuple[Words, ...] = ()) -> FormCell:
    """A cell that holds paragraphs: justified, from the top, each set in by two characters."""
    return FormCell(words, columns=columns, rows=rows, align=Align.JUSTIFIED, top=True, indent=2, foot=foot)


def row(*cells: FormCell | str, least: float = 0, whole: bool = False) -> GridRow:
    """A row of cells; a plain string is a value."""
    return GridRow(tuple(FormCell(cell) if isinstance(cell, str) else cell for cell in cells), least, whole)


_NOTHING = FormCell(columns=1_000)  # what a row leaves empty at its right


class CellSpan(NamedTuple):
    """A cell and the rows and columns it takes up, from the first to the one past the last."""

    cell: FormCell
    row: int
    past_row: int
    column: int
    past_column: int


def cell_spans_of(block: Grid) -> Iterator[CellSpan]:
    """Every cell in its place, and an empty one for what a row leaves over.

    Raises ValueError for a cell that its row has no place for.
    """
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(block.rows):
        column = 0
        for cell in (*row.cells, _NOTHING):
            column, past_column = _columns(cell, at, column, taken, len(block.weights))
            past_row = min(at + cell.rows, len(block.rows))
            taken.update((below, beside) for below in range(at, past_row) for beside in range(column, past_column))
            if past_column > column:
                yield CellSpan(cell, at, past_row, column, past_column)
            column = past_column


def _columns(cell: FormCell, row: int, column: int, taken: set[tuple[int, int]], count: int) -> tuple[int, int]:
    """The columns a cell takes up, from and to: the next ones free in its row. ValueError where there are none."""
    while (row, column) in taken:
        column += 1
    past = column
    while past < min(column + cell.columns, count) and (row, past) not in taken:
        past += 1
    if past == column and cell is not _NOTHING:
        raise ValueError(f"row {row} of the table has no place for {cell.words!r}")
    return column, past
