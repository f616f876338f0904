"""R19: worked examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.records import PaidFrom
from tests.model.rules.asking import (
    VILLAGE,
    approval,
    case,
    filing,
    gaps,
    levels,
    paid,
    says,
    settlement,
    sums,
    yuan,
)


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
    assert (levels(found), gaps(found)) == ("提", ["20,000.00"])
    assert found[0].field == "source"


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
