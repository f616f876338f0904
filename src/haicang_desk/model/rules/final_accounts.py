"""Rule R29: what is payable after settlement, and what is to be returned. 三(五)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE, Funding
from haicang_desk.model.records import Category, PaidFrom, Refund, Settlement
from haicang_desk.model.rules.engine import RuleContext, excuses, rule
from haicang_desk.model.rules.funding_limits import cap_of
from haicang_desk.model.rules.in_kind_valuation import counted
from haicang_desk.model.rules.matching_funds import most_matching
from haicang_desk.model.values import Money

PLACE = "三(五)¶2"


def payable(context: RuleContext) -> Money:
    """The special and matching funds payable after settlement (决算), in fen.

    The least of: approved, the cap of the category, what was spent of them (matching funds up to the cash received),
    and for works and goods the highest fiscal share of the settled total less other fiscal money.
    """
    case, policy = context.case, context.policy
    settled, approved = case.settled, case.approved
    if settled is None or approved is None:
        return NONE
    due = min(approved.scheme, cap_of(context), settled.special + min(settled.matching, most_matching(context)))
    if case.project.category is not Category.SERVICE and policy.choice("works_ratio_scope") == "project":
        share = counted(context).total.part(policy.share("works_goods_fiscal_max")) - settled.other_fiscal
        due = min(due, share)
    return max(due, NONE)


@rule(
    "R29",
    "退款不超过已拨付",
    clause=PLACE,
    answered_by=Refund,
    before=("refund",),
    about=("refunds",),
    every_project=True,
)
def returned_within_paid(context: RuleContext) -> Iterator[Finding]:
    """Refunds of a source do not exceed its payments."""
    case = context.case
    for source, net in case.paid.items():
        if net < NONE:
            returned = sum((each.amount for each in case.refunds if each.source is source), NONE)
            yield Finding(
                severity=Severity.BLOCK,
                measured=returned.fen,
                limit=(returned + net).fen,
                shortfall=-net,
                field="amount",
                message=f"{source.label}累计退款 {returned} 元，累计拨付 {returned + net} 元，多出 {-net} 元，"
                "请核对退款的金额和资金来源",
            )


@rule(
    "R29",
    "决算不超过核定",
    clause=PLACE,
    answered_by=Settlement,
    before=("settle", "close"),
    about=("settlements",),
    every_project=True,
)
def settled_within_approval(context: RuleContext) -> Iterator[Finding]:
    """Special and matching funds settled do not exceed what was approved: the village bears more, or a change does."""
    case = context.case
    if case.settled is None:
        return
    approved = case.approved or Funding()
    for source in PaidFrom:
        spent: Money = getattr(case.settled, source.code)
        most: Money = getattr(approved, source.code)
        if spent > most:
            yield Finding(
                severity=Severity.BLOCK,
                measured=spent.fen,
                limit=most.fen,
                shortfall=spent - most,
                field=source.code,
                message=f"决算列{source.label} {spent} 元，核定 {most} 元，超出 {spent - most} 元，"
                "应在决算中改列村居自筹，或申请变更",
            )


@rule("R29", "决算后应退回的资金", clause=PLACE, answered_by=Refund, before=("close",), about=("settlements",))
def overpaid_is_returned(context: RuleContext) -> Iterator[Finding]:
    """What was paid above the payable sum is returned before the project is closed, unless a waiver is recorded."""
    case = context.case
    if case.settled is None or case.approved is None or case.stopped:
        return  # R19 asks back what a project that is not in force was paid
    due = payable(context)
    if case.disbursed <= due:
        return
    back = case.disbursed - due
    excused = any(excuses(waiver, "R29", None, context.today) for waiver in case.waivers)
    yield Finding(
        severity=Severity.EXCEPTION if excused else Severity.BLOCK,
        measured=case.disbursed.fen,
        limit=due.fen,
        shortfall=back,
        field="amount",
        message=f"决算总资金 {case.settled.total} 元，应付 {due} 元，已拨付 {case.disbursed} 元，应退回 {back} 元",
        cure="请登记退款后再办结，或登记例外批准",
    )


@rule("R29", "决算和拨付的资金来源", clause=PLACE, answered_by=Settlement, about=("settlements",))
def settled_as_paid(context: RuleContext) -> Iterator[Finding]:
    """Once all is paid, each source is settled as it was paid; else a warning for each that was paid less or more."""
    case = context.case
    if case.settled is None or case.stopped or case.disbursed != case.settled.scheme:
        return
    for source, paid in case.paid.items():
        spent: Money = getattr(case.settled, source.code)
        if paid != spent:
            gap = Money(abs(paid - spent))
            yield Finding(
                severity=Severity.WARN,
                measured=spent.fen,
                limit=paid.fen,
                shortfall=gap,
                field=source.code,
                message=f"决算列{source.label} {spent} 元，已拨付 {paid} 元，相差 {gap} 元，"
                "请核对决算和拨付的资金来源，拨付的来源不对的请登记退款再拨付",
            )
