"""村居资金台账: the funds of a village's projects, receipts and payments with their balance. 三(五), 五(一)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from haicang_desk.model.balances import ProjectTotals
from haicang_desk.model.blocks import (
    Block,
    Face,
    Grid,
    GridCell,
    GridRow,
    Heading,
    Note,
    Run,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import VillageContext
from haicang_desk.model.documents.form_parts import change_text, day_text, field_label, form_foot, form_head, percent
from haicang_desk.model.documents.registry import document
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import Disbursement, PaidFrom, Project, Source, Spending
from haicang_desk.model.values import Money, quarter_of

_SIZE = 10.0
_FROM_STREET = (Source.SPECIAL, Source.MATCHING)  # the sources that the street pays to the village
_QUARTERS = ("一", "二", "三", "四")


@document("village-ledger", "村居资金台账", after="award-notice", for_="village", landscape=True)
def village_ledger(context: VillageContext) -> Iterator[Block]:
    """村居资金台账: quota and sums of a village's fund year, projects, receipts and payments with their balance.

    Landscape. Not signed. 条文：C096 C143
    """
    village = context.village
    cases = tuple(case for case in context.cases if _listed(case))
    yield from form_head("村居资金台账", below=f"资金年度：{context.year}", office=village.committee, on=context.today)
    yield Note(_summary(context))
    yield Heading("一、项目资金")
    yield Grid(tuple(_projects(cases)), (0, 0, 3, 0, 0, *(1,) * 6), heading=1, size=_SIZE, by_content=True)
    yield Heading("二、拨付资金收支")
    yield Grid(tuple(_book(cases)), (0, 0, 3, 3, 3, 1, 1, 1, 1), heading=1, size=_SIZE, by_content=True)
    if any(each.source not in _FROM_STREET for case in cases for each in case.spending):
        yield Heading("三、其他资金使用")
        yield Grid(tuple(_others(cases)), (0, 0, 3, 3, 2, 2, 1, 1), heading=1, size=_SIZE, by_content=True)
    yield from form_foot(by=village.contact, phone=village.phone)


def _summary(context: VillageContext) -> str:
    """The quota and what is left of it, and what was approved and paid; no rate where nothing was approved."""
    balance = context.balance
    quota = "未定" if balance.quota is None else f"{balance.quota} 元"
    left = "" if balance.remaining is None else f"，{change_text(balance.remaining, '余', '超出')} 元"
    text = f"年度额度 {quota}，已占用专项资金和以奖代补资金 {balance.special} 元{left}；"
    if not balance.approved_special:
        return f"{text}尚无核定资金。"
    return (
        f"{text}累计核定 {balance.approved_special} 元，累计拨付 {balance.disbursed} 元，"
        f"拨付率 {percent(balance.disbursed, balance.approved_special)}。"
    )


def _listed(case: Casefile) -> bool:
    """Projects that count, and those that do not but were paid: money is never out of sight (R19)."""
    return bool(ProjectTotals.of(case, search="").counts or case.paid_anything)


def _sum(moneys: Iterable[Money]) -> Money:
    return sum(moneys, Money(0))


def _bold(money: Money) -> GridCell:
    return amount(Run(money.balance, Face.HEI))


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
        moneys = (
            *(case.funding.total, approved, case.funding.social),
            *(case.disbursed, case.undisbursed, settled or Money(0)),
        )
        sums = [Money(a + b) for a, b in zip(sums, moneys, strict=True)]
        shown = [*(money.balance for money in moneys[:5]), "" if settled is None else str(settled)]
        yield row(
            centred(str(count)),
            centred(case.project.code),
            value(case.project.title),
            centred(case.project.category.label),
            centred(case.stage.label),
            *map(amount, shown),
            whole=True,
        )
    if not cases:
        yield _nothing(11)
    yield row(label("合计", columns=5), *map(_bold, sums))


def _nothing(columns: int) -> GridRow:
    """The row of a table that has no record yet."""
    return row(centred("尚无记录", columns=columns))


# ---- receipts, payments and balance


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the book: what was received from the street, or paid out of it or back to it."""

    on: date | None
    case: Casefile
    text: str
    voucher: str
    source: str
    received: Money = NONE
    paid: Money = NONE


