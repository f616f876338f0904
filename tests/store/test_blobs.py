"""Originals: the bytes of papers, kept once, given back as they were, and every change of them noticed."""

from __future__ import annotations

import sqlite3
from hashlib import sha256

import pytest

from haicang_desk.model.services import undo
from haicang_desk.model.store import has_blob, save_blob, verify
from haicang_desk.model.values import Refused

SCAN = bytes(range(256)) * 40
DIGEST = sha256(SCAN).hexdigest()


@pytest.fixture
def holding(ws):
    with ws.change("添加材料", actor="陈") as change:
        assert save_blob(change, SCAN) == DIGEST
    return ws


def test_stored_bytes_are_read_back(holding):
    assert holding.read_blob(DIGEST) == SCAN
    assert verify(holding.conn) == ()


def test_the_same_bytes_are_stored_once(holding):
    with holding.change("添加材料", actor="陈") as change:
        save_blob(change, SCAN)
        save_blob(change, b"")
    assert [size for (size,) in holding.conn.execute("SELECT size FROM original ORDER BY size")] == [0, len(SCAN)]
    assert verify(holding.conn) == ()


def test_missing_bytes_are_refused_with_a_message(holding):
    with pytest.raises(Refused, match="不在本台账里"):
        holding.read_blob("0" * 64)
    assert not has_blob(holding.conn, "0" * 64)


def test_undo_takes_back_the_record_and_never_the_bytes(holding):
    undo(holding, person="陈")
    assert holding.read_blob(DIGEST) == SCAN
    assert verify(holding.conn) == ()
    with holding.change("添加材料", actor="陈") as change:
        save_blob(change, SCAN)
    assert verify(holding.conn) == ()


def test_a_failed_change_stores_no_bytes(ws):
    with pytest.raises(RuntimeError), ws.change("添加材料", actor="陈") as change:
        save_blob(change, SCAN)
        raise RuntimeError
    assert not has_blob(ws.conn, DIGEST)


def test_stored_bytes_cannot_be_updated(holding):
    with pytest.raises(sqlite3.IntegrityError, match="not altered"):
        holding.conn.execute("UPDATE original_bytes SET bytes = x''")


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE original_bytes SET bytes = substr(bytes, 2)", "内容与校验码不符"),
        ("DELETE FROM original_bytes", "台账里没有内容"),
        ("INSERT INTO original_bytes VALUES ('00', x'00')", "没有对应的登记"),
    ],
)
def test_tampering_with_originals_is_found(holding, tampering, said):
    triggers = holding.conn.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'original_bytes'"
    ).fetchall()
    for name, _ in triggers:
        holding.conn.execute(f"DROP TRIGGER {name}")
    holding.conn.execute(tampering)
    for _, sql in triggers:
        holding.conn.execute(sql)
    (damage,) = verify(holding.conn)
    assert damage.part == "原件" and said in damage.message
    if "UPDATE" in tampering:
        with pytest.raises(Refused, match="已损坏"):
            holding.read_blob(DIGEST)
