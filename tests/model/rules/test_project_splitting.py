"""R30: category by the largest share, and projects cut in pieces."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.balances import Balance
from haicang_desk.model.records import Category
from haicang_desk.model.rules import SplitCandidate, similar_to
from haicang_desk.model.rules.project_splitting import matched, similar_groups
from haicang_desk.model.values import Money
from tests.model.rules.asking import CATEGORIES, budget_line, case, gaps, levels, says, says_of_village, yuan


@pytest.mark.parametrize(
    ("category", "shares", "level"),
    [
        ("工程", {"工程": "70000", "货物": "30000"}, ""),
        ("货物", {"工程": "70000", "货物": "30000"}, "提"),  # 应为工程类
        ("工程", {"工程": "60000", "货物": "40000"}, "提"),  # 两类都达四成
        ("工程", {"工程": "60000.01", "货物": "39999.99"}, ""),
        ("服务", {"工程": "1"}, "提"),
        ("服务", {}, ""),
    ],
)
def test_r30_one_category_by_the_largest_share(category, shares, level):
    lines = tuple(budget_line("材料", amount, category=CATEGORIES[kind]) for kind, amount in shares.items())
    assert levels(says("R30", case(category, budget_lines=lines))) == level


def piece(title: str, special: str, place: str = "", category: str = "工程") -> SplitCandidate:
    return SplitCandidate(title, place, CATEGORIES[category], yuan(special))


@pytest.mark.parametrize(
    ("candidates", "gap"),
    [
        ([piece("东社路灯一期", "240000"), piece("东社路灯二期", "200000")], ["40,000.00"]),
        ([piece("东社路灯一期", "200000"), piece("东社路灯二期", "200000")], []),  # 恰好不超
        ([piece("东社路灯一期", "240000"), piece("村口排水沟", "200000")], []),
        ([piece("东社路灯一期", "240000"), piece("东社路灯二期", "200000", category="货物")], []),
        (
            [piece("村口路面", "240000", "村口"), piece("垃圾分类亭", "200000", " 村口 ")],
            ["40,000.00"],
        ),  # 同地点
        ([piece("村口路面", "240000", "霞阳社区"), piece("垃圾分类亭", "200000", "霞阳社区")], []),  # 只写村居
        ([piece(f"东社路灯{n}期", "150000") for n in "一二三"], ["50,000.00"]),
        (
            [piece("老人灶", "150000", category="服务"), piece("老人灶", "60000", category="服务")],
            ["10,000.00"],
        ),
    ],
)
def test_r30_pieces_of_one_project_are_told(candidates, gap):
    found = says_of_village("R30", Balance(name="霞阳社区"), candidates=tuple(candidates))
    assert (levels(found), gaps(found)) == ("提" if gap else "", gap)


def test_r30_one_project_over_the_cap_is_not_cut_in_pieces():
    assert says_of_village("R30", Balance(name="霞阳社区"), candidates=(piece("东社路灯", "500000"),)) == []


def test_r30_what_asks_for_nothing_is_no_piece():
    pieces = [piece(f"东社路灯{n}期", "300000") for n in "一二"]
    (found,) = says_of_village("R30", Balance(name="霞阳社区"), candidates=(*pieces, piece("东社路灯三期", "0")))
    assert "共 2 项" in found.message


def test_r30_four_are_all_named():
    pieces = tuple(piece(f"东社路灯{n}期", "200000") for n in "一二三四")
    (found,) = says_of_village("R30", Balance(name="霞阳社区"), candidates=pieces)
    assert found.message.startswith("“东社路灯一期”、“东社路灯二期”、“东社路灯三期”、“东社路灯四期”共 4 项")


def test_r30_on_the_same_spot_whatever_the_name():
    own, there, elsewhere = (piece(*said) for said in (("甲", "1", "村口"), ("乙", "1", "村口 "), ("丙", "1", "村尾")))
    assert similar_to(own, [there, elsewhere], Fraction(4, 5), "霞阳社区") == [there]
    assert similar_to(piece("甲", "1", "霞阳社区"), [piece("乙", "1", "霞阳社区")], Fraction(4, 5), "霞阳社区") == []


def test_r30_message_names_them():
    pieces = tuple(piece(f"东社路灯{n}期", "100000") for n in "一二三四五")
    (found,) = says_of_village("R30", Balance(name="霞阳社区"), candidates=pieces)
    assert found.message.startswith(
        "“东社路灯一期”、“东社路灯二期”、“东社路灯三期”、“东社路灯四期”等共 5 项名称或地点相近"
    )


def test_r30_a_piece_goes_with_what_it_is_most_like():
    near, nearer, last = (
        piece(title, "1") for title in ("丑寅丙丁戊己庚辛壬癸", "甲乙丙丁戊己庚辛壬子", "甲乙丙丁戊己庚辛壬癸")
    )
    assert similar_groups([near, nearer, last], Fraction(4, 5), "霞阳社区") == [[nearer, last]]


NAMES = st.text("东社路灯一二", min_size=1, max_size=9)


def plainly(one: str, other: str) -> float:
    return SequenceMatcher(None, other, one, autojunk=False).ratio()


@pytest.mark.parametrize("least", [Fraction(4, 5), Fraction(3, 4), Fraction(2, 3), Fraction(1, 2), Fraction(1)])
@given(own=NAMES, names=st.lists(NAMES, max_size=12))
def test_r30_names_are_alike_as_if_each_were_compared(least, own, names):
    """Independent: every pair compared, with the plain ratio."""
    candidates = [SplitCandidate(name, "", Category.WORKS, Money(1)) for name in names]
    found = similar_to(SplitCandidate(own, "", Category.WORKS, Money(1)), candidates, least, "霞阳社区")
    assert sorted(o.title for o in found) == sorted(name for name in names if plainly(own, name) >= float(least))


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("东社路灯一", "东社村路一"),
        ("灯路灯路灯", "灯路灯路灯路"),
        ("一二", "一"),
        ("东社甲路灯乙改造工程", "东社路丙灯改丁造工程"),  # 十字中八字相同，连着的只有三对
    ],
)
def test_r30_the_fewest_pairs_that_names_alike_can_share(own, other):
    found = similar_to(piece(own, "1"), [piece(other, "1")], Fraction(4, 5), "霞阳社区")
    assert bool(found) == (plainly(own, other) >= 0.8)


@given(st.lists(NAMES, max_size=12))
def test_r30_groups_leave_out_nothing_that_is_like_their_first(names):
    candidates = [SplitCandidate(name, "", Category.WORKS, Money(1)) for name in names]
    grouped = similar_groups(candidates, Fraction(4, 5), "霞阳社区")
    homes = {id(member) for group in grouped for member in group}
    for group in grouped:
        assert all(plainly(o.title, group[0].title) >= 0.8 for o in group[1:])
    alone = [o.title for o in candidates if id(o) not in homes]
    assert not any(plainly(late, early) >= 0.8 for n, late in enumerate(alone) for early in alone[:n])


@given(one=st.text("东社路灯", max_size=9), other=st.text("东社路灯", max_size=9))
def test_r30_letters_are_matched_as_difflib_matches_them(one, other):
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    assert matched(one, other) == sum(block.size for block in blocks)


def test_r30_of_groups_as_like_as_each_other_the_earliest_takes_it():
    """Whatever order the pairs of letters are looked up in, which Python changes from run to run."""
    firsts = [piece(f"东社村口路灯更换{n}号", "240000") for n in ("1234", "5678")]
    last = piece("东社村口路灯更换1278号", "200000")
    assert similar_groups([*firsts, last], Fraction(4, 5), "霞阳社区") == [[firsts[0], last]]
    assert similar_groups([*firsts[::-1], last], Fraction(4, 5), "霞阳社区") == [[firsts[1], last]]


@pytest.mark.parametrize(("notes", "level"), [(("", ""), "提"), (("两处路灯", ""), "报"), (("", " 两处\n路灯 "), "报")])
def test_r30_once_a_person_says_why_they_are_two_projects_they_are_only_listed(notes, level):
    pieces = [piece(f"东社路灯{n}期", "300000") for n in "一二"]
    told = tuple(replace(each, checked=note) for each, note in zip(pieces, notes, strict=True))
    (found,) = says_of_village("R30", Balance(name="霞阳社区"), candidates=told)
    assert found.severity.label == level
    assert ("已核对：两处" in found.message) is (level == "报")
    third = (*told, piece("东社路灯三期", "300000"))
    assert levels(says_of_village("R30", Balance(name="霞阳社区"), candidates=third)) == "提"  # 第三项没有核对
