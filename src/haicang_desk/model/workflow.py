"""The workflow: every step that can be taken with a project, who takes it, and the record it saves.

A new step is one ``Step(…)`` in STEPS. Buttons, dialogs, permissions, refusals and the flow chart follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from haicang_desk.model.casefile import Casefile, new_record
from haicang_desk.model.funding import NONE, Funding
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import (
    Alteration,
    Appointment,
    Approval,
    Conclusion,
    Consulted,
    Deliberation,
    Disbursement,
    Event,
    Filing,
    FilingResult,
    Labelled,
    Notice,
    NoticeKind,
    Opinion,
    PaidFrom,
    Participation,
    Progress,
    Project,
    Prose,
    Record,
    Refund,
    Role,
    Settlement,
    Stage,
    Suggestion,
    Survey,
    SurveyGroup,
    Waiver,
)
from haicang_desk.model.values import notice_end

BEFORE_FILING = (Stage.DRAFT, Stage.SENT_BACK, Stage.WITHDRAWN)
IN_HAND = (Stage.LODGED, Stage.APPOINTED, Stage.UNDERWAY, Stage.COMPLETED)
OPEN_TO_TYPING = (*BEFORE_FILING, Stage.SUBMITTED)  # what is applied for may be edited
LIVE = (Stage.SUBMITTED, Stage.APPROVED, *IN_HAND)
REPORT_PROGRESS = "advance"  # the stored code of 填报进展; the record Advance is 统筹下达, another thing


def _no_defaults(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    return {}


def _new_record(case: Casefile) -> Record | None:
    return None


def _nothing_else(case: Casefile, record: Any) -> Sequence[Record]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherForm:
    """How a step is taken with many projects in one act: what is typed once, and what each project answers for itself.

    A field may stand in both: what is typed once then holds for the projects that have no answer of their own.
    The day of the step is always typed once. Together they name every field that the step asks for.
    """

    once: tuple[str, ...] = ()  # fields typed once for all
    each: tuple[str, ...] = ()  # fields with a column of their own, in this order
    remark: str = ""  # the text field of ``once`` in which projects most often differ; it is typed in the row
    counting: str = ""  # the field of ``each`` that counts up from row to row, such as a voucher number
    needs: tuple[str, ...] = ()  # fields that a person may not leave empty, though the record allows it
    some_of: tuple[str, ...] = ()  # fields of which a batch may not leave all empty
    instead: tuple[str, ...] = ()  # other steps that a row may take in the same act
    again: bool = False  # a project that has taken it usually takes it again; others then start without a tick
    undoable: bool = False  # it registers facts, which one undo takes back; a decision is answered by another step
    answer: str = ""  # the step that answers it, offered for all its projects where it is not undoable


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the workflow: it saves one record, and the stage follows from the records.

    条文：C072
    """

    name: str  # the stored code
    label: str  # on buttons, and the name of the change in the journal
    stages: tuple[Stage, ...]  # at which it may be taken
    role: Role  # who takes it
    record: type[Record]  # what it saves
    preset: Mapping[str, Any] = field(default_factory=dict)  # field values that tell its records from other steps'
    date_field: str = ""  # takes the day of the step
    fields: tuple[str, ...] = ()  # a person is asked for, in this order
    changes_stage: bool = True
    document: str = ""  # name of the document that is offered for printing afterwards
    main_path: bool = False  # a project that goes well takes it: a box of the flow chart
    back: tuple[str, str] | None = None  # an arrow of the flow chart: from the first step back to the second
    repeatable: bool = False  # the dialog offers to enter the next one at once
    together: TogetherForm | None = None  # how it is taken with many projects in one act; None: with one at a time
    defaults: Callable[[Casefile, date, Policy], Mapping[str, Any]] = _no_defaults  # field values known beforehand
    continues: Callable[[Casefile], Record | None] = _new_record  # the existing record it completes; None: a new one
    also_saves: Callable[[Casefile, Any], Sequence[Record]] = _nothing_else  # other records, given the step's own
    not_before: Callable[[Casefile], tuple[Stage, date | None]] | None = None  # stage, and the day it began
    acting: tuple[str, ...] = ()  # fields that name the person who takes the step

    def proposal(self, case: Casefile, *, on: date, policy: Policy, person: str = "") -> Record:
        """The record that this step would save on a day, with everything the program knows already filled in.

        ``person``: who takes it in the window, where the record names that person and does not name one yet.
        """
        record: Any = self.continues(case) or new_record(self.record, case)
        dated = {self.date_field: on} if self.date_field else {}
        acted = {name: person for name in self.acting if person and not getattr(record, name)}
        filled: Record = replace(record, **{**self.preset, **dated, **acted, **self.defaults(case, on, policy)})
        return filled

    def must_be_filled(self, record: Record) -> tuple[str, ...]:
        """The fields of its record that a person must fill in to take this step; imports may bring them later."""
        fields = record.fields.values()
        needed = (each.name for each in fields if each.required or each.needed_to == self.name)
        return tuple(dict.fromkeys((*needed, *(self.together.needs if self.together else ()))))

    def earliest(self, case: Casefile) -> tuple[Stage, date | None]:
        """The stage that this step follows and the day it began; no day where the step may bear any date."""
        if self.not_before:
            return self.not_before(case)
        return case.staged if self.changes_stage else (case.stage, None)


