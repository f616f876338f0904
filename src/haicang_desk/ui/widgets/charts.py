"""Small charts that are painted, clicked, walked through with keys, copied as a picture, and read as numbers.

A chart is a row of places (months, quarters, stages, villages), each with a value of every series. Click or Enter on
a place emits ``chosen`` with what it stands for; the arrow keys go from place to place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QWidget,
)

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.icons import set_icon

NumberText = Callable[[int], str]
CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Series:
    """What one kind of column or segment means. ``token``: a colour of the set that is worn."""

    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a chart: its label, a value for each series, and what a click on it stands for."""

    label: str
    values: tuple[int, ...]
    what: Any = None


class Chart(QWidget):
    """The base of all charts: which place is under the pointer or the keys, copying, and words for each place."""

    chosen = Signal(object)

    def __init__(self, name: str, number: NumberText, unit: str) -> None:
        super().__init__()
        self.name, self.number, self.unit = name, number, unit
        self.series: tuple[Series, ...] = ()
        self.places: tuple[Place, ...] = ()
        self._at = -1  # the place of the keys
        self._over = -1  # the place of the pointer
        self.clip = QRectF()  # what is being drawn
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_data(self, series: Sequence[Series], places: Sequence[Place]) -> None:
        """Show other values."""
        new = tuple(series), tuple(places)
        if new != (self.series, self.places):
            self.series, self.places = new
            self._at = min(self._at, len(self.places) - 1)
            self.setAccessibleDescription("；".join(self.words(number) for number in range(len(self.places))))
            self.updateGeometry()
            self.update()

    def words(self, number: int) -> str:
        """A place in words: 8月：核定 12.00、拨付 3.00 万元."""
        place = self.places[number]
        said = "、".join(
            f"{each.label} {self.number(value)}" for each, value in zip(self.series, place.values, strict=True)
        )
        return f"{place.label}：{said} {self.unit}"

    @property
    def empty(self) -> bool:
        """Whether every value is 0."""
        return not any(value for place in self.places for value in place.values)

    # places

    def box_of(self, number: int) -> QRectF:
        """Where a place is; every chart says so for itself."""
        raise NotImplementedError

    def place_at(self, point: QPointF) -> int:
        """The number of the place at a point, -1 for none."""
        return next((n for n in range(len(self.places)) if self.box_of(n).contains(point)), -1)

    @property
    def lit(self) -> int:
        """The place that is marked: under the pointer, else where the keys are."""
        return self._over if self._over >= 0 else self._at if self.hasFocus() else -1

    def choose(self, number: int) -> None:
        """As a click on this place."""
        if 0 <= number < len(self.places) and self.places[number].what is not None:
            self.chosen.emit(self.places[number].what)

    # copying

    def picture(self) -> QPixmap:
        """The chart with its name, on the colour of cards."""
        space, title = em(self, 1), em(self, 2)
        ratio = self.devicePixelRatioF()
        size = QSize(self.width() + 2 * space, self.height() + title + 2 * space)
        made = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(theme.colour("raised"))
        painter = QPainter(made)
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        painter.drawText(QRectF(space, space, self.width(), title), theme.LEFT, f"{self.name}（{self.unit}）")
        painter.setFont(self.font())
        painter.translate(space, space + title)
        self.clip = QRectF(self.rect())
        self.paint(painter, lit=-1)
        painter.end()
        return made

    def numbers(self) -> list[tuple[str, ...]]:
        """The numbers as rows, the first one of headings."""
        head = ("", *(f"{each.label}（{self.unit}）" for each in self.series))
        return [head, *((place.label, *map(self.number, place.values)) for place in self.places)]

    def copy_picture(self) -> None:
        """Put the chart into the clipboard as a picture."""
        QGuiApplication.clipboard().setPixmap(self.picture())

    def copy_numbers(self) -> None:
        """Put the numbers into the clipboard, for a workbook."""
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in self.numbers()))

    def fill_menu(self, menu: QMenu) -> None:
        """What can be done with the chart."""
        keys = QKeySequence(QKeySequence.StandardKey.Copy).toString(QKeySequence.SequenceFormat.NativeText)
        menu.addAction(f"复制图片\t{keys}", self.copy_picture)  # said, not bound: the chart with the focus answers
        menu.addAction("复制数字", self.copy_numbers)

    # events

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(menu)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from place to place, Enter chooses, Ctrl+C copies."""
        moves = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_picture()
        elif key in moves and self.places:
            self._at = min(max(self._at + moves[key], 0), len(self.places) - 1)
            self._tell(self._at)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.places:
            self._at = 0 if key == Qt.Key.Key_Home else len(self.places) - 1
            self._tell(self._at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.choose(self._at)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the first place where none is yet."""
        super().focusInEvent(event)
        if self._at < 0 and self.places:
            self._at = 0
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the mark away."""
        super().focusOutEvent(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark what is under the pointer and say it."""
        over = self.place_at(event.position())
        if over != self._over:
            self._over = over
            self._tell(over)
        clickable = over >= 0 and self.places[over].what is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self._over = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._at = self.place_at(event.position())
            self.choose(self._at)

    def _tell(self, number: int) -> None:
        self.setToolTip(self.words(number) if number >= 0 else "")
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Take another size with another font, other colours with another set."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chart, and a ring where the keys are."""
        painter = QPainter(self)
        self.clip = QRectF(event.rect())
        self.paint(painter, lit=self.lit)
        if self.hasFocus() and 0 <= self._at < len(self.places):
            draw_ring(painter, self.box_of(self._at), em(self, 0.3))

    def paint(self, painter: QPainter, *, lit: int) -> None:
        """Draw the chart with one place marked; -1 for none."""
        raise NotImplementedError


