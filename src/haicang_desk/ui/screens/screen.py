"""The base of all screens: a head with title and buttons, a body, and reading the store again after changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from haicang_desk.model.store import FinishedChange
from haicang_desk.model.values import DeskError
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.layouts import ElidedLabel


class Screen(QWidget):
    """Base of all screens. A screen out of sight reads the store again when it is next shown, one in sight at once."""

    title: ClassVar[str] = ""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self._stale = True
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 12)
        layout.setSpacing(10)
        self.heading = ElidedLabel(self.title, role="title", least=6)  # gives way where a project is called at length
        self.heading.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.note = QLabel()
        set_role(self.note, "muted")
        self._head = QHBoxLayout()
        self._head.addWidget(self.heading)
        self._head.addSpacing(8)
        self._head.addWidget(self.note)
        self._head.addStretch(1)
        layout.addLayout(self._head)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        layout.addLayout(self.body, 1)
        state.changed.connect(self._on_changed)
        state.year_changed.connect(self._on_year)

    def look(self) -> None:
        """Read what is shown from the store. Every screen overrides this."""

    def show_what(self, what: Any) -> None:
        """Show what another screen asked for: a project, a filter, a list of ids."""

    def may_leave(self) -> bool:
        """Whether the person agrees to go elsewhere; a screen with unsaved entries asks."""
        return True

    def concerns(self, done: FinishedChange) -> bool:
        """Whether a change touches what is shown."""
        return True

    def keep_draft(self) -> None:
        """Put on disk what is typed and not saved, where a screen has such a thing."""

    def retire(self) -> None:
        """Stop timers and listeners before the store is closed."""
        for timer in self.findChildren(QTimer):
            timer.stop()
        self.state.changed.disconnect(self._on_changed)
        self.state.year_changed.disconnect(self._on_year)

    def look_if_stale(self) -> None:
        """Called when the screen comes into sight."""
        if self._stale:
            self._stale = False
            self.look()

    def add_button(self, label: str, act: Callable[[], object], *, role: str = "", name: str = "") -> QPushButton:
        """A button in the head of the screen."""
        button = QPushButton(label)
        button.setAccessibleName(label.partition("(")[0])
        button.setObjectName(name)
        set_role(button, role)
        button.clicked.connect(lambda: act())
        self._head.addWidget(button)
        return button

    def attempt(self, title: str, act: Callable[[], object]) -> bool:
        """Do something that may be refused, and show the refusal. Gives whether it was done."""
        try:
            act()
        except DeskError as refused:
            prompts.tell(self, title, str(refused))
            return False
        return True

    def _on_changed(self, done: FinishedChange) -> None:
        if self.concerns(done):
            self._again()

    def _on_year(self, _: int) -> None:
        self._again()

    def _again(self) -> None:
        self._stale = True
        if self.isVisible():
            self.look_if_stale()
