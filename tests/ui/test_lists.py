"""The list screens: filters as chips, the saved filters of the first screen, payments entered from the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.records import (
    Attachment,
    Award,
    AwardResult,
    BudgetLine,
    Category,
    Holiday,
    Link,
    Project,
    Stage,
    Village,
    YearPlan,
)
from haicang_desk.model.rules import RULES
from haicang_desk.model.services import save, take_step
from haicang_desk.model.store import LIBRARY, ProjectFilter
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.forecast import ForecastDialog
from haicang_desk.ui.screens.project_tabs import RECORD_TABS
from haicang_desk.ui.screens.record_dialogs import RecordDialog, StepDialog
from haicang_desk.ui.screens.village_merge_dialog import VillageMergeDialog
from haicang_desk.ui.widgets.layouts import FlowRow


def rows(table):
    return [table.rows.row(number) for number in range(table.rows.rowCount())]


@pytest.fixture
def visit(window):
    def go(name, what=None):
        window.go(name, what)
        return window.current()

    return go


@pytest.fixture
def lodged(ws, ready):
    """A service project up to its filing."""
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    for name, on in (("submit", date(2018, 9, 1)), ("approve", date(2018, 9, 1)), ("lodge", date(2018, 9, 2))):
        take_step(ws, project.id, name, on=on, person="陈", answers={})
    return project


def test_words_find_projects_as_they_are_typed(qtbot, visit, kept):
    kept(title="楼道照明")
    kept(title="排水沟清淤", code="A-2")
    screen = visit("projects")
    qtbot.keyClicks(screen.filter.words, "psg")
    qtbot.waitUntil(lambda: [p.title for p in rows(screen.table)] == ["排水沟清淤"], timeout=20_000)
    assert screen.filter.chips() == []  # the words stand in the line, where they are cleared


def test_filters_stand_as_chips_and_go_by_one_click(qtbot, visit, kept, state):
    kept(title="甲", category=Category.SERVICE)
    kept(title="乙", code="A-2")
    screen = visit("projects", ProjectFilter(year=2018, categories=(Category.WORKS,), stages=(Stage.DRAFT,)))
    assert [p.title for p in rows(screen.table)] == ["乙"]
    chips = screen.filter.chips()
    assert [chip.text() for chip in chips] == ["草稿", "工程类", "清除全部条件"]
    qtbot.mouseClick(chips[1], Qt.MouseButton.LeftButton)
    assert len(rows(screen.table)) == 2
    qtbot.mouseClick(screen.filter.chips()[-1], Qt.MouseButton.LeftButton)
    assert screen.filter.criteria == ProjectFilter(year=2018)
    assert screen.filter.chips() == []


def test_a_chip_outlives_the_click_that_takes_it_away(qtbot, dressed):
    """Nobody but the bar holds the chip; deleted in the middle of its own signal, it would take the process with it."""
    flow = FlowRow()
    qtbot.addWidget(flow)
    flow.add(QPushButton("照明"))
    flow.findChild(QPushButton).clicked.connect(flow.clear)
    flow.findChild(QPushButton).click()
    assert flow.widgets() == []
    (chip,) = flow.findChildren(QPushButton)
    assert chip.isHidden()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert flow.findChildren(QPushButton) == []


def test_the_last_filter_is_there_again(visit, window, state, kept):
    visit("projects", ProjectFilter(year=2018, categories=(Category.SERVICE,), only=("social",)))
    window.take_store(state)
    again = visit("projects")
    assert again.filter.criteria == ProjectFilter(year=2018, categories=(Category.SERVICE,), only=("social",))


def test_whatever_answers_a_finding_has_its_place():
    tabbed = {cls for _, classes in RECORD_TABS for cls in classes}
    answers = {rule.answered_by for rule in RULES if rule.scope == "project" and rule.answered_by}
    assert answers <= {*tabbed, BudgetLine, Attachment}


def test_the_balance_of_a_village_is_drawn_against_its_limits(visit, ready, ws):
    project = ready()
    take_step(ws, project.id, "submit", on=date(2018, 9, 1), person="陈", answers={})
    screen = visit("villages")
    (row,) = rows(screen.table)
    assert row.of_quota.figures == "6.00/80.00 万"
    assert (row.by_count.figures, row.by_count.keeps) == ("0/1", False)
    screen.table.selectRow(0)
    assert any("R05" in text for text in screen.inspector.findings.texts())


def test_a_village_is_entered_and_its_name_taken_once(qtbot, visit, ws, click):
    screen = visit("villages")
    click(screen, "add_village")
    dialog = screen.findChildren(RecordDialog)[-1]
    dialog.form.cells["name"].editor.set_value("霞阳社区")
    click(dialog, "yes")
    assert "与已有村居重复" in dialog.refusal.text()
    dialog.form.cells["name"].editor.set_value("祥露社区")
    click(dialog, "yes")
    assert {village.name for village in ws.all(Village)} == {"霞阳社区", "祥露社区"}
    assert len(rows(screen.table)) == 2


def test_a_village_that_is_a_known_one_in_other_words_is_told(visit, click, state):
    heard = []
    state.message.connect(heard.append)
    screen = visit("villages")
    click(screen, "add_village")
    dialog = screen.findChildren(RecordDialog)[-1]
    dialog.form.cells["name"].editor.set_value("霞阳")
    click(dialog, "yes")
    assert any("“霞阳”与“霞阳社区”像是同一个村居" in text for text in heard)


def test_a_village_is_merged_into_the_one_that_it_is(qtbot, window, visit, ws, kept, village, click, asked):
    (other,) = save(ws, [Village(name="霞阳")], action="登", person="陈")
    project = kept(code="B-1", village=Link(other.id))
    window.resize(1600, 900)
    screen = visit("villages")
    qtbot.waitUntil(screen.findChild(QPushButton, "merge_village").isVisible)
    screen.show_what("霞阳")
    click(screen, "merge_village")
    dialog = screen.findChildren(VillageMergeDialog)[-1]
    assert dialog.gone.currentText() == "霞阳" and "项目 1 条" in dialog.effect.text()
    click(dialog, "merge")
    assert [v.name for v in ws.all(Village)] == ["霞阳社区"] and ws.get(Project, project.id).village == village.id


def test_what_is_known_of_a_village_stands_beside_it_and_leads_on(qtbot, visit, window, ws, kept, village):
    kept(code="B-1", submitted_on=date(2018, 8, 1))
    kept(code="B-2", title="四点半课堂", category=Category.SERVICE)
    screen = visit("villages")
    panel = screen.inspector
    assert panel.title.text().startswith("在列表里选一个村居")
    screen.table.selectRow(0)
    assert panel.title.text() == "霞阳社区"
    assert panel.sentence.text().startswith("已用 6.00 / 80.00 万元，还可安排 74.00 万元")
    assert [place.label for place in panel.money.places] == ["工程类"]
    assert {bar.label for bar in panel.projects.rows} == {"楼道照明更换", "四点半课堂"}
    assert any("服务类" in text for text in panel.findings.texts())
    panel.stages.choose(0)
    criteria = window.current().filter.criteria
    assert (criteria.year, criteria.villages, criteria.stages) == (2018, (village.id,), (Stage.DRAFT,))
    screen = visit("villages")
    screen.inspector.projects.choose(0)
    assert window.current().objectName() == "project"
    screen = visit("villages")
    click_all = screen.inspector.all
    click_all.click()
    assert len(rows(window.current().table)) == 2


def test_a_payment_is_entered_from_the_list_of_those_due(visit, lodged, ws, click, state):
    state.now = lambda: datetime(2018, 9, 10, 9)
    screen = visit("payments")
    assert [p.id for p in rows(screen.due)] == [lodged.id]
    screen.due.selectRow(0)
    click(screen, "pay")
    dialog = screen.findChildren(StepDialog)[-1]
    assert dialog.form.cells["amount"].editor.value() == Money(6_000_000)
    dialog.form.cells["amount"].editor.set_value(Money(1_000_000))
    assert dialog.form.raw()["handler"] == state.person
    click(dialog, "yes")
    assert dialog.refusal.text() == "请先填写：凭证号、审批人"
    assert ws.casefile(lodged.id).disbursed == Money(0)
    dialog.form.cells["voucher"].editor.set_value("记-9")
    dialog.form.cells["approver"].editor.set_value("林主任")
    click(dialog, "yes")
    assert ws.casefile(lodged.id).disbursed == Money(1_000_000)
    assert [p.voucher for p in rows(screen.paid)] == ["记-9"]
    assert screen.done.accessibleName().startswith("已拨付（元） 10,000.00")
    assert [p.id for p in screen.due.chosen()] == [lodged.id]  # what is left of it can be paid at once


def test_the_journal_tells_before_and_after(visit, kept, ws):
    project = kept()
    save(ws, [replace(project, place="另处")], action="修改地点", person="李")
    screen = visit("journal")
    screen.table.selectRow(0)
    told = [(record, edit.label, edit.before, edit.after) for record, edit in rows(screen.edits)]
    assert told == [("项目", "实施地点", "霞阳社区", "另处")]


def test_another_year_shows_its_own(visit, window, kept, state):
    kept(fund_year=2019, title="明年的")
    screen = visit("projects")
    assert rows(screen.table) == []
    window.years.setCurrentIndex(window.years.findData(2019))
    window.years.activated.emit(window.years.currentIndex())
    assert [p.title for p in rows(screen.table)] == ["明年的"]


def test_the_books_show_every_kind_of_record(qtbot, visit, lodged, click, ws):
    screen = visit("books")
    labels = [screen.kinds.item(n).text().strip() for n in range(screen.kinds.count())]
    screen.kinds.setCurrentRow(labels.index("征求意见"))
    assert screen.table.rows.rowCount() == 5
    assert screen.findChild(QPushButton, "add_record").isEnabled()
    screen.kinds.setCurrentRow(labels.index("备案"))
    assert screen.table.rows.rowCount() == 1
    assert not screen.findChild(QPushButton, "add_record").isEnabled()


def test_the_menu_names_what_would_be_undone(window, kept, ws, lodged):
    assert "“登记备案”已生效" in window.menus.undo.text()
    assert not window.menus.undo.isEnabled()
    kept(title="写错的", code="A-2")
    assert window.menus.undo.text() == "撤销：新建(&Z)"
    window.menus.undo.trigger()
    assert [p.title for p in ws.casefiles(2018) for p in (p.project,)] == ["楼道照明更换"]
    assert window.menus.redo.text() == "重做：新建(&Y)"
    window.menus.redo.trigger()
    assert len(list(ws.casefiles(2018))) == 2


def test_undo_in_an_entry_is_the_entrys_own(qtbot, visit, window, kept, ws):
    project = kept()
    page = visit("project", project.id)
    title = page.form.cells["title"].editor.core
    title.setFocus()
    qtbot.keyClicks(title, "abc")
    qtbot.keyClick(title, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert title.text() == "楼道照明更换"
    assert len(list(ws.casefiles(2018))) == 1


def test_an_approval_is_tried_before_it_is_made(qtbot, visit, ready, ws, click, state):
    project = ready(special=Money(6_000_000), donated_cash=Money(4_000_000))
    take_step(ws, project.id, "submit", on=date(2018, 9, 1), person="陈", answers={})
    screen = visit("projects")
    click(screen, "what_if")
    (dialog,) = screen.findChildren(ForecastDialog)
    measures = [(m.whose, m.after.label, m.verdict) for m in rows(dialog.table)]
    assert ("霞阳社区", "服务类项目数", "未达标") in measures
    assert ("新阳街道", "社会力量参与项目", "未达标") in measures
    assert any("改为服务类" in advice for advice in dialog.advice)
    assert ws.casefile(project.id).stage is Stage.SUBMITTED
    dialog.accept()


def test_trying_nothing_says_what_to_pick(visit, kept, click, asked):
    kept()
    screen = visit("projects")
    click(screen, "what_if")
    assert "全部待审批的项目" in asked["log"][-1][2]


def test_the_library_holds_the_best_of_every_year_and_a_new_draft_starts_from_one(qtbot, visit, kept, click, ws):
    best = kept(fund_year=2019, title="社区食堂", code="A-1", special=Money(5_000_000))
    kept(title="楼道照明", code="A-2")
    won = Award(project=Link(best.id), fund_year=2019, result=AwardResult.EXCELLENT)
    lost = Award(project=Link(kept(title="亮灯", code="A-3").id), fund_year=2018, result=AwardResult.NOMINATED)
    save(ws, [won, lost], action="评优", person="陈")
    screen = visit("projects", ProjectFilter(only=(LIBRARY,)))
    assert [p.title for p in rows(screen.table)] == ["社区食堂"]
    qtbot.waitUntil(lambda: "历年" in screen.note.text())
    screen.filter.clear()
    assert {p.title for p in rows(screen.table)} == {"楼道照明", "亮灯"}
    page = visit("project", best.id)
    click(page, "copy")
    assert (page.form.raw()["title"], page.form.raw()["special"]) == ("社区食堂", "")
    assert page.form.readable().fund_year == 2018


def test_a_village_is_tried_with_all_that_waits(visit, kept, click, asked):
    screen = visit("villages")
    click(screen, "what_if")
    assert "没有草稿和待审批的项目" in asked["log"][-1][2]
    kept(category=Category.WORKS, special=Money(6_000_000), donated_cash=Money(4_000_000))
    click(screen, "what_if")
    (dialog,) = screen.findChildren(ForecastDialog)
    fiscal = next(m for m in rows(dialog.table) if m.after.label == "工程货物财政占比")
    assert (fiscal.before.percent, fiscal.after.percent) == ("—", "60.0%")
    assert any("再报 1 项服务类" in advice for advice in dialog.advice)
    dialog.accept()


def test_a_project_is_tried_as_typed_before_it_is_kept(visit, ws, village, click, asked):
    page = visit("project", "")
    page.findChild(QPushButton, "what_if").click()
    assert "请先选择村居" in asked["log"][-1][2]
    page.form.cells["village"].editor.set_value(Link(village.id))
    page.form.cells["category"].editor.set_value(Category.GOODS)
    page.form.cells["special"].editor.set_value(Money(6_000_000))
    page.findChild(QPushButton, "what_if").click()
    (dialog,) = page.findChildren(ForecastDialog)
    money = next(m for m in rows(dialog.table) if m.after.label == "占参考额度")
    assert money.after.figures == "6.00/80.00 万"
    assert any("60,000.00" not in advice and "24,000.00 元" in advice for advice in dialog.advice)
    assert ws.register(2018).street.filed_projects == 0
    dialog.accept()


def test_the_first_screen_says_which_phase_of_the_year_it_is(visit, state, ws):
    note = visit("today").note
    assert note.text().endswith("组织实施阶段")
    assert "总结评估自 2018年12月1日起" in note.toolTip()
    save(ws, [YearPlan(fund_year=2018, summing_from=state.today())], action="安排", person="陈")
    assert visit("today").note.text().endswith("总结评估阶段")


def test_the_book_of_days_off_says_which_years_are_known(visit, ws, monkeypatch, state):
    screen = visit("books")
    labels = [screen.kinds.item(n).text().strip() for n in range(screen.kinds.count())]
    screen.kinds.setCurrentRow(labels.index("节假日"))
    assert screen.note.text().endswith("已有 2018 至 2026 年的放假安排")
    state.turn_to(2026)
    screen.look()
    assert screen.note.text().endswith("2027 年还没有，登记或导入以前到期日不作顺延")
    save(ws, [Holiday(day=date(2027, 1, 1))], action="登记", person="陈")
    screen.look()
    assert "还没有" not in screen.note.text()
