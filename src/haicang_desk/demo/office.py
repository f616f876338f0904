"""The office at work: its store, its clock and its people, as the deeds of the year need them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from haicang_desk.demo.fixtures import Cast, Part
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import Link, Record, Role
from haicang_desk.model.services import Workspace, save, take_step
from haicang_desk.model.workflow import STEPS


class Clock:
    """Tells the day that is being played; every reading is a few minutes later, so that no two changes coincide."""

    def __init__(self) -> None:
        self._at = datetime.combine(date(2025, 1, 2), time(8, 30))
        self._made = 0

    def __call__(self) -> datetime:
        self._at += timedelta(seconds=97)
        return self._at

    def go_to(self, day: date) -> None:
        self._at = max(self._at, datetime.combine(day, time(8, 30)))

    def new_id(self) -> str:
        """A uuid of version 7 of this clock's time and a running number: the same in every run."""
        self._made += 1
        since = self._at - datetime(1970, 1, 1)
        milliseconds = since // timedelta(milliseconds=1)
        number = milliseconds << 80 | 0x7 << 76 | 0x2 << 62 | self._made
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass(slots=True)
class Office:
    """What a deed may use. ``today`` is the day being played."""

    ws: Workspace
    cast: Cast
    clock: Clock
    today: date = date.min
    ids: dict[int, str] = field(default_factory=dict)  # Part.number -> id of its project
    numbers: int = 0  # 文号 and vouchers given out so far

    def case(self, part: Part) -> Casefile:
        return self.ws.casefile(self.ids[part.number])

    def link(self, part: Part) -> Link:
        return Link(self.ids[part.number])

    def step(self, part: Part, name: str, **answers: Any) -> Casefile:
        """Take a step of the workflow as the one whose it is. Raises Refused where it is not open."""
        person = self.person(part, STEPS[name].role)
        return take_step(self.ws, self.ids[part.number], name, on=self.today, person=person, answers=answers)

    def keep(self, records: Sequence[Record], action: str) -> list[Record]:
        return save(self.ws, records, action=action, person=self.cast.clerk)

    def person(self, part: Part, role: Role) -> str:
        if role is Role.VILLAGE:
            return next(village.contact for village in self.cast.villages if village.name == part.village)
        return {Role.LEADER: self.cast.leader, Role.FINANCE: self.cast.finance}.get(role, self.cast.clerk)

    def next_number(self) -> int:
        self.numbers += 1
        return self.numbers


Deed = Callable[[Office], None]


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


class Diary:
    """Deeds with their days, written one after the other; no deed falls on a weekend or before the one it follows."""

    def __init__(self, begin: date) -> None:
        self.day = workday(begin)
        self.deeds: list[tuple[date, Deed]] = []

    def after(self, days: int, deed: Deed) -> None:
        self.day = workday(self.day + timedelta(days=days))
        self.deeds.append((self.day, deed))
