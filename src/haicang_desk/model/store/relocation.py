"""Moving a store, with its files, to a folder where it may be written; the old one stays, under a name that says so."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from haicang_desk.model.store.backup import back_up, head_of, refuse_taken
from haicang_desk.model.store.connection import MOVED, WriterLock, connect_to_read, lock_store, refuse_missing
from haicang_desk.model.store.files import Files, files_folder
from haicang_desk.model.values import Course, DeskError, OnlyReadable, StoreUnusable
from haicang_desk.platform import discard, make_folder, real_path, rename


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a store: its new path, that of the old file, and the files that could not be copied, by name.

    ``aside`` is None where the old file could not be renamed, as in a place that is read-only.
    """

    path: Path
    aside: Path | None
    missing: tuple[str, ...] = ()


def move_store(store: Path, folder: Path, *, at: datetime, course: Course | None = None) -> Moved:
    """Copy a store and its files into ``folder``, verified, then rename the old one.

    Raises StoreUnusable where it is damaged, open elsewhere, or was written meanwhile by a machine that no lock keeps
    out; NotWritten where the copy cannot be made; Stopped. Then the store is as it was, and no copy is left.
    """
    real = real_path(store)
    refuse_missing(real)
    make_folder(folder)
    target = _free_name(folder, real)
    refuse_taken(target)
    lock = _lock_if_writable(real)
    try:
        with closing(connect_to_read(real)) as conn:
            copied = back_up(conn, target, course=course)
        try:
            aside = None if lock is None else _set_aside(real, at, head=copied.head)
        except BaseException:
            discard(target)
            Files(files_folder(target)).remove()
            raise
    finally:
        if lock is not None:
            lock.release()
    return Moved(target, aside, copied.missing)


def _free_name(folder: Path, real: Path) -> Path:
    """A path in the folder that neither a store nor its folder of files has."""
    path, number = folder / real.name, 1
    while path.exists() or files_folder(path).exists():
        number += 1
        path = folder / f"{real.stem}（{number}）{real.suffix}"
    return path


def _lock_if_writable(real: Path) -> WriterLock | None:
    """The right to write the old store; None where nobody can. Raises StoreUnusable where another one has it."""
    try:
        return lock_store(real)
    except OnlyReadable:
        return None


def _set_aside(real: Path, at: datetime, *, head: str) -> Path | None:
    """Rename the old store and its files; None where that fails. Raises StoreUnusable where its last change is another
    one than that of the copy, whose hash is ``head``; it has its name again then.
    """
    aside = real.with_name(f"{real.stem}{MOVED}{at:%Y-%m-%d %H%M%S}，勿再登记）{real.suffix}")
    try:
        rename(real, aside)
    except OSError:
        return None
    try:
        with closing(connect_to_read(aside)) as conn:
            same = head_of(conn) == head
    except DeskError:
        same = False
    if not same:
        rename(aside, real)
        raise StoreUnusable(
            f"移的当中有别的窗口或电脑在登记，台账“{real}”没有移，数据没有改动。请先在各台电脑上关闭它再移"
        )
    own = files_folder(real)
    if own.is_dir():
        with suppress(OSError):  # the old file then lacks its originals; the new one has them all
            rename(own, files_folder(aside))
    return aside
