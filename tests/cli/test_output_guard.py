"""No command puts its file over a store, what belongs to one, a backup, or what is no ordinary file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from haicang_desk.__main__ import main
from haicang_desk.cli.command_table import COMMANDS
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import back_up
from tests.model.street import built

pytestmark = pytest.mark.posix("links and pipes")


@pytest.fixture
def street(tmp_path):
    """A folder with a store, its folder of files, and a backup."""
    path = tmp_path / "新阳.db"
    built(path).close()
    with Workspace.open(path) as ws:
        back_up(ws.conn, tmp_path / "备份.db")
    (tmp_path / "新阳.files").mkdir(exist_ok=True)
    (tmp_path / "村.xlsx").write_bytes(b"")
    return tmp_path


def standing(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path)] = (status.st_ino, status.st_mode, data)
    return found


WRITERS = {  # name -> the command line that writes its one file to ``out``
    "template": lambda folder, out: ["template", out],
    "export": lambda folder, out: ["export", folder / "新阳.db", out],
    "report": lambda folder, out: ["report", folder / "新阳.db", "--year", "2026", "--quarter", "2", "--out", out],
    "receipt": lambda folder, out: ["receipt", folder / "新阳.db", "--village", "霞阳社区", "--out", out],
    "faulty": lambda folder, out: ["faulty", folder / "新阳.db", folder / "村.xlsx", out],
}
TARGETS = {
    "store": lambda folder, ending: folder / "新阳.db",
    "backup": lambda folder, ending: folder / "备份.db",
    "journal": lambda folder, ending: folder / "新阳.db-journal",
    "lock": lambda folder, ending: folder / "新阳.db-lock",
    "folder": lambda folder, ending: folder,
    "among the files": lambda folder, ending: folder / "新阳.files" / f"甲{ending}",
    "hard link": lambda folder, ending: made(folder / f"链{ending}", lambda p: p.hardlink_to(folder / "新阳.db")),
    "link": lambda folder, ending: made(folder / f"链{ending}", lambda p: p.symlink_to(folder / "备份.db")),
    "pipe": lambda folder, ending: made(folder / f"管{ending}", os.mkfifo),
    "device": lambda folder, ending: Path(os.devnull),
}


def made(path, make):
    make(path)
    return path


def run(arguments):
    return main([str(each) for each in arguments])


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", WRITERS)
def test_what_may_not_be_replaced_is_refused_and_nothing_is_touched(street, capsys, name, target):
    if name not in COMMANDS:
        pytest.skip("no such command yet")
    out = TARGETS[target](street, ".xlsx")
    before = standing(street)
    assert run(WRITERS[name](street, out)) == 5
    err = capsys.readouterr().err
    assert "没有写出" in err and ("请换一个" in err or "请写明" in err)
    assert standing(street) == before


@pytest.mark.parametrize("name", WRITERS)
def test_another_ending_is_wrong_usage(street, capsys, name):
    if name not in COMMANDS:
        pytest.skip("no such command yet")
    before = standing(street)
    assert run(WRITERS[name](street, street / "出.docx")) == 2
    assert ".xlsx" in capsys.readouterr().err and standing(street) == before


@pytest.mark.parametrize("target", ["folder of files", "name of a file", "pipe"])
def test_no_file_of_a_printed_batch_is_put_where_it_may_not_be(street, capsys, target):
    with Workspace.open(street / "新阳.db") as ws:
        case = next(case for case in ws.casefiles() if case.project.submitted_on)
        name = f"{case.village.name}_{case.project.title}_项目申报表.pdf"
    if target == "folder of files":
        out = street / "新阳.files"
    elif target == "pipe":
        out = street / "表"
        out.mkdir()
        os.mkfifo(out / name)
    else:
        out = street / "表"
        out.mkdir()
        (out / name).hardlink_to(street / "备份.db")
    before = standing(street)
    assert run(["print", street / "新阳.db", "application-form", "--out", out]) == 5
    assert "没有写出" in capsys.readouterr().err and standing(street) == before


@pytest.mark.parametrize(
    "name", ["新阳.db", "备份.db", "新阳.db-journal", "新阳.db-wal", "新阳.db-lock", "新阳.files/甲.db"]
)
@pytest.mark.parametrize("command", ["backup", "init", "restore"])
def test_no_store_or_backup_is_made_where_it_would_harm_another(street, capsys, command, name):
    if command == "restore" and name in ("新阳.db", "备份.db"):
        pytest.skip("restoring sets a store aside")
    line = {
        "backup": ["backup", street / "新阳.db", street / name],
        "init": ["init", street / name, "--street", "新阳街道", "--year", "2026"],
        "restore": ["restore", street / "备份.db", street / name],
    }[command]
    before = standing(street)
    assert run(line) in (4, 5)
    assert capsys.readouterr().err and standing(street) == before


def test_a_store_is_not_restored_over_a_device(street, capsys):
    os.mkfifo(street / "管.db")
    before = standing(street)
    assert run(["restore", street / "备份.db", street / "管.db"]) == 5
    assert standing(street) == before
