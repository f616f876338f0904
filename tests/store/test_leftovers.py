"""Temporary copies that killed runs left: swept when nobody uses them, and only ours."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta

import pytest

from haicang_desk.model.store import connect_to_copy, sweep_copies
from haicang_desk.model.store import connection as module
from tests.store.test_backup import sound, store  # noqa: F401 - fixtures

NOW = datetime.now()
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    place = tmp_path / "temp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setattr(module, "IN_MEMORY", 0)
    return place


def left(folder, name="haicang-desk-abcd1234", *, lock=True, age=timedelta(0)):
    made = folder / name
    made.mkdir()
    (made / "新阳.db").write_bytes(b"a copy")
    if lock:
        (made / "新阳.db-lock").write_bytes(b"")
    for path in (*made.iterdir(), made):
        os.utime(path, ((NOW - age).timestamp(),) * 2)
    return made


def test_a_copy_in_use_stays_and_goes_with_its_connection(store, folder):  # noqa: F811
    copy = connect_to_copy(store)
    (made,) = folder.iterdir()
    assert sweep_copies(LATER) == [] and made.exists()
    copy.close()
    assert list(folder.iterdir()) == []


def test_a_copy_in_use_by_another_process_stays_until_that_is_killed(store, folder):  # noqa: F811
    script = (
        "import sys, time, tempfile; from pathlib import Path; from haicang_desk.model.store import connection;"
        "tempfile.tempdir = sys.argv[2]; connection.IN_MEMORY = 0;"
        "copy = connection.connect_to_copy(Path(sys.argv[1])); print('ready', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(store), str(folder)], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    with child:
        assert child.stdout.readline() == "ready\n"
        assert sweep_copies(LATER) == []
        child.kill()
        child.wait()
    (made,) = folder.iterdir()
    assert sweep_copies(NOW) == []  # too young
    assert sweep_copies(LATER) == [made] and not made.exists()


def test_what_killed_runs_left_goes_and_what_is_not_ours_stays(folder):
    gone = left(folder)
    older_program = left(folder, "haicang-desk-bcde2345", lock=False, age=timedelta(days=3))
    stays = [
        left(folder, "haicang-desk-cdef3456", lock=False, age=timedelta(hours=5)),
        left(folder, "haicang-desk-backup", age=timedelta(days=9)),
        left(folder, "other-abcd1234", age=timedelta(days=9)),
    ]
    link = folder / "haicang-desk-defa4567"
    link.symlink_to(stays[-1])
    (folder / "haicang-desk-efab5678").write_bytes(b"a file")
    assert set(sweep_copies(LATER)) == {gone, older_program}
    assert all(path.exists() for path in (*stays, link, folder / "haicang-desk-efab5678"))


def test_sweeping_takes_no_time_where_there_is_nothing(folder):
    begun = time.monotonic()
    assert sweep_copies(LATER) == []
    assert time.monotonic() - begun < 0.5
