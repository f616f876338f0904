"""Rule R18: manner, basis and price of procurement, and guidance on compulsory standards. 三(四)¶3–5.

条文：C042 C082 C084 C087 C088 C090
"""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.findings import Clause, Finding, Severity
from haicang_desk.model.records import Appointment, Category, Event
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
            yield Finding(
                severity=Severity.BLOCK,
                clause=clause_of(context),
                measured=2 - len(missing),
                limit=2,
                field="basis" if "依据文件" in missing else "manner",
                message=f"确定实施主体“{appointment.implementer}”缺{'和'.join(missing)}，请补填后再确定",
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
    """A price above the approved total needs a waiver; one above the control price is a warning."""
    case = context.case
    total = (case.approved or case.asked).total
    for appointment in case.appointments:
        price, ceiling = appointment.price, appointment.ceiling
        if price is None:
            continue
        if price > total:
            yield _price_finding(context, Severity.EXCEPTION, price, total, "核定总资金", "应重新采购或登记例外批准")
        elif ceiling is not None and price > ceiling:
            yield _price_finding(context, Severity.WARN, price, ceiling, "控制价", "请核对成交价和控制价")


def _price_finding(
    context: RuleContext, severity: Severity, price: Money, limit: Money, name: str, cure: str
) -> Finding:
    return Finding(
        severity=severity,
        clause=clause_of(context),
        measured=price.fen,
        limit=limit.fen,
        shortfall=price - limit,
        field="price",
        message=f"成交价 {price} 元，{name} {limit} 元，超出 {price - limit} 元，{cure}",
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
        yield Finding(
            severity=Severity.WARN,
            clause=context.policy.at("二¶6"),
            measured=1,
            message=f"竞标只有“{case.bids[0].bidder}”1 家参与，请说明征集参与单位的情况",
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
    answered_by=Appointment,
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
