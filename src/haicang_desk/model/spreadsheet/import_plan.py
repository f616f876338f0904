"""Importing: a plan of what a workbook would change, shown first and carried out whole or not at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from haicang_desk.model.records import RECORDS, Field, Labelled, Link, Project, Record, Street, Village, show_value
from haicang_desk.model.services import Workspace, with_project_codes
from haicang_desk.model.spreadsheet.read.headings import ID, folded
from haicang_desk.model.spreadsheet.read.parsed_workbook import Fault, ParsedRow, ParsedWorkbook
from haicang_desk.model.spreadsheet.read.workbook_reading import read_workbook
from haicang_desk.model.spreadsheet.record_matching import UNIQUE, ImportRow, match, match_projects
from haicang_desk.model.spreadsheet.reference_linking import ProjectIndex, VillageIndex
from haicang_desk.model.store import FieldChange, new_id
from haicang_desk.model.values import Cancelled, ProgressCallback, Refused


class RowResult(Labelled):
    """一行导入后的结果。"""

    NEW = "new", "新增"
    UPDATED = "updated", "更新"
    UNCHANGED = "unchanged", "未变"
    FAULTY = "error", "有误"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What becomes of one row, and for an update what it changes."""

    sheet: str
    row: int
    result: RowResult
    what: str  # how the row is called: a name or number in it
    edits: tuple[FieldChange, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do. The counts add up: read = new + updated + unchanged + faulty rows."""

    book: ParsedWorkbook
    outcomes: tuple[RowOutcome, ...]
    records: tuple[Record, ...] = field(repr=False)  # new and updated, in the order to be written
    counts: Counter[RowResult] = field(repr=False)

    @property
    def read(self) -> int:
        return len(self.outcomes)

    @property
    def new(self) -> int:
        return self.counts[RowResult.NEW]

    @property
    def updated(self) -> int:
        return self.counts[RowResult.UPDATED]

    @property
    def unchanged(self) -> int:
        return self.counts[RowResult.UNCHANGED]

    @property
    def faulty(self) -> int:
        """Rows with at least one fault."""
        return self.counts[RowResult.FAULTY]

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
        fresh = import_plan_of(ws, self.book)
        if fresh.outcomes != self.outcomes:
            raise Refused("预览之后台账又有改动，没有写入。请重新预览再导入")
        if not fresh.records:
            return False
        action = f"导入《{self.book.name}》：新增 {self.new} 条、更新 {self.updated} 条"
        with ws.change(action, actor=person, key=key) as change:
            for numberless, group in groupby(fresh.records, key=_numberless):
                for record in with_project_codes(ws, list(group)) if numberless else group:
                    change.save(record)
        return True


def _numberless(record: Record) -> bool:
    return isinstance(record, Project) and not record.code


def plan_import(
    ws: Workspace, path: Path, *, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> ImportPlan:
    """Read a workbook and plan its import. Raises Refused for a workbook that is refused whole."""
    return import_plan_of(ws, read_workbook(path, progress=progress, cancelled=cancelled))


def import_plan_of(ws: Workspace, book: ParsedWorkbook) -> ImportPlan:
    """What importing this book into this store would do. Reads the store, writes nothing."""
    planner = ImportPlanner(ws, book)
    planner.run()
    outcomes, records = [], []
    counts: Counter[RowResult] = Counter()
    for entries in planner.entries.values():
        for entry in entries:
            outcome = _outcome(planner, entry)
            outcomes.append(outcome)
            counts[outcome.result] += 1
            if outcome.result in (RowResult.NEW, RowResult.UPDATED) and entry.record is not None:
                records.append(entry.record)
    places = {sheet.title: place for place, sheet in enumerate(book.sheets)}
    outcomes.sort(key=lambda outcome: (places[outcome.sheet], outcome.row))
    return ImportPlan(book, tuple(outcomes), _in_order(records), counts)


def _outcome(planner: ImportPlanner, entry: ImportRow) -> RowOutcome:
    edits = planner.edits(entry) if not entry.faults else ()
    if entry.faults:
        result = RowResult.FAULTY
    elif entry.held is None:
        result = RowResult.NEW
    else:
        result = RowResult.UPDATED if edits else RowResult.UNCHANGED
    return RowOutcome(entry.sheet.title, entry.row.number, result, _called(entry), edits, _by_column(entry))


def _by_column(entry: ImportRow) -> tuple[Fault, ...]:
    if not entry.faults:
        return ()
    headed = {entry.sheet.heading(column.name): column.index for column in entry.sheet.columns}
    return tuple(sorted(entry.faults, key=lambda fault: headed.get(fault.column, 0)))


def _called(entry: ImportRow) -> str:
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


class ImportPlanner:
    """The rows of a book as entries against a store: villages first, then projects, then what hangs on them."""

    def __init__(self, ws: Workspace, book: ParsedWorkbook) -> None:
        self._ws = ws
        self.entries: dict[type[Record], list[ImportRow]] = defaultdict(list)
        for sheet in book.sheets:
            for row in sheet.rows:
                own = {name: value for name, value in row.values.items() if name in sheet.record.fields}
                entry = ImportRow(sheet, ParsedRow(row.number, row.values, list(row.faults)), own)
                self.entries[sheet.record].append(entry)
        self._villages, self._projects = VillageIndex((), ()), ProjectIndex((), ())

    def run(self) -> None:
        for cls in RECORDS:
            entries, held = self.entries.get(cls, []), self._held(cls)
            for entry in entries:
                self._link(entry)
            _repeated(entries)
            self._match(cls, entries, held)
            _clashing(cls, entries, held)
            for entry in entries:
                _finish(entry)
            if cls is Village:
                self._villages = VillageIndex(held, entries)
            elif cls is Project:
                self._projects = ProjectIndex(held, entries)

    def _held(self, cls: type[Record]) -> list[Any]:
        wanted = cls in self.entries or cls in (Village, Project)
        return self._ws.all(cls) if wanted else []

    def _link(self, entry: ImportRow) -> None:
        fields = entry.sheet.record.fields
        if "village" in fields and (village := self._villages.link(entry, "village")):
            entry.given["village"] = village
        if "project" in fields:
            if project := self._projects.link(entry, self._villages):
                entry.given["project"] = project
            else:
                entry.given.pop("project", None)

    def _match(self, cls: type[Record], entries: list[ImportRow], held: list[Any]) -> None:
        if cls is Project:
            match_projects(entries, held)
        elif cls is Street:
            for entry in entries:
                _same_street(entry, held)
        else:
            match(entries, held)

    def edits(self, entry: ImportRow) -> tuple[FieldChange, ...]:
        """What an update changes, as shown."""
        held, record = entry.held, entry.record
        if held is None or record is None or held == record:
            return ()
        return tuple(
            FieldChange(said.label, self._shown(said, getattr(held, name)), self._shown(said, getattr(record, name)))
            for name, said in held.fields.items()
            if getattr(held, name) != getattr(record, name)
        )

    def _shown(self, said: Field, value: Any) -> str:
        if said.refers:
            return (self._villages.names if said.refers == Village.table else self._projects.codes).get(value, "")
        return show_value(value)


def _same_street(entry: ImportRow, held: list[Street]) -> None:
    name = entry.given.get("name", "")
    if not held or entry.faults:
        return
    if folded(held[0].name) != folded(name):
        entry.fault("name", name, f"这本台账属于{held[0].name}，不能导入{name}的内容，请核对选的工作簿")
    entry.held = held[0]
    entry.given.pop("name", None)


def _repeated(entries: list[ImportRow]) -> None:
    """What may stand once in a workbook: a 记录号, the name of a village, a 项目编号, a project without one."""
    seen: dict[Hashable, ImportRow] = {}
    for entry in entries:
        cls, given = entry.sheet.record, entry.given
        if record_id := entry.row.values.get(ID, ""):
            _once(entry, ID, record_id, seen, "新增的行请把记录号留空")
        name = UNIQUE.get(cls, "")
        if name and (value := given.get(name)):
            _once(entry, name, value, seen, "请删去一行，或改正其中一个")
    if entries and entries[0].sheet.record is Project:
        _namesakes(entries)


def _once(entry: ImportRow, name: str, value: Any, seen: dict[Hashable, ImportRow], cure: str) -> None:
    first = seen.setdefault((name, value), entry)
    if first is not entry:
        entry.fault(name, show_value(value), f"“{show_value(value)}”与第 {first.row.number} 行重复，{cure}")


def _namesakes(entries: list[ImportRow]) -> None:
    seen: dict[Hashable, ImportRow] = {}
    for entry in entries:
        key = tuple(entry.given.get(name) for name in Project.key)
        if None in key:
            continue
        first = seen.setdefault(key, entry)
        told_apart = all("code" in e.given for e in (first, entry)) or all(ID in e.row.values for e in (first, entry))
        if first is not entry and not told_apart:
            reason = f"与第 {first.row.number} 行是同一年度、同一村居的同名项目；确是两个项目的，请分别填写项目编号"
            entry.fault("title", entry.given["title"], reason)


def _clashing(cls: type[Record], entries: list[ImportRow], held: Iterable[Record]) -> None:
    """A row may not take the number or name of a record that the workbook leaves alone."""
    if (name := UNIQUE.get(cls, "")) == "":
        return
    matched = {entry.held.id for entry in entries if entry.held is not None}
    taken = {value for record in held if record.id not in matched and (value := getattr(record, name))}
    for entry in entries:
        value = entry.given.get(name)
        if value in taken and not entry.faults:
            entry.fault(name, show_value(value), f"台账里另有一条“{show_value(value)}”，不能重复，请改正")


def _finish(entry: ImportRow) -> None:
    """Make the record, once nothing is missing that a new one must have."""
    cls, reported = entry.sheet.record, bool(entry.faults)
    if entry.held is None and not reported:
        for name, said in cls.fields.items():
            if said.required and name not in entry.given:
                entry.fault(name, "", "这一列是必填的，工作表里没有，请补上这一列")
    if entry.faults:
        return
    entry.settle()
    if entry.record is not None and not entry.record.id and cls in (Village, Project):
        entry.record = replace(entry.record, id=Link(new_id()))
