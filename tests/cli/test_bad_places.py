"""Stores in bad places: odd and long paths, links, missing folders, disks that vanish, are slow or fail.

Each time it is done, or there is one clear message; never a traceback, and no long wait.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from haicang_desk.cli import run
from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.values import StoreUnusable

PATIENCE = 3  # seconds for a command in this process
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def command(capsys):
    """Runs a command: its exit code and what it said. None takes long, prints a traceback or writes a crash report."""

    def ran(*arguments: object) -> tuple[int, str]:
        start = time.monotonic()
        code = run([str(each) for each in arguments])
        assert time.monotonic() - start < PATIENCE
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err and code != 70, err
        return code, out + err

    return ran


def used(command, store: Path) -> None:
    """Make a store and use it: written, asked, verified, backed up, restored; nothing is left beside it."""
    assert command("init", store, "--street", "新阳街道", "--year", 2026)[0] == 0
    with Workspace.open(store) as ws:
        save(ws, [Village(name="霞阳社区")], action="登记", person="陈")
    assert command("verify", store)[0] == 0
    code, said = command("check", store, "--json")
    assert code == 0 and json.loads(said)["store"] == str(store)
    backup = store.with_name("备份.db")
    assert command("backup", store, backup)[0] == 0
    assert command("restore", backup, store)[0] == 0
    with Workspace.read(store) as ws:
        assert [each.name for each in ws.all(Village)] == ["霞阳社区"]
    assert len(list(store.parent.iterdir())) == 4  # the store, its backup with what that holds, the store before


ODD = [
    "中文 空格/新 阳.db",
    "😀/👩‍👩‍👧.db",
    "o'neil & co/a'b.db",
    "100%/50%20.db",
    "a#b/c#d.db",
    "a;b=c/x&mode=ro.db",
    "新阳/no ending",
]


@pytest.mark.parametrize("path", ODD)
def test_a_path_may_hold_any_character(tmp_path, command, path):
    (tmp_path / path).parent.mkdir(parents=True)
    used(command, tmp_path / path)


@pytest.mark.posix("a question mark, a backslash, a colon and a quotation mark in names")
@pytest.mark.parametrize("path", ["a?b/c?d.db", 'x"y/z\\w: .db', "new\nline/点..db"])
def test_also_those_that_windows_refuses(tmp_path, command, path):
    (tmp_path / path).parent.mkdir(parents=True)
    used(command, tmp_path / path)


@pytest.mark.parametrize(("letter", "length"), [("长", 200), ("x", 255), ("x", 300)])
def test_a_path_may_be_long(tmp_path, command, length, letter):
    folder = tmp_path
    while (left := length - len(str(folder / "新阳.db"))) > 1:
        folder /= letter * min(60, left - 1)
    folder.mkdir(parents=True)
    store = folder / "新阳.db"
    assert length - 1 <= len(str(store)) <= length
    used(command, store)


@pytest.mark.posix("SQLite's own limit; Windows' is another")
def test_a_path_that_sqlite_would_not_open_is_told(tmp_path, command):
    folder = tmp_path / ("长" * 80) / ("长" * 80)
    folder.mkdir(parents=True)
    store = folder / "新阳.db"
    for arguments in (["init", store, "--street", "新阳街道", "--year", 2026], ["check", store], ["verify", store]):
        code, said = command(*arguments)
        assert code == 4 and "字节" in said and "浅一些的文件夹" in said
    assert list(folder.iterdir()) == []


@pytest.mark.posix("names of bytes; Windows counts characters")
def test_a_name_that_is_too_long_is_told(tmp_path, command):
    for arguments in (
        ["init", tmp_path / f"{'长' * 90}.db", "--street", "新阳街道", "--year", 2026],
        ["check", tmp_path / ("长" * 90)],
    ):
        code, said = command(*arguments)
        assert code in (4, 5) and ("路径太长" in said or "找不到" in said)
    assert list(tmp_path.iterdir()) == []


QUESTIONS = (["check"], ["verify"], ["budget"])


@pytest.fixture
def store(tmp_path):
    (tmp_path / "账").mkdir()
    path = tmp_path / "账" / "新阳.db"
    with Workspace.create(path, street="新阳街道", year=2026, actor="陈") as ws:
        save(ws, [Village(name="霞阳社区")], action="登记", person="陈")
    return path


def test_a_folder_or_file_that_is_missing_is_told(tmp_path, command, store):
    for path in (tmp_path / "没有" / "新阳.db", store.parent / "没有.db", store / "里面.db"):
        for question in QUESTIONS:
            code, said = command(*question, path)
            assert code == 4 and "找不到" in said
        code, said = command("init", path, "--street", "新阳街道", "--year", 2026)
        assert (code == 0) is (path.parent == store.parent), said
    assert command("check", store.parent)[0] == 4


@pytest.mark.posix("links")
def test_a_second_name_is_read_and_not_written(tmp_path, command, store):
    other = tmp_path / "另.db"
    other.hardlink_to(store)
    for question in QUESTIONS:
        assert command(*question, other)[0] == 0
    code, said = command("attach", other, "X-1", ROOT / "README.md")
    assert code == 4 and "硬链接" in said and "没有改动" in said
    link = tmp_path / "链.db"
    link.symlink_to(tmp_path / "圈.db")
    (tmp_path / "圈.db").symlink_to(link)
    code, said = command("check", link)
    assert code == 4, said


def test_a_store_on_a_share_is_asked_and_not_written(command, store, monkeypatch, tmp_path):
    table = f"1 0 0:9 / / rw - ext4 /dev/a rw\n2 1 0:8 / {store.parent} rw - cifs //nas/x rw\n"
    from haicang_desk.platform import disks, places

    monkeypatch.setattr(places, "disk_of", lambda folder: disks.linux_disk(folder, table))
    for question in QUESTIONS:
        assert command(*question, store)[0] == 0
    code, said = command("attach", store, "X-1", ROOT / "README.md")
    assert code == 4 and "Windows 网络共享（cifs）" in said and "haicang-desk backup" in said
    here = tmp_path / "本机.db"
    assert command("backup", store, here)[0] == 0  # the way out that the message names
    Workspace.open(here).close()


# ---- disks that vanish


@contextmanager
def mounted(folder: Path) -> Iterator[Path]:
    """A disk of its own at a folder. Skips by name where none may be mounted."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root on Linux")
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"nothing may be mounted here: {made.stderr.decode(errors='replace').strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], capture_output=True, check=False)


