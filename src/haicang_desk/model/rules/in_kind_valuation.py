"""Rule R03: donated goods and labour count only with a basis for their value. 三(一)¶9.

条文：C061
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE, Funding
from haicang_desk.model.records import Participation, TakingPart
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import Money

PLACE = "三(一)¶9"


def counted(context: RuleContext) -> Funding:
    """The funding in force without goods and labour that have no basis; of a draft, all of it."""
    funding, without_basis = context.case.funding, _without_basis(context)
    return replace(funding, **dict.fromkeys(without_basis, NONE)) if without_basis else funding


def _without_basis(context: RuleContext) -> list[str]:
    """Which of ``labour`` and ``donated_goods`` have no basis for their value; none of a draft."""
    case, funding = context.case, context.case.funding
    if case.project.submitted_on is None or case.project.valuation_basis.strip():
        return []
    names = []
    if funding.labour > NONE and not _labour_has_basis(context):
        names.append("labour")
    goods = (p for p in case.participations if p.manner is not TakingPart.LABOUR and not p.received)
    if funding.donated_goods > NONE and not any(part.basis.strip() for part in goods):
        names.append("donated_goods")
    return names


def _labour_has_basis(context: RuleContext) -> bool:
    """Whether the street has a price in force on the day of application, or every labour record has a basis."""
    if context.standing.labour_price_on(context.case.project.submitted_on):
        return True
    parts = _labour_records(context)
    return bool(parts) and all(part.basis.strip() for part in parts)


def _labour_records(context: RuleContext) -> list[Participation]:
    return [part for part in context.case.participations if part.manner is TakingPart.LABOUR]


_WORDING = {
    "labour": ("投工投劳", "请填写折价依据（折价标准文号）并附用工签到表"),
    "donated_goods": ("捐赠实物", "请填写发票号，无票据的附双人价格确认单"),
}


@rule("R03", "投工投劳与实物折价有依据", clause=PLACE, answered_by=Participation, before=("submit", "approve", "close"))
def in_kind_values_have_a_basis(context: RuleContext) -> Iterator[Finding]:
    """Goods and labour in the plan have a basis; without one they do not count toward the social share."""
    funding = context.case.funding
    for name in _without_basis(context):
        what, cure = _WORDING[name]
        amount: Money = getattr(funding, name)
        yield Finding(
            severity=Severity.BLOCK,
            measured=amount.fen,
            limit=0,
            shortfall=amount,
            field="valuation_basis",
            message=f"{what}折价 {amount} 元没有折价依据，不计入社会资源资金，{cure}",
        )


@rule("R03", "投工投劳占比", parameter="labour_share_warning", answered_by=Participation, before=("submit", "approve"))
def labour_is_not_the_larger_half(context: RuleContext) -> Iterator[Finding]:
    """Labour is at most half of the social money (``labour_share_warning``), as it is easily overstated; a warning."""
    funding, share = context.case.funding, context.policy.share("labour_share_warning")
    most = funding.social.part(share)
    if funding.labour > most:
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
    standard = context.standing.labour_price_on(context.case.project.submitted_on)
    for part in _labour_records(context):
        if part.people and part.workdays and part.price is not None and part.amount is not None:
            worth = part.people * part.workdays * int(part.price)
            if worth != int(part.amount):
                gap = Money(abs(int(part.amount) - round(worth)))
                yield _warning(
                    part.amount,
                    Money(round(worth)),
                    gap,
                    f"{part.party}投工投劳 {part.people} 人，每人 {part.workdays} 工日，每工日 {part.price} 元，"
                    f"应为 {Money(round(worth))} 元，登记 {part.amount} 元，相差 {gap} 元，请核对",
                )
        if standard and part.price is not None and part.price > standard.price:
            over = part.price - standard.price
            yield _warning(
                part.price,
                standard.price,
                over,
                f"{part.party}投工投劳每工日 {part.price} 元，折价标准（{standard.basis}）{standard.price} 元，"
                f"高出 {over} 元，请按标准折价",
            )


@rule("R03", "决算的实物和用工", clause=PLACE, answered_by=Participation, about=("settlements",))
def settled_is_confirmed(context: RuleContext) -> Iterator[Finding]:
    """Goods and labour in the settlement do not exceed what the records of 社会参与 confirm."""
    settled = context.case.settled
    if settled is None:
        return
    for name, amount in context.case.confirmed_in_kind.items():
        listed: Money = getattr(settled, name)
        if listed > amount:
            yield _warning(
                listed,
                amount,
                listed - amount,
                f"决算列{_WORDING[name][0]}折价 {listed} 元，社会参与登记 {amount} 元，多 {listed - amount} 元，"
                "请按确认的数量决算或补登社会参与",
            )


def _warning(measured: Money, limit: Money, gap: Money, message: str) -> Finding:
    return Finding(
        severity=Severity.WARN,
        measured=measured.fen,
        limit=limit.fen,
        shortfall=gap,
        message=message,
    )
