"""Matching of the rows of a workbook with the records of the store (contract §2).

In this order: the same 记录号; for projects the same 项目编号, else, where the row has neither, the same year, village
and name; for villages the name. For other records a row whose content equals a record's is that record (of several
equal rows the n-th is the n-th record, so that true duplicates stay two); then a record that agrees with everything
the row gives; then the same key, if every part of it is filled in (KEYS). What is left is compared with the records
that were voided, in the same way by 记录号 and content: those stay void.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, NamedTuple, TypeVar

from haicang_desk.model.records import (
    Disbursement,
    Filing,
    Project,
    Prose,
    Record,
    Refund,
    Settlement,
    Street,
    StreetQuota,
    Village,
    stored_text,
)
from haicang_desk.model.spreadsheet.columns import ID
from haicang_desk.model.spreadsheet.read.parsed_workbook import Fault, ParsedRow, ParsedSheet
from haicang_desk.model.store import TABLES

R = TypeVar("R", bound=Record)

UNIQUE: dict[type[Record], str] = {Street: "name", StreetQuota: "fund_year", Village: "name", Project: "code"}


class Key(NamedTuple):
    """Fields that together name a record; two that both fill in ``unless``, and differ in it, are two."""

    fields: tuple[str, ...]
    unless: str = ""


KEYS: Mapping[type[Record], tuple[Key, ...]] = {  # others: the key of the record class
    Disbursement: (Key(("project", "voucher")), Key(("project", "paid_on", "amount", "source"), "voucher")),
    Refund: (Key(("project", "voucher")), Key(("project", "returned_on", "amount", "source"), "voucher")),
    Filing: (Key(("project", "number")), Key(("project", "sent_on"))),
    Settlement: (Key(("project",)),),
}


@dataclass(slots=True)
class ImportRow:
    """A row and the record it becomes.

    ``given`` are its fields with links resolved. ``existing`` is the record of the store that it matches, ``voided``
    the one that was marked void, ``undone`` the one with its 记录号 whose making was undone. ``notes`` tell what was
    left as it is and why.
    """

    sheet: ParsedSheet
    row: ParsedRow
    given: dict[str, Any] = field(default_factory=dict)
    existing: Record | None = None
    voided: Record | None = None
    undone: Record | None = None
    record: Record | None = None  # as it will be written; None while there are faults
    notes: list[str] = field(default_factory=list)
    asked: bool = False  # a question about this row is open

    @property
    def faults(self) -> list[Fault]:
        """The faults of the row so far."""
        return self.row.faults

    @property
    def record_id(self) -> str:
        """The 记录号 of the row, "" for none."""
        return str(self.row.values.get(ID, ""))

    def fault(self, name: str, value: str, reason: str) -> None:
        """Add a fault; ``name`` is the name of the column, ``value`` the text in it."""
        self.row.faults.append(self.sheet.fault(self.row, name, value, reason))


@cache
def _text_fields(table: str) -> frozenset[str]:
    return frozenset(name for name, field in TABLES[table].fields.items() if field.kind in (str, Prose))


def already_has(existing: Record, name: str, value: Any) -> bool:
    """Whether a record has this value already; text counts as equal if only white space or Unicode form differs."""
    current = getattr(existing, name)
    return bool(current == value) or (
        name in _text_fields(existing.table)
        and stored_text(existing.fields[name], current) == stored_text(existing.fields[name], value)
    )


def match(
    entries: Iterable[ImportRow], existing: Iterable[Record], voided: Iterable[Record], undone: Mapping[str, Record]
) -> None:
    """Set ``existing``, ``voided`` or ``undone`` of every row without faults; a record is matched once."""
    waiting = [entry for entry in entries if not entry.faults]
    free, void = {record.id: record for record in existing}, {record.id: record for record in voided}
    _by_id(waiting, free, void, undone)
    for by in (_identical, _agreeing, _keyed):
        waiting = _unmatched(waiting)
        if waiting and free:
            by(waiting, free)
    _void_alike(_unmatched(waiting), void)


def _unmatched(entries: Iterable[ImportRow]) -> list[ImportRow]:
    return [e for e in entries if e.existing is None and e.voided is None and e.undone is None]


def _by_id(waiting: Iterable[ImportRow], free: dict[str, R], void: dict[str, R], undone: Mapping[str, Record]) -> None:
    for entry in waiting:
        entry.existing = free.pop(entry.record_id, None)
        if entry.existing is None:
            entry.voided = void.pop(entry.record_id, None)
            entry.undone = undone.get(entry.record_id)


def _void_alike(waiting: list[ImportRow], void: dict[str, Record]) -> None:
    """Match rows without 记录号 to voided records that hold everything the row gives."""
    waiting = [entry for entry in waiting if not entry.record_id]
    for by in (_identical, _agreeing):
        if waiting and void:
            by(waiting, void)
            for entry in waiting:
                entry.voided, entry.existing = entry.existing, None
            waiting = [entry for entry in waiting if entry.voided is None]


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
        if entry.existing is not None:
            continue
        key = tuple(entry.given.get(name) for name in required)
        alike = by_required.get(key, ())
        agrees = (r for r in alike if r.id in free and all(already_has(r, k, v) for k, v in entry.given.items()))
        if (record := next(agrees, None)) is not None:
            entry.existing = free.pop(record.id)


def _keyed(waiting: list[ImportRow], free: dict[str, Record]) -> None:
    cls = waiting[0].sheet.record
    for key in KEYS.get(cls, (Key(cls.key),)):
        by_key = _grouped(free.values(), partial(_filled, names=key.fields))
        for entry in waiting:
            if entry.existing is not None:
                continue
            given = entry.sheet.record(**entry.given)
            if (named := _filled(given, key.fields)) and (alike := by_key.get(named)):
                fits = partial(_same_but_for, key.unless, given) if key.unless else None
                _take_first(entry, alike, free, fits)


def _same_but_for(name: str, one: Record, other: Record) -> bool:
    """Whether at least one of two records leaves a field empty that would tell them apart."""
    return not getattr(one, name) or not getattr(other, name)


def _filled(record: Record, names: Iterable[str]) -> tuple[Any, ...] | None:
    key = tuple(getattr(record, name) for name in names)
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


def _take_first(
    entry: ImportRow,
    group: deque[Record] | None,
    free: dict[str, Record],
    fits: Callable[[Record], bool] | None = None,
) -> None:
    """Match the first fitting record of a group that no other row has matched."""
    while group and group[0].id not in free:
        group.popleft()
    for record in group or ():
        if record.id in free and (fits is None or fits(record)):
            entry.existing = free.pop(record.id)
            return


def match_projects(
    entries: Iterable[ImportRow], existing: Iterable[Project], voided: Iterable[Project], undone: Mapping[str, Record]
) -> None:
    """Match projects by 记录号, then by number; a row that has neither by year, village and name.

    Faults: a number that is held under another 记录号 or by a voided project, a name of several projects.
    """
    waiting = [entry for entry in entries if not entry.faults]
    free, void = {project.id: project for project in existing}, {project.id: project for project in voided}
    _by_id(waiting, free, void, undone)
    by_code = {project.code: project for project in free.values() if project.code}
    voided_codes = {project.code: project for project in void.values() if project.code}
    for entry in _unmatched(waiting):
        code = entry.given.get("code", "")
        if (project := by_code.get(code)) is not None and project.id in free:
            if entry.record_id:
                entry.fault(
                    "code", code, f"编号“{code}”在台账里属于另一个项目“{project.title}”（记录号不同），{_OTHER}"
                )
            else:
                entry.existing = free.pop(project.id)
        elif (project := voided_codes.get(code)) is not None and project.id in void:
            _match_voided(entry, void.pop(project.id))
    by_name = _grouped(free.values(), lambda project: tuple(getattr(project, name) for name in Project.key))
    for entry in _unmatched(waiting):
        if "code" not in entry.given and not entry.record_id and not entry.faults:
            _match_by_name(entry, by_name.get(tuple(entry.given.get(name) for name in Project.key), ()), free)
    without = [entry for entry in _unmatched(waiting) if not entry.faults and "code" not in entry.given]
    _void_alike(without, {project.id: project for project in void.values()})


_OTHER = "不能当作同一个。两处各自编了同一个号的，请给这一行换一个编号，或清空编号由程序编号"


def _match_voided(entry: ImportRow, project: Project) -> None:
    """A row with the number of a voided project is that project if it says the same, else a fault."""
    if all(already_has(project, name, value) for name, value in entry.given.items()):
        entry.voided = project
    else:
        entry.fault(
            "code", project.code, f"编号“{project.code}”属于已作废的项目“{project.title}”，编号不再使用，请换一个或留空"
        )


def _match_by_name(entry: ImportRow, group: Iterable[Record], free: dict[str, Project]) -> None:
    alike = [free[project.id] for project in group if project.id in free]
    if len(alike) == 1:
        entry.existing = free.pop(alike[0].id)
    elif alike:
        codes = "、".join(project.code or "（无编号）" for project in alike[:5])
        entry.fault("code", "", f"台账里有 {len(alike)} 个同名项目，请填项目编号：{codes}")
