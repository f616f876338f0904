"""A project that does everything right, findings with the statements that make them, and the form of a cure."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.casefile import Casefile, in_order
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.policy import Policy, ReferenceTables
from haicang_desk.model.records import (
    RECORDS,
    Bid,
    Link,
    Maintenance,
    NoticeKind,
    Prose,
    Survey,
    SurveyGroup,
    Waiver,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import (
    CANDIDATES,
    RULES,
    RuleContext,
    StreetRuleContext,
    VillageRuleContext,
    project_findings,
    street_findings,
    village_findings,
)
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import STEPS
from tests.model.rules import asking
from tests.model.rules.asking import (
    NOTHING_COLLECTED,
    POLICY,
    STREET,
    VILLAGE,
    appointment,
    approval,
    budget_line,
    case,
    day,
    deliberation,
    filing,
    five_opinions,
    gift,
    notice,
    paid,
    progress,
    settlement,
    suggestion,
    sums,
    yuan,
)

RULES_FOLDER = Path(__file__).parents[3] / "src/haicang_desk/model/rules"
TODAY = day("2019-08-01")
START, COMPLETE, ACCEPT, CLOSE = (
    ProgressEvent.START,
    ProgressEvent.COMPLETE,
    ProgressEvent.ACCEPT,
    ProgressEvent.CLOSE,
)


# ---- a project that is walked through the workflow as it should be


def own(record: Any) -> Any:
    """A record that names the project."""
    return replace(record, project=Link("p1"))


FUNDS = sums(special="60000", donated_cash="40000")
ALL = {  # what each stage adds, in order
    "draft": {
        "suggestions": (own(suggestion("2019-02-01")),),
        "deliberations": (own(deliberation("2019-02-20")),),
        "opinions": five_opinions("2019-03-01"),
        "notices": (notice("2019-03-05", "2019-03-12", **sums(shown_total="100000")),),
        "budget_lines": (
            budget_line("排水管", "60000"),
            replace(budget_line("人工", "40000"), source=asking.BudgetLine.fields["source"].type.DONATED_CASH),
        ),
        "participations": (gift("40000", took_on=day("2019-03-01"), basis="回单", named=True),),
    },
    "submitted": {"submitted_on": day("2019-03-20")},
    "approved": {"approvals": (approval("2019-03-25", handler="陈", approver="林"),)},
    "lodged": {"filings": (filing("2019-03-26", "2019-03-30"),)},
    "appointed": {
        "appointments": (appointment("2019-04-10", price=yuan("100000")),),
        "bids": tuple(Bid(id=f"b{who}", bidder=who, bid_on=day("2019-04-09")) for who in "甲乙"),
    },
    "underway": {
        "progress": (progress(START, "2019-04-20"),),
        "disbursements": (paid("30000", "2019-04-25", voucher="1", handler="陈", approver="林"),),
    },
    "completed": {
        "progress": (
            progress(START, "2019-04-20"),
            progress(COMPLETE, "2019-06-01"),
            progress(ACCEPT, "2019-06-02"),
        ),
        "settlements": (settlement("2019-06-05", special="60000", donated_cash="40000"),),
        "notices": (
            notice("2019-03-05", "2019-03-12", **sums(shown_total="100000")),
            notice("2019-06-06", "2019-06-13", kind=NoticeKind.COMPLETION, **sums(shown_total="100000")),
        ),
        "disbursements": (
            paid("30000", "2019-04-25", voucher="1", handler="陈", approver="林"),
            paid("30000", "2019-06-10", voucher="2", handler="陈", approver="林"),
        ),
        "surveys": tuple(
            Survey(id=g.code, surveyed_on=day("2019-06-15"), assessor="某所", group=g, good=10) for g in SurveyGroup
        ),
        "maintenance": (
            Maintenance(
                id="m",
                keeper="居委会",
                duty=Prose("日常巡查"),
                begins_on=day("2019-06-02"),
                ends_on=day("2029-06-02"),
                contact="陈",
                fund_source="集体资金",
                yearly=yuan("1000"),
            ),
        ),
    },
    "closed": {
        "progress": (
            progress(START, "2019-04-20"),
            progress(COMPLETE, "2019-06-01"),
            progress(ACCEPT, "2019-06-02"),
            progress(CLOSE, "2019-06-20"),
        )
    },
}  # fmt: skip


def sound(upto: str = "closed", category: str = "工程", **said: Any) -> Casefile:
    """A project that did everything right up to a stage; fields and records given by name take the place of its own."""
    parts: dict[str, Any] = dict(FUNDS)
    for stage, added in ALL.items():
        parts |= added
        if stage == upto:
            break
    fields = {"fund_year": 2019, "effect": Prose("不再积水"), "works": Prose("更换楼道灯"), "village": VILLAGE}
    village = said.pop("village", VILLAGE)
    return case(category, village=village, **{**parts, **{k: v for k, v in fields.items() if k != "village"}, **said})


AT = {  # the day on which each stage is looked at
    "draft": day("2019-03-12"),
    "submitted": day("2019-03-20"),
    "approved": day("2019-03-26"),
    "lodged": day("2019-03-30"),
    "appointed": day("2019-04-10"),
    "underway": day("2019-04-25"),
    "completed": day("2019-06-19"),
    "closed": day("2019-06-20"),
}


# ---- where a finding comes from


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What the rules are asked about: one project, or what was collected of the street's or a village's year."""

    case: Casefile | None = None
    collected: dict[Any, Any] = field(default_factory=dict)
    scope: str = "project"
    today: date = TODAY
    policy: Policy = POLICY
    standing: ReferenceTables = field(default_factory=ReferenceTables)
    year: int = 2019
    balance: Balance = field(default_factory=lambda: Balance(name="新阳街道", quota=Money(10**9)))

    def context(self) -> Any:
        common: dict[str, Any] = {"policy": self.policy, "today": self.today, "standing": self.standing}
        if self.scope == "project":
            assert self.case is not None
            register = Register(self.year, self.balance, {VILLAGE.id: self.balance})
            return RuleContext(case=self.case, street=STREET, register=register, **common)
        if self.scope == "village":
            return VillageRuleContext(
                village=VILLAGE,
                balance=self.balance,
                year=self.year,
                collected={CANDIDATES: (), **self.collected},
                **common,
            )
        return StreetRuleContext(
            street=STREET,
            register=Register(self.year, self.balance, {}),
            year=self.year,
            collected={**NOTHING_COLLECTED, **self.collected},
            **common,
        )


