"""The schema's steps: each keeps what was there, and together they make what a new store has."""

from __future__ import annotations

import ast
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from haicang_desk.model.balances import search_text
from haicang_desk.model.records import Project, Street, Village
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import APPLICATION_ID, verify_file
from haicang_desk.model.store import migrations as module
from haicang_desk.model.store.journal import ALG, pack, seal
from haicang_desk.model.store.migrations import migrations
from haicang_desk.model.store.schema import SCHEMA_STEPS

STEPS = tuple(step.name for step in migrations._migrations)
WITH_LINES = STEPS.index("m0003_register_line") + 1


def schema(conn):
    return dict(conn.execute("SELECT name, sql FROM sqlite_schema WHERE tbl_name <> '_sqlite_migrations'"))


def test_steps_are_numbered_in_order_and_end_where_the_program_does():
    assert [int(name[1:5]) for name in STEPS] == list(range(1, len(STEPS) + 1))
    assert STEPS == SCHEMA_STEPS


def test_one_by_one_comes_to_the_same_as_all_at_once():
    with (
        closing(sqlite3.connect(":memory:", isolation_level=None)) as slow,
        closing(sqlite3.connect(":memory:", isolation_level=None)) as fast,
    ):
        for after in (*STEPS[1:], None):
            migrations.apply(Database(slow), stop_before=after)
        migrations.apply(Database(fast))
        assert schema(slow) == schema(fast)


def test_steps_name_no_record():
    """A record changes with the program; a step, once released, never does."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    named = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [name for name in named if name.startswith("haicang_desk")]


def old_store(path, steps):
    """A store as a program that knew only the first steps would have left it: a street, a village, a project."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(Database(conn), stop_before=STEPS[steps] if steps < len(STEPS) else None)
        rows = []
        for table, given in (
            ("street", {"id": "a", "name": "新阳街道"}),
            ("village", {"id": "b", "name": "霞阳社区"}),
            (
                "project",
                {
                    "id": "c",
                    "code": "XYJD-XYSQ-2018-01",
                    "village": "b",
                    "fund_year": 2018,
                    "title": "楼道照明更换",
                    "category": "works",
                    "content": "safety",
                    "special": 600,
                },
            ),
        ):
            row = filled(conn, table, given)
            rows.append((1, len(rows), table, row["id"], row["id"] if table == "project" else None, None, pack(row)))
        entry = (1, "key", "登记", "陈", "2018-09-03T09:30:00", 1, None)
        conn.execute("INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?,?)", (*entry, "", seal("", entry, rows), ALG))
        conn.executemany("INSERT INTO journal_row VALUES (?,?,?,?,?,?,?)", rows)
        line = {"project": "c", "fund_year": 2018, "village": "b", "category": "works", "stage": "draft"}
        line |= {"total": 600, "special": 600, "search": search_text("XYJD-XYSQ-2018-01", "楼道照明更换", "霞阳社区")}
        filled(conn, "register_line", line)


def filled(conn, table, given):
    """Insert a row, what is not given being empty; the row without what nobody gave and nothing asks for."""
    row = {"void": 0} if table != "register_line" else {}
    for _, name, kind, notnull, default, _ in conn.execute(f"PRAGMA table_info({table})"):
        if name not in given and notnull and default is None:
            row[name] = "" if kind == "TEXT" else 0
    row |= given
    conn.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
    return row


@pytest.mark.parametrize("steps", range(WITH_LINES, len(STEPS) + 1))
def test_a_store_of_any_age_opens_with_all_it_had_and_verifies(tmp_path, steps):
    path = tmp_path / "旧.db"
    old_store(path, steps)
    assert verify_file(path) == ()
    with Workspace.open(path) as ws:
        assert [street.name for street in ws.all(Street)] == ["新阳街道"]
        assert [village.name for village in ws.all(Village)] == ["霞阳社区"]
        (project,) = ws.all(Project)
        assert (project.title, int(project.special)) == ("楼道照明更换", 600)
        assert ws.casefile("c").project == project
    assert verify_file(path) == ()


def test_a_step_that_breaks_off_is_taken_back_whole(tmp_path, monkeypatch):
    path = tmp_path / "旧.db"
    old_store(path, len(STEPS) - 1)
    before = json.dumps(dump(path))
    last = migrations._migrations[-1]

    def half(db):
        last.fn(db)
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setitem(migrations.__dict__, "_migrations", [*migrations._migrations[:-1], _with(last, half)])
    with pytest.raises(Exception, match=r"已损坏|full"):
        Workspace.open(path)
    assert json.dumps(dump(path)) == before
    monkeypatch.undo()
    Workspace.open(path).close()
    assert verify_file(path) == ()


def _with(step, fn):
    return type(step)(**{**{name: getattr(step, name) for name in step.__dataclass_fields__}, "fn": fn})


def dump(path):
    with closing(sqlite3.connect(path)) as conn:
        return [line for line in conn.iterdump() if "CREATE TABLE" not in line or "_sqlite" not in line]
