"""The sheets of a file of any format, by its content. A further format is one more module and its line here."""

from __future__ import annotations

from pathlib import PurePath

from haicang_desk.model.foreign.sheets.byte_counter import ByteCounter
from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.source_file import FileKind, kind_of
from haicang_desk.model.foreign.sheets.text_encoding import decoded
from haicang_desk.model.foreign.sheets.zip_package import damage_refused, damaged


def read_grids(content: bytes, name: str, counter: ByteCounter) -> tuple[CellGrid, ...]:
    """All sheets of a file as grids, in its order; a text or a page is one sheet, named after the file.

    Raises Refused for a file that is refused whole. A formula without value is not refused here: its place is in
    ``CellGrid.uncalculated``, for whoever uses the sheet.
    """
    kind = kind_of(content, name)
    with damage_refused(name):
        if kind is FileKind.XLSX:
            from haicang_desk.model.foreign.sheets.xlsx_sheets import xlsx_grids

            return xlsx_grids(content, name, counter)
        if kind is FileKind.ODS:
            from haicang_desk.model.foreign.sheets.ods_sheets import ods_grids

            return ods_grids(content, name, counter)
        if kind is FileKind.XLS:
            from haicang_desk.model.foreign.sheets.xls_sheets import xls_grids

            return xls_grids(content, name, counter)
        return (_text_sheet(content, name, counter, kind),)


def _text_sheet(content: bytes, name: str, counter: ByteCounter, kind: FileKind) -> CellGrid:
    from haicang_desk.model.foreign.sheets.html_tables import html_grid
    from haicang_desk.model.foreign.sheets.text_tables import text_grid

    text = decoded(content)
    if text is None:
        raise damaged(name, "文字编码有误")
    counter.total = len(text)
    grid_of = html_grid if kind is FileKind.HTML else text_grid
    return grid_of(PurePath(name).stem, text, counter.count)
