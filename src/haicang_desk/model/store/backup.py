"""Backing a store up to a verified copy, and restoring one; the store that is replaced is renamed, never overwritten.

Store and folder of files are one: a backup has both, and so has what is restored. A missing or altered file does not
keep the rest from being backed up or restored; it is named. The file of an open store is never opened a second time
but by SQLite: closing such a handle would drop this process's locks on it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from shutil import disk_usage
from typing import Any

from haicang_desk import __version__
from haicang_desk.model.store.backup_manifest import CHANGES, Manifest, manifest_path, read_manifest, write_manifest
from haicang_desk.model.store.blobs import move_to_files
from haicang_desk.model.store.connection import (
    SET_ASIDE,
    StoreConnection,
    companions,
    copy_at_once,
    copy_in_slices,
    files_of,
    lock_store,
)
from haicang_desk.model.store.files import BadFile, Files, files_folder
from haicang_desk.model.store.integrity import papers_of, verify
from haicang_desk.model.store.mapping import TABLES
from haicang_desk.model.store.schema import FILES_STEP, SCHEMA_STEPS, applied_steps
from haicang_desk.model.store.seen_heads import NOTHING, Jump, last_head, note_restore
from haicang_desk.model.values import Course, NotWritten, Refused, StoreUnusable, cause
from haicang_desk.platform import (
    APPLICATION_ID,
    STORE_FOLDER,
    discard,
    link_file,
    new_private_file,
    partial_beside,
    real_path,
    refuse_of_a_store,
    refuse_to_replace,
    refuse_unsafe_place,
    rename,
    replace_file,
    sqlite_uri,
    sync_file,
    sync_folder,
)


@dataclass(frozen=True, slots=True)
class BackupContents:
    """What a backup holds: how many records (void ones too) and changes, and the hash of the last change."""

    records: int
    changes: int
    head: str
    sha256: str = ""  # of the file, to be written down elsewhere
    files: int = 0  # scans and issued papers in the folder of files
    missing: tuple[str, ...] = ()  # those that are not in it, by name, with the reason
    counts: Mapping[str, int] = field(default_factory=dict)  # of each table, and changes
    size: int = 0  # bytes of the file
    schema: str = ""  # the last step

    def manifest(self) -> Manifest:
        """What is written down beside a backup."""
        return Manifest(
            self.sha256, self.size, self.counts, self.head, self.schema, __version__, self.files, self.missing
        )

    def as_json(self) -> dict[str, Any]:
        """The JSON object that ``backup --json`` prints."""
        contents = {"records": self.records, "changes": self.changes, "head": self.head, "sha256": self.sha256}
        return {**contents, "files": self.files, "missing": list(self.missing)}


class DamagedStore(StoreUnusable):
    """The store itself is damaged, so that no backup was made."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the path that the old store was renamed to, and the files that the backup lacks."""

    aside: Path | None
    missing: tuple[str, ...] = ()


def back_up(
    conn: sqlite3.Connection,
    out: Path,
    *,
    pool: Path | None = None,
    course: Course | None = None,
    manifest: Callable[[BackupContents], Manifest] | None = None,
) -> BackupContents:
    """Copy an open store to a new file, and its files to the folder of files of that one, or to ``pool``.

    The copy is verified before it gets its name; what ``manifest`` makes of its contents is written beside it. With a
    ``course`` it is copied in slices, so that whoever writes the store through another connection never waits. Raises
    NotWritten where a file of that name exists or it can't be written, StoreUnusable where the copy turns out damaged,
    Stopped; no file is left behind then.
    """
    if out.exists():
        raise NotWritten(f"“{out}”已经存在，没有覆盖它。请换一个文件名")
    refuse_to_replace(out)
    if not out.parent.is_dir():
        raise NotWritten(f"文件夹“{out.parent}”不存在，备份没有生成。请先建立文件夹")
    if manifest is not None and manifest_path(out).exists() and read_manifest(out) is None:
        raise NotWritten(f"“{manifest_path(out)}”已经存在，备份的清单要写在那里，没有覆盖它。请换一个文件名")
    target = pool or files_folder(out)
    refuse_full(out.parent, SPACE * size_of(conn) + _bytes_lacking(conn, Files(target)), "备份没有生成")
    with unnamed(out) as partial, _folder_for(target) as folder:
        copy_to(conn, partial, course and course.part(0, 20))
        whole = course or Course()
        _verify_copy(partial, whole.part(20, 80))
        files = _fill(partial, files_of(conn), Files(folder), trusted=pool is not None, course=whole.part(80, 98))
        contents = _contents(partial, files)
        whole.tell(100, 100)
        _name_folder(folder, target)
        if manifest is not None:
            write_manifest(out, manifest(contents))
        try:
            name_without_overwriting(partial, out)
        except BaseException:
            if manifest is not None:
                discard(manifest_path(out))
            raise
    return contents


