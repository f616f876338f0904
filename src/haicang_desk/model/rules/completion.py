"""Rules on what is there before a project is closed: R20 keeping, R21 the completion notice. 三(四)¶6, 三(五)¶2.

条文：C093 C098 C136
"""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Category, Event, Maintenance, Notice, NoticeKind
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import Money, full_date

KEPT, SHOWN = "三(四)¶6", "三(五)¶2"


def severity_of(case: Casefile) -> Severity | None:
    """A bar for what is closed or being closed, a warning for what is done; nothing before."""
    if case.first(Event.TERMINATE):
        return None
    if case.first(Event.CLOSE):
        return Severity.BLOCK
    return Severity.WARN if case.first(Event.COMPLETE, Event.ACCEPT) else None


@rule("R20", "后续管理养护", clause=KEPT, answered_by=Maintenance, before=("close",), about=("progress",))
def keeping_is_settled(context: RuleContext) -> Iterator[Finding]:
    """Keeper, duty and money for works; for goods the same is only told. Details are kept under 管养."""
    case, severity = context.case, severity_of(context.case)
    if severity is None or case.project.category is Category.SERVICE:
        return
    project, kept = case.project, case.maintenance[-1] if case.maintenance else None
    answers = {
        "keeper": project.keeper.strip() or (kept and kept.keeper.strip()),
        "keeping_duty": project.keeping_duty.strip() or (kept and kept.duty.strip()),
        "keeping_fund": project.keeping_fund is not None or (kept and kept.yearly is not None),
    }
    lacking = [name for name, answer in answers.items() if not answer]
    if lacking:
        works = case.project.category is Category.WORKS
        yield Finding(
            severity=severity if works else Severity.WARN,
            measured=len(answers) - len(lacking),
            limit=len(answers),
            field=lacking[0],
            message=f"{case.project.category.label}项目尚未明确{'、'.join(project.fields[n].label for n in lacking)}，"
            "请填写后续管理养护单位、责任及配套资金后再办结",
        )
    elif case.project.category is Category.WORKS:
        yield from _keeping_in_detail(context, severity)


def _keeping_in_detail(context: RuleContext, severity: Severity) -> Iterator[Finding]:
    """Term, contact and the source of the money stand in the 管养 record; no money at all needs its reason.

    They bar the closing; of a project that came in closed, with no such record, they are told.
    """
    closing = any(not each.id for each in context.case.progress)
    kept = context.case.maintenance[-1] if context.case.maintenance else None
    lacking = [] if kept else ["起止日期", "联系人", "配套资金来源"]
    if kept:
        if kept.ends_on is None:
            lacking.append("结束日期")
        if not kept.contact.strip():
            lacking.append("联系人")
        if kept.yearly == 0:
            lacking += [] if kept.note.strip() else ["无配套资金的理由"]
        elif not kept.fund_source.strip():
            lacking.append("配套资金来源")
    if lacking:
        yield Finding(
            severity=severity if kept or closing else Severity.WARN,
            field="keeper",
            message=f"管养责任尚缺{'、'.join(lacking)}，请在管养记录中补填",
        )


def completion_notice(case: Casefile) -> Notice | None:
    shown = [n for n in case.notices if n.kind is NoticeKind.COMPLETION]
    return next((n for n in reversed(shown) if n.project), shown[-1] if shown else None)


@rule("R21", "完工公示", clause=SHOWN, answered_by=Notice, before=("close",), about=("progress",))
def completion_is_shown(context: RuleContext) -> Iterator[Finding]:
    """Funds spent (决算) and effect are shown in the community before a project is closed."""
    case, severity = context.case, severity_of(context.case)
    if severity is None:
        return
    notice = completion_notice(case)
    lacking = []
    if case.settlement is None:
        lacking.append("决算（资金使用情况）")
    if not case.project.effect.strip() and not any(p.account.strip() for p in case.progress):
        lacking.append("实施效果")
    if notice is None:
        lacking.append("完工公示记录")
    if lacking:
        yield _unshown(
            context, severity, f"项目已完工，尚缺{'、'.join(lacking)}，应在社区公示资金使用情况和实施效果后办结"
        )
    if notice:
        yield from _shown_rightly(context, notice, severity)


def _shown_rightly(context: RuleContext, notice: Notice, severity: Severity) -> Iterator[Finding]:
    case, policy = context.case, context.policy
    shown = notice.shown_total if notice.project else None
    if case.settled and shown is not None and shown != case.settled.total:
        total = case.settled.total
        gap = Money(abs(shown - total))
        yield _unshown(
            context,
            severity,
            f"完工公示金额 {shown} 元，决算总资金 {total} 元，相差 {gap} 元，应按决算重新公示",
            gap,
        )
    if notice.objection.strip() and not notice.answer.strip():
        yield _unshown(context, severity, "完工公示收到异议，还没有处理结果，请登记异议处理")
    if notice.posted_on and notice.ends_on:
        days, usual = (notice.ends_on - notice.posted_on).days, policy.number_of("notice_days")
        closed = case.first(Event.CLOSE)
        if days < usual:
            yield _unshown(
                context,
                Severity.WARN,
                f"完工公示 {days} 日，惯例为 {usual} 日，少 {usual - days} 日，请核对是否需要延长",
            )
        elif closed and closed.happened_on and closed.happened_on <= notice.ends_on:
            yield _unshown(
                context, Severity.WARN, f"完工公示至 {full_date(notice.ends_on)}止，期满前已办结，请期满后核对异议"
            )


def _unshown(context: RuleContext, severity: Severity, message: str, gap: Money | None = None) -> Finding:
    return Finding(severity=severity, shortfall=gap, message=message)


@rule("R21", "捐赠人姓名公示", clause=SHOWN, answered_by=Notice, about=("participations",))
def donors_agree_to_be_named(context: RuleContext) -> Iterator[Finding]:
    """A convention, not the policy's: names are shown only with consent."""
    if completion_notice(context.case) is None:
        return
    silent = [part.party for part in context.case.participations if part.named is None and part.amount]
    if silent:
        yield _unshown(
            context,
            Severity.WARN,
            f"{'、'.join(dict.fromkeys(silent))}未登记是否同意公示姓名，公示中写作爱心人士或爱心企业，请征求本人意见",
        )
