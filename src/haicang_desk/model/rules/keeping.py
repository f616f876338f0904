"""Rules on papers and persons: R33 what is kept of the four phases, R34 who decided and handled. 三(五)¶2, 五(一)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.casefile import Casefile, Scene
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.records.choices import Category, Event, NoticeKind, Phase, Watch
from haicang_desk.model.rules import rule
from haicang_desk.model.rules.closing import completion_notice
from haicang_desk.model.rules.funding import cap_of
from haicang_desk.model.workflow import Stage

KEPT, ANSWERS = "三(五)¶2", "五(一)¶2"

_ORDER = tuple(Stage)
_PASSED = {  # the stage from which a phase is behind the project
    Phase.CALLING: Stage.SUBMITTED,
    Phase.CHOOSING: Stage.LODGED,
    Phase.CARRYING: Stage.COMPLETED,
}


def papers(scene: Scene) -> dict[Phase, dict[str, bool]]:
    """What is to be kept of each phase, and whether it is there, as a record or among the papers."""
    case, held = scene.case, {paper.item for paper in scene.case.attachments}
    works = case.project.category is Category.WORKS
    notices = {notice.kind for notice in case.notices}
    large = case.funding.total > cap_of(scene)
    approved = case.approved
    paid = approved is None or approved.scheme == NONE or bool(case.disbursements)
    wanted = {
        Phase.CALLING: {
            "意见登记": bool(case.suggestions),
            "协商记录": bool(case.deliberations),
            "项目公示": NoticeKind.PROJECT in notices,
        },
        Phase.CHOOSING: {
            "征求意见表": bool(case.opinions),
            "自筹承诺书": not large or bool(case.project.self_raise_pledge),
            "审批表": case.approval is not None,
            "备案回执": case.filing is not None,
        },
        Phase.CARRYING: {
            "实施主体确定记录": bool(case.appointments),
            "进度记录": bool(case.progress),
            "拨付凭证": paid,
            "验收记录": case.first(Event.ACCEPT) is not None,
            "完工公示": completion_notice(case) is not None,
            "管养责任书": not works or bool(case.project.keeper.strip() or case.maintenance),
        },
        Phase.JUDGING: {"满意度测评": bool(case.surveys)},
    }
    return {phase: {item: there or item in held for item, there in items.items()} for phase, items in wanted.items()}


@rule("R33", "四个环节的资料留存", before=("close",))
def papers_are_kept(scene: Scene) -> Iterator[Finding]:
    """Of the phases behind a project; a warning until it is closed."""
    case = scene.case
    closed = case.first(Event.CLOSE) is not None
    missing = {
        phase: [item for item, there in items.items() if not there]
        for phase, items in papers(scene).items()
        if _is_behind(case, phase)
    }
    said = "；".join(f"{phase.label}环节缺{'、'.join(items)}" for phase, items in missing.items() if items)
    if said:
        yield Finding(
            rule="R33",
            severity=Severity.BLOCK if closed else Severity.WARN,
            clause=scene.policy.at(KEPT),
            measured=sum(len(items) for items in missing.values()),
            limit=0,
            message=f"{said}，请补齐资料后归档",
        )


def _is_behind(case: Casefile, phase: Phase) -> bool:
    """Satisfaction may be measured in batches after closing, and is R24's to ask for."""
    passed = _PASSED.get(phase)
    return passed is not None and case.stage is not Stage.TERMINATED and _rank(case.stage) >= _rank(passed)


def _rank(stage: Stage) -> int:
    if stage in (Stage.DRAFT, Stage.SENT_BACK, Stage.REJECTED, Stage.WITHDRAWN):
        return -1
    return _ORDER.index(stage)


@rule("R34", "经办与审批分开", before=("approve", "disburse"))
def two_persons_act(scene: Scene) -> Iterator[Finding]:
    """谁审批、谁监管;谁使用、谁负责: one record, two persons; a small office needs leave."""
    case = scene.case
    acts = [("审批", each.handler, each.approver) for each in case.approvals]
    acts += [("拨付", each.handler, each.approver) for each in case.disbursements]
    for what, handler, approver in dict.fromkeys(acts):
        if handler.strip() and handler.strip() == approver.strip():
            yield Finding(
                rule="R34",
                severity=Severity.EXCEPTION,
                clause=scene.policy.at(ANSWERS),
                measured=handler.strip(),
                field="approver",
                message=f"{what}的经办人和审批人同为“{handler.strip()}”，应由两人分别办理，人手不足的请登记例外批准",
            )


@rule("R34", "变更和问题线索", before=())
def changes_are_decided(scene: Scene) -> Iterator[Finding]:
    """A change asked for and not decided, and a breach reported, are listed."""
    case = scene.case
    for asked in case.alterations:
        if asked.conclusion is None:
            yield _listed(scene, f"申请变更{asked.item.label}，尚未批复，批复前仍按原核定内容实施，请尽快办理")
    for seen in case.supervision:
        if seen.watch is Watch.BREACH and not seen.answer.strip():
            yield _listed(scene, "收到问题线索，尚无核查答复，请核查后登记答复")


def _listed(scene: Scene, message: str) -> Finding:
    return Finding(rule="R34", severity=Severity.INFO, clause=scene.policy.at(ANSWERS), message=message)
