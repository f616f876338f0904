"""R05 R06 R10 and R02 by village: worked examples, both bases, and an independent computation."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.values import Money
from tests.model.rules.asking import (
    VILLAGE,
    approval,
    case,
    gaps,
    levels,
    policy,
    says,
    says_of_village,
    sums,
    yuan,
)

BY_SPECIAL = policy(service_fund_base="special")


def counted(services: int, projects: int, **said) -> Balance:
    return Balance(name="霞阳社区", service_projects=services, projects=projects, **said)


@pytest.mark.parametrize(
    ("services", "projects", "level", "lacking"),
    [
        (2, 5, "", ""),  # R05-1 V07
        (1, 3, "提", "缺 1 项"),  # R05-2
        (0, 1, "提", "缺 1 项"),  # R05-3 只有一个工程项目
        (1, 4, "提", "缺 1 项"),  # R05-4 有效口径
        (2, 6, "提", "缺 1 项"),  # V08
        (1, 1, "", ""),
        (0, 0, "", ""),
        (3, 10, "提", "缺 1 项"),
        (0, 10, "提", "缺 4 项"),
    ],
)
def test_r05_services_are_two_fifths_by_number(services, projects, level, lacking):
    found = says_of_village("R05", counted(services, projects))
    assert levels(found) == level
    assert all(lacking in f.message for f in found)


@pytest.mark.parametrize(
    ("projects", "least"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 2), (6, 3), (7, 3), (8, 4), (9, 4), (10, 4)]
)
def test_r05_least_number_of_services(projects, least):
    assert says_of_village("R05", counted(least, projects)) == []
    (found,) = says_of_village("R05", counted(least - 1, projects))
    assert f"应不少于 {least} 项，缺 1 项" in found.message


def test_r05_tells_the_filed_count_beside_it():
    (found,) = says_of_village("R05", counted(1, 4, filed_service_projects=2, filed_projects=5))
    assert found.message == (
        "服务类项目 1 项，项目共 4 项，服务类应不少于 2 项，缺 1 项，可将 1 项改为服务类或另增服务类 1 项"
        "（申报口径为 2 项比 5 项）"
    )
    assert (found.measured, found.limit, found.shortfall) == ("1/4", "2/5", None)


def money(service: str, whole: str, service_special: str, special: str) -> Balance:
    named = sums(service_total=service, total=whole, service_special=service_special, special=special)
    return Balance(name="霞阳社区", **named)


R06_1 = money("200000", "600000", "200000", "440000")
R06_2 = money("320000", "1120000", "320000", "800000")
R06_3 = money("150000", "150000", "150000", "150000")
R06_ALL_SPENT = money("421052.64", "1052631.57", "421052.64", "800000")  # 工程、货物类恰好六成财政


@pytest.mark.parametrize(
    ("balance", "by_total", "by_special"),
    [
        (R06_1, ["40,000.00"], []),  # R06-1
        (R06_2, ["128,000.00"], []),  # R06-2
        (R06_3, [], []),  # R06-3
        (R06_ALL_SPENT, [], []),
        (Balance(name="霞阳社区"), [], []),
        (money("40", "100", "39.99", "100"), [], ["0.01"]),
        (money("39.99", "100", "40", "100"), ["0.01"], []),
    ],
)
def test_r06_services_are_two_fifths_of_the_money(balance, by_total, by_special):
    assert gaps(says_of_village("R06", balance)) == by_total
    assert gaps(says_of_village("R06", balance, by=BY_SPECIAL)) == by_special


def test_r06_tells_both_bases_and_both_ways_out():
    (found,) = says_of_village("R06", R06_1)
    assert found.severity.label == "提"
    assert found.message == (
        "按总资金计，服务类 200,000.00 元，全部项目 600,000.00 元，服务类应不低于 240,000.00 元，差 40,000.00 元，"
        "可将 40,000.00 元由其他类别改投服务类，或另增服务类资金 66,666.67 元"
        "（按专项资金计为 200,000.00 元比 440,000.00 元，达标，两种口径不一致；申报口径总资金为 0.00 元比 0.00 元）"
    )
    (found,) = says_of_village("R06", money("10", "100", "10", "100"), by=BY_SPECIAL)
    assert "按总资金计为 10.00 元比 100.00 元，也未达标" in found.message


def test_r06_one_fen_less_of_services_and_a_whole_quota_fails():
    less = replace(R06_ALL_SPENT, service_total=yuan("421052.62"))
    assert gaps(says_of_village("R06", less)) == ["0.01"]


@pytest.mark.parametrize(
    ("quota", "special", "gap"),
    [
        ("800000", "800000.00", []),  # R10-1
        ("800000", "860000.00", ["60,000.00"]),  # R10-2
        ("800000", "800000.01", ["0.01"]),
        ("900000", "860000.00", []),  # 街道另定的参考额度
    ],
)
def test_r10_reference_of_a_village(quota, special, gap):
    found = says_of_village("R10", Balance(name="霞阳社区", quota=yuan(quota), special=yuan(special)))
    assert gaps(found) == gap
    assert levels(found) == ("提" if gap else "")


def test_r10_without_a_quota_says_nothing():
    assert says_of_village("R10", Balance(name="霞阳社区", special=yuan("900000"))) == []


def of_works(fiscal: str, total: str, own: str = "0") -> Balance:
    return Balance(
        name="霞阳社区",
        **sums(works_goods_fiscal=fiscal, works_goods_total=total, works_goods_self_raised=own),
    )


@pytest.mark.parametrize(
    ("balance", "counts", "expected"),
    [
        (of_works("600", "1000"), True, []),
        (of_works("600.01", "1000"), True, ["0.01"]),
        (of_works("600.01", "1000.01"), True, ["0.01"]),  # 最多 600.00，向下取分
        (of_works("600", "1000", own="0.01"), True, []),
        (of_works("600", "1000", own="0.01"), False, ["0.01"]),
        (of_works("500", "1000", own="100"), False, []),  # 不计自筹也恰有四成
        (of_works("700", "1000", own="100"), False, ["100.00", "200.00"]),
    ],
)
def test_r02_by_village_where_the_rule_set_says_so(balance, counts, expected):
    by = policy(works_ratio_scope="village_year", self_raised_counts=counts)
    found = says_of_village("R02", balance, by=by)
    assert gaps(found) == expected
    assert {f.severity.label for f in found} <= {"硬"}
    assert says_of_village("R02", balance) == []


def proposed(text: str = "", **said):
    return case(
        "工程", **sums(special="60000", donated_cash="40000"), approvals=(approval(id="", opinion=text),), **said
    )


def short(services: int, service_total: str) -> Register:
    named = {"service_total": yuan(service_total), "total": yuan("1000")}
    return Register(2018, Balance(name="新阳街道"), {VILLAGE.id: counted(services, 5, **named)})


@pytest.mark.parametrize(
    ("register", "text", "r05", "r06"),
    [
        (short(1, "400"), "", "例外", ""),
        (short(2, "399.99"), "", "", "例外"),
        (short(1, "100"), "  ", "例外", "例外"),
        (short(1, "100"), "群众急需，下批补足服务类项目", "", ""),
        (short(2, "400"), "", "", ""),
    ],
)
def test_approving_while_short_of_services_needs_a_balance_opinion(register, text, r05, r06):
    assert levels(says("R05", proposed(text), register=register)) == r05
    assert levels(says("R06", proposed(text), register=register)) == r06


def test_a_decision_once_made_is_not_asked_for_its_opinion():
    decided = case("工程", **sums(special="60000"), approvals=(approval(),))
    assert says("R05", decided, register=short(0, "0")) == []
    assert says("R05", case("工程"), register=short(0, "0")) == []
    assert says("R05", proposed()) == []


@given(st.integers(0, 60), st.integers(0, 60))
def test_r05_agrees_with_plain_fractions(services, others):
    projects = services + others
    found = says_of_village("R05", counted(services, projects))
    assert bool(found) == (projects > 0 and Fraction(services, projects) < Fraction(2, 5))
    for each in found:
        assert f"缺 {ceil(Fraction(2 * projects, 5)) - services} 项" in each.message
        more = next(n for n in range(1, 200) if Fraction(services + n, projects + n) >= Fraction(2, 5))
        assert f"另增服务类 {more} 项" in each.message


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_r06_agrees_with_plain_fractions(services, others):
    whole = services + others
    balance = Balance(name="霞阳社区", service_total=Money(services), total=Money(whole))
    found = says_of_village("R06", balance)
    assert bool(found) == (whole > 0 and Fraction(services, whole) < Fraction(2, 5))
    for each in found:
        assert each.shortfall == ceil(Fraction(2 * whole, 5)) - services
        added = Money.parse(each.message.split("另增服务类资金 ")[1].split(" 元")[0])
        assert Fraction(services + added, whole + added) >= Fraction(2, 5)
        assert Fraction(services + added - 1, whole + added - 1) < Fraction(2, 5)
