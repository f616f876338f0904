"""The day editor: empty is a value, every usual way of writing a day is read, and a calendar is at hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QToolButton, QVBoxLayout

from haicang_desk.model.records import Field
from haicang_desk.model.values import parse_day
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.field_editors import LineEditor


class DayEditor(LineEditor):
    """Reads 2018.9.3, 2018/9/3, 2018年9月3日, 20180903; ↑ ↓ move by a day; F4 or the button opens the calendar."""

    def __init__(self, said: Field) -> None:
        super().__init__(said)
        self.line.setMaxLength(20)
        self.line.setPlaceholderText(said.hint_text or "如 2018.9.3")
        self.line.setFixedWidth(em(self.line, 8.5))
        self.line.editingFinished.connect(self._tidy)
        self.line.installEventFilter(self)
        self._button = QToolButton()
        self._button.setText("日历")
        self._button.setAccessibleName(f"{said.label}的日历")
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self.show_calendar)
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(0, 0)
            layout.addWidget(self._button)
            layout.addStretch(1)
        self._calendar: QCalendarWidget | None = None

    def value(self) -> Any:
        text = self.raw().strip()
        return parse_day(text) if text else None

    def set_value(self, value: Any) -> None:
        self.line.setText(value.isoformat() if value else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
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
        if (held := self._held()) is not None:
            self._calendar.setSelectedDate(QDate(held.year, held.month, held.day))
        popup = self._calendar.window()
        popup.move(self.mapToGlobal(QPoint(0, self.height())))
        popup.show()
        self._calendar.setFocus()

    def _made(self) -> QCalendarWidget:
        """The calendar in its popup. It is kept: deleted on closing, it could go while its month menu is open."""
        popup = QFrame(self, Qt.WindowType.Popup)
        calendar = QCalendarWidget()
        calendar.setAccessibleName(f"{self.said.label}的日历")
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

    def _held(self) -> date | None:
        try:
            held: date | None = self.value()
        except ValueError:
            return None
        return held

    def _move(self, days: int) -> None:
        if (held := self._held()) is not None:
            self.line.setText((held + timedelta(days=days)).isoformat())

    def _tidy(self) -> None:
        if (held := self._held()) is not None and self.raw() != held.isoformat():
            self.line.setText(held.isoformat())