def draw_ring(painter: QPainter, box: QRectF, radius: float) -> None:
    """The ring around what the keys are on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("accent"), 2))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)


def draw_ground(painter: QPainter, box: QRectF, radius: float) -> None:
    """The ground behind what is under the pointer."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("stripe"))
    painter.drawRoundedRect(box, radius, radius)


def _legend_width(chart: Chart, painter: QPainter) -> float:
    wide = painter.fontMetrics().horizontalAdvance
    return sum(wide(each.label) + em(chart, 2.0) for each in chart.series)


def draw_legend(painter: QPainter, chart: Chart, top_right: QPointF) -> None:
    """A square of its colour and the name of each series, at the right end of a line."""
    height, side = em(chart, 1.4), em(chart, 0.7)
    x = top_right.x() - _legend_width(chart, painter)
    for each in chart.series:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(each.token))
        painter.drawRoundedRect(QRectF(x, top_right.y() + (height - side) / 2, side, side), side / 4, side / 4)
        painter.setPen(theme.colour("muted"))
        words = QRectF(x + side * 1.4, top_right.y(), painter.fontMetrics().horizontalAdvance(each.label) + 2, height)
        painter.drawText(words, theme.LEFT, each.label)
        x += painter.fontMetrics().horizontalAdvance(each.label) + em(chart, 2.0)


