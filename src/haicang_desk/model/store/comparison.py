"""What a backup has and a store has not, and the other way round, row by row: the rehearsal of a restore.

Both are read at once, ordered by id, so that the largest are compared in one pass. Only which rows differ is kept; what
differs in one is read when it is asked for.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from haicang_desk.model.records import Link, Project, Record, Village, show_value
from haicang_desk.model.store.backup import BackupContents, contents_of, open_backup
from haicang_desk.model.store.connection import connect_to_copy, connect_to_read
from haicang_desk.model.store.history import FieldChange, names_of
from haicang_desk.model.store.integrity import verify
from haicang_desk.model.store.mapping import TABLES, column_list, to_record
from haicang_desk.model.store.row_damage import UNREADABLE, subject_of
from haicang_desk.model.store.schema import is_older, migrate
from haicang_desk.model.values import Course, Money, Refused, StoreUnusable, cause

_EVERY = 2_000  # rows between two looks at whether to stop


class Side(Enum):
    """What a restore would do with a row. The value is what screens call it."""

    BACK = "恢复后才有"  # only the backup has it
    CHANGED = "恢复后不同"
    GONE = "恢复后没有"  # only the store has it


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that a restore would add, change or take away."""

    table: str
    row_id: str
    side: Side

    @property
    def record(self) -> str:
        """The label of the kind of record."""
        return TABLES[self.table].label


@dataclass(frozen=True, slots=True)
class SumDifference:
    """A sum over the records that are not void, now and in the backup."""

    label: str  # 拨付，金额(元)
    now: Money
    backup: Money


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a backup differs from a store."""

    rows: tuple[RowDifference, ...]
    sums: tuple[SumDifference, ...]
    now: BackupContents
    backup: BackupContents

    def counts(self) -> list[tuple[str, int, int, int]]:
        """For each kind of record that differs: its label, and the rows that a restore adds, changes and takes away."""
        counted = Counter((row.table, row.side) for row in self.rows)
        return [
            (cls.label, *(counted[table, side] for side in Side))  # type: ignore[misc]
            for table, cls in TABLES.items()
            if any(counted[table, side] for side in Side)
        ]


@contextmanager
def opened_to_compare(path: Path, *, backup: bool, course: Course | None = None) -> Iterator[sqlite3.Connection]:
    """Open a store or a backup to compare it: for reading only, or of an older schema a copy that is upgraded.

    Raises Refused for a file that is no backup of ours or newer, StoreUnusable, Stopped.
    """
    conn: sqlite3.Connection = open_backup(path) if backup else connect_to_read(path)
    if is_older(conn):
        conn.close()
        conn = connect_to_copy(path, course)
        try:
            migrate(conn, None)
        except BaseException:
            conn.close()
            raise
    with closing(conn):
        yield conn


def refuse_damaged(backup: sqlite3.Connection, path: Path, course: Course | None = None) -> None:
    """Raises Refused where a backup is damaged, so that it could not be restored; Stopped."""
    if damage := verify(backup, files=False, course=course):
        raise Refused(f"备份“{path}”有 {len(damage)} 处损坏，不能恢复。第一处：{damage[0]}。请换一份备份")


def compare(store: sqlite3.Connection, backup: sqlite3.Connection, course: Course | None = None) -> Comparison:
    """Compare all records of two stores of this schema, void ones too.

    Raises StoreUnusable where one of them is too damaged to be read through, Stopped.
    """
    course = course or Course()
    try:
        return _compared(store, backup, course)
    except UNREADABLE as wrong:
        course.go_on()
        why = cause(wrong) if isinstance(wrong, sqlite3.Error) else "内容已损坏"
        raise StoreUnusable(
            f"现在的台账或备份读不下去（{why}），不能逐条对照，什么都没有改。请先核验台账；备份核对过的可以直接恢复"
        ) from wrong


def _compared(store: sqlite3.Connection, backup: sqlite3.Connection, course: Course) -> Comparison:
    now, then = contents_of(store), contents_of(backup)
    whole, done, rows = max(now.records + then.records, 1), 0, list[RowDifference]()
    for table in TABLES:
        for number, found in enumerate(_differences(store, backup, table), 1):
            if number % _EVERY == 0:
                course.tell(done + number, whole)
            if found is not None:
                rows.append(found)
        done += now.counts.get(table, 0) + then.counts.get(table, 0)
        course.tell(done, whole)
    return Comparison(tuple(rows), tuple(_sums(store, backup)), now, then)


def _differences(store: sqlite3.Connection, backup: sqlite3.Connection, table: str) -> Iterator[RowDifference | None]:
    """For each row of a table on either side its difference, or None where there is none."""
    mine, theirs = _rows(store, table), _rows(backup, table)
    here, there = next(mine, None), next(theirs, None)
    while here is not None or there is not None:
        if there is None or (here is not None and here[0] < there[0]):
            assert here is not None
            yield RowDifference(table, here[0], Side.GONE)
            here = next(mine, None)
        elif here is None or there[0] < here[0]:
            yield RowDifference(table, there[0], Side.BACK)
            there = next(theirs, None)
        else:
            yield RowDifference(table, here[0], Side.CHANGED) if here != there else None
            here, there = next(mine, None), next(theirs, None)


def _rows(conn: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table by id, which is the first column."""
    return conn.execute(f'SELECT {column_list(table)} FROM "{table}" ORDER BY id')


