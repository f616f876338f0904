"""Rules on closing a project: R20 later maintenance, R21 the completion notice. 三(四)¶6, 三(五)¶2.

条文：C093 C098 C136
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Category, Event, Maintenance, Notice, NoticeKind, Participation, Settlement
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import Money, full_date

MAINTENANCE_PLACE, NOTICE_PLACE = "三(四)¶6", "三(五)¶2"


def severity_of(case: Casefile) -> Severity | None:
    """How grave a gap is: a block once closed, a warning once completed; None before, and when terminated."""
    if case.first(Event.TERMINATE):
        return None
    if case.first(Event.CLOSE):
        return Severity.BLOCK
    return Severity.WARN if case.first(Event.COMPLETE, Event.ACCEPT) else None


@rule("R20", "后续管理养护", clause=MAINTENANCE_PLACE, answered_by=Maintenance, before=("close",), about=("progress",))
def maintenance_is_arranged(context: RuleContext) -> Iterator[Finding]:
    """Works have a keeper, a duty and money for maintenance before they are closed; goods without get a warning."""
    case, severity = context.case, severity_of(context.case)
    if severity is None or case.project.category is Category.SERVICE:
        return
    project, record = case.project, case.maintenance[-1] if case.maintenance else None
    answers = {
        "keeper": project.keeper.strip() or (record and record.keeper.strip()),
        "keeping_duty": project.keeping_duty.strip() or (record and record.duty.strip()),
        "keeping_fund": project.keeping_fund is not None or (record and record.yearly is not None),
    }
    missing = [name for name, answer in answers.items() if not answer]
    if missing:
        works = case.project.category is Category.WORKS
        yield Finding(
            severity=severity if works else Severity.WARN,
            measured=len(answers) - len(missing),
            limit=len(answers),
            field=missing[0],
            message=f"{case.project.category.label}项目尚未明确{'、'.join(project.fields[n].label for n in missing)}，"
            "请填写后续管理养护单位、责任及配套资金后再办结",
        )
    elif case.project.category is Category.WORKS:
        yield from _maintenance_details(context, severity)


def _maintenance_details(context: RuleContext, severity: Severity) -> Iterator[Finding]:
    """The maintenance record of works gives the term, a contact and the source of the money, or why there is none.

    A gap blocks the closing; for a project imported as closed without such a record it is a warning.
    """
    closing = any(not each.id for each in context.case.progress)
    record = context.case.maintenance[-1] if context.case.maintenance else None
    missing = [] if record else ["起止日期", "联系人", "配套资金来源"]
    if record:
        if record.ends_on is None:
            missing.append("结束日期")
        if not record.contact.strip():
            missing.append("联系人")
        if record.yearly == 0:
            missing += [] if record.note.strip() else ["无配套资金的理由"]
        elif not record.fund_source.strip():
            missing.append("配套资金来源")
    if missing:
        yield Finding(
            severity=severity if record or closing else Severity.WARN,
            measured=len(missing),
            limit=0,
            field="keeper",
            message=f"管养责任尚缺{'、'.join(missing)}，请在管养记录中补填",
        )


def completion_notice(case: Casefile) -> Notice | None:
    """The last completion notice of the project itself, else the last one of its village."""
    shown = [n for n in case.notices if n.kind is NoticeKind.COMPLETION]
    return next((n for n in reversed(shown) if n.project), shown[-1] if shown else None)


@rule(
    "R21",
    "完工公示",
    clause=NOTICE_PLACE,
    answered_by=Notice,
    before=("close", "post_completion"),
    about=("progress", "notices"),
)
def completion_is_posted(context: RuleContext) -> Iterator[Finding]:
    """The money spent (决算) and the effect are posted in the community before a project is closed."""
    case, severity = context.case, severity_of(context.case)
    notice = completion_notice(case)
    if severity is None:
        if notice and notice.project and not case.first(Event.TERMINATE):
            yield _finding(Severity.WARN, (0, 1), "已登记完工公示，没有完工记录，应完工后再公示，请补登完工")
        return
    answers = {
        "决算（资金使用情况）": case.settlement,
        "实施效果": case.project.effect.strip() or any(p.account.strip() for p in case.progress),
        "完工公示记录": notice,
    }
    missing = [name for name, answer in answers.items() if not answer]
    if missing:
        found = _finding(
            severity,
            (len(answers) - len(missing), len(answers)),
            f"项目已完工，尚缺{'、'.join(missing)}，应在社区公示资金使用情况和实施效果后办结，实施效果在进度的情况中填写",
        )
        yield found if case.settlement else replace(found, answered_by=Settlement)  # it comes before the notice
    if notice:
        yield from _posted_in_order(context, notice)
        yield from _notice_faults(context, notice, severity)


def _posted_in_order(context: RuleContext, notice: Notice) -> Iterator[Finding]:
    """The notice begins after completion and settlement, and not after the closing.

    The policy has it posted 项目完成后: one before completion blocks. Of the others a step is refused in the wrong
    order, and a record is warned of.
    """
    case, posted = context.case, notice.posted_on
    completed, closed = case.first(Event.COMPLETE, Event.ACCEPT), case.first(Event.CLOSE)
    done_on, settled_on = completed and completed.happened_on, case.settlement and case.settlement.settled_on
    if posted is None:
        return
    taken = Severity.WARN if notice.id else Severity.BLOCK
    if done_on and posted < done_on:
        yield _out_of_order(Severity.BLOCK, "完工公示", posted, "完工", done_on)
    elif settled_on and posted < settled_on:
        yield _out_of_order(taken, "完工公示", posted, "决算", settled_on)
    elif not settled_on and not notice.id:
        yield _finding(taken, (0, 1), "还没有决算，完工公示要公布资金使用情况，请先登记决算")
    if closed and closed.happened_on and closed.happened_on < posted:
        on = closed.happened_on
        yield _finding(
            Severity.WARN,
            (posted.isoformat(), on.isoformat()),
            f"完工公示日期 {full_date(posted)}，晚于办结日期 {full_date(on)}，应公示期满后办结，请核对更正办结日期",
        )


def _out_of_order(severity: Severity, what: str, on: date, step: str, done_on: date) -> Finding:
    text = f"{what}日期 {full_date(on)}早于{step}日期 {full_date(done_on)}，应在{step}后重新公示"
    return _finding(severity, (on.isoformat(), done_on.isoformat()), text)


def _notice_faults(context: RuleContext, notice: Notice, severity: Severity) -> Iterator[Finding]:
    """Faults of a completion notice: not the settled amount, an unanswered objection, too few natural days."""
    case, policy = context.case, context.policy
    shown = notice.shown_total if notice.project else None
    if case.settled and shown is not None and shown != case.settled.total:
        total = case.settled.total
        gap = Money(abs(shown - total))
        yield _finding(
            severity,
            (shown.fen, total.fen),
            f"完工公示金额 {shown} 元，决算总资金 {total} 元，相差 {gap} 元，应按决算重新公示",
            gap,
        )
    if notice.objection.strip() and not notice.answer.strip():
        yield _finding(severity, (0, 1), "完工公示收到异议，还没有处理结果，请登记异议处理")
    if notice.posted_on and notice.ends_on:
        days, usual = (notice.ends_on - notice.posted_on).days, policy.number_of("notice_days")
        closed = case.first(Event.CLOSE)
        on = closed.happened_on if closed else None
        if days < 0:
            yield _finding(
                Severity.WARN if notice.id else Severity.BLOCK,
                (notice.ends_on.isoformat(), notice.posted_on.isoformat()),
                f"完工公示结束日期 {full_date(notice.ends_on)}早于开始日期 {full_date(notice.posted_on)}，"
                f"倒置 {-days} 天，请核对更正完工公示的开始日期和结束日期",
            )
        elif days < usual:
            yield _finding(
                Severity.WARN,
                (days, usual),
                f"完工公示 {days} 日，惯例为 {usual} 日，少 {usual - days} 日，请核对，需要延长的重新公示",
            )
        elif on and notice.posted_on <= on <= notice.ends_on:
            yield _finding(
                Severity.WARN,
                (on.isoformat(), notice.ends_on.isoformat()),
                f"完工公示至 {full_date(notice.ends_on)}止，期满前已办结，应期满后办结，请核对更正办结日期",
            )


def _finding(
    severity: Severity, measure: tuple[int | str, int | str], message: str, gap: Money | None = None
) -> Finding:
    measured, limit = measure
    return Finding(severity=severity, measured=measured, limit=limit, shortfall=gap, message=message)


@rule("R21", "捐赠人姓名公示", clause=NOTICE_PLACE, answered_by=Participation, about=("participations",))
def donors_agree_to_be_named(context: RuleContext) -> Iterator[Finding]:
    """Donors named in the completion notice have agreed to it. A convention; the policy does not ask for it."""
    if completion_notice(context.case) is None:
        return
    silent = [part.party for part in context.case.participations if part.named is None and part.amount]
    if silent:
        parties = dict.fromkeys(silent)
        yield _finding(
            Severity.WARN,
            (len(parties), 0),
            f"{'、'.join(parties)}未登记是否同意公示姓名，公示中写作爱心人士或爱心企业，"
            "请征求本人意见，填写同意公示姓名",
        )
