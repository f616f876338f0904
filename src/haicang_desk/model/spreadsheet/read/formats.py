"""Reading of a workbook file or of pasted text into a ParsedWorkbook. No store is used, so any thread may read.

What a file is, its content says (source_file.kind_of). Each format has a module that produces the CellGrids of its
sheets; everything after the grid is the same for all formats (tables). A further format is one more such module and
its line in ``open_grids``.
"""

from __future__ import annotations

from pathlib import Path

from haicang_desk.model.spreadsheet.read.byte_counter import ByteCounter
from haicang_desk.model.spreadsheet.read.cell_grid import CellGrid
from haicang_desk.model.spreadsheet.read.clipboard import PASTED, read_clipboard
from haicang_desk.model.spreadsheet.read.html_tables import html_grid
from haicang_desk.model.spreadsheet.read.mapping import record_of
from haicang_desk.model.spreadsheet.read.ods_sheets import ods_grids
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedWorkbook
from haicang_desk.model.spreadsheet.read.source_file import FileKind, kind_of, read_source
from haicang_desk.model.spreadsheet.read.tables import TableReader, likely_record
from haicang_desk.model.spreadsheet.read.text_encoding import decoded
from haicang_desk.model.spreadsheet.read.text_tables import text_grid
from haicang_desk.model.spreadsheet.read.xls_sheets import xls_grids
from haicang_desk.model.spreadsheet.read.xlsx_sheets import xlsx_grids
from haicang_desk.model.spreadsheet.read.zip_package import damage_refused, damaged
from haicang_desk.model.values import Cancelled, ProgressCallback, Refused


def open_grids(
    path: Path, *, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> tuple[CellGrid, ...]:
    """All sheets of a file as grids, in its order; a text or a page is one sheet, named after the file.

    ``progress`` gets what is done and what is to be done, in bytes or rows.
    Raises Refused (exit code 3) for a file that is refused whole, ReadingStopped once ``cancelled`` is true. A formula
    without value is not refused here: its place is in ``CellGrid.uncalculated``, for whoever uses the sheet.
    """
    content, counter = read_source(path), ByteCounter(progress, cancelled)
    kind = kind_of(content, path.name)
    with damage_refused(path.name):
        if kind is FileKind.XLSX:
            return xlsx_grids(content, path.name, counter)
        if kind is FileKind.ODS:
            return ods_grids(content, path.name, counter)
        if kind is FileKind.XLS:
            return xls_grids(content, path.name, counter)
        return (_text_sheet(content, path, counter, kind),)


def _text_sheet(content: bytes, path: Path, counter: ByteCounter, kind: FileKind) -> CellGrid:
    text = decoded(content)
    if text is None:
        raise damaged(path.name, "文字编码有误")
    counter.total = len(text)
    grid_of = html_grid if kind is FileKind.HTML else text_grid
    return grid_of(path.stem, text, counter.count)


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


def read_pasted(text: str, html: str = "") -> ParsedWorkbook:
    """Read rows copied from a spreadsheet with their headings, as the record the headings fit best.

    Raises Refused for what is no table, for more than 100,000 rows, and where no record has such headings.
    """
    grid = read_clipboard(html, text)
    cls = likely_record(grid)
    if cls is None:
        raise Refused("粘贴的内容里认不出表头，没有导入。请连同表头一起复制，如 资金年度、村居、项目名称、项目类别")
    grid.title = cls.label
    tables = TableReader(Path(PASTED))
    tables.read(cls, grid, hidden=False)
    return tables.workbook()
