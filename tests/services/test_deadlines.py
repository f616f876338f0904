"""Deadlines of the street in a fund year: due, late and met."""

from __future__ import annotations

from datetime import date

import pytest

from haicang_desk.model.records import (
    Alteration,
    Altered,
    Appointment,
    Approval,
    Award,
    Conclusion,
    Disbursement,
    Event,
    Inspection,
    InspectionKind,
    Link,
    Progress,
    Prose,
    QuarterReport,
    Refund,
    YearPlan,
)
from haicang_desk.model.services import (
    carried_over,
    check,
    check_with_carried_over,
    deadlines_of,
    save,
    undecided_alterations,
)
from haicang_desk.model.services.carried_over import money_to_return
from haicang_desk.model.values import Money


@pytest.fixture
def duties(ws):
    def ask(year=2019):
        return {duty.label: duty for duty in deadlines_of(ws, year)}

    return ask


def put(ws, *records):
    save(ws, records, action="登记", person="陈")


def test_a_year_has_four_reports_two_checks_and_the_ends_of_its_phases(duties):
    assert {label: duty.due for label, duty in duties().items()} == {
        "2018 年第 4 季度报告": date(2019, 1, 5),
        "第 1 季度报告": date(2019, 4, 5),
        "报送年度工作安排": date(2019, 6, 1),
        "上半年自查": date(2019, 6, 30),
        "第 2 季度报告": date(2019, 7, 5),
        "第 3 季度报告": date(2019, 10, 5),
        "下半年自查": date(2019, 12, 31),
        "推荐年度优秀项目": date(2019, 12, 31),
        "年度总结": date(2019, 12, 31),
        "第 4 季度报告": date(2020, 1, 5),
    }


def test_nothing_is_due_from_before_the_policy(duties):
    labels = duties(2018)
    assert "第 1 季度报告" not in labels
    assert "第 3 季度报告" in labels


def test_a_deadline_that_is_met_is_not_late(ws, duties, kept):
    project = kept()
    put(ws, QuarterReport(year=2019, quarter=1, frozen_on=date(2019, 4, 3)))
    put(ws, Inspection(kind=InspectionKind.SELF, inspected_on=date(2019, 5, 6)))
    put(ws, YearPlan(fund_year=2019, reported_on=date(2019, 5, 20), carrying_from=date(2019, 7, 1)))
    put(ws, Award(fund_year=2019, project=Link(project.id)))
    held, today = duties(), date(2019, 12, 31)
    done = {label: duty.on for label, duty in held.items() if duty.done}
    assert done == {
        "第 1 季度报告": date(2019, 4, 3),
        "上半年自查": date(2019, 5, 6),
        "报送年度工作安排": date(2019, 5, 20),
        "推荐年度优秀项目": None,
    }
    assert held["报送年度工作安排"].due == date(2019, 7, 1)
    assert held["第 1 季度报告"].late(today) == 0
    assert held["第 3 季度报告"].late(today) == 87
    assert held["年度总结"].late(today) == 0
    assert held["第 4 季度报告"].late(today) == -5


def test_a_problem_found_is_due_until_it_is_put_right(ws, duties):
    found = {"problem": Prose("公示照片没有存档，请各村居补齐并统一归档"), "due_on": date(2019, 7, 1)}
    put(ws, Inspection(kind=InspectionKind.SPOT, inspected_on=date(2019, 6, 3), **found))
    put(ws, Inspection(kind=InspectionKind.SELF, inspected_on=date(2019, 6, 4), **found, done_on=date(2019, 6, 20)))
    put(ws, Inspection(kind=InspectionKind.SELF, inspected_on=date(2018, 9, 4), **found))
    kinds = sorted((d.rule, d.done) for d in deadlines_of(ws, 2019) if d.label.startswith("整改：公示照片"))
    assert kinds == [("R22", False), ("R22", True), ("R23", False)]  # the first was found in 2018 and is still open
    kinds = [(d.rule, d.done) for d in deadlines_of(ws, 2018) if d.label.startswith("整改：公示照片")]
    assert kinds == [("R22", False)]


def test_undecided_alterations_are_listed(ws, kept):
    project = kept()
    put(ws, Alteration(project=Link(project.id), asked_on=date(2019, 6, 3), item=Altered.PLACE, reason=Prose("换址")))
    assert undecided_alterations(ws) == [project.id]


