"""An xlsx made of the cells of another format, so that a faulty .xls, .ods, .csv or pasted table can be handed back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from haicang_desk.model.foreign.sheets.cell_grid import ERRORS, CellGrid, column_letters
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.spreadsheet.write.xlsx_writer import LONGEST_CELL, FixedArchive

_IN_TITLE = re.compile(r"[\[\]:*?/\\]")  # characters that a sheet's title may not have
_LONGEST_TITLE = 28  # characters of 31, so that openpyxl can number two that are alike
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMATS = {"day": "yyyy-mm-dd", "percent": "0.##%", "number": "General"}


def grids_as_xlsx(grids: Sequence[CellGrid]) -> bytes:
    """The content of a workbook with these sheets, in order: cells, units, merged cells, hidden rows and columns.

    A title that a workbook cannot have is changed, so a sheet is known by its place. Text never becomes a formula.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for grid in grids:
        title = _IN_TITLE.sub("_", _UNWRITABLE.sub("", grid.title)).strip("'")[:_LONGEST_TITLE]
        _fill(book.create_sheet(title or "Sheet"), grid)
    out = io.BytesIO()
    archive = FixedArchive(out, "w", zipfile.ZIP_DEFLATED)
    book.properties.created = book.properties.modified = archive.moment
    ExcelWriter(book, archive).save()
    return out.getvalue()


def _fill(sheet: Worksheet, grid: CellGrid) -> None:
    for number, cells in grid.rows.items():
        for column, raw in cells.items():
            _write(sheet.cell(number, column), raw)
    for number in grid.hidden_rows:
        sheet.row_dimensions[number].hidden = True
    for column in grid.hidden_columns:
        sheet.column_dimensions[column_letters(column)].hidden = True
    for top, left, bottom, right in grid.merges:
        if (top, left) < (bottom, right) and top <= bottom and left <= right:
            sheet.merged_cells.add(f"{column_letters(left)}{top}:{column_letters(right)}{bottom}")


def _write(cell: Cell | MergedCell, raw: RawCell) -> None:
    if raw.form in _FORMATS:
        cell.value = float(raw.text) if "." in raw.text or "e" in raw.text.lower() else int(raw.text)
        cell.number_format = f'{_FORMATS[raw.form]}"{raw.unit}"' if raw.unit else _FORMATS[raw.form]
    elif raw.form == "flag":
        cell.value = raw.text == "TRUE"
    elif raw.form == "fault" and raw.text in ERRORS:
        cell.value = raw.text
        cell.data_type = "e"
    elif raw.text:
        cell.value = _UNWRITABLE.sub("", raw.text)[:LONGEST_CELL]
        cell.data_type, cell.quotePrefix = "s", raw.text[:1] in tuple("=+-@\t")  # stays text when it is edited
        if "\n" in raw.text:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
