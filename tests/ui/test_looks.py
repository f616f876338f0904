"""Every screen, dialog and popup at every size: nothing cut, overlapping, out of reach or nameless."""

from __future__ import annotations

import lzma
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QScrollArea, QTableView, QWidget

from haicang_desk.model.records import Stage
from haicang_desk.model.store import ProjectFilter, list_projects
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.application import Application
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.widgets.dialogs import DeskDialog
from tests.ui.looks import faults
from tests.ui.popups import openings, shut

YEAR = Path(__file__).parents[1] / "data" / "old_stores" / "year.db.xz"
WORKED_ON = datetime(2026, 11, 29, 10, 0)
SIZES = ((1366, 768), (1920, 1080))
POINTS = (9, 12, 20)
EVERY_LOOK = [
    (width, height, points, worn)
    for worn in ("light", "dark", "contrast")
    for width, height in SIZES
    for points in POINTS
] + [(960, 540, points, worn) for worn in ("light", "dark", "contrast") for points in (9, 12)]  # 1920×1080 at 200 %
FEW_LOOKS = [(1366, 768, 10, "light"), (960, 540, 12, "dark"), (1920, 1080, 20, "contrast")]  # of every run


@pytest.fixture(scope="module")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("looks")
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_DATA_HOME", str(folder / "data"))
    yield folder
    patch.undo()


@pytest.fixture(scope="module")
def desk(styled: QApplication, own_settings: Path) -> Iterator[Application]:
    """The window on a whole demonstration year."""
    store = own_settings / "鹭湾.db"
    store.write_bytes(lzma.decompress(YEAR.read_bytes()))
    made = Application(styled, Settings(own_settings / "窗口.ini"), "陈美玲", now=lambda: WORKED_ON)
    made.window.show()
    made.open_store(store)
    yield made
    made.window.hide()
    made.close_store()
    styled.aboutToQuit.disconnect(made.close_store)
    made.window.deleteLater()
    theme.apply_theme(styled, theme.USUAL, theme.add_fonts(), "light")


@pytest.fixture
def settle(qtbot: Any, desk: Application) -> Callable[[], None]:
    """Let the worker, the timers and the layouts have their say."""

    def wait() -> None:
        qtbot.wait(60)
        if desk.window.state is not None:
            state = desk.window.state
            qtbot.waitUntil(lambda: state.findings_ready and not state.jobs.busy, timeout=30_000)
        qtbot.wait(20)

    return wait


def put_on(desk: Application, width: int, height: int, points: int, worn: str) -> None:
    theme.apply_colours(desk.app, worn)
    if desk.app.font().pointSize() != points:
        theme.apply_type_size(desk.app, points)
    desk.window.fit()
    desk.window.resize(width, height)


def at_rest(shown: QWidget, settle: Callable[[], None]) -> list[str]:
    """What is wrong with the looks of it once its layouts have come to rest."""
    for _ in range(5):
        if not (found := faults(shown)):
            break
        settle()
    return found


def walk(desk: Application, settle: Callable[[], None], size: tuple[int, int]) -> list[str]:
    """Every screen and every tab of a project page, each with what is wrong with it."""
    found = []
    state = desk.window.state
    assert state is not None
    rows = list_projects(state.workspace.conn, ProjectFilter(stages=(Stage.UNDERWAY,)), limit=1)
    for place in NAVIGATION_ITEMS:
        if place.name == "batch":
            desk.window.go("batch", ("disburse", [row.id for row in rows]))
        else:
            desk.window.go(place.name, rows[0].id if place.name == "project" else None)
        settle()
        if (desk.window.width(), desk.window.height()) != size:
            found.append(f"{place.label}：窗口被撑大到 {desk.window.width()}×{desk.window.height()}")
            desk.window.resize(*size)
        tabs = getattr(desk.window.current(), "tabs", None)
        for number in range(tabs.count() if tabs is not None else 1):
            if tabs is not None:
                tabs.setCurrentIndex(number)
                settle()
            found += [f"{place.label} {number} {fault}" for fault in at_rest(desk.window, settle)]
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height", "points", "worn"), FEW_LOOKS)
def test_every_screen_can_be_read_and_reached(desk, settle, width, height, points, worn):
    put_on(desk, width, height, points, worn)
    found = walk(desk, settle, (width, height))
    assert not found, "\n".join(found)


