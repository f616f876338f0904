"""Before printing: what is left out and why, each with a way to mend it, and how many are printed all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import IconTile, set_icon
from haicang_desk.ui.widgets.table import Table, TableColumn


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A project that is left out of a batch, and why."""

    project_id: str
    name: str
    reason: str


COLUMNS = (
    TableColumn("项目", lambda each: each.name, "", 16, grows=True),
    TableColumn("原因", lambda each: each.reason, "", 16, grows=True),
)


class PrintPlanDialog(QDialog):
    """What is left out, before anything is printed. ``mend`` is given the project that the person goes to instead."""

    mend = Signal(str)

    def __init__(self, parent: QWidget, title: str, left_out: Sequence[LeftOut], ready: int, verb: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        head = QLabel(
            f"有 {len(left_out):,} 份现在还不能印，会跳过；其余 {ready:,} 份照常{verb}。"
            if ready
            else f"所选的 {len(left_out):,} 份现在都还不能印。"
        )
        head.setWordWrap(True)
        set_role(head, "strong")
        top = QHBoxLayout()
        top.addWidget(IconTile("triangle-alert", "warn"))
        top.addSpacing(em(self, 0.5))
        top.addWidget(head, 1)
        self.table = Table(COLUMNS, name="跳过的文书", empty="")
        self.table.show_rows(list(left_out))
        self.table.opened.connect(lambda row: self._go(row.project_id))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(em(self, 1.2), em(self, 1.2), em(self, 1.2), em(self, 1))
        layout.setSpacing(em(self, 0.8))
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addLayout(self._buttons(ready, verb))
        self.table.selectRow(0)
        self._fit(parent)

    def _fit(self, parent: QWidget) -> None:
        room = parent.window().size()
        self.resize(min(em(self, 46), room.width() - 40), min(em(self, 26), room.height() - 40))

    def _buttons(self, ready: int, verb: str) -> QHBoxLayout:
        row = QHBoxLayout()
        mend = self._button("去处理(&G)", "mend", lambda: self._go(self.table.chosen()[0].project_id))
        set_icon(mend, "external-link")
        row.addWidget(mend)
        row.addStretch(1)
        row.addWidget(self._button("取消(&C)" if ready else "关闭(&C)", "cancel", self.reject))
        if ready:
            go_on = self._button(f"{verb}其余 {ready:,} 份(&P)", "go_on", self.accept)
            set_role(go_on, "primary")
            go_on.setDefault(True)
            go_on.setFocus()
            row.addWidget(go_on)
        return row

    def _button(self, label: str, name: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(label)
        button.setObjectName(name)
        button.setAccessibleName(label.partition("(")[0])
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    def _go(self, project_id: str) -> None:
        self.reject()
        self.mend.emit(project_id)
