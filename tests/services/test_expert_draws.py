"""Experts drawn by lot: who may be drawn, and that anyone can draw the same again (R25)."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from haicang_desk.model.records import Appointment, Expert, ExpertDraw, Link, Prose
from haicang_desk.model.services import draw_experts, is_as_drawn, save
from haicang_desk.model.values import Refused
from tests.conftest import TODAY


@pytest.fixture
def pool(ws):
    """Six experts of 社区治理 and one of 市政工程."""
    people = [Expert(name=name, unit="鹭岛大学", speciality="社区治理") for name in "甲乙丙丁戊己"]
    save(ws, [*people, Expert(name="庚", unit="市政院", speciality="市政工程")], action="登记专家", person="陈")
    return people


def names(draw: ExpertDraw, field: str = "drawn") -> set[str]:
    return {line.split("（")[0] for line in getattr(draw, field).splitlines()}


def drawn(ws, project, number=3, **said):
    return draw_experts(ws, project.id, number=number, on=TODAY, person="陈", **said)


def test_experts_of_one_kind_are_drawn_and_the_draw_is_kept(ws, kept, pool):
    draw = drawn(ws, kept(), speciality="社区治理")
    assert len(names(draw)) == 3 and names(draw) < names(draw, "pool") == set("甲乙丙丁戊己")
    assert ws.all(ExpertDraw) == [draw] and is_as_drawn(draw) and len(draw.seed) == 32
    assert names(drawn(ws, kept(code="", title="课堂"), 7)) == set("甲乙丙丁戊己庚")


def test_the_same_seed_draws_the_same_and_another_may_not(ws, kept, pool):
    project = kept()
    first, again = (drawn(ws, project, seed="种子", speciality="社区治理") for _ in range(2))
    assert first.drawn == again.drawn
    lines = first.pool.splitlines()
    by_hand = sorted(lines, key=lambda name: sha256(("种子\n" + name).encode()).hexdigest())
    assert first.drawn.splitlines() == by_hand[:3]
    assert len({drawn(ws, project, seed=str(n), speciality="社区治理").drawn for n in range(20)}) > 5
    assert not is_as_drawn(replace(first, drawn=Prose("\n".join(reversed(by_hand[:3])))))


@pytest.mark.parametrize(
    "said",
    [
        {"active": False},
        {"avoids": "霞阳社区"},
        {"avoids": "某公司、某某社会组织；"},
        {"avoids": "霞阳社区的一切项目"},
        {"unit": "某某社会组织"},
        {"speciality": "市政工程"},
    ],
)
def test_who_must_keep_away_or_is_of_another_kind_is_left_out(ws, kept, pool, said):
    project = kept()
    chosen = Appointment(project=Link(project.id), manner="询价", implementer="某某社会组织", appointed_on=TODAY)
    one = next(each for each in ws.all(Expert) if each.name == "甲")
    save(ws, [chosen, replace(one, **said)], action="登记", person="陈")
    draw = drawn(ws, project, 5, speciality="社区治理")
    assert names(draw) == set("乙丙丁戊己")
    assert names(draw, "avoided") == ({"甲"} if {"avoids", "unit"} & set(said) else set())


def test_where_too_few_are_left_nothing_is_drawn(ws, kept, pool):
    with pytest.raises(Refused, match="专业为“市政工程”的专家可抽取 1 人，应回避 0 人，不足 2 人"):
        drawn(ws, kept(), 2, speciality="市政工程")
    assert ws.all(ExpertDraw) == []
