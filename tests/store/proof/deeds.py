"""What workers do: any command of the program, upgrades, and the work of a desk, change after change."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from random import Random

from haicang_desk.__main__ import main
from haicang_desk.cli.command_table import COMMANDS
from haicang_desk.cli.exit_codes import exit_code_of
from haicang_desk.model.records import Link, PaidFrom, Progress, Project, Prose, Village
from haicang_desk.model.services import Workspace, redo, restore_voided, save, take_step, undo, void, voided_records
from haicang_desk.model.store import connection, verify, verify_file
from haicang_desk.model.store.backup import head_of
from haicang_desk.model.store.schema import SCHEMA_STEPS, schema_after
from haicang_desk.model.values import Money, Refused, initials
from tests.model.street import NOW, built
from tests.store.proof.nursery import acknowledge
from tests.store.proof.surroundings import within
from tests.store.test_files import keep


def warm() -> None:
    """Load what any deed needs and fill the caches, with a store in memory: no file is opened, no lock is held."""
    for each in COMMANDS.values():
        import_module(f"haicang_desk.cli.{each.target.partition(':')[0]}")
    for name in ("documents", "spreadsheet", "typesetting", "store.migrations"):
        import_module(f"haicang_desk.model.{name}")
    initials("霞")
    schema_after(len(SCHEMA_STEPS))
    with Workspace.in_memory(street="新阳街道", year=2026, actor="陈", now=lambda: NOW) as ws:
        (village,) = save(ws, [Village(name="霞阳社区")], action="登记村居", person="陈")
        save(ws, [Project(fund_year=2026, village=Link(village.id), title="甲")], action="登记", person="陈")
        undo(ws, person="陈")
        redo(ws, person="陈")
        verify(ws.conn)
        ws.register(2026)


def command(*arguments: str) -> int:
    """A command line."""
    return main(arguments)


def step(path: str, key: str) -> int:
    """A payment, under a key of its own: repeated after an unclear commit it is made once. Gives the exit code."""
    answers = {"amount": Money(1_00), "source": PaidFrom.SPECIAL, "handler": "苏", "approver": "周"}
    try:
        with Workspace.open(Path(path)) as ws:
            project = ws.all(Project)[0].id
            take_step(ws, project, "disburse", on=date(2026, 6, 1), person="陈", answers=answers, key=key)
    except Exception as error:
        return exit_code_of(error, [])
    return 0


def founded(path: str) -> None:
    """Make a small street's store."""
    built(Path(path)).close()


def opened(path: str) -> int:
    """Open a store to write it: an older one is upgraded, and files are moved out of it. Gives the exit code."""
    try:
        Workspace.open(Path(path)).close()
    except Exception as error:
        return exit_code_of(error, [])
    return 0


def sound(path: str) -> int:
    """Whether a store verifies: 0 or 1."""
    return int(verify_file(Path(path)) != ())


def head(ws: Workspace) -> str:
    """Number and hash of the last change: what an acknowledgement stands for."""
    (seq,) = ws.conn.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()
    return f"{seq} {head_of(ws.conn)}"


def writes(path: str, seed: str) -> None:
    """Work at a desk until killed: change after change, each acknowledged after its commit."""
    chance = Random(seed)
    with Workspace.open(Path(path)) as ws:
        before = head(ws)
        while True:
            with suppress(Refused):
                chance.choice(CHANGES)(ws, chance)
            now = head(ws)
            if now != before:
                acknowledge(now)
            before = now


def writes_normal(path: str, seed: str) -> None:
    """The same with weaker settings, as a control: a write-ahead log that is not synced at every commit."""
    _weaken("journal_mode = WAL", "synchronous = NORMAL")
    writes(path, seed)


def writes_off(path: str, seed: str) -> None:
    """The same without any syncing, as a control."""
    _weaken("synchronous = OFF")
    writes(path, seed)


def _weaken(*pragmas: str) -> None:
    """In this process stores are opened with other settings than the program's."""
    usual = connection._configure

    def configure(conn: sqlite3.Connection) -> None:
        usual(conn)
        for pragma in pragmas:
            conn.execute(f"PRAGMA {pragma}")

    connection._configure = configure


