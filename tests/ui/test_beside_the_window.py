"""What a worker does with the store of an open window: plan an import, carry it out, write the ledger out."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QProgressDialog, QPushButton

from haicang_desk.model.records import Project, Village
from haicang_desk.model.services import Workspace, lent, read_beside, save, undo, write_beside
from haicang_desk.model.spreadsheet import ImportPlan, StoreSnapshot
from haicang_desk.model.store import verify
from haicang_desk.model.values import Course, Money, Stopped, StoreUnusable
from haicang_desk.ui.screens import workbooks
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.main_window import MainWindow
from haicang_desk.ui.shell.settings import Settings
from tests.conftest import NOW

HEADINGS = ("资金年度", "村居", "项目名称", "项目类别", "内容类型", "区级专项资金(元)")


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "新阳街道.db"
    with Workspace.create(path, street="新阳街道", year=2018, actor="陈", now=lambda: NOW) as ws:
        save(ws, [Village(name="霞阳社区")], action="登记村居", person="陈")
    return path


@pytest.fixture
def window(dressed, own_folder, store):
    """The main window on a store in a file."""
    with Workspace.open(store, now=lambda: NOW) as ws:
        state = AppState(ws, person="陈", settings=Settings(own_folder / "窗口.ini"), now=lambda: NOW)
        window = MainWindow(state.settings)
        window.show()
        window.take_store(state)
        yield window
        window.drop_store()
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def book(tmp_path):
    made = Workbook()
    made.active.title = "项目"
    made.active.append(HEADINGS)
    for number in range(120):
        made.active.append((2018, "霞阳社区", f"老人大配餐{number}", "服务类", "群众生活关爱", 50000))
    made.save(tmp_path / "村居报来.xlsx")
    return tmp_path / "村居报来.xlsx"


@pytest.fixture
def planned(qtbot, window, book):
    """The import screen with its dry run."""
    window.go("exchange", book)
    qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)
    screen = window.current()
    assert screen.plan is not None and screen.plan.new == 120
    return screen


def noting_threads(monkeypatch, owner, name):
    """Has a function note the threads that it runs on."""
    threads, plain = [], getattr(owner, name)

    def noted(*said, **more):
        threads.append(threading.get_ident())
        return plain(*said, **more)

    monkeypatch.setattr(owner, name, noted)
    return threads


def test_an_import_is_planned_and_carried_out_by_the_worker(window, monkeypatch, qtbot, book, click):
    """Reading the store for it held the window for 0.16 s, writing 1,700 rows for 0.6 s."""
    read = noting_threads(monkeypatch, StoreSnapshot, "of")
    written = noting_threads(monkeypatch, ImportPlan, "carry_out")
    heard = []
    window.state.changed.connect(lambda done: heard.append((done.action, threading.get_ident())))
    window.go("exchange", book)
    qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)
    screen, ws, here = window.current(), window.state.workspace, threading.get_ident()
    click(screen, "carry_out")
    assert here not in read and here not in written and len(written) == 1
    assert heard == [("导入《村居报来.xlsx》：新增 120 条、更新 0 条", here)]
    assert len(ws.all(Project)) == 120
    assert verify(ws.conn) == ()
    assert "已导入：新增 120 条" in screen._summary.text()
    undo(ws, person="陈")
    assert ws.all(Project) == []


def test_an_answer_is_planned_on_the_snapshot_that_still_holds(planned, window, monkeypatch, qtbot):
    read = noting_threads(monkeypatch, StoreSnapshot, "of")
    planned._read_again()
    qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)
    assert read == []
    save(window.state.workspace, [Village(name="新垵村")], action="登记", person="陈")  # the screen plans anew
    qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)
    assert len(read) == 1 and read[0] != threading.get_ident()


def test_an_import_that_is_stopped_writes_nothing(planned, window, asked, click, monkeypatch):
    """Its dialog comes into sight when it takes long, and its button ends it."""
    monkeypatch.setattr(workbooks, "backed_up_before", lambda *_: True)  # that has a dialog of its own
    waiting = threading.Event()
    tell = Course.tell

    def slowly(self, done, of):
        waiting.wait(20)
        tell(self, done, of)

    def press():
        dialog = next((each for each in QApplication.topLevelWidgets() if isinstance(each, QProgressDialog)), None)
        if dialog is None or not dialog.isVisible():
            QTimer.singleShot(20, press)
            return
        with pytest.raises(StoreUnusable, match="正在导入"):  # nobody writes beside the worker
            save(window.state.workspace, [Village(name="新垵村")], action="登记", person="陈")
        dialog.findChild(QPushButton).click()
        waiting.set()

    monkeypatch.setattr(Course, "tell", slowly)
    QTimer.singleShot(0, press)
    click(planned, "carry_out")
    ws = window.state.workspace
    assert "已停止" in asked["log"][-1][2]
    assert ws.all(Project) == [] and not ws.read_only and planned.plan is not None
    assert verify(ws.conn) == ()


def test_the_ledger_is_written_out_by_the_worker(window, asked, tmp_path, qtbot):
    window.go("exchange")
    asked["pick_save"] = tmp_path / "台账.xlsx"
    window.current()._export()
    qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)
    assert "已导出" in window.status.currentMessage()
    assert "霞阳社区" in {row[0] for row in load_workbook(tmp_path / "台账.xlsx")["村居"].iter_rows(values_only=True)}


# the two ways, without a window


def test_a_copy_is_the_store_at_one_moment(store):
    with Workspace.open(store) as ws, read_beside(store, lambda: NOW) as copy:
        save(ws, [Village(name="新垵村")], action="登记", person="陈")
        assert [village.name for village in copy.all(Village)] == ["霞阳社区"]
        with pytest.raises(StoreUnusable, match="只读"):
            save(copy, [Village(name="祥露村")], action="登记", person="陈")


def test_who_lends_the_store_reads_on_and_hears_of_the_change(store):
    heard = []
    with Workspace.open(store) as ws:
        ws.listen(heard.append)
        (village,) = ws.all(Village)
        summed_up = ws.register(2018).villages[village.id]
        with lent(ws, "正在导入"), write_beside(store, lambda: NOW) as (own, made):
            with own.change("导入", actor="陈") as change:
                change.save(replace(village, leader="林", quota=Money(90_000_000)))
                assert ws.all(Village) == [village]  # not yet written; nobody waits
            with closing(sqlite3.connect(store)) as other:
                assert other.execute("SELECT leader FROM village").fetchone() == ("林",)
        assert heard == []
        ws.hear(made[0])
        assert heard == made and ws.all(Village)[0].leader == "林"
        assert ws.register(2018).villages[village.id].quota == Money(90_000_000) != summed_up.quota
        save(ws, [Village(name="新垵村")], action="登记", person="陈")  # it has it back


def test_a_course_tells_in_hundredths_of_the_whole_and_stops():
    told, asked = [], []
    part = Course(lambda done, of: told.append((done, of)), lambda: bool(asked), "已停").part(20, 60).part(50, 100)
    part.tell(0, 4)
    part.tell(4, 4)
    assert told == [(40, 100), (60, 100)]
    asked.append(True)
    with pytest.raises(Stopped, match="已停"):
        part.tell(1, 4)
