"""Rule R17: the days of a project run forward from application to closing, and no step is left out. 三(三)¶2.

条文：C077
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import (
    Approval,
    Conclusion,
    Event,
    Filing,
    FilingResult,
    Progress,
    Record,
    Stage,
    Urgency,
    Waiver,
)
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import full_date

PLACE = "三(三)¶2"
BEFORE = ("send", "lodge", "return_filing", "appoint", "start")


@dataclass(frozen=True, slots=True)
class Reversal:
    """Two steps of a project of which the later one bears the earlier day, with the record of the later step."""

    before: str
    first: date
    after: str
    second: date
    record: Record

    @property
    def days(self) -> int:
        """By how many days they are the wrong way round."""
        return (self.first - self.second).days


def reversals(case: Casefile) -> Iterator[Reversal]:
    """The steps in wrong order among 申报 ≤ 批准 ≤ 报送 ≤ 备案 ≤ 确定实施主体 ≤ 开工; equal days are in order.

    The last approval is held against the last application before it, each filing against the last approval on or
    before it, each appointment against the filings on or before it: what was right when done stays right when the
    project is decided on or filed anew.
    """
    yield from _approved_before_applied(case)
    yield from _filed_before_approved(case)
    lodged = [each.lodged_on for each in case.filings if each.result is FilingResult.LODGED and each.lodged_on]
    recorded = min(lodged, default=None)
    for each in case.appointments:
        yield from _reversed("备案", recorded, "确定实施主体", each.appointed_on, each)
    begun, appointed = _start(case), [each.appointed_on for each in case.appointments if each.appointed_on]
    if begun is not None:
        before, first = ("确定实施主体", min(appointed)) if appointed else ("备案", recorded)
        yield from _reversed(before, first, "开工（开展）", begun.happened_on, begun)


def _reversed(before: str, first: date | None, after: str, second: date | None, record: Record) -> Iterator[Reversal]:
    if first is not None and second is not None and second < first:
        yield Reversal(before, first, after, second, record)


def _approved_before_applied(case: Casefile) -> Iterator[Reversal]:
    """The last approval against the last application that it can answer; what was applied for later is not its own."""
    decisions = case.approvals
    place = next((n for n in reversed(range(len(decisions))) if decisions[n].conclusion is Conclusion.AGREE), None)
    if place is None:
        return
    answered = [each.answered_on for each in decisions[:place] if each.answered_on]
    filed, later = case.project.submitted_on, [each.decided_on for each in decisions[place + 1 :] if each.decided_on]
    if filed and not (later and filed >= min(later)):
        answered.append(filed)
    if answered:
        yield from _reversed("申报", max(answered), "批准", decisions[place].decided_on, decisions[place])


def _filed_before_approved(case: Casefile) -> Iterator[Reversal]:
    """Each filing against the approval in force when it was sent, else the next one; and its own two days."""
    agreed = [each.decided_on for each in case.approvals if each.conclusion is Conclusion.AGREE and each.decided_on]
    for each in case.filings:
        if each.sent_on and not approved_on(case, each.sent_on):
            later = min((day for day in agreed if day > each.sent_on), default=None)
            yield from _reversed("批准", later, "报送备案", each.sent_on, each)
        yield from _reversed("报送备案", each.sent_on, "备案", each.lodged_on, each)


def approved_on(case: Casefile, day: date) -> bool:
    """Whether the street's approval was in force on a day: given, and not taken back before it."""
    decisions = [each for each in case.approvals if each.decided_on is None or each.decided_on <= day]
    return any(
        each.conclusion is Conclusion.AGREE and (each is decisions[-1] or each.decided_on == day) for each in decisions
    )


def _start(case: Casefile) -> Progress | None:
    """The first progress of any kind, which is when work began at the latest."""
    return case.first(Event.START, Event.PROGRESS, Event.COMPLETE, Event.CLOSE)


def start_of(case: Casefile) -> date | None:
    """The day work began: that of the first progress of any kind."""
    begun = _start(case)
    return begun.happened_on if begun else None


@rule(
    "R17",
    "申报、批准、备案、实施的先后",
    clause=PLACE,
    answered_by=Filing,
    before=BEFORE,
    about=("approvals", "filings", "appointments", "progress"),
)
def dates_are_in_order(context: RuleContext) -> Iterator[Finding]:
    """No step is dated before the step that it follows; urgent works may start early with leave of that day."""
    case = context.case
    urgent = case.project.urgency is Urgency.URGENT
    for each in reversals(case):
        early = urgent and each.after in ("确定实施主体", "开工（开展）")
        yield Finding(
            severity=Severity.EXCEPTION if early else Severity.BLOCK,
            measured=each.second.isoformat(),
            limit=each.first.isoformat(),
            taken_on=(start_of(case) or each.second) if early else None,
            answered_by=Waiver if early else type(each.record),
            message=f"{each.after}日期 {full_date(each.second)}早于{each.before}日期 {full_date(each.first)}，"
            f"倒置 {each.days} 天",
            cure=_cure(each, early),
        )


