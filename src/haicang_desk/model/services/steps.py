"""Taking a step: the one action behind every button of the step bar and every command that moves a project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from haicang_desk.model.casefile import BELONGS, Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.funding import Funding
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import (
    Alteration,
    Approval,
    Consulted,
    Deliberation,
    Disbursement,
    Filing,
    Labelled,
    Link,
    Notice,
    Opinion,
    Project,
    Prose,
    Record,
    Refund,
    Settlement,
    Stage,
    Suggestion,
    Survey,
    SurveyGroup,
    beyond,
)
from haicang_desk.model.services.evaluation import blocking_findings
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import Blocked, StepNotOpen, full_date, notice_end
from haicang_desk.model.workflow import PATH, STEPS, Step, steps_from


def proposal(case: Casefile, step: Step, *, on: date, policy: Policy) -> Record:
    """The record a step would put, with everything the program knows already filled in."""
    if step.record is Project:
        return replace(case.project, submitted_on=on)
    held: Record | None = _open_filing(case) if step.record is Filing else None
    if step.name == "decide_alteration":
        held = next((asked for asked in reversed(case.alterations) if asked.conclusion is None), None)
    record: Any = held or step.record(**_belongs(case, step))
    record = replace(record, **step.preset)
    if step.date_field:
        record = replace(record, **{step.date_field: on})
    filled: Record = replace(record, **_known(case, step, on, policy))
    return filled


def _belongs(case: Casefile, step: Step) -> dict[str, Any]:
    belongs: dict[str, Any] = {"project": Link(case.project.id)}
    if step.record in (Suggestion, Deliberation, Notice):
        belongs["village"] = case.project.village
    if step.record is Notice:
        belongs["fund_year"] = case.project.fund_year
    return belongs


def _open_filing(case: Casefile) -> Filing | None:
    """A filing sent and not yet answered is the one that the district answers."""
    return next((filing for filing in reversed(case.filings) if filing.result is None), None)


def _known(case: Casefile, step: Step, on: date, policy: Policy) -> dict[str, Any]:
    if step.record is Approval and "special" in step.fields:
        return {"special": case.asked.special, "total": case.asked.total}
    if step.record is Filing and _open_filing(case) is None:
        return {"sent_on": on}
    if step.record is Notice:
        shown = {
            "shown_total": case.funding.total,
            "shown_place": case.project.place,
            "shown_works": case.project.works,
        }
        return {"ends_on": notice_end(on, policy.number_of("notice_days")), "place": "村居公告栏", **shown}
    if step.record is Opinion:
        elderless = case.village.has_elders is False
        groups = [group for group in Consulted if not (elderless and group is Consulted.ELDERS)]
        return _first_left("consulted", groups, case.opinions)
    if step.record is Survey:
        assessor = case.surveys[-1].assessor if case.surveys else ""
        return {"assessor": assessor, **_first_left("group", SurveyGroup, case.surveys)}
    if step.record is Disbursement:
        approved = case.approved or Funding()
        left = max(approved.scheme - case.disbursed, Funding().total)
        return {"amount": left, "payee": case.village.payee or case.village.committee}
    if step.name == "alter":
        held = case.approved or Funding()
        return {"before": Prose(f"核定专项资金 {held.special} 元，总资金 {held.total} 元；地点：{case.project.place}")}
    if step.record is Refund:
        return {"amount": max(case.disbursed - case.funding.scheme, Funding().total)}
    if step.record is Settlement:
        funding, none = case.approved or case.asked, Funding()
        # A total cut below the other sources leaves the village a negative rest, which no settlement can hold.
        sources = {name: max(getattr(funding, name), getattr(none, name)) for name in Funding.__dataclass_fields__}
        given = {name: amount for name, amount in case.confirmed_in_kind.items() if amount}
        return {**sources, **given, "overhead": case.project.overhead}
    return {}


def _first_left(name: str, groups: Iterable[Labelled], held: tuple[Any, ...]) -> dict[str, Any]:
    """The first of the groups to be asked that has not been; nothing where all have."""
    asked = {getattr(record, name) for record in held}
    left = next((group for group in groups if group not in asked), None)
    return {name: left} if left else {}


def missing_fields(record: Record, step: Step) -> list[str]:
    """Labels of the fields that a step's record, or the project it files, may not leave empty."""
    needed = [s for s in record.fields.values() if s.required or s.needed_to == step.name]
    return [said.label for said in needed if getattr(record, said.name) in (None, "", 0)]


