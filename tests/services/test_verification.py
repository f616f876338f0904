"""The full check in a process of its own finds what the check on a thread finds, and can be stopped."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from haicang_desk.model.services import verification, verify_apart
from haicang_desk.model.store import verify_file
from haicang_desk.model.values import Course, Stopped, StoreUnusable
from tests.model.street import built


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(verification, "SMALL", 0)
    built(tmp_path / "新阳.db").close()
    return tmp_path / "新阳.db"


def test_a_process_finds_what_a_thread_finds_and_tells_how_far_it_is(store, monkeypatch):
    with closing(sqlite3.connect(store)) as conn, conn:
        conn.execute("UPDATE village SET leader = '改'")
    expected, told = verify_file(store, files=False), []
    monkeypatch.setattr(verification, "verify_file", lambda *_, **__: pytest.fail("not on this thread"))
    assert verify_apart(store, Course(lambda done, of: told.append(done))) == expected != ()
    assert told == sorted(told) and told[-1] == 100


def test_it_stops_when_asked_and_says_why_a_file_is_no_store(store, tmp_path):
    with pytest.raises(Stopped):
        verify_apart(store, Course(cancelled=lambda: True))
    (tmp_path / "空.db").write_bytes(b"no store" * 1000)
    with pytest.raises(StoreUnusable, match="不是"):
        verify_apart(tmp_path / "空.db", Course())


def test_where_no_process_can_be_started_the_thread_does_it(store, monkeypatch):
    def refuse(*_):
        raise OSError("no processes")

    monkeypatch.setattr(verification, "_by_process", refuse)
    assert verify_apart(store, Course()) == ()
