"""Editors: one widget for every kind of record field, all with the same interface for the form that holds them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, cast

from PySide6.QtCore import QDate, QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QComboBox,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.model.records import Field, Link, Project, Prose, Village
from haicang_desk.model.values import Money, parse_day
from haicang_desk.ui.shell.choices import Choice, Choices
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.layouts import ElidedLabel


class Editor(QWidget):
    """Base of the editors. ``value`` may raise ValueError in Chinese; ``raw`` never raises and is kept in drafts."""

    edited = Signal()

    def __init__(self, field: Field, core: QWidget) -> None:
        super().__init__()
        self.field, self.core = field, core
        self._hint: str | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(core, 1)
        core.setAccessibleName(field.label)
        if field.hint_text:
            core.setToolTip(field.hint_text)
            core.setAccessibleDescription(field.hint_text)
        self.setFocusProxy(core)
        self.setObjectName(field.name)
        core.setObjectName(f"{field.name}_entry")

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def raw(self) -> str:
        """The entry as typed."""
        raise NotImplementedError

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed."""
        raise NotImplementedError

    def set_fixed(self, fixed: bool) -> None:
        """Whether it may only be read; an empty one then shows no placeholder."""
        self.setEnabled(not fixed)
        if isinstance(self.core, QLineEdit | QPlainTextEdit):
            if self._hint is None:
                self._hint = self.core.placeholderText()
            self.core.setPlaceholderText("" if fixed else self._hint)

    def mark(self, faulty: bool) -> None:
        """Show the entry as faulty or not."""
        if bool(self.core.property("faulty")) != faulty:
            self.core.setProperty("faulty", faulty)
            self.core.style().unpolish(self.core)
            self.core.style().polish(self.core)


class LineEditor(Editor):
    """A line of text."""

    def __init__(self, field: Field) -> None:
        self.line = QLineEdit()
        super().__init__(field, self.line)
        self.line.setMaxLength(field.longest)
        self.line.setPlaceholderText(field.hint_text)
        self.line.textChanged.connect(self.edited)

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        return self.raw().strip()

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.line.setText(value or "")
        self.line.setCursorPosition(0)

    def raw(self) -> str:
        """The entry as typed."""
        return self.line.text()

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed."""
        self.line.setText(text)


class SuggestEditor(Editor):
    """A line of text with suggestions that need not be used."""

    def __init__(self, field: Field) -> None:
        self.box = QuietCombo()
        super().__init__(field, self.box)
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.addItems(field.suggests)
        self.box.setCurrentIndex(-1)
        line = self.box.lineEdit()
        if line is not None:
            line.setMaxLength(field.longest)
            line.setPlaceholderText(field.hint_text)
            line.setAccessibleName(field.label)
        self.box.editTextChanged.connect(self.edited)

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        return self.raw().strip()

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.box.setEditText(value or "")

    def raw(self) -> str:
        """The entry as typed."""
        return self.box.currentText()

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed."""
        self.box.setEditText(text)


class ProseEditor(Editor):
    """Text of several lines; Tab leaves it."""

    def __init__(self, field: Field) -> None:
        self.text = QPlainTextEdit()
        super().__init__(field, self.text)
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(field.hint_text)
        self.text.setFixedHeight(em(self.text, 5.2))
        self.text.textChanged.connect(self.edited)

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        text = self.raw().strip()
        if len(text) > self.field.longest:
            raise ValueError(
                f"最多 {self.field.longest} 字，现有 {len(text)} 字，请删减 {len(text) - self.field.longest} 字"
            )
        return Prose(text)

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.text.setPlainText(value or "")

    def raw(self) -> str:
        """The entry as typed."""
        return self.text.toPlainText()

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed."""
        self.text.setPlainText(text)


class NumberEditor(LineEditor):
    """A whole or decimal number with its unit; full-width digits are read too."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.line.setMaxLength(20)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line.setMaximumWidth(em(self.line, 10))
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            unit = QLabel(field.unit)
            set_role(unit, "muted")
            layout.addWidget(unit)
            layout.addStretch(1)

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        text = unicodedata.normalize("NFKC", self.raw()).strip().replace(",", "")
        if not text:
            return None if self.field.optional else 0
        number = self._number(text)
        if not self.field.least <= number <= self.field.most:
            raise ValueError(f"应在 {self.field.least} 至 {self.field.most} 之间")
        return number

    def _number(self, text: str) -> Any:
        whole = self.field.kind is int
        try:
            number = int(text) if whole else Decimal(text)
            if isinstance(number, Decimal) and not number.is_finite():
                raise InvalidOperation
        except (ValueError, InvalidOperation):
            expected = "整数，如 12" if whole else "数字，如 1.5"
            raise ValueError(f"“{self.raw()}”不是{expected[:2]}，应填{expected}") from None
        return number

    def set_value(self, value: Any) -> None:
        """Show a value."""
        empty = value is None or (value == 0 and not self.field.optional)
        self.line.setText("" if empty else str(value))


