"""The table of a batch: drawn and edited in place, by keys alone; rows are not widgets, so that hundreds stay quick."""

from __future__ import annotations

from enum import Enum
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from haicang_desk.ui.screens.batch_rows import (
    CHECK,
    KNOWN,
    OWN,
    REMARK,
    STEP,
    TICK,
    TITLE,
    BatchColumn,
    BatchRows,
    Index,
)
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.palettes import LEVELS
from haicang_desk.ui.shell.theme import LEFT, RIGHT, digit_width_ratio, em
from haicang_desk.ui.widgets.icons import draw_icon
from haicang_desk.ui.widgets.table import plain_cell

ICONS = {
    "block": "circle-alert",
    "exception": "triangle-alert",
    "warn": "triangle-alert",
    "info": "info",
    "good": "circle-check",
}
ROW, PAD = 3.4, 0.5  # height of a row, and the room at both sides of a cell, in characters
LEAST = 5  # rows in sight
SPARE = {TITLE: 3, CHECK: 3, REMARK: 2}  # how the width that is left over is shared out


class BatchTable(QTableView):
    """The rows of a batch. Space ticks, Enter goes down, Ctrl+D fills down, Ctrl+V pastes, F8 finds what is barred."""

    carry = Signal()  # Ctrl+Enter
    next_barred = Signal()  # F8
    row_shown = Signal(int)  # another row is the current one
    mend = Signal(int)  # a row whose check was opened
    apart = Signal(int)  # a row that is to have answers of its own

    def __init__(self, rows: BatchRows) -> None:
        super().__init__()
        self.rows = rows
        self.setModel(rows)
        self.setObjectName("batch")
        self.setAccessibleName("成批办理的项目")
        self.setItemDelegate(_Cells(self))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.AnyKeyPressed | trigger.EditKeyPressed | trigger.DoubleClicked)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._unit = em(self, 1)
        self.several = False  # whether cells of several rows are selected
        self.selectionModel().currentChanged.connect(self._on_current)
        self.selectionModel().selectionChanged.connect(lambda *_: self._on_selected())
        rows.modelReset.connect(self.fit)

    def take_entry(self) -> None:
        """Take what is being typed in a cell, for a key that goes to the screen and not to the entry."""
        if self.state() == QAbstractItemView.State.EditingState:
            self.setFocus()

    # places

    def numbers(self) -> list[int]:
        """The rows selected, from top to bottom; else the current one."""
        selected = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        here = self.currentIndex()
        return selected or ([here.row()] if here.isValid() else [])

    def column(self, *kinds: str) -> int:
        """The first column of the first of these kinds that there is; -1 where there is none."""
        found = [each.kind for each in self.rows.columns]
        return next((found.index(kind) for kind in kinds if kind in found), -1)

    def go_to(self, number: int, column: int = -1) -> None:
        """Make a cell the current one and bring it into sight."""
        column = self.currentIndex().column() if column < 0 else column
        if self.isColumnHidden(column):
            column = self.column(CHECK)
        index = self.rows.index(number, max(column, 0))
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def go_down(self) -> None:
        """Make the cell below the current one."""
        if self.currentIndex().row() + 1 < self.rows.rowCount():
            self.go_to(self.currentIndex().row() + 1)

    def fill_down(self) -> None:
        """Give what the first selected row has to the others selected; to all below it where only one is."""
        numbers, here = self.numbers(), self.currentIndex()
        if not here.isValid():
            return
        first = numbers[0]
        below = numbers[1:] or list(range(first + 1, self.rows.rowCount()))
        self.rows.fill_down(first, below, here.column())

    def turn(self) -> None:
        """Tick the rows selected, or untick them where the current one is ticked."""
        numbers = self.numbers()
        if numbers:
            self.rows.set_ticked(numbers, not self.rows.rows[self.currentIndex().row()].ticked)

    def paste(self) -> None:
        """Put lines of the clipboard into the current column, from the current row down."""
        here = self.currentIndex()
        if not here.isValid():
            return
        lines = QGuiApplication.clipboard().text().rstrip("\r\n").split("\n")
        if len(lines) == 1 and len(self.numbers()) > 1:
            lines *= len(self.numbers())
        for down, line in enumerate(lines[: self.rows.rowCount() - here.row()]):
            for right, text in enumerate(line.rstrip("\r").split("\t")):
                if here.column() + right < len(self.rows.columns):
                    self._put(here.row() + down, self.rows.columns[here.column() + right], text)

    def _put(self, number: int, column: BatchColumn, text: str) -> None:
        if column.field is not None:
            self.rows.type_text([number], column.field.name, text)

    def copied(self) -> str:
        """The rows selected with their headings, as a spreadsheet takes them."""
        shown = [column for column in self.rows.columns if column.kind != TICK]
        lines = [[column.label for column in shown]]
        lines += [[plain_cell(self.rows.shown(number, column)) for column in shown] for number in self.numbers()]
        return "\n".join("\t".join(line) for line in lines)

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick, fill, paste, go down and carry out by keys; anything else that can be typed begins an entry."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and control:
            self.carry.emit()
        elif enter:
            self._enter(event)
        elif event.key() == Qt.Key.Key_Space and not control:
            self.turn()
        elif control and event.key() == Qt.Key.Key_D:
            self.fill_down()
        elif control and event.key() == Qt.Key.Key_E:
            self.apart.emit(self.currentIndex().row())
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() == Qt.Key.Key_Delete:
            self._clear()
        elif event.key() == Qt.Key.Key_F8:
            self.next_barred.emit()
        elif not self._picks_step(event):
            super().keyPressEvent(event)

    def _enter(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.go_to(max(self.currentIndex().row() - 1, 0))
        else:
            self.go_down()

    def _clear(self) -> None:
        column = self.rows.columns[self.currentIndex().column()] if self.currentIndex().isValid() else None
        if column is not None and column.field is not None:
            self.rows.type_text(self.numbers(), column.field.name, "")

    def _picks_step(self, event: QKeyEvent) -> bool:
        """1, 2 or 3 in the column 办理 takes that step for the rows selected."""
        here, batch = self.currentIndex(), self.rows.batch
        text = event.text()
        if batch is None or not here.isValid() or self.rows.columns[here.column()].kind != STEP or not text.isdigit():
            return False
        if 0 < int(text) <= len(batch.steps):
            self.rows.set_step(self.numbers(), batch.steps[int(text) - 1].name)
        return True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick with a click on the box; lead to what bars a row with a click on its check."""
        index = self.indexAt(event.position().toPoint())
        super().mouseReleaseEvent(event)
        one = index.isValid() and event.button() == Qt.MouseButton.LeftButton and len(self.numbers()) == 1
        if one and self.rows.columns[index.column()].kind == TICK:
            self.turn()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit a cell; on a check, lead to what is to be mended; on a title, ask for answers of its own."""
        index = self.indexAt(event.position().toPoint())
        kind = self.rows.columns[index.column()].kind if index.isValid() else ""
        if kind == CHECK:
            self.mend.emit(index.row())
        elif kind in (TITLE, KNOWN):
            self.apart.emit(index.row())
        elif kind != TICK:
            super().mouseDoubleClickEvent(event)

    def _on_current(self, current: Index, _: Index) -> None:
        self.row_shown.emit(current.row())

    def _on_selected(self) -> None:
        ranges = self.selectionModel().selection()
        self.several = ranges.count() > 1 or any(ranges.at(n).height() > 1 for n in range(ranges.count()))
        self.viewport().update()

    # sizes

    def em(self, many: float) -> int:
        """The width of ``many`` Chinese characters in pixels, measured once for a size of type: drawing asks often."""
        return round(self._unit * many)

    def fit(self) -> None:
        """Set heights and widths for the size of type; what is left over goes to names and words."""
        columns, self._unit = self.rows.columns, em(self, 1)
        self.horizontalHeader().setMinimumSectionSize(em(self, 1))
        self.setMinimumHeight(em(self, ROW * LEAST))
        self.verticalHeader().setDefaultSectionSize(em(self, ROW))
        wider = digit_width_ratio(self)
        widths = [em(self, column.width * (wider if column.right else 1)) for column in columns]
        spare = self.viewport().width() - sum(widths)
        hidden = set[int]()
        for number in self._least_first():
            if spare < 0:
                hidden.add(number)
                spare += widths[number]
        for number in range(len(columns)):
            self.setColumnHidden(number, number in hidden)
        whole = sum(SPARE.get(column.kind, 0) for n, column in enumerate(columns) if n not in hidden) or 1
        for number, column in enumerate(columns):
            more = max(spare, 0) * SPARE.get(column.kind, 0) // whole
            self.setColumnWidth(number, widths[number] + more)

    def _least_first(self) -> list[int]:
        """The columns that may be left out where there is no room: what is known, then answers proposed for all.

        The form of the row (Ctrl+E) has them all. The first answer and the number that counts up always stay.
        """
        batch, columns = self.rows.batch, self.rows.columns
        own = [number for number, column in enumerate(columns) if column.kind == OWN]
        counting = batch.form.counting if batch is not None else ""
        last = [n for n in reversed(own[1:]) if (field := columns[n].field) is not None and field.name != counting]
        known = [number for number, column in enumerate(columns) if column.kind == KNOWN]
        return [*known, *last, *(number for number, column in enumerate(columns) if column.kind == REMARK)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the new width."""
        super().resizeEvent(event)
        self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or that none is left."""
        super().paintEvent(event)
        if self.rows.batch is not None and not self.rows.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(theme.colour("muted"))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, "所选的项目都办完了。")

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()


class _Cells(QStyledItemDelegate):
    """Draws the cells, and gives each the editor of its kind."""

    def __init__(self, table: BatchTable) -> None:
        super().__init__(table)
        self._table = table

    # editing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line to type in, or a list to choose from."""
        column, batch = self._table.rows.columns[index.column()], self._table.rows.batch
        if column.kind == STEP and batch is not None:
            box = _box(parent, column.label)
            for number, step in enumerate(batch.steps, start=1):
                box.addItem(f"{number} {step.label}", step.name)
            return box
        field = column.field
        if field is not None and field.kind is Enum:
            box = _box(parent, column.label)
            for member in field.type:
                box.addItem(member.label, member.label)
            return box
        line = QLineEdit(parent)
        line.setAccessibleName(column.label)
        line.setObjectName(f"{field.name}_cell" if field else "")
        if column.right:
            line.setAlignment(RIGHT)
        if field is not None:
            line.setMaxLength(30 if column.right else field.longest)
        return line

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show in the editor what the cell has."""
        value = index.data(Qt.ItemDataRole.EditRole)
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(editor.findData(value), 0))
        elif isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(value or ""))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        """Take what was typed or chosen."""
        value = editor.currentData() if isinstance(editor, QComboBox) else getattr(editor, "text", str)()
        model.setData(index, value)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """The editor takes the place of the box that is drawn."""
        box = _entry_box(self._table, option.rect).toRect()
        height = max(box.height(), editor.sizeHint().height())
        editor.setGeometry(QRect(box.left(), option.rect.center().y() - height // 2, box.width(), height))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter takes the entry and goes down; Ctrl+D, Ctrl+Enter and F8 take it and do what they do in the table."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and isinstance(watched, QWidget):
            key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter or key == Qt.Key.Key_F8 or (control and key == Qt.Key.Key_D):
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, QAbstractItemDelegate.EndEditHint.NoHint)
                self._table.setFocus()
                self._table.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    # drawing

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The size of a cell; columns are not fitted to their rows."""
        return QSize(self._table.em(6), self._table.em(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell."""
        table, rows = self._table, self._table.rows
        number, column = index.row(), rows.columns[index.column()]
        rect = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected) and table.several
        painter.fillRect(rect, theme.colour("accent_tint" if selected else "raised"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        current = index.row() == table.currentIndex().row() and index.column() == table.currentIndex().column()
        going = rows.rows[number].ticked
        if column.kind == TICK:
            self._tick(painter, rect, rows.goes(number), rows.waits(number), current)
        elif column.kind == TITLE:
            self._title(painter, rect, rows.shown(number, column), going)
        elif column.kind == CHECK:
            self._check(painter, rect, *rows.verdict(number))
        elif column.kind in (OWN, STEP):
            self._entry(painter, rect, number, column, current)
        else:
            painter.setPen(theme.colour("text" if column.kind == KNOWN else "muted"))
            inside = _inside(table, rect)
            _draw(painter, inside, rows.shown(number, column), RIGHT if column.right else LEFT)
        if current and column.kind not in (OWN, STEP, TICK) and table.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(2, 3, -2, -3), table.em(0.35), table.em(0.35))
        painter.restore()

    def _tick(self, painter: QPainter, rect: QRect, going: bool, waits: bool, current: bool) -> None:
        """A full box for a row that goes along, a hollow one with a tick for one that waits for entries."""
        side = self._table.em(1.15)
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(rect).center())
        colour = theme.colour("accent" if going or current else "line_strong")
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(theme.colour("accent") if going else theme.colour("raised"))
        painter.drawRoundedRect(box, side * 0.2, side * 0.2)
        if going:
            draw_icon(painter, box.adjusted(1, 1, -1, -1), "check", "on_accent")
        elif waits:
            draw_icon(painter, box.adjusted(1, 1, -1, -1), "check", "muted")

    def _title(self, painter: QPainter, rect: QRect, text: str, going: bool) -> None:
        title, _, village = text.partition("\n")
        inside = _inside(self._table, rect)
        line = self._table.em(1.35)
        top = QRectF(inside.left(), rect.center().y() - line, inside.width(), line)
        font = QFont(self._table.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.colour("text" if going else "muted"))
        _draw(painter, top, title, LEFT)
        painter.setFont(self._table.font())
        painter.setPen(theme.colour("muted"))
        _draw(painter, top.translated(0, line), village, LEFT)

    def _check(self, painter: QPainter, rect: QRect, text: str, level: str) -> None:
        inside, side = _inside(self._table, rect), self._table.em(1.15)
        if level:
            box = QRectF(inside.left(), rect.center().y() - side / 2, side, side)
            draw_icon(painter, box, ICONS[level], "muted" if level == "info" else LEVELS[level])
            inside.setLeft(inside.left() + side + self._table.em(0.4))
        painter.setPen(theme.colour("muted") if level in ("", "info") else theme.level_colour(level))
        tail = text.rpartition("：")[2]
        if tail.endswith("元") and painter.fontMetrics().horizontalAdvance(text) > inside.width():
            text = tail  # the missing yuan come before the name of the rule
        _draw(painter, inside, text, LEFT)

    def _entry(self, painter: QPainter, rect: QRect, number: int, column: BatchColumn, current: bool) -> None:
        table, rows = self._table, self._table.rows
        box = _entry_box(table, rect)
        name = column.field.name if column.field else ""
        faulty = name in rows.rows[number].faults
        own = (
            faulty
            or name in rows.rows[number].own
            or (column.kind == STEP and bool(rows.batch) and _differs(rows, number))
        )
        border = "block" if faulty else "accent" if current and table.hasFocus() else "line"
        painter.setPen(QPen(theme.colour(border), 1.5 if border != "line" else 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(box, table.em(0.35), table.em(0.35))
        text = rows.shown(number, column)
        ticked = rows.rows[number].ticked
        painter.setPen(theme.colour("block" if faulty else "text" if own or ticked else "muted"))
        if own and not faulty:
            font = QFont(table.font())
            font.setBold(True)
            painter.setFont(font)
        pad = table.em(0.5)
        inside = box.adjusted(pad, 0, -pad, 0)
        if column.kind == STEP:
            side = table.em(0.9)
            arrow = QRectF(inside.right() - side, box.center().y() - side / 2, side, side)
            draw_icon(painter, arrow, "chevron-down", "muted")
            inside.setRight(arrow.left())
        _draw(painter, inside, text, RIGHT if column.right else LEFT)


def _differs(rows: BatchRows, number: int) -> bool:
    return rows.rows[number].step != rows.step_name


def _box(parent: QWidget, label: str) -> QComboBox:
    box = QComboBox(parent)
    box.setAccessibleName(label)
    return box


def _inside(table: BatchTable, rect: QRect) -> QRectF:
    pad = table.em(PAD)
    return QRectF(rect).adjusted(pad, 0, -pad, 0)


def _entry_box(table: BatchTable, rect: QRect) -> QRectF:
    """The box of an entry within its cell."""
    height = table.em(2.1)
    return QRectF(rect.left() + 3, rect.center().y() - height / 2, rect.width() - 6, height)


def _draw(painter: QPainter, box: QRectF, text: str, align: Qt.AlignmentFlag) -> None:
    """One line of text, cut with … where it has no room."""
    flat = " ".join(text.split("\n"))
    shown = painter.fontMetrics().elidedText(flat, Qt.TextElideMode.ElideRight, max(int(box.width()), 0))
    painter.drawText(box, align | Qt.TextFlag.TextSingleLine, shown)
