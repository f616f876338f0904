"""A month to pick a day from: Chinese, with days off and days worked in exchange, within the screen, by keys."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from haicang_desk.model.values import Calendar, add_months, announced, full_date
from haicang_desk.ui.shell.theme import colour, em, level_colour, set_role
from haicang_desk.ui.widgets.editors.offers import place_popup
from haicang_desk.ui.widgets.icons import set_icon

WEEKDAYS = "一二三四五六日"
WEEKS = 6  # rows, so that no month changes the size
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
_NONE = Qt.BrushStyle.NoBrush


class MonthGrid(QWidget):
    """One month as a grid of days, painted with the colours of the palette. Arrow keys move the day marked."""

    marked = Signal(object)  # the day now marked
    picked = Signal(object)  # the day picked with Enter or a click

    def __init__(self) -> None:
        super().__init__()
        self.day, self.today = FIRST, FIRST
        self.calendar: Calendar = announced()
        self._hover: date | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_day(self, day: date) -> None:
        """Mark a day and show its month."""
        self.day = min(max(day, FIRST), LAST)
        self.setAccessibleDescription(day_told(self.day, self.calendar))
        self.update()
        self.marked.emit(self.day)

    def sizeHint(self) -> QSize:
        """Seven columns and a row for the weekdays, in the size of type."""
        return QSize(em(self, 2.8) * 7, em(self, 2.1) * (WEEKS + 1))

    def first(self) -> date:
        """The Monday in the first cell."""
        start = self.day.replace(day=1)
        return start - timedelta(days=start.weekday())

    def cell_of(self, day: date) -> QRect:
        """The cell of a day, an empty one where it is not shown."""
        place = (day - self.first()).days
        return self._cell(place // 7 + 1, place % 7) if 0 <= place < 7 * WEEKS else QRect()

    def _cell(self, row: int, column: int) -> QRect:
        wide, high = self.width() / 7, self.height() / (WEEKS + 1)
        return QRect(QPoint(round(column * wide), round(row * high)), QSize(round(wide), round(high)))

    def _day_at(self, point: QPoint) -> date | None:
        row = int(point.y() / (self.height() / (WEEKS + 1))) - 1
        column = int(point.x() / (self.width() / 7))
        if not (0 <= row < WEEKS and 0 <= column < 7):
            return None
        return self.first() + timedelta(days=row * 7 + column)

    # keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows by days and weeks, page keys by months, with Ctrl by years; Home is today; Enter picks."""
        days = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
        pages = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        key = Qt.Key(event.key())
        if key in days:
            self.show_day(self.day + timedelta(days=days[key]))
        elif key in pages:
            years = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.show_day(add_months(self.day, pages[key] * (12 if years else 1)))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_T):
            self.show_day(self.today)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self.day)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the months."""
        self.show_day(add_months(self.day, -1 if event.angleDelta().y() > 0 else 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Lighten the day under the pointer and say what it is."""
        self._hover = self._day_at(event.position().toPoint())
        self.setToolTip(day_told(self._hover, self.calendar) if self._hover else "")
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No day is under the pointer."""
        self._hover = None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick the day clicked."""
        if (day := self._day_at(event.position().toPoint())) is not None:
            self.show_day(day)
            self.picked.emit(day)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw weekdays and days."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour("muted"))
        for column, name in enumerate(WEEKDAYS):
            painter.drawText(self._cell(0, column), Qt.AlignmentFlag.AlignCenter, name)
        for place in range(7 * WEEKS):
            self._paint_day(painter, self.first() + timedelta(days=place))
        painter.end()

    def _paint_day(self, painter: QPainter, day: date) -> None:
        cell, within, chosen = self.cell_of(day), day.month == self.day.month, day == self.day
        side = min(cell.width(), cell.height()) - 2
        box = QRectF(cell.center().x() - side / 2 + 0.5, cell.center().y() - side / 2 + 0.5, side, side)
        if chosen or day in (self._hover, self.today):
            painter.setBrush(colour("accent" if chosen else "accent_tint") if day != self.today or chosen else _NONE)
            painter.setPen(QPen(colour("accent"), 1.5) if day == self.today and not chosen else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, side / 4, side / 4)
        mark = day_mark(day, self.calendar)
        off = mark == "休" or (not mark and day.weekday() >= 5)
        text = colour("on_accent" if chosen else "disabled" if not within else "muted" if off else "text")
        painter.setPen(text)
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(day.day))
        if mark and within:
            beside = QRect(QPoint(round(box.right()) - 2, cell.top() + 1), cell.bottomRight())
            self._paint_mark(painter, beside, mark)

    def _paint_mark(self, painter: QPainter, room: QRect, mark: str) -> None:
        """休 or 班 beside a day; a word, so that it is not told by colour alone."""
        usual = painter.font()
        small = painter.font()
        small.setPointSizeF(usual.pointSizeF() * 0.66)
        painter.setFont(small)
        painter.setPen(level_colour("good" if mark == "休" else "exception"))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, mark)
        painter.setFont(usual)


