"""Which automatic backups are kept: all of two days, one of each of 12 days, 10 weeks and 12 months, and every year's
last for ever.

Only whole backups take a place of these. One with fewer records than the one before it, and one that was found damaged,
lie beside: they push nothing out. Which backup is newer is told by its number, not by its clock.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from haicang_desk.model.store.backup_manifest import Manifest

ALL_OF = timedelta(days=2)
DAYS, WEEKS, MONTHS = 12, 10, 12


@dataclass(frozen=True, slots=True)
class AutomaticBackup:
    """An automatic backup: the time in its name, its file, and its manifest; those of earlier programs have none."""

    moment: datetime
    path: Path
    manifest: Manifest | None = None

    @property
    def age(self) -> tuple[int, datetime]:
        """What they sort by, the oldest first: the order they were made in, whatever the clock said then."""
        return (self.manifest.number if self.manifest else 0), self.moment

    @property
    def fault(self) -> str:
        """What is wrong with it, as far as is known."""
        return self.manifest.fault if self.manifest else ""

    @property
    def fewer(self) -> str:
        """The records that it lacks against the one before it, where no person has said that this is right."""
        return self.manifest.fewer if self.manifest else ""

    @property
    def counts(self) -> bool:
        """Whether it is one to rely on: whole, and with all records."""
        return not self.fault and not self.fewer


def backups_to_keep(backups: Sequence[AutomaticBackup], now: datetime) -> set[Path]:
    """Which backups to keep, by path. All are while the newest has fewer records.

    The last one that counts always is: it is the last of its year. Only periods with a backup count. Those dated in the
    future, by a clock that was wrong then or is now, are all kept and take no place of the others.
    """
    whole = [each for each in backups if not each.fault]
    if whole and max(whole, key=_age).fewer:
        return {each.path for each in backups}
    wanted = {each.path for each in backups if each.moment > now}
    past = [each for each in backups if each.moment <= now]
    for alike in (
        [each for each in past if each.counts],
        [each for each in past if each.fewer and not each.fault],
        [each for each in past if each.fault],
    ):
        wanted |= _last_of_periods(alike, now)
    return wanted


def _last_of_periods(backups: Sequence[AutomaticBackup], now: datetime) -> set[Path]:
    wanted = {each.path for each in backups if each.moment > now - ALL_OF}
    for period, count in _PERIODS:
        last_of: dict[Hashable, AutomaticBackup] = {}
        for each in sorted(backups, key=_age):
            last_of[period(each.moment)] = each
        newest = sorted(last_of.values(), key=lambda each: each.moment)
        wanted.update(each.path for each in newest[-count:])  # a count of 0 is all of them
    return wanted


_PERIODS: tuple[tuple[Callable[[datetime], Hashable], int], ...] = (
    (lambda moment: moment.date(), DAYS),
    (lambda moment: moment.isocalendar()[:2], WEEKS),
    (lambda moment: (moment.year, moment.month), MONTHS),
    (lambda moment: moment.year, 0),
)


def newest_counted(backups: Iterable[AutomaticBackup]) -> AutomaticBackup | None:
    """The last backup to rely on."""
    return max((each for each in backups if each.counts), key=_age, default=None)


def _age(backup: AutomaticBackup) -> tuple[int, datetime]:
    return backup.age
