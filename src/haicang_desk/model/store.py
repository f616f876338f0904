"""Rows to records and back, by the declared fields alone; and the one way the store file is opened."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from itertools import starmap
from pathlib import Path
from typing import Any, TypeVar

from haicang_desk.model.records import KEPT, RECORDS, Field, Link, Prose, Record
from haicang_desk.model.values import Money, StoreUnusable

R = TypeVar("R", bound=Record)
Row = dict[str, Any]

TABLES: dict[str, type[Record]] = {cls.table: cls for cls in (*RECORDS, *KEPT)}

SCHEMA_STEPS = (  # names of migrations.py, in order
    "m0001_records",
    "m0002_journal",
    "m0003_register_line",
    "m0004_notice_content",
    "m0005_further_records",
    "m0006_originals",
    "m0007_issues",
)

STATEMENTS = 1024  # kept compiled: a casefile alone asks every table, in several ways

APPLICATION_ID = 0x48434453  # “HCDS”, so that another program's SQLite file is not taken for ours

TO_CELL: dict[Any, Callable[[Any], Any] | None] = {  # None: as it is
    str: None,
    Prose: None,
    Link: None,
    int: None,
    bool: int,
    Money: int,
    Decimal: str,
    date: date.isoformat,
    Enum: lambda member: member.value,
}
_day = lru_cache(4096)(date.fromisoformat)  # the records of a year share a few hundred days
FROM_CELL: dict[Any, Callable[[Field], Callable[[Any], Any] | None]] = {
    str: lambda _: None,
    Prose: lambda _: None,
    int: lambda _: None,
    bool: lambda _: bool,
    Money: lambda _: Money,
    Decimal: lambda _: Decimal,
    date: lambda _: _day,
    Enum: lambda said: {member.value: member for member in said.type}.__getitem__,
    Link: lambda _: None,
}


def to_row(record: Record) -> Row:
    """A record as a table row, id and void included."""
    row: Row = {"id": record.id, "void": int(record.void)}
    for name, said in record.fields.items():
        value, turn = getattr(record, name), TO_CELL[said.kind]
        row[name] = turn(value) if turn and value is not None else value
        if said.kind is Link:
            row[name] = value or None  # a foreign key is NULL, never ""
    return row


@cache
def _maker(table: str) -> Callable[..., Any]:
    """A function from the cells of ``columns`` to a record, written out for a table as dataclasses write ``__init__``.

    A ledger of 100,000 projects is more than a million records, read at once: a loop over the fields of each, or
    ``__init__`` with its guard against change, would take longer than all rules together.
    """
    cls = TABLES[table]
    known: dict[str, Any] = {"_new": object.__new__, "_hold": object.__setattr__, "_cls": cls}
    held = ["'id': id", "'void': bool(void)"]
    for name, said in cls.fields.items():
        if said.kind is Link:
            turned = f"{name} or ''"
        elif turn := FROM_CELL[said.kind](said):
            known[f"_{name}"] = turn
            turned = f"None if {name} is None else _{name}({name})"
        else:
            turned = name
        held.append(f"'{name}': {turned}")
    exec(  # of names that the program itself declares
        f"def made({', '.join(cls.columns)}):\n"
        f"  record = _new(_cls)\n"
        f"  _hold(record, '__dict__', {{{', '.join(held)}}})\n"
        f"  return record",
        known,
    )
    made: Callable[..., Any] = known["made"]
    return made


def to_record(cls: type[R], cells: Iterable[Any]) -> R:
    """A record from the cells of ``cls.columns``."""
    record: R = _maker(cls.table)(*cells)
    return record


@cache
def listed(table: str) -> str:
    """The columns of a table as a SELECT names them."""
    return ", ".join(f'"{name}"' for name in TABLES[table].columns)


def read(
    conn: sqlite3.Connection, cls: type[R], where: str = "1", args: Iterable[Any] = (), *, order: str = "id"
) -> Iterator[R]:
    """Records that are not void, in the order they came to be or, by constants as ``where`` is, in another."""
    found = conn.execute(
        f'SELECT {listed(cls.table)} FROM "{cls.table}" WHERE NOT void AND ({where}) ORDER BY {order}', tuple(args)
    )
    return starmap(_maker(cls.table), found)


def new_id() -> str:
    """A uuid of version 7 (RFC 9562 §5.7): sorts by the moment it was made, also within one process and tick."""
    global _last_id
    ticks = max(time.time_ns() // 1000, _last_id + 1)
    _last_id = ticks
    milliseconds, micro = divmod(ticks, 1000)
    tail = int.from_bytes(os.urandom(8)) & (2**62 - 1)
    number = milliseconds << 80 | 0x7 << 76 | micro << 64 | 0x2 << 62 | tail
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_last_id = 0


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """Open a store for this process alone, durably: rollback journal, synchronous EXTRA, exclusive lock.

    Raises StoreUnusable, saying what to do, for a file that is missing, no store, locked or read-only.
    """
    if not create and not path.exists():
        raise StoreUnusable(f"找不到台账文件“{path}”。请核对路径；新建请用 haicang-desk init")
    if path.is_dir():
        raise StoreUnusable(f"“{path}”是文件夹，不是台账文件。请指明其中的 .db 文件")
    if create:
        if path.exists():
            raise StoreUnusable(f"“{path}”已经存在，未作任何改动。请换一个文件名")
        if not path.parent.is_dir():
            raise StoreUnusable(f"文件夹“{path.parent}”不存在，请先建立文件夹")
    try:
        conn = sqlite3.connect(path, isolation_level=None, timeout=0, cached_statements=STATEMENTS)
        try:
            if not create:
                _refuse_foreign(conn, path)
            _settle(conn)
        except BaseException:
            conn.close()
            raise
    except sqlite3.Error as wrong:
        raise StoreUnusable(_why(wrong, path)) from wrong
    return conn


def connect_beside(path: Path) -> sqlite3.Connection:
    """A second look at a store that is open already and stays as it is meanwhile: takes no lock, can't write."""
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    conn.execute("PRAGMA trusted_schema = OFF")
    return conn


