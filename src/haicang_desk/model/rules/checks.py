"""Rules on checks by street and district: R22 a self-check each half-year, R23 spot checks. 三(五)¶2.

条文：C099 C102 C103
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
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
    """One self-check or more in each calendar half-year that has ended, from that in which the policy was issued.

    A check is for the half that it names (所属半年), else for that of its day. One made after its half, with the
    reason (迟报原因), is only listed.
    """
    checks: dict[tuple[int, int], list[Inspection]] = defaultdict(list)
    for each in context.collected[Inspection]:
        if each.kind is InspectionKind.SELF and each.inspected_on and each.half_year:
            checks[each.half_year].append(each)
    for half, name in _HALVES.items():
        due = half_year_span(context.year, half)[1]
        begun = (context.year, half) >= half_year_of(context.policy.day("issued_on"))
        if begun and due < context.today:
            yield from _checked_in_time(f"{context.year} 年{name}", due, checks[context.year, half])


def _checked_in_time(half: str, due: date, checks: list[Inspection]) -> Iterator[Finding]:
    """Nothing for a half that was checked by its last day; else how late it was, and why."""
    first = min(checks, key=lambda each: each.inspected_on or date.max, default=None)
    if first is None or first.inspected_on is None:
        yield Finding(
            severity=Severity.WARN,
            measured=0,
            limit=1,
            message=f"{half}应自查 1 次，至 {full_date(due)}没有自查记录，请补做自查，在督查中写明所属半年和迟报原因",
        )
    elif first.inspected_on > due:
        reason = " ".join(first.late_reason.split())
        done = f"{half}应自查 1 次，{full_date(first.inspected_on)}补做，逾期 {(first.inspected_on - due).days} 天"
        yield Finding(
            severity=Severity.INFO if reason else Severity.WARN,
            measured=first.inspected_on.isoformat(),
            limit=due.isoformat(),
            field="late_reason",
            message=f"{done}，原因：{reason}" if reason else f"{done}，请在督查的迟报原因中写明",
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
        on, half = each.inspected_on, each.half_year
        if each.kind is kind and on and half and half[0] == context.year:
            for found in _unfinished(each, on, context.today):
                yield replace(found, message=f"{full_date(on)}{kind.label}{found.message}")


def _unfinished(each: Inspection, on: date, today: date) -> Iterator[Finding]:
    """What is still open of one check; of a spot check, the district's record, only an overdue remedy is a warning."""
    minor = Severity.INFO
    if each.kind is InspectionKind.SELF:
        minor = Severity.WARN
        blank = [each.fields[name].label for name in _PROCEDURES if not getattr(each, name).strip()]
        if blank:
            text = f"没有写明{'、'.join(blank)}环节的情况，请在督查中补填"
            yield Finding(severity=minor, measured=len(blank), limit=0, message=text)
    if not each.problem.strip():
        return
    labels = ("remedy", "responsible", "due_on")
    missing = [each.fields[name].label for name in labels if not getattr(each, name)]
    if missing:
        text = f"发现的问题缺{'、'.join(missing)}，请在督查中补填"
        yield Finding(severity=minor, measured=len(missing), limit=0, message=text)
    if each.due_on and each.done_on is None and each.due_on < today:
        late = (today - each.due_on).days
        yield Finding(
            severity=Severity.WARN,
            measured=today.isoformat(),
            limit=each.due_on.isoformat(),
            message=f"发现的问题应于 {full_date(each.due_on)}前整改，逾期 {late} 天，请督促整改并登记完成日期",
        )
    if each.done_on and each.reported_on is None:
        yield Finding(severity=minor, measured=0, limit=1, message="的整改已完成，尚未上报，请登记上报日期")
