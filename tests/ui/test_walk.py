"""The window of a whole year never stands still for long, whatever is done in it, and its memory stays flat."""

from __future__ import annotations

import gc
import lzma
import os
import time
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from haicang_desk.model.services import Workspace
from haicang_desk.model.store import ProjectFilter, list_projects
from haicang_desk.ui.shell.application import Application
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS
from haicang_desk.ui.shell.settings import Settings
from tests.ui.walk import Walk
from tests.ui.watchdog import Watchdog, machine_factor

YEAR = Path(__file__).parents[1] / "data/old_stores/year.db.xz"
NOW = datetime(2026, 11, 22, 9, 0)
FIRST, LONGEST = 0.4, 0.05  # seconds of the window's thread: of a first visit, which makes a screen; of anything else
VISIT = 0.15  # seconds of a first visit to a screen that was made ahead
MADE = 90  # widgets that a first visit may make: those of what it shows
SHARED = 1.6  # what other programs on the machine may add
VISITS = int(os.environ.get("WALK_VISITS", "60"))
GROWTH = 12 * 1024 * 1024  # bytes that may be held after so many more visits: what allocators leave unused


@pytest.fixture
def desk(styled, own_folder, asked):
    store = own_folder / "鹭湾街道.db"
    store.write_bytes(lzma.decompress(YEAR.read_bytes()))
    with Workspace.open(store, now=lambda: NOW):
        pass  # it is upgraded
    desk = Application(styled, Settings(own_folder / "窗口.ini"), "陈", now=lambda: NOW)
    desk.window.resize(1366, 768)
    desk.window.show()
    assert desk.open_store(store)
    yield desk
    desk.window.hide()
    desk.close_store()
    styled.aboutToQuit.disconnect(desk.close_store)
    desk.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def settle(desk, walk):
    """Until what is loaded, taken up and made ahead after opening is over."""
    until = time.monotonic() + 60
    while time.monotonic() < until and (desk.readying is None or desk.readying.going_on):
        walk.rest()


@pytest.mark.slow
def test_nothing_that_is_done_holds_the_window_for_long(desk):
    watchdog = Watchdog(LONGEST)
    walk = Walk(desk, watchdog, times=3)
    factor = machine_factor()
    settle(desk, walk)
    watchdog.blocks.clear()
    walk.all()
    factor = max(factor, machine_factor()) * SHARED
    slow = [act for act in walk.acts if act.work > (FIRST if act.name.startswith("第一次") else LONGEST) * factor]
    told = [str(block) for block in watchdog.blocks if block.during in {act.name for act in slow}]
    assert not slow, "\n".join([f"machine {factor:.1f}", *map(str, slow), *told])


@pytest.mark.slow
def test_a_first_visit_finds_its_screen_made(desk):
    """Screens are made while the window is left alone: a first visit makes few widgets and does little work."""
    walk = Walk(desk, Watchdog())
    settle(desk, walk)
    window, factor = desk.window, machine_factor() * SHARED
    assert set(window.screens) == {each.name for each in NAVIGATION_ITEMS}
    conn, year = window.state.workspace.conn, window.state.year
    ids = [each.id for each in list_projects(conn, ProjectFilter(year=year), limit=3)]
    shown = {"project": ids[0], "batch": ("approve", ids)}
    window.go("money")
    walk.rest()
    slow, making = {}, {}
    for each in NAVIGATION_ITEMS:
        before = len(window.findChildren(QWidget))
        act = walk.do(each.name, partial(window.go, each.name, shown.get(each.name)))
        making[each.name] = len(window.findChildren(QWidget)) - before
        if act.shown > VISIT * factor:
            slow[each.name] = act
    assert not slow
    assert {name: made for name, made in making.items() if made > MADE} == {}


def held():
    """Bytes of this process that are in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_stays_flat_however_often_screens_are_visited(desk):
    """46 quick visits to the quarterly report once took 550 MB. `WALK_VISITS=2000` tries it for as long as wanted."""
    walk, names = Walk(desk, Watchdog()), [each.name for each in NAVIGATION_ITEMS if each.listed]

    def visit(times):
        for number in range(times):
            desk.window.go(names[number % len(names)])
            QApplication.processEvents()
        walk.rest()
        return held()

    visit(3 * len(names))
    before, widgets = visit(VISITS), len(QApplication.allWidgets())
    after = visit(VISITS)
    assert len(QApplication.allWidgets()) <= widgets
    assert after - before < GROWTH, f"{(after - before) / 1024:.0f} kB more after {VISITS} visits"
