"""Rule R17: approval, filing, appointment and start come in this order, and none is left out. 三(三)¶2.

条文：C077
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Event, Filing, Stage, Urgency
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import full_date

PLACE = "三(三)¶2"
BEFORE = ("send", "lodge", "return_filing", "appoint", "start")


def milestones(case: Casefile) -> list[tuple[str, date]]:
    """The dated steps that a project has taken, in the order required."""
    filing, started = case.filing or (case.filings[-1] if case.filings else None), start_of(case)
    first = case.appointments[0].appointed_on if case.appointments else None
    steps = (
        ("批准", case.approval.decided_on if case.approval else None),
        ("报送备案", filing.sent_on if filing else None),
        ("备案", case.filing.lodged_on if case.filing else None),
        ("确定实施主体", first),
        ("开工（开展）", started),
    )
    return [(name, day) for name, day in steps if day is not None]


def start_of(case: Casefile) -> date | None:
    """The day work began: that of the first progress of any kind."""
    begun = case.first(Event.START, Event.PROGRESS, Event.COMPLETE, Event.CLOSE)
    return begun.happened_on if begun else None


@rule(
    "R17",
    "批准、备案、实施的先后",
    clause=PLACE,
    answered_by=Filing,
    before=BEFORE,
    about=("filings", "appointments", "progress"),
)
def dates_are_in_order(context: RuleContext) -> Iterator[Finding]:
    """No step is dated before the step that it follows."""
    for (before, first), (after, second) in pairwise(milestones(context.case)):
        if second < first:
            yield Finding(
                severity=Severity.BLOCK,
                measured=second.isoformat(),
                limit=first.isoformat(),
                message=f"{after}日期 {full_date(second)}早于{before}日期 {full_date(first)}，"
                f"倒置 {(first - second).days} 天，请核对更正",
            )


@rule(
    "R17",
    "未批准不备案，未备案不实施",
    clause=PLACE,
    answered_by=Filing,
    before=BEFORE,
    about=("filings", "appointments", "progress"),
)
def no_step_is_left_out(context: RuleContext) -> Iterator[Finding]:
    """No filing without approval, no appointment or start without filing; urgent works may start with a waiver."""
    case, started = context.case, start_of(context.case)
    if case.filing and not case.approval:
        yield _missing_step("备案", "街道批准", case.filing.lodged_on, Severity.BLOCK)
    if case.filing:
        return
    if started:
        urgent = case.project.urgency is Urgency.URGENT
        yield _missing_step("开工（开展）", "区备案", started, Severity.EXCEPTION if urgent else Severity.BLOCK)
    elif case.appointments:
        yield _missing_step("确定实施主体", "区备案", case.appointments[0].appointed_on, Severity.BLOCK)


@rule("R17", "备案办理的时间", clause=PLACE, answered_by=Filing, about=("approvals",))
def waiting_days(context: RuleContext) -> Iterator[Finding]:
    """Lists how many days an approved project has waited to be filed. The policy sets no limit."""
    case, (stage, since) = context.case, context.case.staged
    if stage is not Stage.APPROVED or since is None:
        return
    sent = next((each.sent_on for each in reversed(case.filings) if each.result is None), None)
    days = (context.today - (sent or since)).days
    if days > 0:
        yield Finding(
            severity=Severity.INFO,
            measured=days,
            message=f"报送备案已 {days} 天，尚未登记备案，请向区领导小组办公室核实"
            if sent
            else f"批准已 {days} 天，尚未报送备案，请及时报送",
        )


def _missing_step(done: str, needed: str, on: date | None, severity: Severity) -> Finding:
    when = f" {full_date(on)}" if on else ""
    cure = "属抢险应急的请登记例外批准" if severity is Severity.EXCEPTION else f"应先办{needed}再{done}"
    return Finding(
        severity=severity,
        measured=on.isoformat() if on else None,
        message=f"已登记{when}{done}，但没有{needed}记录，{cure}",
    )
