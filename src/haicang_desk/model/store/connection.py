"""Opening a store file: to write it, which one process at a time may do, or to read it as it is at one moment.

Who writes holds a lock of its own, beside SQLite's, as long as the store is open; SQLite locks the file only for each
transaction. So others can read meanwhile. They copy the store within milliseconds and then leave it alone: however
long they work on the copy, no payment waits for them.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from shutil import rmtree

from haicang_desk.model.store.files import Files
from haicang_desk.model.values import Course, HeldElsewhere, OnlyReadable, StoreUnusable, UnsafePlace, cause
from haicang_desk.platform import (
    APPLICATION_ID,
    COMPANIONS,
    LOCK,
    discard,
    is_partial,
    make_private,
    new_private_file,
    note_open_store,
    real_path,
    refuse_long_path,
    refuse_unsafe_place,
    removes_open_files,
    sqlite_uri,
)

CACHED_STATEMENTS = 1024  # compiled queries kept: reading one casefile queries every table, in several ways
PATIENCE = 10  # seconds that a commit waits for those who copy the store just now, and they for it
ANEW = 10  # times that a copy is begun anew because of others' changes, before it is made at once
SLICE = 512  # pages copied before others may write: a few milliseconds
COPIES = "haicang-desk-"  # beginning of the names of temporary folders with a copy of a store
IN_MEMORY = 64 * 1024 * 1024  # bytes of a store that is copied into memory; a larger one into a temporary file


# What SQLite raises of a damaged file. Its message may quote damaged bytes, which are no text: then that is raised.
UNREADABLE_FILE = (sqlite3.Error, UnicodeDecodeError)


class DamagedFile(StoreUnusable):
    """The file is a store of ours, and too damaged to be opened. ``what`` is SQLite's own word."""

    def __init__(self, text: str, what: str) -> None:
        self.what = what
        super().__init__(text)


def companions(store: Path) -> list[str]:
    """The names of what may lie beside a store while it is open, or after a kill."""
    return [f"{store.name}{ending}" for ending in (*COMPANIONS, LOCK)]


_AS_EFFECTIVE_USER = os.access in os.supports_effective_ids


class StoreConnection(sqlite3.Connection):
    """A connection that knows the folder of files of its store, and lets go of its lock when it is closed."""

    files: Files | None = None  # None: the bytes of originals lie in the store itself
    lock: WriterLock | None = None
    folder: Path | None = None  # a temporary one, removed at the end

    def close(self) -> None:
        """Close the connection, then let others write the store."""
        super().close()
        if self.lock is not None:
            self.lock.release()
            self.lock = None
        if self.folder is not None:
            rmtree(self.folder, ignore_errors=True)


def files_of(conn: sqlite3.Connection) -> Files | None:
    """The folder of files of a store; None for one in memory."""
    return conn.files if isinstance(conn, StoreConnection) else None


class WriterLock:
    """The right to write a store, until released or its process ends: an exclusive lock on an empty file beside it.

    The lock is SQLite's, on a database of its own, and so the same on every system and within one process. A lock on
    the store itself would end as soon as this process opened and closed that file another time.
    """

    def __init__(self, store: Path) -> None:
        """Raises sqlite3.OperationalError, “locked”, where another window or process has the lock, and OSError."""
        real = real_path(store)
        self._path = real.with_name(f"{real.name}{LOCK}")
        for _ in range(100):
            with suppress(FileExistsError):
                new_private_file(self._path)
            found = self._identity()
            self._conn = sqlite3.connect(self._path, isolation_level=None, timeout=0, check_same_thread=False)
            try:
                self._conn.execute("PRAGMA journal_mode = MEMORY")  # no file of its own
                self._conn.execute("BEGIN EXCLUSIVE")
                if found == self._identity() is not None:
                    return
            except BaseException:
                self._conn.close()
                raise
            self._conn.close()  # the last holder has removed the file in between
        raise sqlite3.OperationalError("database is locked")

    def _identity(self) -> tuple[int, int] | None:
        with suppress(OSError):
            status = self._path.stat()
            return status.st_dev, status.st_ino
        return None

    def release(self) -> None:
        """Let others write. The file is removed while it is still locked, where the system allows it."""
        if removes_open_files():
            discard(self._path)
        self._conn.close()
        if not removes_open_files():
            discard(self._path)  # stays where another has it open already


