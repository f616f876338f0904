"""A store is moved with all its files, verified; the old one keeps its data under a name that nobody goes on in."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from hashlib import sha256

import pytest

from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.store import files_folder, move_store, save_blob, verify_file
from haicang_desk.model.values import OnlyReadable, StoreUnusable, UnsafePlace
from haicang_desk.platform import Disk, DiskKind
from haicang_desk.platform.places import disk_of

AT = datetime(2026, 11, 30, 9, 15)
ASIDE = "新阳（已移走 2026-11-30 091500，勿再登记）"


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def shared(tmp_path, monkeypatch):
    """A store in a folder that becomes a network share."""
    folder = tmp_path / "共享"
    folder.mkdir()
    with Workspace.create(folder / "新阳.db", street="新阳街道", year=2026, actor="陈") as ws:
        save(ws, [Village(name="霞阳社区")], action="登记", person="陈")
        with ws.change("附件", actor="陈") as change:
            save_blob(change, b"scan" * 1000)
    share = Disk(DiskKind.NETWORK, "Windows 网络共享（cifs）")
    monkeypatch.setattr(
        "haicang_desk.platform.places.disk_of", lambda path: share if path.is_relative_to(folder) else disk_of(path)
    )
    return folder / "新阳.db"


def names(folder) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_store_on_a_share_is_read_and_not_written(shared):
    with pytest.raises(UnsafePlace, match=r"网络共享.*没有打开来登记，数据没有改动.*移到本机"):
        Workspace.open(shared)
    with Workspace.read(shared) as ws:
        assert [each.name for each in ws.all(Village)] == ["霞阳社区"]
    with pytest.raises(UnsafePlace, match="换成本机硬盘"):
        Workspace.create(shared.with_name("新.db"), street="新阳街道", year=2026)
    assert names(shared.parent) == ["新阳.db", "新阳.files"]


def test_it_is_moved_whole_and_the_old_one_is_marked(shared, tmp_path):
    here = tmp_path / "本机" / "台账"
    moved = move_store(shared, here, at=AT)
    assert (moved.path, moved.missing) == (here / "新阳.db", ())
    assert names(here) == ["新阳.db", "新阳.files"]
    assert names(shared.parent) == [f"{ASIDE}.db", f"{ASIDE}.files"]
    assert moved.aside == shared.with_name(f"{ASIDE}.db")
    assert verify_file(moved.path) == verify_file(moved.aside) == ()
    digest = sha256(b"scan" * 1000).hexdigest()
    assert (files_folder(moved.path) / digest[:2] / digest).read_bytes() == b"scan" * 1000
    with Workspace.open(moved.path) as ws:
        save(ws, [Village(name="后柯社区")], action="登记", person="陈")


def test_nobody_goes_on_in_the_old_one_wherever_it_is_copied(shared, tmp_path):
    moved = move_store(shared, tmp_path / "本机", at=AT)
    back = moved.aside.rename(tmp_path / moved.aside.name)
    with pytest.raises(OnlyReadable, match=r"已经移走.*两本账.*打开移走的那一本"):
        Workspace.open(back)


def test_a_name_that_is_taken_is_left_alone(shared, tmp_path):
    here = tmp_path / "本机"
    here.mkdir()
    (here / "新阳.db").write_bytes(b"other")
    (here / "新阳（2）.files").mkdir()
    assert move_store(shared, here, at=AT).path == here / "新阳（3）.db"
    assert (here / "新阳.db").read_bytes() == b"other"


def test_a_store_that_is_open_is_not_moved(shared, tmp_path, monkeypatch):
    monkeypatch.setattr("haicang_desk.platform.places.disk_of", disk_of)
    with Workspace.open(shared), pytest.raises(StoreUnusable, match="正被另一个窗口"):
        move_store(shared, tmp_path / "本机", at=AT)
    assert names(tmp_path / "本机") == [] and names(shared.parent) == ["新阳.db", "新阳.files"]


def test_one_that_is_written_meanwhile_is_not_moved(shared, tmp_path, monkeypatch):
    """Where locks lie, another machine may write between the copy and the renaming."""
    from haicang_desk.model.store import relocation

    real = relocation.back_up

    def written_meanwhile(conn, out, **named):
        made = real(conn, out, **named)
        monkeypatch.setattr("haicang_desk.platform.places.disk_of", disk_of)
        monkeypatch.setattr("haicang_desk.model.store.connection.lock_store", lambda _: None)
        with Workspace.open(shared) as other:
            save(other, [Village(name="后柯社区")], action="登记", person="王")
        return made

    monkeypatch.setattr(relocation, "back_up", written_meanwhile)
    with pytest.raises(StoreUnusable, match=r"有别的窗口或电脑在登记.*没有移"):
        move_store(shared, tmp_path / "本机", at=AT)
    assert names(tmp_path / "本机") == [] and names(shared.parent) == ["新阳.db", "新阳.files"]
    with Workspace.read(shared) as ws:
        assert [each.name for each in ws.all(Village)] == ["霞阳社区", "后柯社区"]


def test_a_damaged_store_is_not_moved(shared, tmp_path):
    with closing(sqlite3.connect(shared)) as conn:
        conn.execute("UPDATE village SET name = '改过'")
        conn.commit()
    with pytest.raises(StoreUnusable, match="损坏"):
        move_store(shared, tmp_path / "本机", at=AT)
    assert names(tmp_path / "本机") == [] and names(shared.parent) == ["新阳.db", "新阳.files"]


def test_one_that_nobody_can_write_is_moved_and_keeps_its_name(shared, tmp_path, monkeypatch):
    def read_only(_):
        raise OnlyReadable("台账是只读的")

    monkeypatch.setattr("haicang_desk.model.store.relocation.lock_store", read_only)
    moved = move_store(shared, tmp_path / "本机", at=AT)
    assert moved.aside is None and names(shared.parent) == ["新阳.db", "新阳.files"]
    assert verify_file(moved.path) == ()
