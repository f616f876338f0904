"""Tables whose rows come in pages from a source that sorts and filters; only what is shown is held."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.shell.theme import LEFT, RIGHT, digit_width_ratio, em, set_role
from haicang_desk.ui.widgets.share_bars import Share, draw_share

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW = Qt.ItemDataRole.UserRole  # the whole row, whatever the column
PAGE, PAGES = 200, 12  # rows of a page, and pages kept
WIDEST = 22  # characters of a column fitted to its rows


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table. Heading, shown text, copied text and sort key follow from this one declaration.

    ``value`` takes a row to what the column holds. ``order`` is the name that the row source sorts by, "" where the
    column cannot be sorted. ``width`` is in Chinese characters.
    """

    label: str
    value: Callable[[Any], Any]
    order: str = ""
    width: float = 8
    right: bool = False
    colour: Callable[[Any], QColor | None] | None = None
    share: Callable[[Any], Share] | None = None  # drawn as a bar under the text
    grows: bool = False  # takes what width is left over
    text: Callable[[Any], str] | None = None  # of a row, where the value is not written as usual
    key: Callable[[Any], Any] | None = None  # of a row, where rows in memory are not sorted by the value

    def show(self, row: Any) -> str:
        """The text of this column for a row."""
        return self.text(row) if self.text else _written(self.value(row))


def _written(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(getattr(value, "label", value))


def attribute_column(name: str, label: str, width: float = 8, **more: Any) -> TableColumn:
    """A column of the row's attribute ``name``, by which its source can sort too; ``more`` as in TableColumn."""
    return TableColumn(label, attrgetter(name), **{"order": name, "width": width, **more})


def count_column(name: str, label: str, width: float) -> TableColumn:
    """A right-aligned column of a count; nothing is shown for none."""
    count = attrgetter(name)
    return attribute_column(name, label, width, right=True, text=lambda row: str(count(row) or ""))


def money_column(name: str, label: str, width: float = 7) -> TableColumn:
    """A right-aligned column of an amount with thousands separators; nothing is shown for None."""
    return attribute_column(name, label, width, right=True)


class RowSource(Protocol):
    """Where rows come from."""

    def count(self) -> int:
        """The number of rows."""

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[Any]:
        """Rows from ``offset`` on, at most ``limit``, sorted by ``order``."""


class ListSource:
    """A source of rows that are all in memory, sorted by the key or value of the column."""

    def __init__(self, rows: Sequence[Any] = (), columns: Sequence[TableColumn] = ()) -> None:
        self.rows, self._keys = rows, {column.order: column.key or column.value for column in columns}

    def count(self) -> int:
        """The number of rows."""
        return len(self.rows)

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[Any]:
        """A slice of the rows in the order asked for."""
        if order and (key := self._keys.get(order)):
            ordered = sorted(self.rows, key=lambda row: _sortable(key(row)), reverse=descending)
            return ordered[offset : offset + limit]
        return self.rows[offset : offset + limit]


def _sortable(value: Any) -> tuple[bool, Any]:
    value = getattr(value, "label", value)
    return (value is not None, 0 if value is None else value)


class TableModel(QAbstractTableModel):
    """The rows and columns as Qt reads them; editing happens in forms."""

    def __init__(self, columns: Sequence[TableColumn], source: RowSource) -> None:
        super().__init__()
        self.columns, self._source = tuple(columns), source
        self._order, self._descending = next((c.order for c in columns if c.order), ""), False
        self._count = 0
        self._pages: OrderedDict[int, Sequence[Any]] = OrderedDict()

    def look(self, source: RowSource | None = None) -> None:
        """Read the rows again, from another source if one is given."""
        self.beginResetModel()
        self._source = source or self._source
        self._pages.clear()
        self._count = self._source.count()
        self.endResetModel()

    def row(self, number: int) -> Any:
        """The row with this number, None where the source has become shorter."""
        page, place = divmod(number, PAGE)
        if page not in self._pages:
            self._pages[page] = self._source.page(self._order, self._descending, page * PAGE, PAGE)
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(page)
        rows = self._pages[page]
        return rows[place] if place < len(rows) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        """The number of rows."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = ROOT) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column that has an order."""
        if 0 <= column < len(self.columns) and self.columns[column].order:
            self._order, self._descending = self.columns[column].order, order == Qt.SortOrder.DescendingOrder
            self.look()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Heading and alignment of a column."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].label
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if self.columns[section].right else LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, alignment or colour of a cell, or the whole row under the role ROW."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.right else LEFT
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole, ROW):
            return None
        row = self.row(index.row())
        if row is None or role == ROW:
            return row
        if role == Qt.ItemDataRole.ForegroundRole:
            return column.colour(row) if column.colour else None
        return column.show(row)


