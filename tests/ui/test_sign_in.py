"""Signing in, locking and managing people in the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QLabel, QMenu, QPushButton, QWidget

from haicang_desk.model.records import Duty, Link, Project, Stage, Village
from haicang_desk.model.services import Workspace, asks_sign_in, save, sign_in
from haicang_desk.model.store import back_up
from haicang_desk.platform import APPLICATION_ID
from haicang_desk.ui.screens.people_card import ONLY_ADMIN, PeopleCard
from haicang_desk.ui.screens.record_dialogs import StepDialog
from haicang_desk.ui.shell import lock, prompts, theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.application import Application
from haicang_desk.ui.shell.lock import COVERED, Cover, LockGuard, idle_minutes
from haicang_desk.ui.shell.main_window import MainWindow
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.shell.sign_in import SignInDialog, SignInForm, choose_password, recover_password, sign_in_record
from haicang_desk.ui.widgets.entry_dialog import EntryDialog
from haicang_desk.ui.widgets.password_line import CAPITALS, PasswordLine
from haicang_desk.ui.widgets.prompt_dialogs import Prompt
from tests.conftest import SOUND, TODAY
from tests.services.office_people import ADMIN, FIRST, OWN, PEOPLE


@pytest.fixture
def office(staffed, own_folder, dressed):
    """The office with people; waits and log of the window are in a folder of the test."""
    return staffed


@pytest.fixture
def people_window(office) -> Iterator[tuple[MainWindow, AppState, LockGuard]]:
    """The main window with the clerk signed in, and its lock."""
    office.enter("陈静")
    state = AppState(office.ws, person="陈静", settings=Settings(office.folder / "窗口.ini"), now=lambda: office.now)
    window = MainWindow(state.settings)
    window.show()
    window.take_store(state)
    guard = LockGuard(window, office.ws, state.settings, lambda: office.now)
    yield window, state, guard
    guard.stop()
    window.drop_store()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def filled(monkeypatch) -> dict[str, Any]:
    """Fills in the small dialogs instead of a person: by the title of the dialog, the texts by their names."""
    answers: dict[str, Any] = {"log": []}

    def ask(dialog: Prompt, otherwise: str) -> str:
        answers["log"].append((dialog.windowTitle(), dialog.text))
        for line in dialog.findChildren(PasswordLine):
            line.line.setText(answers.get(line.line.accessibleName(), ""))
        for box in dialog.findChildren(QComboBox):
            box.setEditText(answers.get(box.accessibleName(), ""))
        for tick in dialog.findChildren(QCheckBox):
            if (name := tick.accessibleName() or tick.text()) in answers:
                tick.setChecked(answers[name])
        for name in ("恢复码", "理由", "批准机关", "文号", "批准日期"):
            for each in dialog.findChildren(QWidget):
                if each.accessibleName() == name and hasattr(each, "setText") and not isinstance(each, QLabel):
                    each.setText(answers.get(name, ""))
        if isinstance(dialog, EntryDialog):
            dialog.give()
            if dialog.result() != QDialog.DialogCode.Accepted:
                answers["fault"] = dialog.fault.text()
                return otherwise
            return "done"
        return otherwise

    monkeypatch.setattr(Prompt, "ask", ask)
    return answers


def type_into(widget: QWidget, text: str) -> None:
    for character in text:
        widget.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character))


def handed_in(office) -> Project:
    record = replace(SOUND, village=Link(office.ws.all(Village)[0].id), submitted_on=TODAY)
    return save(office.ws, [record], action="新建", person="")[0]


# signing in


def test_a_name_is_picked_by_pinyin_and_the_password_opens(office, qtbot):
    form = SignInForm(office.ws)
    qtbot.addWidget(form)
    assert [form.names.item(row).text() for row in range(form.names.count())] == [ADMIN, *PEOPLE]
    for letter in "hs":
        form.names.keyboardSearch(letter)
    assert form.name == "黄书记"
    form.password.line.setText(OWN)
    with qtbot.waitSignal(form.signed_in):
        form.password.entered.emit()
    assert office.ws.signer.name == "黄书记"
    assert form.password.text() == ""


def test_a_wrong_password_is_told_in_place_and_emptied(office, qtbot):
    form = SignInForm(office.ws, name="陈静")
    qtbot.addWidget(form)
    form.password.line.setText("wrong")
    form.give()
    assert "密码不对" in form.fault.text()
    assert form.password.text() == ""
    assert office.ws.signer is None
    form.password.line.setText(OWN)
    form.give()
    assert "请等" in form.fault.text()
    office.wait(2)
    form.password.line.setText(OWN)
    form.give()
    assert office.ws.signer.name == "陈静"


def test_what_an_administrator_gave_is_changed_before_anything_is_shown(office, qtbot, filled):
    office.enter(ADMIN)
    from haicang_desk.model.services import add_account

    add_account(office.ws, "新来的", [Duty.CLERK], FIRST)
    office.ws.signer = None
    form = SignInForm(office.ws, name="新来的")
    qtbot.addWidget(form)
    filled["新密码"] = filled["再填一次"] = "short"
    form.password.line.setText(FIRST)
    form.give()
    assert "太短" in filled["fault"]
    assert office.ws.signer is None
    filled["新密码"] = filled["再填一次"] = OWN
    form.password.line.setText(FIRST)
    form.give()
    assert office.ws.signer.name == "新来的"
    assert filled["log"][-1][0] == "恢复码"


def test_two_passwords_that_differ_are_not_taken(office, filled):
    person = office.enter("陈静")
    filled |= {"原密码": OWN, "新密码": "Another-2018", "再填一次": "Another-2019"}
    assert not choose_password(None, office.ws, person)
    assert "不一样" in filled["fault"]
    filled["再填一次"] = "Another-2018"
    assert choose_password(None, office.ws, person)
    assert office.enter("陈静", "Another-2018")


def test_a_forgotten_password_is_set_anew_by_the_recovery_code(office, filled):
    filled |= {"恢复码": office.codes["陈静"].lower(), "新密码": "Found-again-1", "再填一次": "Found-again-1"}
    person = recover_password(None, office.ws, "陈静")
    assert person.name == "陈静"
    assert filled["log"][-1][0] == "恢复码"
    assert office.enter("陈静", "Found-again-1")


def test_the_password_can_be_shown_and_locked_capitals_are_told(dressed, qtbot):
    line = PasswordLine()
    qtbot.addWidget(line)
    assert line.line.echoMode() == line.line.EchoMode.Password
    line.seen.click()
    assert line.line.echoMode() == line.line.EchoMode.Normal
    type_into(line.line, "A")
    assert line.capitals.text() == CAPITALS
    assert not line.capitals.isHidden()
    type_into(line.line, "a")
    assert line.capitals.isHidden()
    line.clear()
    assert line.line.echoMode() == line.line.EchoMode.Password


def test_closing_the_dialog_signs_nobody_in(office, qtbot):
    dialog = SignInDialog(None, office.ws, name="陈静")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.reject()
    assert dialog.result() != QDialog.DialogCode.Accepted
    assert office.ws.signer is None


# the lock


def covers() -> list[Cover]:
    return [
        cover
        for window in QApplication.topLevelWidgets()
        for cover in window.findChildren(Cover)
        if not cover.isHidden()
    ]


def test_the_lock_covers_every_window_and_closes_none(people_window, office, qtbot):
    window, _, guard = people_window
    dialog = QDialog(window)
    dialog.setWindowTitle("拨付 · 楼道照明更换")
    dialog.setModal(True)
    dialog.show()
    menu = QMenu(window)
    menu.addAction("甲")
    menu.popup(window.pos())
    titles = window.windowTitle(), dialog.windowTitle()
    guard.lock()
    assert not menu.isVisible()
    assert dialog.isVisible()
    assert {cover.window() for cover in covers()} == {window, dialog}
    for cover in covers():
        assert cover.geometry() == cover.window().rect()
        assert cover.window().windowTitle() == COVERED
        assert all(cover.isAncestorOf(cover.window().childAt(at)) or cover.window().childAt(at) is cover
                   for at in (cover.rect().center(), cover.rect().topLeft()))  # fmt: skip
    assert QApplication.activeModalWidget() is guard.dialog
    window.resize(window.width() + 60, window.height())
    assert next(each for each in covers() if each.window() is window).geometry() == window.rect()
    guard.dialog.reject()
    guard.dialog.close()
    assert guard.locked
    guard.dialog.form.password.line.setText(OWN)
    with qtbot.waitSignal(guard.unlocked):
        guard.dialog.form.give()
    assert covers() == []
    assert (window.windowTitle(), dialog.windowTitle()) == titles
    assert dialog.isVisible()
    assert office.ws.signer.name == "陈静"
    dialog.close()


def test_what_comes_up_while_it_is_locked_is_covered_and_cannot_be_used(people_window, qtbot):
    window, _, guard = people_window
    guard.lock()
    late = QDialog(window)
    late.setModal(True)
    late.show()
    qtbot.wait(20)
    assert late in {cover.window() for cover in covers()}
    assert QApplication.activeModalWidget() is guard.dialog
    late.close()


def test_it_locks_after_the_minutes_set_without_a_key(people_window, office):
    _, state, guard = people_window
    assert idle_minutes(state.settings) == 15
    office.wait(14 * 60)
    guard._look_at_clock()
    assert not guard.locked
    office.wait(61)
    guard._look_at_clock()
    assert guard.locked


def test_a_key_begins_the_minutes_anew_and_a_machine_that_slept_is_locked(people_window, office):
    window, _, guard = people_window
    office.wait(14 * 60)
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    QApplication.sendEvent(window, key)
    office.wait(14 * 60)
    guard._look_at_clock()
    assert not guard.locked
    office.wait(60 * 60)
    QApplication.sendEvent(window, key)
    assert guard.locked


@pytest.mark.parametrize(("kept", "minutes"), [(1, 5), (5, 5), (30, 30), (60, 60), (600, 60)])
def test_the_minutes_stay_within_what_may_be_set(own_folder, dressed, kept, minutes):
    settings = Settings(own_folder / "窗口.ini")
    settings.keep(lock.MINUTES, kept)
    assert idle_minutes(settings) == minutes


def test_a_clock_set_back_does_not_put_the_lock_off(people_window, office):
    _, _, guard = people_window
    office.wait(-3600 * 24)
    guard._look_at_clock()
    office.wait(15 * 60)
    guard._look_at_clock()
    assert guard.locked


# steps


def test_steps_of_others_are_off_and_say_whose_they_are(people_window, office):
    window, _, _ = people_window
    project = handed_in(office)
    window.go("project", project.id)
    card = window.screens["project"].next
    button = card.findChild(QPushButton, "step_approve")
    assert not button.isEnabled()
    assert button.toolTip().startswith("需由审批人办理")
    assert any(label.text().startswith("需由审批人办理") for label in card.findChildren(QLabel))
    office.enter("黄书记")
    window.screens["project"].look()
    assert card.findChild(QPushButton, "step_approve").isEnabled()


def test_the_form_of_a_step_names_who_is_signed_in_and_that_cannot_be_changed(people_window, office):
    from haicang_desk.model.workflow import STEPS

    window, _, _ = people_window
    project = handed_in(office)
    assert office.ws.stage_of(project.id) is Stage.SUBMITTED
    window.go("project", project.id)
    office.enter("黄书记")
    case = office.ws.casefile(project.id)
    dialog = StepDialog(window.screens["project"], office.ws, case, STEPS["approve"], on=TODAY, person="黄书记")
    editor = dialog.form.cells["approver"].editor
    assert dialog.form.readable().approver == "黄书记"
    assert not any(each.isEnabled() and not getattr(each, "isReadOnly", lambda: False)() for each in [editor])
    dialog.deleteLater()


def test_the_status_bar_offers_lock_and_another_person(people_window):
    window, _, _ = people_window
    window.menus.allow_lock(allowed=True)
    assert window.status.person.text() == "登录 陈静"
    window._offer_people()
    shown = [action.text() for action in window.status.person.menu().actions()]
    assert shown == ["锁定(&L)", "换人登录(&U)…", "人员与权限…"]


# the card of 设置


@pytest.fixture
def card(office, qtbot) -> Iterator[PeopleCard]:
    office.enter(ADMIN)
    state = AppState(office.ws, person=ADMIN, settings=Settings(office.folder / "窗口.ini"), now=lambda: office.now)
    made = PeopleCard(state)
    qtbot.addWidget(made)
    made.look()
    yield made
    state.let_go()


def test_an_administrator_adds_a_person(card, office, filled):
    filled |= {"姓名": "新来的", "第一次登录的密码": FIRST, "财务": True, "经办": False}
    card.add()
    assert office.account("新来的").duties == {Duty.FINANCE}
    filled |= {"姓名": "新来的"}
    card.add()
    assert "已有账户" in filled["fault"]


def test_nobody_else_manages_people(card, office):
    office.enter("陈静")
    card.look()
    for name in ("add_account", "change_roles", "disable_account", "reset_account"):
        made = card.findChild(QPushButton, name)
        assert not made.isEnabled()
        assert made.toolTip() == ONLY_ADMIN
    assert card.findChild(QPushButton, "own_password").isEnabled()


def test_leave_is_registered_and_ended(card, office, filled, monkeypatch):
    filled |= {"理由": "人手不足", "批准机关": "党工委", "文号": "新委〔2018〕3号", "批准日期": "2018年13月1日"}
    card.waive()
    assert "批准日期" in filled["fault"]
    filled["批准日期"] = "2018年9月1日"
    card.waive()
    assert "新委〔2018〕3号" in card._leave.text()
    monkeypatch.setattr(prompts, "confirm", lambda *_, **__: True)
    card.waive()
    assert card._leave.text().startswith("没有")


def test_sign_in_is_set_up_in_the_window(state, qtbot, filled, monkeypatch):
    from tests.services.office_people import make_quick

    make_quick(monkeypatch)
    card = PeopleCard(state)
    qtbot.addWidget(card)
    card.look()
    assert not card.start.isHidden()
    filled |= {"管理员": "王主任", "姓名": "王主任", "密码": OWN, "再填一次": "other"}
    card.set_up()
    assert "不一样" in filled["fault"]
    assert not asks_sign_in(state.workspace)
    filled["再填一次"] = OWN
    card.set_up()
    assert state.workspace.signer.name == "王主任"
    assert filled["log"][-1][0] == "恢复码"
    assert card.start.isHidden()


def test_an_office_of_one_is_set_up_without_a_password(state, qtbot, filled, monkeypatch):
    from tests.services.office_people import make_quick

    make_quick(monkeypatch)
    card = PeopleCard(state)
    qtbot.addWidget(card)
    filled |= {"姓名": "独一人", "不设密码，用本机用户登录": True, "只有我一个人办理，兼全部角色": True}
    filled |= {"理由": "编制一人", "批准机关": "党工委", "文号": "新委〔2018〕3号", "批准日期": "2018年9月1日"}
    card.set_up()
    assert len(state.workspace.signer.duties) == 5
    form = SignInForm(state.workspace)
    qtbot.addWidget(form)
    assert form.password.isHidden()
    form.give()
    assert state.workspace.signer.name == "独一人"


# the whole window


@pytest.fixture
def desk(office, monkeypatch):
    """The application on a store with people, whose file is closed."""
    monkeypatch.setattr(theme, "apply_theme", lambda *_: None)
    monkeypatch.setattr(prompts, "_ask", lambda _, title, text, *__, **___: pytest.fail(f"{title}：{text}"))
    path = office.folder / "新阳.db"
    office.ws.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    back_up(office.ws.conn, path)
    desk = Application(QApplication.instance(), Settings(office.folder / "窗口.ini"), "", now=lambda: office.now)
    desk.path = path
    yield desk
    desk.window.hide()
    desk.close_store()
    QApplication.instance().aboutToQuit.disconnect(desk.close_store)
    desk.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def answering(monkeypatch, name: str) -> None:
    """Have this person sign in wherever that is asked; "" closes the dialog."""

    def sign(_, ws, __, *, change=False):
        if name:
            sign_in(ws, name, OWN, sign_in_record())
        return bool(name)

    monkeypatch.setattr(prompts, "ask_sign_in", sign)


def test_nothing_of_a_ledger_is_shown_to_who_does_not_sign_in(desk, monkeypatch):
    answering(monkeypatch, "")
    assert desk.open_store(desk.path)
    assert desk.window.state is None
    assert desk.window.stack.currentWidget() is desk.window.start_page
    Workspace.open(desk.path).close()  # and nobody holds it


def test_who_signs_in_works_and_another_may_take_over(desk, monkeypatch):
    answering(monkeypatch, "陈静")
    desk.open_store(desk.path)
    window = desk.window
    assert (window.state.person, window.status.person.text()) == ("陈静", "登录 陈静")
    assert window.menus.lock.isVisible()
    answering(monkeypatch, "")
    desk.switch_person()
    assert window.state.workspace.signer.name == "陈静"
    answering(monkeypatch, "黄书记")
    desk.switch_person()
    assert (window.state.person, window.state.workspace.signer.name) == ("黄书记", "黄书记")
    events = [line["event"] for line in sign_in_record().lines()]
    assert events[-3:] == ["登录", "退出", "登录"] or events[-2:] == ["退出", "登录"]
    desk.lock()
    assert desk.guard.locked
    desk.guard.dialog.form.password.line.setText(OWN)
    desk.guard.dialog.form.give()
    assert not desk.guard.locked


def test_restoring_a_backup_is_an_administrators(desk, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(prompts, "tell", lambda _, title, text, **__: told.append(text))
    answering(monkeypatch, "陈静")
    desk.open_store(desk.path)
    desk.restore(desk.path.with_name("备份.db"))
    assert "需由管理员办理" in told[-1]
    assert desk.window.state is not None


def test_no_password_is_in_settings_drafts_or_log(desk, monkeypatch, office):
    """After signing in, failing, locking and switching, what the window keeps holds no password."""
    answering(monkeypatch, "陈静")
    desk.open_store(desk.path)
    desk.lock()
    desk.guard.dialog.form.password.line.setText("Wrong-guess-77")
    desk.guard.dialog.form.give()
    office.wait(2)
    desk.guard.dialog.form.password.line.setText(OWN)
    desk.guard.dialog.form.give()
    desk.close_store()
    desk.settings.flush()
    kept = b"".join(path.read_bytes() for path in office.folder.rglob("*") if path.is_file())
    for word in (OWN, "Wrong-guess-77"):
        assert word.encode() not in kept
        assert word.encode("utf-16-le") not in kept
