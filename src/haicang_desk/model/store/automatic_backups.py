"""Automatic backups of a store: one whenever something changed since the last, thinned, and looked at again later.

All backups of one store have their files in one folder beside them, each file once. They are copies, not links to the
files of the store: damage to a file of the store, or a hand that edits it, does not reach its backup.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from haicang_desk.model.store.backup import BackupContents, back_up, contents_of, head_of, open_backup
from haicang_desk.model.store.backup_manifest import (
    Manifest,
    fault_in,
    fewer_than,
    manifest_path,
    read_manifest,
    write_manifest,
)
from haicang_desk.model.store.backup_retention import AutomaticBackup, backups_to_keep, newest_counted
from haicang_desk.model.store.blobs import named_digests
from haicang_desk.model.store.connection import files_of
from haicang_desk.model.store.files import POOL, BadFile, Files
from haicang_desk.model.store.integrity import papers_of, verify
from haicang_desk.model.store.schema import FILES_STEP, applied_steps
from haicang_desk.model.values import Course, DeskError, Stopped, cause
from haicang_desk.paths import data_folder
from haicang_desk.platform import make_private, make_private_folder, real_path, remove_file, rename, sweep_partials

_NAME = re.compile(r".* (\d{4})-(\d\d)-(\d\d) (\d\d)(\d\d)(\d\d)(?:-(\d+))?\.db")
BEFORE_UPGRADE = "升级前"  # in the name of the backup that an upgrade makes of the old store
_KEPT = re.compile(rf"(.* \d{{4}}-\d\d-\d\d \d{{6}})（{BEFORE_UPGRADE}\d*）\.db")


def backup_folder(store: Path) -> Path:
    """The folder of a store's automatic backups: in the data folder, one for each store by its real path.

    Backups made before under the name of a link to the store become those of the store itself.
    """
    real, earlier = _backups_of(real_path(store)), _backups_of(store.absolute())
    if earlier != real and earlier.is_dir() and not real.exists():
        try:
            rename(earlier, real)
        except OSError:  # one of them is being read; next time
            return earlier
    return real


def _backups_of(path: Path) -> Path:
    digest = sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return data_folder() / "backups" / f"{path.stem}-{digest}"


def back_up_automatically(
    conn: sqlite3.Connection, folder: Path, *, name: str, at: datetime, course: Course | None = None
) -> Path | None:
    """Back up into ``folder`` and remove superfluous backups; None where the last one already holds every change.

    Raises DeskError or OSError where the backup can't be made or the person stops its ``course``; no older one is
    removed then.
    """
    with _one_at_a_time(course):
        return _backed_up(conn, folder, name, at, course)


_making = threading.Lock()


@contextmanager
def _one_at_a_time(course: Course | None) -> Iterator[None]:
    """The backup at the start and one before an act would sweep each other's files. Raises Stopped."""
    while not _making.acquire(timeout=0.1):
        if course is not None:
            course.go_on()
    try:
        yield
    finally:
        _making.release()


def _backed_up(conn: sqlite3.Connection, folder: Path, name: str, at: datetime, course: Course | None) -> Path | None:
    make_private_folder(folder)
    sweep_backups(folder, at)
    existing = automatic_backups(folder)
    for path in (folder, *(each.path for each in existing)):
        make_private(path)
    if not needs_backup(conn, folder):
        return None
    stem = f"{name} {at:%Y-%m-%d %H%M%S}"
    made, count = folder / f"{stem}.db", 1
    while made.exists() or manifest_path(made).exists():
        count += 1
        made = folder / f"{stem}-{count}.db"
    before, number = newest_counted(existing), max((each.age[0] for each in existing), default=0) + 1

    def manifest(contents: BackupContents) -> Manifest:
        """The manifest of the new one, set against the last that counts."""
        counts = _counts_of(before) if before else {}
        return replace(contents.manifest().made(at), number=number, fewer=fewer_than(counts, contents.counts))

    back_up(conn, made, pool=folder / POOL, course=course, manifest=manifest)
    remove_superfluous(folder, at)
    return made


