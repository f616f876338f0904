"""The folder of files of a store: scans and issued papers lie beside it, each under its digest, and are one with it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from haicang_desk.model.records import Attachment, Link, Phase, Project
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import (
    BlobMissing,
    back_up,
    back_up_automatically,
    files_folder,
    missing_files,
    restore_backup,
    save_blob,
    verify,
    verify_file,
)
from haicang_desk.model.store.automatic_backups import remove_superfluous
from haicang_desk.model.store.files import FORGOTTEN, POOL, SETTLED, UNNAMED, BadFile, Files
from haicang_desk.model.values import NotWritten, Refused, StoreUnusable
from tests.model.street import built
from tests.test_old_stores import unpacked

SCAN, PHOTO = bytes(range(256)) * 400, b"\xff\xd8\xff" + bytes(range(256)) * 300
AT = datetime(2030, 11, 22, 20, 0, 0)  # later than the files of any test


def digest_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def keep(ws: Workspace, data: bytes, name: str = "合同.pdf") -> str:
    """Attach a file to the first project."""
    project = ws.all(Project)[0].id
    with ws.change("添加材料", actor="陈") as change:
        digest = save_blob(change, data)
        change.save(Attachment(project=Link(project), phase=Phase.CARRYING, item="合同", name=name, digest=digest))
    return digest


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "新阳.db"
    built(path).close()
    return path.read_bytes()


@pytest.fixture
def store(sound, tmp_path):
    """A store with a scan."""
    path = tmp_path / "新阳.db"
    path.write_bytes(sound)
    with Workspace.open(path) as ws:
        keep(ws, SCAN)
    return path


def file_of(store, data=SCAN):
    digest = digest_of(data)
    return files_folder(store) / digest[:2] / digest


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def aged(path, days):
    os.utime(path, ((AT - timedelta(days=days)).timestamp(),) * 2)


def held_inside(path) -> int:
    """How many originals the store file itself holds."""
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute("SELECT count(*) FROM original_bytes").fetchone()[0]


def test_a_file_lies_beside_the_store_under_its_digest(store, tmp_path):
    assert file_of(store).read_bytes() == SCAN and held_inside(store) == 0
    assert names(tmp_path) == ["新阳.db", "新阳.files"]
    assert verify_file(store) == ()
    with Workspace.open(store) as ws:
        assert ws.read_blob(digest_of(SCAN)) == SCAN


@pytest.mark.posix("no permission bits")
def test_store_and_files_are_the_user_s_alone(store, tmp_path):
    for path in (store, file_of(store)):
        assert path.stat().st_mode & 0o777 == 0o600
    for folder in (files_folder(store), file_of(store).parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    store.chmod(0o644)
    files_folder(store).chmod(0o755)
    with Workspace.open(store) as ws:
        back_up(ws.conn, tmp_path / "备份.db")
        made = back_up_automatically(ws.conn, tmp_path / "自动", name="新阳", at=AT)
    assert store.stat().st_mode & 0o777 == (tmp_path / "备份.db").stat().st_mode & 0o777 == 0o600
    assert made.stat().st_mode & 0o777 == 0o600
    for folder in (files_folder(store), tmp_path / "备份.files", tmp_path / "自动", tmp_path / "自动" / POOL):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_file_that_cannot_be_written_is_registered_nowhere(store, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with Workspace.open(store) as ws:
        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(NotWritten, match=r"磁盘已满.*什么都没有登记"):
            keep(ws, PHOTO)
        assert not ws.has_blob(digest_of(PHOTO)) and len(ws.all(Attachment)) == 1
    assert not file_of(store, PHOTO).exists()


def test_the_file_is_on_the_disk_before_the_store_names_it(store, monkeypatch):
    with Workspace.open(store) as ws:
        synced = []
        monkeypatch.setattr("haicang_desk.model.store.files.sync_folder", synced.append)

        def commit_fails(_):
            assert file_of(store, PHOTO).read_bytes() == PHOTO
            assert {file_of(store, PHOTO).parent, files_folder(store)} <= set(synced)
            raise sqlite3.OperationalError("disk I/O error")

        monkeypatch.setattr("haicang_desk.model.store.journal.Change.close", commit_fails)
        with pytest.raises(StoreUnusable):
            keep(ws, PHOTO)
        assert not ws.has_blob(digest_of(PHOTO))
    assert verify_file(store) == ()  # a file that nothing names is no damage


def test_a_store_without_its_folder_opens_and_names_what_it_looks_for(store, tmp_path):
    store.rename(renamed := tmp_path / "新阳街道.db")
    with Workspace.open(renamed) as ws:
        assert len(ws.all(Project)) == 3
        with pytest.raises(BlobMissing, match=r"新阳街道\.files”不见了"):
            ws.read_blob(digest_of(SCAN))
        assert missing_files(ws.conn) == [digest_of(SCAN)]
    (damage,) = verify_file(renamed)
    assert damage.part == "原件" and "合同.pdf" in damage.subject and "新阳街道.files" in damage.message
    (tmp_path / "新阳.files").rename(tmp_path / "新阳街道.files")
    assert verify_file(renamed) == ()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.unlink(), "文件不见了，应在"),
        (lambda file: file.write_bytes(SCAN[:-1] + b"?"), "内容与校验码不符"),
        (lambda file: file.write_bytes(SCAN[:-1]), "内容与校验码不符"),
        (lambda file: file.write_bytes(b""), "内容与校验码不符"),
    ],
)
def test_a_missing_or_altered_file_is_named_and_made_good_by_adding_it_again(store, spoil, said):
    spoil(file_of(store))
    (damage,) = verify_file(store)
    assert damage.part == "原件" and "项目 XYJD-XYSQ-2026-01" in damage.subject and "合同.pdf" in damage.subject
    assert said in damage.message and digest_of(SCAN) in damage.message
    with Workspace.open(store) as ws:
        with pytest.raises(Refused, match=said):
            ws.read_blob(digest_of(SCAN))
        keep(ws, SCAN)
        assert ws.read_blob(digest_of(SCAN)) == SCAN
    assert verify_file(store) == ()


def test_a_digest_is_never_a_path(tmp_path):
    (tmp_path / "密.txt").write_bytes(b"secret")
    files = Files(tmp_path / "新阳.files")
    for digest in ("../密.txt", "../../etc/passwd", "", "a" * 63, str(tmp_path / "密.txt"), "A" * 64):
        assert files.fault(digest) and not files.has(digest, 6)
        with pytest.raises(BadFile):
            files.read(digest)


# what earlier programs kept inside the store


def test_bytes_of_an_earlier_program_leave_the_store(tmp_path):
    store = unpacked("year", tmp_path)
    before, size = held_inside(store), store.stat().st_size
    assert verify_file(store) == ()
    with Workspace.read(store) as ws:  # asked as it is, not moved
        digests = [row[0] for row in ws.conn.execute("SELECT digest FROM original")]
        data = {digest: ws.read_blob(digest) for digest in digests}
    assert held_inside(store) == before == len(data) > 10 and not files_folder(store).exists()
    with Workspace.open(store) as ws:
        assert {digest: ws.read_blob(digest) for digest in digests} == data
    assert held_inside(store) == 0 and store.stat().st_size < size // 2
    assert set(Files.of_store(store).digests()) == set(data)
    assert verify_file(store) == ()


def test_a_move_that_failed_goes_on_when_the_store_is_next_opened(tmp_path, monkeypatch):
    store = unpacked("year", tmp_path)
    real, kept = Files.keep, []

    def full_after_five(files, digest, blocks):
        if len(kept) == 5:
            raise OSError(28, "No space left on device")
        kept.append(digest)
        real(files, digest, blocks)

    monkeypatch.setattr(Files, "keep", full_after_five)
    with Workspace.open(store) as ws:
        digests = [row[0] for row in ws.conn.execute("SELECT digest FROM original")]
        assert all(sha256(ws.read_blob(digest)).hexdigest() == digest for digest in digests)
        assert verify(ws.conn) == ()
    assert held_inside(store) > 0
    monkeypatch.undo()
    with Workspace.open(store) as ws:
        assert verify(ws.conn) == ()
    assert held_inside(store) == 0


def test_damaged_bytes_stay_where_verify_finds_them(tmp_path):
    store = unpacked("year", tmp_path)
    with closing(sqlite3.connect(store)) as conn, conn:
        conn.execute("DROP TRIGGER original_bytes_no_update")
        (digest,) = conn.execute("SELECT min(digest) FROM original_bytes").fetchone()
        conn.execute("UPDATE original_bytes SET bytes = x'00' WHERE digest = ?", (digest,))
        conn.execute(
            "CREATE TRIGGER original_bytes_no_update BEFORE UPDATE ON original_bytes"
            " BEGIN SELECT RAISE(ABORT, 'an original is not altered'); END"
        )
    with Workspace.open(store) as ws:
        (damage,) = verify(ws.conn)
        assert "内容与校验码不符" in damage.message
    assert held_inside(store) == 1


# files that the store does not name


def open_at(store, at):
    Workspace.open(store, now=lambda: at).close()


def test_an_unnamed_file_is_set_aside_after_a_day_and_removed_after_thirty(store):
    files = Files(files_folder(store))
    files.keep(digest_of(PHOTO), [PHOTO])
    aside, file = files.folder / UNNAMED / digest_of(PHOTO), file_of(store, PHOTO)
    for each in (file, file_of(store)):
        aged(each, 100)
    file.touch()
    open_at(store, datetime.now() + SETTLED / 2)
    assert file.exists()  # perhaps of a change under way
    aged(file, 100)
    open_at(store, AT)
    assert not file.exists() and aside.read_bytes() == PHOTO and file_of(store).exists()
    open_at(store, AT + FORGOTTEN - timedelta(hours=1))
    assert aside.exists()
    open_at(store, AT + FORGOTTEN + timedelta(hours=1))
    assert not aside.exists() and file_of(store).exists() and verify_file(store) == ()


def test_files_of_a_newer_copy_come_back_with_it(store, tmp_path):
    """An older copy of the store, put in its place by hand, does not cost the scans that the newer one names."""
    older = store.read_bytes()
    with Workspace.open(store) as ws:
        keep(ws, PHOTO)
    newer = store.read_bytes()
    store.write_bytes(older)
    aged(file_of(store, PHOTO), 100)
    open_at(store, AT)
    assert not file_of(store, PHOTO).exists()
    store.write_bytes(newer)
    open_at(store, AT + timedelta(days=20))
    assert verify_file(store) == ()


def test_a_folder_that_another_store_shares_is_not_swept(store, tmp_path):
    with Workspace.open(store) as ws:
        keep(ws, PHOTO)
    store.rename(tmp_path / "新阳.sqlite")
    store.write_bytes((tmp_path / "新阳.sqlite").read_bytes())
    with closing(sqlite3.connect(store)) as conn, conn:
        conn.execute("DELETE FROM original")  # whatever the other names is not named here
    for data in (SCAN, PHOTO):
        aged(file_of(store, data), 100)
    open_at(store, AT)
    assert file_of(store).exists() and file_of(store, PHOTO).exists()


# backups


def test_a_backup_has_store_and_files(store, tmp_path):
    out = tmp_path / "出" / "备份.db"
    out.parent.mkdir()
    with Workspace.open(store) as ws:
        made = back_up(ws.conn, out)
    assert (made.files, made.missing) == (1, ()) and file_of(out).read_bytes() == SCAN
    assert names(out.parent) == ["备份.db", "备份.files"]
    assert verify_file(out) == ()
    restored = restore_backup(out, tmp_path / "回.db", at=AT)
    assert restored.missing == () and verify_file(tmp_path / "回.db") == ()


def test_a_missing_or_altered_file_does_not_prevent_a_backup_and_is_named(store, tmp_path):
    with Workspace.open(store) as ws:
        keep(ws, PHOTO, "现场.jpg")
        file_of(store).write_bytes(SCAN[:-1])
        made = back_up(ws.conn, tmp_path / "备份.db")
    (missing,) = made.missing
    assert "合同.pdf" in missing and "内容与校验码不符" in missing and made.files == 1
    assert not file_of(tmp_path / "备份.db").exists()
    restored = restore_backup(tmp_path / "备份.db", tmp_path / "回.db", at=AT)
    assert "合同.pdf" in restored.missing[0]


def test_a_store_in_memory_is_backed_up_with_its_files(tmp_path):
    with Workspace.in_memory(street="新阳街道", year=2026, actor="陈", now=datetime.now) as ws:
        with ws.change("添加材料", actor="陈") as change:
            save_blob(change, SCAN)
        made = back_up(ws.conn, tmp_path / "备份.db")
    assert made.files == 1 and held_inside(tmp_path / "备份.db") == 0
    assert file_of(tmp_path / "备份.db").read_bytes() == SCAN and verify_file(tmp_path / "备份.db") == ()


def test_automatic_backups_hold_each_file_once_between_them(store, tmp_path):
    folder = tmp_path / "自动"
    made = []
    with Workspace.open(store) as ws:
        for day in range(5):
            keep(ws, PHOTO + bytes([day // 3]), f"现场{day}.jpg")
            made.append(back_up_automatically(ws.conn, folder, name="新阳", at=AT + timedelta(days=day)))
    pool = Files(folder / POOL)
    assert set(pool.digests()) == {digest_of(data) for data in (SCAN, PHOTO + b"\0", PHOTO + b"\1")}
    assert all(verify_file(path) == () for path in made)
    assert not pool.path(digest_of(SCAN)).samefile(file_of(store))
    file_of(store).unlink()
    assert restore_backup(made[0], store, at=AT).missing == () and verify_file(store) == ()
    with Workspace.open(made[1]) as ws:  # a backup may be opened as it stands
        assert ws.read_blob(digest_of(SCAN)) == SCAN


def test_a_file_of_the_pool_goes_with_the_last_backup_that_names_it(store, tmp_path):
    folder = tmp_path / "自动"
    with Workspace.open(store) as ws:
        back_up_automatically(ws.conn, folder, name="新阳", at=AT)
    pool = Files(folder / POOL)
    pool.keep(digest_of(PHOTO), [PHOTO])
    for data in (SCAN, PHOTO):
        aged(pool.path(digest_of(data)), 100)
    assert remove_superfluous(folder, AT) == [] and set(pool.digests()) == {digest_of(SCAN), digest_of(PHOTO)}
    old = [folder / f"新阳 2020-02-{day:02d} 080000.db" for day in range(1, 29)]
    for content, left in ((b"not readable", {SCAN, PHOTO}), (store.read_bytes(), {SCAN})):
        for path in old:
            path.write_bytes(content)
        assert remove_superfluous(folder, AT) and any(path.exists() for path in old)
        assert set(pool.digests()) == {digest_of(data) for data in left}


def test_the_store_that_is_replaced_keeps_its_files(store, tmp_path):
    out = tmp_path / "备份.db"
    with Workspace.open(store) as ws:
        back_up(ws.conn, out)
        keep(ws, PHOTO)
    file_of(store).write_bytes(SCAN[:-1] + b"?")
    restored = restore_backup(out, store, at=AT)
    assert restored.missing == () and verify_file(store) == ()
    assert file_of(restored.aside, PHOTO).read_bytes() == PHOTO
    (damage,) = verify_file(restored.aside)
    assert "内容与校验码不符" in damage.message  # as it was


def test_a_backup_without_its_folder_takes_the_files_that_are_still_there(store, tmp_path):
    out = tmp_path / "备份.db"
    with Workspace.open(store) as ws:
        back_up(ws.conn, out)
    Files(files_folder(out)).remove()
    assert restore_backup(out, store, at=AT).missing == () and verify_file(store) == ()


def test_no_store_is_made_beside_the_files_of_another(store, tmp_path):
    store.unlink()
    with pytest.raises(StoreUnusable, match=r"新阳\.files”已经存在"):
        Workspace.create(store, street="新阳街道", year=2026)
    with pytest.raises(StoreUnusable):
        Workspace.create(tmp_path / "甲.files", street="新阳街道", year=2026)
    assert file_of(store).exists()