def take_step(
    ws: Workspace, project_id: str, name: str, *, on: date, person: str, answers: Mapping[str, Any], key: str = ""
) -> Casefile:
    """Put the record of a step, if stage, fields and rules allow it; gives the casefile as it then stands.

    ``answers`` are fields of that record by name; ``key`` makes a retry after an unclear commit harmless.
    Raises StepNotOpen or Blocked, and then nothing is written.
    """
    step, was = STEPS[name], ws.casefile(project_id)
    if was.stage not in step.stages:
        raise StepNotOpen(f"项目处于“{was.stage.label}”，不能办理“{step.label}”；现在可以办理：{_open_steps(was)}")
    policy = ws.policy(was.project.fund_year)
    record: Any = replace(proposal(was, step, on=on, policy=policy), **answers)
    if missing := missing_fields(record, step):
        raise StepNotOpen(f"办理“{step.label}”前请填写：{'、'.join(missing)}")
    if wrong := beyond(record):
        raise StepNotOpen(f"“{step.label}”没有登记：{'；'.join(wrong)}，请改正")
    proposed, records = was.holding(record), [record]
    if step.name == "submit" and was.approvals:
        answered = replace(was.approvals[-1], answered_on=record.submitted_on)
        proposed, records = proposed.holding(answered), [record, answered]
    if barred := blocking_findings(ws, was, proposed, step, on):
        raise Blocked(barred)
    _refuse_backdated(was, step, getattr(record, step.date_field))
    with ws.change(step.label, actor=person, key=key, undoable=False) as change:
        for each in records:
            change.save(each)
    return ws.casefile(project_id)


def _refuse_backdated(case: Casefile, step: Step, day: date) -> None:
    """A project leaves its stage no earlier than it reached it, and what was approved is altered no earlier.

    The last decision by date is the one in force: one dated before it would be entered and change nothing.
    """
    stage, since = case.staged
    if step.record is Alteration and case.approval:
        stage, since = Stage.APPROVED, case.approval.decided_on
    if (step.changes_stage or step.record is Alteration) and since and day < since:
        raise StepNotOpen(
            f"项目 {full_date(since)}起为“{stage.label}”，“{step.label}”的日期 {full_date(day)}早于这一天，请核对日期"
        )


def _open_steps(case: Casefile) -> str:
    return "、".join(step.label for step in steps_from(case.stage)) or "无"


def next_steps(ws: Workspace, case: Casefile, on: date) -> list[tuple[Step, list[Finding]]]:
    """Every step open at this stage, with the findings that would bar it today."""
    policy = ws.policy(case.project.fund_year)
    found = []
    for step in steps_from(case.stage):
        proposed = case.holding(proposal(case, step, on=on, policy=policy))
        found.append((step, blocking_findings(ws, case, proposed, step, on)))
    return found


def step_history(case: Casefile) -> list[tuple[Step, date | None]]:
    """The steps of a project that goes well, each with the day it was last taken; None for those still ahead.

    A step that moves the stage is ahead again where the project was sent back behind it. 条文：C072
    """
    found: list[tuple[Step, date | None]] = []
    behind = True
    for step in map(STEPS.__getitem__, PATH):
        behind = behind and not (step.changes_stage and case.stage in step.stages)
        found.append((step, _taken(case, step) if behind or not step.changes_stage else None))
    return found


def _taken(case: Casefile, step: Step) -> date | None:
    held: tuple[Any, ...] = (case.project,) if step.record is Project else getattr(case, BELONGS[step.record])
    days = [
        day
        for record in held
        if all(getattr(record, name) == value for name, value in step.preset.items() if name != "percent")
        and (day := getattr(record, step.date_field))
    ]
    return max(days, default=None)
