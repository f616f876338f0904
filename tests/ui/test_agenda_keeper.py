"""The things to be done are grouped anew where something may have changed, and seldom while findings are computed."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal

from haicang_desk.ui.shell import agenda_keeper
from haicang_desk.ui.shell.agenda_keeper import REST, AgendaKeeper


class State(QObject):
    """What the keeper asks of the state of the window."""

    findings_changed = Signal()
    year, findings_ready = 2026, False
    workspace = SimpleNamespace(conn=None)

    def today(self) -> date:
        return date(2026, 7, 13)

    def findings(self) -> list:
        return []


@pytest.fixture
def grouping(qtbot, monkeypatch):
    """A keeper, its state, the clock and the journal; grouping takes a second and is counted."""
    world = SimpleNamespace(state=State(), now=100.0, entry=1, grouped=0)

    def agenda_of(*_, **__):
        world.grouped, world.now = world.grouped + 1, world.now + 1
        return []

    monkeypatch.setattr(agenda_keeper, "time", SimpleNamespace(monotonic=lambda: world.now))
    monkeypatch.setattr(agenda_keeper, "agenda_of", agenda_of)
    monkeypatch.setattr(agenda_keeper, "last_entry", lambda _: world.entry)
    for name in ("deadlines_of", "sums_by_stage"):
        monkeypatch.setattr(agenda_keeper, name, lambda *_: [])
    monkeypatch.setattr(agenda_keeper, "duties_touched_since", lambda *_: False)
    world.keeper = AgendaKeeper.of(world.state)
    world.keeper.items()
    return world


def test_while_findings_are_computed_grouping_rests_twenty_times_as_long_as_it_took(grouping):
    for _ in range(5):
        grouping.state.findings_changed.emit()
        grouping.keeper.items()
    assert grouping.grouped == 1
    grouping.now += REST
    grouping.state.findings_changed.emit()
    grouping.keeper.items()
    assert grouping.grouped == 2


def test_once_all_are_known_and_after_a_change_it_is_grouped_at_once(grouping):
    grouping.entry += 1
    grouping.keeper.items()
    assert grouping.grouped == 2
    grouping.state.findings_ready = True
    grouping.state.findings_changed.emit()
    grouping.keeper.items()
    assert grouping.grouped == 3
