"""Drafts: what is typed anywhere is on the disk within three seconds, survives a kill, and is offered again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.records import Award, Link, Prose, Suggestion, Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.ui.screens.record_dialogs import RecordDialog, StepDialog
from haicang_desk.ui.shell.draft_list import DraftList, offer_waiting
from haicang_desk.ui.shell.drafts import PAUSE, Draft, Drafts, FormRequest, subject_of, waiting
from tests.conftest import NOW, SOUND

BLANK = Draft("甲", subject_of("project", record="p1"), "“楼道”", "2018-09-03 09:30", {"title": "写到一半"})


@pytest.fixture
def page(window):
    def show(project):
        window.go("project", getattr(project, "id", project))
        return window.current()

    return show


@pytest.fixture
def drafts(ws):
    return Drafts(ws.path)


def opened(page, kind=RecordDialog):
    return [dialog for dialog in page.findChildren(kind) if dialog.isVisible()][-1]


# the file


def test_a_draft_is_found_again_and_dropped(tmp_path):
    drafts = Drafts(tmp_path / "a.db", tmp_path)
    drafts.keep(BLANK)
    assert Drafts(tmp_path / "a.db", tmp_path).of(BLANK.subject) == [BLANK]
    assert Drafts(tmp_path / "b.db", tmp_path).all() == []
    drafts.drop("甲")
    assert drafts.all() == []
    assert list(tmp_path.glob("草稿*")) == []


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"甲": 3}', '{"甲": {"typed": []}}', '{"甲": {"typed": {}, "subject": 3}}']
)
def test_a_draft_that_cannot_be_read_is_none(tmp_path, content):
    drafts = Drafts(None, tmp_path)
    drafts._path.write_text(content, encoding="utf-8")
    assert drafts.all() == []
    drafts.keep(BLANK)
    assert drafts.of(BLANK.subject) == [BLANK]


def test_a_draft_of_an_earlier_program_is_read(tmp_path):
    drafts = Drafts(None, tmp_path)
    old = {"新建": {"at": "2018-09-03 09:30", "typed": {"title": "四点钟"}}, "p1": {"at": "", "typed": {}}}
    drafts._path.write_text(json.dumps(old), encoding="utf-8")
    first, second = drafts.all()
    assert (first.subject, first.typed, first.request) == (subject_of("project"), {"title": "四点钟"}, "")
    assert (second.subject, second.request) == (subject_of("project", record="p1"), "p1")


def test_a_full_disk_does_not_disturb_the_typing(tmp_path):
    drafts = Drafts(None, tmp_path / "没有这个文件夹")
    drafts.keep(BLANK)
    assert drafts.all() == []


# forms


def test_what_is_typed_is_on_the_disk_within_three_seconds(qtbot, page, kept, drafts):
    shown = page(kept())
    title = shown.form.cells["title"].editor.core
    title.setFocus()
    qtbot.keyClicks(title, "x")
    assert PAUSE <= 3000
    qtbot.waitUntil(lambda: bool(drafts.all()), timeout=PAUSE + 2000)
    (draft,) = drafts.all()
    assert "x" in draft.typed["title"]
    assert "x" not in draft.shown["title"]


def crash(form, keeper):
    """As after a kill: the file remembers, the form does not."""
    keeper.keep()
    keeper.release()


def test_a_draft_of_a_project_is_offered_when_it_is_opened_again(page, kept, asked, drafts):
    project = kept()
    shown = page(project)
    shown.form.cells["title"].editor.set_value("写到一半")
    crash(shown.form, shown.drafts)
    shown.form.show_record(project)
    shown.show_what(project.id)
    assert asked["log"][-1][0] == "use_draft"
    assert shown.form.raw()["title"] == "写到一半"
    assert shown.save()
    assert drafts.all() == []


def test_two_new_projects_have_a_draft_each(page, kept, asked, drafts):
    shown = page("")
    for title in ("甲项目", "乙项目"):
        asked["use_draft"] = None  # 以后再说
        shown.show_what("")
        shown.form.cells["title"].editor.set_value(title)
        crash(shown.form, shown.drafts)
    assert {draft.typed["title"] for draft in drafts.all()} == {"甲项目", "乙项目"}


def test_a_draft_refused_is_gone_and_one_left_for_later_stays(page, kept, asked, drafts):
    project = kept()
    shown = page(project)
    shown.form.cells["title"].editor.set_value("写到一半")
    crash(shown.form, shown.drafts)
    shown.form.show_record(project)
    for answer, left in ((None, 1), (False, 0)):
        asked["use_draft"] = answer
        shown.show_what(project.id)
        assert shown.form.raw()["title"] == project.title
        assert len(drafts.all()) == left


def test_a_draft_over_a_record_changed_since_says_so_and_shows_both(page, kept, asked, ws):
    project = kept()
    shown = page(project)
    shown.form.cells["title"].editor.set_value("写到一半")
    crash(shown.form, shown.drafts)
    shown.form.show_record(project)
    save(ws, [replace(project, title="别人改的", place="别处")], action="修改", person="李")
    shown.show_what(project.id)
    differences = asked["log"][-1][-1]
    assert "后来改过" in differences
    assert "项目名称：写到一半　（台账里现在是：别人改的）" in differences
    assert "实施地点：当时是 霞阳社区，台账里现在是 别处" in differences


@pytest.mark.parametrize("way", ["step", "record", "edit"])
def test_every_dialog_keeps_a_draft_and_offers_it(qtbot, page, kept, ws, click, asked, drafts, way):
    project = kept()
    shown = page(project)
    if way == "edit":
        suggestion = Suggestion(told_on=date(2018, 7, 2), village=project.village, project=project.id, text=Prose("暗"))
        (suggestion,) = save(ws, [suggestion], action="登记", person="陈")

    def open_it():
        if way == "step":
            shown.take("suggest")
        elif way == "record":
            shown.entry.add(Suggestion)
        else:
            shown.entry.edit(suggestion)
        return opened(shown)

    dialog = open_it()
    dialog.form.cells["person"].editor.core.setFocus()
    qtbot.keyClicks(dialog.form.cells["person"].editor.core, "wang")
    qtbot.waitUntil(lambda: bool(drafts.all()), timeout=PAUSE + 2000)
    dialog.drafts.release()
    dialog.hide()
    again = open_it()
    assert asked["log"][-1][0] == "use_draft"
    assert again.form.raw()["person"] == "wang"
    again.form.cells["text"].editor.set_value("太暗")
    again.form.cells["told_on"].editor.set_value(date(2018, 7, 2))
    click(again, "yes")
    assert not again.isVisible()
    assert drafts.all() == []
    assert [each.person for each in ws.casefile(project.id).suggestions] == ["wang"]


def test_a_draft_of_another_step_or_project_is_not_offered(page, kept, asked, drafts):
    first, second = kept(code="A-1"), kept(code="A-2", title="健身路径")
    shown = page(first)
    shown.take("suggest")
    dialog = opened(shown)
    dialog.form.cells["text"].editor.set_value("太暗")
    crash(dialog.form, dialog.drafts)
    dialog.hide()
    shown.take("deliberate")
    opened(shown).reject()
    page(second).take("suggest")
    assert opened(shown).form.raw()["text"] == ""
    assert "use_draft" not in [name for name, *_ in asked["log"]]


def test_giving_up_drops_the_draft(qtbot, page, kept, asked, drafts):
    shown = page(kept())
    shown.take("suggest")
    dialog = opened(shown)
    dialog.form.cells["text"].editor.set_value("太暗")
    dialog.drafts.keep()
    assert len(drafts.all()) == 1
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert asked["log"][-1][0] == "confirm"
    assert drafts.all() == []


def test_saving_and_going_on_drops_the_draft_and_begins_another(qtbot, page, kept, drafts, ws):
    shown = page(kept())
    shown.take("suggest")
    dialog = opened(shown)
    dialog.form.cells["text"].editor.set_value("太暗")
    dialog.drafts.keep()
    qtbot.keyClick(dialog, Qt.Key.Key_F12)
    assert dialog.isVisible()
    assert drafts.all() == []
    dialog.form.cells["text"].editor.set_value("太吵")
    dialog.drafts.keep()
    assert [draft.typed["text"] for draft in drafts.all()] == ["太吵"]


# at the start


def test_what_waits_is_listed_at_the_start_and_opened_from_there(qtbot, window, page, kept, asked, drafts):
    project = kept()
    shown = page(project)
    shown.take("consult")
    dialog = opened(shown, StepDialog)
    dialog.form.cells["gist"].editor.set_value("都同意")
    crash(dialog.form, dialog.drafts)
    dialog.hide()
    window.go("projects")
    offer_waiting(window)
    listed = window.findChild(DraftList)
    assert listed.isVisible()
    assert "征求意见 · 楼道照明更换" in listed.texts()[0]
    qtbot.mouseClick(listed.findChild(QPushButton, "open_0"), Qt.MouseButton.LeftButton)
    assert window.current() is shown
    assert opened(shown, StepDialog).form.raw()["gist"] == "都同意"
    assert "use_draft" not in [name for name, *_ in asked["log"]]  # it was opened for this


def test_of_a_batch_what_holds_for_all_is_listed_in_words(window, drafts):
    once = {"posted_on": "2018-08-01", "place": "村居公告栏", "objection": ""}
    typed = {"once": json.dumps(once), "rows": json.dumps({"p1": {"ticked": True}}), "key": "5f"}
    drafts.keep(Draft("乙", "成批办理/post", "成批项目公示 2 项", "2018-09-03 09:30", typed, screen="batch"))
    offer_waiting(window)
    (listed,) = window.findChild(DraftList).texts()
    assert listed == "成批项目公示 2 项　2018-09-03 09:30　2018-08-01，村居公告栏"


def test_what_waits_can_be_dropped_from_the_list(qtbot, window, kept, drafts):
    drafts.keep(replace(BLANK, screen="project", request=kept().id))
    offer_waiting(window)
    listed = window.findChild(DraftList)
    qtbot.mouseClick(listed.findChild(QPushButton, "drop_0"), Qt.MouseButton.LeftButton)
    assert drafts.all() == []
    assert not listed.isVisible()


def test_nothing_is_listed_where_nothing_waits(window, page, kept, drafts):
    shown = page(kept())
    shown.form.cells["title"].editor.set_value("写到一半")
    shown.drafts.keep()
    assert len(drafts.all()) == 1
    assert waiting(drafts) == []  # its form is open
    offer_waiting(window)
    assert window.findChild(DraftList) is None


def test_records_of_the_office_are_opened_from_their_draft(qtbot, window, asked, drafts):
    window.go("books", Award)
    screen = window.current()
    screen._add_record()
    dialog = opened(screen)
    name = next(n for n, cell in dialog.form.cells.items() if cell.editor.field.kind is str)
    dialog.form.cells[name].editor.set_value("写到一半")
    crash(dialog.form, dialog.drafts)
    dialog.hide()
    (draft,) = drafts.all()
    assert draft.what_to_show() == FormRequest(table="award")
    window.go("today")
    offer_waiting(window)
    qtbot.mouseClick(window.findChild(DraftList).findChild(QPushButton, "open_0"), Qt.MouseButton.LeftButton)
    assert window.current() is screen
    assert opened(screen).form.raw()[name] == "写到一半"


def test_the_particulars_of_the_street_keep_a_draft_too(window, asked, drafts):
    window.go("settings")
    screen = window.current()
    screen.form.cells["name"].editor.set_value("写到一半街道")
    crash(screen.form, screen.drafts)
    screen.form.show_record(window.state.workspace.street)
    screen.look()
    assert asked["log"][-1][0] == "use_draft"
    assert screen.form.raw()["name"] == "写到一半街道"
    screen.save()
    assert drafts.all() == []


def test_a_draft_whose_project_is_gone_is_told(qtbot, window, asked, drafts):
    drafts.keep(replace(BLANK, screen="project", request="没有这个"))
    offer_waiting(window)
    qtbot.mouseClick(window.findChild(DraftList).findChild(QPushButton, "open_0"), Qt.MouseButton.LeftButton)
    assert asked["log"][-1][0] == "tell"
    assert len(drafts.all()) == 1


# a kill

CHILD = """
import os, sys, time
from pathlib import Path
from datetime import datetime
from PySide6.QtWidgets import QApplication
from PySide6.QtTest import QTest
from haicang_desk.model.services import Workspace
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.main_window import MainWindow
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.screens.record_dialogs import StepDialog

