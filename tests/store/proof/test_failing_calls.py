"""Any system call of a command fails, once or ever after: nothing is lost, nothing half done, and a retry acts once.

In the soak every call of every command fails in its turn. ``FAILING=import`` restricts it to one command,
``FAULTS=10`` to so many calls of each kind.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from haicang_desk.model.services import Workspace
from haicang_desk.model.store import back_up, verify_file
from tests import scanning
from tests.model.street import built
from tests.store.proof.checks import BOOK, copied, counts, hold, hold_files, old_store, originals
from tests.store.proof.deeds import head
from tests.store.proof.failing import CALLS, Fault, calls_of, killed_at, unable, with_fault
from tests.store.proof.nursery import Nursery, nursery
from tests.store.test_files import keep

STORE = "新阳.db"
CODE = "XYJD-XYSQ-2026-01"
WANTED = os.environ.get("FAILING", "").split()
MOST = int(os.environ.get("FAULTS", "0")) or None  # of each kind of call

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="strace is Linux's")]


@dataclass(frozen=True)
class Tried:
    """A command, the store it leaves, and the exit codes that a retry may have where the first try did all.

    ``codes``: how it may end when a call fails.
    """

    deed: tuple[str, ...]
    store: str = STORE
    again: tuple[int, ...] = (0,)
    codes: tuple[int, ...] = (0, 3, 4, 5, 6)


def command(*arguments: str, **how: Any) -> Tried:
    return Tried(("command", *arguments), **how)


COMMANDS = {
    "import": command("import", STORE, str(BOOK)),
    "init": command("init", "新.db", "--street", "新阳街道", "--year", "2026", store="新.db", again=(0, 4)),
    "print": command("print", STORE, "application-form", "--project", CODE, "--out", "表"),
    "export": command("export", STORE, "出.xlsx"),
    "backup": command("backup", STORE, "出.db", again=(0, 5)),
    "restore": command("restore", "备份.db", STORE),
    "attach": command("attach", STORE, CODE, "合同.pdf", "--as", "合同", again=(0, 3)),
    "verify": command("verify", STORE, codes=(0, 1, 4, 5)),  # an original that can't be read is a finding
    "receipt": command("receipt", STORE, "--village", "霞阳社区", "--out", "回执.xlsx"),
    "faulty": command("faulty", STORE, str(BOOK), "退.xlsx"),
    "upgrade": Tried(("opened", "store.db"), "store.db"),
    "step": Tried(("step", STORE, "7a3c"), again=(0, 3)),
}


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    if reason := unable():
        pytest.skip(f"no call can be made to fail here: {reason}")
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def workers(place: Path) -> Iterator[Nursery]:
    with nursery(XDG_DATA_HOME=str(place / "data")) as started:
        yield started


@pytest.fixture(scope="module")
def street(place: Path) -> Path:
    """A folder with what each command begins with: a store with a scan, its backup, an older store, a scan."""
    folder = place / "street"
    folder.mkdir()
    with built(folder / STORE) as ws:
        keep(ws, b"scan" * 2000)
        back_up(ws.conn, folder / "备份.db")
        keep(ws, b"later")
    old_store(folder)
    (folder / "合同.pdf").write_bytes(scanning.pdf())
    return folder


class Trial:
    """One command on fresh copies of the street, undisturbed once and then with one fault after another."""

    def __init__(self, workers: Nursery, street: Path, name: str) -> None:
        self.workers, self.street, self.tried = workers, street, COMMANDS[name]
        self.folder, self.said = street.with_name("copy"), street.with_name("said")
        self.calls = calls_of(workers, self.tried.deed, copied(street, self.folder))
        assert workers.run(*self.tried.deed, folder=copied(street, self.folder), said=self.said) == 0, self.words()
        self.after = self.contents()
        self.entries = self.changes(self.folder)

    def words(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def contents(self) -> tuple[dict[str, int], dict[str, str], set[str]]:
        """What the folder holds: records of the store, its originals, and the names of what was written."""
        store = self.folder / self.tried.store
        written = {
            str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.suffix in (".xlsx", ".pdf")
        }
        return counts(store), originals(store), written | ({"出.db"} if (self.folder / "出.db").exists() else set())

    def changes(self, folder: Path) -> int:
        """The number of the last change; 0 where there is no store yet."""
        path = folder / self.tried.store
        if not path.exists():
            return 0
        with closing(Workspace.read(path)) as ws:
            return int(head(ws).split()[0])

    def faults(self, most: int | None = None) -> Iterator[Fault]:
        """Every call that the command makes; with ``most``, so many of each kind, the last among them."""
        for call, errors in CALLS.items():
            made = self.calls[call]
            numbers = range(1, made + 1)
            for number in (
                numbers if most is None else sorted({made - made * n // most for n in range(most)} & {*numbers})
            ):
                for error in errors:
                    yield Fault(call, error, number, ever_after=False)
                    yield Fault(call, error, number, ever_after=True)

    def hold(self, fault: Fault) -> None:
        """Do it with a fault, look what is left, and do it again without."""
        before = self.changes(copied(self.street, self.folder))
        code, failed = with_fault(self.workers, self.tried.deed, self.folder, self.said, fault)
        told = f"{fault}: exit {code}\n{self.words()}"
        assert code in (self.tried.codes if failed else (0,)), told
        assert "Traceback" not in told and (code == 0 or fault.call == "write" or len(self.words()) > 10), told
        self.whole(before, told)
        retried = self.workers.run(*self.tried.deed, folder=self.folder, said=self.said)
        told += f"again: exit {retried}\n{self.words()}"
        assert retried in self.tried.again, told
        assert self.contents() == self.after, told
        assert self.changes(self.folder) - before <= max(self.entries - before, 1), told

    def whole(self, before: int, told: str) -> None:
        hold_files(self.folder)
        for path in self.folder.glob("*.db"):
            assert verify_file(path) == (), f"{path}: {told}"
        store = self.folder / self.tried.store
        if store.exists():
            hold(store)
            if self.entries >= before:  # all but a restore, which goes back
                assert before <= self.changes(self.folder) <= before + 1, told


@pytest.mark.parametrize("name", ["attach"])
def test_a_failing_call_leaves_all_or_nothing(workers, street, name):
    trial = Trial(workers, street, name)
    faults = list(trial.faults(1))
    assert len(faults) > 10
    for fault in faults:
        trial.hold(fault)


def half_written(workers: Nursery, street: Path, folder: Path) -> tuple[Path, str]:
    """A folder whose store was left in the middle of a commit, and the head of the store before it."""
    with closing(Workspace.read(street / STORE)) as ws:
        before = head(ws)
    deed = COMMANDS["step"].deed
    writes = calls_of(workers, deed, copied(street, folder))["pwrite64"]
    killed_at(workers, deed, copied(street, folder), "pwrite64", writes - 2)
    assert (folder / f"{STORE}-journal").stat().st_size > 4096, "a journal that has to be played back"
    return folder, before


def recovered_in_spite(workers: Nursery, street: Path, most: int | None) -> int:
    """Let the calls fail by which a half-written store is recovered, one after the other; then open it in peace."""
    half, before = half_written(workers, street, street.with_name("half"))
    folder, said, tried = street.with_name("copy"), street.with_name("said"), 0
    made = calls_of(workers, ("opened", STORE), copied(half, folder))
    for call, errors in CALLS.items():
        numbers = range(1, made[call] + 1) if most is None else sorted({made[call]} - {0})
        for number, error, ever_after in product(numbers, errors, (False, True)):
            fault = Fault(call, error, number, ever_after)
            code, _ = with_fault(workers, ("opened", STORE), copied(half, folder), said, fault)
            assert code in (0, 4, 5), f"{fault}: exit {code}\n{said.read_text(encoding='utf-8')}"
            assert hold(folder / STORE, [before], most_more=0) == before, fault
            tried += 1
    return tried


def test_a_fault_during_recovery_loses_nothing(workers, street):
    assert recovered_in_spite(workers, street, 1) > 5


@pytest.mark.soak
def test_every_fault_during_recovery_loses_nothing(workers, street):
    print(f"{recovered_in_spite(workers, street, None)} faults during recovery")


@pytest.mark.soak
@pytest.mark.parametrize("name", [each for each in COMMANDS if each in (WANTED or COMMANDS)])
def test_every_failing_call_leaves_all_or_nothing(workers, street, name):
    trial, wrong, tried = Trial(workers, street, name), [], 0
    for fault in trial.faults(MOST):
        tried += 1
        try:
            trial.hold(fault)
        except AssertionError as error:
            wrong.append(f"{fault}: {error}")
    print(f"{name}: {tried} faults, {len(wrong)} wrong")
    assert not wrong, "\n\n".join(wrong)
