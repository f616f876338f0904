"""The table of a workbook as it was sent: under each heading its field, in each cell what is to be mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from haicang_desk.model.spreadsheet import RawTable, cell_text
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import LEFT, RIGHT, em

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
WIDEST = 18  # characters of a column fitted to its cells
SAMPLE = 60  # rows that a column is fitted to


@dataclass(frozen=True, slots=True)
class CellMark:
    """Why a cell is coloured: its level, such as block for a fault, and what is wrong with it."""

    level: str
    reason: str


class SourceModel(QAbstractTableModel):
    """The rows of a table with its sums, as Qt reads them. A changed cell is told by ``mended`` and not kept here."""

    mended = Signal(int, int, str, str)  # row in the sheet, column, the text before, the text typed

    def __init__(self) -> None:
        super().__init__()
        self.table = RawTable("", (), 0)
        self._rows: list[Any] = []
        self._sums: set[int] = set()
        self._targets: Mapping[str, str] = {}
        self._marks: Mapping[tuple[int, int], CellMark] = {}
        self._texts: Mapping[tuple[int, int], str] = {}

    def show_table(
        self,
        table: RawTable,
        targets: Mapping[str, str],
        marks: Mapping[tuple[int, int], CellMark],
        texts: Mapping[tuple[int, int], str],
    ) -> None:
        """Show a table: where its columns go, by name, and by (row, column) the marked cells and texts typed anew."""
        self.beginResetModel()
        self.table, self._targets, self._marks, self._texts = table, targets, marks, texts
        self._rows = sorted([*table.rows, *table.sums], key=lambda row: row.number)
        self._sums = {row.number for row in table.sums}
        self.endResetModel()

    def marked_cells(self) -> list[tuple[int, int]]:
        """Row and column in this model of the cells with a mark, from top to bottom; a form has its own places."""
        places, columns = self.table.places, [heading.index for heading in self.table.headings]
        return [
            (number, place)
            for number, row in enumerate(self._rows)
            for place, column in enumerate(columns)
            if places.get(column, (row.number, column)) in self._marks
        ]

    def rowCount(self, parent: Index = ROOT) -> int:
        """The number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(self.table.headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Of a column its heading and the field that it goes to, of a row its number in the sheet."""
        if orientation == Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.DisplayRole and 0 <= section < len(self._rows):
                return str(self._rows[section].number)
            return None
        if not 0 <= section < len(self.table.headings):
            return None
        heading = self.table.headings[section]
        target = self._targets.get(heading.name, "")
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{' '.join(heading.name.split())[:WIDEST]}\n{'→ ' + target if target else '不读'}  ▾"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{' · '.join(heading.texts)}：{'读作' + target if target else '不读'}。按这里改"
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme.colour("text" if target else "muted")
        return LEFT if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, colour, alignment or reason of a cell."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.table.headings[index.column()].index
        at = self.table.places.get(column, (row.number, column))
        raw = row.cells.get(column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._texts.get(at, cell_text(raw))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if raw is not None and raw.form in ("number", "percent") else LEFT
        mark = self._marks.get(at)
        if role == Qt.ItemDataRole.ToolTipRole:
            return mark.reason if mark else None
        if role == Qt.ItemDataRole.BackgroundRole and mark:
            return theme.level_ground(mark.level)
        if role == Qt.ItemDataRole.ForegroundRole:
            if mark:
                return theme.level_colour(mark.level)
            return theme.colour("muted") if row.number in self._sums else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells of records can be typed over, those of sums cannot."""
        flags = super().flags(index)
        if index.isValid() and self._rows[index.row()].number not in self._sums:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tell what was typed over a cell."""
        before = str(self.data(index) or "")
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or str(value) == before:
            return False
        row, column = self._rows[index.row()], self.table.headings[index.column()].index
        line, place = self.table.places.get(column, (row.number, column))
        self.mended.emit(line, place, before, str(value))
        return True


class SourceTable(QTableView):
    """The view of a table as it was sent. Heading and cell tell what a person chooses there."""

    heading_chosen = Signal(int)  # number of the heading

    def __init__(self) -> None:
        super().__init__()
        self.source = SourceModel()
        self.setModel(self.source)
        self.setObjectName("source")
        self.setAccessibleName("原表")
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.sectionClicked.connect(self.heading_chosen)
        self.verticalHeader().setHighlightSections(False)

    def show_table(
        self,
        table: RawTable,
        targets: Mapping[str, str],
        marks: Mapping[tuple[int, int], CellMark],
        texts: Mapping[tuple[int, int], str],
    ) -> None:
        """Show a table as SourceModel.show_table; another table is fitted, the same one keeps its place."""
        same = self.source.table is table
        at, current = self.verticalScrollBar().value(), self.currentIndex()
        where = (current.row(), current.column())
        self.source.show_table(table, targets, marks, texts)
        if same:
            self.verticalScrollBar().setValue(at)
            if current.isValid():
                self.setCurrentIndex(self.source.index(*where))
            for number in range(self.source.columnCount()):  # what a column is read as may be longer now
                self.setColumnWidth(number, max(self.columnWidth(number), self._wide_enough(number, rows=0)))
        else:
            self.fit()

    def fit(self) -> None:
        """Set widths and heights from the cells and the size of type."""
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(em(self, 2.2))
        for number in range(self.source.columnCount()):
            self.setColumnWidth(number, self._wide_enough(number, rows=SAMPLE))

    def _wide_enough(self, number: int, *, rows: int) -> int:
        """The width of a column for its heading and its first rows, in pixels."""
        texts = str(self.source.headerData(number, Qt.Orientation.Horizontal)).split("\n")
        texts += [
            str(self.source.data(self.source.index(row, number)))[:40]
            for row in range(min(self.source.rowCount(), rows))
        ]
        wide = max(map(self.fontMetrics().horizontalAdvance, texts))
        return min(wide + em(self, 1.8), em(self, WIDEST))

    def go_to(self, row: int, column: int) -> None:
        """Select the cell of a row and column of the sheet and bring it into sight."""
        for number in range(self.source.rowCount()):
            if self.source.headerData(number, Qt.Orientation.Vertical) == str(row):
                for place, heading in enumerate(self.source.table.headings):
                    if heading.index == column:
                        self.setCurrentIndex(self.source.index(number, place))
                        self.scrollTo(self.currentIndex())
                        return

    def next_marked(self) -> None:
        """Go to the next cell with a mark, from the top again after the last."""
        marked = self.source.marked_cells()
        if marked:
            current = (self.currentIndex().row(), self.currentIndex().column())
            self.setCurrentIndex(self.source.index(*next((cell for cell in marked if cell > current), marked[0])))
            self.scrollTo(self.currentIndex())

    def below_heading(self, number: int) -> QPoint:
        """The place on the screen under a heading, where its menu opens."""
        header = self.horizontalHeader()
        left = min(max(header.sectionViewportPosition(number), 0), header.viewport().width())
        return header.viewport().mapToGlobal(QPoint(left, header.height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F4 opens the choice of the column's field; F8 goes to the next marked cell."""
        if event.key() == Qt.Key.Key_F4 and self.currentIndex().isValid():
            self.heading_chosen.emit(self.currentIndex().column())
        elif event.key() == Qt.Key.Key_F8:
            self.next_marked()
        else:
            super().keyPressEvent(event)
