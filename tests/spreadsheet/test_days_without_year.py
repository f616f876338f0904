"""Days that a table gives without their year: read by the fund year of the row, of the table, or of its title."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from haicang_desk.model.records import Project
from haicang_desk.model.spreadsheet import plan_import
from haicang_desk.model.spreadsheet.read.answers import Answers
from haicang_desk.model.spreadsheet.read.interpretation import read_workbook
from haicang_desk.model.values import Money

FAULTS = Path(__file__).parent.parent / "data" / "faults"
HEAD = ["村居", "项目名称", "项目类别", "内容类型", "区级专项资金(元)", "计划完成"]
ROW = ["霞阳社区", "楼道照明", "工程类", "消除安全隐患", 60000, "11月底前"]


def test_the_year_may_stand_behind_the_days(ws, book):
    plan = plan_import(ws, book(项目=[[*HEAD, "资金年度"], [*ROW, 2019]]))
    assert plan.errors == () and [p.planned_finish for p in plan.records if isinstance(p, Project)] == [
        date(2019, 11, 30)
    ]


def test_while_the_year_is_asked_the_days_are_read_by_the_year_of_the_title():
    read = read_workbook(FAULTS / "table-14-real-list-sections-footer.xlsx")
    assert [row.values["planned_finish"] for row in read.sheets[0].rows] == [
        date(2023, 11, 30), date(2023, 11, 30), date(2023, 11, 30), date(2023, 8, 31), date(2023, 12, 31),
    ]  # fmt: skip
    assert [(question.row, question.value, question.proposal) for question in read.questions] == [(6, "约30", "30")]
    amounts = [Money(yuan * 100) for yuan in (450_000, 355_000, 300_000, 90_000, 100_000)]
    assert [row.values["special"] for row in read.sheets[0].rows] == amounts


def test_a_title_of_a_year_before_the_scheme_proposes_no_year(ws):
    plan = plan_import(ws, FAULTS / "table-17-real-form-sheet.xlsx", answers=Answers(sheets={"方案表": "项目"}))
    (asked,) = [question for question in plan.questions if question.column == "资金年度"]
    assert asked.proposal == "2018"


def test_a_column_of_spans_is_the_start_and_the_end(ws, book):
    rows = [["资金年度", *HEAD[:-1], "实施起止"], [2019, *ROW[:-1], "5月1日至9月30日"]]
    plan = plan_import(ws, book(项目=rows))
    (project,) = [each for each in plan.records if isinstance(each, Project)]
    assert (project.planned_start, project.planned_finish) == (date(2019, 5, 1), date(2019, 9, 30))
    assert any("「实施起止」用作“计划开始”和“计划完成”" in note for note in plan.notes)


def test_a_column_that_gives_only_one_end_is_not_taken_for_both(ws, book):
    for said in ("11月底前", "2019年5月1日起", "见附件"):
        rows = [["资金年度", *HEAD[:-1], "实施起止"], [2019, *ROW[:-1], said]]
        (project,) = [each for each in plan_import(ws, book(项目=rows)).records if isinstance(each, Project)]
        assert (project.planned_start, project.planned_finish) == (None, None)


def test_the_span_of_a_notice_is_its_two_required_days(ws, book, kept):
    kept(code="A-1")
    rows = [["公示类型", "项目编号", "公示起止"], ["项目公示", "A-1", "2018年8月1日至8月8日"]]
    (notice,) = plan_import(ws, book(公示=rows)).records
    assert (notice.posted_on, notice.ends_on) == (date(2018, 8, 1), date(2018, 8, 8))


@pytest.mark.parametrize("heading", ["筹资筹劳时间", "公示起止时间", "质保期"])
def test_a_span_of_other_days_is_not_the_plan(ws, book, heading):
    rows = [["资金年度", *HEAD[:-1], heading], [2019, *ROW[:-1], "5月1日至9月30日"]]
    plan = plan_import(ws, book(项目=rows))
    (project,) = [each for each in plan.records if isinstance(each, Project)]
    assert (project.planned_start, project.planned_finish) == (None, None)
    assert plan.ignored_columns == (("项目", heading),)
