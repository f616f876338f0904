"""A year as a strip of twelve months: what falls due stands as marks over its day, with a line for today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.charts import CENTRE, draw_ground, draw_ring

STACK = 4  # marks over one another
TALL = 5.0  # characters


@dataclass(frozen=True, slots=True)
class DayMark:
    """Something that falls due on a day. ``level``: good for what is done, else block, exception, warn or info."""

    day: date
    words: str
    level: str
    what: Any = None


class YearStrip(QWidget):
    """``chosen`` is emitted with what a mark stands for, ``month_chosen`` with a month, 0 for none any more.

    ``told`` carries the words for what is under the pointer or the keys, "" for nothing.
    """

    chosen = Signal(object)
    month_chosen = Signal(int)
    told = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._year, self._today = 2018, date(2018, 1, 1)
        self.marks: tuple[DayMark, ...] = ()
        self.month = 0  # chosen
        self._over = self._at = -1  # marks first, then months
        self._tracking = False
        self.setAccessibleName("全年日程")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_year(self, year: int, today: date, marks: Sequence[DayMark]) -> None:
        """Show a year; marks of other years stand at its edges."""
        self._year, self._today = year, today
        self.marks = tuple(sorted(marks, key=lambda mark: (mark.day, mark.words)))
        self._at = min(self._at, len(self.marks) + 11)
        self.setAccessibleDescription("；".join(f"{mark.day.isoformat()} {mark.words}" for mark in self.marks))
        self.update()

    def choose_month(self, month: int) -> None:
        """Choose a month, or none any more where it is chosen already."""
        self.month = 0 if month == self.month else month
        self.month_chosen.emit(self.month)
        self.update()

    # where things are

    def sizeHint(self) -> QSize:
        """Room for a stack of marks over a line of months."""
        return QSize(em(self, 24), em(self, TALL))

    def minimumSizeHint(self) -> QSize:
        """The smallest size that can be read."""
        return QSize(em(self, 14), em(self, TALL))

    def _side(self) -> float:
        return float(em(self, 0.72))

    def _base(self) -> float:
        return self.height() - em(self, 1.6)

    def _x(self, day: date) -> float:
        """The place of a day: months are equally wide, whatever their length."""
        if day.year != self._year:
            return self._side() if day.year < self._year else self.width() - self._side()
        return self.width() * (day.month - 1 + (day.day - 0.5) / 31) / 12

    def mark_boxes(self) -> list[QRectF]:
        """Where each mark is; marks that would touch stand over one another."""
        side, boxes, heights = self._side(), [], dict[int, int]()
        step = side * 1.15
        for mark in self.marks:
            column = max(1, min(round(self._x(mark.day) / step), int((self.width() - side / 2) / step)))
            while heights.get(column, 0) >= STACK and column > 1:
                column -= 1  # as near as there is room
            level = heights.get(column, 0)
            heights[column] = level + 1
            x = column * step
            y = self._base() - side * 0.8 - min(level, STACK - 1) * side * 1.12
            boxes.append(QRectF(x - side / 2, y - side / 2, side, side))
        return boxes

    def month_box(self, month: int) -> QRectF:
        """The label of a month."""
        wide = self.width() / 12
        return QRectF((month - 1) * wide, self._base() + 1, wide, self.height() - self._base() - 1)

    def _place_at(self, point: QPointF) -> int:
        grown = em(self, 0.15)
        for number, box in reversed(list(enumerate(self.mark_boxes()))):
            if box.adjusted(-grown, -grown, grown, grown).contains(point):
                return number
        return next((len(self.marks) + n for n in range(12) if self.month_box(n + 1).contains(point)), -1)

    def words_at(self, place: int) -> str:
        """What a mark or a month says."""
        if place < 0:
            return ""
        if place < len(self.marks):
            mark = self.marks[place]
            return f"{mark.day.month}月{mark.day.day}日　{mark.words}"
        month = place - len(self.marks) + 1
        count = sum(mark.day.month == month and mark.day.year == self._year for mark in self.marks)
        return f"{month}月：{count} 件" if count else f"{month}月：没有到期的事"

    # events

    def _act(self, place: int) -> None:
        if 0 <= place < len(self.marks):
            self.chosen.emit(self.marks[place].what)
        elif place >= 0:
            self.choose_month(place - len(self.marks) + 1)

    def _tell(self, place: int) -> None:
        self.setToolTip(self.words_at(place))
        self.told.emit(self.words_at(place))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from mark to mark and on to the months, Enter goes there."""
        moves = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        key = Qt.Key(event.key())
        if key in moves:
            self._at = min(max(self._at + moves[key], 0), len(self.marks) + 11)
            self._tell(self._at)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._at = 0 if key == Qt.Key.Key_Up and self.marks else len(self.marks) + self._today.month - 1
            self._tell(self._at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._act(self._at)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer."""
        over = self._place_at(event.position())
        if over != self._over:
            self._over = over
            self.setCursor(Qt.CursorShape.PointingHandCursor if over >= 0 else Qt.CursorShape.ArrowCursor)
            self._tell(over)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self._over = -1
        self._tell(self._at if self.hasFocus() else -1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go where a mark leads, or choose a month."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._act(self._place_at(event.position()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the next mark."""
        super().focusInEvent(event)
        if self._at < 0:
            ahead = (number for number, mark in enumerate(self.marks) if mark.day >= self._today)
            self._at = next(ahead, 0)
        self._tell(self._at)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self._tell(-1)

    def changeEvent(self, event: QEvent) -> None:
        """Follow font and colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw months, marks and today's line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base, lit = self._base(), self._over if self._over >= 0 else self._at if self.hasFocus() else -1
        self._draw_months(painter, lit)
        painter.setPen(QPen(theme.colour("line_strong"), 1))
        painter.drawLine(QPointF(0, base), QPointF(self.width(), base))
        if self._today.year == self._year:
            x = self._x(self._today)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawLine(QPointF(x, 0), QPointF(x, base + em(self, 0.25)))
        for number, (mark, box) in enumerate(zip(self.marks, self.mark_boxes(), strict=True)):
            self._draw_mark(painter, mark, box, lit=number == lit)
        if self.hasFocus() and self._at >= 0:
            grown = em(self, 0.25)
            is_mark = self._at < len(self.marks)
            box = self.mark_boxes()[self._at] if is_mark else self.month_box(self._at - len(self.marks) + 1)
            draw_ring(painter, box.adjusted(-grown, -grown, grown, grown) if is_mark else box, em(self, 0.3))

    def _draw_months(self, painter: QPainter, lit: int) -> None:
        short = painter.fontMetrics().horizontalAdvance("12月") > self.width() / 12 - 2
        for month in range(1, 13):
            box = self.month_box(month)
            if month == self.month or lit == len(self.marks) + month - 1:
                painter.setPen(Qt.PenStyle.NoPen)
                if month == self.month:
                    painter.setBrush(theme.colour("accent_tint"))
                    painter.drawRoundedRect(box, em(self, 0.3), em(self, 0.3))
                else:
                    draw_ground(painter, box, em(self, 0.3))
            painter.setPen(theme.colour("accent" if month == self.month else "muted"))
            painter.drawText(box, CENTRE, f"{month}" if short else f"{month}月")

    def _draw_mark(self, painter: QPainter, mark: DayMark, box: QRectF, *, lit: bool) -> None:
        """What is done is a ring, what is to be done is full; what is late is a square: not by colour alone."""
        colour = theme.level_colour(mark.level)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(theme.colour("raised") if mark.level == "good" else colour)
        shape = box.adjusted(-1.5, -1.5, 1.5, 1.5) if lit else box.adjusted(1, 1, -1, -1)
        if mark.level in ("block", "exception"):
            painter.drawRoundedRect(shape, 2, 2)
        else:
            painter.drawEllipse(shape)
