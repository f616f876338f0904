"""The menu of a table: what the keys do, said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from haicang_desk.ui.widgets.table import Table


def show_menu(table: Table, at: QPoint) -> None:
    """Open the menu over the table; a click on a row has picked it already."""
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
    """Columns in their own order and width, as if nobody had moved them."""
    header = table.horizontalHeader()
    for number in range(header.count()):
        header.moveSection(header.visualIndex(number), number)
    table.fit()
    table.forget()
