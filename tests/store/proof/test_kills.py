"""Killed at any moment: every acknowledged change is there, at most one other, and no half file under a final name.

``KILLS=10000`` sets how many there are in all.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from haicang_desk.model.records import Attachment, Project
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import back_up, fault_in, files_folder, read_manifest, verify_file
from tests.model.street import built
from tests.store.proof.checks import BOOK, copied, hold, hold_files, old_store, originals
from tests.store.proof.deeds import head
from tests.store.proof.nursery import Nursery, Worker, nursery
from tests.store.test_files import keep

SHORT, LONG = int(os.environ.get("KILLS", "120")), int(os.environ.get("KILLS", "10000"))
STORE = "新阳.db"
AT_ONCE = 15  # kills of one store at work before a new one is begun, so that reading it back stays quick
LOOKED_AT = 5  # after so many of them it is read back whole: what a kill damaged stays damaged

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no fork, no SIGKILL"),
]


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery(XDG_DATA_HOME=str(tmp_path_factory.mktemp("data"))) as started:
        yield started


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder in memory, where there is one: a kill, unlike a power cut, does not ask whether bytes are on a disk."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def street(place: Path) -> Path:
    """A folder with a store that has scans, and its backup, which lacks the last one."""
    folder = place / "street"
    folder.mkdir()
    with built(folder / STORE) as ws:
        for number in range(8):
            keep(ws, bytes([number]) * 5000, f"{number}.pdf")
        back_up(ws.conn, folder / "备份.db")
        keep(ws, b"later")
    return folder


known = cache(originals)  # of a folder that stays as it is


@cache
def known_head(path: Path) -> str:
    with closing(Workspace.read(path)) as ws:
        return head(ws)


@dataclass
class Kind:
    """One kind of work to be killed: the folder it begins with, and what must hold of the folder after the kill."""

    deed: tuple[str, ...]
    share: int  # of a hundred kills
    held: Callable[[Path, Path, Worker], None]
    begins: Callable[[Path], Path] = lambda street: street


def a_change_or_none(folder: Path, before: Path, worker: Worker) -> None:
    """All rows of the one change are there, or none of them."""
    hold(folder / STORE, [known_head(before / STORE)])
    with Workspace.open(folder / STORE) as ws:
        assert len(ws.all(Project)) in (3, 26)


def as_before(folder: Path, before: Path, worker: Worker) -> None:
    """What only reads the store leaves it as it was, byte for byte."""
    hold_files(folder)
    assert (folder / STORE).read_bytes() == (before / STORE).read_bytes()


def issued(folder: Path, before: Path, worker: Worker) -> None:
    """Each paper that was issued has its record, and each record its paper: never a change without its bytes."""
    hold_files(folder)
    hold(folder / STORE)
    assert len(originals(folder / STORE)) >= len(known(before / STORE))


def moved(folder: Path, before: Path, worker: Worker) -> None:
    """Nothing was lost, and opening the store goes on with the move of its files."""
    assert verify_file(folder / STORE) == ()  # as it is
    digests = {path.name for path in before.rglob("*") if len(path.name) == 64}
    assert originals(folder / STORE) == {digest: digest for digest in digests}
    with Workspace.open(folder / STORE) as ws:
        assert ws.conn.execute("SELECT count(*) FROM original_bytes").fetchone() == (0,)


def upgraded(folder: Path, before: Path, worker: Worker) -> None:
    assert verify_file(folder / "store.db") == ()
    hold(folder / "store.db")


def kept(folder: Path, before: Path, worker: Worker) -> None:
    """No attached file that was acknowledged is lost."""
    first, after = known(before / STORE), originals(folder / STORE)
    assert first.keys() | set(worker.acknowledged) <= after.keys()
    assert len(after) <= len(first) + len(worker.acknowledged) + 1
    with Workspace.open(folder / STORE) as ws:
        assert {each.digest for each in ws.all(Attachment)} == after.keys()


def copied_out(folder: Path, before: Path, worker: Worker) -> None:
    """A backup has its name only when it is whole; nothing that was left bars the way to the next."""
    out, whole = folder / "出.db", known(before / STORE)
    if out.exists():
        assert originals(out) == whole and fault_in(out, read_manifest(out)) == ""
    else:
        with Workspace.open(folder / STORE) as ws:
            back_up(ws.conn, out, manifest=lambda contents: contents.manifest())
    assert originals(folder / STORE) == whole


def restored(folder: Path, before: Path, worker: Worker) -> None:
    """The old store or the new one is there, whole; the old one is never gone."""
    new, old = known(before / "备份.db"), known(before / STORE)
    found = originals(folder / STORE)
    assert found in (new, old)
    if found == new:
        (aside,) = folder.glob("新阳（恢复前*.db")
        assert originals(aside) == old


def made(folder: Path, before: Path, worker: Worker) -> None:
    """A store is there whole or not at all, and then nothing bars the way to it."""
    path = folder / "新.db"
    if path.exists():
        hold(path)
    else:
        Workspace.create(path, street="新阳街道", year=2026).close()
    assert not files_folder(path).exists()


def with_files_inside(street: Path) -> Path:
    """A store as an earlier program left it, with its scans inside, but of this schema."""
    folder = copied(street, street.with_name("inside"))
    digests = {path.name: path.read_bytes() for path in files_folder(folder / STORE).rglob("*") if path.is_file()}
    with closing(sqlite3.connect(folder / STORE)) as conn, conn:
        conn.executemany("INSERT INTO original_bytes VALUES (?, ?)", digests.items())
    shutil.rmtree(files_folder(folder / STORE))
    (folder / "digests").mkdir()
    for digest in digests:
        (folder / "digests" / digest).touch()
    return folder


def old(street: Path) -> Path:
    folder = street.with_name("old")
    folder.mkdir(exist_ok=True)
    old_store(folder)
    return folder


KINDS = {
    "import": Kind(("command", "import", STORE, str(BOOK)), 2, a_change_or_none),
    "print": Kind(("command", "print", STORE, "application-form", "--out", "表"), 2, issued),
    "export": Kind(("command", "export", STORE, "出.xlsx"), 2, as_before),
    "report": Kind(("command", "report", STORE, "--year", "2026", "--quarter", "2", "--out", "出.pdf"), 2, as_before),
    "attach": Kind(("attaches", STORE), 3, kept),
    "backup": Kind(("command", "backup", STORE, "出.db"), 4, copied_out),
    "restore": Kind(("command", "restore", "备份.db", STORE), 4, restored),
    "init": Kind(("command", "init", "新.db", "--street", "新阳街道", "--year", "2026"), 3, made),
    "upgrade": Kind(("opened", "store.db"), 2, upgraded, old),
    "move of files": Kind(("opened", STORE), 2, moved, with_files_inside),
}
AT_WORK = 100 - sum(kind.share for kind in KINDS.values())  # the others are killed between and in changes


def killed_all_along(workers: Nursery, name: str, street: Path, kills: int) -> None:
    """Kill it at moments spread over its whole course, each time on a fresh copy, and look what is left each time."""
    kind, chance = KINDS[name], random.Random(name)
    before = kind.begins(street)
    folder = street.with_name("copy")
    begun = time.monotonic()
    worker = workers.begin(*kind.deed, folder=copied(before, folder), stay=True)
    worker.wait(10**6 if kind.deed[0] != "attaches" else 5)
    longest = time.monotonic() - begun
    worker.kill()
    for _ in range(kills):
        worker = workers.begin(*kind.deed, folder=copied(before, folder), stay=True)
        worker.kill(chance.uniform(0, longest))
        kind.held(folder, before, worker)


def killed_at_work(workers: Nursery, street: Path, kills: int, seed: str) -> int:
    """Kill whoever works at a desk, again and again; gives how many changes were acknowledged."""
    chance, folder, changes = random.Random(seed), street.with_name("desk"), 0
    for number in range(kills):
        if number % AT_ONCE == 0:
            path = copied(street, folder) / STORE
        worker = workers.begin("writes", path, chance.random(), folder=folder)
        if number % 3:  # a few changes and then a moment: how much a slow machine gets done in a time is no matter
            worker.wait(chance.randint(1, 3))
        worker.kill(chance.uniform(0, 0.03))
        hold(path, worker.acknowledged, whole=number % LOOKED_AT == LOOKED_AT - 1 or number == kills - 1)
        changes += len(worker.acknowledged)
    return changes


@pytest.mark.parametrize("name", KINDS)
def test_a_killed_command_leaves_all_or_nothing(workers, street, name):
    killed_all_along(workers, name, street, max(SHORT * KINDS[name].share // 100, 1))


def test_work_killed_loses_no_acknowledged_change(workers, street):
    kills = SHORT * AT_WORK // 100
    assert killed_at_work(workers, street, kills, "short") > kills


@pytest.mark.soak
@pytest.mark.parametrize("name", KINDS)
def test_killed_commands_leave_all_or_nothing_in_the_long_run(workers, street, name):
    killed_all_along(workers, name, street, LONG * KINDS[name].share // 100)


@pytest.mark.soak
def test_work_killed_loses_no_acknowledged_change_in_the_long_run(workers, street):
    kills = LONG * AT_WORK // 100
    changes = killed_at_work(workers, street, kills, "long")
    print(f"{kills} kills, {changes} acknowledged changes")
    assert changes > kills
