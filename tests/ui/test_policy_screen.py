"""政策依据: the text by clause, what rests on it, and the figures of a later year in a form."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from haicang_desk.model.findings import Clause
from haicang_desk.model.policy import PolicyClause, PolicyParagraph, policy_for
from haicang_desk.model.records import Category, Regulation
from haicang_desk.model.values import Money
from haicang_desk.paths import policy_folder
from haicang_desk.ui.screens.rule_set_dialog import RuleSetDialog
from haicang_desk.ui.widgets.policy_reader import PolicyReader


@pytest.fixture
def screen(window):
    window.go("policy")
    return window.current()


def words_in(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def selected(screen):
    return screen.reader.currentItem().data(Qt.ItemDataRole.UserRole)


@pytest.fixture
def dialog(screen, click):
    if not screen.findChild(QPushButton, "edit_parameters").isVisible():
        screen.edit_parameters()
    else:
        click(screen, "edit_parameters")
    (opened,) = screen.findChildren(RuleSetDialog)
    return opened


def type_in(qtbot, editor, text):
    """As an input method gives it: keys alone cannot type 汉字."""
    qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    given = QInputMethodEvent()
    given.setCommitString(text)
    QApplication.sendEvent(editor, given)


def test_it_says_what_the_document_is_and_where_it_is_kept(window, click, asked, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    window.go("policy")
    screen = window.current()
    said = screen._number.text()
    assert "XM0401-21-00-2018-005" in said and "2018年7月13日" in said and "不是规范性文件" in said
    click(screen, "original")
    assert "存为" in asked["log"][-1][2] and str(policy_folder()) in asked["log"][-1][2]
    opened = []
    monkeypatch.setattr("haicang_desk.ui.screens.policy.QDesktopServices.openUrl", opened.append)
    policy_folder().mkdir(parents=True)
    (policy_folder() / "厦海政办〔2018〕63号.pdf").write_bytes(b"%PDF")
    click(screen, "original")
    assert [url.fileName() for url in opened] == ["厦海政办〔2018〕63号.pdf"]


@pytest.mark.parametrize("what", ["C061", "三(一)¶9", Clause("厦海政办〔2018〕63号", "三(一)¶9")])
def test_it_opens_at_a_clause(qtbot, window, what):
    window.go("policy", what)
    screen = window.current()
    assert selected(screen).place == "三(一)¶9"
    qtbot.waitUntil(lambda: "三（一）第9段" in words_in(screen.panel))
    said = words_in(screen.panel)
    assert "三（一）第9段" in said and "C057–C062" in said
    assert "工程、货物类财政资金占比上限" in said and "60%" in said and "R03" in said


def test_arrows_go_from_paragraph_to_paragraph(qtbot, screen):
    before = selected(screen)
    qtbot.keyClick(screen.reader, Qt.Key.Key_Down)
    assert selected(screen) is not before
    where = str(Clause("", selected(screen).place))
    qtbot.waitUntil(lambda: where in words_in(screen.panel))


def test_what_rules_find_now_stands_at_its_clause_and_leads_to_the_project(qtbot, window, kept, state):
    project = kept(category=Category.SERVICE, special=Money(21_000_000), donated_cash=Money(0))
    window.go("policy", "三(三)¶2")
    screen = window.current()
    qtbot.waitUntil(lambda: "楼道照明更换" in words_in(screen.panel))
    seen = [state.workspace.get(type(project), each).title for each in (project.id,)]
    assert seen[0] in words_in(screen.panel)
    qtbot.waitUntil(lambda: state.findings_ready and not screen._panel_due.isActive())
    qtbot.wait(50)  # until the cards have their places
    (button,) = [each for each in screen.panel.findChildren(QPushButton, "see_projects") if each.isVisible()]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.current().objectName() == "projects"
    assert window.current().table.rows.rowCount() == 1


@pytest.mark.parametrize(
    ("words", "place"), [("以奖代补", "五(三)¶2"), ("yjdb", "五(三)¶2"), ("R12", "三(四)¶6"), ("C140", "五(一)¶3")]
)
def test_it_is_searched_by_characters_pinyin_rule_and_clause(qtbot, screen, words, place):
    type_in(qtbot, screen.words, words)
    qtbot.keyClick(screen.words, Qt.Key.Key_Return)
    assert place in screen._holding(words)
    places = set()
    for _ in range(9):
        places.add(selected(screen).place)
        qtbot.keyClick(screen.words, Qt.Key.Key_Return)
    assert place in places


def test_a_later_years_figures_are_checked_and_faults_stand_under_their_fields(qtbot, dialog, own_folder):
    type_in(qtbot, dialog.values["cap_service"], "很多")
    qtbot.waitUntil(lambda: not dialog.findChild(QLabel, "cap_service_fault").isHidden())
    assert "应填金额" in dialog.findChild(QLabel, "cap_service_fault").text()
    qtbot.mouseClick(dialog.findChild(QPushButton, "enact"), Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert "有 2 处要改正" in dialog.summary.text()
    assert not policy_folder().exists()


def test_a_later_years_figures_come_into_force_by_keys(qtbot, dialog, window, ws, own_folder):
    year = dialog.year.value()
    type_in(qtbot, dialog.heads["number"], "厦海政办〔2019〕5号")
    type_in(qtbot, dialog.values["cap_service"], "25万")
    qtbot.waitUntil(lambda: "与现在不同的有 1 项" in dialog.summary.text())
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert policy_for(year).money("cap_service") == Money(25_000_000)
    assert policy_for(2018).money("cap_service") == Money(20_000_000)
    assert [each.number for each in ws.all(Regulation)] == ["厦海政办〔2019〕5号"]
    assert f"自 {year} 年度起的参数已经起用" in window.status.currentMessage()
    screen = window.current()
    screen.edit_parameters()
    again = screen.findChildren(RuleSetDialog)[-1]
    assert again.typed("cap_service") == "250,000.00"
    assert "会改名留存" in again.summary.text()


def test_where_the_year_has_projects_it_is_asked_first(qtbot, screen, kept, asked, ws, own_folder):
    asked["confirm"] = False
    kept(fund_year=2019)
    screen.edit_parameters()
    dialog = screen.findChildren(RuleSetDialog)[-1]
    dialog.year.setValue(2019)
    type_in(qtbot, dialog.heads["number"], "厦海政办〔2019〕5号")
    qtbot.mouseClick(dialog.findChild(QPushButton, "enact"), Qt.MouseButton.LeftButton)
    assert "2019 年度已有 1 个项目" in asked["log"][-1][2]
    assert not policy_folder().exists() and not ws.all(Regulation)
    assert dialog.isVisible()


def test_a_narrow_window_has_the_clause_below_the_text(window, screen, qtbot):
    window.resize(1600, 800)
    qtbot.waitUntil(lambda: screen.split.orientation() is Qt.Orientation.Horizontal)
    window.resize(420, 500)
    qtbot.waitUntil(lambda: screen.split.orientation() is Qt.Orientation.Vertical)


def test_what_was_typed_of_a_later_year_is_kept_and_offered(qtbot, dialog, screen, asked, own_folder):
    type_in(qtbot, dialog.values["cap_service"], "25万")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    screen.edit_parameters()
    again = screen.findChildren(RuleSetDialog)[-1]
    assert asked["log"][-1][0] == "use_draft"
    assert again.typed("cap_service") == "25万"
    type_in(qtbot, again.heads["number"], "厦海政办〔2019〕5号")
    qtbot.mouseClick(again.findChild(QPushButton, "enact"), Qt.MouseButton.LeftButton)
    asked["log"].clear()
    screen.edit_parameters()
    assert not [said for said in asked["log"] if said[0] == "use_draft"]  # it was saved


def test_paragraphs_of_one_place_are_each_as_high_as_their_own_text(qtbot):
    reader = PolicyReader()
    qtbot.addWidget(reader)
    reader.resize(400, 300)
    texts = ("短", "长" * 200)
    reader.show_paragraphs([PolicyParagraph("附件", 0, (PolicyClause("", "附件", text),)) for text in texts])
    assert reader.sizeHintForRow(1) > 2 * reader.sizeHintForRow(0)
    narrow = reader.sizeHintForRow(1)
    reader.resize(800, 300)
    reader.show()
    assert reader.sizeHintForRow(1) < narrow
