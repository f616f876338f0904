"""Importing: a plan of what a workbook would change, shown first and carried out whole or not at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from haicang_desk.model.exchange.book import Book, Fault
from haicang_desk.model.exchange.matching import Entry
from haicang_desk.model.exchange.planning import Planner
from haicang_desk.model.exchange.reading import Cancelled, Progress, read_book
from haicang_desk.model.records import RECORDS, Labelled, Project, Record
from haicang_desk.model.services import Workspace, numbered
from haicang_desk.model.store import Edit
from haicang_desk.model.values import Refused


class Fate(Labelled):
    """一行导入后的结果。"""

    NEW = "new", "新增"
    UPDATED = "updated", "更新"
    UNCHANGED = "unchanged", "未变"
    FAULTY = "error", "有误"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one row, and for an update what it changes."""

    sheet: str
    row: int
    fate: Fate
    what: str  # how the row is called: a name or number in it
    edits: tuple[Edit, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. The counts add up: read = new + updated + unchanged + faulty rows."""

    book: Book
    outcomes: tuple[Outcome, ...]
    records: tuple[Record, ...] = field(repr=False)  # new and updated, in the order to be written
    counts: Counter[Fate] = field(repr=False)

    @property
    def read(self) -> int:
        return len(self.outcomes)

    @property
    def new(self) -> int:
        return self.counts[Fate.NEW]

    @property
    def updated(self) -> int:
        return self.counts[Fate.UPDATED]

    @property
    def unchanged(self) -> int:
        return self.counts[Fate.UNCHANGED]

    @property
    def faulty(self) -> int:
        """Rows with at least one fault."""
        return self.counts[Fate.FAULTY]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Every cell that cannot be taken, by sheet, row and column."""
        return tuple(fault for outcome in self.outcomes for fault in outcome.faults)

    @property
    def ignored_columns(self) -> tuple[tuple[str, str], ...]:
        return self.book.ignored_columns

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of how the workbook was read: hidden rows, merged cells, sheets passed over."""
        return self.book.notes

    def as_json(self, *, written: bool = False) -> dict[str, Any]:
        """As contract §2 fixes it."""
        return {
            "read": self.read,
            "new": self.new,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "errors": [fault.as_json() for fault in self.errors],
            "ignored_columns": [{"sheet": sheet, "column": column} for sheet, column in self.ignored_columns],
            "written": written,
        }

    def carry_out(self, ws: Workspace, person: str, key: str = "") -> bool:
        """Write what was planned, as one change that can be undone whole; False where there is nothing to write.

        Raises Refused, and writes nothing, where a row has a fault or the store has changed since the plan.
        """
        if self.faulty:
            raise Refused(f"《{self.book.name}》有 {self.faulty} 行需要改正，没有写入任何内容。{self.errors[0]}")
        fresh = plan(ws, self.book)
        if fresh.outcomes != self.outcomes:
            raise Refused("预览之后台账又有改动，没有写入。请重新预览再导入")
        if not fresh.records:
            return False
        action = f"导入《{self.book.name}》：新增 {self.new} 条、更新 {self.updated} 条"
        with ws.change(action, actor=person, key=key) as change:
            for numberless, group in groupby(fresh.records, key=_numberless):
                for record in numbered(ws, list(group)) if numberless else group:
                    change.put(record)
        return True


def _numberless(record: Record) -> bool:
    return isinstance(record, Project) and not record.code


def plan_import(
    ws: Workspace, path: Path, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Plan:
    """Read a workbook and plan its import. Raises Refused for a workbook that is refused whole."""
    return plan(ws, read_book(path, progress=progress, cancelled=cancelled))


def plan(ws: Workspace, book: Book) -> Plan:
    """What importing this book into this store would do. Reads the store, writes nothing."""
    planner = Planner(ws, book)
    planner.run()
    outcomes, records = [], []
    counts: Counter[Fate] = Counter()
    for entries in planner.entries.values():
        for entry in entries:
            outcome = _outcome(planner, entry)
            outcomes.append(outcome)
            counts[outcome.fate] += 1
            if outcome.fate in (Fate.NEW, Fate.UPDATED) and entry.record is not None:
                records.append(entry.record)
    places = {sheet.title: place for place, sheet in enumerate(book.sheets)}
    outcomes.sort(key=lambda outcome: (places[outcome.sheet], outcome.row))
    return Plan(book, tuple(outcomes), _in_order(records), counts)


def _outcome(planner: Planner, entry: Entry) -> Outcome:
    edits = planner.edits(entry) if not entry.faults else ()
    if entry.faults:
        fate = Fate.FAULTY
    elif entry.held is None:
        fate = Fate.NEW
    else:
        fate = Fate.UPDATED if edits else Fate.UNCHANGED
    return Outcome(entry.sheet.title, entry.row.number, fate, _called(entry), edits, _by_column(entry))


def _by_column(entry: Entry) -> tuple[Fault, ...]:
    if not entry.faults:
        return ()
    headed = {entry.sheet.heading(column.name): column.index for column in entry.sheet.columns}
    return tuple(sorted(entry.faults, key=lambda fault: headed.get(fault.column, 0)))


def _called(entry: Entry) -> str:
    """A row's own name: the first of its texts that is filled in."""
    values, fields = entry.row.values, entry.sheet.record.fields
    for name in ("title", "name", "project", "@title", *fields):
        if isinstance(value := values.get(name), str) and value:
            return value[:40]
    return ""


def _in_order(records: list[Record]) -> tuple[Record, ...]:
    """Projects with a number before those that are given one, and both before what hangs on them."""
    ranks = {cls: rank for rank, cls in enumerate(RECORDS)}
    return tuple(sorted(records, key=lambda r: (ranks[type(r)], _numberless(r))))
