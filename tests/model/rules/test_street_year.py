"""R08 R11: worked examples, and an independent computation of the third."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.balances import Balance
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import ImplementerKind, TakingPart
from haicang_desk.model.values import Money
from tests.model.rules.asking import (
    appointment,
    approval,
    case,
    gaps,
    gift,
    levels,
    says_of_street,
    settlement,
    sums,
    yuan,
)


def taken_part(projects: int, social: int) -> Balance:
    return Balance(name="新阳街道", projects=projects, filed_projects=projects, social_projects=social)


@pytest.mark.parametrize(
    ("projects", "social", "level", "said"),
    [
        (10, 4, "", ""),  # R08-1
        (10, 3, "提", "应不少于 4 项，缺 1 项"),  # R08-2
        (2, 0, "提", "应不少于 1 项，缺 1 项"),  # R08-3
        (3, 1, "", ""),  # R08-4
        (0, 0, "提", "本年度尚无项目"),  # V11
        (7, 2, "提", "缺 1 项"),  # V12
    ],
)
def test_r08_a_third_and_never_none(projects, social, level, said):
    found = says_of_street("R08", taken_part(projects, social))
    assert levels(found) == level
    assert all(said in f.message for f in found)


@pytest.mark.parametrize(
    ("projects", "required"),
    [(0, 1), (1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2), (7, 3), (9, 3), (10, 4), (12, 4)],
)
def test_r08_required_by_number(projects, required):
    assert says_of_street("R08", taken_part(projects, required)) == []
    (found,) = says_of_street("R08", taken_part(projects, required - 1))
    assert (found.limit, found.measured) == (required, required - 1)


@given(st.integers(0, 500), st.integers(0, 500))
def test_r08_agrees_with_plain_fractions(projects, social):
    enough = social >= 1 and Fraction(social) >= Fraction(projects, 3)
    assert (says_of_street("R08", taken_part(projects, social)) == []) == enough


@pytest.mark.parametrize(
    ("records", "counts"),
    [
        ({"participations": (gift("1000"),)}, True),
        ({"participations": (gift("1000", received=False),)}, False),  # 认捐未到账
        ({"participations": (gift("0", received=None, manner=TakingPart.VOLUNTEER, kind="志愿者"),)}, True),
        ({"participations": (gift("1000", manner=TakingPart.ORGANISE, kind="企业"),)}, False),  # 全额付费的承包商
        ({"participations": (gift("1000", manner=TakingPart.ORGANISE, kind="社会组织"),)}, True),
        ({"appointments": (appointment(kind=ImplementerKind.SOCIAL),)}, True),
        ({"appointments": (appointment(kind=ImplementerKind.ENTERPRISE),)}, False),
        (sums(self_raised="50000"), False),  # 村集体资金不算
    ],
)
def test_r08_who_takes_part(records, counts):
    asked: Casefile = case("服务", **records)
    assert asked.takes_part is counts


@pytest.mark.parametrize(
    ("quota", "committed", "gap"),
    [
        ("7500000", "7500000.00", []),  # R11-1 V14
        ("7500000", "7500000.01", ["0.01"]),  # R11-2
        (None, "26999999.99", []),  # 未下达额度，不到全区上限的九成
        ("40000000", "30000000.00", []),
        ("40000000", "30000000.01", ["0.01"]),  # 一个街道就超过全区上限
        (None, "30000000.01", ["0.01"]),
    ],
)
def test_r11_quota_of_the_street(quota, committed, gap):
    balance = Balance(name="新阳街道", quota=yuan(quota) if quota else None, committed=yuan(committed))
    found = says_of_street("R11", balance)
    assert (levels(found), gaps(found)) == ("硬" if gap else "", gap)


@pytest.mark.parametrize(("committed", "level"), [("26999999.99", ""), ("27000000.00", "提"), ("30000000.00", "提")])
def test_r11_without_a_quota_nine_tenths_of_the_districts_limit_are_told(committed, level):
    found = says_of_street("R11", Balance(name="新阳街道", committed=yuan(committed)))
    assert (levels(found), gaps(found)) == (level, [])
    assert all(f.limit == 3_000_000_000 for f in found)
    assert says_of_street("R11", Balance(name="新阳街道", quota=yuan("30000000"), committed=yuan(committed))) == []


def test_r11_a_street_above_its_quota_and_the_districts_limit_is_told_both():
    balance = Balance(name="新阳街道", quota=yuan("7500000"), committed=yuan("30000001"))
    assert gaps(says_of_street("R11", balance)) == ["22,500,001.00", "1.00"]


def test_r11_settlement_releases_what_was_not_spent():
    approved = case("服务", **sums(special="200000"), approvals=(approval(),))
    assert approved.funding.scheme == yuan("200000")
    settled = case(
        "服务", **sums(special="200000"), approvals=(approval(),), settlements=(settlement(special="180000"),)
    )
    assert settled.funding.scheme == yuan("180000")  # R11-3：释放 20,000


def test_r11_counts_what_is_approved_not_what_is_asked():
    balance = Balance(name="新阳街道", quota=Money(100), committed=Money(100), special=Money(100_000))
    assert says_of_street("R11", balance) == []
