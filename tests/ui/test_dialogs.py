"""Dialogs and prompts: within the screen at any size of type, buttons in sight, questions in the window's own style."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton

from haicang_desk.model.casefile import CHILDREN
from haicang_desk.model.records import Category, Disbursement, Link, Village
from haicang_desk.model.services import take_step
from haicang_desk.model.store import events_of_project
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.screens.project_tabs import is_typed
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.shell import prompts, theme
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.prompt_dialogs import ChoicePrompt, Prompt, TextPrompt
from tests.ui.looks import faults

ROOMS = [
    (960, 540, 12),
    (1920, 1080, 20),
    *(
        pytest.param(*size, marks=pytest.mark.soak)
        for size in ((960, 540, 20), (1366, 768, 9), (1366, 768, 12), (960, 540, 9))
    ),
]


@pytest.fixture
def page(window):
    def show(project):
        window.go("project", getattr(project, "id", project))
        return window.current()

    return show


@pytest.fixture
def room(styled, monkeypatch):
    """Makes the screen this large, in this size of type."""

    def make(width, height, points):
        screen = QRect(0, 0, width, height)
        monkeypatch.setattr(DeskDialog, "screen_area", lambda _: screen)
        theme.apply_type_size(styled, points)
        return screen

    yield make
    theme.apply_type_size(styled, theme.USUAL)


def opened(page, kind=RecordDialog):
    return [dialog for dialog in page.findChildren(kind) if dialog.isVisible()][-1]


# size


@pytest.mark.parametrize(("width", "height", "points"), ROOMS)
def test_every_dialog_fits_the_screen_with_its_buttons_in_sight(qtbot, page, kept, room, asked, width, height, points):
    shown = page(kept())
    screen = room(width, height, points)
    wrong = []
    openers = [lambda cls=cls: shown.entry.add(cls) for cls in CHILDREN.values() if is_typed(cls)]
    steps = [name for name in ("suggest", "deliberate", "consult", "post", "take_part", "waive") if name in STEPS]
    openers += [lambda name=name: shown.take(name) for name in steps]
    for open_it in openers:
        open_it()
        dialog = opened(shown)
        qtbot.wait(5)
        if not screen.contains(dialog.geometry()):
            wrong.append(f"{dialog.windowTitle()}: {dialog.geometry()}")
        for button in dialog.findChildren(QPushButton):
            inside = QRect(button.mapTo(dialog, button.rect().topLeft()), button.size())
            if (
                button.objectName() in ("yes", "no", "more")
                and button.isVisible()
                and not dialog.rect().contains(inside)
            ):
                wrong.append(f"{dialog.windowTitle()}: {button.text()} {inside}")
        if points < 20 or width > 960:
            wrong += [f"{dialog.windowTitle()}: {fault}" for fault in faults(dialog)]
        dialog.reject()
    assert wrong == []


def test_a_dialog_follows_the_size_of_type_while_it_is_open(qtbot, page, kept, room, asked, styled):
    shown = page(kept())
    screen = room(1920, 1080, 10)
    shown.take("suggest")
    dialog = opened(shown)
    before = dialog.width()
    theme.apply_type_size(styled, 20)
    qtbot.wait(20)
    assert dialog.width() > before * 1.5
    assert screen.contains(dialog.geometry())
    theme.apply_type_size(styled, 10)
    qtbot.wait(20)
    assert abs(dialog.width() - before) <= before * 0.05


def test_a_size_given_by_hand_is_kept_by_kind(qtbot, page, kept, room, asked):
    shown = page(kept())
    room(1366, 768, 10)
    shown.take("suggest")
    first = opened(shown)
    usual = first.size()
    first.resize(usual.width() + 60, usual.height() + 40)
    qtbot.wait(5)
    first.reject()
    shown.take("suggest")
    again = opened(shown)
    assert abs(again.width() - usual.width() - 60) <= 2
    again.reject()
    shown.take("deliberate")
    assert abs(opened(shown).width() - usual.width()) <= 2


def test_the_title_says_the_project(page, kept):
    project = kept()
    shown = page(project)
    shown.take("suggest")
    assert opened(shown).windowTitle() == f"登记意见 · {project.title}"
    opened(shown).reject()
    shown.entry.add(CHILDREN["opinions"])
    assert opened(shown).windowTitle() == f"登记征求意见 · {project.title}"


# keys


def test_f12_saves_and_begins_the_next_and_where_there_is_none_it_closes(qtbot, page, kept, ws):
    project = kept()
    shown = page(project)
    shown.take("consult")
    dialog = opened(shown)
    dialog.form.cells["people"].editor.core.setFocus()
    qtbot.keyClicks(dialog.form.cells["people"].editor.core, "9")
    qtbot.keyClick(dialog.form.cells["people"].editor.core, Qt.Key.Key_F12)
    assert dialog.isVisible()
    assert len(ws.casefile(project.id).opinions) == 1
    dialog.reject()
    shown.take("deliberate")
    dialog = opened(shown)
    dialog.form.cells["meeting"].editor.set_value("协商会")
    qtbot.keyClick(dialog.form.cells["meeting"].editor.core, Qt.Key.Key_F12)
    assert not dialog.isVisible()
    assert len(ws.casefile(project.id).deliberations) == 1


def test_f12_on_the_project_form_saves_and_begins_a_new_one(window, page, kept, ws, village):
    shown = page("")
    shown.form.cells["village"].editor.set_value(Link(village.id))
    shown.form.cells["title"].editor.set_value("四点钟学校")
    window.menus._save_and_new()
    assert [project.title for project in ws.all(type(shown.case.project))] == ["四点钟学校"]
    assert shown.case.project.id == ""
    assert shown.form.raw()["title"] == ""


def test_a_record_is_entered_with_keys_alone(qtbot, page, kept, ws):
    project = kept()
    shown = page(project)
    shown.take("consult")
    dialog = opened(shown)
    dialog.activateWindow()
    dialog.form.focus_first()
    for text in ("7.12", "lrxh", "xs", "9", "9", "0", "", ""):
        entry = dialog.focusWidget()
        qtbot.keyClicks(entry, text)
        qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert dialog.focusWidget() is dialog.yes
    qtbot.keyClick(dialog.yes, Qt.Key.Key_Return)
    (opinion,) = ws.casefile(project.id).opinions
    assert (opinion.sought_on, opinion.people, opinion.agreed, opinion.opposed) == (date(2018, 7, 12), 9, 9, 0)
    assert opinion.consulted.label == "老人协会"
    assert opinion.manner == "xs"


def test_a_village_that_is_missing_is_registered_while_picking(qtbot, page, ws, village, click):
    shown = page("")
    editor = shown.form.cells["village"].editor
    editor.core.setFocus()
    editor.core.setText("祥露社区")
    editor.core.textEdited.emit("祥露社区")
    qtbot.keyClick(editor.core, Qt.Key.Key_Return)
    dialog = opened(shown)
    assert dialog.form.raw()["name"] == "祥露社区"
    click(dialog, "yes")
    (new,) = ws.all(Village, name="祥露社区")
    assert editor.value() == Link(new.id)


def test_tab_goes_as_the_eye_does(qtbot, page, kept, asked):
    shown = page(kept())
    for name in ("suggest", "consult", "post"):
        shown.take(name)
        dialog = opened(shown)
        places, entry = [], dialog.form.cells[next(iter(dialog.form.cells))].editor.core
        entry.setFocus()
        for _ in range(len(dialog.form.cells) + 2):
            at = dialog.focusWidget().mapTo(dialog, dialog.focusWidget().rect().topLeft())
            places.append((at.y(), at.x()))
            dialog.focusNextPrevChild(True)
        assert places == sorted(places), name
        dialog.reject()


def test_a_record_changed_in_its_table_stays_selected(page, kept, ws, click):
    project = kept()
    shown = page(project)
    for number, people in ((2, 5), (4, 7)):
        answers = {"consulted": list(CHILDREN["opinions"].fields["consulted"].type)[number], "people": people}
        take_step(ws, project.id, "consult", on=date(2018, 7, 10 + number), person="陈", answers=answers)
    shown.tabs.setCurrentIndex(1)
    panel = next(p for p in shown.tabs.panels if p.cls is CHILDREN["opinions"])
    panel.table.selectRow(1)
    (chosen,) = panel.table.chosen()
    shown.entry.edit(chosen)
    dialog = opened(shown)
    dialog.form.cells["people"].editor.set_value(9)
    click(dialog, "yes")
    assert [(record.id, record.people) for record in panel.table.chosen()] == [(chosen.id, 9)]


# what a step asks for


@pytest.fixture
def lodged(ws, ready):
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    for name, on in (("submit", date(2018, 9, 3)), ("approve", date(2018, 9, 5)), ("lodge", date(2018, 9, 8))):
        take_step(ws, project.id, name, on=on, person="陈", answers={})
    return project


def test_a_payment_asks_for_voucher_handler_and_approver_in_place(page, lodged, ws, state, click):
    state.now = lambda: datetime(2018, 9, 25, 9)
    shown = page(lodged)
    shown.take("disburse")
    dialog = opened(shown)
    assert dialog.form.raw()["handler"] == "陈"
    click(dialog, "yes")
    assert dialog.refusal.text() == "请先填写：凭证号、审批人"
    assert [name for name, cell in dialog.form.cells.items() if cell.fault.text() == "必填"] == ["voucher", "approver"]
    assert dialog.focusWidget() is dialog.form.cells["voucher"].editor.core
    for name, value in (("voucher", "记-1"), ("approver", "林主任")):
        dialog.form.cells[name].editor.set_value(value)
    click(dialog, "yes")
    assert ws.casefile(lodged.id).disbursements[0].approver == "林主任"


def test_equals_in_a_payment_is_what_its_source_still_may_have(page, lodged, ws, state, asked):
    state.now = lambda: datetime(2018, 9, 25, 9)
    answers = {"amount": Money(1_000_000), "voucher": "记-1"}
    take_step(ws, lodged.id, "disburse", on=date(2018, 9, 20), person="陈", answers=answers)
    shown = page(lodged)
    shown.take("disburse")
    dialog = opened(shown)
    dialog.form.cells["amount"].editor.set_raw("=")
    assert dialog.form.cells["amount"].editor.value() == Money(5_000_000)
    dialog.reject()


def test_a_return_without_a_reason_is_refused_in_place(page, ready, ws, state, click):
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    take_step(ws, project.id, "submit", on=date(2018, 9, 3), person="陈", answers={})
    state.now = lambda: datetime(2018, 9, 4, 9)
    shown = page(project)
    shown.take("send_back")
    dialog = opened(shown)
    assert dialog.form.raw()["approver"] == "陈"
    click(dialog, "yes")
    assert dialog.isVisible()
    assert dialog.form.cells["opinion"].fault.text() == "必填"
    assert ws.casefile(project.id).approvals == ()


def test_a_change_of_a_payment_asks_for_its_reason_and_journals_it(page, lodged, ws, asked, click):
    answers = {"amount": Money(1_000_000), "voucher": "记-1"}
    take_step(ws, lodged.id, "disburse", on=date(2018, 9, 20), person="陈", answers=answers)
    (payment,) = ws.casefile(lodged.id).disbursements
    shown = page(lodged)
    asked["ask_reason"] = None
    shown.entry.edit(payment)
    dialog = opened(shown)
    dialog.form.cells["voucher"].editor.set_value("记-2")
    click(dialog, "yes")
    assert "要写明理由" in dialog.refusal.text()
    assert ws.get(Disbursement, payment.id).voucher == "记-1"
    asked["ask_reason"] = "凭证号抄错"
    click(dialog, "yes")
    assert ws.get(Disbursement, payment.id).voucher == "记-2"
    assert events_of_project(ws.conn, lodged.id)[0].action.endswith("（理由：凭证号抄错）")


# prompts


def during(act):
    """Do something once the prompt is open."""

    def go():
        prompt = QApplication.activeModalWidget()
        if not isinstance(prompt, Prompt):
            QTimer.singleShot(10, go)
            return
        act(prompt)

    QTimer.singleShot(0, go)


def test_a_question_is_answered_by_buttons_named_by_what_they_do(qtbot, window):
    seen = []

    def press(prompt):
        seen.append([button.text() for button in prompt.findChildren(QPushButton)])
        qtbot.keyClick(prompt, Qt.Key.Key_Return)

    during(press)
    assert prompts.confirm(window, "恢复备份", "将恢复到昨天的样子。现在的文件会另存。", yes="恢复")
    assert seen == [["取消", "恢复"]]
    during(lambda prompt: qtbot.keyClick(prompt, Qt.Key.Key_Escape))
    assert not prompts.confirm(window, "恢复备份", "将恢复到昨天的样子。", yes="恢复")


@pytest.mark.parametrize(
    ("name", "answer"),
    [("answer_keep", prompts.KEEP), ("answer_leave", prompts.LEAVE), ("answer_stay", prompts.STAY)],
)
def test_unsaved_entries_have_three_answers_and_escape_stays(qtbot, window, name, answer):
    during(lambda prompt: qtbot.mouseClick(prompt.findChild(QPushButton, name), Qt.MouseButton.LeftButton))
    assert prompts.leave_unsaved(window, "“楼道”") == answer
    during(lambda prompt: qtbot.keyClick(prompt, Qt.Key.Key_Escape))
    assert prompts.leave_unsaved(window, "“楼道”") == prompts.STAY


@pytest.mark.parametrize(("name", "answer"), [("answer_yes", True), ("answer_no", False), ("answer_later", None)])
def test_a_draft_may_be_taken_dropped_or_left(qtbot, window, name, answer):
    during(lambda prompt: qtbot.mouseClick(prompt.findChild(QPushButton, name), Qt.MouseButton.LeftButton))
    assert prompts.use_draft(window, "“楼道”", "2018-09-03 09:30") is answer
    during(lambda prompt: qtbot.keyClick(prompt, Qt.Key.Key_Escape))
    assert prompts.use_draft(window, "“楼道”", "2018-09-03 09:30") is None


def test_an_empty_reason_is_refused_in_place(qtbot, window):
    seen = []

    def give(prompt):
        assert isinstance(prompt, TextPrompt)
        qtbot.keyClick(prompt.entry, Qt.Key.Key_Return)
        seen.append((prompt.isVisible(), prompt._fault.text()))
        qtbot.keyClicks(prompt.entry, " cf ")
        qtbot.keyClick(prompt.entry, Qt.Key.Key_Return)

    during(give)
    assert prompts.ask_reason(window, "作废", "请写明作废的理由。") == "cf"
    assert seen == [(True, "请写明理由")]
    during(lambda prompt: qtbot.keyClick(prompt, Qt.Key.Key_Escape))
    assert prompts.ask_reason(window, "作废", "请写明作废的理由。") is None


def test_a_text_is_asked_with_its_proposal(qtbot, window):
    during(lambda prompt: qtbot.keyClick(prompt.entry, Qt.Key.Key_Return))
    assert prompts.ask_text(window, "改为", "“三万”改为：", "30000") == "30000"
    during(lambda prompt: (qtbot.keyClicks(prompt.entry, "5"), qtbot.keyClick(prompt.entry, Qt.Key.Key_Return)))
    assert prompts.ask_text(window, "改为", "“三万”改为：", "30000") == "5"


def test_one_of_many_is_found_by_pinyin(qtbot, window):
    names = [f"第{number}社区" for number in "一二三四五六七八九"]

    def pick(prompt):
        assert isinstance(prompt, ChoicePrompt)
        qtbot.keyClicks(prompt.search, "dqsq")
        qtbot.keyClick(prompt.search, Qt.Key.Key_Return)

    during(pick)
    assert prompts.pick_one(window, "并入", "并入哪个村居？", names) == "第七社区"
    during(lambda prompt: qtbot.keyClick(prompt, Qt.Key.Key_Escape))
    assert prompts.pick_one(window, "并入", "并入哪个村居？", names[:3]) is None
    during(lambda prompt: qtbot.keyClick(prompt.list, Qt.Key.Key_Return))
    assert prompts.pick_one(window, "并入", "并入哪个村居？", names[:3]) == names[0]


def test_details_unfold_and_are_copied(qtbot, window):
    def look(prompt):
        details = prompt.findChild(QPlainTextEdit)
        assert not details.isVisible()
        qtbot.mouseClick(prompt.findChild(QPushButton, "details"), Qt.MouseButton.LeftButton)
        assert details.isVisible()
        qtbot.mouseClick(prompt.findChild(QPushButton, "copy"), Qt.MouseButton.LeftButton)
        qtbot.keyClick(prompt, Qt.Key.Key_Escape)

    during(look)
    prompts.tell(window, "核验台账", "发现 2 处与记录不符。请停止登记。", more="journal 812", level="block")
    assert QApplication.clipboard().text() == "核验台账\n发现 2 处与记录不符。请停止登记。\njournal 812"


@pytest.mark.parametrize(("width", "height", "points"), ROOMS)
def test_prompts_can_be_read_at_every_size(qtbot, window, room, width, height, points):
    screen = room(width, height, points)
    long = "发现 2 处与记录不符。" + "请先停止登记，用“恢复备份”从最近的备份恢复；现有文件会另存，不会覆盖。" * 6
    wrong = []
    for prompt in (
        Prompt(window, "核验台账", long, level="block", more="1\n2"),
        TextPrompt(window, "作废", "请写明作废的理由。", required="请写明理由", prose=True),
        ChoicePrompt(window, "并入", "并入哪个村居？", [f"第{n}社区" for n in range(12)]),
    ):
        prompt.show()
        qtbot.wait(5)
        if not screen.contains(prompt.geometry()):
            wrong.append(f"{prompt.windowTitle()} {prompt.geometry()}")
        wrong += [f"{prompt.windowTitle()}: {fault}" for fault in faults(prompt)]
        prompt.close()
    assert wrong == []


def test_a_form_can_be_read_with_every_kind_of_fault(qtbot, styled, ws):
    form = RecordForm(Disbursement, Choices(ws))
    qtbot.addWidget(form)
    form.resize(700, 600)
    form.show()
    form.cells["amount"].editor.set_raw("三万")
    with pytest.raises(ValueError, match="不是金额"):
        form.read_record(whole=True)
    assert form.cells["amount"].fault.isVisible()
    assert "不是金额" in form.cells["amount"].editor.core.accessibleDescription()
