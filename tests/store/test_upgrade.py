"""Upgrading stores of earlier programs: on a copy; a kill or a full disk leaves a whole store, old or new."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from haicang_desk.model.services import Workspace
from haicang_desk.model.store import backup_folder, schema, upgrade_store, verify_file
from haicang_desk.model.store.schema import SCHEMA_STEPS, applied_steps
from haicang_desk.model.values import OnlyReadable, StoreUnusable
from tests.conftest import NOW
from tests.test_old_stores import STORES, unpacked

# Upgrades a store, and is killed at the so manieth look at the file system or at SQLite; says how many there were.
KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from haicang_desk.model.store import upgrade_store
store, last = Path(sys.argv[1]), int(sys.argv[2])
seen = 0
def look(event, args):
    global seen
    if event in ("open", "os.rename", "os.remove", "os.link", "os.mkdir", "os.chmod", "sqlite3.connect", "os.utime"):
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(look)
upgrade_store(store, at=datetime(2018, 9, 3, 9, 30))
print(seen)
"""

# Upgrades a store where no file may become longer than so many bytes.
FULL = """
import resource, signal, sys
from datetime import datetime
from pathlib import Path
from haicang_desk.model.store import upgrade_store
from haicang_desk.model.values import StoreUnusable
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    upgrade_store(Path(sys.argv[1]), at=datetime(2018, 9, 3, 9, 30))
except StoreUnusable as unusable:
    print(unusable)
"""


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def child(script, *arguments):
    made = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8"
    )
    assert made.returncode in (0, -signal.SIGKILL), made.stderr
    return made.stdout.strip()


def journal(path):
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute("SELECT * FROM journal ORDER BY seq").fetchall(), applied_steps(conn)


def dump(path):
    with closing(sqlite3.connect(path)) as conn:
        return json.dumps(list(conn.iterdump()))


def test_the_old_store_is_kept_and_the_new_one_holds_the_same(tmp_path):
    path = unpacked("schema-4", tmp_path)
    (entries, steps), before = journal(path), dump(path)
    kept = upgrade_store(path, at=NOW)
    assert kept.parent == backup_folder(path) and "升级前" in kept.name and dump(kept) == before
    assert journal(path) == (entries, SCHEMA_STEPS) and steps != SCHEMA_STEPS
    assert verify_file(path) == () == verify_file(kept)
    assert upgrade_store(path, at=NOW) is None


def test_a_step_that_fails_leaves_the_store_as_it_was_and_says_so(tmp_path, monkeypatch):
    path = unpacked("schema-4", tmp_path)
    before = path.read_bytes()

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(schema, "save_project_totals", full)  # the last act of an upgrade
    with pytest.raises(StoreUnusable, match=r"没有升级：磁盘已满.*没有改动"):
        Workspace.open(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [path.name]


def test_an_upgrade_that_does_not_verify_is_not_taken(tmp_path, monkeypatch):
    path = unpacked("schema-4", tmp_path)
    before, rebuild = path.read_bytes(), schema._rebuild_register_line

    def spoilt(conn):
        rebuild(conn)
        conn.execute("UPDATE register_line SET special = special + 1")

    monkeypatch.setattr(schema, "_rebuild_register_line", spoilt)
    with pytest.raises(StoreUnusable, match=r"没有升级.*核对不上"):
        Workspace.open(path)
    assert path.read_bytes() == before


def test_a_damaged_store_is_not_upgraded_and_no_copy_of_it_kept(tmp_path):
    path = unpacked("schema-4", tmp_path)
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE project SET special = special + 1")
    with pytest.raises(OnlyReadable, match=r"损坏.*区级专项资金"):
        upgrade_store(path, at=NOW)
    assert not backup_folder(path).exists()


def killed_at(name, folder, points):
    """Kill an upgrade at some of its acts; after each kill the store is whole, and the next opening upgrades it."""
    (whole := folder / "whole").mkdir()
    acts = int(child(KILLED, unpacked(name, whole), 1 << 30))
    for number in range(points):
        (place := folder / str(number)).mkdir()
        path = unpacked(name, place)
        entries, _ = journal(path)
        child(KILLED, path, acts * (number + 1) // (points + 1))
        assert verify_file(path) == () and journal(path)[0] == entries
        with Workspace.open(path) as ws:
            assert applied_steps(ws.conn) == SCHEMA_STEPS
            assert ws.conn.execute("SELECT count(*) FROM journal").fetchone()[0] >= len(entries)


needs_posix = pytest.mark.skipif(os.name != "posix", reason="kills and limits of POSIX")


@needs_posix
@pytest.mark.slow
def test_a_kill_leaves_a_whole_store(tmp_path):
    killed_at("empty", tmp_path, 3)


@needs_posix
@pytest.mark.soak
@pytest.mark.parametrize("name", STORES)
def test_a_kill_at_any_act_leaves_a_whole_store(name, tmp_path):
    killed_at(name, tmp_path, 20)


def full_at(name, folder, share):
    path = unpacked(name, folder)
    before, limit = path.read_bytes(), int(path.stat().st_size * share)
    told = child(FULL, path, limit)
    assert "没有升级" in told and "没有改动" in told
    assert path.read_bytes() == before and verify_file(path) == ()
    Workspace.open(path).close()  # there is room again


@needs_posix
def test_a_full_disk_leaves_the_store_as_it_was(tmp_path):
    full_at("empty", tmp_path, 0.5)


@needs_posix
@pytest.mark.soak
@pytest.mark.parametrize("name", STORES)
@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.99])
def test_a_disk_that_is_full_sooner_or_later_leaves_the_store_as_it_was(name, share, tmp_path):
    full_at(name, tmp_path, share)
