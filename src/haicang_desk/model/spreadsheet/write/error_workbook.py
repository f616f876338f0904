"""The error workbook: the imported workbook with its faulty cells coloured and the reasons in a last column.

An xlsx is patched where it differs, in the limited process (marking). Any other format is made an xlsx first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from haicang_desk.model.foreign import MarkedSheet, marked_workbook
from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.source_file import read_source
from haicang_desk.model.foreign.sheets.xml_patch import CellRef
from haicang_desk.model.spreadsheet.columns import REASONS
from haicang_desk.model.spreadsheet.import_plan import ImportPlan
from haicang_desk.model.spreadsheet.read.answers import Question
from haicang_desk.model.spreadsheet.read.formats import open_grids
from haicang_desk.model.spreadsheet.read.parsed_workbook import Fault, ParsedSheet
from haicang_desk.model.spreadsheet.write.grid_workbook import grids_as_xlsx
from haicang_desk.model.spreadsheet.write.xlsx_writer import cell_text
from haicang_desk.platform import atomic_path


def write_error_workbook(path: Path, plan: ImportPlan, out: Path, grids: Sequence[CellGrid] = ()) -> Path:
    """Write the workbook at ``path`` to ``out`` with the faults of its plan marked, and return ``out``.

    A file of another format becomes an xlsx with the same cells, and so do ``grids``, which are pasted rows.
    Raises Refused where ``path`` cannot be read (any more), NotWritten where ``out`` cannot be written.
    """
    marked = None
    sheets = list(_marked_sheets(plan))
    if not grids:
        marked = marked_workbook(read_source(path), path.name, sheets)
        grids = () if marked is not None else open_grids(path)
    if marked is None:
        marked = marked_workbook(grids_as_xlsx(grids), path.name, sheets, [grid.title for grid in grids])
    assert marked is not None
    with atomic_path(out) as part:
        part.write_bytes(marked)
    return out


def _marked_sheets(plan: ImportPlan) -> Iterator[MarkedSheet]:
    """What is marked in each sheet that has faults or questions."""
    sheets: dict[str, list[ParsedSheet]] = defaultdict(list)
    for sheet in plan.workbook.sheets:
        sheets[sheet.title].append(sheet)
    for sheet, *others in sheets.values():  # more than one where each row of a table is two records
        reasons, bad = _faults(sheet, plan)
        bad |= {ref for other in others for ref in _faults(other, plan)[1]}
        if reasons:
            notes = {row: cell_text(text) for row, text in {sheet.header: REASONS, **reasons}.items()}
            own = sheet.reasons or sheet.width + 1
            yield MarkedSheet(sheet.title, sheet.header, own, bool(sheet.reasons), notes, frozenset(bad))


def _faults(sheet: ParsedSheet, plan: ImportPlan) -> tuple[dict[int, str], set[CellRef]]:
    """The reasons by row, and the references of the cells that are faulty or must be asked about."""
    index = {sheet.heading(column.name): column.index for column in sheet.columns}
    texts: dict[int, list[str]] = defaultdict(list)
    bad: set[CellRef] = set()
    marks: tuple[Fault | Question, ...] = (*plan.errors, *(asked for asked in plan.questions if asked.row))
    for fault in marks:
        if fault.sheet == sheet.title:
            texts[fault.row].append(f"「{fault.column}」：{fault.reason}")
            if (column := index.get(fault.column)) is not None:
                bad.add(sheet.places.get(column, (fault.row, column)))
    return {row: "；".join(reasons) for row, reasons in texts.items()}, bad
