"""Tables: rows of cells with their labels, spans and signature lines."""

from __future__ import annotations

from dataclasses import dataclass

from haicang_desk.model.blocks.words import Align, Words


@dataclass(frozen=True, slots=True)
class Cell:
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
class Row:
    """Cells from left to right, leaving out places a cell above spans into; at least `least` mm high.

    A row that is `whole` goes to the next page rather than be split, unless no page could hold it.
    """

    cells: tuple[Cell, ...]
    least: float = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. The first `heading` rows are repeated on every page it runs on to.

    `weights` share out the width among the columns. `size` is the type size of its cells, None:
    as the kind of paper has it. `unit` is printed small above its right edge: 单位：元.
    """

    rows: tuple[Row, ...]
    weights: tuple[float, ...]
    heading: int = 0
    size: float | None = None
    unit: str = ""
    ruled: bool = True


def label(words: Words, *, columns: int = 1, rows: int = 1) -> Cell:
    """A cell that names another."""
    return Cell(words, label=True, columns=columns, rows=rows)


def value(words: Words, *, columns: int = 1, rows: int = 1) -> Cell:
    """A cell that holds a fact."""
    return Cell(words, columns=columns, rows=rows)


def centred(words: Words, *, columns: int = 1, rows: int = 1) -> Cell:
    """A cell that holds a short fact, such as a date or a serial number, in its middle."""
    return Cell(words, columns=columns, rows=rows, align=Align.CENTRE)


def amount(words: Words, *, columns: int = 1, rows: int = 1) -> Cell:
    """A cell that holds a figure, at its right edge."""
    return Cell(words, columns=columns, rows=rows, align=Align.RIGHT)


def prose(words: Words, *, columns: int = 1, rows: int = 1, foot: tuple[Words, ...] = ()) -> Cell:
    """A cell that holds paragraphs: justified, from the top, each set in by two characters."""
    return Cell(words, columns=columns, rows=rows, align=Align.JUSTIFIED, top=True, indent=2, foot=foot)


def row(*cells: Cell | str, least: float = 0, whole: bool = False) -> Row:
    """A row of cells; a plain string is a value."""
    return Row(tuple(Cell(cell) if isinstance(cell, str) else cell for cell in cells), least, whole)
