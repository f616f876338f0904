"""Taking a step: the one action behind every button of the step bar and every command that moves a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from haicang_desk.model.casefile import ATTRIBUTE_OF, Casefile, days_outside
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import (
    Account,
    Approval,
    Link,
    Project,
    Prose,
    Record,
    Waiver,
    limit_violations,
    with_stored_texts,
)
from haicang_desk.model.services.duties import conflict_of_step, why_not_step
from haicang_desk.model.services.evaluation import blocking_findings
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import duty_waiver_of, has_accounts
from haicang_desk.model.values import Blocked, NotYourDuty, StepNotOpen, full_date
from haicang_desk.model.workflow import MAIN_PATH, STEPS, Step, steps_from


def take_step(
    ws: Workspace, project_id: str, name: str, *, on: date, person: str, answers: Mapping[str, Any], key: str = ""
) -> Casefile:
    """Save the record of a step, if stage, fields and rules allow it; returns the casefile after the step.

    The rules are evaluated inside the transaction that writes, so that nothing can change between the two.
    ``answers`` are fields of that record by name; ``key`` makes a retry after an unclear commit harmless.
    Raises StepNotOpen or Blocked, and then nothing is written.
    """
    step = STEPS[name]
    if why := why_not(ws, step, project_id):
        raise NotYourDuty(f"“{step.label}”{why}，没有登记")
    with ws.change(step.label, actor=person, key=key, undoable=False) as change:  # weighed on what it is written to
        for record in _records_of_step(ws, ws.casefile(project_id), step, on, answers):
            change.save(record)
    return ws.casefile(project_id)


def _records_of_step(
    ws: Workspace, before: Casefile, step: Step, on: date, answers: Mapping[str, Any]
) -> Sequence[Record]:
    """What a step saves. Raises StepNotOpen or Blocked where stage, fields or rules do not allow it."""
    if before.stage not in step.stages:
        raise StepNotOpen(
            f"项目处于“{before.stage.label}”，不能办理“{step.label}”；现在可以办理：{_open_steps(before)}"
        )
    policy = ws.policy(before.project.fund_year)
    try:
        written = with_stored_texts(replace(step.proposal(before, on=on, policy=policy), **answers))
    except ValueError as wrong_text:
        raise StepNotOpen(f"“{step.label}”没有登记：{wrong_text}") from wrong_text
    record: Any = signed_by(ws, before, step, written)
    if missing := missing_fields(record, step):
        raise StepNotOpen(f"办理“{step.label}”前请填写：{'、'.join(missing)}")
    if wrong := limit_violations(record):
        raise StepNotOpen(f"“{step.label}”没有登记：{'；'.join(wrong)}，请改正")
    if outside := days_outside(record, before.project.fund_year):
        wrong = [f"{record.fields[name].label}{text}" for name, text in outside.items()]
        raise StepNotOpen(f"“{step.label}”没有登记：{'；'.join(wrong)}，请核对日期")
    records = [record, *step.also_saves(before, record), *leave_used(ws, before, step)]
    proposed = before
    for each in records:
        proposed = proposed.holding(each)
    if findings := blocking_findings(ws, before, proposed, step, on):
        raise Blocked(findings)
    if early := backdated(before, step, getattr(record, step.date_field)):
        raise StepNotOpen(early)
    return records


def why_not(ws: Workspace, step: Step, project_id: str) -> str:
    """Why the person who is signed in may not take a step with a project, whatever its stage; "" where they may."""
    if not has_accounts(ws.conn):
        return ""
    if ws.signer is None:
        return "需先登录"
    account = ws.get(Account, ws.signer.account)
    return why_not_step(ws.conn, account.name, account.duties, step, project_id)


def signed_by(ws: Workspace, case: Casefile, step: Step, record: Record) -> Record:
    """The record of a step, naming the one who is signed in where it names who takes the step.

    Who decides on what they have entered themselves, by leave, stands in it as the one who handled it too.
    """
    if ws.signer is None or not step.acting:
        return record
    named: Any = dict.fromkeys(step.acting, ws.signer.name)
    if isinstance(record, Approval) and conflict_of_step(ws.conn, ws.signer.name, step, case.project.id):
        named["handler"] = ws.signer.name
    return replace(record, **named)


def leave_used(ws: Workspace, case: Casefile, step: Step) -> list[Record]:
    """The 例外 that a step enters by itself: one person does what two should, by the leave that the office has.

    It bears the number of that leave, so that rule R34 and the papers of the project name it.
    """
    if ws.signer is None or (leave := duty_waiver_of(ws.conn)) is None:
        return []
    if not conflict_of_step(ws.conn, ws.signer.name, step, case.project.id):
        return []
    if any(each.rule == "R34" and each.number == leave.number for each in case.waivers):
        return []
    waiver = Waiver(
        project=Link(case.project.id),
        rule="R34",
        authority=leave.authority,
        number=leave.number,
        granted_on=leave.granted_on,
        reason=Prose(f"经办与审批为同一人（{ws.signer.name}）：{leave.reason}"),
    )
    return [waiver]


def missing_fields(record: Record, step: Step) -> list[str]:
    """Labels of the fields that are empty in the record of a step and may not be."""
    needed = [field for field in record.fields.values() if field.required or field.needed_to == step.name]
    return [field.label for field in needed if getattr(record, field.name) in (None, "", 0)]


def backdated(case: Casefile, step: Step, day: date) -> str:
    """Why a step may not bear a date earlier than the stage that it follows; "" where it does not.

    The last decision by date is the one in force: an earlier one would be entered and change nothing.
    """
    stage, since = step.earliest(case)
    if since is None or day >= since:
        return ""
    return f"项目 {full_date(since)}起为“{stage.label}”，“{step.label}”的日期 {full_date(day)}早于这一天，请核对日期"


def _open_steps(case: Casefile) -> str:
    return "、".join(step.label for step in steps_from(case.stage)) or "无"


def next_steps(ws: Workspace, case: Casefile, on: date) -> list[tuple[Step, list[Finding]]]:
    """Every step open at the stage of a project, each with the findings that would block it on this day."""
    return [(step, bars_of(ws, case, step, on)) for step in steps_from(case.stage)]


def bars_of(ws: Workspace, case: Casefile, step: Step, on: date) -> list[Finding]:
    """The findings that would block one step on this day, taken with everything the program knows beforehand."""
    policy = ws.policy(case.project.fund_year)
    proposed = case.holding(step.proposal(case, on=on, policy=policy))
    return blocking_findings(ws, case, proposed, step, on)


def step_history(case: Casefile) -> list[tuple[Step, date | None]]:
    """The steps of the main path, each with the day it was last taken; None for those that are still ahead.

    A step that changes the stage counts as ahead again where the project was sent back to before it. 条文：C072
    """
    history: list[tuple[Step, date | None]] = []
    reached = True
    for step in map(STEPS.__getitem__, MAIN_PATH):
        reached = reached and not (step.changes_stage and case.stage in step.stages)
        history.append((step, last_taken(case, step) if reached or not step.changes_stage else None))
    return history


def last_taken(case: Casefile, step: Step) -> date | None:
    """The day a step was last taken with a project, None where it never was."""
    records: tuple[Any, ...] = (case.project,) if step.record is Project else getattr(case, ATTRIBUTE_OF[step.record])
    days = [
        day
        for record in records
        if all(getattr(record, name) == value for name, value in step.preset.items())
        and (day := getattr(record, step.date_field))
    ]
    return max(days, default=None)
