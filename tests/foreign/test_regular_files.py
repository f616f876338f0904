"""What stands in the place of a file: a pipe, a device, a folder, a circle of links, a growing file. Never a wait."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from haicang_desk.cli import run
from haicang_desk.cli.people_command import read_password
from haicang_desk.model.policy import policy_files
from haicang_desk.model.scans import read_scan
from haicang_desk.model.spreadsheet import MappingFile, open_workbook
from haicang_desk.model.values import Refused
from haicang_desk.platform import FileFault, FileNotTaken, read_regular_file, read_regular_text, regular_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pipes by name")


def pipe(folder):
    os.mkfifo(folder / "x")
    return folder / "x"


def bound_socket(folder):
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(folder / "x"))
    return folder / "x"


def circle(folder):
    (folder / "x").symlink_to(folder / "x")
    return folder / "x"


def sparse(folder):
    with (folder / "x").open("wb") as file:
        file.truncate(40 * 2**30)
    return folder / "x"


ODD = {
    "pipe": (pipe, FileFault.SPECIAL),
    "socket": (bound_socket, FileFault.SPECIAL),
    "device": (lambda _: Path("/dev/zero"), FileFault.SPECIAL),
    "terminal": (lambda _: Path("/dev/tty"), FileFault.SPECIAL),
    "folder": (lambda folder: folder, FileFault.FOLDER),
    "circle of links": (circle, FileFault.UNREADABLE),
    "sparse file": (sparse, FileFault.LARGE),
    "nothing": (lambda folder: folder / "x", FileFault.MISSING),
    "no path": (lambda _: Path("a\0b"), FileFault.UNREADABLE),
    "kernel": (lambda _: Path("/proc/self/environ"), FileFault.CHANGING),
    "memory": (lambda _: Path("/proc/self/mem"), FileFault.UNREADABLE),
}
READERS = {
    "book": open_workbook,
    "scan": read_scan,
    "mapping": MappingFile.load,
}


@pytest.mark.parametrize(("make", "fault"), ODD.values(), ids=ODD)
def test_no_regular_file_is_not_taken(tmp_path, make, fault):
    path = make(tmp_path)
    if not (path.exists() or fault in (FileFault.MISSING, FileFault.UNREADABLE)):
        pytest.skip(f"{path} is not on this machine")
    with pytest.raises(FileNotTaken) as not_taken:
        read_regular_file(path, 1000)
    found = not_taken.value.fault
    assert found is fault or (path.name == "x" and found is FileFault.MISSING) or fault is FileFault.UNREADABLE


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("name", ["pipe", "device", "folder", "circle of links", "sparse file"])
def test_whoever_reads_refuses_in_chinese(tmp_path, reader, name):
    path = ODD[name][0](tmp_path)
    with pytest.raises(Refused, match=r"[\u4e00-\u9fff].*[请。]"):
        reader(path)


def test_a_regular_file_is_read_whole_through_a_link(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbf1\r\n2\r3")
    (tmp_path / "b").symlink_to("a")
    assert read_regular_file(tmp_path / "b", 9) == b"\xef\xbb\xbf1\r\n2\r3"
    assert read_regular_text(tmp_path / "b", 9) == "1\n2\n3"
    with pytest.raises(FileNotTaken) as large:
        read_regular_file(tmp_path / "b", 8)
    assert (large.value.fault, large.value.size) == (FileFault.LARGE, 9)


@pytest.mark.parametrize("how", ["grows", "shrinks", "is written over"])
def test_a_file_that_is_written_meanwhile_is_not_taken(tmp_path, monkeypatch, how):
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100)
    os.utime(path, (1, 1))
    content = regular_files._content

    def while_it_is_read(opened, most):
        if how == "shrinks":
            path.write_bytes(b"x" * 50)
        read = content(opened, most)
        if how != "shrinks":
            path.write_bytes(b"y" * (200 if how == "grows" else 100))
        return read

    monkeypatch.setattr(regular_files, "_content", while_it_is_read)
    with pytest.raises(FileNotTaken) as changing:
        read_regular_file(path, 1000)
    assert changing.value.fault is FileFault.CHANGING


@pytest.mark.posix("a file that is open may be replaced")
def test_another_file_in_its_place_does_not_mix_into_it(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100)
    content = regular_files._content

    def replaced(opened, most):
        (tmp_path / "b").write_bytes(b"y" * 100)
        (tmp_path / "b").replace(path)
        return content(opened, most)

    monkeypatch.setattr(regular_files, "_content", replaced)
    assert read_regular_file(path, 1000) == b"x" * 100


def test_a_pipe_among_the_offices_rule_sets_hangs_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(policy_files, "policy_folder", lambda: tmp_path)
    os.mkfifo(tmp_path / "2027.toml")
    (told,) = [each.fault for each in policy_files.files_now() if each.name == "2027.toml"]
    assert "不是普通文件" in told


def test_a_pipe_in_the_place_of_a_password_is_refused(tmp_path):
    with pytest.raises(Refused, match="不是普通文件"):
        read_password(pipe(tmp_path))


def test_commands_refuse_a_pipe_and_write_nothing(tmp_path, capsys):
    store, named = tmp_path / "a.db", pipe(tmp_path)
    assert run(["init", str(store), "--street", "新阳街道", "--year", "2018"]) == 0
    before = store.read_bytes()
    for command in (
        ["import", str(store), str(named)],
        ["faulty", str(store), str(named), str(tmp_path / "退回.xlsx")],
        ["restore", str(named), str(tmp_path / "b.db")],
    ):
        assert run(command) == 3, command
    assert run(["check", str(named)]) == 4
    assert store.read_bytes() == before and not (tmp_path / "退回.xlsx").exists()
    assert "Traceback" not in capsys.readouterr().err
