"""A card with one large figure, its share as a bar, and a sentence; a click or Enter leads on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel

from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card, ThinBar
from haicang_desk.ui.widgets.charts import draw_ring
from haicang_desk.ui.widgets.layouts import ElidedLabel


class FigureCard(Card):
    """``chosen`` is emitted on a click, Enter or space."""

    chosen = Signal()

    def __init__(self, label: str, unit: str) -> None:
        super().__init__()
        self.label, self._unit = label, unit
        self._said = "", ""  # the sentence, and a shorter one
        self._name = QLabel(label)
        self._figure, self._unit_label = QLabel(), QLabel(unit)
        self._sentence = ElidedLabel("", role="muted")
        self.bar = ThinBar()
        set_role(self._name, "muted")
        set_role(self._figure, "figure")
        set_role(self._unit_label, "muted")
        for each in (self._name, self._figure, self._unit_label):
            each.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout()
        row.setSpacing(em(self, 0.3))
        row.addWidget(self._figure)
        row.addWidget(self._unit_label, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        self.body.setSpacing(em(self, 0.25))
        self.body.addWidget(self._name)
        self.body.addLayout(row)
        self.body.addWidget(self.bar)
        self.body.addWidget(self._sentence)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_figure(
        self, figure: str, sentence: str, part: int, whole: int, level: str = "info", *, short: str = ""
    ) -> None:
        """Show a figure with its share and what it means; ``short`` says it where the sentence has no room."""
        self._figure.setText(figure)
        self._said = sentence, short or sentence
        self._fit()
        self.bar.show_share(part, whole, level)
        self.setAccessibleName(f"{self.label} {figure} {self._unit}，{sentence}")
        self.setToolTip(f"{sentence}。点一下看全年资金" if sentence else "点一下看全年资金")

    @property
    def figure(self) -> str:
        """The figure shown."""
        return self._figure.text()

    @property
    def sentence(self) -> str:
        """The sentence below it."""
        return self._said[0]

    def _fit(self) -> None:
        sentence, short = self._said
        fits = self._sentence.fontMetrics().horizontalAdvance(sentence) <= self._sentence.width()
        self._sentence.setText(sentence if fits else short)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)  # when the sentence has its new width

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Draw the ring when the keys come or go."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, and a ring where the keys are."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            draw_ring(painter, QRectF(self.rect()), em(self, 0.7))