SPACE = 3  # times the size of the store that must be free: the copy, SQLite's own files, and room to go on


def size_of(conn: sqlite3.Connection) -> int:
    """The bytes of a store's file. Raises sqlite3.Error."""
    (pages,), (size,) = (conn.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    return int(pages * size)


def refuse_full(folder: Path, needed: int, consequence: str) -> None:
    """Raises NotWritten where a folder's disk has fewer free bytes than are needed; ``consequence`` says what was not
    done. A disk that does not tell is taken to have them."""
    try:
        free = disk_usage(folder).free
    except OSError:
        return
    if free < needed:
        raise NotWritten(
            f"“{folder}”所在的磁盘只剩 {_megabytes(free)}，要有 {_megabytes(needed)}，{consequence}。"
            "台账没有改动。请腾出空间后再试，如清空回收站、移走大文件"
        )


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MB"


def _bytes_lacking(conn: sqlite3.Connection, target: Files) -> int:
    """The bytes of the files that a backup has yet to copy."""
    if FILES_STEP not in applied_steps(conn):
        return 0
    wanted = conn.execute("SELECT digest, max(size) FROM original GROUP BY digest").fetchall()
    return sum(size for digest, size in wanted if not target.has(digest, size))


def refuse_taken(path: Path) -> None:
    """Raises StoreUnusable where no new store can be made at a path: its name, or that of its files, is taken."""
    if path.exists():
        raise StoreUnusable(f"“{path}”已经存在，未作任何改动。请换一个文件名")
    refuse_of_a_store(path)
    if not path.parent.is_dir():
        raise StoreUnusable(f"文件夹“{path.parent}”不存在，请先建立文件夹")
    refuse_unsafe_place(real_path(path))
    if files_folder(path).exists() or path.suffix == STORE_FOLDER:
        raise StoreUnusable(f"“{files_folder(path)}”已经存在，里面是另一本台账的原件，未作任何改动。请换一个文件名")


def write_new(conn: sqlite3.Connection, path: Path) -> None:
    """Write a store in memory that holds no files to a new file, which is there whole or not at all.

    Raises StoreUnusable.
    """
    try:
        with unnamed(path) as partial:
            copy_to(conn, partial)
            name_without_overwriting(partial, path)
    except NotWritten as wrong:
        raise StoreUnusable(f"台账没有建成：{wrong}") from wrong


@contextmanager
def unnamed(out: Path) -> Iterator[Path]:
    """A temporary file beside ``out`` for this user alone, removed at the end on success and on failure."""
    partial = partial_beside(out)
    try:
        new_private_file(partial)
        yield partial
    except (OSError, sqlite3.Error) as wrong:
        raise NotWritten(f"“{out}”写不进去（{cause(wrong)}）。请检查磁盘空间和文件夹权限") from wrong
    finally:
        for name in (partial.name, *companions(partial)):
            discard(partial.with_name(name))


@contextmanager
def _folder_for(folder: Path) -> Iterator[Path]:
    """The folder itself where it is there already, else a temporary one, which is removed unless it was renamed."""
    if folder.is_dir():
        yield folder
        return
    partial = partial_beside(folder)
    try:
        yield partial
    finally:
        Files(partial).remove()


def _name_folder(folder: Path, name: Path) -> None:
    """Give a temporary folder its name, if it was made at all and has not had that name before."""
    if folder != name and folder.exists():
        rename(folder, name)
        sync_folder(name.parent)


def copy_to(source: sqlite3.Connection, partial: Path, course: Course | None = None) -> None:
    with closing(sqlite3.connect(partial, isolation_level=None)) as target:
        if course is None:
            copy_at_once(source, target)
        else:
            copy_in_slices(source, target, course)
    sync_file(partial)


def _verify_copy(partial: Path, course: Course) -> None:
    """Raises StoreUnusable where the copy is damaged. Its files are verified one by one as they are copied."""
    with closing(_open_read_only(partial)) as conn:
        if damage := verify(conn, sums=False, files=False, course=course):
            raise DamagedStore(
                f"台账有 {len(damage)} 处损坏，备份没有生成。第一处：{damage[0]}。请用 verify 查明，从以前的备份恢复"
            )


def _fill(
    partial: Path, source: Files | None, target: Files, *, trusted: bool, course: Course
) -> tuple[int, tuple[str, ...]]:
    """Put the files that a copy names into ``target``: how many are there then, and what is missing, by name.

    Bytes in the copy itself are moved out of it, if its schema is not older than the folder of files. ``trusted``: a
    file that is there already is not read; it was verified when it was put there.
    """
    with closing(sqlite3.connect(partial, isolation_level=None)) as conn:
        if FILES_STEP not in applied_steps(conn):
            return 0, ()
        conn.execute("PRAGMA synchronous = OFF")  # it has no name yet, and is synced at the end
        move_to_files(conn, target)
        found, missing = 0, list[str]()
        wanted = conn.execute("SELECT digest, max(size) FROM original GROUP BY digest").fetchall()
        for number, (digest, size) in enumerate(wanted):
            course.tell(number, len(wanted))
            try:
                if not (target.has(digest, size) if trusted else not target.fault(digest)):
                    if source is None:
                        raise BadFile("登记了，台账里没有内容")
                    target.keep(digest, source.blocks(digest))
                found += 1
            except BadFile as bad:
                missing.append("：".join(filter(None, (papers_of(conn, digest), str(bad)))))
    target.sync()
    sync_file(partial)
    return found, tuple(missing)


def _contents(partial: Path, files: tuple[int, tuple[str, ...]]) -> BackupContents:
    with closing(_open_read_only(partial)) as conn:
        contents = contents_of(conn)
    with partial.open("rb") as written:
        digest = sha256()
        while block := written.read(1 << 20):
            digest.update(block)
    size = partial.stat().st_size
    return replace(contents, sha256=digest.hexdigest(), size=size, files=files[0], missing=files[1])


def head_of(conn: sqlite3.Connection) -> str:
    """The hash of the last change of a store, which tells whether another holds the same. Raises sqlite3.Error."""
    last = conn.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return str(last[0]) if last else ""


def contents_of(conn: sqlite3.Connection) -> BackupContents:
    """Count the records and changes of a store. Raises sqlite3.Error where it can't be read."""
    existing = {row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")} & set(TABLES)
    counts = {table: conn.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in sorted(existing)}
    seq, head = conn.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone() or (0, "")
    schema = next(reversed(applied_steps(conn)), "")
    return BackupContents(sum(counts.values()), seq, head, counts={**counts, CHANGES: seq}, schema=schema)


def _open_read_only(path: Path) -> StoreConnection:
    conn = sqlite3.connect(
        sqlite_uri(path.absolute(), mode="ro"), uri=True, isolation_level=None, timeout=0, factory=StoreConnection
    )
    conn.files = Files.of_store(path)
    conn.execute("PRAGMA trusted_schema = OFF")
    conn.execute("PRAGMA cell_size_check = ON")
    return conn


def name_without_overwriting(partial: Path, out: Path) -> None:
    """Give a finished file its name. Without hard links a file that appears just before the rename is overwritten.

    Raises NotWritten where there is a file of that name, OSError.
    """
    try:
        link_file(partial, out)
    except FileExistsError:
        raise NotWritten(f"“{out}”已经存在，没有覆盖它。请换一个文件名") from None
    except OSError:
        if out.exists():
            raise NotWritten(f"“{out}”已经存在，没有覆盖它。请换一个文件名") from None
        rename(partial, out)
    sync_folder(out.parent)


def restore_backup(
    backup: Path,
    store: Path,
    *,
    at: datetime,
    course: Course | None = None,
    handler: str = "",
    reason: str = "",
    named: str = "",
) -> Restored:
    """Replace ``store`` by a verified copy of ``backup``; the old store is renamed, with its files.

    The files of the backup are added to those of the store first, and the old store is given a folder of its own: so
    at every moment a store of that name is there with all its files. Raises Refused for a backup that is missing,
    damaged, newer or not ours, StoreUnusable where the store is in use, NotWritten where the copy can't be made,
    Stopped; nothing is changed then. A link is followed, as it is when a store is opened, and stays a link. ``named``:
    what the backup is called where the restore is remembered.
    """
    course = course or Course()
    if store.is_symlink():
        if not store.exists():
            raise NotWritten(f"“{store}”是一个链接，它所指的文件不在，没有恢复。请写明实际的文件")
        store = store.resolve()
    if store.is_dir():
        raise StoreUnusable(f"“{store}”是文件夹，不是台账文件。请指明其中的 .db 文件")
    refuse_of_a_store(store)
    if not store.parent.is_dir():
        raise NotWritten(f"文件夹“{store.parent}”不存在，没有恢复。请先建立文件夹")
    refuse_unsafe_place(real_path(store))
    if store.exists() and backup.exists() and store.samefile(backup):
        raise Refused("备份和要恢复的台账是同一个文件，没有改动。请另选备份文件")
    source = open_backup(backup)
    with closing(source), unnamed(store) as partial, locked(store):
        refuse_full(store.parent, SPACE * size_of(source), "没有恢复")
        if damage := verify(source, files=False, course=course.part(0, 45)):
            raise Refused(f"备份“{backup}”有 {len(damage)} 处损坏，没有恢复。第一处：{damage[0]}。请换一份备份")
        copy_to(source, partial)
        with closing(_open_read_only(partial)) as copied:
            if verify(copied, sums=False, files=False, course=course.part(45, 75)):
                raise NotWritten(f"恢复到“{store}”的文件核对不上，没有启用。请检查磁盘后重做")
        unstoppable = replace(course, cancelled=None).part(75, 99)
        aside, own = _free_name(store, at) if store.exists() else None, files_folder(store)
        if aside is not None and own.is_dir():
            with _folder_for(files_folder(aside)) as folder:
                Files(own).link_to(folder)
                _name_folder(folder, files_folder(aside))
        with _folder_for(own) as folder:
            _, missing = _fill(partial, source.files, Files(folder), trusted=False, course=unstoppable)
            _name_folder(folder, own)
        stamp = at.isoformat(timespec="seconds")
        _note_restore(store, partial, Jump(NOTHING, NOTHING, stamp, named or backup.name, handler, reason))
        if aside is not None:
            _set_aside(store, aside)
        replace_file(partial, store)
        sync_folder(store.parent)
    return Restored(aside, missing)


def _note_restore(store: Path, restored: Path, jump: Jump) -> None:
    """Remember outside the file which changes are given up, so that the restored store is not taken for an older one.

    Those of a store too damaged to tell are not known.
    """
    before = NOTHING
    with suppress(sqlite3.Error, ValueError):  # also text that is no UTF-8
        if store.exists():
            with closing(_open_read_only(store)) as conn:
                before = last_head(conn)
    with closing(_open_read_only(restored)) as conn:
        note_restore(store, conn, before, jump)


def open_backup(backup: Path) -> StoreConnection:
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


@contextmanager
def locked(store: Path) -> Iterator[None]:
    """Hold the right to write the store. Raises StoreUnusable where it is open elsewhere.

    One that is too damaged to open may be replaced.
    """
    if not store.exists():
        yield
        return
    lock = lock_store(store)
    try:
        _recover(store)
        yield
    finally:
        lock.release()


def _recover(store: Path) -> None:
    """Undo what a killed process left half done, so that the store can be renamed without its rollback journal."""
    try:
        with closing(sqlite3.connect(store, isolation_level=None, timeout=0)) as conn:
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("ROLLBACK")
    except sqlite3.Error as wrong:
        if "locked" in str(wrong):
            raise StoreUnusable(f"台账“{store}”正被另一个程序使用，没有恢复。请先关闭它再试") from wrong


def _set_aside(store: Path, aside: Path) -> None:
    """Rename the old file, its rollback journal first: SQLite would apply one left behind to the new file."""
    beside = store.with_name(f"{store.name}-journal")
    if beside.exists():
        rename(beside, aside.with_name(f"{aside.name}-journal"))
    try:
        link_file(store, aside)  # so that there is a file of the store's name at every moment
    except OSError:
        rename(store, aside)


def _free_name(store: Path, at: datetime) -> Path:
    stem, number = f"{store.stem}{SET_ASIDE}{at:%Y-%m-%d %H%M%S}）", 1
    aside = store.with_name(stem + store.suffix)
    while aside.exists() or files_folder(aside).exists():
        number += 1
        aside = store.with_name(f"{stem}{number}{store.suffix}")
    return aside