def sweep_backups(folder: Path, at: datetime) -> None:
    """Remove what killed backups left: what was half written, and manifests whose backup never got its name."""
    sweep_partials(folder, at=at)
    with suppress(OSError):
        for each in (folder / POOL).iterdir():
            sweep_partials(each, at=at)
    for each in folder.glob("*.json"):
        backup = each.with_suffix(".db")
        if _NAME.fullmatch(backup.name) and not backup.exists():
            with suppress(OSError):
                remove_file(each)


def automatic_backups(folder: Path) -> list[AutomaticBackup]:
    """The automatic backups in a folder with their manifests, in the order they were made."""
    found = []
    for path in folder.glob("*.db"):
        if (moment := _moment(path)) is not None:
            found.append(AutomaticBackup(moment, path, read_manifest(path)))
    return sorted(found, key=lambda each: each.age)


def backups_before_upgrades(folder: Path) -> list[AutomaticBackup]:
    """The backups that upgrades made of the old stores, oldest first. They are never thinned."""
    found = []
    for path in folder.glob("*.db"):
        if (named := _KEPT.fullmatch(path.name)) and (moment := _moment(path.with_name(f"{named[1]}.db"))):
            found.append(AutomaticBackup(moment, path, read_manifest(path)))
    return sorted(found, key=lambda each: each.moment)


def backups_in(folder: Path) -> list[tuple[datetime, Path]]:
    """Automatic backups with the time in their names, in the order they were made."""
    return [(each.moment, each.path) for each in automatic_backups(folder)]


def _moment(path: Path) -> datetime | None:
    """The time in a name, the second backup within one second a microsecond later; None for another kind of name."""
    if not (found := _NAME.fullmatch(path.name)):
        return None
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    with suppress(ValueError):
        return datetime(year, month, day, hour, minute, second, min(int(found[7] or 1), 1_000_000) - 1)
    return None


def needs_backup(conn: sqlite3.Connection, folder: Path) -> bool:
    """Whether the store has a change that no automatic backup holds: looked up in a moment."""
    head, older = head_of(conn), None
    for each in reversed(automatic_backups(folder)):
        if each.manifest is None:
            older = older or each
        elif not each.fault and each.manifest.head == head and _head_in(each.path) == head:
            return False
    return older is None or _head_in(older.path) != head


def _head_in(backup: Path) -> str | None:
    try:
        with closing(open_backup(backup)) as conn:
            return head_of(conn)
    except (DeskError, sqlite3.Error, OSError):
        return None


def _counts_of(backup: AutomaticBackup) -> dict[str, int]:
    if backup.manifest is not None:
        return dict(backup.manifest.counts)
    try:
        with closing(open_backup(backup.path)) as conn:
            return dict(contents_of(conn).counts)
    except (DeskError, sqlite3.Error, OSError):
        return {}


# thinning


def remove_superfluous(folder: Path, now: datetime) -> list[Path]:
    """Remove the backups that need not be kept, and the files that no other one names; gives the backups' paths.

    One that can't be removed stays.
    """
    existing = automatic_backups(folder)
    wanted, removed = backups_to_keep(existing, now), []
    for path in (each.path for each in existing if each.path not in wanted):
        with suppress(OSError):
            remove_file(path)
            removed.append(path)
            remove_file(manifest_path(path))
    if removed:
        _remove_unnamed_files(folder, now)
    return removed


def _remove_unnamed_files(folder: Path, now: datetime) -> None:
    """Remove the files that no backup names any more; none while there is a backup that can't be read."""
    named: set[str] = set()
    for path in folder.glob("*.db"):
        try:
            with closing(open_backup(path)) as conn:
                if FILES_STEP in applied_steps(conn):
                    named |= named_digests(conn)
        except (DeskError, sqlite3.Error, OSError):
            return
    Files(folder / POOL).remove_all_but(named, at=now)


def accept_fewer(folder: Path) -> None:
    """A person says that the ledger has fewer records rightly: the backups of it count from now on.

    Raises NotWritten.
    """
    for each in automatic_backups(folder):
        if each.manifest is not None and each.fewer:
            write_manifest(each.path, replace(each.manifest, fewer=""))


