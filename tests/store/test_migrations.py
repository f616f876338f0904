"""Migrations: each keeps the data there is, and together they make the schema of a new store."""

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
from haicang_desk.model.store import migrations as module
from haicang_desk.model.store import project_totals, verify, verify_file
from haicang_desk.model.store.journal import ALG, pack, seal
from haicang_desk.model.store.migrations import migrations
from haicang_desk.model.store.schema import SCHEMA_STEPS
from haicang_desk.model.values import StoreUnusable
from haicang_desk.platform import APPLICATION_ID
from tests.test_old_stores import unpacked

STEPS = tuple(step.name for step in migrations._migrations)
WITH_LINES = STEPS.index("m0003_register_line") + 1


def schema(conn):
    return dict(conn.execute("SELECT name, sql FROM sqlite_schema WHERE tbl_name <> '_sqlite_migrations'"))


def test_steps_are_numbered_in_order_and_end_where_the_program_does():
    numbers = [int(name[1:5]) for name in STEPS]
    assert numbers == sorted(set(numbers))
    assert STEPS == SCHEMA_STEPS


def test_migrations_one_by_one_make_the_same_schema_as_all_at_once():
    with (
        closing(sqlite3.connect(":memory:", isolation_level=None)) as slow,
        closing(sqlite3.connect(":memory:", isolation_level=None)) as fast,
    ):
        for after in (*STEPS[1:], None):
            migrations.apply(Database(slow), stop_before=after)
        migrations.apply(Database(fast))
        assert schema(slow) == schema(fast)


def test_migrations_import_no_record():
    """A record class changes with the program; a released migration never does."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    named = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [name for name in named if name.startswith("haicang_desk")]


def old_store(path, steps):
    """A store such as a program with only the first migrations would have left: a street, a village, a project."""
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
    """Insert a row with empty cells where none are given; gives the row without nullable empty cells."""
    row = {"void": 0} if table != "register_line" else {}
    for _, name, kind, notnull, default, _ in conn.execute(f"PRAGMA table_info({table})"):
        if name not in given and notnull and default is None:
            row[name] = "" if kind == "TEXT" else 0
    row |= given
    conn.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
    return row


@pytest.mark.parametrize("steps", range(WITH_LINES, len(STEPS) + 1))
def test_a_store_of_every_schema_step_opens_with_its_data_and_verifies(tmp_path, steps):
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


def register_line(conn):
    return conn.execute("SELECT * FROM register_line ORDER BY project").fetchall()


def journal(conn):
    return [conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in ("journal", "journal_row")]


@pytest.mark.parametrize("migrated", [False, True], ids=["as it was left", "opened by a program without the repair"])
def test_a_store_whose_register_line_lacks_columns_has_it_made_anew_from_the_records(tmp_path, migrated):
    """schema-3 was made before the step m0003_register_line was changed to have self_raised and other columns."""
    path = unpacked("schema-3", tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        assert "self_raised" not in {row[1] for row in conn.execute("PRAGMA table_info(register_line)")}
        before = journal(conn)
        if migrated:
            migrations.apply(Database(conn))
    assert bool(verify_file(path)) is migrated  # an older schema's register_line is no damage: opening makes it anew
    with Workspace.open(path) as ws:
        assert verify(ws.conn) == ()
        assert {totals.project for totals in project_totals(ws.conn)} == {project.id for project in ws.all(Project)}
        assert [part[: len(old)] for part, old in zip(journal(ws.conn), before, strict=True)] == before
        made = register_line(ws.conn)
    assert verify_file(path) == ()
    with Workspace.open(path) as ws:
        assert register_line(ws.conn) == made


def test_a_repair_that_breaks_off_leaves_register_line_as_it_was(tmp_path, monkeypatch):
    path = unpacked("schema-3", tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        migrations.apply(Database(conn))
        before = register_line(conn)

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("haicang_desk.model.store.schema.save_project_totals", full)
    with pytest.raises(StoreUnusable, match="（磁盘已满），未作任何改动"):
        Workspace.open(path)
    with closing(sqlite3.connect(path)) as conn:
        assert register_line(conn) == before != []


def test_a_failed_migration_is_rolled_back_whole(tmp_path, monkeypatch):
    path = tmp_path / "旧.db"
    old_store(path, len(STEPS) - 1)
    before = json.dumps(dump(path))
    last = migrations._migrations[-1]

    def half(db):
        last.fn(db)
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setitem(migrations.__dict__, "_migrations", [*migrations._migrations[:-1], _with(last, half)])
    with pytest.raises(Exception, match=r"没有升级：磁盘已满"):
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


def test_a_damaged_store_is_not_upgraded(tmp_path):
    path = unpacked("schema-4", tmp_path)
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE project SET special = special + 1")
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match=r"损坏.*没有写入任何内容"):
        Workspace.open(path)
    assert path.read_bytes() == before