def pulled_out(folder: Path) -> None:
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.posix("a disk is taken away under an open file")
def test_a_disk_that_is_taken_away_under_the_program_is_told(tmp_path, command):
    with mounted(tmp_path / "盘") as disk:
        store = disk / "新阳.db"
        with Workspace.create(store, street="新阳街道", year=2026, actor="陈") as ws:
            save(ws, [Village(name="霞阳社区")], action="登记", person="陈")
            pulled_out(disk)
            for _ in range(2):
                with pytest.raises(StoreUnusable, match=r"没有登记|读不出"):
                    save(ws, [Village(name="后柯社区")], action="登记", person="陈")
        code, said = command("check", store)
        assert code == 4 and "找不到" in said
        assert list(disk.iterdir()) == []  # nothing is written into the folder that the disk had covered


# ---- a disk that is slow or fails, made of FUSE

FUSE = """
import os, sys, time, errno
sys.path[:0] = sys.argv[4:]
from fuse import FUSE, FuseOSError, Operations

class Through(Operations):
    def __init__(self, root, how): self.root, self.how = root, how
    def __call__(self, op, path, *args):
        return super().__call__(op, self.root + path, *args)
    def fail(self, *kinds):
        if self.how in kinds: raise FuseOSError(errno.EIO)
    def access(self, path, mode):
        if not os.access(path, mode): raise FuseOSError(errno.EACCES)
    def getattr(self, path, fh=None):
        found, names = os.lstat(path), "atime ctime gid mode mtime nlink size uid ino"
        return {f"st_{name}": getattr(found, f"st_{name}") for name in names.split()}
    def readdir(self, path, fh): return [".", "..", *os.listdir(path)]
    def chmod(self, path, mode): os.chmod(path, mode)
    def chown(self, path, uid, gid): os.chown(path, uid, gid)
    def mkdir(self, path, mode): os.mkdir(path, mode)
    def rmdir(self, path): os.rmdir(path)
    def unlink(self, path): os.unlink(path)
    def rename(self, old, new): os.rename(old, self.root + new)
    def statfs(self, path):
        found, names = os.statvfs(path), "bavail bfree blocks bsize files frsize namemax"
        return {f"f_{name}": getattr(found, f"f_{name}") for name in names.split()}
    def utimens(self, path, times=None): os.utime(path, times)
    def open(self, path, flags): return os.open(path, flags)
    def create(self, path, mode, fi=None): return os.open(path, os.O_RDWR | os.O_CREAT, mode)
    def truncate(self, path, length, fh=None):
        with open(path, "r+b") as file: file.truncate(length)
    def release(self, path, fh): os.close(fh)
    def flush(self, path, fh): pass
    def read(self, path, size, offset, fh):
        if self.how == "slow": time.sleep(0.02)
        self.fail("failing read")
        return os.pread(fh, size, offset)
    def write(self, path, data, offset, fh):
        self.fail("failing write")
        return os.pwrite(fh, data, offset)
    def fsync(self, path, datasync, fh):
        if self.how == "slow": time.sleep(0.3)
        self.fail("failing sync")
        os.fsync(fh)

class Lying(Through):
    def lock(self, path, fip, cmd, lock): return 0

how = sys.argv[3]
through = (Lying if how == "lying lock" else Through)(sys.argv[1], how)
FUSE(through, sys.argv[2], foreground=True, nothreads=True, subtype="sshfs" if how == "sshfs" else "through")
"""


