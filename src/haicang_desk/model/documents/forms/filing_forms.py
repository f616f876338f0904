"""区备案表 and 备案汇总表 (F6), for the filing of approved projects with the district. 三(三)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from haicang_desk.model.blocks import (
    SEAL_ROOM,
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
    prose,
    row,
    ticks,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext, StreetContext
from haicang_desk.model.documents.form_parts import (
    DISTRICT_OFFICE,
    field_cells,
    field_label,
    form_foot,
    form_head,
    joined,
    opinion_cell,
    opinion_row,
    percent,
    project_line,
    with_side_label,
)
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.side_parts import NAMED, WIDE, dashed, firm_row, parts, signed_together, sum_row
from haicang_desk.model.documents.registry import SCHEME, YEARS_30, Filed, document
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Approval, Filing, FilingResult, Phase, Project, Settlement
from haicang_desk.model.rules import rules_by_code
from haicang_desk.model.values import Money, full_date

LEAD = "党委"  # 村居党委牵头组织实施，三(三)¶2


def not_approved(context: ProjectContext) -> str:
    """Only projects that the street has approved are filed."""
    return "" if context.case.approval else "街道尚未批准"


def lead_unit(case: Casefile) -> str:
    """牵头单位: the village's party committee where no other is named. 条文：C078"""
    return case.project.lead or f"{case.village.name}{LEAD}"


def filing_remarks(case: Casefile, policy: Policy, *, titled: bool = False) -> str:
    """备注: a sum above the cap for one project, and waivers; ``titled``: with the title of the rule of each."""
    cap = policy.money(f"cap_{case.project.category.code}")
    total = case.approved.total if case.approved else case.asked.total
    over = f"超限额项目，超出 {total - cap} 元由村居自筹" if total > cap else ""
    waived = joined(
        f"{waiver.rule}{_title_of(waiver.rule) if titled else ''}（{waiver.number or waiver.authority}）"
        for waiver in case.waivers
    )
    return "；".join(filter(None, (over, f"例外：{waived}" if waived else "")))


def _title_of(code: str) -> str:
    """The title of the first rule of a code; "" for a code that no rule has any more."""
    rules = rules_by_code().get(code, ())
    return rules[0].title if rules else ""


def is_lodged(context: ProjectContext) -> bool:
    """Signed off once the district has filed the project."""
    return context.case.filing is not None


def lodged_or_sent_on(case: Casefile) -> date | None:
    """The day the district filed the project, or the day it was sent there where that is not recorded."""
    filing = _latest(case)
    return (filing.lodged_on or filing.sent_on) if filing else None


def filing_number(case: Casefile) -> str:
    """备案号; "" before the project is filed."""
    return case.filing.number if case.filing else ""


@document(
    "filing-form",
    "区备案表",
    after="approval-form",
    unavailable_reason=not_approved,
    signed_off=is_lodged,
    filed=Filed(Phase.CHOOSING, YEARS_30, lodged_or_sent_on, by_street=True, number=filing_number),
)
def filing_form(context: ProjectContext) -> Iterator[Block]:
    """F6 区备案表 of one project: one page; texts longer than their cells go to a continuation.

    Sealed by the street, then by the district. 条文：C077"""
    case = context.case
    project, filing, approval = case.project, _latest(case), case.approval
    assert approval is not None
    rest = Continuation("项目区备案表", project)
    yield from form_head(
        "项目区备案表",
        below=project_line(project.code, project.fund_year),
        office=context.street.office,
        on=filing.sent_on if filing else None,
    )
    yield parts(
        ("基本情况", _project_rows(case, rest)),
        ("核定资金", _money_rows(case)),
        ("街道审批", _approved_rows(context, approval, rest)),
    )
    yield signed_together(
        _signed(context, filing),
        form_foot(by=context.street.contact, phone=context.street.phone),
    )
    yield from rest.blocks(SCHEME)


def _latest(case: Casefile) -> Filing | None:
    return case.filings[-1] if case.filings else None


def _project_rows(case: Casefile, rest: Continuation) -> Iterator[GridRow]:
    project, fields = case.project, Project.fields
    yield row(*field_cells(project, "title", NAMED, 20))
    yield row(
        *(label(fields["village"].label, columns=NAMED), value(case.village.name, columns=8)),
        *(label(field_label(Project, "lead"), columns=NAMED), value(lead_unit(case), columns=8)),
    )
    people = "" if project.beneficiaries is None else f"{project.beneficiaries} 人"
    yield row(
        *field_cells(project, "category", NAMED, 4),
        *field_cells(project, "content", NAMED, 4),
        *(label(fields["beneficiaries"].label, columns=NAMED), value(people, columns=4)),
    )
    yield row(*field_cells(project, "place", NAMED, 20))
    works = rest.fitted(fields["works"].label, project.works, 3)
    yield firm_row(label(fields["works"].label, columns=NAMED), prose(works, columns=20), least=18, stretch=0.5)


