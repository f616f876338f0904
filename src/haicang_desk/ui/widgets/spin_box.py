"""A line for a whole number with its two arrows, whose figures stand clear of its edge."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QSpinBox

from haicang_desk.ui.shell.theme import em

EDGE = 0.5  # characters between the edge and the figures; a style sheet does not reach them


class SpinBox(QSpinBox):
    """A QSpinBox with the padding that all other entries have."""

    def __init__(self) -> None:
        super().__init__()
        self._fit()

    def _fit(self) -> None:
        self.lineEdit().setTextMargins(em(self, EDGE), 0, 0, 0)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
