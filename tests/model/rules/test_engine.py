"""Which rules are run: those about parts that a casefile has. A rule left out would have found nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from itertools import chain
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.casefile import CHILDREN, Casefile, in_order
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import RULE_CODES, Link, Project, Prose, Record, Village
from haicang_desk.model.rules import RULES, RuleContext, project_findings
from haicang_desk.model.rules.engine import rule
from haicang_desk.model.values import Money
from tests.model.rules.asking import POLICY, STREET

SEEDS = st.integers(0, 2**32)
LIKELY = ("", "", "林", "误餐费", "企业", "霞阳社区")
VALUES: dict[Any, Any] = {
    str: lambda random: random.choice(LIKELY),
    Prose: lambda random: Prose(random.choice(LIKELY)),
    Link: lambda random: Link(random.choice(("", "p1"))),
    Money: lambda random: Money(random.choice((0, 1, 100, 5_000_000, 20_000_001, 40_000_001))),
    int: lambda random: random.choice((0, 1, 2, 5, 300)),
    bool: lambda random: random.random() < 0.5,
    Decimal: lambda random: Decimal(random.choice(("0.5", "1", "30"))),
    date: lambda random: date(2018, 6, 1) + timedelta(random.randrange(400)),
}


SHORT = Balance(name="霞阳社区", projects=5, works_projects=5, total=Money(9), special=Money(9))  # of services
REGISTER = Register(2018, SHORT, {"v1": SHORT})


def some(cls: type[Record], random: Random, **fixed: Any) -> Any:
    """A record with random values, empty ones included."""
    said: dict[str, Any] = {}
    for name, field in cls.fields.items():
        if not field.optional or random.random() < 0.7:
            said[name] = random.choice(list(field.type)) if field.kind is Enum else VALUES[field.kind](random)
            if field.kind in (int, Money, Decimal):
                said[name] = field.kind(min(max(said[name], field.least), field.most))
    number = f"{random.randrange(10**6):06d}"
    return cls(**said | {"id": random.choice((number, number, number, ""))} | fixed)


def any_case(seed: int) -> Casefile:
    """A casefile with random parts."""
    random = Random(seed)
    there = random.random()
    parts = {
        name: in_order(tuple(some(cls, random) for _ in range(random.choice((1, 1, 2)))))
        for name, cls in CHILDREN.items()
        if random.random() < there
    }
    project = some(Project, random, id="p1", fund_year=random.choice((2018, 2019)))
    return Casefile(project=project, village=some(Village, random, id="v1"), **parts)


def scene_of(case: Casefile) -> RuleContext:
    return RuleContext(case=case, policy=POLICY, today=date(2019, 1, 20), street=STREET, register=REGISTER)


STEPS = ("", *sorted({step for entered in RULES for step in entered.before}))


@given(seed=SEEDS)
def test_a_rule_that_is_not_run_would_have_found_nothing(seed):
    """Compared with every rule run on the same case, in the order of declaration."""
    scene = scene_of(any_case(seed))
    rules = [
        entered for entered in RULES if entered.scope == "project" and (scene.case.in_force or entered.every_project)
    ]
    said = [(entered, [f.message for f in entered.check(scene)]) for entered in rules]
    for step in STEPS:
        told = [found.message for found in project_findings(scene, before=step)]
        asked = (messages for entered, messages in said if not step or step in entered.before)
        whole = list(chain.from_iterable(asked))
        assert len(told) == len(whole)
        assert all(each.startswith(check) for each, check in zip(told, whole, strict=True))  # a cure may follow


def test_a_rule_finds_nothing_without_the_parts_it_is_about():
    """Each also finds something in some of the cases; otherwise this test could not fail for it."""
    silent = {entered.check.__name__ for entered in RULES if entered.about}
    assert silent
    for case in map(any_case, range(1_500)):
        for entered in (entered for entered in RULES if entered.about):
            without: dict[str, Any] = dict.fromkeys(entered.about, ())
            assert not any(True for _ in entered.check(scene_of(replace(case, **without)))), entered.check.__name__
            if entered.check.__name__ in silent and any(True for _ in entered.check(scene_of(case))):
                silent.remove(entered.check.__name__)
    assert not silent


@given(seed=SEEDS)
def test_a_shape_is_the_parts_that_are_not_empty(seed):
    case = any_case(seed)
    assert case.shape == {name for name in CHILDREN if getattr(case, name)}
    assert replace(case, notices=()).shape == case.shape - {"notices"}


@given(seed=SEEDS)
def test_a_casefile_made_of_its_parts_is_the_same(seed):
    case = any_case(seed)
    again = Casefile.of(case.project, case.village, {name: getattr(case, name) for name in case.shape})
    assert (again, again.shape, hash(again)) == (case, case.shape, hash(case))
    assert (again.staged, again.funding, again.approval) == (case.staged, case.funding, case.approval)


def test_a_rule_is_about_parts_that_casefiles_have():
    with pytest.raises(ValueError, match="settlement"):
        rule("R99", "没有的", clause="五", about=("settlement",))


def test_a_rule_declared_later_is_run():
    scene = scene_of(any_case(1))
    project_findings(scene)

    def speaks(_: RuleContext) -> Iterator[Finding]:
        yield Finding(severity=Severity.INFO, message="有")

    rule("R99", "新的", clause="五")(speaks)
    try:
        assert "R99" in {found.rule for found in project_findings(scene)}
    finally:
        RULES.pop()
        RULE_CODES.remove("R99")
