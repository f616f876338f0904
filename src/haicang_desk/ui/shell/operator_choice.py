"""Who is working: asked at the start where nobody is known, changed in the status bar.

A name only; where people sign in, who is signed in works (``ui/shell/sign_in.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QMenu, QWidget

from haicang_desk.model.services import is_person, operators
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.prompt_dialogs import Prompt

if TYPE_CHECKING:
    from haicang_desk.ui.shell.main_window import MainWindow

QUESTION = "今天由谁经办？姓名会记在每一次办理上，随时可以在窗口底部换人。"
FAULT = "请填写姓名"


class OperatorPrompt(Prompt):
    """The names known, and a line for another one. Enter takes the name selected or typed."""

    def __init__(self, parent: QWidget | None, names: Sequence[str], proposal: str = "") -> None:
        super().__init__(parent, "谁在经办", QUESTION, icon="user")
        self.names = QListWidget()
        self.names.setAccessibleName("经办人")
        self.names.addItems(list(names))
        self.names.setVisible(bool(names))
        self.names.setMaximumHeight(em(self, 2.2) * min(len(names), 6) + em(self, 1))
        self.line = QLineEdit(proposal or next(iter(names), ""))
        self.line.setAccessibleName("姓名")
        self.line.setPlaceholderText("姓名")
        self.line.setMaxLength(20)
        self._fault = QLabel(FAULT)
        set_role(self._fault, "fault")
        self._fault.hide()
        for widget in (self.names, self.line, self._fault):
            self.words.addWidget(widget)
        self.add_button("就是我(&S)", self.give, role="primary", name="yes")
        self.names.currentTextChanged.connect(self.line.setText)
        self.names.itemActivated.connect(lambda _: self.give())
        found = self.names.findItems(self.line.text(), Qt.MatchFlag.MatchExactly)
        if found:
            self.names.setCurrentItem(found[0])
        (self.names if found else self.line).setFocus()

    def give(self) -> None:
        """Close with the name, if it is one of a person."""
        name = " ".join(self.line.text().split())
        if is_person(name):
            self.take(name)
            return
        self._fault.show()
        self.line.setFocus()
        self.grow()

    def answer(self) -> str | None:
        """The name, None where the person closes it."""
        return self.ask("") or None


def take_person(window: MainWindow, name: str) -> None:
    """Have this person be the one who works from now on."""
    from haicang_desk.ui.shell.application import PERSON

    if window.state is not None and is_person(name):
        window.state.person = name
        window.settings.keep(PERSON, name)
        window.status.show_store(window.state.workspace.path, name)
        window.status.tell(f"以后的办理记为“{name}”经办")


def fill_menu(menu: QMenu, window: MainWindow) -> None:
    """The people known, the one who works ticked; another one; and where they are entered."""
    menu.clear()
    state = window.state
    if state is None:
        return
    if state.workspace.signer is not None:
        menu.addAction(window.menus.lock)
        menu.addAction(window.menus.switch)
        menu.addAction("人员与权限…", lambda: window.go("settings", "people"))
        return
    names = [each.name for each in operators(state.workspace)]
    for name in names if state.person in names else [state.person, *names]:
        action = menu.addAction(name)
        action.setCheckable(True)
        action.setChecked(name == state.person)
        action.triggered.connect(lambda _=False, name=name: take_person(window, name))
    menu.addSeparator()
    menu.addAction("别人…", lambda: _ask_another(window, names))
    menu.addAction("经办人名单…", lambda: window.go("settings", "operators"))


def _ask_another(window: MainWindow, names: Sequence[str]) -> None:
    from haicang_desk.ui.shell import prompts

    if name := prompts.ask_person(window, names):
        take_person(window, name)
