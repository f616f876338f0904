"""The cells of one sheet as a file of any format has them, before they are mapped to fields; and limits of size.

A module for one file format (xlsx_sheets) produces a CellGrid; everything after it is the same for all formats.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from haicang_desk.model.spreadsheet.cell_values import RawCell

MOST_ROWS = 100_000  # of a sheet
MOST_COLUMNS = 1_000  # cells further right are not read
MOST_CELLS = 2_000_000  # of a workbook; more than 64 MiB of ordinary cells can hold
MOST_MERGES = 100_000  # of a sheet
EMPTY_ROWS = 200  # a longer gap ends the sheet


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
