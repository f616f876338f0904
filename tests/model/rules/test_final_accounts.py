"""R29: worked examples."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.records import Alteration, Conclusion, PaidFrom, Prose, Refund, TakingPart, Waiver
from haicang_desk.model.rules import RuleContext, payable
from haicang_desk.model.values import Money
from tests.model.rules.asking import (
    approval,
    case,
    day,
    filing,
    gaps,
    gift,
    levels,
    paid,
    policy,
    says,
    settlement,
    sums,
    yuan,
)


def settled(category: str, asked: dict, final: dict, amount: str, **said):
    """Approved as asked, settled with ``final``, its donated cash arrived, and so much paid."""
    gifts = tuple(gift(final[name]) for name in ("donated_cash",) if name in final)
    return case(
        category,
        **{
            **sums(**asked),
            "approvals": (approval(),),
            "filings": (filing(),),
            "settlements": (settlement(**final),),
            "disbursements": (paid(amount),) if amount else (),
            "participations": gifts,
            **said,
        },
    )


@pytest.mark.parametrize(("amounts", "gap"), [(["6000", "4000"], []), (["6000", "4000.01"], ["0.01"])])
def test_r29_nobody_pays_back_more_than_was_paid(amounts, gap):
    back = tuple(Refund(id=str(n), amount=yuan(amount)) for n, amount in enumerate(amounts))
    other = paid("50000", source=PaidFrom.MATCHING)  # 另一种资金不抵
    found = says("R29", case("服务", disbursements=(paid("7000"), paid("3000"), other), refunds=back))
    assert (levels(found), gaps(found)) == ("硬" if gap else "", gap)
    assert [(f.measured, f.limit, f.field) for f in found] == [(1_000_001, 1_000_000, "amount")] * len(gap)


def test_r29_before_it_is_settled_nothing_is_asked_back():
    assert says("R29", settled("服务", {"special": "150000"}, {}, "150000", settlements=())) == []


def test_r29_before_it_is_settled_or_without_an_approval_nothing_is_due():
    for said in ({"approvals": (approval(),)}, {"settlements": (settlement(special="1"),)}):
        scene = RuleContext(
            case=case("服务", **sums(special="150000"), **said), policy=policy(), today=day("2018-12-31")
        )
        assert payable(scene) == 0


ASKED = {"special": "180000", "donated_cash": "120000"}


@pytest.mark.parametrize(
    ("category", "asked", "final", "amount", "gap"),
    [
        ("工程", ASKED, {"special": "162000", "donated_cash": "108000"}, "180000", ["18,000.00"]),  # R29-1 V18
        ("工程", ASKED, {"special": "180000", "donated_cash": "90000"}, "180000", ["18,000.00"]),  # 按六成重算
        ("工程", ASKED, {"special": "180000", "donated_cash": "109999.99"}, "180000", ["6,000.01"]),  # R29-2
        ("服务", {"special": "150000"}, {"special": "142300"}, "150000", ["7,700.00"]),  # R29-3
        ("服务", {"special": "150000"}, {"special": "142300"}, "142300", []),
        ("工程", {"special": "180000", "other_fiscal": "0", "donated_cash": "120000"},
         {"special": "170000", "other_fiscal": "10000", "donated_cash": "120000"}, "170000.01", ["0.01"]),
        ("工程", {"special": "180000", "donated_cash": "120000"},
         {"special": "175000", "other_fiscal": "10000", "donated_cash": "115000"}, "175000", ["5,000.00"]),
        ("服务", {"special": "150000"}, {"special": "142300"}, "", []),
    ],
)  # fmt: skip
def test_r29_what_was_overpaid_goes_back(category, asked, final, amount, gap):
    found = says("R29", settled(category, asked, final, amount))
    assert (levels(found), gaps(found)) == ("硬" if gap else "", gap)


@pytest.mark.parametrize(
    ("asked", "final", "gap"),
    [
        ({"special": "150000"}, {"special": "150000"}, []),
        ({"special": "150000"}, {"special": "150000.01"}, ["0.01"]),
        ({"special": "150000", "matching": "20000"}, {"special": "140000", "matching": "30000"}, ["10,000.00"]),
        ({"special": "150000", "self_raised": "1"}, {"special": "150000", "self_raised": "90000"}, []),
    ],
)
def test_r29_no_more_is_settled_than_was_approved_of_each_source(asked, final, gap):
    """What costs more the village bears, or a change is decided."""
    found = [f for f in says("R29", settled("服务", asked, final, "")) if "核定" in f.message]
    assert (levels(found), gaps(found)) == ("硬" if gap else "", gap)
    for f in found:
        assert (f.measured - f.limit, f.field) == (int(f.shortfall), "special" if "专项" in f.message else "matching")


def test_r29_a_change_agreed_to_makes_room_for_what_costs_more():
    asked = settled("服务", {"special": "150000"}, {"special": "160000"}, "")
    agreed = Alteration(id="a", conclusion=Conclusion.AGREE, decided_on=day("2018-10-01"), special=yuan("160000"))
    assert gaps(says("R29", asked)) == ["10,000.00"]
    assert says("R29", replace(asked, alterations=(agreed,))) == []


@pytest.mark.parametrize(
    ("amounts", "gap"),
    [
        (("50000", "30000"), ["20,000.00", "20,000.00"]),
        (("30000", "50000"), []),
        (("50000", "20000"), []),  # 还没有拨完
    ],
)
def test_r29_once_all_is_paid_each_source_is_settled_as_it_was_paid(amounts, gap):
    plan, final = {"special": "50000", "matching": "50000"}, {"special": "30000", "matching": "50000"}
    payments = (paid(amounts[0]), paid(amounts[1], source=PaidFrom.MATCHING))
    asked = settled("服务", plan, final, "", disbursements=payments, participations=(gift("50000"),))
    found = says("R29", asked)
    assert (levels(found), gaps(found)) == (" ".join(["提"] * len(gap)), gap)


def test_r29_message():
    (found,) = says("R29", settled("工程", ASKED, {"special": "162000", "donated_cash": "108000"}, "180000"))
    assert found.message == (
        "决算总资金 270,000.00 元，应付 162,000.00 元，已拨付 180,000.00 元，应退回 18,000.00 元，"
        "请登记退款后再办结，或登记例外批准"
    )


def test_r29_money_returned_is_no_longer_owed():
    back = Refund(id="f1", amount=yuan("18000"))
    asked = settled("工程", ASKED, {"special": "162000", "donated_cash": "108000"}, "180000", refunds=(back,))
    assert asked.disbursed == yuan("162000")
    assert says("R29", asked) == []


def test_r29_leave_makes_it_an_exception():
    leave = Waiver(id="w1", rule="R29", authority="街道办事处", number="会纪1号", granted_on=day("2018-09-01"))
    asked = settled("服务", {"special": "150000"}, {"special": "142300"}, "150000", waivers=(leave,))
    assert levels(says("R29", asked)) == "例外"
    for useless in (
        replace(leave, number=""),
        replace(leave, granted_on=day("2019-01-01")),
        replace(leave, rule="R19"),
    ):
        assert levels(says("R29", replace(asked, waivers=(useless,)))) == "硬"


def test_r29_matching_follows_the_cash_that_came():
    final = {"matching": "100000", "donated_cash": "100000"}
    payment = paid("100000", source=PaidFrom.MATCHING)
    gifts = (gift("60000"), gift("40000", False))
    asked = settled("服务", final, final, "", disbursements=(payment,), participations=gifts)
    assert gaps(says("R29", asked)) == ["40,000.00"]


def test_r29_what_was_never_approved_may_not_be_settled():
    """What was paid of it, R19 asks back."""
    asked = settled("服务", {"special": "150000"}, {"special": "142300"}, "100", approvals=())
    assert gaps(says("R29", asked)) == ["142,300.00"]
    assert gaps(says("R19", asked)) == ["100.00"]


def test_r29_by_village_the_share_is_not_taken_of_each():
    asked = settled("工程", ASKED, {"special": "180000", "donated_cash": "90000"}, "180000")
    assert says("R29", asked, by=policy(works_ratio_scope="village_year")) == []


@given(st.integers(0, 10**8), st.integers(0, 10**8), st.integers(0, 10**8))
def test_r29_agrees_with_a_search_for_the_most_that_may_be_paid(special, cash, amount):
    """Independent: go down from what was spent until three fifths of the total hold."""
    asked = case(
        "工程",
        special=Money(4 * 10**7),
        donated_cash=Money(10**9),
        approvals=(approval(),),
        settlements=(settlement(special=str(Money(special)), donated_cash=str(Money(cash))),),
        disbursements=(paid(str(Money(amount))),),
        participations=(gift(str(Money(cash))),),
    )
    most = min(special, 4 * 10**7)
    if most * 5 > (special + cash) * 3:
        most = (special + cash) * 3 // 5
        assert most * 5 <= (special + cash) * 3 < (most + 1) * 5
    found = [f for f in says("R29", asked) if "应退回" in f.message]
    assert [int(f.shortfall) for f in found] == ([amount - most] if amount > most else [])


def test_r29_what_is_founded_on_no_paper_lets_no_fiscal_money_stay():
    """Labour of 40,000 that nothing values is no part of the total that 60% is taken of."""
    final = {"special": "60000", "labour": "40000"}
    filed = {"submitted_on": day("2018-08-20")}
    asked = settled("工程", final, final, "60000", **filed, valuation_basis=Prose("折价标准"))
    assert gaps(says("R29", asked)) == ["24,000.00"]
    worked = gift("40000", None, TakingPart.LABOUR, basis="用工签到表，折价标准")
    assert says("R29", replace(asked, participations=(worked,))) == []


def test_r29_waits_for_the_settlement():
    assert says("R29", case("服务", **sums(special="100"), approvals=(approval(),), disbursements=(paid("200"),))) == []
