"""The two hands of a clerk: one works with keys alone, the other with the mouse alone; both do the same things.

A hand touches what is on the screen: its events go to the widget that has the keyboard, or to the one under the
pointer, and what is hidden, off, or covered by something else is no help. Words are typed with keys by both, for nobody
clicks a word together, and are counted apart from the keys that work the window. Chinese comes as an input method
brings it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import shiboken6
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QListWidget,
    QMainWindow,
    QMenu,
    QMenuBar,
    QScrollArea,
    QTableView,
    QTabWidget,
    QWidget,
)

from haicang_desk.ui.widgets.head_row import HeadButton
from tests.ui.looks import english

NONE, CTRL, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
ENTER, LEFT = Qt.Key.Key_Return, Qt.MouseButton.LeftButton
FAR = 90  # presses of Tab after which a widget is out of reach
PATIENCE = 30.0  # seconds


def wait_until(holds: Callable[[], object], what: str = "") -> None:
    """Let the window work until something holds."""
    until = time.monotonic() + PATIENCE
    while not holds():
        QApplication.processEvents()
        assert time.monotonic() < until, f"waited in vain: {what or holds}"
        time.sleep(0.002)


def focus() -> QWidget:
    """The widget that has the keyboard, once a window that was opened has it."""
    window = top()
    return QApplication.activePopupWidget() or QApplication.focusWidget() or window


def top() -> QWidget:
    """The window or dialog that is worked in. Where one was closed, the system gives the keyboard to the one below."""
    QApplication.processEvents()
    if not isinstance(QApplication.activeWindow(), QMainWindow | QDialog):
        windows = (each for each in QApplication.topLevelWidgets() if isinstance(each, QMainWindow | QDialog))
        below = [each for each in windows if each.isVisible()]
        modal = [each for each in below if each.isModal()]
        (modal or below)[-1].activateWindow()
        wait_until(lambda: isinstance(QApplication.activeWindow(), QMainWindow | QDialog), "a window")
    found = QApplication.activeModalWidget() or QApplication.activeWindow()
    assert found is not None, "no window is active"
    return found


def shown(kind: type[Any], name: str, within: QWidget | None = None) -> Any:
    """The widget of this kind that is in sight under this accessible or object name."""
    named = [
        widget
        for widget in (within or top()).findChildren(kind)
        if name in (widget.accessibleName(), widget.objectName()) and widget.isVisible()
    ]
    assert len(named) == 1, f"{len(named)} widgets “{name}” in sight: {words_of(top())}"
    return named[0]


def words_of(window: QWidget) -> list[str]:
    """The buttons that are in sight, for what a test tells."""
    return [button.text() for button in window.findChildren(QAbstractButton) if button.isVisible() and button.text()]


def first_of(sequence: Any) -> Any:
    """The first keys of a sequence, which Qt's types do not know to be one."""
    return sequence[0]


class Hand:
    """What both hands have in common. ``strokes``: keys beside words, or clicks."""

    name = ""

    def __init__(self) -> None:
        self.strokes = 0

    def write(self, text: str) -> None:
        """Words into what has the keyboard."""
        for part in re.findall(r"[ -~]+|[^ -~]+", text):
            if part.isascii():
                for letter in part:  # the first one may open an entry that takes the others
                    QTest.keyClicks(focus(), letter)
            else:
                QApplication.sendEvent(focus(), QInputMethodEvent("pinyin", []))
                chosen = QInputMethodEvent()
                chosen.setCommitString(part)
                QApplication.sendEvent(focus(), chosen)

    def fill(self, name: str, text: str) -> None:
        """Words into the entry of this name, instead of what it holds."""
        raise NotImplementedError

    def press(self, name: str) -> None:
        """The button of this name."""
        raise NotImplementedError