@pytest.mark.soak
@pytest.mark.parametrize(("width", "height", "points", "worn"), EVERY_LOOK)
def test_every_screen_can_be_read_and_reached_in_every_look(desk, settle, width, height, points, worn):
    put_on(desk, width, height, points, worn)
    found = walk(desk, settle, (width, height))
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_a_change_of_size_and_back_leaves_every_screen_as_it_was(desk, settle):
    put_on(desk, 1366, 768, 10, "light")
    walk(desk, settle, (1366, 768))
    for points in (20, 9, 20, 10):
        put_on(desk, 1366, 768, points, "light")
    found = walk(desk, settle, (1366, 768))
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "height", "points", "worn"),
    [
        (960, 540, 12, "light"),
        pytest.param(1366, 768, 10, "dark", marks=pytest.mark.soak),
        pytest.param(1366, 768, 20, "contrast", marks=pytest.mark.soak),
    ],
)
def test_the_form_of_every_step_fits(desk, settle, monkeypatch, width, height, points, worn):
    monkeypatch.setattr(DeskDialog, "screen_area", lambda _: QRect(0, 0, width, height))
    put_on(desk, width, height, points, worn)
    state, found = desk.window.state, []
    for step in STEPS.values():
        rows = list_projects(state.workspace.conn, ProjectFilter(stages=step.stages), limit=1)
        if not rows:
            continue
        desk.window.go("project", rows[0].id)
        page = desk.window.current()
        page.take(step.name)
        settle()
        dialogs = [each for each in page.findChildren(QDialog) if each.isVisible()]
        for dialog in dialogs:
            found += [f"{step.label} {fault}" for fault in at_rest(dialog, settle)]
            if dialog.width() > width or dialog.height() > height:
                found.append(f"{step.label}：对话框 {dialog.width()}×{dialog.height()} 比屏幕大")
            dialog.done(0)
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height", "points", "worn"), FEW_LOOKS[1:2])
def test_all_that_opens_over_the_window_fits(desk, settle, monkeypatch, width, height, points, worn):
    """The forms of all records only where there is the least room; the long run has them in every look."""
    all_fits(desk, settle, monkeypatch, (width, height, points, worn), forms=height == 540)


@pytest.mark.soak
@pytest.mark.parametrize(("width", "height", "points", "worn"), EVERY_LOOK)
def test_all_that_opens_over_the_window_fits_in_every_look(desk, settle, monkeypatch, width, height, points, worn):
    all_fits(desk, settle, monkeypatch, (width, height, points, worn), forms=True)


def all_fits(desk, settle, monkeypatch, look, *, forms):
    """Open everything, each with what is wrong with it."""
    width, height, points, worn = look
    monkeypatch.setattr(DeskDialog, "screen_area", lambda _: QRect(0, 0, width, height))
    put_on(desk, width, height, points, worn)
    found = []
    for name, shown in openings(desk, forms):
        settle()
        found += [f"{name} {fault}" for fault in at_rest(shown, settle)]
        if shown.width() > width or shown.height() > height:
            found.append(f"{name}：{shown.width()}×{shown.height()} 比屏幕大")
        shut(shown, desk)
    assert not found, "\n".join(found)


# the walker itself: each fault is made once


@pytest.fixture
def page(qtbot, styled):
    made = QWidget()
    made.resize(400, 200)
    qtbot.addWidget(made)
    return made


def test_a_cut_label_is_found(page):
    label = QLabel("专项资金与以奖代补资金合计", page)
    label.setGeometry(0, 0, 60, 20)
    page.show()
    assert any("文字被截断" in fault for fault in faults(page))
    label.setGeometry(0, 0, 390, 40)
    assert faults(page) == []


def test_a_cut_button_a_squeezed_text_and_an_overlap_are_found(page):
    button, other, text = QPushButton("批准并打印", page), QPushButton("退回", page), QLabel("很长的话。" * 20, page)
    text.setWordWrap(True)
    button.setGeometry(0, 0, 30, 30)
    other.setGeometry(20, 10, 80, 30)
    text.setGeometry(0, 100, 100, 15)
    page.show()
    found = "\n".join(faults(page))
    assert "QPushButton 批准并打印" in found and "重叠" in found and "要高" in found


def test_what_is_out_of_reach_is_found_unless_it_can_be_scrolled_to(page):
    button = QPushButton("保存", page)
    button.setGeometry(380, 0, 80, 30)
    page.show()
    assert any("够不着" in fault for fault in faults(page))
    area = QScrollArea(page)
    area.resize(300, 100)
    inner = QWidget()
    inner.resize(600, 400)
    QPushButton("保存", inner).setGeometry(500, 350, 80, 30)
    area.setWidget(inner)
    button.hide()
    area.show()
    assert not any("够不着" in fault for fault in faults(page))


def test_the_nameless_and_the_foreign_are_found(page):
    line, button = QLineEdit(page), QPushButton("Save all", page)
    line.setGeometry(0, 0, 100, 30)
    button.setGeometry(0, 50, 150, 30)
    page.show()
    found = "\n".join(faults(page))
    assert "没有无障碍名称" in found and "Save" in found


def test_a_cut_figure_is_found_where_a_cut_name_is_not(page):
    table, model = QTableView(page), QStandardItemModel(1, 2)
    table.setAccessibleName("表")
    model.setHorizontalHeaderLabels(["名", "元"])
    figure = QStandardItem("27,000,000.00")
    figure.setTextAlignment(Qt.AlignmentFlag.AlignRight)
    model.setItem(0, 0, QStandardItem("很长很长的名字" * 3))
    model.setItem(0, 1, figure)
    table.setModel(model)
    table.resize(400, 150)
    table.setColumnWidth(0, 60)
    table.setColumnWidth(1, 50)
    page.show()
    assert [fault.partition("：")[0][:8] for fault in faults(page)] == ["数字“27,00"]
