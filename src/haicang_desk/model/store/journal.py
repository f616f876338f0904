"""Changes: the only way anything is written.

A change is one transaction under a name a clerk would use (“批准”). The journal entry it leaves holds every
touched row before and after and the hash of the entry before it, so that the journal is the audit trail, the
seal on it, and what undo reads, all at once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar

from haicang_desk.model.records import KINDS, Link, Project, Record
from haicang_desk.model.store.mapping import TABLES, Row, column_list, new_id, to_row

R = TypeVar("R", bound=Record)

ALG = "sha256"
_said = json.JSONEncoder(ensure_ascii=False).encode  # one encoder kept: making one a row costs a third of an import


@dataclass(frozen=True, slots=True)
class FinishedChange:
    """What a finished change touched, for screens that may need to look again."""

    action: str
    seq: int
    rows: frozenset[tuple[str, str]] = frozenset()
    projects: frozenset[str] = frozenset()

    def touches(self, *records: type[Record]) -> bool:
        tables = {cls.table for cls in records}
        return any(table in tables for table, _ in self.rows)


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of an open change: packed JSON before (None: it was not there) and after."""

    table: str
    row_id: str
    project: str | None
    before: str | None
    after: str


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
    touched: list[RowChange] = field(default_factory=list)

    def save(self, record: R) -> R:
        """Insert a record without an id, or replace the one it has. A record equal to the one held writes nothing."""
        row = to_row(record)
        if not record.id:
            row["id"] = self.new_id()
            self._write(record.table, row, None)
            return replace(record, id=row["id"])
        before = current_row(self.conn, record.table, record.id)
        if before != row:
            self._write(record.table, row, before)
        return record

    def restore_row(self, table: str, row_id: str, before: Row | None) -> None:
        """Return a row to what it was; one that was not there is voided, never deleted."""
        now = current_row(self.conn, table, row_id)
        if now is None:
            raise LookupError(f"{table} {row_id} is gone")
        self._write(table, {**now, "void": 1} if before is None else before, now)

    def _write(self, table: str, row: Row, before: Row | None) -> None:
        self.conn.execute(_upsert(table), row)
        project = row["id"] if table == Project.table else row.get("project")
        held = None if before is None else pack(before)
        self.touched.append(RowChange(table, row["id"], project, held, pack(row)))

    def projects(self) -> set[str]:
        """Ids of the projects whose line may have moved, those that a row has left included."""
        found = {touched.project for touched in self.touched if touched.project}
        found |= {left for touched in self.touched if touched.before and (left := _project_of(touched))}
        return found

    def close(self) -> FinishedChange:
        """Write the journal entry. Runs inside the change's own transaction."""
        last = self.conn.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
        seq, prev = (last[0] + 1, last[1]) if last else (1, "")
        at = self.at.isoformat(timespec="seconds")
        entry = (seq, self.key, self.action, self.actor, at, int(self.undoable), self.undoes)
        rows = [(seq, n, t.table, t.row_id, t.project, t.before, t.after) for n, t in enumerate(self.touched)]
        self.conn.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*entry, prev, seal(prev, entry, rows), ALG)
        )
        self.conn.executemany("INSERT INTO journal_row VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        touched = frozenset((t.table, t.row_id) for t in self.touched)
        return FinishedChange(self.action, seq, touched, frozenset(self.projects()))


def _project_of(touched: RowChange) -> str | None:
    if touched.table == Project.table or touched.before is None:
        return None
    project = json.loads(touched.before).get("project")
    return project if project != touched.project else None


def seal(prev: str, entry: tuple[Any, ...], rows: list[tuple[Any, ...]]) -> str:
    """The hash of one journal entry: the one before it, every column of its own, and every row it touched."""
    digest = sha256(_said((prev, *entry)).encode())
    for row in rows:
        digest.update(_said(row).encode())
    return digest.hexdigest()


def current_row(conn: sqlite3.Connection, table: str, row_id: str) -> Row | None:
    cells = conn.execute(f'SELECT {column_list(table)} FROM "{table}" WHERE id = ?', (row_id,)).fetchone()
    return None if cells is None else dict(zip(TABLES[table].columns, cells, strict=True))


def pack(row: Row) -> str:
    """A row as JSON without what is empty; ``unpack`` gives back the very same row."""
    return _said({k: v for k, v in row.items() if v is not None and v != ""})


def unpack(table: str, packed: str) -> Row:
    return {**blank_of(table), **json.loads(packed)}


@cache
def blank_of(table: str) -> Row:
    """A row with nothing in it, as ``pack`` leaves it out."""
    blank: Row = {"id": "", "void": 0}
    for name, said in TABLES[table].fields.items():
        text = KINDS[said.kind] == "TEXT" and not said.optional and said.kind is not Link
        blank[name] = "" if text else None
    return blank


@cache
def _upsert(table: str) -> str:
    names = TABLES[table].columns
    values = ", ".join(f":{name}" for name in names)
    sets = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != "id")
    return f'INSERT INTO "{table}" ({column_list(table)}) VALUES ({values}) ON CONFLICT (id) DO UPDATE SET {sets}'