Site = tuple[str, int]  # module and line of a statement that yields or returns a finding
FINDINGS = {"project": project_findings, "village": village_findings, "street": street_findings}


def told(scene: Scene) -> list[tuple[Finding, frozenset[Site]]]:
    """The findings on a scene, each with the statements of the rules that made it."""
    context = scene.context()
    asked = [entered for entered in RULES if entered.scope == scene.scope]
    if scene.case is not None and not scene.case.in_force:
        asked = [entered for entered in asked if entered.every_project]
    made = [sites for entered in asked for sites in _traced(entered.check(context))]
    return list(zip(FINDINGS[scene.scope](context), made, strict=True))


def _traced(findings: Iterator[Finding]) -> Iterator[frozenset[Site]]:
    """Of each finding in turn the statements that made it, by following the lines that run until it is there."""
    known = sites()
    while True:
        seen: set[Site] = set()

        def line(frame: Any, event: str, _: Any, seen: set[Site] = seen) -> Any:
            site = (Path(frame.f_code.co_filename).stem, frame.f_lineno)
            if site in known:
                seen.add(site)
            return line

        def call(frame: Any, event: str, arg: Any) -> Any:
            return line if frame.f_code.co_filename.startswith(str(RULES_FOLDER)) else None

        was = sys.gettrace()
        sys.settrace(call)
        try:
            found = next(findings, None)
        finally:
            sys.settrace(was)
        if found is None:
            return
        yield frozenset(seen)