@contextmanager
def fuse(real: Path, folder: Path, how: str) -> Iterator[Path]:
    """A folder whose files go through a program that is slow, fails or lies about locks. Skips by name without FUSE."""
    where = [os.environ["FUSEPY"]] if os.environ.get("FUSEPY") else []
    found = subprocess.run(
        [sys.executable, "-c", "import sys; sys.path[:0] = sys.argv[1:]; import fuse", *where],
        capture_output=True,
        check=False,
    )
    if found.returncode or not Path("/dev/fuse").exists():
        pytest.skip("fusepy, libfuse2 or /dev/fuse is missing; FUSEPY names the folder of fuse.py")
    folder.mkdir()
    program = subprocess.Popen([sys.executable, "-c", FUSE, real, folder, how, *where], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if os.path.ismount(folder):
                break
            if program.poll() is not None:
                pytest.skip("FUSE may not be mounted here")
            time.sleep(0.05)
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], capture_output=True, check=False)
        program.terminate()
        program.wait(10)


@pytest.mark.soak
@pytest.mark.posix("FUSE")
@pytest.mark.parametrize("how", ["slow", "failing read", "failing write", "failing sync", "lying lock", "sshfs"])
def test_a_disk_that_is_slow_fails_or_lies(tmp_path, capsys, store, how):
    before = store.read_bytes()
    with fuse(store.parent, tmp_path / "盘", how) as disk:
        there = disk / store.name
        start = time.monotonic()
        try:
            with Workspace.open(there) as ws:
                save(ws, [Village(name="后柯社区")], action="登记", person="陈")
            told = ""
        except StoreUnusable as unusable:
            told = str(unusable)
        seconds = time.monotonic() - start
        code = run(["check", str(there)])
        said = capsys.readouterr().err
    print(f"{how}: {seconds:.1f} s; {told or '已登记'}; check {code} {said}")
    assert "Traceback" not in said and code != 70
    assert (told == "") is (how == "slow")
    if how in ("lying lock", "sshfs"):
        assert ("锁不住" if how == "lying lock" else "SFTP 网络文件夹（fuse.sshfs）") in told
    if how in ("failing read", "lying lock", "sshfs"):
        assert store.read_bytes() == before
    with Workspace.open(store) as ws:
        assert ("后柯社区" in [each.name for each in ws.all(Village)]) is (how == "slow")
