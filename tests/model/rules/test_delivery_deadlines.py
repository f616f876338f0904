"""R12: worked examples with month ends, holidays both ways, the contract, and an independent computation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.findings import Severity
from haicang_desk.model.policy import ReferenceTables
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.records import Prose
from haicang_desk.model.values import Calendar, announced
from tests.model.rules.asking import appointment, case, day, levels, policy, progress, says

SHIFT = policy(deadline_holiday_shift=True)
START, COMPLETE = ProgressEvent.START, ProgressEvent.COMPLETE


def set_on(category: str, on: str, *done, **said):
    return case(category, appointments=(appointment(on, **said),), progress=tuple(progress(*each) for each in done))


@pytest.mark.parametrize(
    ("category", "on", "due"),
    [
        ("服务", "2018-08-31", "2018-09-30"),  # R12-1
        ("服务", "2019-01-31", "2019-02-28"),  # R12-2 无对应日取月末
        ("服务", "2019-01-29", "2019-02-28"),  # R12-3
        ("服务", "2020-01-31", "2020-02-29"),  # R12-4 闰年
        ("工程", "2018-08-31", "2019-02-28"),  # R12-5
        ("工程", "2019-08-31", "2020-02-29"),  # R12-6 V15
        ("工程", "2018-12-31", "2019-06-30"),  # R12-7
    ],
)
def test_r12_due_days(category, on, due):
    done = START if category == "服务" else COMPLETE
    after = (day(due) + timedelta(days=1)).isoformat()
    assert says("R12", set_on(category, on, (done, due)), today=day("2030-01-01")) == []
    (found,) = says("R12", set_on(category, on, (done, after)), today=day("2030-01-01"))
    assert found.limit == due
    assert "逾期 1 天" in found.message
    assert found.severity.label == "提"


def test_r12_late_by_a_day():
    (found,) = says("R12", set_on("服务", "2018-08-31", (START, "2018-10-01")))  # V16
    assert found.message == (
        "最迟 2018年9月30日（含当日）正式开展，实际 2018年10月1日，逾期 1 天，请在实施进度的逾期原因中写明"
    )
    assert (found.measured, found.limit, str(found.clause)) == (
        "2018-10-01", "2018-09-30", "厦海政办〔2018〕63号三（四）第6段",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2018-09-22", ""),
        ("2018-09-23", "还有 7 天"),
        ("2018-09-30", "今天到期"),
        ("2018-10-01", "至 2018年10月1日尚未开展，逾期 1 天"),
        ("2018-12-31", "逾期 92 天"),
    ],
)
def test_r12_amber_then_red(today, said):
    found = says("R12", set_on("服务", "2018-08-31"), today=day(today))
    assert levels(found) == ("提" if said else "")
    assert all(said in f.message for f in found)


def test_r12_works_that_began_are_not_yet_done():
    begun = set_on("工程", "2018-08-31", (START, "2018-09-10"))
    assert levels(says("R12", begun, today=day("2019-03-01"))) == "提"


@pytest.mark.parametrize("event", [COMPLETE, ProgressEvent.ACCEPT, ProgressEvent.CLOSE])
def test_r12_what_was_accepted_or_closed_is_done(event):
    """Books kept by hand often hold only the last of the three."""
    done = set_on("工程", "2018-08-31", (event, "2019-02-28"))
    assert says("R12", done, today=day("2019-03-01")) == []


@pytest.mark.parametrize("category", ["服务", "工程", "货物"])
def test_r12_nothing_is_due_before_an_implementer_is_set_or_after_termination(category):
    assert says("R12", case(category), today=day("2030-01-01")) == []
    ended = set_on(category, "2018-08-31", (ProgressEvent.TERMINATE, "2018-09-01"))
    assert says("R12", ended, today=day("2030-01-01")) == []


def test_r12_goods_have_no_deadline_unless_the_rule_set_gives_one():
    assert says("R12", set_on("货物", "2018-08-31"), today=day("2030-01-01")) == []
    (found,) = says("R12", set_on("货物", "2018-08-31"), today=day("2018-12-01"), by=policy(goods_finish_months=3))
    assert found.limit == "2018-11-30"


@pytest.mark.parametrize(
    ("on", "category", "done", "by_default", "shifted"),
    [
        ("2018-12-31", "工程", "2019-07-01", "逾期 1 天", ""),  # R12-7：2019-06-30 是周日
        ("2018-12-31", "工程", "2019-07-02", "逾期 2 天", "逾期 1 天"),
        ("2018-09-01", "服务", "2018-10-08", "逾期 7 天", ""),  # 国庆节顺延至 10-08
        ("2018-08-29", "服务", "2018-09-30", "逾期 1 天", "逾期 1 天"),  # 周六但调休上班，不顺延
    ],
)
def test_r12_days_off_move_the_deadline_only_where_the_rule_set_says_so(on, category, done, by_default, shifted):
    asked = set_on(category, on, (START if category == "服务" else COMPLETE, done))
    for by, said in ((policy(), by_default), (SHIFT, shifted)):
        found = says("R12", asked, by=by)
        assert levels(found) == ("提" if said else "")
        assert all(said in f.message for f in found)


def test_r12_a_year_without_a_table_is_told_not_guessed():
    asked = set_on("服务", "2018-09-01", (START, "2018-10-08"))
    (found,) = says("R12", asked, by=SHIFT, standing=ReferenceTables(calendar=Calendar()))
    assert found.message.endswith("2018年节假日安排未录入，未作顺延")
    assert found.limit == "2018-10-01"


@pytest.mark.parametrize(
    ("category", "contract", "done", "limits"),
    [
        ("服务", "2018-10-10", ((START, "2018-09-10"), (COMPLETE, "2018-10-11")), ["2018-10-10"]),
        ("服务", "2018-10-10", ((START, "2018-09-10"), (COMPLETE, "2018-10-10")), []),
        ("工程", "2018-10-10", ((COMPLETE, "2018-10-11"),), ["2018-10-10"]),
        ("工程", "2019-06-01", ((COMPLETE, "2019-05-01"),), ["2019-02-28"]),  # 合同晚于六个月，按六个月
        ("货物", "2018-10-10", ((COMPLETE, "2018-10-12"),), ["2018-10-10"]),
        ("工程", "2019-02-28", ((COMPLETE, "2019-05-01"),), ["2019-02-28"]),  # 同一天只说一次
    ],
)
def test_r12_the_contract_is_a_second_deadline(category, contract, done, limits):
    asked = set_on(category, "2018-08-31", *done, due_on=day(contract))
    assert [f.limit for f in says("R12", asked)] == limits


def test_r12_the_contract_alone_where_the_rule_set_gives_no_months():
    asked = set_on("工程", "2018-08-31", (COMPLETE, "2018-10-11"), due_on=day("2018-10-10"))
    assert [f.limit for f in says("R12", asked, by=policy(works_finish_months=0))] == ["2018-10-10"]


def test_r12_cites_the_contract_clause():
    (found,) = says("R12", set_on("货物", "2018-08-31", (COMPLETE, "2018-10-12"), due_on=day("2018-10-10")))
    assert str(found.clause) == "厦海政办〔2018〕63号二第6段"


def test_announced_years_are_those_with_a_notice():
    calendar = announced()
    assert calendar.years == frozenset(range(2018, 2027))
    assert calendar.is_off(date(2026, 10, 1)) and calendar.is_off(date(2026, 10, 4))
    assert not calendar.is_off(date(2026, 10, 10))  # 周六调休上班
    week = [calendar.is_off(date(2026, 11, day)) for day in range(2, 9)]  # 周一至周日
    assert week == [False] * 5 + [True] * 2
    assert calendar.next_workday(date(2027, 1, 1)) is None


def test_days_an_office_entered_itself():
    own = announced().with_days(off=[date(2027, 1, 1), date(2026, 10, 10)], worked=[date(2026, 10, 1)])
    assert own.knows(date(2027, 6, 1)) and own.is_off(date(2026, 10, 10)) and not own.is_off(date(2026, 10, 1))
    assert own.next_workday(date(2027, 1, 1)) == date(2027, 1, 4)
    assert announced().is_off(date(2026, 10, 1))


def _month_later(start: date, months: int) -> date:
    """Independent: step month by month to the right month, then down from day 31 until the day exists."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for number in range(start.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


