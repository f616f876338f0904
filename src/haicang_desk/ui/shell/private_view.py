"""Telephones, accounts and identity numbers on screens: masked until somebody asks to see them, which is logged first.

One object for the whole window, since tables and forms are declared apart from any ledger. ``follow`` gives it the
ledger that is open; without one nothing can be shown.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from haicang_desk.model.records import Field
from haicang_desk.model.values import DeskError, mask_numbers, partly_masked

if TYPE_CHECKING:
    from haicang_desk.model.store import AccessKind, AccessLog
    from haicang_desk.ui.shell.app_state import AppState

MINUTES = 5  # that the numbers of a screen stay shown


class PrivateView(QObject):
    """Whether numbers of persons are shown in full now, and the masks where they are not."""

    changed = Signal()  # they are shown, or masked again
    refused = Signal(str)  # the look could not be logged, so that nothing is shown

    def __init__(self) -> None:
        super().__init__()
        self._state: AppState | None = None
        self._log: AccessLog | None = None
        self._shown = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.mask_again)

    def follow(self, state: AppState | None) -> None:
        """A ledger was opened, or closed: what another one showed is masked."""
        self._state, self._log = state, None
        self.mask_again()

    @property
    def shown(self) -> bool:
        """Whether numbers stand in full."""
        return self._shown

    def text(self, written: str) -> str:
        """A text as the screen shows it: numbers of persons masked."""
        return written if self._shown else _masked(written)

    def value(self, field: Field, written: str) -> str:
        """A field's value as the screen shows it: one that is private is masked whatever it looks like."""
        if self._shown or not written:
            return written
        return partly_masked(written) if field.private else _masked(written)

    def show(self, where: str) -> bool:
        """Show all numbers of the window for some minutes, after it is logged where somebody asked."""
        from haicang_desk.model.store import AccessKind

        if not self.note(AccessKind.SCREEN, f"“{where}”页，{MINUTES} 分钟"):
            return False
        self._shown = True
        self._timer.start(MINUTES * 60_000)
        self.changed.emit()
        return True

    def mask_again(self) -> None:
        """Mask everything."""
        self._timer.stop()
        if self._shown:
            self._shown = False
            self.changed.emit()

    def note(self, kind: AccessKind, about: str) -> bool:
        """Log a look; False, and said, where it could not be logged: then nothing may be shown."""
        state = self._state
        if state is None:
            return False
        try:
            self.log.note(kind, about, person=state.person, at=state.now())
        except DeskError as wrong:
            self.refused.emit(str(wrong))
            return False
        return True

    @property
    def log(self) -> AccessLog:
        """The access log of the ledger that is open."""
        from haicang_desk.model.store import access_log_of

        assert self._state is not None
        if self._log is None:
            self._log = access_log_of(self._state.workspace.street.id)
        return self._log


@lru_cache(maxsize=20_000)  # a table paints the same cells again and again
def _masked(written: str) -> str:
    return mask_numbers(written, mask=partly_masked)


@cache
def private_view() -> PrivateView:
    """The one of this window."""
    return PrivateView()
