"""What follows from a project's records: the decision in force, the sums, who takes part."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.casefile import CHILDREN, Casefile
from haicang_desk.model.funding import Funding
from haicang_desk.model.records import (
    Alteration,
    Conclusion,
    Disbursement,
    FilingResult,
    ImplementerKind,
    Opinion,
    PaidFrom,
    Refund,
    TakingPart,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.values import Money
from tests.model.rules.asking import appointment, approval, case, day, filing, gift, progress, settlement, sums, yuan

ASKED = sums(special="150000", donated_cash="50000")


def altered(conclusion: Conclusion | None = Conclusion.AGREE, **yuans: str) -> Alteration:
    return Alteration(id="a", conclusion=conclusion, **sums(**yuans))


@pytest.mark.parametrize(
    ("alterations", "special", "total"),
    [
        ((), "150000", "200000"),
        ((altered(special="120000", total="160000"),), "120000", "160000"),
        ((altered(special="120000"),), "120000", "200000"),  # 没有写总资金的，总资金不变
        ((altered(total="180000"),), "150000", "180000"),
        ((altered(None, special="120000"),), "150000", "200000"),  # 尚未批复
        ((altered(Conclusion.REJECT, special="120000"),), "150000", "200000"),
        ((altered(special="120000"), altered(special="110000", total="150000")), "110000", "150000"),
        ((altered(special="0"),), "0", "200000"),
    ],
)
def test_what_is_approved_counts_the_changes_agreed_to(alterations, special, total):
    asked = case("服务", **ASKED, approvals=(approval(),), alterations=alterations)
    assert (asked.approved.special, asked.approved.total) == (yuan(special), yuan(total))
    assert asked.funding == asked.approved


def test_a_change_of_an_approval_withdrawn_since_is_none_of_the_new_one():
    for on, special in (("2018-09-02", "150000"), ("2018-09-04", "120000")):
        change = replace(altered(special="120000"), decided_on=day(on))
        asked = case("服务", **ASKED, approvals=(approval("2018-09-03"),), alterations=(change,))
        assert asked.approved.special == yuan(special)


def test_without_a_decision_in_force_nothing_is_approved():
    change = (altered(special="1"),)
    assert case("服务", **ASKED, alterations=change).approved is None
    for last in (Conclusion.REJECT, Conclusion.SEND_BACK, Conclusion.WITHDRAW):
        decided = case("服务", **ASKED, approvals=(approval(), approval(conclusion=last)), alterations=change)
        assert (decided.approval, decided.approved) == (None, None)
        assert decided.funding == Funding.of(decided.project)


def test_the_last_of_each_is_the_one_in_force():
    first, second = approval(special=Money(1)), approval(special=Money(2))
    asked = case(
        "服务",
        approvals=(first, second),
        filings=(filing("2018-09-04", "2018-09-05"), filing("2018-09-06", "2018-09-07"), filing("2018-09-08", None)),
        appointments=(appointment("2018-09-20"), appointment("2018-10-20")),
        settlements=(settlement(special="1"), settlement(special="2")),
    )
    assert asked.approval is second
    assert asked.filing is asked.filings[1]
    assert asked.appointment is asked.appointments[1]
    assert asked.settlement is asked.settlements[1]
    empty = case("服务")
    assert (empty.approval, empty.filing, empty.appointment, empty.settlement) == (None, None, None, None)


def test_a_returned_filing_is_no_filing():
    assert case("服务", filings=(replace(filing(), result=FilingResult.RETURNED),)).filing is None


def test_the_settlement_is_over_what_was_approved_and_that_over_what_was_asked():
    approvals, settlements = (approval(special=yuan("140000")),), (settlement(special="130000"),)
    assert case("服务", **ASKED).funding.special == yuan("150000")
    assert case("服务", **ASKED, approvals=approvals).funding.special == yuan("140000")
    assert case("服务", **ASKED, approvals=approvals, settlements=settlements).funding.special == yuan("130000")
    assert case("服务", **ASKED).settled is None


PAID = (Disbursement(id="d", amount=yuan("90000")), Disbursement(id="e", amount=yuan("30000")))
BACK = (Refund(id="f", amount=yuan("20000")), Refund(id="g", amount=yuan("5000")))
ENDED = (progress(ProgressEvent.TERMINATE, "2018-12-01"),)


def test_what_was_paid_back_is_not_paid():
    assert case("服务", disbursements=PAID).disbursed == yuan("120000")
    assert case("服务", disbursements=PAID, refunds=BACK).disbursed == yuan("95000")


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({}, "150000"),
        ({"approvals": (approval(special=yuan("140000")),)}, "140000"),
        ({"matching": yuan("10000")}, "160000"),  # 以奖代补同在额度之内
        ({"approvals": (approval(),), "settlements": (settlement(special="130000"),)}, "130000"),  # R11-3 结余释放
        (
            {"approvals": (approval(),), "settlements": (settlement(special="160000"),)},
            "160000",
        ),  # 决算代替核定，超出的由 R29 阻断
        ({"approvals": (approval(),), "disbursements": PAID, "refunds": BACK, "progress": ENDED}, "95000"),
    ],
)
def test_what_is_held_against_a_quota(said, held):
    assert case("服务", **{**ASKED, **said}).funding.scheme == yuan(held)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ({}, "0"),  # 没有批准
        ({"approvals": (approval(),)}, "150000"),
        ({"approvals": (approval(),), "disbursements": PAID}, "30000"),
        ({"approvals": (approval(),), "disbursements": PAID, "refunds": BACK}, "55000"),
        ({"approvals": (approval(),), "settlements": (settlement(special="130000"),), "disbursements": PAID}, "10000"),
        ({"approvals": (approval(),), "settlements": (settlement(special="110000"),), "disbursements": PAID}, "0"),
        ({"approvals": (approval(),), "disbursements": PAID, "progress": ENDED}, "0"),
        ({"approvals": (approval(conclusion=Conclusion.REJECT),), "disbursements": PAID}, "0"),
    ],
)
def test_what_is_still_to_be_paid(said, left):
    """决算（未决算的为核定，终止的为已拨）减已拨付，不少于零。"""
    assert case("服务", **{**ASKED, **said}).undisbursed == yuan(left)


def test_payments_and_returns_are_added_up_by_source():
    matched = Disbursement(id="m", amount=yuan("7000"), source=PaidFrom.MATCHING)
    asked = case("服务", disbursements=(*PAID, matched), refunds=BACK)
    assert asked.paid == {PaidFrom.SPECIAL: yuan("95000"), PaidFrom.MATCHING: yuan("7000")}
    assert asked.disbursed == yuan("102000")


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({}, False),
        ({"participations": (gift("1"),)}, True),
        ({"participations": (gift("1", False),)}, False),  # 认捐未到账
        ({"participations": (gift("1", None, TakingPart.LABOUR),)}, True),
        ({"participations": (gift("1", None, TakingPart.ORGANISE, kind="企业"),)}, False),  # 企业承揽的不算
        ({"participations": (gift("1", None, TakingPart.ORGANISE, kind="社会组织"),)}, True),
        ({"participations": (gift("1", True, TakingPart.DONATE, kind="企业"),)}, True),
        ({"participations": (gift("1", False), gift("1", True))}, True),
        ({"appointments": (appointment(kind=ImplementerKind.SOCIAL),)}, True),
        ({"appointments": (appointment(kind=ImplementerKind.ENTERPRISE),)}, False),
        ({"self_raised": yuan("60000")}, False),  # 村集体自筹不算
    ],
)
def test_whether_a_social_force_takes_part(said, counts):
    """R08."""
    assert case("服务", **said).takes_part is counts


def test_the_first_of_several_kinds_of_progress_is_found():
    start, done = progress(ProgressEvent.START, "2018-09-21"), progress(ProgressEvent.COMPLETE, "2018-11-30")
    asked = case("服务", progress=(start, done))
    assert asked.first(ProgressEvent.COMPLETE, ProgressEvent.START) is start
    assert asked.first(ProgressEvent.COMPLETE) is done
    assert asked.first(ProgressEvent.CLOSE) is None


@pytest.mark.parametrize("name", CHILDREN)
def test_every_kind_of_record_has_its_place(name):
    record = CHILDREN[name](id="x")
    asked = case("服务").holding(record)
    assert getattr(asked, name) == (record,)
    assert (case("服务").shape, asked.shape) == (frozenset(), {name})
    assert asked.holding(record) == asked


def test_a_casefile_of_the_parts_there_are_is_the_same_as_one_made_whole():
    whole = case("服务", participations=(gift("1"),), opinions=())
    assert Casefile.of(whole.project, whole.village, {"participations": whole.participations}) == whole


def test_a_record_without_its_day_comes_first_and_a_new_one_last_of_its_day():
    dated, undated = Opinion(id="b", sought_on=day("2018-07-25")), Opinion(id="c")
    asked = case("服务", opinions=(dated,)).holding(undated).holding(Opinion(sought_on=day("2018-07-25")))
    assert [each.id for each in asked.opinions] == ["c", "b", ""]
