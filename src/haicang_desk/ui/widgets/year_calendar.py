"""A year on one sheet: twelve months, each day marked as off or worked, as announced or as the office set it."""

from __future__ import annotations

from calendar import Calendar as MonthCalendar
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from haicang_desk.model.values import full_date
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em

WEEKDAYS = "一二三四五六日"
CELL, GAP = 2.2, 1.2  # characters: a day, and the space between months
WEEKS = 6
_WEEKS = MonthCalendar(firstweekday=0)


@dataclass(frozen=True, slots=True)
class DayMark:
    """What kind of day it is. ``own``: the office set it; ``name``: of the holiday, "" where it has none."""

    off: bool
    own: bool = False
    name: str = ""


def weekday_name(day: date) -> str:
    """星期四."""
    return f"星期{WEEKDAYS[day.weekday()]}"


class YearCalendar(QWidget):
    """Twelve months. ``picked`` has the day that is selected, ``turned`` one to be changed: Enter or a double click.

    Arrows go from day to day, PgUp and PgDn from month to month.
    """

    picked = Signal(object)
    turned = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._year, self._today, self.day = 2018, date(2018, 1, 1), date(2018, 1, 1)
        self._marks: dict[date, DayMark] = {}
        self.setAccessibleName("年历")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_year(self, year: int, marks: dict[date, DayMark], today: date) -> None:
        """Show a year; ``marks`` are the days that are not as their weekday says, and those that the office set."""
        self._year, self._marks, self._today = year, marks, today
        if self.day.year != year:
            self.day = today if today.year == year else date(year, 1, 1)
        self.updateGeometry()
        self._tell()

    def mark(self, day: date) -> DayMark:
        """What kind of day it is."""
        return self._marks.get(day, DayMark(off=day.weekday() >= 5))

    def told(self, day: date) -> str:
        """A day in words."""
        mark = self.mark(day)
        usual = mark.off is (day.weekday() >= 5)
        kind = ("周末" if day.weekday() >= 5 else "工作日") if usual else "放假" if mark.off else "调休上班"
        by = "，本街道设定" if mark.own else "，国务院公布" if not usual else ""
        return f"{full_date(day)}　{weekday_name(day)}　{kind}{by}" + (f"　{mark.name}" if mark.name else "")

    def pick(self, day: date) -> None:
        """Select a day of the year shown."""
        if day.year == self._year:
            self.day = day
            self._tell()

    def _tell(self) -> None:
        self.setAccessibleDescription(self.told(self.day))
        self.update()
        self.picked.emit(self.day)

    # where things lie

    def _month_size(self) -> tuple[float, float]:
        return 7 * em(self, CELL), em(self, 1.9) + em(self, 1.5) + WEEKS * em(self, 1.64)

    def _columns(self, width: int) -> int:
        month, gap = self._month_size()[0], em(self, GAP)
        fit = int((width + gap) // (month + gap))
        return next((each for each in (6, 4, 3, 2) if each <= fit), 1)

    def heightForWidth(self, width: int) -> int:
        """As high as its months need in as many columns as fit."""
        rows = -(-12 // self._columns(width))
        return round(rows * (self._month_size()[1] + em(self, GAP * 0.6)))

    def sizeHint(self) -> QSize:
        """Four months side by side."""
        wide = round(4 * (self._month_size()[0] + em(self, GAP)))
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        """One month."""
        return QSize(round(self._month_size()[0]), round(self._month_size()[1]))

    def _month_box(self, month: int) -> QRectF:
        columns = self._columns(self.width())
        row, column = divmod(month - 1, columns)
        wide, high = self._month_size()
        spare = (self.width() - columns * wide) / max(columns - 1, 1) if columns > 1 else 0
        step = wide + min(spare, em(self, GAP * 2.2))
        return QRectF(column * step, row * (high + em(self, GAP * 0.6)), wide, high)

    def day_box(self, day: date) -> QRectF:
        """Where a day of the year lies."""
        month = self._month_box(day.month)
        place = day.day - 1 + date(day.year, day.month, 1).weekday()
        row, column = divmod(place, 7)
        side, high = em(self, CELL), em(self, 1.64)
        top = month.top() + em(self, 1.9) + em(self, 1.5)
        return QRectF(month.left() + column * side, top + row * high, side, high)

    def day_at(self, at: QPointF) -> date | None:
        """The day at a point, None beside all."""
        for month in range(1, 13):
            if self._month_box(month).contains(at):
                days = (day for day in _WEEKS.itermonthdates(self._year, month) if day.month == month)
                return next((day for day in days if self.day_box(day).contains(at)), None)
        return None

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the months in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for month in range(1, 13):
            if self._month_box(month).intersects(QRectF(event.rect())):
                self._draw_month(painter, month)

    def _draw_month(self, painter: QPainter, month: int) -> None:
        box = self._month_box(month)
        bold = QFont(self.font())
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(theme.colour("text"))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(box.left() + em(self, 0.5), box.top(), box.width(), em(self, 1.9)), left, f"{month}月")
        painter.setFont(self.font())
        painter.setPen(theme.colour("muted"))
        for column, name in enumerate(WEEKDAYS):
            cell = QRectF(
                box.left() + column * em(self, CELL), box.top() + em(self, 1.9), em(self, CELL), em(self, 1.5)
            )
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, name)
        for day in _WEEKS.itermonthdates(self._year, month):
            if day.month == month and day.year == self._year:
                self._draw_day(painter, day)

    def _draw_day(self, painter: QPainter, day: date) -> None:
        cell, mark = self.day_box(day).adjusted(1.5, 1.5, -1.5, -1.5), self.mark(day)
        usual = mark.off is (day.weekday() >= 5)
        level = "good" if mark.off else "warn"
        radius = em(self, 0.35)
        painter.setPen(Qt.PenStyle.NoPen)
        if not usual or mark.own:
            painter.setBrush(theme.level_ground(level))
            painter.drawRoundedRect(cell, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if mark.own:  # a line around it, so that it is not told by colour alone
            painter.setPen(QPen(theme.level_colour(level), 1.4, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(cell, radius, radius)
        if day == self.day:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(cell, radius, radius)
        strong = QFont(self.font())
        strong.setBold(day == self._today or not usual)
        painter.setFont(strong)
        plain = "muted" if mark.off else "text"
        painter.setPen(theme.level_colour(level) if not usual or mark.own else theme.colour(plain))
        beside = 0.0 if usual else em(self, 0.4)  # of the word in the corner
        painter.drawText(cell.adjusted(0, 0, -beside, 0), Qt.AlignmentFlag.AlignCenter, str(day.day))
        if not usual:
            small = QFont(self.font())
            small.setPointSizeF(max(small.pointSizeF() * 0.62, 5.5))
            painter.setFont(small)
            corner = QRectF(cell.right() - em(self, 0.75), cell.top() - 1, em(self, 0.75), em(self, 0.8))
            painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, "休" if mark.off else "班")
        if day == self._today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(QPointF(cell.center().x(), cell.bottom() - 2), 2, 2)

    # hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the day."""
        if (day := self.day_at(event.position())) is not None:
            self.pick(day)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Change the day."""
        if (day := self.day_at(event.position())) is not None:
            self.turned.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from day to day; Enter changes the day."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
        key = Qt.Key(event.key())
        if key in steps:
            self.pick(self.day + timedelta(days=steps[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            month = self.day.month + (1 if key == Qt.Key.Key_PageDown else -1)
            if 1 <= month <= 12:
                self.pick(date(self._year, month, 1))
        elif key == Qt.Key.Key_Home:
            self.pick(date(self._year, 1, 1))
        elif key == Qt.Key.Key_End:
            self.pick(date(self._year, 12, 31))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.turned.emit(self.day)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell what kind of day is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            day = self.day_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.told(day) if day else "", self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take the room that another size of type needs."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self.update()
