"""Rules on the calendar of a year: R26 quarterly reports, R27 the pilot year 2018, R28 phases. 四, 五(一)¶3.

条文：C111 C119 C122 C123 C138 C140 C141
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Disbursement, QuarterReport, YearPlan
from haicang_desk.model.rules.engine import Collector, RuleContext, StreetRuleContext, rule
from haicang_desk.model.rules.step_order import start_of
from haicang_desk.model.values import Money, full_date, quarter_of, quarter_span

REPORTED, PILOT = "四(二)¶2", "五(一)¶3"


@rule(
    "R26", "季度报告", parameter="quarter_due_day", answered_by=QuarterReport, collects=(QuarterReport,), scope="street"
)
def quarters_are_reported(context: StreetRuleContext) -> Iterator[Finding]:
    """Each quarter has a frozen report by its due day, from the quarter in which the policy was issued."""
    first = quarter_of(context.policy.day("issued_on"))
    frozen = {(report.year, report.quarter) for report in context.collected[QuarterReport]}
    for quarter in (1, 2, 3, 4):
        due = report_due(context.policy, context.year, quarter)
        if (context.year, quarter) >= first and context.today > due and (context.year, quarter) not in frozen:
            yield Finding(
                severity=Severity.WARN,
                measured=0,
                limit=1,
                message=f"{context.year} 年第 {quarter} 季度报告应于 {full_date(due)}前上报，"
                f"逾期 {(context.today - due).days} 天，请生成季度报告并上报",
            )


def report_due(policy: Policy, year: int, quarter: int) -> date:
    """The last day to report a quarter: day ``quarter_due_day`` of the month after it."""
    end = quarter_span(year, quarter)[1]
    year, month = (end.year + 1, 1) if end.month == 12 else (end.year, end.month + 1)
    return date(year, month, policy.number_of("quarter_due_day"))


@rule("R26", "上期补录", clause=REPORTED, answered_by=Disbursement, about=("quarter_lines",))
def late_payments_are_listed(context: RuleContext) -> Iterator[Finding]:
    """Payments of a reported quarter entered or changed after the report was frozen; they go into the next one."""
    lines = context.case.quarter_lines
    if not lines:
        return
    last = max(lines, key=lambda line: (line.year, line.quarter))
    end = quarter_span(last.year, last.quarter)[1]
    case = context.case
    paid = sum((d.amount for d in case.disbursements if d.paid_on and d.paid_on <= end), NONE)
    paid -= sum((r.amount for r in case.refunds if r.returned_on and r.returned_on <= end), NONE)
    if paid != last.disbursed:
        gap = Money(abs(paid - last.disbursed))
        yield Finding(
            severity=Severity.INFO,
            measured=paid.fen,
            limit=last.disbursed.fen,
            shortfall=gap,
            message=f"{last.year} 年第 {last.quarter} 季度报告列累计拨付 {last.disbursed} 元，现为 {paid} 元，"
            f"相差 {gap} 元，请在下一季度列为上期补录或调整",
        )


def advanced_of(case: Casefile) -> tuple[Money, Money]:
    """What the street advanced for a project (paid, else approved) and what the district has taken over of it."""
    paid = case.disbursed or (case.approved.special if case.approved else NONE)
    return paid, sum((advance.amount for advance in case.advances), NONE)


@rule("R27", "试点年度先行列支", clause=PILOT, before=("submit", "approve", "disburse"))
def advances_only_in_pilot_year(context: RuleContext) -> Iterator[Finding]:
    """Only money of the pilot year may be advanced. What is not yet taken over is listed, never shown as owed."""
    project, policy = context.case.project, context.policy
    if not project.advance_paid:
        return
    pilot = policy.number_of("pilot_year")
    if project.fund_year != pilot:
        yield Finding(
            severity=Severity.BLOCK,
            measured=project.fund_year,
            limit=pilot,
            field="advance_paid",
            message=f"资金年度 {project.fund_year} 年选了先行列支，先行列支只用于 {pilot} 年试点，请改为否",
        )
        return
    paid, taken_over = advanced_of(context.case)
    if paid > taken_over:
        yield Finding(
            severity=Severity.INFO,
            measured=taken_over.fen,
            limit=paid.fen,
            shortfall=paid - taken_over,
            message=f"街道先行列支 {paid} 元，已统筹 {taken_over} 元，未统筹 {paid - taken_over} 元，列入清算表，"
            "请待预算调整时统筹考虑，下达后登记统筹下达",
        )


FIRST_START = Collector("first_start", of=start_of, join=min)  # the earliest day work began on a project of the year


@rule("R27", "试点年度", clause=PILOT, collects=(FIRST_START,), scope="street")
def pilot_began_in_time(context: StreetRuleContext) -> Iterator[Finding]:
    """In the pilot year: a quota is entered, and some project began by the end of August."""
    policy, balance = context.policy, context.register.street
    if context.year != policy.number_of("pilot_year"):
        return
    if balance.quota is None:
        yield Finding(
            severity=Severity.WARN,
            measured=0,
            limit=1,
            message=f"{context.year} 年未录入街道额度，已核定的 {balance.committed} 元不作额度检查，"
            "额度下达后请录入街道额度",
        )
    by, first_start = policy.day("pilot_start_by"), context.collected[FIRST_START]
    if context.today > by and (first_start is None or first_start > by):
        yield Finding(
            severity=Severity.WARN,
            clause=policy.clause("pilot_start_by"),
            measured=first_start.isoformat() if first_start else 0,
            limit=by.isoformat() if first_start else 1,
            message=f"{full_date(by)}前应率先启动实施一些项目，没有在此之前开工（开展）的项目，"
            "请核对各项目的开工日期，漏登的补登开工",
        )


PHASES = ("策划宣传", "组织实施", "总结评估")


def phase_starts(plan: YearPlan | None, year: int) -> tuple[date, date, date]:
    """The days on which the three phases begin: in May, June and December, unless the year plan says otherwise."""
    return (
        (plan and plan.planning_from) or date(year, 5, 1),
        (plan and plan.carrying_from) or date(year, 6, 1),
        (plan and plan.summing_from) or date(year, 12, 1),
    )


def phase_on(plan: YearPlan | None, year: int, today: date) -> str:
    """The phase that a day of the year is in; "" before the first and in other years."""
    begun = [name for name, start in zip(PHASES, phase_starts(plan, year), strict=True) if start <= today]
    return begun[-1] if begun and today.year == year else ""


def has_award(case: Casefile) -> bool | None:
    """True where a project is put forward as one of the year's best, else None."""
    return bool(case.awards) or None


AWARDS = Collector("awards", of=has_award, join=operator.or_)  # whether any project of the year is put forward


@rule("R28", "四个阶段的提示", clause="四(一)¶1", answered_by=YearPlan, collects=(AWARDS,), scope="street")
def phase_reminders(context: StreetRuleContext) -> Iterator[Finding]:
    """What a phase is for and is not done yet, as information. The year plan may move the days of the phases."""
    plan, year, today = context.standing.plan, context.year, context.today
    starts = phase_starts(plan, year)
    if starts[0] <= today < starts[1] and (plan is None or plan.reported_on is None):
        yield _reminder(context, "四(一)¶2", "策划宣传阶段，年度工作安排尚未报领导小组研究，请梳理后报送并登记报送日期")
    if starts[2] <= today and today.year == year and not context.collected[AWARDS]:
        yield _reminder(context, "四(三)¶2", "总结评估阶段，尚未推荐年度优秀项目，请组织居民评议和专家评议，登记评优")


def _reminder(context: StreetRuleContext, place: str, message: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        clause=context.policy.at(place),
        measured=0,
        limit=1,
        message=f"{context.year} 年已进入{message}",
    )
