"""The tables of a sheet as people make them: where the headings are, what is a row, a sum, a line around the table.

Nothing here knows of records or fields; ``known`` says of a text whether some record has such a heading, which is a
hint and never needed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from haicang_desk.model.spreadsheet.cell_values import RawCell
from haicang_desk.model.spreadsheet.columns import folded
from haicang_desk.model.spreadsheet.read.cell_grid import CellGrid, column_letters
from haicang_desk.model.spreadsheet.read.raw_tables import Heading, RawTable, TableRow

HEADING_WITHIN = 60  # non-empty rows from the top in which the first headings are sought
LONGEST_HEADING = 100  # characters
_SUM = re.compile(r"(.{0,12})(合计|小计|总计|累计|共计)(数|金额|额)?(\(.*\))?:?")
_NUMBER = re.compile(r"[-+¥]?[\d,.]+%?")


def tables_of(grid: CellGrid, known: Callable[[str], bool] = lambda text: False) -> tuple[RawTable, ...]:
    """The tables of a sheet, from top to bottom; () for a sheet without headings."""
    numbers = sorted(grid.rows)
    header = _header(grid, numbers, known)
    if header is None:
        return ()
    last = _last_heading_row(grid, header)
    covered, shared = _covered(grid, numbers, last)
    above = tuple("  ".join(raw.text for raw in grid.rows[n].values()) for n in numbers if n < header)
    rows: list[TableRow] = []
    sums: list[TableRow] = []
    for number in numbers:
        if number <= last:
            continue
        cells = covered.get(number, {}) | grid.rows[number]
        row = TableRow(number, cells, (), number in grid.hidden_rows, shared.get(number, frozenset()))
        first = next((folded(raw.text) for _, raw in sorted(cells.items()) if raw.form == "text"), "")
        (sums if _SUM.fullmatch(first) else rows).append(row)
    headings = _headings(grid, header, last, {index for row in rows for index in row.cells})
    width = max(max(cells) for cells in grid.rows.values())
    return (RawTable(grid.title, headings, last, rows, sums, above, width=width),)


def _header(grid: CellGrid, numbers: list[int], known: Callable[[str], bool]) -> int | None:
    best, found = 0, None
    for number in numbers[:HEADING_WITHIN]:
        cells = grid.rows[number].values()
        if len(cells) > 1 and all(_may_be_heading(raw) for raw in cells):
            score = len(cells) + 2 * sum(known(raw.text) for raw in cells)
            if score > best:
                best, found = score, number
    return found


def _may_be_heading(raw: RawCell) -> bool:
    text = folded(raw.text)
    return raw.form == "text" and len(text) <= LONGEST_HEADING and not _NUMBER.fullmatch(text)


def _last_heading_row(grid: CellGrid, header: int) -> int:
    tall = [bottom for top, left, bottom, right in grid.merges if top == header and left == right and bottom > top]
    return max((bottom for bottom in tall if bottom <= header + 2), default=header)


def _headings(grid: CellGrid, header: int, last: int, used: set[int]) -> tuple[Heading, ...]:
    texts: dict[int, tuple[str, ...]] = dict.fromkeys(used, ())
    for number in range(header, last + 1):
        row = {index: raw.text for index, raw in grid.rows.get(number, {}).items()}
        for top, left, bottom, right in grid.merges:
            if top <= number <= bottom and (raw := grid.rows.get(top, {}).get(left)):
                row |= dict.fromkeys(range(left, right + 1), raw.text)
        for index, text in row.items():
            before = texts.get(index, ())
            if before[-1:] != (text,):
                texts[index] = (*before, text)
    seen: dict[str, int] = {}
    found = []
    for index in sorted(texts):
        name = " ".join(texts[index][-1].split()) if texts[index] else f"{column_letters(index)}列"
        seen[name] = seen.get(name, 0) + 1
        found.append(Heading(index, texts[index], name if seen[name] == 1 else f"{name}#{seen[name]}"))
    return tuple(found)


def _covered(
    grid: CellGrid, numbers: list[int], last: int
) -> tuple[dict[int, dict[int, RawCell]], dict[int, frozenset[int]]]:
    """The cells below the first row of each merged cell, by row, and the columns that they stand in."""
    covered: dict[int, dict[int, RawCell]] = {}
    for top, left, bottom, _ in grid.merges:
        if top <= last or (raw := grid.rows.get(top, {}).get(left)) is None:
            continue
        for number in numbers[bisect_right(numbers, top) : bisect_right(numbers, bottom)]:
            row = covered.setdefault(number, {})
            if left in row:  # only a damaged sheet has merged cells that overlap
                break
            row[left] = raw
    return covered, {number: frozenset(row) for number, row in covered.items()}