def connect_nowhere() -> sqlite3.Connection:
    """A store in memory, under the same rules as one in a file."""
    conn = sqlite3.connect(":memory:", isolation_level=None, cached_statements=STATEMENTS)
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA trusted_schema = OFF")
    return conn


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All or nothing. What COMMIT itself reports is passed on: whether it took effect is then unknown."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def migrate(conn: sqlite3.Connection, path: Path | None) -> None:
    """Bring the schema up to this program's. Raises StoreUnusable for a store that a newer program made."""
    known = (conn.execute("SELECT 1 FROM sqlite_schema WHERE name = '_sqlite_migrations'").fetchone()) is not None
    applied = [row[0] for row in conn.execute("SELECT name FROM _sqlite_migrations ORDER BY id")] if known else []
    if newer := [name for name in applied if name not in SCHEMA_STEPS]:
        raise StoreUnusable(
            f"台账“{path}”由更新版本的程序建立（{'、'.join(newer)}），本版本打不开，数据没有改动。请升级程序"
        )
    if applied != list(SCHEMA_STEPS):
        from sqlite_utils import Database  # 40 ms that an up-to-date store need not wait for

        from haicang_desk.model.migrations import migrations

        migrations.apply(Database(conn))


def _refuse_foreign(conn: sqlite3.Connection, path: Path) -> None:
    (mark,) = conn.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID:
        raise StoreUnusable(f"“{path}”不是本程序的台账文件，未作任何改动。请选择由本程序建立的 .db 文件")


def _settle(conn: sqlite3.Connection) -> None:
    """The settings under which no cut of power lost an acknowledged change, and no second program writes."""
    for pragma in (
        "locking_mode = EXCLUSIVE",
        "journal_mode = DELETE",
        "synchronous = EXTRA",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
    ):
        conn.execute(f"PRAGMA {pragma}")
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    conn.execute("BEGIN EXCLUSIVE")
    conn.execute(f"PRAGMA user_version = {version}")  # a first write tells what only lets itself be read
    conn.execute("ROLLBACK")


def _why(wrong: sqlite3.Error, path: Path) -> str:
    said = str(wrong)
    if "locked" in said:
        return f"台账“{path}”正被另一个窗口或程序使用，数据没有改动。请先关闭那一个再试"
    if "readonly" in said or "read-only" in said:
        return f"台账“{path}”是只读的，无法登记。请把它复制到可写的本机文件夹再打开"
    if "not a database" in said or "malformed" in said or "encrypted" in said:
        return f"“{path}”不是台账文件或已损坏，未作任何改动。请用“恢复备份”从最近的备份恢复"
    return f"台账“{path}”打不开（{said}），未作任何改动。请检查磁盘和文件夹权限"
