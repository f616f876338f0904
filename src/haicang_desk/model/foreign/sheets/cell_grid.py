"""The cells of one sheet as a file of any format has them, before they are mapped to fields; and limits of size.

A module for one file format (xlsx_sheets) produces a CellGrid; everything after it is the same for all formats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.values import Refused

MOST_ROWS = 100_000  # of a sheet
MOST_COLUMNS = 1_000  # cells further right are not read
MOST_CELLS = 2_000_000  # of a workbook; more than 64 MiB of ordinary cells can hold
MOST_MERGES = 100_000  # of a sheet
LONGEST_TEXT = 40_000  # characters; beyond Excel's 32,767. A longer text is cut, and then too long for any field
EMPTY_ROWS = 200  # a longer gap ends the sheet
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
PICTURE = RawCell("picture", "")
_PICTURE_FORMULA = re.compile(r"\s*(of:)?=?(_xlfn\.)?(DISPIMG|IMAGE)\(", re.IGNORECASE)


@dataclass(slots=True)
class CellGrid:
    """One sheet: row number → column number → cell, both counted from 1. Empty rows and cells are left out."""

    title: str
    rows: dict[int, dict[int, RawCell]] = field(default_factory=dict)
    hidden: bool = False  # the whole sheet
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, first column, last row, last
    uncalculated: str = ""  # reference of the first formula that has no value, such as B7
    left_out: int = 0  # the first row found behind the end of the sheet, 0 for none


@dataclass(slots=True)
class CellLimit:
    """Counts the cells of a whole workbook; raises Refused beyond MOST_CELLS."""

    cells: int = 0

    def add(self, cells: int, title: str) -> None:
        """Count the cells of one more row of this sheet."""
        self.cells += cells
        if self.cells > MOST_CELLS:
            raise Refused(f"工作表“{title}”的单元格太多，没有导入。请删去无关的列，或分成几个工作簿")


class GridFiller:
    """Fills a grid row by row, from the top down, within the limits of a sheet."""

    def __init__(self, grid: CellGrid, limit: CellLimit | None = None) -> None:
        self.grid, self._limit, self._last = grid, limit or CellLimit(), 0

    @property
    def ended(self) -> bool:
        """Whether a gap ended the sheet, so that further rows are left out."""
        return self.grid.left_out > 0

    def add(self, number: int, row: dict[int, RawCell], *, hidden: bool = False) -> None:
        """Add a row; one without cells adds nothing. Raises ValueError for a row that is not below the last one.

        Raises Refused for more than 100,000 rows or two million cells.
        """
        grid = self.grid
        if not row or grid.left_out:
            return
        if number <= self._last:
            raise ValueError(f"row {number} follows row {self._last}")
        if self._last and number - self._last > EMPTY_ROWS:
            grid.left_out = number
            return
        grid.rows[number], self._last = row, number
        if hidden:
            grid.hidden_rows.add(number)
        if len(grid.rows) > MOST_ROWS:
            raise Refused(f"工作表“{grid.title}”超过 10 万行，没有导入。请分成几个工作簿")
        self._limit.add(len(row), grid.title)


def text_cell(text: str) -> RawCell:
    """A cell of text; a picture where the text is the formula of one."""
    return PICTURE if text[:1] == "=" and is_picture_formula(text) else RawCell("text", text)


def shown_cell(text: str) -> RawCell:
    """A cell of which only the text that a spreadsheet shows is known; ``####`` stands where a column is too narrow."""
    bare = text.strip()
    if bare[:1] == "#" and (bare in ERRORS or (len(bare) > 2 and not bare.strip("#"))):
        return RawCell("fault", bare)
    return text_cell(text[:LONGEST_TEXT])


def is_picture_formula(formula: str) -> bool:
    """Whether a formula, or what a program kept as its value, puts a picture into its cell: =DISPIMG("ID_…",1)."""
    return "(" in formula and _PICTURE_FORMULA.match(formula) is not None


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27. Upper or lower case."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index


def column_letters(column: int) -> str:
    """1 → A, 26 → Z, 27 → AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
