"""Screens made ahead while the window is left alone, so that a first visit costs little more than the next.

A screen is cut into pieces, each short enough not to be felt. Whoever acts is served at once: the work stops, and goes
on when nothing was done for a while. A visit to a screen that is not made, or half made, makes the rest at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from haicang_desk.model.values import DeskError
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS
from haicang_desk.ui.shell.slices import MOMENT

if TYPE_CHECKING:
    from haicang_desk.ui.shell.main_window import MainWindow

QUIET = 700  # ms without a key, a click or a turn of the wheel before work begins
PAUSE = 15  # ms between two pieces, in which the window answers
FIRST = ("project", "batch")  # what is visited most and takes longest comes first
_ACTS = frozenset(
    (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.Wheel)
)


class Readying(QObject):
    """Makes the screens of a window ahead, one after the other."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._names = [*FIRST, *(each.name for each in NAVIGATION_ITEMS if each.name not in FIRST)]
        self._pieces: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        """Begin, once the window has been left alone for a while."""
        if (handle := self._window.windowHandle()) is not None:  # not the application: it would see every event
            handle.installEventFilter(self)
        self._pieces = self._all()
        self._timer.start(QUIET)

    def stop(self) -> None:
        """Leave the rest to the first visits."""
        if (handle := self._window.windowHandle()) is not None:
            handle.removeEventFilter(self)
        self._timer.stop()
        self._pieces = iter(())

    @property
    def going_on(self) -> bool:
        """Whether there is more to make."""
        return self._timer.isActive()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stand back when a person acts."""
        if event.type() in _ACTS and self._timer.isActive():
            self._timer.start(QUIET)
        return False

    def _go_on(self) -> None:
        """Make pieces for a moment."""
        if self._is_busy():
            self._timer.start(QUIET)
            return
        until = time.monotonic() + MOMENT
        for _ in self._pieces:
            if time.monotonic() > until:
                self._timer.start(PAUSE)
                return
        self.stop()

    def _is_busy(self) -> bool:
        """Whether a dialog, a menu or another window is in use, or something is being prepared that is waited for."""
        state, focus = self._window.state, QGuiApplication.focusWindow()
        in_use = focus not in (None, self._window.windowHandle()) and focus.isVisible()  # one just closed may keep it
        other = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        return in_use or other is not None or (state is not None and state.jobs.busy)

    def _all(self) -> Iterator[None]:
        for name in self._names:
            with suppress(DeskError):  # such as a rule set that cannot be used: the visit will say so
                yield from self._window.make_ahead(name)


def styled_ahead(frame: QWidget, room: QWidget) -> Iterator[None]:
    """Have the style sheet look at each widget of a screen out of sight, then lay it out for the room it will have."""
    frame.resize(room.size())
    for widget in frame.findChildren(QWidget):
        if isValid(widget):  # a visit meanwhile may have taken it away
            widget.ensurePolished()
            yield
    picture = QImage(1, 1, QImage.Format.Format_RGB32)
    frame.render(picture, QPoint(), QRegion(0, 0, 1, 1))  # what is drawn must have its place first
    for widget in frame.findChildren(QWidget):
        if isValid(widget) and widget.isVisible() and not frame.isVisible():
            # What its screen showed meanwhile counts as seen: a button would share its mnemonic with those in sight.
            widget.setAttribute(Qt.WidgetAttribute.WA_WState_Visible, False)
    yield
