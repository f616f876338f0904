"""Files are written whole or not at all, and nothing is left beside them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from haicang_desk.model.services import Workspace
from haicang_desk.model.store import back_up
from haicang_desk.model.values import NotWritten, Refused
from haicang_desk.platform import (
    ABANDONED,
    atomic_path,
    make_folder,
    make_private,
    partial_beside,
    remove_file,
    rename,
    replace_file,
    sweep_partials,
    sync_file,
    write_atomically,
)


def write_through_path(path: Path, data: bytes) -> None:
    with atomic_path(path) as partial:
        partial.write_bytes(data)


each_way = pytest.mark.parametrize("write", [write_atomically, write_through_path])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@each_way
def test_a_file_is_replaced_whole(tmp_path, write):
    out = tmp_path / "报告.pdf"
    for data in (b"old", b"new"):
        write(out, data)
        assert out.read_bytes() == data and names(tmp_path) == ["报告.pdf"]


@each_way
@pytest.mark.parametrize("broken", ["os.fsync", "pathlib.Path.replace"])
def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_beside_it(tmp_path, monkeypatch, write, broken):
    out = tmp_path / "报告.pdf"
    out.write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(broken, full)
    with pytest.raises(NotWritten, match=r"“.*报告.pdf”没有写[成出]（磁盘已满）"):
        write(out, b"new")
    assert out.read_bytes() == b"old" and names(tmp_path) == ["报告.pdf"]


def test_an_error_of_the_block_is_passed_on(tmp_path):
    with pytest.raises(Refused, match="没有数据"), atomic_path(tmp_path / "册.xlsx") as partial:
        partial.write_bytes(b"half")
        raise Refused("没有数据")
    assert names(tmp_path) == []


def test_a_path_to_write_to_is_only_given_in_a_folder_that_exists(tmp_path):
    for out, reason in ((tmp_path, "是文件夹"), (tmp_path / "无" / "册.xlsx", "不存在")):
        with pytest.raises(NotWritten, match=reason), atomic_path(out):
            pytest.fail("no path may be given")


def test_folders_are_made_and_a_refusal_names_what_was_wanted(tmp_path):
    write_atomically(tmp_path / "一" / "二" / "信.pdf", b"letter")
    assert (tmp_path / "一" / "二" / "信.pdf").read_bytes() == b"letter"
    (tmp_path / "文件").write_bytes(b"")
    with pytest.raises(NotWritten, match=r"“.*文件”没有写成（已经存在）"):
        make_folder(tmp_path / "文件")
    with pytest.raises(NotWritten, match=r"“.*信.pdf”没有写成（已经存在）"):
        write_atomically(tmp_path / "文件" / "信.pdf", b"letter")


# ---- Windows lets nobody rename or remove what another program has open


def denied(code: int) -> PermissionError:
    wrong = PermissionError(13, "in use")
    wrong.winerror = code
    return wrong


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """The seconds waited so far; none of them passes."""
    waited: list[float] = []
    monkeypatch.setattr("haicang_desk.platform.writing.time.sleep", waited.append)
    return waited


def held_by_another(monkeypatch, method: str, code: int, times: int) -> None:
    """Has a method of Path fail so often, as while another program has the file open."""
    works, left = getattr(Path, method), [times]

    def act(*arguments, **named):
        if left[0]:
            left[0] -= 1
            raise denied(code)
        return works(*arguments, **named)

    monkeypatch.setattr(Path, method, act)


@pytest.mark.parametrize("code", [5, 32, 33])
@each_way
def test_a_file_that_a_virus_scanner_holds_is_replaced_when_it_lets_go(tmp_path, monkeypatch, pauses, write, code):
    out = tmp_path / "报告.pdf"
    out.write_bytes(b"old")
    held_by_another(monkeypatch, "replace", code, 4)
    write(out, b"new")
    assert out.read_bytes() == b"new" and names(tmp_path) == ["报告.pdf"]
    assert pauses == [0.05, 0.1, 0.2, 0.4]


@each_way
def test_one_that_is_held_on_is_told_after_fifteen_seconds_and_the_old_file_stands(
    tmp_path, monkeypatch, pauses, write
):
    out = tmp_path / "报告.pdf"
    out.write_bytes(b"old")
    held_by_another(monkeypatch, "replace", 32, 1000)
    with pytest.raises(NotWritten, match=r"没有写[成出]（正被别的程序使用）"):
        write(out, b"new")
    assert out.read_bytes() == b"old" and names(tmp_path) == ["报告.pdf"]
    assert 14 < sum(pauses) < 16 and max(pauses) <= 1


@pytest.mark.parametrize("act", [rename, replace_file])
def test_renaming_and_removing_are_tried_again_too(tmp_path, monkeypatch, pauses, act):
    old, new = tmp_path / "旧", tmp_path / "新"
    old.write_bytes(b"1")
    held_by_another(monkeypatch, act.__name__.removesuffix("_file"), 32, 2)
    act(old, new)
    held_by_another(monkeypatch, "unlink", 33, 2)
    remove_file(new)
    remove_file(new)
    assert names(tmp_path) == [] and len(pauses) == 4


def test_what_is_denied_for_good_is_told_at_once(tmp_path, monkeypatch, pauses):
    source, folder = tmp_path / "新", tmp_path / "夹"
    source.write_bytes(b"1")
    folder.mkdir()
    held_by_another(monkeypatch, "replace", 5, 1000)
    with pytest.raises(PermissionError):
        replace_file(source, folder)
    with pytest.raises(FileNotFoundError):
        rename(tmp_path / "没有", tmp_path / "新名")
    assert pauses == []


def test_a_file_is_synced_through_a_handle_that_may_write(tmp_path, monkeypatch):
    modes = []
    (tmp_path / "册").write_bytes(b"1")
    monkeypatch.setattr(os, "fsync", lambda handle: modes.append(os.write(handle, b"2")))
    sync_file(tmp_path / "册")
    assert modes == [1] and (tmp_path / "册").read_bytes() == b"2"


NOW = datetime(2026, 11, 30, 9)


def aged(path: Path, age: timedelta) -> Path:
    os.utime(path, ((NOW - age).timestamp(),) * 2)
    return path


def test_what_was_left_half_written_is_swept_by_name_and_age(tmp_path):
    old, young, half = partial_beside(tmp_path / "册.xlsx"), partial_beside(tmp_path / "册.xlsx"), ABANDONED / 2
    other = tmp_path / f".{'g' * 32}.part"
    beside = [old.with_name(old.name + ending) for ending in ("-journal", "-wal")]
    early, mine = tmp_path / ".出.db.4711.partial", tmp_path / "草稿.part"
    for path in (old, *beside, early, young, other, mine):
        path.write_bytes(b"half")
        aged(path, half if path == young else 2 * ABANDONED)
    folder = partial_beside(tmp_path / "出.files")
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "x").write_bytes(b"half")
    aged(folder, 2 * ABANDONED)
    sweep_partials(tmp_path, at=NOW)
    assert names(tmp_path) == sorted(path.name for path in (young, other, mine))
    sweep_partials(tmp_path / "没有", at=NOW)


@pytest.mark.posix("no permission bits")
def test_folders_that_the_program_makes_are_the_user_s_alone(tmp_path):
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "一" / "二")
    assert [path.stat().st_mode & 0o777 for path in (tmp_path, tmp_path / "一", tmp_path / "一" / "二")] == [
        *(0o755, 0o700, 0o700)
    ]


@pytest.mark.posix("no permission bits")
@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o440, 0o400), (0o600, 0o600)])
def test_a_file_is_made_private_without_becoming_writable(tmp_path, before, after):
    path = tmp_path / "册.db"
    path.write_bytes(b"")
    path.chmod(before)
    make_private(path)
    assert path.stat().st_mode & 0o777 == after
    make_private(tmp_path / "没有")


# ---- what no output may replace


@pytest.fixture
def store(tmp_path):
    """A store that this process has open, with something in its folder."""
    with Workspace.create(tmp_path / "新阳.db", street="新阳街道", year=2026, actor="陈") as ws:
        (tmp_path / "新阳.files").mkdir()
        (tmp_path / "新阳.files" / "ab").write_bytes(b"scan")
        yield ws


def standing(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Each file of a folder with inode, mode and bytes. Reading an open store's bytes would drop its locks."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        ordinary = path.is_file() and not path.is_symlink() and status.st_nlink == 1 and path.suffix != ".db"
        found[str(path)] = (status.st_ino, status.st_mode, path.read_bytes() if ordinary else b"")
    return found


def closed_copy(ws: Workspace, path: Path) -> Path:
    back_up(ws.conn, path)
    return path


THREATENED = {
    "the store": lambda ws, folder: folder / "新阳.db",
    "by a roundabout path": lambda ws, folder: folder / "新阳.files" / ".." / "新阳.db",
    "a backup": lambda ws, folder: closed_copy(ws, folder / "U盘.xlsx"),
    "journal": lambda ws, folder: folder / "新阳.db-journal",
    "wal": lambda ws, folder: folder / "新阳.db-wal",
    "shared memory": lambda ws, folder: folder / "新阳.db-shm",
    "lock": lambda ws, folder: folder / "新阳.db-lock",
    "scans": lambda ws, folder: folder / "新阳.files" / "ab",
    "among scans": lambda ws, folder: folder / "新阳.files" / "cd" / "报告.pdf",
    "the folder of scans": lambda ws, folder: folder / "新阳.files",
    "a folder": lambda ws, folder: made(folder / "夹.pdf", lambda path: path.mkdir()),
    "another name of the store": lambda ws, folder: made(
        folder / "名.pdf", lambda p: p.hardlink_to(folder / "新阳.db")
    ),
    "another name of a backup": lambda ws, folder: made(
        folder / "名.pdf", lambda p: p.hardlink_to(closed_copy(ws, folder / "备.db"))
    ),
    "a link to the store": lambda ws, folder: made(folder / "链.pdf", lambda p: p.symlink_to(folder / "新阳.db")),
    "a link to nothing": lambda ws, folder: made(folder / "链.pdf", lambda p: p.symlink_to(folder / "没有")),
    "a link into the folder of scans": lambda ws, folder: (
        made(folder / "链", lambda p: p.symlink_to(folder / "新阳.files")) / "报告.pdf"
    ),
    "a pipe": lambda ws, folder: made(folder / "管.pdf", os.mkfifo),
    "a device": lambda ws, folder: Path(os.devnull),
    "a journal left behind": lambda ws, folder: made(
        folder / "旧.pdf", lambda p: p.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
    ),
}


def made(path: Path, make) -> Path:
    make(path)
    return path


@pytest.mark.posix("links and pipes")
@each_way
@pytest.mark.parametrize("name", THREATENED)
def test_no_output_replaces_a_store_or_what_belongs_to_it_or_is_no_file(tmp_path, store, write, name):
    out = THREATENED[name](store, tmp_path)
    before = standing(tmp_path)
    with pytest.raises(NotWritten, match=r"没有写出.*(换一个|写明)"):
        write(out, b"new")
    assert standing(tmp_path) == before


@pytest.mark.posix("links")
@pytest.mark.parametrize("name", ["the store", "another name of the store", "journal", "scans"])
def test_the_guard_drops_no_lock_of_an_open_store(tmp_path, store, name):
    with pytest.raises(NotWritten):
        write_atomically(THREATENED[name](store, tmp_path), b"new")
    code = "import sys, pathlib; from haicang_desk.model.store import connect; connect(pathlib.Path(sys.argv[1]))"
    arguments = [sys.executable, "-c", code, str(tmp_path / "新阳.db")]
    done = subprocess.run(arguments, capture_output=True, text=True, encoding="utf-8", check=False)
    assert "正被另一个窗口或程序使用" in done.stderr


@each_way
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"SQLite format 3\0" + bytes(84)], ids=["empty", "pdf", "other"])
def test_an_ordinary_file_is_replaced_and_a_free_name_is_taken(tmp_path, store, write, content):
    (tmp_path / "报告.pdf").write_bytes(content)
    (tmp_path / "别处.files").mkdir()
    for out in (tmp_path / "报告.pdf", tmp_path / "新阳.pdf", tmp_path / "别处.files" / "信.pdf", tmp_path / "甲-wal"):
        write(out, b"new")
        assert out.read_bytes() == b"new"


def test_what_cannot_be_read_is_not_replaced(tmp_path, monkeypatch):
    out = tmp_path / "报告.pdf"
    out.write_bytes(b"old")

    def barred(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", barred)
    with pytest.raises(NotWritten, match="不能确定它不是台账"):
        write_atomically(out, b"new")


def test_the_first_file_written_into_a_folder_sweeps_it(tmp_path):
    left, young = partial_beside(tmp_path / "册.xlsx"), partial_beside(tmp_path / "册.xlsx")
    for path in (left, young):
        path.write_bytes(b"half")
    old = time.time() - 2 * ABANDONED.total_seconds()
    os.utime(left, (old, old))
    write_atomically(tmp_path / "报告.pdf", b"new")
    assert names(tmp_path) == sorted([young.name, "报告.pdf"])
