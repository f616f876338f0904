"""The rows of a batch as Qt reads and edits them: ticks, each project's own answers, and what was found of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.policy import policy_for
from haicang_desk.model.records import Approval, Disbursement, Field, Refund, Settlement
from haicang_desk.model.records.fields import show_value
from haicang_desk.model.services import Batch, BatchRow, RowCheck, form_of, in_short
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import LEFT, RIGHT
from haicang_desk.ui.widgets.editors import EDITORS

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
TICK, TITLE, STEP, KNOWN, OWN, CHECK, REMARK = "tick", "title", "step", "known", "own", "check", "remark"
AS_ABOVE = ".."  # typed: the same as in the row above

KNOWN_SUMS: Mapping[type, tuple[str, Callable[[Casefile], Money | None]]] = {
    Approval: ("申报专项", lambda case: case.asked.scheme),
    Disbursement: ("未拨付", lambda case: case.undisbursed),
    Refund: ("已拨付", lambda case: case.disbursed),
    Settlement: ("核定专项", lambda case: case.approved.scheme if case.approved else None),
}  # the record that a step saves -> the sum that its amounts are held against


@dataclass(frozen=True, slots=True)
class BatchColumn:
    """One column. ``kind`` is one of the names above; ``field`` that of the record which the column answers."""

    kind: str
    label: str
    width: float  # in Chinese characters
    field: Field | None = None
    right: bool = False

    @property
    def editable(self) -> bool:
        """Whether something can be typed or chosen in it."""
        return self.kind in (STEP, OWN, REMARK)


def columns_of(batch: Batch) -> list[BatchColumn]:
    """The columns of a batch. One of an amount of which no project has any is left out, but for the first."""
    record = batch.step.record
    columns = [BatchColumn(TICK, "", 2.6), BatchColumn(TITLE, "项目", 9)]
    if len(batch.steps) > 1:
        columns.append(BatchColumn(STEP, "办理", 6.4))
    if record in KNOWN_SUMS:
        columns.append(BatchColumn(KNOWN, KNOWN_SUMS[record][0], 7.4, right=True))
    for name in batch.form.each:
        field = record.fields[name]
        if field.kind is Money and name != batch.form.each[0] and not _has_any(batch, name):
            continue
        columns.append(BatchColumn(OWN, field.label, _width(field), field, right=field.kind in (Money, int)))
    columns.append(BatchColumn(CHECK, "检查", 11))
    if batch.form.remark:
        columns.append(BatchColumn(REMARK, "不同处", 7, record.fields[batch.form.remark]))
    return columns


def _has_any(batch: Batch, name: str) -> bool:
    """Whether any project answers a field or is proposed something other than nothing for it."""
    policies = {year: policy_for(year) for year in {row.case.project.fund_year for row in batch.rows}}
    open_rows = (row for row in batch.rows if row.case.stage in batch.step.stages)
    return any(
        name in row.own
        or getattr(batch.step.proposal(row.case, on=batch.on, policy=policies[row.case.project.fund_year]), name)
        for row in open_rows
    )


def _width(field: Field) -> float:
    if field.kind is Money:
        return 8
    if field.kind is int:
        return max(4.6, len(field.label) + 1)
    if field.kind is Enum:
        return min(max(len(member.label) for member in field.type) + 2.2, 11)
    return max(7 if field.kind is date or field.longest <= 40 else 11, len(field.label) + 1.5)


class BatchRows(QAbstractTableModel):
    """The rows of one batch. ``moved`` gives the first row from which on the sums may be others."""

    moved = Signal(int)

    def __init__(self, choices: Choices) -> None:
        super().__init__()
        self._choices = choices
        self.columns: list[BatchColumn] = []
        self.rows: list[BatchRow] = []
        self.typed: list[dict[str, str]] = []  # of each row, what was typed by field, for drafts
        self.checks: list[RowCheck | None] = []
        self._batch: Batch | None = None
        self._editors: dict[str, Any] = {}

    # the batch

    def show_batch(self, batch: Batch, typed: Sequence[dict[str, str]] = ()) -> None:
        """Show another batch."""
        self.beginResetModel()
        self._batch, self.rows = batch, list(batch.rows)
        self.typed = [dict(each) for each in typed] or [{} for _ in self.rows]
        self.checks = [None] * len(self.rows)
        self.columns, self._editors = columns_of(batch), {}
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._batch, self.rows, self.typed, self.checks, self.columns = None, [], [], [], []
        self.endResetModel()

    @property
    def batch(self) -> Batch | None:
        """The batch as it is answered now."""
        return None if self._batch is None else replace(self._batch, rows=tuple(self.rows))

    @property
    def step_name(self) -> str:
        """The code of the step that rows take unless told otherwise."""
        return self._batch.step.name if self._batch is not None else ""

    def set_once(self, once: Mapping[str, Any]) -> None:
        """Other answers that hold for all."""
        if self._batch is not None and dict(once) != dict(self._batch.once):
            self._batch = replace(self._batch, once=dict(once))
            self.moved.emit(0)

    def set_check(self, number: int, check: RowCheck | None) -> None:
        """Show what was found of a row."""
        self.checks[number] = check
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(self.columns) - 1))

    def goes(self, number: int) -> bool:
        """Whether a row goes along: it is wanted, and nothing bars it."""
        check = self.checks[number]
        return self.rows[number].ticked and check is not None and not check.bars

    def waits(self, number: int) -> bool:
        """Whether a row is wanted and only waits for entries that are missing."""
        check = self.checks[number]
        return self.rows[number].ticked and check is not None and check.incomplete

    def is_barred(self, number: int) -> bool:
        """Whether a row is wanted and cannot go along."""
        check = self.checks[number]
        return self.rows[number].ticked and check is not None and bool(check.bars)

    # answers

    def set_ticked(self, numbers: Sequence[int], ticked: bool) -> None:
        """Have rows go along or not."""
        for number in numbers:
            self.rows[number] = replace(self.rows[number], ticked=ticked)
        self._moved(numbers)

    def set_step(self, numbers: Sequence[int], name: str) -> None:
        """Have rows take a step of the batch."""
        for number in numbers:
            self.rows[number] = replace(self.rows[number], step=name, ticked=True)
        self._moved(numbers)

    def set_own(self, number: int, own: Mapping[str, Any]) -> None:
        """Give a row answers of its own in place of those it had."""
        self.rows[number] = replace(self.rows[number], own=dict(own), faults={}, ticked=True)
        shown = {name: self._editor(name) for name in own}
        for name, editor in shown.items():
            editor.set_value(own[name])
        self.typed[number] = {name: editor.raw() for name, editor in shown.items()}
        self._moved([number])

    def set_text(self, number: int, name: str, text: str) -> None:
        """Type an answer of a row: "" takes back what was typed, ``..`` takes the answer of the row above."""
        row, typed = self.rows[number], self.typed[number]
        own = {key: value for key, value in row.own.items() if key != name}
        faults = {key: value for key, value in row.faults.items() if key != name}
        typed.pop(name, None)
        if text.strip() == AS_ABOVE and number:
            text = self.text_of(number - 1, name)
        if text.strip():
            typed[name] = text
            editor = self._editor(name)
            editor.set_raw(text)
            try:
                own[name] = editor.value()
            except ValueError as wrong:
                faults[name] = f"{self._field(name).label}：{wrong}"
        self.rows[number] = replace(row, own=own, faults=faults)

    def take_draft(self, number: int, typed: Mapping[str, str], step: str) -> None:
        """Type kept entries into a row again; ``step``: the one it takes, "" for that of the batch."""
        for name, text in typed.items():
            if self._batch is not None and name in self._batch.step.record.fields:
                self.set_text(number, name, str(text))
        self.rows[number] = replace(self.rows[number], step=step or self.rows[number].step)

    def set_wanted(self, number: int, ticked: bool) -> None:
        """Have a row go along or not, without evaluating anything yet."""
        self.rows[number] = replace(self.rows[number], ticked=ticked)

    def type_text(self, numbers: Sequence[int], name: str, text: str) -> None:
        """Type one answer into several rows, which then go along."""
        for number in numbers:
            self.set_text(number, name, text)
            self.rows[number] = replace(self.rows[number], ticked=True)
        self._moved(numbers)

    def fill_down(self, first: int, numbers: Sequence[int], column: int) -> None:
        """Give rows what the first one has in a column; a number that counts up goes on from row to row."""
        shown, batch = self.columns[column], self._batch
        if batch is None or not numbers:
            return
        if shown.kind == STEP:
            self.set_step(numbers, self.rows[first].step)
        elif shown.kind == TICK:
            self.set_ticked(numbers, self.rows[first].ticked)
        elif shown.field is not None:
            name, text = shown.field.name, self.text_of(first, shown.field.name)
            for number in numbers:
                text = next_number(text) if name == batch.form.counting else text
                self.set_text(number, name, text)
            self._moved(numbers)

    def text_of(self, number: int, name: str) -> str:
        """An answer of a row as it would be typed."""
        if name in self.typed[number]:
            return self.typed[number][name]
        editor = self._editor(name)
        editor.set_value(self._value(number, name))
        return str(editor.raw())

    def _editor(self, name: str) -> Any:
        """An editor out of sight, which reads and writes what forms read and write."""
        if name not in self._editors:
            field = self._field(name)
            self._editors[name] = EDITORS[field.kind](field, self._choices)
        return self._editors[name]

    def _field(self, name: str) -> Field:
        assert self._batch is not None
        return self._batch.step.record.fields[name]

    def _value(self, number: int, name: str) -> Any:
        row, check = self.rows[number], self.checks[number]
        if name in row.own:
            return row.own[name]
        return getattr(check.record, name, None) if check is not None and check.record is not None else None

    def _moved(self, numbers: Sequence[int]) -> None:
        if numbers:
            first = min(numbers)
            self.dataChanged.emit(self.index(first, 0), self.index(max(numbers), len(self.columns) - 1))
            self.moved.emit(first)

    # as Qt reads them

    def rowCount(self, parent: Index = ROOT) -> int:
        """The number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What can be done with a cell."""
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and self.columns[index.column()].editable:
            return usual | Qt.ItemFlag.ItemIsEditable
        return usual

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Heading and alignment of a column."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].label
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if self.columns[section].right else LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text of a cell: as shown, as typed, as a tool tip says it, and as a screen reader does."""
        if not index.isValid():
            return None
        number, column = index.row(), self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.shown(number, column)
        if role == Qt.ItemDataRole.EditRole and column.field is not None:
            return self.text_of(number, column.field.name)
        if role == Qt.ItemDataRole.EditRole and column.kind == STEP:
            return self.rows[number].step
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.told(number) if column.kind == CHECK else self.shown(number, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            title, text = self.rows[number].case.project.title, self.shown(number, column)
            return f"{title}　{column.label}　{text}" if column.kind != TICK else f"{title}　{text}"
        return RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and column.right else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed or chosen in a cell."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        number, column = index.row(), self.columns[index.column()]
        if column.kind == STEP:
            if value != self.rows[number].step:
                self.set_step([number], value)
        elif column.field is not None and value != self.text_of(number, column.field.name):
            self.type_text([number], column.field.name, value)
        return True

    def shown(self, number: int, column: BatchColumn) -> str:
        """The text of a cell."""
        row = self.rows[number]
        if column.kind == TICK:
            return "办" if self.goes(number) else "不办"
        if column.kind == TITLE:
            return f"{row.case.project.title}\n{row.case.village.name}"
        if column.kind == STEP:
            return STEPS[row.step].label
        if column.kind == KNOWN:
            known = KNOWN_SUMS[STEPS[row.step].record][1](row.case)
            return "" if known is None else str(known)
        if column.kind == CHECK:
            return self.verdict(number)[0]
        return self._answer(number, column)

    def _answer(self, number: int, column: BatchColumn) -> str:
        assert column.field is not None and self._batch is not None
        row, name = self.rows[number], column.field.name
        if name in row.faults:
            return self.typed[number].get(name, "")
        if column.kind == REMARK:
            others = [text for key, text in self.differing(number) if key != name]
            own = " ".join(str(row.own.get(name) or "").split())
            return "；".join([*([own] if own else []), *others])
        form = STEPS[row.step].together
        if form is not None and name not in (*form.once, *form.each):
            return "—"
        return show_value(self._value(number, name))

    def differing(self, number: int) -> list[tuple[str, str]]:
        """What a row answers otherwise than all, by field, in words; what has a column of its own is left out."""
        own, apart = self.rows[number].own, {column.field.name for column in self.columns if column.field}
        return [(name, f"{self._field(name).label} {show_value(own[name])}") for name in own if name not in apart]

    def verdict(self, number: int) -> tuple[str, str]:
        """What was found of a row, in short, and its level; "" where it is not known yet."""
        row, check = self.rows[number], self.checks[number]
        if check is None:
            return "…", ""
        if check.taken_on and not row.ticked:
            return f"{check.taken_on.month}月{check.taken_on.day}日已办过", "info"
        if check.bars:
            stops = [found for found in check.findings if found.stops]
            level = "exception" if stops and all(found.severity.value == "exception" for found in stops) else "block"
            return "；".join(check.bars), level if row.ticked and not check.incomplete else "info"
        label = STEPS[row.step].label
        if check.findings:
            return check.remark, check.findings[0].severity.value
        if not row.ticked:
            return "未勾选", "info"
        return f"可以{label}" if STEPS[row.step] is (self._batch and self._batch.step) else label, "good"

    def told(self, number: int) -> str:
        """All that was found of a row, each with its clause."""
        check = self.checks[number]
        if check is None:
            return ""
        said = [f"〔{found.rule}〕{found.message}（{found.clause}）" for found in check.findings]
        shorts = {in_short(found) for found in check.findings}
        return "\n".join([*(bar for bar in check.bars if bar not in shorts), *said])

    def place_to_mend(self, number: int) -> int:
        """The column of the entry that bars a row; that of its check where it is not typed here."""
        check, form = self.checks[number], self._batch.form if self._batch else None
        names = list(self.rows[number].faults)
        if check is not None and form is not None:
            names += [found.field for found in check.findings if found.stops]
            empty = (name for name in form_of(STEPS[self.rows[number].step]).needs)
            names += [name for name in empty if not str(getattr(check.record, name, "") or "").strip()]
        own = [place for place, column in enumerate(self.columns) if column.field and column.field.name in names]
        check_place = next(place for place, column in enumerate(self.columns) if column.kind == CHECK)
        return own[0] if own else check_place


def next_number(text: str) -> str:
    """The number that follows: 记-009 → 记-010; a text without digits stays."""
    found = list(re.finditer(r"\d+", text))
    if not found:
        return text
    last = found[-1]
    return f"{text[: last.start()]}{int(last[0]) + 1:0{len(last[0])}d}{text[last.end() :]}"
