"""Damage of records: rows that are not as last journalled, named so that a clerk can find them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from haicang_desk.model.records import Field, Project, Village
from haicang_desk.model.store.journal import ALG, RowChange, blank_of, seal
from haicang_desk.model.store.mapping import TABLES
from haicang_desk.model.store.schema import is_newer
from haicang_desk.model.values import Money


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is not as it was written. ``seq`` is the journal entry concerned, where there is one."""

    part: str  # 文件, 结构, 变更记录, 签名, 记录, 印发, 原件 or 汇总
    subject: str  # 拨付，项目 XYJD-XYSQ-2026-01《楼道照明更换》
    message: str
    seq: int | None = None
    table: str = ""  # the row concerned, where it is one
    row_id: str = ""

    def __str__(self) -> str:
        return "：".join(filter(None, (self.part, self.subject, self.message)))


UNREADABLE = (sqlite3.Error, ValueError, KeyError, TypeError, IndexError)
UNJOURNALLED = "没有对应的变更记录"
MOST_ROWS = 5_000  # of an entry that is hashed before a change: a tenth of a second; a whole import takes longer
JOURNALLED = "SELECT seq, n, tbl, row_id, project, before, after FROM journal_row WHERE seq = ? ORDER BY n"
SHORT = 24  # characters of a value that is told whole
_NEVER = object()  # equal to no cell: id and void are always compared
Cells = dict[str, Any]


def damage_beneath(
    conn: sqlite3.Connection, touched: Sequence[RowChange], projects: Iterable[str]
) -> tuple[Damage, ...]:
    """What is damaged of the rows that the newest change rests on, within its transaction.

    These are the rows that it has touched, as they were before; the other rows of ``projects``, with those of their
    villages; and the journal entries that last wrote any of them. Some milliseconds for each project.
    """
    (newest,) = conn.execute("SELECT max(seq) FROM journal").fetchone()
    found: list[Damage] = []
    written = {(row.table, row.row_id) for row in touched}
    seqs: set[int] = set()
    try:
        for first in {(row.table, row.row_id): row for row in reversed(touched)}.values():
            found += _differs_before(conn, first, newest, seqs)
        for project in projects:
            found += _damage_of_project(conn, project, written, seqs)
        for seq in sorted(seqs - {newest}):
            found += _damage_of_entry(conn, seq)
    except UNREADABLE as unreadable:
        found.append(Damage("文件", "", f"读不下去（{printable(str(unreadable))}）"))
    return tuple(found)


def _differs_before(conn: sqlite3.Connection, row: RowChange, newest: int, seqs: set[int]) -> Iterator[Damage]:
    """Whether a touched row was, before the change, as last journalled."""
    last = conn.execute(
        "SELECT seq, after FROM journal_row WHERE tbl = ? AND row_id = ? AND seq < ? ORDER BY seq DESC, n DESC LIMIT 1",
        (row.table, row.row_id, newest),
    ).fetchone()
    if last is None:
        if row.before is not None:
            yield Damage("记录", subject_of(conn, row.table, row.row_id), UNJOURNALLED, None, row.table, row.row_id)
        return
    seqs.add(last[0])
    if row.before is None:
        yield _gone(row.table, row.row_id, last[0])
        return
    was, now = _packed(last[1]), _packed(row.before)
    if was != now:
        yield _differing(conn, row.table, row.row_id, now, was, last[0])


