"""Reading of a workbook file or of pasted text into a ParsedWorkbook. No store is used, so any thread may read.

Each file format has a module that produces the CellGrid of a sheet (xlsx_sheets); everything after the grid is the
same for all formats (tables). A further format is one more such module and its call in ``read_workbook``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from haicang_desk.model.spreadsheet.cell_values import RawCell
from haicang_desk.model.spreadsheet.read.cell_grid import MOST_COLUMNS, MOST_ROWS, CellGrid
from haicang_desk.model.spreadsheet.read.mapping import record_of
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedWorkbook, ReadingStopped
from haicang_desk.model.spreadsheet.read.tables import TableReader, likely_record
from haicang_desk.model.spreadsheet.read.xlsx_package import damage_refused, open_package
from haicang_desk.model.spreadsheet.read.xlsx_sheets import XlsxSheets
from haicang_desk.model.values import Cancelled, ProgressCallback, Refused

PASTED = "粘贴的内容"


def open_grids(
    path: Path, *, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> tuple[CellGrid, ...]:
    """All sheets of a file as grids, in its order. ``progress`` gets the bytes done and the bytes in all.

    Raises Refused (exit code 3) for a file that is refused whole, ReadingStopped once ``cancelled`` is true. A formula
    without value is not refused here: its place is in ``CellGrid.uncalculated``, for whoever uses the sheet.
    """
    with open_package(path) as package, damage_refused(path.name):
        sheets = XlsxSheets(package)
        count = _byte_counter(sheets.size(sheets.entries), progress, cancelled)
        sheets.read_strings(count)
        return tuple(sheets.read(entry, count) for entry in sheets.entries)


def read_workbook(
    path: Path, *, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> ParsedWorkbook:
    """Read an xlsx workbook. ``progress`` gets the bytes done and the bytes in all.

    Raises Refused (exit code 3) for a workbook that is refused whole, ReadingStopped once ``cancelled`` is true.
    """
    tables = TableReader(path)
    for grid in open_grids(path, progress=progress, cancelled=cancelled):
        if (cls := record_of(grid.title)) is None:
            tables.pass_over(grid.title)
        else:
            tables.read(cls, grid, hidden=grid.hidden)
    return tables.workbook()


def read_pasted(text: str) -> ParsedWorkbook:
    """Read rows copied from a spreadsheet with their headings (tab-separated), as the record the headings fit best.

    Raises Refused for text that is no table, for more than 100,000 rows, and where no record has such headings.
    """
    grid = CellGrid(PASTED)
    try:
        lines = list(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter="\t"))
    except csv.Error as wrong:
        raise Refused("粘贴的内容不是表格，没有导入。请在表格软件里选中带表头的几行，复制后再粘贴") from wrong
    if len(lines) > MOST_ROWS:
        raise Refused("粘贴的内容超过 10 万行，没有导入。请存成工作簿，分几次导入")
    for number, cells in enumerate(lines, 1):
        row = {index: RawCell("text", cell) for index, cell in enumerate(cells[:MOST_COLUMNS], 1) if cell.strip()}
        if row:
            grid.rows[number] = row
    cls = likely_record(grid)
    if cls is None:
        raise Refused("粘贴的内容里认不出表头，没有导入。请连同表头一起复制，如 资金年度、村居、项目名称、项目类别")
    grid.title = cls.label
    tables = TableReader(Path(PASTED))
    tables.read(cls, grid, hidden=False)
    return tables.workbook()


def _byte_counter(total: int, progress: ProgressCallback | None, cancelled: Cancelled | None) -> Callable[[int], None]:
    """A function to call with each number of bytes read; it reports progress, or raises ReadingStopped."""
    done = 0

    def count(size: int) -> None:
        nonlocal done
        done += size
        if cancelled is not None and cancelled():
            raise ReadingStopped("已停止读取，没有写入任何内容")
        if progress is not None:
            progress(done, total)

    return count
