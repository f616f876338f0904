"""A row of widgets that goes on to the next line where the width ends."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class FlowRow(QWidget):
    """Holds widgets from left to right, top to bottom; its height follows its width."""

    def __init__(self, gap: int = 6) -> None:
        super().__init__()
        self._gap = gap
        self._held: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, widget: QWidget) -> None:
        widget.setParent(self)
        widget.show()
        self._held.append(widget)
        self._place()

    def clear(self) -> None:
        for widget in self._held:
            # Without a parent it would be Python's, and gone in the middle of its own signal.
            widget.hide()
            widget.setObjectName("")
            widget.deleteLater()
        self._held = []
        self._place()

    def held(self) -> list[QWidget]:
        return list(self._held)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.FontChange):
            self._place()
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(self.width(), self._place(move=False))

    def _place(self, *, move: bool = True) -> int:
        x = y = tallest = 0
        for widget in self._held:
            size = widget.sizeHint()
            if x and x + size.width() > self.width():
                x, y, tallest = 0, y + tallest + self._gap, 0
            if move:
                widget.setGeometry(x, y, size.width(), size.height())
            x, tallest = x + size.width() + self._gap, max(tallest, size.height())
        height = y + tallest
        if move and self.height() != height:
            self.setFixedHeight(height)
        return height
