"""Tables: a sound model, pages fetched only as needed, sorted where the rows are kept."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from haicang_desk.model.store import ProjectFilter
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.projects import COLUMNS, ProjectSource
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.widgets.table import PAGE, ROOMY, GroupRow, ListSource, Table, TableColumn, TableModel


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


def test_everything_of_a_hundred_thousand_is_selected_without_reading_it(qtbot, dressed):
    source = Many(100_000, [])
    table = Table(NUMBERS, name="大表", empty="", several=True)
    qtbot.addWidget(table)
    table.show()
    table.look(source)
    asked, begun = len(source.asked), time.process_time()
    table.selectAll()
    assert (table.chosen_count(), table.all_chosen()) == (100_000, True)
    assert len(source.asked) == asked
    assert time.process_time() - begun < 0.05


def test_many_rows_that_are_selected_are_read_in_large_pieces(qtbot, dressed):
    source = Many(10_001, [])
    table = Table(NUMBERS, name="大表", empty="", several=True)
    qtbot.addWidget(table)
    table.look(source)
    table.selectAll()
    assert table.chosen() == list(range(10_001))
    assert len(source.asked) < 10


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
    menu = table.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]
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


@dataclass(frozen=True)
class Row:
    """A row that has an id."""

    id: str
    name: str
    money: Money


def row(number: int, money: int = 100) -> Row:
    return Row(f"id{number}", f"第 {number} 项", Money(money))


def number_of(each):
    return int(each.id[2:])


WIDE = (
    TableColumn("名称", lambda r: r.name, "name", width=10, grows=True, second_line=lambda r: r.id, key=number_of),
    TableColumn("金额", lambda r: r.money, "money", width=4, right=True),
    TableColumn("备注", lambda r: "有", "note", width=8, rank=2),
    TableColumn("次要", lambda r: "无", "less", width=8, rank=3),
    TableColumn("日期", lambda r: "2018", "since", width=8, shown=False),
)


@pytest.fixture
def wide(qtbot, dressed, styled):
    table = Table(WIDE, name="宽表", empty="", several=True)
    qtbot.addWidget(table)
    table.resize(900, 400)
    table.show()
    table.show_rows([row(n) for n in range(500)])
    yield table
    theme.apply_type_size(styled, theme.USUAL)


def shown(table):
    return [column.label for n, column in enumerate(table.rows.columns) if not table.isColumnHidden(n)]


def test_row_heights_and_widths_follow_the_type_both_ways(wide, styled):
    before = wide.rowHeight(0), [wide.columnWidth(n) for n in range(4)]
    theme.apply_type_size(styled, 20)
    assert wide.rowHeight(0) > 1.8 * before[0]
    assert wide.columnWidth(1) > 1.8 * before[1][1]
    theme.apply_type_size(styled, theme.USUAL)
    assert (wide.rowHeight(0), [wide.columnWidth(n) for n in range(4)]) == before


def test_money_is_never_cut(wide, styled, qtbot):
    figure = 123_456_789_00
    for points in (10, 20):
        theme.apply_type_size(styled, points)
        wide.show_rows([row(1), row(2, figure)])
        needed = wide.fontMetrics().horizontalAdvance(str(Money(figure)))
        assert wide.columnWidth(1) > needed
    wide.show_rows([row(n, figure if n == 450 else 100) for n in range(500)])
    wide.scrollToBottom()
    wide.viewport().repaint()
    qtbot.waitUntil(lambda: wide.columnWidth(1) > needed)


def test_sorting_changes_no_width(wide):
    before = [wide.columnWidth(n) for n in range(4)]
    wide.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert [wide.columnWidth(n) for n in range(4)] == before


def test_the_least_columns_go_first_where_there_is_no_room_and_come_back(wide):
    assert shown(wide) == ["名称", "金额", "备注", "次要"]
    em = wide.fontMetrics().horizontalAdvance("国")
    wide.resize(em * 24, 400)
    assert shown(wide) == ["名称", "金额", "备注"]
    assert [column.label for column in wide.columns.dropped] == ["次要"]
    wide.resize(em * 16, 400)
    assert shown(wide) == ["名称", "金额"]
    wide.resize(900, 400)
    assert shown(wide) == ["名称", "金额", "备注", "次要"]


def test_a_roomy_column_leaves_those_that_grow_their_whole_width(qtbot, dressed, styled):
    table = Table((*WIDE[:2], replace(WIDE[2], rank=ROOMY)), name="宽表", empty="")
    qtbot.addWidget(table)
    table.show()
    em = table.fontMetrics().horizontalAdvance("国")
    table.resize(em * 40, 400)
    assert shown(table) == ["名称", "金额", "备注"]
    table.resize(em * 21, 400)  # room for all, were the first one drawn together
    assert shown(table) == ["名称", "金额"]


def test_columns_are_chosen_and_kept_in_characters(qtbot, wide, styled, tmp_path):
    settings = Settings(tmp_path / "窗口.ini")
    wide.remember(settings)
    wide.columns.choose(WIDE[4], wanted=True)
    wide.columns.choose(WIDE[2], wanted=False)
    wide.setColumnWidth(0, 300)
    assert shown(wide) == ["名称", "金额", "次要", "日期"]
    theme.apply_type_size(styled, 20)
    assert wide.columnWidth(0) == pytest.approx(600, rel=0.05)
    again = Table(WIDE, name="宽表", empty="")
    qtbot.addWidget(again)
    again.remember(settings)
    assert shown(again) == ["名称", "金额", "次要", "日期"]
    assert again.columnWidth(0) == wide.columnWidth(0)


def test_selection_and_place_stay_with_their_rows(wide):
    wide.choose_ids({"id300", "id301", "id400"})
    assert wide.ranges() == [(300, 301), (400, 400)]
    wide.verticalScrollBar().setValue(wide.rowHeight(0) * 290)
    wide.show_rows([row(n) for n in range(10, 500) if n != 301])
    assert wide.chosen_ids() == ["id300", "id400"]
    assert wide.rows.row(wide.rowAt(0)).id == "id290"


def test_everything_is_selected_as_one_range(qtbot, wide):
    qtbot.keyClick(wide, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert wide.ranges() == [(0, 499)]
    assert wide.chosen_count() == len(wide.chosen_ids()) == 500
    assert wide.all_chosen()
    at = wide.visualRect(wide.rows.index(3, 0)).center()
    qtbot.mouseClick(wide.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
    assert wide.chosen_count() == 499
    assert "id3" not in wide.chosen_ids()


class Grouped(ListSource):
    """A source with the heading of a group above its rows."""

    grouped = True


def test_the_heading_of_a_group_is_no_row_to_select_and_folds(qtbot, wide):
    wide.look(Grouped([GroupRow("霞阳社区", 2, key="x"), row(1), row(2)]))
    wide.selectAll()
    assert [each.id for each in wide.chosen()] == ["id1", "id2"]
    assert not wide.rows.flags(wide.rows.index(0, 0)) & Qt.ItemFlag.ItemIsSelectable
    assert wide.rows.flags(wide.rows.index(1, 0)) & Qt.ItemFlag.ItemIsSelectable
    with qtbot.waitSignal(wide.folded) as folded:
        at = wide.visualRect(wide.rows.index(0, 0)).center()
        qtbot.mouseClick(wide.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert folded.args[0].key == "x"


def test_a_page_of_rows_is_drawn_in_a_few_milliseconds(wide):
    wide.resize(1200, 60 * 30)
    picture = wide.grab()
    begun = time.process_time()
    for _ in range(10):
        wide.render(picture)
    assert (time.process_time() - begun) / 10 < 0.05
