"""Rule R09: matching funds (以奖代补) are one to one with the cash received, up to their cap. 五(三)¶2.

条文：C149 C150
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import Content, PaidFrom, Participation, TakingPart
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.values import Money, full_date

GIVING = (TakingPart.DONATE, TakingPart.SPONSOR, TakingPart.NAMING)
BEFORE = ("submit", "approve", "decide_alteration", "disburse", "close")


def cash_received(case: Casefile, by: date | None = None) -> Money:
    """Donated cash that has arrived, by a day if one is given: no pledges, goods or labour."""
    given = (p for p in case.participations if p.manner in GIVING and p.received)
    return sum((p.amount for p in given if p.amount and (by is None or (p.took_on or by) <= by)), NONE)


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


@rule(
    "R09",
    "以奖代补与到账同步",
    parameter="award_ratio",
    answered_by=Participation,
    before=("disburse",),
    about=("disbursements",),
)
def matching_is_paid_in_step(context: RuleContext) -> Iterator[Finding]:
    """At no day have more matching funds been paid than the cash received by then allows (同步)."""
    paid = NONE
    for each in context.case.disbursements:
        if each.source is not PaidFrom.MATCHING:
            continue
        paid += each.amount
        most = most_matching(context, each.paid_on)
        if paid > most:
            yield Finding(
                severity=Severity.BLOCK,
                measured=paid.fen,
                limit=most.fen,
                shortfall=paid - most,
                field="amount",
                message=f"{'至 ' + full_date(each.paid_on) if each.paid_on else ''}累计拨付以奖代补 {paid} 元，"
                f"当时到账捐款可补 {most} 元，超出 {paid - most} 元，应待捐款到账后再拨付",
            )
            return


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
            field="charity",
            message=f"列以奖代补资金 {matching} 元，没有填写公益领域，以奖代补只用于公益事业，请填写公益领域",
        )
