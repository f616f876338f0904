"""A disk with a little room, and a little more: whatever does not fit is told, and what was there stays.

Each command runs on a disk in memory that is full after so many KiB. The soak tries every step of 64 KiB.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from haicang_desk.model.store import back_up
from tests import scanning
from tests.model.street import built
from tests.store.proof.checks import BOOK, hold, hold_files
from tests.store.proof.nursery import Nursery, nursery
from tests.store.test_files import keep

STORE, CODE = "新阳.db", "XYJD-XYSQ-2026-01"
COMMANDS = {
    "import": ("import", STORE, str(BOOK)),
    "backup": ("backup", STORE, "出.db"),
    "restore": ("restore", "备份.db", STORE),
    "export": ("export", STORE, "出.xlsx"),
    "print": ("print", STORE, "application-form", "--project", CODE, "--out", "表"),
    "attach": ("attach", STORE, CODE, "合同.pdf", "--as", "合同"),
    "init": ("init", "新.db", "--street", "新阳街道", "--year", "2026"),
}
STEP, MOST = 64, 2048  # KiB of room

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting needs root"),
]


@contextmanager
def disk(place: Path, kib: int) -> Iterator[Path]:
    """A disk of this size."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(place)], check=False, capture_output=True
    )
    if made.returncode != 0:
        pytest.skip(f"no disk can be mounted: {made.stderr.decode(errors='replace').strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        (Path(folder) / "disk").mkdir()
        yield Path(folder)


@pytest.fixture(scope="module")
def workers(place: Path) -> Iterator[Nursery]:
    with nursery(XDG_DATA_HOME=str(place / "disk" / "data")) as started:  # settings and backups are on the same disk
        yield started


@pytest.fixture(scope="module")
def street(place: Path) -> Path:
    folder = place / "street"
    folder.mkdir()
    with built(folder / STORE) as ws:
        keep(ws, b"scan" * 2000)
        back_up(ws.conn, folder / "备份.db")
    (folder / "合同.pdf").write_bytes(scanning.pdf(*[scanning.A4] * 400))
    return folder


def size_of(folder: Path) -> int:
    """KiB that a folder takes, by pages."""
    return sum(4 * (path.stat().st_size // 4096 + 2) for path in folder.rglob("*"))


def tried(workers: Nursery, street: Path, place: Path, name: str, room: int) -> int:
    """Run a command with so much room left; gives its exit code. Done again with room it must succeed."""
    said = place / "said"
    said.unlink(missing_ok=True)
    with disk(place / "disk", size_of(street) + room) as full:
        folder = full / "street"
        shutil.copytree(street, folder)
        before = hold_quietly(folder / STORE)
        code = workers.run("command", *COMMANDS[name], folder=folder, said=said)
        words = said.read_text(encoding="utf-8")
        told = f"{name} with {room} KiB: exit {code}\n{words}"
        assert code in (0, 4, 5, 6) and "Traceback" not in words and (code == 0 or len(words) > 10), told
        hold_files(folder)
        if name != "restore" or code != 0:
            assert hold_quietly(folder / STORE)[: len(before)] == before, told
        subprocess.run(["mount", "-o", "remount,size=64m", str(full)], check=True)
        hold(folder / STORE)
        if code != 0 and not (name == "init" and (folder / "新.db").exists()):
            again = workers.run("command", *COMMANDS[name], folder=folder, said=said)
            assert again == 0, f"{told}\nagain: exit {again}\n{said.read_text(encoding='utf-8')}"
            hold(folder / STORE)
    return code


def hold_quietly(path: Path) -> list[str]:
    """The changes of a store, read beside a full disk: nothing is written."""
    from contextlib import closing

    from haicang_desk.model.services import Workspace

    with closing(Workspace.read(path)) as ws:
        assert ws.damage == ()
        return [row[0] for row in ws.conn.execute("SELECT hash FROM journal ORDER BY seq")]


@pytest.mark.parametrize("name", ["import", "backup"])
def test_a_full_disk_leaves_what_was_there(workers, street, place, name):
    codes = [tried(workers, street, place, name, room) for room in (32, 256, 8 * MOST)]
    assert codes[0] != 0 and codes[-1] == 0, codes


@pytest.mark.soak
@pytest.mark.parametrize("name", COMMANDS)
def test_a_disk_full_at_any_point_leaves_what_was_there(workers, street, place, name):
    codes = [tried(workers, street, place, name, room) for room in range(0, MOST + 1, STEP)]
    print(f"{name}: {len(codes)} sizes, {codes.count(0)} sufficed")
    assert codes[0] != 0
