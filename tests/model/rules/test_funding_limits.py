"""R01 R02 R04: the worked examples of the rules, to the fen, and an independent computation."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.records import Category, Prose, Waiver
from haicang_desk.model.rules import RuleContext, project_findings
from haicang_desk.model.values import Money
from tests.model.rules.asking import (
    approval,
    case,
    day,
    deliberation,
    gaps,
    gift,
    levels,
    policy,
    says,
    settlement,
    sums,
)

FILED = {"submitted_on": day("2018-08-20")}


@pytest.mark.parametrize(
    ("category", "sources", "level", "gap"),
    [
        ("服务", {"special": "200000.00"}, "", []),  # R01-1 V01 含本数
        ("服务", {"special": "200000.01"}, "硬", ["0.01"]),  # R01-2 V02
        ("工程", {"special": "390000.00", "donated_cash": "260000.00"}, "提", ["250,000.00"]),  # R01-3
        ("货物", {"special": "210000.00", "self_raised": "140000.00"}, "硬", ["10,000.00"]),  # R01-4
        ("工程", {"special": "400000.00"}, "", []),
        ("工程", {"special": "400000.01"}, "硬", ["0.01"]),
        ("货物", {"special": "200000.00"}, "", []),
        ("工程", {"special": "400000.00", "donated_cash": "266666.67"}, "提", ["266,666.67"]),  # V03
        ("服务", {"special": "150000.00", "matching": "50000.01"}, "硬", ["0.01"]),  # 专项与以奖代补合计
        ("服务", {"special": "200000.00", "other_fiscal": "0.01"}, "提", ["0.01"]),  # 其他财政资金另算
        ("服务", {"special": "200000.00", "self_raised": "0.01"}, "提", ["0.01"]),
    ],
)
def test_r01_cap_includes_its_own_figure(category, sources, level, gap):
    found = says("R01", case(category, **sums(**sources)))
    assert (levels(found), gaps(found)) == (level, gap)


def test_r01_other_fiscal_money_above_the_cap_is_named():
    (found,) = says("R01", case("服务", **sums(special="200000", other_fiscal="30000")))
    assert "其中财政资金合计 230,000.00 元也超过上限" in found.message
    assert found.field == "other_fiscal"


def test_r01_fiscal_money_at_the_cap_hides_nothing():
    (found,) = says("R01", case("服务", **sums(special="150000", other_fiscal="50000", self_raised="1")))
    assert ("其中财政资金" in found.message, found.field) == (False, "self_raised")


def test_r01_tells_figures_and_clause():
    (found,) = says("R01", case("服务", **sums(special="200000.01")))
    assert (found.measured, found.limit, found.field) == (20000001, 20000000, "special")
    assert str(found.clause) == "厦海政办〔2018〕63号三（三）第2段"
    assert found.message == (
        "专项资金与以奖代补资金合计 200,000.01 元，服务类单项上限 200,000.00 元，超出 0.01 元，应改由村居自筹解决"
    )


def test_r01_looks_at_what_was_approved():
    asked = case("服务", **sums(special="210000"), approvals=(approval(special=Money.parse("200000")),))
    assert levels(says("R01", asked)) == "提"


@pytest.mark.parametrize(("total", "gap"), [("90000", []), ("89999.99", ["0.01"]), ("40000", ["50,000.00"])])
def test_r01_a_total_approved_holds_the_public_money_in_it(total, gap):
    decided = approval(special=Money.parse("60000"), total=Money.parse(total))
    found = says("R01", case("服务", **sums(special="60000", other_fiscal="30000"), approvals=(decided,)))
    assert (levels(found), gaps(found)) == ("硬" if gap else "", gap)
    assert all((f.measured, f.limit, f.field) == (9_000_000, int(Money.parse(total)), "total") for f in found)


@pytest.mark.parametrize(
    ("category", "sources", "level", "gap"),
    [
        ("工程", {"special": "60000", "donated_cash": "22000", "labour": "18000"}, "", []),  # R02-1 恰好
        ("工程", {"special": "200000.00", "donated_cash": "133333.33"}, "硬", ["0.01"]),  # R02-2
        ("货物", {"special": "50000", "donated_cash": "30000"}, "硬", ["2,000.00"]),  # R02-3
        ("工程", {"special": "150000", "self_raised": "60000", "donated_cash": "90000"}, "", []),  # R02-4
        ("工程", {"special": "400000.00", "donated_cash": "266666.67"}, "", []),  # V03
        ("工程", {"special": "400000.00", "donated_cash": "266666.66"}, "硬", ["0.01"]),  # V04
        ("货物", {"special": "200000.00", "donated_goods": "133333.33"}, "硬", ["0.01"]),  # V05
        ("货物", {"special": "200000.00", "donated_goods": "133333.34"}, "", []),  # V06
        ("服务", {"special": "200000"}, "", []),  # 服务类不适用
        ("工程", {}, "", []),  # 未填资金
        ("工程", {"special": "30000", "matching": "20000", "other_fiscal": "10001", "labour": "40000"}, "硬", ["0.40"]),
    ],
)
def test_r02_sixty_to_forty(category, sources, level, gap):
    found = says("R02", case(category, **sums(**sources)))
    assert (levels(found), gaps(found)) == (level, gap)


def test_r02_tells_all_three_ways_out():
    (found,) = says("R02", case("货物", **sums(special="50000", donated_cash="30000")))
    assert found.message == (
        "财政资金 50,000.00 元，总资金 80,000.00 元，财政资金最多 48,000.00 元，超出 2,000.00 元，"
        "可将 2,000.00 元改由社会资源资金承担，或增加社会投入 3,333.34 元，或减少财政资金 5,000.00 元"
    )
    assert (found.measured, found.limit) == ("5000000/8000000", "3/5")


@pytest.mark.parametrize(
    ("sources", "level", "gap"),
    [
        ({"special": "150000", "self_raised": "60000", "donated_cash": "90000"}, "硬", ["30,000.00"]),  # R02-4
        ({"special": "150000", "self_raised": "30000", "donated_cash": "120000"}, "", []),
        ({"special": "150000", "self_raised": "30000.01", "donated_cash": "119999.99"}, "硬", ["0.01"]),
    ],
)
def test_r02_where_self_raised_money_is_not_social(sources, level, gap):
    found = says("R02", case("工程", **sums(**sources)), by=policy(self_raised_counts=False))
    assert (levels(found), gaps(found)) == (level, gap)
    assert all(f.field == "donated_cash" for f in found)


def test_r02_is_asked_of_the_village_where_the_rule_set_says_so():
    asked = case("工程", **sums(special="100000"))
    assert says("R02", asked, by=policy(works_ratio_scope="village_year")) == []


def test_r02_is_asked_again_of_the_settlement():
    asked = case(
        "工程",
        **sums(special="60000", donated_cash="40000"),
        approvals=(approval(),),
        settlements=(settlement(special="60000", donated_cash="30000"),),
        participations=(gift("30000"),),
    )
    assert gaps(says("R02", asked)) == ["6,000.00"]
    assert gaps(says("R02", replace(asked, participations=()))) == ["24,000.00"]  # 没有到账的不算


@pytest.mark.parametrize(
    ("category", "said", "level"),
    [
        ("服务", {**sums(special="200000", self_raised="60000"), "self_raise_pledge": True}, ""),  # R04-1
        ("服务", {**sums(special="200000", self_raised="60000")}, "例外"),  # R04-2
        ("工程", {**sums(special="400000", donated_cash="600000"), "self_raise_pledge": True}, ""),  # R04-3
        ("服务", {**sums(special="140000", self_raised="60000")}, ""),  # 未超上限
        ("服务", {**sums(special="200000", labour="60000"), "self_raise_pledge": True}, "提"),  # 实物、用工承担超出部分
        ("货物", {**sums(special="200000", labour="200000"), "self_raise_pledge": True}, ""),
        ("服务", {**sums(special="200000", self_raised="60000", labour="1"), "self_raise_pledge": True}, "提"),
    ],
)
def test_r04_the_excess_is_pledged(category, said, level):
    found = says("R04", case(category, **said, **FILED, deliberations=(deliberation(),)))
    assert levels(found) == level


@pytest.mark.parametrize(
    ("sources", "gap"),
    [
        ({"special": "200000", "self_raised": "40000", "donated_cash": "20000", "labour": "30000"}, ["30,000.00"]),
        ({"special": "200000", "donated_goods": "30000", "labour": "30000"}, ["60,000.00"]),
        ({"special": "150000", "self_raised": "100000", "labour": "10000"}, []),  # 现金足以承担
        ({"special": "190000", "self_raised": "60000", "labour": "10000"}, []),  # 恰好足够
        ({"special": "200000", "self_raised": "60000"}, []),  # 没有实物和用工
    ],
)
def test_r04_how_much_of_a_services_excess_is_left_to_goods_and_labour(sources, gap):
    asked = case("服务", **sums(**sources), self_raise_pledge=True, **FILED, deliberations=(deliberation(),))
    found = says("R04", asked)
    assert (levels(found), gaps(found)) == ("提" if gap else "", gap)
    assert all(f.field == "labour" for f in found)


def test_r04_gifts_alone_need_no_meeting():
    asked = case("工程", **sums(special="400000", donated_cash="600000"), self_raise_pledge=True, **FILED)
    assert says("R04", asked) == []


def test_r04_self_raised_money_needs_the_meeting_that_agreed():
    asked = case("服务", **sums(special="200000", self_raised="60000"), self_raise_pledge=True, **FILED)
    (found,) = says("R04", asked)
    assert (found.severity.label, str(found.shortfall)) == ("例外", "60,000.00")
    assert "没有村（居）民议事记录" in found.message


@pytest.mark.parametrize(
    ("category", "sources", "gap"),
    [
        ("服务", {"special": "200000", "other_fiscal": "60000"}, ["60,000.00"]),  # 其他财政资金不是自筹
        ("服务", {"special": "200000", "other_fiscal": "40000", "self_raised": "20000"}, ["40,000.00"]),
        ("服务", {"special": "150000", "other_fiscal": "50000.01", "donated_cash": "60000"}, ["0.01"]),
        ("服务", {"special": "150000", "other_fiscal": "50000", "donated_cash": "60000"}, []),
        ("工程", {"special": "300000", "other_fiscal": "150000", "labour": "300000"}, ["50,000.00"]),
        ("服务", {"special": "200000.01", "other_fiscal": "60000"}, []),  # 专项超过上限，由 R01 说
    ],
)
def test_r04_other_public_money_is_not_raised_by_the_village(category, sources, gap):
    asked = case(category, **sums(**sources), self_raise_pledge=True, **FILED, deliberations=(deliberation(),))
    found = [f for f in says("R04", asked) if f.severity.label == "例外"]
    assert gaps(found) == gap
    assert all((f.limit - f.measured, f.field) == (int(f.shortfall), "self_raised") for f in found)


def test_r04_once_leave_is_recorded_the_message_asks_for_nothing_more():
    leave = Waiver(rule="R04", authority="街道", number="会纪1号", granted_on=day("2018-08-30"), reason=Prose("应急"))
    asked = case("服务", **sums(special="200000", other_fiscal="60000"), self_raise_pledge=True, **FILED)
    for waivers, excused in (((), None), ((leave,), "会纪1号")):
        scene = RuleContext(case=replace(asked, waivers=waivers), policy=policy(), today=day("2018-09-03"))
        (found,) = (f for f in project_findings(scene) if f.rule == "R04")
        assert found.excused_by == excused
        assert ("应增加村居自筹" in found.message) is (excused is None)
        assert ("已获例外批准（会纪1号）" in found.message) is (excused is not None)


def test_r01_asks_for_a_pledge_only_while_there_is_none():
    sources = sums(special="200000", self_raised="0.01")
    for pledge, asks in ((None, True), (False, True), (True, False)):
        (found,) = says("R01", case("服务", **sources, self_raise_pledge=pledge))
        assert ("请附自筹承诺" in found.message) is asks


@pytest.mark.parametrize(
    ("decided", "gap"),
    [
        ({"special": "50000", "total": "90000"}, []),
        ({"special": "50000", "total": "89999.99"}, ["0.01"]),  # 捐赠 40,000 不变，村居自筹成了 -0.01
        ({"total": "99999.99"}, ["0.01"]),
        ({"special": "60000.01"}, ["0.01"]),
    ],
)
def test_r01_a_decision_leaves_the_village_no_less_than_nothing_to_raise(decided, gap):
    asked = case("服务", **sums(special="60000", donated_cash="40000"), approvals=(approval(**sums(**decided)),))
    found = [f for f in says("R01", asked) if "容不下" in f.message]
    assert (levels(found), gaps(found)) == ("硬" if gap else "", gap)
    assert all((f.measured - f.limit, f.field) == (1, "total") for f in found)


def test_r04_leaves_drafts_alone():
    assert says("R04", case("服务", **sums(special="200000", self_raised="60000"))) == []


FEN = st.integers(0, 10**9)
KINDS = st.sampled_from(["服务", "货物", "工程"])


@given(KINDS, FEN, FEN, FEN)
def test_r01_agrees_with_plain_decimal(kind, special, matching, rest):
    """Independent: in yuan, by subtraction."""
    limit = Decimal(400_000 if kind == "工程" else 200_000)
    over = Decimal(special + matching) / 100 - limit
    found = says("R01", case(kind, special=Money(special), matching=Money(matching), labour=Money(rest)))
    blocked = [f for f in found if f.severity.label == "硬"]
    assert bool(blocked) == (over > 0)
    if blocked:
        assert blocked[0].shortfall.yuan == over
    else:
        assert bool(found) == (over + Decimal(rest) / 100 > 0)


@given(KINDS, FEN, FEN, FEN, FEN)
def test_r02_agrees_with_plain_decimal(kind, special, other, cash, own):
    """Independent: the highest sum of yuan and cents that is no more than 0.6 of the total."""
    asked = case(
        kind,
        special=Money(special),
        other_fiscal=Money(other),
        donated_cash=Money(cash),
        self_raised=Money(own),
    )
    total = Decimal(special + other + cash + own) / 100
    fiscal = Decimal(special + other) / 100
    most = (total * Decimal("0.6")).quantize(Decimal("0.01"), ROUND_FLOOR)
    found = says("R02", asked)
    assert bool(found) == (asked.project.category is not Category.SERVICE and fiscal > most)
    for each in found:
        assert each.shortfall.yuan == fiscal - most


@given(FEN, FEN)
def test_r02_each_way_out_is_enough_and_no_fen_less(special, cash):
    found = says("R02", case("工程", special=Money(special), donated_cash=Money(cash)))
    if not found:
        return
    moved, added, cut = (Money.parse(text.split(" 元")[0]) for text in _ways(found[0].message))
    assert not says("R02", case("工程", special=Money(special - moved), donated_cash=Money(cash + moved)))
    assert says("R02", case("工程", special=Money(special - moved + 1), donated_cash=Money(cash + moved - 1)))
    assert not says("R02", case("工程", special=Money(special), donated_cash=Money(cash + added)))
    assert says("R02", case("工程", special=Money(special), donated_cash=Money(cash + added - 1)))
    assert not says("R02", case("工程", special=Money(special - cut), donated_cash=Money(cash)))
    assert says("R02", case("工程", special=Money(special - cut + 1), donated_cash=Money(cash)))


def _ways(message: str) -> list[str]:
    return [message.split(lead)[1] for lead in ("可将 ", "增加社会投入 ", "减少财政资金 ")]


@given(FEN, FEN, FEN)
def test_r02_both_halves_where_self_raised_money_is_not_social(special, cash, own):
    total = Decimal(special + cash + own)
    least = (total * Decimal("0.4")).quantize(Decimal(1), ROUND_CEILING)
    asked = case("工程", special=Money(special), donated_cash=Money(cash), self_raised=Money(own))
    found = says("R02", asked, by=policy(self_raised_counts=False))
    assert bool(found) == (cash < least)
