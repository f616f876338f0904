"""Funding: the seven sources at 申报, 核定 and 决算, and who bears what an approval leaves out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.funding import Funding
from haicang_desk.model.records import Alteration, Approval, Conclusion, Project, Refund, Source
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.values import Money
from tests.model.rules.asking import approval, case, paid, progress, settlement, sums, yuan

NAMES = [source.code for source in Source]
SOURCES = st.fixed_dictionaries({name: st.integers(0, 10**10).map(Money) for name in NAMES})
ONE_EACH = {name: Money(10**place) for place, name in enumerate(NAMES)}


def test_nothing_said_is_nothing():
    assert Funding().total == 0
    assert case("服务").disbursed == 0


def test_fiscal_and_social_make_the_total():
    funding = Funding(**ONE_EACH)
    assert (funding.scheme, funding.fiscal, funding.social, funding.total) == (11, 111, 1_111_000, 1_111_111)
    assert all(funding.source(source) == ONE_EACH[source.code] for source in Source)
    assert [source for source in Source if source.fiscal] == list(Source)[:3]


@given(SOURCES)
def test_sums_agree_with_plain_decimal(sources):
    funding = Funding.of(Project(**sources))
    plain = {name: Decimal(int(fen)) / 100 for name, fen in sources.items()}
    assert funding.total.yuan == sum(plain.values())
    assert funding.fiscal.yuan == plain["special"] + plain["matching"] + plain["other_fiscal"]
    assert funding.total.yuan - funding.fiscal.yuan == funding.social.yuan


@given(SOURCES, st.one_of(st.none(), st.integers(0, 10**10)), st.one_of(st.none(), st.integers(0, 10**11)))
def test_what_an_approval_leaves_blank_is_as_asked(sources, special, total):
    project = Project(**sources)
    asked = Funding.of(project)
    given_ = Approval(
        special=None if special is None else Money(special), total=None if total is None else Money(total)
    )
    settled = Funding.approved(project, given_)
    assert settled.special == (asked.special if special is None else special)
    assert settled.total == (asked.total if total is None else total)
    untouched = ("matching", "other_fiscal", "donated_cash", "donated_goods", "labour")
    assert all(getattr(settled, name) == getattr(asked, name) for name in untouched)


def test_what_is_cut_the_village_bears():
    project = Project(**sums(special="210000", self_raised="50000", labour="10000"))
    cut = Funding.approved(project, Approval(special=yuan("200000")))
    assert (cut.special, cut.self_raised, cut.labour) == (yuan("200000"), yuan("60000"), yuan("10000"))
    smaller = Funding.approved(project, Approval(special=yuan("200000"), total=yuan("260000")))
    assert smaller.self_raised == yuan("50000")


ASKED = sums(special="200000", self_raised="50000")


def test_settled_over_approved_over_asked():
    assert case("服务", **ASKED).funding.special == yuan("200000")
    approved = case("服务", **ASKED, approvals=(approval(special=yuan("190000")),))
    assert approved.funding.special == yuan("190000")
    assert (approved.asked.special, approved.settled) == (yuan("200000"), None)
    settled = case("服务", **ASKED, approvals=(approval(),), settlements=(settlement(special="180000"),))
    assert settled.funding.special == yuan("180000")
    assert case("服务", **ASKED).approved is None
    assert case("服务", **ASKED, approvals=(approval(conclusion=Conclusion.REJECT),)).approved is None


def test_a_change_agreed_to_moves_what_is_approved():
    asked = Alteration(id="x", special=yuan("150000"), total=yuan("200000"))
    agreed = Alteration(id="x", special=yuan("150000"), total=yuan("200000"), conclusion=Conclusion.AGREE)
    common = {**ASKED, "approvals": (approval(),)}
    assert case("服务", **common, alterations=(asked,)).approved.special == yuan("200000")
    moved = case("服务", **common, alterations=(agreed,)).approved
    assert (moved.special, moved.total) == (yuan("150000"), yuan("200000"))
    only_total = Alteration(id="y", total=yuan("240000"), conclusion=Conclusion.AGREE)
    both = case("服务", **common, alterations=(agreed, only_total)).approved
    assert (both.special, both.total) == (yuan("150000"), yuan("240000"))
    assert case("服务", **ASKED, alterations=(agreed,)).approved is None


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({}, "200000"),
        ({"approvals": (approval(special=yuan("190000")),)}, "190000"),
        ({"approvals": (approval(),), "settlements": (settlement(special="180000"),)}, "180000"),
        ({"approvals": (approval(),), "settlements": (settlement(special="220000"),)}, "220000"),  # R29 阻断
        (
            {
                "approvals": (approval(),),
                "disbursements": (paid("60000"),),
                "progress": (progress(ProgressEvent.TERMINATE, "2018-10-01"),),
            },
            "60000",
        ),
    ],
)
def test_what_is_held_against_a_quota(said, held):
    assert case("服务", **ASKED, **said).funding.scheme == yuan(held)


def test_money_paid_back_is_not_paid():
    back = Refund(id="r", amount=yuan("10000"))
    assert case("服务", disbursements=(paid("60000"), paid("40000")), refunds=(back,)).disbursed == yuan("90000")
