"""村居资金台账: the funds of a village's projects, payments to it, and its spending. 三(五), 五(一)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.balances import ProjectTotals
from haicang_desk.model.blocks import Block, Face, Grid, GridRow, Heading, Note, Run, amount, centred, label, row, value
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import VillageContext
from haicang_desk.model.documents.form_parts import change_text, day_text, field_label, form_foot, form_head, percent
from haicang_desk.model.documents.registry import document
from haicang_desk.model.records import Disbursement, Project, Refund, Spending
from haicang_desk.model.values import Money


@document("village-ledger", "村居资金台账", after="award-notice", for_="village", landscape=True)
def village_ledger(context: VillageContext) -> Iterator[Block]:
    """村居资金台账: quota and sums of a village's fund year, projects, payments and spending; landscape. Not signed.

    条文：C096 C143
    """
    village, balance = context.village, context.balance
    cases = tuple(case for case in context.cases if _listed(case))
    yield from form_head("村居资金台账", below=f"资金年度：{context.year}", office=village.committee, on=context.today)
    quota = "未定" if balance.quota is None else f"{balance.quota} 元"
    left = "" if balance.remaining is None else f"，{change_text(balance.remaining, '余', '超出')} 元"
    yield Note(
        f"年度额度 {quota}，已占用专项资金和以奖代补资金 {balance.special} 元{left}；"
        f"累计核定 {balance.approved_special} 元，"
        f"累计拨付 {balance.disbursed} 元，拨付率 {percent(balance.disbursed, balance.approved_special)}。"
    )
    yield Heading("一、项目资金")
    yield Grid(tuple(_projects(cases)), (2.2, 6.4, 12, 3.6, 4, 6.4, 6.4, 6.4, 6.4, 6.4, 6.4), heading=1, size=9)
    yield Heading("二、拨付")
    yield Grid(tuple(_payments(cases)), (2.2, 5.8, 11.6, 5.4, 8, 8, 6.4, 6.4), heading=1, size=9)
    if any(case.spending for case in cases):
        yield Heading("三、使用明细")
        yield Grid(tuple(_spendings(cases)), (2.2, 5.8, 11.6, 10, 6, 8, 5, 6.4), heading=1, size=9)
    yield from form_foot(by=village.contact, phone=village.phone)


def _listed(case: Casefile) -> bool:
    """Projects that count, and those that do not but were paid: money is never out of sight (R19)."""
    return bool(ProjectTotals.of(case, search="").counts or case.paid_anything)


def _sum(*moneys: Money) -> Money:
    return sum(moneys, Money(0))


def _bold(money: Money) -> Run:
    return Run(str(money), Face.HEI)


def _projects(cases: tuple[Casefile, ...]) -> Iterator[GridRow]:
    heads = (
        "序号",
        field_label(Project, "code"),
        field_label(Project, "title"),
        "类别",
        "阶段",
        "总资金",
        "核定资金",
        "社会投入",
        "已拨付",
        "未拨付",
        "决算",
    )
    yield row(*map(label, heads))
    sums = [Money(0)] * 6
    for count, case in enumerate(cases, 1):
        approved = case.approved.scheme if case.approved else Money(0)
        settled = case.settled.total if case.settled else None
        paid = case.disbursed
        moneys = (case.funding.total, approved, case.funding.social, paid, case.undisbursed, settled or Money(0))
        sums = [_sum(a, b) for a, b in zip(sums, moneys, strict=True)]
        shown = [*map(str, moneys[:5]), "" if settled is None else str(settled)]
        yield row(
            centred(str(count)),
            centred(case.project.code),
            value(case.project.title),
            centred(case.project.category.label),
            centred(case.stage.label),
            *map(amount, shown),
        )
    yield row(label("合计", columns=5), *(amount(_bold(money)) for money in sums))


def _payments(cases: tuple[Casefile, ...]) -> Iterator[GridRow]:
    """Payments and refunds by day, with the running sum."""
    fields = Disbursement.fields
    yield row(
        *map(label, ("序号", fields["paid_on"].label, field_label(Project, "title"))),
        *(label(fields[name].label) for name in ("voucher", "purpose", "source", "amount")),
        label("累计"),
    )
    moved: list[tuple[Casefile, Disbursement | Refund]] = []
    for case in cases:
        moved += [*((case, paid) for paid in case.disbursements), *((case, back) for back in case.refunds)]
    total = Money(0)
    for count, (case, each) in enumerate(sorted(moved, key=lambda pair: _when(pair[1]) or date.min), 1):
        sign = each.amount if isinstance(each, Disbursement) else -each.amount
        total += sign
        purpose = each.purpose if isinstance(each, Disbursement) else f"退款　{each.reason}"
        yield row(
            centred(str(count)),
            centred(day_text(_when(each))),
            value(case.project.title),
            value(each.voucher),
            value(purpose),
            centred(each.source.label),
            amount(change_text(sign, "", "退")),
            amount(str(total)),
        )
    yield row(label("合计", columns=6), amount(_bold(total)), amount(""))


def _when(each: Disbursement | Refund) -> date | None:
    return each.paid_on if isinstance(each, Disbursement) else each.returned_on


def _spendings(cases: tuple[Casefile, ...]) -> Iterator[GridRow]:
    fields = Spending.fields
    heads = [fields[name].label for name in ("spent_on", "content", "payee", "voucher", "source", "amount")]
    yield row(*map(label, ("序号", heads[0], field_label(Project, "title"), *heads[1:])))
    total, count = Money(0), 0
    for case in cases:
        for each in case.spending:
            count, total = count + 1, total + each.amount
            yield row(
                centred(str(count)),
                centred(day_text(each.spent_on)),
                value(case.project.title),
                value(each.content),
                value(each.payee),
                value(each.voucher),
                centred(each.source.label),
                amount(str(each.amount)),
            )
    yield row(label("合计", columns=7), amount(_bold(total)))
