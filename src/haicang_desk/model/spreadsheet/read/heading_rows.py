"""The rows of headings of a table: where they begin and end, and the headings of its columns from group to own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from haicang_desk.model.foreign.sheets.cell_grid import CellGrid, column_letters
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.spreadsheet.columns import folded
from haicang_desk.model.spreadsheet.read.raw_tables import ColumnHeading
from haicang_desk.model.spreadsheet.read.row_kinds import COUNTERS, UNIT, Known, is_label, may_be_heading

MOST_ROWS = 4  # of headings
_SPACE = re.compile(r"\s+")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_NUMBERED = re.compile(r"栏次|[甲乙丙丁戊己庚辛壬癸]|\(?\d{1,2}\)?(=.+)?|[a-z](=.+)?")

Row = Mapping[int, RawCell]


def is_heading_row(row: Row, known: Known) -> bool:
    """Whether a row is likely one of headings: several short texts, most of them words that label something."""
    others = sum(not may_be_heading(raw) for raw in row.values())
    if len(row) < 2 or others * 4 > len(row) or not may_be_heading(row[min(row)]):
        return False
    labels = sum(raw.form == "text" and is_label(raw.text, known) for raw in row.values())
    return labels >= 2 and labels * (3 if others else 4) >= len(row) * 2


def starts_with_counter(row: Row) -> bool:
    """Whether the first cell is 序号, which is always a heading."""
    return len(row) > 1 and folded(row[min(row)].text) in COUNTERS and all(may_be_heading(raw) for raw in row.values())


def last_heading_row(grid: CellGrid, numbers: Sequence[int], at: int) -> int:
    """The place in ``numbers`` of the last row of headings that begin at place ``at``.

    Rows belong to the headings where merged cells say so, where they stand under the blanks of a group whose merging
    was undone, and where they hold nothing but units or the numbers of the columns.
    """
    last = at
    while last + 1 < len(numbers) and last + 1 - at < MOST_ROWS:
        upper, lower = numbers[last], numbers[last + 1]
        if lower != upper + 1 or not _goes_on(grid, numbers[at], upper, lower):
            break
        last += 1
    return last


def _goes_on(grid: CellGrid, top: int, upper: int, lower: int) -> bool:
    row, above = grid.rows[lower], grid.rows[upper]
    if any(top <= first <= upper and lower <= last < top + MOST_ROWS for first, _, last, _ in grid.merges):
        return True
    if _gives_units(row) or (_numbers_the_columns(row) and not _is_counted_on(grid, lower, above)):
        return True
    if not all(may_be_heading(raw) for raw in row.values()):
        return False
    groups = [
        (left, right)
        for first, left, last, right in grid.merges
        if first == last == upper and left in above and right > left
    ]
    if groups:
        return all(any(left <= index <= right for left, right in groups) for index in row)
    return len(row) > 1 and _under_blanks(above, row)


def _under_blanks(above: Row, row: Row) -> bool:
    """Whether every cell of ``row`` stands under a group of ``above``: under its text or the blanks to its right."""
    blanks = [index for index in row if index not in above]
    if not blanks or min(row) < min(above):
        return False
    groups = {max(left for left in above if left < index) for index in blanks}
    return all(index not in above or index in groups for index in row) and all(group in row for group in groups)


def _is_counted_on(grid: CellGrid, number: int, heads: Row) -> bool:
    """Whether the row below goes on counting under 序号, so that 1 2 3 4 is the first record and no numbering."""
    first = min(grid.rows[number])
    below = grid.rows.get(number + 1, {}).get(first)
    return below is not None and below.text == "2" and first in heads and folded(heads[first].text) in COUNTERS


def _gives_units(row: Row) -> bool:
    return min(row) > 1 and all(raw.form == "text" and UNIT.fullmatch(folded(raw.text)) for raw in row.values())


def _numbers_the_columns(row: Row) -> bool:
    """Whether a row only numbers the columns: 1 2 3 4, or 甲 乙 1 2, or 栏次 1 2 3=1+2."""
    texts = [folded(raw.text).removesuffix(".0") for raw in row.values()]
    if len(texts) < 3 or not all(_NUMBERED.fullmatch(text) for text in texts):
        return False
    digits = [int(found[0]) for text in texts if (found := re.match(r"\d+", text.lstrip("(")))]
    stems = [text for text in texts if text in _STEMS]
    if stems != list(_STEMS[: len(stems)]):
        return False
    return digits == list(range(1, len(digits) + 1)) and (len(digits) > 1 or (len(digits) == 1 and len(stems) > 1))


def headings_of(grid: CellGrid, top: int, last: int, used: set[int]) -> tuple[ColumnHeading, ...]:
    """The headings of rows ``top`` to ``last``, and one without texts for each column in use that has none."""
    rows = [
        number for number in range(top, last + 1) if number in grid.rows and not _numbers_the_columns(grid.rows[number])
    ]
    texts: dict[int, tuple[str, ...]] = dict.fromkeys(used, ())
    own = {
        index for number in rows for index in grid.rows[number]
    }  # a merged heading has one column, if no more are used
    texts |= {index: tuple(path) for index, path in _paths(grid, rows).items() if index in own or index in used}
    seen: dict[str, int] = {}
    found = []
    for index in sorted(texts):
        name = heading_name(texts[index][-1]) if texts[index] else f"{column_letters(index)}列"
        seen[folded(name)] = seen.get(folded(name), 0) + 1
        count = seen[folded(name)]
        found.append(
            ColumnHeading(index, texts[index], name if count == 1 else f"{name}#{count}", index in grid.hidden_columns)
        )
    return tuple(found)


def heading_name(text: str) -> str:
    """A heading on one line, as options and messages name its column; white space stays between Latin letters only."""
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", _SPACE.sub(" ", text).strip()).rstrip("：:")


def _paths(grid: CellGrid, rows: Sequence[int]) -> dict[int, list[str]]:
    """The texts over each column from the outermost group to its own."""
    cells: dict[tuple[int, int], str] = {}
    merged: set[tuple[int, int]] = set()
    for number in rows:
        cells |= {(number, index): raw.text for index, raw in grid.rows[number].items()}
    for top, left, bottom, right in grid.merges:
        if (text := cells.get((top, left))) is not None:
            spots = {(number, index) for number in rows if top <= number <= bottom for index in range(left, right + 1)}
            cells = dict.fromkeys(spots, text) | cells
            merged |= spots
    columns = sorted({index for _, index in cells})
    for at, number in enumerate(rows[:-1]):
        below = {index for index in columns if any((lower, index) in cells for lower in rows[at + 1 :])}
        for index in columns:
            group = cells.get((number, index - 1)) if index - 1 in below else None
            if group is not None and (number, index) not in cells and (number, index - 1) not in merged:
                cells[number, index] = group
    paths: dict[int, list[str]] = {}
    for index in columns:
        path: list[str] = []
        for number in rows:
            text = cells.get((number, index), "")
            if path and text and UNIT.fullmatch(folded(text)) and number == rows[-1] and len(rows) > 1:
                path[-1] += text if text.startswith(("（", "(")) else f"（{text}）"
            elif text and path[-1:] != [text]:
                path.append(text)
        if path:
            paths[index] = path
    return paths
