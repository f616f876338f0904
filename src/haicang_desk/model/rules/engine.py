"""The catalogue of rules: how a rule is declared, and how the rules are run on a project, a village or the street.

A rule is a generator function that takes a frozen context and yields findings. It writes nothing, reads no clock and
no store, and raises nothing for a person's mistake. Importing a module of this package adds its rules to RULES.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.casefile import CHILDREN, Casefile
from haicang_desk.model.findings import Clause, Finding, Severity
from haicang_desk.model.policy import Policy, ReferenceTables
from haicang_desk.model.records import RULE_CODES, Conclusion, Record, Street, Village, Waiver
from haicang_desk.model.values import full_date

SCOPES = ("project", "village", "street")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContext:
    """What a rule or a document may read about one project. ``register`` holds the sums of its fund year.

    A rule weighs only what is proposed against sums: the findings on a stored project are kept until it, a table, the
    policy or the day changes, and what is kept was found without a register.
    """

    case: Casefile
    policy: Policy
    today: date
    street: Street = field(default_factory=Street)
    register: Register | None = None
    standing: ReferenceTables = field(default_factory=ReferenceTables)


@dataclass(frozen=True, slots=True)
class Collector:
    """A value that rules on a village or the street need from each casefile of the fund year.

    ``of`` reads the value from one casefile; None if that casefile has none. ``join`` combines two values, in any
    order, and the rule gets the combined value, or None if there was none. Without ``join`` every value is kept, and
    the rule gets a tuple in the order of the project codes. The values can be pickled.
    """

    name: str
    of: Callable[[Casefile], Any]
    join: Callable[[Any, Any], Any] | None = None


Collectable = type[Record] | Collector  # all records of a type (of every year), or a value from each casefile
Collected = Mapping[Collectable, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageRuleContext:
    """What a rule may read about one village's fund year.

    ``collected`` has only what was collected: a rule that declares anything else in ``collects`` is not run. A rule
    that collects looks at that, the village and the policy alone: what it found is kept until one of these changes.
    """

    village: Village
    balance: Balance
    policy: Policy
    today: date
    year: int
    collected: Collected = field(default_factory=dict)
    standing: ReferenceTables = field(default_factory=ReferenceTables)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetRuleContext:
    """What a rule may read about the street's fund year; ``collected`` as in VillageRuleContext."""

    street: Street
    register: Register
    policy: Policy
    today: date
    year: int
    collected: Collected = field(default_factory=dict)
    standing: ReferenceTables = field(default_factory=ReferenceTables)