class ColumnChart(Chart):
    """A group of columns for each place, growing from a base line; the largest value is written at its line."""

    def __init__(self, name: str, number: NumberText, unit: str, *, tall: float = 9, labelled: bool = False) -> None:
        super().__init__(name, number, unit)
        self._tall, self._labelled = tall, labelled  # ``labelled``: the number stands over each column

    def sizeHint(self) -> QSize:
        """Wide enough for its places."""
        return QSize(em(self, 16), em(self, self._tall))

    def minimumSizeHint(self) -> QSize:
        """The smallest size that can be read."""
        return QSize(em(self, 11), em(self, min(self._tall, 7)))

    def _plot(self) -> QRectF:
        top = em(self, 1.7 if len(self.series) > 1 or self._labelled else 1.0)
        return QRectF(0, top, self.width(), max(self.height() - top - em(self, 1.6), 1))

    def box_of(self, number: int) -> QRectF:
        """The full height above a label, and the label."""
        wide = self.width() / max(len(self.places), 1)
        return QRectF(number * wide, self._plot().top(), wide, self.height() - self._plot().top())

    def paint(self, painter: QPainter, *, lit: int) -> None:
        """Draw grid line, columns, labels and legend."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self._plot()
        most = max((value for place in self.places for value in place.values), default=0)
        if most > 0 and not self._labelled:
            painter.setPen(QPen(theme.colour("line"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(plot.topLeft(), plot.topRight())
            painter.setPen(theme.colour("muted"))
            line = QRectF(0, plot.top() - em(self, 1.5), plot.width(), em(self, 1.4))
            painter.drawText(line, theme.LEFT, f"{self.number(most)} {self.unit}")
        if len(self.series) > 1:
            draw_legend(painter, self, QPointF(self.width(), 0))
        painter.setPen(QPen(theme.colour("line_strong"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        for number, place in enumerate(self.places):
            self._draw_place(painter, number, place, plot, most, lit=number == lit)

    def _draw_place(self, painter: QPainter, number: int, place: Place, plot: QRectF, most: int, *, lit: bool) -> None:
        box = self.box_of(number)
        if lit:
            draw_ground(painter, box.adjusted(1, 0, -1, 0), em(self, 0.3))
        count = max(len(self.series), 1)
        wide = min(box.width() * 0.72 / count, em(self, 1.5 if count > 1 else 2.4))
        if self._labelled:  # each number over its own column
            numbers = {self.number(value) for each in self.places for value in each.values}
            texts = max(map(painter.fontMetrics().horizontalAdvance, numbers), default=0)
            wide = min(box.width() * 0.96 / count, max(wide, texts + em(self, 0.5)))
        left = box.center().x() - wide * count / 2
        for offset, (each, value) in enumerate(zip(self.series, place.values, strict=True)):
            inset = em(self, 0.25) if self._labelled else 1
            column = QRectF(left + offset * wide + inset, 0, max(wide - 2 * inset, 2), 0)
            if most > 0 and value > 0:
                high = max(plot.height() * value / most, 2)
                column.setRect(column.left(), plot.bottom() - high, column.width(), high)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour(each.token))
                radius = min(column.width() / 4, em(self, 0.25))
                painter.save()
                painter.setClipRect(column)  # only the upper corners are round
                painter.drawRoundedRect(column.adjusted(0, 0, 0, 2 * radius), radius, radius)
                painter.restore()
            if self._labelled:
                top = column.top() if value > 0 and most > 0 else plot.bottom()
                painter.setPen(theme.colour("text" if value else "muted"))
                text = QRectF(column.left() - wide, top - em(self, 1.5), column.width() + 2 * wide, em(self, 1.4))
                painter.drawText(text, CENTRE, self.number(value))
        painter.setPen(theme.colour("text" if lit else "muted"))
        painter.drawText(QRectF(box.left(), plot.bottom() + 2, box.width(), em(self, 1.5)), CENTRE, place.label)


class FlowRows(Chart):
    """A row for each place: its name, a bar of one segment for each series, and the sum; all on one scale."""

    def sizeHint(self) -> QSize:
        """A legend and a row for each place."""
        return QSize(em(self, 22), em(self, 1.8 + 2.6 * max(len(self.places), 3)))

    def minimumSizeHint(self) -> QSize:
        """The smallest size that can be read."""
        return QSize(em(self, 16), em(self, 1.8 + 2.1 * max(len(self.places), 3)))

    def box_of(self, number: int) -> QRectF:
        """The row."""
        top = em(self, 1.8)
        high = min((self.height() - top) / max(len(self.places), 1), em(self, 3.4))
        return QRectF(0, top + number * high, self.width(), high)

    def paint(self, painter: QPainter, *, lit: int) -> None:
        """Draw legend and rows."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_legend(painter, self, QPointF(self.width(), 0))
        wide = painter.fontMetrics().horizontalAdvance
        most = max((sum(place.values) for place in self.places), default=0)
        names = max((wide(place.label) for place in self.places), default=0) + em(self, 1.2)
        sums = max((wide(self.number(sum(place.values))) for place in self.places), default=0) + em(self, 1.0)
        room = max(self.width() - names - sums - em(self, 0.4), 1)
        for number, place in enumerate(self.places):
            box = self.box_of(number)
            if number == lit:
                draw_ground(painter, box.adjusted(0, 1, 0, -1), em(self, 0.3))
            painter.setPen(theme.colour("text"))
            painter.drawText(box.adjusted(em(self, 0.4), 0, 0, 0), theme.LEFT, place.label)
            high = min(em(self, 1.2), box.height() * 0.5)
            x = float(names)
            for each, value in zip(self.series, place.values, strict=True):
                long = room * value / most if most > 0 and value > 0 else 0
                if long:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(theme.colour(each.token))
                    bar = QRectF(x, box.center().y() - high / 2, max(long - 1, 2), high)
                    painter.drawRoundedRect(bar, high / 5, high / 5)
                x += long
            painter.setPen(theme.colour("text" if sum(place.values) else "muted"))
            painter.drawText(box.adjusted(0, 0, -em(self, 0.4), 0), theme.RIGHT, self.number(sum(place.values)))


