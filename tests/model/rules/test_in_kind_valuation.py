"""R03: worked examples, and what an unfounded value does to R02."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from haicang_desk.model.policy import ReferenceTables
from haicang_desk.model.records import LabourPrice, Prose, TakingPart
from tests.model.rules.asking import case, day, gaps, gift, levels, says, settlement, sums, yuan

FILED = {"submitted_on": day("2018-08-20")}
WORKS = sums(special="60000", donated_cash="22000", labour="18000")


def labour(**said):
    known = {"people": 30, "workdays": Decimal(4), "price": yuan("150"), "basis": "街道折价标准"}
    return replace(gift("18000", None, TakingPart.LABOUR, **known), **said)


PRICED = ReferenceTables(
    labour_prices=(LabourPrice(work="普工", price=yuan("150"), from_on=day("2018-01-01"), basis="新阳街办〔2018〕9号"),)
)


@pytest.mark.parametrize(
    ("said", "level", "gap"),
    [
        ({"participations": (labour(),)}, "", []),  # R03-1：30 人×4 工日×150 元，依据已录
        ({"participations": (labour(basis=""),)}, "硬", ["18,000.00"]),  # R03-2
        ({}, "硬", ["18,000.00"]),
        ({"valuation_basis": Prose("新阳街办〔2018〕9号")}, "", []),
        ({"participations": (labour(), labour(basis=" "))}, "硬", ["18,000.00"]),
        ({"participations": (labour(), gift("22000"))}, "", []),  # 现金捐款不要折价依据
    ],
)
def test_r03_labour_counts_only_on_a_basis(said, level, gap):
    found = says("R03", case("工程", **WORKS, **FILED, **said))
    assert (levels(found), gaps(found)) == (level, gap)
    assert all((f.measured, f.limit) == (1_800_000, 0) for f in found)


def test_r03_unfounded_labour_does_not_count_toward_the_social_share():
    """R03-2：S3 计 0，总资金 82,000，财政 60,000 占 73.2%。"""
    (found,) = says("R02", case("工程", **WORKS, **FILED))
    assert (found.measured, str(found.shortfall)) == ("6000000/8200000", "10,800.00")
    assert found.message.endswith("（另有 18,000.00 元实物或用工折价没有依据，未计入）")
    assert says("R02", case("工程", **WORKS)) == []  # 草稿尚可补依据
    assert says("R02", case("工程", **WORKS, **FILED, participations=(labour(),))) == []


@pytest.mark.parametrize(
    ("parts", "level"),
    [
        ((gift("22000", None, basis="发票 01234567"),), ""),  # R03-3
        ((gift("22000", None),), "硬"),
        ((gift("22000", None), labour()), "硬"),  # 用工的依据不是实物的依据
        ((), "硬"),
        ((gift("22000", True, basis="发票 01234567"),), "硬"),  # 现金到账不是实物的依据
    ],
)
def test_r03_goods_count_only_on_a_basis(parts, level):
    asked = case("货物", **sums(special="33000", donated_goods="22000"), **FILED, participations=parts)
    assert levels(says("R03", asked)) == level


def test_r03_what_was_given_is_added_up_by_kind():
    cash, undertaken = gift("500"), gift("300", None)
    asked = case(
        "工程", participations=(cash, undertaken, labour(), labour(amount=None), replace(undertaken, amount=None))
    )
    assert asked.confirmed_in_kind == {"donated_goods": yuan("300"), "labour": yuan("18000")}


def test_r03_a_price_set_by_the_street_is_a_basis():
    assert says("R03", case("工程", **WORKS, **FILED), standing=PRICED) == []
    earlier = case("工程", **WORKS, submitted_on=day("2017-12-31"))
    assert levels(says("R03", earlier, standing=PRICED)) == "硬"


@pytest.mark.parametrize(
    ("cash", "work", "level", "gap"),
    [
        ("20000", "20000", "", []),
        ("19999.99", "20000.01", "提", ["0.01"]),
        ("0.01", "0.02", "提", ["0.01"]),  # 半数 0.015，向下取分
        ("0", "0", "", []),
    ],
)
def test_r03_labour_over_half_of_the_social_money_is_told(cash, work, level, gap):
    found = says("R03", case("工程", **sums(special="60000", donated_cash=cash, labour=work)))
    assert (levels(found), gaps(found)) == (level, gap)


@pytest.mark.parametrize(
    ("said", "gap"),
    [
        ({}, []),
        ({"people": 29}, ["600.00"]),
        ({"workdays": Decimal("4.5")}, ["2,250.00"]),
        ({"people": None}, []),
        ({"price": None}, []),
        ({"amount": None}, []),
    ],
)
def test_r03_labour_is_people_by_days_by_price(said, gap):
    found = says("R03", case("工程", participations=(labour(**said),)))
    assert gaps(found) == gap
    assert levels(found) == ("提" if gap else "")


def test_r03_no_dearer_than_the_standard():
    dear = labour(price=yuan("160"), workdays=None)
    found = says("R03", case("工程", **FILED, participations=(dear,)), standing=PRICED)
    assert (levels(found), gaps(found)) == ("提", ["10.00"])
    for plain in (labour(), labour(price=None)):
        assert says("R03", case("工程", **FILED, participations=(plain,)), standing=PRICED) == []


BLANK = tuple(replace(given, amount=None) for given in (labour(), gift("500", None)))  # 金额未填


@pytest.mark.parametrize(
    ("final", "given", "gap"),
    [
        ({"labour": "18000"}, (labour(),), []),
        ({"labour": "18000.01"}, (labour(),), ["0.01"]),
        ({"labour": "100"}, (), ["100.00"]),
        ({"donated_goods": "500"}, (gift("500", None, basis="发票"),), []),
        ({"donated_goods": "500"}, (gift("500", True),), ["500.00"]),  # 到账的是现金
        ({"donated_goods": "600"}, (gift("500", False, basis="发票"), labour()), ["100.00"]),
        ({"donated_goods": "600", "labour": "18000"}, (labour(), *BLANK), ["600.00"]),
    ],
)
def test_r03_what_is_settled_in_kind_is_what_was_confirmed(final, given, gap):
    asked = case("工程", **FILED, **WORKS, valuation_basis=Prose("标准"), participations=given)
    assert not [each for each in says("R03", asked) if "决算" in each.message]
    settled = replace(asked, settlements=(settlement(special="60000", **final),))
    found = [each for each in says("R03", settled) if "决算" in each.message]
    assert (gaps(found), levels(found)) == (gap, "提" if gap else "")


def test_r03_the_basis_of_labour_is_none_for_goods():
    goods = sums(special="60000", donated_cash="22000", donated_goods="18000")
    (found,) = says("R03", case("工程", **FILED, **goods, participations=(labour(),)))
    assert (found.severity.label, "捐赠实物" in found.message) == ("硬", True)
