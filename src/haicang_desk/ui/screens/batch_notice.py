"""One line over a batch that says what was done or refused, with what can be done next; it stays until it is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.icons import IconTile, set_icon

ICONS = {"block": "circle-alert", "info": "info", "good": "circle-check"}


class BatchNotice(QFrame):
    """A sentence on the ground of its level: block, info or good, and buttons; ``acted`` gives what a button is for."""

    acted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("batch_notice")
        self._tile = IconTile("info", "info")
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(em(self, 0.7), em(self, 0.4), em(self, 0.7), em(self, 0.4))
        self._row.setSpacing(em(self, 0.6))
        self._row.addWidget(self._tile)
        self._row.addWidget(self._text, 1)
        self._buttons: list[QPushButton] = []
        self.hide()

    def say(self, level: str, text: str, acts: Sequence[tuple[str, str, Any]] = ()) -> None:
        """Say a sentence. ``acts``: label, icon and what each button is for."""
        self.clear()
        self._tile.show_icon(ICONS[level], level)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setProperty("level", level)
        theme.restyle(self)
        for label, icon, what in acts:
            button = QPushButton(label)
            button.setAccessibleName(label.partition("(")[0])
            button.setObjectName(f"notice_{what[0]}")
            set_icon(button, icon)
            button.clicked.connect(lambda _=False, what=what: self.acted.emit(what))
            self._row.addWidget(button)
            self._buttons.append(button)
        self.show()

    def text(self) -> str:
        """What is said; "" for nothing."""
        return self._text.text() if not self.isHidden() else ""

    def clear(self) -> None:
        """Say nothing."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.setObjectName("")
            button.deleteLater()
        self._buttons = []
        self._text.clear()
        self.hide()

    def focus_first(self) -> None:
        """Put the keyboard on the first button."""
        if self._buttons:
            self._buttons[0].setFocus()
