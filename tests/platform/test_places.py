"""A store is written on a disk of this machine alone, where locks hold; elsewhere it is refused with a way out."""

from __future__ import annotations

import errno
import struct
import time
from pathlib import Path

import pytest

from haicang_desk.model.values import UnsafePlace
from haicang_desk.platform import (
    Disk,
    DiskKind,
    allow_on_removable,
    is_safe_folder,
    lock_holds,
    refuse_unsafe_place,
    sync_program_of,
)
from haicang_desk.platform.lock_probe import _holding


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def on_disk(monkeypatch):
    """Has every folder lie on a disk of this kind."""
    return lambda kind: monkeypatch.setattr("haicang_desk.platform.places.disk_of", lambda _: Disk(kind, kind.value))


def test_an_ordinary_folder_is_safe(tmp_path):
    refuse_unsafe_place(tmp_path / "新阳.db")
    assert is_safe_folder(tmp_path / "没有" / "这个")
    assert list(tmp_path.iterdir()) == []


def test_a_network_share_is_refused_with_what_is_safe_and_what_to_do(tmp_path, on_disk):
    on_disk(DiskKind.NETWORK)
    (tmp_path / "新阳.db").write_bytes(b"")
    with pytest.raises(
        UnsafePlace, match=r"网络共享.*没有打开来登记，数据没有改动.*可能丢失.*移到本机.*haicang-desk backup"
    ) as refused:
        refuse_unsafe_place(tmp_path / "新阳.db")
    assert refused.value.movable and not refused.value.removable
    assert not is_safe_folder(tmp_path)


def test_a_stick_is_refused_until_the_person_agrees_for_this_store(tmp_path, on_disk):
    on_disk(DiskKind.REMOVABLE)
    with pytest.raises(UnsafePlace, match="拔出") as refused:
        refuse_unsafe_place(tmp_path / "新阳.db")
    assert refused.value.removable
    allow_on_removable(tmp_path / "新阳.db")
    allow_on_removable(tmp_path / "新阳.db")
    refuse_unsafe_place(tmp_path / "新阳.db")
    with pytest.raises(UnsafePlace):
        refuse_unsafe_place(tmp_path / "别的.db")
    on_disk(DiskKind.NETWORK)
    with pytest.raises(UnsafePlace):
        refuse_unsafe_place(tmp_path / "新阳.db")


SYNCED = {
    "OneDrive/台账": "OneDrive",
    "OneDrive - 海沧区/台账": "OneDrive",
    "我的坚果云": "坚果云",
    "Nutstore/1/x": "坚果云",
    "WPSDrive/123/WPS云盘": "WPS 云盘",
    "BaiduSyncdisk/x": "百度网盘同步",
    "iCloudDrive": "iCloud",
    "Dropbox (Office)/x": "Dropbox",
    "onedrive": "OneDrive",
}


@pytest.mark.parametrize("folder", SYNCED)
def test_a_folder_of_a_sync_program_is_known_by_its_name(tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True)
    assert sync_program_of(tmp_path / folder) == SYNCED[folder]
    with pytest.raises(UnsafePlace, match=f"{SYNCED[folder]} ?的同步文件夹"):
        refuse_unsafe_place(tmp_path / folder / "新阳.db")


@pytest.mark.parametrize("folder", ["台账", "OneDriveBackup", "dropbox-old", "云盘照片", "mega-projects", "box"])
def test_other_folders_are_not(tmp_path, folder):
    (tmp_path / folder).mkdir()
    assert sync_program_of(tmp_path / folder, {}) == ""


@pytest.mark.parametrize(
    ("mark", "program"), [(".stfolder", "Syncthing"), (".dropbox.cache", "Dropbox"), (".sync/ID", "Resilio Sync")]
)
def test_a_folder_of_a_sync_program_is_known_by_what_it_leaves_there(tmp_path, mark, program):
    (tmp_path / mark).mkdir(parents=True)
    (tmp_path / "内" / "深").mkdir(parents=True)
    assert sync_program_of(tmp_path / "内" / "深", {}) == program
    refused = pytest.raises(UnsafePlace, match=program)
    with refused:
        refuse_unsafe_place(tmp_path / "内" / "深" / "新阳.db")


def test_the_settings_that_a_sync_program_keeps_in_the_home_folder_make_it_no_synced_folder(tmp_path):
    (tmp_path / ".dropbox").mkdir()
    (tmp_path / ".sync").mkdir()
    assert sync_program_of(tmp_path, {}) == ""


def test_windows_names_its_own_synced_folder_in_the_environment(tmp_path):
    assert sync_program_of(tmp_path / "云" / "x", {"OneDriveCommercial": str(tmp_path / "云")}) == "OneDrive"
    assert sync_program_of(tmp_path / "云", {"OneDrive": ""}) == ""


# ---- locks


def test_a_lock_that_lies_is_refused(tmp_path, monkeypatch):
    assert lock_holds(tmp_path)
    assert not lock_holds(tmp_path, lambda _: True)  # both handles are told that they have it
    assert not lock_holds(tmp_path, lambda _: False)  # nobody ever has it
    monkeypatch.setattr("haicang_desk.platform.lock_probe._try_lock", lambda _: True)
    _holding.clear()
    with pytest.raises(UnsafePlace, match=r"锁不住文件.*换成本机硬盘"):
        refuse_unsafe_place(tmp_path / "新阳.db")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_locks_is_refused_and_one_that_cannot_be_written_is_not(tmp_path, monkeypatch):
    def without_locks(_: int) -> bool:
        raise OSError(errno.ENOLCK, "no locks")

    def failing(_: int) -> bool:
        raise OSError(errno.EIO, "broken")

    assert not lock_holds(tmp_path, without_locks)
    with pytest.raises(OSError, match="broken"):
        lock_holds(tmp_path, failing)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("haicang_desk.platform.places.lock_holds", lambda _: failing(0))
    refuse_unsafe_place(tmp_path / "新阳.db")  # opening it says what is wrong


@pytest.mark.posix("fcntl")
def test_the_probe_sees_a_lock_of_another_handle(tmp_path):
    import fcntl

    (tmp_path / "f").write_bytes(b"")
    with (tmp_path / "f").open("r+b") as one, (tmp_path / "f").open("r+b") as two:
        whole = struct.pack("hhqqi0q", fcntl.F_WRLCK, 0, 0, 1, 0)
        fcntl.fcntl(one, fcntl.F_OFD_SETLK, whole)
        with pytest.raises(BlockingIOError):
            fcntl.fcntl(two, fcntl.F_OFD_SETLK, whole)


def test_the_place_is_looked_up_in_a_moment(tmp_path):
    deep = tmp_path.joinpath(*"一二三四五六")
    deep.mkdir(parents=True)
    refuse_unsafe_place(deep / "新阳.db")
    best = min(_seconds(lambda: refuse_unsafe_place(deep / "新阳.db")) for _ in range(5))
    assert best < 0.01


def _seconds(act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def test_the_environment_of_windows_alone_is_no_reason(tmp_path):
    assert sync_program_of(Path(tmp_path), {"OneDrive": str(tmp_path / "别处")}) == ""
