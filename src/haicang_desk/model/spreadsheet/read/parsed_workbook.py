"""A workbook that was read: the rows of its sheets as values of fields, and the cells that could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from haicang_desk.model.records import Record
from haicang_desk.model.spreadsheet.columns import heading_of
from haicang_desk.model.spreadsheet.read.answers import Question
from haicang_desk.model.spreadsheet.read.mapping import Column
from haicang_desk.model.values import Refused


class ReadingStopped(Refused):
    """The user cancelled the reading; nothing was written."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be imported: sheet, row, heading of its column, its text, and what is expected instead."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"“{self.sheet}”第 {self.row} 行「{self.column}」：{self.reason}"

    def as_json(self) -> dict[str, Any]:
        """One entry of ``errors`` in ``import --json`` (contract §2)."""
        return {name: getattr(self, name) for name in ("sheet", "row", "column", "value", "reason")}


@dataclass(slots=True)
class ParsedRow:
    """One row: the values of its non-empty cells by the name of their column, and the faults of the others."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class ParsedSheet:
    """The rows of one sheet, each of which is one record of the class ``record``."""

    title: str
    record: type[Record]
    header: int  # the row of the headings, the last one of several
    columns: tuple[Column, ...]
    width: int  # number of the last column in use
    reasons: int = 0  # number of the column 导入说明 of a returned error workbook, 0 for none
    rows: list[ParsedRow] = field(default_factory=list)

    def heading(self, name: str) -> str:
        """The heading of a column as contract and reports give it, whatever the workbook has."""
        return heading_of(self.record, name)

    def fault(self, row: ParsedRow, name: str, value: str, reason: str) -> Fault:
        """A fault of one cell of this sheet; ``name`` is the name of its column."""
        return Fault(self.title, row.number, self.heading(name), value, reason)


@dataclass(frozen=True, slots=True)
class ParsedWorkbook:
    """A workbook as read. ``notes`` tell the user how: hidden rows, merged cells, sheets that were passed over."""

    path: Path
    sheets: tuple[ParsedSheet, ...]
    ignored_columns: tuple[tuple[str, str], ...] = ()  # sheet and heading
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def name(self) -> str:
        """The file name, as messages give it."""
        return self.path.name
