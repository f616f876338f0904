"""Export: the whole ledger as one workbook, every record on the sheet of its kind (contract §2).

What the store keeps beside the ledger, the originals of attachments and the papers that were issued, goes into no
workbook: a copy of the store (``backup``) carries it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from haicang_desk.model.records import RECORDS, Link, Project, Record, Street, StreetQuota, Village
from haicang_desk.model.services import Workspace
from haicang_desk.model.spreadsheet.read.cell_values import WRITE
from haicang_desk.model.spreadsheet.read.headings import RECORD_ID
from haicang_desk.model.spreadsheet.write.workbook_writing import WorkbookWriter, new_workbook
from haicang_desk.model.values import ProgressCallback


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column of an exported sheet: its heading, the kind of its cells, and what of a record stands in it."""

    heading: str
    kind: Any
    value: Callable[[Any], Any]


class LinkNames:
    """How links read in a workbook: villages by name, projects by number."""

    def __init__(self, ws: Workspace) -> None:
        self.villages = {village.id: village.name for village in ws.all(Village)}
        self.projects = {project.id: project for project in ws.all(Project)}

    def village(self, village_id: str) -> str:
        return self.villages.get(village_id, "")

    def code(self, project_id: str) -> str:
        return self.projects[project_id].code if project_id else ""

    def title(self, project_id: str) -> str:
        return self.projects[project_id].title if project_id else ""

    def village_of(self, project_id: str) -> str:
        return self.village(self.projects[project_id].village) if project_id else ""


def columns_of(cls: type[Record], names: LinkNames) -> Iterator[ExportColumn]:
    """The columns of a record's sheet, in the order its fields are declared, with those that make links readable."""
    for name, said in cls.fields.items():
        if said.refers == Village.table:
            yield _linked(said.label, name, names.village)
        elif said.refers == Project.table:
            yield _linked(said.label, name, names.code)
            yield _linked(Project.fields["title"].label, name, names.title)
            if "village" not in cls.fields:
                yield _linked(Village.fields["name"].label, name, names.village_of)
        else:
            yield ExportColumn(said.heading, said.kind, attrgetter(name))
    if cls not in (Street, StreetQuota):  # one of a kind, or one a year: known without
        yield ExportColumn(RECORD_ID, Link, attrgetter("id"))


def _linked(heading: str, name: str, shown: Callable[[str], str]) -> ExportColumn:
    return ExportColumn(heading, Link, lambda record: shown(getattr(record, name)))


def export_ledger(
    ws: Workspace, out: Path, year: int | None = None, *, progress: ProgressCallback | None = None
) -> Path:
    """Write the ledger to ``out``; with ``year``, only the projects of that fund year and what hangs on them.

    What names neither a project nor a year belongs to every year. Raises NotWritten; then nothing is left behind.
    """
    names = LinkNames(ws)
    with new_workbook(out) as book:
        for place, cls in enumerate(RECORDS, 1):
            _write_sheet(book, cls, [record for record in ws.all(cls) if _wanted(record, names, year)], names)
            if progress is not None:
                progress(place, len(RECORDS))
    return out


def _wanted(record: Record, names: LinkNames, year: int | None) -> bool:
    """What hangs on a voided project is shown nowhere, so here neither."""
    project = getattr(record, "project", "")
    if project and project not in names.projects:
        return False
    if year is None:
        return True
    own = names.projects[project].fund_year if project else getattr(record, "fund_year", None)
    return own is None or own == year


def _write_sheet(book: WorkbookWriter, cls: type[Record], records: list[Any], names: LinkNames) -> None:
    told = list(columns_of(cls, names))
    widths = [min(max(WRITE[column.kind].width, 2 * len(column.heading) + 4), 40) for column in told]
    cells = [(book.column(column.kind), column.value) for column in told]
    with book.sheet(cls.label, [column.heading for column in told], widths) as sheet:
        for record in records:
            sheet.append([cell(value(record)) for cell, value in cells])
