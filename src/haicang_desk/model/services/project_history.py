"""The history of one project as sentences, and taking back a single change of it where that is lawful."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import Issue, Project, Prose, Record
from haicang_desk.model.services.editing import save
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import FieldChange, JournalEvent, events_of_change, events_of_project
from haicang_desk.model.values import NotUndoable, Refused
from haicang_desk.model.workflow import STEPS

_STEP_LABELS = {step.label for step in STEPS.values()}
_UNDOING = ("撤销：", "重做：")
_TOLD = 3  # fields that one sentence names
_LONGEST = 24  # characters of a value in a sentence


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of a project. ``text`` says who did what; ``edits`` are all values before and after, by record."""

    seq: int
    at: datetime
    actor: str
    action: str
    seal: str
    text: str
    edits: tuple[tuple[str, FieldChange], ...]
    takes_back: bool  # whether values can be put back to what they were before it
    projects: tuple[str, ...] = ()  # ids of the projects that it touched


def history_of(ws: Workspace, project_id: str) -> list[HistoryLine]:
    """The changes that touched a project or one of its records, latest first."""
    lines = []
    for _, events in groupby(events_of_project(ws.conn, project_id), key=lambda event: event.seq):
        lines.append(_line(list(events)))
    return lines


def change_line(ws: Workspace, seq: int, *, most: int = 0) -> HistoryLine | None:
    """One change as a sentence; None where it touched no record. ``most``: only so many of its records are read."""
    events = events_of_change(ws.conn, seq, most=most)
    return _line(events) if events else None


def _line(events: list[JournalEvent]) -> HistoryLine:
    first = events[0]
    edits = tuple((event.record, edit) for event in events for edit in event.edits)
    by_typing = first.undoable and first.undoes is None
    return HistoryLine(
        seq=first.seq,
        at=first.at,
        actor=first.actor,
        action=first.action,
        seal=first.seal,
        text=f"{first.actor}　{first.at.month}月{first.at.day}日　{_told(events)}",
        edits=edits,
        takes_back=by_typing and any(event.before and not event.new.void for event in events),
        projects=tuple(dict.fromkeys(event.project for event in events if event.project)),
    )


def _told(events: list[JournalEvent]) -> str:
    action = events[0].action
    if action.startswith(_UNDOING):
        return f"{action[:2]}了“{action[3:]}”"
    if action in _STEP_LABELS:
        return f"办理“{action}”" + _details(_given(events))
    if any(event.table == Issue.table for event in events):
        return action
    made = [event for event in events if event.before is None]
    gone = [event for event in events if event.before is not None and event.new.void]
    changed = [event for event in events if event.before is not None and not event.new.void]
    parts = [*_counted("登记", made), *_counted("作废", gone)]
    parts += [
        _moved(edit, "" if event.table == Project.table else event.record) for event in changed for edit in event.edits
    ]
    more = f"等 {len(parts)} 处" if len(parts) > _TOLD else ""
    said = "，".join(parts[:_TOLD]) + more
    reason = action.partition("：")[2] if gone and action.startswith("作废") else ""
    return (said or action) + (f"，理由：{reason}" if reason else "")


def _counted(verb: str, events: Iterable[JournalEvent]) -> Iterator[str]:
    by_kind: dict[str, list[JournalEvent]] = {}
    for event in events:
        by_kind.setdefault(event.record, []).append(event)
    for label, alike in by_kind.items():
        if alike[0].table == Project.table and verb == "登记":
            yield "新建了这个项目"
        elif len(alike) > 1:
            yield f"{verb}{label} {len(alike)} 条"
        else:
            yield f"{verb}{label}{_details(_given(alike))}"


def _given(events: Iterable[JournalEvent]) -> list[str]:
    return [f"{edit.label} {_short(edit.after)}" for event in events for edit in event.edits if edit.after]


def _details(given: list[str]) -> str:
    return f"（{'，'.join(given[:_TOLD])}）" if given else ""


def _moved(edit: FieldChange, record: str) -> str:
    what = f"{record}的{edit.label}" if record else edit.label
    if not edit.before:
        return f"填写{what} {_short(edit.after)}"
    if not edit.after:
        return f"删去{what} {_short(edit.before)}"
    return f"把{what}由 {_short(edit.before)} 改为 {_short(edit.after)}"


def _short(text: str) -> str:
    flat = " ".join(text.split()).removesuffix(".00")
    return f"{flat[:_LONGEST]}…" if len(flat) > _LONGEST else flat


def take_back_change(ws: Workspace, seq: int, *, person: str) -> list[Record]:
    """Put the fields that one change edited back to what they were before it; gives the records as saved.

    Raises NotUndoable for a step or an undo and where a field was changed again since, Fixed for what was decided on,
    Refused where a record is void meanwhile.
    """
    events = events_of_change(ws.conn, seq)
    if not events or not events[0].undoable or events[0].undoes is not None:
        raise NotUndoable("办理步骤和撤销本身不能在这里恢复；请用“撤回”“退回补正”等办理步骤处理")
    current: list[Record] = []
    restored: list[Record] = []
    for event in events:
        old, new = event.old, event.new
        if old is None or new.void:
            continue
        now = ws.get(type(new), new.id)
        moved = [name for name in new.fields if getattr(old, name) != getattr(new, name)]
        if later := [new.fields[name].label for name in moved if getattr(now, name) != getattr(new, name)]:
            raise NotUndoable(f"{'、'.join(later)}之后又改过，没有恢复。请直接在表里改成要的内容")
        current.append(now)
        restored.append(replace(now, **{name: getattr(old, name) for name in moved}))
    if not restored:
        raise Refused("这一次办理没有改动可以恢复的内容")
    return save(ws, restored, action=f"恢复到此前：{events[0].action}"[:200], person=person, expected=current)


def return_note(case: Casefile) -> str:
    """Why a project was sent back, in one sentence, until it is filed again; "" for one that was not."""
    returned = case.sent_back
    if returned is None:
        return ""
    who = returned.approver or returned.handler
    said: Any = returned.opinion or Prose("没有写明理由")
    return f"退回补正（{_on(returned.decided_on)}{f'，{who}' if who else ''}）：{said}"


def _on(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else "日期未填"
