"""Keeps the findings on the fund year shown fresh: on the window's thread, which alone may read the store, in moments.

A change of a few projects, a new day and another year are taken up at once. What takes longer goes on by itself, and
``changed`` tells when more is known; what is known is written to the store once the person pauses.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date

from PySide6.QtCore import QObject, QTimer, Signal

from haicang_desk.model.findings import Finding
from haicang_desk.model.services import FindingsKeeper, Workspace
from haicang_desk.model.values import Refused
from haicang_desk.ui.shell.jobs import MOMENT

PAUSE = 5  # milliseconds between two moments, for keys and painting
NEWS = 1.0  # seconds between two words of what became known meanwhile
BETWEEN = 100  # milliseconds between two parts of what is written
UNTOUCHED = 3_000  # milliseconds without a change until findings are written to the store
MINUTE = 60_000  # milliseconds until the day is looked at again


class FindingsWatch(QObject):
    """The findings on a year and day, which ``shown`` gives, of an open store."""

    changed = Signal()

    def __init__(self, workspace: Workspace, shown: Callable[[], tuple[int, date]]) -> None:
        super().__init__()
        self._workspace, self._shown = workspace, shown
        self._made: FindingsKeeper | None = None
        self._told_at = 0.0
        self._more = self._timer(PAUSE, self._go_on)
        self._keep = self._timer(UNTOUCHED, self._write)
        self._day = self._timer(MINUTE, self._look_at_day)
        self._day.setSingleShot(False)

    def _timer(self, milliseconds: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(lambda: act() if self._workspace.is_open else timer.stop())
        return timer

    @property
    def _keeper(self) -> FindingsKeeper:
        if self._made is None:
            self._made = FindingsKeeper(self._workspace)
            self._day.start()
        return self._made

    # asked

    def findings(self) -> list[Finding]:
        """The findings known, in the order of ``check``. Raises Refused where the year's rule set can't be used."""
        self.take_up()
        return self._keeper.findings()

    def findings_of(self, project: str) -> list[Finding]:
        """The findings known on one project itself."""
        self.take_up()
        return self._keeper.findings_of(project)

    @property
    def ready(self) -> bool:
        """Whether all findings are known."""
        self.take_up()
        return self._keeper.ready

    @property
    def progress(self) -> tuple[int, int]:
        """How many projects are known, and how many there are."""
        return self._keeper.progress

    # kept fresh

    def note_change(self) -> None:
        """Take up a change of the store, where anybody has asked for findings."""
        if self._made is not None:
            with suppress(Refused):  # told where the findings are asked for
                self.take_up()

    def take_up(self) -> None:
        """Take up what is new since the last time, for a moment; the rest goes on by itself."""
        year, today = self._shown()
        if self._keeper.is_behind(year, today):
            self._keeper.look_at(year, today)
            self._work()

    def _work(self) -> bool:
        """Work for a moment; gives whether more is left."""
        until = time.monotonic() + MOMENT
        more = self._keeper.go_on(lambda: time.monotonic() > until)
        if more:
            self._more.start()
        else:
            self._keep.start(UNTOUCHED)
        return more

    def _go_on(self) -> None:
        with suppress(Refused):  # told where the findings are asked for
            more, now = self._work(), time.monotonic()
            if not more or now - self._told_at > NEWS:
                self._told_at = now
                self.changed.emit()

    def _look_at_day(self) -> None:
        with suppress(Refused):
            if self._keeper.is_behind(*self._shown()):
                self.changed.emit()

    def _write(self) -> None:
        if self._keeper.ready:
            more = self._keeper.save()
            if more or self._keeper.unsaved:
                self._keep.start(BETWEEN if more else UNTOUCHED)

    def stop(self) -> None:
        """Write what is known, before the store is closed."""
        for timer in (self._more, self._keep, self._day):
            timer.stop()
        if self._made is not None and self._workspace.is_open:
            while self._made.save():
                pass
            self._made = None
