"""Export of the ledger as one workbook, one sheet for each kind of record (contract §2).

Files that the store holds beside its records (originals of attachments, issued papers) are in no workbook; a copy of
the store (``backup``) has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from haicang_desk.model.records import RECORDS, Link, Project, Prose, Record, Street, StreetQuota, Village
from haicang_desk.model.services import Workspace
from haicang_desk.model.spreadsheet.cell_values import CELL_TYPES
from haicang_desk.model.spreadsheet.columns import (
    OF_ONE_STREET,
    RECORD_ID,
    RECORD_VERSIONS,
    STREET,
    TITLE,
    VILLAGE,
    heading_of,
    sheet_columns,
)
from haicang_desk.model.spreadsheet.row_versions import RecordNames, versions_in, written
from haicang_desk.model.spreadsheet.write.sheet_paper import text_width
from haicang_desk.model.spreadsheet.write.xlsx_writer import WorkbookWriter, new_workbook
from haicang_desk.model.store import head_line, read_voided, versions_of
from haicang_desk.model.values import ProgressCallback

_WIDEST = 40  # characters
_MEASURED = 200  # rows whose texts decide how wide a column is


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of an exported sheet: its heading, the kind of its cells, and the value of a record in it."""

    heading: str
    kind: Any
    value: Callable[[Any], Any]


class LinkNames:
    """How links are written in a workbook: a village by its name, a project by number, name and village."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self.street = ws.street.name
        self.villages = {village.id: village.name for village in ws.all(Village)}
        self.projects = {project.id: project for project in ws.all(Project)}
        villages = {village.id: village.name for village in read_voided(ws.conn, Village)}
        codes = {project.id: project.code for project in (*read_voided(ws.conn, Project), *self.projects.values())}
        self._names = RecordNames({**villages, **self.villages}, codes)

    def village(self, village_id: str) -> str:
        """The name of a village, "" for no village."""
        return self.villages.get(village_id, "")

    def code(self, project_id: str) -> str:
        """The number of a project, "" for no project."""
        return self.projects[project_id].code if project_id else ""

    def title(self, project_id: str) -> str:
        """The name of a project, "" for no project."""
        return self.projects[project_id].title if project_id else ""

    def village_of(self, project_id: str) -> str:
        """The name of the village of a project, "" for no project."""
        return self.village(self.projects[project_id].village) if project_id else ""

    def versions(self, cls: type[Record]) -> Callable[[Any], str]:
        """A function from a record of a class to the cell with the versions that it has had here."""
        earlier = versions_of(self._ws.conn, cls.table)
        return lambda record: written(versions_in(record, earlier.get(record.id, ()), self._names))


def export_columns(cls: type[Record], names: LinkNames) -> Iterator[ExportColumn]:
    """The columns of a record's sheet, then those that an import knows a record by.

    Its 记录号, which a street and its yearly quotas do not need; the street, where two streets have records of the
    same key; and its versions.
    """
    lookups: dict[str, Callable[[str], str]] = {TITLE: names.title, VILLAGE: names.village_of}
    for column in sheet_columns(cls):
        if column.field is None:
            yield _link_column(column.heading, "project", lookups[column.name])
        elif column.field.refers:
            shown = names.village if column.field.refers == Village.table else names.code
            yield _link_column(column.heading, column.name, shown)
        else:
            yield ExportColumn(column.heading, column.field.kind, attrgetter(column.name))
    if cls not in (Street, StreetQuota):
        yield ExportColumn(RECORD_ID, Link, attrgetter("id"))
    if cls in OF_ONE_STREET:
        yield ExportColumn(heading_of(cls, STREET), Link, lambda _: names.street)
    yield ExportColumn(RECORD_VERSIONS, Link, names.versions(cls))


def _link_column(heading: str, name: str, shown: Callable[[str], str]) -> ExportColumn:
    return ExportColumn(heading, Link, lambda record: shown(getattr(record, name)))


def export_ledger(
    ws: Workspace, out: Path, year: int | None = None, *, progress: ProgressCallback | None = None
) -> Path:
    """Write the ledger to ``out`` and return ``out``; with ``year``, only what belongs to that fund year.

    A record that names neither a project nor a year belongs to every year. ``progress`` gets the sheets done and in
    all. Raises NotWritten (exit code 5); ``out`` is then as before.
    """
    names = LinkNames(ws)
    with new_workbook(out) as book:
        book.description = f"由台账导出：{head_line(ws.conn)}"
        for number, cls in enumerate(RECORDS, 1):
            records = [record for record in ws.all(cls) if _wanted(record, names, year)]
            write_sheet(book, cls, records, list(export_columns(cls, names)))
            if progress is not None:
                progress(number, len(RECORDS))
    return out


def _wanted(record: Record, names: LinkNames, year: int | None) -> bool:
    """Whether a record belongs to the year. The records of a voided project are not exported."""
    project = getattr(record, "project", "")
    if project and project not in names.projects:
        return False
    if year is None:
        return True
    own = names.projects[project].fund_year if project else getattr(record, "fund_year", None)
    return own is None or own == year


def write_sheet(book: WorkbookWriter, cls: type[Record], records: list[Any], columns: list[ExportColumn]) -> None:
    """Write the sheet of a kind of record with these columns, that of the versions hidden.

    On paper are the columns before the 记录号, which only an import needs; number, name and village of the project
    are on each of several pages side by side.
    """
    widths = [_width_of(column, records[:_MEASURED]) for column in columns]
    cells = [(book.column(column.kind), column.value) for column in columns]
    hidden = {n for n, column in enumerate(columns, 1) if column.heading == RECORD_VERSIONS}
    headings = [column.heading for column in columns]
    paper = {"printed": _on_paper(headings), "repeated": _named_by(headings)}
    with book.sheet(cls.label, headings, widths, hidden, **paper) as sheet:
        for record in records:
            values = [value(record) for _, value in cells]
            shown = ["" if n in hidden else text for n, text in enumerate(values, 1)]
            sheet.append([cell(value) for (cell, _), value in zip(cells, values, strict=True)], shown)


def _width_of(column: ExportColumn, records: Sequence[Any]) -> float:
    """The width of a column in characters: that of its kind, its heading, and texts on one line up to a limit."""
    widest = max(CELL_TYPES[column.kind].width, 2 * len(column.heading) + 4)
    if column.kind is not Prose and column.heading != RECORD_VERSIONS:
        texts = (text for record in records if isinstance(text := column.value(record), str))
        widest = max(widest, *(text_width(text) + 2 for text in texts), 0)
    return min(widest, _WIDEST)


def _on_paper(headings: Sequence[str]) -> int:
    """The number of columns before those that only an import needs."""
    return next((n for n, heading in enumerate(headings) if heading in (RECORD_ID, RECORD_VERSIONS)), len(headings))


def _named_by(headings: Sequence[str]) -> int:
    """The number of columns at the left that say which project or village a row is about; 0 for none."""
    named = {Project.fields["code"].heading, Project.fields["title"].heading, Village.fields["name"].heading}
    named |= {Project.fields["fund_year"].heading, Project.fields["village"].heading}
    return next((n for n, heading in enumerate(headings) if heading not in named), len(headings))
