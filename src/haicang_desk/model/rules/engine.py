"""The rule book. A module of this package adds its rules to RULES when imported.

A rule is a pure generator over a frozen scene: it gives findings in figures with clause and cure, cannot write,
and never raises for a person's mistake. Steps ask the rules that guard them about the case as it would be.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.casefile import CHILDREN, Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.policy import Policy, ReferenceTables
from haicang_desk.model.records import Category, Inspection, Project, QuarterReport, Street, Village
from haicang_desk.model.values import Money


@dataclass(frozen=True, slots=True)
class Outline:
    """As much of a project as is compared with others of its village."""

    title: str
    place: str
    category: Category
    special: Money

    @classmethod
    def of(cls, project: Project) -> Outline:
        return cls(project.title, project.place, project.category, project.special)


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageRuleContext:
    """What a rule on one village's fund year may look at. ``projects`` are those of the population."""

    village: Village
    balance: Balance
    policy: Policy
    today: date
    year: int
    projects: tuple[Outline, ...] = ()
    standing: ReferenceTables = field(default_factory=ReferenceTables)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetRuleContext:
    """What a rule on the street's fund year may look at: sums and traces, never a hundred thousand casefiles.

    Where only a step is weighed, nothing but the register is given.
    """

    street: Street
    register: Register
    policy: Policy
    today: date
    year: int
    inspections: tuple[Inspection, ...] = ()
    reports: tuple[QuarterReport, ...] = ()
    first_start: date | None = None  # the earliest day work began on a project of the year
    awards: int = 0  # projects put forward as the year's best
    standing: ReferenceTables = field(default_factory=ReferenceTables)


Check = Callable[[Any], Iterator[Finding]]
SCOPES = ("project", "village", "street")


@dataclass(frozen=True, slots=True)
class Rule:
    """``before`` names the steps it guards; ``scope`` which scene it looks at.

    ``about`` are parts of a casefile: where all of them are empty, the rule has nothing to say and is not asked.
    """

    code: str
    title: str
    scope: str
    before: frozenset[str]
    about: frozenset[str]
    check: Check


RULES: list[Rule] = []


def rule(
    code: str, title: str, *, scope: str = "project", before: Iterable[str] = (), about: Iterable[str] = ()
) -> Callable[[Check], Check]:
    """Enter a check in the rule book. One code may have a check for each scope."""
    if unknown := set(about) - set(CHILDREN):
        raise ValueError(f"rule {code} is about {unknown}, which no casefile has")

    def enter(check: Check) -> Check:
        if any(r.code == code and r.scope == scope and r.check.__name__ == check.__name__ for r in RULES):
            raise ValueError(f"rule {code} {check.__name__} is already in the book")
        RULES.append(Rule(code, title, scope, frozenset(before), frozenset(about), check))
        _asked.cache_clear()
        return check

    return enter


def project_findings(scene: RuleContext, *, before: str = "") -> list[Finding]:
    """What the book says of one project; with ``before``, only the rules that guard that step."""
    case, project = scene.case, scene.case.project
    found = [said for check in _asked("project", before, case.shape) for said in check(scene)]
    waived = {waiver.rule: waiver.number or waiver.authority for waiver in case.waivers}
    return [
        replace(
            said,
            scope="project",
            subject=project.code,
            title=project.title,
            project_id=project.id,
            excused_by=waived.get(said.rule) if said.severity is Severity.EXCEPTION else None,
        )
        for said in found
    ]


def village_findings(scene: VillageRuleContext, *, before: str = "") -> list[Finding]:
    name = scene.village.name
    asked = _asked("village", before)
    return [replace(said, scope="village", subject=name, title=name) for check in asked for said in check(scene)]


def street_findings(scene: StreetRuleContext, *, before: str = "") -> list[Finding]:
    name = scene.street.name
    asked = _asked("street", before)
    return [replace(said, scope="street", subject=name, title=name) for check in asked for said in check(scene)]


@cache
def _asked(scope: str, before: str, shape: frozenset[str] = frozenset()) -> tuple[Check, ...]:
    """The checks to ask, in the order of the book; of a casefile, those about a part that it has, or about all."""
    return tuple(
        each.check
        for each in RULES
        if each.scope == scope
        and (not before or before in each.before)
        and (not each.about or not each.about.isdisjoint(shape))
    )


def in_report_order(found: Iterable[Finding]) -> list[Finding]:
    """By rule, then scope, then name (contract §4)."""
    return sorted(found, key=lambda f: (f.rule, SCOPES.index(f.scope), f.subject, f.severity.rank))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContext:
    """All that a rule or a document may look at. ``today`` is the only clock; ``register`` the sums around it."""

    case: Casefile
    policy: Policy
    today: date
    street: Street = dataclasses.field(default_factory=Street)
    register: Register | None = None
    standing: ReferenceTables = dataclasses.field(default_factory=ReferenceTables)
