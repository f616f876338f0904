"""Commands killed at any moment from the start of the interpreter on: the store verifies, and no incomplete file has
its final name. ``tests/store/proof/test_kills.py`` kills them at their work."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from haicang_desk.model.records import Project
from haicang_desk.model.services import Workspace, issues_of
from haicang_desk.model.store import verify_file
from haicang_desk.model.workflow import BEFORE_FILING
from tests.model.street import built

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "tests" / "data" / "莞城街道2023首批.xlsx"
COMMANDS = {
    "import": ("import", "新阳.db", str(BOOK)),
    "backup": ("backup", "新阳.db", "出.db"),
    "restore": ("restore", "备份.db", "新阳.db"),
    "export": ("export", "新阳.db", "出.xlsx"),
    "print": ("print", "新阳.db", "application-form", "--out", "表"),
    "report": ("report", "新阳.db", "--year", "2026", "--quarter", "2", "--out", "出.pdf"),
}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")


@pytest.fixture
def folder(tmp_path):
    built(tmp_path / "新阳.db").close()
    (tmp_path / "备份.db").write_bytes((tmp_path / "新阳.db").read_bytes())
    return tmp_path


def kill(folder: Path, command: str, after: float) -> bool:
    """Run a command and kill it after a while; returns whether it was still running."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "XDG_DATA_HOME": str(folder / "data")}
    with subprocess.Popen(
        [sys.executable, "-m", "haicang_desk", *COMMANDS[command]],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        time.sleep(after)
        running = process.poll() is None
        process.send_signal(signal.SIGKILL)
    return running


def whole(folder: Path) -> None:
    """The store verifies, with a whole change or none of it; so does every file with its final name."""
    for path in folder.glob("*.db"):
        assert verify_file(path) == (), path
    with Workspace.open(folder / "新阳.db") as ws:
        assert len(ws.all(Project)) in (3, 26)
        kept = {issue.digest for issue in issues_of(ws)}
        issued = {case.project.title for case in ws.casefiles() if case.stage not in BEFORE_FILING}
    for path in folder.glob("表/*.pdf"):  # no signed-off paper without its record
        if path.name.split("_")[1] in issued:
            assert sha256(path.read_bytes()).hexdigest() in kept
    for path in folder.rglob("*"):
        if path.name.startswith(".") or not path.is_file():
            continue
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                assert book.testzip() is None
        elif path.suffix == ".pdf":
            assert path.read_bytes().rstrip().endswith(b"%%EOF")
        elif "backups" in path.parts and path.suffix == ".db":
            with closing(sqlite3.connect(path)) as conn:
                assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def cleared(folder: Path) -> None:
    for path in folder.rglob("出*"):
        path.unlink()


DYING = """
import os, signal
from haicang_desk.__main__ import main
from haicang_desk.model.services import issued_papers
real = issued_papers.save_blob
def dying(*given):
    real(*given)
    os.kill(os.getpid(), signal.SIGKILL)
issued_papers.save_blob = dying
main(["print", "新阳.db", "application-form", "--out", "表"])
"""


def test_a_print_killed_before_saving_leaves_neither_file_nor_record(folder):
    before = (folder / "新阳.db").read_bytes()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    died = subprocess.run(
        [sys.executable, "-c", DYING], cwd=folder, env=environment, stderr=subprocess.PIPE, check=False
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    whole(folder)
    with Workspace.open(folder / "新阳.db") as ws:
        assert issues_of(ws) == []
        assert ws.conn.execute("SELECT count(*) FROM original_bytes").fetchone() == (0,)
        issued = {case.project.title for case in ws.casefiles() if case.stage not in BEFORE_FILING}
    assert issued and not [path for path in folder.glob("表/*.pdf") if path.name.split("_")[1] in issued]
    assert (folder / "新阳.db").read_bytes() == before


@pytest.mark.soak
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_killed_again_and_again(folder, command):
    chance, at_work = random.Random(command), 0
    for _ in range(60):
        at_work += kill(folder, command, chance.uniform(0.1, 1.2))
        whole(folder)
        cleared(folder)
    assert at_work > 20
