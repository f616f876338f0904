"""Paths become SQLite's URIs on every system; long paths and reserved names are told before they fail."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from haicang_desk.model.values import StoreUnusable
from haicang_desk.platform import real_path, refuse_long_path, sqlite_uri, unreserved

URIS = {
    PureWindowsPath(r"C:\台账\新阳.db"): "file:///C:/%E5%8F%B0%E8%B4%A6/%E6%96%B0%E9%98%B3.db",
    PureWindowsPath(r"D:\100% #1\a b.db"): "file:///D:/100%25%20%231/a%20b.db",
    PureWindowsPath(r"\\server\share\a.db"): "file:////server/share/a.db",
    PureWindowsPath(r"\\?\C:\长\a.db"): "file:///C:/%E9%95%BF/a.db",
    PureWindowsPath(r"\\?\UNC\server\share\a.db"): "file:////server/share/a.db",
    PurePosixPath("/a?b#c%20d.db"): "file:///a%3Fb%23c%2520d.db",
    PurePosixPath("/o'neil \\ “x”&=;.db"): "file:///o'neil%20%5C%20%E2%80%9Cx%E2%80%9D&=;.db",
}


@pytest.mark.parametrize("path", URIS, ids=str)
def test_a_path_is_a_uri_with_no_host(path):
    assert sqlite_uri(path) == URIS[path]
    assert sqlite_uri(path, mode="ro", immutable=1) == f"{URIS[path]}?mode=ro&immutable=1"


@pytest.mark.parametrize("name", ["a b.db", "100%.db", "a#b.db", "'😀'“名”.db", "a&mode=rwc.db", "𠮷%00.db"])
def test_sqlite_finds_the_file_that_the_uri_names(tmp_path, name):
    with closing(sqlite3.connect(tmp_path / name)) as conn:
        conn.execute("CREATE TABLE t (x)")
    with closing(sqlite3.connect(sqlite_uri(tmp_path / name, mode="ro"), uri=True)) as conn:
        assert conn.execute("SELECT count(*) FROM t").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            conn.execute("INSERT INTO t VALUES (1)")
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_path_whose_journal_could_not_be_opened_is_refused():
    fits, long = (PureWindowsPath("C:/" + "x" * (length - 3)) for length in (240, 241))
    refuse_long_path(fits, windows=True)
    refuse_long_path(long, windows=False)
    with pytest.raises(StoreUnusable, match=r"241 个字，最多能有 240，未作任何改动.*缩短"):
        refuse_long_path(long, windows=True)
    refuse_long_path(PurePosixPath("/" + "长" * 166), windows=False)
    with pytest.raises(StoreUnusable, match=r"502 字节.*最多能有 500.*缩短"):
        refuse_long_path(PurePosixPath("/" + "长" * 167), windows=False)


@pytest.mark.parametrize("name", ["CON", "con.pdf", "Nul.db", "COM1.xlsx", "lpt9", "COM¹.pdf", "aux .pdf", "CONIN$"])
def test_a_name_that_windows_takes_for_a_device_is_marked(name):
    assert unreserved(name) == f"_{name}"


@pytest.mark.parametrize("name", ["CONTRACT.pdf", "新阳.db", "COM.pdf", "COM10.pdf", "a.con"])
def test_other_names_stay(name):
    assert unreserved(name) == name


def test_the_real_path_follows_links_and_survives_a_circle(tmp_path):
    (tmp_path / "实").mkdir()
    (tmp_path / "链").symlink_to(tmp_path / "实")
    assert real_path(tmp_path / "链" / "新.db") == tmp_path / "实" / "新.db"
    (tmp_path / "圈").symlink_to(tmp_path / "圈")
    assert real_path(tmp_path / "圈") == Path(tmp_path / "圈")
