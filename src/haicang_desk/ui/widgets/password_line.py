"""A line for a password: hidden until asked for, and a word where capitals are locked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from haicang_desk.ui.shell.theme import set_role

CAPITALS = "大写锁定（Caps Lock）可能开着"


class _Line(QLineEdit):
    """A line that tells from what is typed whether capitals are locked."""

    capitals = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Compare the letter with the Shift key: Qt does not tell whether capitals are locked."""
        text = event.text()
        if len(text) == 1 and text.isascii() and text.isalpha():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.capitals.emit(text.isupper() is not shift)
        elif event.key() == Qt.Key.Key_CapsLock:
            self.capitals.emit(False)
        super().keyPressEvent(event)


class PasswordLine(QWidget):
    """A password, with a button that shows it. Nothing typed here is kept, completed, or put on the clipboard."""

    entered = Signal()

    def __init__(self, label: str = "密码") -> None:
        super().__init__()
        self.line = _Line()
        self.line.setAccessibleName(label)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self.line.setMaxLength(200)
        self.line.returnPressed.connect(self.entered)
        self.line.capitals.connect(self._tell)
        self.seen = QPushButton("显示")
        self.seen.setAccessibleName(f"显示{label}")
        self.seen.setCheckable(True)
        self.seen.setAutoDefault(False)
        set_role(self.seen, "quiet")
        self.seen.toggled.connect(self._show)
        self.capitals = QLabel(CAPITALS)
        set_role(self.capitals, "small")
        self.capitals.hide()
        row = QHBoxLayout()
        row.addWidget(self.line, 1)
        row.addWidget(self.seen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.capitals)
        self.setFocusProxy(self.line)

    def _tell(self, locked: bool) -> None:
        self.capitals.setVisible(locked)

    def _show(self, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.seen.setText("隐藏" if shown else "显示")

    def text(self) -> str:
        """What is typed, as it is: blanks count."""
        return self.line.text()

    def clear(self) -> None:
        """Empty the line and hide what is typed from now on."""
        self.line.clear()
        self.seen.setChecked(False)
        self.capitals.hide()
