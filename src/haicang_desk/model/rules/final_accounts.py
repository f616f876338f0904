"""Rule R29: what is payable after settlement, and what is to be returned. 三(五)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import Category, Refund
from haicang_desk.model.rules.engine import RuleContext, rule
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


@rule("R29", "退款不超过已拨付", clause=PLACE, answered_by=Refund, before=("refund",), about=("refunds",))
def returned_within_paid(context: RuleContext) -> Iterator[Finding]:
    """Refunds of a project do not exceed its payments."""
    case = context.case
    paid = sum((each.amount for each in case.disbursements), NONE)
    returned = sum((each.amount for each in case.refunds), NONE)
    if returned > paid:
        yield Finding(
            severity=Severity.BLOCK,
            measured=returned.fen,
            limit=paid.fen,
            shortfall=returned - paid,
            field="amount",
            message=f"累计退款 {returned} 元，累计拨付 {paid} 元，多出 {returned - paid} 元，请核对退款金额",
        )


@rule("R29", "决算后应退回的资金", clause=PLACE, answered_by=Refund, before=("close",), about=("settlements",))
def overpaid_is_returned(context: RuleContext) -> Iterator[Finding]:
    """What was paid above the payable sum is returned before the project is closed, unless a waiver is recorded."""
    case = context.case
    if case.settled is None:
        return
    due = payable(context)
    if case.disbursed <= due:
        return
    back = case.disbursed - due
    excused = any(waiver.rule == "R29" for waiver in case.waivers)
    yield Finding(
        severity=Severity.EXCEPTION if excused else Severity.BLOCK,
        measured=case.disbursed.fen,
        limit=due.fen,
        shortfall=back,
        message=f"决算总资金 {case.settled.total} 元，应付 {due} 元，已拨付 {case.disbursed} 元，应退回 {back} 元，"
        "请登记退款后再办结",
    )
