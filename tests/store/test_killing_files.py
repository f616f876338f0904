"""Killed at any moment while files move, are added, backed up or restored, or a store is made: no byte is ever lost."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from haicang_desk.model.records import Attachment
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import back_up, files_folder, verify, verify_file
from tests.model.street import built
from tests.store.test_files import keep
from tests.test_old_stores import unpacked

ROOT = Path(__file__).parents[2]
KILLS = 20  # of each kind; there are five

NURSERY = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import back_up, restore_backup
from haicang_desk.model.values import initials
from tests.store.test_files import SCAN, keep

def open_(path):
    Workspace.open(path).close()

def attach(path):
    with Workspace.open(path) as ws:
        for n in range(1000):
            digest = keep(ws, SCAN + str(n).encode(), f"{n}.pdf")
            os.write(1, f"kept {digest}\\n".encode())

def backup(path):
    with Workspace.open(path) as ws:
        back_up(ws.conn, path.with_name("out.db"))

def restore(path):
    restore_backup(path.with_name("backup.db"), path, at=datetime(2026, 11, 22))

def init(path):
    Workspace.create(path, street="新阳街道", year=2026).close()

initials("霞")  # loads its table
from haicang_desk.model.store import migrations
from sqlite_utils import Database
for line in sys.stdin:
    then, name, path = line.rstrip("\\n").split(" ", 2)
    child = os.fork()
    if child == 0:
        os.write(1, f"ready {os.getpid()}\\n".encode())
        globals()[name](Path(path))
        if then == "stay":
            signal.pause()  # until it is killed
        os._exit(0)
    os.waitpid(child, 0)
    os.write(1, b"over\\n")
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no fork, no SIGKILL"),
]


@pytest.fixture
def tmp_path():
    """A folder in memory, where there is one: a kill, unlike a power cut, does not ask whether bytes are on a disk."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


class Nursery:
    """A process that has everything loaded and does one thing at a time in a child, which may be killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def run(self, name: str, path: Path, kill_after: float | None = None) -> list[str]:
        """Do it, or kill it after so many seconds; the digests that it said it had kept."""
        print("go" if kill_after is None else "stay", name, path, file=self.process.stdin, flush=True)
        said, _, child = self.process.stdout.readline().partition(" ")
        assert said == "ready"
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(int(child), signal.SIGKILL)
        kept = []
        while (said := self.process.stdout.readline()) != "over\n":
            kept.append(said.split()[1])
        return kept

    def seconds(self, name: str, path: Path) -> float:
        """How long it takes when nobody kills it."""
        begun = time.monotonic()
        self.run(name, path)
        return time.monotonic() - begun


@pytest.fixture(scope="module")
def nursery():
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
    ) as process:
        yield Nursery(process)
        process.stdin.close()


def moments(longest: float, seed: str, kills: int = KILLS) -> list[float]:
    chance = random.Random(seed)
    return [chance.uniform(0, longest) for _ in range(kills)]


def originals(path: Path) -> dict[str, str]:
    """The digest of what is read under each digest; the store and its files must verify."""
    with Workspace.open(path) as ws:
        assert verify(ws.conn, sums=False) == ()
        digests = [digest for (digest,) in ws.conn.execute("SELECT DISTINCT digest FROM original")]
        return {digest: sha256(ws.read_blob(digest)).hexdigest() for digest in digests}


def copied(path: Path, folder: Path) -> Path:
    """A copy of a store with its files, and what it needs beside it, in a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(path.parent, folder)
    return folder / path.name


Held = Callable[[Path, list[str]], None]


def kill_all_along(nursery: Nursery, name: str, path: Path, held: Held, kills: int = KILLS) -> None:
    """Kill it at many moments of its course, each time on a fresh copy, and look what is left each time."""
    longest = nursery.seconds(name, copied(path, path.parent.with_name("first")))
    for number, moment in enumerate(moments(longest, name, kills)):
        copy = copied(path, path.parent.with_name(f"copy{number}"))
        held(copy, nursery.run(name, copy, moment))
        shutil.rmtree(copy.parent)


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()
    path = folder / "store.db"
    with built(path) as ws:
        back_up(ws.conn, folder / "backup.db")
        for number in range(20):
            keep(ws, bytes([number]) * 5000, f"{number}.pdf")
    return path


def moved(digests: set[str]) -> Held:
    """After the kill nothing was lost, and opening the store goes on with the move."""

    def held(path: Path, _: list[str]) -> None:
        assert verify_file(path) == ()  # as it is
        assert originals(path) == {digest: digest for digest in digests}
        with Workspace.read(path) as ws:
            assert ws.conn.execute("SELECT count(*) FROM original_bytes").fetchone() == (0,)

    return held


def test_an_upgrade_goes_on_after_a_kill(nursery, tmp_path):
    (tmp_path / "old").mkdir()
    kill_all_along(nursery, "open_", unpacked("schema-4", tmp_path / "old"), moved(set()), 6)


def test_the_move_of_files_out_of_the_store_goes_on_after_a_kill(nursery, store):
    with closing(sqlite3.connect(store)) as conn, conn:  # as an earlier program left it, but of this schema
        for file in [path for path in files_folder(store).rglob("*") if path.is_file()]:
            conn.execute("INSERT INTO original_bytes VALUES (?, ?)", (file.name, file.read_bytes()))
        digests = {row[0] for row in conn.execute("SELECT digest FROM original_bytes")}
    shutil.rmtree(files_folder(store))
    assert len(digests) == 20
    kill_all_along(nursery, "open_", store, moved(digests))


def test_no_attached_file_that_was_acknowledged_is_lost(nursery, store):
    for moment in moments(0.15, "attach"):
        before = originals(store)
        kept = nursery.run("attach", store, moment)
        after = originals(store)
        assert before.keys() | set(kept) <= after.keys() and all(digest == read for digest, read in after.items())
        with Workspace.open(store) as ws:
            assert {each.digest for each in ws.all(Attachment)} == after.keys()


def test_a_killed_backup_has_its_name_only_when_it_is_whole(nursery, store):
    whole = originals(store)

    def held(path: Path, _: list[str]) -> None:
        out = path.with_name("out.db")
        if out.exists():
            assert verify_file(out) == () and originals(out) == whole
        else:
            with Workspace.open(path) as ws:
                back_up(ws.conn, out)  # nothing that was left bars the way
        assert originals(path) == whole

    kill_all_along(nursery, "backup", store, held)


def test_a_killed_restore_leaves_the_old_store_or_the_new_one_whole(nursery, store):
    with Workspace.open(store) as ws:
        store.with_name("backup.db").unlink()
        back_up(ws.conn, store.with_name("backup.db"))
        keep(ws, b"later")
    new, old = originals(store.with_name("backup.db")), originals(store)

    def held(path: Path, _: list[str]) -> None:
        found = originals(path)
        assert found in (new, old)
        asides = list(path.parent.glob("store（恢复前*.db"))
        if found == new:
            (aside,) = asides
            assert originals(aside) == old

    kill_all_along(nursery, "restore", store, held)


def test_a_killed_init_leaves_a_store_or_nothing(nursery, tmp_path):
    longest = nursery.seconds("init", tmp_path / "first.db")
    for number, moment in enumerate(moments(longest, "init")):
        path = tmp_path / f"{number}.db"
        nursery.run("init", path, moment)
        if path.exists():
            assert verify_file(path) == ()
            with Workspace.open(path) as ws:
                assert ws.street.name == "新阳街道"
        else:
            Workspace.create(path, street="新阳街道", year=2026).close()
        assert not files_folder(path).exists()
