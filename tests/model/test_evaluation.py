"""Which projects the rules are asked of, on which tables and sums, for a year and for one project."""

from __future__ import annotations

import gc
import pickle
from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.records import (
    Approval,
    Award,
    Conclusion,
    DayKind,
    Disbursement,
    Holiday,
    Inspection,
    Link,
    PaidFrom,
    Progress,
    Refund,
    Settlement,
    Stage,
    StreetQuota,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import CANDIDATES
from haicang_desk.model.rules.year_calendar import AWARDS, FIRST_START
from haicang_desk.model.services import (
    check,
    evaluate_case,
    findings_of,
    reference_tables_of,
    rule_context_of,
)
from haicang_desk.model.services.evaluation import YearAggregates, _compared, blocking_findings, collected_anew
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import STEPS
from tests.model.rules.asking import POLICY, case, paid, progress
from tests.model.stages import AT

FILED, TODAY = date(2018, 8, 9), date(2018, 9, 3)


@pytest.mark.parametrize("stage", Stage)
def test_what_was_refused_withdrawn_or_ended_unpaid_has_left_the_reach_of_most_rules(stage):
    asked = case("服务", **AT[stage])
    assert asked.in_force is (stage not in (Stage.REJECTED, Stage.WITHDRAWN, Stage.TERMINATED))
    assert case("服务", **{**AT[Stage.TERMINATED], "disbursements": (paid("1"),)}).in_force


@pytest.mark.parametrize("conclusion", [Conclusion.REJECT, Conclusion.WITHDRAW])
def test_the_money_of_a_refused_project_is_checked_with_its_year(ws, kept, conclusion):
    """Only R19 and R29 speak of it, in the check of the year as of the project alone; other rules do not."""
    project = kept(submitted_on=FILED, others_duty=None)
    to = {"project": Link(project.id)}
    with ws.change("登记", actor="陈") as change:
        change.save(Approval(conclusion=conclusion, decided_on=FILED, **to))
    of_project = [f for f in check(ws, 2018, TODAY) if f.scope == "project"]
    assert of_project == []
    with ws.change("登记", actor="陈") as change:
        change.save(Disbursement(paid_on=TODAY, amount=Money(3_000_000), payee="霞阳社区居民委员会", **to))
        change.save(Refund(returned_on=TODAY, amount=Money(1), source=PaidFrom.MATCHING, **to))
        change.save(Settlement(settled_on=TODAY, special=Money(5), **to))
    of_project = [f for f in check(ws, 2018, TODAY) if f.scope == "project"]
    assert {f.rule for f in of_project} == {"R19", "R29"}
    assert [f for f in evaluate_case(ws, ws.casefile(project.id), TODAY) if f.scope == "project"] == of_project
    assert ws.register(2018).street.disbursed == 2_999_999


def test_days_off_and_days_worked_are_the_offices_own(ws):
    with ws.change("登记", actor="陈") as change:
        change.save(Holiday(day=date(2018, 12, 22), kind=DayKind.WORKED))
        change.save(Holiday(day=date(2018, 12, 28), kind=DayKind.OFF))
        change.save(Holiday(kind=DayKind.OFF))  # 未填日期的不算
        change.save(Holiday(kind=DayKind.WORKED))
    calendar = reference_tables_of(ws, 2018).calendar
    assert calendar.is_off(date(2018, 12, 28))
    assert not calendar.is_off(date(2018, 12, 22))  # 周六上班
    assert calendar.is_off(date(2018, 12, 23)) and calendar.is_off(date(2018, 10, 1))


def test_a_year_leaves_its_first_start_its_awards_and_its_candidates_for_splitting():
    aggregates = YearAggregates()
    award = Award(id="a", fund_year=2018)
    for day, awards in (("2018-09-21", ()), ("2018-08-31", (award, award)), ("2018-10-01", (award,))):
        started = {**AT[Stage.UNDERWAY], "progress": (progress(ProgressEvent.START, day),)}
        aggregates.add(case("服务", **started, awards=awards))
    aggregates.add(case("服务", **AT[Stage.DRAFT]))
    assert aggregates.value(FIRST_START, "street") == date(2018, 8, 31)
    assert aggregates.value(AWARDS, "street") is True
    assert len(aggregates.value(CANDIDATES, "village", "v1")) == 3  # the draft is none
    assert list(aggregates.villages) == ["v1"]
    nothing = YearAggregates()
    assert (nothing.value(FIRST_START, "street"), nothing.value(AWARDS, "street")) == (None, None)
    assert nothing.value(CANDIDATES, "village", "v1") == ()


def test_what_two_halves_of_a_year_leave_is_what_the_whole_leaves():
    whole, halves = YearAggregates(), (YearAggregates(), YearAggregates())
    for number, day in enumerate(("2018-10-01", "2018-09-21", "2018-08-31")):
        begun = {**AT[Stage.APPOINTED], "progress": (progress(ProgressEvent.START, day),)}
        begun["awards"] = (Award(id="a", fund_year=2018),)
        for each in (whole, halves[number % 2]):
            each.add(case("服务", code=f"P{number}", title=f"第{number}期", **begun))
    halves[0].join(pickle.loads(pickle.dumps(halves[1])))
    for collector, *place in ((FIRST_START, "street"), (AWARDS, "street"), (CANDIDATES, "village", "v1")):
        assert halves[0].value(collector, *place) == whole.value(collector, *place)
    assert halves[0].value(FIRST_START, "street") == date(2018, 8, 31)
    assert [each.title for each in whole.value(CANDIDATES, "village", "v1")] == ["第0期", "第1期", "第2期"]
    YearAggregates().join(YearAggregates())


@pytest.mark.parametrize("collector", [FIRST_START, AWARDS, CANDIDATES])
def test_a_collector_is_the_same_in_another_process(collector):
    assert pickle.loads(pickle.dumps(collector)) == collector


@pytest.mark.parametrize("on", [True, False])
def test_checking_leaves_the_collector_of_rubbish_as_it_was(ws, on):
    was = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        check(ws, 2018, TODAY)
        assert gc.isenabled() is on
    finally:
        (gc.enable if was else gc.disable)()


@pytest.fixture
def over(ws, kept):
    """A street whose quota is already passed by what it approved, and a draft."""
    (given,) = ws.all(StreetQuota)
    project, draft = kept(submitted_on=FILED), kept(code="乙", title="课堂")
    with ws.change("登记", actor="陈") as change:
        change.save(replace(given, quota=Money(1)))
        change.save(Approval(project=Link(project.id), decided_on=FILED))
    return ws.casefile(draft.id)


def rules(found) -> set[str]:
    return {each.rule for each in found}


def test_one_project_is_weighed_against_the_street_only_for_what_an_approval_may_upset(ws, over):
    """The street's own duties, such as reports and self-checks, are told with the year."""
    later = date(2019, 2, 1)
    assert {"R11", "R22", "R26"} <= rules(check(ws, 2018, later))
    assert {f.rule for f in evaluate_case(ws, over, later) if f.scope == "street"} == {"R11"}


def test_a_street_over_its_quota_still_takes_filings_but_approves_nothing(ws, over):
    for name, barred in (("submit", False), ("approve", True)):
        proposed = over.holding(STEPS[name].proposal(over, on=TODAY, policy=POLICY))
        assert ("R11" in rules(blocking_findings(ws, over, proposed, STEPS[name], TODAY))) is barred


def test_only_what_stops_bars_a_step(ws, over):
    """The village's reference of about 80万 is passed, which is told and bars nothing (R10)."""
    dear = over.holding(replace(over.project, special=Money(90_000_000), submitted_on=TODAY))
    assert "R10" in rules(evaluate_case(ws, dear, TODAY, was=over, before="submit"))
    barred = blocking_findings(ws, over, dear, STEPS["submit"], TODAY)
    assert "R10" not in rules(barred) and all(each.stops for each in barred)


def test_a_proposed_case_is_weighed_with_the_sums_as_they_would_be(ws, over):
    filed = over.holding(replace(over.project, submitted_on=TODAY))
    assert rule_context_of(ws, over, TODAY).register.street.projects == 1
    moved = rule_context_of(ws, filed, TODAY, was=over).register
    assert (moved.street.projects, moved.villages[over.village.id].projects) == (2, 2)


def test_findings_are_in_the_order_of_rule_scope_and_name(ws, over):
    found = check(ws, 2018, TODAY)
    order = [(f.rule, ("project", "village", "street").index(f.scope), f.subject) for f in found]
    assert order == sorted(order)
    assert rules(found) >= {"R05", "R06", "R08", "R11"}


def test_what_was_ended_after_it_was_paid_is_still_checked(ws, kept):
    project = kept(submitted_on=FILED)
    to = {"project": Link(project.id)}
    with ws.change("登记", actor="陈") as change:
        change.save(Approval(decided_on=FILED, **to))
        change.save(Progress(happened_on=TODAY, event=ProgressEvent.TERMINATE, **to))
    assert not [f for f in check(ws, 2018, TODAY) if f.scope == "project"]
    with ws.change("登记", actor="陈") as change:
        change.save(Disbursement(paid_on=FILED, amount=Money(100), payee="某公司", **to))
    assert "R19" in {f.rule for f in check(ws, 2018, TODAY) if f.scope == "project"}


def test_inspections_may_be_given_as_they_would_be(ws, over):
    found = findings_of(ws, ws.casefiles(2018), ws.register(2018), date(2019, 2, 1), records={Inspection: ()})
    assert [f.rule for f in found if f.rule == "R22"] == ["R22"]


def test_the_projects_of_a_village_are_read_again_only_after_one_that_counts_changed(ws, kept, village):
    counted, draft = kept(code="甲", submitted_on=FILED), kept(code="乙", title="草稿")
    ws.register(2018)

    def put(record):
        with ws.change("改", actor="陈") as change:
            change.save(record)
        return collected_anew(ws, CANDIDATES, 2018, village.id)

    read = _compared(ws, 2018, village.id)
    assert [each.title for each in put(replace(draft, title="另一草稿"))] == [counted.title]
    assert _compared(ws, 2018, village.id) is read
    assert [each.title for each in put(replace(counted, title="路灯"))] == ["路灯"]
    assert {each.title for each in put(replace(draft, submitted_on=FILED))} == {"路灯", "草稿"}
    ws.conn.execute("UPDATE project SET title = '别处改的' WHERE id = ?", (counted.id,))
    assert "别处改的" in {each.title for each in collected_anew(ws, CANDIDATES, 2018, village.id)}