class ChoiceEditor(Editor):
    """One of a closed set of choices, with 未填 where it may be empty."""

    def __init__(self, field: Field) -> None:
        self.box = QuietCombo()
        super().__init__(field, self.box)
        if field.optional:
            self.box.addItem("（未填）", None)
        for label, choice in self._choices():
            self.box.addItem(label, choice)
        self.box.currentIndexChanged.connect(self.edited)

    def _choices(self) -> list[tuple[str, Any]]:
        return [(member.label, member) for member in self.field.type]

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        return self.box.currentData()

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.box.setCurrentIndex(self.box.findData(value))

    def raw(self) -> str:
        """The entry as typed."""
        return self.box.currentText()

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed."""
        self.box.setCurrentIndex(self.box.findText(text))


class YesNoEditor(ChoiceEditor):
    """是, 否 or 未填, because an unanswered question is not a no."""

    def _choices(self) -> list[tuple[str, Any]]:
        return [("是", True), ("否", False)]


class QuietCombo(QComboBox):
    """A combo box that ignores the mouse wheel without focus, so that scrolling a form does not edit it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the value only with the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class MoneyEditor(LineEditor):
    """Takes 35000, 35,000.00, 3.5万 or full-width digits; shows them back with thousands marks when left."""

    def __init__(self, field: Field) -> None:
        self.reading = ElidedLabel()
        super().__init__(field)
        self.line.setMaxLength(30)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line.setFixedWidth(em(self.line, 10.5))
        self.line.setPlaceholderText("如 35000、3.5万")
        self.reading.setObjectName(f"{field.name}_told")
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(0, 0)
            layout.addWidget(self.reading, 1)
        self.line.textChanged.connect(self._tell)
        self.line.editingFinished.connect(self._tidy)

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        text = self.raw().strip()
        if not text:
            return None if self.field.optional else Money(0)
        amount = Money.parse(text)
        if amount < self.field.least:
            raise ValueError(f"应不少于 {Money(self.field.least)} 元")
        return amount

    def set_value(self, value: Any) -> None:
        """Show a value."""
        blank = value is None or (value == 0 and not self.field.optional)
        self.line.setText("" if blank else str(value))

    def _tell(self) -> None:
        try:
            amount = self.value() if self.raw().strip() else None
        except ValueError:
            amount = None
        self.reading.setText("" if amount is None else f"{amount.capitals}　{amount.wan} 万元")

    def _tidy(self) -> None:
        try:
            amount = self.value()
        except ValueError:
            return
        if self.raw().strip() and self.raw() != str(amount):
            self.line.setText(str(amount))


