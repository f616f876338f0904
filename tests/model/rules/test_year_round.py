"""R22 R23 R24 R25 R26 R27 R28 and R08 at the year's end: the calendar of a fund year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from haicang_desk.model.balances import Balance
from haicang_desk.model.findings import Severity
from haicang_desk.model.policy import ReferenceTables
from haicang_desk.model.records import (
    Advance,
    Award,
    AwardResult,
    Inspection,
    InspectionKind,
    Link,
    NoticeKind,
    Prose,
    QuarterLine,
    QuarterReport,
    Refund,
    Survey,
    SurveyGroup,
    YearPlan,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import award_score, phase_on
from haicang_desk.model.rules.year_calendar import AWARDS, FIRST_START
from haicang_desk.model.values import Money
from tests.model.rules.asking import (
    approval,
    case,
    day,
    gaps,
    levels,
    notice,
    paid,
    policy,
    progress,
    says,
    says_of_street,
    sums,
    yuan,
)

QUIET = {"quota": Money(10**9)}


def in_year(code: str, year: int, today: str, **collected):
    """The findings of one rule on a quiet street year; ``collected`` as for says_of_street."""
    return says_of_street(code, Balance(name="新阳街道", **QUIET), year=year, today=day(today), **collected)


def self_check(on: str, **said):
    done = {name: Prose("已查") for name in ("calling", "choosing", "carrying", "judging")}
    return Inspection(id="i", kind=InspectionKind.SELF, inspected_on=day(on), **{**done, **said})


@pytest.mark.parametrize(
    ("year", "today", "held", "missing"),
    [
        (2018, "2018-12-31", [], []),  # 期内不提示
        (2018, "2019-01-01", [], ["下半年"]),  # 方案 7 月印发，2018 年只查下半年
        (2018, "2019-01-01", ["2018-08-30"], []),
        (2019, "2019-07-01", ["2019-06-30"], []),
        (2019, "2019-07-01", [], ["上半年"]),
        (2019, "2020-01-01", ["2019-07-02"], ["上半年"]),  # 该次计入下半年
        (2019, "2020-01-01", [], ["上半年", "下半年"]),
    ],
)
def test_r22_a_self_check_each_half(year, today, held, missing):
    found = in_year("R22", year, today, collected={Inspection: tuple(self_check(on) for on in held)})
    assert levels(found) == " ".join(["提"] * len(missing))
    assert all(name in f.message for name, f in zip(missing, found, strict=True))
    assert all((f.measured, f.limit) == (0, 1) for f in found)


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        ({}, "提"),  # 计入下半年，上半年仍缺
        ({"half": "2019上"}, "提"),  # 没有写迟报原因
        ({"half": "2019上", "late_reason": Prose("人手\n不足")}, "报"),
        ({"half": "2018下", "late_reason": Prose("人手不足")}, "提"),
    ],
)
def test_r22_a_late_self_check_is_for_the_half_that_it_names(said, marks):
    late = self_check("2019-07-02", **said)
    found = in_year("R22", 2019, "2019-08-01", collected={Inspection: (late,)})
    assert levels(found) == marks
    if marks == "报":
        assert (found[0].measured, found[0].limit) == ("2019-07-02", "2019-06-30")
        assert found[0].message == "2019 年上半年应自查 1 次，2019年7月2日补做，逾期 2 天，原因：人手 不足"
    in_time = self_check("2019-06-30")
    assert in_year("R22", 2019, "2019-08-01", collected={Inspection: (late, in_time)}) == []


def test_r22_what_is_open_of_a_check_belongs_to_the_year_that_it_is_for():
    late = self_check("2019-01-05", half="2018下", late_reason=Prose("人手不足"), calling=Prose(""))
    assert levels(in_year("R22", 2018, "2019-02-01", collected={Inspection: (late,)})) == "提 报"
    assert in_year("R22", 2019, "2019-02-01", collected={Inspection: (late,)}) == []


def test_r22_a_spot_check_or_one_without_its_day_is_no_self_check():
    spot = Inspection(id="s", kind=InspectionKind.SPOT, inspected_on=day("2018-09-30"))
    undated = Inspection(id="u", kind=InspectionKind.SELF)
    assert levels(in_year("R22", 2018, "2019-01-01", collected={Inspection: (spot, undated)})) == "提"
    assert (
        in_year("R23", 2018, "2019-01-01", collected={Inspection: (self_check("2018-09-30", calling=Prose("")),)}) == []
    )


FOUND = {"problem": Prose("资料不全"), "remedy": Prose("补齐"), "responsible": "林", "due_on": day("2018-10-31")}


@pytest.mark.parametrize(
    ("said", "today", "part"),
    [
        (FOUND, "2018-10-31", ""),
        (FOUND, "2018-11-01", "逾期 1 天"),
        ({**FOUND, "done_on": day("2018-10-30")}, "2018-11-01", "尚未上报"),
        ({**FOUND, "done_on": day("2018-10-30"), "reported_on": day("2018-10-31")}, "2018-11-01", ""),
        ({"problem": Prose("资料不全")}, "2018-11-01", "缺整改措施、责任人、整改期限"),
        ({"calling": Prose("")}, "2018-11-01", "没有写明征集环节"),
    ],
)
def test_r22_problems_are_put_right_and_reported(said, today, part):
    found = in_year("R22", 2018, today, collected={Inspection: (self_check("2018-09-30", **said),)})
    assert [part in f.message for f in found] == ([True] if part else [])


def test_r23_spot_checks_are_followed_up_alike():
    spot = Inspection(id="i", kind=InspectionKind.SPOT, inspected_on=day("2018-09-30"), **FOUND)
    (found,) = in_year("R23", 2018, "2018-11-01", collected={Inspection: (spot,)})
    assert "区级抽查发现的问题应于 2018年10月31日前整改，逾期 1 天" in found.message
    assert found.severity.label == "提"
    done = replace(spot, done_on=day("2018-10-30"))
    assert levels(in_year("R23", 2018, "2018-11-01", collected={Inspection: (done,)})) == "报"  # 待上报
    assert in_year("R23", 2019, "2019-11-01", collected={Inspection: (spot,)}) == []


def votes(group: SurveyGroup, number: int = 10, **said):
    return Survey(
        id=group.code, surveyed_on=day("2018-12-05"), group=group, good=number, **{"assessor": "某所", **said}
    )


FOUR = tuple(votes(group) for group in SurveyGroup)
SHOWN = (notice("2018-12-10", "2018-12-17", kind=NoticeKind.SURVEY),)
CLOSE, COMPLETE = ProgressEvent.CLOSE, ProgressEvent.COMPLETE


@pytest.mark.parametrize(
    ("surveys", "level"),
    [
        (FOUR, ""),
        ((), "硬"),
        (tuple(votes(group, assessor="") for group in SurveyGroup), "硬"),
        (FOUR[:3], "例外"),
        ((*FOUR[:3], votes(SurveyGroup.EXPERTS, 0)), "例外"),
        (tuple(votes(group, 7) for group in SurveyGroup), "报"),  # 28 票，仅供参考
    ],
)
def test_r24_a_result_is_published_only_whole(surveys, level):
    found = says("R24", case("服务", surveys=surveys, notices=SHOWN))
    assert levels(found) == level
    assert [(f.measured, f.limit) for f in found if f.severity.label == "例外"] == ([(3, 4)] if level == "例外" else [])
    assert says("R24", case("服务", surveys=surveys)) == []
    done = notice("2018-12-10", "2018-12-17", kind=NoticeKind.COMPLETION)
    assert says("R24", case("服务", surveys=surveys, notices=(done,))) == []
    wide = replace(SHOWN[0], project=Link(""))  # 村居的公示不是这个项目的
    assert says("R24", case("服务", surveys=surveys, notices=(wide,))) == []


@pytest.mark.parametrize(
    ("event", "surveys", "today", "level"),
    [
        (CLOSE, (), "2018-12-20", "提"),
        (CLOSE, FOUR, "2018-12-20", ""),
        (COMPLETE, (), "2018-12-31", ""),
        (COMPLETE, (), "2019-01-01", "报"),
        (ProgressEvent.START, (), "2019-01-01", "报"),
        (ProgressEvent.TERMINATE, (), "2019-01-01", ""),
    ],
)
def test_r24_is_no_condition_for_closing_but_missed_by_the_years_end(event, surveys, today, level):
    asked = case("服务", surveys=surveys, progress=(progress(event, "2018-12-01"),))
    assert levels(says("R24", asked, today=day(today))) == level


def test_r25_only_closed_projects_are_put_forward():
    award = Award(id="a", fund_year=2018)
    assert says("R25", case("服务")) == []
    assert levels(says("R25", case("服务", awards=(award,)))) == "提"
    closed = (progress(CLOSE, "2018-12-01"),)
    assert says("R25", case("服务", awards=(award,), progress=closed)) == []
    chosen = Award(id="a", fund_year=2018, result=AwardResult.EXCELLENT)
    (found,) = says("R25", case("服务", awards=(chosen,), progress=closed))
    assert (found.severity.label, found.field) == ("报", "number")
    numbered = replace(chosen, number="海民〔2018〕9号")
    assert says("R25", case("服务", awards=(numbered,), progress=closed)) == []


@pytest.mark.parametrize(
    ("year", "today", "reported", "missing"),
    [
        (2018, "2018-10-05", [], []),
        (2018, "2018-10-06", [], [3]),  # 方案 7 月印发，自三季度起
        (2018, "2018-10-06", [3], []),
        (2018, "2019-01-05", [3], []),
        (2018, "2019-01-06", [3], [4]),
        (2019, "2019-04-06", [], [1]),
        (2019, "2020-01-06", [], [1, 2, 3, 4]),
    ],
)
def test_r26_quarters_are_reported(year, today, reported, missing):
    reports = tuple(QuarterReport(id=str(q), year=year, quarter=q) for q in reported)
    found = in_year("R26", year, today, collected={QuarterReport: reports})
    assert all(f"第 {quarter} 季度" in f.message for quarter, f in zip(missing, found, strict=True))
    assert all((f.severity.label, f.measured, f.limit) == ("提", 0, 1) for f in found)


@pytest.mark.parametrize(
    ("payments", "gap"),
    [
        ([("1000", "2018-09-30")], []),
        ([("1000", "2018-09-30"), ("500", "2018-09-30")], ["500.00"]),  # 10-08 补录的三季度拨付
        ([("1000", "2018-09-30"), ("500", "2018-10-01")], []),  # 属四季度
        ([], ["1,000.00"]),
    ],
)
def test_r26_late_entries_go_into_the_next_report(payments, gap):
    frozen = QuarterLine(id="q", year=2018, quarter=3, disbursed=yuan("1000"))
    found = says("R26", case("服务", disbursements=tuple(paid(*p) for p in payments), quarter_lines=(frozen,)))
    assert (levels(found), gaps(found)) == ("报" if gap else "", gap)


def test_r26_a_project_never_reported_has_nothing_to_mend():
    assert says("R26", case("服务", disbursements=(paid("1000", "2018-09-30"),))) == []


def test_r26_what_has_no_day_is_of_no_quarter():
    frozen = QuarterLine(id="q", year=2018, quarter=3, disbursed=yuan("1000"))
    undated, back = replace(paid("5"), paid_on=None), Refund(id="b", amount=yuan("5"))
    payments = {"disbursements": (paid("1000", "2018-09-30"), undated), "refunds": (back,)}
    assert says("R26", case("服务", **payments, quarter_lines=(frozen,))) == []


def test_r26_the_last_day_of_a_quarter_is_in_it():
    frozen = QuarterLine(id="q", year=2018, quarter=3, disbursed=yuan("900"))
    back = Refund(id="b", returned_on=day("2018-09-30"), amount=yuan("100"))
    asked = {"disbursements": (paid("1000", "2018-09-30"),), "refunds": (back,)}
    assert says("R26", case("服务", **asked, quarter_lines=(frozen,))) == []


def test_r26_refunds_and_later_reports_are_minded():
    frozen = QuarterLine(id="q", year=2018, quarter=3, disbursed=yuan("1000"))
    later = QuarterLine(id="r", year=2018, quarter=4, disbursed=yuan("900"))
    back = Refund(id="b", returned_on=day("2018-11-01"), amount=yuan("100"))
    asked = {"disbursements": (paid("1000", "2018-09-30"),), "refunds": (back,)}
    assert says("R26", case("服务", **asked, quarter_lines=(frozen,))) == []
    assert says("R26", case("服务", **asked, quarter_lines=(later, frozen))) == []
    assert gaps(says("R26", case("服务", disbursements=asked["disbursements"], quarter_lines=(frozen, later)))) == [
        "100.00"
    ]


@pytest.mark.parametrize(
    ("year", "advanced", "level"), [(2018, True, ""), (2019, True, "硬"), (2019, False, ""), (2019, None, "")]
)
def test_r27_only_the_pilot_year_is_advanced(year, advanced, level):
    assert levels(says("R27", case("服务", fund_year=year, advance_paid=advanced))) == level  # V19


def test_r27_what_may_not_be_advanced_is_not_listed_to_be_taken_over():
    asked = case("服务", fund_year=2019, advance_paid=True, disbursements=(paid("120000"),))
    assert levels(says("R27", asked)) == "硬"


def test_r27_what_is_not_yet_taken_over_is_listed_not_owed():
    granted = (Advance(id="a", amount=yuan("100000")),)
    asked = case("服务", advance_paid=True, disbursements=(paid("120000"),), advances=granted)
    (found,) = says("R27", asked)
    assert (found.severity.label, str(found.shortfall)) == ("报", "20,000.00")
    assert "未统筹 20,000.00 元，列入清算表" in found.message and "应收" not in found.message
    whole = case("服务", advance_paid=True, disbursements=(paid("100000"),), advances=granted)
    assert says("R27", whole) == []
    planned = case("服务", **sums(special="50000"), advance_paid=True, approvals=(approval(),))
    assert gaps(says("R27", planned)) == ["50,000.00"]


@pytest.mark.parametrize(
    ("today", "first_start", "level"),
    [
        ("2018-08-31", None, ""),
        ("2018-09-01", None, "提"),
        ("2018-09-01", date(2018, 8, 31), ""),
        ("2018-09-01", date(2018, 9, 1), "提"),
    ],
)
def test_r27_some_projects_began_by_the_end_of_august(today, first_start, level):
    assert levels(in_year("R27", 2018, today, collected={FIRST_START: first_start})) == level
    assert in_year("R27", 2019, "2019-09-01", collected={FIRST_START: first_start}) == []


def test_r27_without_a_quota_nothing_is_checked_and_that_is_told():
    found = says_of_street("R27", Balance(name="新阳街道"), today=day("2018-08-01"))
    assert levels(found) == "提"
    assert "未录入街道额度" in found[0].message


@pytest.mark.parametrize(
    ("today", "scene", "part"),
    [
        ("2018-04-30", {}, ""),
        ("2018-05-01", {}, "策划宣传阶段"),
        ("2018-05-31", {}, "策划宣传阶段"),
        ("2018-06-01", {}, ""),
        ("2018-05-10", {"standing": ReferenceTables(plan=YearPlan(fund_year=2018, reported_on=day("2018-05-08")))}, ""),
        (
            "2018-03-10",
            {"standing": ReferenceTables(plan=YearPlan(fund_year=2018, planning_from=day("2018-03-01")))},
            "策划",
        ),
        ("2018-12-01", {}, "总结评估阶段"),
        ("2018-12-01", {"collected": {AWARDS: True}}, ""),
        ("2019-01-01", {}, ""),
    ],
)
def test_r28_a_phase_is_a_reminder_never_a_bar(today, scene, part):
    found = in_year("R28", 2018, today, **scene)
    assert levels(found) == ("报" if part else "")
    assert all(part in f.message for f in found)


@pytest.mark.parametrize(
    ("plan", "level"),
    [
        (None, "提"),
        (YearPlan(fund_year=2018), "提"),
        (YearPlan(fund_year=2018, social_reason=Prose("试点首年")), "提"),  # 尚未总结
        (YearPlan(fund_year=2018, closed_on=day("2018-12-31")), "例外"),
        (YearPlan(fund_year=2018, closed_on=day("2018-12-31"), social_reason=Prose("试点\n首年")), "报"),
    ],
)
def test_r08_at_the_years_end_the_reason_is_written(plan, level):
    """A written reason is no leave: what has a document number alone is ``excused_by``."""
    balance = Balance(name="新阳街道", projects=3)
    (found,) = says_of_street("R08", balance, standing=ReferenceTables(plan=plan))
    assert (found.severity.label, found.excused_by) == (level, None)
    assert ("社会力量参与未达标原因中写明" in found.message) == (level == "例外")
    assert found.message.endswith("原因：试点 首年") == (level == "报")


@pytest.mark.parametrize(
    ("resident", "expert", "by", "score"),
    [
        ("90", "80", {}, Fraction(85)),
        ("90", "80", {"award_resident_weight": "3/5", "award_expert_weight": "2/5"}, Fraction(86)),
        ("90", "80", {"award_resident_weight": "1", "award_expert_weight": "0"}, Fraction(90)),
        ("90.5", None, {}, Fraction("90.5")),
        (None, "0", {}, Fraction(0)),
        (None, None, {}, None),
    ],
)
def test_r25_the_scores_are_weighted_as_the_rule_set_says(resident, expert, by, score):
    award = Award(resident_score=resident and Decimal(resident), expert_score=expert and Decimal(expert))
    assert award_score(award, policy(**by)) == score


def test_r24_the_notice_says_where_while_it_is_made():
    made = notice("2018-12-10", "2018-12-17", kind=NoticeKind.SURVEY, place="街道网站")
    for shown, level in ((made, ""), (replace(made, id=""), ""), (replace(made, id="", place=" "), "硬")):
        assert levels(says("R24", case("服务", surveys=FOUR, notices=(shown,)))) == level


@pytest.mark.parametrize(
    ("kind", "said", "level"),
    [
        (InspectionKind.SPOT, {"due_on": day("2018-09-02")}, "提 报"),  # 逾期；整改措施、责任人未填
        (InspectionKind.SPOT, {"remedy": Prose("改"), "responsible": "林", "due_on": day("2018-12-31")}, ""),
        (InspectionKind.SELF, {"due_on": day("2018-09-02")}, "提 提 提"),  # 四个环节也没有写明
    ],
)
def test_r23_a_spot_check_is_listed_and_only_its_overdue_mending_warned_of(kind, said, level):
    check = Inspection(id="i", kind=kind, inspected_on=day("2018-09-01"), problem=Prose("台账不全"), **said)
    code = "R23" if kind is InspectionKind.SPOT else "R22"
    balance = Balance(name="新阳街道")
    found = says_of_street(code, balance, today=day("2018-09-03"), collected={Inspection: (check,)})
    assert levels(found) == level
    if kind is InspectionKind.SPOT:
        assert all(("逾期" in each.message) is (each.severity is Severity.WARN) for each in found)
    mended = replace(check, remedy=Prose("改"), responsible="林", due_on=day("2018-09-02"), done_on=day("2018-09-02"))
    last = says_of_street(code, balance, today=day("2018-09-03"), collected={Inspection: (mended,)})[-1]
    assert ("尚未上报" in last.message, last.severity.label) == (True, "报" if kind is InspectionKind.SPOT else "提")


def test_r24_speaks_of_the_notice_of_its_result_alone():
    assert says("R24", case("服务", notices=(notice(), notice(kind=NoticeKind.AWARD)))) == []


def test_r25_speaks_of_what_was_put_forward_alone():
    assert says("R25", case("服务")) == []


@pytest.mark.parametrize(
    ("plan", "today", "phase"),
    [
        (None, "2018-04-30", ""),
        (None, "2018-05-01", "策划宣传"),
        (None, "2018-05-31", "策划宣传"),
        (None, "2018-06-01", "组织实施"),
        (None, "2018-12-01", "总结评估"),
        (None, "2019-06-01", ""),
        (YearPlan(fund_year=2018, carrying_from=day("2018-07-13")), "2018-07-12", "策划宣传"),
        (YearPlan(fund_year=2018, carrying_from=day("2018-07-13")), "2018-07-13", "组织实施"),
        (YearPlan(fund_year=2018, summing_from=day("2018-11-15")), "2018-11-15", "总结评估"),
    ],
)
def test_r28_the_phase_of_a_day(plan, today, phase):
    assert phase_on(plan, 2018, day(today)) == phase
