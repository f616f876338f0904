"""Side labels: a narrow column at the left of a form that names its parts over several rows (基本情况, 资金来源)."""

from __future__ import annotations

from dataclasses import replace

from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.spreadsheet.columns import folded
from haicang_desk.model.spreadsheet.read.row_kinds import Known

FEWEST = 2  # sure side labels in a column, for the others to be some too
_MOST_ROWS = 500  # a longer sheet is no form
_LONGEST = 8  # characters
_WIDEST = 3  # characters a line
_SURE = 4  # characters; shorter ones may be headings such as 序号


def without_side_labels(grid: CellGrid, known: Known) -> tuple[CellGrid, tuple[str, ...]]:
    """The sheet without its side labels, and their texts from top to bottom; the sheet itself where it has none.

    A side label stands in the first column, beside rows of at least two cells, from the first of them on. It is sure
    where it is set in lines of a few characters; a column with sure ones has others that are short or merged over rows.
    """
    filled = [row for row in grid.rows.values() if len(row) > 1] if len(grid.rows) <= _MOST_ROWS else []
    if not filled:
        return grid, ()
    column = min(min(row) for row in filled)
    merged = {(top, left) for top, left, bottom, right in grid.merges if bottom > top and left == right == column}
    found = {
        number: row[column]
        for number, row in grid.rows.items()
        if len(row) > 1 and column in row and _may_be_one(row[column])
    }
    set_apart = {number for number, raw in found.items() if "\n" in raw.text.strip() or (number, column) in merged}
    found = {number: raw for number, raw in found.items() if number in set_apart or not known(folded(raw.text))}
    sure = [number for number in sorted(set_apart) if _is_sure(found[number], known)]
    first = next(number for number in sorted(grid.rows) if len(grid.rows[number]) > 1)
    if len(sure) < FEWEST or first not in sure or 2 * len(found) >= len(grid.rows):
        return grid, ()
    rows = {
        number: {at: raw for at, raw in row.items() if not (number in found and at == column)}
        for number, row in grid.rows.items()
    }
    merges = [each for each in grid.merges if not (each[1] == each[3] == column and each[0] in found)]
    return replace(grid, rows=rows, merges=merges), tuple(folded(found[number].text) for number in sorted(found))


def _may_be_one(raw: RawCell) -> bool:
    if raw.form != "text" or not raw.text.strip():
        return False
    lines = raw.text.split()
    return sum(map(len, lines)) <= _LONGEST and (len(lines) == 1 or max(map(len, lines)) <= _WIDEST)


def _is_sure(raw: RawCell, known: Known) -> bool:
    name = folded(raw.text)
    return "\n" in raw.text.strip() and len(name) >= _SURE and not known(name)
