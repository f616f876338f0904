"""One step taken with many projects in one act: planned row by row, evaluated in order, carried out as one change.

What a step asks once and what it asks each project is declared in ``Step.together``. The rows are evaluated one after
the other on the sums that all rows before them leave behind: two projects that fit singly but not together show it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from haicang_desk.model.balances import ProjectTotals, Register
from haicang_desk.model.casefile import Casefile, days_outside
from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import Policy, ReferenceTables
from haicang_desk.model.records import Record, Street, limit_violations
from haicang_desk.model.rules import (
    RULES,
    RuleContext,
    StreetRuleContext,
    VillageRuleContext,
    project_findings,
    sorted_findings,
    street_findings,
    village_findings,
)
from haicang_desk.model.services.evaluation import reference_tables_of
from haicang_desk.model.services.steps import backdated, last_taken, leave_used, missing_fields, signed_by, why_not
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import ProjectFilter, action_of_key, casefiles, count_by_stage
from haicang_desk.model.values import BatchRefused, ChangedMeanwhile, Refused
from haicang_desk.model.workflow import STEPS, Step, TogetherForm

MOST = 1000  # projects of one act
CHUNK = 10  # projects read at a time: some milliseconds
_MISSES = ("超出", "差", "缺", "少", "多", "应退回")  # words before the yuan that are missing or too many
_LACKS = ("逾期", "没有", "未", "无", "早于", "晚于", "不足", "不是", "已过")  # words that tell what is late or lacking
NAMED = 5  # projects that a refusal names


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One project of a batch: the step it takes, its own answers by field, and whether it goes along.

    ``faults`` are entries of the project that cannot be read, by field, each with what is wrong with it.
    """

    case: Casefile
    step: str
    own: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    ticked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A step for many projects. ``on``: the day of work. ``once``: what is typed once, with the step's day."""

    step: Step
    on: date
    once: Mapping[str, Any]
    rows: tuple[BatchRow, ...]

    @property
    def form(self) -> TogetherForm:
        """What is asked once and what is asked of each project."""
        return form_of(self.step)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that a row may take: the batch's own first."""
        return (self.step, *(STEPS[name] for name in self.form.instead))

    @property
    def ticked(self) -> list[BatchRow]:
        """The rows that go along."""
        return [row for row in self.rows if row.ticked]

    def answers(self, row: BatchRow) -> dict[str, Any]:
        """What is answered for a project: what was typed once, as far as its step asks for it, and its own.

        A row that takes another step than the batch's is not given the remark: the words of an approval are no reason
        for a return.
        """
        step = STEPS[row.step]
        form = form_of(step)
        asked = {name for name in form.once if step is self.step or name != form.remark}
        given = {name: value for name, value in self.once.items() if name in asked}
        if self.step.date_field in self.once:
            given[step.date_field] = self.once[self.step.date_field]
        fields = {step.date_field, *form.once, *form.each}
        return given | {name: value for name, value in row.own.items() if name in fields}

    def record(self, row: BatchRow, policy: Policy) -> Record:
        """The record that a row would save. What follows from the day, such as the end of a notice, follows its own."""
        step, answers = STEPS[row.step], self.answers(row)
        on = answers.get(step.date_field) or self.on
        known: Any = step.proposal(row.case, on=on, policy=policy)
        record: Record = replace(known, **answers)
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck:
    """What was found of one row. ``bars``: what stands against it, in short; empty: it can be carried out.

    ``incomplete``: only entries are missing. ``findings`` are those that stop it and those on the project alone, the
    gravest first, and ``remark`` is that one in short; what is only remarked about village or street is said of the
    sums. ``after``: the sums of its fund year with this row and all before it.
    """

    record: Record | None
    taken_on: date | None = None  # the day a step that is usually taken once was taken already
    bars: tuple[str, ...]
    findings: tuple[Finding, ...]
    after: Register
    incomplete: bool = False
    remark: str = ""
    saves: tuple[Record, ...] = ()


def form_of(step: Step) -> TogetherForm:
    """How a step is taken with many projects. Raises Refused for one that is taken with one project at a time."""
    if step.together is None:
        raise Refused(f"“{step.label}”各项不同，要一项一项地办，请打开项目办理")
    return step.together


def batch_steps_of(ws: Workspace, ids: Sequence[str]) -> list[tuple[Step, int]]:
    """The steps that can be taken with these projects together, each with how many of them are at its stage."""
    stages = count_by_stage(ws.conn, ProjectFilter(among=tuple(ids)))
    found = [(step, sum(stages.get(stage, 0) for stage in step.stages)) for step in STEPS.values() if step.together]
    return [(step, count) for step, count in found if count]


