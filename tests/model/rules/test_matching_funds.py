"""R09: worked examples and an independent computation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.records import Content, GiftForm, PaidFrom, Prose, Refund, TakingPart
from haicang_desk.model.values import Money
from tests.model.rules.asking import approval, case, day, gaps, gift, levels, paid, policy, says, sums, yuan

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
    assert (found.severity.label, found.measured, found.limit) == ("提", 8_000_000, 0)  # 捐款后来到账
    assert "至 2018年7月31日累计拨付以奖代补 80,000.00 元，当时到账捐款可补 0.00 元" in found.message
    assert "2018年8月1日起已由到账捐款或退款补足" in found.message
    on_the_day = paid("80000", "2018-08-01", source=PaidFrom.MATCHING)
    assert says("R09", asks("80000", gift("80000"), disbursements=(on_the_day,))) == []


def test_r09_cash_of_no_known_day_has_arrived_and_cash_of_no_amount_is_none():
    undated, blank = replace(gift("80000"), took_on=None), replace(gift("1"), amount=None)
    given = paid("80000", "2018-07-31", source=PaidFrom.MATCHING)
    assert says("R09", asks("80000", undated, blank, disbursements=(given,))) == []
    assert gaps(says("R09", asks("80000.01", undated, blank))) == ["0.01"]


def test_r09_ahead_of_the_cash_is_told_once_with_the_worst_day():
    early = (
        paid(amount, on, source=PaidFrom.MATCHING) for on, amount in (("2018-07-30", "50000"), ("2018-07-31", "30000"))
    )
    assert gaps(says("R09", asks("80000", gift("80000"), disbursements=tuple(early)))) == ["80,000.00"]


def test_r09_what_was_paid_ahead_and_returned_is_a_warning_with_both_days():
    """到账 30,000 而拨付 80,000；退回 50,000 之后只是提示，退回 49,999.99 还差一分。"""
    early = paid("80000", "2018-08-05", source=PaidFrom.MATCHING)
    for amount, level, gap in (("50000", "提", "50,000.00"), ("49999.99", "硬", "0.01")):
        back = Refund(id="b", returned_on=day("2018-08-20"), amount=yuan(amount), source=PaidFrom.MATCHING)
        found = says("R09", asks("30000", gift("30000"), disbursements=(early,), refunds=(back,)))
        assert (levels(found), gaps(found)) == (level, [gap])
    special = Refund(id="b", returned_on=day("2018-08-20"), amount=yuan("50000"))
    found = says("R09", asks("30000", gift("30000"), disbursements=(early,), refunds=(special,)))
    assert (levels(found), gaps(found)) == ("硬", ["50,000.00"])


@pytest.mark.parametrize(
    ("form", "received", "cash", "goods"),
    [
        (None, True, "500", "0"),  # 没有写明款物：填了到账的按现金
        (None, False, "0", "0"),
        (None, None, "0", "500"),
        (GiftForm.CASH, True, "500", "0"),
        (GiftForm.CASH, None, "0", "0"),
        (GiftForm.GOODS, True, "0", "500"),  # 实物无论到账怎么填都不是现金
        (GiftForm.GOODS, None, "0", "500"),
        (GiftForm.GOODS, False, "0", "0"),  # 还没有收到的实物
    ],
)
def test_r09_cash_and_goods_are_told_apart(form, received, cash, goods):
    given_ = asks("0", gift("500", received, form=form, basis="凭据")).given
    assert given_ == {"donated_cash": yuan(cash), "donated_goods": yuan(goods), "labour": yuan("0")}


@pytest.mark.parametrize(
    ("gifts", "level", "gap"),
    [
        ([("100000", {}), ("50000", {})], "提", ["50,000.00"]),  # 两笔都登记为到账现金
        ([("100000", {}), ("50000", {"form": GiftForm.GOODS, "basis": "床具发票"})], "硬", ["50,000.00"]),
        ([("100000", {})], "硬", ["50,000.00"]),
        ([("100000", {}), ("0.01", {})], "硬 提", ["49,999.99", "0.01"]),
    ],
)
def test_r09_cash_above_the_plan_while_the_goods_are_nowhere_is_asked_about(gifts, level, gap):
    """申报捐赠现金 100,000、实物 50,000，以奖代补 150,000。"""
    plan = sums(matching="150000", donated_cash="100000", donated_goods="50000")
    rows = tuple(gift(amount, **said) for amount, said in gifts)
    found = says("R09", case("服务", **plan, **FILED, participations=rows, valuation_basis=Prose("发票")))
    assert (levels(found), gaps(found)) == (level, gap)


def test_r09_more_cash_than_planned_is_welcome_where_no_goods_are_missing():
    plan = sums(matching="100000", donated_cash="100000")
    assert says("R09", case("服务", **plan, **FILED, participations=(gift("180000"),))) == []


def test_r09_a_lower_sum_may_be_approved_and_no_sum_counts_twice():
    plan = sums(matching="150000", donated_cash="150000")
    decided = approval(special=yuan("0"), matching=yuan("100000"), total=yuan("250000"))
    asked = case("服务", **plan, **FILED, participations=(gift("150000"),), approvals=(decided,))
    assert (asked.funding.special, asked.funding.matching) == (0, yuan("100000"))
    assert (asked.funding.scheme, asked.funding.social, asked.funding.total) == tuple(
        map(yuan, ("100000", "150000", "250000"))
    )
    assert [f for rule in ("R01", "R09") for f in says(rule, asked) if f.severity.label == "硬"] == []


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
