"""Whether a project is 提前, 按序时 or 慢序时, by the deadlines of policy, contract and plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.policy import Policy, ReferenceTables
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.records import Stage
from haicang_desk.model.rules import DeliveryDeadline, RuleContext, delivery_deadlines_of

AHEAD, ON_TIME, BEHIND = "提前", "按序时", "慢序时"
DONE = (ProgressEvent.COMPLETE, ProgressEvent.ACCEPT, ProgressEvent.CLOSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The deadline that counts, the day it was met, and the resulting word; "" where no deadline is known."""

    what: str = ""
    due_on: date | None = None
    done_on: date | None = None
    word: str = ""

    @property
    def late(self) -> bool:
        """Whether the project is 慢序时."""
        return self.word == BEHIND

    @property
    def open_on(self) -> date | None:
        """The day it is due, while it is not done."""
        return self.due_on if self.done_on is None else None


def pace_of(case: Casefile, policy: Policy, on: date, standing: ReferenceTables) -> Pace:
    """The pace by the worst of the deadlines on a day. A terminated project has none."""
    if case.stage is Stage.TERMINATED:
        return Pace()
    known = [
        _judged(each, on)
        for each in delivery_deadlines_of(RuleContext(case=case, policy=policy, today=on, standing=standing))
    ]
    if not known and case.project.planned_finish:
        done = case.first(*DONE)
        planned = DeliveryDeadline(
            "按计划完成", case.project.planned_finish, done.happened_on if done else None, policy.at("四(二)¶2")
        )
        known = [_judged(planned, on)]
    order = (BEHIND, ON_TIME, AHEAD)
    return min(known, key=lambda pace: order.index(pace.word), default=Pace())


def _judged(deadline: DeliveryDeadline, on: date) -> Pace:
    day = deadline.done_on or on
    word = BEHIND if day > deadline.due_on else ON_TIME
    if deadline.done_on and deadline.done_on < deadline.due_on:
        word = AHEAD
    return Pace(what=deadline.what, due_on=deadline.due_on, done_on=deadline.done_on, word=word)
