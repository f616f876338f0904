"""The first screen: what is to be done by kind and where it leads, the year's days, figures, bars and months."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import (
    Approval,
    Category,
    Inspection,
    Link,
    Notice,
    NoticeKind,
    Stage,
    StreetQuota,
    YearPlan,
)
from haicang_desk.model.rules import answering_record
from haicang_desk.model.services import AgendaItem, save, take_step, void
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.agenda_dialog import AgendaDialog
from haicang_desk.ui.screens.agenda_list import FEWEST, AgendaCard
from haicang_desk.ui.shell import money_keeper
from haicang_desk.ui.widgets.charts import NumbersTable, Place


def rows(table):
    return [table.rows.row(number) for number in range(table.rows.rowCount())]


@pytest.fixture
def visit(window, qtbot):
    """Goes to a screen and waits for what it works out after it is in sight."""

    def go(name="today"):
        window.go(name)
        screen = window.current()
        if name == "today":
            qtbot.waitUntil(lambda: not screen._later.isActive(), timeout=20_000)
        return screen

    return go


def titles(screen):
    if not screen.agenda.rest.isHidden() and screen.agenda.rest.text().startswith("再看"):
        screen.agenda.rest.click()
    return [item.title for item in screen.agenda.shown]


def press(screen, title):
    titles(screen)
    row = next(row for row in screen.agenda.rows if not row.isHidden() and row.item.title.startswith(title))
    row.button.click()


# ---- what is to be done


def test_what_is_over_a_limit_says_its_project_and_yuan_and_opens_it(visit, window, kept):
    project = kept(special=Money(7_000_000), donated_cash=Money(3_000_000), submitted_on=date(2018, 8, 1))
    screen = visit()
    press(screen, "楼道照明更换：财政占比过高，超出 10,000.00 元")
    assert window.current().case.project.id == project.id


def test_projects_that_wait_for_one_step_are_offered_in_a_batch(visit, state, kept):
    ids = {kept(code=f"A-{n}", submitted_on=date(2018, 8, 1)).id for n in (1, 2)}
    asked = []
    state.screen_requested.connect(lambda name, what: asked.append((name, what)))
    screen = visit()
    state.screen_requested.disconnect()
    state.screen_requested.connect(lambda name, what: asked.append((name, what)))
    press(screen, "2 项已申报，待审批")
    name, (step, chosen) = asked[-1]
    assert (name, step, set(chosen)) == ("batch", "approve", ids)


@pytest.mark.parametrize(
    ("rule", "scope", "screen"),
    [
        ("R26", "street", "quarterly"),
        ("R22", "street", "books"),
        ("R28", "street", "books"),
        ("R08", "street", "villages"),
        ("R10", "village", "villages"),
    ],
)
def test_what_is_to_be_done_opens_where_it_is_done(visit, window, state, policy, rule, scope, screen):
    found = Finding(rule=rule, severity=Severity.WARN, clause=policy.at("三(一)¶9"), message="", scope=scope)
    item = AgendaItem(kind=rule, level="warn", title="", detail="", action="去改", findings=(found,))
    visit().agenda.chosen.emit(item)
    assert window.current().objectName() == screen
    if screen == "books":
        assert window.current().cls is answering_record(rule, "street")
    state.jobs.finish()


def test_the_most_urgent_stand_first_and_the_rest_on_demand(qtbot, styled):
    card = AgendaCard()
    qtbot.addWidget(card)
    items = [AgendaItem(kind=str(n), level="warn", title=f"第{n}件", detail="", action="去改") for n in range(12)]
    card.show_items(items, pending=False)
    assert [item.title for item in card.shown] == [f"第{n}件" for n in range(FEWEST)]
    assert card.rest.text() == "再看 6 件"
    card.rest.click()
    assert len(card.shown) == 12
    card.rest.click()
    assert len(card.shown) == FEWEST
    card.show_items(items[: FEWEST + 1], pending=False)
    assert len(card.shown) == FEWEST + 1, "one more row takes no more room than the words for it"


def test_the_keys_go_through_the_screen_as_it_is_seen(visit, kept):
    kept(special=Money(7_000_000), donated_cash=Money(3_000_000), submitted_on=date(2018, 8, 1))
    screen = visit()
    titles(screen)
    buttons = [row.button for row in screen.agenda.rows]
    seen = [*screen.figures.values(), screen.strip, *buttons, screen.agenda.rest]
    seen += [screen.stages, screen.villages, screen.months]
    walked, widget = [], screen.nextInFocusChain()
    while widget is not screen:
        if widget in seen:
            walked.append(widget)
        widget = widget.nextInFocusChain()
    assert [seen.index(each) for each in walked] == list(range(len(seen)))


def test_a_row_says_everything_uncut_and_bears_a_name_for_those_who_cannot_see(qtbot, styled):
    card = AgendaCard()
    card.resize(300, 400)
    qtbot.addWidget(card)
    said = "专项资金与以奖代补资金合计 210,000.00 元，服务类单项上限 200,000.00 元，超出 10,000.00 元，应由村居自筹解决"
    item = AgendaItem(kind="R01", level="block", title="渔村：超出单项上限 10,000.00 元", detail=said, action="去改")
    card.show_items([item], pending=True)
    card.show()
    (row,) = card.rows
    assert row.detail.text().replace("\u00a0", " ") == said
    assert row.detail.height() >= row.detail.heightForWidth(row.detail.width())
    assert row.button.accessibleName() == "须改，渔村：超出单项上限 10,000.00 元：去改"
    assert card.note.text().endswith("还在核查…")


def test_an_empty_year_says_what_belongs_here_and_has_one_button(visit, window, ws, village, click):
    screen = visit()
    assert screen.agenda._empty.text().startswith("2018 年度还没有项目")
    assert all("项目不够" not in title for title in titles(screen))
    assert screen._stage_card.isHidden() and screen._month_card.isHidden()
    click(screen, "agenda_begin")
    assert window.current().objectName() == "exchange"
    void(ws, village, reason="错", person="陈")
    screen = visit()
    assert screen.agenda.begin.text() == "登记村居" and not screen._no_villages.isHidden()
    click(screen, "agenda_begin")
    assert window.current().objectName() == "villages"


def test_a_save_is_seen_at_once_and_in_little_time(qtbot, visit, window, kept, ws):
    project = kept(submitted_on=date(2018, 8, 1))
    screen = visit()
    assert "1 项已申报，待审批" in titles(screen)
    begun = time.perf_counter()
    take_step(ws, project.id, "reject", on=date(2018, 9, 3), person="陈", answers={"opinion": "重复"})
    screen._later.stop()
    screen._look_on()
    assert time.perf_counter() - begun < 0.25
    assert "1 项已申报，待审批" not in titles(screen)
    assert [place.what for place in screen.stages.places] == [Stage.REJECTED]


def test_a_list_that_an_item_opens_says_what_it_is_of(visit, window, kept):
    for n in (1, 2):
        kept(code=f"A-{n}", special=Money(7_000_000), donated_cash=Money(3_000_000), submitted_on=date(2018, 8, 1))
    press(visit(), "2 项财政占比过高，共超出 20,000.00 元")
    chips = [chip.text() for chip in window.current().filter.findChildren(QPushButton)]
    assert len(rows(window.current().table)) == 2 and any(text.startswith("财政占比过高") for text in chips)


# ---- the year


def test_what_the_year_asks_stands_on_the_first_screen_and_leads_there(visit, window, state, click):
    state.now = lambda: datetime(2018, 10, 8, 9)
    today = visit()
    assert "第 3 季度报告：逾期 3 天" in titles(today)
    assert not any("下半年自查" in title for title in titles(today))
    press(today, "第 3 季度报告")
    assert window.current().objectName() == "quarterly"
    state.jobs.finish()
    today = visit()
    click(today, "agenda")
    dialog = today.findChild(AgendaDialog)
    duties = rows(dialog.table)
    assert "年度总结" in [duty.label for duty in duties]
    dialog.table.opened.emit(next(duty for duty in duties if duty.label == "下半年自查"))
    assert not dialog.isVisible()
    assert window.current().cls is Inspection


def test_a_ledger_made_late_in_the_year_is_not_late_with_what_came_before(visit, state):
    state.now = lambda: datetime(2018, 9, 4, 9)
    today = visit()
    assert "1 件事在本台账建立前到期，如已办请登记" in titles(today)
    assert not any("逾期" in title for title in titles(today))


def test_what_earlier_years_left_stands_on_the_first_screen_and_opens(visit, window, state, kept, click):
    earlier = kept(code="A-1", fund_year=2018, submitted_on=date(2018, 9, 1))
    kept(code="A-2", fund_year=2019, submitted_on=date(2019, 2, 1))
    state.turn_to(2019)
    today = visit()
    press(today, "1 项上年结转，还没有办完")
    assert window.current().case.project.id == earlier.id
    today = visit()
    click(today, "agenda")
    dialog = today.findChild(AgendaDialog)
    dialog.table.opened.emit(next(duty for duty in rows(dialog.table) if duty.project))
    assert window.current().case.project.id == earlier.id


def test_the_strip_is_walked_with_keys_says_what_is_due_and_goes_there(qtbot, visit, window, state):
    state.now = lambda: datetime(2018, 10, 8, 9)
    today = visit()
    strip = today.strip
    strip.setFocus()
    report = next(n for n, mark in enumerate(strip.marks) if "第 3 季度" in mark.words)
    strip._at = report + 1
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert today._next.text() == "10月5日　第 3 季度报告：逾期 3 天"
    assert strip.marks[report].level == "exception"
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert window.current().objectName() == "quarterly"
    state.jobs.finish()


def test_a_month_of_the_strip_filters_what_is_to_be_done(qtbot, visit, ws, village, kept, state):
    project = kept()
    notice = Notice(
        kind=NoticeKind.PROJECT,
        project=Link(project.id),
        village=Link(village.id),
        posted_on=date(2018, 10, 1),
        ends_on=date(2018, 10, 12),
    )
    save(ws, [notice], action="公示", person="陈")
    today = visit()
    box = today.strip.month_box(10)
    qtbot.mouseClick(today.strip, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert today.strip.month == 10
    assert "1 项公示中，最早 10月12日 期满" in titles(today)
    assert all(item.due.month == 10 for item in today.agenda.shown)
    today.findChild(QPushButton, "agenda_month").click()
    assert today.strip.month == 0
    assert any(item.due is None for item in today.agenda.shown)


def test_the_first_screen_says_which_phase_of_the_year_it_is(visit, state, ws):
    note = visit().note
    assert note.text() == "9月3日 星期一 · 组织实施阶段"
    assert "总结评估自 2018年12月1日起" in note.toolTip()
    save(ws, [YearPlan(fund_year=2018, summing_from=state.today())], action="安排", person="陈")
    assert visit().note.text().endswith("总结评估阶段")


# ---- figures and charts


def test_three_figures_say_what_the_year_has(visit, window, ws, ready, click):
    (quota,) = ws.all(StreetQuota, fund_year=2018)
    save(ws, [replace(quota, quota=Money(100_000_000))], action="额度", person="陈")
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    for step, on in (("submit", date(2018, 9, 1)), ("approve", date(2018, 9, 1)), ("lodge", date(2018, 9, 2))):
        take_step(ws, project.id, step, on=on, person="陈", answers={})
    screen = visit()
    said = {name: (card.figure, card.sentence) for name, card in screen.figures.items()}
    assert said["已核定"] == ("6.00", "额度 100 万元的 6 %")
    assert said["已拨付"] == ("0.00", "核定的 0 % · 1 项待拨 6.00")
    assert said["尚可安排"] == ("94.00", "服务类资金 100.0%，达标")
    screen.figures["已核定"].chosen.emit()
    assert window.current().objectName() == "money"
    assert window.current().figures["结余"].figure == "94.00"
    click(window.current(), "back_to_today")
    assert window.current().objectName() == "today"


def test_an_over_used_quota_is_told_in_words_and_colour(visit, ws, kept):
    (quota,) = ws.all(StreetQuota, fund_year=2018)
    save(ws, [replace(quota, quota=Money(1_000_000))], action="额度", person="陈")
    project = kept(submitted_on=date(2018, 8, 1))
    save(ws, [Approval(project=Link(project.id), decided_on=date(2018, 8, 2))], action="批准", person="陈")
    card = visit().figures["尚可安排"]
    assert (card.figure, card.sentence) == ("-5.00", "超出街道额度 5.00 万元")


def test_a_bar_leads_to_the_projects_of_its_village_and_a_segment_to_those_of_its_stage(qtbot, visit, window, kept):
    kept()
    screen = visit()
    screen.villages.setFocus()
    qtbot.keyClick(screen.villages, Qt.Key.Key_Return)
    assert window.current().objectName() == "projects"
    assert len(rows(window.current().table)) == 1
    screen = visit()
    qtbot.mouseClick(screen.stages, Qt.MouseButton.LeftButton, pos=screen.stages.box_of(0).center().toPoint())
    assert window.current().filter.criteria.stages == (Stage.DRAFT,)


def test_a_month_leads_to_the_projects_approved_or_paid_in_it(visit, window, ws, ready):
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    for step, on in (("submit", date(2018, 9, 1)), ("approve", date(2018, 9, 1))):
        take_step(ws, project.id, step, on=on, person="陈", answers={})
    screen = visit()
    assert screen.months.places[8].values == (6_000_000, 0)
    screen.months.choose(8)
    assert [row.id for row in rows(window.current().table)] == [project.id]


def test_a_chart_is_copied_as_a_picture_and_as_numbers_and_shows_them(qtbot, visit, kept):
    kept()
    screen = visit()
    screen.villages.setFocus()
    qtbot.keyClick(screen.villages, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    picture = QGuiApplication.clipboard().pixmap()
    assert picture.width() > screen.villages.width() and picture.height() > screen.villages.height()
    screen.villages.copy_numbers()
    text = QGuiApplication.clipboard().text()
    assert text.splitlines()[0].split("\t") == ["村居", "已用额度", "服务类", "服务资金"]
    assert text.splitlines()[1].startswith("霞阳社区\t0.00 / 80 万")
    screen._village_card.show_numbers(True)
    table = screen._village_card.findChild(NumbersTable)
    assert table.item(0, 0).text() == "霞阳社区"
    screen._village_card.show_numbers(False)
    assert table.isHidden()


def test_a_large_ledger_is_summed_beside_the_window(qtbot, visit, window, ws, ready, monkeypatch, state):
    monkeypatch.setattr(money_keeper, "AT_HAND", 0)
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    for step, on in (("submit", date(2018, 9, 1)), ("approve", date(2018, 9, 1))):
        take_step(ws, project.id, step, on=on, person="陈", answers={})
    screen = visit()
    qtbot.waitUntil(lambda: screen.months.places[8:9] == (Place("9月", (6_000_000, 0), 9),), timeout=20_000)
    qtbot.waitUntil(lambda: not state.jobs.busy, timeout=20_000)