def connect(path: Path) -> StoreConnection:
    """Open a store to write it, durably: rollback journal, synchronous EXTRA, and the only one who writes.

    Raises StoreUnusable, saying what to do, for a file that is missing, no store, locked or read-only, and UnsafePlace
    where it may not be written as long as it is there.
    """
    refuse_missing(path)
    _refuse_moved(real_path(path))
    refuse_unsafe_place(real_path(path))
    make_private(path)
    lock = lock_store(path)
    try:
        _refuse_second_names(real_path(path))
        conn = sqlite3.connect(
            path, isolation_level=None, timeout=PATIENCE, cached_statements=CACHED_STATEMENTS, factory=StoreConnection
        )
        try:
            _refuse_foreign(conn, path)
            _configure(conn)
        except BaseException:
            conn.close()
            raise
    except UNREADABLE_FILE as wrong:
        lock.release()
        raise _unusable(wrong, _why(wrong, path)) from wrong
    except BaseException:
        lock.release()
        raise
    note_open_store(path)
    conn.lock, conn.files = lock, Files.of_store(path)
    conn.files.make_private()
    return conn


def connect_beside(path: Path) -> StoreConnection:
    """A second connection that writes a store which this process holds the lock of, for a worker thread.

    Only its commit keeps the first from reading: no page is written before. Raises StoreUnusable.
    """
    try:
        conn = sqlite3.connect(
            path, isolation_level=None, timeout=PATIENCE, cached_statements=CACHED_STATEMENTS, factory=StoreConnection
        )
        try:
            for pragma in ("synchronous = EXTRA", "cache_spill = OFF"):
                conn.execute(f"PRAGMA {pragma}")
            _protect(conn)
        except BaseException:
            conn.close()
            raise
    except UNREADABLE_FILE as wrong:
        raise _unusable(wrong, _why(wrong, path)) from wrong
    conn.files = Files.of_store(path)
    return conn


def lock_store(path: Path) -> WriterLock:
    """Take the right to write a store. Raises StoreUnusable, OnlyReadable where nothing can be written there."""
    try:
        return WriterLock(path)
    except UNREADABLE_FILE as wrong:
        raise _unusable(wrong, _why(wrong, path)) from wrong
    except OSError as wrong:
        if wrong.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise OnlyReadable(_read_only(path)) from wrong
        raise StoreUnusable(f"台账“{path}”打不开（{cause(wrong)}），未作任何改动。请检查磁盘和文件夹权限") from wrong


SET_ASIDE = "（恢复前 "  # after the stem, in the name under which a restore sets the old store aside
MOVED = "（已移走 "  # after the stem, in the name that a store has been given when it was moved


def _refuse_moved(real: Path) -> None:
    """Raises UnsafePlace for a store that was moved: whoever goes on in it would have two ledgers."""
    if MOVED in real.stem:
        why = "再登记就成了两本账"
        raise UnsafePlace(real, "已经移走，这是留下的旧文件", why, movable=False, cure="要登记请打开移走的那一本")


def _refuse_second_names(real: Path) -> None:
    """Raises UnsafePlace where a store, whose lock is held, has a second name (a hard link), opened under which it
    would have another lock and another folder of files.

    A name that a killed process of this program left in the same folder is taken away: a file half made, or one that
    a restore was about to set aside.
    """
    found = real.stat()
    if found.st_nlink < 2:
        return
    ours = re.compile(rf"{re.escape(real.stem + SET_ASIDE)}.*{re.escape(real.suffix)}")
    for path in real.parent.iterdir():
        if path != real and (is_partial(path) or ours.fullmatch(path.name)) and path.lstat().st_ino == found.st_ino:
            discard(path)
    if real.stat().st_nlink > 1:
        raise UnsafePlace(
            real,
            "还有别的文件名（硬链接）",
            "从两个名字打开，锁、备份和原件文件夹各是各的，登记会互相覆盖",
            movable=False,
            cure="要登记请只留下一个文件名，或用 haicang-desk backup 复制一份，用复制出来的登记",
        )


