"""R19: worked examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.records import Conclusion, PaidFrom, Refund, Source, Spending, TakingPart, Waiver
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import RuleContext, project_findings
from haicang_desk.model.values import Money
from tests.model.rules.asking import (
    VILLAGE,
    approval,
    case,
    day,
    filing,
    gaps,
    gift,
    levels,
    paid,
    policy,
    progress,
    says,
    settlement,
    sums,
    yuan,
)


def refund(amount: str, source: PaidFrom = PaidFrom.SPECIAL) -> Refund:
    return Refund(id=f"b{amount}", returned_on=day("2018-10-08"), amount=yuan(amount), source=source)


def spending(amount: str, source: Source = Source.SPECIAL) -> Spending:
    return Spending(id=f"s{amount}", spent_on=day("2018-10-01"), content="材料", amount=yuan(amount), source=source)


def in_hand(category: str = "服务", sources: dict[str, str] | None = None, **said):
    records = {"approvals": (approval(),), "filings": (filing(),)}
    return case(category, **{**sums(**(sources or {"special": "180000"})), **records, **said})


@pytest.mark.parametrize(
    ("amounts", "level", "gap"),
    [
        (["108000", "72000"], "", []),  # R19-1 恰好
        (["108000", "72000.01"], "硬", ["0.01"]),  # R19-2
        ([], "", []),
    ],
)
def test_r19_no_more_than_approved(amounts, level, gap):
    found = says("R19", in_hand(disbursements=tuple(paid(amount) for amount in amounts)))
    assert (levels(found), gaps(found)) == (level, gap)


def test_r19_the_figure_approved_counts_not_the_one_asked():
    asked = in_hand(approvals=(approval(special=yuan("100000")),), disbursements=(paid("100000.01"),))
    assert gaps(says("R19", asked)) == ["0.01"]


def test_r19_nothing_approved_nothing_paid():
    asked = in_hand(approvals=(), disbursements=(paid("1"),))
    assert [str(f.shortfall) for f in says("R19", asked)] == ["1.00"]


@pytest.mark.parametrize(
    ("payee", "registered", "level"),
    [
        ("海沧某施工企业", "", "例外"),  # R19-3
        ("霞阳社区居民委员会", "", ""),
        ("霞阳社区居委会", "", ""),
        ("霞阳社区", "", ""),
        (" 霞阳社区居民委员会 ", "", ""),
        ("霞阳股份经济合作社", "霞阳股份经济合作社", ""),
        ("", "", "例外"),
    ],
)
def test_r19_the_village_is_paid(payee, registered, level):
    asked = in_hand(village=replace(VILLAGE, payee=registered), disbursements=(paid("1000", payee=payee),))
    assert levels(says("R19", asked)) == level


@pytest.mark.parametrize(
    ("filings", "on", "level"),
    [
        ((filing("2018-09-04", "2018-09-05"),), "2018-09-05", ""),
        ((filing("2018-09-04", "2018-09-05"),), "2018-09-04", "硬"),
        ((filing("2018-09-04", None),), "2018-09-10", "硬"),
        ((), "2018-09-10", "硬"),
    ],
)
def test_r19_not_before_filing(filings, on, level):
    found = says("R19", in_hand(filings=filings, disbursements=(paid("1000", on),)))
    assert (levels(found), gaps(found)) == (level, ["1,000.00"] if level else [])


def test_r19_tells_the_first_day_and_the_filing():
    (found,) = says("R19", in_hand(disbursements=(paid("1000", "2018-09-04"), paid("1", "2018-09-04"))))
    assert (found.measured, found.limit, str(found.shortfall)) == ("2018-09-04", "2018-09-05", "1,001.00")


def test_r19_days_not_entered_are_not_held_against_a_payment():
    undated = replace(filing(), lodged_on=None)
    assert says("R19", in_hand(filings=(undated,), disbursements=(paid("1000"),))) == []
    assert says("R19", in_hand(disbursements=(replace(paid("1000"), paid_on=None),))) == []


def test_r19_names_whom_it_was_paid_to_and_who_it_should_be():
    asked = in_hand(disbursements=(paid("1000", payee=" "), paid("1", payee="某公司"), paid("1", payee="某公司")))
    (found,) = says("R19", asked)
    assert (found.measured, found.limit) == ("未填、某公司", "霞阳社区居民委员会")
    registered = in_hand(village=replace(VILLAGE, payee="霞阳合作社"), disbursements=(paid("1", payee="某公司"),))
    assert says("R19", registered)[0].limit == "霞阳合作社"


def test_r19_each_source_within_its_own_figure():
    paid_once = paid("120000", source=PaidFrom.SPECIAL)
    found = says("R19", in_hand(sources={"special": "100000", "matching": "80000"}, disbursements=(paid_once,)))
    assert (levels(found), gaps(found)) == ("硬", ["20,000.00"])
    assert (found[0].field, found[0].measured, found[0].limit) == ("source", 12_000_000, 10_000_000)


@pytest.mark.parametrize(("amount", "source", "gap"), [
    ("20000", PaidFrom.SPECIAL, []),
    ("19999.99", PaidFrom.SPECIAL, ["0.01"]),
    ("20000", PaidFrom.MATCHING, ["20,000.00"]),  # 退的是另一种资金
])  # fmt: skip
def test_r19_what_was_returned_of_a_source_is_not_paid_of_it(amount, source, gap):
    payments = (paid("120000"), paid("30000", source=PaidFrom.MATCHING))
    asked = in_hand(
        sources={"special": "100000", "matching": "80000"}, disbursements=payments, refunds=(refund(amount, source),)
    )
    found = [f for f in says("R19", asked) if f.severity.label == "硬"]
    assert gaps(found) == gap


def test_r19_after_settlement_each_source_keeps_to_what_was_settled_of_it():
    """决算专项 30,000、以奖代补 50,000，拨付专项 50,000、以奖代补 30,000：合计不超，专项超出 20,000。"""
    sources = {"special": "50000", "matching": "50000", "donated_cash": "50000"}
    final = settlement(special="30000", matching="50000", donated_cash="50000")
    said = {"participations": (gift("50000"),), "settlements": (final,)}
    payments = (paid("50000"), paid("30000", source=PaidFrom.MATCHING))
    asked = in_hand(sources=sources, disbursements=payments, **said)
    found = says("R19", asked)
    assert (levels(found), gaps(found)) == ("硬", ["20,000.00"])
    assert "决算 30,000.00 元" in found[0].message
    cured = (*payments, paid("20000", source=PaidFrom.MATCHING))
    assert says("R19", in_hand(sources=sources, disbursements=cured, refunds=(refund("20000"),), **said)) == []


ENDED = {
    "不予批准": {"approvals": (approval(conclusion=Conclusion.REJECT),)},
    "退回": {"approvals": (approval(conclusion=Conclusion.SEND_BACK),)},
    "撤回": {"approvals": (approval(), approval("2018-09-11", conclusion=Conclusion.WITHDRAW))},
    "处于“已申报”": {"submitted_on": day("2018-08-20")},
    "处于“草稿”": {},
    "终止": {
        "approvals": (approval(),),
        "filings": (filing(),),
        "progress": (progress(ProgressEvent.TERMINATE, "2018-10-01"),),
    },
}


@pytest.mark.parametrize("name", ENDED)
def test_r19_what_a_project_not_in_force_was_paid_goes_back(name):
    """A block until the money is back or leave to keep it is recorded; never out of sight."""
    asked = case("服务", **sums(special="60000"), **ENDED[name], disbursements=(paid("30000"),))
    leave = Waiver(rule="R19", authority="街道", number="会纪2号", granted_on=day("2018-10-09"))
    for said, level, gap in (
        ({}, "硬", ["30,000.00"]),
        ({"refunds": (refund("10000"),)}, "硬", ["20,000.00"]),
        ({"refunds": (refund("30000"),)}, "", []),
        ({"waivers": (leave,)}, "例外", ["30,000.00"]),
        ({"waivers": (replace(leave, number=" "),)}, "硬", ["30,000.00"]),
    ):
        scene = RuleContext(case=replace(asked, **said), policy=policy(), today=day("2018-12-01"))
        found = [f for f in project_findings(scene) if f.rule == "R19"]
        assert (levels(found), gaps(found)) == (level, gap), said
        assert all(f.message.startswith(f"已拨付 {gap[0]} 元，项目{name}") for f in found)
        assert all(f.measured - f.limit == f.shortfall for f in found)
        assert {f.excused_by for f in found} <= ({"会纪2号"} if level == "例外" else {None})


@pytest.mark.parametrize(
    ("payments", "back", "gap"),
    [
        ([("30000", "2018-10-02")], [], ["30,000.00"]),
        ([("30000", "2018-10-01")], [], []),  # 终止当天
        ([("20000", "2018-09-10"), ("30000", "2018-10-02")], ["10000"], ["20,000.00"]),  # 退款先抵终止之后拨付的
        ([("20000", "2018-09-10"), ("30000", "2018-10-02")], ["30000"], []),
    ],
)
def test_r19_nothing_is_paid_after_the_stop_whatever_leave_there_is(payments, back, gap):
    leave = Waiver(rule="R19", authority="街道", number="会纪2号", granted_on=day("2018-10-09"))
    rows = {"disbursements": tuple(paid(*each) for each in payments), "refunds": tuple(refund(each) for each in back)}
    asked = case("服务", **sums(special="60000"), **ENDED["终止"], **rows, waivers=(leave,))
    found = [f for f in says("R19", asked, today=day("2018-12-01")) if "终止之后" in f.message]
    assert (levels(found), gaps(found)) == ("硬" if gap else "", gap)


@pytest.mark.parametrize(
    ("amounts", "back", "level", "gap"),
    [
        (["10000"], [], "硬", ["10,000.00"]),
        (["10000", "5000"], ["12000"], "硬", ["3,000.00"]),
        (["10000"], ["10000"], "提", ["10,000.00"]),  # 已退回的只提示
    ],
)
def test_r19_what_was_paid_before_filing_and_returned_is_a_warning(amounts, back, level, gap):
    rows = {"disbursements": tuple(paid(each, "2018-09-04") for each in amounts)}
    found = says("R19", in_hand(**rows, refunds=tuple(refund(each) for each in back)))
    assert (levels(found), gaps(found)) == (level, gap)
    if level == "提":
        assert "首笔 2018年9月4日" in found[0].message and "2018年10月8日已全部退回" in found[0].message


def test_r19_money_that_came_back_from_another_payee_needs_no_leave():
    elsewhere = paid("10000", payee="某公司")
    assert levels(says("R19", in_hand(disbursements=(elsewhere,)))) == "例外"
    assert says("R19", in_hand(disbursements=(elsewhere,), refunds=(refund("10000"),))) == []


@pytest.mark.parametrize(
    ("second", "level"),
    [
        ({}, "提"),
        ({"paid_on": day("2018-11-11")}, "提"),
        ({"voucher": "2"}, ""),
        ({"voucher": ""}, ""),
        ({"amount": yuan("29999.99")}, ""),
        ({"source": PaidFrom.MATCHING}, ""),
    ],
)
def test_r19_one_voucher_for_the_same_sum_twice_is_told(second, level):
    first = paid("30000", voucher="1")
    asked = in_hand(
        sources={"special": "60000", "matching": "30000"}, disbursements=(first, replace(first, id="x", **second))
    )
    found = says("R19", asked)
    assert levels(found) == level
    assert all("凭证号“1”" in f.message and str(f.shortfall) == "30,000.00" for f in found)


def test_r19_payments_without_a_voucher_are_not_one():
    assert says("R19", in_hand(disbursements=(paid("30000"), paid("30000")))) == []


RECEIVED = {
    "disbursements": (paid("100000"), paid("50000", source=PaidFrom.MATCHING)),
    "participations": (
        gift("40000"),
        gift("30000", False),
        gift("20000", None, basis="发票"),
        gift("10000", None, TakingPart.LABOUR),
    ),
}


@pytest.mark.parametrize(
    ("source", "most"),
    [
        (Source.SPECIAL, "100000"),
        (Source.MATCHING, "50000"),
        (Source.DONATED_CASH, "40000"),
        (Source.DONATED_GOODS, "20000"),
        (Source.LABOUR, "10000"),
    ],
)
def test_r19_the_village_spends_of_each_source_what_it_received(source, most):
    sources = {"special": "100000", "matching": "50000", "donated_cash": "40000"}
    for over, gap in ((0, []), (1, ["0.01"])):
        spent = (spending("1", source), spending(str(Money(yuan(most) - 100 + over)), source))
        open_ = in_hand(sources=sources, **RECEIVED, spending=spent)
        found = [f for f in says("R19", open_) if "使用明细" in f.message]
        assert (levels(found), gaps(found)) == ("提" if gap else "", gap)
        closed = replace(open_, progress=(progress(ProgressEvent.CLOSE, "2018-12-20"),))
        assert levels([f for f in says("R19", closed) if "使用明细" in f.message]) == ("硬" if gap else "")
        assert all((f.measured - f.limit, f.field) == (over, "spending") for f in found)


@pytest.mark.parametrize("source", [Source.OTHER_FISCAL, Source.SELF_RAISED])
def test_r19_of_money_whose_arrival_nobody_registers_nothing_is_said(source):
    assert [f for f in says("R19", in_hand(spending=(spending("5", source),))) if "使用明细" in f.message] == []


def test_r19_what_was_returned_can_not_be_spent():
    asked = in_hand(disbursements=(paid("100000"),), refunds=(refund("40000"),), spending=(spending("60000.01"),))
    assert gaps([f for f in says("R19", asked) if "使用明细" in f.message]) == ["0.01"]


def test_r19_above_the_cap_the_same_way_is_told():
    asked = in_hand(sources={"special": "200000", "self_raised": "60000"}, disbursements=(paid("200000"),))
    assert (levels(says("R19", asked)), gaps(says("R19", asked))) == ("提", ["60,000.00"])


def test_r19_above_the_cap_is_told_of_what_was_approved_once_something_is_paid():
    sources = {"special": "200000", "self_raised": "60000"}
    assert says("R19", in_hand(sources=sources)) == []
    cut = (approval(special=yuan("180000"), total=yuan("200000")),)
    assert says("R19", in_hand(sources=sources, approvals=cut, disbursements=(paid("100000"),))) == []


def test_r19_a_total_at_the_cap_is_within_the_clause():
    assert says("R19", in_hand(sources={"special": "200000"}, disbursements=(paid("200000"),))) == []


@pytest.mark.parametrize(
    ("payments", "level"),
    [
        ([("160000", "2018-12-09")], ""),  # 决算之前拨付的，由决算后退回（R29）处理
        ([("160000", "2018-12-10")], ""),
        ([("150000", "2018-12-09"), ("10000", "2018-12-11")], "硬"),
        ([("150000", "2018-12-09")], ""),
    ],
)
def test_r19_only_what_is_paid_after_settlement_is_held_to_it(payments, level):
    asked = in_hand(settlements=(settlement(special="150000"),), disbursements=tuple(paid(*p) for p in payments))
    assert levels(says("R19", asked)) == level


def test_r19_a_payment_proposed_after_settlement_is_held_to_it():
    asked = in_hand(
        settlements=(settlement(special="150000"),), disbursements=(paid("150000"), replace(paid("0.01"), id=""))
    )
    assert levels(says("R19", asked)) == "硬"
    settled = settlement(special="150000")
    undated = in_hand(settlements=(settled,), disbursements=(replace(paid("160000"), paid_on=None),))
    assert says("R19", undated) == []
    unsettled_day = in_hand(settlements=(replace(settled, settled_on=None),), disbursements=(paid("160000"),))
    assert says("R19", unsettled_day) == []


def test_r19_a_payment_proposed_before_settlement_is_held_to_what_was_approved():
    assert says("R19", in_hand(disbursements=(replace(paid("180000"), id=""),))) == []
    assert gaps(says("R19", in_hand(disbursements=(replace(paid("180000.01"), id=""),)))) == ["0.01"]


def test_r19_after_settlement_what_is_due_counts():
    asked = in_hand(settlements=(settlement(special="150000"),), disbursements=(paid("150000.01", "2018-12-11"),))
    (found,) = says("R19", asked)
    assert (str(found.shortfall), found.limit) == ("0.01", 15_000_000)
    assert "决算应付 150,000.00 元" in found.message
