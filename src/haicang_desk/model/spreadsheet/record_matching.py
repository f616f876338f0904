"""Matching of the rows of a workbook with the records of the store (contract §2).

In this order: the same 记录号; for projects the same 项目编号, else the same year, village and name; for villages the
name. For other records a row whose content equals a record's is that record (of several equal rows the n-th is the
n-th record, so that true duplicates stay two); then a record that agrees with everything the row gives; then the same
key, if every part of it is filled in. A payment without 凭证号 has no key: a second payment is no update of the first.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar

from haicang_desk.model.records import Project, Prose, Record, Street, StreetQuota, Village
from haicang_desk.model.spreadsheet.cell_values import stored_text
from haicang_desk.model.spreadsheet.columns import ID
from haicang_desk.model.spreadsheet.read.parsed_workbook import Fault, ParsedRow, ParsedSheet
from haicang_desk.model.store import TABLES

R = TypeVar("R", bound=Record)

UNIQUE: dict[type[Record], str] = {Street: "name", StreetQuota: "fund_year", Village: "name", Project: "code"}


@dataclass(slots=True)
class ImportRow:
    """A row and the record it becomes.

    ``given`` are its fields with links resolved, ``existing`` is the record of the store that it matches.
    """

    sheet: ParsedSheet
    row: ParsedRow
    given: dict[str, Any] = field(default_factory=dict)
    existing: Record | None = None
    record: Record | None = None  # as it will be written; None while there are faults

    @property
    def faults(self) -> list[Fault]:
        """The faults of the row so far."""
        return self.row.faults

    def fault(self, name: str, value: str, reason: str) -> None:
        """Add a fault; ``name`` is the name of the column, ``value`` the text in it."""
        self.row.faults.append(self.sheet.fault(self.row, name, value, reason))

    def make_record(self) -> None:
        """Set ``record``: the existing one with the given fields, or a new one with the 记录号 of the row."""
        if self.existing is None:
            self.record = self.sheet.record(id=self.row.values.get(ID, ""), **self.given)
        else:
            self.record = replace(
                self.existing, **{k: v for k, v in self.given.items() if not already_has(self.existing, k, v)}
            )


@cache
def _text_fields(table: str) -> frozenset[str]:
    return frozenset(name for name, field in TABLES[table].fields.items() if field.kind in (str, Prose))


def already_has(existing: Record, name: str, value: Any) -> bool:
    """Whether a record has this value already; text counts as equal if only white space or Unicode form differs."""
    current = getattr(existing, name)
    return bool(current == value) or (
        name in _text_fields(existing.table) and stored_text(existing.fields[name], current) == value
    )


def match(entries: Iterable[ImportRow], existing: Iterable[Record]) -> None:
    """Set ``existing`` of every row without faults; a record is matched once."""
    waiting = [entry for entry in entries if not entry.faults]
    free = {record.id: record for record in existing}
    _by_id(waiting, free)
    for by in (_identical, _agreeing, _keyed):
        waiting = [entry for entry in waiting if entry.existing is None]
        if waiting and free:
            by(waiting, free)


def _by_id(waiting: Iterable[ImportRow], free: dict[str, R]) -> None:
    for entry in waiting:
        entry.existing = free.pop(entry.row.values.get(ID, ""), None)


def _identical(waiting: list[ImportRow], free: dict[str, Record]) -> None:
    by_content = _grouped(free.values(), _content)
    for entry in waiting:
        bare = entry.sheet.record(**entry.given)
        _take_first(entry, by_content.get(_content(bare)), free)


def _agreeing(waiting: list[ImportRow], free: dict[str, Record]) -> None:
    """Match a record that has everything the row gives, and more: it was completed after the export."""
    cls = waiting[0].sheet.record
    required = [name for name, field in cls.fields.items() if field.required]
    by_required = _grouped(free.values(), lambda record: tuple(getattr(record, name) for name in required))
    for entry in waiting:
        key = tuple(entry.given.get(name) for name in required)
        alike = by_required.get(key, ())
        agrees = (r for r in alike if r.id in free and all(already_has(r, k, v) for k, v in entry.given.items()))
        if (record := next(agrees, None)) is not None:
            entry.existing = free.pop(record.id)


def _keyed(waiting: list[ImportRow], free: dict[str, Record]) -> None:
    cls = waiting[0].sheet.record
    by_key = _grouped(free.values(), lambda record: _key(record, cls))
    for entry in waiting:
        if key := _key(entry.sheet.record(**entry.given), cls):
            _take_first(entry, by_key.get(key), free)


def _key(record: Record, cls: type[Record]) -> tuple[Any, ...] | None:
    key = tuple(getattr(record, name) for name in cls.key)
    return None if any(part in (None, "") for part in key) else key


def _content(record: Record) -> tuple[Any, ...]:
    texts = _text_fields(record.table)
    return tuple(
        stored_text(field, getattr(record, name)) if name in texts else getattr(record, name)
        for name, field in record.fields.items()
    )


def _grouped(records: Iterable[Record], by: Callable[[Record], Hashable]) -> dict[Hashable, deque[Record]]:
    groups: dict[Hashable, deque[Record]] = defaultdict(deque)
    for record in records:
        groups[by(record)].append(record)
    return groups


def _take_first(entry: ImportRow, group: deque[Record] | None, free: dict[str, Record]) -> None:
    """Match the first record of a group that no other row has matched."""
    while group:
        record = group.popleft()
        if record.id in free:
            entry.existing = free.pop(record.id)
            return


def match_projects(entries: Iterable[ImportRow], existing: Iterable[Project]) -> None:
    """Match projects by number, then by year, village and name. A name of several projects is a fault."""
    waiting = [entry for entry in entries if not entry.faults]
    free = {project.id: project for project in existing}
    _by_id(waiting, free)
    by_code = {project.code: project for project in free.values() if project.code}
    for entry in waiting:
        project = by_code.get(entry.given.get("code", ""))
        if entry.existing is None and project is not None and project.id in free:
            entry.existing = free.pop(project.id)
    by_name = _grouped(free.values(), lambda project: tuple(getattr(project, name) for name in Project.key))
    for entry in waiting:
        if entry.existing is None:
            _match_by_name(entry, by_name.get(tuple(entry.given.get(name) for name in Project.key), ()), free)


def _match_by_name(entry: ImportRow, group: Iterable[Record], free: dict[str, Project]) -> None:
    alike = [free[project.id] for project in group if project.id in free]
    if len(alike) == 1:
        entry.existing = free.pop(alike[0].id)
    elif alike and "code" not in entry.given:
        codes = "、".join(project.code or "（无编号）" for project in alike[:5])
        entry.fault("code", "", f"台账里有 {len(alike)} 个同名项目，请填项目编号：{codes}")
