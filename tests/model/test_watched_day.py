"""A watched day answers as the day itself, and what it answered holds on every day of its span."""

# ruff: noqa: SIM300 — the limit stands on the left on purpose

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from haicang_desk.model.values import WatchedDay, add_months, full_date, told_on

LIMIT = date(2026, 7, 13)
OTHERS = (date(2026, 6, 30), date(2026, 12, 31))
DAYS = [LIMIT + timedelta(days) for days in range(-40, 41)]

QUESTIONS: dict[str, Callable[[date], Any]] = {
    "before": lambda today: today < LIMIT,
    "by": lambda today: today <= LIMIT,
    "after": lambda today: today > LIMIT,
    "from": lambda today: today >= LIMIT,
    "on": lambda today: today == LIMIT,
    "not on": lambda today: today != LIMIT,
    "limit before": lambda today: LIMIT < today,
    "limit by": lambda today: LIMIT <= today,
    "limit after": lambda today: LIMIT > today,
    "limit from": lambda today: LIMIT >= today,
    "limit is it": lambda today: LIMIT == today,
    "limit is not it": lambda today: LIMIT != today,
    "within": lambda today: OTHERS[0] <= today < LIMIT,
    "with itself": lambda today: (today <= today, today < today, today == today, today != today, today - today),
    "the later": lambda today: max(LIMIT, today).isoformat(),
    "the earliest": lambda today: full_date(min([*OTHERS, today, LIMIT])),
    "in order": lambda today: [day.isoformat() for day in sorted([today, LIMIT, *OTHERS])],
    "among": lambda today: today in (LIMIT, *OTHERS),
    "in a set": lambda today: today in {LIMIT, *OTHERS},
    "a key": lambda today: {LIMIT: 1}.get(today),
    "nothing": lambda today: (today == None, today != None),  # noqa: E711
    "days since": lambda today: (today - LIMIT).days,
    "days to": lambda today: f"还有 {(LIMIT - today).days} 天",
    "days late, said": lambda today: f"逾期 {-(LIMIT - today).days} 天，至 {full_date(today)}",
    "late": lambda today: (today - LIMIT).days > 7,
    "soon": lambda today: 0 <= (LIMIT - today).days <= 7,
    "today": lambda today: "今天到期" if (LIMIT - today).days == 0 else "",
    "any": lambda today: bool((LIMIT - today).days),
    "not any": lambda today: (LIMIT - today).days != 0,
    "three": lambda today: 3 > (LIMIT - today).days,
    "and a half": lambda today: ((today - LIMIT).days > 2.5, (today - LIMIT).days <= 2.5, (LIMIT - today).days < 2.5),
    "distance": lambda today: abs((LIMIT - today).days),
    "at least": lambda today: max((today - LIMIT).days, 0),
    "reckoned": lambda today: (1 + (today - LIMIT).days * 2, (today - LIMIT).days // 7, int((today - LIMIT).days)),
    "summed": lambda today: sum([(today - LIMIT).days, (LIMIT - today).days]),
    "written wide": lambda today: f"{(today - LIMIT).days:>5}",
    "a span": lambda today: (
        today - LIMIT > timedelta(3),
        timedelta(3) > LIMIT - today,
        (today - LIMIT).total_seconds(),
    ),
    "doubled": lambda today: (today - LIMIT) * 2 + timedelta(1),
    "moved": lambda today: today + timedelta(3) > LIMIT,
    "moved back": lambda today: (today - timedelta(3)).isoformat(),
    "added to": lambda today: timedelta(3) + today,
    "its year": lambda today: today.year == 2026,
    "its month": lambda today: (today.month, today.month > 7),
    "its day": lambda today: today.day in (1, 15),
    "its quarter": lambda today: (today.year, (today.month + 2) // 3),
    "in a month": lambda today: add_months(today, 1),
    "its weekday": lambda today: (today.weekday(), today.isoweekday(), tuple(today.isocalendar())),
    "its number": lambda today: today.toordinal(),
    "written": lambda today: f"{today} {today:%m-%d} {today.strftime('%Y')} {today.isoformat()} {today.ctime()}",
    "with another day": lambda today: today.replace(day=1),
    "its parts": lambda today: today.timetuple().tm_yday,
    "the real part": lambda today: ((today - LIMIT).days.real, today.year.numerator, (today - LIMIT).seconds),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_the_answer_is_that_of_every_day_of_the_span(question):
    for day in DAYS:
        watched = WatchedDay(day)
        answer = question(watched)
        assert watched.since <= day < watched.until
        for other in DAYS:
            if watched.since <= other < watched.until:
                expected = question(other)
                assert plain(answer, other) == expected
                assert type(plain(answer, other)) is type(expected)


def plain(answer: Any, on: date) -> Any:
    if isinstance(answer, tuple | list):
        return type(answer)(plain(each, on) for each in answer)
    return told_on(answer, on)


@pytest.mark.parametrize(
    ("name", "day", "since", "until"),
    [
        ("before", LIMIT, LIMIT, date.max),
        ("by", LIMIT, date.min, date(2026, 7, 14)),
        ("after", LIMIT, date.min, date(2026, 7, 14)),
        ("limit after", LIMIT, LIMIT, date.max),
        ("days late, said", LIMIT, date.min, date.max),
        ("soon", date(2026, 7, 1), date.min, date(2026, 7, 6)),
        ("soon", date(2026, 7, 8), date(2026, 7, 6), date(2026, 7, 14)),
        ("today", LIMIT, LIMIT, date(2026, 7, 14)),
        ("its year", LIMIT, date(2026, 1, 1), date(2027, 1, 1)),
        ("its weekday", LIMIT, LIMIT, date(2026, 7, 14)),
    ],
)
def test_a_span_is_no_narrower_than_it_need_be(name, day, since, until):
    watched = WatchedDay(day)
    QUESTIONS[name](watched)
    assert (watched.since, watched.until) == (since, until)


def test_a_copy_is_watched_anew_and_the_day_is_then_held_fast():
    for copied in (copy.copy, lambda day: pickle.loads(pickle.dumps(day))):
        watched = WatchedDay(LIMIT)
        assert repr(copied(watched)) == f"WatchedDay({LIMIT}, {date.min} … {date.max})"
        assert watched.until == LIMIT + timedelta(1)


def test_what_no_watched_day_made_stays_as_it_is():
    for value in ("逾期 3 天", 7, None, LIMIT, datetime.combine(LIMIT, time())):
        assert told_on(value, date(2020, 1, 1)) is value