def test_what_earlier_years_left_unfinished_stands_in_the_agenda(ws, kept):
    appointed = kept(title="水渠", code="A-1", fund_year=2018, submitted_on=date(2018, 9, 1))
    planned = kept(
        title="课堂", code="A-2", fund_year=2018, submitted_on=date(2018, 9, 1), planned_finish=date(2019, 3, 1)
    )
    closed = kept(title="路灯", code="A-3", fund_year=2018, submitted_on=date(2018, 9, 1))
    kept(title="没报的", code="A-4", fund_year=2018, submitted_on=None)
    kept(title="今年的", code="A-5", fund_year=2019, submitted_on=date(2019, 2, 1))
    put(
        ws,
        Appointment(project=Link(appointed.id), implementer="甲公司", appointed_on=date(2018, 11, 30)),
        Progress(project=Link(closed.id), happened_on=date(2018, 12, 20), event=Event.CLOSE),
    )
    carried = {duty.label: duty for duty in deadlines_of(ws, 2019) if duty.project}
    assert {label: (duty.due, duty.project) for label, duty in carried.items()} == {
        "2018 年度结转：水渠（主体已定）": (date(2019, 5, 30), appointed.id),
        "2018 年度结转：课堂（已申报）": (date(2019, 3, 1), planned.id),
    }
    assert not [duty for duty in deadlines_of(ws, 2018) if duty.project]


def paid(ws, project, **values):
    put(ws, Disbursement(project=Link(project.id), payee="村", **values))


def test_money_that_is_to_come_back_keeps_a_project_open(ws, kept):
    project = kept(code="A-1", fund_year=2018, submitted_on=date(2018, 9, 1))
    put(ws, Approval(project=Link(project.id), conclusion=Conclusion.REJECT, decided_on=date(2018, 9, 2)))
    assert not list(carried_over(ws, 2019))
    paid(ws, project, paid_on=date(2018, 9, 3), amount=Money(3_000_000))
    (case,) = carried_over(ws, 2019)
    assert case.project.id == project.id
    put(ws, Refund(project=Link(project.id), returned_on=date(2019, 1, 5), amount=Money(3_000_000)))
    assert not list(carried_over(ws, 2019))


def test_a_stopped_project_is_done_with_unless_it_was_paid_afterwards(ws, kept):
    project = kept(code="A-1", fund_year=2018, submitted_on=date(2018, 9, 1))
    put(ws, Approval(project=Link(project.id), conclusion=Conclusion.AGREE, decided_on=date(2018, 9, 2)))
    put(ws, Progress(project=Link(project.id), happened_on=date(2018, 12, 20), event=Event.TERMINATE))
    paid(ws, project, paid_on=date(2018, 12, 1), amount=Money(1_000))
    assert not list(carried_over(ws, 2019))
    paid(ws, project, paid_on=date(2018, 12, 21), amount=Money(500))
    assert [money_to_return(case) for case in carried_over(ws, 2019)] == [500]


def test_check_names_what_was_carried_over_with_its_year(ws, kept):
    earlier = kept(code="A-1", fund_year=2018, submitted_on=date(2018, 9, 1))
    kept(code="A-2", fund_year=2019, submitted_on=date(2019, 2, 1))
    today = date(2019, 6, 1)
    whole = check_with_carried_over(ws, 2019, today)
    assert [f for f in whole if f.year == 2019] == check(ws, 2019, today)
    assert {f.subject for f in whole if f.year == 2018} == {earlier.code}
    assert [f for f in whole if f.year == 2018] == [f for f in check(ws, 2018, today) if f.scope == "project"]
    assert whole == sorted(whole, key=lambda f: (f.rule, ("project", "village", "street").index(f.scope), f.subject))


def test_what_fell_due_before_the_ledger_was_made_is_not_late_but_may_be_entered(ws, duties):
    today, held = date(2018, 12, 1), duties(2018)
    early = held["报送年度工作安排"]
    assert early.due < date(2018, 9, 3) and early.before_ledger and early.late(today) == 0
    assert not held["第 3 季度报告"].before_ledger and held["第 3 季度报告"].late(today) == 57
    put(ws, YearPlan(fund_year=2018, reported_on=date(2018, 5, 2)))
    entered = duties(2018)["报送年度工作安排"]
    assert entered.done and not entered.before_ledger
