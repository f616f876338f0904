"""The line to search in: it asks when the person pauses, not at every key."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QToolButton

PAUSE = 120  # ms after the last key


class SearchLine(QLineEdit):
    """``sought`` carries the words, once they are not what was last asked for."""

    criteria = Signal(str)

    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__()
        self._asked = ""
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName("清除查找内容")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._ask)
        self.textEdited.connect(lambda _: self._pause.start())
        self.textChanged.connect(self._on_cleared)
        self.returnPressed.connect(self._ask)

    def words(self) -> str:
        return self.text().strip()

    def show_words(self, words: str) -> None:
        """Show words that are being asked for already."""
        self._asked = words
        if self.words() != words:
            self.setText(words)

    def _on_cleared(self, text: str) -> None:
        """The button that clears the line edits nothing by keys."""
        if not text:
            self._pause.start()

    def _ask(self) -> None:
        self._pause.stop()
        if self.words() != self._asked:
            self._asked = self.words()
            self.criteria.emit(self._asked)