def _sums(store: sqlite3.Connection, backup: sqlite3.Connection) -> Iterator[SumDifference]:
    for table, cls in TABLES.items():
        for name, declared in cls.fields.items():
            if declared.kind is Money:
                now, then = (_sum(conn, table, name) for conn in (store, backup))
                if now != then:
                    yield SumDifference(f"{cls.label}，{declared.heading}", Money(now), Money(then))


def _sum(conn: sqlite3.Connection, table: str, name: str) -> int:
    return int(conn.execute(f'SELECT coalesce(sum("{name}"), 0) FROM "{table}" WHERE NOT void').fetchone()[0])


@dataclass(frozen=True, slots=True)
class DifferenceText:
    """A difference for people: what the row is about, and the fields with the value now and in the backup."""

    difference: RowDifference
    subject: str
    fields: tuple[FieldChange, ...]  # ``before`` is the value now, ``after`` that of the backup


def described_differences(
    store: sqlite3.Connection, backup: sqlite3.Connection, rows: Iterable[RowDifference]
) -> list[DifferenceText]:
    """What to tell of some rows; those asked for are read from both sides."""
    return [_described(store, backup, row) for row in rows]


def _described(store: sqlite3.Connection, backup: sqlite3.Connection, row: RowDifference) -> DifferenceText:
    try:
        now, then = (_record(conn, row) for conn in (store, backup))
        held = backup if now is None else store
        return DifferenceText(row, subject_of(held, row.table, row.row_id), tuple(_fields(store, backup, now, then)))
    except UNREADABLE:
        return DifferenceText(row, f"{row.record}（一边的内容已损坏，读不出来）", ())


def _record(conn: sqlite3.Connection, row: RowDifference) -> Record | None:
    cells = conn.execute(f'SELECT {column_list(row.table)} FROM "{row.table}" WHERE id = ?', (row.row_id,)).fetchone()
    return None if cells is None else to_record(TABLES[row.table], cells)


def _fields(
    store: sqlite3.Connection, backup: sqlite3.Connection, now: Record | None, then: Record | None
) -> Iterator[FieldChange]:
    some = now or then
    if some is None:
        return
    for name, declared in some.fields.items():
        before, after = (None if each is None else getattr(each, name) for each in (now, then))
        if declared.kind is Link:
            shown = [_linked(conn, name, link) for conn, link in ((store, before), (backup, after))]
        else:
            shown = ["" if each is None else declared.show(each) for each in (now, then)]
        if shown[0] != shown[1] or (now is not None and then is not None and before != after):
            yield FieldChange(declared.label, *shown)
    if now is not None and then is not None and now.void != then.void:
        yield FieldChange("作废", show_value(now.void), show_value(then.void))


def _linked(conn: sqlite3.Connection, name: str, link: Any) -> str:
    if not link:
        return ""
    table = {"project": Project.table, "village": Village.table}.get(name)
    return str(link) if table is None else names_of(conn, table, [str(link)]).get(str(link), str(link))
