"""Documents of a store in a file: previews and figures are read beside the window while it goes on writing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.records import Project
from haicang_desk.model.services import save, void
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.main_window import MainWindow
from haicang_desk.ui.shell.settings import Settings
from tests.model.street import NOW, built

FORM = "application-form"


@pytest.fixture
def street(tmp_path):
    with built(tmp_path / "台账.db") as ws:
        yield ws


@pytest.fixture
def screen(qtbot, dressed, street, own_folder):
    settings = Settings(own_folder / "窗口.ini")
    state = AppState(street, person="陈", settings=settings, now=lambda: NOW)
    window = MainWindow(settings)
    window.show()
    window.take_store(state)
    window.go("papers")
    yield window.current()
    window.drop_store()
    window.close()
    window.deleteLater()


@pytest.fixture
def rest(qtbot, screen):
    def wait():
        qtbot.waitUntil(
            lambda: not (screen.preview.waiting or screen.state.jobs.busy or screen.keeper.busy), timeout=30_000
        )

    return wait


def test_the_worker_makes_preview_and_figures_and_both_follow_a_change(screen, street, rest):
    screen._pick_kind(FORM)
    rest()
    before = screen.view._pages[0]
    assert screen.keeper.counts(DOCUMENTS[FORM]).ready == 3
    draft = street.all(Project)[2]
    void(street, draft, reason="重复", person="陈")
    rest()
    assert screen.keeper.counts(DOCUMENTS[FORM]).ready == 2
    save(street, [replace(street.street, name="别的街道")], action="改名", person="陈")
    assert screen.view.stale
    rest()
    assert screen.view._pages[0] != before


@pytest.mark.parametrize("name", ["project-list", "filing-register", "workflow-chart", "dossier"])
def test_documents_of_villages_of_the_street_and_the_dossier_are_previewed_too(screen, rest, name):
    screen._pick_kind(name)
    rest()
    assert len(screen.view._pages) >= 1


def test_the_window_goes_on_writing_while_the_worker_reads(qtbot, screen, street, rest):
    project = street.all(Project)[2]
    for number in range(12):
        project = replace(project, principal=f"负责人{number}")
        save(street, [project], action="改", person="陈")
        screen.keeper.forget()
        screen.keeper.read()
        qtbot.wait(15)
    rest()
    assert street.get(Project, project.id).principal == "负责人11"
    assert screen.keeper.ready


def test_a_store_is_closed_while_something_is_read(screen, street):
    screen.keeper.forget()
    screen.keeper.read()
    screen._pick_kind("dossier")
    screen.preview.make()
