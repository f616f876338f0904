"""Thinning: which backups stay, over years of days with gaps, a clock that jumps, damage, and ledgers that shrink."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haicang_desk.model.store.automatic_backups import backups_in, remove_superfluous
from haicang_desk.model.store.backup_manifest import Manifest, fewer_than
from haicang_desk.model.store.backup_retention import (
    ALL_OF,
    DAYS,
    MONTHS,
    WEEKS,
    AutomaticBackup,
    backups_to_keep,
    newest_counted,
)

AT = datetime(2026, 11, 22, 20, 0, 0)
MOST = DAYS + WEEKS + MONTHS  # besides those of two days and the years'


def backup(moment, number=0, *, fewer="", fault="", path=""):
    manifest = Manifest("", 0, {}, "", "", "", number=number, fewer=fewer, fault=fault) if number else None
    return AutomaticBackup(moment, Path(path or f"{moment:%Y%m%d%H%M%S}-{moment.microsecond}-{number}.db"), manifest)


def kept(backups, now):
    wanted = backups_to_keep(backups, now)
    return [each for each in backups if each.path in wanted]


class Office:
    """A folder of backups as the years make it: one at a time, thinned after each."""

    def __init__(self) -> None:
        self.held, self.made, self.records = [], [], 0

    def back_up(self, now, *, records=1):
        """A day of work: so many records more, or fewer."""
        self.records += records
        last = newest_counted(self.held)
        fewer = fewer_than(last.manifest.counts, {"project": self.records}) if last else ""
        number = max((each.age[0] for each in self.held), default=0) + 1
        manifest = Manifest("", 0, {"project": self.records}, "", "", "", number=number, fewer=fewer)
        made = AutomaticBackup(now, Path(f"{number}.db"), manifest)
        before = self.held
        self.made.append(made)
        self.held = kept([*before, made], now)
        return made, [each for each in before if each not in self.held]


moments = st.lists(
    st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2027, 1, 1)).map(
        lambda m: m.replace(microsecond=0)
    ),
    max_size=80,
    unique=True,
)


@settings(max_examples=100, deadline=None)
@given(moments, st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2027, 1, 1)))
def test_which_backups_are_kept(made, now):
    backups = [backup(moment) for moment in made]
    wanted = {each.moment for each in kept(backups, now)}
    past = [moment for moment in made if moment <= now]
    assert {moment for moment in made if moment > now - ALL_OF} <= wanted  # those dated in the future too
    for period, count in (
        (lambda m: m.year, 10**6),
        (lambda m: (m.year, m.month), MONTHS),
        (lambda m: m.isocalendar()[:2], WEEKS),
        (lambda m: m.date(), DAYS),
    ):
        last = {period(moment): moment for moment in sorted(past)}
        assert set(sorted(last.values())[-count:]) <= wanted  # and those of the future take no place from them
    assert kept(kept(backups, now), now) == kept(backups, now)  # thinning again takes no more
    assert len([m for m in wanted if m <= now - ALL_OF]) <= MOST + 5


acts = st.tuples(
    st.integers(1, 60),  # hours until the next
    st.sampled_from([0] * 30 + [-5 * 365, -400, -30, -1, 1, 30, 400, 24 * 365]),  # days that the clock jumps
    st.sampled_from([1] * 30 + [0, -1, -50]),  # records more or fewer
)


@settings(max_examples=60, deadline=None)
@given(st.lists(acts, min_size=1, max_size=150))
def test_whatever_the_clock_and_the_records_do_the_last_good_backup_stays(days):
    office, now = Office(), datetime(2024, 1, 1, 8)
    for hours, jump, records in days:
        now += timedelta(hours=hours, days=jump)
        now = max(now, datetime(2000, 1, 1))
        good = newest_counted(office.held)
        made, gone = office.back_up(now, records=records)
        assert made in office.held  # the newest always is
        assert good is None or made.counts or good in office.held
        if made.fewer:
            assert gone == []  # one with fewer records pushes nothing out
        assert newest_counted(office.held) is not None
        for year in {each.moment.year for each in office.made if each.moment <= now and each.counts}:
            of_year = [each for each in office.made if each.moment.year == year and each.counts and each.moment <= now]
            held = [each for each in office.held if each.moment.year == year]
            assert held, f"nothing is left of {year}: {of_year[-1]}"


def three_years():
    office, now = Office(), datetime(2024, 1, 1, 9)
    for day in range(3 * 365):
        if day % 7 < 5 and day % 90 > 8:  # weekends, and holidays now and then
            for hour in (0, 2, 8):
                office.back_up(now + timedelta(days=day, hours=hour))
    return office, now + timedelta(days=3 * 365)


@pytest.fixture(scope="module")
def years():
    return three_years()


def test_three_years_leave_a_few_dozen(years):
    office, _now = years
    assert len(office.held) <= MOST + 3 + 9
    assert Counter(each.moment.year for each in office.held)[2024] == 1
    assert max(office.held, key=lambda each: each.age) is office.made[-1]
    last = {each.moment.year: each for each in office.made}
    assert all(last[year] in office.held for year in (2024, 2025, 2026))


@pytest.mark.parametrize("wrong", [datetime(2050, 6, 1, 9), datetime(2010, 1, 1, 0)])
def test_a_wrong_clock_for_a_week_costs_nothing_but_its_own_place(years, wrong):
    """Backups dated in the future take no place from those of now; of those dated long ago the year's last stays."""
    office, now = years
    before, held = list(office.held), Office()
    held.held, held.made, held.records = list(before), list(office.made), office.records
    for day in range(7):
        held.back_up(wrong + timedelta(days=day))
    for day in range(60):
        made, _ = held.back_up(now + timedelta(days=day))
    assert made in held.held
    dated = [each for each in held.held if each.moment.year == wrong.year]
    assert dated
    right = [each for each in held.held if each.moment.year not in (2050, 2010)]
    days = {each.moment.date() for each in right if each.moment > now}
    assert len(days) >= DAYS
    assert len({each.moment.isocalendar()[:2] for each in right}) >= WEEKS