def refuse_missing(path: Path) -> None:
    """Raises StoreUnusable for a path at which there is no file, or that is too long to be opened."""
    refuse_long_path(real_path(path))
    if not path.exists():
        raise StoreUnusable(f"找不到台账文件“{path}”。请核对路径；新建请用 haicang-desk init")
    if path.is_dir():
        raise StoreUnusable(f"“{path}”是文件夹，不是台账文件。请指明其中的 .db 文件")


def connect_to_read(path: Path) -> StoreConnection:
    """Open a store to read it once, also while a window writes it or where nothing can be written. It is not changed.

    Only what a killed process left half done is undone first, as by any program that opens such a file. Raises
    StoreUnusable for a file that is missing, no store, unreadable, or half written in a place that is read-only.
    """
    refuse_missing(path)
    make_private(path)
    # Where a journal could be played back but not removed, none is played back.
    real = real_path(path)
    mode = "rw" if os.access(real.parent, os.W_OK, effective_ids=_AS_EFFECTIVE_USER) else "ro"
    try:
        conn = sqlite3.connect(
            sqlite_uri(real, mode=mode), uri=True, isolation_level=None, timeout=PATIENCE,
            factory=StoreConnection,
        )  # fmt: skip
        try:
            for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
                conn.execute(f"PRAGMA {pragma}")
            _refuse_foreign(conn, path)
        except BaseException:
            conn.close()
            raise
    except UNREADABLE_FILE as wrong:
        raise _unusable(wrong, _why_unread(wrong, path)) from wrong
    note_open_store(path)
    conn.files = Files.of_store(path)
    return conn


def connect_to_copy(path: Path, course: Course | None = None) -> StoreConnection:
    """A copy of a store as it is at this moment, which is free to change and is lost when it is closed.

    With a ``course`` it is copied in slices, which takes longer and keeps nobody waiting. Raises StoreUnusable as
    ``connect_to_read`` does.
    """
    with closing(connect_to_read(path)) as source:
        folder = None
        if path.stat().st_size > IN_MEMORY:
            folder = Path(tempfile.mkdtemp(prefix=COPIES))  # this user's alone
        place: Path | str = folder / path.name if folder else ":memory:"
        copy = sqlite3.connect(
            place, isolation_level=None, cached_statements=CACHED_STATEMENTS, factory=StoreConnection
        )
        copy.folder, copy.files = folder, source.files
        if folder:
            copy.lock = WriterLock(folder / path.name)  # tells a copy in use from one that a killed run left
        try:
            if course is None:
                copy_at_once(source, copy)
            else:
                copy_in_slices(source, copy, course)
            copy.execute("PRAGMA synchronous = OFF")
            _protect(copy)
        except UNREADABLE_FILE as wrong:
            copy.close()
            raise _unusable(wrong, _why_unread(wrong, path)) from wrong
        except BaseException:
            copy.close()
            raise
    return copy


