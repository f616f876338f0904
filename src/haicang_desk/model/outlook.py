"""What if: the balances as they would be were some projects approved, and the smallest change that mends them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.checking import standing_of
from haicang_desk.model.errors import Refused
from haicang_desk.model.fields import Link
from haicang_desk.model.findings import Finding
from haicang_desk.model.money import Money
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Approval, Project, Village
from haicang_desk.model.records.choices import Conclusion
from haicang_desk.model.register import Balance, Line, Register
from haicang_desk.model.rules import (
    StreetScene,
    VillageScene,
    in_report_order,
    street_findings,
    village_findings,
)
from haicang_desk.model.rules.balance import BASES, service_money
from haicang_desk.model.rules.quota import social_needed
from haicang_desk.model.shares import holds, to_add, to_turn
from haicang_desk.model.workflow import BEFORE_FILING, Stage
from haicang_desk.model.workspace import Workspace

AGGREGATE = ("R02", "R05", "R06", "R08", "R10", "R11")  # rules on sums: what one more approval can upset


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """The smallest change that makes one measure of a village or the street hold.

    ``turn`` of what is there, or else ``add`` beside it: projects, or Money. None where there is no such way.
    """

    rule: str
    subject: str
    base: str  # 项目数, 总资金, 专项资金 or 额度
    turn: int | None
    add: int | None
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Sums and findings before and after; the cures are of what would then fail."""

    before: Register
    after: Register
    was: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    cures: tuple[Cure, ...]

    @property
    def new(self) -> tuple[Finding, ...]:
        """What the approvals would bring about."""
        had = {(found.rule, found.scope, found.subject) for found in self.was}
        return tuple(found for found in self.findings if (found.rule, found.scope, found.subject) not in had)


def what_if(ws: Workspace, codes_or_ids: Iterable[str], today: date) -> Outlook:
    """As it would be if these projects were approved as asked; those already decided count as they are.

    Raises Refused where there is none, where one is not in the ledger, or where they are of several fund years.
    """
    cases = [ws.casefile(_project_id(ws, each)) for each in dict.fromkeys(codes_or_ids)]
    years = {case.project.fund_year for case in cases}
    if len(years) != 1:
        raise Refused("请选择同一资金年度的一个或几个项目再试算")
    before = after = ws.register(years.pop())
    for case in cases:
        after = after.moved(Line.of(case), Line.of(approved(case, today)))
    villages = list({case.village.id: case.village for case in cases}.values())
    policy = ws.policy(before.year)
    return Outlook(
        before=before,
        after=after,
        was=tuple(_findings(ws, before, villages, today)),
        findings=tuple(_findings(ws, after, villages, today)),
        cures=tuple(cures(after, villages, policy)),
    )


def _project_id(ws: Workspace, code_or_id: str) -> str:
    return code_or_id if ws.all(Project, id=code_or_id) else ws.project(code_or_id).id


def approved(case: Casefile, today: date) -> Casefile:
    """The case filed and approved as asked, without a look at the rules; unchanged where it has gone further."""
    if case.stage not in (*BEFORE_FILING, Stage.SUBMITTED):
        return case
    filed = case.project.submitted_on or today
    agreed = Approval(project=Link(case.project.id), conclusion=Conclusion.AGREE, decided_on=max(today, _last(case)))
    return replace(case.holding(agreed), project=replace(case.project, submitted_on=filed))


def _last(case: Casefile) -> date:
    return max((each.decided_on for each in case.approvals if each.decided_on), default=date.min)


def _findings(ws: Workspace, register: Register, villages: list[Village], today: date) -> list[Finding]:
    policy, year, standing = ws.policy(register.year), register.year, standing_of(ws, register.year)
    found: list[Finding] = []
    for village in villages:
        balance = register.villages[village.id]
        found += village_findings(
            VillageScene(village=village, balance=balance, policy=policy, today=today, year=year, standing=standing)
        )
    found += street_findings(
        StreetScene(street=ws.street, register=register, policy=policy, today=today, year=year, standing=standing)
    )
    return in_report_order(each for each in found if each.rule in AGGREGATE)


def cures(register: Register, villages: Iterable[Village], policy: Policy) -> Iterator[Cure]:
    """For every measure of these villages and of the street that does not hold."""
    for village in villages:
        balance = register.villages[village.id]
        yield from _by_number(balance, policy.share("service_count_min"))
        for base in BASES:
            yield from _by_money(balance, base, policy.share("service_fund_min"))
        yield from _over_quota("R10", balance, balance.special)
    street = register.street
    yield from _by_social(street, policy)
    yield from _over_quota("R11", street, street.committed)


def _by_number(balance: Balance, least: Fraction) -> Iterator[Cure]:
    services, projects = balance.service_projects, balance.projects
    if holds(services, projects, least):
        return
    turn, add = to_turn(services, projects, least), to_add(services, projects, least)
    yield Cure(
        rule="R05",
        subject=balance.name,
        base="项目数",
        turn=turn,
        add=add,
        advice=f"{balance.name}把 {turn} 项其他类别改为服务类，或再报 {add} 项服务类，项目数占比即达标",
    )


def _by_money(balance: Balance, base: str, least: Fraction) -> Iterator[Cure]:
    services, whole = service_money(balance, base)
    if holds(services, whole, least):
        return
    turn, add = Money(to_turn(services, whole, least)), Money(to_add(services, whole, least))
    yield Cure(
        rule="R06",
        subject=balance.name,
        base=BASES[base],
        turn=turn,
        add=add,
        advice=f"按{BASES[base]}计，{balance.name}把 {turn} 元由其他类别改投服务类，"
        f"或另增服务类 {add} 元，资金占比即达标",
    )


def _by_social(street: Balance, policy: Policy) -> Iterator[Cure]:
    share, least = policy.share("social_min_ratio"), policy.number_of("social_min_count")
    have, projects = street.social_projects, street.projects
    required = social_needed(projects, share, least)
    if have >= required:
        return
    add = max(to_add(have, projects, share), least - have)
    turn = required - have if required <= projects else None
    existing = f"在现有项目中再发动 {turn} 项有社会力量参与，或" if turn is not None else ""
    yield Cure(
        rule="R08",
        subject=street.name,
        base="项目数",
        turn=turn,
        add=add,
        advice=f"{existing}新增 {add} 项有社会力量参与的项目，社会力量参与即达标",
    )


def _over_quota(rule: str, balance: Balance, used: Money) -> Iterator[Cure]:
    if balance.quota is None or used <= balance.quota:
        return
    over = used - balance.quota
    yield Cure(
        rule=rule,
        subject=balance.name,
        base="额度",
        turn=over,
        add=over,
        advice=f"{balance.name}核减 {over} 元，或额度增加 {over} 元，即在额度之内",
    )
