"""成批办理 by keys: what is typed once, each row's own, what bars it, one change, one undo."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from haicang_desk.model.records import Consulted, Disbursement, Filing, Notice, Opinion, Project, Stage
from haicang_desk.model.services import batch_steps as service
from haicang_desk.model.services import save, void
from haicang_desk.model.values import StoreUnusable
from haicang_desk.ui.screens.batch_rows import next_number
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.shell.drafts import Drafts
from tests.services.batches import approved, drafts, filed, lodged, set_quota, wan

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER = Qt.Key.Key_Return


class Keys:
    """Types into whatever has the keyboard, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key."""
        self.count += 1
        QTest.keyClick(_focus(), key, modifier)

    def type(self, text: str) -> None:
        """The keys of a text."""
        for letter in text:
            self.count += 1
            QTest.keyClicks(_focus(), letter)


def _focus() -> Any:
    return QApplication.focusWidget() or QApplication.activeWindow()


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def opened(window, state, qtbot):
    """Opens a batch in the window and waits until its rows are evaluated."""
    window.activateWindow()

    def open_batch(step: str, projects: list[Project]) -> Any:
        state.screen_requested.emit("batch", (step, [project.id for project in projects]))
        return ready(qtbot, window.current())

    return open_batch


def ready(qtbot: Any, screen: Any) -> Any:
    qtbot.waitUntil(lambda: not screen._pause.isActive() and not screen._busy, timeout=20_000)
    return screen


def shown(screen: Any, kind: str) -> list[str]:
    rows, place = screen.rows, screen.table.column(kind)
    return [rows.shown(number, rows.columns[place]) for number in range(len(rows.rows))]


def stages(ws: Any, projects: list[Project]) -> list[Stage]:
    return [ws.casefile(project.id).stage for project in projects]


# by keys


def test_ten_filings_take_fifteen_keys_from_the_list_of_projects(window, state, keys, qtbot):
    """The list, all of it, 成批办理, the step, carried out."""
    projects = approved(state.workspace, *[1] * 10)
    window.resize(1366, 768)
    window.activateWindow()
    window.go("projects")
    table = window.current().table
    table.setFocus()
    keys.press(Qt.Key.Key_A, CTRL)
    keys.press(Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.current().objectName() == "batch", timeout=20_000)
    screen = window.current()
    assert screen.chooser.list.hasFocus()
    while screen.chooser.list.currentItem().text() != "报送备案":
        keys.press(Qt.Key.Key_Down)
    keys.press(ENTER)
    ready(qtbot, screen)
    keys.press(ENTER, CTRL)
    assert len([filing for filing in state.workspace.all(Filing) if filing.sent_on]) == len(projects) == 10
    assert keys.count <= 15
    assert screen.notice.text() == "报送备案 10 项，已登记。"


def test_ten_applications_take_fifteen_keys_at_most(opened, state, keys, qtbot):
    projects = drafts(state.workspace, *[1] * 10)
    screen = opened("submit", projects)
    keys.press(ENTER, CTRL)
    assert set(stages(state.workspace, projects)) == {Stage.SUBMITTED} and keys.count <= 15
    assert screen.notice.text() == "申报 10 项，已登记。"


def test_ten_answers_of_the_district_are_numbered_by_one_key(opened, state, keys, qtbot):
    projects = approved(state.workspace, *[1] * 10)
    screen = opened("lodge", projects)
    keys.type("009")
    keys.press(Qt.Key.Key_D, CTRL)
    ready(qtbot, screen)
    keys.press(ENTER, CTRL)
    assert [filing.number for filing in state.workspace.all(Filing)] == [f"{number:03d}" for number in range(9, 19)]
    assert keys.count <= 15


def test_a_sum_typed_in_a_row_is_weighed_at_once_and_enter_goes_down(opened, state, keys, qtbot):
    set_quota(state.workspace, wan(15))
    screen = opened("approve", filed(state.workspace, 10, 10))
    screen.facts.set_raw({"opinion": "同意", "approver": "林"})
    ready(qtbot, screen)
    assert [bool(text.startswith("街道年度额度")) for text in shown(screen, "check")] == [False, True]
    screen.table.setFocus()
    screen.table.go_to(0, screen.table.column("own"))
    keys.type("50000")
    keys.press(ENTER)
    ready(qtbot, screen)
    assert screen.table.currentIndex().row() == 1
    assert not any(text.startswith("街道年度额度") for text in shown(screen, "check"))
    assert screen._go.accessibleName() == "批准 2 项"


def test_what_is_being_typed_goes_along_with_ctrl_enter(opened, state, keys, qtbot):
    projects = filed(state.workspace, 10)
    screen = opened("approve", projects)
    screen.facts.set_raw({"opinion": "同意", "approver": "林"})
    ready(qtbot, screen)
    screen.table.setFocus()
    screen.table.go_to(0, screen.table.column("own"))
    keys.type("50000")
    assert isinstance(_focus(), QLineEdit)
    keys.press(ENTER, CTRL)
    qtbot.waitUntil(lambda: screen.notice.text() != "", timeout=20_000)
    assert state.workspace.casefile(projects[0].id).approval.special == wan(5)


def test_space_ticks_and_f8_finds_what_is_barred(opened, state, keys, qtbot):
    screen = opened("approve", filed(state.workspace, 1, 21, 1, 22))
    screen.table.setFocus()
    assert shown(screen, "tick") == ["办", "不办", "办", "不办"]
    keys.press(Qt.Key.Key_F8)
    assert screen.table.currentIndex().row() == 1
    keys.press(Qt.Key.Key_F8)
    assert screen.table.currentIndex().row() == 3
    keys.press(Qt.Key.Key_F8)
    assert screen.table.currentIndex().row() == 1
    screen.table.go_to(0, 0)
    keys.press(Qt.Key.Key_Space)
    ready(qtbot, screen)
    assert shown(screen, "tick") == ["不办", "不办", "办", "不办"]
    assert screen.note.text() == "选中 4 项，2 项要改，1 项不办"


def test_approvals_and_returns_go_in_one_act(opened, state, keys, qtbot):
    projects = filed(state.workspace, *[1] * 6)
    screen = opened("approve", projects)
    screen.facts.set_raw({"opinion": "同意", "approver": "林"})
    screen.table.setFocus()
    for number in (2, 4):
        screen.table.go_to(number, screen.table.column("step"))
        keys.type("2")
    ready(qtbot, screen)
    assert shown(screen, "check")[2] == "请填写意见"
    screen.table.go_to(2, screen.table.column("remark"))
    keys.type("x")  # any key begins the entry
    entry = _focus()
    assert isinstance(entry, QLineEdit)
    entry.setText("请补预算明细")
    keys.press(Qt.Key.Key_D, CTRL)
    ready(qtbot, screen)
    assert screen._go.accessibleName() == "批准 4 项，退回补正 2 项"
    keys.press(ENTER, CTRL)
    back, agreed = Stage.SENT_BACK, Stage.APPROVED
    assert stages(state.workspace, projects) == [agreed, agreed, back, agreed, back, agreed]
    assert state.workspace.casefile(projects[4].id).approvals[-1].opinion == "请补预算明细"
    assert screen.notice.text() == "批准 4 项，退回补正 2 项，已登记。"
    assert [button.accessibleName() for button in screen.notice._buttons] == ["打印文书 4 份", "成批撤回…", "返回"]


def test_the_choice_of_a_step_is_edited_in_place(opened, state, keys, qtbot):
    screen = opened("approve", filed(state.workspace, 1))
    screen.table.setFocus()
    screen.table.go_to(0, screen.table.column("step"))
    keys.press(Qt.Key.Key_F2)
    box = screen.table.findChild(QComboBox)
    assert [box.itemText(number) for number in range(box.count())] == ["1 批准", "2 退回补正", "3 不予批准"]
    box.setCurrentIndex(2)
    keys.press(ENTER)
    assert shown(screen, "step") == ["不予批准"]


def test_what_is_typed_once_reaches_every_row_and_a_row_may_differ(opened, state, qtbot):
    projects = drafts(state.workspace, 1, 1, 1)
    screen = opened("deliberate", projects)
    assert shown(screen, "check") == ["7月9日已办过"] * 3
    screen.rows.set_ticked(range(3), True)
    screen.facts.set_raw({"meeting": "居民议事会", "present": "20", "agreed": "18", "held_on": "2018-08-15"})
    ready(qtbot, screen)
    assert shown(screen, "own") == ["18", "18", "18"]
    screen.rows.type_text([1], "agreed", "11")
    ready(qtbot, screen)
    screen.carry_out()
    held = [state.workspace.casefile(project.id).deliberations[-1] for project in projects]
    assert [(each.agreed, each.meeting, each.held_on.day) for each in held] == [
        (18, "居民议事会", 15),
        (11, "居民议事会", 15),
        (18, "居民议事会", 15),
    ]


def test_the_end_of_a_notice_follows_its_day_until_it_is_typed(opened, state, qtbot):
    screen = opened("post", drafts(state.workspace, 1))
    screen.facts.set_raw({"posted_on": "2018-09-10"})
    assert screen.facts.once()["ends_on"] == date(2018, 9, 17)
    screen.facts.set_raw({"ends_on": "2018-09-30"})
    screen.facts.set_raw({"posted_on": "2018-09-11"})
    assert screen.facts.once()["ends_on"] == date(2018, 9, 30)


# money


def paying(screen: Any, qtbot: Any) -> Any:
    screen.facts.set_raw({"approver": "林"})
    screen.rows.type_text([0], "voucher", "记-009")
    screen.table.go_to(0, screen.table.column("own") + 1)
    screen.table.fill_down()
    return ready(qtbot, screen)


def test_payments_count_their_vouchers_up_and_show_their_sum(opened, state, qtbot):
    screen = paying(opened("disburse", lodged(state.workspace, 1, 2, 3)), qtbot)
    assert screen.figure.text() == "本次拨付（元） 60,000.00"
    screen.carry_out()
    paid = [(each.voucher, each.amount, each.handler, each.approver) for each in state.workspace.all(Disbursement)]
    assert paid == [
        ("记-009", wan(1), "陈", "林"),
        ("记-010", wan(2), "陈", "林"),
        ("记-011", wan(3), "陈", "林"),
    ]


def test_payments_made_in_error_are_refunded_as_they_were_paid(opened, state, qtbot, click):
    projects = lodged(state.workspace, 1, 2)
    screen = paying(opened("disburse", projects), qtbot)
    screen.rows.type_text([1], "amount", "1.5万")
    ready(qtbot, screen)
    screen.carry_out()
    click(screen, "notice_answer")
    ready(qtbot, screen)
    assert screen.heading.text() == "成批办理：登记退款"
    assert shown(screen, "own")[:2] == ["10,000.00", "15,000.00"]
    screen.facts.set_raw({"reason": "付错了"})
    screen.rows.type_text([0], "voucher", "退-1")
    screen.rows.fill_down(0, [1], screen.table.column("own") + 1)
    ready(qtbot, screen)
    screen.carry_out()
    assert [state.workspace.casefile(project.id).disbursed for project in projects] == [0, 0]


def test_rows_are_copied_with_their_headings_and_no_formula(opened, state, keys, qtbot):
    screen = opened("disburse", lodged(state.workspace, 1, title="=1+1"))
    screen.table.setFocus()
    screen.table.go_to(0, 1)
    keys.press(Qt.Key.Key_C, CTRL)
    heading, row = QGuiApplication.clipboard().text().split("\n")
    assert heading.split("\t")[:3] == ["项目", "未拨付", "金额"]
    assert row.split("\t")[:3] == ["'=1+1 霞阳社区", "10,000.00", "10,000.00"]


def test_a_click_ticks_and_a_double_click_on_a_check_leads_to_the_project(opened, state, qtbot):
    projects = filed(state.workspace, 1, 21)
    screen = opened("approve", projects)
    table, asked_for = screen.table, []

    def at(row: int, kind: str) -> Any:
        return table.visualRect(screen.rows.index(row, table.column(kind))).center()

    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at(0, "tick"))
    assert [row.ticked for row in screen.rows.rows] == [False, True]
    state.screen_requested.connect(lambda name, what: asked_for.append((name, what.rule)))
    ready(qtbot, screen)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at(1, "check"))
    assert asked_for == [] and table.currentIndex().column() == table.column("own")  # the sum is mended here


def test_a_payment_over_the_cap_is_refused_in_its_row_with_the_yuan(opened, state, qtbot):
    screen = paying(opened("disburse", lodged(state.workspace, 1, 2)), qtbot)
    screen.rows.type_text([1], "amount", "2.5万")
    ready(qtbot, screen)
    assert shown(screen, "check") == ["可以拨付", "拨付不超过核定：超出 5,000.00 元"]
    screen.carry_out()
    ready(qtbot, screen)
    assert [paid.amount for paid in state.workspace.all(Disbursement)] == [wan(1)]
    assert [row.case.project.title for row in screen.rows.rows] == ["讲堂001"]


def test_an_amount_that_cannot_be_read_is_kept_as_typed_and_bars_its_row(opened, state, qtbot):
    screen = paying(opened("disburse", lodged(state.workspace, 1, 2)), qtbot)
    screen.rows.type_text([0], "amount", "三万")
    ready(qtbot, screen)
    assert shown(screen, "own")[0] == "三万" and "三万" in shown(screen, "check")[0]
    screen.rows.type_text([0], "amount", "")
    ready(qtbot, screen)
    assert shown(screen, "own")[0] == "10,000.00"


@pytest.mark.parametrize("written", [True, False])
def test_a_commit_that_is_unclear_is_not_made_twice(opened, state, qtbot, monkeypatch, written):
    """Where it was written after all, the screen says so; where not, a second go writes it, under the same key."""
    screen = paying(opened("disburse", lodged(state.workspace, 1, 2)), qtbot)
    take = service.take_batch

    def unclear(*about: Any, **more: Any) -> str:
        if written:
            take(*about, **more)
        raise StoreUnusable("“拨付 2 项”未能确认写入")

    monkeypatch.setattr("haicang_desk.ui.screens.batch.take_batch", unclear)
    key = screen._key
    screen.carry_out()
    said = "拨付 2 项，已经登记过，没有重复办理。" if written else "“拨付 2 项”未能确认写入"
    assert screen.notice.text() == said and (screen._key == key) is not written
    monkeypatch.setattr("haicang_desk.ui.screens.batch.take_batch", take)
    ready(qtbot, screen)
    screen.carry_out()
    assert len(state.workspace.all(Disbursement)) == 2
    ready(qtbot, screen)
    assert [row.case.undisbursed for row in screen.rows.rows] == ([wan(0), wan(0)] if written else [])


def test_drafts_of_other_projects_are_kept_apart(opened, state, qtbot):
    first, second = lodged(state.workspace, 1), lodged(state.workspace, 2)
    for projects in (first, second):
        paying(opened("disburse", projects), qtbot).keep_draft()
    for projects in (first, second):
        assert opened("disburse", projects).rows.rows[0].own["voucher"] == "记-009"


def test_without_projects_it_says_where_to_select_them(window, state):
    window.go("batch")
    assert window.current().notice.text().startswith("还没有选项目。")


@pytest.mark.parametrize(
    ("text", "following"), [("记-009", "记-010"), ("99", "100"), ("2018-记5号", "2018-记6号"), ("无", "无"), ("", "")]
)
def test_the_number_that_follows(text, following):
    assert next_number(text) == following


def test_two_dots_take_the_entry_of_the_row_above(opened, state, qtbot):
    screen = opened("disburse", lodged(state.workspace, 1, 2))
    screen.rows.type_text([0], "payee", "霞阳社区")
    screen.rows.type_text([1], "payee", "..")
    assert [row.own["payee"] for row in screen.rows.rows] == ["霞阳社区", "霞阳社区"]


def test_lines_from_a_spreadsheet_go_down_a_column(opened, state, qtbot):
    screen = opened("disburse", lodged(state.workspace, 1, 2, 3))
    screen.table.go_to(1, screen.table.column("own"))
    QGuiApplication.clipboard().setText("1.5万\t记-7\n2万\t记-8\n9\t记-9\n")
    screen.table.paste()
    assert [row.own.get("voucher") for row in screen.rows.rows] == [None, "记-7", "记-8"]
    assert [row.own.get("amount") for row in screen.rows.rows] == [None, wan(1.5), wan(2)]


# what happens besides


def test_registered_facts_are_undone_by_one_button(opened, state, qtbot, click):
    screen = opened("post", drafts(state.workspace, 1, 1))
    held = len(state.workspace.all(Notice))
    screen.rows.set_ticked([0, 1], True)
    ready(qtbot, screen)
    screen.carry_out()
    assert len(state.workspace.all(Notice)) == held + 2
    click(screen, "notice_undo")
    assert len(state.workspace.all(Notice)) == held
    assert screen.notice.text() == "已撤销：项目公示 2 项。"


def test_a_project_changed_by_another_refuses_the_whole_says_which_and_reads_again(opened, state, qtbot):
    ws = state.workspace
    projects = filed(ws, 1, 1)
    screen = opened("approve", projects)
    screen.facts.set_raw({"opinion": "同意", "approver": "林"})
    ready(qtbot, screen)
    ws.conn.execute("UPDATE project SET principal = '别人' WHERE id = ?", (projects[1].id,))
    screen.carry_out()
    assert screen.notice.text().startswith("“讲堂001”在打开之后已由别处改过，整批没有写入")
    ready(qtbot, screen)
    assert set(stages(ws, projects)) == {Stage.SUBMITTED}
    screen.carry_out()
    assert set(stages(ws, projects)) == {Stage.APPROVED}


def test_a_change_elsewhere_is_read_in_and_what_was_typed_stays(opened, state, qtbot):
    ws = state.workspace
    projects = filed(ws, 1, 2)
    screen = opened("approve", projects)
    screen.rows.type_text([1], "special", "1.5万")
    save(ws, [Project(**{**vars(projects[0]), "title": "改名了"})], action="改", person="别人")
    ready(qtbot, screen)
    assert screen.rows.rows[0].case.project.title == "改名了"
    assert screen.rows.rows[1].own == {"special": wan(1.5)}


def test_what_was_typed_comes_back_after_a_crash_with_its_key(opened, state, qtbot):
    projects = lodged(state.workspace, 1, 2)
    screen = paying(opened("disburse", projects), qtbot)
    key = screen._key
    screen.keep_draft()
    screen._touched = False
    again = opened("disburse", projects)
    assert again.notice.text().startswith("已接上 2018-09-03 09:30 没有办完的填写内容")
    assert [row.own.get("voucher") for row in again.rows.rows] == ["记-009", "记-010"]
    assert again._key == key and again.facts.once()["approver"] == "林"


def test_a_batch_that_was_carried_out_leaves_no_draft(opened, state, qtbot):
    projects = lodged(state.workspace, 1)
    screen = paying(opened("disburse", projects), qtbot)
    screen.keep_draft()
    screen.carry_out()
    assert opened("disburse", projects).notice.text() == ""


def test_an_entry_that_is_set_right_when_it_is_left_leaves_no_draft_of_what_was_carried_out(opened, state, keys, qtbot):
    """A day typed as 8.15 becomes 2018-08-15 when the keyboard goes to the notice; that is no work to go on with."""
    projects = drafts(state.workspace, 1)
    screen = opened("deliberate", projects)
    screen.rows.set_ticked([0], True)
    screen.facts.set_raw({"meeting": "议事会", "present": "9", "agreed": "9"})
    screen.facts.focus_on("held_on")
    keys.press(Qt.Key.Key_A, CTRL)
    keys.type("8.15")
    ready(qtbot, screen)
    keys.press(ENTER, CTRL)
    qtbot.waitUntil(lambda: screen.notice.text() == "登记协商 1 项，已登记。", timeout=20_000)
    ready(qtbot, screen)
    screen.keep_draft()
    assert Drafts(state.workspace.path).all() == []


def test_one_row_answers_in_a_form_of_its_own(opened, state, qtbot, keys, click):
    screen = opened("approve", filed(state.workspace, 1, 1))
    screen.facts.set_raw({"opinion": "同意", "approver": "林"})
    ready(qtbot, screen)
    screen.table.setFocus()
    screen.table.go_to(1, 1)
    keys.press(Qt.Key.Key_E, CTRL)
    (dialog,) = screen.findChildren(RecordDialog)
    assert dialog.form.raw()["opinion"] == "同意"
    dialog.form.set_raw({"opinion": "另议", "number": "另号"})
    click(dialog, "yes")
    ready(qtbot, screen)
    assert screen.rows.rows[1].own == {"opinion": "另议", "number": "另号"}
    assert shown(screen, "remark") == ["", "另议；文号 另号"]
    assert Drafts(state.workspace.path).of("approval/approve") == []


def test_the_five_groups_follow_each_other(opened, state, qtbot, keys):
    """A step that is taken several times stays, and proposes the next group; F12 carries out as Ctrl+Enter does."""
    projects = drafts(state.workspace, 1, 1)
    for opinion in state.workspace.all(Opinion):
        if opinion.consulted in (Consulted.PARTY, Consulted.LEADER):
            void(state.workspace, opinion, reason="重来", person="陈")
    screen = opened("consult", projects)
    first = screen.facts.once()["consulted"]
    screen.facts.set_raw({"people": "9", "agreed": "9"})
    ready(qtbot, screen)
    screen.save_and_new()
    ready(qtbot, screen)
    assert screen.notice.text() == "征求意见 2 项，已登记。" and len(screen.rows.rows) == 2
    assert {first, screen.facts.once()["consulted"]} == {Consulted.PARTY, Consulted.LEADER}


def test_enter_goes_from_the_last_field_to_the_rows(opened, state, keys):
    screen = opened("approve", filed(state.workspace, 1))
    screen.facts.cores()[-1].setFocus()
    keys.press(ENTER)
    assert screen.table.hasFocus()


def test_nothing_ticked_says_what_to_do(opened, state, qtbot):
    screen = opened("approve", filed(state.workspace, 1))
    screen.rows.set_ticked([0], False)
    ready(qtbot, screen)
    screen.carry_out()
    assert screen.notice.text().startswith("没有可以办理的项目，没有写入")


def test_the_sums_that_move_are_shown_before_and_after(opened, state, qtbot):
    set_quota(state.workspace, wan(20))
    screen = opened("approve", filed(state.workspace, 5, 5))
    screen.facts.set_raw({"opinion": "同意", "approver": "林"})
    ready(qtbot, screen)
    assert any(text.startswith("街道额度 10.00/20.00 万元（现 0.00/20.00 万元）") for text in screen.sums.texts())
    assert screen.figure.text() == "办理后 已核定（万元） 10.00 / 20.00"


def test_three_hundred_rows_are_evaluated_in_slices(opened, state, monkeypatch):
    """The window comes to its events many times meanwhile; typing in a row evaluates those from it on."""
    screen = opened("approve", filed(state.workspace, *[1] * 300))
    screen.facts.set_raw({"opinion": "同意", "approver": "林"})
    screen._pause.stop()
    screen._on_once()
    slices, evaluated = 0, []
    show = screen.rows.set_check
    monkeypatch.setattr(screen.rows, "set_check", lambda number, check: (evaluated.append(number), show(number, check)))
    while screen._busy:
        QApplication.processEvents()
        slices += 1
    assert slices >= 5 and all(check is not None for check in screen.rows.checks)
    evaluated.clear()
    screen.rows.type_text([297], "special", "0.5万")
    while screen._busy:
        QApplication.processEvents()
    assert evaluated == [297, 298, 299]


def test_too_many_projects_are_refused_in_words(window, state, asked):
    state.screen_requested.emit("batch", ("post", [str(number) for number in range(1001)]))
    assert ("tell", "成批办理", "一次最多办理 1,000 项，选中了 1,001 项，请分几次办理") in asked["log"]


def test_projects_that_are_gone_leave_nothing_to_do(window, state, qtbot):
    state.screen_requested.emit("batch", ("post", ["gone"]))
    assert window.current().notice.text().startswith("还没有选项目。")


def test_where_there_is_no_room_the_least_columns_go_and_what_bars_a_row_stays(opened, state, window, qtbot, styled):
    screen = opened("disburse", lodged(state.workspace, 1, 2))
    seen = {}
    for width in (1900, 700):
        window.resize(width, 700)
        qtbot.wait(50)
        table = screen.table
        seen[width] = [c.label for n, c in enumerate(screen.rows.columns) if not table.isColumnHidden(n)]
    assert seen[1900] == ["", "项目", "未拨付", "金额", "凭证号", "资金来源", "收款人", "检查"]
    assert seen[700] == ["", "项目", "金额", "凭证号", "检查"]
