"""A grid in which the budget of a project is typed and pasted, with its sums against the funding below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QCompleter,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from haicang_desk.model.funding import Funding
from haicang_desk.model.records import BudgetLine, Project, Source
from haicang_desk.model.values import Money, Refused
from haicang_desk.ui.shell import prompts, theme
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.budget_rows import NAMES, BudgetModel, choices_of
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.icons import set_icon

if TYPE_CHECKING:
    from haicang_desk.model.spreadsheet import PastedRows

Index = QModelIndex | QPersistentModelIndex
WIDTHS = {  # characters
    "content": 13.0,
    "subject": 6.5,
    "measure": 4.0,
    "quantity": 5.0,
    "price": 7.0,
    "amount": 8.0,
    "source": 8.0,
    "is_overhead": 4.5,
    "category": 5.5,
    "note": 8.0,
}
ROW = 2.3  # height in characters
LEAST_ROWS, MOST_ROWS = 3, 12  # in sight at once
REPEAT = ("..", "。。", "．．")


class CellDelegate(QStyledItemDelegate):
    """A line to type in; where there are choices they are listed while typing, all of them with F7 or ↓."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line of text over the cell."""
        line = QLineEdit(parent)
        line.setAccessibleName(BudgetLine.fields[NAMES[index.column()]].label)
        line.setStyleSheet("border-radius: 0; padding: 0 4px;")
        if offered := choices_of(NAMES[index.column()]):
            completer = QCompleter(QStringListModel(list(offered)), line)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            line.setCompleter(completer)
        return line

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the text as typed."""
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole) or ""))
            editor.selectAll()

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Enter and Tab end the entry and go on; F7 and ↓ list the choices."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and isinstance(editor, QLineEdit):
            completer = editor.completer()
            popup = completer.popup() if completer is not None else None
            listing = popup is not None and popup.isVisible()
            if completer is not None and event.key() in (Qt.Key.Key_F7, Qt.Key.Key_Down) and not listing:
                completer.setCompletionPrefix("")
                completer.complete()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if popup is not None and listing and popup.currentIndex().isValid():
                    editor.setText(str(popup.currentIndex().data()))
                if popup is not None:
                    popup.hide()
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                hint = QAbstractItemDelegate.EndEditHint
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, hint.EditPreviousItem if back else hint.EditNextItem)
                return True
        return super().eventFilter(editor, event)


class BudgetTable(QTableView):
    """The cells. Typing replaces, F2 edits; Ctrl+V, Ctrl+D, Ctrl+Z, Ins, Del and Ctrl+Del as in a spreadsheet."""

    pasted = Signal()

    def __init__(self, rows: BudgetModel, *, missing: Callable[[int], Money | None]) -> None:
        super().__init__()
        self.rows, self._missing = rows, missing
        self.setModel(rows)
        self.setAccessibleName(BudgetLine.label)
        self.setObjectName("budget_table")
        self.setItemDelegate(CellDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setHighlightSections(False)
        rows.rowsInserted.connect(self.fit_height)
        rows.rowsRemoved.connect(self.fit_height)
        rows.modelReset.connect(self.fit_height)
        self.fit()

    # size

    def fit(self) -> None:
        """Widths and heights for the size of type; what is left over goes to the content and the note."""
        self.verticalHeader().setDefaultSectionSize(em(self, ROW))
        self.verticalHeader().setFixedWidth(em(self, 2))
        spare = max(0, self.viewport().width() - sum(em(self, wide) for wide in WIDTHS.values()))
        for column, name in enumerate(NAMES):
            more = spare * 2 // 3 if name == "content" else spare // 3 if name == "note" else 0
            self.setColumnWidth(column, em(self, WIDTHS[name]) + more)
        self.fit_height()

    def fit_height(self) -> None:
        """As high as its rows, within bounds."""
        rows = min(max(self.rows.rowCount(), LEAST_ROWS), MOST_ROWS)
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(em(self, ROW) * rows + self.horizontalHeader().sizeHint().height() + bar + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the new width."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "rows"):
            self.fit()

    # keys

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the grid from the menus of the window while the grid has the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._acts(event):
            event.accept()
            return True
        return super().event(event)

    def _acts(self, event: QKeyEvent) -> Callable[[], object] | None:
        keys = QKeySequence.StandardKey
        if self.rows.fixed:
            return self.copy if event.matches(keys.Copy) else None
        for key, act in (
            (keys.Undo, self.rows.undo),
            (keys.Redo, self.rows.redo),
            (keys.Copy, self.copy),
            (keys.Paste, self.pasted.emit),
        ):
            if event.matches(key):
                return act
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() == Qt.Key.Key_D:
            return self.fill_down
        if event.key() == Qt.Key.Key_Insert and not control:
            return self.insert_row
        if event.key() == Qt.Key.Key_Delete:
            return self.remove_rows if control or self._whole_rows() else self.clear_cells
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act, go on with Enter, or leave the grid with Tab."""
        act = self._acts(event)
        if act is not None:
            act()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.edit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """After Enter go to the next cell, from the last column to the row below."""
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        by = {
            QAbstractItemDelegate.EndEditHint.EditNextItem: 1,
            QAbstractItemDelegate.EndEditHint.EditPreviousItem: -1,
        }.get(hint, 0)
        if by and self.currentIndex().isValid():
            place = self.currentIndex().row() * len(NAMES) + self.currentIndex().column() + by
            row, column = divmod(max(place, 0), len(NAMES))
            if row < self.rows.rowCount():
                self.setCurrentIndex(self.rows.index(row, column))
                self.edit(self.currentIndex())

    def commitData(self, editor: QWidget) -> None:
        """Read ``..`` as the cell above and ``=`` as what is missing."""
        index = self.currentIndex()
        if isinstance(editor, QLineEdit) and index.isValid():
            text = editor.text().strip()
            if text in REPEAT and index.row():
                editor.setText(str(index.siblingAtRow(index.row() - 1).data() or ""))
            elif text == "=" and NAMES[index.column()] == "amount":
                missing = self._missing(index.row())
                editor.setText("" if missing is None else str(missing))
        super().commitData(editor)

    # acts

    def chosen(self) -> list[tuple[int, str]]:
        """The cells selected, by row and field."""
        return sorted((index.row(), NAMES[index.column()]) for index in self.selectedIndexes())

    def _whole_rows(self) -> bool:
        rows = {index.row() for index in self.selectedIndexes()}
        return bool(rows) and len(self.selectedIndexes()) == len(rows) * len(NAMES)

    def copy(self) -> None:
        """Put the cells selected on the clipboard, as a spreadsheet takes them."""
        rows: dict[int, list[str]] = {}
        for index in sorted(self.selectedIndexes(), key=lambda each: (each.row(), each.column())):
            rows.setdefault(index.row(), []).append(" ".join(str(index.data() or "").split()))
        QGuiApplication.clipboard().setText("\n".join("\t".join(cells) for cells in rows.values()))

    def fill_down(self) -> None:
        """Fill the cells selected with the top one of their column; a single cell takes the one above it."""
        cells = self.chosen()
        if not cells:
            return
        top = cells[0][0] - (1 if len({row for row, _ in cells}) == 1 else 0)
        if top >= 0:
            self.rows.write({(row, name): self.rows.text(top, name) for row, name in cells if row > top})

    def clear_cells(self) -> None:
        """Empty the cells selected."""
        last = self.rows.rowCount() - 1
        self.rows.write({(row, name): "" for row, name in self.chosen() if row < last})

    def insert_row(self) -> None:
        """Put an empty row above the current one."""
        at = max(self.currentIndex().row(), 0)
        self.rows.insert(min(at, self.rows.rowCount() - 1))
        self.setCurrentIndex(self.rows.index(at, 0))

    def remove_rows(self) -> None:
        """Take out the rows selected."""
        self.rows.remove(sorted({index.row() for index in self.selectedIndexes()}))


