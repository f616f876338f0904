"""Several processes on one store: never two writers, readers at any time, and no reader makes a writer wait long."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import pytest

from haicang_desk.model.records import Progress, Project
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.store import verify, verify_file
from haicang_desk.model.store.connection import PATIENCE
from tests.model.street import DAY, built

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

WRITER = """
import os, sys, time
from datetime import date
from pathlib import Path
from haicang_desk.model.records import Link, Progress, Project
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.values import StoreUnusable

path, sessions = Path(sys.argv[1]), int(sys.argv[2])
while sessions:
    try:
        with Workspace.open(path) as ws:
            project = ws.all(Project)[0].id
            for n in range(4):
                step = Progress(project=project, happened_on=date(2026, 5, 1), account=str(n))
                save(ws, [step], action=f"{os.getpid()}-{sessions}", person="陈")
                time.sleep(0.02)  # time for another to come in between, if it could
            sessions -= 1
    except StoreUnusable as held:
        assert "正被" in str(held), held
        time.sleep(0.002)
"""

READER = """
import sys
from pathlib import Path
from haicang_desk.model.records import Progress
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import verify

path, seen = Path(sys.argv[1]), 0
print("ready", flush=True)
for _ in range(int(sys.argv[2])):
    with Workspace.read(path) as ws:
        now = len(ws.all(Progress))
        assert now >= seen and now % 3 == 0 and verify(ws.conn) == ()
    seen = now
"""


@contextmanager
def process(script: str, *arguments: object):
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"},
    ) as started:
        yield started


def ended(started: subprocess.Popen[str]) -> str:
    out, err = started.communicate(timeout=120)
    assert started.returncode == 0, err
    return out


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_sessions_of_writers_never_interleave(tmp_path):
    path, sessions = tmp_path / "新阳.db", 8
    built(path).close()
    with process(WRITER, path, 10**6) as killed:
        time.sleep(1)
        with (
            process(WRITER, path, sessions) as one,
            process(WRITER, path, sessions) as two,
            process(WRITER, path, sessions) as three,
        ):
            time.sleep(1)
            killed.send_signal(signal.SIGKILL)
            for each in (one, two, three):
                ended(each)
    with Workspace.open(path) as ws:
        actions = [
            row[0] for row in ws.conn.execute("SELECT action FROM journal WHERE action GLOB '[0-9]*' ORDER BY seq")
        ]
        assert verify(ws.conn) == ()
    runs = [(action, len(list(run))) for action, run in groupby(actions)]
    mine = [(action, count) for action, count in runs if not action.startswith(f"{killed.pid}-")]
    assert len(mine) == len(set(mine)) == 3 * sessions and {count for _, count in mine} == {4}
    assert len({action for action, _ in runs}) == len(runs)
    assert [each.name for each in tmp_path.iterdir()] == ["新阳.db"]


def test_readers_see_whole_changes_and_no_change_waits_long_for_them(tmp_path):
    path = tmp_path / "新阳.db"
    with built(path) as ws, process(READER, path, 6) as one, process(READER, path, 6) as two:
        project, longest, made = ws.all(Project)[0].id, 0.0, 0
        for each in (one, two):
            assert each.stdout.readline() == "ready\n"
        while one.poll() is None or two.poll() is None or made < 20:
            steps = [Progress(project=project, happened_on=DAY, account=f"{made}-{n}") for n in range(3)]
            begun = time.monotonic()
            save(ws, steps, action="登记进度", person="陈")
            longest, made = max(longest, time.monotonic() - begun), made + 1
        ended(one), ended(two)
        assert longest < PATIENCE / 2  # it would wait so long before it gave up
    assert verify_file(path) == ()


def test_a_reader_does_not_hold_the_store(tmp_path):
    path = tmp_path / "新阳.db"
    built(path).close()
    with Workspace.read(path) as asked, Workspace.open(path) as ws:
        before = len(asked.all(Progress))
        save(ws, [Progress(project=ws.all(Project)[0].id, happened_on=DAY, account="一")], action="登记", person="陈")
        assert len(asked.all(Progress)) == before == len(ws.all(Progress)) - 1
