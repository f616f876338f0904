"""The workflow: stages, who acts, and the table of steps that buttons, permissions and refusals come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from haicang_desk.model.records import (
    Alteration,
    Appointment,
    Approval,
    Conclusion,
    Deliberation,
    Disbursement,
    Event,
    Filing,
    FilingResult,
    Notice,
    NoticeKind,
    Opinion,
    Participation,
    Progress,
    Project,
    Record,
    Refund,
    Role,
    Settlement,
    Stage,
    Suggestion,
    Survey,
    Waiver,
)

BEFORE_FILING = (Stage.DRAFT, Stage.SENT_BACK, Stage.WITHDRAWN)
IN_HAND = (Stage.LODGED, Stage.APPOINTED, Stage.UNDERWAY, Stage.COMPLETED)
LIVE = (Stage.SUBMITTED, Stage.APPROVED, *IN_HAND)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be done to a project: it puts a record, and the stage follows from the records.

    ``preset`` are the fields of that record which the step itself decides; ``fields`` those a person is asked
    for, in order; ``date_field`` the field that takes the day of the step. ``changes_stage`` is whether it changes the
    stage; ``document`` names the document to print afterwards.

    条文：C072
    """

    name: str
    label: str
    stages: tuple[Stage, ...]
    role: Role
    record: type[Record]
    preset: Mapping[str, Any] = field(default_factory=dict)
    date_field: str = ""
    fields: tuple[str, ...] = ()
    changes_stage: bool = True
    document: str = ""


_DECIDES = ("opinion", "approver", "number")

