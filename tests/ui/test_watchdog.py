"""The watchdog itself: it notes a standstill with what held it, and nothing where the window is at rest."""

from __future__ import annotations

import time

import pytest

from tests.ui.watchdog import Watchdog


def hold(seconds: float) -> None:
    """Work for so many seconds of processor time."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


@pytest.fixture
def watchdog(dressed):
    watchdog = Watchdog(0.1)
    yield watchdog
    watchdog.stop()


def test_a_standstill_is_noted_with_the_stack_that_held_it(qtbot, watchdog):
    watchdog.during = "打开项目"
    with watchdog:
        qtbot.wait(20)
        hold(0.3)
        qtbot.wait(20)
    (block,) = watchdog.blocks
    assert 0.3 <= block.work <= block.seconds + 0.01
    assert "hold" in block.stack[0]
    assert str(block).startswith("打开项目: ")


def test_work_is_told_from_waiting(qtbot, watchdog):
    with watchdog:
        time.sleep(0.25)
    (block,) = watchdog.blocks
    assert block.seconds >= 0.25
    assert block.work < 0.1


def test_a_window_at_rest_is_not_told_of(qtbot, watchdog):
    watchdog.limit = 2.0  # seconds: of a machine that is busy with much else
    with watchdog:
        qtbot.wait(100)
        hold(0.01)
        qtbot.wait(100)
    assert watchdog.blocks == []
    assert watchdog.most_work >= 0.009


def test_what_is_done_before_it_is_stopped_counts(watchdog):
    watchdog.start("关闭")
    hold(0.2)
    watchdog.stop()
    hold(0.2)
    assert [block.during for block in watchdog.blocks] == ["关闭"]
