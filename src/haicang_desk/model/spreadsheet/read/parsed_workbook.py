"""A workbook that was read: the rows of its sheets as values of fields, what could not be read, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from haicang_desk.model.records import Record
from haicang_desk.model.spreadsheet.columns import heading_of
from haicang_desk.model.spreadsheet.read.answers import Question
from haicang_desk.model.spreadsheet.read.mapping import Column, TableMapping
from haicang_desk.model.values import Money


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


@dataclass(frozen=True, slots=True)
class Missing:
    """A required field that a table does not have: what is asked as soon as a row is a new record.

    ``proposal`` is the likely text for every row, "" for none.
    """

    question: Question
    proposal: str = ""


@dataclass(slots=True)
class ParsedSheet:
    """The rows of one sheet, each of which is one record of the class ``record``.

    A table with a repeated column that was split has one of these for each record of its rows. ``places`` are the
    cells (row, column) of a form's values by the number of their column; {} for a table.
    """

    title: str
    record: type[Record]
    header: int  # the row of the headings, the last one of several
    columns: tuple[Column, ...]
    width: int  # number of the last column in use
    reasons: int = 0  # number of the column 导入说明 of a returned error workbook, 0 for none
    rows: list[ParsedRow] = field(default_factory=list)
    places: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    missing: Mapping[str, Missing] = field(default_factory=dict)  # by name of the field

    def heading(self, name: str) -> str:
        """The heading of a column as contract and reports give it, whatever the workbook has."""
        return heading_of(self.record, name)

    def fault(self, row: ParsedRow, name: str, value: str, reason: str) -> Fault:
        """A fault of one cell of this sheet; ``name`` is the name of its column."""
        return Fault(self.title, row.number, self.heading(name), value, reason)


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """The amounts of one money column that were read: their sum, how many, and the unit that they were read in.

    ``column`` is the name in the book, ``heading`` that of the field; ``grounds`` are the words that state the unit.
    """

    sheet: str
    column: str
    heading: str
    unit: str  # 元, 万元 …; "" where each cell states its own
    amount: Money
    rows: int
    grounds: tuple[str, ...] = ()

    def __str__(self) -> str:
        how = {"元": "金额按元读取", "": "金额按格内写明的单位读取"}.get(self.unit, f"金额按{self.unit}换算成元")
        return f"“{self.sheet}”「{self.column}」{self.rows} 笔共 {self.amount} 元，{how}"

    def as_json(self) -> dict[str, Any]:
        """One entry of ``sums`` in ``import --json`` (contract §2)."""
        return {
            "sheet": self.sheet,
            "column": self.column,
            "unit": self.unit,
            "fen": self.amount.fen,
            "rows": self.rows,
        }


@dataclass(frozen=True, slots=True)
class Caution:
    """An amount that was read but looks wrong by its size: under 100 元, or over ten times a cap."""

    sheet: str
    row: int
    column: str
    value: str
    amount: Money
    reason: str

    def __str__(self) -> str:
        return f"“{self.sheet}”第 {self.row} 行「{self.column}」{self.reason}"


@dataclass(frozen=True, slots=True)
class IgnoredColumn:
    """A column that no field takes: sheet, its name, how many of its cells are numbers, and why it is not read."""

    sheet: str
    column: str
    numbers: int = 0
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """One entry of ``ignored_columns`` in ``import --json`` (contract §2)."""
        return {"sheet": self.sheet, "column": self.column, "numbers": self.numbers}


@dataclass(frozen=True, slots=True)
class TableReading:
    """How one table was understood, for the preview and for a mapping to be kept.

    ``mapping`` is all of it as one [[table]]: what was chosen, what was understood and what is proposed.
    ``source_rows`` counts the rows of the table, sums and examples among them; ``read_rows`` those that are records.
    """

    sheet: str
    record: type[Record] | None
    mapping: TableMapping | None
    source_rows: int
    read_rows: int
    sum_rows: int = 0


@dataclass(frozen=True, slots=True)
class ParsedWorkbook:
    """A workbook as read. ``notes`` tell the user how: hidden rows, merged cells, sheets that were passed over.

    While there is a question nothing may be written. ``unread_sheets`` are titles of sheets of which nothing was read.
    """

    path: Path
    sheets: tuple[ParsedSheet, ...]
    ignored: tuple[IgnoredColumn, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    sums: tuple[ColumnSum, ...] = ()
    cautions: tuple[Caution, ...] = ()
    unread_sheets: tuple[str, ...] = ()
    tables: tuple[TableReading, ...] = ()

    @property
    def name(self) -> str:
        """The file name, as messages give it."""
        return self.path.name

    @property
    def ignored_columns(self) -> tuple[tuple[str, str], ...]:
        """Sheet and name of the columns that no field takes."""
        return tuple((column.sheet, column.column) for column in self.ignored)

    def as_json(self) -> dict[str, Any]:
        """What ``import --json`` tells of the reading itself (contract §2)."""
        return {
            "questions": [question.as_json() for question in self.questions],
            "sums": [column.as_json() for column in self.sums],
            "ignored_columns": [column.as_json() for column in self.ignored],
            "unread_sheets": list(self.unread_sheets),
        }