def _money_rows(case: Casefile) -> Iterator[GridRow]:
    approved = case.approved
    assert approved is not None
    for name, money in ((field_label(Approval, "total"), approved.total), ("核定专项资金", approved.special)):
        yield sum_row(name, money)
    yield row(
        *(label(Settlement.fields["matching"].label, columns=NAMED), dashed(approved.matching, 8)),
        *(label(field_label(Project, "other_fiscal"), columns=NAMED), dashed(approved.other_fiscal, 8)),
    )
    yield row(
        *(label("社会投入", columns=NAMED), dashed(approved.social, 8)),
        *(label("财政资金占比", columns=NAMED), amount(percent(approved.fiscal, approved.total), columns=8)),
    )


def _approved_rows(context: ProjectContext, approval: Approval, rest: Continuation) -> Iterator[GridRow]:
    fields = Approval.fields
    yield row(
        *(label("批准日期", columns=NAMED), value(fields["decided_on"].show(approval), columns=8)),
        *(label("批准文号", columns=NAMED), value(fields["number"].show(approval), columns=8)),
    )
    remarks = rest.fitted("备注", filing_remarks(context.case, context.policy, titled=True), 2)
    yield row(label("备注", columns=NAMED), prose(remarks, columns=20), least=11)


def _signed(context: ProjectContext, filing: Filing | None) -> Iterator[GridRow]:
    sent = filing.sent_on if filing else None
    opinion = "该项目已经街道批准，现予报送备案。"
    yield opinion_row(
        "街道报送意见", opinion, office=context.street.office, on=sent, signers=("负责人签字",), columns=WIDE
    )
    lodged = filing if filing and filing.result else None
    result = Filing.fields["result"].show(lodged) if lodged else ""
    yield from with_side_label(
        "区备案意见",
        (
            row(
                label(field_label(Filing, "number"), columns=NAMED),
                value(lodged.number if lodged else "", columns=8),
                label("备案结果", columns=NAMED),
                value(result or ticks(option.label for option in FilingResult), columns=8),
            ),
            _lodged_row(lodged),
        ),
        upright=True,
    )


def _lodged_row(lodged: Filing | None) -> GridRow:
    cell = opinion_cell(
        office=DISTRICT_OFFICE, on=lodged.lodged_on if lodged else None, signers=("经办人签字",), columns=WIDE
    )
    return firm_row(cell, least=SEAL_ROOM + 1, stretch=1)


# ---- the register of a year

_COLUMNS = (  # and their widths in points: sums up to 99,999,999.99
    ("序号", 24),
    (field_label(Project, "code"), 70),
    (field_label(Project, "title"), 92),
    (Project.fields["category"].label, 40),
    (field_label(Approval, "total"), 70),
    ("核定专项", 70),
    ("社会投入", 70),
    ("批准日期", 48),
    (field_label(Project, "lead"), 62),
    (field_label(Filing, "number"), 64),
    (field_label(Filing, "lodged_on"), 48),
    ("备注", 70),
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
    yield Grid(tuple(rows), tuple(wide for _, wide in _COLUMNS), heading=1, size=9)
    yield Note(_shares(cases))
    yield from form_foot(by=context.street.contact, phone=context.street.phone)


def _line(count: int, case: Casefile, policy: Policy) -> GridRow:
    approved, approval, filing = case.approved, case.approval, case.filing
    assert approved is not None and approval is not None
    when = filing.lodged_on or filing.sent_on if filing else None
    return row(
        centred(str(count)),
        centred(case.project.code),
        value(case.project.title),
        centred(case.project.category.label),
        amount(str(approved.total)),
        amount(str(approved.special)),
        amount(str(approved.social)),
        centred(full_date(approval.decided_on) if approval.decided_on else ""),
        value(lead_unit(case)),
        value(filing.number if filing else ""),
        centred(full_date(when) if when else ""),
        value(filing_remarks(case, policy)),
    )


def _sum_row(text: str, cases: Iterable[Casefile]) -> GridRow:
    approved = [case.approved for case in cases if case.approved]
    sums = [sum((getattr(each, name) for each in approved), Money(0)) for name in ("total", "special", "social")]
    title = GridCell(Run(text, Face.HEI), label=True, columns=4, align=Align.LEFT)
    figures = (GridCell(Run(str(money), Face.HEI), label=True, align=Align.RIGHT) for money in sums)
    return row(title, *figures, label("", columns=5))


def _shares(cases: list[Casefile]) -> str:
    """The shares of services by number and by money, and of projects with social partners."""
    services = [case for case in cases if case.project.category.code == "service"]
    total, of_services = (sum((c.approved.total for c in some if c.approved), Money(0)) for some in (cases, services))
    joined = sum(case.takes_part for case in cases)
    return (
        f"服务类项目 {len(services)} 项，占 {percent(len(services), len(cases))}；服务类核定总资金 {of_services} 元，"
        f"占 {percent(of_services, total)}；有社会力量参与的项目 {joined} 项，占 {percent(joined, len(cases))}。"
    )
