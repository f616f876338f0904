"""Every screen as a person meets it: Chinese throughout, named for those who cannot see, walked through by keys."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QTabWidget,
    QWidget,
)

from haicang_desk.model.records import RECORDS, Category, Stage
from haicang_desk.model.services import take_step
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.screens.record_dialogs import StepDialog
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.first_run import FirstRunGuide
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.head_row import HeadButton, HeadRow
from haicang_desk.ui.widgets.layouts import RememberedSplitter
from haicang_desk.ui.widgets.share_bars import Share, ShareBar
from tests.ui.looks import english


def texts(widget):
    """Everything a widget itself says."""
    said = [widget.toolTip(), widget.windowTitle()]
    if isinstance(widget, QLabel | QAbstractButton):
        said.append(widget.text())
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        said.append(widget.placeholderText())
    if isinstance(widget, QGroupBox):
        said.append(widget.title())
    if isinstance(widget, QComboBox):
        said += [widget.itemText(n) for n in range(widget.count())]
    if isinstance(widget, QTabWidget):
        said += [widget.tabText(n) for n in range(widget.count())]
    if isinstance(widget, QTableView):
        model = widget.model()
        said += [str(model.headerData(n, Qt.Orientation.Horizontal) or "") for n in range(model.columnCount())]
        for row in range(min(model.rowCount(), 30)):
            said += [str(model.index(row, n).data() or "") for n in range(model.columnCount())]
    return [text for text in said if text]


def everything(parent):
    return [parent, *parent.findChildren(QWidget)]


def nameless(parent):
    """What takes entries and does not say which."""
    inputs = (QLineEdit, QPlainTextEdit, QComboBox, QTabWidget)
    found = []
    for widget in everything(parent):
        inner = isinstance(widget.parent(), QComboBox) or widget.objectName().startswith("qt_")
        if isinstance(widget, inputs) and not inner and not widget.accessibleName():
            found.append(widget)
        if isinstance(widget, QAbstractButton) and not widget.accessibleName() and not widget.text() and not inner:
            found.append(widget)
    return found


@pytest.fixture
def year(ws, ready, kept):
    """A store with a project of each of several stages."""
    paid = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    for name, on in (("submit", date(2018, 9, 1)), ("approve", date(2018, 9, 1)), ("lodge", date(2018, 9, 2))):
        take_step(ws, paid.id, name, on=on, person="陈", answers={})
    take_step(
        ws, paid.id, "disburse", on=date(2018, 9, 3), person="陈", answers={"amount": Money(100), "voucher": "记-1"}
    )
    kept(title="排水沟清淤", code="XYJD-XYSQ-2018-02", special=Money(9_000_000))
    return paid


@pytest.fixture
def visit(styled, window, year):
    def go(name):
        window.go(name, year.id if name == "project" else None)
        return window.current()

    return go


@pytest.mark.parametrize("name", [place.name for place in NAVIGATION_ITEMS])
def test_a_screen_is_chinese_and_named(qtbot, visit, window, name):
    screen = visit(name)
    qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)
    assert {text: english(text) for widget in everything(screen) for text in texts(widget) if english(text)} == {}
    assert [repr(widget) for widget in nameless(screen)] == []


def test_enter_presses_the_button_that_has_the_keyboard(qtbot, visit, window):
    screen = visit("projects")
    button = QPushButton("试一下", screen)
    button.show()
    button.setFocus()
    with qtbot.waitSignal(button.clicked, timeout=1000):
        qtbot.keyClick(button, Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_menus_and_status_bar_are_chinese(visit, window):
    actions = [action.text() for action in window.findChildren(QAction) if action.text()]
    assert len(actions) > 20
    assert {text: english(text) for text in actions if english(text)} == {}
    said = [text for widget in everything(window.status) for text in texts(widget)]
    assert {text: english(text) for text in said if english(text)} == {}
    keys = [key.toString() for action in window.findChildren(QAction) for key in action.shortcuts()]
    assert len(keys) == len(set(keys)), "two actions on one key"


def test_every_tab_of_the_project_page_is_chinese_and_named(visit):
    page = visit("project")
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
        assert {text: english(text) for w in everything(page) for text in texts(w) if english(text)} == {}
        assert [repr(widget) for widget in nameless(page)] == []


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.table)
def test_every_record_has_a_form_in_chinese(qtbot, dressed, ws, cls):
    form = RecordForm(cls, Choices(ws))
    qtbot.addWidget(form)
    form.show_record(cls())
    assert {text: english(text) for w in everything(form) for text in texts(w) if english(text)} == {}
    assert [repr(widget) for widget in nameless(form)] == []
    assert set(form.cells) == {name for name, said in cls.fields.items() if not said.fixed}


@pytest.mark.parametrize("name", [name for name, step in STEPS.items() if Stage.DRAFT in step.stages])
def test_the_form_of_a_step_is_chinese_and_walked_in_order(qtbot, window, kept, state, name):
    case = state.workspace.casefile(kept().id)
    dialog = StepDialog(window, state.workspace, case, STEPS[name], on=state.today(), person="陈")
    qtbot.addWidget(dialog)
    dialog.show()
    assert {text: english(text) for w in everything(dialog) for text in texts(w) if english(text)} == {}
    assert list(dialog.form.cells) == [n for n in (STEPS[name].date_field, *STEPS[name].fields) if n]


@pytest.mark.parametrize("width", [700, 1500])
def test_tab_goes_in_the_order_seen(qtbot, dressed, ws, width):
    from haicang_desk.model.records import Project

    form = RecordForm(Project, Choices(ws))
    qtbot.addWidget(form)
    form.resize(width, 900)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    cells = list(form.cells.values())
    cells[0].editor.core.setFocus()
    for cell in cells[1:]:
        form.focusNextPrevChild(True)
        assert cell.editor.core.hasFocus(), cell.editor.field.label
    seen = [(cell.mapTo(form, cell.rect().topLeft()).y(), cell.x()) for cell in cells]  # by line, then from the left
    assert seen == sorted(seen)


def test_the_two_columns_come_with_the_room(qtbot, styled, ws):
    from haicang_desk.model.records import Project

    form = RecordForm(Project, Choices(ws))
    qtbot.addWidget(form)
    form.resize(600, 900)
    form.show()
    year, village = form.cells["fund_year"], form.cells["village"]
    assert year.x() == village.x()
    form.resize(1600, 900)
    form.layout().activate()
    assert year.x() != village.x()


def test_mnemonics_of_a_screen_clash_neither_with_each_other_nor_with_the_menus(visit, window):
    menus = [action.text()[-2] for action in window.menuBar().actions()]
    for place in NAVIGATION_ITEMS:
        screen = visit(place.name)
        letters = menus + [
            found[1]
            for button in screen.findChildren(QAbstractButton)
            if button.isVisibleTo(screen) and (found := re.search(r"\(&(\w)\)", button.text()))
        ]
        assert len(letters) == len(set(letters)), f"{place.label}: {letters}"


@pytest.mark.slow
@pytest.mark.parametrize("points", [9, 15, 20])
def test_no_button_is_cut_at_any_size_of_type(styled, visit, window, points):
    from haicang_desk.ui.shell import theme

    theme.apply_type_size(styled, points)
    try:
        for name in ("today", "projects", "villages", "project"):
            screen = visit(name)
            for button in screen.findChildren(QAbstractButton):
                if button.isVisibleTo(screen) and button.text() and not isinstance(button, QCheckBox):
                    wide = button.fontMetrics().horizontalAdvance(re.sub(r"&", "", button.text()))
                    assert button.sizeHint().width() >= wide, button.text()
    finally:
        theme.apply_type_size(styled, theme.USUAL)


@pytest.mark.slow
def test_large_type_does_not_make_the_window_wider_than_a_small_screen(styled, visit, window):
    from haicang_desk.ui.shell import theme

    window.resize(1280, 700)
    theme.apply_type_size(styled, theme.LARGEST)
    try:
        for place in NAVIGATION_ITEMS:
            visit(place.name)
            styled.processEvents()
        assert (window.width(), window.height()) == (1280, 700)
    finally:
        theme.apply_type_size(styled, theme.USUAL)


@pytest.mark.parametrize("name", ["papers", "journal", "books"])
def test_what_was_dragged_apart_stands_so_the_next_time(qtbot, visit, window, state, name):
    window.resize(1600, 900)
    visit(name)
    qtbot.wait(20)
    split = window.current().findChild(RememberedSplitter)
    before = split.sizes()
    split.moveSplitter(before[0] - 40, 1)
    moved = split.sizes()
    assert moved != before
    window.take_store(state)
    visit(name)
    qtbot.wait(20)
    assert window.current().findChild(RememberedSplitter).sizes() == moved


@pytest.mark.parametrize("room", [60, 120, 300])
def test_the_label_of_a_share_gives_way_to_its_figures(qtbot, styled, room):
    bar = ShareBar()
    qtbot.addWidget(bar)
    bar.show_share(Share("服务类项目数", 32, 58, Fraction(2, 5), figures="32/58"))
    bar.resize(room, bar.sizeHint().height())
    wide = bar.fontMetrics().horizontalAdvance
    told = bar._fitting_text(room - wide("服务类项目数"))
    assert wide(bar._fitting_label(room - wide(told))) + wide(told) <= max(room, wide(told))


def test_a_long_name_gives_way_and_is_told_in_full(visit, window, kept):
    long = "名称特别长" * 20
    project = kept(title=long, code="A-9")
    window.resize(1280, 800)
    window.go("project", project.id)
    page = window.current()
    assert page.minimumSizeHint().width() < 1100
    assert page.heading.text() == page.heading.toolTip() == long
    assert page.heading.minimumSizeHint().width() > 6 * page.heading.fontMetrics().horizontalAdvance("国")
    assert page.note.isVisible() and page.note.width() >= page.note.sizeHint().width()


def test_the_guide_is_chinese_and_has_at_most_five_steps(qtbot, dressed):
    parent = QWidget()
    qtbot.addWidget(parent)
    guide = FirstRunGuide(parent, date(2018, 9, 3), "陈")
    guide.show()
    assert len(guide.pages) <= 5
    guide.street.street.setText("新阳街道")
    for step in range(5):
        assert guide.step == step
        assert {text: english(text) for w in everything(guide) for text in texts(w) if english(text)} == {}
        assert nameless(guide) == []
        guide.office.place.setText("没有这个文件")
        guide.go_on() if step < 4 else None


@pytest.mark.parametrize("room", [320, 480, 700, 1100])
def test_buttons_that_have_no_room_are_in_the_menu_of_the_head(qtbot, styled, room):
    done = []
    head = HeadRow("一个名称很长很长很长很长很长很长的项目")
    qtbot.addWidget(head)
    for rank, label in enumerate(("保存(&S)", "打印(&P)", "复制为新项目(&D)", "试算批准(&W)")):
        button = head.add_button(label, role="primary" if rank == 0 else "", name=label[:2], icon="save", rank=rank)
        button.clicked.connect(lambda _=False, label=label: done.append(label))
    head.resize(room, head.sizeHint().height())
    head.show()
    qtbot.wait(1)
    shown = [button for button in head.findChildren(HeadButton) if button.isVisible()]
    assert all(button.geometry().right() <= head.width() for button in shown)
    assert [button.objectName() for button in shown][:1] == ["保存"]
    head.more.menu().aboutToShow.emit()
    folded = head.more.menu().actions()
    assert len(shown) + len(folded) == 4
    assert head.more.isVisible() is bool(folded)
    for action in folded:
        action.trigger()
    assert done == [action.text() for action in folded]
    head.findChild(HeadButton, "打印").hide()  # by its owner
    head.more.menu().aboutToShow.emit()
    assert "打印(&P)" not in [action.text() for action in head.more.menu().actions()]


def test_a_click_on_the_screen_of_a_page_leads_from_the_page_back_to_it(qtbot, window, kept):
    window.go("project", kept().id)
    nav = window.nav
    at = nav.visualItemRect(nav.currentItem()).center()
    assert nav.currentItem().text() == "项目"
    qtbot.mouseClick(nav.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert window.current().objectName() == "projects"
    qtbot.mouseClick(nav.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert window.current().objectName() == "projects"