# fmt: off
STEPS: Mapping[str, Step] = {step.name: step for step in (
    Step("suggest", "登记意见", BEFORE_FILING, Role.VILLAGE, Suggestion, date_field="told_on", changes_stage=False,
         fields=("channel", "person", "phone", "text", "supporters", "outcome")),
    Step("deliberate", "登记协商", BEFORE_FILING, Role.VILLAGE, Deliberation, date_field="held_on", changes_stage=False,
         fields=("meeting", "expected", "present", "agreed", "opposed", "abstained", "result")),
    Step("consult", "征求意见", BEFORE_FILING, Role.VILLAGE, Opinion, date_field="sought_on", changes_stage=False,
         fields=("consulted", "manner", "people", "agreed", "opposed", "gist")),
    Step("post", "项目公示", BEFORE_FILING, Role.VILLAGE, Notice, {"kind": NoticeKind.PROJECT}, date_field="posted_on",
         changes_stage=False, fields=("ends_on", "place", "objection", "answer"), document="project-notice"),
    Step("submit", "申报", BEFORE_FILING, Role.VILLAGE, Project, date_field="submitted_on",
         document="application-form"),
    Step("withdraw", "撤回", (Stage.SUBMITTED, Stage.APPROVED), Role.VILLAGE, Approval,
         {"conclusion": Conclusion.WITHDRAW}, date_field="decided_on", fields=("opinion",)),
    Step("send_back", "退回补正", (Stage.SUBMITTED,), Role.CLERK, Approval,
         {"conclusion": Conclusion.SEND_BACK}, date_field="decided_on", fields=_DECIDES),
    Step("reject", "不予批准", (Stage.SUBMITTED,), Role.LEADER, Approval,
         {"conclusion": Conclusion.REJECT}, date_field="decided_on", fields=_DECIDES),
    Step("approve", "批准", (Stage.SUBMITTED,), Role.LEADER, Approval,
         {"conclusion": Conclusion.AGREE}, date_field="decided_on", fields=("special", "total", *_DECIDES),
         document="approval-form"),
    Step("send", "报送备案", (Stage.APPROVED,), Role.CLERK, Filing, date_field="sent_on", changes_stage=False,
         document="filing-form"),
    Step("lodge", "登记备案", (Stage.APPROVED,), Role.DISTRICT, Filing, {"result": FilingResult.LODGED},
         date_field="lodged_on", fields=("sent_on", "number")),
    Step("return_filing", "备案退补", (Stage.APPROVED,), Role.DISTRICT, Filing, {"result": FilingResult.RETURNED},
         date_field="sent_on", changes_stage=False),
    Step("appoint", "确定实施主体", (Stage.LODGED,), Role.CLERK, Appointment, date_field="appointed_on",
         fields=("manner", "basis", "ceiling", "implementer", "kind", "credit_code", "price", "due_on"),
         document="implementer-form"),
    Step("start", "开工（开展）", (Stage.APPOINTED,), Role.VILLAGE, Progress, {"event": Event.START},
         date_field="happened_on", fields=("percent", "account")),
    Step("advance", "填报进展", (Stage.UNDERWAY,), Role.VILLAGE, Progress, {"event": Event.PROGRESS},
         date_field="happened_on", fields=("percent", "account"), changes_stage=False),
    Step("take_part", "登记社会参与", (*BEFORE_FILING, *LIVE), Role.VILLAGE, Participation, date_field="took_on",
         changes_stage=False,
         fields=("party", "kind", "manner", "amount", "received", "people", "workdays", "price", "basis")),
    Step("disburse", "拨付", IN_HAND, Role.FINANCE, Disbursement, date_field="paid_on", changes_stage=False,
         fields=("amount", "source", "payee", "voucher", "purpose", "handler", "approver"),
         document="disbursement-form"),
    Step("complete", "完工", (Stage.UNDERWAY,), Role.VILLAGE, Progress, {"event": Event.COMPLETE, "percent": 100},
         date_field="happened_on", fields=("account",)),
    Step("accept", "验收", (Stage.COMPLETED,), Role.CLERK, Progress, {"event": Event.ACCEPT, "percent": 100},
         date_field="happened_on", fields=("account",), changes_stage=False),
    Step("settle", "决算", (Stage.COMPLETED,), Role.FINANCE, Settlement, date_field="settled_on", changes_stage=False,
         fields=("special", "matching", "other_fiscal", "donated_cash", "donated_goods", "labour", "self_raised",
               "overhead")),
    Step("post_completion", "完工公示", (Stage.COMPLETED,), Role.VILLAGE, Notice, {"kind": NoticeKind.COMPLETION},
         date_field="posted_on", changes_stage=False, fields=("ends_on", "place", "objection", "answer"),
         document="completion-notice"),
    Step("survey", "登记测评", (Stage.UNDERWAY, Stage.COMPLETED, Stage.CLOSED), Role.CLERK, Survey,
         date_field="surveyed_on",
         changes_stage=False, fields=("assessor", "group", "excellent", "good", "fair", "poor", "bad")),
    Step("post_survey", "测评结果公示", (Stage.UNDERWAY, Stage.COMPLETED, Stage.CLOSED), Role.CLERK, Notice,
         {"kind": NoticeKind.SURVEY}, date_field="posted_on", changes_stage=False,
         fields=("ends_on", "place", "objection", "answer"), document="survey-notice"),
    Step("alter", "申请变更", (Stage.APPROVED, *IN_HAND), Role.VILLAGE, Alteration, date_field="asked_on",
         changes_stage=False,
         fields=("item", "before", "after", "special", "total", "reason")),
    Step("decide_alteration", "批复变更", (Stage.APPROVED, *IN_HAND), Role.LEADER, Alteration,
         {"conclusion": Conclusion.AGREE}, date_field="decided_on", changes_stage=False,
         fields=("asked_on", "item", "before", "after", "special", "total", "reason", "conclusion", "approver",
               "number")),
    Step("refund", "登记退款", (*IN_HAND, Stage.TERMINATED), Role.FINANCE, Refund, date_field="returned_on",
         changes_stage=False,
         fields=("amount", "source", "voucher", "reason")),
    Step("close", "办结", (Stage.COMPLETED,), Role.CLERK, Progress, {"event": Event.CLOSE, "percent": 100},
         date_field="happened_on", fields=("account",)),
    Step("waive", "登记例外批准", (*BEFORE_FILING, *LIVE), Role.LEADER, Waiver, date_field="granted_on",
         changes_stage=False,
         fields=("rule", "authority", "number", "reason")),
    Step("terminate", "终止", (*BEFORE_FILING, *LIVE), Role.LEADER, Progress, {"event": Event.TERMINATE},
         date_field="happened_on", fields=("account",)),
)}
# fmt: on


PATH = (  # the steps of a project that goes well, in order
    "suggest",
    "deliberate",
    "consult",
    "post",
    "submit",
    "approve",
    "send",
    "lodge",
    "appoint",
    "start",
    "disburse",
    "complete",
    "accept",
    "settle",
    "post_completion",
    "survey",
    "close",
)
LANES = {  # role -> the lane of the chart it stands in; the street's three share one
    Role.VILLAGE: 0,
    Role.CLERK: 1,
    Role.LEADER: 1,
    Role.FINANCE: 1,
    Role.DISTRICT: 2,
}


def steps_from(stage: Stage) -> list[Step]:
    """The steps that may be taken from ``stage``, in the order of the table."""
    return [step for step in STEPS.values() if stage in step.stages]
