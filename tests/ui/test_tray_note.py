"""The note in the tray: once a day, only where it is wanted and there is something, never in the way."""

from __future__ import annotations

from datetime import datetime

import pytest

from haicang_desk.ui.shell import tray_note
from haicang_desk.ui.shell.tray_note import TrayNote, words_for


@pytest.fixture
def shown(monkeypatch):
    """What is shown in the tray of a system that has one."""
    seen = []
    monkeypatch.setattr(tray_note, "tray_has_room", lambda: True)
    monkeypatch.setattr(TrayNote, "show", lambda self, title, text: seen.append((title, text)))
    return seen


@pytest.fixture
def note(window, state):
    made = []

    def make():
        made.append(TrayNote(window, state))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def test_it_is_shown_once_a_day_and_remembers_the_day(shown, note, state):
    state.now = lambda: datetime(2018, 10, 8, 9)
    here = note()
    ((title, text),) = shown
    assert title == "今天有 1 件要办" and text == "第 3 季度报告：逾期 3 天"
    here.consider()
    note()
    assert len(shown) == 1
    state.now = lambda: datetime(2018, 10, 9, 9)
    here.consider()
    assert len(shown) == 2 and "逾期 4 天" in shown[-1][1]


def test_it_can_be_turned_off_and_is_silent_where_nothing_presses_or_there_is_no_tray(
    shown, note, state, window, monkeypatch
):
    state.now = lambda: datetime(2018, 9, 20, 9)
    note()
    assert shown == []
    state.now = lambda: datetime(2018, 10, 8, 9)
    state.settings.keep(tray_note.WANTED, 0)
    note()
    assert shown == []
    state.settings.keep(tray_note.WANTED, 1)
    monkeypatch.setattr(tray_note, "tray_has_room", lambda: False)
    note()
    assert shown == []


def test_it_names_two_and_counts_the_rest():
    from haicang_desk.model.services.agenda import of_findings
    from tests.services.test_agenda import found

    items = [of_findings([found(f"项目{n}")], datetime(2018, 10, 8).date())[0] for n in range(4)]
    title, text = words_for(items)
    assert title == "今天有 4 件要办" and text.splitlines()[-1] == "另有 2 件" and len(text.splitlines()) == 3


def test_its_setting_stands_among_the_looks(window, state, click):
    window.go("settings")
    box = window.current().looks.daily
    assert box.isChecked()
    box.click()
    assert state.settings.number(tray_note.WANTED, 1) == 0
    window.current().looks.look()
    assert not box.isChecked()
