"""Rule R09: matching funds (以奖代补) are one to one with the cash received, up to their cap. 五(三)¶2.

条文：C149 C150
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import Content, PaidFrom, Participation
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.rules.in_kind_valuation import goods_proved
from haicang_desk.model.values import Money, full_date

BEFORE = ("submit", "approve", "decide_alteration", "disburse", "close")


def cash_received(case: Casefile, by: date | None = None) -> Money:
    """Donated cash that has arrived, by a day if one is given: no pledges, goods or labour."""
    return sum((part.cash for part in case.participations if by is None or (part.took_on or by) <= by), NONE)


def most_matching(context: RuleContext, by: date | None = None) -> Money:
    """The most matching funds that the cash received by a day allows, for all donors and the whole project."""
    policy = context.policy
    return min(cash_received(context.case, by).part(policy.share("award_ratio")), policy.money("award_cap"))


@rule("R09", "以奖代补不超过到账捐款", parameter="award_cap", answered_by=Participation, before=BEFORE)
def matching_follows_cash(context: RuleContext) -> Iterator[Finding]:
    """Matching funds do not exceed the cash received or the cap; for a draft, whose cash may come, only the cap."""
    case, policy = context.case, context.policy
    matching = case.funding.matching
    filed = case.project.submitted_on is not None
    most = most_matching(context) if filed else policy.money("award_cap")
    if matching <= most:
        return
    arrived = f"到账捐款 {cash_received(case)} 元，" if filed else ""
    yield Finding(
        severity=Severity.BLOCK,
        measured=matching.fen,
        limit=most.fen,
        shortfall=matching - most,
        field="matching",
        message=f"以奖代补资金 {matching} 元，{arrived}补助最多 {most} 元，超出 {matching - most} 元，"
        "应减少补助或待捐款到账",
    )


@rule("R09", "捐款和捐物分开", parameter="award_ratio", answered_by=Participation, about=("participations",))
def cash_is_told_from_goods(context: RuleContext) -> Iterator[Finding]:
    """Asks whether cash above the plan is goods, where the goods of the plan are not registered."""
    case, plan = context.case, context.case.asked
    received, goods = cash_received(case), goods_proved(context)
    if received > plan.donated_cash and goods < plan.donated_goods:
        over = received - plan.donated_cash
        yield Finding(
            severity=Severity.WARN,
            measured=received.fen,
            limit=plan.donated_cash.fen,
            shortfall=over,
            field="form",
            message=f"登记到账现金 {received} 元，申报的捐赠现金 {plan.donated_cash} 元，多出 {over} 元，"
            f"而申报的捐赠实物 {plan.donated_goods} 元只登记了 {goods} 元，以奖代补只按现金计，"
            "请核对社会参与的款物是现金还是实物",
        )


@rule(
    "R09",
    "以奖代补与到账同步",
    parameter="award_ratio",
    answered_by=Participation,
    before=("disburse",),
    about=("disbursements",),
)
def matching_is_paid_in_step(context: RuleContext) -> Iterator[Finding]:
    """At no day are more matching funds paid and not returned than the cash received by then allows (同步).

    What is ahead now is a block; a warning names the worst day where cash or a refund has made up for it since.
    """
    days = list(_matching_by_day(context))
    last_ahead = max((number for number, (_, paid, most) in enumerate(days) if paid > most), default=None)
    if last_ahead is None:
        return
    mended = last_ahead + 1 < len(days)
    day, paid, most = max(days, key=lambda each: each[1] - each[2]) if mended else days[-1]
    cure = "应待捐款到账后再拨付，或登记退款"
    if mended:
        since = days[last_ahead + 1][0]
        until = "现在" if since == date.max else f"{full_date(since)}起"
        cure = f"{until}已由到账捐款或退款补足，以后请待捐款到账再拨付"
    yield Finding(
        severity=Severity.WARN if mended else Severity.BLOCK,
        measured=paid.fen,
        limit=most.fen,
        shortfall=paid - most,
        field="amount",
        message=f"{'' if day == date.max else '至 ' + full_date(day)}累计拨付以奖代补 {paid} 元，"
        f"当时到账捐款可补 {most} 元，超出 {paid - most} 元，{cure}",
    )


def _matching_by_day(context: RuleContext) -> Iterator[tuple[date, Money, Money]]:
    """For each day on which money moved: matching funds paid less those returned, and the most that cash then allows.

    What has no day comes last, as of date.max.
    """
    case, moved = context.case, dict.fromkeys((part.took_on or date.max for part in context.case.participations), NONE)
    payments = [(each.paid_on, each.amount, each.source) for each in case.disbursements]
    refunds = [(each.returned_on, -each.amount, each.source) for each in case.refunds]
    for on, amount, source in (*payments, *refunds):
        if source is PaidFrom.MATCHING:
            moved[on or date.max] = moved.get(on or date.max, NONE) + amount
    paid = NONE
    for day in sorted(moved):
        paid += moved[day]
        yield day, paid, most_matching(context, day)


@rule("R09", "以奖代补与专项资金不叠加", parameter="award_cap", answered_by=Participation, before=("submit", "approve"))
def matching_stands_alone(context: RuleContext) -> Iterator[Finding]:
    """A project has special or matching funds, not both. The policy does not say; both need a waiver."""
    funding = context.case.funding
    if funding.special > NONE and funding.matching > NONE:
        yield Finding(
            severity=Severity.EXCEPTION,
            measured=funding.matching.fen,
            limit=0,
            shortfall=min(funding.special, funding.matching),
            field="matching",
            message=f"同时列区级专项资金 {funding.special} 元和以奖代补资金 {funding.matching} 元，"
            "方案未写明可以叠加，应择一申报或登记例外批准",
        )


@rule("R09", "以奖代补的公益领域", parameter="award_cap", answered_by=Participation, before=("submit", "approve"))
def matching_is_for_charity(context: RuleContext) -> Iterator[Finding]:
    """A project with matching funds names its field of charity: they are for 公益事业 only."""
    project, matching = context.case.project, context.case.funding.matching
    if matching > NONE and not project.charity.strip() and project.submitted_on:
        named = project.content is Content.CHARITY
        yield Finding(
            severity=Severity.WARN if named else Severity.BLOCK,
            measured=matching.fen,
            limit=0,
            field="charity",
            message=f"列以奖代补资金 {matching} 元，没有填写公益领域，以奖代补只用于公益事业，请填写公益领域",
        )
