"""登记簿 and 回收站: the year's sheet, merging villages, and bringing back what was voided."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from haicang_desk.model.records import DayKind, Expert, Holiday, Link, Project, Suggestion, Village
from haicang_desk.model.services import save, void
from haicang_desk.ui.screens.village_merge_dialog import VillageMergeDialog
from tests.conftest import TODAY


@pytest.fixture
def books(window):
    window.resize(1500, 900)
    window.go("books", Holiday)
    return window.current()


@pytest.fixture
def bin_screen(window):
    window.go("bin")
    return window.current()


def own_days(ws):
    return [(each.day, each.kind) for each in ws.all(Holiday)]


def click_day(qtbot, calendar, day, *, twice=False):
    at = calendar.day_box(day).center().toPoint()
    (qtbot.mouseDClick if twice else qtbot.mouseClick)(calendar, Qt.MouseButton.LeftButton, pos=at)


def test_announced_days_are_marked_and_a_day_is_changed_by_the_mouse(qtbot, books, ws):
    calendar = books.holidays.calendar
    assert "放假，国务院公布" in calendar.told(date(2018, 10, 1))
    assert "调休上班，国务院公布" in calendar.told(date(2018, 9, 29))
    click_day(qtbot, calendar, date(2018, 9, 12))
    assert books.holidays._day.text().startswith("2018年9月12日　星期三　工作日")
    qtbot.mouseClick(books.findChild(QPushButton, "turn_day"), Qt.MouseButton.LeftButton)
    assert own_days(ws) == [(date(2018, 9, 12), DayKind.OFF)]
    assert "放假，本街道设定" in calendar.told(date(2018, 9, 12))
    click_day(qtbot, calendar, date(2018, 9, 12), twice=True)
    assert own_days(ws) == []  # as its weekday says: no record is needed


def test_days_are_gone_to_and_changed_by_keys(qtbot, books, ws):
    calendar = books.holidays.calendar
    calendar.pick(date(2018, 9, 28))
    qtbot.keyClick(calendar, Qt.Key.Key_Right)
    qtbot.keyClick(calendar, Qt.Key.Key_Return)
    assert own_days(ws) == [(date(2018, 9, 29), DayKind.OFF)]
    qtbot.mouseClick(books.findChild(QPushButton, "restore_day"), Qt.MouseButton.LeftButton)
    assert own_days(ws) == []
    for key, day in (
        (Qt.Key.Key_Down, date(2018, 10, 6)),
        (Qt.Key.Key_PageUp, date(2018, 9, 1)),
        (Qt.Key.Key_Home, date(2018, 1, 1)),
        (Qt.Key.Key_Left, date(2018, 1, 1)),
        (Qt.Key.Key_End, date(2018, 12, 31)),
    ):
        qtbot.keyClick(calendar, key)
        assert calendar.day == day


def test_a_year_that_is_not_announced_says_so_and_the_sheet_turns_to_a_list(qtbot, books, ws):
    books.holidays.show_year(2040)
    assert "还没有" in books.holidays._known.text()
    save(ws, [Holiday(day=date(2018, 9, 12), name="运动会")], action="登记", person="陈")
    qtbot.mouseClick(books.findChild(QPushButton, "as_list"), Qt.MouseButton.LeftButton)
    assert books.table.rows.rowCount() == 1
    assert "已有" in books.note.text()
    qtbot.mouseClick(books.findChild(QPushButton, "as_sheet"), Qt.MouseButton.LeftButton)
    assert books.holidays.isVisible()


def test_every_day_of_the_year_is_found_where_it_is_drawn(books):
    calendar = books.holidays.calendar
    for number in range(365):
        day = date.fromordinal(date(2018, 1, 1).toordinal() + number)
        assert calendar.day_at(calendar.day_box(day).center()) == day
    assert calendar.day_at(QPoint(-5, -5).toPointF()) is None


def test_records_of_a_kind_are_read_in_pages_and_sorted(window, ws):
    people = [Expert(name=f"专家{n:03}", unit="甲") for n in range(450)]
    save(ws, people, action="登记", person="陈")
    window.go("books", Expert)
    table = window.current().table
    assert table.rows.rowCount() == 450
    table.rows.sort(0, Qt.SortOrder.DescendingOrder)
    assert table.rows.row(0).name == "专家449"
    assert table.rows.row(449).name == "专家000"


def test_records_are_those_of_the_year_shown(window, ws, kept, village):
    mine, other = kept(), kept(code="A-2", title="明年的", fund_year=2019)
    said = [
        Suggestion(told_on=TODAY, village=Link(village.id), project=Link(p.id), text=p.title) for p in (mine, other)
    ]
    save(ws, [*said, Suggestion(told_on=TODAY, village=Link(village.id), text="无项目")], action="登记", person="陈")
    window.state.turn_to(2018)
    window.go("books", Suggestion)
    table = window.current().table
    assert {table.rows.row(n).text for n in range(table.rows.rowCount())} == {"楼道照明更换", "无项目"}


def test_two_villages_are_merged_after_it_is_shown_what_goes_over(qtbot, window, ws, kept, village, click):
    (other,) = save(ws, [Village(name="霞阳", leader="林")], action="登记", person="陈")
    kept(village=Link(other.id))
    window.go("books")
    click(window.current(), "merge_villages")
    (dialog,) = window.current().findChildren(VillageMergeDialog)
    dialog.gone.setCurrentIndex(dialog.gone.findData(other.id))
    assert dialog.kept.currentText() == "霞阳社区（名称相近）"
    assert "项目 1 条" in dialog.effect.text() and "挂钩街道领导 林" in dialog.effect.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert [each.name for each in ws.all(Village)] == ["霞阳社区"]
    assert [each.village for each in ws.all(Project)] == [village.id]
    assert "已并入" in window.status.currentMessage()


def test_what_must_be_settled_first_is_listed_and_bars_the_merge(window, ws, village, click):
    save(ws, [Village(name="霞阳", payee="别的户名")], action="登记", person="陈")
    window.go("books")
    click(window.current(), "merge_villages")
    (dialog,) = window.current().findChildren(VillageMergeDialog)
    assert "收款户名不一致" in dialog.conflicts.text()
    assert not dialog.yes.isEnabled()


def test_the_bin_tells_who_and_why_and_a_project_comes_back(qtbot, bin_screen, window, ws, kept, click):
    assert bin_screen.table.rows.rowCount() == 0
    void(ws, kept(), reason="重复登记", person="林")
    (row,) = (bin_screen.table.rows.row(0),)
    shown = [column.show(row) for column in bin_screen.table.rows.columns]
    assert shown[:4] == ["楼道照明更换", "项目", "重复登记", "林"]
    bin_screen.table.selectRow(0)
    click(bin_screen, "restore")
    assert [each.title for each in ws.all(Project)] == ["楼道照明更换"]
    assert bin_screen.table.rows.rowCount() == 0
    assert "已恢复项目" in window.status.currentMessage()


def test_the_bin_says_why_something_stays(qtbot, bin_screen, ws, kept, asked):
    void(ws, kept(), reason="错", person="林")
    kept(title="另一个")
    bin_screen.table.selectRow(0)
    qtbot.keyClick(bin_screen.table, Qt.Key.Key_Return)
    assert asked["log"][-1][0] == "tell" and "项目编号与已有项目重复" in asked["log"][-1][2]
    assert bin_screen.table.rows.rowCount() == 1


def test_the_bin_is_searched_by_characters_and_pinyin(qtbot, bin_screen, ws, kept):
    for n, title in enumerate(("楼道照明", "公园座椅")):
        void(ws, kept(code=f"A-{n}", title=title), reason="错", person="林")
    qtbot.keyClicks(bin_screen.words, "gyzy")
    qtbot.keyClick(bin_screen.words, Qt.Key.Key_Return)
    assert [bin_screen.table.rows.row(n).name for n in range(bin_screen.table.rows.rowCount())] == ["公园座椅"]
    assert "找到 1 条，共 2 条" in bin_screen.note.text()
    assert not [label for label in bin_screen.findChildren(QLabel) if "<" in label.text()]
