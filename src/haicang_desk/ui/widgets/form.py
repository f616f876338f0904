"""A form for any record, built from its declared fields: sections, one or two columns, faults beneath fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Field, Prose, Record
from haicang_desk.model.services import remainder
from haicang_desk.model.values import Money
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.entry_memory import memory_of
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.editors import EDITORS, LinkEditor, PrivateLineEditor, ProseEditor
from haicang_desk.ui.widgets.findings_list import finding_text, gravest_level
from haicang_desk.ui.widgets.icons import draw_icon

REQUIRED = "必填"
_EMPTY = (None, "", 0)
LABEL = 8.5  # characters: the width of a label
WIDE = 74  # characters: from here on two fields stand side by side

_SHIFT = Qt.KeyboardModifier.ShiftModifier


class PinButton(QToolButton):
    """The pin of a field. While it is out it is only drawn where the pointer or the keyboard is near."""

    def __init__(self, parent: QWidget, field: Field) -> None:
        super().__init__(parent)
        self.near = False
        self.setObjectName(f"{field.name}_pin")
        self.setCheckable(True)
        self.setAccessibleName(f"固定{field.label}")
        self.setToolTip("固定：下一条新记录沿用这一栏（F8）")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def come_near(self, near: bool) -> None:
        """Pointer or keyboard came to the field or left it."""
        self.near = near
        self.update()

    def sizeHint(self) -> QSize:
        """A square as high as a field."""
        return QSize(em(self, 1.7), em(self, 1.9))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pin in its state."""
        if self.isChecked() or self.near or self.underMouse():
            side = em(self, 1.1)
            box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            draw_icon(QPainter(self), box, "pin", "accent" if self.isChecked() else "muted")


