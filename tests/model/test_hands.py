"""A year checked by several processes: the same findings, one hand on the store, and nobody left behind."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path

import pytest

from haicang_desk.model import (
    Category,
    Link,
    Money,
    Notice,
    Prose,
    StoreUnusable,
    Village,
    Workspace,
    check,
    findings_of,
    hands,
)
from haicang_desk.model.records import Project
from haicang_desk.model.store import connect_beside

forking = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing can be forked here")
DAY = date(2018, 9, 3)


@pytest.fixture
def store(tmp_path, monkeypatch) -> Path:
    """Thirty projects in two villages, no two of them alike in what is said of them; three are worth a hand."""
    monkeypatch.setattr(hands, "WORTH", 3)
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # a test runner may have threads of its own
    path = tmp_path / "台账#1?.db"
    made = Workspace.create(path, street="新阳街道", year=2018, now=lambda: datetime(2018, 9, 3))
    with made as ws, ws.change("铺底", actor="陈") as change:
        villages = [change.put(Village(name=name)) for name in ("霞阳社区", "东屿村")]
        for number in range(30):
            home = Link(villages[number % 2].id)
            change.put(
                Project(
                    code="" if number % 7 == 0 else f"XYJD-{30 - number:02d}",
                    title=f"路灯更换{number}期",
                    fund_year=2018,
                    village=home,
                    category=tuple(Category)[number % 3],
                    special=Money(20_000_100 + number),
                    submitted_on=date(2018, 8, 9),
                )
            )
        change.put(Notice(village=home, posted_on=date(2018, 8, 1), ends_on=date(2018, 8, 8), objection=Prose("否")))
    return path


@pytest.fixture
def forks(monkeypatch) -> list[int]:
    """The processes forked, as they come."""
    made, fork = [], os.fork

    def counted() -> int:
        made.append(fork())
        return made[-1]

    monkeypatch.setattr(os, "fork", counted, raising=False)
    return made


@forking
@pytest.mark.parametrize("many", [2, 3, 64])
def test_what_is_found_is_the_same_whoever_looked(store, forks, many):
    with Workspace.open(store) as ws:
        alone = check(ws, 2018, DAY)
        assert not forks and len(alone) > 100
        assert check(ws, 2018, DAY, hands=many) == alone
    assert len(forks) == min(many, hands.MOST) - 1 + 1  # for the projects; and for two villages
    for process in forks:
        with pytest.raises(ChildProcessError):
            os.waitpid(process, 0)  # none is left


@forking
@pytest.mark.parametrize("mishap", ["cannot open", "killed"])
def test_what_a_helper_cannot_do_is_done_here(store, forks, monkeypatch, mishap):
    here, read = os.getpid(), hands.casefiles

    def read_or_die(conn, ids):
        for number, case in enumerate(read(conn, ids)):
            if os.getpid() != here and number == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            yield case

    def refuse(path):
        raise sqlite3.OperationalError("unable to open database file")

    with Workspace.open(store) as ws:
        alone = check(ws, 2018, DAY)
        if mishap == "killed":
            monkeypatch.setattr(hands, "casefiles", read_or_die)
        else:
            monkeypatch.setattr(hands, "connect_beside", refuse)
        assert check(ws, 2018, DAY, hands=2) == alone
    assert len(forks) == 2


@forking
def test_what_goes_wrong_here_leaves_no_helper(store, forks, monkeypatch):
    here, read = os.getpid(), hands.casefiles
    monkeypatch.setattr(hands, "casefiles", lambda conn, ids: 1 // 0 if os.getpid() == here else read(conn, ids))
    with Workspace.open(store) as ws, pytest.raises(ZeroDivisionError):
        check(ws, 2018, DAY, hands=2)
    (process,) = forks
    with pytest.raises(ChildProcessError):
        os.waitpid(process, 0)


@pytest.mark.parametrize("why", ["threads", "in a change", "in no file", "few", "no fork"])
def test_where_nobody_can_help_all_is_done_here(store, monkeypatch, why):
    def fork() -> int:
        raise AssertionError("forked")

    monkeypatch.setattr(os, "fork", fork, raising=False)
    with Workspace.open(store) as ws:
        alone = check(ws, 2018, DAY)
        if why == "threads":
            monkeypatch.setattr(threading, "active_count", lambda: 2)
        elif why == "in no file":
            ws.path = None
        elif why == "few":
            monkeypatch.setattr(hands, "WORTH", 16)
        elif why == "no fork":
            monkeypatch.delattr(os, "fork")
        with ws.change("改", actor="陈") if why == "in a change" else nullcontext():
            assert check(ws, 2018, DAY, hands=2) == alone


@forking
def test_what_the_window_asks_is_done_here(store, forks):
    with Workspace.open(store) as ws:
        assert findings_of(ws, ws.casefiles(2018), ws.register(2018), DAY) == check(ws, 2018, DAY)
    assert not forks


@forking
def test_the_store_stays_in_one_hand(store, forks):
    """After helpers have come and gone, no other process may open it."""
    opening = (
        f"from pathlib import Path; from haicang_desk.model import Workspace; Workspace.open(Path({str(store)!r}))"
    )
    with Workspace.open(store) as ws:
        check(ws, 2018, DAY, hands=2)
        assert len(forks) == 2
        tried = subprocess.run([sys.executable, "-c", opening], capture_output=True, text=True, check=False)
        assert tried.returncode and StoreUnusable.__name__ in tried.stderr
        with ws.change("改", actor="陈") as change:
            change.put(Village(name="新垵村"))


def test_what_looks_on_cannot_write(store):
    with Workspace.open(store):
        beside = connect_beside(store)
        assert beside.execute("SELECT count(*) FROM project").fetchone() == (30,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            beside.execute("DELETE FROM project")
        beside.close()


SLOW = """
import sys, time
from pathlib import Path
from haicang_desk.model import Workspace, hands
hands.WORTH = 3
def work(cases):
    for case in cases:
        print("helps", flush=True)
        time.sleep(0.3)
with Workspace.open(Path(sys.argv[1])) as ws:
    ids = [row[0] for row in ws.conn.execute("SELECT id FROM project ORDER BY id")]
    hands.share_out(ws.conn, ws.path, ids * 20, work, 2)
"""


@forking
def test_a_helper_does_not_outlive_its_parent(store):
    """The pipe both speak into ends with the last of them: minutes before it would have done its share."""
    with subprocess.Popen([sys.executable, "-c", SLOW, str(store)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() and process.stdout.readline()
        process.kill()
        process.communicate(timeout=10)