class BudgetGrid(Card):
    """The budget of a project: grid, buttons and sums. ``edited`` is emitted with every change."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(BudgetLine.label, "可从表格软件复制后粘贴")
        self.cls = BudgetLine
        self.rows = BudgetModel()
        self._project = Project()
        self.table = BudgetTable(self.rows, missing=self._missing)
        self.sums = QLabel()
        self.sums.setWordWrap(True)
        self.fault = QLabel()
        self.fault.setTextFormat(Qt.TextFormat.PlainText)
        self.fault.setWordWrap(True)
        set_role(self.fault, "fault")
        self._buttons = [
            self._button(label, name, icon, act, tip)
            for label, name, icon, act, tip in (
                ("粘贴", "paste_budget", "clipboard-paste", self.paste, "Ctrl+V"),
                ("插入行", "insert_budget", "plus", self.table.insert_row, "在当前行上面插入一行（插入键）"),
                ("删除行", "remove_budget", "trash-2", self.table.remove_rows, "删除选中的行；选中整行后也可按删除键"),
                ("撤销", "undo_budget", "undo-2", self.rows.undo, "Ctrl+Z，保存前有效"),
            )
        ]
        self.body.addWidget(self.table)
        self.body.addWidget(self.fault)
        self.body.addWidget(self.sums)
        self.table.pasted.connect(self.paste)
        self.table.selectionModel().currentChanged.connect(lambda *_: self._tell_fault())
        self.rows.edited.connect(self._on_edited)

    def _button(self, label: str, name: str, icon: str, act: Callable[[], object], tip: str) -> QPushButton:
        button = QPushButton(label)
        button.setObjectName(name)
        button.setAccessibleName(f"{label}（{BudgetLine.label}）")
        button.setToolTip(tip)
        set_role(button, "quiet")
        set_icon(button, icon, "accent")
        button.clicked.connect(lambda: act())
        self.head.addWidget(button)
        return button

    # showing

    def show_lines(self, lines: Sequence[BudgetLine], *, fixed: bool) -> None:
        """Show the stored lines; ``fixed``: they may only be read."""
        self.rows.load(lines, fixed=fixed)
        for button in self._buttons:
            button.setVisible(not fixed)
        self.note.setVisible(not fixed)
        self._tell()

    def show_funding(self, project: Project) -> None:
        """Compare the sums with the funding of the project as typed."""
        self._project = project
        self._tell()

    def take_hand(self) -> None:
        """Put the keyboard on the first empty row."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.setCurrentIndex(self.rows.index(self.rows.rowCount() - 1, 0))

    def point_to(self, number: int, name: str) -> None:
        """Put the keyboard on a cell and scroll it into sight."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.setCurrentIndex(self.rows.index(number, NAMES.index(name)))
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(self.table)

    def _on_edited(self) -> None:
        self._tell()
        self.edited.emit()

    def _tell(self) -> None:
        lines, whole = self.rows.lines(), Funding.of(self._project).total
        total = sum((line.amount for line in lines), Money(0))
        said = f"共 {len(lines)} 行，合计 {total} 元"
        level = ""
        if lines and total != whole:
            gap = f"比总资金少 {whole - total} 元" if total < whole else f"比总资金多 {total - whole} 元"
            said, level = f"{gap}。{said}，总资金 {whole} 元", "exception"
            if apart := self._apart(lines):
                said += f"；{apart}"
        elif lines:
            said, level = f"{said}，与总资金一致", "good"
        self.sums.setText(said)
        if self.sums.property("level") != level:
            self.sums.setProperty("level", level)
            theme.restyle(self.sums)
        self._tell_fault()

    def _apart(self, lines: Sequence[BudgetLine]) -> str:
        """The sources whose lines do not make up their sum."""
        funding, found = Funding.of(self._project), []
        for source in Source:
            gap = sum((line.amount for line in lines if line.source is source), Money(0)) - funding.source(source)
            if gap:
                found.append(f"{source.label}{'多' if gap > 0 else '少'} {Money(abs(gap))} 元")
        return "，".join(found[:3])

    def _tell_fault(self) -> None:
        index = self.table.currentIndex()
        faults = self.rows.faults()
        own = [(r, n, why) for r, n, why in faults if (r, n) == (index.row(), NAMES[max(index.column(), 0)])]
        shown = (own or faults)[:1]
        text = f"第 {shown[0][0] + 1} 行{BudgetLine.fields[shown[0][1]].label}：{shown[0][2]}" if shown else ""
        if len(faults) > 1:
            text += f"（共 {len(faults)} 格要改）"
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    def _missing(self, number: int) -> Money | None:
        """What the source of a row still lacks, the row itself left out."""
        source = self.rows.typed(number).line.source
        others = (self.rows.typed(n).line for n in range(self.rows.rowCount()) if n != number)
        rest = Funding.of(self._project).source(source) - sum(
            (line.amount for line in others if line.source is source), Money(0)
        )
        return rest if rest > 0 else None

    # pasting

    def paste(self) -> None:
        """Put what is on the clipboard into the grid: one value into the cells selected, rows at the end."""
        from haicang_desk.model.spreadsheet import BUDGET_WORDS, pasted_rows

        mime = QGuiApplication.clipboard().mimeData()
        text, html = mime.text(), mime.html()
        index = self.table.currentIndex()
        if text.strip() and "\t" not in text.strip() and "\n" not in text.strip():
            cells = self.table.chosen() or ([(index.row(), NAMES[index.column()])] if index.isValid() else [])
            self.rows.write(dict.fromkeys(cells, text.strip()))
            return
        start = max(index.column(), 0)
        try:
            found = pasted_rows(BudgetLine, text, html, order=NAMES[start:], also=BUDGET_WORDS)
        except Refused as refused:
            prompts.tell(self, "粘贴", str(refused))
            return
        single = {name for row in found.rows for name in row}
        if not found.headed and len(single) == 1 and index.isValid() and index.row() < self.rows.rowCount() - 1:
            name = single.pop()
            self.rows.write({(index.row() + n, name): row.get(name, "") for n, row in enumerate(found.rows)})
            return
        if found.rows and prompts.confirm(self, "贴入预算明细", self._preview(found), yes=f"贴入 {len(found.rows)} 行"):
            first = self.rows.append(found.rows)
            self.table.setCurrentIndex(self.rows.index(first, 0))
            self.table.scrollTo(self.table.currentIndex())

    def _preview(self, found: PastedRows) -> str:
        """What will be appended: rows, sum, columns, and what is left out or to be mended."""
        trial = BudgetModel()
        trial.append(found.rows)
        total, faults = sum((line.amount for line in trial.lines()), Money(0)), len(trial.faults())
        parts = [f"贴在现有各行之后：{len(found.rows)} 行，合计 {total} 元。"]
        if found.columns:
            columns = (taken if taken == name else f"{taken}→{name}" for taken, name in found.columns)
            parts.append(f"栏目：{'，'.join(columns)}")
        else:
            parts.append("没有表头，按表格的栏目次序贴入。")
        parts += [f"{note}。" for note in found.notes]
        if faults:
            parts.append(f"{faults} 格读不出或必填，会标出原因，改好才能保存。")
        return "\n".join(parts)
