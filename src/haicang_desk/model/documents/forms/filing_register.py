"""备案汇总表 (F6): the approved projects of the street's fund year, by village. 三(三)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from haicang_desk.model.blocks import (
    Align,
    Block,
    Face,
    Grid,
    GridCell,
    GridRow,
    Note,
    Run,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import field_label, form_foot, form_head, percent
from haicang_desk.model.documents.forms.filing_forms import filing_remarks, lead_unit
from haicang_desk.model.documents.registry import document
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Approval, Filing, Project
from haicang_desk.model.values import Money, full_date

_LEFT = (  # columns, and what each takes of the width that the cells leave over
    ("序号", 0),
    (f"{field_label(Project, 'title')}\n{field_label(Project, 'code')}", 3),
    ("类别", 0),
)
_RIGHT = (
    ("批准日期", 0),
    (field_label(Project, "lead"), 2),
    (f"{field_label(Filing, 'number')}\n{field_label(Filing, 'lodged_on')}", 3),
    ("备注", 1),
)


def fund_columns(cases: Iterable[Casefile]) -> tuple[tuple[str, str], ...]:
    """The columns of approved money and the sums of a funding that they show.

    Public money other than 专项资金 has a column where a project has any, so that the columns add up to the total.
    """
    approved = [case.approved for case in cases if case.approved]
    seldom = (("以奖代补", "matching"), ("其他财政", "other_fiscal"))
    present = ((name, source) for name, source in seldom if any(getattr(each, source) for each in approved))
    return ((field_label(Approval, "total"), "total"), ("核定专项", "special"), *present, ("社会投入", "social"))


def nothing_approved(context: StreetContext) -> str:
    """The register lists the projects approved in the fund year."""
    return "" if any(case.approval for case in context.cases) else f"{context.year} 年度尚无已批准的项目"


@document(
    "filing-register",
    "备案汇总表",
    after="filing-form",
    for_="street",
    unavailable_reason=nothing_approved,
    landscape=True,
)
def filing_register(context: StreetContext) -> Iterator[Block]:
    """F6 备案汇总表: the approved projects of the street's fund year by village, landscape. Not signed. 条文：C077"""
    cases = [case for case in context.cases if case.approval]
    yield from form_head(
        "项目备案汇总表", below=f"资金年度：{context.year}", office=context.street.office, on=context.today
    )
    funds = fund_columns(cases)
    columns = (*_LEFT, *((name, 0) for name, _ in funds), *_RIGHT)
    sources = [source for _, source in funds]
    rows = [row(*(label(text) for text, _ in columns))]
    count = 0
    for village in dict.fromkeys(case.village.name for case in cases):
        of_village = [case for case in cases if case.village.name == village]
        rows.append(_sum_row(f"{village}（{len(of_village)} 项）", of_village, sources))
        for case in of_village:
            count += 1
            rows.append(_line(count, case, sources, context.policy))
    rows.append(_sum_row(f"合计（{count} 项）", cases, sources))
    yield Grid(tuple(rows), tuple(share for _, share in columns), heading=1, size=9, by_content=True)
    yield Note(_shares(cases))
    yield from form_foot(by=context.street.contact, phone=context.street.phone)


def _line(count: int, case: Casefile, sources: Sequence[str], policy: Policy) -> GridRow:
    approved, approval, filing = case.approved, case.approval, case.filing
    assert approved is not None and approval is not None
    when = filing.lodged_on or filing.sent_on if filing else None
    return row(
        centred(str(count)),
        value(f"{case.project.title}\n{case.project.code}"),
        centred(case.project.category.label),
        *(amount(str(getattr(approved, source))) for source in sources),
        centred(full_date(approval.decided_on) if approval.decided_on else ""),
        value(lead_unit(case)),
        value("\n".join(filter(None, (filing.number if filing else "", full_date(when) if when else "")))),
        value(filing_remarks(case, policy)),
        whole=True,
    )


def _sum_row(text: str, cases: Iterable[Casefile], sources: Sequence[str]) -> GridRow:
    approved = [case.approved for case in cases if case.approved]
    sums = [sum((getattr(each, name) for each in approved), Money(0)) for name in sources]
    title = GridCell(Run(text, Face.HEI), label=True, columns=3, align=Align.LEFT)
    figures = (GridCell(Run(str(money), Face.HEI), label=True, align=Align.RIGHT) for money in sums)
    return row(title, *figures, label("", columns=len(_RIGHT)))


def _shares(cases: list[Casefile]) -> str:
    """The shares of services by number and by money, and of projects with social partners."""
    services = [case for case in cases if case.project.category.code == "service"]
    total, of_services = (sum((c.approved.total for c in some if c.approved), Money(0)) for some in (cases, services))
    joined = sum(case.takes_part for case in cases)
    by_sum = f"；服务类核定总资金 {of_services} 元，占 {percent(of_services, total)}" if total else ""
    return (
        f"服务类项目 {len(services)} 项，占 {percent(len(services), len(cases))}{by_sum}；"
        f"有社会力量参与的项目 {joined} 项，占 {percent(joined, len(cases))}。"
    )
