"""Rule R03: social money counts as far as records prove it. 三(一)¶9.

条文：C061
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE, Funding
from haicang_desk.model.records import Participation
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import Money

PLACE = "三(一)¶9"


def counted(context: RuleContext) -> Funding:
    """The funding in force, its social sources only as far as they are proved; of a draft, all of it."""
    funding = context.case.funding
    proved = {name: amount for name, amount in proved_amounts(context).items() if amount < getattr(funding, name)}
    return replace(funding, **proved) if proved else funding


def proved_amounts(context: RuleContext) -> Mapping[str, Money]:
    """How much of a source must be and is proved, by the name of the Funding field; a source left out counts in full.

    Before 决算 a written 折价依据 of the project proves what is planned in kind, and no cash need have come. From 决算
    or 终止 on the records of 社会参与 alone prove.
    """
    case = context.case
    if case.stopped or case.settled:
        return {
            "labour": labour_proved(context),
            "donated_goods": goods_proved(context),
            "donated_cash": case.given["donated_cash"],
        }
    if case.project.submitted_on is None or case.project.valuation_basis.strip():
        return {}
    return {"labour": labour_proved(context), "donated_goods": goods_proved(context)}


def labour_proved(context: RuleContext) -> Money:
    """What the records of 投工投劳 prove: 人数 × 工日 × 单价, or the amount registered where that is less.

    Each record has 依据, or the street has a standard price on its day. The standard gives the price, never the count:
    an amount without 人数 and 工日 needs 依据.
    """
    return sum((_labour_of(context, part) for part in context.case.participations), NONE)


def _labour_of(context: RuleContext, part: Participation) -> Money:
    standard, founded = context.standing.labour_price_on(part.took_on), bool(part.basis.strip())
    price = standard.price if standard else None
    return part.labour(price) if founded or (price and part.labour_product(price) is not None) else NONE


def goods_proved(context: RuleContext) -> Money:
    """What the records of donated goods prove: those with an amount and with 依据 (发票 or 双人价格确认单)."""
    return sum((part.goods for part in context.case.participations if part.basis.strip()), NONE)


_WORDING = {
    "labour": ("投工投劳折价", "社会参与中登记投工投劳的人数、工日、单价和依据"),
    "donated_goods": ("捐赠实物折价", "社会参与中登记款物为实物的金额和依据（发票号，无票据的为双人价格确认单）"),
    "donated_cash": ("捐赠现金", "社会参与中登记款物为现金、到账为是的金额"),
}


@rule(
    "R03",
    "社会资源资金有登记、有依据",
    clause=PLACE,
    answered_by=Participation,
    before=("submit", "approve", "close"),
)
def social_money_is_proved(context: RuleContext) -> Iterator[Finding]:
    """Goods, labour and, from 决算 on, cash do not exceed what is proved; the rest does not count as social money."""
    case = context.case
    final = case.stopped or case.settled
    name = "终止时" if case.stopped else "决算" if case.settled else "申报"
    for source, proved in proved_amounts(context).items():
        listed: Money = getattr(case.funding, source)
        if listed <= proved:
            continue
        what, cure = _WORDING[source]
        planned = "" if final else "请填写折价依据，或在"
        yield Finding(
            severity=Severity.BLOCK,
            measured=listed.fen,
            limit=proved.fen,
            shortfall=listed - proved,
            field="valuation_basis" if planned else source,
            message=f"{name}列{what} {listed} 元，有登记和依据的 {proved} 元，"
            f"其余 {listed - proved} 元不计入社会资源资金，{planned or '请在'}{cure}",
        )


@rule("R03", "投工投劳占比", parameter="labour_share_warning", answered_by=Participation, before=("submit", "approve"))
def labour_is_not_the_larger_half(context: RuleContext) -> Iterator[Finding]:
    """Labour is at most half of the social money (``labour_share_warning``), as it is easily overstated; a warning."""
    funding, share = context.case.funding, context.policy.share("labour_share_warning")
    most = funding.social.part(share)
    if funding.labour > max(most, NONE):  # a total cut below the other sources leaves a negative sum, which R01 blocks
        yield Finding(
            severity=Severity.WARN,
            measured=f"{funding.labour.fen}/{funding.social.fen}",
            limit=f"{share.numerator}/{share.denominator}",
            shortfall=funding.labour - most,
            field="labour",
            message=f"投工投劳折价 {funding.labour} 元，社会资源资金合计 {funding.social} 元，"
            f"超过半数 {funding.labour - most} 元，请核对用工签到和单价",
        )


@rule("R03", "投工投劳的计算", clause=PLACE, answered_by=Participation, about=("participations",))
def labour_value_is_calculated(context: RuleContext) -> Iterator[Finding]:
    """The value of labour is people × workdays × price, and the price not above the street's standard."""
    for part in context.case.participations:
        standard = context.standing.labour_price_on(part.took_on)
        worth = part.labour_product()
        if worth is not None and part.amount is not None and worth != part.amount:
            gap = Money(abs(part.amount - worth))
            yield _warning(
                part.amount,
                worth,
                gap,
                f"{part.party}投工投劳 {part.people} 人，每人 {part.workdays} 工日，每工日 {part.price} 元，"
                f"应为 {worth} 元，登记 {part.amount} 元，相差 {gap} 元，请核对",
            )
        if standard and part.gift is None and part.price is not None and part.price > standard.price:
            over = part.price - standard.price
            yield _warning(
                part.price,
                standard.price,
                over,
                f"{part.party}投工投劳每工日 {part.price} 元，折价标准（{standard.basis}）{standard.price} 元，"
                f"高出 {over} 元，请按标准折价",
            )


def _warning(measured: Money, limit: Money, gap: Money, message: str) -> Finding:
    return Finding(
        severity=Severity.WARN,
        measured=measured.fen,
        limit=limit.fen,
        shortfall=gap,
        message=message,
    )
