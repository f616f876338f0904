"""A store by two names has one lock, one folder of files and one folder of backups; a second name of the file itself is
refused."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from hashlib import sha256

import pytest

from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.store import back_up_automatically, backup_folder, backups_in, connect_to_read, restore_backup
from haicang_desk.model.values import StoreUnusable, UnsafePlace
from haicang_desk.platform import partial_beside

AT = datetime(2026, 11, 30, 9, 15)

pytestmark = pytest.mark.posix("links that every user may make")


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def store(tmp_path):
    (tmp_path / "实").mkdir()
    path = tmp_path / "实" / "新阳.db"
    with Workspace.create(path, street="新阳街道", year=2026, actor="陈") as ws:
        save(ws, [Village(name="霞阳社区")], action="登记", person="陈")
    return path


@pytest.fixture(params=["file", "folder"])
def link(request, store, tmp_path):
    """Another path of the store: a link to it in another folder, or through a link to its folder."""
    (tmp_path / "别处").mkdir()
    if request.param == "file":
        (tmp_path / "别处" / "账.db").symlink_to(store)
        return tmp_path / "别处" / "账.db"
    (tmp_path / "链").symlink_to(store.parent)
    return tmp_path / "链" / store.name


def test_it_is_locked_under_both_names(store, link, tmp_path):
    with Workspace.open(link) as ws:
        save(ws, [Village(name="后柯社区")], action="登记", person="陈")
        assert store.with_name(f"{store.name}-lock").exists()
        with pytest.raises(StoreUnusable, match="正被另一个窗口"):
            Workspace.open(store)
    assert list((tmp_path / "别处").glob("*-*")) == []


def test_its_backups_are_in_one_folder_and_those_made_under_the_other_name_before_are_found(store, link):
    folder = backup_folder(store)
    earlier = folder.with_name(f"{link.stem}-{sha256(str(link).encode()).hexdigest()[:8]}")  # by the path as given
    with closing(connect_to_read(store)) as conn:
        back_up_automatically(conn, earlier, name="账", at=AT)
    assert backup_folder(link) == folder == backup_folder(store)
    assert len(backups_in(folder)) == 1 and not earlier.exists()


def test_a_link_is_restored_where_it_leads(store, link):
    with closing(connect_to_read(store)) as conn:
        backup = back_up_automatically(conn, backup_folder(store), name="新阳", at=AT)
    with Workspace.open(link) as ws:
        save(ws, [Village(name="后柯社区")], action="登记", person="陈")
    restored = restore_backup(backup, link, at=AT)
    assert restored.aside.resolve().parent == store.parent
    with Workspace.read(store) as ws:
        assert len(ws.all(Village)) == 1


def test_a_second_name_of_the_file_is_refused_and_may_be_read(store, tmp_path):
    other = tmp_path / "另.db"
    other.hardlink_to(store)
    for path in (store, other):
        with pytest.raises(UnsafePlace, match=r"硬链接.*没有改动.*只留下一个文件名") as refused:
            Workspace.open(path)
        assert not refused.value.movable
        with Workspace.read(path) as ws:
            assert len(ws.all(Village)) == 1
    other.unlink()
    Workspace.open(store).close()
    assert [each.name for each in store.parent.iterdir()] == ["新阳.db"]


def test_a_name_that_a_killed_program_left_is_taken_away(store):
    for left in (partial_beside(store), store.with_name("新阳（恢复前 2026-11-30 091500）.db")):
        left.hardlink_to(store)
        Workspace.open(store).close()
        assert [each.name for each in store.parent.iterdir()] == ["新阳.db"]


def test_a_store_that_was_set_aside_and_is_another_file_stays(store):
    aside = store.with_name("新阳（恢复前 2026-11-30 091500）.db")
    aside.write_bytes(store.read_bytes())
    second = store.with_name("第二个名字.db")
    second.hardlink_to(store)
    with pytest.raises(UnsafePlace):
        Workspace.open(store)
    assert aside.exists() and second.exists()
