"""The dates of the demonstration: a clock without real time, and schedules that keep to working days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar

A = TypeVar("A")


class Clock:
    """A clock that is set by the simulation. Each reading is 97 seconds later, so that no two changes have one time."""

    def __init__(self) -> None:
        self._at = datetime.combine(date(2025, 1, 2), time(8, 30))
        self._made = 0

    def __call__(self) -> datetime:
        self._at += timedelta(seconds=97)
        return self._at

    def go_to(self, day: date) -> None:
        """Go on to 8:30 of a day; a day already past changes nothing."""
        self._at = max(self._at, datetime.combine(day, time(8, 30)))

    def new_id(self) -> str:
        """A uuid of version 7 from this clock's time and a running number, the same in every run."""
        self._made += 1
        since = self._at - datetime(1970, 1, 1)
        milliseconds = since // timedelta(milliseconds=1)
        number = milliseconds << 80 | 0x7 << 76 | 0x2 << 62 | self._made
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


class Schedule(Generic[A]):
    """Actions in order, each with its day. No action falls on a weekend or before the one it follows."""

    def __init__(self, begin: date) -> None:
        self.day = workday(begin)
        self.actions: list[tuple[date, A]] = []

    def after(self, days: int, action: A) -> None:
        """Add an action, so many days after the one before it, or on the Monday after that."""
        self.day = workday(self.day + timedelta(days=days))
        self.actions.append((self.day, action))
