"""R18: manner, basis, price, bidders, limits, standards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.policy import ReferenceTables
from haicang_desk.model.records import Bid, Category, Guidance, ProcurementLimit
from haicang_desk.model.records import Event as ProgressEvent
from tests.model.rules.asking import appointment, approval, case, day, gaps, levels, progress, says, sums, yuan


def set_by(category: str = "工程", **said):
    records = {name: said.pop(name) for name in ("bids", "guidance", "progress") if name in said}
    money = sums(special="60000", donated_cash="40000")
    return case(category, **money, approvals=(approval(),), appointments=(appointment(**said),), **records)


@pytest.mark.parametrize(
    ("said", "level", "lacking"),
    [
        ({}, "", ""),
        ({"manner": ""}, "硬", "采购方式"),
        ({"basis": " "}, "硬", "依据文件"),
        ({"manner": "", "basis": ""}, "硬", "采购方式和依据文件"),
    ],
)
def test_r18_manner_and_basis(said, level, lacking):
    found = says("R18", set_by(**said))
    assert levels(found) == level
    for each in found:
        blank = lacking.count("和") + 1
        assert f"缺{lacking}，" in each.message
        assert (each.measured, each.limit) == (2 - blank, 2)
        assert each.field == ("basis" if "依据文件" in lacking else "manner")


@pytest.mark.parametrize(
    ("price", "ceiling", "level", "gap"),
    [
        ("100000", None, "", []),
        ("100000.01", None, "例外", ["0.01"]),  # 高于核定总资金
        ("98000", "98000", "", []),
        ("98000.01", "98000", "提", ["0.01"]),  # 高于控制价
        ("100000.01", "98000", "例外", ["0.01"]),
    ],
)
def test_r18_price(price, ceiling, level, gap):
    found = says("R18", set_by(price=yuan(price), ceiling=yuan(ceiling) if ceiling else None))
    assert (levels(found), gaps(found)) == (level, gap)


def test_r18_the_total_approved_counts_not_the_one_asked():
    cut = case("工程", **sums(special="60000", donated_cash="40000"), approvals=(approval(total=yuan("90000")),),
               appointments=(appointment(price=yuan("95000")),))  # fmt: skip
    assert (levels(says("R18", cut)), gaps(says("R18", cut))) == ("例外", ["5,000.00"])


def test_r18_while_nobody_is_set_more_may_still_bid():
    assert says("R18", case("工程", bids=(Bid(id="b", bidder="甲公司"),))) == []


@pytest.mark.parametrize(
    ("bidders", "level"), [([], ""), (["甲公司"], "提"), (["甲公司", "甲公司"], "提"), (["甲公司", "乙公司"], "")]
)
def test_r18_a_single_bidder_is_told(bidders, level):
    found = says("R18", set_by(bids=tuple(Bid(id=str(n), bidder=b) for n, b in enumerate(bidders))))
    assert levels(found) == level
    assert all(f.measured == 1 for f in found)


LIMIT = ProcurementLimit(
    category=Category.WORKS,
    manner="直接委托",
    most=yuan("50000"),
    least=yuan("1000"),
    from_on=day("2018-01-01"),
    basis="区文",
)


@pytest.mark.parametrize(
    ("category", "said", "gap"),
    [
        ("工程", {"manner": "直接委托", "price": yuan("50000")}, []),
        ("工程", {"manner": "直接委托", "price": yuan("50000.01")}, ["0.01"]),
        ("工程", {"manner": "直接委托", "price": yuan("999.99")}, ["0.01"]),
        ("工程", {"manner": "直接委托", "ceiling": yuan("60000")}, ["10,000.00"]),
        ("工程", {"manner": "询价", "price": yuan("90000")}, []),
        ("货物", {"manner": "直接委托", "price": yuan("90000")}, []),
        ("工程", {"manner": "直接委托", "price": yuan("90000"), "on": "2017-12-31"}, []),
        ("工程", {"manner": "直接委托"}, []),
        ("工程", {"manner": "直接委托", "price": yuan("1000")}, []),
        ("工程", {"manner": "直接委托", "price": yuan("90000"), "on": "2018-01-01"}, ["40,000.00"]),
        ("工程", {"manner": "直接委托", "price": yuan("90000"), "appointed_on": None}, ["40,000.00"]),
    ],
)
def test_r18_limits_are_those_the_office_entered(category, said, gap):
    found = says("R18", set_by(category, **said), standing=ReferenceTables(procurement_limits=(LIMIT,)))
    assert (levels(found), gaps(found)) == ("提" if gap else "", gap)
    assert says("R18", set_by(category, **said)) == []  # 没有内置限额


def test_r18_a_limit_without_a_first_day_or_a_bound_holds_ever():
    dear = set_by(manner="直接委托", price=yuan("90000"))
    ever = replace(LIMIT, from_on=None)
    assert gaps(says("R18", dear, standing=ReferenceTables(procurement_limits=(ever,)))) == ["40,000.00"]
    open_ended = replace(LIMIT, most=None, least=None)
    assert says("R18", dear, standing=ReferenceTables(procurement_limits=(open_ended,))) == []


@pytest.mark.parametrize(
    ("event", "guidance", "level"),
    [
        (ProgressEvent.ACCEPT, (), "硬"),
        (ProgressEvent.CLOSE, (), "硬"),
        (ProgressEvent.COMPLETE, (), ""),
        (ProgressEvent.ACCEPT, (Guidance(id="g", department="区建设局"),), ""),
    ],
)
def test_r18_compulsory_standards_need_guidance_before_acceptance(event, guidance, level):
    done = (progress(event, "2018-12-01"),)
    asked = case("货物", mandatory_standard=True, guidance=guidance, progress=done)
    assert levels(says("R18", asked)) == level
    assert all((f.measured, f.limit) == (0, 1) for f in says("R18", asked))
    assert says("R18", case("货物", mandatory_standard=False, progress=done)) == []
    assert says("R18", case("货物", progress=done)) == []


@pytest.mark.parametrize(("category", "place"), [("工程", "第3段"), ("服务", "第4段"), ("货物", "第5段")])
def test_r18_cites_the_paragraph_of_the_category(category, place):
    (found,) = says("R18", set_by(category, basis=""))
    assert str(found.clause).endswith(f"三（四）{place}")


def test_r18_the_prices_of_all_implementers_are_held_against_the_approved_total():
    two = (
        appointment("2018-09-20", implementer="甲", price=yuan("60000")),
        appointment("2018-09-21", implementer="乙", price=yuan("60000")),
    )
    (found,) = says("R18", case("工程", **sums(special="100000"), appointments=two))
    assert (found.severity.label, found.measured, found.limit) == ("例外", 12_000_000, 10_000_000)
    assert found.taken_on == two[1].appointed_on
    assert "2 个实施主体合计" in found.message and gaps([found]) == ["20,000.00"]
    assert says("R18", case("工程", **sums(special="100000"), appointments=two[:1])) == []


def test_r18_one_bidder_with_a_reason_is_only_listed():
    asked = case("工程", **sums(special="100"), appointments=(appointment(),), bids=(Bid(id="b", bidder="甲"),))
    assert levels(says("R18", asked)) == "提"
    told = replace(asked, appointments=(appointment(sole_reason="两次公告仅一家"),))
    (found,) = says("R18", told)
    assert (found.severity.label, found.measured, found.limit) == ("报", 1, 2)
    assert "理由：两次公告仅一家" in found.message