def traced(path: str, changes: str, out: str) -> None:
    """So many changes of a desk; writes the statements that SQLite was sent, with an acknowledgement after each change.

    Files are not attached: they lie outside the store.
    """
    statements: list[str | tuple[str, str]] = []
    usual = connection._configure

    def note(text: str) -> None:
        again = statements[-1:] == [text]  # compiled anew and begun again: SQLite tells it twice, and does it once
        if not text.startswith("--") and not again:
            statements.append(text)

    def configure(conn: sqlite3.Connection) -> None:
        conn.set_trace_callback(note)
        usual(conn)

    connection._configure = configure
    chance = Random(changes)
    with Workspace.open(Path(path)) as ws:
        before, acknowledged = head(ws), 0
        while acknowledged < int(changes):
            with suppress(Refused):
                chance.choice([each for each in CHANGES if each is not _attaches])(ws, chance)
            if (now := head(ws)) != before:
                statements.append(("ack", now))
                acknowledged += 1
            before = now
    Path(out).write_bytes(pickle.dumps(statements))


def attaches(path: str) -> None:
    """Attach one scan after the other; each is acknowledged with its digest."""
    with Workspace.open(Path(path)) as ws:
        for number in range(1000):
            acknowledge(keep(ws, bytes(range(256)) * 400 + str(number).encode(), f"{number}.pdf"))


# ---- changes of a desk


def _villages(ws: Workspace, chance: Random) -> None:
    save(ws, [Village(name=f"村{chance.getrandbits(40):x}")], action="登记村居", person="陈")


def _drafts(ws: Workspace, chance: Random) -> None:
    one = Project(
        fund_year=2026,
        village=Link(chance.choice(ws.all(Village)).id),
        title=f"项目{chance.getrandbits(40):x}",
        special=Money(chance.randint(1, 200_000_00)),
        works=Prose("更换楼道灯\n" * chance.randint(1, 400)),  # up to several pages of the store
    )
    save(ws, [one], action="新建项目", person="陈")


def _edits(ws: Workspace, chance: Random) -> None:
    one = chance.choice(ws.all(Project))
    save(ws, [replace(one, need=Prose(f"必要{chance.random()}"))], action="修改", person="陈")


def _reports(ws: Workspace, chance: Random) -> None:
    project = Link(ws.all(Project)[0].id)
    rows = [
        Progress(project=project, happened_on=date(2026, 5, 1), account=f"{n}") for n in range(chance.randint(1, 9))
    ]
    save(ws, rows, action="填报进展", person="陈")


def _steps(ws: Workspace, chance: Random) -> None:
    """The first project as far as it goes, then payments and returns."""
    project, on = ws.all(Project)[0].id, date(2026, 6, 1)
    appoint = {"manner": "询价", "basis": "采购文件", "implementer": "某中心", "due_on": on + timedelta(60)}
    pay = {"amount": Money(chance.randint(1, 9_99)), "source": PaidFrom.SPECIAL, "handler": "苏", "approver": "周"}
    back = {"amount": Money(1), "source": PaidFrom.SPECIAL}
    for step, answers in (("appoint", appoint), ("start", {}), chance.choice((("disburse", pay), ("refund", back)))):
        with suppress(Refused):
            take_step(ws, project, step, on=on, person="陈", answers=answers)
            return


def _attaches(ws: Workspace, chance: Random) -> None:
    keep(ws, chance.randbytes(chance.randint(1, 20_000)), "扫描.pdf")


def _voids(ws: Workspace, chance: Random) -> None:
    void(ws, chance.choice(ws.all(Project)[3:] or ws.all(Village)[2:] or ws.all(Village)), reason="重复", person="陈")


def _restores(ws: Workspace, chance: Random) -> None:
    if voided := voided_records(ws):
        restore_voided(ws, chance.choice(voided), person="陈", on=date(2026, 6, 1))


def _undoes(ws: Workspace, chance: Random) -> None:
    undo(ws, person="林")


def _redoes(ws: Workspace, chance: Random) -> None:
    redo(ws, person="林")


CHANGES: tuple[Callable[[Workspace, Random], object], ...] = (
    *(_villages, _drafts, _edits, _reports, _steps, _attaches, _voids, _restores, _undoes, _redoes),
)
DEEDS: dict[str, Callable[..., int | None]] = {
    each.__name__: each
    for each in (command, within, step, founded, opened, sound, writes, writes_normal, writes_off, traced, attaches)
}
