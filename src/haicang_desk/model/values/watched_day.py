"""A day that notes what it is asked, so that an answer made with it is known to hold for other days as well.

A rule asks today whether a deadline has passed, and tells how many days ago. Given a ``WatchedDay``, it computes the
same; afterwards ``since`` and ``until`` bound the days on which every comparison comes out alike, and a count of days
stands in the text as a mark, which ``told_on`` replaces by the count of any such day. Whatever else is done with the
day or with a count holds for that day alone, so nothing that a rule may do makes the bounds too wide.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from math import ceil, floor
from typing import Any

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"  # characters that stand for nothing and are in no text
_MARK = re.compile(f"{_OPEN}([iymd]|[+-]\\d+){_CLOSE}")


class WatchedDay(date):
    """A day, the same as the plain ``day``; ``since`` and ``until`` are the first day of the span and that after it."""

    def __new__(cls, day: date) -> WatchedDay:
        """Watch a day; nothing is asked yet, so its span is without end."""
        made = super().__new__(cls, day.year, day.month, day.day)
        made.day_itself, made._at = date(day.year, day.month, day.day), day.toordinal()
        made._since, made._until = date.min.toordinal(), date.max.toordinal()
        return made

    day_itself: date
    _at: int
    _since: int
    _until: int

    @property
    def since(self) -> date:
        """The first day on which all that was asked is answered alike."""
        return date.fromordinal(self._since)

    @property
    def until(self) -> date:
        """The first day after it on which something that was asked may be answered otherwise."""
        return date.fromordinal(self._until)

    def has_come(self, ordinal: int) -> bool:
        """Whether it is that day or later; the span ends where the answer would change."""
        if self._at >= ordinal:
            self._since = max(self._since, ordinal)
            return True
        self._until = min(self._until, ordinal)
        return False

    def only_itself(self) -> date:
        """The plain day, for anything whose answer is another one tomorrow."""
        self._since, self._until = self._at, self._at + 1
        return self.day_itself

    # What is compared ends the span at the day compared with.

    def __lt__(self, other: date) -> bool:
        return not self >= other

    def __le__(self, other: date) -> bool:
        return not self > other

    def __gt__(self, other: date) -> bool:
        return other is not self and self.has_come(other.toordinal() + 1)

    def __ge__(self, other: date) -> bool:
        return other is self or self.has_come(other.toordinal())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, date):
            return NotImplemented
        return other is self or (self >= other and not self > other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.only_itself())

    # What is counted or written is marked.

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, date):
            return timedelta() if other is self else _Elapsed(self, other.toordinal(), 1)
        return self.only_itself() - other

    def __rsub__(self, other: Any) -> Any:
        return _Elapsed(self, other.toordinal(), -1) if isinstance(other, date) else NotImplemented

    def isoformat(self) -> str:
        """The day as 2026-07-13."""
        return f"{_OPEN}i{_CLOSE}"

    __str__ = isoformat

    def __format__(self, form: str) -> str:
        return format(self.only_itself(), form) if form else self.isoformat()

    @property
    def year(self) -> Any:
        """Its year."""
        first = date(self.day_itself.year, 1, 1)
        return _DayPart(self, "y", self.day_itself.year, first, date(first.year + 1, 1, 1))

    @property
    def month(self) -> Any:
        """Its month."""
        day = self.day_itself
        return _DayPart(self, "m", day.month, day.replace(day=1), (day.replace(day=1) + timedelta(32)).replace(day=1))

    @property
    def day(self) -> Any:
        """Its day of the month."""
        return _DayPart(self, "d", self.day_itself.day, self.day_itself, self.day_itself + timedelta(1))

    def __repr__(self) -> str:
        return f"WatchedDay({self.day_itself}, {self.since} … {self.until})"

    def __reduce__(self) -> Any:
        return WatchedDay, (self.only_itself(),)


class _Written:
    """A number that follows from a watched day. It is written as a mark; anything else is done with the number."""

    def __init__(self, watched: WatchedDay, mark: str) -> None:
        self._watched, self._mark = watched, f"{_OPEN}{mark}{_CLOSE}"

    def number(self) -> int:
        """The number itself; asking for it narrows the span to the days that have it."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self._mark

    def __format__(self, form: str) -> str:
        return format(self.number(), form) if form else self._mark


