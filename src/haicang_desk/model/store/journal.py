"""Changes and the journal: the only way anything is written to the store.

A change is one transaction under a name that a clerk would use (“批准”). Its journal entry holds every touched row
before and after, and the hash of the entry before it. Audit, tamper detection and undo all read the journal.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from haicang_desk.model.records import KINDS, Issue, Link, PolicyFile, Project, Record, Restoration
from haicang_desk.model.store.connection import connect_to_read
from haicang_desk.model.store.mapping import TABLES, Row, column, column_list, new_id, read_rows, to_record, to_row
from haicang_desk.model.store.signatures import sign_entry
from haicang_desk.model.values import ChangedMeanwhile, Signer, StoreUnusable

R = TypeVar("R", bound=Record)

ALG = "sha256"
_encode = json.JSONEncoder(ensure_ascii=False).encode  # made once: one a row would take a third of an import


@dataclass(frozen=True, slots=True)
class FinishedChange:
    """The rows and projects that a finished change touched, so that screens know whether to read anew."""

    action: str
    seq: int
    rows: frozenset[tuple[str, str]] = frozenset()
    projects: frozenset[str] = frozenset()
    warning: str = ""  # what the person must be told of how it was written

    def touches(self, *records: type[Record]) -> bool:
        """Whether it changed a record of one of these classes."""
        tables = {cls.table for cls in records}
        return any(table in tables for table, _ in self.rows)


@dataclass(frozen=True, slots=True)
class RowChange:
    """One changed row: its packed JSON before (None: it was not there) and after."""

    table: str = column("tbl")
    row_id: str = column("row_id")
    project: str | None = column("project")
    before: str | None = column("before")
    after: str = column("after")


@dataclass(slots=True)
class Change:
    """An open change. It exists only inside ``with workspace.change(...)``."""

    conn: sqlite3.Connection
    action: str
    actor: str
    at: datetime
    key: str  # given by the caller, so that a retry after an unclear commit cannot act twice
    undoable: bool = True
    undoes: int | None = None
    new_id: Callable[[], str] = new_id
    signer: Signer | None = None
    touched: list[RowChange] = field(default_factory=list)

    def save(self, record: R, *, expected: R | None = None) -> R:
        """Insert a record without an id, or update the one with its id; one that is unchanged writes nothing.

        ``expected`` is the record as it was when the change was prepared. Raises ChangedMeanwhile, naming the fields
        with both values, where the store now holds something else.
        """
        row = to_row(record)
        if not record.id:
            row["id"] = self.new_id()
            self._write(record.table, row, None)
            return replace(record, id=row["id"])
        before = current_row(self.conn, record.table, record.id)
        if expected is not None and before not in (to_row(expected), row):
            raise ChangedMeanwhile(_changed_meanwhile(expected, before))
        if before != row:
            self._write(record.table, row, before)
        return record

    def restore_row(self, table: str, row_id: str, before: Row | None) -> None:
        """Write a row as it was before another change; one that was not there then is voided, never deleted."""
        now = current_row(self.conn, table, row_id)
        if now is None:
            raise LookupError(f"{table} {row_id} is gone")
        self._write(table, {**now, "void": 1} if before is None else before, now)

    def _write(self, table: str, row: Row, before: Row | None) -> None:
        self.conn.execute(_upsert(table), row)
        project = row["id"] if table == Project.table else row.get("project")
        packed = None if before is None else pack(before)
        self.touched.append(RowChange(table, row["id"], project, packed, pack(row)))

    def projects(self) -> set[str]:
        """Ids of the projects whose totals may have changed, those that a row has left included."""
        found = {touched.project for touched in self.touched if touched.project}
        found |= {left for touched in self.touched if touched.before and (left := _project_of(touched))}
        return found

    def close(self) -> FinishedChange:
        """Write the journal entry and its signature, within the transaction of the change."""
        last = self.conn.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
        seq, prev = (last[0] + 1, last[1]) if last else (1, "")
        at = self.at.isoformat(timespec="seconds")
        entry = (seq, self.key, self.action, self.actor, at, int(self.undoable), self.undoes)
        rows = [(seq, n, t.table, t.row_id, t.project, t.before, t.after) for n, t in enumerate(self.touched)]
        sealed = seal(prev, entry, rows)
        self.conn.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*entry, prev, sealed, ALG))
        self.conn.executemany("INSERT INTO journal_row VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        if self.signer is not None:
            sign_entry(self.conn, seq, sealed, self.signer)
        touched = frozenset((t.table, t.row_id) for t in self.touched)
        return FinishedChange(self.action, seq, touched, frozenset(self.projects()))


def _changed_meanwhile(expected: Record, row: Row | None) -> str:
    """What to tell of a record that is not as expected."""
    if row is None or row["void"] != int(expected.void):
        return f"这条{expected.label}已由别处作废或恢复，没有写入。请刷新后再办"
    now = to_record(type(expected), [row[name] for name in expected.columns])
    differing = [
        f"{declared.label}“{declared.show(expected)}”已改为“{declared.show(now)}”"
        for name, declared in expected.fields.items()
        if getattr(expected, name) != getattr(now, name) and not declared.refers
    ]
    what = "、".join(differing) or "所属的项目或村居已改变"
    return f"这条{expected.label}在打开之后已由别处改过：{what}。没有写入，请刷新后核对再改"


def _project_of(touched: RowChange) -> str | None:
    if touched.table == Project.table or touched.before is None:
        return None
    project = json.loads(touched.before).get("project")
    return project if project != touched.project else None


def seal(prev: str, entry: tuple[Any, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    """The hash of one journal entry: the one before it, every column of its own, and every row it touched.

    Rows may come one by one: an import of a whole year is a single entry of a million rows.
    """
    digest = sha256(_encode((prev, *entry)).encode())
    for row in rows:
        digest.update(_encode(row).encode())
    return digest.hexdigest()


def current_row(conn: sqlite3.Connection, table: str, row_id: str) -> Row | None:
    """A row as it is in the store, by column; None where there is none of that id."""
    cells = conn.execute(f'SELECT {column_list(table)} FROM "{table}" WHERE id = ?', (row_id,)).fetchone()
    return None if cells is None else dict(zip(TABLES[table].columns, cells, strict=True))


def is_as_journalled(conn: sqlite3.Connection, record: Record) -> bool:
    """Whether a record is as the last change of it has left it."""
    found = conn.execute(
        "SELECT after FROM journal_row WHERE tbl = ? AND row_id = ? ORDER BY seq DESC, n DESC LIMIT 1",
        (record.table, record.id),
    ).fetchone()
    return found is not None and unpack(record.table, found[0]) == to_row(record)


def pack(row: Row) -> str:
    """A row as JSON without its empty cells; ``unpack`` gives back the same row."""
    return _encode({k: v for k, v in row.items() if v is not None and v != ""})


def unpack(table: str, packed: str) -> Row:
    """The row that ``pack`` packed; columns newer than the JSON are empty."""
    return {**blank_of(table), **json.loads(packed)}


@cache
def blank_of(table: str) -> Row:
    """A row of empty cells: the values that ``pack`` leaves out."""
    blank: Row = {"id": "", "void": 0}
    for name, declared in TABLES[table].fields.items():
        text = KINDS[declared.kind] == "TEXT" and not declared.optional and declared.kind is not Link
        blank[name] = "" if text else None
    return blank


@cache
def _upsert(table: str) -> str:
    names = TABLES[table].columns
    values = ", ".join(f":{name}" for name in names)
    sets = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != "id")
    return f'INSERT INTO "{table}" ({column_list(table)}) VALUES ({values}) ON CONFLICT (id) DO UPDATE SET {sets}'


def action_of_key(conn: sqlite3.Connection, key: str) -> str | None:
    """The name of the change that was made under a key; None where there was none."""
    row = conn.execute("SELECT action FROM journal WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def is_written(conn: sqlite3.Connection, path: Path | None, key: str) -> bool | None:
    """Whether the change of a key is in the store, after an error that left it open.

    Read again, where need be through a new connection to the file; None where it can't be read.
    """
    try:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        return action_of_key(conn, key) is not None
    except sqlite3.Error:
        if path is None:
            return None
    try:
        with closing(connect_to_read(path)) as fresh:
            return action_of_key(fresh, key) is not None
    except (StoreUnusable, sqlite3.Error, OSError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversibleChange:
    """A journal entry that undo or redo would reverse. ``undoable``: undo is allowed to."""

    seq: int = column("seq")
    action: str = column("action")
    undoable: bool = column("undoable")


# Passed over: what left the office, what a restore left and what is in force is neither undone nor bars undoing.
_LASTING = ", ".join(f"'{cls.table}'" for cls in (Issue, Restoration, PolicyFile))
_PASSING = f"NOT EXISTS (SELECT 1 FROM journal_row p WHERE p.seq = journal.seq AND p.tbl IN ({_LASTING}))"
_IN_FORCE = (  # not undone, or undone and redone
    "seq NOT IN (SELECT undoes FROM journal u WHERE u.undoes IS NOT NULL"
    " AND u.seq NOT IN (SELECT undoes FROM journal r WHERE r.undoes IS NOT NULL))"
)


def change_to_undo(conn: sqlite3.Connection) -> ReversibleChange | None:
    """The latest change that is in force and is itself no undo."""
    return _latest(conn, f"undoes IS NULL AND {_IN_FORCE} AND {_PASSING}")


def change_to_redo(conn: sqlite3.Connection) -> ReversibleChange | None:
    """The latest undo, if it was not itself undone and nothing else was changed since."""
    return _latest(
        conn,
        "undoes IN (SELECT seq FROM journal WHERE undoes IS NULL)"
        " AND seq NOT IN (SELECT undoes FROM journal WHERE undoes IS NOT NULL)"
        f" AND seq > (SELECT coalesce(max(seq), 0) FROM journal WHERE undoes IS NULL AND {_PASSING})",
    )


def _latest(conn: sqlite3.Connection, where: str) -> ReversibleChange | None:
    return next(iter(read_rows(conn, ReversibleChange, f"FROM journal WHERE {where} ORDER BY seq DESC LIMIT 1")), None)


def versions_of(conn: sqlite3.Connection, table: str) -> dict[str, list[str]]:
    """The packed rows of a table by id, oldest first, as the changes that are in force wrote them.

    Rows that were written once are left out, unless that was undone: those have no version.
    """
    changed = "SELECT row_id FROM journal_row WHERE tbl = :table GROUP BY row_id HAVING count(*) > 1"
    found: dict[str, list[str]] = {row_id: [] for (row_id,) in conn.execute(changed, {"table": table})}
    written = conn.execute(
        "SELECT row_id, after FROM journal JOIN journal_row USING (seq)"
        f" WHERE tbl = :table AND undoes IS NULL AND {_IN_FORCE} AND row_id IN ({changed}) ORDER BY seq, n",
        {"table": table},
    )
    for row_id, after in written:
        found[row_id].append(after)
    return found


def rows_of_change(conn: sqlite3.Connection, seq: int) -> list[RowChange]:
    """The rows that a journal entry changed, in the order they were written."""
    return read_rows(conn, RowChange, "FROM journal_row WHERE seq = ? ORDER BY n", (seq,))


def count_rows(conn: sqlite3.Connection, seq: int) -> int:
    """How many rows a journal entry changed: they are numbered from 0, so the last number tells it at once."""
    (last,) = conn.execute("SELECT max(n) FROM journal_row WHERE seq = ?", (seq,)).fetchone()
    return 0 if last is None else int(last) + 1
