"""Repair of a damaged store: from its journal, from a backup and the journal after it; what is lost is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, save, set_up_sign_in
from haicang_desk.model.store import TABLES, back_up, prepare_repair, verify_file
from haicang_desk.model.store.signatures import signature_faults
from haicang_desk.model.values import Refused, StoreUnusable
from tests.conftest import NOW
from tests.model.street import built

OPEN = "".join(
    f"DROP TRIGGER {table}_no_{verb};" for table in ("journal", "journal_row") for verb in ("update", "delete")
)


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


def edit(path, script):
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(script)


def records(path):
    """Every row of every record table by id."""
    with closing(sqlite3.connect(path)) as conn:
        return {table: sorted(conn.execute(f'SELECT * FROM "{table}"').fetchall()) for table in TABLES}


def journal(path):
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute("SELECT * FROM journal ORDER BY seq").fetchall()


def later(path, *names):
    """Changes made after a backup, a village each."""
    with Workspace.open(path, now=lambda: NOW) as ws:
        for name in names:
            save(ws, [Village(name=name)], action=f"登记{name}", person="陈")


def backed_up(path, tmp_path, name="备份.db"):
    with Workspace.open(path) as ws:
        back_up(ws.conn, tmp_path / name)
    return tmp_path / name


LIVE_DAMAGE = {
    "a sum": "UPDATE project SET special = special + 100 WHERE rowid = 1",
    "a row gone": "PRAGMA foreign_keys = OFF; DELETE FROM opinion WHERE rowid = (SELECT min(rowid) FROM opinion)",
    "a row slipped in": "INSERT INTO street_quota (id, fund_year, quota, number) VALUES ('x', 2027, 1, '')",
    "a trigger gone": "DROP TRIGGER journal_no_update",
    "an index gone": "DROP INDEX project_code",
    "sums of a project": "UPDATE register_line SET special = special - 1",
    "a table emptied": "PRAGMA foreign_keys = OFF; DELETE FROM project",
}


@pytest.mark.parametrize("what", LIVE_DAMAGE)
def test_where_the_journal_is_whole_every_record_comes_back(path, what):
    before, entries = records(path), journal(path)
    edit(path, LIVE_DAMAGE[what])
    spoilt = path.read_bytes()
    made = prepare_repair(path, (), at=NOW, person="陈")
    assert path.read_bytes() == spoilt and made.damage and not made.lost and made.backup is None
    restored = made.carry_out(NOW)
    assert records(path) == before and verify_file(path) == ()
    assert journal(path)[:-1] == entries and "修复台账" in journal(path)[-1][2]
    assert restored.aside is not None and restored.aside.read_bytes() == spoilt
    assert not made.made.exists()


def test_what_a_repair_changes_is_told_with_both_values(path):
    edit(path, "UPDATE village SET leader = '改' WHERE name = '霞阳社区'")
    made = prepare_repair(path, (), at=NOW, person="陈")
    (row,) = made.rows
    assert (row.subject, row.message) == ("村居 霞阳社区", "挂钩街道领导现为“改”，应为“（空）”")
    assert made.same > 10
    made.discard()


def test_a_damaged_journal_is_replayed_over_a_good_backup(path, tmp_path):
    backup = backed_up(path, tmp_path)
    later(path, "甲村", "乙村", "丙村")
    entries = journal(path)
    with closing(sqlite3.connect(path)) as conn:
        (first,) = conn.execute("SELECT max(seq) - 5 FROM journal").fetchone()
    edit(path, OPEN + f"UPDATE journal SET actor = '张' WHERE seq = {first}")  # before the backup
    made = prepare_repair(path, [backup], at=NOW, person="陈")
    assert (made.backup, made.replayed, made.lost) == (backup, 3, ())
    made.carry_out(NOW)
    assert journal(path)[:-1] == entries and verify_file(path) == ()
    with Workspace.open(path) as ws:
        assert {"甲村", "乙村", "丙村"} <= {village.name for village in ws.all(Village)}


def test_the_changes_after_a_broken_entry_are_lost_and_named(path, tmp_path):
    backup = backed_up(path, tmp_path)
    later(path, "甲村", "乙村", "丙村")
    seq = len(journal(path)) - 1
    edit(path, OPEN + f"UPDATE journal_row SET after = replace(after, '乙', '丁') WHERE seq = {seq}")
    made = prepare_repair(path, [backup], at=NOW, person="陈")
    assert [each.seq for each in made.lost] == [seq, seq + 1]
    assert "登记丙村" in str(made.lost[1]) and "村居 丙村" in str(made.lost[1])
    assert any("丙村" in row.subject and "修复后没有" in row.message for row in made.rows)
    made.carry_out(NOW)
    with Workspace.open(path) as ws:
        assert {village.name for village in ws.all(Village)} & {"甲村", "乙村", "丙村"} == {"甲村"}


def test_a_tail_that_was_cut_off_comes_back_from_a_backup(path, tmp_path):
    later(path, "甲村")
    backup = backed_up(path, tmp_path)
    last = len(journal(path))
    edit(path, OPEN + f"DELETE FROM journal_row WHERE seq = {last}; DELETE FROM journal WHERE seq = {last}")
    made = prepare_repair(path, [backup], at=NOW, person="陈")
    assert made.backup == backup and not made.lost
    made.carry_out(NOW)
    assert len(journal(path)) == last + 1 and verify_file(path) == ()


def test_a_backup_that_is_damaged_or_of_another_ledger_is_not_used(path, tmp_path, sound):
    good = backed_up(path, tmp_path, "好.db")
    other = tmp_path / "别的.db"
    with Workspace.create(other, street="别的街道", year=2026, actor="陈", now=lambda: NOW) as ws:
        save(ws, [Village(name=f"{number}村") for number in range(9)], action="登记", person="陈")
    bad = tmp_path / "坏.db"
    bad.write_bytes(good.read_bytes())
    edit(bad, "UPDATE village SET leader = '改'")
    edit(path, OPEN + "UPDATE journal SET actor = '张' WHERE seq = 3")
    made = prepare_repair(path, [other, bad, good], at=NOW, person="陈")
    assert made.backup == good
    made.discard()
    made = prepare_repair(path, [other, bad], at=NOW, person="陈")
    assert made.backup is None and made.changes == 2 and len(made.lost) == len(journal(path)) - 2
    made.discard()


def test_a_store_whose_definitions_are_broken_is_repaired(path):
    before = records(path)
    data = bytearray(path.read_bytes())
    data[data.index(b'CREATE TABLE "street"') + 5] ^= 128
    path.write_bytes(data)
    prepare_repair(path, (), at=NOW, person="陈").carry_out(NOW)
    assert records(path) == before and verify_file(path) == ()


def test_a_sound_store_is_not_repaired(path):
    before = path.read_bytes()
    with pytest.raises(Refused, match="没有损坏"):
        prepare_repair(path, (), at=NOW, person="陈")
    assert path.read_bytes() == before and [each.name for each in path.parent.iterdir()] == [path.name]


def test_where_nothing_is_left_it_says_so(path):
    edit(path, OPEN + "PRAGMA foreign_keys = OFF; DELETE FROM journal")
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match="修不好"):
        prepare_repair(path, (), at=NOW, person="陈")
    assert path.read_bytes() == before


def test_a_store_that_was_changed_after_the_look_is_left_alone(path):
    edit(path, "UPDATE village SET leader = '改' WHERE name = '霞阳社区'")
    made = prepare_repair(path, (), at=NOW, person="陈")
    edit(path, "UPDATE village SET leader = '又改' WHERE name = '霞阳社区'")
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match="又有改动"):
        made.carry_out(NOW)
    assert path.read_bytes() == before
    made.discard()


def test_records_that_were_edited_and_voided_come_back_as_they_were_last(path):
    with Workspace.open(path) as ws:
        village = ws.all(Village)[0]
        save(ws, [replace(village, leader="王")], action="修改村居", person="陈")
        save(ws, [replace(village, leader="李", contact="陈")], action="修改村居", person="陈")
    before = records(path)
    edit(path, "UPDATE village SET leader = '改', contact = ''")
    prepare_repair(path, (), at=NOW, person="陈").carry_out(NOW)
    assert records(path) == before


def test_where_people_have_accounts_their_signatures_stay_and_who_is_signed_in_signs_the_repair(tmp_path):
    path = tmp_path / "新阳.db"
    with Workspace.create(path, street="新阳街道", year=2026, actor="陈", now=lambda: NOW) as ws:
        person, _ = set_up_sign_in(ws, "陈静", "Eine-lange-Losung-7", keys=tmp_path / "keys")
        ws.signer = person
        save(ws, [Village(name="甲村")], action="登记甲村", person="陈静")
    assert verify_file(path) == ()
    entries = len(journal(path))
    for signer in (None, person):
        edit(path, "UPDATE village SET leader = '改'")
        prepare_repair(path, (), at=NOW, person="陈静", signer=signer).carry_out(NOW)
        assert verify_file(path) == ()
        with closing(sqlite3.connect(path)) as conn:
            assert list(signature_faults(conn)) == []
        assert len(journal(path)) == entries + (signer is not None)
