"""The rehearsal of a restore: which rows a backup would bring back, change and take away, and by which values."""

from __future__ import annotations

import json
import lzma
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from haicang_desk.__main__ import main
from haicang_desk.model.records import Disbursement, Project, Village
from haicang_desk.model.services import Workspace, save, void
from haicang_desk.model.store import (
    Side,
    back_up,
    compare,
    connect_to_read,
    described_differences,
    opened_to_compare,
    restore_backup,
)
from haicang_desk.model.values import Course, Money, Refused, Stopped, StoreUnusable
from tests.store.test_backup import AT, sound, store  # noqa: F401 - fixtures

OLD = Path(__file__).parents[1] / "data/old_stores/year.db.xz"


@pytest.fixture
def backup(store, tmp_path):  # noqa: F811
    """A backup; since then a village has come, a project has another title, and one is void."""
    out = tmp_path / "备份.db"
    with Workspace.open(store) as ws:
        save(ws, [Village(name="后来没有的村")], action="登记", person="陈")
        back_up(ws.conn, out, manifest=lambda contents: contents.manifest().made(AT))
    restore_backup(out, store, at=AT)
    with Workspace.open(store) as ws:
        *_, draft = ws.all(Project)
        save(ws, [Village(name="后来的村")], action="登记", person="陈")
        save(ws, [replace(draft, title="换了名")], action="改", person="陈")
        void(ws, ws.all(Village)[2], reason="重复", person="陈")
    return out


def rehearsed(store, backup):  # noqa: F811
    with opened_to_compare(store, backup=False) as now, opened_to_compare(backup, backup=True) as then:
        found = compare(now, then)
        return found, described_differences(now, then, found.rows)


def test_every_difference_is_told_with_both_values(store, backup):  # noqa: F811
    found, told = rehearsed(store, backup)
    by_subject = {each.subject: each for each in told}
    assert by_subject["村居 后来的村"].difference.side is Side.GONE
    voided = by_subject["村居 后来没有的村"]
    assert voided.difference.side is Side.CHANGED
    assert [(edit.label, edit.before, edit.after) for edit in voided.fields] == [("作废", "是", "否")]
    (renamed,) = [each for each in told if "换了名" in each.subject]
    assert "项目名称" in [edit.label for edit in renamed.fields]
    assert [edit.before for edit in renamed.fields if edit.label == "项目名称"] == ["换了名"]
    assert found.now.changes > found.backup.changes and len(found.rows) == 3
    assert found.counts() == [("村居", 0, 1, 1), ("项目", 0, 1, 0)]


def test_the_other_way_round_the_sides_are_swapped(store, backup):  # noqa: F811
    sides = {Side.GONE: Side.BACK, Side.CHANGED: Side.CHANGED, Side.BACK: Side.GONE}
    one, other = rehearsed(store, backup)[0], rehearsed(backup, store)[0]
    assert [(row.row_id, sides[row.side]) for row in one.rows] == [(row.row_id, row.side) for row in other.rows]
    assert [(each.label, each.backup, each.now) for each in one.sums] == [
        (each.label, each.now, each.backup) for each in other.sums
    ]


def test_a_store_does_not_differ_from_its_backup(store, tmp_path):  # noqa: F811
    with Workspace.open(store) as ws:
        back_up(ws.conn, tmp_path / "备份.db")
        with closing(connect_to_read(store)) as now, opened_to_compare(tmp_path / "备份.db", backup=True) as then:
            found = compare(now, then)  # beside the window
    assert found.rows == () and found.sums == () and found.counts() == []


def test_a_backup_of_an_earlier_program_is_compared_as_it_would_be_after_the_upgrade(tmp_path):
    old, store = tmp_path / "旧.db", tmp_path / "新.db"  # noqa: F811
    old.write_bytes(lzma.decompress(OLD.read_bytes()))
    before = old.read_bytes()
    restore_backup(old, store, at=AT)
    Workspace.open(store).close()
    found, _ = rehearsed(store, old)
    taken_up = {row.table for row in found.rows}  # by opening it
    assert taken_up <= {"policy_file"} and old.read_bytes() == before
    with Workspace.open(store) as ws:
        payment = ws.all(Disbursement)[0]
        save(ws, [replace(payment, amount=Money(payment.amount + 100))], action="改", person="陈")
    found, told = rehearsed(store, old)
    assert [each.difference.table for each in told if each.difference.table not in taken_up] == ["disbursement"]
    (total,) = found.sums
    assert total.label == "拨付，金额(元)" and total.now - total.backup == 100


