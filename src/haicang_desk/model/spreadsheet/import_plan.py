"""The plan of an import: what a workbook would change in a store, shown first, then written whole or not at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from haicang_desk.model.casefile import days_outside
from haicang_desk.model.records import RECORDS, Field, Labelled, Link, Project, Record, Street, Village, show_value
from haicang_desk.model.services import Workspace, with_project_codes
from haicang_desk.model.spreadsheet.columns import ID, TITLE, folded
from haicang_desk.model.spreadsheet.read.formats import read_workbook
from haicang_desk.model.spreadsheet.read.parsed_workbook import Fault, ParsedRow, ParsedWorkbook
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
    """What an import does with one row: its result, for an update the changed fields, for a faulty row its faults."""

    sheet: str
    row: int
    result: RowResult
    name: str  # the project or village name, or the first text of the row
    edits: tuple[FieldChange, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do. read = new + updated + unchanged + faulty, counted in rows."""

    workbook: ParsedWorkbook
    outcomes: tuple[RowOutcome, ...]
    records: tuple[Record, ...] = field(repr=False)  # new and updated, in the order of writing
    counts: Counter[RowResult] = field(repr=False)

    @property
    def read(self) -> int:
        """Rows that were read."""
        return len(self.outcomes)

    @property
    def new(self) -> int:
        """Rows that are new records."""
        return self.counts[RowResult.NEW]

    @property
    def updated(self) -> int:
        """Rows that change a record of the store."""
        return self.counts[RowResult.UPDATED]

    @property
    def unchanged(self) -> int:
        """Rows that the store already holds."""
        return self.counts[RowResult.UNCHANGED]

    @property
    def faulty(self) -> int:
        """Rows with at least one fault."""
        return self.counts[RowResult.FAULTY]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults of all rows, in the order of sheet, row and column."""
        return tuple(fault for outcome in self.outcomes for fault in outcome.faults)

    @property
    def ignored_columns(self) -> tuple[tuple[str, str], ...]:
        """Sheet and heading of the columns that no field has."""
        return self.workbook.ignored_columns

    @property
    def notes(self) -> tuple[str, ...]:
        """How the workbook was read: hidden rows, merged cells, sheets that were passed over."""
        return self.workbook.notes

    def as_json(self, *, written: bool = False) -> dict[str, Any]:
        """The output of ``import --json`` (contract §2)."""
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
        """Write the plan as one change, which one undo takes back; False where there is nothing to write.

        ``key`` makes the change unique if it is tried again. Raises Refused (exit code 3) and writes nothing where a
        row has a fault or the store has changed since the plan was made.
        """
        if self.faulty:
            raise Refused(f"《{self.workbook.name}》有 {self.faulty} 行需要改正，没有写入任何内容。{self.errors[0]}")
        fresh = import_plan_of(ws, self.workbook)
        if fresh.outcomes != self.outcomes:
            raise Refused("预览之后台账又有改动，没有写入。请重新预览再导入")
        if not fresh.records:
            return False
        action = f"导入《{self.workbook.name}》：新增 {self.new} 条、更新 {self.updated} 条"
        with ws.change(action, actor=person, key=key) as change:
            for numberless, group in groupby(fresh.records, key=_numberless):
                for record in with_project_codes(ws, list(group)) if numberless else group:
                    change.save(record)
        return True


def _numberless(record: Record) -> bool:
    """Whether a record is a project that the street office has yet to number."""
    return isinstance(record, Project) and not record.code


def plan_import(
    ws: Workspace, path: Path, *, progress: ProgressCallback | None = None, cancelled: Cancelled | None = None
) -> ImportPlan:
    """Read a workbook and plan its import. Raises as read_workbook."""
    return import_plan_of(ws, read_workbook(path, progress=progress, cancelled=cancelled))


def import_plan_of(ws: Workspace, workbook: ParsedWorkbook) -> ImportPlan:
    """What importing this workbook into this store would do. Reads the store and writes nothing."""
    planner = ImportPlanner(ws, workbook)
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
    positions = {sheet.title: position for position, sheet in enumerate(workbook.sheets)}
    outcomes.sort(key=lambda outcome: (positions[outcome.sheet], outcome.row))
    return ImportPlan(workbook, tuple(outcomes), _in_order(records), counts)


def _outcome(planner: ImportPlanner, entry: ImportRow) -> RowOutcome:
    edits = planner.edits(entry) if not entry.faults else ()
    if entry.faults:
        result = RowResult.FAULTY
    elif entry.existing is None:
        result = RowResult.NEW
    else:
        result = RowResult.UPDATED if edits else RowResult.UNCHANGED
    return RowOutcome(entry.sheet.title, entry.row.number, result, _name_of(entry), edits, _faults_by_column(entry))


def _faults_by_column(entry: ImportRow) -> tuple[Fault, ...]:
    if not entry.faults:
        return ()
    indexes = {entry.sheet.heading(column.name): column.index for column in entry.sheet.columns}
    return tuple(sorted(entry.faults, key=lambda fault: indexes.get(fault.column, 0)))


def _name_of(entry: ImportRow) -> str:
    """How the preview names a row: by the first of its texts that is filled in, up to 40 characters."""
    values, fields = entry.row.values, entry.sheet.record.fields
    for name in ("title", "name", "project", TITLE, *fields):
        if isinstance(value := values.get(name), str) and value:
            return value[:40]
    return ""


def _in_order(records: list[Record]) -> tuple[Record, ...]:
    """The order of writing: projects that have a number, then those that get one, then the records of projects."""
    ranks = {cls: rank for rank, cls in enumerate(RECORDS)}
    return tuple(sorted(records, key=lambda r: (ranks[type(r)], _numberless(r))))


class ImportPlanner:
    """Compares the rows of a workbook with a store: villages first, then projects, then the records of projects."""

    def __init__(self, ws: Workspace, workbook: ParsedWorkbook) -> None:
        self._ws = ws
        self.entries: dict[type[Record], list[ImportRow]] = defaultdict(list)
        for sheet in workbook.sheets:
            for row in sheet.rows:
                own = {name: value for name, value in row.values.items() if name in sheet.record.fields}
                entry = ImportRow(sheet, ParsedRow(row.number, row.values, list(row.faults)), own)
                self.entries[sheet.record].append(entry)
        self._villages, self._projects = VillageIndex((), ()), ProjectIndex((), ())

    def run(self) -> None:
        """Link, match and check every row; each then has faults or a record."""
        for cls in RECORDS:
            entries, existing = self.entries.get(cls, []), self._existing(cls)
            for entry in entries:
                self._link(entry)
            _check_repeated(entries)
            self._match(cls, entries, existing)
            _check_taken(cls, entries, existing)
            for entry in entries:
                _finish(entry)
                self._check_days(entry)
            if cls is Village:
                self._villages = VillageIndex(existing, entries)
            elif cls is Project:
                self._projects = ProjectIndex(existing, entries)

    def _check_days(self, entry: ImportRow) -> None:
        """A fault for each day that a step of the project cannot have. What the store has already is left alone."""
        record = entry.record
        if record is None or record == entry.existing:
            return
        year = self._projects.years.get(getattr(record, "project", "")) or getattr(record, "fund_year", None)
        for name, text in days_outside(record, year).items():
            if entry.existing is None or getattr(record, name) != getattr(entry.existing, name):
                entry.fault(name, show_value(getattr(record, name)), f"{text}，请核对日期")
                entry.record = None

    def _existing(self, cls: type[Record]) -> list[Any]:
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

    def _match(self, cls: type[Record], entries: list[ImportRow], existing: list[Any]) -> None:
        if cls is Project:
            match_projects(entries, existing)
        elif cls is Street:
            for entry in entries:
                _match_street(entry, existing)
        else:
            match(entries, existing)

    def edits(self, entry: ImportRow) -> tuple[FieldChange, ...]:
        """The fields that an update changes, with both values as text."""
        existing, record = entry.existing, entry.record
        if existing is None or record is None or existing == record:
            return ()
        return tuple(
            FieldChange(
                field.label, self._shown(field, getattr(existing, name)), self._shown(field, getattr(record, name))
            )
            for name, field in existing.fields.items()
            if getattr(existing, name) != getattr(record, name)
        )

    def _shown(self, field: Field, value: Any) -> str:
        if field.refers:
            return (self._villages.names if field.refers == Village.table else self._projects.codes).get(value, "")
        return show_value(value)


def _match_street(entry: ImportRow, existing: list[Street]) -> None:
    """A store has one street; a row of another street is a fault."""
    name = entry.given.get("name", "")
    if not existing or entry.faults:
        return
    if folded(existing[0].name) != folded(name):
        entry.fault("name", name, f"这本台账属于{existing[0].name}，不能导入{name}的内容，请核对选的工作簿")
    entry.existing = existing[0]
    entry.given.pop("name", None)


def _check_repeated(entries: list[ImportRow]) -> None:
    """Faults of repeated rows. Unique in a workbook: 记录号, UNIQUE fields, and the key of a project without number."""
    seen: dict[Hashable, ImportRow] = {}
    for entry in entries:
        cls, given = entry.sheet.record, entry.given
        if record_id := entry.row.values.get(ID, ""):
            _check_unique(entry, ID, record_id, seen, "新增的行请把记录号留空")
        name = UNIQUE.get(cls, "")
        if name and (value := given.get(name)):
            _check_unique(entry, name, value, seen, "请删去一行，或改正其中一个")
    if entries and entries[0].sheet.record is Project:
        _check_namesakes(entries)


def _check_unique(entry: ImportRow, name: str, value: Any, seen: dict[Hashable, ImportRow], remedy: str) -> None:
    first = seen.setdefault((name, value), entry)
    if first is not entry:
        entry.fault(name, show_value(value), f"“{show_value(value)}”与第 {first.row.number} 行重复，{remedy}")


def _check_namesakes(entries: list[ImportRow]) -> None:
    """A fault for a project of the same year, village and name as an earlier row, unless both have a number or id."""
    seen: dict[Hashable, ImportRow] = {}
    for entry in entries:
        key = tuple(entry.given.get(name) for name in Project.key)
        if None in key:
            continue
        first = seen.setdefault(key, entry)
        distinct = all("code" in e.given for e in (first, entry)) or all(ID in e.row.values for e in (first, entry))
        if first is not entry and not distinct:
            reason = f"与第 {first.row.number} 行是同一年度、同一村居的同名项目；确是两个项目的，请分别填写项目编号"
            entry.fault("title", entry.given["title"], reason)


def _check_taken(cls: type[Record], entries: list[ImportRow], existing: Iterable[Record]) -> None:
    """A fault where a row takes the number or name of a record of the store that no row of the workbook matches."""
    if (name := UNIQUE.get(cls, "")) == "":
        return
    matched = {entry.existing.id for entry in entries if entry.existing is not None}
    taken = {value for record in existing if record.id not in matched and (value := getattr(record, name))}
    for entry in entries:
        value = entry.given.get(name)
        if value in taken and not entry.faults:
            entry.fault(name, show_value(value), f"台账里另有一条“{show_value(value)}”，不能重复，请改正")


def _finish(entry: ImportRow) -> None:
    """Make the record of a row without faults; a fault for each required column that a new record lacks."""
    cls, reported = entry.sheet.record, bool(entry.faults)
    if entry.existing is None and not reported:
        for name, field in cls.fields.items():
            if field.required and name not in entry.given:
                entry.fault(name, "", "这一列是必填的，工作表里没有，请补上这一列")
    if entry.faults:
        return
    entry.make_record()
    if entry.record is not None and not entry.record.id and cls in (Village, Project):
        entry.record = replace(entry.record, id=Link(new_id()))
