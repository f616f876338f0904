"""R09: worked examples and an independent computation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.records import Content, PaidFrom, TakingPart
from haicang_desk.model.values import Money
from tests.model.rules.asking import case, day, gaps, gift, levels, paid, policy, says, sums

FILED = {"submitted_on": day("2018-08-20"), "charity": "老人灶"}


def asks(matching: str, *gifts, **said):
    return case("服务", **{**sums(matching=matching), **FILED, "participations": gifts, **said})


@pytest.mark.parametrize(
    ("matching", "gifts", "gap"),
    [
        ("150000", [("150000", True)], []),  # R09-1
        ("150000.01", [("150000", True)], ["0.01"]),
        ("200000", [("120000", True), ("130000", True), ("100000", True)], []),  # R09-2：三人合计 350,000
        ("200000.01", [("350000", True)], ["0.01"]),
        ("200000", [("200000.01", True)], []),  # V13
        ("100000.01", [("100000", True), ("50000", False)], ["0.01"]),  # 认捐未到账不算
        ("1", [], ["1.00"]),
        ("0", [], []),
    ],
)
def test_r09_no_more_than_the_cash_received(matching, gifts, gap):
    found = says("R09", asks(matching, *(gift(*each) for each in gifts)))
    assert (levels(found), gaps(found)) == ("硬" if gap else "", gap)


def test_r09_goods_and_labour_earn_nothing():
    """R09-3：到账 100,000，另捐床具折价 50,000。"""
    gifts = (gift("100000"), gift("50000", None, basis="价格确认单"), gift("50000", True, TakingPart.LABOUR))
    assert says("R09", asks("100000", *gifts)) == []
    assert gaps(says("R09", asks("100000.01", *gifts))) == ["0.01"]


@pytest.mark.parametrize("manner", [TakingPart.DONATE, TakingPart.SPONSOR, TakingPart.NAMING])
def test_r09_cash_is_cash_whether_given_sponsored_or_for_a_name(manner):
    assert says("R09", asks("100000", gift("100000", True, manner))) == []


def test_r09_a_draft_waits_for_its_cash_but_not_for_the_cap():
    assert says("R09", case("服务", **sums(matching="200000"))) == []
    assert gaps(says("R09", case("服务", **sums(matching="200000.01")))) == ["0.01"]


def test_r09_paid_in_step_with_what_arrived():
    """R09-4：认捐 200,000，已到账 80,000，已补 80,000，再补 20,000。"""
    gifts = (gift("80000"), gift("120000", False))
    first, second = (paid(amount, source=PaidFrom.MATCHING) for amount in ("80000", "20000"))
    assert says("R09", asks("80000", *gifts, disbursements=(first,))) == []
    assert gaps(says("R09", asks("80000", *gifts, disbursements=(first, second)))) == ["20,000.00"]


def test_r09_at_no_time_ahead_of_the_cash():
    early = paid("80000", "2018-07-31", source=PaidFrom.MATCHING)  # 捐款 2018-08-01 到账
    (found,) = says("R09", asks("80000", gift("80000"), disbursements=(early,)))
    assert (found.severity.label, found.measured, found.limit) == ("硬", 8_000_000, 0)
    assert "至 2018年7月31日累计拨付以奖代补 80,000.00 元，当时到账捐款可补 0.00 元" in found.message
    on_the_day = paid("80000", "2018-08-01", source=PaidFrom.MATCHING)
    assert says("R09", asks("80000", gift("80000"), disbursements=(on_the_day,))) == []


def test_r09_cash_of_no_known_day_has_arrived_and_cash_of_no_amount_is_none():
    undated, blank = replace(gift("80000"), took_on=None), replace(gift("1"), amount=None)
    given = paid("80000", "2018-07-31", source=PaidFrom.MATCHING)
    assert says("R09", asks("80000", undated, blank, disbursements=(given,))) == []
    assert gaps(says("R09", asks("80000.01", undated, blank))) == ["0.01"]


def test_r09_ahead_of_the_cash_is_told_once_at_the_first_payment():
    early = (paid(amount, "2018-07-31", source=PaidFrom.MATCHING) for amount in ("50000", "30000"))
    assert gaps(says("R09", asks("80000", gift("80000"), disbursements=tuple(early)))) == ["50,000.00"]


def test_r09_an_odd_fen_of_cash_earns_no_half():
    half = policy(award_ratio="1/2")
    assert says("R09", asks("0.01", gift("0.03")), by=half) == []
    assert gaps(says("R09", asks("0.02", gift("0.03")), by=half)) == ["0.01"]


def test_r09_a_draft_is_not_told_of_cash():
    (draft,) = says("R09", case("服务", **sums(matching="300000")))
    (filed,) = says("R09", asks("300000", gift("250000")))
    assert "到账捐款" not in draft.message
    assert "到账捐款 250,000.00 元，补助最多 200,000.00 元" in filed.message


def test_r09_special_money_is_paid_by_other_rules():
    assert says("R09", asks("0", disbursements=(paid("80000"),))) == []


def test_r09_both_kinds_for_one_project_need_leave():
    """R09-5：工程类，到账 300,000，专项 240,000，再申请以奖代补 100,000。"""
    both = case("工程", **sums(special="240000", matching="100000", donated_cash="300000"), **FILED,
                participations=(gift("300000"),))  # fmt: skip
    assert (levels(says("R09", both)), gaps(says("R09", both))) == ("例外", ["100,000.00"])
    assert says("R09", both)[0].limit == 0
    assert says("R02", both) == []
    assert levels(says("R01", both)) == "提"


@pytest.mark.parametrize(
    ("charity", "content", "level"),
    [("老人灶", Content.CARE, ""), ("", Content.CARE, "硬"), (" ", Content.CARE, "硬"), ("", Content.CHARITY, "提")],
)
def test_r09_is_for_charity(charity, content, level):
    assert levels(says("R09", asks("1000", gift("1000"), charity=charity, content=content))) == level


def test_r09_special_money_alone_is_no_matching():
    alone = case("服务", **sums(special="200000"), submitted_on=day("2018-08-20"), content=Content.CARE)
    assert says("R09", alone) == []


def test_r09_the_ratio_is_a_parameter():
    half = policy(award_ratio="1/2")
    assert gaps(says("R09", asks("60000", gift("100000")), by=half)) == ["10,000.00"]


@given(st.integers(0, 40_000_000), st.lists(st.tuples(st.integers(0, 20_000_000), st.booleans()), max_size=4))
def test_r09_agrees_with_plain_decimal(matching, gifts):
    arrived = sum((Decimal(fen) / 100 for fen, received in gifts if received), Decimal(0))
    most = min(arrived, Decimal("200000.00"))
    parts = tuple(gift(str(Money(fen)), received) for fen, received in gifts)
    found = says("R09", case("服务", matching=Money(matching), **FILED, participations=parts))
    over = Decimal(matching) / 100 - most
    assert [f.shortfall.yuan for f in found] == ([over] if over > 0 else [])
