"""Clocks that go back, far ahead or jump while the program runs: changes keep their order, and the jump is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from haicang_desk.__main__ import main
from haicang_desk.model.records import Project, Prose, Village
from haicang_desk.model.services import Workspace, redo, save, undo
from haicang_desk.model.store import (
    back_up_automatically,
    clock_jumps,
    clock_warning,
    list_changes,
    verify,
    verify_file,
)
from tests.model.street import NOW, built

TIMES = (
    NOW + timedelta(days=300),
    NOW - timedelta(days=1),
    NOW - timedelta(days=3652),
    datetime(2076, 11, 30, 8),
    datetime(2028, 2, 29, 12),
    datetime(2026, 12, 31, 23, 59, 59),
    datetime(2027, 1, 1),
    datetime(1970, 1, 1),
    datetime(9999, 12, 31, 23, 59, 59),
    NOW + timedelta(days=1),
)
BACK = 6  # of them, with the first entry after the street's


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def jumped(tmp_path, clock):
    """A store in which each change was made at another time; the number of each change by its name."""
    path = tmp_path / "新阳.db"
    built(path).close()
    with Workspace.open(path, now=clock) as ws:
        for number, clock.now in enumerate(TIMES):
            save(ws, [Village(name=f"村{number}")], action=f"第{number}次", person="陈")
    return path


def test_the_order_of_changes_is_that_of_their_numbers(jumped, clock):
    assert verify_file(jumped) == ()
    with Workspace.open(jumped, now=clock) as ws:
        listed = [each.action for each in list_changes(ws.conn, limit=100)]
        assert listed[: len(TIMES)] == [f"第{number}次" for number in reversed(range(len(TIMES)))]
        names = [village.name for village in ws.all(Village)]
        assert names[-len(TIMES) :] == [f"村{number}" for number in range(len(TIMES))]
        times = [row[0] for row in ws.conn.execute("SELECT at FROM journal ORDER BY seq DESC LIMIT ?", (len(TIMES),))]
        assert times == [at.isoformat(timespec="seconds") for at in reversed(TIMES)], "as the clock told them"


def test_undo_takes_back_the_last_change_whatever_its_time(jumped, clock):
    with Workspace.open(jumped, now=clock) as ws:
        clock.now = datetime(1999, 1, 1)
        assert undo(ws, person="林") == f"第{len(TIMES) - 1}次"
        clock.now = datetime(2090, 1, 1)
        assert redo(ws, person="林") == f"第{len(TIMES) - 1}次"
        clock.now = datetime(1999, 1, 1)
        assert undo(ws, person="林") == f"第{len(TIMES) - 1}次"
        assert undo(ws, person="林") == f"第{len(TIMES) - 2}次"
        assert verify(ws.conn) == ()


def test_a_clock_that_jumps_within_a_change_gives_it_one_time(tmp_path, clock):
    path = tmp_path / "新阳.db"
    built(path).close()
    with Workspace.open(path, now=clock) as ws, ws.change("改", actor="陈") as change:
        one = ws.all(Project)[0]
        clock.now = NOW - timedelta(days=400)
        change.save(replace(one, need=Prose("改")))
        clock.now = NOW + timedelta(days=400)
    assert verify_file(path) == ()


def test_each_jump_back_is_told_with_both_times(jumped):
    with Workspace.read(jumped) as ws:
        found = clock_jumps(ws.conn)
    told = {each.action for each in found}
    expected = {
        f"第{number}次" for number in range(1, len(TIMES)) if TIMES[number] < TIMES[number - 1] - timedelta(minutes=10)
    }
    assert told == expected and len(expected) == BACK
    assert all(f"{each.at:%Y-%m-%d %H:%M}" in str(each) and each.at < each.before for each in found)


@pytest.mark.parametrize(("minutes", "told"), [(-10, False), (-11, True), (0, False), (60, False)])
def test_a_clock_set_right_by_a_little_is_no_event(tmp_path, clock, minutes, told):
    path = tmp_path / "新阳.db"
    built(path).close()
    with Workspace.open(path, now=clock) as ws:
        clock.now = NOW + timedelta(minutes=minutes)
        assert bool(clock_warning(ws.conn, clock.now)) == told
        save(ws, [Village(name="甲")], action="登记", person="陈")
        assert bool(clock_jumps(ws.conn)) == told


def test_verify_names_the_jumps_and_finds_no_damage(jumped, capsys):
    assert main(["verify", str(jumped)]) == 0
    told = capsys.readouterr().err
    assert told.count("时钟回拨") == BACK and "没有发现损坏" in told
    assert main(["verify", str(jumped), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["clock"]) == BACK


def test_check_warns_where_the_clock_is_behind_the_last_change(tmp_path, capsys, clock):
    path = tmp_path / "新阳.db"
    built(path).close()
    main(["check", str(path)])
    assert "时钟回拨" not in capsys.readouterr().err
    with Workspace.open(path, now=clock) as ws:
        clock.now = datetime(2990, 1, 1)
        save(ws, [Village(name="甲")], action="登记", person="陈")
    main(["check", str(path)])
    assert "2990-01-01" in capsys.readouterr().err
    main(["check", str(path), "--as-of", "2026-11-30"])  # goes by that day
    assert "时钟回拨" not in capsys.readouterr().err


def test_automatic_backups_never_overwrite_one_another_when_the_clock_stands_or_goes_back(tmp_path, clock):
    path, folder = tmp_path / "新阳.db", tmp_path / "备份"
    built(path).close()
    made = []
    with Workspace.open(path, now=clock) as ws:
        for number, clock.now in enumerate((NOW, NOW, NOW - timedelta(days=1), NOW)):
            save(ws, [Village(name=f"村{number}")], action="登记", person="陈")
            made.append(back_up_automatically(ws.conn, folder, name=path.stem, at=clock.now))
    assert len({each.name for each in made}) == 4 and all(verify_file(each) == () for each in made)
