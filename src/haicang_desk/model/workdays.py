"""Workdays: days off and weekends worked, in years whose arrangement was announced; other years are not guessed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Self

from haicang_desk.places import resource


@dataclass(frozen=True, slots=True)
class Calendar:
    """The announced arrangement (国务院办公厅关于部分节假日安排的通知) of some years."""

    years: frozenset[int] = frozenset()
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()  # weekend days that are worked in exchange

    @classmethod
    def load(cls, folder: Path) -> Self:
        """One file a year, named by it: ``off`` and ``worked`` are lists of days."""
        tables = {int(path.stem): tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")}
        return cls(
            frozenset(tables),
            frozenset(day for table in tables.values() for day in table["off"]),
            frozenset(day for table in tables.values() for day in table["worked"]),
        )

    def with_days(self, off: Iterable[date], worked: Iterable[date]) -> Self:
        """With what the office entered itself; a year it entered any day of counts as known."""
        off, worked = frozenset(off), frozenset(worked)
        years = self.years | {day.year for day in off | worked}
        return type(self)(years, (self.off - worked) | off, (self.worked - off) | worked)

    def knows(self, day: date) -> bool:
        return day.year in self.years

    def is_off(self, day: date) -> bool:
        """Whether a day of a known year is a day off: announced, or a weekend that is not worked."""
        return day in self.off or (day.weekday() >= 5 and day not in self.worked)

    def next_workday(self, day: date) -> date | None:
        """``day`` or the first workday after it (民法典 203条); None where a year on the way is not known."""
        while self.knows(day):
            if not self.is_off(day):
                return day
            day += timedelta(days=1)
        return None


@cache
def announced() -> Calendar:
    """The years shipped with the program."""
    return Calendar.load(resource("calendar"))
