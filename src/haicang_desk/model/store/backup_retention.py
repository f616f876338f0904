"""Automatic backups: made where something changed since the last, thinned so that old ones grow sparse, not few."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Hashable, Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from haicang_desk.model.store.backup import back_up, contents_of, open_backup
from haicang_desk.model.values import DeskError
from haicang_desk.paths import data_folder

EVERY_ONE = timedelta(days=2)
DAYS, WEEKS, MONTHS = 12, 10, 12
_NAME = re.compile(r".* (\d{4})-(\d\d)-(\d\d) (\d\d)(\d\d)(\d\d)(?:-(\d+))?\.db")


def backup_folder(store: Path) -> Path:
    """Where a store's automatic backups are: apart from the store, one folder for each path it was opened under."""
    whole = store.absolute()
    return data_folder() / "backups" / f"{whole.stem}-{sha256(str(whole).encode()).hexdigest()[:8]}"


def back_up_automatically(conn: sqlite3.Connection, folder: Path, *, name: str, at: datetime) -> Path | None:
    """Back up into ``folder`` and thin what is there; None where the last backup already holds every change.

    Raises DeskError or OSError where the backup cannot be made; the older ones are then all left as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = backups_in(folder)
    if held and _head_of(held[-1][1]) == contents_of(conn).head:
        return None
    stem = f"{name} {at:%Y-%m-%d %H%M%S}"
    made, number = folder / f"{stem}.db", 1
    while made.exists():
        number += 1
        made = folder / f"{stem}-{number}.db"
    back_up(conn, made)
    remove_superfluous(folder, at)
    return made


def backups_in(folder: Path) -> list[tuple[datetime, Path]]:
    """Automatic backups by the moment in their names, oldest first."""
    named = ((_NAME.fullmatch(path.name), path) for path in folder.glob("*.db"))
    return sorted((_moment(found), path) for found, path in named if found)


def _moment(found: re.Match[str]) -> datetime:
    """A second backup within one second comes a microsecond later."""
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    return datetime(year, month, day, hour, minute, second, int(found[7] or 1) - 1)


def remove_superfluous(folder: Path, now: datetime) -> list[Path]:
    """Remove the backups that have become superfluous; gives them. One that cannot be removed stays."""
    held = backups_in(folder)
    wanted, removed = backups_to_keep([moment for moment, _ in held], now), []
    for moment, path in held:
        if moment not in wanted:
            with suppress(OSError):
                path.unlink()
                removed.append(path)
    return removed


def backups_to_keep(moments: Sequence[datetime], now: datetime) -> set[datetime]:
    """Which backups to keep: all of two days, the last of 12 days, 10 weeks and 12 months that have one, and the
    last of every year for ever. The newest is always among them; so is one from a clock that ran ahead."""
    wanted = {moment for moment in moments if moment > now - EVERY_ONE}
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


def _head_of(backup: Path) -> str:
    try:
        with closing(open_backup(backup)) as conn:
            return contents_of(conn).head
    except (DeskError, sqlite3.Error, OSError):
        return ""
