"""A form for any record, built from its declared fields: sections, one or two columns, faults beneath fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Field, Prose, Record
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.editors import EDITORS
from haicang_desk.ui.widgets.findings_list import finding_text, gravest_level

REQUIRED = "必填"
WIDE = 74  # characters: from here on two fields stand side by side


class FieldCell(QWidget):
    """One field's editor with room beneath for what is to be mended."""

    def __init__(self, field: Field, choices: Choices) -> None:
        super().__init__()
        self.editor = EDITORS[field.kind](field, choices)
        self.fault = QLabel()
        self.fault.setObjectName(f"{field.name}_fault")
        self.fault.setTextFormat(Qt.TextFormat.PlainText)
        self.fault.setWordWrap(True)
        self.fault.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.editor)
        layout.addWidget(self.fault)

    def say(self, text: str, level: str) -> None:
        """Show what is to be mended under the entry; "" clears it."""
        if self.fault.text() != text:
            self.fault.setText(text)
        self.fault.setVisible(bool(text))
        if self.fault.property("level") != level:
            self.fault.setProperty("level", level)
            self.fault.style().unpolish(self.fault)
            self.fault.style().polish(self.fault)
        self.editor.mark(bool(text) and level in ("block", "exception"))


class RecordForm(QWidget):
    """Shows a record for editing and gives the edited copy.

    ``names`` limits it to these fields, in this order, including fields that the program usually sets. Cells of the
    fields ``apart`` are made and read like all others, but whoever asked for them gives them their place.
    """

    edited = Signal()
    saved = Signal()  # Ctrl+Enter

    def __init__(
        self,
        cls: type[Record],
        choices: Choices,
        *,
        names: Sequence[str] = (),
        hidden: Sequence[str] = (),
        apart: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._cls, self._record = cls, cls()
        self.cells: dict[str, FieldCell] = {}
        self.cards: dict[str, QFrame] = {}  # by heading
        self._labels: dict[str, QLabel] = {}
        self._shown: dict[str, str] = {}
        self._findings: Mapping[str, Sequence[Finding]] = {}
        self._wide = False
        self._filling = False
        wanted = names or [name for name in cls.fields if name not in hidden]
        self._apart = tuple(apart)
        self._sections = _sections(cls, [name for name in wanted if name not in apart], headed=not names)
        self._fixed_values = {name: QLabel() for name in wanted if cls.fields[name].fixed and not names}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)
        self._grids: list[QGridLayout] = []
        for heading, fields in self._sections:
            self._add_section(heading, fields, choices)
        for name in self._apart:
            self._add_cell(name, choices)
        self.cells = {name: self.cells[name] for name in wanted if name in self.cells}
        self._layout.addStretch(1)
        self._lay_out(wide=False)
        self._shown = self.raw()

    def _add_section(self, heading: str, names: Sequence[str], choices: Choices) -> None:
        card = QFrame()
        set_role(card, "card")
        box = QVBoxLayout(card)
        box.setContentsMargins(14, 10, 14, 12)
        if heading:
            title = QLabel(heading)
            set_role(title, "heading")
            box.addWidget(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(7)
        box.addLayout(grid)
        self._grids.append(grid)
        self._layout.addWidget(card)
        self.cards[heading] = card
        for name in names:
            self._labels[name] = _label(self._cls.fields[name])
            if name not in self._fixed_values:
                self._labels[name].setBuddy(self._add_cell(name, choices).editor.core)

    def _add_cell(self, name: str, choices: Choices) -> FieldCell:
        self.cells[name] = cell = FieldCell(self._cls.fields[name], choices)
        cell.editor.edited.connect(self._on_edited)
        cell.editor.core.installEventFilter(self)
        return cell

    # showing and reading

    def show_record(self, record: Record) -> None:
        """Show a record; entries count as unchanged."""
        self._record = record
        self._filling = True
        for name, label in self._fixed_values.items():
            label.setText(record.fields[name].show(record) or "—")
        for name, cell in self.cells.items():
            cell.editor.set_value(getattr(record, name))
        self._filling = False
        self._shown = self.raw()
        self.mark({})

    def read_record(self, *, whole: bool = False) -> Any:
        """The edited copy. Raises ValueError where a field cannot be read, or, with ``whole``, where one that is
        required is empty; it is then marked."""
        read, faults = self._read()
        if whole:
            required = (name for name in read if self._cls.fields[name].required)
            faults |= {name: REQUIRED for name in required if read[name] in (None, "", 0)}
        if faults:
            self.mark(faults)
            raise ValueError(self._fault_text(faults))
        return replace(self._record, **read)

    def _fault_text(self, faults: Mapping[str, str]) -> str:
        """One sentence: an entry that cannot be read, or else all that is empty and may not be."""
        for name, fault in faults.items():
            if fault != REQUIRED:
                return f"{self._cls.fields[name].label}：{fault}"
        return f"请先填写：{'、'.join(self._cls.fields[name].label for name in faults)}"

    def readable(self) -> Any:
        """The copy as far as it can be read; other fields keep what was shown."""
        return replace(self._record, **self._read()[0])

    def answers(self) -> dict[str, Any]:
        """What was typed, by field. Raises ValueError as ``read_record`` does."""
        record = self.read_record()
        return {name: getattr(record, name) for name in self.cells}

    def _read(self) -> tuple[dict[str, Any], dict[str, str]]:
        read: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for name, cell in self.cells.items():
            try:
                read[name] = cell.editor.value()
            except ValueError as wrong:
                faults[name] = str(wrong)
        return read, faults

    def raw(self) -> dict[str, str]:
        """Every entry as typed, for drafts and to see whether anything changed."""
        return {name: cell.editor.raw() for name, cell in self.cells.items()}

    def set_raw(self, typed: Mapping[str, str]) -> None:
        """Show a draft over the record; it counts as edited."""
        for name, text in typed.items():
            if name in self.cells:
                self.cells[name].editor.set_raw(text)

    @property
    def changed(self) -> bool:
        """Whether an entry differs from what was shown."""
        return self.raw() != self._shown

    def set_fixed(self, fixed: bool) -> None:
        """Whether what is shown may only be read."""
        for cell in self.cells.values():
            cell.editor.set_fixed(fixed)

    # marks

    def mark(self, faults: Mapping[str, str]) -> None:
        """Show faults under their fields; other fields show their findings."""
        for name, cell in self.cells.items():
            found = self._findings.get(name, ())
            if name in faults:
                cell.say(faults[name], "block")
            elif found:
                cell.say("\n".join(map(finding_text, found)), gravest_level(found))
            else:
                cell.say("", "")

    def show_findings(self, findings: Sequence[Finding]) -> list[Finding]:
        """Show each finding under its field; gives those that belong to no field shown here."""
        placed: dict[str, list[Finding]] = {}
        rest = []
        for found in findings:
            if found.field in self.cells:
                placed.setdefault(found.field, []).append(found)
            else:
                rest.append(found)
        self._findings = placed
        self.mark(self._read()[1])
        return rest

    def focus_first(self, name: str = "") -> None:
        """Put the keyboard on a field, else on the first, and scroll it into sight."""
        cell = self.cells.get(name) or next(iter(self.cells.values()), None)
        if cell is not None:
            cell.editor.core.setFocus(Qt.FocusReason.OtherFocusReason)
            above = self.parentWidget()
            while above is not None and not isinstance(above, QScrollArea):
                above = above.parentWidget()
            if above is not None:
                above.ensureWidgetVisible(cell, 0, em(self, 5))

    def _on_edited(self) -> None:
        if not self._filling:
            self.edited.emit()

    # keys and layout

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Save with Ctrl+Enter; go to the next field with Enter."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.saved.emit()
                return True
            if not isinstance(watched, QPlainTextEdit):
                self.focusNextPrevChild(not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use two columns where there is room."""
        super().resizeEvent(event)
        wide = self.width() >= em(self, WIDE)
        if wide is not self._wide:
            self._wide = wide
            self._lay_out(wide=wide)

    def _lay_out(self, *, wide: bool) -> None:
        for grid, (_, names) in zip(self._grids, self._sections, strict=True):
            while grid.takeAt(0) is not None:
                pass
            row, column = 0, 0
            for name in names:
                across = not wide or self._cls.fields[name].kind is Prose
                if across and column:
                    row, column = row + 1, 0
                shown = self._fixed_values.get(name) or self.cells[name]
                grid.addWidget(self._labels[name], row, column * 2, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(shown, row, column * 2 + 1, 1, 3 if across and wide else 1)
                row, column = (row + 1, 0) if across or column else (row, 1)
            grid.setColumnStretch(1, 1)
            grid.setColumnStretch(3, 1 if wide else 0)
        window = self.window()  # a cell that stands apart may not have its place yet
        order = [cell.editor.core for cell in self.cells.values() if cell.window() is window]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)


def _sections(cls: type[Record], names: Sequence[str], *, headed: bool) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    heading = ""
    for name in cls.fields if headed else names:
        field = cls.fields[name]
        heading = field.section or heading if headed else ""
        if name not in names:
            continue
        if not found or found[-1][0] != heading:
            found.append((heading, []))
        found[-1][1].append(name)
    return found


def _label(field: Field) -> QLabel:
    star = " *" if field.required or field.needed_to else ""
    unit = "" if field.unit in ("", "元") else f"（{field.unit}）" if field.unit == "%" else ""
    label = QLabel(f"{field.label}{unit}{star}")
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    label.setFixedWidth(em(label, 8.5))
    label.setWordWrap(True)
    label.setContentsMargins(0, 5, 0, 0)
    set_role(label, "muted")
    return label
