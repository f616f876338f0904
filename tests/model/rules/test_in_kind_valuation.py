"""R03: worked examples, and what an unfounded value does to R02."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from haicang_desk.model.policy import ReferenceTables
from haicang_desk.model.records import Event, GiftForm, LabourPrice, Prose, Refund, Source, Spending, TakingPart
from tests.model.rules.asking import (
    approval,
    case,
    day,
    gaps,
    gift,
    levels,
    paid,
    progress,
    says,
    settlement,
    sums,
    yuan,
)

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
        ({"participations": (labour(), labour(basis=" "))}, "", []),  # 第一笔已经够了
        ({"participations": (labour(people=20), labour(basis=" "))}, "硬", ["6,000.00"]),  # 有依据的只有 12,000
        ({"participations": (labour(people=20, amount=None), labour(people=10, amount=None))}, "", []),
        ({"participations": (labour(amount=yuan("17999.99")),)}, "硬", ["0.01"]),  # 登记的金额比算出来的少
        ({"participations": (labour(amount=yuan("90000"), people=29),)}, "硬", ["600.00"]),  # 多写的不算
        ({"participations": (labour(people=None, workdays=None, price=None),)}, "", []),  # 只有金额，有依据
        ({"participations": (labour(people=None, basis=""),)}, "硬", ["18,000.00"]),
        ({"participations": (labour(people=1, workdays=Decimal(1), price=None, amount=None),)}, "硬", ["18,000.00"]),
        ({"participations": (labour(), gift("22000"))}, "", []),  # 现金捐款不要折价依据
    ],
)
def test_r03_labour_counts_only_on_a_basis(said, level, gap):
    found = [f for f in says("R03", case("工程", **WORKS, **FILED, **said)) if f.severity.label == "硬"]
    assert (levels(found), gaps(found)) == (level, gap)
    assert all((f.measured, f.measured - f.limit) == (1_800_000, f.shortfall) for f in found)
    assert all("请填写折价依据，或在社会参与中登记" in f.message and f.field == "valuation_basis" for f in found)


def test_r03_unfounded_labour_does_not_count_toward_the_social_share():
    """R03-2：S3 计 0，总资金 82,000，财政 60,000 占 73.2%。"""
    (found,) = says("R02", case("工程", **WORKS, **FILED))
    assert (found.measured, str(found.shortfall)) == ("6000000/8200000", "10,800.00")
    assert found.message.endswith("（另有 18,000.00 元社会资源资金没有登记或依据，未计入）")
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
        ((gift("22000", True, basis="发票 01234567", form=GiftForm.GOODS),), ""),
        ((gift("22000", False, basis="认捐书"),), "硬"),  # 认捐
        ((gift("22000", False, basis="认捐书", form=GiftForm.GOODS),), "硬"),
        ((gift("22000", None, TakingPart.VOLUNTEER, basis="签到表"),), "硬"),  # 志愿服务不是实物
        ((gift("22000", None, TakingPart.SPONSOR, basis="发票"),), ""),
        ((replace(gift("0", None, TakingPart.SPONSOR, basis="协议"), amount=None),), "硬"),  # 没有金额的赞助
    ],
)
def test_r03_goods_count_only_on_a_basis(parts, level):
    asked = case("货物", **sums(special="33000", donated_goods="22000"), **FILED, participations=parts)
    assert levels(says("R03", asked)) == level


@pytest.mark.parametrize(("worth", "gap"), [("22000", []), ("21999.99", ["0.01"]), ("100", ["21,900.00"])])
def test_r03_goods_count_as_far_as_they_are_worth(worth, gap):
    parts = (gift(worth, None, basis="发票"), gift("5000", None))
    asked = case("货物", **sums(special="33000", donated_goods="22000"), **FILED, participations=parts)
    assert gaps(says("R03", asked)) == gap
    (share,) = says("R02", asked) or (None,)
    assert (share is None) is not gap
    assert share is None or share.measured == f"3300000/{3_300_000 + int(yuan(worth))}"


def test_r03_what_was_given_is_added_up_by_kind():
    cash, undertaken = gift("500"), gift("300", None)
    uncounted = replace(labour(), amount=None, people=None)
    asked = case(
        "工程",
        participations=(cash, undertaken, labour(), labour(amount=None), uncounted, replace(undertaken, amount=None)),
    )
    assert asked.given == {"donated_cash": yuan("500"), "donated_goods": yuan("300"), "labour": yuan("36000")}


@pytest.mark.parametrize(
    ("part", "gap"),
    [
        ({"basis": "", "price": None, "amount": None}, []),  # 30 人 × 4 工日，单价按标准
        ({"basis": "", "price": None}, []),
        ({"basis": "", "price": None, "people": 29}, ["600.00"]),
        ({"basis": "", "people": None}, ["18,000.00"]),  # 标准给单价，不给人数和工日
        ({"basis": "", "workdays": None}, ["18,000.00"]),
        ({"basis": "", "took_on": day("2017-12-31")}, ["18,000.00"]),  # 标准当日尚未施行
        ({"basis": "签到表", "people": None}, []),
    ],
)
def test_r03_the_streets_standard_gives_the_price_never_the_count(part, gap):
    asked = case("工程", **WORKS, **FILED, participations=(labour(**part),))
    found = [f for f in says("R03", asked, standing=PRICED) if f.severity.label == "硬"]
    assert gaps(found) == gap


def test_r03_a_standard_alone_proves_no_labour():
    assert gaps(says("R03", case("工程", **WORKS, **FILED), standing=PRICED)) == ["18,000.00"]


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


BLANK = tuple(replace(given, amount=None) for given in (labour(people=None), gift("500", None)))  # 金额未填


@pytest.mark.parametrize(
    ("final", "given", "gap"),
    [
        ({"labour": "18000"}, (labour(),), []),
        ({"labour": "18000"}, (labour(amount=None),), []),  # 人数 × 工日 × 单价就是金额
        ({"labour": "18000.01"}, (labour(),), ["0.01"]),
        ({"labour": "100"}, (), ["100.00"]),
        ({"donated_goods": "500"}, (gift("500", None, basis="发票"),), []),
        ({"donated_goods": "500"}, (gift("500", None),), ["500.00"]),
        ({"donated_goods": "500"}, (gift("500", True),), ["500.00"]),  # 到账的是现金
        ({"donated_goods": "600"}, (gift("500", None, basis="发票"), labour()), ["100.00"]),
        ({"donated_goods": "600", "labour": "18000"}, (labour(), *BLANK), ["600.00"]),
        ({"donated_cash": "500"}, (gift("500"),), []),
        ({"donated_cash": "500"}, (gift("499.99"), gift("500", False)), ["0.01"]),  # 决算的现金须已到账
        ({"donated_cash": "500"}, (gift("500", True, form=GiftForm.GOODS, basis="发票"),), ["500.00"]),
    ],
)
def test_r03_from_settlement_on_only_what_is_registered_counts(final, given, gap):
    """What the plan said of 折价依据 no longer does."""
    asked = case("工程", **FILED, **WORKS, valuation_basis=Prose("标准"), participations=given)
    assert not [each for each in says("R03", asked) if each.severity.label == "硬"]
    settled = replace(asked, settlements=(settlement(special="60000", **final),))
    found = [each for each in says("R03", settled) if each.severity.label == "硬"]
    assert (gaps(found), levels(found)) == (gap, "硬" if gap else "")
    assert all("决算列" in each.message and "请在社会参与中登记" in each.message for each in found)
    assert {each.field for each in found} <= set(final)


def test_r03_a_stopped_project_is_held_to_what_was_paid_and_given():
    parts = (gift("40000"), gift("9000", False), gift("500", None, basis="发票"), labour())
    stop = progress(Event.TERMINATE, "2018-10-01")
    back = Refund(id="b", returned_on=day("2018-10-08"), amount=yuan("5000"))
    asked = case(
        "工程", **FILED, **WORKS, approvals=(approval(),), participations=parts, disbursements=(paid("35000"),),
        refunds=(back,), progress=(stop,),
        spending=(Spending(id="s", content="管道", amount=yuan("700"), source=Source.OTHER_FISCAL),),
    )  # fmt: skip
    funding = asked.funding
    assert (funding.special, funding.other_fiscal, funding.social) == tuple(map(yuan, ("30000", "700", "58500")))
    assert (funding.total, asked.undisbursed) == (yuan("89200"), 0)
    assert [f for f in says("R03", asked) if f.severity.label == "硬"] == []
    unfounded = replace(asked, participations=(gift("500", None),))
    (found,) = says("R03", unfounded)
    assert (str(found.shortfall), found.message[:9]) == ("500.00", "终止时列捐赠实物折价"[:9])


def test_r03_the_basis_of_labour_is_none_for_goods():
    goods = sums(special="60000", donated_cash="22000", donated_goods="18000")
    (found,) = says("R03", case("工程", **FILED, **goods, participations=(labour(),)))
    assert (found.severity.label, "捐赠实物" in found.message) == ("硬", True)
