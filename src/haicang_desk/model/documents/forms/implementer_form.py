"""实施主体确定表 (F7): how the implementer of a project was selected, and the deadlines. 三(四)."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import Block, Grid, GridCell, GridRow, amount, centred, label, prose, row, value
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    SIGNATURE,
    day_text,
    field_cells,
    field_label,
    form_foot,
    form_head,
    last_date,
    money_cell,
    money_text,
    project_line,
    section_row,
)
from haicang_desk.model.documents.forms.decision_rows import WIDE
from haicang_desk.model.documents.forms.filing_forms import lead_unit
from haicang_desk.model.documents.registry import YEARS_30, Filed, document
from haicang_desk.model.records import Appointment, Approval, Bid, Category, Phase, Project, Watch
from haicang_desk.model.rules import delivery_deadlines_of
from haicang_desk.model.values import full_date

NAMED = 4
EMPTY = 3


def not_lodged(context: ProjectContext) -> str:
    """An implementer is appointed after the district has filed the project (R17)."""
    return "" if context.case.filing or context.case.appointment else "区里尚未备案，备案之后才能确定实施主体"


def is_appointed(context: ProjectContext) -> bool:
    """Signed off once the implementer is recorded."""
    return context.case.appointment is not None


@document(
    "implementer-form",
    "实施主体确定表",
    after="filing-letter",
    unavailable_reason=not_lodged,
    most_pages=1,
    signed_off=is_appointed,
    filed=Filed(Phase.CARRYING, YEARS_30, lambda case: last_date(case.appointments, "appointed_on"), by_street=True),
)
def implementer_form(context: ProjectContext) -> Iterator[Block]:
    """F7 实施主体确定表: bids, the implementer and the deadlines; one page.

    Signed by village, the department in charge and the street. 条文：C082
    """
    case = context.case
    project, chosen = case.project, case.appointment
    yield from form_head(
        "项目实施主体确定表",
        below=project_line(project.code, project.fund_year),
        office=context.street.office,
        on=chosen.appointed_on if chosen else None,
    )
    yield Grid((*_project(case, chosen), *_bids(case, chosen), *_chosen(context, chosen), *_judged(case)), (1,) * WIDE)
    yield from form_foot(by=context.street.contact, phone=context.street.phone)


def _project(case: Casefile, chosen: Appointment | None) -> Iterator[GridRow]:
    fields = Appointment.fields
    yield row(*field_cells(case.project, "title", NAMED, 12), *field_cells(case.project, "category", NAMED, 4))
    yield row(
        *(
            label(field_label(Approval, "total"), columns=NAMED),
            money_cell(case.approved.total if case.approved else None, 8),
        ),
        *(label(fields["ceiling"].label, columns=NAMED), money_cell(chosen.ceiling if chosen else None, 8)),
    )
    yield row(
        *field_cells(case.project, "organiser", NAMED, 8),
        *(label(field_label(Project, "lead"), columns=NAMED), value(lead_unit(case), columns=8)),
    )
    yield row(*_appointment_cells(chosen, "manner", 8), *_appointment_cells(chosen, "basis", 8))


def _appointment_cells(chosen: Appointment | None, name: str, wide: int) -> tuple[GridCell, GridCell]:
    field = Appointment.fields[name]
    return label(field.label, columns=NAMED), value(field.show(chosen) if chosen else "", columns=wide)


def _bids(case: Casefile, chosen: Appointment | None) -> Iterator[GridRow]:
    fields = Bid.fields
    yield section_row("竞标情况（单位：元）", WIDE)
    wide = (("bidder", 9), ("bid_on", 5), ("price", 5), ("score", 3), ("chosen", 2))
    yield row(*(label(fields[name].label, columns=n) for name, n in wide))
    for bid in case.bids:
        picked = bid.chosen or (bid.chosen is None and chosen is not None and bid.bidder == chosen.implementer)
        yield row(
            value(bid.bidder, columns=9),
            centred(fields["bid_on"].show(bid), columns=5),
            amount(fields["price"].show(bid), columns=5),
            centred(bid.score, columns=3),
            centred("是" if picked else "", columns=2),
        )
    for _ in range(EMPTY - len(case.bids)):
        yield row(*(value("", columns=n) for _, n in wide))


def _chosen(context: ProjectContext, chosen: Appointment | None) -> Iterator[GridRow]:
    yield section_row("确定结果", WIDE)
    yield row(*_appointment_cells(chosen, "implementer", 12), *_appointment_cells(chosen, "kind", 4))
    yield row(*_appointment_cells(chosen, "credit_code", 8), *_appointment_cells(chosen, "appointed_on", 8))
    price = chosen.price if chosen else None
    yield row(label(Appointment.fields["price"].label, columns=NAMED), value(money_text(price), columns=20))
    mine = [each for each in delivery_deadlines_of(context) if chosen and each.implementer == chosen.implementer]
    due = "；".join(f"{full_date(each.due_on)}前{each.what}" for each in mine)
    yield row(label("时限要求", columns=NAMED), value(due, columns=20))


def _judged(case: Casefile) -> Iterator[GridRow]:
    if case.project.category is Category.SERVICE:
        signature = ((*SIGNATURE, DATE_BY_HAND),)
        yield GridRow((label("专家评审意见", columns=NAMED), prose("", columns=20, foot=signature)), 24, True)
    supervision = "\n".join(
        f"{day_text(each.watched_on)}：{each.text}{f'（答复：{each.answer}）' if each.answer else ''}"
        for each in case.supervision
        if each.watch is Watch.CONTRACTING
    )
    yield GridRow((label("发包督导", columns=NAMED), prose(supervision, columns=20)), 18)
    names = ("村居（盖章）", "街道经办部门", "街道（盖章）")
    yield row(*(label(name, columns=8) for name in names))
    yield GridRow(tuple(prose("", columns=8, foot=(SIGNATURE, DATE_BY_HAND)) for _ in names), 26, True)