@cache
def sites() -> dict[Site, str]:
    """The statements of all rules that yield or return a finding, with the function that each stands in."""
    found = {}
    for path in RULES_FOLDER.glob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and path.stem != "engine" and _makes_findings(function):
                for node in ast.walk(function):
                    if isinstance(node, ast.Yield | ast.Return) and node.value is not None:
                        found[path.stem, node.lineno] = function.name
    return found


def _makes_findings(function: ast.FunctionDef) -> bool:
    return function.returns is not None and ast.unparse(function.returns) in ("Finding", "Iterator[Finding]")


# ---- the cases


@dataclass(frozen=True, kw_only=True)
class Case:
    """One finding and its cure. ``cure`` is None for a finding that only tells and asks for nothing."""

    code: str
    text: str  # part of the message
    scene: Scene
    names: tuple[str, ...] = ()  # labels of fields, records or steps that the message names
    cure: Callable[[Scene], Scene] | None = None

    def __str__(self) -> str:
        return f"{self.code}-{self.text}"


def level_of(found: Finding) -> int:
    """How high a finding is, 0 the highest; what leave excuses is only told."""
    return Severity.INFO.rank if found.excused_by else found.severity.rank


@cache
def labels() -> frozenset[str]:
    """The names of all fields, records, steps and choices, as a message may name them."""
    said = {record.label for record in RECORDS} | {step.label for step in STEPS.values()}
    for record in RECORDS:
        for declared in record.fields.values():
            said.add(declared.label)
            said |= {choice.label for choice in declared.type} if declared.kind is Enum else set()
    return frozenset(said | {"重新公示", "重新申报", "重新协商", "作废"})


def of(code: str, text: str, names: str, before: Casefile, cure: Any = None, **scene: Any) -> Case:
    """A case about one project; ``cure`` gives it mended."""
    healed = None if cure is None else lambda was: replace(was, case=cure(was.case))
    return Case(code=code, text=text, names=tuple(names.split()), scene=Scene(case=before, **scene), cure=healed)


def of_street(code: str, text: str, names: str, collected: dict[Any, Any], cure: Any = None, **scene: Any) -> Case:
    """A case about the street's year; ``cure`` gives what is collected afterwards."""
    healed = None if cure is None else lambda was: replace(was, collected={**was.collected, **cure})
    return Case(
        code=code,
        text=text,
        names=tuple(names.split()),
        scene=Scene(collected=collected, scope="street", **scene),
        cure=healed,
    )


def changing(**fields: Any) -> Callable[[Casefile], Casefile]:
    """Fields of the project typed anew."""
    return lambda was: replace(was, project=replace(was.project, **fields))


def adding(*records: Any) -> Callable[[Casefile], Casefile]:
    """Records added, or edited where one of that id is there."""

    def added(was: Casefile) -> Casefile:
        for record in records:
            was = was.holding(record)
        return was

    return added


def editing(part: str, which: int = -1, /, **fields: Any) -> Callable[[Casefile], Casefile]:
    """Fields of one record typed anew."""

    def edited(was: Casefile) -> Casefile:
        rows = list(getattr(was, part))
        rows[which] = replace(rows[which], **fields)
        return replace(was, **{part: in_order(tuple(rows))})

    return edited


def voiding(part: str) -> Callable[[Casefile], Casefile]:
    """The last record of a part made void."""
    return lambda was: replace(was, **{part: getattr(was, part)[:-1]})


def both(*cures: Callable[[Casefile], Casefile]) -> Callable[[Casefile], Casefile]:
    """One cure after the other."""

    def cured(was: Casefile) -> Casefile:
        for each in cures:
            was = each(was)
        return was

    return cured


def leave(code: str, on: str = "2019-03-24") -> Waiver:
    """Leave of a day, with its number."""
    return Waiver(id="w", rule=code, authority="街道", number="会纪 1 号", granted_on=day(on), reason=Prose("急需"))


def of_year(code: str, text: str, scope: str, before: Balance, after: Balance, names: str = "", **scene: Any) -> Case:
    """A case about the sums of a village or the street, which other projects change."""
    asked = Scene(scope=scope, balance=before, **scene)
    return Case(
        code=code, text=text, names=tuple(names.split()), scene=asked, cure=lambda was: replace(was, balance=after)
    )
