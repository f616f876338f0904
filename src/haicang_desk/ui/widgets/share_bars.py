"""Shares compared with their limits: the figures in words, and a bar with a mark at the limit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole`` against ``limit`` (a share of the whole); ``least``: the limit is a minimum.

    ``figures`` replaces the percentage where a count or an amount reads better. Limits are compared exactly.
    """

    label: str
    part: int
    whole: int
    limit: Fraction | None = None
    least: bool = True
    figures: str = ""

    @property
    def keeps(self) -> bool | None:
        """Whether the limit is kept; None where there is none or nothing to measure."""
        if self.limit is None or not self.whole:
            return None
        ours, theirs = self.part * self.limit.denominator, self.whole * self.limit.numerator
        return ours >= theirs if self.least else ours <= theirs

    @property
    def size(self) -> Fraction | None:
        """The share as a number, by which lists are sorted; None of nothing."""
        return Fraction(self.part, self.whole) if self.whole else None

    @property
    def percent(self) -> str:
        """The percentage, rounded down so that a missed limit never looks reached."""
        if not self.whole:
            return "—"
        tenths = self.part * 1000 // self.whole
        return f"{tenths // 10}.{tenths % 10}%"

    def __str__(self) -> str:
        figures = self.figures or self.percent
        if self.limit is None:
            return figures
        bound = f"{'不低于' if self.least else '不高于'} {self.limit.numerator}/{self.limit.denominator}"
        if (self.limit * 100).denominator == 1:
            bound = f"{'不低于' if self.least else '不高于'} {self.limit * 100}%"
        return f"{figures}　{bound}　{self.verdict}"

    @property
    def verdict(self) -> str:
        """达标, 未达标 or 暂无项目; "" without a limit."""
        if self.limit is None:
            return ""
        return {True: "达标", False: "未达标", None: "暂无项目"}[self.keeps]


class ShareBar(QWidget):
    """A share as a bar, with label and figures above it."""

    def __init__(self, *, compact: bool = False) -> None:
        super().__init__()
        self._compact = compact
        self._share = Share("", 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: Share) -> None:
        """Show a share."""
        self._share = share
        self.setAccessibleName(f"{share.label}：{share}")
        self.setToolTip(f"{share.label}：{share}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The size the widget would like to have."""
        return QSize(em(self, 12), em(self, 1 if self._compact else 2.7))

    def minimumSizeHint(self) -> QSize:
        """The smallest size the widget can be used at."""
        return QSize(em(self, 4), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the widget."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        share, top = self._share, 0
        if not self._compact:
            line = QRectF(0, 0, self.width(), em(self, 1.7))
            wide = self.fontMetrics().horizontalAdvance
            shown = self._fitting_text(self.width() - wide(share.label) - em(self, 1))
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                line,
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                self._fitting_label(self.width() - wide(shown)),
            )
            painter.setPen(_ink(share))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
            top = em(self, 1.8)
        draw_share(painter, QRectF(0, top, self.width(), em(self, 0.6)), share)

    def _fitting_label(self, room: int) -> str:
        """The label, cut where the figures need its room."""
        gap = em(self, 0.5)
        return self.fontMetrics().elidedText(self._share.label, Qt.TextElideMode.ElideRight, max(room - gap, 0))

    def _fitting_text(self, room: int) -> str:
        """As much as there is room for; the figures and the verdict come first, the tool tip has it all."""
        share = self._share
        short = f"{share.figures.partition(' ')[0] or share.percent}　{share.verdict}".rstrip("　")
        fitting = (text for text in (str(share), short) if self.fontMetrics().horizontalAdvance(text) <= room)
        return next(fitting, short)


def draw_share(painter: QPainter, box: QRectF, share: Share) -> None:
    """Draw the bar with a mark at the limit."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("track"))
    painter.drawRoundedRect(box, 3, 3)
    if share.whole:
        filled = QRectF(box)
        filled.setWidth(box.width() * min(share.part / share.whole, 1))
        painter.setBrush(_ink(share) if share.keeps is not None else theme.colour("accent"))
        painter.drawRoundedRect(filled, 3, 3)
    if share.limit is not None:
        x = box.left() + box.width() * float(share.limit)
        painter.setBrush(theme.colour("text"))
        painter.drawRect(QRectF(x - 1, box.top() - 2, 2, box.height() + 4))


def _ink(share: Share) -> QColor:
    if share.keeps is None:
        return theme.colour("muted")
    return theme.level_colour("good" if share.keeps else "exception")
