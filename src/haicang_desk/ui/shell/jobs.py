"""Long work on one worker thread. Frozen records go in and results come out; the window's store is not touched."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from haicang_desk.model.values import Cancelled, DeskError, ProgressCallback

Work = Callable[[ProgressCallback, Cancelled], Any]
OFTEN = 0.05  # seconds between two words of progress
MOMENT = 0.03  # seconds that the window may stand still while pieces are gathered


@dataclass(frozen=True, slots=True)
class Job:
    """Work for the worker thread, and what to call with its result on the window's thread.

    ``replaces`` names a kind of which only the newest is wanted.
    """

    label: str
    work: Work
    done: Callable[[Any], None]
    failed: Callable[[DeskError], None]
    replaces: str = ""


class _Gathering:
    """Pieces taken one after the other on the window's thread, because only it may read the store."""

    def __init__(self, pieces: Iterator[Any], count: int, done: Callable[[list[Any]], None]) -> None:
        self.pieces, self.count, self.done = pieces, count, done
        self.taken: list[Any] = []

    def go_on(self) -> bool:
        """Take pieces for a moment; gives whether there may be more. Raises what taking one raises."""
        until = time.monotonic() + MOMENT
        for piece in self.pieces:
            self.taken.append(piece)
            if time.monotonic() > until:
                return True
        return False


class _Thread(QThread):
    """Runs one job."""

    progressed = Signal(int, int)

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job, self.stop = job, Event()
        self.result: Any = None
        self.wrong: BaseException | None = None
        self.unwanted = False  # a newer job of its kind has come
        self._last_progress = 0.0

    def run(self) -> None:
        """Run the job on this thread."""
        try:
            self.result = self.job.work(self._tell, self.stop.is_set)
        except BaseException as wrong:  # carried to the window's thread, where it can be told
            self.wrong = wrong

    def _tell(self, done: int, of: int) -> None:
        now = time.monotonic()
        if done == of or now - self._last_progress >= OFTEN:
            self._last_progress = now
            self.progressed.emit(done, of)


class Jobs(QObject):
    """Runs one job at a time; others wait. ``idle`` is emitted when none is left."""

    started = Signal(str)
    progressed = Signal(int, int)
    idle = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Job] = deque()
        self._thread: _Thread | None = None
        self._gathering: _Gathering | None = None

    @property
    def busy(self) -> bool:
        """Whether a job is running or pieces are being gathered."""
        return self._thread is not None or self._gathering is not None

    def run(
        self,
        label: str,
        work: Work,
        done: Callable[[Any], None],
        failed: Callable[[DeskError], None],
        *,
        replaces: str = "",
    ) -> None:
        """Queue a job. A DeskError that it raises goes to ``failed``; anything else to the crash report.

        ``replaces``: a kind, such as 预览, of which only the newest is wanted. One of this kind that waits is dropped;
        one that runs is asked to stop, and what it still brings is told to nobody.
        """
        if replaces:
            self.cancel_kind(replaces)
        self._waiting.append(Job(label, work, done, failed, replaces))
        if self._thread is None:
            self._next()

    def cancel_kind(self, kind: str) -> None:
        """Drop the jobs of a kind that wait, stop the one that runs; neither ``done`` nor ``failed`` is called."""
        self._waiting = deque(job for job in self._waiting if job.replaces != kind)
        if self._thread is not None and self._thread.job.replaces == kind:
            self._thread.unwanted = True
            self._thread.stop.set()

    def gather(
        self,
        label: str,
        pieces: Iterator[Any],
        count: int,
        done: Callable[[list[Any]], None],
        failed: Callable[[DeskError], None],
    ) -> None:
        """Take ``count`` pieces on the window's thread, a moment at a time. A new call ends the one before."""
        self._gathering = gathering = _Gathering(pieces, count, done)
        self.started.emit(label)
        self._take_pieces(gathering, failed)

    def _take_pieces(self, gathering: _Gathering, failed: Callable[[DeskError], None]) -> None:
        if gathering is not self._gathering:
            return
        try:
            more = gathering.go_on()
        except DeskError as wrong:
            self._end_gathering()
            failed(wrong)
            return
        if more:
            self.progressed.emit(len(gathering.taken), gathering.count)
            QTimer.singleShot(0, self, lambda: self._take_pieces(gathering, failed))
            return
        self._end_gathering()
        gathering.done(gathering.taken)

    def _end_gathering(self) -> None:
        self._gathering = None
        if self._thread is None:
            self.idle.emit()

    def cancel(self) -> None:
        """Stop the running job and drop those that wait."""
        self._waiting.clear()
        if self._gathering is not None:
            self._end_gathering()
        if self._thread is not None:
            self._thread.stop.set()

    def wait(self, ms: int) -> None:
        """Wait for the running job, at most so long. Its result is told by the event loop as ever."""
        if self._thread is not None:
            self._thread.wait(ms)

    def finish(self) -> None:
        """Stop and wait for the thread, before the program or the store closes. No callback is called any more."""
        self.cancel()
        if self._thread is not None:
            self._thread.wait()
            self._thread = None
            self.idle.emit()

    def _next(self) -> None:
        if not self._waiting:
            self.idle.emit()
            return
        self._thread = thread = _Thread(self._waiting.popleft())
        thread.progressed.connect(self.progressed)
        thread.finished.connect(self._ended)
        self.started.emit(thread.job.label)
        thread.start()

    def _ended(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        thread.wait()
        try:
            if isinstance(thread.wrong, DeskError):
                if not thread.unwanted:
                    thread.job.failed(thread.wrong)
            elif thread.wrong is not None:
                sys.excepthook(type(thread.wrong), thread.wrong, thread.wrong.__traceback__)
            elif not thread.unwanted:
                thread.job.done(thread.result)
        finally:
            if self._thread is None:
                self._next()
