"""Cards, pills and thin bars: the few shapes from which screens are put together."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em, set_role


class Card(QFrame):
    """A white sheet with one line around it: a heading with a note beside it, and a body.

    ``head`` is the row of the heading, to which buttons may be added; ``body`` takes what is shown.
    """

    def __init__(self, heading: str = "", note: str = "") -> None:
        super().__init__()
        set_role(self, "card")
        outer = QVBoxLayout(self)
        self.heading, self.note = QLabel(heading), QLabel(note)
        set_role(self.heading, "heading")
        set_role(self.note, "muted")
        for label in (self.heading, self.note):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.head = QHBoxLayout()
        self.head.addWidget(self.heading)
        self.head.addWidget(self.note)
        self.head.addStretch(1)
        self.body = QVBoxLayout()
        if heading or note:
            outer.addLayout(self.head)
        outer.addLayout(self.body, 1)
        self._space()

    def _space(self) -> None:
        """Set margins and gaps for the size of type."""
        outer = self.layout()
        assert outer is not None
        outer.setContentsMargins(em(self, 1.1), em(self, 0.9), em(self, 1.1), em(self, 0.9))
        outer.setSpacing(em(self, 0.5))
        self.head.setSpacing(em(self, 0.6))
        self.body.setSpacing(em(self, 0.4))

    def changeEvent(self, event: QEvent) -> None:
        """Space anew for another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "body"):
            self._space()


class Pill(QLabel):
    """A word on the rounded ground of its level: block, exception, warn, info, good, or "" for a neutral one."""

    def __init__(self, text: str = "", level: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_word(text, level)

    def show_word(self, text: str, level: str = "") -> None:
        """Show another word or level."""
        self.setText(text)
        if self.property("badge") != level:
            self.setProperty("badge", level)
            theme.restyle(self)
            self.updateGeometry()


def draw_pill(painter: QPainter, box: QRectF, text: str, level: str) -> None:
    """Draw a word in the middle of a rounded box on the ground of its level; for delegates."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.level_ground(level) if level else theme.colour("track"))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(theme.level_colour(level) if level else theme.colour("muted"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class ThinBar(QWidget):
    """A thin bar that is filled by ``part`` of ``whole``; over-full it has the colour of its level."""

    def __init__(self, part: int = 0, whole: int = 0, level: str = "info") -> None:
        super().__init__()
        self._part, self._whole, self._level = part, whole, level
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, part: int, whole: int, level: str = "info") -> None:
        """Show another share."""
        self._part, self._whole, self._level = part, whole, level
        self.update()

    def sizeHint(self) -> QSize:
        """Wide, and a third of a character high."""
        return QSize(em(self, 8), max(4, em(self, 0.36)))

    def minimumSizeHint(self) -> QSize:
        """The smallest size that can be read."""
        return QSize(em(self, 2), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_bar(painter, QRectF(self.rect()), self._part, self._whole, self._level)


def draw_bar(painter: QPainter, box: QRectF, part: int, whole: int, level: str) -> None:
    """Draw a thin bar; for widgets and delegates."""
    radius = box.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("track"))
    painter.drawRoundedRect(box, radius, radius)
    if whole > 0 and part > 0:
        filled = QRectF(box)
        filled.setWidth(max(box.width() * min(part / whole, 1), box.height()))
        painter.setBrush(theme.level_colour(level))
        painter.drawRoundedRect(filled, radius, radius)
