"""Draws the rows of a table: two lines, pills, bars and icons, quickly and in the palette of the moment.

A style drawing cell by cell asks the model seven things of every cell and shapes its text anew. Here the rows in sight
are drawn in one pass, and shaped text is kept until font or width change.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QStaticText, QTransform
from PySide6.QtWidgets import QHeaderView, QTableView

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.palettes import LEVELS
from haicang_desk.ui.widgets.icons import draw_icon
from haicang_desk.ui.widgets.share_bars import Share
from haicang_desk.ui.widgets.table_columns import Mark, TableColumn
from haicang_desk.ui.widgets.table_layout import PADDING
from haicang_desk.ui.widgets.table_model import GroupRow

if TYPE_CHECKING:
    from haicang_desk.ui.widgets.table import Table

TEXTS = 6000  # shaped texts kept
SMALL = 0.92  # of the second line
SINGLE, BARRED, DOUBLE = 2.3, 2.7, 3.9  # heights of rows, in characters


@dataclass(frozen=True, slots=True)
class _Cell:
    """Where a column stands, the same in every row."""

    column: TableColumn
    left: float
    room: int
    first: bool


class RowPainter:
    """Draws the rows of one table that are in sight."""

    def __init__(self, table: Table, columns: tuple[TableColumn, ...]) -> None:
        self._table = table
        self.double = any(column.second_line for column in columns)
        self._barred = any(column.share for column in columns)
        self._texts: dict[tuple[str, int, str], tuple[QStaticText, int]] = {}
        self._fonts: dict[str, QFont] = {}
        self._metrics: dict[str, QFontMetrics] = {}
        self._em = 1.0
        self._font_set = ""  # the kind of font that the painter has

    @property
    def row_height(self) -> float:
        """The height of a row, in characters."""
        return DOUBLE if self.double else BARRED if self._barred else SINGLE

    def forget(self) -> None:
        """Shape all texts anew, because the font is another."""
        self._texts.clear()
        font = QFont(self._table.font())
        strong, small = QFont(font), QFont(font)
        strong.setWeight(QFont.Weight.Bold)
        small.setPointSizeF(max(font.pointSizeF(), 1) * SMALL)
        self._fonts = {"text": font, "strong": strong, "small": small}
        self._metrics = {name: QFontMetrics(each) for name, each in self._fonts.items()}
        self._em = float(self._metrics["text"].horizontalAdvance("国")) or 1.0

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Draw the rows within an area of the viewport."""
        table = self._table
        if not self._fonts:
            self.forget()
        self._take_colours()
        self._font_set = ""
        first, last = table.rowAt(area.top()), table.rowAt(area.bottom())
        if first < 0:
            return
        count = table.rows.rowCount()
        last = count - 1 if last < 0 else last
        height = table.verticalHeader().defaultSectionSize()
        top = table.rowViewportPosition(first)
        picked = [(each.top(), each.bottom()) for each in table.selectionModel().selection().toList()]
        current = table.currentIndex().row() if table.hasFocus() else -1
        cells = self._cells(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = table.viewport().width()
        for number in range(first, last + 1):
            row = table.rows.row(number)
            if row is not None:
                box = QRectF(0, top, wide, height)
                if isinstance(row, GroupRow):
                    self._group(painter, box, row, cells, focused=number == current)
                else:
                    chosen = any(low <= number <= high for low, high in picked)
                    self._ground(painter, box, chosen=chosen, hover=number == table.hovered)
                    for cell in cells:
                        self._cell(painter, box, cell, row, chosen=chosen)
                    if number == current:
                        self._ring(painter, box)
            top += height

    def _take_colours(self) -> None:
        names = ("text", "muted", "line", "raised", "stripe", "hover", "accent", "accent_tint", "track", "done")
        self._colours = {name: theme.colour(name) for name in names}

    def _cells(self, area: QRect) -> list[_Cell]:
        table, header, pad = self._table, self._table.horizontalHeader(), PADDING / 2 * self._em
        cells, first = [], True
        for place in range(header.count()):
            number = header.logicalIndex(place)
            if header.isSectionHidden(number):
                continue
            left, size = header.sectionViewportPosition(number), header.sectionSize(number)
            if left < area.right() + 1 and left + size > area.left():
                cells.append(_Cell(table.rows.columns[number], left + pad, max(int(size - 2 * pad), 0), first))
            first = False
        return cells

    # the parts of a row

    def _ground(self, painter: QPainter, box: QRectF, *, chosen: bool, hover: bool) -> None:
        colours = self._colours
        if chosen or hover:
            painter.fillRect(box, colours["accent_tint" if chosen else "hover"])
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), colours["line"])
        if chosen:  # a mark beside the colour, for those who do not see it
            painter.fillRect(
                QRectF(box.left(), box.top(), max(self._em * 0.22, 2), box.height() - 1), colours["accent"]
            )

    def _ring(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(QPen(self._colours["accent"], max(self._em * 0.12, 1.5)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -2.5), self._em * 0.25, self._em * 0.25)

    def _group(self, painter: QPainter, box: QRectF, row: GroupRow, cells: list[_Cell], *, focused: bool) -> None:
        colours = self._colours
        painter.fillRect(box, colours["stripe"])
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), colours["line"])
        taken = 0.0
        for cell in cells:
            if cell.first:
                size = self._em
                mark = "chevron-right" if row.folded else "chevron-down"
                fold = QRectF(cell.left, box.center().y() - size / 2, size, size)
                draw_icon(painter, fold, mark, "muted")
                x = cell.left + size * 1.4
                x += self._draw(painter, x, box.center().y(), row.label, 10**4, "strong", colours["text"])
                taken = self._draw(
                    painter, x + size * 0.7, box.center().y(), f"{row.count:,} 项", 10**4, "small", colours["muted"]
                )
                taken += x + size * 1.4
            if (figure := row.figures.get(cell.column.order, "")) and cell.left + cell.room > taken:
                self._draw(
                    painter, cell.left, box.center().y(), figure, cell.room, "strong", colours["text"], right=True
                )
        if focused:
            self._ring(painter, box)

    def _cell(self, painter: QPainter, box: QRectF, cell: _Cell, row: Any, *, chosen: bool) -> None:
        column, text = cell.column, cell.column.show(row)
        second = column.below(row)
        share = column.share(row) if column.share else None
        middle = box.center().y()
        if column.pill and text and (level := column.pill(row)) is not None:
            self._pill(painter, cell, middle, text, level, chosen=chosen)
            return
        above = middle
        if self.double and (second or column.right or share is not None):
            above = box.top() + box.height() * 0.335
        elif share is not None:
            above = middle - self._em * 0.22
        ink = (column.colour(row) if column.colour else None) or self._colours["text"]
        kind = "strong" if column.second_line else "text"
        mark = column.icon(row) if column.icon else None
        room = cell.room - int(self._em * 1.5) if mark else cell.room
        drawn = self._draw(painter, cell.left, above, text, room, kind, ink, right=column.right)
        if mark is not None:
            self._mark(painter, cell.left + (0 if column.right else drawn + self._em * 0.5), above, mark)
        if second:
            below = box.top() + box.height() * 0.68
            self._draw(painter, cell.left, below, second, cell.room, "small", self._colours["muted"])
        if share is not None:
            self._bar(painter, box, cell, share)

    def _draw(
        self,
        painter: QPainter,
        left: float,
        middle: float,
        text: str,
        room: int,
        kind: str,
        ink: QColor,
        *,
        right: bool = False,
    ) -> int:
        """Draw one line of text around a height, and give how wide it is."""
        if not text:
            return 0
        static, wide = self._texts.get((text, room, kind)) or self._shape(text, room, kind)
        if kind != self._font_set:
            painter.setFont(self._fonts[kind])
            self._font_set = kind
        painter.setPen(ink)
        x = left + room - wide if right else left
        painter.drawStaticText(QPointF(round(x), round(middle - self._metrics[kind].height() / 2)), static)
        return wide

    def _shape(self, text: str, room: int, kind: str) -> tuple[QStaticText, int]:
        if len(self._texts) > TEXTS:
            self._texts.clear()
        metrics, shown = self._metrics[kind], text.replace("\n", " ")
        static, wide = self._static(shown, kind)
        if wide > room:
            static, wide = self._static(metrics.elidedText(shown, Qt.TextElideMode.ElideRight, room), kind)
        self._texts[text, room, kind] = static, wide
        return static, wide

    def _static(self, text: str, kind: str) -> tuple[QStaticText, int]:
        static = QStaticText(text)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.prepare(QTransform(), self._fonts[kind])
        return static, ceil(static.size().width())

    def _pill(self, painter: QPainter, cell: _Cell, middle: float, text: str, level: str, *, chosen: bool) -> None:
        colours, pad = self._colours, round(self._em * 0.65)
        ink = theme.level_colour(level) if level else colours["muted"]
        ground = theme.level_ground(level) if level else colours["track"]
        if chosen and ground == colours["accent_tint"]:
            ground = colours["raised"]
        room = cell.room - 2 * pad
        _, wide = self._texts.get((text, room, "small")) or self._shape(text, room, "small")
        tall = round(self._em * 1.6)
        painter.setPen(QPen(ink, 1) if ground == colours["raised"] else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(cell.left, middle - tall / 2, wide + 2 * pad, tall), tall / 2, tall / 2)
        self._draw(painter, cell.left + pad, middle, text, room, "small", ink)

    def _bar(self, painter: QPainter, box: QRectF, cell: _Cell, share: Share) -> None:
        """A thin bar of the share, with a mark at its limit."""
        colours, tall = self._colours, max(round(self._em * 0.3), 3)
        y = box.top() + box.height() * 0.68 - tall / 2 if self.double else box.bottom() - self._em * 0.55 - tall / 2
        bar = QRectF(cell.left, round(y), cell.room, tall)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours["track"])
        painter.drawRoundedRect(bar, tall / 2, tall / 2)
        if share.whole > 0 and share.part > 0:
            full = share.limit is None and share.part >= share.whole
            ink = colours["done"] if full else colours["accent"]
            if share.keeps is not None:
                ink = theme.level_colour("good" if share.keeps else "exception")
            painter.setBrush(ink)
            filled = max(bar.width() * min(share.part / share.whole, 1.0), tall)
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), filled, tall), tall / 2, tall / 2)
        if share.limit is not None:
            x = bar.left() + bar.width() * min(float(share.limit), 1.0)
            painter.fillRect(QRectF(x - 1, bar.top() - 2, 2, tall + 4), colours["text"])

    def _mark(self, painter: QPainter, left: float, middle: float, mark: Mark) -> None:
        size = round(self._em * 1.05)
        draw_icon(painter, QRectF(round(left), round(middle - size / 2), size, size), mark.icon, LEVELS[mark.level])

    def is_cut(self, column: TableColumn, text: str, width: int) -> bool:
        """Whether a text has too little room in a column of this width."""
        kind = "strong" if column.second_line else "text"
        return bool(self._metrics) and self._metrics[kind].horizontalAdvance(text) > width - PADDING * self._em


