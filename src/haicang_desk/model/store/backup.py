"""Backing a store up to a verified copy, and restoring one; the store that is replaced is renamed, never overwritten.

The file of an open store is never opened a second time: closing that handle would drop this process's lock on it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from haicang_desk.model.store.connection import connect
from haicang_desk.model.store.integrity import verify
from haicang_desk.model.store.mapping import TABLES
from haicang_desk.model.store.schema import SCHEMA_STEPS
from haicang_desk.model.values import NotWritten, Refused, StoreUnusable, cause
from haicang_desk.platform import APPLICATION_ID, COMPANIONS, sync_folder


@dataclass(frozen=True, slots=True)
class BackupContents:
    """What a backup holds: how many records (void ones too) and changes, and the hash of the last change."""

    records: int
    changes: int
    head: str
    sha256: str = ""  # of the file, to be written down elsewhere

    def as_json(self) -> dict[str, Any]:
        """The JSON object that ``backup --json`` prints."""
        return {"records": self.records, "changes": self.changes, "head": self.head, "sha256": self.sha256}


def back_up(conn: sqlite3.Connection, out: Path) -> BackupContents:
    """Copy an open store to a new file; the copy is verified before it gets its name.

    Raises NotWritten where a file of that name exists or it can't be written, StoreUnusable where the copy turns out
    damaged; no file is left behind then.
    """
    if out.exists():
        raise NotWritten(f"“{out}”已经存在，没有覆盖它。请换一个文件名")
    if not out.parent.is_dir():
        raise NotWritten(f"文件夹“{out.parent}”不存在，备份没有生成。请先建立文件夹")
    with _unnamed(out) as partial:
        _copy(conn, partial)
        contents = _verified(partial)
        _rename_without_overwriting(partial, out)
    return contents


@contextmanager
def _unnamed(out: Path) -> Iterator[Path]:
    """A temporary file beside ``out``, removed at the end on success and on failure."""
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        yield partial
    except (OSError, sqlite3.Error) as wrong:
        raise NotWritten(f"“{out}”写不进去（{cause(wrong)}）。请检查磁盘空间和文件夹权限") from wrong
    finally:
        for ending in ("", *COMPANIONS):
            with suppress(OSError):
                partial.with_name(partial.name + ending).unlink(missing_ok=True)


def _copy(source: sqlite3.Connection, partial: Path) -> None:
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(partial, isolation_level=None)) as target:
        source.backup(target)
    with partial.open("rb") as written:
        os.fsync(written.fileno())


def _verified(partial: Path) -> BackupContents:
    """Raises StoreUnusable where the copy is damaged."""
    with closing(_open_read_only(partial)) as conn:
        if damage := verify(conn, sums=False):
            raise StoreUnusable(
                f"台账有 {len(damage)} 处损坏，备份没有生成。第一处：{damage[0]}。请用 verify 查明，从以前的备份恢复"
            )
        contents = contents_of(conn)
    with partial.open("rb") as written:
        digest = sha256()
        while block := written.read(1 << 20):
            digest.update(block)
    return BackupContents(contents.records, contents.changes, contents.head, digest.hexdigest())


def contents_of(conn: sqlite3.Connection) -> BackupContents:
    """Count the records and changes of a store. Raises sqlite3.Error where it can't be read."""
    existing = {row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")} & set(TABLES)
    records = sum(conn.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in existing)
    last = conn.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone() or (0, "")
    return BackupContents(records, *last)


def _open_read_only(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=0)
    conn.execute("PRAGMA trusted_schema = OFF")
    conn.execute("PRAGMA cell_size_check = ON")
    return conn


def _rename_without_overwriting(partial: Path, out: Path) -> None:
    """Give a finished file its name. Without hard links a file that appears just before the rename is overwritten."""
    try:
        os.link(partial, out)
    except FileExistsError:
        raise NotWritten(f"“{out}”已经存在，没有覆盖它。请换一个文件名") from None
    except OSError:
        if out.exists():
            raise NotWritten(f"“{out}”已经存在，没有覆盖它。请换一个文件名") from None
        partial.rename(out)
    sync_folder(out.parent)


def restore_backup(backup: Path, store: Path, *, at: datetime) -> Path | None:
    """Replace ``store`` by a verified copy of ``backup``; gives the path that the old store was renamed to.

    Raises Refused for a backup that is missing, damaged, newer or not ours, StoreUnusable where the store is in use,
    NotWritten where the copy can't be made; nothing is changed then.
    """
    if store.is_dir():
        raise StoreUnusable(f"“{store}”是文件夹，不是台账文件。请指明其中的 .db 文件")
    if not store.parent.is_dir():
        raise NotWritten(f"文件夹“{store.parent}”不存在，没有恢复。请先建立文件夹")
    if store.exists() and backup.exists() and store.samefile(backup):
        raise Refused("备份和要恢复的台账是同一个文件，没有改动。请另选备份文件")
    source = open_backup(backup)
    with closing(source), _unnamed(store) as partial:
        if damage := verify(source):
            raise Refused(f"备份“{backup}”有 {len(damage)} 处损坏，没有恢复。第一处：{damage[0]}。请换一份备份")
        _copy(source, partial)
        with closing(_open_read_only(partial)) as copied:
            if verify(copied, sums=False):
                raise NotWritten(f"恢复到“{store}”的文件核对不上，没有启用。请检查磁盘后重做")
        _refuse_in_use(store)
        aside = _set_aside(store, at)
        partial.replace(store)
        sync_folder(store.parent)
    return aside


def open_backup(backup: Path) -> sqlite3.Connection:
    """Open a backup for reading only. Raises Refused where it is missing, no store of ours, or newer."""
    if not backup.is_file():
        raise Refused(f"找不到备份文件“{backup}”，没有改动。请核对路径")
    conn = None
    try:
        conn = _open_read_only(backup)
        (mark,) = conn.execute("PRAGMA application_id").fetchone()
        if mark != APPLICATION_ID:
            raise Refused(f"“{backup}”不是本程序的备份，没有改动。请选择由本程序备份的 .db 文件")
        applied = [row[0] for row in conn.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
        if newer := [name for name in applied if name not in SCHEMA_STEPS]:
            raise Refused(f"备份“{backup}”由更新版本的程序写成（{'、'.join(newer)}），没有改动。请升级程序")
    except BaseException as wrong:
        if conn is not None:
            conn.close()
        if isinstance(wrong, sqlite3.Error):
            raise Refused(f"备份“{backup}”读不出来（{cause(wrong)}），没有改动。请换一份备份") from wrong
        raise
    return conn


def _refuse_in_use(store: Path) -> None:
    """Raises StoreUnusable where the store is open elsewhere; one that is too damaged to open may be replaced."""
    if not store.exists():
        return
    try:
        connect(store).close()
    except StoreUnusable as wrong:
        if isinstance(wrong.__cause__, sqlite3.OperationalError) and "locked" in str(wrong.__cause__):
            raise


def _set_aside(store: Path, at: datetime) -> Path | None:
    """Rename the old file, its rollback journal first: SQLite would apply one left behind to the new file."""
    if not store.exists():
        return None
    aside = _free_name(store, at)
    for ending in COMPANIONS:
        beside = store.with_name(store.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    try:
        os.link(store, aside)  # so that there is a file of the store's name at every moment
    except OSError:
        store.rename(aside)
    return aside


def _free_name(store: Path, at: datetime) -> Path:
    stem, number = f"{store.stem}（恢复前 {at:%Y-%m-%d %H%M%S}）", 1
    aside = store.with_name(stem + store.suffix)
    while aside.exists():
        number += 1
        aside = store.with_name(f"{stem}{number}{store.suffix}")
    return aside
