"""Remedies: the smallest change that makes a measure of a village or the street meet its limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Village
from haicang_desk.model.rules.street_year import social_projects_required
from haicang_desk.model.rules.village_year import BASES, service_money
from haicang_desk.model.values import Money, holds, to_add, to_turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """The smallest change that makes one measure of a village or the street meet its limit.

    ``turn``: how much of the existing to change; ``add``: how much to add instead. In projects, or Money. None: no
    such way.
    """

    rule: str
    subject: str
    base: str  # what is measured: 项目数, 总资金, 专项资金, 财政资金, 社会资源资金 or 额度
    turn: int | None
    add: int | None
    advice: str

    @property
    def in_money(self) -> bool:
        """Whether the change is in money, not in projects."""
        return isinstance(self.add, Money)


def remedies_for(register: Register, villages: Iterable[Village], policy: Policy) -> Iterator[Remedy]:
    """Remedies for every measure of these villages and of the street that misses its limit."""
    for village in villages:
        balance = register.villages[village.id]
        yield from _for_service_count(balance, policy.share("service_count_min"))
        for base in BASES:
            yield from _for_service_money(balance, base, policy.share("service_fund_min"))
        yield from _for_fiscal_share(balance, policy)
        yield from _for_quota("R10", balance, balance.special)
    street = register.street
    yield from _for_social_projects(street, policy)
    yield from _for_quota("R11", street, street.committed)


def _for_service_count(balance: Balance, least: Fraction) -> Iterator[Remedy]:
    services, projects = balance.service_projects, balance.projects
    if holds(services, projects, least):
        return
    turn, add = to_turn(services, projects, least), to_add(services, projects, least)
    yield Remedy(
        rule="R05",
        subject=balance.name,
        base="项目数",
        turn=turn,
        add=add,
        advice=f"{balance.name}把 {turn} 项其他类别改为服务类，或再报 {add} 项服务类，项目数占比即达标",
    )


def _for_service_money(balance: Balance, base: str, least: Fraction) -> Iterator[Remedy]:
    services, whole = service_money(balance, base)
    if holds(services, whole, least):
        return
    turn, add = Money(to_turn(services, whole, least)), Money(to_add(services, whole, least))
    yield Remedy(
        rule="R06",
        subject=balance.name,
        base=BASES[base],
        turn=turn,
        add=add,
        advice=f"按{BASES[base]}计，{balance.name}把 {turn} 元由其他类别改投服务类，"
        f"或另增服务类 {add} 元，资金占比即达标",
    )


def _for_fiscal_share(balance: Balance, policy: Policy) -> Iterator[Remedy]:
    """Works and goods of a village together, where the rule set reads R02 by village year."""
    if policy.choice("works_ratio_scope") != "village_year":
        return
    whole, share = balance.works_goods_total, policy.share("works_goods_fiscal_max")
    social = whole - balance.works_goods_fiscal
    yield from _for_social_share(balance, "财政资金", social, 1 - share)
    if not policy.flag("self_raised_counts"):
        least = policy.share("works_goods_social_min")
        yield from _for_social_share(balance, "社会资源资金", social - balance.works_goods_self_raised, least)


def _for_social_share(balance: Balance, base: str, social: Money, least: Fraction) -> Iterator[Remedy]:
    whole = balance.works_goods_total
    if holds(social, whole, least):
        return
    turn, add = Money(to_turn(social, whole, least)), Money(to_add(social, whole, least))
    yield Remedy(
        rule="R02",
        subject=balance.name,
        base=base,
        turn=turn,
        add=add,
        advice=f"{balance.name}工程、货物类把 {turn} 元改由社会资源资金承担，或另增社会投入 {add} 元，资金占比即达标",
    )


def _for_social_projects(street: Balance, policy: Policy) -> Iterator[Remedy]:
    share, least = policy.share("social_min_ratio"), policy.number_of("social_min_count")
    have, projects = street.social_projects, street.projects
    required = social_projects_required(projects, policy)
    if have >= required:
        return
    add = max(to_add(have, projects, share), least - have)
    turn = required - have if required <= projects else None
    existing = f"在现有项目中再发动 {turn} 项有社会力量参与，或" if turn is not None else ""
    yield Remedy(
        rule="R08",
        subject=street.name,
        base="项目数",
        turn=turn,
        add=add,
        advice=f"{existing}新增 {add} 项有社会力量参与的项目，社会力量参与即达标",
    )


def _for_quota(rule: str, balance: Balance, used: Money) -> Iterator[Remedy]:
    if balance.quota is None or used <= balance.quota:
        return
    over = used - balance.quota
    yield Remedy(
        rule=rule,
        subject=balance.name,
        base="额度",
        turn=over,
        add=over,
        advice=f"{balance.name}核减 {over} 元，或额度增加 {over} 元，即在额度之内",
    )
