"""Tables: rows of cells with labels, spans and signature lines, and the position of each cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from haicang_desk.model.blocks.words import Align, Words

SEAL_ROOM = 45.0  # mm: a round seal of an office measures 42 mm


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of a table; with `label` it names the content of the cells beside or below it.

    `columns` and `rows` are its spans. `align` is by default centred for a label and left for a
    value. With `top` the text begins at the upper edge, otherwise it is centred vertically.
    `indent` is the first-line indent in characters. `foot` are lines at the lower right of the
    cell, for 签字, （盖章） and 年 月 日. With `seal` a square of :data:`SEAL_ROOM` mm at the right of
    the cell is kept free of everything but these lines, centred at its foot, on which a seal is
    pressed; the text and `foot` then stand at the left of it.
    """

    words: Words = ""
    label: bool = False
    columns: int = 1
    rows: int = 1
    align: Align | None = None
    top: bool = False
    indent: float = 0
    foot: tuple[Words, ...] = ()
    seal: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class GridRow:
    """The cells of a row from left to right, without those covered by a row span from above.

    The row is at least `least` mm high. With `whole` it is moved to the next page instead of being
    split, unless it is higher than a page. With `firm` the least height is room to write or seal,
    which is kept when a page is set tighter. `stretch` is the row's share of what is left over of a
    page that ends below the table, 0: none.
    """

    cells: tuple[GridCell, ...]
    least: float = 0
    whole: bool = False
    firm: bool = False
    stretch: float = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. Its first `heading` rows are repeated on every further page.

    `weights` are the relative widths of the columns. `size` is the type size in points, None: the
    default of the paper's kind. `unit` (单位：元) is printed above its right edge. `ruled`: with rules.

    With `by_content` each column is as wide as its cells need, between the widest piece that must not
    be parted (a number, date, code or telephone) and its longest line; `weights` share the width that
    is left over. `side` is the width in mm of the first column, which holds side labels, whatever the
    weights; 0: a column like the others.
    """

    rows: tuple[GridRow, ...]
    weights: tuple[float, ...]
    heading: int = 0
    size: float | None = None
    unit: str = ""
    ruled: bool = True
    by_content: bool = False
    side: float = 0


def label(words: Words, *, columns: int = 1, rows: int = 1) -> GridCell:
    """A cell that labels the cells beside or below it."""
    return GridCell(words, label=True, columns=columns, rows=rows)


def value(words: Words, *, columns: int = 1, rows: int = 1) -> GridCell:
    """A cell with a value, aligned left."""
    return GridCell(words, columns=columns, rows=rows)


def centred(words: Words, *, columns: int = 1, rows: int = 1) -> GridCell:
    """A cell with a short value such as a date or a serial number, centred."""
    return GridCell(words, columns=columns, rows=rows, align=Align.CENTRE)


def amount(words: Words, *, columns: int = 1, rows: int = 1) -> GridCell:
    """A cell with a number, aligned right."""
    return GridCell(words, columns=columns, rows=rows, align=Align.RIGHT)


def prose(words: Words, *, columns: int = 1, rows: int = 1, foot: tuple[Words, ...] = ()) -> GridCell:
    """A cell with paragraphs: justified, from the upper edge, indented by two characters."""
    return GridCell(words, columns=columns, rows=rows, align=Align.JUSTIFIED, top=True, indent=2, foot=foot)


def row(*cells: GridCell | str, least: float = 0, whole: bool = False) -> GridRow:
    """A row of cells; a plain string becomes a value cell."""
    return GridRow(tuple(GridCell(cell) if isinstance(cell, str) else cell for cell in cells), least, whole)


_MOST_KEPT = 512  # shapes of tables
_NOTHING = GridCell(columns=1_000)  # fills the columns that a row leaves unused at its right


class CellSpan(NamedTuple):
    """A cell and the range of rows and columns it covers; the `past_` bounds are exclusive."""

    cell: GridCell
    row: int
    past_row: int
    column: int
    past_column: int


def cell_spans_of(block: Grid) -> Iterator[CellSpan]:
    """The position of every cell, with an empty cell for the columns that a row leaves unused.

    Raises ValueError for a cell that its row has no free column for.
    """
    shape = tuple([tuple([(cell.columns, cell.rows) for cell in row.cells]) for row in block.rows])
    for at, index, past_row, column, past_column in _places(shape, len(block.weights)):
        cells = block.rows[at].cells
        cell = cells[index] if index < len(cells) else _NOTHING
        if past_column == column:
            raise ValueError(f"row {at} of the table has no place for {cell.words!r}")
        yield CellSpan(cell, at, past_row, column, past_column)


@lru_cache(_MOST_KEPT)
def _places(shape: tuple[tuple[tuple[int, int], ...], ...], count: int) -> tuple[tuple[int, int, int, int, int], ...]:
    """Where the cells of these numbers of columns and rows stand in `count` columns: tables recur with other words.

    Each is (row, index in the row, past row, column, past column); one that has no place has no column and is the last.
    """
    taken: set[tuple[int, int]] = set()
    places = []
    for at, cells in enumerate(shape):
        column = 0
        for index, (columns, rows) in enumerate((*cells, (_NOTHING.columns, 1))):
            column, past_column = _columns(columns, at, column, taken, count)
            past_row = min(at + rows, len(shape))
            taken.update((below, beside) for below in range(at, past_row) for beside in range(column, past_column))
            if past_column > column or index < len(cells):
                places.append((at, index, past_row, column, past_column))
            if past_column == column and index < len(cells):
                return tuple(places)
            column = past_column
    return tuple(places)


def _columns(columns: int, row: int, column: int, taken: set[tuple[int, int]], count: int) -> tuple[int, int]:
    """The range of so many columns: the next free ones of the row; an empty range where there are none."""
    while (row, column) in taken:
        column += 1
    past = column
    while past < min(column + columns, count) and (row, past) not in taken:
        past += 1
    return column, past
