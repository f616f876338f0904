"""Deadlines of the street in a fund year: due, late and met."""

from __future__ import annotations

from datetime import date

import pytest

from haicang_desk.model.records import (
    Alteration,
    Altered,
    Award,
    Inspection,
    InspectionKind,
    Link,
    Prose,
    QuarterReport,
    YearPlan,
)
from haicang_desk.model.services import deadlines_of, save, undecided_alterations


@pytest.fixture
def duties(ws):
    def ask(year=2019):
        return {duty.label: duty for duty in deadlines_of(ws, year)}

    return ask


def put(ws, *records):
    save(ws, records, action="登记", person="陈")


def test_a_year_has_four_reports_two_checks_and_the_ends_of_its_phases(duties):
    assert {label: duty.due for label, duty in duties().items()} == {
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
    assert kinds == [("R22", True), ("R23", False)]


def test_undecided_alterations_are_listed(ws, kept):
    project = kept()
    put(ws, Alteration(project=Link(project.id), asked_on=date(2019, 6, 3), item=Altered.PLACE, reason=Prose("换址")))
    assert undecided_alterations(ws) == [project.id]
