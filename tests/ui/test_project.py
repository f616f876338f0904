"""The project page: the main job by real clicks, refusals where they belong, nothing typed is ever lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.records import (
    Category,
    Consulted,
    FilingResult,
    ImplementerKind,
    Link,
    Opinion,
    Project,
    Prose,
    Stage,
    Waiver,
)
from haicang_desk.model.services import save
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.record_dialogs import RecordDialog, StepDialog
from haicang_desk.ui.shell import prompts


@pytest.fixture
def page(window):
    def show(project):
        window.go("project", getattr(project, "id", project))
        return window.current()

    return show


@pytest.fixture
def step(qtbot, click, state):
    """Takes a step through its button and its form; gives the dialog, which is gone where the step was taken."""

    def take(page, name, on=None, **entries):
        if on is not None:
            state.now = lambda: datetime(on.year, on.month, on.day, 9)
        click(page, f"step_{name}")
        dialog = page.findChildren(StepDialog)[-1]
        for field, value in entries.items():
            dialog.form.cells[field].editor.set_value(value)
        click(dialog, "yes")
        return dialog

    return take


def fault(form, name):
    cell = form.cells[name]
    return cell.fault.text() if cell.fault.isVisibleTo(form) else ""


# the main job


def test_a_project_goes_its_whole_way_by_clicks(ws, page, ready, step):
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    shown = page(project)
    step(shown, "submit", date(2018, 9, 3))
    assert shown.case.stage is Stage.SUBMITTED
    step(shown, "approve", date(2018, 9, 5), approver="林主任", number="〔2018〕12号", opinion=Prose("同意"))
    assert shown.case.approval.special == Money(6_000_000)
    step(shown, "send", date(2018, 9, 6))
    step(shown, "lodge", date(2018, 9, 8), number="备 7 号")
    assert shown.case.filing.result is FilingResult.LODGED
    step(
        shown,
        "appoint",
        date(2018, 9, 18),
        manner="询价",
        basis="区采购规定",
        implementer="海沧社工中心",
        kind=ImplementerKind.SOCIAL,
        price=Money(6_000_000),
    )
    step(shown, "start", date(2018, 9, 20), percent=10)
    step(shown, "disburse", date(2018, 9, 25), voucher="记-1", handler="李会计", approver="林主任")
    assert ws.casefile(project.id).disbursed == Money(6_000_000)
    step(shown, "complete", date(2018, 10, 20))
    step(shown, "settle", date(2018, 10, 22))
    step(shown, "post_completion", date(2018, 10, 25))
    case = ws.casefile(project.id)
    assert case.stage is Stage.COMPLETED
    assert [notice.kind.label for notice in case.notices] == ["项目公示", "完工公示"]
    assert case.settled is not None


def test_steps_before_filing_are_entered_by_clicks(ws, page, kept, step):
    shown = page(kept())
    step(shown, "suggest", date(2018, 7, 2), text=Prose("楼道太暗"))
    step(shown, "deliberate", date(2018, 7, 9), meeting="村居协商会")
    for group in Consulted:
        step(shown, "consult", date(2018, 7, 12), consulted=group, people=9, agreed=9)
    step(shown, "post", date(2018, 7, 13))
    case = ws.casefile(shown.case.project.id)
    assert (len(case.suggestions), len(case.deliberations), len(case.opinions), len(case.notices)) == (1, 1, 5, 1)
    assert case.notices[0].ends_on == date(2018, 7, 20)


# rules where they belong


def test_the_share_is_told_under_its_field_as_one_types_and_mended_there(qtbot, page, kept, ws):
    project = kept(special=Money(7_000_000), donated_cash=Money(3_000_000))
    form = page(project).form
    qtbot.waitUntil(lambda: "R02" in fault(form, "special"), timeout=20_000)
    said = fault(form, "special")
    assert "最多 60,000.00 元" in said
    assert "厦海政办〔2018〕63号三（一）第9段" in said
    form.cells["special"].editor.set_value(Money(6_000_000))
    form.cells["donated_cash"].editor.set_value(Money(4_000_000))
    qtbot.waitUntil(lambda: "R02" not in fault(form, "special"), timeout=20_000)
    assert ws.casefile(project.id).project.special == Money(7_000_000)  # a copy was edited


def test_a_year_before_the_policy_is_refused_under_its_field(page, kept):
    shown = page(kept())
    shown.form.cells["fund_year"].editor.set_raw("")
    shown._evaluate()
    assert "2018 年度起" in fault(shown.form, "fund_year")


def test_a_refused_step_stands_under_its_field_with_its_clause(page, ready, step, ws):
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    shown = page(project)
    for name, on, entries in (
        ("submit", date(2018, 9, 3), {}),
        ("approve", date(2018, 9, 5), {"approver": "林主任"}),
        ("lodge", date(2018, 9, 8), {}),
    ):
        step(shown, name, on, **entries)
    dialog = step(shown, "disburse", date(2018, 9, 25), amount=Money(6_000_001), voucher="记-1", approver="林主任")
    said = fault(dialog.form, "amount")
    assert "0.01 元" in said
    assert "三（五）" in said
    assert "没有写入" in dialog.refusal.text()
    assert ws.casefile(project.id).disbursed == Money(0)
    dialog.form.cells["amount"].editor.set_value(Money(6_000_000))
    dialog.commit()
    assert ws.casefile(project.id).disbursed == Money(6_000_000)


def test_the_five_opinions_are_entered_in_one_sitting(page, kept, ws, click):
    shown = page(kept())
    click(shown, "step_consult")
    dialog = shown.findChildren(StepDialog)[-1]
    for number, group in enumerate(Consulted, 1):
        assert dialog.form.cells["consulted"].editor.value() is group
        dialog.form.cells["people"].editor.set_value(9)
        if group is Consulted.ELDERS:
            click(dialog, "yes")
        else:
            click(dialog, "more")
            assert dialog._kept.text() == f"已存 {number} 条"
            assert not dialog.form.changed
    assert not dialog.isVisible()
    assert [o.consulted for o in ws.casefile(shown.case.project.id).opinions] == list(Consulted)


def test_a_decision_is_not_taken_several_times_in_one_sitting(page, ready, step, click):
    shown = page(ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0)))
    step(shown, "submit", date(2018, 9, 3))
    click(shown, "step_approve")
    assert shown.findChildren(StepDialog)[-1].more.isHidden()


def test_the_lines_of_a_budget_are_entered_in_one_sitting(page, kept, ws, click):
    shown = page(kept())
    click(shown, "登记预算明细")
    dialog = shown.findChildren(RecordDialog)[-1]
    for content, button in (("灯具", "more"), ("安装", "yes")):
        for name, value in (("content", content), ("subject", "材料费"), ("amount", Money(100))):
            dialog.form.cells[name].editor.set_value(value)
        click(dialog, button)
    assert [line.content for line in ws.casefile(shown.case.project.id).budget_lines] == ["灯具", "安装"]


def lead(qtbot, panel, rule):
    """A real click on 去改 beside a finding."""
    button = next(b for b in panel.findChildren(QPushButton) if b.accessibleName() == f"去改{rule}")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_finding_leads_from_the_refused_step_to_the_field_it_names(qtbot, window, page, ready, step):
    shown = page(ready(category=Category.SERVICE, special=Money(21_000_000), donated_cash=Money(0)))
    dialog = step(shown, "submit", date(2018, 9, 3))
    lead(qtbot, dialog.findings, "R01")
    assert not dialog.isVisible()
    assert shown.tabs.currentWidget() is shown.tabs.application
    assert window.focusWidget() is shown.form.cells["special"].editor.core


def test_a_finding_leads_to_the_records_that_answer_it(qtbot, window, page, kept, step):
    shown = page(kept())
    dialog = step(shown, "submit", date(2018, 9, 3))
    lead(qtbot, dialog.findings, "R16")
    panel = next(p for tab in shown.tabs.records for p in tab.panels if p.cls is Opinion)
    assert shown.tabs.currentWidget().isAncestorOf(panel)
    qtbot.waitUntil(lambda: window.focusWidget() is panel.findChild(QPushButton, "登记征求意见"))


def test_a_refused_step_takes_the_keyboard_to_the_field_that_is_at_fault(window, page, ready, step):
    shown = page(ready())
    step(shown, "submit", date(2018, 9, 3))
    dialog = step(shown, "approve", date(2018, 9, 5))
    assert "R05" in fault(dialog.form, "opinion")
    assert dialog.focusWidget() is dialog.form.cells["opinion"].editor.core


def test_a_barred_step_says_so_before_it_is_taken(page, kept):
    shown = page(kept())
    button = shown.findChild(QPushButton, "step_submit")
    assert "还差" in button.text()
    assert "R15" in button.toolTip()


def test_what_a_step_needs_is_asked_for_by_name(page, ready, step, ws):
    project = ready(category=Category.SERVICE, donated_cash=Money(0))
    shown = page(project)
    for name, on in (("submit", date(2018, 9, 3)), ("approve", date(2018, 9, 5)), ("lodge", date(2018, 9, 8))):
        step(shown, name, on)
    dialog = step(shown, "appoint", date(2018, 9, 18))
    assert dialog.refusal.text() == "请先填写：采购方式、实施主体"
    assert fault(dialog.form, "implementer") == "必填"
    assert ws.casefile(project.id).stage is Stage.LODGED


def test_a_second_click_does_not_pay_twice(page, ready, step, ws):
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    shown = page(project)
    for name, on in (("submit", date(2018, 9, 3)), ("approve", date(2018, 9, 5)), ("lodge", date(2018, 9, 8))):
        step(shown, name, on)
    dialog = step(shown, "disburse", date(2018, 9, 25), amount=Money(100), voucher="记-1", approver="林主任")
    dialog.commit()
    assert "已经登记过" in dialog.refusal.text()
    assert len(ws.casefile(project.id).disbursements) == 1


def test_an_exception_granted_is_no_bar_any_more(page, ready, ws):
    project = ready(category=Category.SERVICE, others_duty=True, donated_cash=Money(0))
    shown = page(project)
    assert "还差" in shown.findChild(QPushButton, "step_submit").text()
    granted = Waiver(
        project=Link(project.id),
        rule="R13",
        authority="区领导小组",
        number="会纪 1 号",
        granted_on=date(2018, 9, 1),
        reason=Prose("老旧小区"),
    )
    save(ws, [granted], action="例外", person="陈")
    assert shown.findChildren(QPushButton, "step_submit")[-1].text() == "申报"


@pytest.mark.parametrize(("answer", "open_still"), [(False, True), (True, False)])
def test_a_form_half_filled_is_not_closed_unasked(qtbot, page, kept, click, asked, answer, open_still):
    shown = page(kept())
    click(shown, "step_suggest")
    dialog = shown.findChildren(StepDialog)[-1]
    dialog.form.cells["text"].editor.set_value("写到一半")
    asked["confirm"] = answer
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible() is open_still
    asked["confirm"] = True
    dialog.reject()


# typing


def test_a_new_project_is_saved_with_a_number(window, ws, village, click, page):
    shown = page("")
    shown.form.cells["village"].editor.set_value(Link(village.id))
    shown.form.cells["title"].editor.set_value("四点钟学校")
    click(shown, "save")
    (project,) = ws.all(Project)
    assert project.code == "XYJD-XYSQ-2018-01"
    assert shown.heading.text() == "四点钟学校"
    assert "已保存" in window.status.currentMessage()


def test_a_near_twin_is_told_when_a_project_is_entered(window, ws, kept, village, click, page):
    kept(code="A-1", title="四点钟学校")
    for title, told in (("四点钟的学校", True), ("健身路径", False)):
        shown = page("")
        shown.form.cells["village"].editor.set_value(Link(village.id))
        shown.form.cells["title"].editor.set_value(title)
        click(shown, "save")
        assert ("与“四点钟学校”（A-1）像是同一个项目" in window.status.currentMessage()) is told


def test_what_is_required_is_marked(page, ws, click):
    shown = page("")
    click(shown, "save")
    assert fault(shown.form, "title") == "必填"
    assert ws.all(Project) == []


def test_enter_goes_to_the_next_field_and_ctrl_enter_saves(qtbot, page, kept, ws):
    project = kept()
    shown = page(project)
    title, category = shown.form.cells["title"].editor.core, shown.form.cells["category"].editor.core
    title.setFocus()
    qtbot.keyClick(title, Qt.Key.Key_Return)
    assert category.hasFocus()
    qtbot.keyClick(category, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert title.hasFocus()
    title.insert("（二期）")
    qtbot.keyClick(title, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert ws.get(Project, project.id).title.endswith("（二期）")


def test_an_entry_that_cannot_be_read_is_marked_and_nothing_saved(page, kept, ws, click):
    project = kept()
    shown = page(project)
    shown.form.cells["special"].editor.set_raw("三万")
    click(shown, "save")
    assert "不是金额" in fault(shown.form, "special")
    assert ws.get(Project, project.id) == project


def test_an_approved_project_can_only_be_read(page, ready, step):
    shown = page(ready(category=Category.SERVICE, donated_cash=Money(0)))
    for name, on in (("submit", date(2018, 9, 3)), ("approve", date(2018, 9, 5))):
        step(shown, name, on)
    assert not shown.form.cells["special"].editor.isEnabled()
    assert not shown.findChild(QPushButton, "save").isEnabled()


@pytest.mark.parametrize(
    ("answer", "gone", "title"), [(prompts.STAY, False, ""), (prompts.LEAVE, True, ""), (prompts.KEEP, True, "改过")]
)
def test_leaving_unsaved_entries_is_asked_about(window, page, kept, ws, asked, answer, gone, title):
    project = kept()
    asked["leave_unsaved"] = answer
    shown = page(project)
    shown.form.cells["title"].editor.set_value("改过")
    assert window.go("projects") is gone
    assert ("leave_unsaved", f"“{project.title}”") in asked["log"]
    assert ws.get(Project, project.id).title == (title or project.title)


def test_a_copy_starts_from_the_old_one_without_its_money(page, kept, click, ws):
    shown = page(kept(beneficiaries=300))
    click(shown, "copy")
    assert shown.case.project.id == ""
    assert shown.form.raw()["title"] == "楼道照明更换"
    assert shown.form.raw()["beneficiaries"] == "300"
    assert shown.form.raw()["special"] == ""
    assert click(shown, "save") is None
    assert len(ws.all(Project)) == 2


def test_typing_survives_a_change_by_undo(window, page, kept, ws):
    project = kept()
    save(ws, [replace(project, place="另处")], action="修改", person="陈")
    shown = page(project)
    shown.form.cells["title"].editor.set_value("写到一半")
    window.menus.undo.trigger()
    assert shown.form.raw()["title"] == "写到一半"
    assert ws.get(Project, project.id).place == "霞阳社区"


# records beneath


def test_records_are_entered_mended_and_voided_in_their_tables(qtbot, page, kept, ws, click, asked):
    project = kept()
    shown = page(project)
    shown.tabs.setCurrentIndex(1)
    panel = next(p for p in shown.tabs.records[0].panels if p.cls is Opinion)
    click(panel, "登记征求意见")
    from haicang_desk.ui.screens.record_dialogs import RecordDialog

    dialog = shown.findChildren(RecordDialog)[-1]
    assert "project" not in dialog.form.cells
    dialog.form.cells["sought_on"].editor.set_value(date(2018, 8, 2))
    click(dialog, "yes")
    (held,) = ws.casefile(project.id).opinions
    assert panel.table.rows.rowCount() == 1
    panel.table.selectRow(0)
    click(panel, "修改征求意见")
    dialog = shown.findChildren(RecordDialog)[-1]
    dialog.form.cells["people"].editor.set_value(7)
    click(dialog, "yes")
    assert ws.get(Opinion, held.id).people == 7
    panel.table.selectRow(0)
    click(panel, "作废征求意见")
    assert ws.casefile(project.id).opinions == ()


def test_every_kind_of_record_of_a_project_stands_on_a_tab():
    from haicang_desk.model.casefile import CHILDREN
    from haicang_desk.ui.screens.project_tabs import RECORD_TABS

    shown = [cls for _, classes in RECORD_TABS for cls in classes]
    assert len(shown) == len(set(shown))
    assert {cls.table for cls in CHILDREN.values()} - {cls.table for cls in shown} == {
        *("budget_line", "quarter_line", "attachment")  # each has a page of its own
    }


def test_the_history_tells_what_was_changed(page, kept, ws):
    project = kept()
    save(ws, [replace(project, place="另处")], action="修改地点", person="李")
    shown = page(project)
    shown.tabs.setCurrentWidget(shown.tabs.history)
    first = shown.tabs.history.table.rows.row(0)
    assert (first.action, first.actor) == ("修改地点", "李")
    assert "实施地点：霞阳社区 → 另处" in shown.tabs.history.table.rows.columns[-1].show(first)


def test_its_documents_say_what_they_wait_for_and_open_where_they_are_printed(window, page, ready, step, click):
    project = ready(category=Category.SERVICE, donated_cash=Money(0))
    shown = page(project)
    step(shown, "submit", date(2018, 9, 3))
    assert "打印《项目申报表》" in window.status.currentMessage()
    shown.tabs.setCurrentWidget(shown.tabs.papers)
    sheets = [shown.tabs.papers.table.rows.row(n) for n in range(shown.tabs.papers.table.rows.rowCount())]
    assert {s.title: bool(s.unavailable_reason) for s in sheets}.items() >= {("项目申报表", False), ("区备案表", True)}
    shown.tabs.papers.table.selectRow([s.name for s in sheets].index("application-form"))
    click(shown.tabs.papers, "show_paper")
    papers = window.current()
    assert papers.objectName() == "papers"
    assert papers._document().name == "application-form"
    assert papers.projects.rows.row(0).id == project.id


def test_the_chart_shows_the_place_of_the_project_and_takes_its_steps(page, ready, step, click):
    shown = page(ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0)))
    step(shown, "submit", date(2018, 9, 3))
    shown.tabs.setCurrentWidget(shown.tabs.chart)
    boxes = {name: shown.findChild(QPushButton, f"chart_{name}") for name in ("post", "submit", "approve", "lodge")}
    assert [box.property("role") for box in boxes.values()] == ["done", "done", "primary", "ahead"]
    assert "09-03" in boxes["submit"].text()
    assert "街道领导办理" in boxes["approve"].toolTip()
    assert not boxes["lodge"].isEnabled()
    assert "接下来：批准（街道领导办理）" in shown.tabs.chart._summary.text()
    click(shown.tabs.chart, "chart_approve")
    assert shown.findChildren(StepDialog)[-1].windowTitle().startswith("批准")


def test_the_day_after_is_not_today(page, ready, step, state):
    """A step is dated by the clock it was given, and by no other."""
    shown = page(ready(category=Category.SERVICE, donated_cash=Money(0)))
    step(shown, "submit", date(2018, 9, 3) + timedelta(days=1))
    assert shown.case.project.submitted_on == date(2018, 9, 4)
