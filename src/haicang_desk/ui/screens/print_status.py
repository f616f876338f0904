"""What each document could print now, kept for the year shown: read beside the window, mended after each change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from haicang_desk.model.services import Workspace, asking_beside
from haicang_desk.model.store import FinishedChange
from haicang_desk.model.values import Cancelled, ProgressCallback
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.jobs import Jobs

if TYPE_CHECKING:
    from haicang_desk.model.documents import Availability, DocumentType, PrintCounts, PrintStatus

KIND = "文书状态"
MANY = 50  # projects in one change; from more of them the year is read anew
LATER = 1500  # ms after the last change before documents of the whole street are read again


class PrintStatusKeeper(QObject):
    """The availability of the year shown; ``altered`` when it is there or has changed.

    It works on a thread of its own with a second connection, and says nothing in the status bar. A store in memory,
    which no second connection reaches, is read at once.
    """

    altered = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state, self._jobs = state, Jobs()
        self._known: Availability | None = None
        self._year = 0
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(LATER)
        self._settle.timeout.connect(self._read_others)

    @property
    def ready(self) -> bool:
        """Whether the year shown has been read."""
        return self._known is not None

    def read(self) -> None:
        """Read the year shown, unless it is known."""
        if self._year == self._state.year:
            return
        self._year, self._known = self._state.year, None
        year, today = self._year, self._state.today()

        def work(ws: Workspace, cancelled: Cancelled) -> Availability | None:
            """Read the projects of the year; the rest, which takes longer, comes after."""
            from haicang_desk.model.documents import availability_of

            return availability_of(ws, year, today, cancelled=cancelled, with_others=False)

        self._run(work, self._take)

    def forget(self) -> None:
        """Read the year anew when next asked."""
        self._year = 0

    def follow(self, done: FinishedChange) -> None:
        """Read again what a change touched."""
        if self._known is None or len(done.projects) > MANY or not done.projects:
            self.forget()
            self.read()
            return
        year, today, projects = self._year, self._state.today(), sorted(done.projects)

        def work(ws: Workspace, cancelled: Cancelled) -> Availability | None:
            """Read the projects touched."""
            from haicang_desk.model.documents import availability_of_projects

            return availability_of_projects(ws, year, projects, today)

        def take(newer: Availability) -> None:
            """Put it in place of what was known."""
            if self._known is not None and self._known.year == newer.year:
                self._known.take_over(newer, projects)
                self.altered.emit()

        self._run(work, take, replaces="")
        self._settle.start()

    def _read_others(self) -> None:
        year, today = self._year, self._state.today()

        def work(ws: Workspace, cancelled: Cancelled) -> dict[str, dict[str, str]] | None:
            """Read the documents of villages and of the street."""
            from haicang_desk.model.documents import availability_of_others

            return availability_of_others(ws, year, today, cancelled=cancelled)

        def take(others: dict[str, dict[str, str]]) -> None:
            """Put it in place of what was known."""
            if self._known is not None and self._known.year == year:
                self._known.others = others
                self.altered.emit()

        self._run(work, take)

    def _run(
        self, work: Callable[[Workspace, Cancelled], Any], take: Callable[[Any], None], *, replaces: str = KIND
    ) -> None:
        if self._state.workspace.path is None:
            take(work(self._state.workspace, lambda: False))
            return
        stop: list[Cancelled] = []
        ask = asking_beside(self._state.workspace, lambda ws: work(ws, stop[0]))

        def beside(progress: ProgressCallback, cancelled: Cancelled) -> Any:
            """Runs on the worker thread."""
            stop[:] = [cancelled]
            return ask()[1]

        def got(found: Any) -> None:
            """Nothing comes of work that was stopped."""
            if found is not None:
                take(found)

        self._jobs.run(KIND, beside, got, lambda _: self.forget(), replaces=replaces)

    def _take(self, found: Availability) -> None:
        self._known = found
        self.altered.emit()
        self._read_others()

    # asking

    def status(self, document: DocumentType, subject: str) -> PrintStatus | None:
        """The status of one document; None where it is not read yet."""
        return self._known.status(document, subject) if self._known else None

    def counts(self, document: DocumentType) -> PrintCounts | None:
        """How many could be printed, were issued, have changed; None where that is not read yet."""
        if self._known is None or (document.scope != "project" and document.name not in self._known.others):
            return None
        return self._known.counts(document)

    def subjects(self, document: DocumentType, which: str) -> tuple[str, ...]:
        """The projects of one of the figures: ready, barred, issued or changed."""
        if self._known is None:
            return ()
        issued = self._known.issued.get(document.title, {})
        if which == "issued":
            return tuple(issued)
        if which == "changed":
            return tuple(self._known.changed.get(document.title, ()))
        ready = set(self._known.ready(document))
        return tuple(ready) if which == "ready" else tuple(each for each in self._known.reasons if each not in ready)

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self._jobs.busy

    def retire(self) -> None:
        """Stop reading, before the store is closed."""
        self._settle.stop()
        self._jobs.finish()
