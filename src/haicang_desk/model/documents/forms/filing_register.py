"""备案汇总表 (F6): the approved projects of the street's fund year, by village. 三(三)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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

_COLUMNS = (  # and what each takes of the width that the cells leave over
    ("序号", 0),
    (f"{field_label(Project, 'title')}\n{field_label(Project, 'code')}", 3),
    ("类别", 0),
    (field_label(Approval, "total"), 0),
    ("核定专项", 0),
    ("社会投入", 0),
    ("批准日期", 0),
    (field_label(Project, "lead"), 2),
    (f"{field_label(Filing, 'number')}\n{field_label(Filing, 'lodged_on')}", 3),
    ("备注", 1),
)


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
    heads = row(*(label(text) for text, _ in _COLUMNS))
    rows = [heads]
    count = 0
    for village in dict.fromkeys(case.village.name for case in cases):
        of_village = [case for case in cases if case.village.name == village]
        rows.append(_sum_row(f"{village}（{len(of_village)} 项）", of_village))
        for case in of_village:
            count += 1
            rows.append(_line(count, case, context.policy))
    rows.append(_sum_row(f"合计（{count} 项）", cases))
    yield Grid(tuple(rows), tuple(share for _, share in _COLUMNS), heading=1, size=9, by_content=True)
    yield Note(_shares(cases))
    yield from form_foot(by=context.street.contact, phone=context.street.phone)


def _line(count: int, case: Casefile, policy: Policy) -> GridRow:
    approved, approval, filing = case.approved, case.approval, case.filing
    assert approved is not None and approval is not None
    when = filing.lodged_on or filing.sent_on if filing else None
    return row(
        centred(str(count)),
        value(f"{case.project.title}\n{case.project.code}"),
        centred(case.project.category.label),
        amount(str(approved.total)),
        amount(str(approved.special)),
        amount(str(approved.social)),
        centred(full_date(approval.decided_on) if approval.decided_on else ""),
        value(lead_unit(case)),
        value("\n".join(filter(None, (filing.number if filing else "", full_date(when) if when else "")))),
        value(filing_remarks(case, policy)),
        whole=True,
    )


def _sum_row(text: str, cases: Iterable[Casefile]) -> GridRow:
    approved = [case.approved for case in cases if case.approved]
    sums = [sum((getattr(each, name) for each in approved), Money(0)) for name in ("total", "special", "social")]
    title = GridCell(Run(text, Face.HEI), label=True, columns=3, align=Align.LEFT)
    figures = (GridCell(Run(str(money), Face.HEI), label=True, align=Align.RIGHT) for money in sums)
    return row(title, *figures, label("", columns=4))


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
