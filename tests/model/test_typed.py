"""Days and amounts as a person types them: short ways are read, what may be two things is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from haicang_desk.model.values import Money, parse_day, typed_amount, typed_day

TODAY = date(2026, 7, 20)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("7.13", (2026, 7, 13)),
        ("7-13", (2026, 7, 13)),
        ("７．１３", (2026, 7, 13)),
        ("7。13", (2026, 7, 13)),
        ("0713", (2026, 7, 13)),
        ("713", (2026, 7, 13)),
        ("705", (2026, 7, 5)),
        ("0930", (2026, 9, 30)),
        ("930", (2026, 9, 30)),
        ("7月13日", (2026, 7, 13)),
        ("7月13号", (2026, 7, 13)),
        ("13日", (2026, 7, 13)),
        ("2026-7-13", (2026, 7, 13)),
        ("2026.7.13", (2026, 7, 13)),
        ("20260713", (2026, 7, 13)),
        ("26.7.13", (2026, 7, 13)),
        ("26年7月13日", (2026, 7, 13)),
        ("260713", (2026, 7, 13)),
        ("18.9.3", (2018, 9, 3)),
        ("今天", (2026, 7, 20)),
        ("昨天", (2026, 7, 19)),
        ("前天", (2026, 7, 18)),
        ("明天", (2026, 7, 21)),
        ("+7", (2026, 7, 27)),
        ("＋7", (2026, 7, 27)),
        ("-3", (2026, 7, 17)),
        ("月底", (2026, 7, 31)),
        ("本月底", (2026, 7, 31)),
        ("上月底", (2026, 6, 30)),
        ("下月末", (2026, 8, 31)),
        ("9月底", (2026, 9, 30)),
        ("2.29", (2028, 2, 29)),
    ],
)
def test_a_day_is_read_as_it_is_typed(text, day):
    assert typed_day(text, today=TODAY) == date(*day)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("111", "1月11日 还是 11月1日"),
        ("112", "1月12日 还是 11月2日"),
        ("1.20", "2026 还是 2027"),
        ("1.10", "2026 还是 2027"),
        ("13.7", "先写月、再写日"),
        ("2.30", "不是日历上的日期"),
        ("0231", "不是日历上的日期"),
        ("000", "不是日历上的日期"),
        ("13月底", "没有 13 月"),
        ("2018-02-30", "不是日历上的日期"),
        ("改天", "可填 2026-07-20"),
        ("7.1.3.4", "不是日期"),
    ],
)
def test_what_is_doubtful_is_asked(text, asks):
    with pytest.raises(ValueError, match=asks):
        typed_day(text, today=TODAY)


def test_the_year_is_the_nearest():
    january = date(2027, 1, 5)
    assert typed_day("12.28", today=january) == date(2026, 12, 28)
    assert typed_day("1.3", today=january) == date(2027, 1, 3)
    assert typed_day("12.28", today=january, fund_year=2026) == date(2026, 12, 28)


def test_days_of_a_year_long_past_are_of_that_year():
    for month in (1, 4, 7, 10, 12):
        day = date(2019, month, 8) if month != 1 else date(2019, 1, 28)
        assert typed_day(f"{day.month}.{day.day}", today=date(2026, 11, 30), fund_year=2019) == day


@pytest.mark.parametrize("after", range(-167, 168))
def test_a_day_within_half_a_year_is_read_without_its_year(after):
    wanted = TODAY + timedelta(days=after)
    assert typed_day(f"{wanted.month}.{wanted.day}", today=TODAY) == wanted


@pytest.mark.parametrize("after", [*range(-182, -167), *range(168, 182)])
def test_a_day_about_half_a_year_away_is_asked(after):
    wanted = TODAY + timedelta(days=after)
    with pytest.raises(ValueError, match="还是"):
        typed_day(f"{wanted.month}.{wanted.day}", today=TODAY)


@pytest.mark.parametrize("text", ["7.13", "0713", "今天", "+7", "26.7.13", "月底"])
def test_imports_stay_strict(text):
    with pytest.raises(ValueError, match="不是日期"):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1200*3+500", 410_000),
        ("=1200*3+500", 410_000),
        ("１２００×３＋５００", 410_000),
        ("1,200*3", 360_000),
        ("3.5万/2", 1_750_000),
        ("3.5万", 3_500_000),
        ("3.5万元", 3_500_000),
        ("(1+2)*100.05", 30_015),
        ("10/4", 250),
        ("0.1+0.2", 30),
        ("35000", 3_500_000),
        ("5000-0.01", 499_999),
        ("2*-3", -600),
        ("100元*3", 30_000),
    ],
)
def test_an_amount_is_read_as_it_is_typed(text, fen):
    assert typed_amount(text) == Money(fen)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("10/3", "不是整分"),
        ("10/0", "除以零"),
        ("1200*", "算不出来"),
        ("(1+2", "算不出来"),
        ("1+a", "算不出来"),
        ("*3", "算不出来"),
        ("三万", "不是金额"),
        ("1e5", "不是金额"),
        ("0.005", "两位小数"),
        ("9999999*9999999", "超出可登记的金额范围"),
        ("1" + "+1" * 200, "不是金额"),
    ],
)
def test_what_is_no_sum_is_refused(text, told):
    with pytest.raises(ValueError, match=told):
        typed_amount(text)