class _DayPart(_Written):
    """Year, month or day of the month of a watched day."""

    def __init__(self, watched: WatchedDay, mark: str, number: int, first: date, after: date) -> None:
        super().__init__(watched, mark)
        self._number, self._first, self._after = number, first, after

    def number(self) -> int:
        """The number, which holds for its year, month or day."""
        self._watched.has_come(self._first.toordinal())
        self._watched.has_come(self._after.toordinal())
        return self._number


class CountedDays(_Written):
    """A count of days from or to a watched day. Compared with a number, it ends the span where the answer changes."""

    def __init__(self, watched: WatchedDay, other: int, sign: int) -> None:
        super().__init__(watched, f"{'+' if sign > 0 else '-'}{other}")
        self._other, self._sign = other, sign

    def number(self) -> int:
        """The count, which holds for one day."""
        return self._sign * (self._watched.only_itself().toordinal() - self._other)

    def __neg__(self) -> CountedDays:
        return CountedDays(self._watched, self._other, -self._sign)

    def __abs__(self) -> CountedDays:
        return -self if self < 0 else self

    def __lt__(self, count: float) -> bool:
        least = ceil(count)
        if self._sign > 0:
            return not self._watched.has_come(self._other + least)
        return self._watched.has_come(self._other - least + 1)

    def __le__(self, count: float) -> bool:
        return self < floor(count) + 1

    def __gt__(self, count: float) -> bool:
        return not self <= count

    def __ge__(self, count: float) -> bool:
        return not self < count

    def __eq__(self, count: object) -> bool:
        return isinstance(count, int | float) and self <= count and not self < count

    def __bool__(self) -> bool:
        return self != 0

    def __hash__(self) -> int:
        return hash(self.number())


class _Elapsed:
    """The time between a day and a watched day."""

    def __init__(self, watched: WatchedDay, other: int, sign: int) -> None:
        self._watched, self._other, self._sign = watched, other, sign

    @property
    def days(self) -> CountedDays:
        """Its days, which are compared and written without narrowing the span to one day."""
        return CountedDays(self._watched, self._other, self._sign)

    def plain(self) -> timedelta:
        """The time itself, which holds for one day."""
        return timedelta(self.days.number())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain(), name)


def _hand_over(cls: type, plain: Callable[[Any], Any], kind: type) -> None:
    """Let a class do by its plain value, which is of this kind, whatever it does not do itself."""

    def attribute(name: str) -> Any:
        def call(self: Any, *args: Any, **named: Any) -> Any:
            return getattr(plain(self), name)(*args, **named)

        return call if callable(getattr(kind, name)) else property(lambda self: getattr(plain(self), name))

    for name in (
        set(dir(kind)) - _KEPT - {each for base in cls.__mro__ for each in vars(base) if base not in kind.__mro__}
    ):
        setattr(cls, name, attribute(name))


_KEPT = {"__class__", "__new__", "__init__", "__init_subclass__", "__subclasshook__", "__getattribute__", "__getattr__",
         "__setattr__", "__delattr__", "__doc__", "__dir__", "__sizeof__", "__reduce_ex__", "__repr__", "__ne__",
         "__getstate__", "__getnewargs__", "min", "max", "resolution", "fromisoformat", "fromordinal", "fromtimestamp",
         "fromisocalendar", "today", "from_bytes"}  # fmt: skip
_hand_over(WatchedDay, WatchedDay.only_itself, date)
_hand_over(_DayPart, _DayPart.number, int)
_hand_over(CountedDays, CountedDays.number, int)
_hand_over(_Elapsed, _Elapsed.plain, timedelta)


def is_marked(value: Any) -> bool:
    """Whether a text or a count was made with a watched day, so that it is another one on each day."""
    return isinstance(value, _Written) or (isinstance(value, str) and _OPEN in value)


def told_on(value: Any, today: date) -> Any:
    """A text or a count that was made with a watched day, as it is on another day of its span; others unchanged."""
    if isinstance(value, _Written):
        return int(told_on(str(value), today))
    return _MARK.sub(lambda mark: _as_of(mark[1], today), value) if isinstance(value, str) and _OPEN in value else value


def _as_of(mark: str, today: date) -> str:
    if mark[0] in "+-":
        days = today.toordinal() - int(mark[1:])
        return str(days if mark[0] == "+" else -days)
    return {"i": today.isoformat(), "y": str(today.year), "m": str(today.month), "d": str(today.day)}[mark]
