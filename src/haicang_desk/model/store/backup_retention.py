"""Automatic backups: one whenever something changed since the last, and which old ones are kept.

All backups of one store have their files in one folder beside them, each file once. They are copies, not links to the
files of the store: damage to a file of the store, or a hand that edits it, does not reach its backup.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Hashable, Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from haicang_desk.model.store.backup import back_up, head_of, open_backup
from haicang_desk.model.store.blobs import named_digests
from haicang_desk.model.store.files import POOL, Files
from haicang_desk.model.store.schema import applied_steps
from haicang_desk.model.values import Course, DeskError
from haicang_desk.paths import data_folder
from haicang_desk.platform import make_private, make_private_folder, real_path, remove_file, rename, sweep_partials

ALL_OF = timedelta(days=2)
DAYS, WEEKS, MONTHS = 12, 10, 12
_NAME = re.compile(r".* (\d{4})-(\d\d)-(\d\d) (\d\d)(\d\d)(\d\d)(?:-(\d+))?\.db")


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
    make_private_folder(folder)
    sweep_partials(folder, at=at)
    existing = backups_in(folder)
    for path in (folder, *(path for _, path in existing)):
        make_private(path)
    if not needs_backup(conn, folder):
        return None
    stem = f"{name} {at:%Y-%m-%d %H%M%S}"
    made, number = folder / f"{stem}.db", 1
    while made.exists():
        number += 1
        made = folder / f"{stem}-{number}.db"
    back_up(conn, made, pool=folder / POOL, course=course)
    remove_superfluous(folder, at)
    return made


def backups_in(folder: Path) -> list[tuple[datetime, Path]]:
    """Automatic backups with the time in their names, oldest first."""
    named = ((_NAME.fullmatch(path.name), path) for path in folder.glob("*.db"))
    return sorted((_moment(found), path) for found, path in named if found)


def _moment(found: re.Match[str]) -> datetime:
    """The time in a name; the second backup within one second is taken as a microsecond later."""
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    return datetime(year, month, day, hour, minute, second, int(found[7] or 1) - 1)


def remove_superfluous(folder: Path, now: datetime) -> list[Path]:
    """Remove the backups that need not be kept, and the files that no other one names; gives the backups' paths.

    One that can't be removed stays.
    """
    existing = backups_in(folder)
    wanted, removed = backups_to_keep([moment for moment, _ in existing], now), []
    for moment, path in existing:
        if moment not in wanted:
            with suppress(OSError):
                remove_file(path)
                removed.append(path)
    if removed:
        _remove_unnamed_files(folder, now)
    return removed


def _remove_unnamed_files(folder: Path, now: datetime) -> None:
    """Remove the files that no backup names any more; none while there is a backup that can't be read."""
    named: set[str] = set()
    for path in folder.glob("*.db"):
        try:
            with closing(open_backup(path)) as conn:
                if "m0006_originals" in applied_steps(conn):
                    named |= named_digests(conn)
        except (DeskError, sqlite3.Error, OSError):
            return
    Files(folder / POOL).remove_all_but(named, at=now)


def backups_to_keep(moments: Sequence[datetime], now: datetime) -> set[datetime]:
    """Which backups to keep: all of the last two days, and the last one of each of 12 days, 10 weeks and 12 months and
    of every year. Only periods with a backup count, so the newest is always kept; so is one dated in the future."""
    wanted = {moment for moment in moments if moment > now - ALL_OF}
    for period, count in _PERIODS:
        last_of = {period(moment): moment for moment in sorted(moments)}
        newest = sorted(last_of.values())
        wanted.update(newest[-count:])  # a count of 0 is all of them
    return wanted


_PERIODS: tuple[tuple[Callable[[datetime], Hashable], int], ...] = (
    (lambda moment: moment.date(), DAYS),
    (lambda moment: moment.isocalendar()[:2], WEEKS),
    (lambda moment: (moment.year, moment.month), MONTHS),
    (lambda moment: moment.year, 0),
)


def needs_backup(conn: sqlite3.Connection, folder: Path) -> bool:
    """Whether the store has a change that the last automatic backup lacks: looked up in a moment."""
    existing = backups_in(folder)
    return not existing or _head_in(existing[-1][1]) != head_of(conn)


def _head_in(backup: Path) -> str:
    try:
        with closing(open_backup(backup)) as conn:
            return head_of(conn)
    except (DeskError, sqlite3.Error, OSError):
        return ""
