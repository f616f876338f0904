"""The bin (回收站): records that were voided, by whom, when and why, and bringing one back where that is lawful."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from haicang_desk.model.casefile import ATTRIBUTE_OF
from haicang_desk.model.records import STORE_ONLY, BudgetLine, Project, Record, Village
from haicang_desk.model.services.editing import budget_is_fixed
from haicang_desk.model.services.evaluation import blocking_findings
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import TABLES, Voiding, current_row, names_of, to_record, voidings
from haicang_desk.model.values import Blocked, Fixed, Refused
from haicang_desk.model.workflow import STEPS, Step

_VOIDED, _UNDONE, _MERGED = "作废", "撤销：", "村居合并"
_SHOWN = 3  # fields that tell a record from others


@dataclass(frozen=True, slots=True)
class VoidedRecord:
    """A record in the bin. ``reason`` as it was given; of what an undo took back, which change that was."""

    record: Record
    name: str  # 楼道照明更换
    belongs: str  # the project or village it belongs to; "" for neither
    actor: str
    at: datetime
    action: str
    reason: str


def voided_records(ws: Workspace) -> list[VoidedRecord]:
    """What is in the bin, the latest first."""
    void_now = [
        (each, record)
        for each in voidings(ws.conn)
        if TABLES[each.table] not in STORE_ONLY and (record := _current(ws, each)) is not None
    ]
    projects = names_of(ws.conn, Project.table, (_link(record, "project") for _, record in void_now))
    villages = names_of(ws.conn, Village.table, (_link(record, "village") for _, record in void_now))
    return [
        VoidedRecord(
            record=record,
            name=_name(record),
            belongs=projects.get(_link(record, "project")) or villages.get(_link(record, "village"), ""),
            actor=each.actor,
            at=each.at,
            action=each.action,
            reason=_reason(each),
        )
        for each, record in void_now
    ]


def _link(record: Record, name: str) -> str:
    return str(getattr(record, name, "") or "")


def _current(ws: Workspace, voided: Voiding) -> Record | None:
    row = current_row(ws.conn, voided.table, voided.row_id)
    return None if row is None else to_record(TABLES[voided.table], row.values())


def _name(record: Record) -> str:
    """What tells a record from others: its title or name, else the first fields that are filled in."""
    for name in ("title", "name"):
        if text := str(getattr(record, name, "") or ""):
            return text
    filled = [text for name, field in record.fields.items() if not field.refers and (text := field.show(record))]
    return "　".join(" ".join(text.split())[:30] for text in filled[:_SHOWN])


def _reason(voided: Voiding) -> str:
    if voided.action.startswith(_VOIDED) and "：" in voided.action:
        return voided.action.partition("：")[2]
    return voided.action


def restore_voided(ws: Workspace, voided: VoidedRecord, *, person: str, on: date) -> Record:
    """Bring a record back from the bin as it was, in one change that can be undone.

    Raises Refused, in words, where what it belongs to is void itself, where the same is registered again, or where two
    villages were merged; Fixed where it is a decision that the stage of a project rests on; Blocked where rules forbid
    it; ChangedMeanwhile where it is no longer as shown.
    """
    record = voided.record
    back = replace(record, void=False)
    if isinstance(record, Village) and voided.action.startswith(_MERGED):
        raise Refused(f"“{record.name}”已并入别的村居，它的项目都在那里。恢复会出现两个同样的村居，没有恢复")
    _refuse_orphan(ws, back)
    _refuse_twin(ws, back)
    _refuse_effect(ws, back, on)
    with ws.change(f"恢复{record.label}：{voided.name}"[:200], actor=person) as change:
        return change.save(back, expected=record)


def _refuse_orphan(ws: Workspace, record: Record) -> None:
    for name, field in record.fields.items():
        if field.refers and (link := getattr(record, name)):
            cls = TABLES[field.refers]
            if not ws.all(cls, id=link):
                raise Refused(f"它所属的{cls.label}已作废，请先恢复那个{cls.label}，再恢复这条{record.label}")


def _refuse_twin(ws: Workspace, record: Record) -> None:
    """Raises Refused where the same is registered again, by the fields that make a record of its kind."""
    keys = [name for name in record.key if name in record.fields]
    values = [getattr(record, name) for name in keys]
    if keys and all(value not in (None, "") for value in values):
        same: Iterable[Any] = (each for each in ws.all(type(record)) if each.id != record.id)
        if any([getattr(each, name) for name in keys] == values for each in same):
            what = "、".join(record.fields[name].label for name in keys)
            raise Refused(f"台账里已有同样的{record.label}（{what}相同），没有恢复，以免重复")


def _refuse_effect(ws: Workspace, record: Record, on: date) -> None:
    """Raises Fixed or Blocked where the project of a record would be otherwise than its steps made it."""
    if type(record) not in ATTRIBUTE_OF or not getattr(record, "project", ""):
        return
    case = ws.casefile(getattr(record, "project"))  # noqa: B009
    proposed = case.holding(record)
    own = [step for step in STEPS.values() if step.record is type(record) and _is_of(step, record)]
    if deciding := [step.label for step in own if step.changes_stage]:
        raise Fixed(f"这条{record.label}由“{deciding[0]}”登记，决定项目的办理阶段，没有恢复。请在项目页重新办理")
    if isinstance(record, BudgetLine) and budget_is_fixed(case):
        raise Fixed(f"项目{case.stage.label}，预算明细不能再改动，没有恢复")
    for step in own:
        if findings := blocking_findings(ws, case, proposed, step, on):
            raise Blocked(findings)


def _is_of(step: Step, record: Record) -> bool:
    return all(getattr(record, name) == value for name, value in step.preset.items())
