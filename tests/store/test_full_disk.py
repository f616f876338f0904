"""A disk that is really full, as a small one in memory: nothing is lost, everything is told, nothing is left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from haicang_desk.model.records import Village
from haicang_desk.model.services import keep_safe, save, undo
from haicang_desk.model.store import (
    automatic_backups,
    back_up,
    back_up_automatically,
    backup_folder,
    restore_backup,
    verify,
    verify_file,
)
from haicang_desk.model.store import backup as backup_module
from haicang_desk.model.values import Course, NotWritten, StoreUnusable
from haicang_desk.paths import data_folder
from tests.model.street import built

AT = datetime(2026, 11, 22, 20, 0)


@pytest.fixture
def disk(tmp_path):
    """Mounts a disk of so many KiB."""
    mounted: list[Path] = []

    def mount(kib: int) -> Path:
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        if sys.platform != "linux" or os.geteuid() != 0:
            pytest.skip("mounting a small disk needs root")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(place)], capture_output=True)
        if done.returncode:
            pytest.skip("no disk can be mounted here")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)) == 4096:
            pass
    return ballast


def register(ws, number):
    save(
        ws, [Village(name=f"村{number}", leader="长" * 20)], action=f"登记村{number}", person="陈", key=f"key {number}"
    )


def test_a_ledger_on_a_full_disk_registers_nothing_and_goes_on_when_there_is_room(disk):
    place = disk(4096)
    store = place / "新阳.db"
    with built(store) as ws:
        ballast, done = fill(place), 0
        with pytest.raises(StoreUnusable) as full:
            for done in range(60):  # until a page more is needed
                register(ws, done)
        assert f"“登记村{done}”没有登记（磁盘已满）" in str(full.value)
        with pytest.raises(StoreUnusable, match="没有登记"):
            register(ws, done)  # again, under the same key
        assert len(ws.all(Village)) == 2 + done
        ballast.unlink()
        register(ws, done)
        assert len(ws.all(Village)) == 3 + done and verify(ws.conn) == ()
        assert undo(ws, person="陈") == f"登记村{done}"
    assert verify_file(store) == ()


def test_a_backup_for_which_there_is_no_room_leaves_nothing(disk, tmp_path, monkeypatch):
    """Also where the disk becomes full in the middle of it, or when only the manifest is yet to be written."""
    monkeypatch.setattr(backup_module, "SPACE", 0)
    with built(tmp_path / "新阳.db") as ws:
        size = (tmp_path / "新阳.db").stat().st_size // 1024
        for room in (8, size // 2, size):
            place = disk(room)
            with pytest.raises(NotWritten, match="磁盘"):
                back_up_automatically(ws.conn, place / "自动", name="新阳", at=AT)
            assert [path.name for path in place.rglob("*") if path.is_file()] == []
        assert back_up_automatically(ws.conn, disk(size + 64) / "自动", name="新阳", at=AT)  # there it has room


def test_a_restore_for_which_there_is_no_room_changes_nothing(disk, tmp_path, monkeypatch):
    monkeypatch.setattr(backup_module, "SPACE", 0)
    place = disk(1024)
    store, backup = place / "新阳.db", tmp_path / "备份.db"
    with built(store) as ws:
        back_up(ws.conn, backup)
        register(ws, 1)
    fill(place)
    before = store.read_bytes()
    with pytest.raises(NotWritten, match="磁盘"):
        restore_backup(backup, store, at=AT)
    assert store.read_bytes() == before
    assert sorted(path.name for path in place.iterdir()) == ["ballast", "新阳.db"]


def test_a_full_second_place_is_told_and_the_first_has_its_backup(disk, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    second, store = disk(64), tmp_path / "新阳.db"
    built(store).close()
    kept = keep_safe(store, AT, course=Course(), second=second)
    assert "第二处没有做成" in kept.text and "只剩" in kept.text and not kept.failed
    assert len(automatic_backups(backup_folder(store))) == 1
    later = keep_safe(store, AT + timedelta(days=8), course=Course(), second=second)
    assert any("还没有过备份" in note and "有没有空间" in note for note in later.notes)


def test_a_full_first_place_is_told_as_a_failure(disk, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(disk(64)))
    store = tmp_path / "新阳.db"
    built(store).close()
    kept = keep_safe(store, AT, course=Course())
    assert "自动备份没有做成" in kept.failed and "请腾出空间" in kept.failed and kept.failed in kept.notes
    shutil.rmtree(data_folder(), ignore_errors=True)