def read_rows_of_batch(ws: Workspace, name: str, ids: Sequence[str]) -> Iterator[BatchRow]:
    """A row for each project, in this order; one that is not at the stage of the step, or has taken it, is not ticked.

    Raises Refused for more than MOST projects, and for a step that is taken with one at a time.
    """
    step, again = STEPS[name], form_of(STEPS[name]).again
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST:
        raise Refused(f"一次最多办理 {MOST:,} 项，选中了 {len(wanted):,} 项，请分几次办理")
    for start in range(0, len(wanted), CHUNK):
        for case in casefiles(ws.conn, wanted[start : start + CHUNK]):
            due = again or step.changes_stage or last_taken(case, step) is None
            yield BatchRow(case=case, step=name, ticked=due and case.stage in step.stages)


def batch_of(ws: Workspace, name: str, rows: Sequence[BatchRow], *, on: date, person: str = "") -> Batch:
    """A batch of these rows with what is known beforehand; what was typed once starts as the first project proposes it.

    ``person`` is 经办人 where the step asks for one.
    """
    step = STEPS[name]
    first = next((row for row in rows if row.ticked), next(iter(rows), None))
    once: dict[str, Any] = {}
    if first is not None:
        known = step.proposal(first.case, on=on, policy=ws.policy(first.case.project.fund_year))
        once = {field: getattr(known, field) for field in (step.date_field, *form_of(step).once)}
    if person and "handler" in once:
        once["handler"] = person
    return Batch(step=step, on=on, once=once, rows=tuple(rows))


class Evaluation:
    """Evaluates the rows of a batch one after the other. What all rows have in common is read from the store once."""

    def __init__(self, ws: Workspace, registers: Mapping[int, Register] | None = None) -> None:
        self._ws = ws
        self._street: Street = ws.street
        self._standing: dict[int, ReferenceTables] = {}
        self._policies: dict[int, Policy] = {}
        self.registers: dict[int, Register] = dict(registers or {})  # by fund year, with the rows seen so far

    def policy(self, year: int) -> Policy:
        """The rule set of a fund year."""
        if year not in self._policies:
            self._policies[year] = self._ws.policy(year)
            self._standing[year] = reference_tables_of(self._ws, year)
            self.registers.setdefault(year, self._ws.register(year))
        return self._policies[year]

    def check(self, batch: Batch, row: BatchRow) -> RowCheck:
        """Evaluate the next row. One that is ticked and not barred moves the sums for those behind it."""
        step, case = STEPS[row.step], row.case
        year = case.project.fund_year
        policy, before = self.policy(year), self.registers.get(year)
        assert before is not None
        if case.stage not in step.stages:
            return RowCheck(record=None, bars=(f"现为“{case.stage.label}”",), findings=(), after=before)
        record = signed_by(self._ws, case, step, batch.record(row, policy))
        records = (record, *step.also_saves(case, record), *leave_used(self._ws, case, step))
        proposed = case
        for each in records:
            proposed = proposed.holding(each)
        was, will_be = ProjectTotals.of(case, search=""), ProjectTotals.of(proposed, search="")
        after = before if was == will_be else before.moved(was, will_be)
        missing = _missing(record, step)
        not_theirs = [why] if (why := why_not(self._ws, step, case.project.id)) else []
        wrong = [*not_theirs, *row.faults.values(), *missing, *_entry_faults(record, case)]
        findings = self._findings(proposed, after, batch.on, step)
        bars = list(dict.fromkeys([*wrong, *(in_short(found) for found in findings if found.stops)]))
        taken = None if step.changes_stage or form_of(step).again else last_taken(case, step)
        day = getattr(record, step.date_field)
        if not bars and day and (early := backdated(case, step, day)):
            bars.append(early)
        if row.ticked and not bars:
            self.registers[year] = after
        kept = sorted((f for f in findings if f.stops or f.scope == "project"), key=lambda f: f.severity.rank)
        return RowCheck(
            record=record,
            taken_on=taken,
            bars=tuple(bars),
            findings=tuple(kept),
            after=self.registers[year],
            remark=in_short(kept[0]) if kept else "",
            incomplete=bool(bars) and bars == missing,
            saves=records,
        )

    def _findings(self, case: Casefile, register: Register, today: date, step: Step) -> list[Finding]:
        """What the rules that guard a step find, given the case and the sums as they would be."""
        year, village = case.project.fund_year, case.village
        common: dict[str, Any] = {"policy": self._policies[year], "today": today, "standing": self._standing[year]}
        context = RuleContext(case=case, register=register, street=self._street, **common)
        findings = project_findings(context, before=step.name)
        findings += village_findings(
            VillageRuleContext(village=village, balance=register.villages[village.id], year=year, **common),
            before=step.name,
        )
        findings += street_findings(
            StreetRuleContext(street=self._street, register=register, year=year, **common),
            before=step.name,
            one_project=True,
        )
        return sorted_findings(findings)


def _missing(record: Record, step: Step) -> list[str]:
    """Which entries of a row are missing."""
    needed = [record.fields[name].label for name in form_of(step).needs if not str(getattr(record, name) or "").strip()]
    faults = []
    if missing := list(dict.fromkeys([*missing_fields(record, step), *needed])):
        faults.append(f"请填写{'、'.join(missing)}")
    if (some := form_of(step).some_of) and not any(getattr(record, name) for name in some):
        faults.append(f"请填写{record.fields[some[0]].label}等")
    return faults


