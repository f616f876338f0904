"""Backups in the window: when they are made, what is asked where one cannot be, the list, and the rehearsal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.records import Restoration, Village
from haicang_desk.model.services import KeptSafe, Workspace, save, second_place
from haicang_desk.model.store import automatic_backups, back_up_automatically, backup_folder, backup_state, look_again
from haicang_desk.model.values import NotWritten
from haicang_desk.ui.screens.backups_dialog import BackupsDialog
from haicang_desk.ui.screens.restore_rehearsal import RestoreRehearsal
from haicang_desk.ui.shell import backup_keeper, theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.application import Application
from haicang_desk.ui.shell.backup_keeper import SECOND, backed_up_before
from haicang_desk.ui.shell.settings import Settings
from tests.conftest import NOW
from tests.model.street import built


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "新阳.db"
    built(path).close()
    return path.read_bytes()


@pytest.fixture
def store(sound, tmp_path):
    path = tmp_path / "新阳.db"
    path.write_bytes(sound)
    return path


@pytest.fixture
def desk(dressed, own_folder, monkeypatch, asked, store):
    monkeypatch.setattr(theme, "apply_theme", lambda *_: None)
    desk = Application(dressed, Settings(own_folder / "窗口.ini"), "陈", now=lambda: NOW)
    desk.open_store(store)
    yield desk
    desk.window.hide()
    desk.close_store()
    dressed.aboutToQuit.disconnect(desk.close_store)
    desk.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def change(desk, name="新垵村"):
    return save(desk.window.state.workspace, [Village(name=name)], action=f"登记{name}", person="陈")


def backups(store):
    return automatic_backups(backup_folder(store))


def settled(qtbot, desk):
    qtbot.waitUntil(lambda: not desk.background.busy, timeout=20_000)


def test_a_backup_is_made_each_half_hour_in_which_something_changed(qtbot, desk, store, monkeypatch):
    desk.backups.begin()
    settled(qtbot, desk)
    assert len(backups(store)) == 1 and desk.backups._clock.interval() == 30 * 60 * 1000
    desk.backups._clock.timeout.emit()
    settled(qtbot, desk)
    assert len(backups(store)) == 1
    change(desk)
    desk.backups._clock.timeout.emit()
    settled(qtbot, desk)
    assert len(backups(store)) == 2
    assert "备份：" in desk.window.status._backup.text()
    desk.close_store()
    assert not desk.backups._clock.isActive()


def test_a_last_backup_that_fails_is_told_and_tried_again(desk, store, asked, monkeypatch):
    from haicang_desk.model import services

    answers, tried, real = [True, True, False], [], services.keep_safe

    def failing(*about, **more):
        tried.append(1)
        return KeptSafe("自动备份没有做成：磁盘已满", "自动备份没有做成：磁盘已满")

    monkeypatch.setattr(services, "keep_safe", failing)
    monkeypatch.setattr(
        "haicang_desk.ui.shell.prompts.try_again",
        lambda *said, **more: asked["log"].append(("try_again", *said[1:], more)) or answers.pop(0),
    )
    change(desk)
    assert desk.close_store() and len(tried) == 3
    _, title, text, more = next(each for each in asked["log"] if each[0] == "try_again")
    assert title == "备份没有做成" and "磁盘已满" in text and more == {"otherwise": "仍然退出"}
    monkeypatch.setattr(services, "keep_safe", real)
    assert backups(store) == []


def test_before_a_large_act_there_is_a_backup(desk, store, asked):
    change(desk)
    assert backed_up_before(desk.window, desk.window.state, "导入")
    assert len(backups(store)) == 1
    assert backed_up_before(desk.window, desk.window.state, "导入")  # nothing changed since
    assert len(backups(store)) == 1 and asked["log"] == []


@pytest.mark.parametrize("go_on", [True, False])
def test_without_a_backup_the_person_is_asked(desk, asked, monkeypatch, go_on):
    def full(*_, **__):
        raise NotWritten("“D:”所在的磁盘只剩 1.0 MB")

    monkeypatch.setattr("haicang_desk.model.services.safekeeping.back_up_automatically", full)
    asked["without_backup"] = go_on
    change(desk)
    assert backed_up_before(desk.window, desk.window.state, "导入") is go_on
    ((_, act, text),) = asked["log"]
    assert act == "导入" and "导入之前要先备份，备份没有做成：“D:”所在的磁盘只剩 1.0 MB" in text


def test_what_is_amiss_with_the_backups_stands_on_the_first_screen(qtbot, desk, store):
    desk.window.show()
    change(desk)
    with Workspace.read(store) as ws:
        made = back_up_automatically(ws.conn, backup_folder(store), name="新阳", at=NOW - timedelta(days=9))
    made.write_bytes(made.read_bytes()[:-4096])
    desk.backups.back_up_now(opened=True)
    settled(qtbot, desk)
    desk.backups.back_up_now(opened=True)
    settled(qtbot, desk)
    desk.window.go("today")
    reminder = desk.window.current().findChild(QPushButton, "see_backups").parent()
    assert reminder.isVisible()
    assert "1 份后来损坏了" in reminder.text.text() and "第二处" in reminder.text.text()
    assert len(backups(store)) == 2  # the damaged one did not stand for a backup of this state


def test_a_full_second_place_and_one_that_is_gone_are_told(qtbot, desk, store, tmp_path, monkeypatch):
    second = tmp_path / "U盘"
    second.mkdir()
    desk.settings.keep(SECOND, str(second))
    desk.backups.back_up_now()
    settled(qtbot, desk)
    assert "第二处也有" in desk.window.status._backup.text()
    assert len(automatic_backups(second_place(store, second))) == 1
    second.rename(tmp_path / "拔掉了")
    change(desk)
    desk.backups.back_up_now()
    settled(qtbot, desk)
    assert "第二处现在没有接上" in desk.window.status._backup.text()
    assert desk.window.state.backup_notes == ()  # only for a moment
    monkeypatch.setattr(desk.backups, "_now", lambda: NOW + timedelta(days=8))
    desk.backups.back_up_now()
    settled(qtbot, desk)
    (note,) = desk.window.state.backup_notes
    assert "8 天没有备份了" in note and "请把它接上" in note


def test_the_stick_that_the_program_runs_from_is_the_second_place(desk, tmp_path, monkeypatch):
    monkeypatch.setenv("HAICANG_DESK_STICK", str(tmp_path))
    assert backup_keeper.second_of(desk.settings) == tmp_path
    desk.settings.keep(SECOND, str(tmp_path / "别处"))
    assert backup_keeper.second_of(desk.settings) == tmp_path / "别处"


# the list and the rehearsal


@pytest.fixture
def listed(desk, store, qtbot):
    """The list with two backups, the older one damaged; since then a village has come and one has another name."""
    ws = desk.window.state.workspace
    folder = backup_folder(store)
    old = back_up_automatically(ws.conn, folder, name="新阳", at=NOW - timedelta(days=3))
    change(desk)
    back_up_automatically(ws.conn, folder, name="新阳", at=NOW - timedelta(days=1))
    old.write_bytes(b"x" + old.read_bytes()[1:])
    look_again(folder, at=NOW)
    change(desk, "后来的村")
    first = ws.all(Village)[0]
    save(ws, [replace(first, leader="郑玉兰")], action="改", person="陈")
    desk.window.show()
    desk.show_backups()
    (dialog,) = desk.window.findChildren(BackupsDialog)
    return dialog


def test_the_list_shows_time_counts_and_how_sound_each_is(listed):
    rows = [listed.table.rows.row(number) for number in range(2)]
    assert [row.state for row in rows] == ["完好", "已损坏"]
    cells = [column.show(rows[0]) for column in listed.table.rows.columns]
    assert cells[0] == f"{NOW - timedelta(days=1):%Y-%m-%d %H:%M:%S}" and cells[1] == "本机"
    manifest = rows[0].backup.manifest
    assert cells[3:5] == [str(manifest.records), str(manifest.changes)] and manifest.head[:8] in cells
    assert "1 份后来损坏了" in listed.notes.text()
    assert not listed.findChild(QPushButton, "accept_fewer").isVisible()


def test_a_restore_is_rehearsed_row_by_row_then_done(listed, desk, store, click, asked):
    click(listed, "rehearse")
    (shown,) = listed.findChildren(RestoreRehearsal)
    rows = [shown.table.rows.row(number) for number in range(shown.table.rows.rowCount())]
    assert [(each.subject, each.difference.side.value) for each in rows] == [
        ("村居 霞阳社区", "恢复后不同"),
        ("村居 后来的村", "恢复后没有"),
    ]
    shown.table.selectRow(0)
    (edit,) = [shown.fields.rows.row(number) for number in range(shown.fields.rows.rowCount())]
    assert (edit.label, edit.before, edit.after) == ("挂钩街道领导", "郑玉兰", "")
    shown.only.setCurrentIndex(3)
    assert shown.table.rows.rowCount() == 1
    click(shown, "restore")
    assert [village.name for village in desk.window.state.workspace.all(Village)] == ["霞阳社区", "祥露村", "新垵村"]
    assert next(store.parent.glob("新阳（恢复前*.db"))
    change(desk, "又一村")
    assert [each.handler for each in desk.window.state.workspace.all(Restoration)] == ["陈"]


def test_a_rehearsal_is_closed_without_a_trace(listed, store, click):
    before = {path.name for path in store.parent.iterdir()}
    click(listed, "rehearse")
    (shown,) = listed.findChildren(RestoreRehearsal)
    click(shown, "no")
    assert {path.name for path in store.parent.iterdir()} == before and listed.isVisible()


def test_a_damaged_backup_cannot_be_rehearsed_and_says_why(listed, asked, click):
    listed.table.selectRow(1)
    click(listed, "rehearse")
    assert asked["log"][-1][0] == "tell" and "读不出来" in asked["log"][-1][2]
    assert not listed.findChildren(RestoreRehearsal)


def test_that_there_are_fewer_records_is_said_by_a_person(desk, store, click):
    ws, folder = desk.window.state.workspace, backup_folder(store)
    first = back_up_automatically(ws.conn, folder, name="新阳", at=NOW - timedelta(days=3))
    for name in ("甲村", "乙村", "丙村"):
        change(desk, name)
    desk.restore(first)  # what was there is backed up before
    change(desk, "丁村")
    back_up_automatically(desk.window.state.workspace.conn, folder, name="新阳", at=NOW)
    assert "村居少 2 条" in backup_state(folder).fewer.fewer
    desk.window.show()
    desk.show_backups()
    (dialog,) = desk.window.findChildren(BackupsDialog)
    assert "最近的备份比以前的记录少" in dialog.notes.text()
    click(dialog, "accept_fewer")
    assert backup_state(folder).fewer is None
    assert dialog.findChild(QPushButton, "accept_fewer").isHidden()


def test_an_undo_on_a_full_disk_is_told_in_a_dialog_and_can_be_made_later(desk, asked):
    ws = desk.window.state.workspace
    save(ws, [Village(name=f"村{number}", leader="长" * 20) for number in range(60)], action="登记", person="陈")
    (pages,) = ws.conn.execute("PRAGMA page_count").fetchone()
    ws.conn.execute(f"PRAGMA max_page_count = {pages}")  # as a full disk
    desk.window.menus.undo.trigger()
    assert asked["log"][-1][:2] == ("tell", "撤销") and "“撤销：登记”没有登记（磁盘已满）" in asked["log"][-1][2]
    assert len(ws.all(Village)) == 62
    ws.conn.execute("PRAGMA max_page_count = 1000000")
    desk.window.menus.undo.trigger()
    assert len(ws.all(Village)) == 2


def test_a_change_written_in_spite_of_an_error_warns(qtbot, desk, asked):
    from haicang_desk.model.store import FinishedChange

    desk.window.state.workspace.hear(FinishedChange("拨付", 9, warning="“拨付”已登记，不要重复办理"))
    qtbot.waitUntil(lambda: any("已登记" in str(each) for each in asked["log"]))


def test_a_ledger_that_may_only_be_looked_at_still_lists_its_backups(desk, store, asked):
    ws = desk.window.state.workspace
    back_up_automatically(ws.conn, backup_folder(store), name="新阳", at=NOW)
    desk.close_store()
    desk.window.show()
    with Workspace.open(store):  # held by another window
        desk.window.take_store(viewed(store, desk))
        desk.show_backups()
        (dialog,) = desk.window.findChildren(BackupsDialog)
        assert dialog.table.rows.rowCount() == 1
        dialog.rehearse()
        (shown,) = dialog.findChildren(RestoreRehearsal)
        assert shown.table.rows.rowCount() == 0  # nothing differs
        shown.reject()
        dialog.reject()


def viewed(store, desk):
    return AppState(Workspace.view(store, now=lambda: NOW, why="别处正在登记"), person="陈", settings=desk.settings)
