"""The project page: the main job by real clicks, refusals where they belong, nothing typed is ever lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QPushButton

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import (
    Category,
    Consulted,
    Expert,
    ExpertDraw,
    FilingResult,
    ImplementerKind,
    Link,
    Opinion,
    Project,
    Prose,
    Stage,
    Survey,
    SurveyGroup,
    Waiver,
)
from haicang_desk.model.services import history_of, save, undo, void
from haicang_desk.model.services.steps import missing_fields
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.screens.next_step import StepsSheet
from haicang_desk.ui.screens.record_dialogs import RecordDialog, StepDialog
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.widgets.findings_list import FindingLine
from haicang_desk.ui.widgets.step_bar import StorySheet


@pytest.fixture
def page(window):
    def show(project):
        window.go("project", getattr(project, "id", project))
        return window.current()

    return show


def press_step(page, click, name):
    """The button of a step: on the card, or on the sheet of the others."""

    def shown():
        return [b for b in page.findChildren(QPushButton, f"step_{name}") if b.isVisible() and b.isEnabled()]

    if not shown():
        click(page, "more_steps")
    button = shown()[0]
    sheet = button.window() if isinstance(button.window(), StepsSheet) else page
    click(sheet, f"step_{name}")


@pytest.fixture
def step(qtbot, click, state):
    """Takes a step through its button and its form; gives the dialog, which is gone where the step was taken."""

    def take(page, name, on=None, **entries):
        if on is not None:
            state.now = lambda: datetime(on.year, on.month, on.day, 9)
        press_step(page, click, name)
        dialog = page.findChildren(StepDialog)[-1]
        for field, value in entries.items():
            dialog.form.cells[field].editor.set_value(value)
        click(dialog, "yes")
        return dialog

    return take


def fault(form, name):
    """What a field says is to be mended; one in a grid is marked, and what it says stands under the grid or beside."""
    cell = form.cells[name]
    if cell.bare:
        assert not cell.fault.isVisibleTo(form)
        return cell.editor.core.accessibleDescription() if cell.editor.core.property("faulty") else ""
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
    press_step(shown, click, "consult")
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


def lead(qtbot, panel, rule):
    """A real click on 去改 beside a finding."""
    button = next(b for b in panel.findChildren(QPushButton) if b.accessibleName() == f"去改{rule}")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_finding_leads_from_the_refused_step_to_the_field_it_names(qtbot, window, page, ready, step):
    shown = page(ready(category=Category.SERVICE, special=Money(21_000_000), donated_cash=Money(0)))
    dialog = step(shown, "submit", date(2018, 9, 3))
    lead(qtbot, dialog.findings, "R01")
    assert not dialog.isVisible()
    assert shown.tabs.label == "申报"
    assert window.focusWidget() is shown.form.cells["special"].editor.core


def test_a_finding_leads_to_the_records_that_answer_it(qtbot, window, page, kept, step):
    shown = page(kept())
    dialog = step(shown, "submit", date(2018, 9, 3))
    lead(qtbot, dialog.findings, "R16")
    panel = next(p for p in shown.tabs.panels if p.cls is Opinion)
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


def test_an_entry_that_cannot_be_read_is_marked_and_nothing_saved(qtbot, page, kept, ws, click):
    project = kept()
    shown = page(project)
    shown.form.cells["special"].editor.set_raw("三万")
    click(shown, "save")
    assert "不是金额" in fault(shown.form, "special")
    told = shown.tabs.application.funding.fault
    qtbot.waitUntil(lambda: told.isVisibleTo(shown) and "不是金额" in told.text(), timeout=20_000)
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
    panel = next(p for p in shown.tabs.panels if p.cls is Opinion)
    click(panel, "登记征求意见")

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


def test_the_history_tells_what_was_changed_and_takes_it_back(page, kept, ws, click):
    project = kept()
    save(ws, [replace(project, place="另处")], action="修改地点", person="李")
    shown = page(project)
    history = shown.tabs.open("经过")
    history.table.selectRow(0)
    assert "把实施地点由 霞阳社区 改为 另处" in history.table.chosen()[0].text
    edit = history.edits.rows.row(0)
    assert [column.show(edit) for column in history.edits.rows.columns] == ["项目", "实施地点", "霞阳社区", "另处"]
    click(history, "take_back")
    assert ws.get(Project, project.id).place == "霞阳社区"


def test_a_voided_record_is_restored_from_the_history(page, kept, ws, click):
    project = kept()
    (held,) = save(ws, [Opinion(project=Link(project.id), sought_on=date(2018, 8, 2))], action="登记", person="陈")
    void(ws, held, reason="登记错项目", person="李")
    shown = page(project)
    history = shown.tabs.open("经过")
    assert history.views.tabText(1) == "已作废 1"
    history.views.setCurrentIndex(1)
    history.voided.selectRow(0)
    assert history.voided.chosen()[0].reason == "登记错项目"
    click(history, "restore_voided")
    assert [opinion.id for opinion in ws.casefile(project.id).opinions] == [held.id]


def test_its_documents_say_what_they_wait_for_and_open_where_they_are_printed(window, page, ready, step, click):
    project = ready(category=Category.SERVICE, donated_cash=Money(0))
    shown = page(project)
    step(shown, "submit", date(2018, 9, 3))
    assert "打印《项目申报表》" in window.status.currentMessage()
    papers = shown.tabs.open("文书")
    sheets = [papers.table.rows.row(n) for n in range(papers.table.rows.rowCount())]
    assert {s.title: bool(s.unavailable_reason) for s in sheets}.items() >= {("项目申报表", False), ("区备案表", True)}
    assert papers.chosen() == "application-form"
    papers.choose("filing-form")
    assert not papers.print.isEnabled()
    assert "区备案表》还不能印" in papers._why.text()
    papers.choose("application-form")
    click(papers, "show_paper")
    screen = window.current()
    assert screen.objectName() == "papers"
    assert screen._document().name == "application-form"
    assert screen.projects.rows.row(0).id == project.id


def test_the_preview_follows_what_is_saved_and_says_what_is_not(qtbot, page, ready, step):
    project = ready(category=Category.SERVICE, donated_cash=Money(0))
    shown = page(project)
    papers = shown.tabs.open("文书")
    made = []
    papers.preview = lambda: made.append(papers.chosen())
    papers._pause.timeout.disconnect()
    papers._pause.timeout.connect(lambda: papers.preview())
    qtbot.waitUntil(lambda: len(made) == 1)
    shown.form.cells["title"].editor.set_value("改过的名称")
    assert papers.unsaved.isVisibleTo(papers)
    assert shown.save()
    qtbot.waitUntil(lambda: len(made) == 2)
    assert not papers.unsaved.isVisibleTo(papers)


def test_a_preview_does_not_wipe_away_what_was_just_told(qtbot, page, ready, window):
    shown = page(ready(category=Category.SERVICE, donated_cash=Money(0)))
    papers = shown.tabs.open("文书")
    window.status.tell("已存 1 个文件")
    papers.choose("application-form")
    papers.preview()
    qtbot.waitUntil(lambda: not papers.view.stale, timeout=20_000)
    assert window.status.currentMessage() == "已存 1 个文件"


def test_what_is_printed_from_the_page_is_issued_as_from_the_documents_screen(page, ready, step):
    shown = page(ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0)))
    step(shown, "submit", date(2018, 9, 3))
    step(shown, "approve", date(2018, 9, 5), approver="林主任")
    papers = shown.tabs.open("文书")
    papers.choose("approval-form")
    (order,) = papers.batch().orders
    assert order.version is not None
    assert (order.unavailable_reason, order.fault) == ("", "")


def test_ctrl_p_shows_first_and_prints_then(page, ready, asked):
    project = ready(category=Category.SERVICE, donated_cash=Money(0))
    shown = page(project)
    shown.print_now()
    assert shown.tabs.label == "文书"
    printed = []
    shown.tabs.page("文书").print_requested.disconnect()
    shown.tabs.page("文书").print_requested.connect(lambda batch, name: printed.append(name))
    shown.print_now()
    assert printed == [shown.tabs.page("文书").chosen()]


def test_the_chart_shows_the_place_of_the_project_and_takes_its_steps(page, ready, step, click):
    shown = page(ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0)))
    step(shown, "submit", date(2018, 9, 3))
    history = shown.tabs.open("经过")
    history.views.setCurrentIndex(2)
    boxes = {name: shown.findChild(QPushButton, f"chart_{name}") for name in ("post", "submit", "approve", "lodge")}
    assert [box.property("role") for box in boxes.values()] == ["done", "done", "primary", "ahead"]
    assert "09-03" in boxes["submit"].text()
    assert "街道领导办理" in boxes["approve"].toolTip()
    assert not boxes["lodge"].isEnabled()
    assert "接下来：批准（街道领导办理）" in history.chart._summary.text()
    click(history.chart, "chart_approve")
    assert shown.findChildren(StepDialog)[-1].windowTitle().startswith("批准")


def test_the_day_after_is_not_today(page, ready, step, state):
    """A step is dated by the clock it was given, and by no other."""
    shown = page(ready(category=Category.SERVICE, donated_cash=Money(0)))
    step(shown, "submit", date(2018, 9, 3) + timedelta(days=1))
    assert shown.case.project.submitted_on == date(2018, 9, 4)


# money and budget


def paste(text):
    mime = QMimeData()
    mime.setText(text)
    QGuiApplication.clipboard().setMimeData(mime)


def test_the_budget_is_pasted_appended_and_saved_with_the_form_in_one_change(page, kept, ws, click, asked):
    project = kept(special=Money(100_000), donated_cash=Money(0), self_raised=Money(0))
    shown = page(project)
    paste(
        "名称\t科目\t单位\t数量\t单价\t金额\n灯具\t材料费\t盏\t2\t100\t200\n安装\t施工费\t项\t1\t500\t\n合计\t\t\t\t\t700\n"
    )
    click(shown, "paste_budget")
    assert asked["log"][-1][2].startswith("贴在现有各行之后：2 行，合计 700.00 元")
    assert "合计行没有贴入" in asked["log"][-1][2]
    assert shown.budget.sums.text().startswith("比总资金少 300.00 元")
    shown.form.cells["place"].editor.set_raw("另处")
    before = len(history_of(ws, project.id))
    assert shown.save()
    case = ws.casefile(project.id)
    assert [(line.content, line.amount.fen) for line in case.budget_lines] == [("灯具", 20_000), ("安装", 50_000)]
    assert case.project.place == "另处"
    assert len(history_of(ws, project.id)) == before + 1
    undo(ws, person="陈")
    assert ws.casefile(project.id).budget_lines == ()


def test_a_cell_that_cannot_be_read_keeps_its_text_and_stops_the_saving(window, page, kept, ws, click, asked):
    shown = page(kept())
    paste("灯具\t材料费\t盏\t两盏半左右\t100\n安装\t施工费\t项\t1\t500\n")
    click(shown, "paste_budget")
    assert not shown.save()
    assert "第 1 行数量" in window.status.currentMessage()
    assert shown.budget.rows.text(0, "quantity") == "两盏半左右"
    assert "第 1 行数量" in shown.budget.fault.text()
    assert ws.casefile(shown.case.project.id).budget_lines == ()


def test_the_grid_is_typed_filled_down_repeated_and_undone_by_keys(qtbot, page, kept):
    shown = page(kept(special=Money(100_000), donated_cash=Money(0), self_raised=Money(0)))
    table = shown.budget.table
    shown.budget.take_hand()
    for text in ("灯具", "材料费", "盏", "2", "1.5百", "", "qj"):  # 金额 is left to be computed
        if table.state() is not QAbstractItemView.State.EditingState:
            table.edit(table.currentIndex())
        line = table.indexWidget(table.currentIndex()) or table.findChildren(QLineEdit)[-1]
        line.setText("150" if text == "1.5百" else text)
        qtbot.keyClick(line, Qt.Key.Key_Return)
    line = shown.budget.rows.lines()[0]
    assert (line.amount.fen, line.source.label) == (30_000, "区级专项资金")
    table.setCurrentIndex(shown.budget.rows.index(1, 1))
    qtbot.keyClick(table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert shown.budget.rows.text(1, "subject") == "材料费"
    qtbot.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown.budget.rows.text(1, "subject") == ""
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert shown.budget.rows.lines() == []
    qtbot.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [line.content for line in shown.budget.rows.lines()] == ["灯具"]


def test_a_budget_typed_and_not_saved_is_kept_as_a_draft(page, kept, ws, asked):
    project = kept()
    shown = page(project)
    shown.budget.rows.write({(0, "content"): "灯具"})
    assert shown.changed
    shown.keep_draft()
    shown.budget.show_lines((), fixed=False)
    shown.show_what(project.id)
    assert asked["log"][-1][0] == "use_draft"
    assert "预算明细" in asked["log"][-1][-1]
    assert shown.budget.rows.text(0, "content") == "灯具"


def test_the_money_is_summed_and_balanced_as_one_types(page, kept):
    shown = page(kept(special=Money(0), donated_cash=Money(0), self_raised=Money(0)))
    shown.budget.rows.write({(0, "content"): "灯具", (0, "subject"): "材料费", (0, "amount"): "5万"})
    shown.form.cells["special"].editor.set_raw("3.5万")
    shown.form.cells["self_raised"].editor.set_raw("=")
    assert shown.form.readable().self_raised == Money(1_500_000)
    shown._evaluate()
    funding = shown.tabs.application.funding
    assert funding.total.text() == "50,000.00"
    assert "人民币伍万元整 · 5.00 万元" in funding.words.text()


def test_an_amount_that_cannot_be_read_is_told_under_the_grid(page, kept):
    shown = page(kept())
    shown.form.cells["special"].editor.set_raw("三万左右吧")
    shown._evaluate()
    assert shown.tabs.application.funding.fault.text().startswith("区级专项资金：")


# findings beside the form


def test_what_is_missing_stands_first_and_its_clause_leads_to_the_policy(qtbot, page, kept, state):
    shown = page(kept(special=Money(7_000_000), donated_cash=Money(3_000_000)))
    asked_for = []
    state.screen_requested.disconnect()
    state.screen_requested.connect(lambda name, what: asked_for.append((name, what)))
    panel = shown.tabs.application.findings
    lines = [line for line in panel.findChildren(FindingLine) if "R02" in line.accessibleName()]
    assert lines[0].findChildren(QLabel)[0].text().startswith("超出 10,000.00 元")
    button = next(b for b in lines[0].findChildren(QPushButton) if "原文" in b.text())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked_for == [("policy", "三(一)¶9")]


def test_no_finding_leads_to_a_button_that_is_not_there(page, ready, step):
    """Of an approved project the application may only be read: its findings have nothing to be mended on it."""
    shown = page(ready(category=Category.SERVICE, donated_cash=Money(0)))
    for name, on in (("submit", date(2018, 9, 3)), ("approve", date(2018, 9, 5))):
        step(shown, name, on)
    found = replace(Finding(severity=Severity.WARN, message="缺", rule="R01"), field="special", answered_by=Project)
    assert shown._lead_of(found) == ""
    assert shown._lead_of(replace(found, field="", answered_by=Opinion)) == "登记征求意见"


def test_a_likely_twin_is_asked_about_while_the_title_is_typed(page, kept, village, click, asked):
    there = kept(code="A-1", title="四点钟学校")
    shown = page("")
    shown.form.cells["village"].editor.set_value(Link(village.id))
    shown.form.cells["title"].editor.set_value("四点钟的学校")
    shown._evaluate()
    twin = shown.tabs.application.twin
    assert "本年度霞阳社区已有“四点钟学校”（A-1）。是否同一个？" in twin.text.text()
    click(shown, "ignore_twin")
    shown._evaluate()
    assert not twin.isVisibleTo(shown)
    shown.form.cells["title"].editor.set_value("四点钟学校！")
    shown._evaluate()
    asked["leave_unsaved"] = prompts.LEAVE
    click(shown, "open_twin")
    assert shown.case.project.id == there.id


# the card of the next step


def test_the_next_step_names_what_is_missing_and_leads_there(qtbot, page, kept):
    shown = page(kept())
    assert shown.next.title.text() == "下一步：申报"
    chip = next(b for b in shown.next.findChildren(QPushButton) if b.objectName() == "missing_R16")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert shown.tabs.label == "征集与公示"


def test_enter_takes_the_step_in_hand_and_the_keyboard_goes_on_to_the_next(qtbot, page, ready, step):
    shown = page(ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0)))
    shown.show()
    taken = []
    shown.next.chosen.connect(taken.append)
    button = next(b for b in shown.next.findChildren(QPushButton) if b.objectName() == "step_submit")
    button.setFocus()
    step(shown, "submit", date(2018, 9, 3))
    assert shown.window().focusWidget().objectName() == "step_approve"
    shown.next.show_rest()
    sheet = shown.next.findChild(StepsSheet)
    first = sheet._buttons[0]
    with qtbot.waitSignal(sheet.chosen, timeout=1000):
        first.setFocus()
        qtbot.keyClick(first, Qt.Key.Key_Return)


def test_what_a_completed_project_lacks_is_named_in_the_card_and_the_settlement_offered():
    from haicang_desk.model.findings import Finding, Severity
    from haicang_desk.ui.widgets.findings_list import finding_parts

    message = "项目已完工，尚缺决算（资金使用情况）、完工公示记录，应公示后办结"
    found = Finding(severity=Severity.WARN, measured=1, limit=3, rule="R21", message=message)
    assert finding_parts(found) == ("尚缺决算（资金使用情况）、完工公示记录", "项目已完工，应公示后办结")


def test_the_step_bar_tells_what_a_stage_took(qtbot, page, ready, step):
    shown = page(ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0)))
    step(shown, "submit", date(2018, 9, 3))
    step(shown, "approve", date(2018, 9, 5))
    shown.track.setFocus()
    qtbot.keyClick(shown.track, Qt.Key.Key_Left)
    qtbot.keyClick(shown.track, Qt.Key.Key_Return)
    sheet = shown.track.findChild(StorySheet)
    assert sheet.texts() == ["已申报", "2018年9月3日起，历时 2 天", "批准", "2018年9月5日"]
    sheet.close()


def test_why_it_was_sent_back_stands_on_the_page_until_it_is_filed_again(page, ready, step):
    shown = page(ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0)))
    step(shown, "submit", date(2018, 9, 3))
    dialog = step(shown, "send_back", date(2018, 9, 4))
    assert "意见" in dialog.refusal.text()
    dialog.form.cells["opinion"].editor.set_value(Prose("请补预算"))
    dialog.form.cells["approver"].editor.set_value("林主任")
    dialog.commit()
    assert shown.returned.text.text().startswith("退回补正（9月4日，林主任）：请补预算")
    step(shown, "submit", date(2018, 9, 5))
    assert not shown.returned.isVisibleTo(shown)


# sheets


def test_four_groups_of_a_survey_are_entered_in_one_change(page, ready, step, ws, click):
    from haicang_desk.ui.screens.survey_sheet import SurveySheet

    project = ready(category=Category.SERVICE)
    shown = page(project)
    shown._open_sheet(Survey)
    sheet = shown.findChild(SurveySheet)
    sheet.assessor.editor.set_value("某评估公司")
    for group in SurveyGroup:
        for name, count in (("excellent", "6"), ("good", "3"), ("bad", "1")):
            sheet.entries[group, name].setText(count)
    assert sheet._figures[None, "rate"].text() == "90.0%"
    before = len(history_of(ws, project.id))
    click(sheet, "yes")
    assert [survey.group for survey in ws.casefile(project.id).surveys] == list(SurveyGroup)
    assert len(history_of(ws, project.id)) == before + 1


def test_experts_are_drawn_from_the_pool_and_who_keeps_away_says_why(page, kept, ws, click):
    from haicang_desk.ui.screens.expert_draw import ExpertDrawDialog

    experts = [
        Expert(name=name, unit=unit, speciality="造价") for name, unit in (("甲", "A"), ("乙", "B"), ("丙", "C"))
    ]
    experts.append(Expert(name="丁", unit="霞阳社区居委会", speciality="造价", avoids="霞阳社区"))
    save(ws, experts, action="登记专家", person="陈")
    shown = page(kept())
    shown._open_sheet(ExpertDraw)
    dialog = shown.findChild(ExpertDrawDialog)
    assert (dialog.pool.count(), dialog.avoiding.count()) == (3, 1)
    assert "回避" in dialog.avoiding.item(0).text()
    dialog.number.setValue(2)
    click(dialog, "draw")
    (draw,) = ws.casefile(shown.case.project.id).expert_draws
    assert draw.seed in dialog.outcome.text()
    assert not dialog.draw.isEnabled()
    dialog.accept()


# keys


def test_f12_saves_and_begins_the_next_with_village_and_people(window, page, ws, village):
    shown = page("")
    shown.form.cells["village"].editor.set_value(Link(village.id))
    shown.form.cells["title"].editor.set_value("四点钟学校")
    shown.form.cells["principal"].editor.set_value("陈")
    shown.save_and_new()
    assert [project.title for project in ws.all(Project)] == ["四点钟学校"]
    fresh = shown.form.readable()
    assert (shown.case.project.id, fresh.title, fresh.village, fresh.principal) == ("", "", village.id, "陈")
    assert window.focusWidget() is shown.form.cells["title"].editor.core


def test_a_new_project_takes_few_keys_beside_its_text(qtbot, window, page, ws, village):
    """Of what submission asks of the form; words that nobody could know beforehand do not count."""
    keys = 1  # Ctrl+N
    free = {"title": "长者食堂", "place": "社区中心", "need": "高龄多", "works": "助餐"}

    def entry():
        return next((n for n, c in shown.form.cells.items() if c.editor.core is window.focusWidget()), "")

    def enter(held=Qt.KeyboardModifier.NoModifier):
        nonlocal keys
        keys += 1
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return, held)

    window.activateWindow()
    shown = page("")
    qtbot.keyClicks(window.focusWidget(), "xy")
    keys += 2
    enter()
    while (name := entry()) != "special":
        assert name, window.focusWidget()
        if text := free.get(name):
            shown.form.cells[name].editor.set_raw(text)
        enter()
    window.focusWidget().insert("6万")
    keys += 2
    enter(Qt.KeyboardModifier.ControlModifier)
    (project,) = ws.all(Project)
    assert (project.title, project.village, project.special) == ("长者食堂", village.id, Money(6_000_000))
    assert set(missing_fields(project, STEPS["submit"])) <= {"申报日期"}
    assert keys <= 25, keys
