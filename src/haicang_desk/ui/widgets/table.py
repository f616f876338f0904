"""Tables whose rows come in pages from a source that sorts and filters; only what is shown is held.

A table is declared by its columns (``TableColumn``) and given rows by ``show_rows`` or a ``RowSource``. What is
selected is a few ranges of row numbers, however many rows they hold: ask ``chosen_count`` and ``chosen_ids`` of long
lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QToolTip

from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.table_columns import (
    ROOMY,
    Mark,
    TableColumn,
    attribute_column,
    count_column,
    money_column,
)
from haicang_desk.ui.widgets.table_layout import ColumnLayout
from haicang_desk.ui.widgets.table_menus import show_column_menu, show_menu
from haicang_desk.ui.widgets.table_model import (
    PAGE,
    ROW,
    GroupRow,
    Index,
    KeyedSource,
    ListSource,
    RowSource,
    TableModel,
)
from haicang_desk.ui.widgets.table_painter import RowPainter, TableHeader

__all__ = [
    "PAGE",
    "ROOMY",
    "ROW",
    "GroupRow",
    "KeyedSource",
    "ListSource",
    "Mark",
    "RowSource",
    "Table",
    "TableColumn",
    "TableModel",
    "attribute_column",
    "count_column",
    "money_column",
    "plain_cell",
]


FEW, CHUNK = 4 * PAGE, 2_000  # rows that are read by pages and kept, and rows read at once where there are more


class Table(QTableView):
    """A table. Enter or a double click opens a row; columns, widths and order are remembered."""

    opened = Signal(object)  # the row
    picked = Signal()  # another row, or other rows, are selected
    folded = Signal(object)  # the GroupRow whose rows are to be hidden or shown
    typed = Signal(str)  # a letter or figure typed where no row is looked for by its first letters

    def __init__(self, columns: Sequence[TableColumn], *, name: str, empty: str, several: bool = False) -> None:
        super().__init__()
        self.rows = TableModel(columns, ListSource())
        self._painter = RowPainter(self, self.rows.columns)
        private_view().changed.connect(self._mask)
        self.columns = ColumnLayout(self, self.rows.columns)
        self.hovered = -1
        self._place: tuple[int, str, str, list[str] | None] | None = None
        self.rows.modelAboutToBeReset.connect(self._note_place)  # before the view forgets what is selected
        header = TableHeader(self)
        self.setHorizontalHeader(header)
        self.setModel(self.rows)
        self.rows.modelReset.connect(self._return_to_place)
        self.rows.on_page = self._on_page
        self.setObjectName(name)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)  # else the largest type of the session would stay the least
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._follow_header(header)
        self.doubleClicked.connect(self._open)
        self.clicked.connect(self._on_clicked)
        self.forget: Callable[[], None] = lambda: None  # what was kept of widths and order
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: show_menu(self, at))
        self.selectionModel().selectionChanged.connect(self._on_selection)
        self._widening = QTimer(self)
        self._widening.setSingleShot(True)
        self._widening.timeout.connect(self._spread)
        self._empty = QLabel(empty, self.viewport())
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        set_role(self._empty, "empty")
        self._type = (-1, -1)  # widths of a character and a digit that rows and columns were last fitted to
        self.fit()

    def _follow_header(self, header: TableHeader) -> None:
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(any(column.order for column in self.rows.columns))
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(1)
        header.sectionResized.connect(self._on_resized)
        header.sectionMoved.connect(lambda *_: self.columns.keep())
        header.sortIndicatorChanged.connect(lambda *_: self.columns.keep())
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda at: show_column_menu(self, header.mapToGlobal(at)))

    # widths and heights

    def fit(self) -> None:
        """Set column widths and row height for the size of type, and keep the first row in sight where it is."""
        metrics = self.fontMetrics()
        self._type = metrics.horizontalAdvance("国"), metrics.horizontalAdvance("0")
        first, bar = self.rowAt(0), self.verticalScrollBar()
        self._painter.forget()
        self.columns.measure()
        self.verticalHeader().setDefaultSectionSize(round(self._type[0] * self._painter.row_height))
        self.horizontalHeader().updateGeometry()
        self._spread()
        if first > 0:
            bar.setValue(first * self.verticalHeader().defaultSectionSize())

    def fit_rows(self) -> None:
        """Set widths from the first rows, for records whose texts are not known beforehand."""
        rows = [row for number in range(min(self.rows.rowCount(), 30)) if (row := self.rows.row(number)) is not None]
        self.columns.fit(rows)

    def _spread(self) -> None:
        self.columns.spread()
        self.viewport().update()

    def _on_page(self, rows: Sequence[Any]) -> None:
        """Rows that are read while others are drawn may need wider columns; not now, but as soon as that is over."""
        if self.columns.read(rows):
            self._widening.start(0)

    def _on_resized(self, number: int, _: int, size: int) -> None:
        if not self.columns.under_way and size:
            self.columns.drag(number, size)

    def changeEvent(self, event: QEvent) -> None:
        """Fit rows and columns to another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            metrics = self.fontMetrics()
            if (metrics.horizontalAdvance("国"), metrics.horizontalAdvance("0")) != getattr(self, "_type", None):
                self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Spread the columns over the new width."""
        super().resizeEvent(event)
        self.columns.laid_out = True
        self._spread()
        self._place_empty()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the first rows before they are drawn, so that their figures have room at once."""
        super().showEvent(event)
        if self.rows.rowCount():
            self.rows.row(0)
            self._spread()

    # rows

    def look(self, source: RowSource | None = None) -> None:
        """Read the rows again, from another source if one is given; selection and place stay with their rows."""
        self.rows.look(source)
        if self.isVisible() and self.rows.rowCount():
            self.rows.row(0)
            self._spread()
        self._place_empty()

    def reread(self) -> None:
        """Read what the rows say again; their number and order are as they were."""
        self.rows.reread()
        self.viewport().update()

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show rows that are all in memory."""
        self.look(ListSource(rows, self.rows.columns))

    def set_empty(self, text: str) -> None:
        """What an empty table says."""
        self._empty.setText(text)

    def show_order(self) -> None:
        """Have the heading show what the rows are sorted by, without reading them."""
        order, descending = self.rows.order
        header = self.horizontalHeader()
        number = next((n for n, column in enumerate(self.rows.columns) if column.order == order), -1)
        before = header.blockSignals(True)
        header.setSortIndicator(number, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)
        header.blockSignals(before)
        header.viewport().update()

    # what is selected

    def ranges(self) -> list[tuple[int, int]]:
        """The first and last numbers of the rows selected, from top to bottom."""
        return sorted({(each.top(), each.bottom()) for each in self.selectionModel().selection().toList()})

    def chosen_count(self) -> int:
        """How many rows are selected, at no cost; headings of groups among them are counted too."""
        return sum(last - first + 1 for first, last in self.ranges())

    def chosen(self) -> list[Any]:
        """The rows selected, from top to bottom. All of them are read: of a long list ask ``chosen_ids``."""
        if self.chosen_count() <= FEW:
            found = [self.rows.row(number) for first, last in self.ranges() for number in range(first, last + 1)]
        else:
            page = partial(self.rows.source.page, *self.rows.order)
            starts = (
                (n, min(CHUNK, last + 1 - n)) for first, last in self.ranges() for n in range(first, last + 1, CHUNK)
            )
            found = [row for start, number in starts for row in page(start, number)]
        return [row for row in found if row is not None and not isinstance(row, GroupRow)]

    def chosen_ids(self) -> list[str]:
        """The ids of the rows selected, from top to bottom, however many."""
        if self.chosen_count() <= PAGE:
            return [each for row in self.chosen() if (each := str(getattr(row, "id", "") or ""))]
        ids = self.rows.ids()
        return [each for first, last in self.ranges() for each in ids[first : last + 1] if each]

    def all_chosen(self) -> bool:
        """Whether every row is selected."""
        return self.chosen_count() == self.rows.rowCount() > 0

    def choose_ids(self, ids: set[str]) -> None:
        """Select the rows with these ids, as far as they are listed."""
        self._select(sorted(self._numbers(ids).values()))

    def _select(self, numbers: Sequence[int]) -> None:
        """Select the rows of these numbers, which are in order."""
        selection, last = QItemSelection(), len(self.rows.columns) - 1
        for first, end in _runs(numbers):
            selection.select(self.rows.index(first, 0), self.rows.index(end, last))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(selection, flags.ClearAndSelect | flags.Rows)

    def show_id(self, wanted: str) -> bool:
        """Select the row with this id and scroll to it; False where it is not listed."""
        number = self._numbers({wanted}).get(wanted)
        if number is None:
            return False
        self.selectRow(number)
        self.scrollTo(self.currentIndex())
        return True

    def _on_selection(self, *_: object) -> None:
        self.viewport().update()
        self.picked.emit()

    def _note_place(self) -> None:
        """Before rows are read anew: the first row in sight, the current one and those selected, by their ids."""
        self._place = None
        if not self.rows.rowCount():
            return
        top, current = max(self.rowAt(0), 0), self.currentIndex().row()
        height = self.verticalHeader().defaultSectionSize()
        offset = self.verticalScrollBar().value() - top * height
        chosen = None if self.all_chosen() and self.chosen_count() > 1 else self.chosen_ids() if self.ranges() else []
        offset = 0 if self.rows.sorting or not top else offset
        self._place = offset, self._held_id(top) if top else "", self._held_id(current), chosen

    def _held_id(self, number: int) -> str:
        return str(getattr(self.rows.row(number), "id", "") or "") if number >= 0 else ""

    def _return_to_place(self) -> None:
        """After rows were read anew: select what was selected, and scroll to where the first row in sight now is."""
        place, self._place = self._place, None
        if place is None or not self.rows.rowCount():
            if place is not None and place[3] != []:
                self.picked.emit()
            return
        offset, top, current, chosen = place
        if chosen is None:
            self.selectAll()
        wanted = {each for each in (top, current, *(chosen or ())) if each}
        numbers = self._numbers(wanted)
        if chosen:
            self._select(sorted(numbers[each] for each in chosen if each in numbers))
            if not self.ranges():
                self.picked.emit()
        if current in numbers:
            index = self.rows.index(numbers[current], 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if self.rows.sorting:
            self.scrollTo(self.currentIndex()) if chosen and self.currentIndex().isValid() else self.scrollToTop()
        elif top in numbers:
            self.verticalScrollBar().setValue(numbers[top] * self.verticalHeader().defaultSectionSize() + offset)

    def _numbers(self, wanted: set[str]) -> dict[str, int]:
        """The numbers of the rows with these ids: from the first page where they all stand there, else from all ids."""
        if not wanted:
            return {}
        self.rows.row(0)
        held = self.rows.held()
        if wanted <= held.keys():
            return {each: held[each] for each in wanted}
        return {each: number for number, each in enumerate(self.rows.ids()) if each in wanted}

    # keeping and copying

    def remember(self, settings: Settings) -> None:
        """Restore columns, widths and order from the settings, and keep changes."""
        key = f"表格/{self.objectName()}"
        self.columns.remember(settings, key)
        self.forget = lambda: settings.keep(key, "")

    def _mask(self) -> None:
        """Numbers of persons are shown in full, or masked again."""
        self.viewport().update()

    def copy(self) -> None:
        """Put the rows selected on the clipboard; in full, which is logged, only while their numbers are shown."""
        from haicang_desk.model.store import AccessKind

        about = f"{self.accessibleName() or self.objectName()} {len(self.chosen())} 行"
        if private_view().shown and not private_view().note(AccessKind.COPIED, about):
            return
        QGuiApplication.clipboard().setText(self.copied())

    def copied(self) -> str:
        """The rows selected with their headings, as a spreadsheet takes them."""
        header, columns = self.horizontalHeader(), self.rows.columns
        numbers = [header.logicalIndex(place) for place in range(len(columns))]
        shown = [columns[n] for n in numbers if self.columns.wanted(columns[n])]
        lines = [[column.label for column in shown], *([column.show(row) for column in shown] for row in self.chosen())]
        return "\n".join("\t".join(map(plain_cell, cells)) for cells in lines)

    # keys and the mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with Ctrl+C; open the row with Enter or F2."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, text: str) -> None:
        """Looking for a row by its first letters would read the whole list: what is typed is told instead."""
        if text.strip():
            self.typed.emit(text)

    def _open(self, index: Index) -> None:
        row = self.rows.row(index.row())
        if isinstance(row, GroupRow):
            self.folded.emit(row)
        elif row is not None:
            self.opened.emit(row)

    def _on_clicked(self, index: Index) -> None:
        if isinstance(row := self.rows.row(index.row()), GroupRow):
            self.folded.emit(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the row under the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(round(event.position().y())))

    def _hover(self, number: int) -> None:
        if number != self.hovered:
            self.hovered = number
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Show what a cell says in full where it is cut or has an icon; no row is marked without the pointer."""
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._told_at(event.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    def _told_at(self, at: QPoint) -> str:
        index = self.indexAt(at)
        row = self.rows.row(index.row()) if index.isValid() else None
        if row is None or isinstance(row, GroupRow):
            return ""
        column = self.rows.columns[index.column()]
        lines = (column.show(row), column.below(row))
        width = self.columnWidth(index.column())
        cut = any(self._painter.is_cut(column, line, width) for line in lines)
        return column.told(row) if cut or (column.icon and column.icon(row)) else ""

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Draw the frame of the current row around another."""
        super().currentChanged(current, previous)
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by key finds a row to start from."""
        super().focusInEvent(event)
        by_key = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
        if event.reason() in by_key and not self.currentIndex().isValid() and self.rows.rowCount():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(self.rows.index(0, 0), flags.NoUpdate)

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows in sight."""
        painter = QPainter(self.viewport())
        self._painter.paint(painter, event.rect())

    def _place_empty(self) -> None:
        self._empty.setVisible(self.rows.rowCount() == 0)
        self._empty.setGeometry(self.viewport().rect())


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers in order as first and last of each unbroken run."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def plain_cell(text: str) -> str:
    """One cell of copied rows: no line of its own, and no formula to a spreadsheet it is pasted into."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat[:1] in ("=", "+", "@") or (flat[:1] == "-" and not flat[1:2].isdigit()) else flat
