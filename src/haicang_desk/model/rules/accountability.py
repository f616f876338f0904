"""Rules on papers and persons: R33 what is kept of the four phases, R34 who decided and handled. 三(五)¶2, 五(一)¶2.

条文：C101 C135 C137
"""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.balances import STAGES_NOT_COUNTED
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import (
    Altered,
    Approval,
    Attachment,
    Category,
    Conclusion,
    Event,
    NoticeKind,
    Phase,
    Stage,
    Watch,
)
from haicang_desk.model.rules.completion import completion_notice
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.rules.funding_limits import cap_of

KEPT, ANSWERS = "三(五)¶2", "五(一)¶2"

_ASIDE = (*STAGES_NOT_COUNTED, Stage.TERMINATED)  # off the road, and asked for no papers
_RANK = {stage.code: rank for rank, stage in enumerate(Stage) if stage not in _ASIDE}


def called(context: RuleContext) -> dict[str, object]:
    case = context.case
    return {
        "意见登记": case.suggestions,
        "协商记录": case.deliberations,
        "项目公示": any(notice.kind is NoticeKind.PROJECT for notice in case.notices),
    }


def chosen(context: RuleContext) -> dict[str, object]:
    case = context.case
    return {
        "征求意见表": case.opinions,
        "自筹承诺书": case.project.self_raise_pledge or case.funding.total <= cap_of(context),
        "审批表": case.approval,
        "备案回执": case.filing,
    }


def carried(context: RuleContext) -> dict[str, object]:
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


# What is to be kept of each phase, and from which stage on the phase is behind a project. Satisfaction may be
# measured in batches after closing, and is R24's to ask for.
PAPERS = (
    (Phase.CALLING, Stage.SUBMITTED, called),
    (Phase.CHOOSING, Stage.LODGED, chosen),
    (Phase.CARRYING, Stage.COMPLETED, carried),
)


def missing_papers(context: RuleContext) -> dict[Phase, list[str]]:
    """Of the phases behind a project: what is neither a record nor among the papers."""
    case, rank = context.case, _RANK.get(context.case.stage.code, -1)
    held = {paper.item for paper in case.attachments}
    missing = {}
    for phase, stage, wanted in PAPERS:
        if rank >= _RANK[stage.code]:
            lacking = [item for item, there in wanted(context).items() if not there and item not in held]
            if lacking:
                missing[phase] = lacking
    return missing


@rule("R33", "四个环节的资料留存", clause=KEPT, answered_by=Attachment, before=("close",))
def papers_are_kept(context: RuleContext) -> Iterator[Finding]:
    """Of the phases behind a project; a warning until it is closed. 条文：C018"""
    missing = missing_papers(context)
    if missing:
        closed = context.case.first(Event.CLOSE) is not None
        said = "；".join(f"{phase.label}环节缺{'、'.join(items)}" for phase, items in missing.items())
        yield Finding(
            severity=Severity.BLOCK if closed else Severity.WARN,
            measured=sum(len(items) for items in missing.values()),
            limit=0,
            message=f"{said}，请补齐资料后归档",
        )


@rule(
    "R34",
    "经办与审批分开",
    clause=ANSWERS,
    answered_by=Approval,
    before=("approve", "disburse"),
    about=("approvals", "disbursements"),
)
def two_persons_act(context: RuleContext) -> Iterator[Finding]:
    """谁审批、谁监管;谁使用、谁负责: one record, two persons; a small office needs leave."""
    case = context.case
    acts = [("审批", each.handler, each.approver) for each in case.approvals]
    acts += [("拨付", each.handler, each.approver) for each in case.disbursements]
    for what, handler, approver in dict.fromkeys(acts):
        if handler.strip() and handler.strip() == approver.strip():
            yield Finding(
                severity=Severity.EXCEPTION,
                measured=handler.strip(),
                field="approver",
                message=f"{what}的经办人和审批人同为“{handler.strip()}”，应由两人分别办理，人手不足的请登记例外批准",
            )


@rule("R34", "变更和问题线索", clause=ANSWERS, answered_by=Approval, about=("alterations", "supervision"))
def changes_are_decided(context: RuleContext) -> Iterator[Finding]:
    """A change asked for and not decided, and a breach reported, are listed."""
    case = context.case
    for asked in case.alterations:
        if asked.conclusion is None:
            yield _listed(context, f"申请变更{asked.item.label}，尚未批复，批复前仍按原核定内容实施，请尽快办理")
    for seen in case.supervision:
        if seen.watch is Watch.BREACH and not seen.answer.strip():
            yield _listed(context, "收到问题线索，尚无核查答复，请核查后登记答复")


def _listed(context: RuleContext, message: str) -> Finding:
    return Finding(severity=Severity.INFO, message=message)


@rule("R34", "变更金额", clause=ANSWERS, answered_by=Approval, before=("decide_alteration",), about=("alterations",))
def an_altered_amount_is_told(context: RuleContext) -> Iterator[Finding]:
    """What is agreed to as a change of the amount must say the new one, or the approved figures would not move."""
    for asked in context.case.alterations:
        told = asked.special is not None or asked.total is not None
        if asked.item is Altered.AMOUNT and asked.conclusion is Conclusion.AGREE and not told:
            yield Finding(
                severity=Severity.BLOCK,
                field="special",
                message="同意变更金额，没有写明变更后的专项资金和总资金，核定数不会变动，请补填变更后的金额",
            )
