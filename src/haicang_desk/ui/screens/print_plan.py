"""Before printing: what is left out and why, each with a way to mend it, and how many are printed all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.icons import IconTile
from haicang_desk.ui.widgets.table import Table, TableColumn


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A project that is left out of a batch, and why."""

    project_id: str
    name: str
    reason: str
    whose: str = ""


COLUMNS = (
    TableColumn("项目", lambda each: each.name, "", 16, grows=True, second_line=lambda each: each.whose),
    TableColumn("原因", lambda each: each.reason, "", 16, grows=True),
)


class PrintPlanDialog(DeskDialog):
    """What is left out, before anything is printed. ``mend`` is given the project that the person goes to instead."""

    mend = Signal(str)

    def __init__(self, parent: QWidget, title: str, left_out: Sequence[LeftOut], ready: int, verb: str) -> None:
        super().__init__(parent, title, "跳过的文书", wide=44)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        head = QLabel(
            f"有 {len(left_out):,} 份现在还不能印，会跳过；其余 {ready:,} 份照常{verb}。"
            if ready
            else f"所选的 {len(left_out):,} 份现在都还不能印。"
        )
        head.setWordWrap(True)
        set_role(head, "strong")
        top = QHBoxLayout()
        top.setSpacing(em(self, 0.8))
        top.addWidget(IconTile("triangle-alert", "warn"))
        top.addWidget(head, 1)
        self.table = Table(COLUMNS, name="跳过的文书", empty="")
        self.table.show_rows(list(left_out))
        self.table.opened.connect(lambda row: self._go(row.project_id))
        self.table.setMinimumHeight(em(self, 3.4) * min(max(len(left_out), 2), 7) + em(self, 2.6))
        self.page.addLayout(top)
        self.page.addWidget(self.table, 1)
        self.add_button("去处理(&G)", self._go_to_chosen, name="mend", icon="external-link")
        self.buttons.addStretch(1)
        self.add_button("取消(&C)" if ready else "关闭(&C)", self.reject, name="cancel", tip="Esc")
        if ready:
            go_on = self.add_button(f"{verb}其余 {ready:,} 份(&P)", self.accept, name="go_on", role="primary")
            go_on.setFocus()
        self.table.selectRow(0)

    def _go_to_chosen(self) -> None:
        for row in self.table.chosen()[:1]:  # none where a click beside the rows took the selection away
            self._go(row.project_id)

    def _go(self, project_id: str) -> None:
        self.reject()
        self.mend.emit(project_id)