def _damage_of_project(
    conn: sqlite3.Connection, project: str, written: set[tuple[str, str]], seqs: set[int]
) -> Iterator[Damage]:
    """Damage of the rows of a project and its village that a change has not touched."""
    villages = conn.execute("SELECT village FROM project WHERE id = ?", (project,)).fetchall()
    places = [(Project.table, "t.id = ?", project), *((Village.table, "t.id = ?", each[0]) for each in villages)]
    places += [(table, "t.project = ?", project) for table in tables_of(conn) if "project" in TABLES[table].fields]
    for table, where, value in places:
        for row_id, seq, was, now in _rows_and_journal(conn, table, where, (value,)):
            if (table, row_id) in written:
                continue
            if seq is not None:
                seqs.add(seq)
            if was is None:
                yield Damage("记录", subject_of(conn, table, row_id), UNJOURNALLED, None, table, row_id)
            elif was != now:
                yield _differing(conn, table, row_id, now, was, seq)
    journalled = conn.execute(
        "SELECT tbl, row_id, max(seq) FROM journal_row WHERE project = ? GROUP BY tbl, row_id", (project,)
    ).fetchall()
    for table, row_id, seq in journalled:
        if table in TABLES and not conn.execute(f'SELECT 1 FROM "{table}" WHERE id = ?', (row_id,)).fetchone():
            yield _gone(table, row_id, seq)


def _damage_of_entry(conn: sqlite3.Connection, seq: int) -> Iterator[Damage]:
    """Whether an entry is as it was sealed, unless it is a very long one."""
    entry = conn.execute(
        "SELECT seq, key, action, actor, at, undoable, undoes, prev, hash, alg FROM journal WHERE seq = ?", (seq,)
    ).fetchone()
    if entry is None:
        yield Damage("变更记录", f"第 {seq} 次变更", "只剩明细，没有变更本身", seq)
        return
    *columns, prev, recorded, alg = entry
    rows = conn.execute(f"{JOURNALLED} LIMIT {MOST_ROWS + 1}", (seq,)).fetchall()
    if len(rows) <= MOST_ROWS and (alg != ALG or _seal_of(prev, tuple(columns), rows) != recorded):
        yield Damage("变更记录", f"第 {seq} 次变更“{printable(str(columns[2]))}”", "内容与存证码不符", seq)


def damaged_rows(conn: sqlite3.Connection, table: str) -> Iterator[Damage]:
    """Every row of a table must be as last journalled under its id, and every journalled row must be there."""
    yield from _changed_rows(conn, table)
    gone = conn.execute(
        "SELECT row_id, max(seq) FROM journal_row WHERE tbl = ?"
        f' AND NOT EXISTS (SELECT 1 FROM "{table}" t WHERE t.id = row_id) GROUP BY row_id',
        (table,),
    )
    for row_id, seq in gone.fetchall():
        yield _gone(table, row_id, seq)


def _changed_rows(conn: sqlite3.Connection, table: str) -> Iterator[Damage]:
    for row_id, seq, was, now in _rows_and_journal(conn, table):
        if was is None:
            yield Damage("记录", subject_of(conn, table, row_id), UNJOURNALLED, None, table, row_id)
        elif was != now:
            yield _differing(conn, table, row_id, now, was, seq)


def _gone(table: str, row_id: str, seq: int) -> Damage:
    subject = f"{TABLES[table].label} {printable(row_id)}"
    return Damage("记录", subject, "变更记录里有，台账里没有了", seq, table, row_id)