# a later look


def look_again(
    folder: Path, *, at: datetime, store: sqlite3.Connection | None = None, course: Course | None = None
) -> AutomaticBackup | None:
    """Verify the backup that was verified longest ago, and note what came of it; None where all were within a day.

    One of an earlier program gets its manifest. A file of the common folder that was damaged is copied anew from the
    ``store``, where that still has it. Raises Stopped, NotWritten.
    """
    every = (*automatic_backups(folder), *backups_before_upgrades(folder))
    due = [each for each in every if not each.fault and _day(each) != at.date().isoformat()]
    if not due:
        return None
    each = min(due, key=lambda one: ((one.manifest.verified_at if one.manifest else ""), one.age))
    course = course or Course()
    manifest = _looked_at(each, course.part(0, 60))
    if not manifest.fault:
        lost = _lost_files(each, files_of(store) if store is not None else None, course.part(60, 100))
        manifest = replace(manifest, missing=tuple(lost))
    manifest = replace(manifest, verified_at=at.isoformat(timespec="seconds"))
    write_manifest(each.path, manifest)
    return replace(each, manifest=manifest)


def _day(backup: AutomaticBackup) -> str:
    return backup.manifest.verified_at[:10] if backup.manifest else ""


def _looked_at(backup: AutomaticBackup, course: Course) -> Manifest:
    if backup.manifest is not None:
        return replace(backup.manifest, fault=fault_in(backup.path, backup.manifest, course))
    try:
        with closing(open_backup(backup.path)) as conn:
            damage = verify(conn, sums=False, files=False, course=course)
            contents = contents_of(conn)
        manifest = replace(contents.manifest(), sha256=_digest(backup.path), size=backup.path.stat().st_size)
        manifest = replace(manifest, made_at=backup.moment.isoformat(timespec="seconds"), program="")
        return replace(manifest, fault=f"{len(damage)} 处损坏，第一处：{damage[0]}" if damage else "")
    except Stopped:
        raise
    except (DeskError, sqlite3.Error, OSError, ValueError) as wrong:
        why = cause(wrong) if isinstance(wrong, OSError | sqlite3.Error) else str(wrong)
        return Manifest("", 0, {}, "", "", "", fault=f"读不出来（{why}）")


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _lost_files(backup: AutomaticBackup, source: Files | None, course: Course) -> list[str]:
    """The files that a backup names and that are missing or damaged, by name; those that the store has are mended."""
    pool, lost = Files(backup.path.parent / POOL), list[str]()
    with closing(open_backup(backup.path)) as conn:
        digests = sorted(named_digests(conn)) if FILES_STEP in applied_steps(conn) else []
        for number, digest in enumerate(digests):
            course.tell(number, len(digests))
            if not (fault := pool.fault(digest)):
                continue
            try:
                if source is None:
                    raise BadFile(fault)
                pool.keep(digest, source.blocks(digest))
            except (BadFile, OSError):
                lost.append("：".join(filter(None, (papers_of(conn, digest), fault))))
    pool.sync()
    return lost


@dataclass(frozen=True, slots=True)
class BackupState:
    """How it stands with a folder of backups: all of them, the last that counts, and what a person should know."""

    backups: tuple[AutomaticBackup, ...] = ()
    last: AutomaticBackup | None = None
    before_upgrades: tuple[AutomaticBackup, ...] = ()

    @property
    def damaged(self) -> tuple[AutomaticBackup, ...]:
        """Those found damaged."""
        return tuple(each for each in (*self.before_upgrades, *self.backups) if each.fault)

    @property
    def fewer(self) -> AutomaticBackup | None:
        """The newest, where it has fewer records than the last that counts: nothing is removed then."""
        whole = [each for each in self.backups if not each.fault]
        return whole[-1] if whole and whole[-1].fewer else None


def backup_state(folder: Path) -> BackupState:
    """How it stands with the automatic backups in a folder, as their manifests say."""
    found = tuple(automatic_backups(folder))
    return BackupState(found, newest_counted(found), tuple(backups_before_upgrades(folder)))
