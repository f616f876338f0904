"""Rules R33 (papers kept of the four phases) and R34 (who decides and who handles). 三(五)¶2, 五(一)¶2.

条文：C101 C135 C137
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from haicang_desk.model.balances import STAGES_NOT_COUNTED
from haicang_desk.model.casefile import CHILDREN, DATED, Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import (
    Alteration,
    Altered,
    Approval,
    Attachment,
    Category,
    Conclusion,
    Disbursement,
    Event,
    NoticeKind,
    Phase,
    Record,
    Stage,
    Supervision,
    Waiver,
    Watch,
)
from haicang_desk.model.rules.completion import completion_notice
from haicang_desk.model.rules.engine import RuleContext, leave_is_late, rule
from haicang_desk.model.rules.funding_limits import cap_of
from haicang_desk.model.values import full_date

PAPERS_PLACE, PERSONS_PLACE = "三(五)¶2", "五(一)¶2"

_STAGES_ASIDE = (*STAGES_NOT_COUNTED, Stage.TERMINATED)  # no papers are required of these
_RANK = {stage.code: rank for rank, stage in enumerate(Stage) if stage not in _STAGES_ASIDE}


def _calling_papers(context: RuleContext) -> dict[str, object]:
    """The papers of the phase 征集, each with whether it exists."""
    case = context.case
    return {
        "意见登记": case.suggestions,
        "协商记录": case.deliberations,
        "项目公示": any(notice.kind is NoticeKind.PROJECT for notice in case.notices),
    }


def _choosing_papers(context: RuleContext) -> dict[str, object]:
    """The papers of the phase 确定, each with whether it exists or is not needed."""
    case = context.case
    return {
        "征求意见表": case.opinions,
        "自筹承诺书": case.project.self_raise_pledge or case.funding.total <= cap_of(context),
        "审批表": case.approval,
        "备案回执": case.filing,
    }


def _carrying_papers(context: RuleContext) -> dict[str, object]:
    """The papers of the phase 实施, each with whether it exists or is not needed."""
    case = context.case
    works = case.project.category is Category.WORKS
    return {
        "实施主体确定记录": case.appointments,
        "进度记录": case.progress,
        "拨付凭证": case.disbursements or case.approved is None or case.approved.scheme == NONE,
        "验收记录": case.first(Event.ACCEPT),
        "完工公示": completion_notice(case),
        "管养责任书": not works or case.project.keeper.strip() or case.maintenance,
    }


# The papers required of each phase, and the stage from which the phase counts as completed. Satisfaction may be
# measured in batches after closing, and is R24's to ask for.
PAPERS = (
    (Phase.CALLING, Stage.SUBMITTED, _calling_papers),
    (Phase.CHOOSING, Stage.LODGED, _choosing_papers),
    (Phase.CARRYING, Stage.COMPLETED, _carrying_papers),
)


def required_papers(context: RuleContext) -> dict[Phase, list[str]]:
    """The names of the papers that each phase asks for."""
    return {phase: list(papers_of(context)) for phase, _, papers_of in PAPERS}


def missing_papers(context: RuleContext) -> dict[Phase, list[str]]:
    """What is missing for each phase that the project has completed: neither recorded nor attached."""
    case, rank = context.case, _RANK.get(context.case.stage.code, -1)
    attached = {paper.item for paper in case.attachments}
    missing = {}
    for phase, stage, papers_of in PAPERS:
        if rank >= _RANK[stage.code]:
            items = [item for item, exists in papers_of(context).items() if not exists and item not in attached]
            if items:
                missing[phase] = items
    return missing


@rule("R33", "四个环节的资料留存", clause=PAPERS_PLACE, answered_by=Attachment, before=("close",))
def papers_are_kept(context: RuleContext) -> Iterator[Finding]:
    """The papers of all completed phases exist. A warning until the project is closed, then a block. 条文：C018"""
    missing = missing_papers(context)
    if missing:
        closed = context.case.first(Event.CLOSE) is not None
        missing_text = "；".join(f"{phase.label}环节缺{'、'.join(items)}" for phase, items in missing.items())
        yield Finding(
            severity=Severity.BLOCK if closed else Severity.WARN,
            measured=sum(len(items) for items in missing.values()),
            limit=0,
            message=f"{missing_text}，请补齐资料后归档",
        )


@rule(
    "R34",
    "经办与审批分开",
    clause=PERSONS_PLACE,
    answered_by=Approval,
    before=("approve", "disburse"),
    about=("approvals", "disbursements"),
)
def two_persons_act(context: RuleContext) -> Iterator[Finding]:
    """The person who handles an approval or a payment is not the one who approves it.

    谁审批、谁监管;谁使用、谁负责: where one person does both, a waiver is needed (small offices).
    """
    case = context.case
    acts: dict[tuple[str, str], date | None] = {}  # the earliest day on which one person did both
    for what, records, dated in (("审批", case.approvals, "decided_on"), ("拨付", case.disbursements, "paid_on")):
        for each in records:
            handler: str = each.handler.strip()
            if handler and handler == each.approver.strip():
                acts.setdefault((what, handler), getattr(each, dated))
    for (what, person), on in acts.items():
        yield Finding(
            severity=Severity.EXCEPTION,
            measured=1,
            limit=2,
            field="approver",
            taken_on=on,
            message=f"{what}的经办人和审批人同为“{person}”，应由两人分别办理",
            cure="人手不足的请登记例外批准",
        )
    yield from _approvers_who_act_twice(case)


def _approvers_who_act_twice(case: Casefile) -> Iterator[Finding]:
    """Names who has handled a payment for a project that they had approved, or approved what they had applied for.

    Warnings: the facts stand. Where people sign in, such a step is not taken (``model/services/duties.py``).
    """
    approvers = {each.approver.strip() for each in case.approvals if each.conclusion is Conclusion.AGREE} - {""}
    for person in sorted({each.handler.strip() for each in case.disbursements} & approvers):
        yield Finding(
            severity=Severity.WARN,
            measured=1,
            limit=2,
            answered_by=Disbursement,
            field="handler",
            message=f"“{person}”既审批了项目又经办了拨付，谁审批、谁监管，应由另一人拨付，请核对拨付的经办人",
        )
    applicant = case.project.principal.strip()
    if applicant in approvers:
        yield Finding(
            severity=Severity.WARN,
            measured=1,
            limit=2,
            field="approver",
            message=f"项目负责人和审批人同为“{applicant}”，申报和审批应由两人分别办理，请核对审批人",
        )


@rule("R34", "例外批准的效力", clause=PERSONS_PLACE, answered_by=Waiver, about=("waivers",))
def leave_has_number_and_day(context: RuleContext) -> Iterator[Finding]:
    """Leave without a document number, or of a later day than the step that it is for, excuses nothing."""
    for leave in context.case.waivers:
        if not leave.number.strip():
            yield Finding(
                severity=Severity.WARN,
                measured=0,
                limit=1,
                field="number",
                message=f"{leave.rule} 的例外批准没有文号，不起作用，请在例外中补填文号或会议纪要号",
            )
        elif leave.granted_on is None:
            yield Finding(
                severity=Severity.WARN,
                measured=0,
                limit=1,
                field="granted_on",
                message=f"{leave.rule} 的例外批准没有日期，不起作用，请在例外中补填日期",
            )
        elif (taken_on := leave_is_late(context, leave)) is not None:
            yield Finding(
                severity=Severity.WARN,
                measured=leave.granted_on.isoformat(),
                limit=taken_on.isoformat(),
                field="granted_on",
                message=f"{leave.rule} 的例外批准日期 {full_date(leave.granted_on)}，"
                f"晚于所准的事项 {full_date(taken_on)}，不起作用，请核对日期，事后批准的请作废",
            )


# The records of a project whose own day is that of a step already taken. Notices, upkeep and papers may lie ahead.
_TAKEN = ("disbursements", "refunds", "spending", "advances", "settlements", "suggestions", "deliberations", "opinions",
          "notices", "approvals", "filings", "appointments", "participations", "bids", "guidance", "progress",
          "supervision", "surveys", "inspections", "alterations", "reviews", "waivers")  # fmt: skip
_OF_VILLAGE = ("suggestions", "deliberations", "notices")  # those that name no project are not this project's


@rule("R34", "日期在检查日之后", clause=PERSONS_PLACE)
def nothing_is_dated_ahead(context: RuleContext) -> Iterator[Finding]:
    """Names the records that bear a day after the one of the check: they count, though they have not happened yet."""
    ahead = list(_dated_after(context.case, context.today))
    if ahead:
        texts = "、".join(dict.fromkeys(text for text, _ in ahead))
        yield Finding(
            severity=Severity.WARN,
            measured=max(day for _, day in ahead).isoformat(),
            limit=context.today.isoformat(),
            message=f"{texts}的日期在 {full_date(context.today)}之后，已计入台账，请核对日期",
        )


def _dated_after(case: Casefile, today: date) -> Iterator[tuple[str, date]]:
    """What is dated after a day, with that day; the records of a casefile stand in the order of their days."""
    if (filed := case.project.submitted_on) and filed > today:
        yield f"申报 {full_date(filed)}", filed
    for name in _TAKEN:
        if name not in case.shape:
            continue
        dated, records = DATED[CHILDREN[name]], getattr(case, name)
        later: list[Any] = []
        for record in reversed(records):
            day = getattr(record, dated)
            if day is None or day <= today:
                break
            later.append(record)
        for record in reversed(later):
            if record.project or name not in _OF_VILLAGE:
                day, amount = getattr(record, dated), getattr(record, "amount", None)
                yield f"{record.label} {full_date(day)}" + (f" {amount} 元" if amount else ""), day


@rule("R34", "变更和问题线索", clause=PERSONS_PLACE, answered_by=Approval, about=("alterations", "supervision"))
def changes_are_decided(context: RuleContext) -> Iterator[Finding]:
    """Alterations that are not decided and reported breaches that are not answered are listed."""
    case = context.case
    for alteration in case.alterations:
        if alteration.conclusion is None:
            yield _open_matter(
                Alteration, f"申请变更{alteration.item.label}，尚未批复，批复前仍按原核定内容实施，请尽快批复变更"
            )
    for watch in case.supervision:
        if watch.watch is Watch.BREACH and not watch.answer.strip():
            yield _open_matter(Supervision, "收到问题线索，尚无核查答复，请核查后登记答复")


def _open_matter(answered_by: type[Record], message: str) -> Finding:
    return Finding(severity=Severity.INFO, measured=1, limit=0, answered_by=answered_by, message=message)


@rule(
    "R34",
    "变更金额",
    clause=PERSONS_PLACE,
    answered_by=Alteration,
    before=("decide_alteration",),
    about=("alterations",),
)
def altered_amount_is_given(context: RuleContext) -> Iterator[Finding]:
    """An agreed change of the amount gives the new amount; without it the approved figures would not change.

    A decision that was made is not rewritten: a later change that gives the amount puts an earlier one right.
    """
    agreed = [
        each for each in context.case.alterations if each.item is Altered.AMOUNT and each.conclusion is Conclusion.AGREE
    ]
    for place in range(len(agreed)):
        if all(each.special is None and each.total is None for each in agreed[place:]):
            yield Finding(
                severity=Severity.BLOCK,
                measured=0,
                limit=1,
                field="special",
                message="同意变更金额，没有写明变更后专项资金和变更后总资金，核定数不会变动，"
                "请补填其中一项，已批复的另行申请变更",
            )