def _rows_and_journal(
    conn: sqlite3.Connection, table: str, where: str = "1", args: tuple[Any, ...] = ()
) -> Iterator[tuple[str, int | None, Cells | None, Cells]]:
    """Each row of a table: its id, the entry that last wrote it, its filled cells as journalled there and as they are.

    None for a row that the journal does not know; no cells where what is journalled cannot be read.
    """
    existing = {row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')}
    columns = [name for name in TABLES[table].columns if name in existing]
    listed = ", ".join(f't."{name}"' for name in columns)
    found = conn.execute(
        f'SELECT r.seq, r.after, {listed} FROM "{table}" t LEFT JOIN journal_row r ON (r.seq, r.n) ='
        f" (SELECT seq, n FROM journal_row WHERE tbl = ? AND row_id = t.id ORDER BY seq DESC, n DESC LIMIT 1)"
        f" WHERE {where}",
        (table, *args),
    )
    newer = is_newer(conn)
    blanks = [blank_of(table).get(name) if name in TABLES[table].fields else _NEVER for name in columns]
    for seq, after, *cells in found:
        filled = {n: cell for n, cell, blank in zip(columns, cells, blanks, strict=True) if cell != blank}
        was = None if after is None else _packed(after)
        if newer and was is not None:
            was = {name: cell for name, cell in was.items() if name in columns}
        yield filled["id"], seq, was, filled


_decode = json.JSONDecoder().raw_decode  # without the layers around it, which take half the time


def _packed(packed: str) -> Cells:
    """The cells of a packed row; none where it is damaged."""
    try:
        cells, end = _decode(packed)
    except (ValueError, TypeError):
        return {}
    return cells if isinstance(cells, dict) and end == len(packed) else {}


def _differing(conn: sqlite3.Connection, table: str, row_id: str, now: Cells, was: Cells, seq: int | None) -> Damage:
    """The damage of a row that is not as journalled, naming the fields."""
    names = (*TABLES[table].columns, *sorted(now.keys() | was.keys()))
    named = [name for name in dict.fromkeys(names) if now.get(name) != was.get(name)] or ["id"]
    told = "、".join(shown_field(table, name, now.get(name), was.get(name)) for name in named)
    return Damage("记录", subject_of(conn, table, row_id), f"与最后一次变更不符：{told}", seq, table, row_id)


def shown_field(table: str, name: str, now: Any, was: Any) -> str:
    """A field by its label, with what it holds and what was journalled where both are short."""
    field = TABLES[table].fields.get(name)
    label = field.label if field else {"void": "作废", "id": "记录号"}.get(name, printable(name))
    held, journalled = (_shown_cell(field, cell) for cell in (now, was))
    if (field is not None and field.refers) or max(len(held), len(journalled)) > SHORT:
        return label
    return f"{label}现为“{held}”，应为“{journalled}”"


def _shown_cell(field: Field | None, cell: Any) -> str:
    """A cell as people read it: money in yuan; what cannot be read as its kind as it is."""
    if cell is None or cell == "":
        return "（空）"
    if field is not None and field.kind is Money and isinstance(cell, int):
        return f"{Money(cell)} 元"
    if field is not None and field.kind is Enum:
        return next((str(member.label) for member in field.type if member.value == cell), printable(str(cell)))
    if field is None or field.kind is bool:
        return {0: "否", 1: "是"}.get(cell, printable(str(cell)))
    return printable(str(cell))


def is_sealed(entry: Sequence[Any], rows: Iterable[tuple[Any, ...]]) -> bool:
    """Whether the cells of a journal entry and its rows are those that its hash was made of."""
    *columns, prev, recorded, alg = entry
    return bool(alg == ALG and _seal_of(prev, tuple(columns), rows) == recorded)


def _seal_of(prev: Any, entry: tuple[Any, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    try:
        return seal(prev, entry, rows)
    except (TypeError, ValueError):  # a cell that is neither text nor number any more
        return ""


def tables_of(conn: sqlite3.Connection) -> list[str]:
    """The record tables that there are; the check of the schema names a missing one."""
    existing = {row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return [table for table in TABLES if table in existing]


def subject_of(conn: sqlite3.Connection, table: str, row_id: str) -> str:
    """The name that a clerk knows a record by: 拨付，项目 XYJD-XYSQ-2026-01《楼道照明更换》."""
    cls = TABLES[table]
    if cls is Project:
        row = conn.execute("SELECT code, title FROM project WHERE id = ?", (row_id,)).fetchone()
        return printable(f"项目 {row[0]}《{row[1]}》") if row else f"项目 {printable(row_id)}"
    if cls is Village:
        row = conn.execute("SELECT name FROM village WHERE id = ?", (row_id,)).fetchone()
        return printable(f"村居 {row[0]}") if row else f"村居 {printable(row_id)}"
    if "project" in cls.fields:
        row = conn.execute(f'SELECT project FROM "{table}" WHERE id = ?', (row_id,)).fetchone()
        if row and row[0]:
            return f"{cls.label}，{subject_of(conn, Project.table, row[0])}"
    return cls.label


def printable(text: str) -> str:
    """The text without what cannot be shown or encoded, such as damage may have put into it."""
    clean = str(text).encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else "·" for c in clean)
