"""The year's agenda: what presses as tiles of the first screen, and all of it as a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.services import Deadline
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.closing import closing_row
from haicang_desk.ui.widgets.table import Table, TableColumn

SOON = 30  # days ahead that a duty begins to show among the tiles


def due_soon(duties: Sequence[Deadline], today: date) -> list[Deadline]:
    """What is late, and what is due soon."""
    return [duty for duty in duties if not duty.done and duty.late(today) >= -SOON]


def deadline_state(duty: Deadline, today: date) -> str:
    if duty.done:
        return f"已办（{duty.on.isoformat()}）" if duty.on else "已办"
    late = duty.late(today)
    return f"逾期 {late} 天" if late > 0 else "今天到期" if late == 0 else f"还有 {-late} 天"


def deadline_tile(duty: Deadline, today: date, act: Callable[[], object]) -> QPushButton:
    """A button that says what presses and goes where it is done."""
    button = QPushButton(f"{duty.label}　{deadline_state(duty, today)}")
    button.setObjectName(f"duty_{duty.label}")
    button.setAccessibleName(button.text())
    button.setToolTip(f"应于 {duty.due.isoformat()} 前办。点一下去办")
    set_role(button, "late" if duty.late(today) > 0 else "")
    button.clicked.connect(lambda: act())
    return button


def _colour(duty: Deadline, today: date) -> QColor:
    late = duty.late(today)
    return theme.level_colour("good" if duty.done else "exception" if late > 0 else "warn" if late > -SOON else "info")


class AgendaDialog(QDialog):
    """Every duty of the year. Enter or a double click goes where it is done."""

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
            TableColumn("情况", lambda d: deadline_state(d, today), "", 13, colour=partial(_colour, today=today)),
        )
        self.table = Table(columns, name="全年日程", empty="本年度没有要街道办的事项")
        self.table.show_rows(list(duties))
        self.table.opened.connect(self._leave_for)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addLayout(closing_row(self, "回车或双击去办；各项目自己的期限列在“要处理的事项”里。"))
        self.resize(em(self, 46), em(self, 34))

    def _leave_for(self, duty: Deadline) -> None:
        self.accept()
        self._go(duty)
