"""操作记录: changes as sentences, found by person, kind, project, day and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.records import Holiday, Link, Suggestion
from haicang_desk.model.services import Check, save, undo
from haicang_desk.model.store import JournalFilter
from tests.conftest import TODAY


@pytest.fixture
def project(ws, kept, village):
    moment = iter(datetime(2018, 9, day, 10) for day in range(4, 30))
    ws._now = lambda: next(moment)
    project = kept()
    save(ws, [replace(project, place="公园")], action="修改项目", person="林")
    said = Suggestion(told_on=TODAY, village=Link(village.id), project=Link(project.id), text="暗")
    save(ws, [said], action="登记意见", person="陈")
    save(ws, [Holiday(day=date(2018, 10, 8), name="运动会")], action="登记节假日", person="陈")
    return project


@pytest.fixture
def screen(window, project):
    window.resize(1500, 800)
    window.go("journal")
    return window.current()


def sentences(screen):
    rows = screen.table.rows
    column = next(each for each in rows.columns if each.label == "办理")
    return [(column.show(rows.row(n)), column.second_line(rows.row(n))) for n in range(rows.rowCount())]


def test_a_change_is_told_as_a_sentence_with_its_project(screen):
    (holiday, *_), suggestion, edit = sentences(screen)[:3]
    assert holiday.startswith("登记节假日（") and "运动会" in holiday
    assert suggestion[1] == edit[1] == "XYJD-XYSQ-2018-01 楼道照明更换"
    assert edit[0] == "把实施地点由 霞阳社区 改为 公园"


def test_a_change_that_was_taken_back_says_so(screen, ws):
    undo(ws, person="陈")
    told = [text for text, _ in sentences(screen)]
    assert told[0] == "撤销了“登记节假日”"
    assert told[1].endswith("（已撤销）")


def test_each_filter_narrows_the_list_by_hand(qtbot, screen, click):
    screen.people.setCurrentIndex(screen.people.findData("林"))
    screen.people.activated.emit(screen.people.currentIndex())
    assert len(sentences(screen)) == 1
    click(screen, "clear_filters")
    whole = len(sentences(screen))
    screen.kinds.setCurrentIndex(screen.kinds.findData("holiday"))
    screen.kinds.activated.emit(screen.kinds.currentIndex())
    assert [text[:5] for text, _ in sentences(screen)] == ["登记节假日"]
    click(screen, "clear_filters")
    qtbot.keyClicks(screen.project, "ldzm")
    qtbot.keyClick(screen.project, Qt.Key.Key_Return)
    assert len(sentences(screen)) == 3
    click(screen, "clear_filters")
    qtbot.keyClicks(screen.since, "9.6")
    qtbot.keyClick(screen.since, Qt.Key.Key_Return)
    qtbot.keyClicks(screen.until, "0906")
    qtbot.keyClick(screen.until, Qt.Key.Key_Return)
    assert len(sentences(screen)) == 1
    click(screen, "clear_filters")
    assert len(sentences(screen)) == whole
    assert not screen.findChild(QPushButton, "clear_filters").isVisible()


def test_a_day_that_is_none_is_marked_and_hides_nothing(qtbot, screen):
    whole = len(sentences(screen))
    qtbot.keyClicks(screen.since, "99")
    qtbot.keyClick(screen.since, Qt.Key.Key_Return)
    assert screen.since.property("faulty") is True
    assert len(sentences(screen)) == whole


def test_it_opens_on_a_project_and_leads_there(window, project, qtbot):
    window.go("journal", project.id)
    screen = window.current()
    assert len(sentences(screen)) == 3
    screen.table.selectRow(1)
    assert [edit.after for _, edit in screen.edits.rows._source.rows] == ["公园"]
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    assert window.current().objectName() == "project"
    window.go("journal", JournalFilter(actor="林"))
    assert len(sentences(window.current())) == 1


def test_a_change_of_many_records_is_told_by_its_name(screen, ws):
    days = [Holiday(day=date(2019, 1 + n // 28, 1 + n % 28)) for n in range(80)]
    save(ws, days, action="导入节假日", person="陈")
    assert sentences(screen)[0] == ("导入节假日", "80 条记录")


def test_what_a_seal_is_worth_is_told_by_the_state_of_the_store(screen, ws):
    (seal,) = ws.conn.execute("SELECT hash FROM journal WHERE seq = 1").fetchone()
    screen.words.setText(seal[:16])
    screen._seek()
    assert "可作依据" in screen.note.text()
    ws.condition.check = Check.NONE
    screen._seek()
    assert "暂不能作依据" in screen.note.text()
    ws.condition.find_damage((), "台账有损坏")
    screen._seek()
    assert "不能作依据，修复后再查" in screen.note.text()
    screen.words.setText("陈")
    screen._seek()
    assert "依据" not in screen.note.text()
