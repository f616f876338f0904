"""The window's findings: those of now without being asked for, a moment at a time, and stored for the next opening."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from haicang_desk.model.records import Project
from haicang_desk.model.services import FindingsKeeper, Workspace, check, check_with_carried_over, save
from haicang_desk.ui.shell import findings_watch
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.settings import Settings
from tests.test_old_stores import unpacked

NOON = datetime(2026, 12, 28, 12)
LONG = 20_000  # milliseconds that a slow machine may take


class Clock:
    """The time of day, which a test may move."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def year(tmp_path: Any) -> Iterator[Workspace]:
    with Workspace.open(unpacked("year", tmp_path)) as ws:
        yield ws


@pytest.fixture
def opened(dressed: Any, own_folder: Any, year: Workspace, clock: Clock) -> Iterator[Callable[[], AppState]]:
    """Opens the window's state on the ledger of a year, as often as wanted."""
    states = []

    def make() -> AppState:
        states.append(AppState(year, person="陈", settings=Settings(own_folder / "窗口.ini"), now=clock))
        return states[-1]

    yield make
    for state in states:
        state.let_go()


def known(qtbot: Any, state: AppState) -> AppState:
    qtbot.waitUntil(lambda: state.findings_ready, timeout=LONG)
    return state


def test_they_come_by_themselves_in_moments_and_are_told_of(qtbot, opened, year, monkeypatch):
    monkeypatch.setattr(findings_watch, "MOMENT", 0)
    state = opened()
    first = state.findings()
    assert not state.findings_ready
    done, of = state.findings_progress
    assert done < of
    with qtbot.waitSignal(state.findings_changed, timeout=LONG):
        known(qtbot, state)
    assert len(first) < len(state.findings())
    assert state.findings() == check_with_carried_over(year, 2026, NOON.date())
    assert state.findings_progress == (64, 64)


def test_after_a_change_they_are_told_of_and_fresh(qtbot, opened, year):
    state = known(qtbot, opened())
    project = next(each for each in year.all(Project, fund_year=2026) if not each.others_duty)
    told = []
    state.findings_changed.connect(lambda: told.append(state.findings()))
    save(year, [replace(project, others_duty=True)], action="改", person="陈")
    assert told[-1] == check_with_carried_over(year, 2026, NOON.date())
    assert "R13" in {found.rule for found in state.findings_of(project.id)}
    assert state.findings_of(project.id) == [found for found in told[-1] if found.project_id == project.id]


def test_another_year_and_another_day_have_their_own(qtbot, opened, year, clock):
    state = known(qtbot, opened())
    state.turn_to(2025)
    known(qtbot, state)
    assert state.findings() == check(year, 2025, NOON.date())
    state.turn_to(2026)
    clock.now += timedelta(days=9)
    known(qtbot, state)
    assert state.findings() == check_with_carried_over(year, 2026, clock.now.date())


def test_a_new_day_is_noticed_without_a_change(qtbot, opened, clock, monkeypatch):
    monkeypatch.setattr(findings_watch, "MINUTE", 20)
    state = known(qtbot, opened())
    with qtbot.waitSignal(state.findings_changed, timeout=LONG):
        clock.now += timedelta(days=1)


def test_the_next_opening_asks_the_rules_nothing(qtbot, opened, year, monkeypatch):
    monkeypatch.setattr(findings_watch, "UNTOUCHED", 10)
    monkeypatch.setattr(FindingsKeeper, "save", counted := Counted(FindingsKeeper.save))
    known(qtbot, opened())
    qtbot.waitUntil(lambda: counted.ended, timeout=LONG)
    monkeypatch.setattr(FindingsKeeper, "_ask", None)
    state = known(qtbot, opened())
    assert state.findings() == check_with_carried_over(year, 2026, NOON.date())


class Counted:
    """A method that notes when it gave False."""

    def __init__(self, method: Callable[[Any], bool]) -> None:
        self.method, self.ended = method, False

    def __get__(self, instance: Any, owner: Any) -> Callable[[], bool]:
        def call() -> bool:
            more = self.method(instance)
            self.ended = self.ended or not more
            return more

        return call


def test_closing_writes_what_is_known_and_ends_the_work(opened, year, monkeypatch):
    monkeypatch.setattr(findings_watch, "MOMENT", 0.05)
    state = opened()
    state.findings()
    state.let_go()
    (stored,) = year.conn.execute("SELECT count(*) FROM finding_line").fetchone()
    assert 0 < stored <= 64
