"""实施主体确定表 (F7): how the implementer of a project was selected, and the deadlines. 三(四)."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import Block, GridCell, GridRow, amount, centred, label, prose, row, value
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    day_text,
    field_cells,
    field_label,
    form_foot,
    form_head,
    last_date,
    money_cell,
    project_line,
    signing_rule,
    with_side_label,
)
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.filing_forms import lead_unit
from haicang_desk.model.documents.forms.side_parts import (
    NAMED,
    firm_row,
    list_grid,
    parts,
    seal_rows,
    signed_together,
    signing_list,
    signs,
    sum_row,
)
from haicang_desk.model.documents.registry import SCHEME, YEARS_30, Filed, document
from haicang_desk.model.records import Appointment, Approval, Bid, Category, Phase, Project, Watch
from haicang_desk.model.rules import delivery_deadlines_of
from haicang_desk.model.values import full_date

EMPTY = 3  # rows to write bids in
MOST_BIDS = 5


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
    signed_off=is_appointed,
    filed=Filed(
        Phase.CARRYING,
        YEARS_30,
        lambda case: last_date(case.appointments, "appointed_on"),
        by_street=True,
        there=lambda case: bool(case.appointments),
    ),
)
def implementer_form(context: ProjectContext) -> Iterator[Block]:
    """F7 实施主体确定表: bids, the implementer and the deadlines; one page, with a continuation for many bids.

    Signed by village, the department in charge and the street. 条文：C082
    """
    case = context.case
    project, chosen = case.project, case.appointment
    rest = Continuation("项目实施主体确定表", project)
    yield from form_head(
        "项目实施主体确定表",
        below=project_line(project.code, project.fund_year),
        office=context.street.office,
        on=chosen.appointed_on if chosen else None,
    )
    yield parts(("项目采购", _project(case, chosen)))
    yield list_grid(_bids(case, chosen, rest), _BID_WEIGHTS if case.bids else _BY_HAND, side="竞标")
    yield parts(("确定结果", _chosen(context, chosen)), ("评审督导", _judged(case, rest)))
    yield signed_together(
        _sealed(context),
        form_foot(by=context.street.contact, phone=context.street.phone),
    )
    yield from rest.blocks(SCHEME)


def _project(case: Casefile, chosen: Appointment | None) -> Iterator[GridRow]:
    fields = Appointment.fields
    total = case.approved.total if case.approved else None
    yield row(*field_cells(case.project, "title", NAMED, 20))
    yield row(
        *field_cells(case.project, "category", NAMED, 3),
        *(label(field_label(Approval, "total"), columns=NAMED), money_cell(total, 5)),
        *(label(fields["ceiling"].label, columns=3), money_cell(chosen.ceiling if chosen else None, 5)),
    )
    yield row(
        *field_cells(case.project, "organiser", NAMED, 8),
        *(label(field_label(Project, "lead"), columns=NAMED), value(lead_unit(case), columns=8)),
    )
    yield row(*_appointment_cells(chosen, "manner", 8), *_appointment_cells(chosen, "announced_on", 8))
    yield row(*_appointment_cells(chosen, "basis", 20))
    if chosen and chosen.sole_reason:
        yield row(*_appointment_cells(chosen, "sole_reason", 20))


def _appointment_cells(chosen: Appointment | None, name: str, wide: int) -> tuple[GridCell, GridCell]:
    field = Appointment.fields[name]
    return label(field.label, columns=NAMED), value(field.show(chosen) if chosen else "", columns=wide)


_BID = ("bidder", "bid_on", "price", "score", "chosen")
_BID_WEIGHTS, _BY_HAND = (4, 0.3, 0.5, 1, 0.2), (5, 3, 3, 1.5, 0.5)  # of bids on record, and to be written in


def _bids(case: Casefile, chosen: Appointment | None, rest: Continuation) -> Iterator[GridRow]:
    """The bids; more than the page has room for go to the continuation, and the form keeps the one chosen."""
    head = row(*(label(Bid.fields[name].label) for name in _BID))
    bids = [_bid(bid, chosen) for bid in case.bids]
    yield head
    if len(bids) > MOST_BIDS:
        rest.table(f"参与单位（共 {len(bids)} 家，金额单位：元）", list_grid((head, *bids), _BID_WEIGHTS))
        yield from [line for line, bid in zip(bids, case.bids, strict=True) if _picked(bid, chosen)][:1]
        yield row(value(f"共 {len(bids)} 家参与，逐家情况见续页。", columns=5))
        return
    yield from bids
    yield from (row(*([""] * len(_BID))) for _ in range(EMPTY - len(bids)))


def _picked(bid: Bid, chosen: Appointment | None) -> bool:
    return bool(bid.chosen or (bid.chosen is None and chosen is not None and bid.bidder == chosen.implementer))


def _bid(bid: Bid, chosen: Appointment | None) -> GridRow:
    fields = Bid.fields
    return row(
        value(bid.bidder),
        centred(fields["bid_on"].show(bid)),
        amount(fields["price"].show(bid)),
        centred(bid.score),
        centred("是" if _picked(bid, chosen) else ""),
    )


def _chosen(context: ProjectContext, chosen: Appointment | None) -> Iterator[GridRow]:
    yield row(*_appointment_cells(chosen, "implementer", 12), *_appointment_cells(chosen, "kind", 4))
    code = Appointment.fields["credit_code"]
    yield row(
        *(label("信用代码", columns=NAMED), value(code.show(chosen) if chosen else "", columns=8)),
        *_appointment_cells(chosen, "appointed_on", 8),
    )
    yield sum_row(Appointment.fields["price"].label, chosen.price if chosen else None)
    mine = [each for each in delivery_deadlines_of(context) if chosen and each.implementer == chosen.implementer]
    due = "；".join(f"{full_date(each.due_on)}前{each.what}" for each in mine)
    yield row(label("时限要求", columns=NAMED), value(due, columns=20))


def _judged(case: Casefile, rest: Continuation) -> Iterator[GridRow]:
    if case.project.category is Category.SERVICE:
        cell = prose("", columns=20, foot=(signing_rule("专家签字", DATE_BY_HAND),))
        yield row(label("专家评审意见", columns=NAMED), cell, least=18)
    supervision = "\n".join(
        f"{day_text(each.watched_on)}：{each.text}{f'（答复：{each.answer}）' if each.answer else ''}"
        for each in case.supervision
        if each.watch is Watch.CONTRACTING
    )
    told = rest.fitted("发包督导", supervision, 2)
    yield firm_row(label("发包督导", columns=NAMED), prose(told, columns=20), least=10, stretch=1)


def _sealed(context: ProjectContext) -> Iterator[GridRow]:
    """The village and the street sign and seal; the department in charge signs."""
    handled = signing_list(("街道经办部门", "日期"), across=2)
    offices = {"村居": context.case.village.committee, "街道": context.street.office}
    sealed = seal_rows(*(signs(name, office) for name, office in offices.items()))
    yield from with_side_label("签字盖章", (*handled, *sealed))
