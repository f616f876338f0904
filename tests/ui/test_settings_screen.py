"""设置: the people of the office, looks, backups in two places, printers, and what was dragged about."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton

from haicang_desk.model.services import is_person, keep_safe, operators, save_operator, second_place
from haicang_desk.model.store import backups_in
from haicang_desk.model.values import Course, Refused
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.about import AboutDialog
from haicang_desk.ui.shell.application import PERSON, Application
from haicang_desk.ui.shell.backup_keeper import SECOND
from haicang_desk.ui.shell.operator_choice import OperatorPrompt, fill_menu
from haicang_desk.ui.shell.settings import Settings
from tests.conftest import NOW
from tests.model.street import built


@pytest.fixture
def screen(window):
    window.resize(1300, 900)
    window.go("settings")
    return window.current()


def enter(qtbot, screen, name):
    screen.operators.name.setText(name)
    qtbot.keyClick(screen.operators.name, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("name", "person"), [("林", True), ("", False), ("  ", False), ("root", False), ("Admin", False)]
)
def test_an_account_of_the_system_is_no_person(name, person):
    assert is_person(name) is person


def test_the_same_name_is_not_entered_twice(ws):
    save_operator(ws, "林 锦", "审核", person="陈")
    with pytest.raises(Refused, match="已经在经办人里"):
        save_operator(ws, " 林  锦 ", person="陈")
    with pytest.raises(Refused, match="请填写经办人的姓名"):
        save_operator(ws, "root", person="陈")
    assert [(each.name, each.duty) for each in operators(ws)] == [("林 锦", "审核")]


def test_people_are_entered_taken_and_removed(qtbot, screen, window, state, ws, click, asked):
    enter(qtbot, screen, "林锦鸿")
    assert state.person == "林锦鸿"  # the first one is who works
    enter(qtbot, screen, "郑玉兰")
    assert [each.name for each in operators(ws)] == ["林锦鸿", "郑玉兰"]
    screen.operators.table.selectRow(1)
    click(screen, "take_person")
    assert state.person == "郑玉兰" and state.settings.text(PERSON) == "郑玉兰"
    assert "郑玉兰" in window.status.person.text()
    screen.operators.table.selectRow(0)
    click(screen, "remove_person")
    assert [each.name for each in operators(ws)] == ["郑玉兰"]
    enter(qtbot, screen, "root")
    assert "请填写经办人的姓名" in screen.operators._fault.text()


def test_the_status_bar_lists_who_else_may_work(window, state, ws, asked):
    for name in ("林锦鸿", "郑玉兰"):
        save_operator(ws, name, person="陈")
    menu = window.status.person.menu()
    fill_menu(menu, window)
    labels = [action.text() for action in menu.actions() if action.text()]
    assert labels == ["陈", "林锦鸿", "郑玉兰", "别人…", "经办人名单…"]
    next(action for action in menu.actions() if action.text() == "林锦鸿").trigger()
    assert state.person == "林锦鸿"
    asked["ask_person"] = "新来的"
    next(action for action in menu.actions() if action.text() == "别人…").trigger()
    assert state.person == "新来的"
    next(action for action in menu.actions() if action.text() == "经办人名单…").trigger()
    assert window.current().objectName() == "settings"


def test_who_works_is_asked_with_a_name_that_is_one(qtbot, dressed):
    prompt = OperatorPrompt(None, ["陈静怡", "林锦鸿"])
    qtbot.addWidget(prompt)
    prompt.show()
    prompt.line.setText("root")
    qtbot.keyClick(prompt, Qt.Key.Key_Return)
    assert prompt.isVisible() and prompt._fault.isVisible()
    prompt.names.setCurrentRow(1)
    qtbot.keyClick(prompt, Qt.Key.Key_Return)
    assert not prompt.isVisible() and prompt._answer == "林锦鸿"


def test_nobody_known_is_asked_at_the_start_and_kept(dressed, own_folder, tmp_path, asked, monkeypatch):
    monkeypatch.setattr(theme, "apply_theme", lambda *_: None)
    with built(tmp_path / "台账.db"):
        pass
    settings = Settings(own_folder / "窗口.ini")
    desk = Application(dressed, settings, "", now=lambda: NOW)
    asked["ask_person"] = "林"
    assert desk.person != "root"
    desk.open_store(tmp_path / "台账.db")
    assert desk.window.state.person == "林"
    asked["ask_person"] = "别人"
    desk.open_store(tmp_path / "台账.db")
    assert desk.window.state.person == "林"  # known now
    desk.window.hide()
    desk.close_store()
    dressed.aboutToQuit.disconnect(desk.close_store)
    desk.window.deleteLater()


def test_colours_and_size_of_type_go_by_the_window(screen, window):
    asked_for = []
    window.menus.colours_requested.connect(asked_for.append)
    window.menus.size_requested.connect(asked_for.append)
    screen.looks.colours.setCurrentIndex(screen.looks.colours.findData("dark"))
    screen.looks.colours.activated.emit(screen.looks.colours.currentIndex())
    screen.looks.points.setValue(13)
    assert asked_for == ["dark", 13]


def test_what_was_dragged_about_is_forgotten(screen, state, click):
    state.settings.keep("表格/项目列表", "x")
    state.settings.keep("分隔/登记簿", "x")
    state.settings.keep("经办/别的", "x")
    click(screen, "reset_layouts")
    assert not state.settings.names("表格") and not state.settings.names("分隔")
    assert state.settings.text("经办/别的") == "x"


def test_a_printer_is_forgotten_for_one_document(screen, state, click):
    for name in ("application-form", "dossier"):
        state.settings.keep_structure(f"打印/{name}", {"printer": "甲", "copies": 2})
    screen.look()
    assert screen.printers.table.rows.rowCount() == 2
    screen.printers.table.selectRow(0)
    forgotten = screen.printers.table.chosen()[0][0]
    click(screen, "forget_printer")
    assert state.settings.structure(forgotten) is None
    assert screen.printers.table.rows.rowCount() == 1


def test_a_second_place_is_chosen_and_told_when_it_is_away(screen, state, asked, tmp_path, click):
    asked["pick_folder"] = tmp_path
    click(screen, "choose_second")
    assert state.settings.text(SECOND) == str(tmp_path)
    assert not screen.backups._told.isVisible()
    state.settings.keep(SECOND, str(tmp_path / "拔掉了"))
    screen.look()
    assert "没有接上" in screen.backups._told.text()
    assert screen.findChild(QPushButton, "drop_second").isVisible()
    click(screen, "drop_second")
    assert state.settings.text(SECOND) == ""


def test_the_automatic_backup_goes_to_both_places(own_folder, tmp_path):
    store = tmp_path / "台账.db"
    with built(store):
        pass
    away, second = tmp_path / "没有", tmp_path / "U盘"
    second.mkdir()
    course = Course(lambda *_: None, lambda: False)
    assert "第二处现在没有接上" in keep_safe(store, NOW, course=course, second=away).text
    assert "第二处也有" in keep_safe(store, NOW, course=course, second=second).text
    ((_, copy),) = backups_in(second_place(store, second))
    assert copy.stat().st_size > 10_000
    assert Path(copy).parent.parent == second


def test_about_says_what_it_is_and_can_be_copied(window, click, qtbot):
    next(action for action in window.findChildren(QAction) if action.text() == "关于本程序").trigger()
    (about,) = window.findChildren(AboutDialog)
    assert any("厦海政办〔2018〕63号" in label.text() for label in about.findChildren(QLabel))
    click(about, "copy")
    assert "版本" in QGuiApplication.clipboard().text()
    qtbot.keyClick(about, Qt.Key.Key_Return)
    assert not about.isVisible()