def test_in_one_period_the_one_made_last_stays_whatever_its_clock_said():
    early, late = backup(AT - timedelta(days=30), 2), backup(AT - timedelta(days=30, hours=-3), 1)
    others = [backup(AT - timedelta(days=n), 100 - n) for n in range(12)]
    assert early in kept([early, late, *others], AT) and late not in kept([early, late, *others], AT)


def test_a_backup_with_fewer_records_takes_no_place_and_is_kept_itself():
    good = [backup(AT - timedelta(days=n), 100 - n) for n in range(1, 40)]
    small = backup(AT, 101, fewer="项目少 3 条")
    assert kept([*good, small], AT) == [*good, small]  # nothing goes while the newest is one
    grown = backup(AT + timedelta(hours=1), 102)
    thinned = kept([*good, small, grown], AT + timedelta(hours=1))
    assert small in thinned and len(thinned) < len(good)
    assert kept([*good, replace(grown)], AT + timedelta(hours=1)) == [each for each in thinned if each is not small]


def test_damaged_backups_do_not_stand_for_a_day():
    day = AT - timedelta(days=30)
    good, bad = backup(day, 1), backup(day + timedelta(hours=2), 2, fault="校验码不符")
    later = [backup(AT - timedelta(days=n), 40 - n) for n in range(12)]
    assert good in kept([good, bad, *later], AT)
    assert newest_counted([good, bad]) is good


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({"project": 3, "journal": 9}, {"project": 3, "journal": 9}, ""),
        ({"project": 3}, {"project": 4, "village": 1}, ""),
        ({"project": 3, "journal": 9}, {"project": 1, "journal": 7}, "项目少 2 条、变更少 2 次"),
        ({"project": 3}, {}, "项目少 3 条"),
        (
            {"project": 1, "village": 1, "disbursement": 1, "approval": 1, "journal": 0},
            {},
            "项目少 1 条、村居少 1 条、拨付少 1 条等 4 种",
        ),
    ],
)
def test_fewer_records_are_named(before, now, told):
    assert fewer_than(before, now) == told


def test_only_superfluous_automatic_backups_are_removed(tmp_path):
    for day in range(1, 29):
        (tmp_path / f"新阳 2020-02-{day:02d} 080000.db").write_bytes(b"")
    for other in ("自己的备份.db", "新阳 2020-13-45 080000.db", "新阳 2020-02-01 256199.db"):
        (tmp_path / other).write_bytes(b"")
    removed = remove_superfluous(tmp_path, AT)
    assert removed and len(backups_in(tmp_path)) == 28 - len(removed)
    for other in (
        "自己的备份.db",
        "新阳 2020-13-45 080000.db",
        "新阳 2020-02-01 256199.db",
        "新阳 2020-02-28 080000.db",
    ):
        assert (tmp_path / other).exists()


def test_which_of_the_daily_backups_of_a_year_are_kept():
    made = [datetime(2025, 11, 1, 18) + timedelta(days=n) for n in range(400)]
    now = made[-1]
    wanted = sorted((each.moment for each in kept([backup(moment) for moment in made], now)), reverse=True)
    assert wanted[:12] == made[:-13:-1]
    weeks = [m for m in wanted if m.weekday() == 6 and m < made[-12] and m >= now - timedelta(weeks=10)]
    assert len(weeks) == 8  # besides those of the last twelve days
    months = {m for m in made if (m + timedelta(days=1)).month != m.month}
    assert months - set(wanted) == {m for m in months if m < datetime(2026, 1, 1) and m.month != 12}
    assert datetime(2025, 12, 31, 18) in wanted
    assert len(wanted) == 12 + 8 + 10 + 1