@given(st.dates(date(2018, 1, 1), date(2030, 12, 31)), st.sampled_from(["服务", "工程"]), st.integers(-40, 40))
def test_r12_agrees_with_a_walk_through_the_calendar(on, category, off):
    due = _month_later(on, 1 if category == "服务" else 6)
    done = due + timedelta(days=off)
    event = START if category == "服务" else COMPLETE
    found = says("R12", set_on(category, on.isoformat(), (event, done.isoformat())))
    assert [f.limit for f in found] == ([due.isoformat()] if off > 0 else [])
    assert all(f"逾期 {off} 天" in f.message for f in found)


@pytest.mark.parametrize(
    ("category", "event", "on", "account", "level"),
    [
        ("服务", START, "2018-09-30", "", ""),  # 到期当日
        ("服务", START, "2018-10-01", "", "硬"),
        ("服务", START, "2018-10-01", "场地改造拖延", ""),
        ("工程", ProgressEvent.PROGRESS, "2019-02-28", "", ""),
        ("工程", ProgressEvent.PROGRESS, "2019-03-01", " ", "硬"),
        ("工程", COMPLETE, "2019-03-01", "", "硬"),
        ("货物", COMPLETE, "2019-03-01", "", ""),
    ],
)
def test_r12_the_next_progress_of_what_is_late_says_why(category, event, on, account, level):
    told = replace(progress(event, on), id="", late_reason=Prose(account))
    asked = replace(set_on(category, "2018-08-31"), progress=(told,))
    found = [each for each in says("R12", asked, today=day(on)) if each.severity is Severity.BLOCK]
    assert levels(found) == level
    assert all(each.field == "late_reason" and "已逾期 1 天" in each.message for each in found)
    kept = replace(asked, progress=(replace(told, id="r1"),))
    assert not [each for each in says("R12", kept, today=day(on)) if each.severity is Severity.BLOCK]


