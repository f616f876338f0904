"""The editor of days: short ways of writing them, the day in full beside, a month to pick from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton

from haicang_desk.model.records import Field
from haicang_desk.model.values import announced, full_date, typed_day
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.editors.calendar_popup import CalendarPopup
from haicang_desk.ui.widgets.editors.text import LineEditor
from haicang_desk.ui.widgets.icons import set_icon

WEEKDAYS = "一二三四五六日"
DAY_KEYS = "可写 7.13、0713、昨天、+7、月底；↑↓ 改一天，F4 打开日历；“..”同上一条"


class DayEditor(LineEditor):
    """Reads 2018.9.3, 20180903, 9.3, 0903, 昨天, +7, 月底; ↑ ↓ move by a day; F4 or the button opens the calendar."""

    def __init__(self, field: Field, choices: Choices) -> None:
        self._choices = choices
        super().__init__(field, keys=DAY_KEYS)
        self.line.setMaxLength(20)
        self.line.setPlaceholderText(field.hint_text or "如 7.13、昨天")
        self.line.editingFinished.connect(self._tidy)
        self.line.installEventFilter(self)
        self._button = QToolButton()
        self._button.setToolTip("打开日历（F4）")
        self._button.setAccessibleName(f"{field.label}的日历")
        set_icon(self._button, "calendar", "muted")
        set_role(self._button, "quiet")
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self.show_calendar)
        self._beside = (self._button,)
        self._grid.addWidget(self._button, 0, self._last)
        self._last += 1
        self._grid.setColumnStretch(self._last, 1)
        self.calendar: CalendarPopup | None = None
        self.fit()

    def fit(self) -> None:
        """As wide as a day."""
        self.line.setFixedWidth(em(self.line, 8.5))

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        text = self.raw().strip()
        return typed_day(text, today=self._choices.today(), fund_year=self.fund_year()) if text else None

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.line.setText(value.isoformat() if value else "")

    def read(self) -> None:
        """Say the day in full with its weekday, and whether it is a day off."""
        day = self._day()
        self.tell("" if day is None else day_reading(day, whole=self.raw().strip() != day.isoformat()))

    def confirm(self) -> bool:
        """Write the day out."""
        self._tidy()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move by a day with ↑ and ↓; open the calendar with F4 or F7."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            days = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
            if days is not None and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._move(days)
                return True
            if days is not None or event.key() in (Qt.Key.Key_F4, Qt.Key.Key_F7):
                self.show_calendar()
                return True
        return super().eventFilter(watched, event)

    def show_calendar(self) -> None:
        """Open a month to pick from, at the day written or at today."""
        if self.calendar is None:
            self.calendar = CalendarPopup(self, f"{self.field.label}的日历")
            self.calendar.picked.connect(self._pick)
        today = self._choices.today()
        day = self._day() or today
        self.calendar.open_at(self.line, day, today, self._choices.calendar(day.year))

    def _pick(self, day: date) -> None:
        self.line.setText(day.isoformat())
        self.line.setFocus()

    def _day(self) -> date | None:
        try:
            day: date | None = self.value()
        except ValueError:
            return None
        return day

    def _move(self, days: int) -> None:
        day = self._day()
        if day is not None:
            self.line.setText((day + timedelta(days=days)).isoformat())
        elif not self.raw().strip():
            self.line.setText(self._choices.today().isoformat())

    def _tidy(self) -> None:
        if (day := self._day()) is not None and self.raw() != day.isoformat():
            self.line.setText(day.isoformat())


def day_reading(day: date, *, whole: bool) -> str:
    """The weekday of a day, with 休 or 班 where the year's holidays are known; ``whole``: the day in full before it."""
    calendar = announced()
    off = "　休息日" if calendar.knows(day) and calendar.is_off(day) else "　调休上班" if day in calendar.worked else ""
    return f"{full_date(day)}　" * whole + f"星期{WEEKDAYS[day.weekday()]}{off}"
