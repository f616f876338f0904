"""What the window shows while no store is open: the ways to begin, each a button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from haicang_desk.ui.shell.theme import em, set_role


class StartPage(QWidget):
    """Buttons for the ways to begin; each emits a signal."""

    new_requested = Signal()
    open_requested = Signal()
    restore_requested = Signal()
    sample_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        notice = QLabel("还没有打开台账")
        notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(notice, "empty")
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(notice)
        self._buttons = [
            self._button("新建台账(&N)", "begin_new", self.new_requested.emit, role="primary"),
            self._button("打开台账(&O)…", "begin_open", self.open_requested.emit),
            self._button("从备份恢复(&R)…", "begin_restore", self.restore_requested.emit),
            self._button("先看示范台账(&D)", "begin_sample", self.sample_requested.emit),
        ]
        for button in self._buttons:
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.fit()

    def _button(self, label: str, name: str, act: Callable[[], object], *, role: str = "") -> QPushButton:
        button = QPushButton(label)
        button.setObjectName(name)
        button.setAccessibleName(label.partition("(")[0])
        set_role(button, role)
        button.clicked.connect(lambda: act())
        return button

    def fit(self) -> None:
        """Adapt widths to the size of type."""
        for button in self._buttons:
            button.setMinimumWidth(em(self, 14))
