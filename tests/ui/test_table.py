"""Tables: a sound model, pages fetched only as needed, sorted where the rows are kept."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from haicang_desk.model.store import ProjectFilter
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.projects import COLUMNS, ProjectSource
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.widgets.table import PAGE, ListSource, Table, TableColumn, TableModel


@dataclass(frozen=True)
class Many:
    """A source of very many rows that counts what it is asked for."""

    rows: int
    asked: list

    def count(self):
        return self.rows

    def page(self, order, descending, offset, limit):
        self.asked.append((order, descending, offset))
        last = min(offset + limit, self.rows)
        return [self.rows - 1 - n if descending else n for n in range(offset, last)]


NUMBERS = (TableColumn("数", str, "number"), TableColumn("金额(元)", lambda n: Money(n * 100), right=True))


def test_the_model_keeps_what_qt_expects(qtmodeltester, ws, kept):
    kept()
    kept(title="排水沟清淤", code="A-2")
    model = TableModel(COLUMNS, ProjectSource(ws, ProjectFilter(year=2018)))
    model.look()
    assert model.rowCount() == 2
    qtmodeltester.check(model, force_py=True)


def test_a_hundred_thousand_rows_are_shown_from_a_few_pages(qtbot, dressed):
    source = Many(100_000, [])
    table = Table(NUMBERS, name="大表", empty="")
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.show()
    begun = time.process_time()
    table.look(source)
    table.scrollToBottom()
    table.viewport().repaint()
    assert time.process_time() - begun < 0.5
    assert table.rows.data(table.rows.index(99_999, 0)) == "99999"
    assert len(source.asked) <= 6


def test_sorting_is_asked_of_the_source(qtbot, dressed):
    source = Many(PAGE * 2, [])
    table = Table(NUMBERS, name="表", empty="")
    qtbot.addWidget(table)
    table.look(source)
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert table.rows.data(table.rows.index(0, 0)) == str(PAGE * 2 - 1)
    assert ("number", True, 0) in source.asked


def test_figures_stand_on_the_right_with_thousands_marks(dressed):
    model = TableModel(NUMBERS, ListSource([12_345]))
    model.look()
    cell = model.index(0, 1)
    assert model.data(cell) == "12,345.00"
    assert Qt.AlignmentFlag(model.data(cell, Qt.ItemDataRole.TextAlignmentRole)) & Qt.AlignmentFlag.AlignRight


def test_an_empty_table_says_what_to_do(qtbot, dressed):
    table = Table(NUMBERS, name="表", empty="按“新建”登记")
    qtbot.addWidget(table)
    table.show_rows([])
    assert table._empty.text() == "按“新建”登记"
    assert not table._empty.isHidden()
    table.show_rows([1])
    assert table._empty.isHidden()


def test_rows_without_a_value_go_before_the_others(dressed):
    rows = ListSource([3, None, 1], [TableColumn("数", lambda r: r, "n")])
    assert list(rows.page("n", False, 0, 9)) == [None, 1, 3]
    assert list(rows.page("n", True, 0, 9)) == [3, 1, None]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_F2])
def test_a_row_is_opened_by_key(qtbot, dressed, key):
    table = Table(NUMBERS, name="表", empty="")
    qtbot.addWidget(table)
    table.show_rows([7, 8])
    table.selectRow(1)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, key)
    assert opened.args == [8]


def test_widths_are_remembered(qtbot, dressed, tmp_path):
    settings = Settings(tmp_path / "窗口.ini")
    first = Table(NUMBERS, name="表", empty="")
    qtbot.addWidget(first)
    first.remember(settings)
    first.setColumnWidth(0, 321)
    second = Table(NUMBERS, name="表", empty="")
    qtbot.addWidget(second)
    second.remember(settings)
    assert second.columnWidth(0) == 321


def test_rows_are_copied_under_their_headings_and_no_formula_goes_out(qtbot, dressed):
    table = Table((TableColumn("名称", str), TableColumn("倍", lambda t: t * 2)), name="表", empty="", several=True)
    qtbot.addWidget(table)
    table.show_rows(["=cmd()", "-5", "甲\n乙", "不选"])
    for number in range(3):
        table.selectionModel().select(
            table.rows.index(number, 0),
            table.selectionModel().SelectionFlag.Select | table.selectionModel().SelectionFlag.Rows,
        )
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines() == [
        "名称\t倍",
        "'=cmd()\t'=cmd()=cmd()",
        "-5\t-5-5",
        "甲 乙\t甲 乙甲 乙",
    ]


def menu_of(qtbot, table):
    """The menu that a right click opens."""
    at = table.visualRect(table.model().index(0, 0)).center()
    table.customContextMenuRequested.emit(at)
    menu = table.findChildren(QMenu)[-1]
    qtbot.waitUntil(menu.isVisible)
    return menu, {action.text().partition("\t")[0]: action for action in menu.actions()}


def test_the_menu_of_a_table_says_what_its_keys_do(qtbot, dressed, tmp_path):
    settings = Settings(tmp_path / "窗口.ini")
    table = Table(NUMBERS, name="表", empty="", several=True)
    qtbot.addWidget(table)
    table.remember(settings)
    table.show_rows([1, 2])
    table.show()
    table.selectRow(1)
    own, opened = table.columnWidth(0), []
    table.opened.connect(opened.append)
    table.setColumnWidth(0, own + 50)
    table.horizontalHeader().moveSection(0, 1)
    menu, actions = menu_of(qtbot, table)
    actions["打开"].trigger()
    actions["复制（连同表头）"].trigger()
    assert opened == [2]
    assert "金额(元)" in QGuiApplication.clipboard().text()
    actions["恢复默认的列宽和次序"].trigger()
    menu.close()
    assert (table.columnWidth(0), table.horizontalHeader().visualIndex(0)) == (own, 0)
    again = Table(NUMBERS, name="表", empty="", several=True)
    qtbot.addWidget(again)
    again.remember(settings)
    assert (again.columnWidth(0), again.horizontalHeader().visualIndex(0)) == (own, 0)
