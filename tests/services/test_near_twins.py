"""Near twins among titles: found through an index as by comparing pairs."""

from __future__ import annotations

import random
from difflib import SequenceMatcher

import pytest

from haicang_desk.model.services import TitleIndex, nearly_same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("新垵道路美化", "新垵道路美化", True), ("新垵道路美化", "新垵 道路（美化）", True),
        ("新垵村道路美化工程", "新垵村道路美化项目", False), ("新垵村道路美化提升工程", "新垵村道路美化提升项目", True),
        ("路灯一期", "路灯二期", False), ("路灯改造1号", "路灯改造12号", False), ("路灯改造1号", "路灯改造 1 号", True),
        ("路灯", "球场", False), ("１２", "12", True), ("12", "13", False),
    ],
)  # fmt: skip
def test_titles_are_nearly_the_same_by_their_letters(one, other, same):
    assert nearly_same(one, other) == nearly_same(other, one) == same


def test_the_index_finds_no_others_than_comparing_every_pair_and_misses_only_the_less_alike():
    rng = random.Random(4)
    parts = [["新垵村", "霞阳", "元山社区"], ["道路", "路灯", "球场"], ["美化", "改造", "提升"], ["工程", "项目", ""]]
    titles = ["".join(map(rng.choice, parts)) + rng.choice(["", "一期", "2号", "（3）"]) for _ in range(120)]
    index = TitleIndex()
    for title in titles:
        index.add(title)
    for title in titles[:40]:
        near = index.near(title)
        twins = [known for known in titles if nearly_same(title, known)]
        assert near == [known for known in twins if known in near]
        assert [
            known for known in twins if SequenceMatcher(None, title, known).ratio() > 0.85 and known not in near
        ] == []
