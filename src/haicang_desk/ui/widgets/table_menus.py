"""The menus of a table: what can be done with its rows, and which columns it shows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from haicang_desk.ui.widgets.table import Table


def show_menu(table: Table, at: QPoint) -> None:
    """Open the context menu of the rows."""
    menu = QMenu(table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    count = table.chosen_count()
    opening = menu.addAction("打开\t回车", lambda: table.opened.emit(table.chosen()[0]))
    copying = menu.addAction("复制（连同表头）\tCtrl+C", table.copy)
    opening.setEnabled(count == 1)
    copying.setEnabled(bool(count))
    menu.addAction("选中全部\tCtrl+A", table.selectAll).setEnabled(
        table.selectionMode() == table.SelectionMode.ExtendedSelection and table.rows.rowCount() > 0
    )
    menu.addSeparator()
    _add_columns(table, menu.addMenu("显示的列"))
    menu.addAction("恢复默认的列宽和次序", lambda: restore(table))
    menu.popup(table.viewport().mapToGlobal(at))


def show_column_menu(table: Table, at: QPoint) -> None:
    """Open the context menu of the headings."""
    menu = QMenu(table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _add_columns(table, menu)
    menu.addSeparator()
    menu.addAction("恢复默认的列宽和次序", lambda: restore(table))
    menu.popup(at)


def _add_columns(table: Table, menu: QMenu) -> None:
    for column in table.rows.columns:
        label = column.tip or column.label
        action = menu.addAction(f"{label}（窗口窄，暂不显示）" if column in table.columns.dropped else label)
        action.setCheckable(True)
        action.setChecked(table.columns.wanted(column))
        action.toggled.connect(partial(table.columns.choose, column))


def restore(table: Table) -> None:
    """Put the columns back to their declared order, width and choice."""
    header = table.horizontalHeader()
    for number in range(header.count()):
        header.moveSection(header.visualIndex(number), number)
    table.columns.reset()
    table.fit()
    table.forget()
