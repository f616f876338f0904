"""The manual in the window: F1 opens the chapter of the screen, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from haicang_desk import ui
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.shell.help import HelpWindow, chapters, sections
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS
from tests.ui.looks import faults


def test_every_screen_has_a_chapter_that_exists():
    known = {path.stem for path in chapters()}
    assert {place.name for place in NAVIGATION_ITEMS if place.chapter not in known} == set()
    assert len(known) == 12


def test_what_the_manual_names_is_in_the_window():
    """Names of buttons, menus and screens stand in 【】, those of documents in 《》."""
    code = "\n".join(path.read_text("utf-8") for path in Path(ui.__file__).parent.rglob("*.py"))
    code += "\n".join(step.label for step in STEPS.values())
    said = re.sub(r"\(&\w\)", "", code)
    papers = {paper.title for paper in DOCUMENTS.values()} | {"厦门市海沧区实施“社会+”民生微实事工作方案"}
    for path in chapters():
        text = path.read_text("utf-8")
        assert [name for name in re.findall(r"【(.+?)】", text) if name not in said] == [], path.name
        assert [name for name in re.findall(r"《(.+?)》", text) if name not in papers] == [], path.name


@pytest.mark.parametrize(("screen", "chapter"), [("payments", "05-拨付与决算"), ("exchange", "02-录入与导入")])
def test_f1_opens_the_chapter_of_the_screen(qtbot, window, screen, chapter):
    window.go(screen)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    help_window = window.findChild(HelpWindow)
    assert help_window is not None and help_window.isVisible()
    assert help_window._chapter == chapter
    assert chapter.partition("-")[2] in help_window.text.toPlainText()


@pytest.mark.parametrize("word", ["草稿", "caogao", "cg", "断电"])
def test_the_manual_is_searched_in_every_way(qtbot, window, word):
    window.show_help()
    help_window = window.findChild(HelpWindow)
    help_window.line.setText("")
    if word.isascii():
        QTest.keyClicks(help_window.line, word)
    else:
        help_window.line.setText(word)
    found = help_window._listed()
    assert 0 < len(found) < len(sections())
    help_window.line.setText("zzqqzz")
    assert help_window._none.isVisible() and not help_window._listed()


def test_a_section_is_brought_to_the_top(qtbot, styled, window):
    window.show_help("02-录入与导入")
    help_window = window.findChild(HelpWindow)
    help_window.resize(700, 300)
    rows = [number for number, each in enumerate(help_window._listed()) if each.heading == "读入表格"]
    help_window.list.setCurrentRow(rows[0])
    assert help_window.text.verticalScrollBar().value() > 0
    assert help_window.text.textCursor().block().text() == "读入表格"
    assert faults(help_window) == []