class Keys(Hand):
    """Works with keys alone: mnemonics, shortcuts, Tab and the arrows."""

    name = "keys"

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """One key, to what has the keyboard."""
        self.strokes += 1
        QTest.keyClick(focus(), key, modifier)

    def shortcut(self, text: str) -> None:
        """The keys of a shortcut, such as Ctrl+7."""
        combination = first_of(QKeySequence(text))
        self.key(combination.key(), combination.keyboardModifiers())

    def stand_on(self, widget: QWidget) -> None:
        """Tab to a widget."""
        for _ in range(FAR):
            here = focus()
            if here is widget or here.focusProxy() is widget or widget.focusProxy() is here:
                return
            self.key(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {widget.objectName() or widget.accessibleName()}")

    def fill(self, name: str, text: str) -> None:
        self.stand_on(shown(QWidget, name))
        self.key(Qt.Key.Key_A, CTRL)
        self.write(text)

    def press(self, name: str) -> None:
        button = shown(QAbstractButton, name)
        assert button.isEnabled(), f"{name} is off"
        letter = QKeySequence.mnemonic(button.text())
        if letter.isEmpty():
            self.stand_on(button)
            self.key(Qt.Key.Key_Space)
            return
        pressed: list[bool] = []
        button.clicked.connect(lambda: pressed.append(True))
        self.key(first_of(letter).key(), ALT)
        wait_until(
            lambda: pressed,
            f"{letter.toString()} of {button.text()}, at {focus()} in {focus().window()} {QApplication.activeWindow()}",
        )

    def go(self, window: QMainWindow, label: str) -> None:
        """To a screen of the navigation, by its shortcut."""
        self.menu(window, label)

    def menu(self, window: QMainWindow, label: str) -> None:
        """What a menu offers, by its shortcut."""
        self.shortcut(menu_action(window, label)[1].shortcut().toString())

    def choose_all(self, table: QAbstractItemView) -> None:
        """All rows of a table."""
        self.stand_on(table)
        self.key(Qt.Key.Key_A, CTRL)

    def choose(self, table: QAbstractItemView, row: int) -> None:
        """One row of a table."""
        self.stand_on(table)
        self.key(Qt.Key.Key_Home, CTRL)
        for _ in range(row):
            self.key(Qt.Key.Key_Down)
        if not table.selectionModel().isSelected(table.currentIndex()):
            self.key(Qt.Key.Key_Space)

    def cell(self, table: QAbstractItemView, row: int, column: int) -> None:
        """A cell of a table becomes the current one."""
        self.stand_on(table)
        for _ in range(FAR):
            here = table.currentIndex()
            if (here.row(), here.column()) == (row, column):
                return
            if here.row() != row:
                self.key(Qt.Key.Key_Down if here.row() < row else Qt.Key.Key_Up)
            else:
                self.key(Qt.Key.Key_Right if here.column() < column else Qt.Key.Key_Left)
        raise AssertionError(f"the arrows do not lead to row {row}, column {column}")

    def type_cell(self, table: QAbstractItemView, row: int, column: int, text: str) -> None:
        """Words over a cell."""
        self.cell(table, row, column)
        self.write(text)
        self.key(ENTER)

    def pick_in_cell(self, table: QAbstractItemView, row: int, column: int, choice: str) -> None:
        """One of the choices of a cell."""
        self.cell(table, row, column)
        self.key(Qt.Key.Key_F2)
        box = focus() if isinstance(focus(), QComboBox) else focus().parent()
        assert isinstance(box, QComboBox), f"no choice to be made but {focus()}"
        for _ in range(box.findText(choice, Qt.MatchFlag.MatchContains) - box.currentIndex()):
            self.key(Qt.Key.Key_Down)
        self.key(ENTER)

    def pick(self, listed: QListWidget, text: str) -> None:
        """A line of a list."""
        self.stand_on(listed)
        wanted = row_of(listed, text)
        for _ in range(FAR):
            if listed.currentRow() == wanted:
                break
            self.key(Qt.Key.Key_Down if listed.currentRow() < wanted else Qt.Key.Key_Up)
        self.key(ENTER)

    def tick(self, name: str, on: bool = True) -> None:
        """A box becomes ticked, or not."""
        box = shown(QAbstractButton, name)
        if box.isChecked() != on:
            self.stand_on(box)
            self.key(Qt.Key.Key_Space)

    def tab(self, tabs: QTabWidget, number: int) -> None:
        """To a tab."""
        self.key(first_of(QKeySequence.mnemonic(tabs.tabText(number))).key(), ALT)

    def carry_out(self, name: str) -> None:
        """What Ctrl+Enter does in a form or a batch."""
        self.key(ENTER, CTRL)

    def paste(self, name: str) -> None:
        """What was copied elsewhere."""
        self.key(Qt.Key.Key_V, CTRL)


class Mouse(Hand):
    """Works with the mouse alone; only words are typed."""

    name = "mouse"

    def click(self, widget: QWidget, at: QPoint | None = None, *, twice: bool = False) -> None:
        """Click on what is under the pointer there, which must be the widget."""
        self.strokes += 1
        spot = at if at is not None else widget.rect().center()
        under = widget.window().childAt(widget.mapTo(widget.window(), spot))
        assert under is None or under is widget or widget.isAncestorOf(under) or under.isAncestorOf(widget), (
            f"{widget.objectName() or widget.accessibleName()} at {spot} of {widget.rect()} is covered by {under}"
        )
        if twice:
            QTest.mouseDClick(widget, LEFT, NONE, spot)
        else:
            QTest.mouseClick(widget, LEFT, NONE, spot)

    def fill(self, name: str, text: str) -> None:
        entry = shown(QWidget, name)
        line = entry.focusProxy() or entry
        into_sight(line)
        self.click(line, QPoint(8, line.height() // 2))
        self.click(line, QPoint(8, line.height() // 2), twice=True)
        if hasattr(line, "selectAll"):
            line.selectAll()  # a third click
        self.write(text)

    def press(self, name: str) -> None:
        hidden = [b for b in top().findChildren(HeadButton) if name in (b.objectName(), b.accessibleName())]
        folded = [b for b in hidden if b.wanted and b.folded and getattr(b.parentWidget(), "isVisible", bool)()]
        if folded:
            more = shown(QAbstractButton, "head_more")
            self.click(more)
            self.choose_action(QApplication.activePopupWidget(), folded[0].text())
            return
        button = shown(QAbstractButton, name)
        assert button.isEnabled(), f"{name} is off"
        into_sight(button)
        self.click(button)

    def choose_action(self, menu: Any, label: str) -> None:
        """An entry of an open menu."""
        assert isinstance(menu, QMenu), f"no menu is open but {menu}"
        action = next(each for each in menu.actions() if plain(each.text()) == plain(label))
        assert action.isEnabled(), f"{label} is off"
        self.click(menu, menu.actionGeometry(action).center())

    def go(self, window: QMainWindow, label: str) -> None:
        """To a screen, by the rail."""
        self.pick(shown(QListWidget, "导航", window), label)

    def menu(self, window: QMainWindow, label: str) -> None:
        """What a menu offers."""
        head, wanted = menu_action(window, label)
        bar = window.menuBar()
        self.click(bar, bar.actionGeometry(head).center())
        menu = head.menu()
        assert isinstance(menu, QMenu)
        self.choose_action(menu, wanted.text())

    def choose_all(self, table: QAbstractItemView) -> None:
        """All rows of a table: nothing chosen stands for all that are listed."""

    def choose(self, table: QAbstractItemView, row: int) -> None:
        """One row of a table."""
        self.cell(table, row, 1)

    def cell(self, table: QAbstractItemView, row: int, column: int, *, twice: bool = False) -> None:
        """A cell of a table becomes the current one."""
        index = table.model().index(row, column)
        for double in (False, True)[: 1 + twice]:
            QApplication.processEvents()
            table.scrollTo(index)  # as the wheel does; what a click tells beside the table may have moved it
            spot = table.visualRect(index).intersected(table.viewport().rect()).center()
            self.click(table.viewport(), spot, twice=double)

    def type_cell(self, table: QAbstractItemView, row: int, column: int, text: str) -> None:
        """Words over a cell."""
        self.cell(table, row, column, twice=True)
        self.write(text)
        self.cell(table, 0 if row else min(1, table.model().rowCount() - 1), column)

    def pick_in_cell(self, table: QAbstractItemView, row: int, column: int, choice: str) -> None:
        """One of the choices of a cell."""
        self.cell(table, row, column, twice=True)
        box = next(box for box in table.findChildren(QComboBox) if box.isVisible())
        if not box.view().isVisible():
            self.click(box)
        listed = box.view()
        wait_until(listed.isVisible, "the list of choices")
        QTest.qWait(QApplication.doubleClickInterval() + 50)  # what follows sooner is part of the click that opened it
        at = box.findText(choice, Qt.MatchFlag.MatchContains)
        viewport, spot = listed.viewport(), listed.visualRect(box.model().index(at, 0)).center()
        self.strokes += 1
        QTest.mousePress(viewport, LEFT, NONE, spot)
        if shiboken6.isValid(viewport):
            QTest.mouseRelease(viewport, LEFT, NONE, spot)

    def pick(self, listed: QListWidget, text: str) -> None:
        """A line of a list."""
        index = listed.model().index(row_of(listed, text), 0)
        listed.scrollTo(index)
        self.click(listed.viewport(), listed.visualRect(index).center())

    def tick(self, name: str, on: bool = True) -> None:
        """A box becomes ticked, or not."""
        box = shown(QAbstractButton, name)
        if box.isChecked() != on:
            into_sight(box)
            self.click(box, QPoint(8, box.height() // 2))

    def tab(self, tabs: QTabWidget, number: int) -> None:
        """To a tab."""
        self.click(tabs.tabBar(), tabs.tabBar().tabRect(number).center())

    def carry_out(self, name: str) -> None:
        """The button that carries out."""
        self.press(name)

    def paste(self, name: str) -> None:
        """What was copied elsewhere."""
        self.press(name)


def into_sight(widget: QWidget) -> None:
    """Scroll to a widget, as the wheel does."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea) and above.widget().isAncestorOf(widget):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
    QApplication.processEvents()


def row_of(listed: QListWidget, text: str) -> int:
    """The number of the line that begins with a text."""
    lines = [listed.item(number).text() for number in range(listed.count())]
    found = [number for number, line in enumerate(lines) if line.strip().startswith(text)]
    assert found, f"no line “{text}” among {lines}"
    return found[0]


def plain(label: str) -> str:
    """A label without its mnemonic and dots."""
    return re.sub(r"\(&\w\)|&|…", "", label)


def menu_action(window: QMainWindow, label: str) -> tuple[QAction, QAction]:
    """The head of a menu and its entry that begins with a label."""
    bar = window.menuBar()
    assert isinstance(bar, QMenuBar)
    for head in bar.actions():
        menu = head.menu()
        for action in menu.actions() if isinstance(menu, QMenu) else ():
            if plain(action.text()).startswith(label):
                return head, action
    raise AssertionError(f"no menu offers “{label}”")


def foreign(window: QWidget) -> Iterator[str]:
    """English words that are in sight: of labels, buttons, entries and the cells of tables."""
    for widget in (window, *window.findChildren(QWidget)):
        if not widget.isVisible():
            continue
        texts = [widget.windowTitle(), widget.toolTip()]
        asks = (getattr(widget, of, None) for of in ("text", "placeholderText", "title"))
        texts += [str(ask()) for ask in asks if callable(ask)]
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            texts += list(cells(widget))
        for text in texts:
            for word in english(text):
                yield f"{word} in “{text[:60]}” of {widget.objectName() or type(widget).__name__}"


def cells(view: QAbstractItemView) -> Iterator[str]:
    """The texts of the rows in a view, at most the first forty."""
    model = view.model()
    above = QModelIndex()
    for row in range(min(model.rowCount(above), 40)):
        for column in range(model.columnCount(above) if isinstance(view, QTableView) else 1):
            yield str(model.index(row, column, above).data() or "")