def copy_at_once(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy a store as it is at one moment. Raises sqlite3.Error, also where another program keeps it locked."""
    source.execute("BEGIN")
    try:
        source.execute("SELECT 1 FROM sqlite_schema").fetchone()  # waits a while for a commit; copying waits for ever
        source.backup(target)
    finally:
        source.execute("ROLLBACK")


class _Restless(Exception):
    """The store was changed again and again while it was copied."""


def copy_in_slices(source: sqlite3.Connection, target: sqlite3.Connection, course: Course) -> None:
    """Copy a store as it is at one moment, a little at a time, so that those who write it never wait for it.

    SQLite begins anew after a change by another connection; one that is changed all the time is copied at once in the
    end, for which its writers wait a moment. ``source`` is a connection of its own, on a file; a worker copies so while
    the window writes. Raises sqlite3.Error, Stopped.
    """
    left, begun = float("inf"), 0

    def told(_: int, remaining: int, total: int) -> None:
        nonlocal left, begun
        begun += remaining >= left  # else it has become less
        left = remaining
        if begun > ANEW:
            raise _Restless
        course.tell(total - remaining, total)

    try:
        source.backup(target, pages=SLICE, progress=told, sleep=0.01)
    except _Restless:
        copy_at_once(source, target)


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A further connection to a store that is open already and is not written meanwhile: read-only, without a lock."""
    conn = sqlite3.connect(sqlite_uri(real_path(path), mode="ro", immutable=1), uri=True, isolation_level=None)
    conn.execute("PRAGMA trusted_schema = OFF")
    return conn


def connect_in_memory() -> sqlite3.Connection:
    """A store in memory, with the same checks as one in a file."""
    conn = sqlite3.connect(":memory:", isolation_level=None, cached_statements=CACHED_STATEMENTS)
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA trusted_schema = OFF")
    return conn


def connect_image(image: bytes) -> sqlite3.Connection:
    """A copy in memory of a store in memory, of which ``image`` is what ``Connection.serialize`` gave."""
    conn = connect_in_memory()
    conn.deserialize(image)
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


@contextmanager
def without_waiting(conn: sqlite3.Connection) -> Iterator[None]:
    """Inside the block a transaction fails at once where another connection reads or writes, instead of waiting."""
    (patience,) = conn.execute("PRAGMA busy_timeout").fetchone()
    conn.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        conn.execute(f"PRAGMA busy_timeout = {patience}")


def _refuse_foreign(conn: sqlite3.Connection, path: Path) -> None:
    (mark,) = conn.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID:
        raise StoreUnusable(f"“{path}”不是本程序的台账文件，未作任何改动。请选择由本程序建立的 .db 文件")
    conn.execute("SELECT 1 FROM sqlite_schema").fetchone()  # reads all definitions: a broken one is found here


def _configure(conn: sqlite3.Connection) -> None:
    """The settings under which no power cut loses a committed change."""
    for pragma in ("journal_mode = DELETE", "synchronous = EXTRA"):
        conn.execute(f"PRAGMA {pragma}")
    _protect(conn)
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    conn.execute("BEGIN IMMEDIATE")
    conn.execute(f"PRAGMA user_version = {version}")  # a write, to find out now whether the file is read-only
    conn.execute("ROLLBACK")


def _protect(conn: sqlite3.Connection) -> None:
    for pragma in ("foreign_keys = ON", "trusted_schema = OFF", "cell_size_check = ON"):
        conn.execute(f"PRAGMA {pragma}")


def _unusable(wrong: sqlite3.Error | UnicodeDecodeError, text: str) -> StoreUnusable:
    if "malformed" in (word := _word_of(wrong)):
        return DamagedFile(text, word)
    if "locked" in word:
        return HeldElsewhere(text)
    return OnlyReadable(text) if _is_read_only(word) else StoreUnusable(text)


def _is_read_only(word: str) -> bool:
    return "readonly" in word or "read-only" in word


def _word_of(wrong: sqlite3.Error | UnicodeDecodeError) -> str:
    return wrong.object.decode("utf-8", "replace") if isinstance(wrong, UnicodeDecodeError) else str(wrong)


def _why(wrong: sqlite3.Error | UnicodeDecodeError, path: Path) -> str:
    message = _word_of(wrong)
    if "locked" in message:
        return f"台账“{path}”正被另一个窗口或程序使用，数据没有改动。请先关闭那一个再试"
    if _is_read_only(message):
        return _read_only(path)
    if "not a database" in message or "malformed" in message or "encrypted" in message:
        return (
            f"“{path}”不是台账文件或已损坏，打不开，未作任何改动。请用 haicang-desk repair 修复，"
            "或用“恢复备份”从最近的备份恢复"
        )
    why = message if isinstance(wrong, UnicodeDecodeError) else cause(wrong)
    return f"台账“{path}”打不开（{why}），未作任何改动。请检查磁盘和文件夹权限"


def _read_only(path: Path) -> str:
    return f"台账“{path}”是只读的，无法登记。请把它复制到可写的本机文件夹再打开"


def _why_unread(wrong: sqlite3.Error | UnicodeDecodeError, path: Path) -> str:
    real = real_path(path)
    if real.with_name(f"{real.name}-journal").exists() and "locked" not in _word_of(wrong):
        return (
            f"台账“{path}”上次没有写完（旁边还有 -journal 文件），要先恢复到写之前才能读，而它所在的地方是只读的。"
            "请把这两个文件一起复制到可写的本机文件夹再打开"
        )
    return _why(wrong, path)
