"""A process killed at any moment leaves every change that it acknowledged, and no half of another."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from haicang_desk.model.records import Progress, Project, Village
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import verify_file
from tests.model.street import built

ROOT = Path(__file__).parents[2]

WRITER = """
import os, sys
from datetime import date
from pathlib import Path
from haicang_desk.model.records import Link, Progress, Project, Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.values import initials


def write(path, count):
    ws = Workspace.open(path)
    at = dict(project=Link(ws.all(Project)[0].id), happened_on=date(2026, 5, 1))
    os.write(1, b"ready %d\\n" % os.getpid())
    while True:
        count += 1
        rows = [Progress(**at, account=f"{count}-{n}") for n in range(3)]
        save(ws, [Village(name=f"村{count}"), *rows], action=f"第{count}次", person="陈", key=str(count))
        os.write(1, b"%d\\n" % count)


initials("霞")  # loads its table
for line in sys.stdin:
    path, _, begun = line.rstrip("\\n").rpartition(" ")
    writer = os.fork()
    if writer == 0:
        write(Path(path), int(begun))
    os.waitpid(writer, 0)
    os.write(1, b"killed\\n")
"""


@pytest.fixture
def nursery():
    """A process that has everything loaded and forks a writer at once on request."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
    ) as process:
        yield process
        process.stdin.close()


def killed(nursery: subprocess.Popen[str], path: Path, begun: int, chance: random.Random) -> int:
    """Let a writer write to a store and kill it at some moment; the number of the last change it acknowledged.

    It is given a few changes and then a moment, not a time: how much a slow machine gets done in a time is no matter.
    """
    print(path, begun, file=nursery.stdin, flush=True)
    said, _, writer = nursery.stdout.readline().partition(" ")
    assert said == "ready"
    last = begun
    for _ in range(chance.randint(0, 4)):
        last = int(nursery.stdout.readline())
    time.sleep(chance.uniform(0, 0.02))
    os.kill(int(writer), signal.SIGKILL)
    while (said := nursery.stdout.readline()) != "killed\n":
        last = int(said)
    return last


def held(path: Path, acknowledged: int) -> int:
    """The number of the last change in the store; every change up to it must be complete."""
    with Workspace.open(path) as ws:
        names = [village.name for village in ws.all(Village)[2:]]
        accounts = [progress.account for progress in ws.all(Progress)]
        keys = [row[0] for row in ws.conn.execute("SELECT key FROM journal WHERE action LIKE '第%' ORDER BY seq")]
        assert len(ws.all(Project)) == 3
    last = len(names)
    assert acknowledged <= last <= acknowledged + 1
    assert names == [f"村{count}" for count in range(1, last + 1)]
    assert keys == [str(count) for count in range(1, last + 1)]
    assert accounts == [f"{count}-{n}" for count in range(1, last + 1) for n in range(3)]
    assert verify_file(path) == ()
    return last


def kill_again_and_again(nursery: subprocess.Popen[str], path: Path, times: int) -> int:
    built(path).close()
    chance, last = random.Random(times), 0
    for _ in range(times):
        last = held(path, killed(nursery, path, last, chance))
    return last


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no fork, no SIGKILL")
def test_a_killed_process_loses_no_acknowledged_change(nursery, tmp_path):
    assert kill_again_and_again(nursery, tmp_path / "新阳.db", 20) > 20


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="no fork, no SIGKILL")
def test_killed_processes_lose_no_acknowledged_change_in_the_long_run(nursery, tmp_path):
    """A new store is begun now and then, so that reading it back stays quick."""
    assert sum(kill_again_and_again(nursery, tmp_path / f"{n}.db", 50) for n in range(20)) > 1000
