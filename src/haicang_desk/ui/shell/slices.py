"""Work of many small pieces on the window's thread, for what reads the store and may not keep the window waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QTimer

MOMENT = 0.02  # seconds that the window may stand still


class Slices(QObject):
    """Work of many small pieces on the window's thread, a moment at a time. New work takes the place of the old.

    It is not ``Jobs.gather``: typing here must not end the printing that is being gathered there.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        self._pieces: Iterator[Any] = iter(())
        self._done: Callable[[], None] = lambda: None

    @property
    def busy(self) -> bool:
        """Whether there is work left."""
        return self._timer.isActive()

    def start(self, pieces: Iterator[Any], done: Callable[[], None]) -> None:
        """Take these pieces, then call ``done``."""
        self._pieces, self._done = pieces, done
        self._timer.start()
        self._go_on()

    def stop(self) -> None:
        """Leave the rest."""
        self._timer.stop()

    def _go_on(self) -> None:
        """Take pieces for a moment. What taking one raises ends the work, and goes to whoever started it or on."""
        until, mine = time.monotonic() + MOMENT, self._pieces
        try:
            for _ in mine:
                if self._pieces is not mine or not self._timer.isActive() or time.monotonic() > until:
                    return
        except BaseException:
            self._timer.stop()
            raise
        if self._pieces is mine:
            self._timer.stop()
            self._done()
