"""Days: reading and writing dates, months, quarters, half-years and workdays. It never reads the system clock."""

from __future__ import annotations

import calendar
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Self

from haicang_desk.paths import resource

_WRITTEN = re.compile(r"(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def parse_day(text: str) -> date:
    """Read ``2026-07-13``, ``2026.7.13``, ``2026/7/13``, ``2026年7月13日`` or ``20260713``. Raises ValueError."""
    clean = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    found = _WRITTEN.fullmatch(clean) or _COMPACT.fullmatch(clean)
    if found is None:
        raise ValueError(f"“{text}”不是日期，应填如 2026-07-13")
    year, month, day = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{text}”不是日历上的日期") from None


def add_months(start: date, months: int) -> date:
    """The same day of the month ``months`` later, or the last day of that month if it is shorter (民法典 201–202条)."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def notice_end(posted: date, days: int) -> date:
    """The last day of a notice of ``days`` natural days; the posting day is not counted."""
    return posted + timedelta(days=days)


def quarter_of(day: date) -> tuple[int, int]:
    """The year and the quarter (1–4) of a day."""
    return day.year, (day.month + 2) // 3


def quarter_span(year: int, quarter: int) -> tuple[date, date]:
    """The first and last day of a quarter. Raises ValueError unless it is 1–4."""
    if quarter not in (1, 2, 3, 4):
        raise ValueError("季度应为 1 至 4")
    return date(year, quarter * 3 - 2, 1), date(year, quarter * 3, calendar.monthrange(year, quarter * 3)[1])


def half_year_of(day: date) -> tuple[int, int]:
    """The year and the half (1 or 2) of a day."""
    return day.year, 1 if day.month <= 6 else 2


def half_year_span(year: int, half: int) -> tuple[date, date]:
    """The first and last day of a half-year."""
    return (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))


def full_date(day: date) -> str:
    """A day as official papers write it: 2018年8月1日, without zeros in front (GB/T 9704 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off and days worked in exchange, as announced for some years (国务院办公厅关于部分节假日安排的通知)."""

    years: frozenset[int] = frozenset()
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()  # weekend days that are worked in exchange

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a folder of files YEAR.toml, each with ``off`` and ``worked``, lists of days."""
        tables = {int(path.stem): tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")}
        return cls(
            frozenset(tables),
            frozenset(day for table in tables.values() for day in table["off"]),
            frozenset(day for table in tables.values() for day in table["worked"]),
        )

    def with_days(self, off: Iterable[date], worked: Iterable[date]) -> Self:
        """A copy with days that the office entered; a year with any such day counts as known."""
        off, worked = frozenset(off), frozenset(worked)
        years = self.years | {day.year for day in off | worked}
        return type(self)(years, (self.off - worked) | off, (self.worked - off) | worked)

    def knows(self, day: date) -> bool:
        """Whether the arrangement of the day's year is known."""
        return day.year in self.years

    def is_off(self, day: date) -> bool:
        """Whether a day of a known year is off: announced as such, or on a weekend that is not worked."""
        return day in self.off or (day.weekday() >= 5 and day not in self.worked)

    def next_workday(self, day: date) -> date | None:
        """The day or the first workday after it (民法典 203条); None if it meets a year that is not known."""
        while self.knows(day):
            if not self.is_off(day):
                return day
            day += timedelta(days=1)
        return None


@cache
def announced() -> Calendar:
    """The calendar shipped with the program."""
    return Calendar.load(resource("calendar"))