def entries_of(cases: Iterable[Casefile]) -> list[Entry]:
    """The lines of the book by day; of one day what was received comes first, so that no balance seems to be short."""
    found = [entry for case in cases for entry in _entries(case)]
    return sorted(found, key=lambda each: (each.on or date.min, not each.received))


def _entries(case: Casefile) -> Iterator[Entry]:
    for each in case.disbursements:
        text = f"街道拨付　{each.purpose}" if each.purpose else "街道拨付"
        yield Entry(each.paid_on, case, text, each.voucher, _short(each.source), received=each.amount)
    for back in case.refunds:
        text = f"退回街道　{back.reason}" if back.reason else "退回街道"
        yield Entry(back.returned_on, case, text, back.voucher, _short(back.source), paid=back.amount)
    for spent in case.spending:
        if spent.source in _FROM_STREET:
            text = f"{spent.content}（{spent.payee}）" if spent.payee else spent.content
            yield Entry(spent.spent_on, case, text, spent.voucher, _short(spent.source), paid=spent.amount)


def _short(source: Source | PaidFrom) -> str:
    """The name of a source in a narrow column: 区级专项 for 区级专项资金."""
    return source.label.removesuffix("资金")


def _book(cases: tuple[Casefile, ...]) -> Iterator[GridRow]:
    """Every line with the balance after it; the sums of each quarter, and of all."""
    heads = ("序号", Disbursement.fields["paid_on"].label, "摘要", field_label(Project, "title"))
    yield row(
        *map(label, heads),
        *(label(Disbursement.fields[name].label) for name in ("voucher", "source")),
        *map(label, ("收入", "支出", "结余")),
    )
    entries, balance, count = entries_of(cases), Money(0), 0
    for quarter, group in groupby(entries, key=lambda each: quarter_of(each.on) if each.on else None):
        of_quarter = list(group)
        for each in of_quarter:
            count, balance = count + 1, balance + each.received - each.paid
            yield row(
                centred(str(count)),
                centred(day_text(each.on)),
                value(each.text),
                value(each.case.project.title),
                value(each.voucher),
                centred(each.source),
                amount(str(each.received) if each.received else ""),
                amount(str(each.paid) if each.paid else ""),
                amount(balance.balance),
                whole=True,
            )
        if quarter is not None and len(of_quarter) < len(entries):
            year, part = quarter
            yield _sums(f"{year}年第{_QUARTERS[part - 1]}季度合计", of_quarter, balance)
    if not entries:
        yield _nothing(9)
    yield _sums("合计", entries, balance)


def _sums(text: str, entries: list[Entry], balance: Money) -> GridRow:
    received, paid = _sum(each.received for each in entries), _sum(each.paid for each in entries)
    return row(label(text, columns=6), _bold(received), _bold(paid), _bold(balance))


def _others(cases: tuple[Casefile, ...]) -> Iterator[GridRow]:
    """Spending of money that the street did not pay: gifts, the village's own and other public money."""
    fields = Spending.fields
    names = ("spent_on", "content", "payee", "voucher", "source", "amount")
    heads = [fields[name].label for name in names]
    yield row(*map(label, ("序号", heads[0], heads[1], field_label(Project, "title"), *heads[2:])))
    others = [(case, each) for case in cases for each in case.spending if each.source not in _FROM_STREET]
    for count, (case, each) in enumerate(sorted(others, key=lambda pair: pair[1].spent_on or date.min), 1):
        yield row(
            centred(str(count)),
            centred(day_text(each.spent_on)),
            value(each.content),
            value(case.project.title),
            value(each.payee),
            value(each.voucher),
            centred(_short(each.source)),
            amount(str(each.amount)),
        )
    yield row(label("合计", columns=7), _bold(_sum(each.amount for _, each in others)))
