"""The quarterly report: figures first, the letter beside, kept between looks; settled, sent, taken back, saved."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.records import Category, QuarterReport
from haicang_desk.model.services import issues_of, save, take_step
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.record_dialogs import RecordDialog


@pytest.fixture
def settled(qtbot, state):
    """Waits until nothing is worked out any more."""

    def wait():
        qtbot.waitUntil(lambda: not state.jobs.busy, timeout=30_000)

    return wait


@pytest.fixture
def filed(ws, ready):
    """A service project that is filed within the third quarter."""
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    take_step(ws, project.id, "submit", on=date(2018, 9, 1), person="陈", answers={})
    return project


@pytest.fixture
def approved(ws, filed):
    """The same project, approved."""
    take_step(ws, filed.id, "approve", on=date(2018, 9, 1), person="陈", answers={})


@pytest.fixture
def screen(window, filed, state, settled):
    """The report of the third quarter, after it is over."""
    state.now = lambda: datetime(2018, 10, 8, 9)
    window.go("quarterly")
    settled()
    return window.current()


def test_figures_and_trends_stand_beside_the_letter(approved, screen):
    assert screen.quarter == 3 and len(screen.view._pages) >= 1
    assert screen.figures["有效项目"].figure == "1 项"
    assert screen.figures["累计核定"].figure == "6.00 万"
    assert screen.figures["累计核定"].accessibleName() == "累计核定 6.00 万，较上季增 6.00 万"
    assert [place.values for place in screen.money.chart.places] == [(0, 0), (0, 0), (6_000_000, 0), (0, 0)]
    assert [place.values for place in screen.approvals.chart.places] == [(0,), (0,), (1,), (0,)]
    assert screen._late.text().startswith("未启动 1")


def test_a_second_look_composes_nothing_and_takes_no_time(screen, window, state, settled):
    begun = []
    state.jobs.started.connect(begun.append)
    for _ in range(3):
        window.go("today")
        start = time.perf_counter()
        window.go("quarterly")
        assert time.perf_counter() - start < 0.1
        assert window.current().view._pages and not window.current().view.stale
    assert "生成季度报告" not in begun


def test_what_changed_is_composed_anew_and_only_the_newest_wish(screen, ws, settled, filed, state):
    seen = []
    state.jobs.started.connect(seen.append)
    first = screen.view._pages
    for amount in (5_900_000, 5_800_000, 5_700_000):
        save(ws, [replace(ws.project(filed.code), special=Money(amount))], action="修改", person="陈")
    assert screen.view.stale and screen.view._pages is first
    settled()
    assert not screen.view.stale and screen.view._pages is not first
    assert seen.count("生成季度报告") <= 3


def test_quarters_are_turned_to_by_button_and_by_chart(qtbot, screen, settled):
    qtbot.mouseClick(screen.findChild(QPushButton, "quarter_2"), Qt.MouseButton.LeftButton)
    settled()
    assert screen.quarter == 2 and screen.figures["有效项目"].figure == "0 项"
    screen.money.chart.choose(2)
    settled()
    assert screen.quarter == 3 and screen.figures["有效项目"].figure == "1 项"
    assert screen.findChild(QPushButton, "quarter_3").property("role") == "chip_on"


def test_pictures_are_let_go_of(screen, settled):
    for _ in range(12):
        for quarter in (1, 2, 3):
            screen.turn_to_quarter(quarter)
            settled()
    assert len(screen._kept) <= 8
    assert len(screen.view._pages) <= 6
    assert not any("casefile" in type(value).__module__ for kept in screen._kept.values() for value in vars_of(kept))


def vars_of(preview):
    summary = preview.summary
    return [getattr(summary, name) for name in type(summary).__slots__]


def test_a_quarter_is_settled_then_sent_and_both_can_be_taken_back(
    qtbot, screen, window, settled, asked, click, ws, state
):
    assert screen.status.text() == "未定稿"
    assert screen.findChild(QPushButton, "report").isHidden()
    click(screen, "freeze")
    settled()
    (report,) = ws.all(QuarterReport)
    assert (report.year, report.quarter, report.frozen_on, report.projects) == (2018, 3, date(2018, 10, 8), 1)
    assert screen.status.text() == "已定稿 10月8日"
    assert screen.findChild(QPushButton, "freeze").isHidden()
    click(screen, "report")
    (dialog,) = screen.findChildren(RecordDialog)
    assert dialog.form.read_record(whole=True).reported_on == date(2018, 10, 8)
    dialog.commit()
    settled()
    assert ws.all(QuarterReport)[0].reported_on == date(2018, 10, 8)
    assert screen.status.text() == "已报送 10月8日"
    assert screen.findChild(QPushButton, "report").isHidden()
    window.menus.undo.trigger()
    settled()
    assert screen.status.text() == "已定稿 10月8日"
    window.menus.undo.trigger()
    settled()
    assert ws.all(QuarterReport) == []
    assert screen.findChild(QPushButton, "freeze").isEnabled()


def test_a_quarter_that_is_not_over_cannot_be_settled(screen, settled):
    screen.turn_to_quarter(4)
    settled()
    assert screen.status.text() == "季度未结束"
    assert not screen.findChild(QPushButton, "freeze").isEnabled()


def test_a_report_is_saved_as_letter_and_as_workbook(screen, settled, asked, tmp_path, click):
    for button, ending in (("save_pdf", ".pdf"), ("save_xlsx", ".xlsx")):
        asked["pick_save"] = tmp_path / f"报告{ending}"
        click(screen, button)
        settled()
        assert (tmp_path / f"报告{ending}").stat().st_size > 1000


def test_a_report_that_cannot_be_printed_says_why(window, settled, filed, asked, tmp_path, click, ws):
    save(ws, [replace(ws.street, name="新阳😀街道")], action="改名", person="陈")
    window.go("quarterly")
    settled()
    asked["pick_save"] = tmp_path / "报告.pdf"
    click(window.current(), "save_pdf")
    settled()
    name, title, said = asked["log"][-1]
    assert (name, title) == ("tell", "季度报告")
    assert "😀" in said
    assert not (tmp_path / "报告.pdf").exists()


def test_a_settled_report_says_when_it_no_longer_tells_what_was_issued(
    screen, settled, filed, asked, click, ws, tmp_path
):
    def questions():
        return [each for each in asked["log"] if each[0] == "ask_reason"]

    click(screen, "freeze")
    settled()
    asked["pick_save"] = tmp_path / "报告.pdf"
    click(screen, "save_pdf")
    settled()
    first = (tmp_path / "报告.pdf").read_bytes()
    click(screen, "save_pdf")
    settled()
    assert questions() == [] and (tmp_path / "报告.pdf").read_bytes() == first
    save(ws, [replace(ws.project(filed.code), special=Money(5_000_000))], action="修改", person="陈")
    asked["ask_reason"] = None
    click(screen, "save_pdf")
    settled()
    assert len(questions()) == 1 and (tmp_path / "报告.pdf").read_bytes() == first
    asked["ask_reason"] = "申报数有误"
    click(screen, "save_pdf")
    settled()
    assert (tmp_path / "报告.pdf").read_bytes() != first
    assert [(held.number, held.reason) for held in issues_of(ws)] == [(2, "申报数有误"), (1, "")]
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
