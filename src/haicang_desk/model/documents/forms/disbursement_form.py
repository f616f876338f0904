"""资金拨付申请表 (F8): one page for each payment, with the sums approved, paid, requested and left. 三(五)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.blocks import Block, Grid, GridCell, GridRow, Note, PageBreak, label, prose, row, value
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.as_of import casefile_as_of
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
    money_text,
    project_line,
)
from haicang_desk.model.documents.forms.decision_rows import WIDE
from haicang_desk.model.documents.registry import YEARS_30, Filed, document
from haicang_desk.model.records import Conclusion, Disbursement, Filing, Phase, Project, Stage, Village
from haicang_desk.model.values import Money

NAMED = 4
LEAST = 11  # mm


def not_lodged(context: ProjectContext) -> str:
    """Payments begin after the district has filed the project (R19)."""
    return "" if context.case.filing or context.case.disbursements else "区里尚未备案，备案之后才能拨付"


def _nothing_paid(context: ProjectContext) -> str:
    if reason := not_lodged(context):
        return reason
    return "" if _payments(context.case) else "没有拨付过资金，也没有可以拨付的余额"


def is_paid(context: ProjectContext) -> bool:
    """Signed off once a payment is recorded."""
    return bool(context.case.disbursements)


def paid_so_far(context: ProjectContext) -> str:
    """Each payment adds a page, so that the form with it is another document and no correction of the last."""
    return f"至第{len(context.case.disbursements)}次拨付"


@document(
    "disbursement-form",
    "资金拨付申请表",
    after="implementer-form",
    unavailable_reason=_nothing_paid,
    most_pages=1,
    signed_off=is_paid,
    issue_part=paid_so_far,
    filed=Filed(Phase.CARRYING, YEARS_30, lambda case: last_date(case.disbursements, "paid_on")),
)
def disbursement_form(context: ProjectContext) -> Iterator[Block]:
    """F8 资金拨付申请表: a page for each payment made, and one to fill in while money is left and the project is open.

    Signed by village, handler, reviewer and approver of the street. 条文：C096 C137
    """
    for count, (payment, earlier) in enumerate(_payments(context.case), 1):
        if count > 1:
            yield PageBreak()
        yield from _page(context, payment, earlier, count)


def _payments(case: Casefile) -> list[tuple[Disbursement | None, Money]]:
    """Every payment made, then None for the next one, each with the sum paid before it."""
    before, pages = Money(0), list[tuple[Disbursement | None, Money]]()
    for paid in case.disbursements:
        pages.append((paid, before - _returned(case, paid.paid_on)))
        before += paid.amount
    if _payable(case) > case.disbursed and case.stage not in (Stage.CLOSED, Stage.TERMINATED):
        pages.append((None, case.disbursed))
    return pages


def _returned(case: Casefile, by: date | None) -> Money:
    """The sum that the village had paid back by that day."""
    early = [each for each in case.refunds if by and each.returned_on and each.returned_on <= by]
    return sum((each.amount for each in early), Money(0))


def _payable(case: Casefile) -> Money:
    """The sum that may be paid in all: 核定, at most 决算 once that is known (R29)."""
    approved = case.approved.scheme if case.approved else Money(0)
    return min(approved, case.settled.scheme) if case.settled else approved


def _page(context: ProjectContext, paid: Disbursement | None, earlier: Money, count: int) -> Iterator[Block]:
    now = context.case
    case = casefile_as_of(now, paid.paid_on) if paid and paid.paid_on else now  # as it stood when it was paid
    project = case.project
    below = f"{project_line(project.code, project.fund_year)}　　第 {count} 次"
    yield from form_head(
        "项目资金拨付申请表", below=below, office=case.village.committee, on=paid.paid_on if paid else None
    )
    rows = (*_project(case), *_sums(case, paid, earlier), *_payee(case, paid), *_signed(paid))
    yield Grid(rows, (1,) * WIDE)
    if paid and (leave := _leave(case, paid)):
        yield Note(leave)
    yield from form_foot(by=paid.handler if paid else "", phone=case.village.phone)


def _leave(case: Casefile, paid: Disbursement) -> str:
    """By what leave one person did what two should; "" where two did, or where there is no leave. R34."""
    approvers = {each.approver.strip() for each in case.approvals if each.conclusion is Conclusion.AGREE}
    person = paid.handler.strip()
    leave = next((each for each in reversed(case.waivers) if each.rule == "R34" and each.number.strip()), None)
    if leave is None or not person or person not in approvers | {paid.approver.strip()}:
        return ""
    return f"经办与审批为同一人（{person}），依{leave.authority}{leave.number}。"


def _project(case: Casefile) -> Iterator[GridRow]:
    project, village = case.project, case.village
    yield row(*field_cells(project, "title", NAMED, 20), least=LEAST)
    yield row(
        *(label(Project.fields["village"].label, columns=NAMED), value(village.name, columns=8)),
        *field_cells(project, "category", NAMED, 8),
        least=LEAST,
    )
    yield row(
        *(label("办理阶段", columns=NAMED), value(case.stage.label, columns=8)),
        *(
            label(field_label(Filing, "number"), columns=NAMED),
            value(case.filing.number if case.filing else "", columns=8),
        ),
        least=LEAST,
    )


def _sums(case: Casefile, paid: Disbursement | None, earlier: Money) -> Iterator[GridRow]:
    approved = case.approved.scheme if case.approved else Money(0)
    now = paid.amount if paid else None
    left = approved - earlier - now if now is not None else None
    over = left is not None and left < 0
    sums = (
        ("核定资金", approved),
        ("已拨累计", earlier),
        ("本次申请", now),
        ("拨后超出核定" if over else "拨后余额", -left if over and left is not None else left),
    )
    for title, money in sums:
        yield row(label(title, columns=NAMED), value(money_text(money), columns=20), least=LEAST)
    if case.settled:
        yield row(label("决算应付", columns=NAMED), value(money_text(_payable(case)), columns=20), least=LEAST)


def _payee(case: Casefile, paid: Disbursement | None) -> Iterator[GridRow]:
    village, fields = case.village, Disbursement.fields
    payee = paid.payee if paid else village.payee
    on_record = payee == village.payee  # another payee's account is not on record
    yield row(label(Village.fields["payee"].label, columns=NAMED), value(payee, columns=20), least=LEAST)
    yield row(
        *(label(Village.fields["bank"].label, columns=NAMED), value(village.bank if on_record else "", columns=8)),
        *(
            label(Village.fields["account"].label, columns=NAMED),
            value(village.account if on_record else "", columns=8),
        ),
        least=LEAST,
    )
    shown = {name: field.show(paid) if paid else "" for name, field in fields.items()}
    yield row(
        *(label(fields["source"].label, columns=NAMED), value(shown["source"], columns=8)),
        *(label(fields["purpose"].label, columns=NAMED), value(shown["purpose"], columns=8)),
        least=LEAST,
    )
    yield row(label("拨付依据", columns=NAMED), prose(_grounds(case), columns=20), least=LEAST)
    yield row(
        *(label(fields["voucher"].label, columns=NAMED), value(shown["voucher"], columns=8)),
        *(label("拨付日期", columns=NAMED), value(shown["paid_on"], columns=8)),
        least=LEAST,
    )


def _grounds(case: Casefile) -> str:
    """The contract and the progress, as far as they are recorded."""
    grounds = []
    if appointed := case.appointment:
        price = f"，成交价 {appointed.price} 元" if appointed.price is not None else ""
        grounds.append(f"实施主体：{appointed.implementer}（{day_text(appointed.appointed_on)}确定{price}）")
    reached = [step for step in case.progress if step.percent is not None]
    if reached:
        grounds.append(
            f"进度：{reached[-1].event.label}，{reached[-1].percent}%（{day_text(reached[-1].happened_on)}）"
        )
    return "\n".join(grounds)


def _signed(paid: Disbursement | None) -> Iterator[GridRow]:
    names = ("村居申请（盖章）", "街道经办", "街道审核", "街道审批")
    yield row(*(label(name, columns=6) for name in names))
    handler, approver = (paid.handler, paid.approver) if paid else ("", "")
    who = ("", f"经办人：{handler}" if handler else "", "", f"审批人：{approver}" if approver else "")
    cells = [GridCell(name, columns=6, top=True, foot=(SIGNATURE, DATE_BY_HAND)) for name in who]
    yield GridRow(tuple(cells), 30, True)
