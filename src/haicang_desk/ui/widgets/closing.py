"""The last row of a dialog that only shows something: what it is, and the button that closes it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton

from haicang_desk.ui.shell.theme import set_role


def closing_row(dialog: QDialog, told: str) -> QHBoxLayout:
    note = QLabel(told)
    set_role(note, "muted")
    close = QPushButton("关闭(&C)")
    close.setAccessibleName("关闭")
    close.clicked.connect(dialog.accept)
    row = QHBoxLayout()
    row.addWidget(note)
    row.addStretch(1)
    row.addWidget(close)
    return row
