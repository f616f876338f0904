"""Backups made while another process writes: each verifies, and holds what the writer had written up to a moment."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from haicang_desk.model.store import (
    automatic_backups,
    back_up_automatically,
    connect_to_read,
    fault_in,
    read_manifest,
    restore_backup,
    verify_file,
)
from haicang_desk.model.values import Course
from tests.model.street import built
from tests.store.test_automatic_backups import AT

ROOT = Path(__file__).parents[2]
WRITER = """
import sys, time
from dataclasses import replace
from pathlib import Path
from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, save
with Workspace.open(Path(sys.argv[1])) as ws:
    village, number, until = ws.all(Village)[0], 0, time.monotonic() + float(sys.argv[2])
    while time.monotonic() < until and not sys.stdin.closed:
        number += 1
        if number % 10 == 0:
            save(ws, [Village(name=f"村{number}")], action="登记", person="陈")
        else:
            (village,) = save(ws, [replace(village, leader=f"第{number}")], action="改", person="陈")
        seq, head = ws.conn.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
        print(seq, head, flush=True)
        time.sleep(0.004)
"""


class Writer:
    """A process that writes a store, and what it said it had written: the head after each change."""

    def __init__(self, store: Path, seconds: float) -> None:
        paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        self.heads: dict[int, str] = {}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(store), str(seconds)],
            stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        )  # fmt: skip
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            seq, head = line.split()
            self.heads[int(seq)] = head

    def head(self, seq: int) -> str:
        """The head after a change, which the writer says a moment after it is in the store."""
        until = time.monotonic() + 30
        while seq not in self.heads and time.monotonic() < until:
            time.sleep(0.005)
        return self.heads[seq]

    def end(self) -> None:
        self.process.kill()
        self._listener.join()
        self.process.communicate()


def back_up_while_written(tmp_path: Path, count: int) -> int:
    """Make so many backups beside a writer, and look at each; gives how many changes the writer made."""
    store, folder = tmp_path / "新阳.db", tmp_path / "自动"
    built(store).close()
    with closing(connect_to_read(store)) as conn:
        (before,) = conn.execute("SELECT max(seq) FROM journal").fetchone()
    writer, last, at = Writer(store, seconds=60 + count * 5), before, AT
    try:
        while len(writer.heads) < 3:
            assert writer.process.poll() is None
            time.sleep(0.01)
        for _ in range(count):
            at += timedelta(hours=7)
            writer.head(last + 1)  # it goes on
            with closing(connect_to_read(store)) as conn:
                made = back_up_automatically(conn, folder, name="新阳", at=at, course=Course())
            assert made is not None and writer.process.poll() is None, "the writer has ended"
            assert verify_file(made) == ()
            manifest = read_manifest(made)
            assert fault_in(made, manifest) == ""
            assert manifest.changes > last and manifest.head == writer.head(manifest.changes)
            last = manifest.changes
    finally:
        writer.end()
    newest = automatic_backups(folder)[-1]
    restore_backup(newest.path, store, at=datetime(2027, 1, 1))
    with closing(sqlite3.connect(store)) as conn:
        assert conn.execute("SELECT max(seq) FROM journal").fetchone() == (last,)
    return len(writer.heads)


def test_each_backup_is_a_beginning_of_the_history(tmp_path):
    assert back_up_while_written(tmp_path, 6) >= 6


@pytest.mark.soak
def test_a_thousand_backups_are_each_a_beginning_of_the_history(tmp_path):
    assert back_up_while_written(tmp_path, 1_000) >= 1_000
