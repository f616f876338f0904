"""Rules on the street's fund year: R08 projects with social forces, R11 quota. 三(一)¶9, 五(一)¶2.

条文：C062 C131 C132
"""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import YearPlan
from haicang_desk.model.rules.engine import StreetRuleContext, rule
from haicang_desk.model.values import Money, holds, needed


def social_projects_required(projects: int, policy: Policy) -> int:
    """How many of so many projects social forces must take part in: a third, rounded up, and at least one (R08)."""
    return max(policy.number_of("social_min_count"), needed(projects, policy.share("social_min_ratio")))


@rule("R08", "社会力量参与项目数", parameter="social_min_ratio", scope="street")
def social_forces_take_part(context: StreetRuleContext) -> Iterator[Finding]:
    """Social forces take part in a third of the projects, and in at least one.

    A warning during the year. Once the year is summed up it needs the written reason in the year plan, and is only
    listed with it. It blocks no step.
    """
    policy, balance = context.policy, context.register.street
    required = social_projects_required(balance.projects, policy)
    if balance.social_projects >= required:
        return
    gap = required - balance.social_projects
    if balance.projects:
        text = (
            f"有社会力量参与的 {balance.social_projects} 项，项目共 {balance.projects} 项"
            f"（申报口径共 {balance.filed_projects} 项），应不少于 {required} 项，缺 {gap} 项"
        )
        wanted = "请发动捐赠、赞助、冠名、志愿服务、投工投劳或社会组织参与实施，登记社会参与"
    else:
        text, wanted = f"本年度尚无项目，有社会力量参与的项目应不少于 {required} 项", "请组织申报"
    plan = context.standing.plan
    closed = plan is not None and plan.closed_on is not None
    reason = " ".join(plan.social_reason.split()) if plan and closed else ""
    label = YearPlan.fields["social_reason"].label
    told = f"，原因：{reason}" if reason else f"，请在年度工作安排的{label}中写明" if closed else f"，{wanted}"
    yield Finding(
        severity=Severity.INFO if reason else Severity.EXCEPTION if closed else Severity.WARN,
        measured=balance.social_projects,
        limit=required,
        answered_by=YearPlan if closed else None,
        message=text + told,
    )


@rule("R11", "街道年度额度", parameter="district_year_max", scope="street", before=("approve", "decide_alteration"))
def within_street_quota(context: StreetRuleContext) -> Iterator[Finding]:
    """Approved and not released money does not exceed the street's quota, nor, quota or not, the 3000万 of all.

    Without a quota there is a warning from a share of the 3000万 on, since the other streets need some of it.
    """
    policy, balance = context.policy, context.register.street
    committed, quota = balance.committed, balance.quota
    whole, share = policy.money("district_year_max"), policy.share("district_year_warning")
    if quota is not None and committed > quota:
        yield _committed_above(committed, quota, "街道额度", "应核减或待结余释放后再批")
    if committed > whole:
        yield _committed_above(committed, whole, "全区年度上限", "一个街道已超过全区上限，应核减或待结余释放后再批")
    elif quota is None and holds(committed, whole, share):
        yield Finding(
            severity=Severity.WARN,
            measured=committed.fen,
            limit=whole.fen,
            message=f"已核定专项资金与以奖代补资金合计 {committed} 元，全区年度上限 {whole} 元，没有登记街道额度，"
            f"已达提醒线 {whole.part(share)} 元，请向区里核实并登记街道额度",
        )


def _committed_above(committed: Money, limit: Money, name: str, cure: str) -> Finding:
    return Finding(
        severity=Severity.BLOCK,
        measured=committed.fen,
        limit=limit.fen,
        shortfall=committed - limit,
        message=f"已核定专项资金与以奖代补资金合计 {committed} 元，{name} {limit} 元，"
        f"超出 {committed - limit} 元，{cure}",
    )