def _plain(text: str) -> str:
    """One cell of copied rows: no line of its own, and no formula to a spreadsheet it is pasted into."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat[:1] in ("=", "+", "@") or (flat[:1] == "-" and not flat[1:2].isdigit()) else flat


class ShareDelegate(QStyledItemDelegate):
    """Draws the share of a cell as a thin bar under its text, and selects whole rows."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw no focus frame around a single cell."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell and its bar."""
        super().paint(painter, option, index)
        table = index.model()
        share = table.columns[index.column()].share if isinstance(table, TableModel) else None
        if share is not None and (row := index.data(ROW)) is not None:
            box = QRectF(option.rect)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_share(painter, QRectF(box.left() + 8, box.bottom() - 6, box.width() - 16, 4), share(row))
            painter.restore()


class Table(QTableView):
    """A table. Enter or a double click opens a row; column widths and order are remembered."""

    opened = Signal(object)  # the row
    picked = Signal()  # another row, or other rows, are selected

    def __init__(self, columns: Sequence[TableColumn], *, name: str, empty: str, several: bool = False) -> None:
        super().__init__()
        self.rows = TableModel(columns, ListSource())
        self.setModel(self.rows)
        self.setObjectName(name)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.setItemDelegate(ShareDelegate(self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        # figures stretched away from their heading are hard to read
        header.setStretchLastSection(not columns[-1].right and not any(column.grows for column in columns))
        header.setSectionsMovable(True)
        header.setSortIndicatorClearable(False)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(any(column.order for column in columns))
        self.doubleClicked.connect(self._open)
        self.forget: Callable[[], None] = lambda: None  # what was kept of widths and order
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: show_menu(self, at))
        self.selectionModel().selectionChanged.connect(lambda *_: self.picked.emit())
        self._empty = QLabel(empty, self.viewport())
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        set_role(self._empty, "empty")
        self.fit()

    def fit(self) -> None:
        """Set column widths and row height for the size of type."""
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(em(self, 2.2))
        self._own = False
        wider = digit_width_ratio(self)
        self._natural = [em(self, column.width * wider) for column in self.rows.columns]
        self._spread()

    def fit_rows(self) -> None:
        """Set widths from the first rows, for records whose texts are not known beforehand."""
        rows = [row for number in range(min(self.rows.rowCount(), 30)) if (row := self.rows.row(number)) is not None]
        wide = self.fontMetrics().horizontalAdvance
        for number, column in enumerate(self.rows.columns):
            texts = [column.label, *(column.show(row)[:40] for row in rows)]
            self._natural[number] = min(max(map(wide, texts)) + em(self, 1.8), em(self, WIDEST))
        self._spread()

    def _spread(self) -> None:
        """Width as declared, what is left over to the columns that grow; not after a person set them otherwise."""
        columns = self.rows.columns
        growing = [column for column in columns if column.grows]
        spare = self.viewport().width() - sum(self._natural)
        more = min(max(spare, 0) // len(growing), em(self, WIDEST)) if growing else 0
        self._fitting = True
        for number, column in enumerate(columns):
            self.setColumnWidth(number, self._natural[number] + (more if column.grows else 0))
        self._fitting = False

    def look(self, source: RowSource | None = None) -> None:
        """Read the rows again, from another source if one is given."""
        self.rows.look(source)
        self._place_empty()

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show rows that are all in memory."""
        self.look(ListSource(rows, self.rows.columns))

    def chosen(self) -> list[Any]:
        """The rows selected, from top to bottom."""
        found = [self.rows.row(index.row()) for index in self.selectionModel().selectedRows()]
        return [row for row in found if row is not None]

    def remember(self, settings: Settings) -> None:
        """Restore column widths and order from the settings, and keep changes."""
        key, header = f"表格/{self.objectName()}", self.horizontalHeader()
        if state := settings.state(key):
            self._own = header.restoreState(state)

        def keep(*_: object) -> None:
            """Keep widths and order in the settings."""
            if not self._fitting:
                self._own = True
                settings.keep(key, header.saveState())

        self.forget = lambda: settings.keep(key, "")
        header.sectionResized.connect(keep)
        header.sectionMoved.connect(keep)
        header.sortIndicatorChanged.connect(keep)

    def copied(self) -> str:
        """The rows selected with their headings, as a spreadsheet takes them."""
        order = [self.horizontalHeader().logicalIndex(n) for n in range(len(self.rows.columns))]
        shown = [self.rows.columns[n] for n in order if not self.isColumnHidden(n)]
        lines = [[column.label for column in shown], *([column.show(row) for column in shown] for row in self.chosen())]
        return "\n".join("\t".join(map(_plain, cells)) for cells in lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with Ctrl+C; open the row with Enter or F2."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _open(self, index: Index) -> None:
        if (row := self.rows.row(index.row())) is not None:
            self.opened.emit(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Spread the columns over the new width."""
        super().resizeEvent(event)
        if not self._own:
            self._spread()
        self._place_empty()

    def _place_empty(self) -> None:
        self._empty.setVisible(self.rows.rowCount() == 0)
        self._empty.setGeometry(self.viewport().rect())


def show_menu(table: Table, at: QPoint) -> None:
    """Open the context menu of the table."""
    menu = QMenu(table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    chosen = table.chosen()
    opening = menu.addAction("打开\t回车", lambda: table.opened.emit(chosen[0]))
    copying = menu.addAction("复制（连同表头）\tCtrl+C", lambda: QGuiApplication.clipboard().setText(table.copied()))
    opening.setEnabled(len(chosen) == 1)
    copying.setEnabled(bool(chosen))
    menu.addAction("选中全部\tCtrl+A", table.selectAll).setEnabled(
        table.selectionMode() == table.SelectionMode.ExtendedSelection and table.rows.rowCount() > 0
    )
    menu.addSeparator()
    menu.addAction("恢复默认的列宽和次序", lambda: restore(table))
    menu.popup(table.viewport().mapToGlobal(at))


def restore(table: Table) -> None:
    """Put the columns back to their declared order and width."""
    header = table.horizontalHeader()
    for number in range(header.count()):
        header.moveSection(header.visualIndex(number), number)
    table.fit()
    table.forget()
