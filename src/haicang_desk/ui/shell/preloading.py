"""What screens need and the first one does not: loaded while nobody waits, so that no first visit does."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

from haicang_desk.model.values import Cancelled, ProgressCallback
from haicang_desk.ui.shell.jobs import Jobs
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS

# Nothing of Qt: its modules are loaded on the window's thread only.
LIBRARIES = (
    "haicang_desk.model.documents",
    "haicang_desk.model.spreadsheet",
    "haicang_desk.model.scans",
    "sqlite_utils",
)
PAUSE = 40  # ms between two screens, in which the window answers


class Preloading(QObject):
    """Loads the libraries on a worker thread, then the modules of the screens one at a time between two events."""

    def __init__(self, jobs: Jobs, done: Callable[[], None]) -> None:
        super().__init__()
        self._jobs, self._done = jobs, done
        self._screens = [each.where.partition(":")[0] for each in NAVIGATION_ITEMS]
        self._timer = QTimer(self, interval=PAUSE)
        self._timer.timeout.connect(self._load_screen)

    def start(self) -> None:
        """Begin."""
        self._jobs.run("预备", _load_libraries, lambda _: self._timer.start(), lambda _: None)

    @property
    def going_on(self) -> bool:
        """Whether there is more to load."""
        return bool(self._screens)

    def stop(self) -> None:
        """Leave the rest to the first visits."""
        self._timer.stop()

    def _load_screen(self) -> None:
        if self._screens:
            import_module(f"haicang_desk.ui.screens.{self._screens.pop(0)}")
        else:
            self._timer.stop()
            self._done()


def _load_libraries(_: ProgressCallback, cancelled: Cancelled) -> None:
    for name in LIBRARIES:
        if cancelled():
            return
        import_module(name)
