"""The power is cut at any moment: every acknowledged change is on the disk, and the store is whole.

The store lies on a file system in a file, mounted through a loop device. While its writer is stopped the file is
copied: the copy holds what that file system had sent to its disk, and nothing of what waited in memory. A drive's own
cache is not tried. Two controls write with weaker settings and must lose changes or the store, or the trial is blind.
``POWER_CUTS=3000`` sets how many there are.
"""

from __future__ import annotations

import filecmp
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from haicang_desk.model.values import DeskError
from tests.model.street import built
from tests.store.proof.checks import copied, hold
from tests.store.proof.nursery import Nursery, Worker, nursery

SHORT, LONG = int(os.environ.get("POWER_CUTS", "30")), int(os.environ.get("POWER_CUTS", "3000"))
CONTROL = 8  # cuts of each control
OF_ONE = 10  # cuts of one writer before a new store is begun
STORE = "新阳.db"
OURS = "haicang_cut-"  # how the folder of a run begins, before the number of its process
SIZE = 12 * 1024 * 1024


def unable() -> str:
    """Why this machine can't do it; "" where it can."""
    if sys.platform != "linux":
        return "no loop devices"
    if os.geteuid() != 0:
        return "mounting needs root"
    if missing := [each for each in ("mkfs.ext4", "mount", "umount") if shutil.which(each) is None]:
        return f"{missing[0]} is missing"
    with TemporaryDirectory() as folder:
        try:
            with mounted(new_disk(Path(folder)), Path(folder) / "place"):
                return ""
        except subprocess.CalledProcessError as wrong:
            return f"no loop device can be mounted: {wrong.stderr.decode(errors='replace').strip()}"


def new_disk(folder: Path) -> Path:
    """An empty file system in a file."""
    disk = folder / "disk"
    with disk.open("wb") as file:
        file.truncate(SIZE)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(disk)], check=True, capture_output=True)
    return disk


@contextmanager
def mounted(disk: Path, place: Path) -> Iterator[Path]:
    """Mount a file; at the end it is unmounted, and the kernel lets go of the loop device with it."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", "loop", str(disk), str(place)], check=True, capture_output=True)
    try:
        yield place
    finally:
        unmount(place)


def unmount(place: Path) -> None:
    for _ in range(100):
        if subprocess.run(["umount", str(place)], check=False, capture_output=True).returncode == 0:
            return
        time.sleep(0.05)  # a process that was just killed may still hold it
    raise AssertionError(f"{place} stays mounted")


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    if reason := unable():
        pytest.skip(f"no power can be cut here: {reason}")
    with nursery(XDG_DATA_HOME=str(tmp_path_factory.mktemp("data"))) as started:
        yield started


@pytest.fixture
def place(workers: Nursery) -> Iterator[Path]:
    """A folder in memory, for the file system and its copies: what is tried is the one inside."""
    unmount_abandoned()
    with TemporaryDirectory(dir="/dev/shm", prefix=f"{OURS}{os.getpid()}-") as folder:
        yield Path(folder)


def unmount_abandoned() -> None:
    """Undo what a run of this test that was killed has left mounted."""
    for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        folder = Path(line.split()[1])
        if (name := folder.parent.name).startswith(OURS) and not Path("/proc", name.split("-")[1]).exists():
            unmount(folder)
            shutil.rmtree(folder.parent, ignore_errors=True)


def image_of(disk: Path, worker: Worker, to: Path) -> None:
    """Stop the writer and copy the disk as it is then. One that changed while it was copied is copied again."""
    worker.signal(signal.SIGSTOP)
    worker.catch_up()  # what it acknowledged until it was stopped
    for _ in range(20):
        shutil.copyfile(disk, to)
        if filecmp.cmp(disk, to, shallow=False):
            break
    else:
        raise AssertionError("the disk does not come to rest")
    worker.signal(signal.SIGCONT)


def cut(workers: Nursery, place: Path, cuts: int, *, deed: str = "writes", seed: str = "") -> tuple[int, int]:
    """Cut the power so often; gives how many images held and how many changes were acknowledged in all."""
    chance, sound, changes = random.Random(seed), 0, 0
    (place / "street").mkdir()
    built(place / "street" / STORE).close()
    disk = new_disk(place)
    with mounted(disk, place / "live") as live:
        for begun in range(0, cuts, OF_ONE):
            copied(place / "street", live / "street")
            worker = workers.begin(deed, STORE, chance.random(), folder=live / "street")
            try:
                for _ in range(min(OF_ONE, cuts - begun)):
                    worker.wait(chance.randint(1, 3))
                    time.sleep(chance.choice((0, 0, chance.uniform(0, 0.03))))  # also just after a commit
                    image_of(disk, worker, place / "image")
                    sound += held(place, worker.acknowledged)
                changes += len(worker.acknowledged)
            finally:
                worker.kill()
    return sound, changes


def held(place: Path, acknowledged: list[str]) -> bool:
    """Whether a copy of the disk, mounted as after a restart, has the whole store with all that was acknowledged."""
    with mounted(place / "image", place / "after") as after:
        try:
            hold(after / "street" / STORE, acknowledged)
        except (AssertionError, DeskError, sqlite3.Error) as wrong:
            print(wrong)
            return False
        return True


@pytest.mark.slow
def test_a_power_cut_loses_no_acknowledged_change(workers, place):
    sound, changes = cut(workers, place, SHORT, seed="short")
    assert sound == SHORT and changes > SHORT


@pytest.mark.slow
@pytest.mark.parametrize("deed", ["writes_normal", "writes_off"])
def test_weaker_settings_are_seen_to_lose(workers, place, deed):
    """WAL with synchronous=NORMAL, the usual advice, loses the last changes; synchronous=OFF also the store."""
    sound, changes = cut(workers, place, CONTROL, deed=deed)
    print(f"{deed}: {CONTROL - sound} of {CONTROL} power cuts lost something")
    assert changes >= CONTROL
    assert sound < CONTROL, f"the trial is blind: {deed} lost nothing in {CONTROL} cuts"


@pytest.mark.soak
def test_power_cuts_lose_no_acknowledged_change_in_the_long_run(workers, place):
    sound, changes = cut(workers, place, LONG, seed="long")
    print(f"{LONG} power cuts, {changes} acknowledged changes, {LONG - sound} lost")
    assert sound == LONG
