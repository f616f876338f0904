"""Rule R19: payments go to the village, after the filing, and within the approved sum. 三(五)¶2.

条文：C096
"""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import Disbursement, PaidFrom, Village
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.rules.final_accounts import payable
from haicang_desk.model.rules.funding_limits import cap_of
from haicang_desk.model.values import Money, full_date

PLACE = "三(五)¶2"
BEFORE = ("disburse", "decide_alteration")


@rule("R19", "拨付不超过核定", clause=PLACE, answered_by=Disbursement, before=BEFORE, about=("disbursements",))
def paid_within_approval(context: RuleContext) -> Iterator[Finding]:
    """Special and matching funds paid do not exceed the approved sum; after settlement, the payable sum."""
    case = context.case
    if not case.disbursements:
        return
    approved, name = case.approved, "核定"
    most = approved.scheme if approved else NONE
    if case.settled and _paid_after_settlement(case):
        most, name = payable(context), "决算应付"
    if case.disbursed > most:
        over = case.disbursed - most
        yield Finding(
            severity=Severity.BLOCK,
            measured=case.disbursed.fen,
            limit=most.fen,
            shortfall=over,
            field="amount",
            message=f"累计拨付 {case.disbursed} 元，{name} {most} 元，超出 {over} 元，应减少拨付或退回超出部分",
        )
    elif approved:
        yield from _over_approval_by_source(
            context, {PaidFrom.SPECIAL: approved.special, PaidFrom.MATCHING: approved.matching}
        )


def _paid_after_settlement(case: Casefile) -> bool:
    """Whether a payment was made after the settlement or is proposed; R29 covers payments before it."""
    on = case.settlement.settled_on if case.settlement else None
    return any(not paid.id or (on and paid.paid_on and paid.paid_on > on) for paid in case.disbursements)


def _over_approval_by_source(context: RuleContext, approved: dict[PaidFrom, Money]) -> Iterator[Finding]:
    """A warning for each source paid above its approved sum."""
    for source, most in approved.items():
        paid = sum((each.amount for each in context.case.disbursements if each.source is source), NONE)
        if paid > most:
            yield Finding(
                severity=Severity.WARN,
                measured=paid.fen,
                limit=most.fen,
                shortfall=paid - most,
                field="source",
                message=f"{source.label}累计拨付 {paid} 元，核定 {most} 元，超出 {paid - most} 元，"
                "请核对拨付的资金来源",
            )


@rule("R19", "备案之前不拨付", clause=PLACE, answered_by=Disbursement, before=BEFORE, about=("disbursements",))
def paid_after_filing(context: RuleContext) -> Iterator[Finding]:
    """No payment is made before the day the district recorded the filing (备案)."""
    case = context.case
    lodged = case.filing.lodged_on if case.filing else None
    early = [d for d in case.disbursements if case.filing is None or (lodged and d.paid_on and d.paid_on < lodged)]
    if not early:
        return
    amount = sum((paid.amount for paid in early), NONE)
    on = early[0].paid_on
    filed = f"备案日期 {full_date(lodged)}" if lodged else "尚未备案"
    yield Finding(
        severity=Severity.BLOCK,
        measured=on.isoformat() if on else None,
        limit=lodged.isoformat() if lodged else None,
        shortfall=amount,
        field="paid_on",
        message=f"备案之前已拨付 {amount} 元（首笔 {full_date(on) if on else '日期未填'}），{filed}，应在备案之后拨付",
    )


@rule("R19", "收款人是村居", clause=PLACE, answered_by=Disbursement, before=BEFORE, about=("disbursements",))
def paid_to_village(context: RuleContext) -> Iterator[Finding]:
    """The payee is the village; any other payee needs a waiver."""
    case = context.case
    known = payees(case.village)
    others = [paid for paid in case.disbursements if paid.payee.strip() not in known]
    if others:
        amount = sum((paid.amount for paid in others), NONE)
        names = "、".join(dict.fromkeys(paid.payee.strip() or "未填" for paid in others))
        yield Finding(
            severity=Severity.EXCEPTION,
            measured=names,
            limit=case.village.payee or case.village.committee,
            shortfall=amount,
            field="payee",
            message=f"收款人为{names}，共 {amount} 元，资金应由街道直接拨付给村居"
            f"“{case.village.payee or case.village.committee}”，请更正收款人或登记例外批准",
        )


def payees(village: Village) -> set[str]:
    """The names under which the village itself may be paid."""
    committee = village.committee
    short = committee.replace("居民委员会", "居委会").replace("村民委员会", "村委会")
    return {village.payee.strip(), village.name, committee, short} - {""}


@rule("R19", "超限额项目的拨付", clause=PLACE, answered_by=Disbursement, before=BEFORE, about=("disbursements",))
def paid_above_cap(context: RuleContext) -> Iterator[Finding]:
    """A warning for payments of a project above the cap: the clause speaks only of projects within it."""
    case, cap = context.case, cap_of(context)
    total = (case.approved or case.asked).total
    if case.disbursements and total > cap:
        yield Finding(
            severity=Severity.WARN,
            measured=total.fen,
            limit=cap.fen,
            shortfall=total - cap,
            message=f"总资金 {total} 元超出单项上限 {total - cap} 元，直接拨付的条文只写限额以内的项目，"
            "财政部分照此拨付给村居，请在拨付单注明",
        )
