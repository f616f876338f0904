"""The desk: beginning, opening, backing up and restoring stores; nothing heavy before it is needed."""

from __future__ import annotations

import gc
import lzma
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProgressDialog, QPushButton

from haicang_desk.model.policy import files_now, rule_sets
from haicang_desk.model.records import Category, Disbursement, Issue, Link, Project, Restoration, Village
from haicang_desk.model.services import Check, Condition, Workspace, operators, save
from haicang_desk.model.services.policy_records import policy_file_of
from haicang_desk.model.store import backup_folder, backups_in
from haicang_desk.model.values import Money, Refused, Stopped, StoreUnusable
from haicang_desk.paths import policy_folder, resource
from haicang_desk.ui.shell import application, store_controller, theme
from haicang_desk.ui.shell.application import ZOOM, Application
from haicang_desk.ui.shell.backup_keeper import SECOND
from haicang_desk.ui.shell.commands import CommandPalette
from haicang_desk.ui.shell.first_run import DRAFT, FirstRunGuide
from haicang_desk.ui.shell.main_window import MainWindow
from haicang_desk.ui.shell.rail import COUNT, NAME, WHAT
from haicang_desk.ui.shell.self_check import SelfCheckDialog
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.shell.store_controller import InstanceServer, raise_other_window
from haicang_desk.ui.shell.waiting import wait_until_verified
from tests.conftest import NOW

STREET = "新阳街道"


@pytest.fixture
def settings(own_folder):
    return Settings(own_folder / "窗口.ini")


@pytest.fixture
def desk(dressed, settings, monkeypatch, asked):
    monkeypatch.setattr(theme, "apply_theme", lambda *_: None)
    desk = Application(dressed, settings, "陈", now=lambda: NOW)
    yield desk
    desk.window.hide()
    desk.close_store()
    dressed.aboutToQuit.disconnect(desk.close_store)
    desk.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "新阳街道.db"
    with Workspace.create(path, street=STREET, year=2018, actor="陈", now=lambda: NOW) as ws:
        save(ws, [Village(name="霞阳社区")], action="登记村居", person="陈")
    return path


def enter(qtbot, guide):
    """Press Enter where the keyboard is."""
    qtbot.keyClick(guide.focusWidget() or guide, Qt.Key.Key_Return)


