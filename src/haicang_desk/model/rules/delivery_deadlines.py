"""Rule R12: services begin within a month and works are completed within six, counted from the day of appointment.

三(四)¶6, 二¶6.

条文：C043 C091 C092
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Clause, Finding, Severity
from haicang_desk.model.records import Category, Event, Progress
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import add_months, full_date
from haicang_desk.model.workflow import REPORT_PROGRESS

CONTRACT = "二¶6"  # 在规定时间内完工
DONE = (Event.COMPLETE, Event.ACCEPT, Event.CLOSE)


@dataclass(frozen=True, slots=True)
class DeliveryDeadline:
    """What is due by which day, the clause that says so, and the day it was done, if it was."""

    what: str
    due_on: date
    done_on: date | None
    clause: Clause
    note: str = ""


def delivery_deadlines_of(context: RuleContext) -> list[DeliveryDeadline]:
    """The deadlines of a project by the policy and by its contract.

    None before an implementer is appointed; for goods the policy sets none. The contract's day counts for works only
    where it is earlier.
    """
    case, policy = context.case, context.policy
    appointment = case.appointment
    if appointment is None or appointment.appointed_on is None:
        return []
    deadlines = []
    name, what, events = _LIMITS[case.project.category]
    if months := policy.number_of(name):
        due, note = _shifted(context, add_months(appointment.appointed_on, months))
        deadlines.append(DeliveryDeadline(what, due, _day(case, events), policy.clause(name), note))
    contract = appointment.due_on
    works = case.project.category is Category.WORKS
    if contract and not (works and deadlines and contract >= deadlines[0].due_on):
        deadlines.append(DeliveryDeadline("按约定完工", contract, _day(case, DONE), policy.at(CONTRACT)))
    return deadlines


_LIMITS = {
    Category.SERVICE: ("service_start_months", "正式开展", (Event.START, Event.PROGRESS, *DONE)),
    Category.WORKS: ("works_finish_months", "完工", DONE),
    Category.GOODS: ("goods_finish_months", "完成", DONE),
}


def _day(case: Casefile, events: tuple[Event, ...]) -> date | None:
    first = case.first(*events)
    return first.happened_on if first else None


def _shifted(context: RuleContext, due: date) -> tuple[date, str]:
    """A due day moved to the next working day where the rule set says so; the note says if days off are unknown."""
    if not context.policy.flag("deadline_holiday_shift"):
        return due, ""
    workday = context.standing.calendar.next_workday(due)
    return (due, f"，{due.year}年节假日安排未录入，未作顺延") if workday is None else (workday, "")


@rule("R12", "开展、完工时限", parameter="works_finish_months", answered_by=Progress, about=("appointments",))
def delivered_in_time(context: RuleContext) -> Iterator[Finding]:
    """Warns ``deadline_warning_days`` days before a deadline and after it. It blocks no step (原则上)."""
    if context.case.first(Event.TERMINATE):
        return
    for deadline in delivery_deadlines_of(context):
        day = deadline.done_on or context.today
        left = (deadline.due_on - day).days
        if left < 0:
            yield _late(deadline, day, -left)
        elif deadline.done_on is None and left <= context.policy.number_of("deadline_warning_days"):
            yield _finding(deadline, day, f"应于 {full_date(deadline.due_on)}前{deadline.what}，还有 {left} 天，请抓紧")


def _late(deadline: DeliveryDeadline, day: date, days: int) -> Finding:
    done = f"实际 {full_date(day)}" if deadline.done_on else f"至 {full_date(day)}尚未完成"
    return _finding(
        deadline,
        day,
        f"应于 {full_date(deadline.due_on)}前{deadline.what}，{done}，逾期 {days} 天，请在填报进展时写明原因",
    )


def _finding(deadline: DeliveryDeadline, day: date, message: str) -> Finding:
    return Finding(
        severity=Severity.WARN,
        clause=deadline.clause,
        measured=day.isoformat(),
        limit=deadline.due_on.isoformat(),
        message=message + deadline.note,
    )


@rule(
    "R12",
    "逾期原因",
    parameter="works_finish_months",
    answered_by=Progress,
    before=("start", REPORT_PROGRESS, "complete"),
    about=("progress",),
)
def lateness_is_explained(context: RuleContext) -> Iterator[Finding]:
    """Progress recorded after a missed deadline gives the reason; checked while it is only proposed."""
    proposed = next((each for each in context.case.progress if not each.id), None)
    if proposed is None or proposed.happened_on is None or proposed.account.strip():
        return
    for deadline in delivery_deadlines_of(context):
        done, late = deadline.done_on or proposed.happened_on, (proposed.happened_on - deadline.due_on).days
        if late > 0 and done >= proposed.happened_on:
            yield Finding(
                severity=Severity.BLOCK,
                clause=deadline.clause,
                measured=proposed.happened_on.isoformat(),
                limit=deadline.due_on.isoformat(),
                field="account",
                message=f"应于 {full_date(deadline.due_on)}前{deadline.what}，已逾期 {late} 天，请在情况中写明逾期原因",
            )
            return
