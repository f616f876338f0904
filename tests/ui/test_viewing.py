"""A ledger that another window writes is looked at meanwhile; and the policy files that wait to be accepted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.policy import rule_sets
from haicang_desk.model.records import PolicyFile, Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.values import StoreUnusable
from haicang_desk.paths import policy_folder, resource
from haicang_desk.ui.shell import application, theme
from haicang_desk.ui.shell.application import Application
from haicang_desk.ui.shell.settings import Settings
from tests.conftest import NOW

LATER = resource("policy", "2018.toml").read_text(encoding="utf-8").replace("from_year = 2018", "from_year = 2027")


@pytest.fixture
def desk(styled, own_folder, monkeypatch, asked):
    monkeypatch.setattr(theme, "apply_theme", lambda *_: None)
    desk = Application(styled, Settings(own_folder / "窗口.ini"), "陈", now=lambda: NOW)
    desk.window.resize(1366, 768)
    desk.window.show()
    yield desk
    desk.window.hide()
    desk.close_store()
    styled.aboutToQuit.disconnect(desk.close_store)
    desk.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "新阳街道.db"
    Workspace.create(path, street="新阳街道", year=2018, actor="陈", now=lambda: NOW).close()
    return path


def villages(desk):
    return [each.name for each in desk.window.state.workspace.all(Village)]


def test_what_another_window_writes_is_looked_at_and_looked_at_again(qtbot, desk, store, asked, click):
    with Workspace.open(store, now=lambda: NOW) as writer:
        save(writer, [Village(name="霞阳社区")], action="登记村居", person="李")
        assert desk.open_store(store)
        assert ("confirm", "台账正在使用") in [said[:2] for said in asked["log"]]
        assert villages(desk) == ["霞阳社区"]
        with pytest.raises(StoreUnusable, match="不能登记"):
            save(desk.window.state.workspace, [Village(name="新垵村")], action="登记村居", person="陈")
        save(writer, [Village(name="祥露社区")], action="登记村居", person="李")  # nobody waits for who looks
        assert villages(desk) == ["霞阳社区"]
        assert "09:30 的内容" in desk.window.banner._text.text()
        click(desk.window, "look_again")
        assert villages(desk) == ["霞阳社区", "祥露社区"]


def test_who_does_not_want_to_look_is_left_without_a_ledger(desk, store, asked):
    asked["confirm"] = False
    with Workspace.open(store, now=lambda: NOW):
        assert not desk.open_store(store)
        assert desk.window.state is None


def test_a_second_window_to_look_is_a_process_of_its_own(desk, store, monkeypatch):
    started = []
    monkeypatch.setattr(application, "start_beside", started.append)
    desk.open_store(store)
    desk.window.menus.view_requested.emit()
    assert started == [["--view", str(store)]]


def test_a_policy_file_that_was_put_there_is_accepted_with_a_reason(qtbot, desk, store, asked, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    rule_sets.forget_rule_sets()
    desk.open_store(store)
    desk.window.go("policy")
    screen = desk.window.current()
    button = screen.findChild(QPushButton, "accept_policy_files")
    assert button.isHidden()
    policy_folder().mkdir(parents=True)
    (policy_folder() / "2027.toml").write_text(LATER.replace('"200000.00"', '"250000.00"'), encoding="utf-8")
    desk.open_store(store)
    assert any("没有采用" in said[2] for said in asked["log"] if said[:2] == ("tell", "政策参数"))
    desk.window.go("policy")
    screen = desk.window.current()
    button = screen.findChild(QPushButton, "accept_policy_files")
    assert not button.isHidden()
    assert "没有采用" in screen.warning.text()
    asked["ask_reason"] = None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not desk.window.state.workspace.all(PolicyFile, shipped=False)
    asked["ask_reason"] = "区里下达"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "200000.00 → 250000.00" in asked["log"][-1][2]
    (kept,) = desk.window.state.workspace.all(PolicyFile, shipped=False)
    assert kept.reason == "区里下达"
    screen.look()
    assert "没有采用" not in screen.warning.text()
