"""Reading of a workbook file or of pasted text as a RawWorkbook. No store is used, so any thread may read.

The sheets of every format come as CellGrids from the limited process (model/foreign); everything after the grid is the
same for all formats (table_shape, interpretation).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from haicang_desk.model.foreign import clipboard_grid, file_grids, standard_input_grid
from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.clipboard import PASTED
from haicang_desk.model.foreign.sheets.source_file import read_source
from haicang_desk.model.spreadsheet.read.mapping import is_heading
from haicang_desk.model.spreadsheet.read.raw_tables import RawTable, RawWorkbook
from haicang_desk.model.spreadsheet.read.table_shape import tables_of
from haicang_desk.model.values import Cancelled, ProgressCallback


def open_grids(
    path: Path, *, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> tuple[CellGrid, ...]:
    """All sheets of a file as grids, in its order; a text or a page is one sheet, named after the file.

    ``progress`` gets what is done and what is to be done, in bytes or rows.
    Raises Refused (exit code 3) for a file that is refused whole or meets a limit, ReadingStopped once ``cancelled`` is
    true. A formula without value is not refused here: its place is in ``CellGrid.uncalculated``.
    """
    return file_grids(read_source(path), path.name, progress=progress, cancelled=cancelled)


def open_workbook(
    path: Path, *, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> RawWorkbook:
    """The tables of a file, before anything in them is judged. Raises as open_grids."""
    return raw_workbook(path, open_grids(path, progress=progress, cancelled=cancelled))


def open_pasted(text: str, html: str = "", *, sheet: str = PASTED) -> RawWorkbook:
    """The tables of rows copied from a spreadsheet, as text and in HTML; ``sheet`` is what options call them.

    Raises Refused for text that is no table and for more than 100,000 rows.
    """
    grid, has_table = clipboard_grid(html, text)
    grid.title = sheet
    return replace(raw_workbook(Path(sheet), (grid,), plain=not has_table), pasted=(grid,))


def open_standard_input(content: bytes) -> RawWorkbook:
    """The tables of rows on standard input, as a spreadsheet puts them on the clipboard. Raises as open_pasted."""
    grid = standard_input_grid(content)
    return raw_workbook(Path(grid.title), (grid,), plain=True)


def raw_workbook(path: Path, grids: Iterable[CellGrid], *, plain: bool = False) -> RawWorkbook:
    """The tables of the grids of a workbook; sheets without a cell are passed over."""
    tables: list[RawTable] = []
    empty: list[str] = []
    for grid in grids:
        found = tables_of(grid, is_heading)
        for table in found:
            table.hidden, table.uncalculated = grid.hidden, grid.uncalculated
            if grid.left_out:
                note = f"“{grid.title}”第 {grid.left_out} 行起在 200 多个空行之后，没有读取"
                table.notes = (*table.notes, note)
        tables += found
        if grid.rows and not found:
            empty.append(grid.title)
    return RawWorkbook(path, tuple(tables), tuple(empty), plain=plain)
