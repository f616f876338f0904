"""The base of all screens: a head with title and buttons, a body, and reading the store again after changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.store import FinishedChange
from haicang_desk.model.values import DeskError
from haicang_desk.ui.screens.outcome_band import OutcomeBand
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.commands import Command
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.head_row import HeadRow


class Screen(QWidget):
    """Base of all screens. A screen out of sight reads the store again when it is next shown, one in sight at once."""

    title: ClassVar[str] = ""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self._stale = True
        self._outcome: OutcomeBand | None = None
        layout = QVBoxLayout(self)
        self.head = HeadRow(self.title)
        self.heading, self.note = self.head.heading, self.head.note
        layout.addWidget(self.head)
        self.body = QVBoxLayout()
        layout.addLayout(self.body, 1)
        self._space()
        state.changed.connect(self._on_changed)
        state.year_changed.connect(self._on_year)

    def _space(self) -> None:
        """Set margins and gaps for the size of type; closer where the window is small."""
        layout = self.layout()
        assert layout is not None
        wide = 1.6 if self.width() > em(self, 70) else 0.9
        layout.setContentsMargins(em(self, wide), em(self, wide * 0.75), em(self, wide), em(self, wide * 0.55))
        layout.setSpacing(em(self, wide * 0.55))
        self.body.setSpacing(em(self, wide * 0.55))

    def changeEvent(self, event: QEvent) -> None:
        """Space and arrange anew for another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "body"):
            self._space()
            QTimer.singleShot(0, self, self.arrange)  # moving widgets while Qt goes through all of them ends it

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Space and arrange anew for another width."""
        super().resizeEvent(event)
        self._space()
        self.arrange()

    def arrange(self) -> None:
        """Place what is shown for the present width and size of type; called after each change of either."""

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

    def make_ahead(self) -> Iterator[None]:
        """Make, piece by piece, what the first visit would have to make. Nothing may be asked or begun here."""
        return iter(())

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

    def add_button(
        self, label: str, act: Callable[[], object], *, role: str = "", name: str = "", icon: str = "", rank: int = -1
    ) -> QPushButton:
        """A button in the head of the screen.

        ``icon``: a name of ``ui.widgets.icons``. ``rank``: where the head has too little room, buttons of the highest
        rank fold into its menu first; without one a primary button is 0 and any other 1.
        """
        rank = rank if rank >= 0 else 0 if role == "primary" else 1
        button = self.head.add_button(label, role=role, name=name, icon=icon, rank=rank)
        button.clicked.connect(lambda: act())
        return button

    def print_now(self) -> None:
        """Ctrl+P: print what is in sight. A screen that has nothing to print leads to where printing is."""
        self.state.screen_requested.emit("papers", None)

    def save_and_new(self) -> None:
        """F12: save what is typed and begin the next one, where a screen has such a thing."""

    def commands(self) -> Iterable[Command]:
        """What the command palette offers beside the usual while this screen is in sight."""
        return ()

    def attempt(self, title: str, act: Callable[[], object]) -> bool:
        """Do something that may be refused, and show the refusal. Gives whether it was done."""
        try:
            act()
        except DeskError as refused:
            prompts.tell(self, title, str(refused), level="exception")
            return False
        return True

    def show_notes(self, notes: Sequence[tuple[str, str]]) -> None:
        """Show above the body what is to be looked at on papers just made, each note behind its paper; () hides it."""
        if self._outcome is None:
            if not notes:
                return
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            self._outcome = OutcomeBand()
            layout.insertWidget(1, self._outcome)
        self._outcome.show_notes(notes)

    def _on_changed(self, done: FinishedChange) -> None:
        if self.concerns(done):
            self._again()

    def _on_year(self, _: int) -> None:
        self._again()

    def _again(self) -> None:
        self._stale = True
        if self.isVisible():
            self.look_if_stale()
