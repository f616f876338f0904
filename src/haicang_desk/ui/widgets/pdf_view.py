"""A preview of a PDF: its pages as they will be printed, one beneath the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.layouts import ElidedLabel

DOTS = 110  # dots an inch of the pictures given
STEPS = (0.4, 0.5, 0.65, 0.8, 1.0, 1.25, 1.6)


class PdfView(QWidget):
    """Shows pages, fitted to the width until another size is chosen."""

    def __init__(self, empty: str) -> None:
        super().__init__()
        self._pages: Sequence[QImage] = ()
        self._step: int | None = None  # None: as wide as there is room
        self._empty = empty
        self._caption = ElidedLabel(role="muted")
        bar = QHBoxLayout()
        bar.addWidget(self._caption, 1)
        for label, name, act in (("−", "缩小预览", -1), ("＋", "放大预览", 1), ("适合宽度", "预览适合宽度", 0)):
            button = QPushButton(label)
            button.setAccessibleName(name)
            button.setToolTip(name)
            set_role(button, "quiet")
            button.clicked.connect(lambda _=False, by=act: self._zoom(by))
            bar.addWidget(button)
        self._paper = QWidget()
        self._paper.setObjectName("page")
        self._column = QVBoxLayout(self._paper)
        self._column.setSpacing(10)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._paper)
        self._scroll.setAccessibleName("文书预览")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self._scroll, 1)
        self.show_text(empty)

    def show_text(self, text: str) -> None:
        """Show a message in place of pages."""
        self._pages = ()
        self._clear()
        label = QLabel(text)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(label, "empty")
        self._column.addWidget(label, 1)
        self._caption.setText("")

    def show_pages(self, pages: Sequence[QImage], caption: str) -> None:
        """Show pages with a line of text above them."""
        self._pages = pages
        self._caption.setText(caption)
        self._draw()
        self._scroll.verticalScrollBar().setValue(0)

    def _clear(self) -> None:
        self._paper.setMinimumSize(0, 0)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _draw(self) -> None:
        self._clear()
        room = max(self._scroll.viewport().width() - 40, 120)
        for number, page in enumerate(self._pages, 1):
            width = min(room, page.width()) if self._step is None else round(page.width() * STEPS[self._step])
            picture = QPixmap.fromImage(page).scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
            label = QLabel()
            label.setPixmap(picture)
            label.setFixedSize(picture.size())
            label.setAccessibleName(f"第 {number} 页")
            label.setFrameShape(QFrame.Shape.Box)
            self._column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
            label.show()  # else it takes no room until the event loop has shown it
        self._column.addStretch(1)
        self._paper.setMinimumSize(self._column.minimumSize())  # at once, not when the layout is next asked

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pages to the new width."""
        super().resizeEvent(event)
        if self._pages and self._step is None:
            self._draw()

    def _zoom(self, by: int) -> None:
        if by == 0:
            self._step = None
        else:
            step = self._step if self._step is not None else STEPS.index(0.8)
            self._step = min(max(step + by, 0), len(STEPS) - 1)
        if self._pages:
            self._draw()
