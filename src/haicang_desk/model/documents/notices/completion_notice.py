"""资金使用情况和实施效果公示 (N4), after completion. 三(五)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import (
    Align,
    Blank,
    Block,
    Grid,
    GridCell,
    GridRow,
    Heading,
    KeepTogether,
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
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import field_label, photographs, span_text
from haicang_desk.model.documents.notices.project_notice import closing, notice_for, period_of, posted_on
from haicang_desk.model.documents.registry import SCHEME, YEARS_10, Filed, document
from haicang_desk.model.funding import Funding
from haicang_desk.model.records import (
    PUBLIC_PHOTOGRAPHS,
    Appointment,
    Approval,
    Attachment,
    Disbursement,
    NoticeKind,
    Participation,
    Phase,
    Progress,
    Project,
    Source,
    Stage,
    Street,
    Village,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.values import Money, full_date

DONE = (Stage.COMPLETED, Stage.CLOSED)


def not_done(context: ProjectContext) -> str:
    """The notice needs a completed project or final accounts."""
    case = context.case
    return "" if case.stage in DONE or case.settlement else "项目尚未完工，也没有决算"


def completion_posted(context: ProjectContext) -> bool:
    """Signed off once the days of the notice are recorded."""
    return period_of(notice_for(context.case, NoticeKind.COMPLETION)) is not None


@document(
    "completion-notice",
    "资金使用情况和实施效果公示",
    after="maintenance-form",
    kind=PaperKind.NOTICE,
    unavailable_reason=not_done,
    most_pages=2,
    photographs=(PUBLIC_PHOTOGRAPHS,),
    signed_off=completion_posted,
    shows={
        Street: ("name", "address", "contact", "phone", "watch_phone"),
        Village: ("name",),
        Project: ("code", "title", "place", "works", "effect", "keeper"),
        Approval: ("number",),
        Appointment: ("implementer",),
        Participation: ("party",),
        Disbursement: ("payee",),
        Progress: ("account",),
        Attachment: ("item", "name", "note"),
    },
    filed=Filed(Phase.CARRYING, YEARS_10, lambda case: posted_on(case, NoticeKind.COMPLETION)),
)
def completion_notice(context: ProjectContext) -> Iterator[Block]:
    """N4: the use of money and the effect of one project, with the telephone for complaints; two pages at most.

    Sealed by the village committee. 条文：C097 C098
    """
    case = context.case
    project, village = case.project, case.village
    period = period_of(notice_for(case, NoticeKind.COMPLETION))
    yield Title(f"关于{SCHEME}“{project.title}”项目资金使用情况和实施效果的公示")
    yield Para(
        f"{village.name}{project.fund_year}年度{SCHEME}“{project.title}”项目已实施完成。"
        f"根据《{context.policy.title}》（{context.policy.number}），现将资金使用情况和实施效果公示如下。"
    )
    yield Heading("一、项目概况")
    yield Grid(tuple(_project_rows(case)), (6, 22))
    yield Heading("二、资金使用情况")
    yield Grid(tuple(_money_rows(case)), (10, 9, 9), heading=1, unit="单位：元")
    if case.participations:
        yield Para(_partners(case))
    yield Heading("三、实施效果")
    yield Para(_achieved(case))
    yield from photographs(context, PUBLIC_PHOTOGRAPHS)
    yield KeepTogether(
        (
            closing(context.street, period, context.policy),
            Para(("监督电话：", context.street.watch_phone or Blank(10), "。")),
            Seal(village.committee, period[0] if period else None),
        )
    )


def _project_rows(case: Casefile) -> Iterator[GridRow]:
    project = case.project
    yield row(label(Project.fields["category"].label), value(project.category.label))
    yield row(label(Project.fields["place"].label), value(project.place))
    yield row(label("实施内容"), GridCell(project.works, align=Align.JUSTIFIED))
    appointed = case.appointment
    doer = appointed.implementer if appointed else ""
    yield row(label(field_label(Appointment, "implementer")), value(doer))
    started = case.first(ProgressEvent.START, ProgressEvent.PROGRESS)
    ended = case.first(ProgressEvent.COMPLETE)
    yield row(
        label("实施起止"),
        value(span_text(started.happened_on if started else None, ended.happened_on if ended else None)),
    )
    if project.keeper:
        yield row(label(Project.fields["keeper"].label), value(project.keeper))


def _money_rows(case: Casefile) -> Iterator[GridRow]:
    """预算 and 决算 by source; 决算 is left blank where it is not recorded."""
    planned, settled = case.approved or case.asked, case.settled
    yield row(label("资金来源"), label("预算"), label("决算"))
    for source in Source:
        if planned.source(source) or (settled and settled.source(source)):
            spent = _money_text(settled.source(source) if settled else None)
            yield row(centred(source.label), amount(str(planned.source(source))), amount(spent))
    yield row(label("合计"), amount(str(planned.total)), amount(_money_text(_total(settled))))
    yield row(label("收款单位"), value(_payees(case), columns=2))


def _money_text(money: Money | None) -> str:
    return "" if money is None else str(money)


def _total(funding: Funding | None) -> Money | None:
    return funding.total if funding else None


def _payees(case: Casefile) -> str:
    """收款单位, each with the number and the sum of its payments."""
    paid: dict[str, list[Disbursement]] = {}
    for each in case.disbursements:
        paid.setdefault(each.payee, []).append(each)
    return "\n".join(
        f"{payee}（拨付 {len(of)} 次，共 {sum((each.amount for each in of), Money(0))} 元）"
        for payee, of in paid.items()
    )


def _partners(case: Casefile) -> str:
    """Those who took part, by the names that the public view has for them."""
    partners = []
    for part in case.participations:
        sum_of = f" {part.amount} 元" if part.amount else ""
        partners.append(f"{part.party}（{part.manner.label}{sum_of}）")
    return f"社会参与：{'、'.join(partners)}。"


def _achieved(case: Casefile) -> str:
    """The effect expected, then completion and acceptance as recorded."""
    lines: list[str] = [case.project.effect]
    for event in (ProgressEvent.COMPLETE, ProgressEvent.ACCEPT):
        step = case.first(event)
        if step and step.happened_on:
            account = f"：{step.account.strip()}" if step.account.strip() else "。"
            lines.append(f"{full_date(step.happened_on)}{event.label}{account}")
    return "\n".join(filter(None, lines)) or "　"
