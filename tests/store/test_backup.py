"""Backups: verified out, verified in, nothing overwritten, and old ones thinned but never all gone."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from hashlib import sha256

import pytest
from sqlite_utils import Database

from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.store import (
    back_up,
    connect_to_read,
    restore_backup,
    verify_file,
)
from haicang_desk.model.store.migrations import migrations
from haicang_desk.model.store.schema import SCHEMA_STEPS
from haicang_desk.model.values import Course, NotWritten, Refused, Stopped, StoreUnusable
from haicang_desk.platform import APPLICATION_ID
from tests.model.street import built

AT = datetime(2026, 11, 22, 20, 0, 0)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "新阳.db"
    built(path).close()
    return path.read_bytes()


@pytest.fixture
def store(sound, tmp_path):
    path = tmp_path / "新阳.db"
    path.write_bytes(sound)
    return path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def dump(path):
    with closing(sqlite3.connect(path)) as conn:
        return list(conn.iterdump())


def test_a_backup_holds_every_record_and_reports_its_contents(store, tmp_path):
    out = tmp_path / "备份.db"
    with Workspace.open(store) as ws:
        made = back_up(ws.conn, out)
        (head,) = ws.conn.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    assert dump(out) == dump(store)
    assert verify_file(out) == ()
    assert made.head == head
    assert made.sha256 == sha256(out.read_bytes()).hexdigest()
    assert names(tmp_path) == ["备份.db", "新阳.db"]


def test_backing_up_keeps_the_lock_on_the_store(store, tmp_path):
    """Closing a second handle on the file would drop this process's lock on it."""
    with Workspace.open(store) as ws:
        back_up(ws.conn, tmp_path / "备份.db")
        with pytest.raises(StoreUnusable, match="正被"):
            Workspace.open(store)


def test_a_backup_never_overwrites(store, tmp_path):
    held = tmp_path / "备份.db"
    held.write_bytes(b"kept")
    with Workspace.open(store) as ws, pytest.raises(NotWritten, match="已经存在"):
        back_up(ws.conn, held)
    assert held.read_bytes() == b"kept"


def test_a_file_that_appears_while_backing_up_is_not_overwritten(store, tmp_path, monkeypatch):
    out = tmp_path / "备份.db"
    monkeypatch.setattr("haicang_desk.model.store.backup.verify", lambda *_, **__: out.write_bytes(b"other") and ())
    with Workspace.open(store) as ws, pytest.raises(NotWritten, match="已经存在"):
        back_up(ws.conn, out)
    assert out.read_bytes() == b"other"
    assert names(tmp_path) == ["备份.db", "新阳.db"]


def test_a_damaged_store_is_not_backed_up(store, tmp_path):
    with Workspace.open(store) as ws:
        ws.conn.execute("UPDATE village SET leader = '改'")
        with pytest.raises(StoreUnusable, match="损坏"):
            back_up(ws.conn, tmp_path / "备份.db")
    assert names(tmp_path) == ["新阳.db"]


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), sqlite3.OperationalError("disk I/O error")])
def test_a_fault_while_writing_leaves_nothing_behind(store, tmp_path, monkeypatch, fault):
    def break_down(*_):
        raise fault

    monkeypatch.setattr("haicang_desk.model.store.backup._contents", break_down)
    with Workspace.open(store) as ws, pytest.raises(NotWritten, match="磁盘"):
        back_up(ws.conn, tmp_path / "备份.db")
    assert names(tmp_path) == ["新阳.db"]


def test_a_backup_into_a_missing_folder_is_refused(store, tmp_path):
    with Workspace.open(store) as ws, pytest.raises(NotWritten, match="不存在"):
        back_up(ws.conn, tmp_path / "没有" / "备份.db")


@pytest.fixture
def backup(sound, tmp_path):
    path = tmp_path / "备份.db"
    path.write_bytes(sound)
    return path


def test_restoring_renames_the_old_file(store, backup, tmp_path):
    with Workspace.open(store) as ws:
        save(ws, [Village(name="后来的村")], action="登记村居", person="陈")
    later = store.read_bytes()
    aside = restore_backup(backup, store, at=AT).aside
    assert aside.name == "新阳（恢复前 2026-11-22 200000）.db"
    assert aside.read_bytes() == later
    assert dump(store) == dump(backup)
    with Workspace.open(store) as ws:
        assert [village.name for village in ws.all(Village)] == ["霞阳社区", "祥露村"]


def test_restoring_twice_within_a_second_keeps_both_old_files(store, backup):
    first, second = (restore_backup(backup, store, at=AT).aside for _ in range(2))
    assert first != second and first.exists() and second.exists()


def test_restoring_to_a_path_without_a_file(backup, tmp_path):
    assert restore_backup(backup, tmp_path / "新的.db", at=AT).aside is None
    assert verify_file(tmp_path / "新的.db") == ()


def test_restoring_to_a_link_replaces_the_store_that_it_leads_to(store, backup, tmp_path):
    (tmp_path / "桌面").mkdir()
    link = tmp_path / "桌面" / "台账.db"
    link.symlink_to(store)
    aside = restore_backup(backup, link, at=AT).aside
    assert link.is_symlink() and not store.is_symlink() and dump(store) == dump(backup)
    assert aside.parent == store.parent and not aside.is_symlink()
    assert names(link.parent) == ["台账.db"]


def test_restoring_to_a_link_that_leads_nowhere_is_refused(backup, tmp_path):
    link = tmp_path / "台账.db"
    link.symlink_to(tmp_path / "没有.db")
    with pytest.raises(NotWritten, match="所指的文件不在"):
        restore_backup(backup, link, at=AT)
    assert names(tmp_path) == ["台账.db", "备份.db"]


