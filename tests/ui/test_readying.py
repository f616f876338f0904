"""Screens are made ahead while the window is left alone; whoever acts is served at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from haicang_desk.model.records import Link, Project
from haicang_desk.model.services import save
from haicang_desk.model.values import Refused
from haicang_desk.ui.shell import readying
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS
from haicang_desk.ui.shell.readying import Readying
from haicang_desk.ui.widgets.head_row import HeadButton

ALL = {each.name for each in NAVIGATION_ITEMS}


@pytest.fixture
def ready(window, monkeypatch):
    """Makes the screens of a window ahead; ``pieces`` are those made so far."""
    made, make = [], window.make_ahead

    def counted(name):
        for _ in make(name):
            made.append(name)
            yield

    monkeypatch.setattr(window, "make_ahead", counted)
    window.activateWindow()
    ready = Readying(window)
    ready.pieces = made
    yield ready
    ready.stop()


def test_every_screen_is_made_piece_by_piece_and_none_is_shown(qtbot, ready, window):
    here = window.current()
    ready.start()
    qtbot.waitUntil(lambda: not ready.going_on, timeout=30_000)
    assert set(window.screens) == ALL
    assert window.current() is here
    assert len(set(ready.pieces)) > 10 and len(ready.pieces) > 100
    assert QApplication.topLevelWidgets() and not [w for w in QApplication.topLevelWidgets() if _strays(w, window)]
    hidden = [frame for name, frame in window._frames.items() if window.screens[name] is not here]
    assert [child for frame in hidden for child in frame.findChildren(QWidget) if child.isVisible()] == []


def test_a_screen_made_ahead_is_whole_when_it_is_visited(qtbot, styled, ready, window):
    ready.start()
    qtbot.waitUntil(lambda: not ready.going_on, timeout=30_000)
    window.resize(1366, 768)
    for name in ("books", "villages", "journal"):
        window.go(name)
        qtbot.wait(20)
        screen = window.current()
        buttons = [each for each in screen.findChildren(HeadButton) if each.wanted and not each.folded]
        assert buttons and all(each.isVisible() for each in buttons)


def _strays(widget, window):
    return widget.isVisible() and widget is not window


def test_it_stops_at_a_key_and_goes_on_when_nothing_is_done(qtbot, ready, window):
    ready.start()
    qtbot.waitUntil(lambda: len(ready.pieces) > 3, timeout=10_000)
    assert ready.going_on
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Shift)
    at_the_key = len(ready.pieces)
    qtbot.wait(readying.QUIET // 2)
    assert len(ready.pieces) == at_the_key
    qtbot.waitUntil(lambda: len(ready.pieces) > at_the_key, timeout=10_000)


def test_it_waits_while_a_dialog_is_open(qtbot, ready, window, monkeypatch):
    monkeypatch.setattr(readying, "QUIET", 20)
    monkeypatch.setattr(QApplication, "activeModalWidget", lambda: window)
    ready.start()
    qtbot.wait(200)
    assert not ready.pieces and ready.going_on
    monkeypatch.setattr(QApplication, "activeModalWidget", lambda: None)
    qtbot.waitUntil(lambda: len(ready.pieces) > 3, timeout=10_000)


def saved(ws, project):
    (kept,) = save(ws, [project], action="新建", person="陈")
    return kept


@pytest.mark.parametrize("pieces", [1, 2, 3, 20, 40, 44, 46, 50, 52, 60])
def test_a_visit_to_a_half_made_page_makes_the_rest(window, ws, village, pieces):
    project = saved(ws, Project(village=Link(village.id), title="加装路灯", fund_year=2026))
    making = window.make_ahead("project")
    for _ in range(pieces):
        next(making)
    assert window.go("project", project.id)
    page = window.current()
    assert page.form.cells["title"].editor.raw() == "加装路灯" and not page.changed
    for _ in making:
        pass
    assert window.current() is page and page.case.project.id == project.id
    assert [card.isVisible() for card in page.form.pieces()] == [True] * len(page.form.pieces())


def test_a_screen_that_cannot_be_made_leaves_the_others(qtbot, ready, window, monkeypatch):
    counted = window.make_ahead

    def refused(name):
        if name == "policy":
            raise Refused("参数用不了")
        yield from counted(name)

    monkeypatch.setattr(window, "make_ahead", refused)
    ready.start()
    qtbot.waitUntil(lambda: not ready.going_on, timeout=30_000)
    assert set(window.screens) == ALL - {"policy"}


def test_a_store_closed_in_between_ends_it(ready, window, state):
    making = window.make_ahead("project")
    next(making)
    window.drop_store()
    making.close()
    assert not window.screens
    window.take_store(state)
    assert window.go("project", "")