class TableHeader(QHeaderView):
    """The headings: muted text on the ground of the rows, one line below, an arrow where the rows are sorted."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionsMovable(True)
        self.setSortIndicatorClearable(False)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        """Draw one heading."""
        model = self.model()
        label = str(model.headerData(logical, Qt.Orientation.Horizontal) or "")
        right = bool(Qt.AlignmentFlag(model.headerData(logical, Qt.Orientation.Horizontal, _ALIGNMENT)) & _RIGHT)
        metrics = self.fontMetrics()
        em = metrics.horizontalAdvance("国")
        sorted_by_it = self.isSortIndicatorShown() and self.sortIndicatorSection() == logical
        hover = self.underMouse() and rect.contains(self.mapFromGlobal(self.cursor().pos()))
        painter.save()
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("line"))
        ink = "accent" if sorted_by_it or hover else "muted"
        pad, mark = round(PADDING / 2 * em), round(em * 0.8) if sorted_by_it else 0
        box = rect.adjusted(pad, 0, -pad, 0)
        room = max(box.width() - mark, 0)
        shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, room)
        wide = min(metrics.horizontalAdvance(shown), room)
        left = box.right() + 1 - wide - mark if right else box.left()
        painter.setPen(theme.colour(ink))
        painter.drawText(QRect(left, box.top(), wide + 2, box.height()), _LEFT, shown)
        if sorted_by_it:
            down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            arrow = QRectF(left + wide + em * 0.1, rect.center().y() - mark / 2 + 1, mark, mark)
            draw_icon(painter, arrow, "arrow-down" if down else "arrow-up", ink)
        painter.restore()

    def sizeHint(self) -> Any:
        """As tall as the type asks for."""
        size = super().sizeHint()
        size.setHeight(round(self.fontMetrics().horizontalAdvance("国") * 2.4))
        return size


_ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
_RIGHT = Qt.AlignmentFlag.AlignRight
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
