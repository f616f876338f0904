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
from haicang_desk.model.records import Appointment, Category, Event, Progress
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import add_months, full_date
from haicang_desk.model.workflow import REPORT_PROGRESS

CONTRACT = "二¶6"  # 在规定时间内完工
DONE = (Event.COMPLETE, Event.ACCEPT, Event.CLOSE)


@dataclass(frozen=True, slots=True)
class DeliveryDeadline:
    """What an implementer must do by which day, the clause that says so, and the day it was done, if it was."""

    what: str
    due_on: date
    done_on: date | None
    clause: Clause
    note: str = ""
    open_text: str = "尚未完工"  # said of it while it is not done
    implementer: str = ""


def delivery_deadlines_of(context: RuleContext) -> list[DeliveryDeadline]:
    """The deadlines of a project by the policy and by its contracts; each implementer has its own days.

    None before an implementer is appointed; for goods the policy sets none. The contract's day counts for works only
    where it is earlier.
    """
    return [each for appointment in context.case.appointments for each in _deadlines_of(context, appointment)]


def _deadlines_of(context: RuleContext, appointment: Appointment) -> Iterator[DeliveryDeadline]:
    case, policy = context.case, context.policy
    if appointment.appointed_on is None:
        return
    name, what, open_text, events = _LIMITS[case.project.category]
    limit = None
    if months := policy.number_of(name):
        limit, note = _shifted(context, add_months(appointment.appointed_on, months))
        done, clause = _day(case, events), policy.clause(name)
        yield DeliveryDeadline(what, limit, done, clause, note, open_text, appointment.implementer)
    contract = appointment.due_on
    works = case.project.category is Category.WORKS
    if contract and not (works and limit and contract >= limit):
        done, clause = _day(case, DONE), policy.at(CONTRACT)
        yield DeliveryDeadline("按约定完工", contract, done, clause, implementer=appointment.implementer)


_LIMITS = {
    Category.SERVICE: ("service_start_months", "正式开展", "尚未开展", (Event.START, Event.PROGRESS, *DONE)),
    Category.WORKS: ("works_finish_months", "完工", "尚未完工", DONE),
    Category.GOODS: ("goods_finish_months", "完成", "尚未完成", DONE),
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
    """Warns ``deadline_warning_days`` days before a deadline and after it. It blocks no step (原则上).

    An overdue day whose reason is written (逾期原因) is only listed.
    """
    if context.case.first(Event.TERMINATE):
        return
    several = len({each.implementer for each in context.case.appointments}) > 1
    for deadline, reason in _with_reasons(context):
        who = f"“{deadline.implementer}”" if several else ""
        day = deadline.done_on or context.today
        left = (deadline.due_on - day).days
        if left < 0:
            yield _late(deadline, who, day, reason)
        elif deadline.done_on is None and left <= context.policy.number_of("deadline_warning_days"):
            rest = "今天到期" if left == 0 else f"还有 {left} 天"
            amiss = f"临近{deadline.what}"
            yield _finding(deadline, Severity.WARN, day, f"{who}{_by(deadline)}，{rest}，请抓紧", amiss)


def _with_reasons(context: RuleContext) -> list[tuple[DeliveryDeadline, str]]:
    """The deadlines, each with the reason written for missing it; "" where there is none."""
    deadlines = delivery_deadlines_of(context)
    overdue = [each.due_on for each in deadlines if (each.done_on or context.today) > each.due_on]
    return [(each, _reason(context.case, each, overdue)) for each in deadlines]


def _reason(case: Casefile, deadline: DeliveryDeadline, overdue: list[date]) -> str:
    """The last reason written after the deadline, or at any time where it can mean no other deadline missed by then."""
    written = [(each.happened_on or date.min, " ".join(each.late_reason.split())) for each in case.progress]
    reasons = [
        text
        for day, text in written
        if text and (day > deadline.due_on or not any(other < day for other in overdue if other != deadline.due_on))
    ]
    return reasons[-1] if reasons else ""


def _by(deadline: DeliveryDeadline) -> str:
    return f"最迟 {full_date(deadline.due_on)}（含当日）{deadline.what}"


def _late(deadline: DeliveryDeadline, who: str, day: date, reason: str) -> Finding:
    done = f"实际 {full_date(day)}" if deadline.done_on else f"至 {full_date(day)}{deadline.open_text}"
    late = f"{who}{_by(deadline)}，{done}，逾期 {(day - deadline.due_on).days} 天"
    if reason:
        return _finding(deadline, Severity.INFO, day, f"{late}，原因：{reason}")
    amiss = "逾期办成" if deadline.done_on else deadline.open_text
    return _finding(deadline, Severity.WARN, day, f"{late}，请在实施进度的逾期原因中写明", amiss)


def _finding(deadline: DeliveryDeadline, severity: Severity, day: date, message: str, amiss: str = "") -> Finding:
    return Finding(
        severity=severity,
        check=amiss,
        clause=deadline.clause,
        measured=day.isoformat(),
        limit=deadline.due_on.isoformat(),
        field="late_reason",
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
    if proposed is None or proposed.happened_on is None:
        return
    for deadline, reason in _with_reasons(context):
        done, late = deadline.done_on or proposed.happened_on, (proposed.happened_on - deadline.due_on).days
        if late > 0 and done >= proposed.happened_on and not reason:
            yield Finding(
                severity=Severity.BLOCK,
                clause=deadline.clause,
                measured=proposed.happened_on.isoformat(),
                limit=deadline.due_on.isoformat(),
                field="late_reason",
                message=f"{_by(deadline)}，已逾期 {late} 天，请写明逾期原因",
            )
            return
