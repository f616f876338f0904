"""Automatic backups in their folder: when one is due, its manifest, damage found later, and ledgers that shrink."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from shutil import disk_usage

import pytest

from haicang_desk import __version__
from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.store import (
    accept_fewer,
    back_up,
    back_up_automatically,
    backup_folder,
    backup_state,
    backups_in,
    connect_to_read,
    files_folder,
    is_older,
    look_again,
    manifest_path,
    needs_backup,
    read_manifest,
    restore_backup,
)
from haicang_desk.model.store import backup as module
from haicang_desk.model.store.automatic_backups import remove_superfluous
from haicang_desk.model.values import NotWritten, Stopped
from tests.store.test_backup import AT, names, sound, store  # noqa: F401 - fixtures
from tests.store.test_files import SCAN, keep
from tests.test_old_stores import unpacked

HOUR = timedelta(hours=1)


@pytest.fixture
def ws(store):  # noqa: F811
    with Workspace.open(store) as ws:
        yield ws


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "自动"


def back(ws, folder, at=AT):
    return back_up_automatically(ws.conn, folder, name="新阳", at=at)


def change(ws, name="后来的村"):
    save(ws, [Village(name=name)], action="登记村居", person="陈")


def flip(path, at=-100):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_two_at_once_make_one(ws, folder):
    """That at a start, and one before an act, asked for in the same second on two threads."""
    made, together = [], threading.Barrier(2)

    def ask():
        with closing(connect_to_read(ws.path)) as conn:
            together.wait()
            made.append(back_up_automatically(conn, folder, name="新阳", at=AT))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 2 and made.count(None) == 1
    assert [path.name for _, path in backups_in(folder)] == ["新阳 2026-11-22 200000.db"]
    assert read_manifest(folder / "新阳 2026-11-22 200000.db") is not None


def test_automatic_backups_are_made_only_where_something_changed(ws, folder):
    first = back(ws, folder)
    assert first.name == "新阳 2026-11-22 200000.db"
    assert back(ws, folder, AT + HOUR) is None
    change(ws)
    second = back(ws, folder)
    assert second.name == "新阳 2026-11-22 200000-2.db"
    assert [path for _, path in backups_in(folder)] == [first, second]


def test_a_damaged_last_backup_does_not_prevent_a_new_one(ws, folder):
    back(ws, folder).write_bytes(b"105 bytes of nothing")
    assert back(ws, folder, AT + HOUR) is not None


def test_whether_a_backup_is_due_is_told_by_the_last_change_alone(ws, folder):
    assert needs_backup(ws.conn, folder)
    back(ws, folder)
    asked = []
    ws.conn.set_trace_callback(asked.append)
    assert not needs_backup(ws.conn, folder)
    ws.conn.set_trace_callback(None)
    assert len(asked) == 1
    change(ws)
    assert needs_backup(ws.conn, folder)


@pytest.mark.parametrize("back_then", [timedelta(days=-4000), timedelta(days=9000)])
def test_a_clock_that_was_wrong_neither_hides_a_change_nor_asks_for_a_backup_twice(ws, folder, back_then):
    back(ws, folder, AT + back_then)
    assert back(ws, folder, AT) is None
    change(ws)
    made = back(ws, folder, AT)
    assert made is not None and back(ws, folder, AT + back_then) is None
    assert backups_in(folder)[-1][1] == made  # the newest, whatever the clock said


def test_a_manifest_says_what_the_backup_holds(ws, folder):
    keep(ws, SCAN)
    made = back(ws, folder)
    manifest = read_manifest(made)
    assert manifest.sha256 == sha256(made.read_bytes()).hexdigest()
    assert manifest.size == made.stat().st_size
    assert manifest.counts["village"] == 2 and manifest.counts["project"] == 3
    with closing(sqlite3.connect(made)) as conn:
        assert (manifest.changes, manifest.head) == conn.execute("SELECT max(seq), hash FROM journal").fetchone()
    assert (manifest.program, manifest.number, manifest.files) == (__version__, 1, 1)
    assert manifest.schema.startswith("m00") and manifest.made_at == manifest.verified_at == AT.isoformat()
    assert manifest_path(made).stat().st_mode & 0o077 == 0
    assert json.loads(manifest_path(made).read_text(encoding="utf-8"))["kind"] == "haicang-desk backup"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"kind": "haicang-desk backup"}', '{"kind": "haicang-desk backup", "sha256": 1}']
)
def test_a_manifest_that_cannot_be_read_is_none_and_the_backup_is_looked_at_whole(ws, folder, text):
    made = back(ws, folder)
    manifest_path(made).write_text(text)
    assert read_manifest(made) is None
    assert not needs_backup(ws.conn, folder)
    looked = look_again(folder, at=AT + 30 * HOUR)
    assert looked.fault == "" and read_manifest(made).sha256 == sha256(made.read_bytes()).hexdigest()


def test_a_foreign_file_in_the_place_of_the_manifest_is_not_overwritten(ws, tmp_path):
    foreign = tmp_path / "备份.json"
    foreign.write_text('{"mine": 1}')
    with pytest.raises(NotWritten, match="没有覆盖"):
        back_up(ws.conn, tmp_path / "备份.db", manifest=lambda contents: contents.manifest())
    assert foreign.read_text() == '{"mine": 1}' and not (tmp_path / "备份.db").exists()


def test_a_backup_that_fails_at_the_end_leaves_no_manifest(ws, tmp_path, monkeypatch):
    def taken(*_):
        raise NotWritten("已经存在")

    monkeypatch.setattr(module, "name_without_overwriting", taken)
    with pytest.raises(NotWritten):
        back_up(ws.conn, tmp_path / "备份.db", manifest=lambda contents: contents.manifest())
    assert not [each for each in names(tmp_path) if "备份" in each]


# a later look


def test_damage_to_an_old_backup_is_found_and_it_no_longer_counts(ws, folder):
    old = back(ws, folder)
    change(ws)
    new = back(ws, folder, AT + HOUR)
    flip(old)
    looked = look_again(folder, at=AT + 30 * HOUR)
    assert looked.path == old and "校验码不符" in looked.fault
    state = backup_state(folder)
    assert [each.path for each in state.damaged] == [old] and state.last.path == new
    assert look_again(folder, at=AT + 31 * HOUR).path == new  # one at a time, the longest ago first
    assert look_again(folder, at=AT + 32 * HOUR) is None  # none more today


def test_a_backup_cut_short_is_found_by_its_size_at_once(ws, folder):
    made = back(ws, folder)
    made.write_bytes(made.read_bytes()[:-4096])
    assert "字节" in look_again(folder, at=AT + 30 * HOUR).fault
    assert needs_backup(ws.conn, folder)


def test_a_backup_of_an_earlier_program_is_verified_whole_and_gets_a_manifest(ws, folder):
    made = back(ws, folder)
    manifest_path(made).unlink()
    with closing(sqlite3.connect(made)) as conn:
        conn.execute("UPDATE village SET leader = '改'")
        conn.commit()
    assert "村居" in look_again(folder, at=AT + 30 * HOUR).fault
    assert backup_state(folder).last is None
    assert needs_backup(ws.conn, folder)


def test_a_file_that_is_no_backup_at_all_is_told(folder):
    folder.mkdir()
    (folder / "新阳 2026-01-01 080000.db").write_bytes(b"nothing")
    assert "读不出来" in look_again(folder, at=AT).fault


def test_a_scan_that_was_damaged_in_the_backups_is_copied_anew_from_the_ledger(ws, store, folder):  # noqa: F811
    keep(ws, SCAN)
    back(ws, folder)
    (pooled,) = [each for each in (folder / "backup-files").rglob("*") if each.is_file()]
    flip(pooled)
    assert look_again(folder, at=AT + 30 * HOUR, store=ws.conn).manifest.missing == ()
    assert pooled.read_bytes() == SCAN
    flip(pooled)
    (own,) = [each for each in files_folder(store).rglob("*") if each.is_file()]
    own.unlink()
    (lost,) = look_again(folder, at=AT + 60 * HOUR, store=ws.conn).manifest.missing
    assert "合同.pdf" in lost


def test_a_look_that_is_stopped_notes_nothing(ws, folder):
    from haicang_desk.model.values import Course

    made = back(ws, folder)
    with pytest.raises(Stopped):
        look_again(folder, at=AT + 30 * HOUR, course=Course(None, lambda: True))
    assert read_manifest(made).verified_at == AT.isoformat()


# fewer records


def test_a_ledger_with_fewer_records_is_backed_up_beside_and_pushes_nothing_out(ws, store, folder, tmp_path):  # noqa: F811
    for day in range(15):
        change(ws, f"村{day}")
        back(ws, folder, AT - timedelta(days=30 - day))
    before = {path for _, path in backups_in(folder)}
    ws.close()
    restore_backup(backups_in(folder)[0][1], store, at=AT)
    with Workspace.open(store) as older:
        change(older, "另一个村")
        beside = back(older, folder)
        state = backup_state(folder)
        assert before < {path for _, path in backups_in(folder)}
        assert state.fewer.path == beside and "村居少" in state.fewer.fewer and "变更少" in state.fewer.fewer
        assert state.last.path in before
        change(older, "再一个村")
        back(older, folder, AT + HOUR)
        assert before < {path for _, path in backups_in(folder)}
        accept_fewer(folder)  # a person says that it is right
        assert backup_state(folder).fewer is None and backup_state(folder).last.moment == AT + HOUR
        change(older, "又一个村")
        assert back(older, folder, AT + 2 * HOUR) and not before <= {path for _, path in backups_in(folder)}


def test_once_the_records_have_grown_again_thinning_goes_on(ws, store, folder):  # noqa: F811
    for day in range(15):
        change(ws, f"村{day}")
        back(ws, folder, AT - timedelta(days=30 - day))
    before = backups_in(folder)
    ws.close()
    restore_backup(before[-2][1], store, at=AT)
    with Workspace.open(store) as older:
        beside = back(older, folder)
        assert beside is None  # this state is in a backup already
        change(older, "一")
        change(older, "二")
        back(older, folder, AT + HOUR)
    assert backup_state(folder).fewer is None and len(backups_in(folder)) <= len(before)


# room


def test_without_room_nothing_is_begun(ws, folder, monkeypatch):
    free = disk_usage(folder.parent)._replace(free=100_000)
    monkeypatch.setattr(module, "disk_usage", lambda _: free)
    with pytest.raises(NotWritten, match=r"只剩 0\.1 MB，要有 \d\.\d MB，备份没有生成"):
        back(ws, folder)
    assert backups_in(folder) == []


def test_what_killed_backups_left_is_swept(ws, folder):
    import os

    (folder / "backup-files" / "ab").mkdir(parents=True)
    left = [
        folder / f".{'0' * 32}.part",
        folder / f".{'0' * 32}.part-journal",
        folder / "backup-files" / "ab" / f".{'1' * 32}.part",
    ]
    for path in left:
        path.write_bytes(b"x")
        os.utime(path, ((AT - 2 * HOUR).timestamp(),) * 2)
    orphan = folder / "新阳 2020-01-01 080000.json"
    orphan.write_text("{}")
    other = folder / "说明.json"
    other.write_text("{}")
    back(ws, folder)
    assert not any(path.exists() for path in (*left, orphan)) and other.exists()


def test_a_store_of_an_earlier_program_is_backed_up_as_it_is_before_its_upgrade(tmp_path, folder):
    old = unpacked("schema-4", tmp_path)
    with closing(connect_to_read(old)) as conn:
        made = back_up_automatically(conn, folder, name="旧", at=AT)
        assert not needs_backup(conn, folder)
    manifest = read_manifest(made)
    assert manifest.schema.startswith("m0004") and manifest.counts["village"] and is_old(made)
    Workspace.open(old).close()
    with closing(connect_to_read(old)) as conn:  # new tables and entries are no loss
        back_up_automatically(conn, folder, name="旧", at=AT + HOUR)
    assert backup_state(folder).fewer is None
    restore_backup(made, old, at=AT + HOUR)
    assert is_old(old)


def is_old(path):
    with closing(connect_to_read(path)) as conn:
        return is_older(conn)


def test_what_an_upgrade_keeps_is_listed_looked_at_again_and_never_thinned(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    old = unpacked("schema-4", tmp_path)
    Workspace.open(old, now=lambda: AT - timedelta(days=900)).close()
    folder = backup_folder(old)
    (kept,) = backup_state(folder).before_upgrades
    assert kept.manifest.schema.startswith("m0004") and backups_in(folder) == []
    with Workspace.open(old) as ws:
        for day in range(3):
            change(ws, f"村{day}")
            back_up_automatically(ws.conn, folder, name="旧", at=AT + timedelta(days=day))
    remove_superfluous(folder, AT + timedelta(days=9))
    assert kept.path.exists()
    flip(kept.path)
    assert look_again(folder, at=AT + timedelta(days=9)).path == kept.path
    assert [each.path for each in backup_state(folder).damaged] == [kept.path]
