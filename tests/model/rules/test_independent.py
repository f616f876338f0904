"""Sums, shares, caps and days once more, by plain loops and fractions written from the rules alone."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haicang_desk.model.balances import Balance
from haicang_desk.model.policy import ReferenceTables
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.records import PaidFrom
from haicang_desk.model.values import Calendar, Money
from tests.model.rules.asking import (
    appointment,
    approval,
    case,
    filing,
    gift,
    paid,
    policy,
    progress,
    says,
    says_of_street,
    says_of_village,
    settlement,
)

FEN = st.integers(0, 10**8)
SIX_TENTHS = Fraction(60, 100)
USUAL = settings(max_examples=60, deadline=None)


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def hard(found):
    return [each for each in found if each.severity.label == "硬"]


def most(whole: int, holds) -> int:
    """The largest of 0 … whole that holds, halving: whatever holds of a sum holds of every smaller one."""
    low, high = 0, whole
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def six_tenths(total: int) -> int:
    return most(total, lambda sum_: Fraction(sum_) <= total * SIX_TENTHS)


@pytest.mark.parametrize("own_counts", [True, False])
@pytest.mark.parametrize("scope", ["project", "village_year"])
@USUAL
@given(projects=st.lists(st.tuples(FEN, FEN, FEN), min_size=1, max_size=3))
def test_r02_in_both_scopes_with_and_without_what_is_self_raised(scope, own_counts, projects):
    """Fiscal, donated and self-raised of each project; of a village, all of them together."""
    by = policy(works_ratio_scope=scope, self_raised_counts=own_counts)
    if scope == "project":
        sources = [{"special": Money(f), "donated_cash": Money(d), "self_raised": Money(o)} for f, d, o in projects]
        asked = [(row, says("R02", case("工程", **each), by=by)) for row, each in zip(projects, sources, strict=True)]
    else:
        row = tuple(sum(column) for column in zip(*projects, strict=True))
        named = dict(zip(("works_goods_fiscal", "works_goods_self_raised"), (row[0], row[2]), strict=True))
        whole = Balance(name="霞阳社区", works_goods_total=Money(sum(row)), **{k: Money(v) for k, v in named.items()})
        asked = [(row, says_of_village("R02", whole, by=by))]
    for (fiscal, donated, own), found in asked:
        total = fiscal + donated + own
        wanted = []
        if Fraction(fiscal) > total * SIX_TENTHS:
            wanted.append(fiscal - six_tenths(total))
        if not own_counts and Fraction(donated) < total - total * SIX_TENTHS:
            wanted.append(total - six_tenths(total) - donated)
        assert sorted(each.shortfall for each in hard(found)) == sorted(wanted)


@pytest.mark.parametrize("base", ["total", "special"])
@USUAL
@given(kinds=st.lists(st.tuples(st.booleans(), FEN, FEN), max_size=6))
def test_r06_on_both_bases(base, kinds):
    """Each project a service or not, with its special money and the rest."""
    sums = dict.fromkeys(("service_total", "total", "service_special", "special"), 0)
    for service, special, rest in kinds:
        sums["total"] += special + rest
        sums["special"] += special
        if service:
            sums["service_total"] += special + rest
            sums["service_special"] += special
    balance = Balance(name="霞阳社区", **{name: Money(fen) for name, fen in sums.items()})
    found = says_of_village("R06", balance, by=policy(service_fund_base=base))
    services, whole = sums[f"service_{base}"], sums[base]
    short = services * 100 < whole * 40
    assert bool(found) == short
    for each in found:
        assert (services + each.shortfall) * 100 >= whole * 40 > (services + each.shortfall - 1) * 100


@USUAL
@given(room=st.none() | st.integers(-3, 3) | FEN, sums=st.lists(FEN, min_size=1, max_size=5))
def test_r10_and_r11_tell_each_fen_beyond_a_quota(room, sums):
    spent = 0
    for fen in sums:
        spent += fen
    quota = None if room is None else max(spent + room, 0)
    held = None if quota is None else Money(quota)
    balance = Balance(name="新阳街道", quota=held, special=Money(spent), committed=Money(spent))
    over = [] if quota is None or spent <= quota else [spent - quota]
    assert [each.shortfall for each in says_of_village("R10", balance)] == over
    assert [each.shortfall for each in says_of_street("R11", balance)] == over


@USUAL
@given(kind=st.sampled_from(["服务", "货物", "工程"]), sums=st.tuples(FEN, FEN, FEN))
def test_r01_the_cap_is_the_last_sum_that_passes(kind, sums):
    special, matching, own = sums
    limit = {"服务": 200_000_00, "货物": 200_000_00, "工程": 400_000_00}[kind]
    found = says("R01", case(kind, special=Money(special), matching=Money(matching), self_raised=Money(own)))
    assert [each.shortfall for each in hard(found)] == (
        [special + matching - limit] if special + matching > limit else []
    )


@USUAL
@given(planned=FEN, spent=FEN, fee=st.integers(0, 10**7), agreed=st.integers(0, 10**7))
def test_r07_at_settlement_the_smaller_of_a_tenth_and_what_was_agreed(planned, spent, fee, agreed):
    asked = case(
        "服务",
        special=Money(planned),
        overhead=Money(agreed),
        approvals=(approval(),),
        settlements=(settlement(special=yuan(spent), overhead=yuan(fee)),),
    )
    tenth = most(spent, lambda sum_: 10 * sum_ <= spent)
    wanted = [fee - tenth] if fee > tenth else [fee - agreed] if agreed and fee > agreed else []
    assert [each.shortfall for each in hard(says("R07", asked))] == wanted


@USUAL
@given(gifts=st.lists(st.tuples(FEN, st.booleans()), max_size=4), matching=FEN)
def test_r09_follows_the_cash_that_came(gifts, matching):
    cash = 0
    for fen, came in gifts:
        cash += fen if came else 0
    given_ = tuple(gift(yuan(fen), received=came) for fen, came in gifts)
    said = {"charity": "老人灶", "submitted_on": date(2018, 8, 20), "participations": given_}
    found = hard(says("R09", case("服务", matching=Money(matching), **said)))
    top = min(cash, 200_000_00)
    assert [each.shortfall for each in found] == ([matching - top] if matching > top else [])


@USUAL
@given(agreed=FEN, payments=st.lists(st.tuples(st.integers(1, 10**8), st.integers(-3, 30)), min_size=1, max_size=5))
def test_r19_no_fen_beyond_what_was_approved_and_none_before_filing(agreed, payments):
    lodged, rows, sum_, early = date(2018, 9, 5), [], 0, 0
    for fen, after in payments:
        on = lodged + timedelta(after)
        rows.append(paid(yuan(fen), on.isoformat(), source=PaidFrom.SPECIAL))
        sum_ += fen
        early += fen if after < 0 else 0
    asked = case("服务", special=Money(agreed), approvals=(approval(),), filings=(filing(),), disbursements=tuple(rows))
    wanted = ([sum_ - agreed] if sum_ > agreed else []) + ([early] if early else [])
    assert [each.shortfall for each in hard(says("R19", asked))] == wanted


@USUAL
@given(
    kind=st.sampled_from(["服务", "货物", "工程"]),
    agreed=FEN,
    final=st.tuples(FEN, FEN, FEN),
    amount=st.integers(1, 10**8),
)
def test_r29_what_is_due_is_the_least_of_its_bounds(kind, agreed, final, amount):
    special, other, own = final
    ends = settlement(special=yuan(special), other_fiscal=yuan(other), self_raised=yuan(own))
    asked = case(
        kind, special=Money(agreed), approvals=(approval(),), settlements=(ends,), disbursements=(paid(yuan(amount)),)
    )
    bounds = [agreed, 400_000_00 if kind == "工程" else 200_000_00, special]
    if kind != "服务":
        total = special + other + own
        bounds.append(most(total, lambda fen: 5 * fen <= 3 * total) - other)
    due = max(min(bounds), 0)
    told = {"核定": [special - agreed] if special > agreed else [], "应退回": [amount - due] if amount > due else []}
    found = hard(says("R29", asked))
    assert {word: [f.shortfall for f in found if word in f.message] for word in told} == told


@pytest.mark.parametrize("shifts", [False, True])
@USUAL
@given(on=st.dates(date(2018, 1, 1), date(2026, 5, 31)), off=st.sets(st.integers(0, 40)), late=st.integers(-3, 20))
def test_r12_a_last_day_off_moves_to_the_next_day_of_work_only_where_chosen(shifts, on, off, late):
    """Works: six months by calendar, clamped to the month's end; days off are those entered, and weekends."""
    year, month = (on.year, on.month + 6) if on.month <= 6 else (on.year + 1, on.month - 6)
    last = next(d for n in range(on.day, 0, -1) if (d := _day(year, month, n)))
    free = {last + timedelta(n) for n in off}
    calendar = Calendar().with_days(off=[*free, date(last.year, 1, 1), date(last.year + 1, 1, 1)], worked=[])
    while shifts and (last in free or last.weekday() >= 5 or (last.month, last.day) == (1, 1)):
        last += timedelta(1)
    done = last + timedelta(late)
    asked = case(
        "工程",
        appointments=(appointment(on.isoformat()),),
        progress=(progress(ProgressEvent.COMPLETE, done.isoformat()),),
    )
    by = policy(deadline_holiday_shift=shifts)
    found = says("R12", asked, by=by, today=date(2030, 1, 1), standing=ReferenceTables(calendar=calendar))
    assert [each.limit for each in found] == ([last.isoformat()] if late > 0 else [])


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
