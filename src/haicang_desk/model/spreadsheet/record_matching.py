"""Matching: which record already held a row of a workbook speaks of.

In this order: the same 记录号; for projects the same 项目编号, else the same year, village and name; for villages
the name. Of other records a row that says the same as one held is that one, the n-th of several the n-th, so that
true twins stay twins; then the same key, if every part of it is filled in. A payment without 凭证号 has no key:
a second payment is not an update of the first.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar

from haicang_desk.model.records import Project, Prose, Record, Street, StreetQuota, Village
from haicang_desk.model.spreadsheet.read.cell_values import settled
from haicang_desk.model.spreadsheet.read.headings import ID
from haicang_desk.model.spreadsheet.read.parsed_workbook import Fault, ParsedRow, ParsedSheet
from haicang_desk.model.store import TABLES

R = TypeVar("R", bound=Record)

UNIQUE: dict[type[Record], str] = {Street: "name", StreetQuota: "fund_year", Village: "name", Project: "code"}


@dataclass(slots=True)
class ImportRow:
    """A row on its way to a record: ``given`` are its fields with links resolved; ``held`` what it matches."""

    sheet: ParsedSheet
    row: ParsedRow
    given: dict[str, Any] = field(default_factory=dict)
    held: Record | None = None
    record: Record | None = None  # as it will be

    @property
    def faults(self) -> list[Fault]:
        return self.row.faults

    def fault(self, name: str, value: str, reason: str) -> None:
        self.row.faults.append(self.sheet.fault(self.row, name, value, reason))

    def settle(self) -> None:
        """Make the record: what is held, with what is given; a new one keeps the 记录号 it was exported with."""
        if self.held is None:
            self.record = self.sheet.record(id=self.row.values.get(ID, ""), **self.given)
        else:
            self.record = replace(self.held, **{k: v for k, v in self.given.items() if not said_by(self.held, k, v)})


@cache
def _texts(table: str) -> frozenset[str]:
    return frozenset(name for name, said in TABLES[table].fields.items() if said.kind in (str, Prose))


def said_by(held: Record, name: str, value: Any) -> bool:
    """Whether a field already holds a value, or text that a workbook cannot carry more exactly."""
    now = getattr(held, name)
    return bool(now == value) or (name in _texts(held.table) and settled(held.fields[name], now) == value)


def match(entries: Iterable[ImportRow], held: Iterable[Record]) -> None:
    """Give every entry without faults the record it matches; each is matched once."""
    waiting = [entry for entry in entries if not entry.faults]
    free = {record.id: record for record in held}
    _by_id(waiting, free)
    for by in (_identical, _agreeing, _keyed):
        waiting = [entry for entry in waiting if entry.held is None]
        if waiting and free:
            by(waiting, free)


def _by_id(waiting: Iterable[ImportRow], free: dict[str, R]) -> None:
    for entry in waiting:
        entry.held = free.pop(entry.row.values.get(ID, ""), None)


def _identical(waiting: list[ImportRow], free: dict[str, Record]) -> None:
    by_content = _grouped(free.values(), _content)
    for entry in waiting:
        bare = entry.sheet.record(**entry.given)
        _take(entry, by_content.get(_content(bare)), free)


def _agreeing(waiting: list[ImportRow], free: dict[str, Record]) -> None:
    """A held record that says all a row says, and more, was completed since: the row has nothing new."""
    cls = waiting[0].sheet.record
    required = [name for name, said in cls.fields.items() if said.required]
    by_required = _grouped(free.values(), lambda record: tuple(getattr(record, name) for name in required))
    for entry in waiting:
        key = tuple(entry.given.get(name) for name in required)
        alike = by_required.get(key, ())
        agrees = (r for r in alike if r.id in free and all(said_by(r, k, v) for k, v in entry.given.items()))
        if (found := next(agrees, None)) is not None:
            entry.held = free.pop(found.id)


def _keyed(waiting: list[ImportRow], free: dict[str, Record]) -> None:
    cls = waiting[0].sheet.record
    by_key = _grouped(free.values(), lambda record: _key(record, cls))
    for entry in waiting:
        if key := _key(entry.sheet.record(**entry.given), cls):
            _take(entry, by_key.get(key), free)


def _key(record: Record, cls: type[Record]) -> tuple[Any, ...] | None:
    key = tuple(getattr(record, name) for name in cls.key)
    return None if any(part in (None, "") for part in key) else key


def _content(record: Record) -> tuple[Any, ...]:
    texts = _texts(record.table)
    return tuple(
        settled(said, getattr(record, name)) if name in texts else getattr(record, name)
        for name, said in record.fields.items()
    )


def _grouped(records: Iterable[Record], by: Callable[[Record], Hashable]) -> dict[Hashable, deque[Record]]:
    groups: dict[Hashable, deque[Record]] = defaultdict(deque)
    for record in records:
        groups[by(record)].append(record)
    return groups


def _take(entry: ImportRow, group: deque[Record] | None, free: dict[str, Record]) -> None:
    while group:
        record = group.popleft()
        if record.id in free:
            entry.held = free.pop(record.id)
            return


def match_projects(entries: Iterable[ImportRow], held: Iterable[Project]) -> None:
    """Projects go by number before name; several of one name, and no number to tell them, is a fault."""
    waiting = [entry for entry in entries if not entry.faults]
    free = {project.id: project for project in held}
    _by_id(waiting, free)
    by_code = {project.code: project for project in free.values() if project.code}
    for entry in waiting:
        found = by_code.get(entry.given.get("code", ""))
        if entry.held is None and found is not None and found.id in free:
            entry.held = free.pop(found.id)
    by_name = _grouped(free.values(), lambda project: tuple(getattr(project, name) for name in Project.key))
    for entry in waiting:
        if entry.held is None:
            _named(entry, by_name.get(tuple(entry.given.get(name) for name in Project.key), ()), free)


def _named(entry: ImportRow, group: Iterable[Record], free: dict[str, Project]) -> None:
    alike = [free[project.id] for project in group if project.id in free]
    if len(alike) == 1:
        entry.held = free.pop(alike[0].id)
    elif alike and "code" not in entry.given:
        codes = "、".join(project.code or "（无编号）" for project in alike[:5])
        entry.fault("code", "", f"台账里有 {len(alike)} 个同名项目，请填项目编号：{codes}")
