"""A store where none may be written: moved to this machine, looked at, or left; a stick after consent."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.values import StoreUnusable, UnsafePlace
from haicang_desk.paths import data_folder
from haicang_desk.platform import Disk, DiskKind
from haicang_desk.platform.places import disk_of
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.widgets.prompt_dialogs import Prompt
from tests.cli.test_bad_places import mounted, pulled_out
from tests.ui.test_application import desk, settings, store  # noqa: F401


@pytest.fixture
def on_disk(monkeypatch, tmp_path):
    """Has the store's folder, and not the user's own, lie on a disk of this kind."""

    def lie(kind: DiskKind) -> None:
        def disk(folder):
            return disk_of(folder) if folder.is_relative_to(tmp_path / "本机") else Disk(kind, kind.value)

        monkeypatch.setattr("haicang_desk.platform.places.disk_of", disk)

    monkeypatch.setattr("haicang_desk.platform.places.documents_folder", lambda: tmp_path / "本机")
    (tmp_path / "本机").mkdir()
    return lie


def test_it_is_moved_and_the_copy_is_open_to_be_written(desk, store, asked, on_disk, tmp_path):  # noqa: F811
    on_disk(DiskKind.NETWORK)
    asked["ask_place"] = prompts.MOVE
    assert desk.open_store(store)
    ws = desk.window.state.workspace
    assert ws.path == tmp_path / "本机" / "民生微实事" / store.name and not ws.read_only
    save(ws, [Village(name="后柯社区")], action="登记", person="陈")
    assert not store.exists() and len(list(store.parent.glob("*已移走*.db"))) == 1
    (told,) = [said for name, *said in asked["log"] if name == "tell"]
    assert "已核对并移到本机" in told[1] and "请不要再在里面登记" in told[1]
    assert desk.settings.stores() == [ws.path]


def test_it_is_looked_at_and_nothing_is_written(desk, store, asked, on_disk):  # noqa: F811
    on_disk(DiskKind.NETWORK)
    asked["ask_place"] = prompts.LOOK
    before = store.read_bytes()
    assert desk.open_store(store)
    ws = desk.window.state.workspace
    assert [each.name for each in ws.all(Village)] == ["霞阳社区"]
    with pytest.raises(StoreUnusable, match="网络共享"):
        save(ws, [Village(name="后柯社区")], action="登记", person="陈")
    desk.close_store()
    assert store.read_bytes() == before
    assert [each.name for each in store.parent.glob("新阳街道*")] == [store.name]


def test_it_is_left_alone(desk, store, asked, on_disk):  # noqa: F811
    on_disk(DiskKind.NETWORK)
    assert not desk.open_store(store) and desk.window.state is None
    (question,) = [said for name, *said in asked["log"] if name == "ask_place"]
    assert not question[0].removable


def test_a_stick_is_written_after_consent_and_not_asked_about_again(desk, store, asked, on_disk):  # noqa: F811
    on_disk(DiskKind.REMOVABLE)
    asked["ask_place"] = prompts.AGREE
    for _ in range(2):
        assert desk.open_store(store)
        assert not desk.window.state.workspace.read_only
    assert [name for name, *_ in asked["log"]].count("ask_place") == 1


def test_the_first_store_is_not_proposed_for_such_a_place(desk, asked, on_disk, tmp_path, monkeypatch):  # noqa: F811
    (tmp_path / "OneDrive" / "文档").mkdir(parents=True)
    monkeypatch.setattr("haicang_desk.platform.places.documents_folder", lambda: tmp_path / "OneDrive" / "文档")
    desk.begin(None)
    office = desk.guide.office
    office.person.setText("林锦鸿")
    office.begin()
    assert "OneDrive" not in office.place.text() and office.fault() == ""
    office.place.setText(str(tmp_path / "OneDrive" / "新.db"))
    assert "OneDrive 的同步文件夹" in office.fault() and "换成本机硬盘" in office.fault()


def test_one_in_a_folder_that_is_read_only_is_looked_at_at_once(desk, store, asked, monkeypatch):  # noqa: F811
    def barred(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("haicang_desk.model.store.connection.new_private_file", barred)
    start = time.monotonic()
    assert desk.open_store(store)
    assert time.monotonic() - start < 3
    assert "是只读的" in desk.window.state.workspace.read_only
    assert [name for name, *_ in asked["log"]] == []


@pytest.mark.posix("a disk is taken away under an open file")
def test_a_disk_that_is_taken_away_under_the_window_is_told(qtbot, desk, asked, tmp_path):  # noqa: F811
    with mounted(tmp_path / "盘") as disk:
        path = disk / "新阳街道.db"
        with Workspace.create(path, street="新阳街道", year=2018, actor="陈") as ws:
            save(ws, [Village(name="霞阳社区")], action="登记村居", person="陈")
        assert desk.open_store(path)
        desk.window.show()
        pulled_out(disk)
        for name in ("projects", "exchange", "payments", "settings"):
            desk.window.go(name)
            qtbot.wait(50)
        with pytest.raises(StoreUnusable, match=r"没有登记|读不出"):
            save(desk.window.state.workspace, [Village(name="后柯社区")], action="登记", person="陈")
        desk.backups.back_up_now()
        qtbot.wait(300)
        assert desk.close_store() and desk.window.state is None
        assert not desk.open_store(path)
        assert list(disk.iterdir()) == []
    assert "找不到台账文件" in asked["log"][-1][2]
    assert not list((data_folder() / "意外情况").glob("*.txt"))


@pytest.mark.parametrize("removable", [False, True])
def test_the_question_says_what_is_safe_and_what_each_answer_does(dressed, tmp_path, monkeypatch, removable):
    texts = []

    def answered(prompt, otherwise):
        texts.append(prompt.text)
        labels = [each.text() for each in prompt.findChildren(QPushButton)]
        assert ("就在这个盘上登记" in labels) is removable and {"移到本机", "只看", "取消"} <= set(labels)
        return otherwise

    monkeypatch.setattr(Prompt, "ask", answered)
    unsafe = UnsafePlace(tmp_path / "新阳.db", "放在网络共享里", "登记可能丢失", removable=removable)
    assert prompts.ask_place(None, unsafe, tmp_path / "本机") == ""
    assert all(words in texts[0] for words in ("数据没有改动", "移到本机：", "只看：", "新阳.db"))
    assert ("就在这个盘上登记：" in texts[0]) is removable
