"""The line on 工作台 that calmly tells what is amiss with the backups, and leads to them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import IconTile


class BackupReminder(QFrame):
    """Shown while there is something to know of the backups; what is known comes with each of them."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        set_role(self, "card")
        self.setAccessibleName("备份的情况")
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        see = QPushButton("看备份")
        see.setObjectName("see_backups")
        see.clicked.connect(state.backups_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(em(self, 0.8), em(self, 0.4), em(self, 0.8), em(self, 0.4))
        row.setSpacing(em(self, 0.8))
        row.addWidget(IconTile("hard-drive-download", "warn"))
        row.addWidget(self.text, 1)
        row.addWidget(see)
        state.backup_notes_changed.connect(self.look)
        self.look()

    def look(self) -> None:
        """Show what is known now."""
        notes = self._state.backup_notes
        self.text.setText("\n".join(f"{note}。" for note in notes))
        self.setVisible(bool(notes))
