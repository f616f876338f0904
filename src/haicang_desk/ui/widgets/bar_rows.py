"""Rows with a name, a thin bar under its figures, and a few columns of figures; painted, clicked, walked with keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QScrollArea

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.cards import draw_bar
from haicang_desk.ui.widgets.charts import Chart, NumberText, Place, draw_ground

ROW, HEAD = 2.9, 1.9  # characters high
LEAST_NAME = 4.2  # characters of a name, before columns give way


@dataclass(frozen=True, slots=True)
class BarRow:
    """One row. ``text`` stands over the bar, ``note`` at its right end; ``cells`` are texts with their level."""

    label: str
    what: str
    text: str
    note: str
    part: int
    whole: int
    level: str
    cells: tuple[tuple[str, str], ...] = ()


class BarRows(Chart):
    """Rows under headings. What the columns are called is said once, in ``headings``: name, bar, cells."""

    def __init__(self, name: str, headings: Sequence[str], number: NumberText, unit: str, *, bars: float = 10) -> None:
        super().__init__(name, number, unit)
        self.headings, self._bars = tuple(headings), bars
        self.rows: tuple[BarRow, ...] = ()

    def show_rows(self, rows: Sequence[BarRow]) -> None:
        """Show other rows."""
        if tuple(rows) != self.rows:
            self.rows = tuple(rows)
            self.places = tuple(Place(row.label, (row.part, row.whole), row.what) for row in rows)
            self._at = min(self._at, len(self.places) - 1)
            self.setAccessibleDescription("；".join(map(self.words, range(len(self.rows)))))
            self.updateGeometry()
            self.update()

    def words(self, number: int) -> str:
        """A row in words."""
        row = self.rows[number]
        said = [f"{heading} {text}" for heading, (text, _) in zip(self.headings[2:], row.cells, strict=True)]
        return "，".join((f"{row.label}：{self.headings[1]} {row.text}", *([row.note] if row.note else []), *said))

    def numbers(self) -> list[tuple[str, ...]]:
        """The rows as they are read."""
        rows = [(row.label, f"{row.text} {row.note}".strip(), *(text for text, _ in row.cells)) for row in self.rows]
        return [self.headings, *rows]

    def sizeHint(self) -> QSize:
        """As tall as all rows."""
        return QSize(em(self, 26), em(self, HEAD) + len(self.rows) * em(self, ROW))

    def minimumSizeHint(self) -> QSize:
        """All rows; a scroll area around them may be lower."""
        return QSize(em(self, 18), self.sizeHint().height())

    def box_of(self, number: int) -> QRectF:
        """The row."""
        high = em(self, ROW)
        return QRectF(0, em(self, HEAD) + number * high, self.width(), high)

    def place_at(self, point: QPointF) -> int:
        """The row at a point; computed, for there may be hundreds."""
        number = int((point.y() - em(self, HEAD)) // em(self, ROW))
        return number if 0 <= number < len(self.rows) and point.y() >= em(self, HEAD) else -1

    def _columns(self) -> list[QRectF]:
        """Left and width of each column, as boxes of no height; the last ones give way where the name has no room."""
        pad, gap, cell = em(self, 0.5), em(self, 0.8), em(self, 4.6)
        cells, room = len(self.headings) - 2, self.width() - 2 * pad
        bars = max(min(em(self, self._bars), room * 0.45), room * 0.36)
        while cells and room - bars - gap - cells * cell < em(self, LEAST_NAME):
            cells -= 1
        widths = (room - bars - gap - cells * cell, bars, *(cell,) * cells)
        boxes, x = [], float(pad)
        for number, wide in enumerate(widths):
            boxes.append(QRectF(x, 0, wide, 0))
            x += wide + (gap if number == 0 else 0)
        return boxes

    def _tell(self, number: int) -> None:
        super()._tell(number)
        viewport = self.parent()
        area = viewport.parent() if viewport else None
        if isinstance(area, QScrollArea) and number == self._at and number >= 0 and self.hasFocus():
            box = self.box_of(number)
            area.ensureVisible(0, round(box.center().y()), 0, round(box.height()))

    def paint(self, painter: QPainter, *, lit: int) -> None:
        """Draw headings and rows, those that are in sight."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns, plain = self._columns(), painter.font()
        painter.setPen(theme.colour("muted"))
        for number, (heading, column) in enumerate(zip(self.headings, columns, strict=False)):
            box = QRectF(column.left(), 0, column.width(), em(self, HEAD) - em(self, 0.3))
            painter.drawText(box, theme.RIGHT if number > 1 else theme.LEFT, heading)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QPointF(0, em(self, HEAD)), QPointF(self.width(), em(self, HEAD)))
        for number, row in enumerate(self.rows):
            box = self.box_of(number)
            if box.bottom() >= self.clip.top() and box.top() <= self.clip.bottom():
                self._draw_row(painter, row, box, columns, plain, lit=number == lit)

    def _draw_row(
        self, painter: QPainter, row: BarRow, box: QRectF, columns: Sequence[QRectF], plain: QFont, *, lit: bool
    ) -> None:
        unit = em(self, 1)  # asked once for a row: there may be hundreds
        if lit:
            draw_ground(painter, box.adjusted(0, 1, 0, -1), unit * 0.3)
        bold = QFont(plain)
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(theme.colour("text"))
        name = QRectF(columns[0].left(), box.top(), columns[0].width(), box.height())
        shown = painter.fontMetrics().elidedText(row.label, Qt.TextElideMode.ElideRight, round(name.width()))
        painter.drawText(name, theme.LEFT, shown)
        painter.setFont(plain)
        bar = QRectF(columns[1].left(), box.top() + unit * 0.35, columns[1].width(), unit * 1.3)
        wide = painter.fontMetrics().horizontalAdvance
        if not row.note or wide(row.text) + wide(row.note) + unit * 0.5 <= bar.width():
            painter.setPen(theme.colour("muted"))
            painter.drawText(bar, theme.LEFT, row.text)
        if row.note:  # where there is no room for both, what is over says more
            painter.setPen(theme.level_colour(row.level))
            painter.drawText(bar, theme.RIGHT, row.note)
        line = QRectF(bar.left(), bar.bottom() + unit * 0.25, bar.width(), max(4, unit * 0.36))
        draw_bar(painter, line, row.part, row.whole, row.level)
        for (text, level), column in zip(row.cells, columns[2:], strict=False):
            painter.setPen(theme.level_colour(level) if level else theme.colour("text"))
            painter.drawText(QRectF(column.left(), box.top(), column.width(), box.height()), theme.RIGHT, text)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())


class RowsArea(QScrollArea):
    """Rows that scroll where there are more than fit; at least ``least`` rows high, or as many as there are."""

    def __init__(self, rows: BarRows, least: int = 4) -> None:
        super().__init__()
        self._rows, self._least = rows, least
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(rows)
        rows.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.fit()

    def fit(self) -> None:
        """Height for the rows there are and the size of type."""
        shown = min(len(self._rows.rows), self._least)
        self.setMinimumHeight(em(self, HEAD) + max(shown, 1) * em(self, ROW) + 2)
        self.setMaximumHeight(self._rows.sizeHint().height() + 4)
        self.setMinimumWidth(em(self, 18))

    def changeEvent(self, event: QEvent) -> None:
        """Fit again for another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()