def test_r12_the_reason_is_asked_for_once_and_not_of_what_has_no_day():
    """Late by the policy and by the contract alike."""
    told = replace(progress(START, "2018-12-01"), id="")
    asked = replace(set_on("服务", "2018-08-31", due_on=day("2018-11-30")), progress=(told,))
    assert levels(says("R12", asked, today=day("2018-12-01"))).count("硬") == 1
    undated = replace(asked, progress=(replace(told, happened_on=None),))
    assert "硬" not in levels(says("R12", undated, today=day("2018-12-01")))


def test_r12_an_implementer_set_on_no_day_sets_no_deadline():
    undated = case("工程", appointments=(appointment(appointed_on=None, due_on=day("2018-10-10")),))
    assert says("R12", undated, today=day("2030-01-01")) == []


def test_r12_a_service_begun_in_time_is_not_late_with_what_follows():
    told = replace(progress(ProgressEvent.PROGRESS, "2018-12-01"), id="")
    assert (
        says(
            "R12",
            replace(
                set_on("服务", "2018-08-31", (START, "2018-09-30")), progress=(progress(START, "2018-09-30"), told)
            ),
        )
        == []
    )


def reasoned(event: ProgressEvent, on: str, reason: str):
    return replace(progress(event, on), late_reason=Prose(reason))


def test_r12_what_is_late_with_its_reason_is_only_listed():
    late = set_on("服务", "2018-08-31")
    told = replace(late, progress=(reasoned(START, "2018-10-05", "连日\n暴雨"),))
    (found,) = says("R12", told, today=day("2019-01-01"))
    assert (found.severity.label, found.measured, found.limit) == ("报", "2018-10-05", "2018-09-30")
    assert found.message.endswith("逾期 5 天，原因：连日 暴雨")
    blank = replace(late, progress=(reasoned(START, "2018-10-05", " "),))
    assert levels(says("R12", blank, today=day("2019-01-01"))) == "提"


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ([(START, "2018-10-05", "暴雨"), (ProgressEvent.PROGRESS, "2018-12-15", "")], "提 报"),  # 只说了开展的逾期
        ([(START, "2018-10-05", "暴雨"), (COMPLETE, "2018-12-15", "材料未到")], "报 报"),
        ([(START, "2018-09-10", ""), (ProgressEvent.PROGRESS, "2018-11-20", "材料未到")], "报"),  # 只有一项逾期
    ],
)
def test_r12_a_reason_serves_the_day_that_was_missed_by_then(rows, level):
    asked = replace(
        set_on("服务", "2018-08-31", due_on=day("2018-12-01")), progress=tuple(reasoned(*row) for row in rows)
    )
    assert levels(says("R12", asked, today=day("2019-01-01"))) == level


def test_r12_each_implementer_is_held_to_its_own_days():
    two = case(
        "工程",
        appointments=(
            appointment("2018-09-01", implementer="甲公司", due_on=day("2018-10-30")),
            appointment("2018-09-02", implementer="乙公司"),
        ),
        progress=(progress(START, "2018-09-10"),),
    )
    found = says("R12", two, today=day("2019-03-02"))
    assert [(f.limit, "“甲公司”" in f.message, "“乙公司”" in f.message) for f in found] == [
        ("2019-03-01", True, False),
        ("2018-10-30", True, False),
        ("2019-03-02", False, True),
    ]
    assert [f.message.count("今天到期") for f in found] == [0, 0, 1]
