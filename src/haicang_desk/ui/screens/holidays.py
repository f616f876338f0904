"""节假日 on a year's sheet: what was announced, what the office set, and changing a day by a click."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from haicang_desk.model.records import DayKind, Holiday
from haicang_desk.model.services import save, void
from haicang_desk.model.values import DeskError, announced, full_date
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card, Pill
from haicang_desk.ui.widgets.icons import set_icon
from haicang_desk.ui.widgets.layouts import FlowRow, scroll_area
from haicang_desk.ui.widgets.year_calendar import DayMark, YearCalendar

FIRST, LAST = 2018, 2100


class HolidayPanel(QWidget):
    """A year's sheet, the day selected in words, and what can be made of it. ``list_requested``: the plain list."""

    list_requested = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state, self._year = state, state.year
        self._own: dict[date, Holiday] = {}
        self.calendar = YearCalendar()
        self.calendar.picked.connect(lambda _: self._tell())
        self.calendar.turned.connect(lambda _: self.turn())
        self._heading = QLabel()
        set_role(self._heading, "heading")
        self._known = QLabel()
        self._known.setWordWrap(True)
        set_role(self._known, "muted")
        head = QHBoxLayout()
        head.addWidget(self._button("chevron-left", "前一年", lambda: self.show_year(self._year - 1)))
        head.addWidget(self._heading)
        head.addWidget(self._button("chevron-right", "后一年", lambda: self.show_year(self._year + 1)))
        head.addWidget(self._known, 1)
        as_list = QPushButton("看成列表(&T)")
        as_list.setObjectName("as_list")
        as_list.setAccessibleName("看成列表")
        set_role(as_list, "quiet")
        as_list.clicked.connect(self.list_requested)
        head.addWidget(as_list)
        legend = FlowRow(10)
        for word, level in (("休 放假", "good"), ("班 调休上班", "warn")):
            legend.add(Pill(word, level))
        note = QLabel("虚线框：本街道设定的；圆点：今天")
        set_role(note, "muted")
        legend.add(note)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, em(self, 0.4), 0)
        inside.addWidget(self.calendar)
        inside.addStretch(1)
        self._area = scroll_area(page)
        sheet = Card()
        sheet.body.addWidget(self._area, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(em(self, 0.6))
        layout.addLayout(head)
        layout.addWidget(legend)
        layout.addWidget(sheet, 1)
        layout.addWidget(self._day_card())

    def _button(self, icon: str, name: str, act: object) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        set_role(button, "quiet")
        set_icon(button, icon, "accent")
        button.clicked.connect(act)
        return button

    def _day_card(self) -> Card:
        card = Card()
        self._day = QLabel()
        self._day.setWordWrap(True)
        set_role(self._day, "strong")
        self._turn = QPushButton()
        self._turn.setAccessibleName("改这一天")
        self._turn.setObjectName("turn_day")
        self._turn.setToolTip("回车")
        self._turn.clicked.connect(self.turn)
        self._back = QPushButton("还原为公布的安排(&K)")
        self._back.setObjectName("restore_day")
        self._back.setAccessibleName("还原为公布的安排")
        self._back.clicked.connect(self.restore)
        row = QHBoxLayout()
        row.addWidget(self._day, 1)
        row.addWidget(self._back)
        row.addWidget(self._turn)
        card.body.addLayout(row)
        return card

    def look(self) -> None:
        """Read the office's own days again."""
        self._own = {each.day: each for each in self._state.workspace.all(Holiday) if each.day is not None}
        self.show_year(self._year)

    def show_year(self, year: int) -> None:
        """Show a year, within those that the program is for."""
        self._year = min(max(year, FIRST), LAST)
        calendar = announced()
        marks = {day: DayMark(off=True) for day in calendar.off if day.year == self._year}
        marks |= {day: DayMark(off=False) for day in calendar.worked if day.year == self._year}
        for day, own in self._own.items():
            if day.year == self._year:
                marks[day] = DayMark(off=own.kind is DayKind.OFF, own=True, name=own.name)
        self._heading.setText(f"{self._year} 年")
        mine = sum(day.year == self._year for day in self._own)
        known = (
            "国务院的放假安排已随程序提供"
            if self._year in calendar.years
            else ("这一年的放假安排还没有，公布后请在这里登记；登记以前到期日不作顺延")
        )
        self._known.setText(f"{known}　本街道设定 {mine} 天")
        self.calendar.show_year(self._year, marks, self._state.today())

    def _tell(self) -> None:
        day = self.calendar.day
        mark = self.calendar.mark(day)
        self._day.setText(self.calendar.told(day))
        self._turn.setText("设为上班(&W)" if mark.off else "设为放假(&W)")
        self._turn.setAccessibleName(self._turn.text().partition("(")[0])
        self._back.setVisible(day in self._own)
        at = self.calendar.day_box(day).center().toPoint()
        self._area.ensureVisible(at.x(), at.y(), em(self, 3), em(self, 6))

    def turn(self) -> None:
        """Make a day off a day of work, or the other way round; a day that is then as announced needs no record."""
        day = self.calendar.day
        off = not self.calendar.mark(day).off
        own = self._own.get(day)
        if own is not None and announced().is_off(day) is off:
            self.restore()
            return
        kind = DayKind.OFF if off else DayKind.WORKED
        record = Holiday(day=day, kind=kind) if own is None else replace(own, kind=kind)
        action = f"{full_date(day)}设为{'放假' if off else '上班'}"
        expected = [own] if own is not None else []
        self._attempt(
            lambda: save(self._state.workspace, [record], action=action, person=self._state.person, expected=expected)
        )

    def restore(self) -> None:
        """Take the office's own record of the day away."""
        own = self._own.get(self.calendar.day)
        if own is not None:
            reason = f"{full_date(self.calendar.day)}还原为公布的安排"
            self._attempt(lambda: void(self._state.workspace, own, reason=reason, person=self._state.person))

    def _attempt(self, act: object) -> None:
        assert callable(act)
        try:
            act()
        except DeskError as refused:
            prompts.tell(self, Holiday.label, str(refused))
