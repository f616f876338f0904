"""The open workspace, the fund year shown and the person working, with changes told as Qt signals."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

from PySide6.QtCore import QObject, Signal

from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import Policy
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import FinishedChange
from haicang_desk.model.values import Refused
from haicang_desk.ui.shell.entry_memory import keep_memory
from haicang_desk.ui.shell.findings_watch import FindingsWatch
from haicang_desk.ui.shell.jobs import Jobs
from haicang_desk.ui.shell.settings import Settings


class AppState(QObject):
    """What every screen is given. Screens connect to ``changed`` and read again when it touches what they show."""

    changed = Signal(object)  # Done
    year_changed = Signal(int)
    screen_requested = Signal(str, object)  # name of a screen, and what it should show
    project_requested = Signal(str)
    message = Signal(str)  # one sentence for the status bar
    backup_notes_changed = Signal()
    backups_requested = Signal()  # the list of backups
    backup_wanted = Signal()  # the automatic one, now
    warned = Signal(str)  # of a change that was written although the disk reported an error
    views_changed = Signal()  # the saved views of the project list
    findings_changed = Signal()  # the findings of the year shown may have changed, or more of them are known

    def __init__(
        self,
        workspace: Workspace,
        *,
        person: str,
        settings: Settings,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        super().__init__()
        self.workspace, self.person, self.settings, self.now = workspace, person, settings, now
        self.year = _newest_usable_year(workspace)
        self.jobs = Jobs()
        self.backup_notes: tuple[str, ...] = ()  # what a person should know of the backups, a sentence each
        keep_memory(workspace, settings)
        self._watch = FindingsWatch(workspace, lambda: (self.year, self.today()))
        self._watch.changed.connect(self.findings_changed)
        workspace.listen(self._pass_on)  # a bound method, so that the workspace keeps this object alive

    def today(self) -> date:
        """The day of work."""
        return self.now().date()

    @property
    def policy(self) -> Policy:
        """The policy of the fund year shown."""
        return self.workspace.policy(self.year)

    def findings(self) -> list[Finding]:
        """The findings on the fund year shown, as far as they are known, in the order of ``check``; asking is cheap.

        Those of the newest year hold the findings on projects carried over into it. ``findings_ready`` says whether
        they are all; ``findings_changed`` tells when they may be others.
        """
        return self._watch.findings()

    def findings_of(self, project_id: str) -> list[Finding]:
        """The findings on one project itself, in the order of ``findings``; those on its village are not among them."""
        return self._watch.findings_of(project_id)

    @property
    def findings_ready(self) -> bool:
        """Whether ``findings`` holds all there are; else it holds those known so far, and more are being computed."""
        return self._watch.ready

    @property
    def findings_progress(self) -> tuple[int, int]:
        """On how many projects of the year the findings are known, and how many projects there are."""
        return self._watch.progress

    def note_backups(self, notes: tuple[str, ...]) -> None:
        """Take what a person should know of the backups now."""
        if notes != self.backup_notes:
            self.backup_notes = notes
            self.backup_notes_changed.emit()

    def let_go(self) -> None:
        """End the work in the background, before the store is closed."""
        self.jobs.finish()
        self._watch.stop()

    def turn_to(self, year: int) -> None:
        """Have every screen show another fund year. Raises Refused where that year's rule set cannot be used."""
        if year != self.year:
            self.workspace.policy(year)
            self.year = year
            self.year_changed.emit(year)
            self.findings_changed.emit()

    def _pass_on(self, done: FinishedChange) -> None:
        self._watch.note_change()
        self.changed.emit(done)
        self.findings_changed.emit()
        if done.warning:
            self.warned.emit(done.warning)


def _newest_usable_year(workspace: Workspace) -> int:
    """The newest fund year whose rule set can be used. Raises Refused, saying why, where no year's can."""
    newest = workspace.year()
    for year in (newest, *workspace.years()):
        with suppress(Refused):
            workspace.policy(year)
            return year
    workspace.policy(newest)
    return newest
