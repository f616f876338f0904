"""Fixtures of the window: an application in its own clothes, the state of a copied store, and answers to questions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from haicang_desk.model.records import (
    Consulted,
    Deliberation,
    Link,
    Notice,
    NoticeKind,
    Opinion,
    Project,
    Suggestion,
    Village,
)
from haicang_desk.model.services import Workspace, save
from haicang_desk.ui.shell import chinese, prompts, theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.main_window import MainWindow
from haicang_desk.ui.shell.settings import Settings
from tests.conftest import NOW, SOUND

# Where there is no screen, Qt would end the whole process.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application in Chinese. Its looks come on only where a test looks: they double the time of every screen."""
    chinese.install_translations(qapp)
    return qapp


@pytest.fixture(scope="module")
def styled(dressed: QApplication) -> Iterator[QApplication]:
    """The application as a person sees it."""
    theme.apply_theme(dressed, theme.USUAL, theme.add_fonts())
    yield dressed
    dressed.setStyleSheet("")


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def state(dressed: QApplication, ws: Workspace, own_folder: Any) -> Iterator[AppState]:
    state = AppState(ws, person="陈", settings=Settings(own_folder / "窗口.ini"), now=lambda: NOW)
    yield state
    state.let_go()


@pytest.fixture
def window(dressed: QApplication, state: AppState) -> Iterator[MainWindow]:
    """The main window on a small store, shown; deleted at once, since what waits for deletion slows every style."""
    window = MainWindow(state.settings)
    window.show()
    window.take_store(state)
    yield window
    window.drop_store()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stands in for every modal question: what it answers, under ``log`` what was asked, and what was said by name."""
    answers: dict[str, Any] = {"log": []}
    usual = {
        "tell": None,
        "confirm": True,
        "try_again": False,
        "without_backup": False,
        "leave_unsaved": prompts.STAY,
        "use_draft": True,
        "ask_place": "",
        "ask_reason": "重复登记",
        "ask_person": None,
        "pick_one": None,
        "pick_open": None,
        "pick_files": [],
        "pick_save": None,
        "pick_folder": None,
        "pick_printer": None,
    }
    for name, answer in usual.items():

        def stand_in(*said: Any, _name: str = name, _usual: Any = answer, **more: Any) -> Any:
            answers["log"].append((_name, *said[1:]))
            answers.update(more)
            return answers.get(_name, _usual)

        monkeypatch.setattr(prompts, name, stand_in)
    return answers


@pytest.fixture
def click(qtbot: Any) -> Callable[[QWidget, str], None]:
    """A real click on the button of this name under a widget."""

    def press(parent: QWidget, name: str) -> None:
        button = parent.findChild(QPushButton, name)
        assert button is not None, f"no button {name}"
        assert button.isVisibleTo(parent), f"{name} is hidden"
        assert button.isEnabled(), f"{name} is off"
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    return press


@pytest.fixture
def ready(ws: Workspace, village: Village) -> Callable[..., Project]:
    """A draft with everything done that must come before its filing; keywords make it less sound."""

    def make(**unlike: Any) -> Project:
        draft = replace(SOUND, **{"village": Link(village.id), "valuation_basis": "", **unlike})
        (project,) = save(ws, [draft], action="新建", person="陈")
        before: list[Any] = [
            Suggestion(told_on=date(2018, 7, 2), village=Link(village.id), project=Link(project.id), text="太暗"),
            Deliberation(
                held_on=date(2018, 7, 9),
                village=Link(village.id),
                project=Link(project.id),
                meeting="协商会",
                present=9,
            ),
            Notice(
                kind=NoticeKind.PROJECT,
                project=Link(project.id),
                village=Link(village.id),
                fund_year=2018,
                posted_on=date(2018, 8, 1),
                ends_on=date(2018, 8, 8),
                place="公告栏",
                shown_total=project.special + project.donated_cash + project.self_raised,
                shown_place=project.place,
                shown_works=project.works,
            ),
        ]
        before += [
            Opinion(project=Link(project.id), consulted=group, sought_on=date(2018, 8, 2), people=9, agreed=9)
            for group in Consulted
        ]
        save(ws, before, action="前期", person="陈")
        return project

    return make
