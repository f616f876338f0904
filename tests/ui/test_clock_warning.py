"""A clock that is behind the last change is shown as long as the store is open."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import NOW


def test_a_clock_behind_the_last_change_is_shown(window, state, monkeypatch):
    assert window.status._clock.isHidden()
    monkeypatch.setattr(state.workspace, "_now", lambda: NOW - timedelta(days=1))
    window.take_store(state)
    assert window.status._clock.isVisible() and window.status._clock.text() == "时钟回拨"
    assert f"{NOW:%Y-%m-%d %H:%M}" in window.status._clock.toolTip()
    assert "时钟回拨" in window.status.currentMessage()
