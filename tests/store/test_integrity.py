"""Damage of a store: found, all of it, and named."""

from __future__ import annotations

import sqlite3
import tracemalloc
from contextlib import closing
from dataclasses import replace

import pytest

from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, redo, save, undo
from haicang_desk.model.store import TABLES, change_by_seal, verify, verify_file
from haicang_desk.model.values import Refused, StoreUnusable
from tests.model.street import built

HELD = (*TABLES, "original_bytes", "journal", "journal_row", "register_line")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The bytes of a sound store."""
    path = tmp_path_factory.mktemp("sound") / "新阳.db"
    built(path).close()
    return path.read_bytes()


@pytest.fixture
def path(sound, tmp_path):
    path = tmp_path / "新阳.db"
    path.write_bytes(sound)
    return path


def test_a_store_as_it_was_written_is_sound(path):
    assert verify_file(path) == ()
    with Workspace.open(path) as ws:
        assert verify(ws.conn) == ()


def test_verifying_writes_nothing(path):
    before = path.read_bytes()
    verify_file(path)
    assert path.read_bytes() == before


def test_an_entry_of_very_many_rows_is_verified_row_by_row(path):
    with Workspace.open(path) as ws:
        with ws.change("导入", actor="林") as change:
            for number in range(2_000):
                change.save(Village(name=f"第{number}社区", payee="条件" * 100))
        tracemalloc.start()
        try:
            assert verify(ws.conn, sums=False) == ()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 1_000_000  # the rows together are longer


OPEN = "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete; DROP TRIGGER journal_row_no_update;" + (
    "DROP TRIGGER journal_row_no_delete;"
)
ATTACKS = {  # what somebody with a database browser may do, and what must then be named
    "a row is edited": (
        "UPDATE project SET special = special + 1 WHERE code LIKE '%-01'",
        "楼道照明更换》：与最后一次变更不符：区级专项资金",
    ),
    "a number becomes text of the same look": ("UPDATE project SET title = title || ' '", "项目名称"),
    "nothing becomes empty": ("UPDATE village SET quota = 0 WHERE quota IS NULL", "村居 祥露村"),
    "a decision is voided": ("UPDATE approval SET void = 1", "审批，项目"),
    "a row is deleted": ("DELETE FROM opinion WHERE rowid = (SELECT min(rowid) FROM opinion)", "台账里没有了"),
    "a row is slipped in": (
        "INSERT INTO street_quota (id, fund_year, quota, number) VALUES ('x', 2027, 1, '')",
        "没有对应的变更记录",
    ),
    "a project loses its village": (
        "PRAGMA foreign_keys = OFF; DELETE FROM village WHERE name = '祥露村'",
        "所属的村居已不在台账里",
    ),
    "the journal is edited": (OPEN + "UPDATE journal SET actor = '张' WHERE seq = 3", "第 3 次变更"),
    "a moment in the journal is edited": (OPEN + "UPDATE journal SET at = '2026-01-01T00:00:00' WHERE seq = 3", "不符"),
    "an entry may be undone after all": (OPEN + "UPDATE journal SET undoable = 1 - undoable WHERE seq = 4", "不符"),
    "a journalled row is edited": (
        OPEN + "UPDATE journal_row SET after = replace(after, '楼道', '走廊') WHERE seq = 3",
        "第 3 次变更",
    ),
    "the algorithm is renamed": (OPEN + "UPDATE journal SET alg = 'md5' WHERE seq = 2", "第 2 次变更"),
    "an entry is taken out": (
        OPEN + "DELETE FROM journal_row WHERE seq = 5; DELETE FROM journal WHERE seq = 5",
        "第 5 次变更：缺失",
    ),
    "the tail is cut off": (
        OPEN + "DELETE FROM journal_row WHERE seq > 20; DELETE FROM journal WHERE seq > 20",
        "没有对应的变更记录",
    ),
    "two entries change places": (
        OPEN + "PRAGMA foreign_keys = OFF; UPDATE journal SET seq = 99 WHERE seq = 3;"
        "UPDATE journal SET seq = 3 WHERE seq = 4; UPDATE journal SET seq = 4 WHERE seq = 99",
        "接不上",
    ),
    "rows lose their entry": (OPEN + "PRAGMA foreign_keys = OFF; DELETE FROM journal WHERE seq = 6", "没有变更本身"),
    "a trigger is gone": ("DROP TRIGGER journal_no_update", "journal_no_update：缺失"),
    "an index is gone": ("DROP INDEX project_code", "project_code：缺失"),
    "a trigger is added": (
        "CREATE TRIGGER spy AFTER INSERT ON project BEGIN DELETE FROM register_line; END",
        "spy：不是本程序建立的",
    ),
    "a column is added": ("ALTER TABLE village ADD COLUMN extra TEXT", "village：定义被改动"),
    "a sum is edited": ("UPDATE register_line SET special = special - 1", "与项目的记录不符（special）"),
    "a line is gone": ("DELETE FROM register_line", "缺少这个项目的汇总"),
    "a stage is edited": ("UPDATE register_line SET stage = 'closed' WHERE stage = 'lodged'", "（stage）"),
    "the schema's steps are edited": ("UPDATE _sqlite_migrations SET name = 'm0001' WHERE name LIKE 'm0001%'", "升级"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_tampering_is_named(sound, attack):
    script, told = ATTACKS[attack]
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.deserialize(sound)
        conn.executescript(script)
        found = [str(damage) for damage in verify(conn)]
    assert any(told in each for each in found), found


def test_a_change_after_damage_does_not_hide_it(path):
    with Workspace.open(path) as ws:
        ws.conn.execute("UPDATE village SET leader = '改' WHERE name = '霞阳社区'")
        (damage,) = verify(ws.conn)
        assert (damage.part, damage.subject, damage.seq) == ("记录", "村居 霞阳社区", 2)


def test_a_damaged_page_is_reported_not_raised(path):
    data = bytearray(path.read_bytes())
    data[4096 * 5 : 4096 * 6] = bytes(4096)
    path.write_bytes(data)
    assert verify_file(path)


def test_a_file_that_is_no_store_cannot_be_verified(tmp_path):
    text = tmp_path / "text.db"
    text.write_text("这不是台账" * 200, encoding="utf-8")
    with pytest.raises(StoreUnusable, match="不是台账文件或已损坏"):
        verify_file(text)


def held(conn):
    """Every cell of every table, read without an index; None where it cannot be read."""
    conn.text_factory = bytes
    try:
        return [conn.execute(f'SELECT * FROM "{table}" NOT INDEXED').fetchall() for table in HELD]
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def test_a_seal_code_leads_to_its_change_and_records(path):
    with Workspace.open(path) as ws:
        seq, seal = ws.conn.execute("SELECT seq, hash FROM journal WHERE action = '批准'").fetchone()
        found = change_by_seal(ws.conn, f" {seal[:8].upper()}-{seal[8:16]} ")
        assert (found.seq, found.action, found.actor) == (seq, "批准", "林")
        assert found.touched == ("审批，项目 XYJD-XYSQ-2026-01《楼道照明更换》",)
        with pytest.raises(Refused, match="不是存证码"):
            change_by_seal(ws.conn, "12345")
        with pytest.raises(Refused, match="没有存证码"):
            change_by_seal(ws.conn, "0" * 16)


def test_a_change_after_an_undo_still_verifies(path):
    with Workspace.open(path) as ws:
        save(ws, [replace(ws.all(Village)[0], leader="王")], action="修改村居", person="陈")
        undo(ws, person="陈")
        redo(ws, person="陈")
        undo(ws, person="陈")
        assert verify(ws.conn) == ()