Check = Callable[[Any], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check and what its declaration says about it; see ``rule`` for the fields."""

    code: str
    title: str
    check: Check
    scope: str
    parameter: str
    clause: str
    before: frozenset[str]
    about: frozenset[str]
    answered_by: type[Record] | None
    collects: frozenset[Collectable]
    every_project: bool

    def clause_in(self, policy: Policy) -> Clause:
        """The clause of a policy that the rule rests on."""
        return policy.clause(self.parameter) if self.parameter else policy.at(self.clause)

    def completed(self, found: Finding, policy: Policy, **subject: Any) -> Finding:
        """A finding of the check with the rule's code, its clause unless the check gave another, and its subject.

        The cure is said behind the message, but for a finding that leave excuses: then nothing is left to do.
        """
        clause = found.clause if found.clause.place else self.clause_in(policy)
        message = found.message
        if number := subject.get("excused_by"):
            message += f"，已获例外批准（{number}）"
        else:
            message += f"，{found.cure}" if found.cure else ""
            if found.severity is Severity.EXCEPTION and (on := subject.get("taken_on", found.taken_on)):
                message += f"，例外批准须有文号，日期不晚于 {full_date(on)}"
        answer = found.answered_by or self.answered_by
        own: dict[str, Any] = {"rule": self.code, "check": found.check or self.title, "answered_by": answer}
        return replace(found, clause=clause, message=message, cure="", **own, **subject)


RULES: list[Rule] = []

CONVENTIONS = {  # codes of the domain notes that have no check
    "R31": "金额输入和展示的约定，由 Money 和文书承担",
    "R32": "机构名称的约定，由文书按各条文的写法引用",
}
RULE_CODES.extend(CONVENTIONS)


def rule(
    code: str,
    title: str,
    *,
    scope: str = "project",
    parameter: str = "",
    clause: str = "",
    before: Iterable[str] = (),
    about: Iterable[str] = (),
    answered_by: type[Record] | None = None,
    collects: Iterable[Collectable] = (),
    every_project: bool = False,
) -> Callable[[Check], Check]:
    """Declare a rule. The first rule of a code names its clause on the approval form; titles follow in this order.

    ``scope``: which context the check takes: of a project, a village or the street.
    ``parameter`` or ``clause``: the figure of the rule set, or the place in the policy, that the rule rests on.
    ``before``: the steps that a finding of level 硬 or 例外 stops.
    ``about``: parts of a casefile; where all of them are empty, the rule is not run.
    ``answered_by``: the records in which a finding is put right, where it is not a field of the project.
    ``collects``: what the whole fund year must be read for; the rule is run only where that was collected.
    ``every_project``: it is run on refused, withdrawn and unpaid stopped projects too.

    Raises ValueError for a declaration that cannot work.
    """
    if unknown := set(about) - set(CHILDREN):
        raise ValueError(f"rule {code} is about {unknown}, which no casefile has")
    if bool(parameter) is bool(clause):
        raise ValueError(f"rule {code} must rest on either a parameter or a clause")
    needs, steps = frozenset(collects), frozenset(before)
    if needs and (steps or scope == "project"):
        raise ValueError(f"rule {code} collects from the whole year, so it is for no project and guards no step")

    def declare(check: Check) -> Check:
        for other in RULES:
            if other.code == code and other.scope == scope and other.check.__name__ == check.__name__:
                raise ValueError(f"rule {code} {check.__name__} is already declared")
            if other.code == code and other.check.__module__ != check.__module__:
                raise ValueError(f"the rules of {code} must stand in one module, in the order of the approval form")
        RULES.append(
            Rule(
                code=code,
                title=title,
                check=check,
                scope=scope,
                parameter=parameter,
                clause=clause,
                before=steps,
                about=frozenset(about),
                answered_by=answered_by,
                collects=needs,
                every_project=every_project,
            )
        )
        if code not in RULE_CODES:
            insort(RULE_CODES, code)
        _rules_for.cache_clear()
        needs_of.cache_clear()
        return check

    return declare


def rules_by_code() -> dict[str, list[Rule]]:
    """The rules of each code in the order of their declaration; the codes in order."""
    rules: dict[str, list[Rule]] = {}
    for each in sorted(RULES, key=lambda each: each.code):
        rules.setdefault(each.code, []).append(each)
    return rules


def answering_record(code: str, scope: str = "project") -> type[Record] | None:
    """The type of record in which findings of a code are put right; None where no rule of that scope names one."""
    answers = (each.answered_by for each in RULES if each.code == code and each.scope == scope)
    return next(filter(None, answers), None)


@cache
def needs_of(scope: str) -> tuple[Collectable, ...]:
    """What the check of a whole fund year must collect for the rules of a scope."""
    return tuple(dict.fromkeys(need for each in RULES if each.scope == scope for need in each.collects))


def project_findings(context: RuleContext, *, before: str = "") -> list[Finding]:
    """The findings on one project; with ``before``, only of the rules that guard that step.

    On a refused or withdrawn project, or one stopped unpaid, only rules for ``every_project`` are run.
    """
    return [
        _on_project(each, found, context)
        for each in _rules_for("project", before, context.case.shape, context.case.in_force)
        for found in each.check(context)
    ]


def _on_project(each: Rule, found: Finding, context: RuleContext) -> Finding:
    """A finding on a project, complete; one of level 例外 with the number of the leave that excuses it."""
    project, leave = context.case.project, dict[str, Any]()
    if found.severity is Severity.EXCEPTION:
        on = found.taken_on or _decided_on(each, context.case)
        numbers = [w.number.strip() for w in context.case.waivers if excuses(w, each.code, on, context.today)]
        leave = {"taken_on": on, "excused_by": numbers[0] if numbers else None}
    return each.completed(
        found,
        context.policy,
        scope="project",
        subject=project.code,
        title=project.title,
        project_id=project.id,
        year=project.fund_year,
        **leave,
    )


def excuses(waiver: Waiver, code: str, taken_on: date | None, today: date) -> bool:
    """Whether leave excuses a rule: with a number, from its date on, and not later than the step that it is for."""
    granted = waiver.granted_on
    if waiver.rule != code or not waiver.number.strip() or granted is None or granted > today:
        return False
    return taken_on is None or granted <= taken_on


def _decided_on(each: Rule, case: Casefile) -> date | None:
    """The day of the decision that a rule guards: of the approval in force, or of a change agreed since."""
    in_force = case.approval if "approve" in each.before else None
    if in_force is None or "decide_alteration" not in each.before:
        return in_force.decided_on if in_force else None
    days = [in_force.decided_on]
    days += [
        change.decided_on
        for change in case.alterations
        if change.conclusion is Conclusion.AGREE and change.follows(in_force)
    ]
    return max(filter(None, days), default=None)


def leave_is_late(context: RuleContext, waiver: Waiver) -> date | None:
    """The day of the step that came before the leave for it, so that it excuses nothing; None where it is in time."""
    rules = [each for each in _rules_for("project", "", context.case.shape) if each.code == waiver.rule and each.before]
    days = [
        found.taken_on or _decided_on(each, context.case)
        for each in rules
        for found in each.check(context)
        if found.severity is Severity.EXCEPTION
    ]
    if not days or waiver.granted_on is None:
        return None
    last = max((day for day in days if day is not None), default=None)
    return last if last and None not in days and waiver.granted_on > last else None


def village_findings(context: VillageRuleContext, *, before: str = "", collecting: bool | None = None) -> list[Finding]:
    """The findings on one village's fund year; with ``before``, only of the rules that guard that step.

    ``collecting``: only of the rules that collect from the whole year, or only of those that need the sums alone.
    """
    rules = _rules_for("village", before)
    if collecting is not None:
        rules = tuple(each for each in rules if bool(each.collects) is collecting)
    return _findings_on(context, rules, "village", context.village.name)


def street_findings(context: StreetRuleContext, *, before: str = "", one_project: bool = False) -> list[Finding]:
    """The findings on the street's fund year; with ``before``, only of the rules that guard that step.

    ``one_project``: only of rules that guard some step. The others are about the year, not about any one project.
    """
    rules = _rules_for("street", before)
    if one_project:
        rules = tuple(each for each in rules if each.before)
    return _findings_on(context, rules, "street", context.street.name)


def _findings_on(
    context: VillageRuleContext | StreetRuleContext, rules: Iterable[Rule], scope: str, name: str
) -> list[Finding]:
    return [
        each.completed(found, context.policy, scope=scope, subject=name, title=name, year=context.year)
        for each in rules
        if each.collects <= context.collected.keys()
        for found in each.check(context)
    ]


@cache
def _rules_for(scope: str, before: str, shape: frozenset[str] = frozenset(), in_force: bool = True) -> tuple[Rule, ...]:
    """The rules to run, in the order of declaration.

    ``shape``: the parts of a casefile that are not empty; ``in_force``: False leaves rules for ``every_project`` alone.
    """
    return tuple(
        each
        for each in RULES
        if each.scope == scope
        and (not before or before in each.before)
        and (not each.about or not each.about.isdisjoint(shape))
        and (in_force or each.every_project)
    )


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by rule, then scope, then subject (contract §4); those of one subject from the gravest down."""
    return sorted(findings, key=lambda f: (f.rule, SCOPES.index(f.scope), f.subject, f.severity.rank))