app = QApplication([])
ws = Workspace.open(Path(sys.argv[1]), now=lambda: datetime(2018, 9, 3, 9))
settings = Settings(Path(sys.argv[1]).with_suffix(".ini"))
window = MainWindow(settings)
window.show()
window.take_store(AppState(ws, person="陈", settings=settings, now=lambda: datetime(2018, 9, 3, 9)))
window.go("project", sys.argv[2])
page = window.current()
page.take("suggest")
dialog = page.findChildren(StepDialog)[-1]
entry = dialog.form.cells["person"].editor.core
entry.setFocus()
QTest.keyClicks(entry, "wang")
print("typed", flush=True)
while True:
    QTest.qWait(50)
"""


def test_a_draft_survives_a_kill(tmp_path, own_folder):
    store = tmp_path / "台账.db"
    first = Workspace.create(store, street="新阳街道", year=2018, actor="陈", now=lambda: NOW)
    (village,) = save(first, [Village(name="霞阳社区", code="XYSQ")], action="登记", person="陈")
    (project,) = save(first, [replace(SOUND, village=Link(village.id))], action="新建", person="陈")
    first.close()
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(store), project.id], stdout=subprocess.PIPE, env=env, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "typed"
        time.sleep(3.5)
        assert child.poll() is None
    finally:
        child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        child.wait(20)
        if child.stdout is not None:
            child.stdout.close()
    (draft,) = Drafts(store).all()
    assert draft.typed["person"] == "wang"
    assert draft.what == "“登记意见 · 楼道照明更换”"
    assert draft.what_to_show() == FormRequest(project=project.id, step="suggest", table="suggestion")
    again = Workspace.open(store)
    assert again.casefile(project.id).suggestions == ()
    again.close()
