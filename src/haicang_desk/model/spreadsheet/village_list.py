"""The names of villages in any workbook that lists them, for the first-run guide: a column is found, not asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.spreadsheet.read.formats import open_grids
from haicang_desk.model.values import Refused

_HEADING = re.compile(r"村居|社区|村（居）|村\(居\)|村名|单位名称|名称")
_TITLE = re.compile(r"名册|名单|汇总|情况|一览|表$")
_NAME = re.compile(r".*(社区|村|居委会|村委会|居民委员会|村民委员会)$")
LONGEST = 30


def village_names_in(path: Path) -> list[str]:
    """The names, each once and in order. Raises Refused for a file that cannot be read, or that lists none."""
    for grid in open_grids(path):
        if names := list(dict.fromkeys(_names(grid))):
            return names
    raise Refused(f"“{path.name}”里没有找到村居名称。请把名称放在一列，列名写“村居”，或直接复制那一列粘贴过来")


def _names(grid: CellGrid) -> Iterator[str]:
    """The names of a sheet: below the first heading of villages, else of the column with most names of villages."""
    for number, row in grid.rows.items():
        for column, cell in row.items():
            text = _clean(cell.text)
            heading = len(text) <= 8 and _HEADING.search(text) and not _TITLE.search(text)
            if heading and not _is_name(grid, number + 1, column, text):
                below = (grid.rows[n].get(column) for n in grid.rows if n > number)
                yield from _fitting(cell.text for cell in below if cell is not None)
                return
    columns: dict[int, list[str]] = {}
    for row in grid.rows.values():
        for column, cell in row.items():
            if _NAME.match(_clean(cell.text)):
                columns.setdefault(column, []).append(cell.text)
    most: list[str] = max(columns.values(), key=lambda names: len(names), default=[])
    yield from _fitting(most)


def _is_name(grid: CellGrid, below: int, column: int, text: str) -> bool:
    """Whether what looks like a heading is a name itself: it ends as names do, and so does the cell below it."""
    under = grid.rows.get(below, {}).get(column)
    return len(text) > 2 and bool(_NAME.match(text)) and under is not None and bool(_NAME.match(_clean(under.text)))


def _fitting(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        clean = _clean(text)
        if clean and len(clean) <= LONGEST and not clean.isdigit() and clean not in ("合计", "小计", "总计"):
            yield clean


def _clean(text: str) -> str:
    return "".join(str(text).split())
