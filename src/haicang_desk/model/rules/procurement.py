"""Rule R18: manner, basis and price of procurement, and guidance on compulsory standards. 三(四)¶3–5.

条文：C042 C082 C084 C087 C088 C090
"""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.findings import Clause, Finding, Severity
from haicang_desk.model.records import Appointment, Category, Event, Guidance
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import Money

PLACES = {Category.WORKS: "三(四)¶3", Category.SERVICE: "三(四)¶4", Category.GOODS: "三(四)¶5"}


def clause_of(context: RuleContext) -> Clause:
    """The clause on procurement for the category of the project."""
    return context.policy.at(PLACES[context.case.project.category])


@rule(
    "R18",
    "采购方式和依据",
    clause=PLACES[Category.WORKS],
    answered_by=Appointment,
    before=("appoint",),
    about=("appointments",),
)
def procurement_has_manner_and_basis(context: RuleContext) -> Iterator[Finding]:
    """Every appointment gives the manner of procurement and the document it rests on."""
    for appointment in context.case.appointments:
        missing = [
            field.label
            for name, field in Appointment.fields.items()
            if name in ("manner", "basis") and not getattr(appointment, name).strip()
        ]
        if missing:
            named = f"“{appointment.implementer}”" if appointment.implementer.strip() else ""
            yield Finding(
                severity=Severity.BLOCK,
                clause=clause_of(context),
                measured=2 - len(missing),
                limit=2,
                field="basis" if "依据文件" in missing else "manner",
                message=f"确定实施主体{named}缺{'和'.join(missing)}，请补填后再确定",
            )


@rule(
    "R18",
    "成交价",
    clause=PLACES[Category.WORKS],
    answered_by=Appointment,
    before=("appoint",),
    about=("appointments",),
)
def price_is_within_approval(context: RuleContext) -> Iterator[Finding]:
    """Prices above the approved total together need a waiver; one above its control price is a warning."""
    case = context.case
    total = (case.approved or case.asked).total
    priced = [each for each in case.appointments if each.price is not None]
    prices = sum((each.price for each in priced if each.price is not None), Money())
    if prices > total:
        several = f"（{len(priced)} 个实施主体合计）" if len(priced) > 1 else ""
        yield Finding(
            severity=Severity.EXCEPTION,
            clause=clause_of(context),
            measured=prices.fen,
            limit=total.fen,
            shortfall=prices - total,
            field="price",
            taken_on=priced[-1].appointed_on,
            message=f"成交价{several} {prices} 元，核定总资金 {total} 元，超出 {prices - total} 元",
            cure="应重新采购、更正成交价，或登记例外批准",
        )
        return
    for each in priced:
        price, ceiling = each.price, each.ceiling
        if price is not None and ceiling is not None and price > ceiling:
            yield Finding(
                severity=Severity.WARN,
                clause=clause_of(context),
                measured=price.fen,
                limit=ceiling.fen,
                shortfall=price - ceiling,
                field="price",
                message=f"成交价 {price} 元，控制价 {ceiling} 元，超出 {price - ceiling} 元，请核对更正成交价或控制价",
            )


@rule(
    "R18",
    "参与单位和采购限额",
    clause=PLACES[Category.WORKS],
    answered_by=Appointment,
    before=("appoint",),
    about=("appointments",),
)
def procurement_is_competitive(context: RuleContext) -> Iterator[Finding]:
    """Warnings for a single bidder and for a manner outside the office's own limits (``procurement_limit`` records)."""
    case = context.case
    if case.appointments and len({bid.bidder for bid in case.bids}) == 1:
        reasons = [each.sole_reason.strip() for each in case.appointments if each.sole_reason.strip()]
        told = f"理由：{reasons[-1]}" if reasons else "请在实施主体的只有一家参与的理由中写明"
        yield Finding(
            severity=Severity.INFO if reasons else Severity.WARN,
            clause=context.policy.at("二¶6"),
            measured=1,
            limit=2,
            field="sole_reason",
            message=f"竞标只有“{case.bids[0].bidder}”1 家参与，{told}",
        )
    for appointment in case.appointments:
        yield from _outside_limits(context, appointment)


def _outside_limits(context: RuleContext, appointment: Appointment) -> Iterator[Finding]:
    """Warnings for limits of the office that the appointment's price, or else its control price, does not keep."""
    amount = appointment.price if appointment.price is not None else appointment.ceiling
    for limit in context.standing.procurement_limits:
        begun = limit.from_on is None or appointment.appointed_on is None or limit.from_on <= appointment.appointed_on
        same = limit.category is context.case.project.category and limit.manner == appointment.manner
        if not (begun and same) or amount is None:
            continue
        above, below = limit.most is not None and amount > limit.most, limit.least is not None and amount < limit.least
        bound = limit.most if above else limit.least if below else None
        if bound is not None:
            gap = Money(abs(amount - bound))
            yield Finding(
                severity=Severity.WARN,
                clause=clause_of(context),
                measured=amount.fen,
                limit=bound.fen,
                shortfall=gap,
                field="manner",
                message=f"{appointment.manner}金额 {amount} 元，采购限额（{limit.basis}）{'上限' if above else '下限'} "
                f"{bound} 元，相差 {gap} 元，请改用相应的采购方式",
            )


@rule(
    "R18",
    "强制标准的指导",
    clause=PLACES[Category.WORKS],
    answered_by=Guidance,
    before=("accept", "close"),
    about=("progress",),
)
def standards_have_guidance(context: RuleContext) -> Iterator[Finding]:
    """What falls under a compulsory national standard is accepted only with a record of guidance by a department."""
    case = context.case
    accepted = case.first(Event.ACCEPT, Event.CLOSE)
    if case.project.mandatory_standard and accepted and not case.guidance:
        yield Finding(
            severity=Severity.BLOCK,
            measured=0,
            limit=1,
            field="mandatory_standard",
            message="涉及国家强制标准的器材、设施，没有相关部门指导的记录，请补登强制标准指导后再验收",
        )
