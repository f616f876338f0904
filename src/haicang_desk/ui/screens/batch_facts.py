"""What a batch asks once for all its projects: fields side by side under their labels, wrapping where room ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from haicang_desk.model.records import Prose, Record
from haicang_desk.model.services import Batch, Workspace
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.form import FieldCell, RecordForm

PROSE_WIDTH, PROSE_HEIGHT = 18, 3.4  # characters: what a text needs at least


class BatchFacts(QWidget):
    """The fields of a step that are typed once. What the day decides follows it, until it is typed by hand."""

    edited = Signal()
    carry = Signal()  # Ctrl+Enter

    def __init__(self, ws: Workspace, choices: Choices) -> None:
        super().__init__()
        self._ws, self._choices = ws, choices
        self._form: RecordForm | None = None
        self._batch: Batch | None = None
        self._cells: list[_Labelled] = []
        self._by_hand: set[str] = set()
        self._following = False
        self.after_last: QWidget | None = None  # where Enter goes from the last field
        self._day = date.min  # the day that the other fields follow
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_batch(self, batch: Batch) -> None:
        """Show the answers of a batch."""
        for shown in self._cells:
            shown.hide()
            shown.deleteLater()
        if self._form is not None:
            self._form.deleteLater()
        self._batch, self._by_hand, self._day = batch, set(), batch.once.get(batch.step.date_field) or batch.on
        record, names = batch.step.record, list(batch.once)
        self._form = form = RecordForm(record, self._choices, names=names, apart=names)
        form.setParent(self)
        form.after_last = self.after_last
        form.hide()
        self._cells = []
        for name in names:
            cell = form.cells[name]
            labelled = _Labelled(self, record.fields[name].label, cell, wide=record.fields[name].kind is Prose)
            labelled.show()
            self._cells.append(labelled)
        form.show_record(record(**_given(record, batch.once)))
        for name in names:
            form.cells[name].offer_pin(False)  # who signed is remembered by the screen
            form.cells[name].editor.edited.connect(lambda name=name: self._on_typed(name))
        form.edited.connect(self._on_edited)
        form.saved.connect(self.carry)
        self._place()

    def once(self) -> dict[str, Any]:
        """The answers as far as they can be read."""
        if self._form is None or self._batch is None:
            return {}
        record = self._form.readable()
        return {name: getattr(record, name) for name in self._batch.once}

    def whole(self) -> dict[str, Any]:
        """The answers. Raises ValueError where one cannot be read, and marks it."""
        if self._form is None:
            return {}
        return {name: value for name, value in self._form.answers().items() if name in self.once()}

    @property
    def changed(self) -> bool:
        """Whether anything was typed."""
        return self._form is not None and self._form.changed

    def raw(self) -> dict[str, str]:
        """Every entry as typed."""
        return self._form.raw() if self._form is not None else {}

    def set_raw(self, typed: Mapping[str, str]) -> None:
        """Show entries as they were typed."""
        if self._form is not None:
            self._form.set_raw(typed)
        for core in self.cores():
            if isinstance(core, QLineEdit) and not core.hasFocus():
                core.setCursorPosition(0)  # a long number is read from its beginning

    def focus_on(self, name: str) -> None:
        """Put the keyboard on a field."""
        for shown in self._cells:
            if shown.cell.editor.field.name == name:
                shown.cell.editor.core.setFocus(Qt.FocusReason.OtherFocusReason)

    def cores(self) -> Sequence[QWidget]:
        """The widgets that take the keyboard, in order."""
        return [each.cell.editor.core for each in self._cells]

    def _on_typed(self, name: str) -> None:
        if not self._following:
            self._by_hand.add(name)

    def _on_edited(self) -> None:
        if not self._following:
            self._follow_day()
            self.edited.emit()

    def _follow_day(self) -> None:
        """Fields that the step derives from its day follow another day."""
        batch, form = self._batch, self._form
        if batch is None or form is None or not batch.rows:
            return
        day = self.once().get(batch.step.date_field)
        if day is None or day == self._day:
            return
        first = next((row for row in batch.rows if row.ticked), batch.rows[0]).case
        policy = self._ws.policy(first.project.fund_year)
        before, now = (batch.step.proposal(first, on=on, policy=policy) for on in (self._day, day))
        self._following, self._day = True, day
        for name in batch.once:
            if name not in self._by_hand and getattr(before, name) != getattr(now, name):
                form.cells[name].editor.set_value(getattr(now, name))
        self._following = False

    # places

    def _place(self) -> None:
        """Put the fields into lines; a text takes what its line has left."""
        gap, line, left = em(self, 1.2), list[_Labelled](), 0
        y, width = 0, max(self.width(), em(self, 20))
        for cell in [*self._cells, None]:
            if cell is None or (line and left + gap + cell.least() > width):
                y += self._place_line(line, y, width, gap) + (em(self, 0.6) if cell is not None else 0)
                line, left = [], 0
            if cell is not None:
                left += (gap if line else 0) + cell.least()
                line.append(cell)
        if self.height() != y:
            self.setFixedHeight(max(y, 1))

    @staticmethod
    def _place_line(line: Sequence[_Labelled], y: int, width: int, gap: int) -> int:
        if not line:
            return 0
        spare = width - sum(cell.least() for cell in line) - gap * (len(line) - 1)
        wide = [cell for cell in line if cell.wide]
        x, height = 0, max(cell.sizeHint().height() for cell in line)
        for cell in line:
            own = cell.least() + (max(spare, 0) // len(wide) if cell.wide else 0)
            cell.setGeometry(x, y, own, height)
            x += own + gap
        return height

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap for the new width."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Wrap again where a field needs another height, or the size of type is another."""
        answered = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._place()
        return answered

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(em(self, 20), self.height())


class _Labelled(QWidget):
    """A field under its label."""

    def __init__(self, parent: QWidget, label: str, cell: FieldCell, *, wide: bool) -> None:
        super().__init__(parent)
        self.cell, self.wide = cell, wide
        self._text = QLabel(label)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._text, "small")
        self._text.setBuddy(cell.editor.core)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(self._text)
        box.addWidget(cell)
        box.addStretch(1)
        self._fit()

    def _fit(self) -> None:
        if self.wide:
            self.cell.editor.core.setFixedHeight(em(self, PROSE_HEIGHT))

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def least(self) -> int:
        """The width it needs."""
        if self.wide:
            return em(self, PROSE_WIDTH)
        field = self.cell.editor.field
        least = 16 if field.kind is str and field.longest >= 100 else 8
        return max(min(self.cell.sizeHint().width(), em(self, 16)), em(self, least), self._text.sizeHint().width())


def _given(record: type[Record], once: Mapping[str, Any]) -> dict[str, Any]:
    """Values that a record can be made of: None where the record knows no None is left to its default."""
    return {name: value for name, value in once.items() if value is not None or record.fields[name].optional}
