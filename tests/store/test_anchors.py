"""What lies outside the file of a store: the head last seen, restores, backups, papers; and signatures."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haicang_desk.model.records import Account, Restoration, Village
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import (
    back_up,
    back_up_automatically,
    backup_folder,
    codes_in,
    connect_to_copy,
    last_head,
    remembered,
    report_on_anchors,
    restore_backup,
    signature_faults,
    verify_file,
)
from haicang_desk.model.values import Refused, StoreUnusable
from haicang_desk.paths import anchors_folder
from tests.model.street import built

AT = datetime(2026, 11, 22, 10)


@pytest.fixture(autouse=True)
def _own_memory(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "新阳.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(path.parent / "data"))
        built(path).close()
    return path.read_bytes()


@pytest.fixture
def path(sound, tmp_path):
    path = tmp_path / "新阳.db"
    path.write_bytes(sound)
    with work(path):
        pass
    return path


def work(path):
    return Workspace.open(path, now=lambda: AT)


def edited(ws, leader):
    with ws.change("修改村居", actor="陈") as change:
        change.save(replace(ws.all(Village)[0], leader=leader))


def report(path):
    with closing(connect_to_copy(path)) as conn:
        return report_on_anchors(conn, path)


def test_an_older_file_is_read_and_not_written_until_somebody_confirms_it_with_a_reason(path):
    older = path.read_bytes()
    with work(path) as ws:
        edited(ws, "王")
        edited(ws, "李")
    path.write_bytes(older)
    assert [broken.anchor for broken in report(path).broken] == ["本机上次所见"]
    with work(path) as ws:
        assert ws.all(Village) and "缺 2 次变更" in ws.read_only
        with pytest.raises(StoreUnusable, match=r"要旧或不同.*缺 2 次变更.*“修改村居”没有登记"):
            edited(ws, "赵")
        with pytest.raises(Refused, match="请写明"):
            ws.accept_head(handler="陈", reason=" ")
        ws.accept_head(handler="陈", reason="换了硬盘")
        edited(ws, "赵")
        (kept,) = ws.all(Restoration)
    assert (kept.handler, kept.reason, kept.left_seq - kept.kept_seq) == ("陈", "换了硬盘", 2)
    assert report(path).broken == () and verify_file(path) == ()
    assert "换了硬盘" in report(path).restorations[0]
    with work(path) as ws:
        assert ws.read_only == ""
        with pytest.raises(Refused, match="不需要确认"):
            ws.accept_head(handler="陈", reason="又一次")


def test_a_lawful_restore_is_no_alarm_and_is_journalled_with_the_next_change(path, tmp_path):
    backup = tmp_path / "备份.db"
    with work(path) as ws:
        back_up(ws.conn, backup)
        back_up_automatically(ws.conn, backup_folder(path), name="新阳", at=AT)
        edited(ws, "王")
        back_up_automatically(ws.conn, backup_folder(path), name="新阳", at=AT + timedelta(minutes=1))
        left = last_head(ws.conn)
    restore_backup(backup, path, at=AT + timedelta(hours=1), handler="陈", reason="登错了")
    assert report(path).broken == ()
    with work(path) as ws:
        assert ws.read_only == "" and ws.all(Restoration) == []
        edited(ws, "李")
        (kept,) = ws.all(Restoration)
        assert (kept.left_head, kept.left_seq, kept.backup, kept.reason) == (left.hash, left.seq, "备份.db", "登错了")
    assert report(path).broken == () and verify_file(path) == ()


def test_the_backup_that_was_restored_once_is_not_put_back_unnoticed_later(path, tmp_path):
    backup = tmp_path / "备份.db"
    with work(path) as ws:
        back_up(ws.conn, backup)
        edited(ws, "王")
    restore_backup(backup, path, at=AT)
    with work(path) as ws:
        edited(ws, "李")
    path.write_bytes(backup.read_bytes())
    assert report(path).broken != ()


def test_restoring_what_holds_every_change_notes_nothing(path, tmp_path):
    with work(path) as ws:
        edited(ws, "王")
        back_up(ws.conn, tmp_path / "备份.db")
    restore_backup(tmp_path / "备份.db", path, at=AT)
    with work(path) as ws:
        edited(ws, "李")
        assert ws.all(Restoration) == []


def test_another_ledger_at_the_same_path_is_told(path, tmp_path):
    path.unlink()
    built(tmp_path / "别的.db").close()
    (tmp_path / "别的.db").rename(path)
    assert "原来是另一本台账" in report(path).broken[0].message


def test_a_new_ledger_at_the_path_of_one_that_is_gone_begins_anew(path, tmp_path):
    path.unlink()
    for folder in tmp_path.glob("新阳.files"):
        folder.rename(tmp_path / "旧.files")
    with Workspace.create(path, street="新阳街道", year=2026, now=lambda: AT) as ws:
        edited_street = ws.read_only
    assert edited_street == "" and report(path).broken == ()


def test_a_ledger_that_was_moved_or_copied_is_no_alarm(path, tmp_path):
    (tmp_path / "搬").mkdir()
    copy, moved = tmp_path / "副本.db", tmp_path / "搬" / "新阳.db"
    copy.write_bytes(path.read_bytes())
    with work(copy) as ws:
        edited(ws, "练习")
    with work(path) as ws:
        assert ws.read_only == ""
        edited(ws, "王")
    copy.unlink()
    path.rename(moved)
    with work(moved) as ws:
        assert ws.read_only == ""


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"seen": []}', b"\xff" * 40, b"null", b"[" * 90_000])
def test_a_damaged_memory_is_as_none(path, damage):
    (kept,) = anchors_folder().glob("*.json")
    kept.write_bytes(damage)
    assert report(path).seen is None and report(path).broken == ()
    with work(path) as ws:
        edited(ws, "王")
    assert report(path).seen is not None


def test_a_memory_that_cannot_be_kept_stops_no_work(path, tmp_path):
    for each in anchors_folder().iterdir():
        each.unlink()
    anchors_folder().rmdir()
    anchors_folder().write_text("a file where the folder should be", encoding="utf-8")
    with work(path) as ws:
        edited(ws, "王")
    assert report(path).seen is None


def test_changes_made_elsewhere_are_told_and_no_damage(path, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "另一台"))
    with work(path) as ws:
        edited(ws, "王")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    found = report(path)
    assert found.broken == () and "不是在本机登记的" in found.notes[0] and "修改村居" in found.notes[0]


def test_codes_are_read_from_what_people_type():
    text = "审批表 存证码：3f9a1c72d0b4e586\n3F9A 1C72 D0B4 E587\n2018年9月3日\n\n3f9a1c72\n12345\n"
    assert codes_in(text) == ["3f9a1c72d0b4e586", "3f9a1c72d0b4e587", "3f9a1c72"]


# signatures


class Signer:
    """Somebody with an account and a key."""

    def __init__(self, account: Account, key: Ed25519PrivateKey) -> None:
        self.account, self.name, self._key = account.id, account.name, key

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def signed_in(ws):
    key = Ed25519PrivateKey.generate()
    account = Account(
        name="陈静", roles="经办、复核、审批、财务、管理员", public_key=key.public_key().public_bytes_raw().hex()
    )
    with ws.change("设置登录", actor="陈静", undoable=False) as change:
        account = change.save(account)
    ws.signer = Signer(account, key)


def test_an_entry_is_signed_with_its_change_and_an_unsigned_one_afterwards_is_damage(path):
    with work(path) as ws:
        signed_in(ws)
        edited(ws, "王")
        assert list(signature_faults(ws.conn)) == []
        counts = report(path).signatures
        assert (counts.signed, counts.unsigned) == (1, last_head(ws.conn).seq - 1)
        with pytest.raises(ZeroDivisionError), ws.change("修改村居", actor="") as change:
            change.save(replace(ws.all(Village)[0], leader="赵"))
            raise ZeroDivisionError
        ws.conn.execute("DROP TRIGGER journal_signature_no_delete")
        ws.conn.execute("DELETE FROM journal_signature")
        (fault,) = signature_faults(ws.conn)
        assert (fault.seq, fault.message) == (last_head(ws.conn).seq, "没有签名")


def test_a_signature_is_looked_for_in_all_entries_and_verified_in_the_newest_on_opening(path):
    with work(path) as ws:
        signed_in(ws)
        for number in range(3):
            edited(ws, f"甲{number}")
        last = last_head(ws.conn).seq
        ws.conn.execute("DROP TRIGGER journal_signature_no_update")
        ws.conn.execute("UPDATE journal_signature SET signature = zeroblob(64) WHERE seq = ?", (last - 2,))
        assert [fault.seq for fault in signature_faults(ws.conn)] == [last - 2]
        assert list(signature_faults(ws.conn, newest=1)) == []


def test_signing_and_remembering_cost_little(path):
    """At most 1 ms for a signature and 10 ms for what an opening remembers, four times that on a busy machine."""
    with work(path) as ws:
        signed_in(ws)
        begun = time.perf_counter()
        for _ in range(100):
            ws.signer.sign(b"x" * 80)
        assert (time.perf_counter() - begun) / 100 < 0.004
        begun = time.process_time()
        assert remembered(ws.conn, path) is not None
        assert time.process_time() - begun < 0.04