def test_the_guide_begins_a_ledger_by_keys_and_enter_goes_forward(qtbot, desk, tmp_path):
    second = tmp_path / "U盘"
    second.mkdir()
    desk.window.show()
    desk.begin(None)
    guide = desk.guide
    assert isinstance(guide, FirstRunGuide)
    enter(qtbot, guide)
    assert guide.step == 1
    enter(qtbot, guide)
    assert guide.step == 1 and "请填写街道名称" in guide._fault.text()
    guide.street.street.setText(STREET)
    guide.street.year.setValue(2018)
    guide.activateWindow()
    qtbot.waitUntil(guide.isActiveWindow)
    qtbot.keyClick(guide.street.street, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)  # from within a line of text
    assert guide.step == 0
    enter(qtbot, guide)
    enter(qtbot, guide)
    assert guide.step == 2
    guide.villages.text.setPlainText("霞阳社区\t12\n\n新垵村\n霞阳社区")
    qtbot.keyClick(guide.villages.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert guide.step == 3
    assert guide.office.path().name == "新阳街道.db"
    guide.office.place.selectAll()
    guide.office.place.insert(str(tmp_path / "账" / "新阳"))
    guide.office.place.textEdited.emit(guide.office.place.text())
    guide.office.second.setText(str(second))
    guide.office.person.setText("林锦鸿")
    enter(qtbot, guide)
    assert guide.step == 4
    assert guide.summary.values["村居"].text() == "霞阳社区、新垵村"
    qtbot.keyClick(guide, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert guide.step == 3
    enter(qtbot, guide)
    enter(qtbot, guide)
    ws = desk.window.state.workspace
    assert (ws.path, ws.street.name, ws.years()) == (tmp_path / "账" / "新阳.db", STREET, [2018])
    assert [(v.name, v.kind.label) for v in ws.all(Village)] == [("霞阳社区", "社区"), ("新垵村", "村")]
    assert [each.name for each in operators(ws)] == ["林锦鸿"]
    assert desk.settings.stores() == [tmp_path / "账" / "新阳.db"]
    assert desk.settings.text(SECOND) == str(second)
    assert desk.settings.structure(DRAFT) is None


def test_the_guide_asks_for_a_name_and_does_not_take_the_place_of_a_file(qtbot, desk, store, tmp_path):
    desk.begin(None)
    guide = desk.guide
    guide.street.street.setText(STREET)
    for _ in range(3):
        guide.go_on()
    guide.office.person.setText("root")
    guide.go_on()
    assert "请填写经办人的姓名" in guide._fault.text()
    guide.office.person.setText("林")
    guide.office.place.setText(str(store))
    guide.go_on()
    assert "已经存在" in guide._fault.text()
    guide.office.place.setText(str(tmp_path / "新.db"))
    guide.office.second.setText(str(tmp_path / "没有"))
    guide.go_on()
    assert "找不到文件夹" in guide._fault.text()
    assert guide.step == 3


def test_a_guide_that_was_closed_goes_on_with_what_was_typed(desk):
    desk.begin(None)
    desk.guide.go_on()
    desk.guide.street.street.setText(STREET)
    desk.guide.go_on()
    desk.guide.villages.text.setPlainText("霞阳社区")
    desk.guide.reject()
    desk.show_guide()
    assert desk.guide.street.street.text() == STREET
    assert desk.guide.villages.names() == ("霞阳社区",)


def test_the_guide_reads_villages_from_a_workbook(desk, tmp_path, asked, click):
    book = Workbook()
    book.active.append(["新阳街道村居名册"])
    book.active.append(["序号", "村居名称", "联系人"])
    for number, name in enumerate(("霞阳社区", "新垵村", "祥露社区"), 1):
        book.active.append([number, name, "林"])
    book.active.append(["", "合计", 3])
    book.save(tmp_path / "名册.xlsx")
    desk.begin(None)
    desk.guide.villages.text.setPlainText("新垵村")
    asked["pick_open"] = tmp_path / "名册.xlsx"
    desk.guide.villages.read_file()
    assert desk.guide.villages.names() == ("新垵村", "霞阳社区", "祥露社区")
    assert "读入 3 个" in desk.guide.villages._count.text()
    Workbook().save(tmp_path / "空.xlsx")
    asked["pick_open"] = tmp_path / "空.xlsx"
    desk.guide.villages.read_file()
    assert len(desk.guide.villages.names()) == 3
    assert "没有" in desk.guide.villages._count.text() or "空" in desk.guide.villages._count.text()


def test_ledgers_opened_last_are_listed_and_opened_with_a_click(desk, store, click, settings, tmp_path):
    desk.open_store(store)
    desk.close_store()
    settings.keep_store(tmp_path / "不见了.db")
    desk.window.show()
    desk.window.start_page.show_recent()
    shown = [
        button.accessibleName()
        for button in desk.window.start_page.findChildren(QPushButton, "open_recent")
        if not button.isHidden()
    ]
    assert shown[-1:] == ["打开新阳街道"] and "打开不见了" not in shown
    click(desk.window.start_page, "open_recent")
    assert desk.window.state.workspace.path == store


def test_without_a_store_the_window_says_how_to_begin(desk, settings, store, asked, tmp_path, click):
    desk.window.show()
    desk.begin(None)
    desk.guide.reject()
    assert desk.window.stack.currentWidget() is desk.window.start_page
    assert not desk.window.years.isVisible()
    click(desk.window, "begin_new")
    assert desk.guide.isVisible()
    desk.guide.reject()
    asked["pick_open"] = store
    click(desk.window, "begin_open")
    assert desk.window.current().objectName() == "today"
    desk.close_store()
    assert desk.window.stack.currentWidget() is desk.window.start_page


def test_the_machine_is_tried_on_one_page(qtbot, desk, store):
    desk.window.show()
    desk.open_store(store)
    next(action for action in desk.window.findChildren(QAction) if action.text() == "环境自检").trigger()
    page = desk.window.findChild(SelfCheckDialog)
    qtbot.waitUntil(lambda: page.table.rows.rowCount() > 10, timeout=20_000)
    report = page.report()
    for what in ("台账文件夹：写入", "很长的路径", "系统时钟", "中文输入法", "打印机", "屏幕"):
        assert what in report
    qtbot.mouseClick(page.findChild(QPushButton, "copy_all"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == report
    page.accept()


def test_the_last_store_is_opened_again(desk, settings, store):
    settings.keep_store(store)
    desk.begin(None)
    assert desk.guide is None
    assert desk.window.street.text() == STREET
    assert STREET in desk.window.windowTitle()


def test_a_store_that_cannot_be_opened_is_told_and_the_guide_shown(desk, tmp_path, asked):
    (tmp_path / "坏.db").write_bytes(b"no store at all" * 100)
    desk.begin(tmp_path / "坏.db")
    assert asked["log"][0][0] == "tell"
    assert "坏.db" in asked["log"][0][2]
    assert desk.guide is not None


def test_a_store_is_backed_up_by_itself_when_it_is_put_away(desk, store):
    desk.open_store(store)
    save(desk.window.state.workspace, [Village(name="新垵村")], action="登记", person="陈")
    desk.close_store()
    ((_, backup),) = backups_in(backup_folder(store.resolve()))
    with Workspace.open(backup) as held:
        assert len(held.all(Village)) == 2


def test_a_store_of_an_earlier_program_is_upgraded_by_the_worker(desk, tmp_path, monkeypatch):
    """Verifying and upgrading the largest took minutes; only a street's own takes a moment."""
    old = tmp_path / "旧.db"
    old.write_bytes(lzma.decompress((Path(__file__).parents[1] / "data/old_stores/year.db.xz").read_bytes()))
    threads, upgrade = [], store_controller.upgrade_store
    monkeypatch.setattr(
        store_controller, "upgrade_store", lambda *p, **n: threads.append(threading.get_ident()) or upgrade(*p, **n)
    )
    assert store_controller.needs_upgrade(old)
    assert desk.open_store(old)
    assert not store_controller.needs_upgrade(old)
    assert len(threads) == 1 and threads[0] != threading.get_ident()
    assert desk.window.state.workspace.all(Village)


def test_who_is_in_a_hurry_leaves_the_backup_to_the_next_opening(qtbot, desk, store, monkeypatch):
    """While it is made at closing, a dialog is in sight; its button ends it and the store closes."""
    seen = []

    def slow(path, at, *, course, second):
        for number in range(2_000):
            time.sleep(0.005)
            course.tell(number, 2_000)
        pytest.fail("it was not stopped")

    def press():
        dialog = next((each for each in QApplication.topLevelWidgets() if isinstance(each, QProgressDialog)), None)
        if dialog is None or not dialog.isVisible():
            QTimer.singleShot(20, press)
            return
        seen.append(dialog.labelText())
        dialog.findChild(QPushButton).click()

    desk.open_store(store)
    save(desk.window.state.workspace, [Village(name="新垵村")], action="登记", person="陈")
    monkeypatch.setattr("haicang_desk.model.services.keep_safe", slow)
    QTimer.singleShot(0, press)
    assert desk.close_store()
    assert seen == ["正在备份今天的登记…"]
    assert desk.window.state is None
    assert backups_in(backup_folder(store)) == []
    with Workspace.open(store):  # it was let go
        pass


def test_nothing_is_waited_for_where_no_backup_is_due(desk, store, monkeypatch):
    desk.open_store(store)
    desk.close_store()
    monkeypatch.setattr("haicang_desk.model.services.keep_safe", lambda *_, **__: pytest.fail("not due"))
    desk.open_store(store)
    desk.close_store()


@pytest.mark.parametrize("due", [True, False])
def test_a_store_that_turns_out_damaged_is_not_written_any_more(qtbot, desk, store, due):
    if not due:  # the journal is where it was at the last backup
        desk.open_store(store)
        desk.close_store()
    kept = backups_in(backup_folder(store))
    desk.open_store(store)
    ws = desk.window.state.workspace
    ws.conn.execute("UPDATE village SET leader = '改'")
    desk.condition.check_now()
    qtbot.waitUntil(lambda: not desk.condition.jobs.busy, timeout=20_000)
    assert "损坏" in desk.window.status._check.text()
    with pytest.raises(StoreUnusable, match=r"损坏.*“登记”没有登记"):
        save(ws, [Village(name="新垵村")], action="登记", person="陈")
    assert backups_in(backup_folder(store)) == kept


def test_backup_restore_and_verification_go_by_the_menu(qtbot, desk, store, asked, tmp_path):
    desk.open_store(store)
    asked["pick_save"] = tmp_path / "备份.db"
    desk.ask_backup()
    qtbot.waitUntil(lambda: not desk.window.state.jobs.busy, timeout=20_000)
    assert "已备份并核对" in desk.window.status.currentMessage()
    save(desk.window.state.workspace, [Village(name="新垵村")], action="登记", person="陈")
    desk.condition.verify()
    qtbot.waitUntil(lambda: not desk.window.state.jobs.busy, timeout=20_000)
    assert "没有发现改动或损坏" in asked["log"][-1][2]
    asked["pick_open"] = tmp_path / "备份.db"
    desk.ask_restore()
    assert [v.name for v in desk.window.state.workspace.all(Village)] == ["霞阳社区"]
    aside = [path for path in tmp_path.glob("*.db") if "恢复前" in path.name]
    assert len(aside) == 1
    assert aside[0].name in desk.window.status.currentMessage()


def test_a_second_window_on_a_store_wakes_the_first(qtbot, dressed, store):
    woken = []
    bell = InstanceServer(store, lambda: woken.append(True))
    assert raise_other_window(store)
    qtbot.waitUntil(lambda: bool(woken), timeout=20_000)
    bell.stop()
    assert not raise_other_window(store)


def test_a_store_in_use_elsewhere_is_not_opened_twice(desk, store, asked):
    asked["confirm"] = False
    with Workspace.open(store):
        with pytest.raises(StoreUnusable):
            Workspace.open(store)
        assert not desk.open_store(store)
    assert "正被另一个窗口" in asked["log"][-1][2]


def test_the_size_of_type_goes_up_and_down_within_bounds(qtbot, desk, monkeypatch, settings):
    sizes = []
    monkeypatch.setattr(theme, "apply_type_size", lambda _, points: sizes.append(points))
    kept = []
    for by in (1, 1, -1, 0):
        desk.zoom(by)
        kept.append(settings.number(ZOOM, 0))
    assert kept == [11, 12, 11, 10]
    qtbot.waitUntil(lambda: sizes == [10], timeout=2_000)  # presses in a row restyle the window once
    for _ in range(30):
        desk.zoom(1)
    qtbot.waitUntil(lambda: sizes == [10, theme.LARGEST], timeout=2_000)
    assert settings.number(ZOOM, 0) == theme.LARGEST


def test_a_dropped_workbook_is_read_for_import(qtbot, desk, store, tmp_path):
    from openpyxl import Workbook
    from PySide6.QtCore import QMimeData, QPointF, QUrl
    from PySide6.QtGui import QDropEvent

    book = Workbook()
    book.active.title = "村居"
    book.active.append(["村居"])
    book.active.append(["新垵村"])
    book.save(tmp_path / "名册.xlsx")
    desk.open_store(store)
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / "名册.xlsx"))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    desk.window.dropEvent(event)
    screen = desk.window.current()
    assert screen.objectName() == "exchange"
    qtbot.waitUntil(lambda: screen.plan is not None, timeout=20_000)
    assert screen.plan.new == 1


def test_the_sample_is_built_once_and_then_opened(qtbot, desk, store, monkeypatch):
    built = []

    def build(path):
        built.append(path)
        path.write_bytes(store.read_bytes())

    monkeypatch.setattr("haicang_desk.ui.shell.store_controller.build_sample", build)
    for _ in range(2):
        desk.open_sample()
        qtbot.waitUntil(lambda: desk.window.state is not None, timeout=20_000)
        assert desk.window.state.workspace.path == built[0]
    assert [path.name for path in built] == ["示范台账.db"]


def test_a_store_that_is_put_away_is_asked_nothing_more(qtbot, desk, store):
    """Screens may still wait to look when the store closes."""
    desk.open_store(store)
    desk.window.go("project", "")
    desk.window.current().form.cells["title"].editor.set_value("写到一半")
    desk.window.hide()
    desk.close_store()
    qtbot.wait(300)


# rule sets that the office added


LATER = resource("policy", "2018.toml").read_text(encoding="utf-8").replace("from_year = 2018", "from_year = 2027")
LATER = LATER.replace("〔2018〕63号", "〔2027〕8号")
LACKING = LATER.replace("[survey_sample_note]\n", "").rpartition("\nlabel = ")[0]
MISSPELT = LATER.replace("[cap_works]", "[cap_work]")


def add_rule_set(text, store):
    """Put a rule set into the office's folder, in force in the ledger: what another release took into force may be
    faulty for this one.
    """
    policy_folder().mkdir(parents=True, exist_ok=True)
    (policy_folder() / "2027.toml").write_text(text, encoding="utf-8")
    rule_sets.forget_rule_sets()  # as when the program starts again
    (added,) = [each for each in files_now() if not each.shipped]
    with Workspace.open(store, now=lambda: NOW) as ws, ws.change("启用政策文件", actor="陈") as change:
        change.save(policy_file_of(added, "区里下达"))


@pytest.fixture
def two_years(store):
    """A store with a project of 2026 and one of 2027."""
    with Workspace.open(store, now=lambda: NOW) as ws:
        village = Link(ws.all(Village)[0].id)
        for year in (2026, 2027):
            project = Project(
                code=f"A-{year}", fund_year=year, village=village, title="课堂", category=Category.SERVICE
            )
            save(ws, [project], action="登记", person="陈")
    return store


def test_borrowed_figures_are_told_in_one_message_and_once(desk, two_years, asked):
    add_rule_set(LACKING, two_years)
    desk.open_store(two_years)
    told = [said for said in asked["log"] if said[:2] == ("tell", "政策参数")]
    assert len(told) == 1
    assert "测评样本量的提示线（票） 30（survey_sample_note）" in told[0][2]
    desk.open_store(two_years)
    assert [said for said in asked["log"] if said[:2] == ("tell", "政策参数")] == told


def test_borrowed_figures_are_marked_in_the_policy_screen(desk, two_years):
    add_rule_set(LACKING, two_years)
    desk.open_store(two_years)
    assert desk.window.state.year == 2027
    desk.window.go("policy")
    screen = desk.window.current()
    rows = screen.table.rows
    sources = {rows.index(n, 0).data(): rows.index(n, 3).data() for n in range(rows.rowCount())}
    assert sources["测评样本量的提示线（票）"] == "沿用随程序提供的数值"
    assert list(sources.values()).count("沿用随程序提供的数值") == 1
    assert "沿用随程序提供的厦海政办〔2018〕63号的数值" in screen.warning.text()
    desk.window.state.turn_to(2026)
    screen.look()
    assert screen.warning.text() == ""


def test_a_store_opens_at_the_newest_year_whose_rule_set_can_be_used(qtbot, desk, two_years, asked):
    add_rule_set(MISSPELT, two_years)
    assert desk.open_store(two_years)
    assert desk.window.state.year == 2026
    qtbot.waitUntil(lambda: bool(desk.window.state.findings()), timeout=20_000)
    assert "没有 cap_work 这个名称" in asked["log"][-1][2]
    desk.window.go("policy")
    assert "没有 cap_work 这个名称" in desk.window.current().warning.text()


def test_a_year_whose_rule_set_is_faulty_is_told_and_not_shown(desk, two_years, asked):
    add_rule_set(MISSPELT, two_years)
    desk.open_store(two_years)
    window = desk.window
    for turn in (
        lambda: window.years.activated.emit(window.years.findData(2027)),
        lambda: window.go("project", next(p.id for p in window.state.workspace.all(Project, fund_year=2027))),
    ):
        asked["log"].clear()
        turn()
        assert [said[0] for said in asked["log"]] == ["tell"]
        assert "没有 cap_work 这个名称" in asked["log"][0][2]
        assert window.state.year == window.years.currentData() == 2026
        assert window.current().objectName() == "today"


def test_a_store_of_that_year_alone_is_not_opened(desk, tmp_path, asked):
    path = tmp_path / "新阳街道.db"
    with Workspace.create(path, street=STREET, year=2027, actor="陈", now=lambda: NOW):
        pass
    add_rule_set(MISSPELT, path)
    assert not desk.open_store(path)
    assert "没有 cap_work 这个名称" in asked["log"][-1][2]
    with Workspace.open(path):  # it was let go
        pass


def test_what_other_screens_need_is_loaded_while_nobody_waits(qtbot, desk, store, monkeypatch):
    loaded = []
    monkeypatch.setattr("haicang_desk.ui.shell.preloading.import_module", loaded.append)
    desk.open_store(store)
    qtbot.waitUntil(lambda: "haicang_desk.ui.screens.settings" in loaded, timeout=20_000)
    assert loaded.index("haicang_desk.model.documents") < loaded.index("haicang_desk.ui.screens.dashboard")
    desk.close_store()
    count = len(loaded)
    desk.open_store(store)
    qtbot.wait(400)
    assert len(loaded) == count  # once is enough


def test_garbage_is_collected_again_once_the_program_has_started():
    gc.disable()
    try:
        application.collect_garbage()
        assert gc.isenabled()
        frozen = gc.get_freeze_count()
        assert frozen > 0
        application.collect_garbage()  # another store is opened: what the first has left is not kept
        assert gc.get_freeze_count() <= frozen
    finally:
        gc.enable()
        gc.unfreeze()


HEAVY = (
    "openpyxl",
    "reportlab",
    "pypdfium2",
    "pypinyin",
    "sqlite_utils",
    "PySide6.QtNetwork",
    "PySide6.QtPrintSupport",
    "haicang_desk.ui.shell.commands",
)


@pytest.mark.slow
def test_nothing_heavy_is_loaded_before_the_window_is_painted(tmp_path):
    """Process start to painted window stays near that of an empty window only so long as this holds."""
    told = subprocess.run(
        [sys.executable, "-c", _PAINTED, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={
            "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(tmp_path),
        },
    ).stdout.split()
    assert "haicang_desk.ui.shell.main_window" in told
    assert "haicang_desk.model.services" not in told
    assert set(told).isdisjoint(HEAVY)


_PAINTED = """
import sys
from pathlib import Path
from haicang_desk.ui.shell.application import Application, make_application
from haicang_desk.ui.shell.settings import Settings
app = make_application(["x"])
desk = Application(app, Settings(Path(sys.argv[1]) / "a.ini"), "")
desk.window.show()
app.processEvents()
print(*sys.modules)
"""


def test_a_killed_window_comes_back_where_it_was(qtbot, dressed, own_folder):
    settings = Settings(own_folder / "窗口.ini")
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    window.resize(777, 601)
    qtbot.waitUntil(lambda: bool(Settings(own_folder / "窗口.ini").state("窗口/位置")), timeout=3_000)
    again = MainWindow(Settings(own_folder / "窗口.ini"))  # the first was never closed
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (777, 601)


def test_the_rail_counts_what_the_year_has(qtbot, window, kept, state):
    kept(title="排水沟清淤")
    qtbot.waitUntil(lambda: "1" in _count(window, "projects"), timeout=2_000)
    assert _count(window, "villages") == str(len(state.workspace.all(Village)))
    assert _count(window, "payments") == ""


def _count(window, name):
    for number in range(window.nav.count()):
        item = window.nav.item(number)
        if item.data(NAME) == name and item.data(WHAT) is None:
            return "" if item.data(COUNT) is None else str(item.data(COUNT))
    raise AssertionError(name)


def test_anything_is_found_by_pinyin_and_done_with_enter(qtbot, window, kept):
    project = kept(title="排水沟清淤")
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.findChild(CommandPalette)
    assert palette is not None and palette.line.hasFocus()
    QTest.keyClicks(palette.line, "psg")
    assert "排水沟清淤" in palette.list.item(palette.list.currentRow()).text()
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.current().objectName() == "project" and window.current().case.project.id == project.id
    window.show_commands()
    palette = next(each for each in window.findChildren(CommandPalette) if each.isVisible())
    QTest.keyClicks(palette.line, "caozuojilu")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.current().objectName() == "journal"


def test_what_cannot_be_found_is_said_and_escape_closes(qtbot, window):
    window.show_commands()
    palette = window.findChild(CommandPalette)
    QTest.keyClicks(palette.line, "zzqqzz")
    assert palette._none.isVisible() and not palette.list.isVisible()
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyPress(palette.line, Qt.Key.Key_Escape)  # it is deleted before the key is let go
    assert not any(each.isVisible() for each in window.findChildren(CommandPalette))


def test_icons_of_menus_are_drawn_when_a_menu_is_opened(desk):
    """Drawing them took a third of the time from start to the painted window."""
    menu = desk.window.menuBar().actions()[0].menu()
    first = menu.actions()[0]
    assert first.icon().isNull()
    menu.aboutToShow.emit()
    assert not first.icon().isNull()


def opened_and_checked(qtbot, desk, store):
    assert desk.open_store(store)
    desk.condition.check_now()
    qtbot.waitUntil(lambda: not desk.condition.jobs.busy, timeout=20_000)
    return desk.window


def spoil(store, script):
    with closing(sqlite3.connect(store)) as conn:
        conn.executescript(script)


def test_the_status_bar_tells_of_the_check_and_payments_wait_for_it(qtbot, desk, store):
    assert desk.open_store(store)
    ws = desk.window.state.workspace
    assert desk.window.status._check.text() == "正在核验…"
    paid = Project(title="照明", fund_year=2018, village=Link(ws.all(Village)[0].id), category=Category.WORKS)
    (project,) = save(ws, [paid], action="登记项目", person="陈")
    payment = Disbursement(project=Link(project.id), amount=Money(100), paid_on=NOW.date(), payee="社区", voucher="1")
    with pytest.raises(Refused, match=r"正在核验.*再按一次"):
        save(ws, [payment], action="拨付", person="陈")
    desk.condition.check_now()
    qtbot.waitUntil(lambda: not desk.condition.jobs.busy, timeout=20_000)
    assert desk.window.status._check.text() == f"已核验 {NOW:%H:%M}"
    save(ws, [payment], action="拨付", person="陈")


def test_a_damaged_store_has_a_banner_and_is_repaired_on_consent(qtbot, desk, store, asked, click):
    spoil(store, "UPDATE village SET leader = '改'")
    desk.window.show()
    window = opened_and_checked(qtbot, desk, store)
    assert window.banner.isVisible() and "挂钩街道领导现为“改”" in window.banner._text.text()
    click(window.banner, "damage_details")
    assert "村居 霞阳社区" in asked["more"]
    click(window.banner, "repair")
    assert "没有保不住的变更" in asked["log"][-1][2] and "修复后不同的 1 条" in asked["log"][-1][2]
    assert not window.banner.isVisible() and "已修复" in window.status.currentMessage()
    assert [each.leader for each in window.state.workspace.all(Village)] == [""]
    assert len(list(store.parent.glob("*恢复前*.db"))) == 1


def test_a_repair_that_is_declined_changes_nothing(qtbot, desk, store, asked):
    spoil(store, "UPDATE village SET leader = '改'")
    window = opened_and_checked(qtbot, desk, store)
    asked["confirm"] = False
    desk.condition.repair()
    assert window.state.workspace.origin == store
    assert [each.leader for each in window.state.workspace.all(Village)] == ["改"]
    desk.close_store()
    assert sorted(each.suffix for each in store.parent.glob("*.db")) == [".db"]


def test_a_store_too_damaged_to_be_opened_is_offered_repair(desk, store, asked):
    data = bytearray(store.read_bytes())
    data[data.index(b'CREATE TABLE "street"') + 5] ^= 128
    store.write_bytes(data)
    assert desk.open_store(store)
    assert [title for _, title, *_ in asked["log"]] == ["台账已损坏", "修复台账"]
    assert desk.window.state.workspace.street.name == STREET and not desk.window.state.workspace.read_only


def test_an_older_store_is_looked_at_until_somebody_confirms_it(qtbot, desk, store, asked, click, monkeypatch):
    with Workspace.open(store, now=desk.now):
        pass
    before = store.read_bytes()
    with Workspace.open(store, now=desk.now) as ws, ws.change("修改村居", actor="陈") as change:
        change.save(replace(ws.all(Village)[0], leader="王"))
    store.write_bytes(before)
    desk.window.show()
    assert desk.open_store(store)
    window = desk.window
    assert window.banner.isVisible() and "缺 1 次变更" in window.banner._text.text()
    monkeypatch.setattr("haicang_desk.ui.shell.prompts.ask_reason", lambda *_: "换了电脑")
    click(window.banner, "accept_store")
    assert not window.banner.isVisible() and not window.state.workspace.read_only
    assert [each.reason for each in window.state.workspace.all(Restoration)] == ["换了电脑"]


def test_a_row_that_cannot_be_read_is_damage_and_no_crash(desk, store, asked):
    spoil(store, "UPDATE village SET name = CAST(x'E9' AS TEXT)")
    assert desk.open_store(store)
    assert [each.name for each in desk.window.state.workspace.all(Village)] == ["霞阳社区"]
    assert asked["log"][-1][1] == "修复台账"


def test_a_newer_store_is_shown_and_not_written(qtbot, desk, store):
    spoil(
        store,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('haicang-desk', 'm9999_later', '');"
        "ALTER TABLE village ADD COLUMN later TEXT NOT NULL DEFAULT ''",
    )
    before = store.read_bytes()
    desk.window.show()
    assert desk.open_store(store)
    banner = desk.window.banner
    assert "更新版本的程序建立" in banner._text.text() and not banner._repair.isVisible()
    with pytest.raises(StoreUnusable, match="更新版本"):
        save(desk.window.state.workspace, [Village(name="新垵村")], action="登记", person="陈")
    assert desk.window.state.workspace.all(Village)
    desk.close_store()
    assert store.read_bytes() == before


def waiting_dialog():
    """The one in sight; those of earlier tests may not have been taken away yet."""
    found = (each for each in QApplication.topLevelWidgets() if isinstance(each, QProgressDialog))
    return next(each for each in found if each.isVisible())


def test_a_payment_waits_in_sight_until_the_check_is_through(dressed, qtbot):
    condition, seen = Condition(), []
    condition.begin_check()
    condition.tell_progress(40, 100)

    def look():
        dialog = waiting_dialog()
        seen.append((dialog.labelText(), dialog.value()))
        condition.end_check(NOW)

    QTimer.singleShot(50, look)
    wait_until_verified(None, condition)
    assert seen == [("正在核验台账，核验通过后接着登记这笔款项…", 40)] and condition.check is Check.SOUND


def test_who_does_not_want_to_wait_keeps_what_was_typed(dressed, qtbot):
    condition = Condition()
    condition.begin_check()

    def press():
        dialog = waiting_dialog()
        dialog.findChild(QPushButton).click()

    QTimer.singleShot(50, press)
    with pytest.raises(Stopped, match="所填内容都在"):
        wait_until_verified(None, condition)


def test_a_forms_code_that_is_scanned_opens_its_project_and_tells_whether_it_is_the_latest(qtbot, window, kept, ws):
    project = kept(title="排水沟清淤", code="XYJD-XYSQ-2018-01")
    issue = Issue(
        document="项目申报表",
        project=Link(project.id),
        fund_year=2018,
        paper="A4",
        number=1,
        issued_on=date(2018, 9, 1),
        seal_code="3f9a0c17b2d4e685",
        name="x.pdf",
        digest="0" * 64,
    )
    with ws.change("印发", actor="陈", undoable=False) as change:
        change.save(issue)
    window.show_commands()
    palette = window.findChild(CommandPalette)
    QTest.keyClicks(palette.line, "3F9A0C17B2D4E685 XYJD-XYSQ-2018-01")
    assert palette.list.item(0).text().startswith("这张是最新的（第1次印发）")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.current().objectName() == "project" and window.current().case.project.id == project.id
    assert "这张是最新的（第1次印发）" in window.status.currentMessage()
