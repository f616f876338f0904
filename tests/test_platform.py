"""Files are written whole or not at all, and nothing is left beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from haicang_desk.model.values import NotWritten, Refused
from haicang_desk.platform import atomic_path, make_folder, write_atomically


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
