"""Books: what a workbook says, cell by cell read as its field, and what of it cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from haicang_desk.model.records import Project, Record, Village
from haicang_desk.model.spreadsheet.read.headings import ID, RECORD_ID, VILLAGE, YEAR, Column
from haicang_desk.model.values import Refused


class ReadingStopped(Refused):
    """The person stopped it; nothing was written."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that cannot be taken: where it is, what it says, and what is expected."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"“{self.sheet}”第 {self.row} 行「{self.column}」：{self.reason}"

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("sheet", "row", "column", "value", "reason")}


@dataclass(slots=True)
class ParsedRow:
    """One row: the values of its cells that are not empty, by the name of their column."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class ParsedSheet:
    """The rows of one sheet, and the record that each is."""

    title: str
    record: type[Record]
    header: int
    columns: tuple[Column, ...]
    width: int  # the last column that holds anything
    reasons: int = 0  # the column in which a workbook given back had its reasons
    rows: list[ParsedRow] = field(default_factory=list)

    def heading(self, name: str) -> str:
        """The heading of a column as contract and reports call it."""
        if name in self.record.fields:
            return self.record.fields[name].heading
        said = {ID: RECORD_ID, VILLAGE: Village.fields["name"].label, YEAR: Project.fields["fund_year"].label}
        return said.get(name, Project.fields["title"].label)

    def fault(self, row: ParsedRow, name: str, value: str, reason: str) -> Fault:
        return Fault(self.title, row.number, self.heading(name), value, reason)


@dataclass(frozen=True, slots=True)
class ParsedWorkbook:
    """A workbook as read. ``notes`` are what a person should know of how it was read."""

    path: Path
    sheets: tuple[ParsedSheet, ...]
    ignored_columns: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.name
