"""备案报送函 (F6): the letter that sends approved projects to the district for filing. 三(三)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.blocks import (
    Addressee,
    Annex,
    Annotation,
    Attachments,
    Block,
    Grid,
    GridRow,
    Masthead,
    PaperKind,
    Para,
    Seal,
    Title,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import DISTRICT_OFFICE, day_text, field_label, number_by_hand
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.records import Approval, Filing, FilingResult, Project, Stage
from haicang_desk.model.values import Money


def nothing_to_file(context: StreetContext) -> str:
    """The letter needs an approved project."""
    return "" if projects_to_file(context) else f"{context.year} 年度尚无已批准的项目"


def projects_to_file(context: StreetContext) -> list[Casefile]:
    """Projects approved and not yet sent, or returned by the district; if there are none, those sent last."""
    approved = [case for case in context.cases if case.approval and case.stage is not Stage.TERMINATED]
    waiting = [case for case in approved if _sent_on(case) is None]
    last = max(filter(None, map(_sent_on, approved)), default=None)
    return waiting or [case for case in approved if _sent_on(case) == last]


def _sent_on(case: Casefile) -> date | None:
    """The day a project last went to the district; None where it has yet to go, or to go again."""
    last = case.filings[-1] if case.filings else None
    return last.sent_on if last and last.result is not FilingResult.RETURNED else None


def sent_together(context: StreetContext) -> date | None:
    """The day on which all that the letter lists was sent."""
    cases = projects_to_file(context)
    return _sent_on(cases[0]) if cases else None


def all_sent(context: StreetContext) -> bool:
    """Signed off once all that the letter lists was sent on one day."""
    return sent_together(context) is not None


def not_sent(context: StreetContext) -> str:
    """The letter bears the day on which it was sent (报送日期)."""
    return "" if all_sent(context) else "所列项目还没有登记报送日期，成文日期留空；报送备案后再印，印上报送当日"


def sent_on_text(context: StreetContext) -> str:
    """The day of sending: a year has one letter for each such day."""
    return Filing.fields["sent_on"].label + day_text(sent_together(context))


@document(
    "filing-letter",
    "备案报送函",
    after="filing-register",
    for_="street",
    kind=PaperKind.LETTER,
    unavailable_reason=nothing_to_file,
    signed_off=all_sent,
    issue_part=sent_on_text,
    undated=not_sent,
)
def filing_letter(context: StreetContext) -> Iterator[Block]:
    """F6 备案报送函 to the office of the district's leading group, with 备案汇总表 annexed; sealed by the street.

    条文：C008 C010 C011 C025 C077
    """
    cases, street = projects_to_file(context), context.street
    sent_on = sent_together(context)
    yield Masthead(street.office, number=number_by_hand(sent_on), letterhead=True)
    yield Title(f"关于报送{context.year}年度{SCHEME}项目备案材料的函")
    yield Addressee(DISTRICT_OFFICE)
    yield Para(
        f"根据《{context.policy.title}》（{context.policy.number}）规定，我街道已审批{context.year}年度{SCHEME}项目"
        f"{_counted(cases)}，{_sums(cases)}现随函报送备案汇总表1份、区备案表{len(cases)}份，请予备案。"
    )
    yield Attachments((f"{context.year}年度{SCHEME}项目备案汇总表",))
    yield Seal(street.office, sent_on)
    contact = f"联系人：{street.contact or '　　　　'}，联系电话：{street.phone or '　　　　　　'}"
    yield Annotation(contact)
    yield Annex()
    yield Title(f"{context.year}年度{SCHEME}项目备案汇总表")
    yield Grid(tuple(_rows(cases)), (4, 15, 22, 8, 14, 14, 14), heading=1, size=9, unit="单位：元")


def _counted(cases: list[Casefile]) -> str:
    """How many projects, or the one by its name, whose own quotation marks become inner ones (GB/T 15834)."""
    if len(cases) > 1:
        return f"共{len(cases)}个"
    title = cases[0].project.title.replace("“", "‘").replace("”", "’")
    return f"“{title}”（{cases[0].village.name}）"


def _sums(cases: list[Casefile]) -> str:
    funds = [case.approved for case in cases if case.approved]
    total, special = (sum((getattr(each, name) for each in funds), Money(0)) for name in ("total", "special"))
    return f"核定总资金{total}元，其中专项资金{special}元。"


def _rows(cases: list[Casefile]) -> Iterator[GridRow]:
    heads = (
        "序号",
        "村居",
        field_label(Project, "title"),
        "类别",
        field_label(Approval, "total"),
        "核定专项",
        "社会投入",
    )
    yield row(*map(label, heads))
    for count, case in enumerate(cases, 1):
        funds = case.approved
        assert funds is not None
        yield row(
            centred(str(count)),
            value(case.village.name),
            value(case.project.title),
            centred(case.project.category.label),
            *(amount(str(money)) for money in (funds.total, funds.special, funds.social)),
        )
    funds_all = [case.approved for case in cases if case.approved]
    sums = [sum((getattr(f, name) for f in funds_all), Money(0)) for name in ("total", "special", "social")]
    yield row(label("合计", columns=4), *(amount(str(money)) for money in sums))