def test_a_comparison_can_be_stopped(store, backup):  # noqa: F811
    with opened_to_compare(store, backup=False) as now, opened_to_compare(backup, backup=True) as then:
        with pytest.raises(Stopped):
            compare(now, then, Course(None, lambda: True))
        told = []
        compare(now, then, Course(lambda *done: told.append(done)))
        assert told[-1] == (100, 100) and [done for done, _ in told] == sorted(done for done, _ in told)


def test_what_is_no_backup_is_refused(store, tmp_path):  # noqa: F811
    (tmp_path / "别的.db").write_bytes(b"nothing at all" * 100)
    with pytest.raises(Refused, match="读不出来"), opened_to_compare(tmp_path / "别的.db", backup=True):
        pass


def test_a_damaged_store_is_compared_as_far_as_it_can_be_read(store, backup):  # noqa: F811
    with closing(sqlite3.connect(store)) as conn:
        conn.execute("UPDATE project SET category = '不是类别' WHERE title = '换了名'")
        conn.execute("UPDATE village SET name = cast(x'ff' AS TEXT) WHERE name = '后来的村'")
        conn.commit()
    with pytest.raises(StoreUnusable, match="读不下去"):
        rehearsed(store, backup)
    with closing(sqlite3.connect(store)) as conn:
        conn.execute("UPDATE village SET name = '后来的村' WHERE name = cast(x'ff' AS TEXT)")
        conn.commit()
    _, told = rehearsed(store, backup)
    assert "项目（一边的内容已损坏，读不出来）" in [each.subject for each in told]


# the command


def test_the_dry_run_of_a_restore_writes_nothing(store, backup, capsys):  # noqa: F811
    before = {path: path.read_bytes() for path in store.parent.iterdir() if path.is_file()}
    assert main(["restore", str(backup), str(store), "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["written"] is False
    assert told["counts"][0] == {"record": "村居", "new": 0, "changed": 1, "gone": 1}
    assert {row["change"] for row in told["rows"]} == {"changed", "gone"}
    assert {"field": "作废", "now": "是", "backup": "否"} in [edit for row in told["rows"] for edit in row["fields"]]
    assert told["contents"]["backup"]["changes"] < told["contents"]["store"]["changes"]
    assert main(["restore", str(backup), str(store), "--dry-run"]) == 0
    said = capsys.readouterr()
    assert "后来的村" in said.out and "恢复后没有 1" in said.err and "什么都没有写入" in said.err
    assert {path: path.read_bytes() for path in store.parent.iterdir() if path.is_file()} == before


def test_the_dry_run_answers_while_the_store_is_held_and_where_there_is_none(store, backup, tmp_path, capsys):  # noqa: F811
    with Workspace.open(store):
        assert main(["restore", str(backup), str(store), "--dry-run"]) == 0
    assert main(["restore", str(backup), str(tmp_path / "新.db"), "--dry-run", "--json"]) == 0
    capsys.readouterr()
    assert not (tmp_path / "新.db").exists()


@pytest.mark.parametrize("json_wanted", [True, False])
def test_the_dry_run_refuses_what_the_restore_would(store, backup, capsys, json_wanted):  # noqa: F811
    data = bytearray(backup.read_bytes())
    data[4096 * 5 : 4096 * 6] = bytes(4096)
    backup.write_bytes(data)
    assert main(["restore", str(backup), str(store), "--dry-run", *(["--json"] if json_wanted else [])]) == 3
    assert "损坏" in capsys.readouterr().err


def test_a_backup_by_command_has_its_manifest(store, tmp_path, capsys):  # noqa: F811
    assert main(["backup", str(store), str(tmp_path / "出.db"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    held = json.loads((tmp_path / "出.json").read_text(encoding="utf-8"))
    assert held["sha256"] == told["sha256"] and held["counts"]["journal"] == told["changes"]
