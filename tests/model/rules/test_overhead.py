"""R07: worked examples and an independent computation."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.values import Money
from tests.model.rules.asking import approval, budget_line, case, gaps, levels, policy, says, settlement, sums


def fees(*amounts: str):
    return tuple(budget_line(f"管理费{n}", amount, is_overhead=True) for n, amount in enumerate(amounts))


@pytest.mark.parametrize(
    ("total", "fee_lines", "level", "gap"),
    [
        ("200000.00", ["20000.00"], "", []),  # R07-1 V09
        ("200000.00", ["12000.00", "8000.01"], "硬", ["0.01"]),  # R07-2
        ("200000.00", ["20000.01"], "硬", ["0.01"]),  # V10
        ("198000.00", ["18000.00"], "", []),  # R07-3 直接费加管理费
        ("220000.00", ["20000.00"], "", []),  # R07-4 比例通过，上限另由 R01 判
        ("99999.95", ["10000.00"], "硬", ["0.01"]),  # R07-5：最多 9,999.99
        ("0", [], "", []),
    ],
)
def test_r07_a_tenth_of_the_budget(total, fee_lines, level, gap):
    lines = fees(*fee_lines)
    found = says("R07", case("服务", special=Money.parse(total), budget_lines=lines))
    assert (levels(found), gaps(found)) == (level, gap)


def test_r07_unmarked_lines_are_direct_cost():
    lines = (budget_line("税费", "50000"), budget_line("一线人员服务费", "50000"))
    assert says("R07", case("服务", **sums(special="200000"), budget_lines=lines)) == []


@pytest.mark.parametrize("name", ["管理费", "统筹费", "统筹管理费", "机构服务费", "督导费"])
def test_r07_a_line_called_overhead_counts_unless_somebody_said_no_and_why(name):
    said = ((None, "", "硬"), (True, "", "硬"), (False, "", "硬"), (False, " ", "硬"), (False, "一线人员工时", ""))
    for marked, note, level in said:
        lines = (budget_line(name, "10000.01", is_overhead=marked, note=note),)
        found = says("R07", case("服务", **sums(special="100000"), budget_lines=lines))
        assert levels(found) == level
        assert marked or not found or f"含未标明为统筹管理费的“{name}”" in found[0].message
    by_subject = (budget_line("全年", "10000.01", subject=name),)
    assert levels(says("R07", case("服务", **sums(special="100000"), budget_lines=by_subject))) == "硬"


def test_r07_takes_the_larger_of_form_and_budget_lines():
    asked = case("服务", **sums(special="100000", overhead="10000.02"), budget_lines=fees("10000.01"))
    assert gaps(says("R07", asked)) == ["0.02"]
    asked = case("服务", **sums(special="100000", overhead="9000"), budget_lines=fees("10000.01"))
    assert gaps(says("R07", asked)) == ["0.01"]


@pytest.mark.parametrize("category", ["货物", "工程"])
def test_r07_binds_services_only(category):
    assert says("R07", case(category, **sums(special="100000", overhead="50000"))) == []


@pytest.mark.parametrize(
    ("spent", "fee", "level", "gap"),
    [
        ("200000", "20000", "", []),
        ("150000", "15000.01", "硬", ["0.01"]),  # 按决算总额
        ("199999.99", "20000", "硬", ["0.01"]),
    ],
)
def test_r07_is_asked_again_of_the_settlement(spent, fee, level, gap):
    asked = case(
        "服务",
        **sums(special="200000", overhead="20000"),
        approvals=(approval(),),
        settlements=(settlement(special=spent, overhead=fee),),
    )
    found = says("R07", asked)
    assert (levels(found), gaps(found)) == (level, gap)


def test_r07_settlement_keeps_to_the_fee_approved():
    asked = case(
        "服务",
        **sums(special="200000", overhead="12000"),
        approvals=(approval(),),
        settlements=(settlement(special="200000", overhead="12000.01"),),
    )
    (found,) = says("R07", asked)
    assert (found.severity.label, str(found.shortfall)) == ("硬", "0.01")
    assert (found.measured, found.limit, found.field) == (1200001, 1200000, "overhead")


@pytest.mark.parametrize(("planned", "spent"), [("12000", "12000"), ("12000", "11000"), ("0", "12000")])
def test_r07_settlement_within_the_fee_approved_or_where_none_was(planned, spent):
    asked = case(
        "服务",
        **sums(special="200000", overhead=planned),
        approvals=(approval(),),
        settlements=(settlement(special="200000", overhead=spent),),
    )
    assert says("R07", asked) == []


def test_r07_the_share_is_a_parameter():
    asked = case("服务", **sums(special="200000", overhead="30000.01"))
    assert gaps(says("R07", asked, by=policy(overhead_max="3/20"))) == ["0.01"]
    within = case("服务", **sums(special="200000", overhead="30000"))
    assert says("R07", within, by=policy(overhead_max="3/20")) == []


def test_r07_message():
    (found,) = says("R07", case("服务", **sums(special="200000", overhead="20000.01")))
    assert found.message == (
        "统筹管理或服务经费 20,000.01 元，预算总额 200,000.00 元，最多 20,000.00 元，超出 0.01 元，应压减该项经费"
    )
    assert (found.measured, found.limit, found.field) == ("2000001/20000000", "1/10", "overhead")


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_r07_agrees_with_plain_fractions(total, fee):
    found = says("R07", case("服务", special=Money(total), overhead=Money(fee)))
    assert bool(found) == (Fraction(fee) > Fraction(total, 10))
    for each in found:
        least_cut = next(n for n in range(fee - total // 10, fee + 1) if Fraction(fee - n) <= Fraction(total, 10))
        assert each.shortfall == least_cut
        assert Fraction(fee - least_cut + 1) > Fraction(total, 10)
