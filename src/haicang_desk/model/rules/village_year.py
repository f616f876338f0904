"""Rules on a village's fund year: R05 R06 R10, and R02 where it is read by village. 三(一)¶9, 五(一)¶2.

条文：C033 C057 C058 C133
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from haicang_desk.model.balances import Balance
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.policy import Policy
from haicang_desk.model.rules.engine import RuleContext, VillageRuleContext, rule
from haicang_desk.model.values import Money, holds, needed, to_add, to_turn

BASES = {"total": "总资金", "special": "专项资金"}


def service_money(balance: Balance, base: str) -> tuple[Money, Money]:
    """Service projects' money and all money, by 总资金 or by 专项资金 (R06)."""
    if base == "total":
        return balance.service_total, balance.total
    return balance.service_special, balance.special


@rule("R05", "服务类项目数占比", scope="village", before=("submit", "approve"))
def enough_services(scene: VillageRuleContext) -> Iterator[Finding]:
    """By 有效口径; everything ever filed is told beside it."""
    balance, least = scene.balance, scene.policy.share("service_count_min")
    services, projects = balance.service_projects, balance.projects
    if holds(services, projects, least):
        return
    gap, added = to_turn(services, projects, least), to_add(services, projects, least)
    yield Finding(
        rule="R05",
        severity=Severity.WARN,
        clause=scene.policy.clause("service_count_min"),
        measured=f"{services}/{projects}",
        limit=f"{least.numerator}/{least.denominator}",
        message=f"服务类项目 {services} 项，项目共 {projects} 项，"
        f"服务类应不少于 {needed(projects, least)} 项，缺 {gap} 项，可将 {gap} 项改为服务类或另增服务类 {added} 项"
        f"（申报口径为 {balance.filed_service_projects} 项比 {balance.filed_projects} 项）",
    )


@rule("R06", "服务类项目资金占比", scope="village", before=("submit", "approve"))
def enough_service_money(scene: VillageRuleContext) -> Iterator[Finding]:
    """By the base that the rule set chose; the other base is told beside it."""
    policy, balance = scene.policy, scene.balance
    base, least = policy.choice("service_fund_base"), policy.share("service_fund_min")
    services, whole = service_money(balance, base)
    if holds(services, whole, least):
        return
    gap, added = Money(to_turn(services, whole, least)), Money(to_add(services, whole, least))
    yield Finding(
        rule="R06",
        severity=Severity.WARN,
        clause=policy.clause("service_fund_min"),
        measured=f"{services.fen}/{whole.fen}",
        limit=f"{least.numerator}/{least.denominator}",
        shortfall=gap,
        message=f"按{BASES[base]}计，服务类 {services} 元，全部项目 {whole} 元，"
        f"服务类应不低于 {whole.part_up(least)} 元，差 {gap} 元，可将 {gap} 元由其他类别改投服务类，"
        f"或另增服务类资金 {added} 元（{_other_base(balance, base, least)}；申报口径总资金为 "
        f"{balance.filed_service_total} 元比 {balance.filed_total} 元）",
    )


def _other_base(balance: Balance, base: str, least: Fraction) -> str:
    other = next(name for name in BASES if name != base)
    services, whole = service_money(balance, other)
    verdict = "也未达标" if not holds(services, whole, least) else "达标，两种口径不一致"
    return f"按{BASES[other]}计为 {services} 元比 {whole} 元，{verdict}"


@rule("R10", "村居年度参考额度", scope="village", before=("submit", "approve"))
def within_village_reference(scene: VillageRuleContext) -> Iterator[Finding]:
    """原则上、约: a figure to look at, never a bar."""
    balance = scene.balance
    if balance.quota is None or balance.special <= balance.quota:
        return
    over = balance.special - balance.quota
    yield Finding(
        rule="R10",
        severity=Severity.WARN,
        clause=scene.policy.clause("village_reference"),
        measured=balance.special.fen,
        limit=balance.quota.fen,
        shortfall=over,
        message=f"本年度专项资金与以奖代补资金合计 {balance.special} 元（其中已核定 {balance.committed} 元），"
        f"参考额度 {balance.quota} 元，超出 {over} 元，请街道综合平衡",
    )


