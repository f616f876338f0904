"""Rules on checks by street and district: R22 a self-check each half-year, R23 spot checks. 三(五)¶2.

条文：C099 C102 C103
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Inspection, InspectionKind
from haicang_desk.model.rules.engine import StreetRuleContext, rule
from haicang_desk.model.values import full_date, half_year_of, half_year_span

PLACE = "三(五)¶2"
_HALVES = {1: "上半年", 2: "下半年"}
_PROCEDURES = ("calling", "choosing", "carrying", "judging")


@rule("R22", "半年自查", clause=PLACE, answered_by=Inspection, collects=(Inspection,), scope="street")
def each_half_is_checked(context: StreetRuleContext) -> Iterator[Finding]:
    """One self-check or more in each calendar half-year that has ended, from that in which the policy was issued."""
    done = {
        half_year_of(each.inspected_on)
        for each in context.collected[Inspection]
        if each.kind is InspectionKind.SELF and each.inspected_on
    }
    for half, name in _HALVES.items():
        due = half_year_span(context.year, half)[1]
        begun = (context.year, half) >= half_year_of(context.policy.day("issued_on"))
        if begun and due < context.today and (context.year, half) not in done:
            yield Finding(
                severity=Severity.WARN,
                measured=0,
                limit=1,
                message=f"{context.year} 年{name}应自查 1 次，至 {full_date(due)}没有自查记录，请补做并说明",
            )


@rule("R22", "自查的整改", clause=PLACE, answered_by=Inspection, collects=(Inspection,), scope="street")
def self_checks_are_followed_up(context: StreetRuleContext) -> Iterator[Finding]:
    """The self-checks of the year are complete and their problems put right and reported."""
    yield from _follow_up(context, InspectionKind.SELF)


@rule("R23", "区级抽查的整改", clause=PLACE, answered_by=Inspection, collects=(Inspection,), scope="street")
def spot_checks_are_followed_up(context: StreetRuleContext) -> Iterator[Finding]:
    """The problems found by the spot checks of the year are put right and reported."""
    yield from _follow_up(context, InspectionKind.SPOT)


def _follow_up(context: StreetRuleContext, kind: InspectionKind) -> Iterator[Finding]:
    """What is still open of the checks of one kind made in the year."""
    for each in context.collected[Inspection]:
        on = each.inspected_on
        if each.kind is kind and on and on.year == context.year:
            for severity, text in _unfinished(each, on, context.today):
                yield Finding(
                    severity=severity,
                    measured=on.isoformat(),
                    message=f"{full_date(on)}{kind.label}{text}",
                )


def _unfinished(each: Inspection, on: date, today: date) -> Iterator[tuple[Severity, str]]:
    """What is still open of one check; of a spot check, the district's record, only an overdue remedy is a warning."""
    minor = Severity.INFO
    if each.kind is InspectionKind.SELF:
        minor = Severity.WARN
        blank = [each.fields[name].label for name in _PROCEDURES if not getattr(each, name).strip()]
        if blank:
            yield minor, f"没有写明{'、'.join(blank)}环节的情况，请补填"
    if not each.problem.strip():
        return
    labels = ("remedy", "responsible", "due_on")
    missing = [each.fields[name].label for name in labels if not getattr(each, name)]
    if missing:
        yield minor, f"发现的问题缺{'、'.join(missing)}，请补填"
    if each.due_on and each.done_on is None and each.due_on < today:
        late = (today - each.due_on).days
        yield Severity.WARN, f"发现的问题应于 {full_date(each.due_on)}前整改，逾期 {late} 天，请督促整改"
    if each.done_on and each.reported_on is None:
        yield minor, "的整改已完成，尚未上报，请登记上报日期"
