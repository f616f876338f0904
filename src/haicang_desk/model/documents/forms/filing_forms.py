"""区备案表 (F6), for the filing of an approved project with the district. 三(三)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.blocks import (
    SEAL_ROOM,
    Block,
    GridRow,
    amount,
    label,
    prose,
    row,
    ticks,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
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
from haicang_desk.model.documents.forms.compliance import title_of_rule
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.side_parts import NAMED, WIDE, dashed, firm_row, parts, signed_together, sum_row
from haicang_desk.model.documents.registry import SCHEME, YEARS_30, Filed, document
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Approval, Filing, FilingResult, Phase, Project, Settlement

LEAD = "党委"  # 村居党委牵头组织实施，三(三)¶2


def not_approved(context: ProjectContext) -> str:
    """Only projects that the street has approved are filed."""
    return "" if context.case.approval else "街道尚未批准"


def lead_unit(case: Casefile) -> str:
    """牵头单位: the village's party committee where no other is named. 条文：C078"""
    return case.project.lead or f"{case.village.name}{LEAD}"


def filing_remarks(case: Casefile, policy: Policy) -> str:
    """备注: a sum above the cap for one project, and waivers by the title of the rule of each."""
    cap = policy.money(f"cap_{case.project.category.code}")
    total = case.approved.total if case.approved else case.asked.total
    over = f"超限额项目，超出 {total - cap} 元由村居自筹" if total > cap else ""
    waived = joined(f"{title_of_rule(waiver.rule)}（{waiver.number or waiver.authority}）" for waiver in case.waivers)
    return "；".join(filter(None, (over, f"例外：{waived}" if waived else "")))


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
    filed=Filed(
        Phase.CHOOSING,
        YEARS_30,
        lodged_or_sent_on,
        by_street=True,
        number=filing_number,
        there=lambda case: bool(case.filings),
    ),
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
    remarks = rest.fitted("备注", filing_remarks(context.case, context.policy), 2)
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
