"""What a day of commands leaves behind is this user's alone, whatever the umask, and reports and logs hold no data."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from haicang_desk.__main__ import main
from haicang_desk.cli.exit_codes import write_crash_report
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.records import Prose, Suggestion, Village
from haicang_desk.model.services import Workspace
from tests.model.street import built

CANARIES = ("张晓明", "13800008000", "350203198001011234", "6222020200001234567")
SENTENCE = "张晓明 13800008000 350203198001011234 6222020200001234567"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user's folders, temporary files among them, made by a system with the usual umask."""
    for name, folder in (("XDG_DATA_HOME", "data"), ("TMPDIR", "tmp")):
        (tmp_path / folder).mkdir(mode=0o700)
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    old = os.umask(0o022)
    yield tmp_path
    os.umask(old)
    tempfile.tempdir = None


@pytest.fixture
def store(home):
    path = home / "台账" / "新阳.db"
    path.parent.mkdir(mode=0o700)
    built(path).close()
    with Workspace.open(path) as ws, ws.change("改", actor="陈") as change:
        village = ws.all(Village)[0]
        change.save(replace(village, contact="张晓明", phone="13800008000", account="6222020200001234567"))
        change.save(Suggestion(village=village.id, told_on=ws.now().date(), text=Prose(SENTENCE), person="张晓明"))
    return path


def open_to_others(folder: Path) -> list[str]:
    """What others than the owner may do something with."""
    return [
        f"{path.relative_to(folder)} {path.stat().st_mode & 0o777:o}"
        for path in sorted(folder.rglob("*"))
        if path.stat().st_mode & 0o077
    ]


@pytest.mark.posix("permission bits")
def test_a_day_of_commands_leaves_nothing_that_others_may_read(home, store, capsys):
    out = home / "交出"
    with Workspace.open(store) as ws:
        village = ws.all(Village)[0].name
    for arguments in (
        ["export", str(store), str(home / "台账.xlsx")],
        ["template", str(home / "模板.xlsx")],
        ["receipt", str(store), "--village", village, "--out", str(home / "回执.xlsx")],
        ["print", str(store), "project-notice", "--out", str(out)],
        ["print", str(store), "application-form", "--out", str(out), "--single"],
        ["print", str(store), "application-form", "--out", str(out), "--docx", "--single"],
        ["backup", str(store), str(home / "备份.db")],
        ["check", str(store)],
        ["import", str(store), str(home / "台账.xlsx"), "--dry-run"],
        ["faulty", str(store), str(home / "台账.xlsx"), str(home / "标错.xlsx")],
        ["verify", str(store)],
    ):
        assert main([*arguments, "--operator", "林"]) in (0, 1, 3, 6), arguments
    capsys.readouterr()
    assert crash(store) is not None
    assert len(list(home.rglob("*"))) > 12
    assert open_to_others(home) == []
    assert [path for path in (home / "tmp").rglob("*") if path.is_file()] == []


def crash(store: Path) -> Path | None:
    """The report of a crash whose message and command hold personal data."""
    try:
        int(SENTENCE)
    except ValueError as wrong:
        return write_crash_report(wrong, ["show", str(store), "--operator", "张晓明"])


def test_reports_and_logs_of_that_day_hold_no_data(home, store):
    main(["export", str(store), str(home / "张晓明的台账13800008000.xlsx"), "--operator", "林"])
    report = crash(store)
    assert report is not None and "show --operator" in report.read_text("utf-8")
    told = {path: path.read_bytes() for path in (home / "data").rglob("*") if path.is_file()}
    assert report in told
    assert any(path.suffix == ".jsonl" for path in told)
    for path, data in told.items():
        found = [each for each in CANARIES if each.encode() in data and each != "张晓明"]
        assert found == [], path
    assert "张晓明" not in report.read_text("utf-8")


@pytest.mark.posix("permission bits")
@pytest.mark.soak
def test_the_demonstration_leaves_nothing_that_others_may_read(home, capsys):
    assert main(["demo", str(home / "演示")]) == 0
    capsys.readouterr()
    assert len(list((home / "演示").rglob("*.pdf"))) > len(DOCUMENTS)
    assert open_to_others(home) == []


@pytest.mark.posix("permission bits")
def test_the_walk_sees_what_is_open_to_others(home):
    (home / "offen.txt").write_text("x")
    assert open_to_others(home) == ["offen.txt 644"]
