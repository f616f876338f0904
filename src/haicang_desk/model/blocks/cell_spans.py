"""Where the cells of a table stand: a row leaves out the places that a cell above it spans into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from haicang_desk.model.blocks.tables import Cell, Grid

_NOTHING = Cell(columns=1_000)  # what a row leaves empty at its right


class CellSpan(NamedTuple):
    """A cell and the rows and columns it takes up, from the first to the one past the last."""

    cell: Cell
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


def _columns(cell: Cell, row: int, column: int, taken: set[tuple[int, int]], count: int) -> tuple[int, int]:
    """The columns a cell takes up, from and to: the next ones free in its row. ValueError where there are none."""
    while (row, column) in taken:
        column += 1
    past = column
    while past < min(column + cell.columns, count) and (row, past) not in taken:
        past += 1
    if past == column and cell is not _NOTHING:
        raise ValueError(f"row {row} of the table has no place for {cell.words!r}")
    return column, past