_STEPS = ("submit", "approve", "decide_alteration", "close")


@rule("R02", "工程、货物类财政占比（按村居年度）", scope="village", before=_STEPS)
def fiscal_share_of_village(scene: VillageRuleContext) -> Iterator[Finding]:
    """The other reading of “各村居申报的工程类、货物类项目”: all of them together."""
    policy, balance = scene.policy, scene.balance
    if policy.choice("works_ratio_scope") != "village_year":
        return
    share, least = policy.share("works_goods_fiscal_max"), policy.share("works_goods_social_min")
    total, fiscal = balance.works_goods_total, balance.works_goods_fiscal
    if fiscal * share.denominator > total * share.numerator:
        over = fiscal - total.part(share)
        yield _village_bar(
            policy,
            (fiscal, total, share),
            over,
            f"工程、货物类财政资金合计 {fiscal} 元，总资金合计 {total} 元，财政资金最多 {total.part(share)} 元，"
            f"超出 {over} 元，应改由社会资源资金承担",
        )
    social = total - fiscal - balance.works_goods_self_raised
    if not policy.flag("self_raised_counts") and not holds(social, total, least):
        gap = Money(to_turn(social, total, least))
        yield _village_bar(
            policy,
            (social, total, least),
            gap,
            f"工程、货物类不计村居自筹的社会资源资金合计 {social} 元，总资金合计 {total} 元，"
            f"应不低于 {total.part_up(least)} 元，差 {gap} 元，应增加社会捐赠或投工投劳",
        )


def _village_bar(policy: Policy, measure: tuple[Money, Money, Fraction], gap: Money, message: str) -> Finding:
    part, whole, share = measure
    return Finding(
        rule="R02",
        severity=Severity.BLOCK,
        clause=policy.clause("works_goods_fiscal_max"),
        measured=f"{part.fen}/{whole.fen}",
        limit=f"{share.numerator}/{share.denominator}",
        shortfall=gap,
        message=message,
    )


@rule("R05", "平衡意见", before=("approve",), about=("approvals",))
def count_is_weighed(scene: RuleContext) -> Iterator[Finding]:
    """While its village is short of services, who approves says why it goes ahead (原则上)."""
    balance = _balance_without_opinion(scene)
    if balance is None:
        return
    least = scene.policy.share("service_count_min")
    services, projects = balance.service_projects, balance.projects
    if not holds(services, projects, least):
        yield Finding(
            rule="R05",
            severity=Severity.EXCEPTION,
            clause=scene.policy.clause("service_count_min"),
            measured=f"{services}/{projects}",
            limit=f"{least.numerator}/{least.denominator}",
            field="opinion",
            message=f"批准后{balance.name}服务类项目 {services} 项、项目共 {projects} 项，低于规定占比，"
            f"缺 {to_turn(services, projects, least)} 项，请在审批意见中写明平衡意见",
        )


@rule("R06", "平衡意见", before=("approve",), about=("approvals",))
def money_is_weighed(scene: RuleContext) -> Iterator[Finding]:
    """The same of the money of services."""
    balance, policy = _balance_without_opinion(scene), scene.policy
    if balance is None:
        return
    least = policy.share("service_fund_min")
    services, whole = service_money(balance, policy.choice("service_fund_base"))
    if not holds(services, whole, least):
        gap = Money(to_turn(services, whole, least))
        yield Finding(
            rule="R06",
            severity=Severity.EXCEPTION,
            clause=policy.clause("service_fund_min"),
            measured=f"{services.fen}/{whole.fen}",
            limit=f"{least.numerator}/{least.denominator}",
            shortfall=gap,
            field="opinion",
            message=f"批准后{balance.name}服务类资金 {services} 元、全部项目 {whole} 元，低于规定占比，"
            f"差 {gap} 元，请在审批意见中写明平衡意见",
        )


def _balance_without_opinion(scene: RuleContext) -> Balance | None:
    """The village's balance, where an approval is only proposed (it has no id yet) and says nothing."""
    approval = scene.case.approval
    if approval is None or approval.id or approval.opinion.strip() or scene.register is None:
        return None
    return scene.register.villages[scene.case.village.id]