def _entry_faults(record: Record, case: Casefile) -> list[str]:
    """What is wrong with the entries of a row, before any rule is asked."""
    faults = limit_violations(record)
    outside = days_outside(record, case.project.fund_year)
    return faults + [f"{record.fields[name].label}：{text}" for name, text in outside.items()]


def in_short(found: Finding) -> str:
    """A finding in a few words: the yuan that it misses by under the title of its rule, or what is late or lacking."""
    title = next((rule.title for rule in RULES if rule.code == found.rule), "")  # the first of a code names it
    parts = found.message.replace("；", "，").split("，")
    gap = str(found.shortfall) if found.shortfall is not None else ""
    missed = [part for part in parts if gap and gap in part and any(word in part for word in _MISSES)]
    if missed:
        told = min(missed, key=len)
        return told if title in told else f"{title}：{told}"
    lacking = (part for part in parts if "元" not in part and any(word in part for word in _LACKS))
    return next(lacking, title or parts[0])


def evaluate_batch(ws: Workspace, batch: Batch) -> Iterator[RowCheck]:
    """Evaluate every row in order. A row that is not ticked is evaluated too, and moves no sums."""
    evaluation = Evaluation(ws)
    for row in batch.rows:
        yield evaluation.check(batch, row)


def name_of_batch(batch: Batch) -> str:
    """The name of the change in the journal: 批准 25 项，退回补正 5 项."""
    counts = Counter(row.step for row in batch.ticked)
    return "，".join(f"{step.label} {counts[step.name]} 项" for step in batch.steps if counts[step.name])


def is_undoable(batch: Batch) -> bool:
    """Whether one undo takes the whole batch back; decisions and payments are answered by another step instead."""
    return all(form_of(STEPS[row.step]).undoable for row in batch.ticked)


def take_batch(ws: Workspace, batch: Batch, *, person: str, key: str) -> str:
    """Carry out the ticked rows as one change, all or nothing; returns its name.

    Every row is evaluated again inside the transaction, on the sums as they are then. ``key`` makes a retry after an
    unclear commit harmless. Raises Refused where no row is ticked, ChangedMeanwhile where a project is no longer as
    it was when the batch was made, naming it, and BatchRefused where a row is barred; then nothing is written.
    """
    rows = batch.ticked
    if not rows:
        raise Refused("没有勾选项目，没有办理。请勾选要办理的项目")
    name = name_of_batch(batch)
    with ws.change(name, actor=person, key=key, undoable=is_undoable(batch)) as change:
        now = {case.project.id: case for case in casefiles(ws.conn, [row.case.project.id for row in rows])}
        moved = [row.case.project.title for row in rows if now.get(row.case.project.id) != row.case]
        if moved:
            raise ChangedMeanwhile(f"{_some(moved)}在打开之后已由别处改过，整批没有写入。已重新读入，请核对后再办")
        barred: dict[str, tuple[str, ...]] = {}
        evaluation = Evaluation(ws)
        for row in rows:
            checked = evaluation.check(batch, row)
            if checked.bars:
                barred[row.case.project.id] = checked.bars
            for record in checked.saves if not barred else ():
                change.save(record)
        if barred:
            titles = [row.case.project.title for row in rows if row.case.project.id in barred]
            first = next(iter(barred.values()))[0]
            raise BatchRefused(
                f"{_some(titles)}不能办理（{first}），整批没有写入。请改正或取消勾选后再办", barred=barred
            )
    return name


def answer_to(ws: Workspace, batch: Batch) -> tuple[str, dict[str, dict[str, Any]]]:
    """The step that takes a decision back for all its projects, and what each of them answers in it, by project id.

    A payment is refunded as it was paid: same sum, same source. "" where no step does.
    """
    answer = batch.form.answer
    if not answer:
        return "", {}
    form, counting = form_of(STEPS[answer]), form_of(STEPS[answer]).counting
    names = [name for name in form.each if name in batch.step.record.fields and name != counting]
    rows = [row for row in batch.rows if row.step == batch.step.name]
    records = {row.case.project.id: batch.record(row, ws.policy(row.case.project.fund_year)) for row in rows}
    return answer, {each: {name: getattr(record, name) for name in names} for each, record in records.items()}


def taken_under(ws: Workspace, key: str) -> str:
    """The name of the batch that was carried out under a key; "" where there is none, or the store cannot be read."""
    with suppress(sqlite3.Error):
        return action_of_key(ws.conn, key) or ""
    return ""


def _some(titles: Sequence[str]) -> str:
    """Titles in quotation marks, the first few and how many there are."""
    shown = "、".join(f"“{title}”" for title in titles[:NAMED])
    return f"{shown}等 {len(titles)} 项" if len(titles) > NAMED else shown
