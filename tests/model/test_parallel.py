"""A year checked by several processes: the same findings, one process that holds the store, and none left behind."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path

import pytest

from haicang_desk.model.records import Category, Link, Notice, Project, Prose, Village
from haicang_desk.model.services import Workspace, check, findings_of, parallel
from haicang_desk.model.services.evaluation import YearAggregates
from haicang_desk.model.services.parallel import worker_pool
from haicang_desk.model.store import connect_read_only
from haicang_desk.model.values import HeldElsewhere, Money

DAY = date(2018, 9, 3)


@pytest.fixture
def few_are_enough(monkeypatch) -> None:
    """Three items are worth a process."""
    monkeypatch.setattr(parallel, "ITEMS_PER_WORKER", 3)


@pytest.fixture
def store(tmp_path, few_are_enough) -> Path:
    """Thirty projects in two villages, no two of them with the same findings."""
    path = tmp_path / "台账#1%3f.db"
    made = Workspace.create(path, street="新阳街道", year=2018, now=lambda: datetime(2018, 9, 3))
    with made as ws, ws.change("铺底", actor="陈") as change:
        villages = [change.save(Village(name=name)) for name in ("霞阳社区", "东屿村")]
        for number in range(30):
            home = Link(villages[number % 2].id)
            change.save(
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
        change.save(Notice(village=home, posted_on=date(2018, 8, 1), ends_on=date(2018, 8, 8), objection=Prose("否")))
    return path


@pytest.fixture
def results(monkeypatch) -> list[str]:
    """What each worker gave back: the name of the result's type, or of the exception's."""
    given, submit = [], concurrent.futures.ProcessPoolExecutor.submit

    def noted(*arguments):
        future = submit(*arguments)
        future.add_done_callback(lambda done: given.append(type(done.exception() or done.result()).__name__))
        return future

    monkeypatch.setattr(concurrent.futures.ProcessPoolExecutor, "submit", noted)
    return given


def squares(numbers: Sequence[int]) -> list[int]:
    return [number * number for number in numbers]


def killed(numbers: Sequence[int]) -> list[int]:
    os._exit(9)


def wrong(numbers: Sequence[int]) -> list[int]:
    raise LookupError(numbers)


def unpicklable(numbers: Sequence[int]) -> object:
    return lambda: numbers


def slow(numbers: Sequence[int]) -> list[int]:
    print("works", flush=True)
    time.sleep(60)
    return []


@pytest.mark.parametrize("workers", [2, 64])
def test_results_come_in_the_order_of_the_items(few_are_enough, results, workers):
    with worker_pool(30, workers) as pool:
        parts = pool.map(range(30), squares, squares)
    assert len(parts) == min(workers, parallel.MOST_WORKERS)
    assert [number for part in parts for number in part] == squares(range(30))
    assert results == ["list"] * (len(parts) - 1)
    assert not multiprocessing.active_children()


def test_fewer_items_than_workers_are_a_chunk_each(few_are_enough, results):
    with worker_pool(30, 2) as pool:
        assert pool.map((), squares, squares) == [[]]
        assert pool.map((3,), squares, squares) == [[9]]
    assert not results


@pytest.mark.parametrize("mishap", [killed, wrong, unpicklable])
def test_what_a_worker_did_not_finish_is_computed_here(few_are_enough, results, mishap):
    with worker_pool(6, 2) as pool:
        assert pool.map(range(6), squares, mishap) == [[0, 1, 4], [9, 16, 25]]
        assert pool.map(range(6), squares, squares) == [[0, 1, 4], [9, 16, 25]]  # also after one was killed
    assert len(results) == (1 if mishap is killed else 2) and results[0] != "list"


@pytest.mark.parametrize("missing", ["semaphores", "processes"])
def test_where_no_process_can_be_started_all_is_computed_here(few_are_enough, monkeypatch, missing):
    def refuse(*arguments, **named):
        raise OSError("Resource temporarily unavailable")

    name = "__init__" if missing == "semaphores" else "_spawn_process"
    monkeypatch.setattr(concurrent.futures.ProcessPoolExecutor, name, refuse)
    with worker_pool(6, 2) as pool:
        parts = pool.map(range(6), squares, killed)
    assert [number for part in parts for number in part] == squares(range(6))


def test_the_parent_raises_what_went_wrong_in_a_worker(few_are_enough, results):
    def fails_later(numbers: Sequence[int]) -> list[int]:
        return squares(numbers) if 0 in numbers else wrong(numbers)

    with pytest.raises(LookupError) as raised, worker_pool(6, 2) as pool:
        pool.map(range(6), fails_later, wrong)
    assert raised.value.__cause__ is None and results == ["LookupError"]


def test_what_goes_wrong_here_does_not_wait_for_the_workers(few_are_enough):
    began = time.monotonic()
    with pytest.raises(LookupError), worker_pool(6, 2) as pool:
        pool.map(range(6), wrong, slow)
    assert time.monotonic() - began < 30
    assert not multiprocessing.active_children()


def test_the_findings_are_the_same_whoever_computed_them(store, results):
    with Workspace.open(store) as ws:
        alone = check(ws, 2018, DAY)
        assert not results and len(alone) > 100
        assert check(ws, 2018, DAY, workers=2) == alone
    assert results == [YearAggregates.__name__, list.__name__]  # of the projects, and of one of two villages


def test_a_store_that_a_worker_cannot_open_is_read_here(store, results):
    with Workspace.open(store) as ws:
        alone = check(ws, 2018, DAY)
        ws.path = store.with_name("无此文件.db")
        assert check(ws, 2018, DAY, workers=2) == alone
    assert results == [sqlite3.OperationalError.__name__, list.__name__]


@pytest.mark.parametrize("why", ["in a change", "in no file", "few", "the window"])
def test_no_process_is_started_where_it_could_not_help(store, monkeypatch, why):
    def refuse(*arguments, **named):
        raise AssertionError("a process was started")

    monkeypatch.setattr(concurrent.futures.ProcessPoolExecutor, "__init__", refuse)
    with Workspace.open(store) as ws:
        alone = check(ws, 2018, DAY)
        with pytest.raises(AssertionError, match="started"):
            check(ws, 2018, DAY, workers=2)
        if why == "the window":
            assert findings_of(ws, ws.casefiles(2018), ws.register(2018), DAY) == alone
            return
        if why == "in no file":
            ws.path = None
        elif why == "few":
            monkeypatch.setattr(parallel, "ITEMS_PER_WORKER", 16)
        with ws.change("改", actor="陈") if why == "in a change" else nullcontext():
            assert check(ws, 2018, DAY, workers=2) == alone


def test_one_process_holds_the_store(store, results):
    """After workers have come and gone, no other process may open it."""
    opening = (
        "from pathlib import Path; from haicang_desk.model.services import Workspace; "
        f"Workspace.open(Path({str(store)!r}))"
    )
    with Workspace.open(store) as ws:
        check(ws, 2018, DAY, workers=2)
        assert YearAggregates.__name__ in results
        tried = subprocess.run([sys.executable, "-c", opening], capture_output=True, text=True, check=False)
        assert tried.returncode and HeldElsewhere.__name__ in tried.stderr
        with ws.change("改", actor="陈") as change:
            change.save(Village(name="新垵村"))


def test_what_a_worker_opens_cannot_be_written_to(store):
    with Workspace.open(store):
        beside = connect_read_only(store)
        assert beside.execute("SELECT count(*) FROM project").fetchone() == (30,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            beside.execute("DELETE FROM project")
        beside.close()


SLOW = """
from haicang_desk.model.services import parallel
from tests.model.test_parallel import slow
parallel.ITEMS_PER_WORKER = 3
with parallel.worker_pool(6, 2) as pool:
    pool.map(range(6), slow, slow)
"""


def test_a_worker_does_not_outlive_its_parent():
    """The pipe both print into ends with the last of them: long before the worker would have done its chunk."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SLOW]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout.readline() and process.stdout.readline()
        process.kill()
        process.communicate(timeout=30)
