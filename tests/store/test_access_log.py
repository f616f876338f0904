"""The access log: every look is a line, chained, synced, this user's alone, and never the value itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime

import pytest

from haicang_desk.model.store import AccessKind, AccessLog, access_log_of
from haicang_desk.model.values import NotWritten

AT = datetime(2026, 11, 30, 9, 30)


@pytest.fixture
def log(tmp_path):
    return AccessLog(tmp_path / "access" / "s")


def note(log, about="村居“霞阳社区”的联系电话", at=AT):
    return log.note(AccessKind.SHOWN, about, person="陈丽", at=at)


def test_a_look_is_a_line_that_says_who_when_and_what_but_not_the_value(log):
    note(log)
    log.note(AccessKind.EXPORTED, "新阳.xlsx，联系13800138000", person="林", at=AT)
    history = log.read()
    assert history.faults == ()
    assert [(each.number, each.person, each.kind, each.about) for each in history.lines] == [
        (2, "林", "导出", "新阳.xlsx，联系＊＊＊"),
        (1, "陈丽", "显示", "村居“霞阳社区”的联系电话"),
    ]
    assert history.lines[1].at == "2026-11-30T09:30:00"


def test_a_year_has_its_file_and_the_chain_goes_on(log):
    note(log)
    note(log, at=datetime(2027, 1, 1))
    note(log, at=datetime(2027, 1, 2))
    assert sorted(path.name for path in log.folder.glob("*.jsonl")) == ["2026.jsonl", "2027.jsonl"]
    assert [each.number for each in log.read().lines] == [3, 2, 1] and log.read().faults == ()


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_it_is_this_users_alone(log, mask):
    old = os.umask(mask)
    try:
        note(log)
        note(log)
    finally:
        os.umask(old)
    for path in (log.folder, *log.folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path


def lines_of(log):
    return (log.folder / "2026.jsonl").read_text(encoding="utf-8").splitlines()


def cut_end(lines):
    return lines[:-1]


def cut_begin(lines):
    return lines[1:]


def cut_middle(lines):
    return [lines[0], *lines[2:]]


def swap(lines):
    return [lines[1], lines[0], *lines[2:]]


def rename(lines):
    return [lines[0].replace("陈丽", "林晓"), *lines[1:]]


def spoil(lines):
    return ["{", *lines[1:]]


def forge(lines):
    """A line taken out and the numbers closed up behind it."""
    told = json.loads(lines[2]) | {"number": 2}
    return [lines[0], json.dumps(told, ensure_ascii=False), *lines[3:]]


@pytest.mark.parametrize("harm", [cut_end, cut_begin, cut_middle, swap, rename, spoil, forge])
def test_a_line_cut_off_changed_or_taken_out_is_found(log, harm):
    for _ in range(4):
        note(log)
    assert log.read().faults == ()
    (log.folder / "2026.jsonl").write_text("\n".join(harm(lines_of(log))) + "\n", encoding="utf-8")
    assert log.read().faults != ()
    note(log)
    assert log.read().faults != ()  # going on does not heal it


def test_a_file_that_is_gone_is_found(log):
    note(log)
    (log.folder / "2026.jsonl").unlink()
    assert log.read().faults == ("记录到第 1 条为止，后面的行被删去或改动过",)
    note(log)
    (log.folder / "last.json").unlink()
    assert log.read().faults != ()


def test_after_a_line_that_a_power_cut_left_unfinished_the_next_begins_anew(log):
    note(log)
    with (log.folder / "2026.jsonl").open("ab") as file:
        file.write(b'{"number": 2, "at": "20')
    note(log)
    history = log.read()
    assert [each.number for each in history.lines] == [2, 1]
    assert history.faults == ("2026.jsonl 第 2 行读不出来",)


def test_where_it_cannot_be_written_nothing_may_be_shown(tmp_path):
    (tmp_path / "access").write_bytes(b"")
    with pytest.raises(NotWritten, match="查看记录写不成"):
        note(AccessLog(tmp_path / "access" / "s"))


def test_several_processes_write_one_chain(log):
    """A window and commands beside it."""
    script = (
        "import sys; from datetime import datetime; from pathlib import Path;"
        "from haicang_desk.model.store import AccessKind, AccessLog;"
        "log = AccessLog(Path(sys.argv[1]));"
        "[log.note(AccessKind.COPIED, '甲', person=sys.argv[2], at=datetime(2026, 1, 1)) for _ in range(8)]"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(log.folder), name]) for name in "甲乙"]
    assert [each.wait() for each in running] == [0, 0]
    assert log.read().faults == () and len(log.read().lines) == 16


def test_the_log_of_a_ledger_is_among_the_users_own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert access_log_of("s").folder.is_relative_to(tmp_path)
