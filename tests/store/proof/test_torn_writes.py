"""Writes that a power cut tears or reorders: every change is there whole or not at all, acknowledged ones always.

``TORN_IMAGES=2000`` sets how many images of the disk are opened.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from haicang_desk.model.values import DeskError
from tests.model.street import built
from tests.store.proof.checks import hold
from tests.store.proof.nursery import nursery
from tests.store.proof.torn import Note, images, recorded

pytest.importorskip("apsw", reason="the file layer that notes writes is apsw's")

SHORT, LONG = int(os.environ.get("TORN_IMAGES", "100")), int(os.environ.get("TORN_IMAGES", "2000"))
CONTROL = 20
STORE = "新阳.db"
CHANGES = 30

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="no fork")]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def work(place: Path) -> tuple[bytes, Path]:
    """A store as it was before some changes, and the statements that the program made them with."""
    built(place / STORE).close()
    before = (place / STORE).read_bytes()
    with nursery(XDG_DATA_HOME=str(place / "data")) as workers:
        code = workers.run("traced", STORE, CHANGES, "statements", folder=place, said=place / "said")
    assert code == 0, (place / "said").read_text(encoding="utf-8")
    return before, place / "statements"


def replayed(place: Path, work: tuple[bytes, Path], *pragmas: str) -> list[Note]:
    before, statements = work
    path = place / "replayed.db"
    path.write_bytes(before)
    return recorded(path, statements, *pragmas)


def sound(place: Path, before: bytes, notes: list[Note], wanted: int) -> int:
    """How many images of the disk have the store whole with all that was acknowledged until then."""
    held, path = 0, place / "image.db"
    for image, point in images(before, notes, wanted, random.Random(wanted)):
        for name, file in (("store", path), ("journal", path.with_name(f"{path.name}-journal"))):
            file.unlink(missing_ok=True)
            if name in image:
                file.write_bytes(image[name])
        try:
            hold(path, [note[1] for note in notes[:point] if note[0] == "ack"])
            held += 1
        except (AssertionError, DeskError, sqlite3.Error) as wrong:
            print(wrong)
    return held


def test_torn_and_reordered_writes_leave_all_or_nothing(place, work):
    notes = replayed(place, work)
    assert sum(note[0] == "ack" for note in notes) == CHANGES and sum(note[0] == "sync" for note in notes) > CHANGES
    assert sound(place, work[0], notes, SHORT) == SHORT


@pytest.mark.parametrize("pragma", ["synchronous = OFF", "journal_mode = MEMORY"])
def test_without_syncing_the_trial_sees_losses(place, work, pragma):
    held = sound(place, work[0], replayed(place, work, pragma), CONTROL)
    print(f"{pragma}: {CONTROL - held} of {CONTROL} images lost something")
    assert held < CONTROL, "the trial is blind"


@pytest.mark.soak
def test_torn_and_reordered_writes_in_the_long_run(place, work):
    held = sound(place, work[0], replayed(place, work), LONG)
    print(f"{LONG} images, {LONG - held} lost something")
    assert held == LONG
