"""全年日程: all deadlines of a fund year in a list, each leading to where it is met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from haicang_desk.model.services import Deadline
from haicang_desk.model.services.agenda import SOON
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.layouts import closing_row
from haicang_desk.ui.widgets.table import Table, TableColumn


def deadline_state(duty: Deadline, today: date) -> str:
    """How a deadline stands today, in words."""
    if duty.done:
        return f"已办（{duty.on.isoformat()}）" if duty.on else "已办"
    if duty.before_ledger:
        return "本台账建立前到期，如已办请登记"
    late = duty.late(today)
    return f"逾期 {late} 天" if late > 0 else "今天到期" if late == 0 else f"还有 {-late} 天"


def deadline_level(duty: Deadline, today: date) -> str:
    """good for what is done, exception for what is late, warn for what is due soon, else info."""
    late = duty.late(today)
    if duty.done or duty.before_ledger:
        return "good" if duty.done else "info"
    return "exception" if late > 0 else "warn" if late > -SOON else "info"


class AgendaDialog(QDialog):
    """All deadlines of the year. Enter or a double click leads to where one is met."""

    def __init__(
        self, parent: QWidget, duties: Sequence[Deadline], today: date, go: Callable[[Deadline], object]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("全年日程")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._go = go
        columns = (
            TableColumn("应办日期", lambda d: d.due.isoformat(), "", 7.5),
            TableColumn("事项", lambda d: d.label, "", 18, grows=True),
            TableColumn("情况", lambda d: deadline_state(d, today), "", 15, colour=partial(_colour, today=today)),
        )
        self.table = Table(columns, name="全年日程", empty="本年度没有要街道办的事项")
        self.table.show_rows(list(duties))
        self.table.opened.connect(self._leave_for)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addLayout(closing_row(self, "回车或双击去办；本年度项目的期限列在“要处理的事”里。"))
        room = parent.window().size()
        self.resize(min(em(self, 48), room.width()), min(em(self, 34), room.height()))

    def _leave_for(self, duty: Deadline) -> None:
        self.accept()
        self._go(duty)


def _colour(duty: Deadline, today: date) -> QColor:
    return theme.level_colour(deadline_level(duty, today))
