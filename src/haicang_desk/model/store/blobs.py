"""Originals (原件): the bytes of attached and issued files, stored once under their SHA-256 and never altered.

The journal holds a record ``Original`` for each, and the digests in the records that refer to it, so that no bit of
an original can change unnoticed. Undo takes back those records, never the bytes. The bytes lie in the folder of files
beside the store; those of a store in memory, and of one that an earlier program wrote, in table ``original_bytes``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from glob import escape
from hashlib import sha256
from pathlib import Path

from haicang_desk.model.records import Original
from haicang_desk.model.store.connection import companions, files_of, transaction
from haicang_desk.model.store.files import ALTERED, BadFile, Files
from haicang_desk.model.store.journal import Change
from haicang_desk.model.values import NotWritten, Refused, cause
from haicang_desk.platform import sweep_partials

TOGETHER = 64 * 1024 * 1024  # bytes that are moved out of the store file in one transaction
WORTHWHILE = 64  # free pages from which the store file is made smaller


class BlobMissing(Refused):
    """The bytes of an original are registered and not there."""


def save_blob(change: Change, data: bytes) -> str:
    """Store bytes within an open change, unless they are stored already; gives their SHA-256.

    A file that was missing or altered is made good. Raises NotWritten where the file can't be written.
    """
    digest = sha256(data).hexdigest()
    files = files_of(change.conn)
    if files is None:
        change.conn.execute("INSERT OR IGNORE INTO original_bytes (digest, bytes) VALUES (?, ?)", (digest, data))
    elif not is_intact(change.conn, digest):
        try:
            files.keep(digest, [data])
        except (OSError, BadFile) as wrong:
            why = cause(wrong) if isinstance(wrong, OSError) else str(wrong)
            raise NotWritten(f"原件没有存进“{files.folder}”（{why}），什么都没有登记。请检查磁盘空间和权限") from wrong
    if not has_blob(change.conn, digest):
        change.save(Original(digest=digest, size=len(data)))
    return digest


def sync_blobs(conn: sqlite3.Connection) -> None:
    """Make all bytes stored so far durable, before the change that names them is committed."""
    if (files := files_of(conn)) is not None:
        files.sync()


def has_blob(conn: sqlite3.Connection, digest: str) -> bool:
    """Whether the store has, or had, the bytes of this digest: they are registered in it."""
    return conn.execute("SELECT 1 FROM original WHERE digest = ?", (digest,)).fetchone() is not None


def is_intact(conn: sqlite3.Connection, digest: str) -> bool:
    """Whether the bytes of this digest can be read and are as they were stored."""
    return not _fault(conn, digest)


def read_blob(conn: sqlite3.Connection, digest: str) -> bytes:
    """The bytes of this digest. Raises Refused where the store never had any, or they are missing or damaged."""
    if not has_blob(conn, digest):
        raise Refused("这份原件不在本台账里（只登记了文件名）。请找到原来的文件，重新添加")
    data, files = _held(conn, digest), files_of(conn)
    if data is None and files is not None:
        try:
            return files.read(digest)
        except BadFile as bad:
            if ALTERED not in str(bad):
                raise BlobMissing(f"这份原件读不到：{bad}。请找回文件，或从备份恢复") from bad
            raise Refused(f"这份原件已损坏：{bad}。请用“核验台账”查明，从备份恢复") from bad
    if data is None:
        raise BlobMissing("这份原件登记了，台账里没有内容。请用“核验台账”查明，从备份恢复")
    if sha256(data).hexdigest() != digest:
        raise Refused("这份原件已损坏，与登记时的校验码不符。请用“核验台账”查明，从备份恢复")
    return data


def _held(conn: sqlite3.Connection, digest: str) -> bytes | None:
    """The bytes that the store file itself holds."""
    row = conn.execute("SELECT bytes FROM original_bytes WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else row[0]


def _fault(conn: sqlite3.Connection, digest: str) -> str:
    data, files = _held(conn, digest), files_of(conn)
    if data is not None:
        return "" if isinstance(data, bytes) and sha256(data).hexdigest() == digest else ALTERED
    return "登记了，台账里没有内容" if files is None else files.fault(digest)


def damaged_blobs(conn: sqlite3.Connection, go_on: Callable[[], None]) -> Iterator[tuple[str, str]]:
    """The digest of every original that is not as it was stored, and what is wrong with it.

    ``go_on`` is called before each is read, and may raise.
    """
    noted = named_digests(conn)
    for (digest,) in conn.execute("SELECT digest FROM original_bytes").fetchall():
        if digest not in noted:
            yield digest, "没有对应的登记"
    for digest in sorted(noted):
        go_on()
        if fault := _fault(conn, digest):
            yield digest, fault


def named_digests(conn: sqlite3.Connection) -> set[str]:
    """The digests of all originals that are registered, void ones too."""
    return {row[0] for row in conn.execute("SELECT digest FROM original")}


def missing_files(conn: sqlite3.Connection) -> list[str]:
    """The digests of the originals whose files are not there; whether the others are intact is not looked at."""
    files = files_of(conn)
    if files is None:
        return []
    known = "SELECT digest, max(size) FROM original WHERE digest NOT IN (SELECT digest FROM original_bytes)"
    return [digest for digest, size in conn.execute(f"{known} GROUP BY digest") if not files.has(digest, size)]


def move_to_files(conn: sqlite3.Connection, files: Files) -> None:
    """Move the bytes that the store file itself holds into the folder of files, and make the store file smaller.

    They are removed from it only when they were read back from the disk; a kill leaves them in one place or in both,
    and the next call goes on. Damaged ones and those that are not registered stay where they are, for ``verify``.
    Raises OSError where a file can't be written; then what was not moved stays in the store file.
    """
    conn.execute("PRAGMA secure_delete = OFF")  # else every page given up is written twice more
    noted, moved, size = named_digests(conn), list[str](), 0
    for (digest,) in conn.execute("SELECT digest FROM original_bytes").fetchall():
        data = _held(conn, digest)
        if digest not in noted or not isinstance(data, bytes):
            continue
        with suppress(BadFile):
            if not files.has(digest, len(data)) or files.fault(digest):
                files.keep(digest, [data])
            moved.append(digest)
            size += len(data)
        if size >= TOGETHER:
            files.sync()
            _remove(conn, moved)
            moved, size = [], 0
    files.sync()
    _remove(conn, moved)
    _make_smaller(conn)


def _remove(conn: sqlite3.Connection, digests: list[str]) -> None:
    if digests:
        with transaction(conn):
            conn.executemany("DELETE FROM original_bytes WHERE digest = ?", [(digest,) for digest in digests])


def _make_smaller(conn: sqlite3.Connection) -> None:
    """Give back the pages that moved bytes have left, also those of a call that was killed."""
    (free,), (pages,) = (conn.execute(f"PRAGMA {name}").fetchone() for name in ("freelist_count", "page_count"))
    if free > max(WORTHWHILE, pages // 4):
        with suppress(sqlite3.OperationalError):  # no room, or read by another just now: the pages are used again
            conn.execute("VACUUM")


def keep_files_outside(conn: sqlite3.Connection, *, at: datetime) -> None:
    """What is due when a store is opened to be written: move bytes out of it, and sweep what killed commands left.

    Where there is no room for the files, the bytes stay where they are until the store is next opened.
    """
    files = files_of(conn)
    if files is None:
        return
    with suppress(OSError):
        move_to_files(conn, files)
    sweep_partials(files.folder.parent, at=at)
    if files.folder.is_dir() and not _shared(conn, files):
        files.sweep(named_digests(conn), at=at)


def _shared(conn: sqlite3.Connection, files: Files) -> bool:
    """Whether another store has the same folder of files: one whose name differs in its ending only."""
    own = Path(conn.execute("PRAGMA database_list").fetchone()[2])
    others = files.folder.parent.glob(f"{escape(files.folder.stem)}.*")
    return any(path.is_file() and path.name != own.name and path.name not in companions(own) for path in others)