BAR = 1.1  # characters high


class SegmentBar(Chart):
    """One bar cut into segments, a segment a place, with its name and number beneath; for parts of a whole."""

    def __init__(self, name: str, number: NumberText, unit: str, colour: Callable[[Any], QColor]) -> None:
        super().__init__(name, number, unit)
        self._colour = colour  # of what a place stands for; asked each time it is drawn

    def sizeHint(self) -> QSize:
        """A bar and a row of words for every line that they take."""
        return QSize(em(self, 20), self._height(self.width() or em(self, 20)))

    def minimumSizeHint(self) -> QSize:
        """The smallest size that can be read."""
        return QSize(em(self, 8), self._height(self.width()))

    def hasHeightForWidth(self) -> bool:
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """A bar, and the lines that the words take."""
        return self._height(width)

    def _height(self, width: int) -> int:
        boxes = self._words_boxes(width)
        return round(boxes[-1].bottom()) + 2 if boxes else em(self, 2)

    def _label(self, place: Place) -> str:
        return f"{place.label} {self.number(place.values[0])}"

    def _words_boxes(self, width: float) -> list[QRectF]:
        """Where the words of each place stand, from left to right and wrapped."""
        boxes: list[QRectF] = []
        x, y, high, gap = 0.0, em(self, BAR + 0.6), em(self, 1.8), em(self, 0.5)
        for place in self.places:
            wide = self.fontMetrics().horizontalAdvance(self._label(place)) + em(self, 2.2)
            if x and x + wide > width:
                x, y = 0.0, y + high
            boxes.append(QRectF(x, y, wide, high))
            x += wide + gap
        return boxes

    def _segments(self) -> list[QRectF]:
        total = sum(place.values[0] for place in self.places)
        boxes, x = [], 0.0
        for place in self.places:
            wide = self.width() * place.values[0] / total if total else 0
            boxes.append(QRectF(x, 0, wide, em(self, BAR)))
            x += wide
        return boxes

    def box_of(self, number: int) -> QRectF:
        """The words of a place."""
        return self._words_boxes(self.width())[number]

    def place_at(self, point: QPointF) -> int:
        """The place whose words or segment are at a point."""
        boxes = self._segments()
        over = next((n for n, box in enumerate(boxes) if box.contains(point)), -1)
        return over if over >= 0 else super().place_at(point)

    def paint(self, painter: QPainter, *, lit: int) -> None:
        """Draw the bar and the words."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        segments, words, side = self._segments(), self._words_boxes(self.width()), em(self, 0.7)
        for number, place in enumerate(self.places):
            colour = self._colour(place.what)
            box = segments[number].adjusted(0 if number == 0 else 1, 0, 0 if number == len(words) - 1 else -1, 0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(box, side / 3, side / 3)
            if number == lit:
                draw_ground(painter, words[number], em(self, 0.3))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            line = words[number]
            painter.drawEllipse(QRectF(line.left() + side * 0.5, line.center().y() - side / 2, side, side))
            painter.setPen(theme.colour("text"))
            painter.drawText(line.adjusted(side * 2, 0, 0, 0), theme.LEFT, self._label(place))


def blended(token: str, other: str, share: float) -> QColor:
    """A colour between two of the set that is worn; ``share`` of the second."""
    one, two = theme.colour(token), theme.colour(other)
    parts = ((a * (1 - share) + b * share) for a, b in zip(one.getRgb()[:3], two.getRgb()[:3], strict=True))  # type: ignore[index]
    return QColor(*map(round, parts))


class NumbersTable(QTableWidget):
    """The numbers of a chart beneath it, to be read and copied."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{name}的数字")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_numbers(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these rows, the first one as headings; as tall as they are, up to thirteen."""
        head, *body = rows
        self.setColumnCount(len(head))
        self.setRowCount(len(body))
        self.setHorizontalHeaderLabels(list(head))
        for row, texts in enumerate(body):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setTextAlignment(theme.RIGHT if column else theme.LEFT)
                self.setItem(row, column, item)
        self.fit()

    def fit(self) -> None:
        """Rows and height for the size of type."""
        high = em(self, 1.9)
        self.verticalHeader().setDefaultSectionSize(high)
        self.setFixedHeight(high * min(self.rowCount(), 13) + em(self, 2.6))

    def changeEvent(self, event: QEvent) -> None:
        """Fit again for another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()


class ChartCard(Card):
    """A card with a chart: a menu at its head copies it, and shows its numbers beneath.

    ``around``: what holds the chart, such as a scroll area; else the chart itself is put in.
    """

    def __init__(self, chart: Chart, heading: str = "", note: str = "", *, around: QWidget | None = None) -> None:
        super().__init__(heading or chart.name, note)
        self.chart = chart
        self._table: NumbersTable | None = None
        self.more = QToolButton()
        self.more.setAccessibleName(f"{chart.name}：复制或看数字")
        self.more.setToolTip("复制图片、复制数字、看数字")
        self.more.setProperty("bare", True)
        self.more.setProperty("role", "quiet")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(self.more, "ellipsis", "muted")
        menu = QMenu(self.more)
        chart.fill_menu(menu)
        self._shows = menu.addAction("看数字")
        self._shows.setCheckable(True)
        self._shows.toggled.connect(self.show_numbers)
        self.more.setMenu(menu)
        self.head.addWidget(self.more)
        self._fit_head()
        self.body.addWidget(around or chart, 1)
        self.body.addStretch(0)  # takes what the chart does not, so that the head stays where it is

    def show_numbers(self, wanted: bool) -> None:
        """Show the numbers of the chart beneath it, or hide them."""
        if wanted and self._table is None:
            self._table = NumbersTable(self.chart.name)
            self.body.insertWidget(1, self._table)
        if self._table is not None:
            self._table.setVisible(wanted)
        if self._shows.isChecked() is not wanted:
            self._shows.setChecked(wanted)
        self.refresh()

    def show_data(self, series: Sequence[Series], places: Sequence[Place]) -> None:
        """Show other values, in the numbers too."""
        self.chart.show_data(series, places)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the head as high as that of other cards."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "more"):
            self._fit_head()

    def _fit_head(self) -> None:
        self.more.setFixedHeight(max(self.heading.sizeHint().height(), em(self, 1.6)))

    def refresh(self) -> None:
        """Fill the numbers anew where they are shown."""
        if self._table is not None and self._shows.isChecked():
            self._table.show_numbers(self.chart.numbers())
