"""The banner over the screens of a store that may not be written: why, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from haicang_desk.model.services import Check, Condition
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import IconTile


class ConditionBanner(QFrame):
    """Shown while nothing may be changed. A damaged store is offered repair, an older one confirmation."""

    repair_requested = Signal()
    details_requested = Signal()
    restore_requested = Signal()
    look_again_requested = Signal()
    accept_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.setAccessibleName("台账的状况")
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._details = self._button("逐条查看", "damage_details", "")
        self._details.clicked.connect(self.details_requested)
        self._again = self._button("看最新内容", "look_again", "")
        self._again.clicked.connect(self.look_again_requested)
        self._restore = self._button("恢复备份…", "restore_backup", "")
        self._restore.clicked.connect(self.restore_requested)
        self._accept = self._button("确认并登记…", "accept_store", "primary")
        self._accept.clicked.connect(self.accept_requested)
        self._repair = self._button("修复…", "repair", "primary")
        self._repair.clicked.connect(self.repair_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(em(self, 0.8), em(self, 0.5), em(self, 0.8), em(self, 0.5))
        row.setSpacing(em(self, 0.8))
        row.addWidget(IconTile("triangle-alert", "exception"))
        row.addWidget(self._text, 1)
        row.addWidget(self._again)
        row.addWidget(self._details)
        row.addWidget(self._restore)
        row.addWidget(self._accept)
        row.addWidget(self._repair)
        self.hide()

    def _button(self, label: str, name: str, role: str) -> QPushButton:
        button = QPushButton(label)
        button.setObjectName(name)
        if role:
            set_role(button, role)
        return button

    def show_condition(self, condition: Condition | None) -> None:
        """Show why nothing may be changed; hide where it may, or where no store is open."""
        why = condition.read_only if condition is not None else ""
        damaged = condition is not None and condition.check is Check.DAMAGED
        if condition is not None and condition.damage:
            first, more = condition.damage[0], len(condition.damage)
            why = f"台账有 {more} 处损坏，第一处：{first}。修好之前只能查看，现有的文件没有改动"
        self._text.setText(f"{why.rstrip('。')}。")
        unconfirmed = condition is not None and condition.unconfirmed and not damaged
        self._accept.setVisible(unconfirmed)
        self._again.setVisible(not damaged and not unconfirmed)
        self._details.setVisible(damaged and bool(condition and condition.damage))
        self._restore.setVisible(damaged or unconfirmed)
        self._repair.setVisible(damaged)
        self.setVisible(bool(why))
