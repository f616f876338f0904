"""A label of one line that gives way: what does not fit is cut with … and told in full by its tool tip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from haicang_desk.ui.shell.theme import set_role


class ElidedLabel(QLabel):
    """Muted small print beside an entry."""

    def __init__(self, text: str = "", role: str = "small", *, least: int = 0) -> None:
        self._least = least  # characters that are never cut
        self._whole = ""  # first, because the making asks for the size
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_role(self, role)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._whole = text
        self._fit()
        self.updateGeometry()

    def text(self) -> str:
        """The text as given, cut or not."""
        return self._whole

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        least = f"{self._whole[: self._least]}…" if len(self._whole) > self._least else self._whole
        wide = self.fontMetrics().horizontalAdvance(least) + 2 if self._least else 0
        return QSize(wide, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width() - 2, 0))
        super().setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")
