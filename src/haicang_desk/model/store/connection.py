"""Opening a store file, for this process alone and durably, and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from haicang_desk.model.values import StoreUnusable
from haicang_desk.platform import APPLICATION_ID, note_open_store

CACHED_STATEMENTS = 1024  # compiled queries kept: reading one casefile queries every table, in several ways


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
        conn = sqlite3.connect(path, isolation_level=None, timeout=0, cached_statements=CACHED_STATEMENTS)
        try:
            if not create:
                _refuse_foreign(conn, path)
            _configure(conn)
            note_open_store(path)
        except BaseException:
            conn.close()
            raise
    except sqlite3.Error as wrong:
        raise StoreUnusable(_why(wrong, path)) from wrong
    return conn


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A further connection to a store that is open already and is not written meanwhile: read-only, without a lock."""
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    conn.execute("PRAGMA trusted_schema = OFF")
    return conn


def connect_in_memory() -> sqlite3.Connection:
    """A store in memory, with the same checks as one in a file."""
    conn = sqlite3.connect(":memory:", isolation_level=None, cached_statements=CACHED_STATEMENTS)
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA trusted_schema = OFF")
    return conn


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """A transaction, rolled back on any error. An error of COMMIT itself leaves open whether it took effect."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def _refuse_foreign(conn: sqlite3.Connection, path: Path) -> None:
    (mark,) = conn.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID:
        raise StoreUnusable(f"“{path}”不是本程序的台账文件，未作任何改动。请选择由本程序建立的 .db 文件")


def _configure(conn: sqlite3.Connection) -> None:
    """The settings under which no power cut loses a committed change and no second program writes."""
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
    conn.execute(f"PRAGMA user_version = {version}")  # a write, to find out now whether the file is read-only
    conn.execute("ROLLBACK")


def _why(wrong: sqlite3.Error, path: Path) -> str:
    message = str(wrong)
    if "locked" in message:
        return f"台账“{path}”正被另一个窗口或程序使用，数据没有改动。请先关闭那一个再试"
    if "readonly" in message or "read-only" in message:
        return f"台账“{path}”是只读的，无法登记。请把它复制到可写的本机文件夹再打开"
    if "not a database" in message or "malformed" in message or "encrypted" in message:
        return f"“{path}”不是台账文件或已损坏，未作任何改动。请用“恢复备份”从最近的备份恢复"
    return f"台账“{path}”打不开（{message}），未作任何改动。请检查磁盘和文件夹权限"