class DayEditor(LineEditor):
    """Reads 2018.9.3, 2018/9/3, 2018年9月3日, 20180903; ↑ ↓ move by a day; F4 or the button opens the calendar."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.line.setMaxLength(20)
        self.line.setPlaceholderText(field.hint_text or "如 2018.9.3")
        self.line.setFixedWidth(em(self.line, 8.5))
        self.line.editingFinished.connect(self._tidy)
        self.line.installEventFilter(self)
        self._button = QToolButton()
        self._button.setText("日历")
        self._button.setAccessibleName(f"{field.label}的日历")
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self.show_calendar)
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(0, 0)
            layout.addWidget(self._button)
            layout.addStretch(1)
        self._calendar: QCalendarWidget | None = None

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        text = self.raw().strip()
        return parse_day(text) if text else None

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.line.setText(value.isoformat() if value else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move by a day with ↑ and ↓; open the calendar with F4."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            days = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
            if days is not None:
                self._move(days)
                return True
            if event.key() == Qt.Key.Key_F4:
                self.show_calendar()
                return True
        return super().eventFilter(watched, event)

    def show_calendar(self) -> None:
        """Open a month to pick from, at the day written or at today."""
        if self._calendar is None:
            self._calendar = self._made()
        if (day := self._day()) is not None:
            self._calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        popup = self._calendar.window()
        popup.move(self.mapToGlobal(QPoint(0, self.height())))
        popup.show()
        self._calendar.setFocus()

    def _made(self) -> QCalendarWidget:
        """The calendar in its popup. It is kept: deleted on closing, it could go while its month menu is open."""
        popup = QFrame(self, Qt.WindowType.Popup)
        calendar = QCalendarWidget()
        calendar.setAccessibleName(f"{self.field.label}的日历")
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.clicked.connect(self._pick)
        calendar.activated.connect(self._pick)
        box = QVBoxLayout(popup)
        box.setContentsMargins(1, 1, 1, 1)
        box.addWidget(calendar)
        return calendar

    def _pick(self, day: QDate) -> None:
        self.line.setText(f"{day.year():04d}-{day.month():02d}-{day.day():02d}")
        if self._calendar is not None:
            self._calendar.window().close()
        self.line.setFocus()

    def _day(self) -> date | None:
        try:
            day: date | None = self.value()
        except ValueError:
            return None
        return day

    def _move(self, days: int) -> None:
        if (day := self._day()) is not None:
            self.line.setText((day + timedelta(days=days)).isoformat())

    def _tidy(self) -> None:
        if (day := self._day()) is not None and self.raw() != day.isoformat():
            self.line.setText(day.isoformat())


_ID = Qt.ItemDataRole.UserRole
_LABEL = Qt.ItemDataRole.UserRole + 1


class Picker(QLineEdit):
    """A line that finds records while typing. F7 or ↓ lists them; ``picked`` is the id, "" for none."""

    chosen = Signal(str)

    def __init__(self, choices: Choices, table: str) -> None:
        super().__init__()
        self._choices, self._table = choices, table
        self.picked = ""
        self._offered = QStandardItemModel(self)
        completer = QCompleter(self._offered, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCompletionRole(_LABEL)
        cast(Any, completer.activated)[QModelIndex].connect(self._take)
        self.setCompleter(completer)
        self.textEdited.connect(self._seek)
        self.installEventFilter(self)
        self.setPlaceholderText("输入汉字、拼音首字母或编号")

    def pick(self, record_id: str) -> None:
        """Show this record as the one picked."""
        self.picked = record_id
        self.setText(self._choices.named(self._table, record_id))
        self.setCursorPosition(0)

    def settle(self) -> str:
        """The id of the record written. Raises ValueError where it names none or several."""
        text = self.text().strip()
        if not text:
            return ""
        if self.picked and text == self._choices.named(self._table, self.picked):
            return self.picked
        if found := self._choices.exactly(self._table, text):
            return found
        raise ValueError(
            f"“{text}”没有对应的{(Project if self._table == Project.table else Village).label}，请从列表中选择"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """List all records with F7 or ↓."""
        if watched is self and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            popup = self.completer().popup()
            listing = popup is not None and popup.isVisible()
            opens = event.key() == Qt.Key.Key_F7 or (event.key() == Qt.Key.Key_Down and not listing)
            if opens:
                self._offer("")
                return True
        return super().eventFilter(watched, event)

    def _seek(self, text: str) -> None:
        self.picked = ""
        self._offer(text)

    def _offer(self, text: str) -> None:
        self._offered.clear()
        for choice in self._choices.find(self._table, text):
            self._offered.appendRow(_item(choice))
        self.completer().complete()

    def _take(self, index: QModelIndex) -> None:
        self.pick(str(index.data(_ID)))
        self.chosen.emit(self.picked)


def _item(choice: Choice) -> QStandardItem:
    item = QStandardItem(f"{choice.label}　{choice.note}" if choice.note else choice.label)
    item.setData(choice.id, _ID)
    item.setData(choice.label, _LABEL)
    return item


class LinkEditor(Editor):
    """The village or project a record belongs to."""

    def __init__(self, field: Field, choices: Choices) -> None:
        self.picker = Picker(choices, field.refers)
        super().__init__(field, self.picker)
        self.picker.textEdited.connect(self.edited)
        self.picker.chosen.connect(self.edited)

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        return Link(self.picker.settle())

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.picker.pick(value or "")

    def raw(self) -> str:
        """The entry as typed."""
        return self.picker.text()

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed."""
        self.picker.setText(text)


EDITORS: Mapping[Any, Callable[[Field, Choices], Editor]] = {  # the kind of a field -> its editor
    str: lambda field, _: SuggestEditor(field) if field.suggests else LineEditor(field),
    Prose: lambda field, _: ProseEditor(field),
    Money: lambda field, _: MoneyEditor(field),
    date: lambda field, _: DayEditor(field),
    int: lambda field, _: NumberEditor(field),
    Decimal: lambda field, _: NumberEditor(field),
    bool: lambda field, _: YesNoEditor(field),
    Enum: lambda field, _: ChoiceEditor(field),
    Link: lambda field, choices: LinkEditor(field, choices),
}
