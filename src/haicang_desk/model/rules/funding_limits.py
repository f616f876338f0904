"""Rules on the sources of money: R01 cap of a project, R02 fiscal share, R04 excess paid by the village.

三(一)¶9, 三(三)¶2, 五(一)¶2.

条文：C060 C061 C073 C074 C079 C134
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE, Funding
from haicang_desk.model.records import Category
from haicang_desk.model.rules.engine import RuleContext, VillageRuleContext, rule
from haicang_desk.model.rules.in_kind_valuation import counted
from haicang_desk.model.values import Money, holds, to_add, to_turn

BEFORE = ("submit", "approve", "decide_alteration", "close")


def cap_of(context: RuleContext) -> Money:
    """The most that special and matching funds of a project of this category may reach (inclusive)."""
    return context.policy.money(f"cap_{context.case.project.category.code}")


@rule("R01", "单项上限", parameter="cap_service", before=BEFORE)
def within_cap(context: RuleContext) -> Iterator[Finding]:
    """Special and matching funds do not exceed the cap (inclusive); a larger total is a warning (the village pays)."""
    funding, category, cap = context.case.funding, context.case.project.category, cap_of(context)
    clause = context.policy.clause(f"cap_{category.code}")
    if funding.scheme > cap:
        over = funding.scheme - cap
        yield Finding(
            severity=Severity.BLOCK,
            clause=clause,
            measured=funding.scheme.fen,
            limit=cap.fen,
            shortfall=over,
            field="special",
            message=f"专项资金与以奖代补资金合计 {funding.scheme} 元，{category.label}单项上限 {cap} 元，"
            f"超出 {over} 元，应改由村居自筹解决",
        )
    elif funding.total > cap:
        over = funding.total - cap
        hidden = f"，其中财政资金合计 {funding.fiscal} 元也超过上限" if funding.fiscal > cap else ""
        yield Finding(
            severity=Severity.WARN,
            clause=clause,
            measured=funding.total.fen,
            limit=cap.fen,
            shortfall=over,
            field="other_fiscal" if hidden else "self_raised",
            message=f"总资金 {funding.total} 元，{category.label}单项上限 {cap} 元{hidden}，"
            f"超出 {over} 元部分由村居自筹，社会资源资金已列 {funding.social} 元{_pledge_wanted(context)}",
        )


def _pledge_wanted(context: RuleContext) -> str:
    return "" if context.case.project.self_raise_pledge else "，请附自筹承诺"


@rule(
    "R01", "核定总资金容得下财政资金", clause="三(三)¶2", before=("approve", "decide_alteration"), about=("approvals",)
)
def approved_total_covers_its_parts(context: RuleContext) -> Iterator[Finding]:
    """The approved total is not less than its fiscal part and what others than the village give.

    A decision may cut the total; a smaller one would leave the village less than nothing to raise itself.
    """
    funding = context.case.approved
    if funding is None or funding.self_raised >= NONE:
        return
    over = NONE - funding.self_raised
    given = funding.social + over  # what others than the village give
    parts = funding.fiscal + given
    shown = f"，申报的捐赠和投工投劳 {given} 元" if given else ""
    yield Finding(
        severity=Severity.BLOCK,
        measured=parts.fen,
        limit=funding.total.fen,
        shortfall=over,
        field="total",
        message=f"核定总资金 {funding.total} 元，容不下其中的财政资金 {funding.fiscal} 元{shown}，多出 {over} 元，"
        "请核对核定总资金、核定专项资金和核定以奖代补资金",
    )


@rule("R02", "工程、货物类财政占比（按村居年度）", parameter="works_goods_fiscal_max", scope="village", before=BEFORE)
def village_fiscal_share(context: VillageRuleContext) -> Iterator[Finding]:
    """R02 read by village year (``works_ratio_scope``): the share of all works and goods of a village together."""
    policy, balance = context.policy, context.balance
    if policy.choice("works_ratio_scope") != "village_year":
        return
    share, least = policy.share("works_goods_fiscal_max"), policy.share("works_goods_social_min")
    total, fiscal = balance.works_goods_total, balance.works_goods_fiscal
    if fiscal * share.denominator > total * share.numerator:
        over = fiscal - total.part(share)
        yield _village_limit_passed(
            (fiscal, total, share),
            over,
            f"工程、货物类财政资金合计 {fiscal} 元，总资金合计 {total} 元，财政资金最多 {total.part(share)} 元，"
            f"超出 {over} 元，应改由社会资源资金承担",
        )
    social = total - fiscal - balance.works_goods_self_raised
    if not policy.flag("self_raised_counts") and not holds(social, total, least):
        gap = Money(to_turn(social, total, least))
        yield _village_limit_passed(
            (social, total, least),
            gap,
            f"工程、货物类不计村居自筹的社会资源资金合计 {social} 元，总资金合计 {total} 元，"
            f"应不低于 {total.part_up(least)} 元，差 {gap} 元，应增加社会捐赠或投工投劳",
        )


def _village_limit_passed(measure: tuple[Money, Money, Fraction], gap: Money, message: str) -> Finding:
    part, whole, share = measure
    return Finding(
        severity=Severity.BLOCK,
        measured=f"{part.fen}/{whole.fen}",
        limit=f"{share.numerator}/{share.denominator}",
        shortfall=gap,
        message=message,
    )


@rule("R02", "工程、货物类财政占比", parameter="works_goods_fiscal_max", before=BEFORE)
def project_fiscal_share(context: RuleContext) -> Iterator[Finding]:
    """Fiscal money is at most 60% of the total of a works or goods project, in kind included where it has a basis.

    Compared in fen by cross-multiplication, never on a rounded percentage. The gap is given for an unchanged total.
    """
    funding, policy = counted(context), context.policy
    if context.case.project.category is Category.SERVICE or policy.choice("works_ratio_scope") != "project":
        return
    share = policy.share("works_goods_fiscal_max")
    yield from _without_self_raised(context)
    excess = funding.fiscal * share.denominator - funding.total * share.numerator
    if excess <= 0:
        return
    most = funding.total.part(share)
    over = funding.fiscal - most
    added = Money(to_add(funding.social, funding.total, 1 - share))
    cut = Money(-(-excess // (share.denominator - share.numerator)))
    yield Finding(
        severity=Severity.BLOCK,
        measured=f"{funding.fiscal.fen}/{funding.total.fen}",
        limit=f"{share.numerator}/{share.denominator}",
        shortfall=over,
        field="special",
        message=f"财政资金 {funding.fiscal} 元，总资金 {funding.total} 元，财政资金最多 {most} 元，超出 {over} 元，"
        f"可将 {over} 元改由社会资源资金承担，或增加社会投入 {added} 元，或减少财政资金 {cut} 元"
        f"{_not_counted(context, funding)}",
    )


def _not_counted(context: RuleContext, funding: Funding) -> str:
    """A note on the in-kind money that has no basis and is left out of the total."""
    left_out = context.case.funding.total - funding.total
    return f"（另有 {left_out} 元社会资源资金没有登记或依据，未计入）" if left_out else ""


def _without_self_raised(context: RuleContext) -> Iterator[Finding]:
    """Where ``self_raised_counts`` is off, social money without 村居自筹 must reach 40% of the total (R02c)."""
    funding, policy = counted(context), context.policy
    share, social = policy.share("works_goods_social_min"), funding.social - funding.self_raised
    if policy.flag("self_raised_counts") or holds(social, funding.total, share):
        return
    gap = Money(to_turn(social, funding.total, share))
    yield Finding(
        severity=Severity.BLOCK,
        clause=policy.clause("works_goods_social_min"),
        measured=f"{social.fen}/{funding.total.fen}",
        limit=f"{share.numerator}/{share.denominator}",
        shortfall=gap,
        field="donated_cash",
        message=f"不计村居自筹的社会资源资金 {social} 元，总资金 {funding.total} 元，"
        f"应不低于 {funding.total.part_up(share)} 元，差 {gap} 元，应增加社会捐赠或投工投劳",
    )


@rule("R04", "超出部分自筹", parameter="cap_service", before=BEFORE)
def excess_is_raised_by_the_village(context: RuleContext) -> Iterator[Finding]:
    """What a total has above the cap is raised by the village, with a pledge and a deliberation; else a waiver.

    Any social money is the village's (三(三)¶2), other public money is not. Where special and matching funds alone are
    above the cap, R01 speaks.
    """
    case, funding, cap = context.case, context.case.funding, cap_of(context)
    if case.project.submitted_on is None or funding.total <= cap or funding.scheme > cap:
        return
    over, clause = funding.total - cap, context.policy.clause(f"cap_{case.project.category.code}")
    if funding.social < over:
        gap = over - funding.social
        yield Finding(
            severity=Severity.EXCEPTION,
            clause=clause,
            measured=funding.social.fen,
            limit=over.fen,
            shortfall=gap,
            field="self_raised",
            message=f"总资金 {funding.total} 元超出单项上限 {cap} 元，超出的 {over} 元应由村居自筹，"
            f"社会资源资金只有 {funding.social} 元，其他财政资金不算自筹，还差 {gap} 元",
            cure="应增加村居自筹、捐赠或投工投劳，或减少其他财政资金，或登记例外批准",
        )
    missing = []
    if not case.project.self_raise_pledge:
        missing.append("自筹承诺书")
    if funding.self_raised > NONE and not case.deliberations:
        missing.append("村（居）民议事记录")
    if missing:
        yield Finding(
            severity=Severity.EXCEPTION,
            clause=clause,
            measured=funding.total.fen,
            limit=cap.fen,
            shortfall=over,
            field="self_raise_pledge",
            message=f"总资金 {funding.total} 元超出单项上限 {cap} 元，超出的 {over} 元由村居自筹，"
            f"没有{'和'.join(missing)}",
            cure="请在项目中填自筹承诺，在协商中登记议事，或登记例外批准",
        )
    yield from _in_kind_excess(context, over)


def _in_kind_excess(context: RuleContext, over: Money) -> Iterator[Finding]:
    """A warning where goods or labour must cover the excess of a service; for works and goods this is normal."""
    funding: Funding = context.case.funding
    cash = funding.donated_cash + funding.self_raised
    in_kind = funding.donated_goods + funding.labour
    if context.case.project.category is not Category.SERVICE or over <= cash or not in_kind:
        return
    yield Finding(
        severity=Severity.WARN,
        measured=cash.fen,
        limit=over.fen,
        shortfall=over - cash,
        field="labour",
        message=f"服务类超出上限 {over} 元，自筹与捐赠现金只有 {cash} 元，"
        f"尚有 {over - cash} 元要由实物或用工折价承担，请核对，不可行的增加村居自筹或捐赠现金",
    )
