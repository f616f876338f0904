"""R15 R16: worked examples, what drafts are spared, and what a notice showed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.records import Conclusion, Consulted, Link, NoticeKind, Prose
from haicang_desk.model.values import notice_end
from tests.model.rules.asking import (
    VILLAGE,
    approval,
    case,
    day,
    deliberation,
    five_opinions,
    gaps,
    levels,
    notice,
    opinion,
    policy,
    says,
    suggestion,
    sums,
)


def filed(on: str = "2018-08-09", **said):
    records = {
        "suggestions": (suggestion(),),
        "deliberations": (deliberation(),),
        "notices": (notice(),),
        "opinions": five_opinions(),
    }
    return case("服务", submitted_on=day(on), **{**sums(special="180000"), **records, **said})


@pytest.mark.parametrize(
    ("posted", "ends", "on", "level"),
    [
        ("2018-08-01", "2018-08-08", "2018-08-09", ""),  # R15-1 V17
        ("2018-08-01", "2018-08-08", "2018-08-08", "硬"),  # R15-2 公示未满
        ("2018-08-01", "2018-08-06", "2018-08-07", "提"),  # R15-3 只公示 5 日
        ("2018-08-01", "2018-08-07", "2018-08-09", "提"),  # 6 日
        ("2018-08-01", "2018-08-02", "2018-08-03", "提"),  # 1 日
        ("2018-08-01", "2018-08-01", "2018-08-09", "硬"),  # 不足 1 日
        ("2018-08-10", "2018-08-17", "2018-08-09", "硬"),  # 申报后才公示
    ],
)
def test_r15_filed_after_the_notice_ended(posted, ends, on, level):
    assert levels(says("R15", filed(on, notices=(notice(posted, ends),)))) == level


def test_r15_posting_day_is_not_counted():
    assert notice_end(day("2018-08-01"), 7) == day("2018-08-08")


@pytest.mark.parametrize(("days", "level"), [(5, ""), (6, "提"), (7, "提")])
def test_r15_the_usual_days_are_a_parameter(days, level):
    asked = filed("2018-08-07", notices=(notice("2018-08-01", "2018-08-06"),))
    assert levels(says("R15", asked, by=policy(notice_days=days))) == level


@pytest.mark.parametrize(
    ("records", "lacking"),
    [
        ({"suggestions": ()}, "没有征集记录"),
        ({"deliberations": ()}, "没有协商记录"),
        ({"notices": ()}, "此前没有项目公示"),
        ({"suggestions": (suggestion("2018-08-10"),)}, "最早的征集在 2018年8月10日，晚于协商 2018年7月20日"),
        ({"notices": (notice(kind=NoticeKind.COMPLETION),)}, "此前没有项目公示"),
    ],
)
def test_r15_nothing_is_left_out(records, lacking):
    (found,) = says("R15", filed(**records))
    assert found.severity.label == "硬" and lacking in found.message


def test_r15_a_later_notice_does_not_undo_the_one_filed_on():
    asked = filed("2018-08-09", notices=(notice(), notice("2018-08-20", "2018-08-27")))
    assert says("R15", asked) == []


def test_r15_a_notice_not_yet_over_is_told_with_its_days():
    (found,) = says("R15", filed("2018-08-09", notices=(notice("2018-08-09", "2018-08-16"),)))
    assert (found.measured, found.limit, found.field) == ("2018-08-09", "2018-08-16", "submitted_on")
    assert "公示未满，应公示满 7 日的次日起申报" in found.message


def test_r15_of_the_villages_notices_the_one_that_had_ended_counts():
    wide = {"project": Link(""), "village": Link("v1")}
    both = (notice(**wide), notice("2018-08-02", "2018-08-09", **wide))
    assert says("R15", filed("2018-08-09", notices=both)) == []


def chain(called: str, met: str, **said):
    """A project of which the call and the meeting were on these days; its notice is of 2018-08-01."""
    return filed("2018-08-09", suggestions=(suggestion(called),), deliberations=(deliberation(met),), **said)


@pytest.mark.parametrize(
    ("called", "met", "measures"),
    [
        ("2018-08-01", "2018-08-01", []),  # 同一天可以
        ("2018-07-20", "2018-07-19", [("2018-07-20", "2018-07-19")]),
        ("2018-07-20", "2018-08-02", [("2018-08-02", "2018-08-01")]),
        ("2018-08-05", "2018-08-03", [("2018-08-03", "2018-08-01"), ("2018-08-05", "2018-08-01")]),
        ("2018-08-09", "2018-08-09", [("2018-08-09", "2018-08-01"), ("2018-08-09", "2018-08-01")]),
    ],
)
def test_r15_call_meeting_and_notice_come_in_this_order(called, met, measures):
    found = says("R15", chain(called, met))
    assert [(each.measured, each.limit) for each in found] == measures
    assert {each.severity.label for each in found} <= {"硬"}


def test_r15_one_call_before_one_meeting_before_the_notice_will_do():
    called, met = (suggestion("2018-08-06"), suggestion("2018-07-01")), (deliberation("2018-08-07"), deliberation())
    assert says("R15", filed("2018-08-09", suggestions=called, deliberations=met)) == []
    (found,) = says("R15", filed("2018-08-09", suggestions=(called[0],), deliberations=met))
    assert (found.measured, found.limit) == ("2018-08-06", "2018-07-20")


@pytest.mark.parametrize(("on", "serves"), [("2017-08-01", True), ("2017-07-31", False), ("2016-12-31", False)])
def test_r15_calls_and_meetings_of_the_village_serve_for_a_year(on, serves):
    assert (says("R15", chain(on, on)) == []) is serves
    own = {"project": Link("p1")}
    mine = filed(suggestions=(replace(suggestion(on), **own),), deliberations=(replace(deliberation(on), **own),))
    assert says("R15", mine) == []


def test_r15_calls_of_the_village_serve_no_later_fund_year():
    early = filed("2018-03-10", fund_year=2019, notices=(notice("2018-03-01", "2018-03-08"),))
    told = {"suggestions": (suggestion("2017-12-31"),), "deliberations": (deliberation("2018-01-01"),)}
    (found,) = says("R15", replace(early, **told))
    assert "没有公示前 12 个月内的征集记录" in found.message


def test_r15_posted_anew_and_handed_in_again_after_it_the_change_is_cured():
    """重新公示，期满后重新申报: the day of handing in again stands on the decision that sent it back."""
    changed, again = notice(**sums(shown_total="1")), notice("2018-09-01", "2018-09-08", **sums(shown_total="180000"))
    back = replace(approval("2018-08-30", conclusion=Conclusion.SEND_BACK), answered_on=day("2018-09-09"))
    assert levels(says("R15", filed(notices=(changed,)))) == "例外"
    assert levels(says("R15", filed(notices=(changed, again)))) == "例外"  # 没有重新申报
    assert says("R15", filed(notices=(changed, again), approvals=(back,))) == []
    early = replace(back, answered_on=day("2018-09-08"))
    assert levels(says("R15", filed(notices=(changed, again), approvals=(early,)))) == "硬"


def test_r15_a_record_without_its_day_counts_for_nothing_and_harms_nothing():
    call, meeting = replace(suggestion(), told_on=None), replace(deliberation(), held_on=None)
    assert says("R15", filed(suggestions=(call, suggestion()), deliberations=(meeting, deliberation()))) == []
    found = says("R15", filed(suggestions=(call,), deliberations=(meeting,)))
    assert ["协商记录" in found[0].message, "征集记录" in found[1].message] == [True, True]


def test_r15_of_the_villages_notices_one_without_its_last_day_is_passed_over():
    wide = {"project": Link(""), "village": Link("v1")}
    endless = replace(notice("2018-08-02", **wide), ends_on=None)
    assert says("R15", filed("2018-08-09", notices=(notice(**wide), endless))) == []
    (found,) = says("R15", filed("2018-08-09", notices=(notice("2018-08-05", "2018-08-12", **wide),)))
    assert "公示未满" in found.message


def test_r15_the_place_shown_and_the_place_filed_are_both_named():
    (found,) = says("R15", filed(notices=(notice(shown_place="霞阳小学"),)))
    assert "地点公示为霞阳小学而申报为霞阳社区" in found.message


def test_r15_marks_the_field_that_changed():
    (place,) = says("R15", filed(notices=(notice(shown_place="霞阳小学"),), place=""))
    assert "地点公示为霞阳小学而申报为空" in place.message and place.field == "works"
    (amount,) = says("R15", filed(notices=(notice(**sums(shown_total="1")),)))
    assert (amount.field, amount.measured, amount.limit) == ("special", 18_000_000, 100)


@pytest.mark.parametrize("unlike", [{"posted_on": None}, {"ends_on": None}])
def test_r15_a_notice_without_its_days_is_none(unlike):
    (found,) = says("R15", filed(notices=(replace(notice(), **unlike),)))
    assert "此前没有项目公示" in found.message


def test_r15_the_villages_notice_shows_no_one_projects_sum():
    wide = notice(project=Link(""), village=Link("v1"), **sums(shown_total="1"))
    assert says("R15", filed(notices=(wide,))) == []


def test_r15_of_a_draft_neither_objection_nor_change_is_told_yet():
    posted = notice(objection=Prose("太近"), **sums(shown_total="1"))
    assert says("R15", case("服务", notices=(posted,))) == []


def test_r15_spares_drafts():
    assert says("R15", case("服务")) == []
    assert says("R16", case("服务")) == []


def test_r15_the_notice_of_the_whole_village_will_do():
    wide = notice(project=Link(""), village=Link("v1"), fund_year=2018)
    assert says("R15", filed(notices=(wide,))) == []


def test_r15_a_later_notice_of_the_village_does_not_undo_the_first():
    first = notice(project=Link(""), village=Link("v1"))
    second = notice("2018-08-05", "2018-08-12", project=Link(""), village=Link("v1"))
    assert says("R15", filed("2018-08-09", notices=(first, second))) == []


def test_r15_a_project_posted_anew_waits_for_its_new_notice():
    asked = filed("2018-08-09", notices=(notice(), notice("2018-08-05", "2018-08-12")))
    assert levels(says("R15", asked)) == "硬"


@pytest.mark.parametrize(("answer", "level"), [("", "硬"), ("  ", "硬"), ("已向提出人说明，同意实施", "")])
def test_r15_an_objection_is_answered_before_filing(answer, level):
    asked = filed(notices=(notice(objection=Prose("离我家太近"), answer=Prose(answer)),))
    assert levels(says("R15", asked)) == level


@pytest.mark.parametrize(
    ("shown", "level", "gap"),
    [
        (sums(shown_total="180000"), "", []),
        (sums(shown_total="198000"), "例外", ["18,000.00"]),  # R15-4
        (sums(shown_total="179999.99"), "例外", ["0.01"]),
        ({"shown_place": "霞阳社区"}, "", []),
        ({"shown_place": "霞阳小学"}, "例外", []),
        ({"shown_works": Prose("更换\n楼道灯")}, "", []),
        ({"shown_works": Prose("粉刷楼道")}, "例外", []),
        ({}, "", []),
    ],
)
def test_r15_what_changed_after_the_notice_is_posted_anew(shown, level, gap):
    found = says("R15", filed(notices=(notice(**shown),)))
    assert (levels(found), gaps(found)) == (level, gap)


def test_r15_the_change_is_told_in_figures():
    (found,) = says("R15", filed(notices=(notice(**sums(shown_total="198000")),)))
    assert found.message == (
        "金额公示为 198,000.00 元而申报为 180,000.00 元，相差 18,000.00 元，内容变更须重新公示，期满后重新申报"
    )


@pytest.mark.parametrize(
    ("missing", "level"),
    [
        ((), ""),  # R16-1
        ((Consulted.LEADER,), "硬"),  # R16-2
        ((Consulted.ELDERS,), "硬"),
        (tuple(Consulted), "硬"),
    ],
)
def test_r16_all_five_are_heard(missing, level):
    heard = tuple(o for o in five_opinions() if o.consulted not in missing)
    found = says("R16", filed(opinions=heard))
    assert levels(found) == level
    assert all(group.label in found[0].message for group in missing)


@pytest.mark.parametrize(
    ("has_elders", "level"),
    [(False, "提"), (True, "硬"), (None, "硬")],  # R16-3：标“无此组织”
)
def test_r16_a_village_without_elders_says_so(has_elders, level):
    heard = tuple(o for o in five_opinions() if o.consulted is not Consulted.ELDERS)
    asked = filed(opinions=heard, village=replace(VILLAGE, has_elders=has_elders))
    assert levels(says("R16", asked)) == level


def test_r16_what_is_said_after_filing_comes_too_late():
    late = (*five_opinions()[1:], opinion(Consulted.LEADER, "2018-08-10"))
    (found,) = says("R16", filed(opinions=late))
    assert (found.measured, found.limit) == (4, 5)
    on_the_day = (*five_opinions()[1:], opinion(Consulted.LEADER, "2018-08-09"))
    assert says("R16", filed(opinions=on_the_day)) == []


@pytest.mark.parametrize(
    ("people", "agreed", "opposed", "level"),
    [
        (12, 5, 7, "提"),  # R16-4
        (12, 6, 6, "提"),
        (12, 7, 5, ""),
        (12, 4, 5, ""),  # 未表态的也在人数之内
        (None, 1, 2, "提"),
        (None, None, 1, "提"),
        (None, 2, 1, ""),
        (None, None, None, ""),
        (12, 12, 0, ""),
    ],
)
def test_r16_half_against_is_told_and_bars_nothing(people, agreed, opposed, level):
    voted = opinion(Consulted.RESIDENTS, people=people, agreed=agreed, opposed=opposed)
    found = says("R16", filed(opinions=(*five_opinions(), voted)))
    assert levels(found) == level
    assert [f.measured for f in found] == ([f"{opposed}/{people or (agreed or 0) + opposed}"] if level else [])


def test_r16_more_against_than_were_counted_are_told_as_they_are():
    voted = opinion(Consulted.RESIDENTS, people=3, opposed=5)
    (found,) = says("R16", filed(opinions=(*five_opinions(), voted)))
    assert found.measured == "5/5"


def test_r16_an_opinion_without_its_day_is_not_heard_and_elders_may_speak_where_none_are_organised():
    undated = replace(opinion(Consulted.LEADER), sought_on=None)
    (found,) = says("R16", filed(opinions=(*five_opinions()[1:], undated)))
    assert found.measured == 4
    assert says("R16", filed(village=replace(VILLAGE, has_elders=False))) == []


@pytest.mark.parametrize(
    ("meetings", "measured"),
    [
        ([("2018-08-09", 1)], ["1/9"]),  # 申报当日开的会
        ([(None, 1)], []),
        ([("2018-08-10", 1)], []),
        ([("2018-07-01", 1), ("2018-07-02", 9)], []),  # 同名的会议重新开过
    ],
)
def test_r16_every_meeting_of_the_projects_own_by_its_filing_is_looked_at(meetings, measured):
    own = [
        replace(deliberation(), held_on=day(on) if on else None, project=Link("p1"), expected=9, present=came)
        for on, came in meetings
    ]
    wide = replace(deliberation("2018-08-01"), expected=9, present=9)
    asked = filed(deliberations=(*own, wide))
    found = says("R16", asked, by=policy(deliberation_quorum="2/3"))
    assert [each.measured for each in found] == measured


@given(st.integers(0, 40), st.integers(-5, 60))
def test_r15_agrees_with_counting_days_on_fingers(days, after):
    """Independent: walk from the posting day, one day at a time."""
    posted = day("2018-08-01")
    walked, ends = 0, posted
    while walked < days:
        ends += timedelta(days=1)
        walked += 1
    filed_on = posted + timedelta(days=after)
    asked = filed(
        filed_on.isoformat(),
        notices=(notice("2018-08-01", ends.isoformat()),),
        suggestions=(suggestion("2018-01-01"),),
        deliberations=(deliberation("2018-01-02"),),
    )
    expected = "硬" if filed_on <= ends or days < 1 else "提" if days < 7 else ""
    assert levels(says("R15", asked)) == expected


def meeting(on: str = "2018-07-20", **said):
    return replace(deliberation(on), **said)


@pytest.mark.parametrize(
    ("by", "said", "measured"),
    [
        ({}, {"expected": 100, "present": 1, "agreed": 0}, ""),  # 方案未定人数
        ({"deliberation_quorum": "2/3"}, {"expected": 16, "present": 14}, ""),
        ({"deliberation_quorum": "2/3"}, {"expected": 16, "present": 11}, ""),
        ({"deliberation_quorum": "2/3"}, {"expected": 16, "present": 10}, "10/16"),
        ({"deliberation_quorum": "2/3"}, {"expected": 15, "present": 10}, ""),
        ({"deliberation_quorum": "2/3"}, {"expected": None, "present": 1}, ""),
        ({"deliberation_quorum": "2/3"}, {"expected": 9, "present": None}, ""),
        ({"deliberation_majority": "1/2"}, {"present": 10, "agreed": 6}, ""),
        ({"deliberation_majority": "1/2"}, {"present": 10, "agreed": 5}, "5/10"),
        ({"deliberation_majority": "1/2"}, {"present": 11, "agreed": 5}, "5/11"),
        ({"deliberation_majority": "1/2"}, {"present": 10, "agreed": None}, ""),
        ({"deliberation_majority": "1/2"}, {"present": None, "agreed": 5}, ""),
        ({"deliberation_majority": "2/3"}, {"present": 9, "agreed": 7}, ""),
        ({"deliberation_majority": "2/3"}, {"present": 9, "agreed": 6}, "6/9"),  # 过三分之二
    ],
)
def test_r16_quorum_and_majority_are_chosen_by_the_office_and_bar_nothing(by, said, measured):
    asked = filed(opinions=five_opinions(), deliberations=(meeting(**said),))
    found = says("R16", asked, by=policy(**by))
    assert levels(found) == ("提" if measured else "")
    assert [each.measured for each in found] == ([measured] if measured else [])


def test_r16_of_the_villages_own_meetings_the_last_before_filing_is_looked_at():
    few, own = meeting(expected=16, present=1), meeting("2018-07-01", expected=16, present=1, project=Link("p1"))
    many, late = meeting("2018-07-21", expected=16, present=16), meeting("2018-08-10", expected=16, present=1)
    for meetings, level in (((few, many, late), ""), ((many, own), "提"), ((late,), "")):
        asked = filed(opinions=five_opinions(), deliberations=meetings)
        assert levels(says("R16", asked, by=policy(deliberation_quorum="2/3"))) == level
