"""R20 R21: worked examples before, at and after closing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.records import Link, Maintenance, NoticeKind, Prose
from haicang_desk.model.values import Money
from tests.model.rules.asking import case, day, gaps, gift, levels, notice, progress, says, settlement, sums, yuan

DONE = (progress(ProgressEvent.COMPLETE, "2018-12-01"),)
CLOSED = (*DONE, progress(ProgressEvent.CLOSE, "2018-12-31"))
KEPT = {"keeper": "霞阳社区", "keeping_duty": Prose("每月巡查"), "keeping_fund": Money(0)}
FULL = Maintenance(
    id="m", keeper="霞阳社区", duty=Prose("每月巡查"), begins_on=day("2018-12-01"), ends_on=day("2020-12-01"),
    contact="林某", fund_source="村集体", yearly=yuan("2000"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("category", "said", "at", "level"),
    [
        ("货物", {}, CLOSED, "提"),  # 健身路径未填管养
        ("工程", {}, CLOSED, "硬"),  # 排水沟未填管养
        ("工程", {}, DONE, "提"),  # 完工待办结
        ("工程", {}, (progress(ProgressEvent.ACCEPT, "2018-12-02"),), "提"),  # 只登记了验收的，也已完工
        ("工程", {}, (), ""),
        ("服务", {}, CLOSED, ""),
        ("工程", {**KEPT, "maintenance": (FULL,)}, CLOSED, ""),
        ("工程", {"maintenance": (FULL,)}, CLOSED, ""),
        ("工程", {"maintenance": (replace(FULL, keeper=" "),)}, CLOSED, "硬"),
        ("工程", {"maintenance": (replace(FULL, duty=Prose("")),)}, CLOSED, "硬"),
        ("工程", {"maintenance": (replace(FULL, yearly=None),)}, CLOSED, "硬"),
        ("工程", KEPT, CLOSED, "提"),  # 期限、联系人、资金来源另补
        ("货物", KEPT, CLOSED, ""),
        ("工程", {**KEPT, "keeping_fund": None}, CLOSED, "硬"),
        ("工程", {**KEPT, "keeper": " "}, CLOSED, "硬"),
        ("工程", {**KEPT, "keeping_duty": Prose("")}, CLOSED, "硬"),
    ],
)
def test_r20_who_keeps_what_was_built(category, said, at, level):
    found = says("R20", case(category, **said, progress=at))
    assert levels(found) == level
    for each in found:
        assert (each.measured, each.limit) in ((0, 3), (2, 3), (1, 0), (2, 0), (3, 0))
        assert each.field in ("keeper", "keeping_duty", "keeping_fund")


def test_r20_no_money_needs_its_reason():
    nothing = replace(FULL, yearly=Money(0), fund_source="")
    (found,) = says("R20", case("工程", maintenance=(nothing,), progress=CLOSED))
    assert (found.severity.label, "无配套资金的理由" in found.message) == ("硬", True)
    told = replace(nothing, note="由物业承担")
    assert says("R20", case("工程", maintenance=(told,), progress=CLOSED)) == []
    bare = replace(FULL, ends_on=None, contact="", fund_source="")
    (found,) = says("R20", case("工程", maintenance=(bare,), progress=CLOSED))
    assert "结束日期、联系人、配套资金来源" in found.message


def test_r20_what_is_lacking_in_detail_bars_the_closing_and_is_told_of_what_came_in_closed():
    closing = (*DONE, replace(CLOSED[-1], id=""))
    for at, kept, level in (
        (closing, (), "硬"),
        (CLOSED, (), "提"),
        (CLOSED, (replace(FULL, contact=""),), "硬"),
        (DONE, (replace(FULL, contact=""),), "提"),
        (closing, (FULL,), ""),
    ):
        assert levels(says("R20", case("工程", **KEPT, maintenance=kept, progress=at))) == level


def completion(**said):
    return notice("2018-12-10", "2018-12-17", kind=NoticeKind.COMPLETION, **said)


def finished(at=CLOSED, **said):
    base = {
        "effect": Prose("楼道亮了"),
        "notices": (completion(),),
        "settlements": (settlement(special="60000", donated_cash="40000"),),
    }
    return case("工程", **sums(special="60000", donated_cash="40000"), progress=at, **{**base, **said})


@pytest.mark.parametrize(
    ("said", "lacking"),
    [
        ({}, ""),
        ({"notices": ()}, "完工公示记录"),
        ({"notices": (notice(),)}, "完工公示记录"),  # 申报前的项目公示不算
        ({"settlements": ()}, "决算"),
        ({"settlements": (), "notices": (completion(**sums(shown_total="100000")),)}, "决算"),
        ({"effect": Prose("")}, "实施效果"),
    ],
)
def test_r21_funds_and_effect_are_shown(said, lacking):
    for at, level in ((CLOSED, "硬"), (DONE, "提")):
        found = says("R21", finished(at, **said))
        assert levels(found) == (level if lacking else "")
        assert all(lacking in f.message and (f.measured, f.limit) == (2, 3) for f in found)


def test_r21_a_notice_of_what_is_not_completed_is_told():
    (found,) = says("R21", finished(()))
    assert found.severity.label == "提" and "没有完工记录" in found.message
    assert says("R21", finished((), notices=())) == []


@pytest.mark.parametrize(
    ("posted", "settled", "closed", "level"),
    [
        ("2018-12-01", "2018-12-01", "2018-12-31", ""),  # 完工、决算当日
        ("2018-11-30", "2018-11-20", "2018-12-31", "硬"),  # 完工之前
        ("2018-12-05", "2018-12-06", "2018-12-31", "提"),  # 决算之前
        ("2018-12-10", "2018-12-06", "2018-12-09", "提"),  # 办结之后
    ],
)
def test_r21_the_notice_comes_after_completion_and_settlement_and_before_closing(posted, settled, closed, level):
    shown = completion(posted_on=day(posted), ends_on=day("2018-12-18"))
    at = (progress(ProgressEvent.COMPLETE, "2018-12-01"), progress(ProgressEvent.CLOSE, closed))
    accounts = settlement(settled, special="60000", donated_cash="40000")
    found = says("R21", finished(at, notices=(shown,), settlements=(accounts,)))
    assert levels(found) == level
    assert {type(f.measured) for f in found} <= {str}
    proposed = says("R21", finished(at[:1], notices=(replace(shown, id=""),), settlements=(accounts,)))
    assert levels(proposed) == ("" if closed == "2018-12-09" else "硬" if level else "")


def test_r21_what_is_posted_anew_after_completion_cures():
    early = completion(posted_on=day("2018-11-01"), ends_on=day("2018-11-08"))
    assert levels(says("R21", finished(notices=(early, completion())))) == ""


def test_r21_the_account_of_progress_tells_the_effect_too():
    told = (replace(DONE[0], account=Prose("120 盏灯全部亮起")), CLOSED[1])
    assert says("R21", finished(told, effect=Prose(""))) == []


@pytest.mark.parametrize(
    ("shown", "gap"), [("100000", []), ("99999.99", ["0.01"]), ("100000.01", ["0.01"]), (None, [])]
)
def test_r21_the_notice_shows_the_settled_sum(shown, gap):
    said = sums(shown_total=shown) if shown else {}
    found = says("R21", finished(notices=(completion(**said),)))
    assert (levels(found), gaps(found)) == ("硬" if gap else "", gap)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"objection": Prose("灯太亮")}, "硬"),
        ({"objection": Prose("灯太亮"), "answer": Prose("已调低")}, ""),
        ({"ends_on": day("2018-12-15")}, "提"),  # 不足 7 日
        ({"ends_on": day("2018-12-31")}, "提"),  # 期满当日已办结
        ({"ends_on": day("2018-12-30")}, ""),
    ],
)
def test_r21_objections_and_days(said, level):
    assert levels(says("R21", finished(notices=(completion(**said),)))) == level


def test_r21_a_notice_of_the_whole_village_shows_no_one_sum_and_days_may_be_missing():
    wide = completion(project=Link(""), **sums(shown_total="1"))
    assert says("R21", finished(notices=(wide,))) == []
    for unlike in ({"posted_on": None}, {"ends_on": None}):
        assert says("R21", finished(notices=(completion(**unlike),))) == []
    undated = (*DONE, replace(CLOSED[1], happened_on=None))
    assert says("R21", finished(undated)) == []


def test_r21_the_projects_own_notice_counts_whatever_the_village_posted_later():
    own, wide = completion(**sums(shown_total="99999.99")), completion(project=Link(""))
    assert gaps(says("R21", finished(notices=(own, wide)))) == ["0.01"]


def test_r21_donors_are_asked_before_they_are_named():
    silent, willing = gift("40000"), gift("40000", named=True)
    assert levels(says("R21", finished(participations=(silent,)))) == "提"
    assert says("R21", finished(participations=(willing,))) == []
    assert says("R21", finished(participations=(replace(silent, amount=None),))) == []  # 没有捐款的不公示
    assert says("R21", finished(DONE, notices=(), participations=(silent,)))[0].measured == 2  # 只缺公示记录


def test_what_was_terminated_is_not_asked_to_close_well():
    ended = (*DONE, progress(ProgressEvent.TERMINATE, "2018-12-20"))
    assert says("R20", case("工程", progress=ended)) == []
    assert says("R21", case("工程", progress=ended)) == []
