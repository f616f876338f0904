"""资金拨付申请表 (F8): one page for each payment, with the sums approved, paid, requested and left. 三(五)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.blocks import (
    Blank,
    Block,
    GridRow,
    Inline,
    Note,
    PageBreak,
    centred,
    label,
    prose,
    row,
    ticks,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.as_of import casefile_as_of
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    day_text,
    field_cells,
    field_label,
    form_foot,
    form_head,
    last_date,
    opinion_row,
    project_line,
    with_side_label,
)
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.side_parts import (
    NAMED,
    WIDE,
    firm_row,
    parts,
    signed_together,
    sum_row,
)
from haicang_desk.model.documents.registry import SCHEME, YEARS_30, Filed, document
from haicang_desk.model.records import Conclusion, Disbursement, Filing, PaidFrom, Phase, Project, Stage, Village
from haicang_desk.model.values import Money


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
    signed_off=is_paid,
    issue_part=paid_so_far,
    filed=Filed(
        Phase.CARRYING,
        YEARS_30,
        lambda case: last_date(case.disbursements, "paid_on"),
        there=lambda case: bool(case.disbursements),
    ),
)
def disbursement_form(context: ProjectContext) -> Iterator[Block]:
    """F8 资金拨付申请表: a page for each payment made, and one to fill in while money is left and the project is open.

    Signed by village, handler, reviewer and approver of the street. 条文：C096 C137
    """
    pages = [page for page in _payments(context.case) if page[0] is not None or not context.bound]
    for count, (payment, earlier) in enumerate(pages, 1):
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
    rest = Continuation("项目资金拨付申请表", project)
    yield from form_head(
        "项目资金拨付申请表", below=below, office=case.village.committee, on=paid.paid_on if paid else None
    )
    yield parts(
        ("项目", _project(case)),
        ("资金", _sums(case, paid, earlier)),
        ("收款\n用途", _payee(case, paid, rest)),
    )
    leave = _leave(case, paid) if paid else ""
    yield signed_together(
        (_applied(case, paid, count), *with_side_label("街道审批", _signed(paid))),
        (
            *((Note(leave),) if leave else ()),
            *form_foot(by=paid.handler if paid else "", phone=case.village.phone),
        ),
    )
    yield from rest.blocks(SCHEME)


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
    yield row(*field_cells(project, "title", NAMED, 20))
    yield row(
        *(label(Project.fields["village"].label, columns=NAMED), value(village.name, columns=8)),
        *field_cells(project, "category", NAMED, 8),
    )
    yield row(
        *(label("办理阶段", columns=NAMED), value(case.stage.label, columns=8)),
        *(
            label(field_label(Filing, "number"), columns=NAMED),
            value(case.filing.number if case.filing else "", columns=8),
        ),
    )


def _sums(case: Casefile, paid: Disbursement | None, earlier: Money) -> Iterator[GridRow]:
    """What was approved, what was paid before, what is asked for now and what is left: the last is the first less both.

    No sum has a minus: where more was returned than paid, or more is paid than approved, the label says so.
    """
    approved = case.approved.scheme if case.approved else Money(0)
    now = paid.amount if paid else None
    yield sum_row("核定资金", approved)
    yield sum_row("已拨累计", earlier, "退回超出已拨")
    yield sum_row("本次申请", now)
    yield sum_row("拨后余额", None if now is None else approved - earlier - now, "拨后超出核定")
    if case.settled:
        yield sum_row("决算应付", _payable(case))


def _payee(case: Casefile, paid: Disbursement | None, rest: Continuation) -> Iterator[GridRow]:
    village, fields = case.village, Disbursement.fields
    payee = paid.payee if paid else village.payee
    on_record = payee == village.payee  # another payee's account is not on record
    yield row(label(Village.fields["payee"].label, columns=NAMED), value(payee, columns=20))
    yield row(
        *(label(Village.fields["bank"].label, columns=NAMED), value(village.bank if on_record else "", columns=8)),
        *(
            label(Village.fields["account"].label, columns=NAMED),
            value(village.account if on_record else "", columns=8),
        ),
    )
    shown = {name: field.show(paid) if paid else "" for name, field in fields.items()}
    special, matching = ticks((source.label for source in PaidFrom), shown["source"])[::2]
    purpose = rest.fitted(fields["purpose"].label, shown["purpose"], 3, 11)
    yield row(
        *(label(fields["source"].label, columns=NAMED), value((special, " ", matching), columns=9)),
        *(label(fields["purpose"].label, columns=NAMED), value(purpose, columns=7)),
    )
    grounds = rest.fitted("拨付依据", _grounds(case), 3)
    yield row(label("拨付依据", columns=NAMED), prose(grounds, columns=20), least=13.5)


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


def _applied(case: Casefile, paid: Disbursement | None, count: int) -> GridRow:
    """The application of the village, which signs and seals it."""
    asked: tuple[Inline, ...] = (f"{paid.amount} 元",) if paid else (Blank(9), "元")
    words = (f"现申请第 {count} 次拨付资金 ", *asked, "，请予审核。")
    return opinion_row("村居申请", words, office=case.village.committee, signers=("负责人签字",), columns=WIDE)


def _signed(paid: Disbursement | None) -> Iterator[GridRow]:
    """The chain of signatures in the street, and the voucher that the payment was booked with."""
    handler, approver = (paid.handler, paid.approver) if paid else ("", "")
    yield row(*(label(name, columns=wide) for name, wide in zip(("环节", "姓名", "签字", "日期"), _CHAIN, strict=True)))
    for step, person in (("经办", handler), ("审核", ""), ("审批", approver), ("财务", "")):
        cells = (label(step, columns=_CHAIN[0]), centred(person, columns=_CHAIN[1]))
        yield firm_row(*cells, centred("", columns=_CHAIN[2]), centred(DATE_BY_HAND, columns=_CHAIN[3]))
    shown = {name: field.show(paid) if paid else "" for name, field in Disbursement.fields.items()}
    yield row(
        *(label(Disbursement.fields["voucher"].label, columns=NAMED), value(shown["voucher"], columns=8)),
        *(label("拨付日期", columns=NAMED), value(shown["paid_on"] or DATE_BY_HAND, columns=8)),
    )


_CHAIN = (NAMED, 5, 8, 7)  # columns of the chain of signatures
