"""资金使用情况和实施效果公示 (N4), after completion. 三(五)¶2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from haicang_desk.model.blocks import (
    Align,
    Blank,
    Block,
    Grid,
    GridCell,
    GridRow,
    PaperKind,
    Para,
    Words,
    amount,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import field_label, implementer, percent
from haicang_desk.model.documents.notice_parts import (
    BY_HAND,
    Fact,
    brief_closing,
    brief_of,
    brief_title,
    closing_blanks,
    dated,
    days_text,
    facts,
    money_by_source,
    notice_for,
    notice_title,
    period_of,
    posted_on,
    public_photographs,
    signed,
)
from haicang_desk.model.documents.public_givers import explanations, others_taking_part
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
    Settlement,
    Source,
    Stage,
    Street,
    Village,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.values import Money, full_date

DONE = (Stage.COMPLETED, Stage.CLOSED)
WHAT = "资金使用情况和实施效果公示"
EFFECT = "实施效果"


def not_done(context: ProjectContext) -> str:
    """The notice needs a completed project or final accounts."""
    case = context.case
    return "" if case.stage in DONE or case.settlement else "项目尚未完工，也没有决算"


def completion_posted(context: ProjectContext) -> bool:
    """Signed off once the days of the notice are recorded."""
    return period_of(notice_for(context.case, NoticeKind.COMPLETION)) is not None


def completion_blanks(context: ProjectContext) -> Iterator[str]:
    """What is left to be written by hand: facts that the notice must have (三(五)¶2) and the ledger has not."""
    case = context.case
    yield from (fact.name for fact in _facts(case) if fact.needed and fact.absent)
    if case.settled is None:
        yield Settlement.label
    period = period_of(notice_for(case, NoticeKind.COMPLETION))
    yield from closing_blanks(context.street, period, watched=True)


def completion_brief(context: ProjectContext) -> Iterator[str]:
    """In the QR code: the project, the money by source, the period and the telephones."""
    case = context.case
    funding, name = (case.settled, "决算") if case.settled else (case.approved or case.asked, "预算")
    period = period_of(notice_for(case, NoticeKind.COMPLETION))
    share = f"，财政资金占{percent(funding.fiscal, funding.total)}" if funding.total else ""
    yield brief_of(
        f"{brief_title(case.project.title)}，{WHAT}。{name}（元）：",
        (f"{source.label}{spent}" for source, spent in money_by_source(funding)),
        f"合计{funding.total}{share}。{brief_closing(context.street, period, watched=True)}",
    )


@document(
    "completion-notice",
    WHAT,
    after="maintenance-form",
    kind=PaperKind.NOTICE,
    unavailable_reason=not_done,
    most_pages=1,
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
    blanks=completion_blanks,
    brief=completion_brief,
)
def completion_notice(context: ProjectContext) -> Iterator[Block]:
    """N4: the use of money and the effect of one project, with the telephone for complaints; one page.

    Sealed by the village committee. 条文：C097 C098
    """
    case = context.case
    period = period_of(notice_for(case, NoticeKind.COMPLETION))
    yield notice_title(case.project.title, WHAT)
    yield Para(_lead(case, context.policy.number))
    yield facts(_facts(case))
    yield Grid(tuple(_money_rows(case)), (0, 0, 0, 1), heading=1, by_content=True)
    yield from public_photographs(context, PUBLIC_PHOTOGRAPHS)
    (brief,) = completion_brief(context)
    yield signed(context.street, case.village.committee, period, context.policy, brief, watched=True)


def _lead(case: Casefile, number: str) -> str:
    project = case.project
    done, accepted = (
        step.happened_on if (step := case.first(event)) else None
        for event in (ProgressEvent.COMPLETE, ProgressEvent.ACCEPT)
    )
    days = f"，{full_date(done)}{ProgressEvent.COMPLETE.label}" if done else ""
    if accepted:
        days += f"{'、' if done else '，'}{dated(accepted, done)}{ProgressEvent.ACCEPT.label}"
    what = f"{case.village.name}{project.fund_year}年度{SCHEME}{project.category.label}项目"
    return f"{what}{days}，现按照{number}文件公示如下。"


def _facts(case: Casefile) -> Iterator[Fact]:
    project = case.project
    started = case.first(ProgressEvent.START, ProgressEvent.PROGRESS)
    ended = case.first(ProgressEvent.COMPLETE)
    yield Fact(field_label(Project, "place"), project.place, needed=True)
    yield Fact(field_label(Appointment, "implementer"), implementer(case), needed=True)
    yield Fact(
        "实施时间",
        days_text(started.happened_on if started else None, ended.happened_on if ended else None),
        needed=True,
    )
    yield Fact(field_label(Project, "keeper"), project.keeper)
    told = Sentences()
    yield Fact("实施内容", told.of(project.works), needed=True)
    accounts = (case.first(event) for event in (ProgressEvent.COMPLETE, ProgressEvent.ACCEPT))
    yield Fact(EFFECT, told.of(project.effect, *(step.account for step in accounts if step)), needed=True)


class Sentences:
    """Texts without the sentences that were said before: what was expected is often told again as the result."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def of(self, *texts: str) -> str:
        """The texts one after the other, each beginning a line where it has several lines itself."""
        kept = [fresh for text in texts if (fresh := self._fresh(text.strip()))]
        return ("\n" if any("\n" in each for each in kept) else "").join(kept)

    def _fresh(self, text: str) -> str:
        lines = []
        for line in text.splitlines():
            sentences = re.findall(r"[^。！？]*[。！？]+[”’）]?|[^。！？]+", line)
            fresh = [each for each in sentences if self._is_new(each)]
            if fresh:
                lines.append("".join(fresh).strip())
        if not lines:
            return ""
        return "\n".join(lines) if lines[-1].endswith(tuple("。！？；：…”）)")) else "\n".join(lines) + "。"

    def _is_new(self, sentence: str) -> bool:
        core = re.sub(r"\W", "", sentence)
        if not core or core in self._told:
            return not core and bool(sentence.strip())
        self._told.add(core)
        return True


def _money_rows(case: Casefile) -> Iterator[GridRow]:
    """预算 and 决算 by source with an explanation of each; where there is no 决算, rules to write on."""
    planned, settled = case.approved or case.asked, case.settled
    shown = [source for source in Source if planned.source(source) or (settled and settled.source(source))]
    told = explanations(case, settled or planned, shown)
    yield row(label("资金来源"), label("预算（元）"), label("决算（元）"), label("说明"))
    for source in shown:
        yield row(
            label(source.label),
            amount(str(planned.source(source))),
            amount(_spent(settled.source(source) if settled else None)),
            value(told[source]),
            whole=True,
        )
    whole = settled or planned
    yield row(
        label("合计"),
        amount(str(planned.total)),
        amount(_spent(_total(settled))),
        value(f"财政资金占 {percent(whole.fiscal, whole.total)}"),
        whole=True,
    )
    if others := others_taking_part(case, shown):
        yield row(label("社会参与"), GridCell(others, columns=3, align=Align.JUSTIFIED))


def _spent(money: Money | None) -> Words:
    return (Blank(BY_HAND),) if money is None else str(money)


def _total(funding: Funding | None) -> Money | None:
    return funding.total if funding else None