def _cure(each: Reversal, early: bool) -> str:
    if early:
        return "属抢险应急的请登记例外批准"
    if isinstance(each.record, Approval):
        return "请核对更正；日期属实的，退回后重新申报、重新审批"
    return f"请核对更正{each.before}或{each.after}的日期"


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
    if case.filing:
        sent = case.filing.sent_on or case.filing.lodged_on or date.max
        later = any(a.conclusion is Conclusion.AGREE and a.decided_on and a.decided_on > sent for a in case.approvals)
        if not later and not approved_on(case, sent):
            yield _missing_step("备案", "街道批准", case.filing.lodged_on, Severity.BLOCK)
        else:
            yield from _went_on_unapproved(case)
        return
    urgent = case.project.urgency is Urgency.URGENT
    if started:
        yield _missing_step("开工（开展）", "区备案", started, Severity.EXCEPTION if urgent else Severity.BLOCK)
    elif case.appointments:
        on = case.appointments[0].appointed_on
        yield _missing_step("确定实施主体", "区备案", on, Severity.EXCEPTION if urgent else Severity.BLOCK)


def _went_on_unapproved(case: Casefile) -> Iterator[Finding]:
    """Work that went on after the last decision took the approval back."""
    last = case.approvals[-1] if case.approvals else None
    if last is None or last.conclusion is Conclusion.AGREE or last.decided_on is None or case.first(Event.TERMINATE):
        return
    days = [*(each.appointed_on for each in case.appointments), *(each.happened_on for each in case.progress)]
    later = min((day for day in days if day and day > last.decided_on), default=None)
    if later:
        yield Finding(
            severity=Severity.BLOCK,
            measured=later.isoformat(),
            limit=last.decided_on.isoformat(),
            message=f"项目 {full_date(last.decided_on)}{last.conclusion.label}，{full_date(later)}仍登记了实施，"
            "没有批准不得实施",
            cure="请重新申报、批准，或登记终止",
        )


def _missing_step(done: str, needed: str, on: date | None, severity: Severity) -> Finding:
    when = f" {full_date(on)}" if on else ""
    early = severity is Severity.EXCEPTION
    return Finding(
        severity=severity,
        measured=0,
        limit=1,
        taken_on=on if early else None,
        message=f"已登记{when}{done}，但没有{needed}记录",
        cure="属抢险应急的请登记例外批准" if early else f"应先办{needed}再{done}，请补登{needed}或更正{done}",
    )


_DELIVERY = ("complete", "settle", "close")


@rule("R17", "完工、决算、办结的先后", clause="三(四)¶6", answered_by=Progress, before=_DELIVERY, about=("progress",))
def delivery_is_in_order(context: RuleContext) -> Iterator[Finding]:
    """开工 ≤ 完工 ≤ 决算 ≤ 办结. Not in the policy: a step is refused in wrong order, a record is warned of."""
    case = context.case
    started = case.first(Event.START, Event.PROGRESS)
    completed, closed, settled = case.first(Event.COMPLETE), case.first(Event.CLOSE), case.settlement
    taken: list[tuple[str, Record, date | None]] = []
    taken += [("开工（开展）", started, started.happened_on)] if started else []
    taken += [("完工", completed, completed.happened_on)] if completed else []
    taken += [("决算", settled, settled.settled_on)] if settled else []
    taken += [("办结", closed, closed.happened_on)] if closed else []
    for (before, _, first), (after, record, second) in pairwise(taken):
        for each in _reversed(before, first, after, second, record):
            yield Finding(
                severity=Severity.WARN if record.id else Severity.BLOCK,
                measured=each.second.isoformat(),
                limit=each.first.isoformat(),
                message=f"{after}日期 {full_date(each.second)}早于{before}日期 {full_date(each.first)}，"
                f"倒置 {each.days} 天，请核对更正{before}或{after}的日期",
            )


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
            limit=0,
            message=f"报送备案已 {days} 天，尚未登记备案，请向区领导小组办公室核实"
            if sent
            else f"批准已 {days} 天，尚未报送备案，请及时报送",
        )
