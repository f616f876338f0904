"""Changes made by a clock that had been set back: the order of changes is that of their numbers, never of their times.

The time that a change was made at is kept as the clock told it, so that nobody can say afterwards that the program
invented one. Where it is earlier than that of the change before it, one of the two was made by a wrong clock.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERATED = timedelta(minutes=10)  # a clock that is set right by so little is no event


@dataclass(frozen=True, slots=True)
class ClockJump:
    """A change that was made earlier, by the clock, than the change before it."""

    seq: int
    action: str
    at: datetime
    before: datetime  # when the change before it was made

    def __str__(self) -> str:
        return (
            f"第 {self.seq} 次变更“{self.action}”登记于 {self.at:%Y-%m-%d %H:%M}，"
            f"早于前一次的 {self.before:%Y-%m-%d %H:%M}"
        )


def clock_jumps(conn: sqlite3.Connection) -> tuple[ClockJump, ...]:
    """The changes made by a clock that had been set back, oldest first. Times that can't be read are left out."""
    found: list[ClockJump] = []
    before: datetime | None = None
    for seq, action, text in conn.execute("SELECT seq, action, at FROM journal ORDER BY seq"):
        at = _time(text)
        if at is not None and before is not None and at < before - TOLERATED:
            found.append(ClockJump(seq, str(action), at, before))
        before = at or before
    return tuple(found)


def last_change_at(conn: sqlite3.Connection) -> datetime | None:
    """When the last change was made, by the clock of then; None where there is none, or its time can't be read."""
    last = conn.execute("SELECT at FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return _time(last[0]) if last else None


def clock_warning(conn: sqlite3.Connection, now: datetime) -> str:
    """That the clock is now behind the last change, in a sentence; "" where it is not."""
    last = last_change_at(conn)
    if last is None or now >= last - TOLERATED:
        return ""
    return (
        f"时钟回拨：电脑的时间是 {now:%Y-%m-%d %H:%M}，早于台账最后一次变更的 {last:%Y-%m-%d %H:%M}。"
        "变更的先后按序号记，没有影响；期限和登记日期按电脑的日期算，请先校准电脑的时钟"
    )


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
