"""Before a notice is printed: what may be personal is asked about, and the answers are kept with the issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from haicang_desk.model.documents import Question, prepare
from haicang_desk.model.records import Disclosure, Prose
from haicang_desk.model.services import save
from haicang_desk.ui.screens.submission import save_batch
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.widgets.passage_dialog import PassageDialog

UNCLEAR = "由热心居民陈大勇带头，联系13800008000。"


def question(**changes):
    given = {
        "project": "p",
        "place": "建设服务内容",
        "text": UNCLEAR,
        "found": "陈大勇",
        "kind": "姓名",
        "masked": "陈*",
    }
    return Question(**given | changes)


@pytest.fixture
def batch(ws, ready):
    project = save(ws, [replace(ready(), works=Prose(UNCLEAR))], action="改", person="陈")[0]
    return prepare(ws, "project-notice", project=project.code, as_of=date(2018, 9, 1))


def saved(ws, window, batch, folder, qtbot):
    save_batch(window.current(), batch, folder)
    qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


def test_a_notice_is_asked_about_and_the_answer_is_saved(ws, window, batch, tmp_path, monkeypatch, qtbot):
    met = []

    def answer(_, questions):
        met.extend(each.found for each in questions)
        return [each.answered(printed=False) for each in questions]

    monkeypatch.setattr(prompts, "ask_about_passages", answer)
    window.go("papers")
    assert len(saved(ws, window, batch, tmp_path / "公示", qtbot)) == 1
    assert met == ["陈大勇"]
    assert [(each.passage, each.printed) for each in ws.all(Disclosure)] == [("陈大勇", False)]


def test_who_goes_back_to_mend_the_text_prints_nothing(ws, window, batch, tmp_path, monkeypatch, qtbot):
    monkeypatch.setattr(prompts, "ask_about_passages", lambda *_: None)
    window.go("papers")
    assert saved(ws, window, batch, tmp_path / "公示", qtbot) == [] and ws.all(Disclosure) == []


@pytest.fixture
def dialog(window):
    dialog = PassageDialog(window, [question(), question(found="1234567", kind="号码", masked="＊＊＊")])
    yield dialog
    dialog.deleteLater()


def test_each_passage_stands_in_its_sentence_and_is_masked_unless_somebody_says_otherwise(dialog):
    assert "“建设服务内容”里可能有个人信息：“陈大勇”（姓名）" in "".join(
        label.text() for label in dialog.findChildren(type(dialog.cards[0].fault))
    )
    assert dialog.cards[0].masked.text() == "遮去，印作“陈*”"
    dialog._give()
    assert [each.printed for each in dialog.decisions] == [False, False]


def test_printing_it_as_it_is_needs_a_reason(dialog):
    dialog.cards[1].printed.setChecked(True)
    dialog._give()
    assert dialog.decisions == [] and dialog.cards[1].fault.text() == "请写明照印的理由"
    dialog.cards[1].reason.setText("本人书面同意")
    dialog._give()
    assert [(each.printed, each.reason) for each in dialog.decisions] == [(False, ""), (True, "本人书面同意")]


def test_escape_goes_back(window):
    QTimer.singleShot(0, lambda: QApplication.activeModalWidget().reject())
    assert prompts.ask_about_passages(window, [question()]) is None
