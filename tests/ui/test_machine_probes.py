"""The probes of the machine: what is well, what is not, and that nothing is left behind."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from haicang_desk.ui.shell import machine_probes
from haicang_desk.ui.shell.machine_probes import Level, probes

NOW = datetime(2026, 9, 3, 9, 30)


@pytest.fixture
def found(tmp_path):
    """What the probes say, by what they tried."""

    def ask(folder=tmp_path, now=NOW, since=None):
        said = probes([("台账文件夹", folder)], now, lambda wrong: f"原因 {wrong.errno}", since=since)
        return {probe.what: probe for probe in said}

    return ask


@pytest.mark.posix("a file that is open may be replaced")
def test_a_sound_folder_is_well_and_left_empty(found, tmp_path):
    said = found()
    for what in ("写入", "替换打开着的文件", "剩余空间"):
        assert said[f"台账文件夹：{what}"].verdict is Level.GOOD
    assert said["很长的路径"].verdict is Level.GOOD
    assert said["印文书的字体"].verdict is Level.GOOD
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_says_why_and_what_to_do(found, tmp_path):
    said = found(tmp_path / "没有")
    probe = said["台账文件夹：写入"]
    assert probe.verdict is Level.BAD
    assert "原因 2" in probe.found
    assert probe.cure
    assert said["台账文件夹：替换打开着的文件"].verdict is Level.BAD
    assert said["很长的路径"].verdict is Level.NOTE


def test_a_disk_that_gives_back_something_else_is_found(found, monkeypatch):
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"else")
    assert "读回的与写入的不同" in found()["台账文件夹：写入"].found


def test_a_slow_disk_is_noted(found, monkeypatch):
    monkeypatch.setattr(machine_probes, "SLOW", 0.0)
    assert found()["台账文件夹：写入"].verdict is Level.NOTE


def test_where_a_file_in_use_cannot_be_replaced_it_is_noted(found, monkeypatch, tmp_path):
    def refuse(*_):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    assert "先关闭" in found()["台账文件夹：替换打开着的文件"].cure
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("free", "verdict"), [(50 * 2**20, Level.BAD), (500 * 2**20, Level.NOTE), (5 * 2**30, Level.GOOD)]
)
def test_room_is_told(found, monkeypatch, free, verdict):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert found()["台账文件夹：剩余空间"].verdict is verdict


@pytest.mark.parametrize(
    ("now", "since", "zone", "verdict"),
    [
        (NOW, None, "Asia/Shanghai", Level.GOOD),
        (NOW, NOW, "Asia/Shanghai", Level.GOOD),
        (NOW, NOW + timedelta(hours=1), "Asia/Shanghai", Level.BAD),
        (datetime(2001, 1, 1), None, "Asia/Shanghai", Level.BAD),
        (NOW, None, "UTC", Level.NOTE),
    ],
)
def test_a_wrong_clock_is_found(found, monkeypatch, now, since, zone, verdict):
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert found(now=now, since=since)["系统时钟"].verdict is verdict
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_font_that_is_missing_is_named(found, monkeypatch):
    monkeypatch.setattr(machine_probes, "FONTS", (*machine_probes.FONTS, "没有.ttf"))
    assert "没有.ttf" in found()["印文书的字体"].found