def test_a_leftover_rollback_journal_is_renamed_with_the_old_file(store, backup, tmp_path, monkeypatch):
    """SQLite plays back a journal it can read; one it could not must not be played into the restored file."""
    monkeypatch.setattr("haicang_desk.model.store.backup._recover", lambda _: None)
    store.write_bytes(b"damaged beyond opening" * 300)
    journal = store.with_name(store.name + "-journal")
    journal.write_bytes(b"old pages")
    aside = restore_backup(backup, store, at=AT).aside
    assert aside.with_name(aside.name + "-journal").read_bytes() == b"old pages"
    assert not journal.exists()
    assert verify_file(store) == ()


def test_a_store_in_use_is_not_replaced(store, backup, tmp_path):
    before = names(tmp_path)
    with Workspace.open(store) as ws:
        with pytest.raises(StoreUnusable, match="正被"):
            restore_backup(backup, store, at=AT)
        assert len(ws.all(Village)) == 2
    assert names(tmp_path) == before


def _zero_a_page(path):
    data = bytearray(path.read_bytes())
    data[4096 * 5 : 4096 * 6] = bytes(4096)
    path.write_bytes(data)


def _edit(script):
    def edit(path):
        with closing(sqlite3.connect(path)) as conn:
            conn.executescript(script)

    return edit


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_zero_a_page, "损坏"),
        (_edit("UPDATE village SET leader = '改'"), "村居 霞阳社区"),
        (
            _edit("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('h', 'm9999', '')"),
            "更新版本",
        ),
        (_edit("PRAGMA application_id = 7"), "不是本程序的备份"),
        (lambda path: path.write_text("文字" * 500, encoding="utf-8"), "读不出来"),
        (lambda path: path.write_bytes(b""), "不是本程序的备份"),
        (lambda path: path.unlink(), "找不到备份"),
    ],
)
def test_a_bad_backup_is_refused_and_nothing_is_touched(store, backup, tmp_path, spoil, told):
    spoil(backup)
    before, held = names(tmp_path), store.read_bytes()
    with pytest.raises(Refused, match=told):
        restore_backup(backup, store, at=AT)
    assert names(tmp_path) == before
    assert store.read_bytes() == held


def test_a_store_is_not_restored_from_itself(store, tmp_path):
    with pytest.raises(Refused, match="同一个文件"):
        restore_backup(store, store, at=AT)
    other = tmp_path / "别名.db"
    os.link(store, other)
    with pytest.raises(Refused, match="同一个文件"):
        restore_backup(other, store, at=AT)


def test_a_backup_of_an_older_schema_is_restored_and_migrated(sound, tmp_path):
    old = tmp_path / "旧.db"
    with closing(sqlite3.connect(old, isolation_level=None)) as conn:
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(Database(conn), stop_before=SCHEMA_STEPS[3])
    assert verify_file(old) == ()
    restore_backup(old, tmp_path / "新.db", at=AT)
    with Workspace.open(tmp_path / "新.db"):
        pass
    assert verify_file(tmp_path / "新.db") == ()


# beside the window that writes


def test_a_backup_beside_a_writer_never_keeps_it_waiting_and_holds_all_it_wrote(store, tmp_path, monkeypatch):
    """The window's connection commits while the copy is under way; SQLite then copies anew."""
    monkeypatch.setattr("haicang_desk.model.store.connection.SLICE", 20)
    told, saved = [], []
    with Workspace.open(store) as ws, closing(connect_to_read(store)) as own:
        ws.conn.execute("PRAGMA busy_timeout = 0")  # a commit that had to wait would fail

        def go_on(done, of):
            told.append((done, of))
            if done < 20 and len(saved) < 3:  # while it is copied
                saved.extend(save(ws, [Village(name=f"后来的村{len(saved)}")], action="登记", person="陈"))

        made = back_up(own, tmp_path / "备份.db", course=Course(go_on))
        assert made.head == ws.conn.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()[0]
    assert len(saved) == 3
    assert dump(tmp_path / "备份.db") == dump(store)
    assert told[-1] == (100, 100)


def test_a_store_that_is_changed_all_the_time_is_backed_up_all_the_same(store, tmp_path, monkeypatch):
    """SQLite begins a copy in slices anew after each change: in slices alone it would never end."""
    monkeypatch.setattr("haicang_desk.model.store.connection.SLICE", 20)
    saved = []
    with Workspace.open(store) as ws, closing(connect_to_read(store)) as own:

        def go_on(done, of):
            if 0 < done < 20 and len(saved) < 100:  # while it is copied
                saved.extend(save(ws, [Village(name=f"后来的村{len(saved)}")], action="登记", person="陈"))

        made = back_up(own, tmp_path / "备份.db", course=Course(go_on))
        assert made.head == ws.conn.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()[0]
    assert 10 <= len(saved) < 20


@pytest.mark.parametrize("at", [0, 20, 40, 79])
def test_a_backup_that_is_stopped_leaves_nothing_behind(store, tmp_path, at):
    reached = []

    with closing(connect_to_read(store)) as own, pytest.raises(Stopped, match="已停止"):
        back_up(
            own,
            tmp_path / "备份.db",
            course=Course(lambda done, _: done >= at and reached.append(done), lambda: bool(reached)),
        )
    assert names(tmp_path) == ["新阳.db"]


def test_a_restore_that_is_stopped_changes_nothing(store, backup, tmp_path):
    before, held, asked = names(tmp_path), store.read_bytes(), []
    with pytest.raises(Stopped):
        restore_backup(backup, store, at=AT, course=Course(None, lambda: bool(asked.append(1)) or len(asked) > 12))
    assert (names(tmp_path), store.read_bytes()) == (before, held)
