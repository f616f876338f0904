"""Rules on a village's fund year: R05 service projects, R06 their money, R10 reference amount. 三(一)¶9, 五(一)¶2.

条文：C033 C057 C058 C133
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from haicang_desk.model.balances import Balance
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.rules.engine import RuleContext, VillageRuleContext, rule
from haicang_desk.model.values import Money, holds, needed, to_add, to_turn

BASES = {"total": "总资金", "special": "专项资金"}


def service_money(balance: Balance, base: str) -> tuple[Money, Money]:
    """The money of service projects and that of all projects, by 总资金 or by 专项资金 (R06)."""
    if base == "total":
        return balance.service_total, balance.total
    return balance.service_special, balance.special


@rule("R05", "服务类项目数占比", parameter="service_count_min", scope="village", before=("submit", "approve"))
def enough_service_projects(context: VillageRuleContext) -> Iterator[Finding]:
    """At least 40% of a village's counted projects (有效口径) are services; all applications are given beside."""
    balance, least = context.balance, context.policy.share("service_count_min")
    services, projects = balance.service_projects, balance.projects
    if holds(services, projects, least):
        return
    gap, added = to_turn(services, projects, least), to_add(services, projects, least)
    yield Finding(
        severity=Severity.WARN,
        measured=f"{services}/{projects}",
        limit=f"{least.numerator}/{least.denominator}",
        message=f"服务类项目 {services} 项，项目共 {projects} 项，"
        f"服务类应不少于 {needed(projects, least)} 项，缺 {gap} 项，可将 {gap} 项改为服务类或另增服务类 {added} 项"
        f"（申报口径为 {balance.filed_service_projects} 项比 {balance.filed_projects} 项）",
    )


@rule("R06", "服务类项目资金占比", parameter="service_fund_min", scope="village", before=("submit", "approve"))
def enough_service_money(context: VillageRuleContext) -> Iterator[Finding]:
    """At least 40% of a village's money is for services, by the base of the rule set; the other base stands beside."""
    policy, balance = context.policy, context.balance
    base, least = policy.choice("service_fund_base"), policy.share("service_fund_min")
    services, whole = service_money(balance, base)
    if holds(services, whole, least):
        return
    gap, added = Money(to_turn(services, whole, least)), Money(to_add(services, whole, least))
    yield Finding(
        severity=Severity.WARN,
        measured=f"{services.fen}/{whole.fen}",
        limit=f"{least.numerator}/{least.denominator}",
        shortfall=gap,
        message=f"按{BASES[base]}计，服务类 {services} 元，全部项目 {whole} 元，"
        f"服务类应不低于 {whole.part_up(least)} 元，差 {gap} 元，可将 {gap} 元由其他类别改投服务类，"
        f"或另增服务类资金 {added} 元（{_other_base(balance, base, least)}；申报口径总资金为 "
        f"{balance.filed_service_total} 元比 {balance.filed_total} 元）",
    )


def _other_base(balance: Balance, base: str, least: Fraction) -> str:
    """What the other base would give, in words for the message."""
    other = next(name for name in BASES if name != base)
    services, whole = service_money(balance, other)
    verdict = "也未达标" if not holds(services, whole, least) else "达标，两种口径不一致"
    return f"按{BASES[other]}计为 {services} 元比 {whole} 元，{verdict}"


@rule("R10", "村居年度参考额度", parameter="village_reference", scope="village", before=("submit", "approve"))
def within_village_reference(context: VillageRuleContext) -> Iterator[Finding]:
    """Special and matching funds of a village do not exceed its reference amount; a warning only (原则上、约)."""
    balance = context.balance
    if balance.quota is None or balance.special <= balance.quota:
        return
    over = balance.special - balance.quota
    yield Finding(
        severity=Severity.WARN,
        measured=balance.special.fen,
        limit=balance.quota.fen,
        shortfall=over,
        message=f"本年度专项资金与以奖代补资金合计 {balance.special} 元（其中已核定 {balance.committed} 元），"
        f"参考额度 {balance.quota} 元，超出 {over} 元，请街道综合平衡，核减专项资金或调整村居的年度参考额度",
    )


@rule("R05", "平衡意见", parameter="service_count_min", before=("approve",), about=("approvals",))
def service_count_gap_is_explained(context: RuleContext) -> Iterator[Finding]:
    """An approval gives its reason while the village has too few service projects (原则上); else a waiver."""
    balance = _balance_without_opinion(context)
    if balance is None:
        return
    least = context.policy.share("service_count_min")
    services, projects = balance.service_projects, balance.projects
    if not holds(services, projects, least):
        yield Finding(
            severity=Severity.EXCEPTION,
            measured=f"{services}/{projects}",
            limit=f"{least.numerator}/{least.denominator}",
            field="opinion",
            message=f"批准后{balance.name}服务类项目 {services} 项、项目共 {projects} 项，低于规定占比，"
            f"缺 {to_turn(services, projects, least)} 项，请在审批意见中写明平衡意见",
        )


@rule("R06", "平衡意见", parameter="service_fund_min", before=("approve",), about=("approvals",))
def service_money_gap_is_explained(context: RuleContext) -> Iterator[Finding]:
    """An approval gives its reason while too little of the village's money is for services; else a waiver."""
    balance, policy = _balance_without_opinion(context), context.policy
    if balance is None:
        return
    least = policy.share("service_fund_min")
    services, whole = service_money(balance, policy.choice("service_fund_base"))
    if not holds(services, whole, least):
        gap = Money(to_turn(services, whole, least))
        yield Finding(
            severity=Severity.EXCEPTION,
            measured=f"{services.fen}/{whole.fen}",
            limit=f"{least.numerator}/{least.denominator}",
            shortfall=gap,
            field="opinion",
            message=f"批准后{balance.name}服务类资金 {services} 元、全部项目 {whole} 元，低于规定占比，"
            f"差 {gap} 元，请在审批意见中写明平衡意见",
        )


def _balance_without_opinion(context: RuleContext) -> Balance | None:
    """The village's balance if an approval is proposed (has no id yet) without an opinion, else None."""
    approval = context.case.approval
    if approval is None or approval.id or approval.opinion.strip() or context.register is None:
        return None
    return context.register.villages[context.case.village.id]
