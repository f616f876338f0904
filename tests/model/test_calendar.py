"""Days: read as people write them, counted as the Civil Code counts, named as papers name them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.values import (
    add_months,
    full_date,
    half_year_of,
    half_year_span,
    notice_end,
    parse_day,
    quarter_of,
    quarter_span,
)

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-13", "2026-7-13", "2026.7.13", "2026/7/13", "2026年7月13日", "2026年07月13", "20260713",
        " 2026-07-13 ", "２０２６．７．１３", "2026 年 7 月 13 日",
    ],
)  # fmt: skip
def test_reads_what_people_write(text):
    assert parse_day(text) == date(2026, 7, 13)


@pytest.mark.parametrize("text", ["", "7月13日", "26-7-13", "2026-7", "2026-7-13日起", "昨天", "2026071", "13/7/2026"])
def test_refuses_what_is_no_date(text):
    with pytest.raises(ValueError, match="不是日期，应填如"):
        parse_day(text)


@pytest.mark.parametrize("text", ["2026-02-29", "2026-13-01", "2026-00-10", "20260631", "0000-01-01"])
def test_refuses_what_no_calendar_has(text):
    with pytest.raises(ValueError, match="不是日历上的日期"):
        parse_day(text)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2018-08-31", 1, "2018-09-30"),
        ("2019-01-31", 1, "2019-02-28"),
        ("2019-01-29", 1, "2019-02-28"),
        ("2020-01-31", 1, "2020-02-29"),
        ("2018-08-31", 6, "2019-02-28"),
        ("2019-08-31", 6, "2020-02-29"),
        ("2018-12-31", 6, "2019-06-30"),
        ("2018-06-15", 0, "2018-06-15"),
        ("2018-12-15", 1, "2019-01-15"),
        ("2018-01-15", 11, "2018-12-15"),
        ("2018-01-15", -1, "2017-12-15"),
        ("2018-03-31", -1, "2018-02-28"),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(start, months, end):
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


@given(DAYS, st.integers(0, 120))
def test_months_agree_with_stepping_through_them(start, months):
    """Independent: from the first of the month, over one month's days after another."""
    first = start.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=31)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    assert add_months(start, months) == min(last, first + timedelta(days=start.day - 1))


def test_a_notice_does_not_count_its_posting_day():
    assert notice_end(date(2018, 8, 1), 7) == date(2018, 8, 8)


@given(DAYS)
def test_quarters_and_halves_hold_their_days(day):
    year, quarter = quarter_of(day)
    first, last = quarter_span(year, quarter)
    assert first <= day <= last and first.day == 1 and (last + timedelta(days=1)).day == 1
    assert (last - first).days in (89, 90, 91)
    year, half = half_year_of(day)
    first, last = half_year_span(year, half)
    assert first <= day <= last and (last - first).days in (180, 181, 183)
    assert half == (1 if quarter < 3 else 2)


@pytest.mark.parametrize(
    ("quarter", "span"),
    [
        (1, ("2018-01-01", "2018-03-31")),
        (2, ("2018-04-01", "2018-06-30")),
        (3, ("2018-07-01", "2018-09-30")),
        (4, ("2018-10-01", "2018-12-31")),
    ],
)
def test_quarters(quarter, span):
    assert tuple(day.isoformat() for day in quarter_span(2018, quarter)) == span


@pytest.mark.parametrize("quarter", [0, 5, -1])
def test_there_are_four_quarters(quarter):
    with pytest.raises(ValueError, match="1 至 4"):
        quarter_span(2018, quarter)


def test_named_as_papers_name_them():
    assert full_date(date(2018, 8, 1)) == "2018年8月1日"
    assert full_date(date(2018, 12, 31)) == "2018年12月31日"
