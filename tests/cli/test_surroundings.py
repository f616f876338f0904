"""Odd surroundings: every command does its work or says why not, never with a traceback, and the store stays whole.

The short form tries some commands everywhere, the soak all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from haicang_desk.cli.command_table import COMMANDS
from haicang_desk.model.store import back_up
from tests import scanning
from tests.model.street import built
from tests.store.proof.checks import BOOK, ROOT, copied, hold, hold_files
from tests.store.proof.nursery import Nursery, nursery
from tests.store.proof.surroundings import OF_ROOT, SURROUNDINGS

STORE, CODE = "新阳.db", "XYJD-XYSQ-2026-01"
LINES = {
    "init": ("init", "新.db", "--street", "新阳街道", "--year", "2026"),
    "import": ("import", STORE, "book.xlsx"),
    "print": ("print", STORE, "application-form", "--project", CODE, "--out", "表"),
    "backup": ("backup", STORE, "出.db"),
    "demo": ("demo", "示范"),
    "template": ("template", "空白.xlsx"),
    "faulty": ("faulty", STORE, "book.xlsx", "退.xlsx"),
    "export": ("export", STORE, "出.xlsx"),
    "receipt": ("receipt", STORE, "--village", "霞阳社区", "--out", "回执.xlsx"),
    "check": ("check", STORE),
    "budget": ("budget", STORE),
    "show": ("show", STORE, CODE),
    "report": ("report", STORE, "--year", "2026", "--quarter", "2", "--out", "出.pdf"),
    "attach": ("attach", STORE, CODE, "合同.pdf", "--as", "合同"),
    "verify": ("verify", STORE),
    "restore": ("restore", "备份.db", STORE),
    "repair": ("repair", STORE, "--dry-run"),
    "policy": ("policy", STORE),
    "people": ("people", STORE),
    "accept": ("accept", STORE, "--reason", "试"),
}
SHORT = ("import", "print")
UNHEARD = {"no errors", "no streams", "no files with content"}  # where a message can reach nobody

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="no fork, no limits")]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def workers(place: Path) -> Iterator[Nursery]:
    with nursery(XDG_DATA_HOME=str(place / "data")) as started:
        yield started


@pytest.fixture(scope="module")
def street(place: Path) -> Path:
    folder = place / "street"
    folder.mkdir()
    with built(folder / STORE) as ws:
        back_up(ws.conn, folder / "备份.db")
    (folder / "book.xlsx").write_bytes(BOOK.read_bytes())
    (folder / "合同.pdf").write_bytes(scanning.pdf())
    return folder


def tried(workers: Nursery, street: Path, name: str, command: str) -> str:
    """Run a command in some surroundings; what is wrong with the outcome, "" where nothing is."""
    folder, said = copied(street, street.with_name("copy")), street.with_name("said")
    said.unlink(missing_ok=True)
    code = workers.run("within", name, *LINES[command], folder=folder, said=said)
    words = said.read_text(encoding="utf-8")
    hold_files(folder)
    hold(folder / STORE)
    if "Traceback" in words or code not in range(7) or code == 2:
        return f"{command} in {name}: exit {code}\n{words}"
    if code > 1 and name not in UNHEARD and len(words) < 10:
        return f"{command} in {name}: exit {code} and not a word"
    return ""


def refuse_other_user(name: str) -> None:
    if name in OF_ROOT and (os.geteuid() != 0 or sys.platform != "linux"):
        pytest.skip("only root can become another user")


def test_every_command_is_tried():
    assert COMMANDS.keys() == LINES.keys()


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_odd_surroundings_are_borne_or_named(workers, street, name):
    refuse_other_user(name)
    wrong = [tried(workers, street, name, command) for command in SHORT]
    assert not any(wrong), "\n".join(wrong)


def test_a_program_started_without_streams_does_its_work(street):
    """From the start of the interpreter on; what is opened first takes the numbers of the streams."""
    folder = copied(street, street.with_name("copy"))
    line = 'exec "$0" -m haicang_desk "$@" <&- >&- 2>&-'
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "XDG_DATA_HOME": str(folder / "data")}
    ran = subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, *LINES["import"]], cwd=folder, env=environment, check=False
    )
    assert ran.returncode == 0
    hold(folder / STORE)


@pytest.mark.soak
@pytest.mark.parametrize("name", SURROUNDINGS)
def test_every_command_bears_odd_surroundings_or_names_them(workers, street, name):
    refuse_other_user(name)
    wrong = [tried(workers, street, name, command) for command in LINES]
    print(f"{name}: {len(wrong)} commands, {len([each for each in wrong if each])} wrong")
    assert not any(wrong), "\n".join(filter(None, wrong))
