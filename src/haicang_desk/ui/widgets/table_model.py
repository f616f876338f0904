"""Where the rows of a table come from, and the model through which Qt reads them page by page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from haicang_desk.ui.shell.theme import LEFT, RIGHT
from haicang_desk.ui.widgets.table_columns import TableColumn

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW = Qt.ItemDataRole.UserRole  # the whole row, whatever the column
PAGE, PAGES = 80, 30  # rows of a page, twice what a large screen shows, and pages kept


class RowSource(Protocol):
    """Where rows come from."""

    def count(self) -> int:
        """The number of rows."""

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[Any]:
        """Rows from ``offset`` on, at most ``limit``, sorted by ``order``."""


@runtime_checkable
class KeyedSource(RowSource, Protocol):
    """A source that knows the ids of all its rows without reading them; "" stands for a GroupRow."""

    def ids(self, order: str, descending: bool) -> Sequence[str]:
        """The ids of all rows, sorted by ``order``."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The heading of a group of rows. ``figures``: what its columns show, by their order."""

    label: str
    count: int
    key: str = ""
    folded: bool = False
    figures: Mapping[str, str] = field(default_factory=dict)


class ListSource:
    """A source of rows that are all in memory, sorted by the key or value of the column."""

    def __init__(self, rows: Sequence[Any] = (), columns: Sequence[TableColumn] = ()) -> None:
        self.rows, self._keys = rows, {column.order: column.key or column.value for column in columns}
        self._sorted_rows: dict[tuple[str, bool], Sequence[Any]] = {}

    def count(self) -> int:
        """The number of rows."""
        return len(self.rows)

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[Any]:
        """A slice of the rows in the order asked for."""
        return self._sorted(order, descending)[offset : offset + limit]

    def ids(self, order: str, descending: bool) -> Sequence[str]:
        """The ids of the rows in this order; "" for rows without one."""
        return [str(getattr(row, "id", "") or "") for row in self._sorted(order, descending)]

    def _sorted(self, order: str, descending: bool) -> Sequence[Any]:
        key = self._keys.get(order) if order else None
        if key is None:
            return self.rows
        if (order, descending) not in self._sorted_rows:
            in_order = sorted(self.rows, key=lambda row: _sortable(key(row)), reverse=descending)
            self._sorted_rows = {(order, descending): in_order}
        return self._sorted_rows[order, descending]


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
        self.sorting = False  # whether a reset under way only changes the order
        self.on_page: Callable[[Sequence[Any]], None] = lambda _: None  # told of the rows of every page that is read

    @property
    def source(self) -> RowSource:
        """Where the rows come from."""
        return self._source

    @property
    def order(self) -> tuple[str, bool]:
        """What the rows are sorted by, and whether from the greatest down."""
        return self._order, self._descending

    def look(self, source: RowSource | None = None, order: tuple[str, bool] | None = None) -> None:
        """Read the rows again, from another source or in another order if one is given."""
        self.beginResetModel()
        self._source = source or self._source
        self._order, self._descending = order or self.order
        self._pages.clear()
        self._count = self._source.count()
        self.endResetModel()

    def reread(self) -> None:
        """Read what the rows say again; their number and order are as they were."""
        self._pages.clear()
        if self._count:
            last = self.index(self._count - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def held(self) -> dict[str, int]:
        """The numbers of the rows on the pages that are held, by their ids."""
        found = ((page * PAGE + n, row) for page, rows in self._pages.items() for n, row in enumerate(rows))
        return {str(row.id): number for number, row in found if getattr(row, "id", "")}

    def row(self, number: int) -> Any:
        """The row with this number, None where the source has become shorter."""
        page, place = divmod(number, PAGE)
        if page not in self._pages:
            self._pages[page] = self._source.page(self._order, self._descending, page * PAGE, PAGE)
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
            self.on_page(self._pages[page])
        else:
            self._pages.move_to_end(page)
        rows = self._pages[page]
        return rows[place] if place < len(rows) else None

    def rows_read(self) -> Iterable[Any]:
        """The rows of the pages that are held."""
        return (row for page in self._pages.values() for row in page)

    def ids(self) -> Sequence[str]:
        """The ids of all rows in their order, "" for a row without one; empty where the source does not know them."""
        return self._source.ids(*self.order) if isinstance(self._source, KeyedSource) else ()

    def rowCount(self, parent: Index = ROOT) -> int:
        """The number of rows."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = ROOT) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def sort_by(self, order: str, descending: bool) -> None:
        """What the next reading sorts by; nothing is read here."""
        self._order, self._descending = order, descending

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column that has an order."""
        if 0 <= column < len(self.columns) and self.columns[column].order:
            self.sorting = True
            self.look(order=(self.columns[column].order, order == Qt.SortOrder.DescendingOrder))
            self.sorting = False

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The heading of a group cannot be selected."""
        if index.isValid() and getattr(self._source, "grouped", False) and isinstance(self.row(index.row()), GroupRow):
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Heading, alignment and tool tip of a column."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            column = self.columns[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return column.label
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if column.right else LEFT
            if role == Qt.ItemDataRole.ToolTipRole:
                told = column.tip or column.label
                return f"{told}\n点一下按它排序，再点一下倒过来；右键选要显示的列" if column.order else told
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, alignment or colour of a cell, or the whole row under the role ROW."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.right else LEFT
        if role not in _ROLES:
            return None
        row = self.row(index.row())
        if row is None or role == ROW:
            return row
        if isinstance(row, GroupRow):
            return f"{row.label}，{row.count:,} 项" if index.column() == 0 else row.figures.get(column.order, "")
        if role == Qt.ItemDataRole.ForegroundRole:
            return column.colour(row) if column.colour else None
        return column.show(row) if role == Qt.ItemDataRole.DisplayRole else column.told(row)


_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ForegroundRole,
    ROW,
)
