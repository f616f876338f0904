"""Rule R19: payments go to the village, after the filing, and within the approved sum. 三(五)¶2.

条文：C096
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import Disbursement, Event, PaidFrom, Refund, Source, Spending, Stage, Village
from haicang_desk.model.rules.engine import RuleContext, excuses, rule
from haicang_desk.model.rules.final_accounts import payable
from haicang_desk.model.rules.funding_limits import cap_of
from haicang_desk.model.values import Money, full_date

PLACE = "三(五)¶2"
BEFORE = ("disburse", "decide_alteration")
MOVED = ("disbursements", "refunds")
ENDED = (Stage.REJECTED, Stage.WITHDRAWN, Stage.SENT_BACK, Stage.TERMINATED)


@rule(
    "R19",
    "拨付不超过核定",
    clause=PLACE,
    answered_by=Disbursement,
    before=BEFORE,
    about=MOVED,
    every_project=True,
)
def paid_within_approval(context: RuleContext) -> Iterator[Finding]:
    """Payments less returns do not exceed the approved sum, in all and by source; after settlement, what is payable.

    What was paid before the settlement and is too much after it, R29 asks back.
    """
    case = context.case
    approved = case.approved
    if approved is None or case.stopped:
        return  # paid_though_not_in_force
    most, name = approved.scheme, "核定"
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
            message=f"累计拨付 {case.disbursed} 元，{name} {most} 元，超出 {over} 元，应减少拨付或登记退款",
        )
    else:
        yield from _paid_above_source(context)


def _paid_after_settlement(case: Casefile) -> bool:
    """Whether a payment was made after the settlement or is proposed; R29 covers payments before it."""
    on = case.settlement.settled_on if case.settlement else None
    return any(not paid.id or (on and paid.paid_on and paid.paid_on > on) for paid in case.disbursements)


def _paid_above_source(context: RuleContext) -> Iterator[Finding]:
    """A block for each source paid above its own approved sum; above its settled sum where R29 asks nothing back."""
    case = context.case
    sums, name = case.approved, "核定"
    if case.settled and case.disbursed <= payable(context):
        sums, name = case.settled, "决算"
    for source, paid in case.paid.items():
        most = getattr(sums, source.code)
        if paid > most:
            yield Finding(
                severity=Severity.BLOCK,
                measured=paid.fen,
                limit=most.fen,
                shortfall=paid - most,
                field="source",
                message=f"{source.label}累计拨付 {paid} 元，{name} {most} 元，超出 {paid - most} 元，"
                "请核对拨付的资金来源，或登记退款",
            )


@rule("R19", "不在办的项目不占用资金", clause=PLACE, answered_by=Refund, before=BEFORE, about=MOVED, every_project=True)
def paid_though_not_in_force(context: RuleContext) -> Iterator[Finding]:
    """What was paid to a project that is refused, withdrawn, sent back, not yet approved or stopped goes back.

    A block until the money is back or leave to keep it is recorded. Payments after 终止 are a block whatever leave.
    """
    case = context.case
    if case.approved is not None and case.stopped is None:
        return
    stage, since = case.staged
    late = unreturned(case, since) if case.stopped and since else NONE
    if late > NONE and since:
        yield Finding(
            severity=Severity.BLOCK,
            measured=late.fen,
            limit=0,
            shortfall=late,
            field="paid_on",
            message=f"项目 {full_date(since)}终止，之后又拨付 {late} 元，终止之后不得拨付，应退回 {late} 元",
            cure="请登记退款",
        )
    kept = case.disbursed - late
    if kept > NONE:
        named = f"项目{stage.label}" if stage in ENDED else f"项目处于“{stage.label}”，没有批准"
        leave = any(excuses(waiver, "R19", None, context.today) for waiver in case.waivers)
        yield Finding(
            severity=Severity.EXCEPTION if leave else Severity.BLOCK,
            measured=kept.fen,
            limit=0,
            shortfall=kept,
            field="amount",
            message=f"已拨付 {kept} 元，{named}，应退回 {kept} 元",
            cure="请登记退款，或登记例外批准",
        )


def unreturned(case: Casefile, after: date) -> Money:
    """Of the payments made after a day, what has not been returned; refunds go to the oldest payments first."""
    paid = [each for each in case.disbursements if each.paid_on and each.paid_on > after]
    return sum((left for _, left in returned_to(case, paid)), NONE)


def returned_to(case: Casefile, excess: Sequence[Disbursement]) -> list[tuple[Disbursement, Money]]:
    """These payments, each with what was not returned of it.

    A refund names no payment: it goes to the oldest excess of its source.
    """
    back = dict.fromkeys(PaidFrom, NONE)
    for refund in case.refunds:
        back[refund.source] += refund.amount
    left = []
    for payment in excess:
        returned = min(back[payment.source], payment.amount)
        back[payment.source] -= returned
        left.append((payment, payment.amount - returned))
    return left


@rule("R19", "备案之前不拨付", clause=PLACE, answered_by=Disbursement, before=BEFORE, about=("disbursements",))
def paid_after_filing(context: RuleContext) -> Iterator[Finding]:
    """No payment is made before the day the district recorded the filing (备案). A warning once the money is back."""
    case = context.case
    if case.approved is None:
        return  # paid_though_not_in_force
    lodged = case.filing.lodged_on if case.filing else None
    early = [d for d in case.disbursements if case.filing is None or (lodged and d.paid_on and d.paid_on < lodged)]
    if not early:
        return
    amount = sum((paid.amount for paid in early), NONE)
    left = sum((left for _, left in returned_to(case, early)), NONE)
    on = early[0].paid_on
    filed = f"备案日期 {full_date(lodged)}" if lodged else "尚未备案"
    cure = f"还有 {left} 元没有退回，应登记退款，备案之后再拨付"
    if not left:
        last = max((refund.returned_on for refund in case.refunds if refund.returned_on), default=None)
        cure = f"{full_date(last) if last else ''}已全部退回，以后请在备案之后拨付"
    yield Finding(
        severity=Severity.BLOCK if left else Severity.WARN,
        measured=on.isoformat() if on and lodged else amount.fen,
        limit=lodged.isoformat() if on and lodged else 0,
        shortfall=left or amount,
        field="paid_on",
        message=f"备案之前已拨付 {amount} 元（首笔 {full_date(on) if on else '日期未填'}），{filed}，{cure}",
    )


@rule("R19", "凭证不重复", clause=PLACE, answered_by=Disbursement, about=("disbursements",))
def vouchers_differ(context: RuleContext) -> Iterator[Finding]:
    """A warning where one voucher stands for the same amount of the same source twice."""
    seen = Counter(
        (paid.voucher.strip(), paid.source, paid.amount) for paid in context.case.disbursements if paid.voucher.strip()
    )
    for (voucher, source, amount), times in seen.items():
        if times > 1:
            again = Money(amount * (times - 1))
            yield Finding(
                severity=Severity.WARN,
                measured=(again + amount).fen,
                limit=amount.fen,
                shortfall=again,
                field="voucher",
                message=f"凭证号“{voucher}”登记了 {times} 笔{source.label} {amount} 元，疑为重复登记 {again} 元，"
                "请核对，重复的请作废，确为两笔的请分别填写凭证号",
            )


@rule("R19", "收款人是村居", clause=PLACE, answered_by=Disbursement, before=BEFORE, about=("disbursements",))
def paid_to_village(context: RuleContext) -> Iterator[Finding]:
    """The payee is the village; any other payee needs a waiver, unless the money came back."""
    case = context.case
    known = payees(case.village)
    paid_elsewhere = [paid for paid in case.disbursements if paid.payee.strip() not in known]
    others = [paid for paid, left in returned_to(case, paid_elsewhere) if left]
    if others:
        amount = sum((paid.amount for paid in others), NONE)
        names = "、".join(dict.fromkeys(paid.payee.strip() or "未填" for paid in others))
        yield Finding(
            severity=Severity.EXCEPTION,
            measured=names,
            limit=case.village.payee or case.village.committee,
            shortfall=amount,
            field="payee",
            taken_on=min((paid.paid_on for paid in others if paid.paid_on), default=None),
            message=f"收款人为{names}，共 {amount} 元，资金应由街道直接拨付给村居"
            f"“{case.village.payee or case.village.committee}”",
            cure="请更正收款人、登记退款或登记例外批准",
        )


def payees(village: Village) -> set[str]:
    """The names under which the village itself may be paid."""
    committee = village.committee
    short = committee.replace("居民委员会", "居委会").replace("村民委员会", "村委会")
    return {village.payee.strip(), village.name, committee, short} - {""}


@rule(
    "R19",
    "使用不超过收到",
    clause=PLACE,
    answered_by=Spending,
    before=("close",),
    about=("spending",),
)
def spent_within_receipts(context: RuleContext) -> Iterator[Finding]:
    """The village spends of each source no more than it received. A warning until the project is closed, then a block.

    Nothing is registered of the arrival of 其他财政资金 and 村居自筹, so these are not compared.
    """
    case = context.case
    received = {
        Source.SPECIAL: case.paid[PaidFrom.SPECIAL],
        Source.MATCHING: case.paid[PaidFrom.MATCHING],
        **{source: case.given[source.code] for source in Source if source.code in case.given},
    }
    spent = dict.fromkeys(received, NONE)
    for each in case.spending:
        if each.source in spent:
            spent[each.source] += each.amount
    closed = case.first(Event.CLOSE) is not None
    for source, amount in spent.items():
        most = max(received[source], NONE)
        if amount > most:
            over = amount - most
            yield Finding(
                severity=Severity.BLOCK if closed else Severity.WARN,
                measured=amount.fen,
                limit=most.fen,
                shortfall=over,
                field="spending",
                message=f"使用明细中{source.label}合计 {amount} 元，村居收到 {most} 元，多用 {over} 元，"
                "请核对使用明细的资金来源和金额，漏登的拨付或社会参与请补登",
            )


@rule("R19", "超限额项目的拨付", clause=PLACE, answered_by=Disbursement, before=BEFORE, about=("disbursements",))
def paid_above_cap(context: RuleContext) -> Iterator[Finding]:
    """Payments of a project above the cap say so in 用途: the clause speaks only of projects within it."""
    case, cap = context.case, cap_of(context)
    total = (case.approved or case.asked).total
    if case.disbursements and total > cap:
        noted = all(each.purpose.strip() for each in case.disbursements)
        yield Finding(
            severity=Severity.INFO if noted else Severity.WARN,
            measured=total.fen,
            limit=cap.fen,
            shortfall=total - cap,
            field="purpose",
            message=f"总资金 {total} 元，单项上限 {cap} 元，超出 {total - cap} 元，直接拨付的条文只写限额以内的项目，"
            f"财政部分照此拨付给村居，{'用途已注明' if noted else '请在拨付的用途中注明'}",
        )