def day_mark(day: date, calendar: Calendar) -> str:
    """休 for a day announced as off, 班 for a weekend worked in exchange, "" for all others."""
    if day in calendar.worked:
        return "班"
    return "休" if day in calendar.off else ""


def day_told(day: date, calendar: Calendar) -> str:
    """A day in words: 2026年10月1日 星期四 休."""
    mark = {"休": "　放假", "班": "　调休上班"}.get(day_mark(day, calendar), "")
    return f"{full_date(day)}　星期{WEEKDAYS[day.weekday()]}{mark}"


class CalendarPopup(QFrame):
    """The month in a popup with its head: year and month, buttons to turn them, and today."""

    picked = Signal(object)  # a date

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("calendar")
        self.setAccessibleName(name)
        set_role(self, "popup")
        self.grid = MonthGrid()
        self.grid.setAccessibleName(name)
        self.title = QLabel()
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self.title, "heading")
        head = QHBoxLayout()
        head.setSpacing(0)
        for name_, label, count in (("chevrons-left", "上一年", -12), ("chevron-left", "上一月", -1)):
            head.addWidget(self._turner(name_, label, count))
        head.addWidget(self.title, 1)
        for name_, label, count in (("chevron-right", "下一月", 1), ("chevrons-right", "下一年", 12)):
            head.addWidget(self._turner(name_, label, count))
        self.note = QLabel()
        set_role(self.note, "small")
        self._today = QPushButton("今天")
        self._today.setAccessibleName("今天")
        self._today.setToolTip("Home 键")
        self._today.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(self._today, "quiet")
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self._today)
        box = QVBoxLayout(self)
        box.setSpacing(2)
        box.addLayout(head)
        box.addWidget(self.grid)
        box.addLayout(foot)
        self.grid.marked.connect(self._tell)
        self.grid.picked.connect(self._pick)
        self._today.clicked.connect(lambda: self._pick(self.grid.today))

    def _turner(self, icon: str, label: str, count: int) -> QToolButton:
        button = QToolButton()
        set_icon(button, icon, "muted")
        button.setAccessibleName(label)
        button.setToolTip(label)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(button, "quiet")
        button.clicked.connect(lambda: self.grid.show_day(add_months(self.grid.day, count)))
        return button

    def open_at(self, anchor: QWidget, day: date, today: date, calendar: Calendar) -> None:
        """Open at a day, under a widget or above it."""
        self.grid.today, self.grid.calendar = today, calendar
        self.grid.show_day(day)
        self.ensurePolished()
        box = self.layout()
        if box is not None:
            box.activate()
        place_popup(self, anchor, self.sizeHint())
        self.show()
        self.grid.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Escape, F4 or F7."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F4, Qt.Key.Key_F7):
            self.close()
        else:
            super().keyPressEvent(event)

    def _tell(self, day: date) -> None:
        self.title.setText(f"{day.year}年{day.month}月")
        self.note.setText(day_told(day, self.grid.calendar))

    def _pick(self, day: date) -> None:
        self.close()
        self.picked.emit(day)