def _since_approval(case: Casefile) -> tuple[Stage, date | None]:
    return (Stage.APPROVED, case.approval.decided_on) if case.approval else case.staged


def _project(case: Casefile) -> Project:
    return case.project


def _open_filing(case: Casefile) -> Filing | None:
    """The filing that was sent and that the district has not answered yet."""
    return next((filing for filing in reversed(case.filings) if filing.result is None), None)


def _open_alteration(case: Casefile) -> Alteration | None:
    """The change that was applied for and not decided yet."""
    return next((change for change in reversed(case.alterations) if change.conclusion is None), None)


def _answered_return(case: Casefile, project: Project) -> Sequence[Record]:
    """Filing again answers the last decision: dates alone can't tell when both happen on one day."""
    return [replace(last, answered_on=project.submitted_on) for last in case.approvals[-1:]]


def _requested_amounts(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    return {"special": case.asked.special, "matching": case.asked.matching, "total": case.asked.total}


def _sent_the_same_day(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    return {} if _open_filing(case) else {"sent_on": on}


def _shown_on_notice(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    return {
        "ends_on": notice_end(on, policy.number_of("notice_days")),
        "place": "村居公告栏",
        "shown_total": case.funding.total,
        "shown_place": case.project.place,
        "shown_works": case.project.works,
    }


def _group_not_consulted(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    no_elders = case.village.has_elders is False
    groups = [group for group in Consulted if not (no_elders and group is Consulted.ELDERS)]
    return _first_left("consulted", groups, case.opinions)


def _group_not_surveyed(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    assessor = case.surveys[-1].assessor if case.surveys else ""
    return {"assessor": assessor, **_first_left("group", SurveyGroup, case.surveys)}


def _first_left(name: str, groups: Iterable[Labelled], records: tuple[Any, ...]) -> dict[str, Any]:
    """The first group for which there is no record yet, as the value of a field; nothing where all have one."""
    answered = {getattr(record, name) for record in records}
    left = next((group for group in groups if group not in answered), None)
    return {name: left} if left else {}


def _amount_left(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    due = case.settled or case.approved or Funding()
    left = {source: max(getattr(due, source.code) - case.paid[source], NONE) for source in PaidFrom}
    source = next((source for source, amount in left.items() if amount), PaidFrom.SPECIAL)
    amount = min(left[source], case.undisbursed)
    return {"amount": amount, "source": source, "payee": case.village.payee or case.village.committee}


def _amount_overpaid(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    """The source paid most above what it may have: nothing of a stopped project or of one without approval in force."""
    may_keep = Funding() if case.stopped else case.settled or case.approved or Funding()
    over = {source: paid - getattr(may_keep, source.code) for source, paid in case.paid.items() if paid > NONE}
    source = max(over, key=lambda each: over[each], default=PaidFrom.SPECIAL)
    return {"amount": max(over.get(source, NONE), NONE), "source": source}


def _approved_before_change(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    funding = case.approved or Funding()
    text = f"核定专项资金 {funding.special} 元，总资金 {funding.total} 元；地点：{case.project.place}"
    return {"before": Prose(text)}


def _approved_and_given(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    funding = case.approved or case.asked
    # A total cut below the other sources leaves the village a negative rest, which no settlement can hold.
    sources = {name: max(getattr(funding, name), NONE) for name in Funding.__dataclass_fields__}
    given = {name: amount for name, amount in case.given.items() if amount}
    return {**sources, **given, "overhead": case.project.overhead}


def _all_done(case: Casefile, on: date, policy: Policy) -> Mapping[str, Any]:
    return {"percent": 100}


_TOLD = ("channel", "person", "phone", "text", "supporters", "outcome")
_MEETING = ("meeting", "expected", "present", "agreed", "opposed", "abstained", "result")
_CONSULTED = ("consulted", "manner", "people", "agreed", "opposed", "gist", "adopted")
_DECISION = ("opinion", "approver", "number")
_POSTING = ("ends_on", "place", "objection", "answer")
_POSTED = TogetherForm(once=_POSTING, remark="objection", undoable=True)
_PROGRESS = ("percent", "account", "late_reason")
_GIVEN = ("donated_cash", "donated_goods", "labour", "self_raised")
_SETTLED = ("special", "matching", "other_fiscal", *_GIVEN, "overhead")
_BALLOTS = ("excellent", "good", "fair", "poor", "bad")
_CHANGE = ("item", "before", "after", "special", "total", "reason")
_SURVEYED = (Stage.UNDERWAY, Stage.COMPLETED, Stage.CLOSED)
_CHANGEABLE = (Stage.APPROVED, *IN_HAND)
_OPEN = (*BEFORE_FILING, *LIVE)
_PAID = (Stage.SENT_BACK, Stage.REJECTED, Stage.WITHDRAWN, *_CHANGEABLE, Stage.CLOSED, Stage.TERMINATED)
_WAIVABLE = (*_OPEN, Stage.REJECTED, Stage.CLOSED, Stage.TERMINATED)  # leave to keep what was paid comes late

# fmt: off
STEPS: Mapping[str, Step] = {step.name: step for step in (
    Step("suggest", "登记意见", BEFORE_FILING, Role.VILLAGE, Suggestion, date_field="told_on",
         fields=_TOLD, changes_stage=False, main_path=True, repeatable=True,
         together=TogetherForm(once=_TOLD, each=("supporters",), remark="text", again=True, undoable=True)),
    Step("deliberate", "登记协商", BEFORE_FILING, Role.VILLAGE, Deliberation, date_field="held_on",
         fields=_MEETING, changes_stage=False, main_path=True,
         together=TogetherForm(once=_MEETING, each=("agreed", "opposed", "abstained"), remark="result",
                               undoable=True)),
    Step("consult", "征求意见", BEFORE_FILING, Role.VILLAGE, Opinion, date_field="sought_on",
         fields=_CONSULTED, defaults=_group_not_consulted,
         changes_stage=False, main_path=True, repeatable=True,
         together=TogetherForm(once=_CONSULTED, each=("people", "agreed", "opposed"), remark="gist", again=True,
                               undoable=True)),
    Step("post", "项目公示", BEFORE_FILING, Role.VILLAGE, Notice, {"kind": NoticeKind.PROJECT}, "posted_on",
         fields=_POSTING, defaults=_shown_on_notice, document="project-notice", changes_stage=False, main_path=True,
         together=_POSTED),
    Step("submit", "申报", BEFORE_FILING, Role.VILLAGE, Project, date_field="submitted_on",
         continues=_project, also_saves=_answered_return, document="application-form", main_path=True,
         together=TogetherForm(answer="withdraw")),
    Step("withdraw", "撤回", (Stage.SUBMITTED, Stage.APPROVED), Role.VILLAGE, Approval,
         {"conclusion": Conclusion.WITHDRAW}, "decided_on", fields=("opinion",),
         together=TogetherForm(once=("opinion",), remark="opinion", answer="submit")),
    Step("send_back", "退回补正", (Stage.SUBMITTED,), Role.CLERK, Approval,
         {"conclusion": Conclusion.SEND_BACK}, "decided_on", fields=_DECISION, back=("approve", "submit"),
         acting=("approver",),
         together=TogetherForm(once=_DECISION, remark="opinion", needs=("opinion",), answer="submit")),
    Step("reject", "不予批准", (Stage.SUBMITTED,), Role.LEADER, Approval,
         {"conclusion": Conclusion.REJECT}, "decided_on", fields=_DECISION, acting=("approver",),
         together=TogetherForm(once=_DECISION, remark="opinion", needs=("opinion",))),
    Step("approve", "批准", (Stage.SUBMITTED,), Role.LEADER, Approval,
         {"conclusion": Conclusion.AGREE}, "decided_on", fields=("special", "matching", "total", *_DECISION),
         defaults=_requested_amounts, document="approval-form", main_path=True, acting=("approver",),
         together=TogetherForm(once=_DECISION, each=("special", "matching", "total"), remark="opinion",
                               instead=("send_back", "reject"), answer="withdraw")),
    Step("send", "报送备案", (Stage.APPROVED,), Role.CLERK, Filing, date_field="sent_on",
         continues=_open_filing, document="filing-form", changes_stage=False, main_path=True, together=TogetherForm()),
    Step("lodge", "登记备案", (Stage.APPROVED,), Role.DISTRICT, Filing, {"result": FilingResult.LODGED}, "lodged_on",
         fields=("sent_on", "number"), continues=_open_filing, defaults=_sent_the_same_day, main_path=True,
         together=TogetherForm(each=("number", "sent_on"), counting="number", instead=("return_filing",))),
    Step("return_filing", "备案退补", (Stage.APPROVED,), Role.DISTRICT, Filing, {"result": FilingResult.RETURNED},
         "sent_on", continues=_open_filing, changes_stage=False, back=("lodge", "send"), together=TogetherForm()),
    Step("appoint", "确定实施主体", (Stage.LODGED,), Role.CLERK, Appointment, date_field="appointed_on",
         fields=("manner", "basis", "ceiling", "implementer", "kind", "credit_code", "price", "due_on", "sole_reason"),
         document="implementer-form", main_path=True,
         together=TogetherForm(once=("manner", "basis", "kind", "sole_reason"), remark="sole_reason",
                               each=("implementer", "credit_code", "ceiling", "price", "due_on"))),
    Step("start", "开工（开展）", (Stage.APPOINTED,), Role.VILLAGE, Progress, {"event": Event.START}, "happened_on",
         fields=_PROGRESS, main_path=True,
         together=TogetherForm(once=_PROGRESS, each=("late_reason",), remark="account")),
    Step(REPORT_PROGRESS, "填报进展", (Stage.UNDERWAY,), Role.VILLAGE, Progress, {"event": Event.PROGRESS},
         "happened_on", fields=_PROGRESS, changes_stage=False,
         together=TogetherForm(once=("account", "late_reason"), each=("percent", "late_reason"), remark="account",
                               again=True, undoable=True)),
    Step("take_part", "登记社会参与", _OPEN, Role.VILLAGE, Participation, date_field="took_on",
         fields=("party", "kind", "manner", "form", "amount", "received", "people", "workdays", "price", "basis"),
         changes_stage=False, repeatable=True,
         together=TogetherForm(once=("party", "kind", "manner", "form", "received", "price", "basis"),
                               each=("amount", "people", "workdays"), again=True,
                               undoable=True)),
    Step("disburse", "拨付", IN_HAND, Role.FINANCE, Disbursement, date_field="paid_on",
         fields=("amount", "source", "payee", "voucher", "purpose", "handler", "approver"), defaults=_amount_left,
         document="disbursement-form", changes_stage=False, main_path=True, acting=("handler",),
         together=TogetherForm(once=("purpose", "handler", "approver"), each=("amount", "voucher", "source", "payee"),
                               counting="voucher", needs=("voucher", "handler", "approver"), again=True,
                               answer="refund")),
    Step("complete", "完工", (Stage.UNDERWAY,), Role.VILLAGE, Progress, {"event": Event.COMPLETE}, "happened_on",
         fields=("account", "late_reason"), defaults=_all_done, main_path=True,
         together=TogetherForm(once=("account", "late_reason"), each=("late_reason",), remark="account")),
    Step("accept", "验收", (Stage.COMPLETED,), Role.CLERK, Progress, {"event": Event.ACCEPT}, "happened_on",
         fields=("account",), defaults=_all_done, changes_stage=False, main_path=True,
         together=TogetherForm(once=("account",), remark="account", undoable=True)),
    Step("settle", "决算", (Stage.COMPLETED,), Role.FINANCE, Settlement, date_field="settled_on",
         fields=_SETTLED, defaults=_approved_and_given, changes_stage=False, main_path=True,
         together=TogetherForm(each=_SETTLED)),
    Step("post_completion", "完工公示", (Stage.COMPLETED,), Role.VILLAGE, Notice, {"kind": NoticeKind.COMPLETION},
         "posted_on", fields=_POSTING, defaults=_shown_on_notice, document="completion-notice",
         changes_stage=False, main_path=True, together=_POSTED),
    Step("survey", "登记测评", _SURVEYED, Role.CLERK, Survey, date_field="surveyed_on",
         fields=("assessor", "group", *_BALLOTS), defaults=_group_not_surveyed,
         changes_stage=False, main_path=True, repeatable=True,
         together=TogetherForm(once=("assessor", "group"), each=_BALLOTS, some_of=_BALLOTS, again=True, undoable=True)),
    Step("post_survey", "测评结果公示", _SURVEYED, Role.CLERK, Notice, {"kind": NoticeKind.SURVEY}, "posted_on",
         fields=_POSTING, defaults=_shown_on_notice, document="survey-notice", changes_stage=False,
         together=_POSTED),
    Step("alter", "申请变更", _CHANGEABLE, Role.VILLAGE, Alteration, date_field="asked_on", fields=_CHANGE,
         defaults=_approved_before_change, not_before=_since_approval, changes_stage=False),
    Step("decide_alteration", "批复变更", _CHANGEABLE, Role.LEADER, Alteration, {"conclusion": Conclusion.AGREE},
         "decided_on", fields=("asked_on", *_CHANGE, "conclusion", "approver", "number"),
         continues=_open_alteration, not_before=_since_approval, changes_stage=False, acting=("approver",)),
    Step("refund", "登记退款", _PAID, Role.FINANCE, Refund, date_field="returned_on",
         fields=("amount", "source", "voucher", "reason"), defaults=_amount_overpaid, changes_stage=False,
         together=TogetherForm(once=("reason",), each=("amount", "voucher", "source"), remark="reason",
                               counting="voucher", needs=("voucher", "reason"), again=True)),
    Step("close", "办结", (Stage.COMPLETED,), Role.CLERK, Progress, {"event": Event.CLOSE}, "happened_on",
         fields=("account",), defaults=_all_done, main_path=True,
         together=TogetherForm(once=("account",), remark="account")),
    Step("waive", "登记例外批准", _WAIVABLE, Role.LEADER, Waiver, date_field="granted_on",
         fields=("rule", "authority", "number", "reason"), changes_stage=False,
         together=TogetherForm(once=("rule", "authority", "number", "reason"), remark="reason")),
    Step("terminate", "终止", _OPEN, Role.LEADER, Progress, {"event": Event.TERMINATE}, "happened_on",
         fields=("account",), together=TogetherForm(once=("account",), remark="account", needs=("account",))),
)}
# fmt: on

MAIN_PATH = tuple(step.name for step in STEPS.values() if step.main_path)  # of a project that goes well, in order
LANES = {  # role -> lane of the flow chart; the three roles of the street share one
    Role.VILLAGE: 0,
    Role.CLERK: 1,
    Role.LEADER: 1,
    Role.FINANCE: 1,
    Role.DISTRICT: 2,
}


def steps_from(stage: Stage) -> list[Step]:
    """The steps that may be taken at ``stage``, in the order of the table."""
    return [step for step in STEPS.values() if stage in step.stages]