class FieldCell(QWidget):
    """One field's editor with its pin beside it and room beneath for what is to be mended."""

    pinned = Signal(bool)

    def __init__(self, field: Field, choices: Choices) -> None:
        super().__init__()
        self.editor = EDITORS[field.kind](field, choices)
        self._description = self.editor.core.accessibleDescription()
        self.bare = False
        self._field = field
        self._fault: QLabel | None = None
        self._pin: PinButton | None = None
        self.editor.core.installEventFilter(self)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._row.addWidget(self.editor, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(self._row)

    @property
    def fault(self) -> QLabel:
        """What is to be mended, under the entry; made when first needed."""
        if self._fault is None:
            self._fault = QLabel(self)
            self._fault.setObjectName(f"{self._field.name}_fault")
            self._fault.setTextFormat(Qt.TextFormat.PlainText)
            self._fault.setWordWrap(True)
            self._fault.hide()
            self._column.addWidget(self._fault)
        return self._fault

    @property
    def pin(self) -> PinButton:
        """The pin beside the entry; made when first needed."""
        if self._pin is None:
            self._pin = PinButton(self, self._field)
            self._pin.near = self.editor.core.hasFocus() or self.underMouse()
            self._pin.toggled.connect(self.pinned)
            self._row.addWidget(self._pin, 0, Qt.AlignmentFlag.AlignTop)
        return self._pin

    def strip(self) -> None:
        """Leave the entry alone in its place: whoever gave it that place says its faults elsewhere, F8 pins it."""
        self.bare = self.editor.bare = True

    def say(self, text: str, level: str) -> None:
        """Show what is to be mended under the entry; "" clears it."""
        if not text and self._fault is None:
            return
        if self.fault.text() != text:
            self.fault.setText(text)
            self.editor.core.setAccessibleDescription("\n".join(filter(None, (text, self._description))))
        self.fault.setVisible(bool(text) and not self.bare)
        if self.fault.property("level") != level:
            self.fault.setProperty("level", level)
            self.fault.style().unpolish(self.fault)
            self.fault.style().polish(self.fault)
        self.editor.mark(bool(text) and level in ("block", "exception"))

    def offer_pin(self, offered: bool, *, pinned: bool = False) -> None:
        """Whether the field can be pinned, and whether it is."""
        if not offered and self._pin is None:
            return
        self.pin.setVisible(offered and not self.bare)
        self.pin.blockSignals(True)
        self.pin.setChecked(offered and pinned)
        self.pin.blockSignals(False)
        self.pin.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the pin while the keyboard is in the field."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._come_near(event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the pin while the pointer is over the field."""
        self._come_near(True)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer left the field."""
        self._come_near(self.editor.core.hasFocus())

    def _come_near(self, near: bool) -> None:
        if self._pin is not None:
            self._pin.come_near(near)


class RecordForm(QWidget):
    """Shows a record for editing and gives the edited copy.

    ``names`` limits it to these fields, in this order, including fields that the program usually sets. Cells of the
    fields ``apart`` are made and read like all others, but whoever asked for them gives them their place. ``needed``
    are fields that must be filled in here beside those that the record requires, ``made`` cells that were made before.

    Enter goes to the next field and after the last one to ``after_last``, Shift+Enter back; in prose Shift+Enter makes
    a line. A new record starts with what is pinned; ``remember`` is called when it was entered.
    """

    edited = Signal()
    saved = Signal()  # Ctrl+Enter
    registration_requested = Signal(object, str)  # the LinkEditor, and the name of a village not registered yet

    def __init__(
        self,
        cls: type[Record],
        choices: Choices,
        *,
        names: Sequence[str] = (),
        hidden: Sequence[str] = (),
        apart: Sequence[str] = (),
        needed: Sequence[str] | None = None,
        made: Mapping[str, FieldCell] | None = None,
    ) -> None:
        super().__init__()
        self._made = made or {}
        self._cls, self._record, self._needed = cls, cls(), needed
        self.choices, self._memory = choices, memory_of(choices.workspace)
        self.after_last: QWidget | None = None
        self.cells: dict[str, FieldCell] = {}
        self.cards: dict[str, QFrame] = {}  # by heading
        self._labels: dict[str, QLabel] = {}
        self._shown: dict[str, str] = {}
        self._findings: Mapping[str, Sequence[Finding]] = {}
        self._wide = False
        self._filling = False
        self._asked: list[str] = []  # fields that were asked for and are still empty
        wanted = names or [name for name in cls.fields if name not in hidden]
        self._apart = tuple(apart)
        self._sections = _sections(cls, [name for name in wanted if name not in apart], headed=not names)
        self._fixed_values = {name: QLabel() for name in wanted if cls.fields[name].fixed and not names}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._grids: list[QGridLayout] = []
        self._boxes: list[QVBoxLayout] = []
        for heading, fields in self._sections:
            self._add_section(heading, fields, choices)
        for name in self._apart:
            self._add_cell(name, choices)
        self.cells = {name: self.cells[name] for name in wanted if name in self.cells}
        self._layout.addStretch(1)
        self._space()
        self._lay_out(wide=False)
        self._shown = self.raw()

    def _add_section(self, heading: str, names: Sequence[str], choices: Choices) -> None:
        card = QFrame()
        set_role(card, "card")
        box = QVBoxLayout(card)
        if heading:
            title = QLabel(heading)
            set_role(title, "heading")
            box.addWidget(title)
        grid = QGridLayout()
        box.addLayout(grid)
        self._boxes.append(box)
        self._grids.append(grid)
        self._layout.addWidget(card)
        self.cards[heading] = card
        for name in names:
            self._labels[name] = _label(self._cls.fields[name], starred=self._starred(self._cls.fields[name]))
            if name not in self._fixed_values:
                self._labels[name].setBuddy(self._add_cell(name, choices).editor.core)

    def _space(self) -> None:
        """Gaps in the size of type."""
        side, across = em(self, 1.05), em(self, 0.75)
        self._layout.setSpacing(across)
        for box, grid in zip(self._boxes, self._grids, strict=True):
            box.setContentsMargins(side, across, side, em(self, 0.9))
            grid.setHorizontalSpacing(across)
            grid.setVerticalSpacing(em(self, 0.5))

    def _add_cell(self, name: str, choices: Choices) -> FieldCell:
        self.cells[name] = cell = self._made.get(name) or FieldCell(self._cls.fields[name], choices)
        editor = cell.editor
        editor.edited.connect(self._on_edited)
        editor.completed.connect(lambda: self._go_on(editor.core))
        editor.core.installEventFilter(self)
        editor.fund_year = lambda: choices.fund_year_of(self._record)
        editor.previous = lambda: self._memory.previous(self._cls.table, name)
        editor.balance = lambda: self._missing(name)
        if isinstance(editor, PrivateLineEditor):
            editor.about = lambda: self._named(name)
        if isinstance(editor, LinkEditor):
            editor.new_requested.connect(lambda text: self.registration_requested.emit(editor, text))
        cell.pinned.connect(lambda pinned: self._pin(name, pinned))
        return cell

    def _named(self, name: str) -> str:
        """Which field of which record, for the access log: 村居“霞阳社区”的联系电话."""
        record = self._record
        known = (getattr(record, each, "") for each in ("name", "code", "title", "person"))
        whose = next((text for text in known if text), "")
        return f"{record.label}{f'“{whose}”' if whose else ''}的{record.fields[name].label}"

    def _starred(self, field: Field) -> bool:
        """Whether a field must be filled in: here, or for some step where no step is named."""
        return field.required or (bool(field.needed_to) if self._needed is None else field.name in self._needed)

    def _missing(self, name: str) -> Money | None:
        """What is missing in an amount field to the total that is known."""
        return remainder(self.choices.workspace, replace(self._record, **self._read(skipped=name)[0]), name)

    def _pin(self, name: str, pinned: bool) -> None:
        self._memory.pin(self._cls.table, name, self.cells[name].editor.raw() if pinned else None)

    def remember(self) -> None:
        """The record shown was entered: ``..`` repeats its entries, pinned fields keep them for the next."""
        self._memory.remember(self._cls.table, self.raw())

    # showing and reading

    def show_record(self, record: Record) -> None:
        """Show a record; entries count as unchanged."""
        self._record = record
        self._filling = True
        for name, label in self._fixed_values.items():
            field = record.fields[name]
            label.setText(private_view().value(field, field.show(record)) or "—")
        for name, cell in self.cells.items():
            cell.editor.set_value(getattr(record, name))
        pins = {} if record.id else self._memory.pins(self._cls.table)
        for name, cell in self.cells.items():
            if name in pins:
                cell.editor.set_raw(pins[name])
            cell.offer_pin(not record.id and name not in self._apart, pinned=name in pins)
        self._filling = False
        self._shown = self.raw()
        self._asked = []
        self.mark({})

    def read_record(self, *, whole: bool = False) -> Any:
        """The edited copy. Raises ValueError where a field cannot be read, or, with ``whole``, where one that is
        required is empty; it is then marked."""
        read, faults = self._read()
        if whole:
            required = (name for name in read if self._cls.fields[name].required or name in (self._needed or ()))
            self._asked = [name for name in required if read[name] in _EMPTY]
            faults |= dict.fromkeys(self._asked, REQUIRED)
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

    def _read(self, skipped: str = "") -> tuple[dict[str, Any], dict[str, str]]:
        read: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for name, cell in self.cells.items():
            if name == skipped:
                continue
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

    def label_of(self, name: str) -> str:
        """The label of a field."""
        return self._cls.fields[name].label

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
        read, faults = self._read()
        self._asked = [name for name in self._asked if read.get(name, "") in _EMPTY]
        self.mark(dict.fromkeys(self._asked, REQUIRED) | faults)
        return rest

    def focus_first(self, name: str = "") -> None:
        """Put the keyboard on a field, else on the first, and scroll it into sight."""
        cell = self.cells.get(name) or next(iter(self.cells.values()), None)
        if cell is not None:
            cell.editor.core.setFocus(Qt.FocusReason.TabFocusReason)
            if isinstance(cell.editor.core, QLineEdit) and cell.editor.isEnabled():
                cell.editor.core.selectAll()
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
        """Save with Ctrl+Enter; go to the next field with Enter; pin with F8."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_enter(watched, event.modifiers())
                return True
            if event.key() == Qt.Key.Key_F8:
                cell = self._cell_of(watched)
                if cell is not None and not cell.pin.isHidden():
                    cell.pin.toggle()
                    return True
        return super().eventFilter(watched, event)

    def _cell_of(self, core: QObject) -> FieldCell | None:
        return next((cell for cell in self.cells.values() if cell.editor.core is core), None)

    def _on_enter(self, core: QObject, held: Qt.KeyboardModifier) -> None:
        cell = self._cell_of(core)
        if cell is None:
            return
        editor = cell.editor
        if held & Qt.KeyboardModifier.ControlModifier:
            if editor.confirm():
                self.saved.emit()
        elif isinstance(editor, ProseEditor) and held & (_SHIFT | Qt.KeyboardModifier.AltModifier):
            editor.new_line()
        elif held & _SHIFT:
            self.focusNextPrevChild(False)
        elif editor.confirm():
            self._go_on(editor.core)

    def _go_on(self, core: QWidget) -> None:
        """Put the keyboard on the field after this one; after the last, on what its holder named."""
        if not core.hasFocus():
            core.setFocus(Qt.FocusReason.TabFocusReason)
        usable = [
            cell.editor.core for cell in self.cells.values() if cell.isVisibleTo(self) and cell.editor.isEnabled()
        ]
        if self.after_last is not None and usable and core is usable[-1]:
            self.after_last.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.focusNextPrevChild(True)

    def changeEvent(self, event: QEvent) -> None:
        """Let labels and columns follow the size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            for label in self._labels.values():
                _fit_label(label)
            self._space()
            self._widen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use two columns where there is room."""
        super().resizeEvent(event)
        self._widen()
        if event.size().width() != event.oldSize().width():
            # What changes its place while a layout is at work is not noticed by that layout.
            QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        """Have the layouts look again at the room that the fields need."""
        self._layout.invalidate()
        self.updateGeometry()

    def _widen(self) -> None:
        wide = self.width() >= em(self, WIDE)
        if wide is not self._wide:
            self._wide = wide
            self._lay_out(wide=wide)

    def _lay_out(self, *, wide: bool) -> None:
        for grid, (_, names) in zip(self._grids, self._sections, strict=True):
            for name in names:
                grid.removeWidget(self._labels[name])
                grid.removeWidget(self._fixed_values.get(name) or self.cells[name])
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
            grid.setRowStretch(len(names), 1)  # room left over stands below, not between a label and its entry
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


def _label(field: Field, *, starred: bool) -> QLabel:
    star = " *" if starred else ""
    unit = "" if field.unit in ("", "元") else f"（{field.unit}）" if field.unit == "%" else ""
    label = QLabel(f"{field.label}{unit}{star}")
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    label.setWordWrap(True)
    set_role(label, "muted")
    _fit_label(label)
    return label


def _fit_label(label: QLabel) -> None:
    """As wide as the longest, with its first line beside the text of the field."""
    label.setFixedWidth(em(label, LABEL))
    label.setContentsMargins(0, em(label, 0.45), 0, 0)
