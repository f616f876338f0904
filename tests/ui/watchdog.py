"""A watchdog of the window's thread: it notes every time that the event loop stood still, and the stack that held it.

A timer beats in the event loop; a thread looks at the last beat, and while it is late, at the stack of the window's
thread. Tests let it judge the processor time of that thread, which other programs of the machine do not lengthen much;
what waits, for a disk or for another thread, shows in ``seconds`` alone.
"""

from __future__ import annotations

import faulthandler
import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PySide6.QtCore import QObject, Qt, QTimer

LIMIT = 0.05  # seconds
BEAT = 5  # ms between two beats, and between two looks
OURS = "haicang_desk"
ROOT = Path(__file__).parents[2]

Stack = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One standstill. ``work`` is the processor time of the window's thread in it, ``stack`` where it was seen most."""

    seconds: float
    work: float
    stack: Stack = ()
    during: str = ""

    def __str__(self) -> str:
        place = "".join(f"\n    {line}" for line in self.stack)
        return f"{self.during or 'block'}: {self.seconds * 1000:.0f} ms ({self.work * 1000:.0f} ms of work){place}"


class Watchdog(QObject):
    """Watches the thread it is made on from ``with`` to its end, or from ``start`` to ``stop``."""

    def __init__(self, limit: float = LIMIT) -> None:
        super().__init__()
        self.limit, self.blocks = limit, list[Block]()
        self.during = ""  # what is being done, for the blocks noted meanwhile
        self.longest = self.most_work = 0.0  # seconds, of any stretch since ``start``, long or not
        self._watched = threading.get_ident()
        self._beat, self._work = 0.0, 0.0
        self._seen: Counter[Stack] = Counter()
        self._ended: threading.Event | None = None  # of the thread that looks just now
        self._timer = QTimer(self, interval=BEAT, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)

    def start(self, during: str = "") -> None:
        """Begin to watch; what was noted before is kept, but for ``longest`` and ``most_work``."""
        self.during, self.longest, self.most_work = during, 0.0, 0.0
        self._begin_stretch()
        self._timer.start()
        self._ended = threading.Event()
        threading.Thread(target=self._look, args=(self._ended,), daemon=True, name="watchdog").start()

    def stop(self) -> None:
        """End it; the stretch since the last beat counts."""
        if self._ended is not None:
            self._on_beat()
            self._ended.set()
            self._ended = None
            self._timer.stop()

    def __enter__(self) -> Watchdog:
        self.start(self.during)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _begin_stretch(self) -> None:
        self._seen = Counter()
        self._beat, self._work = time.perf_counter(), time.thread_time()

    def _on_beat(self) -> None:
        seconds, work = time.perf_counter() - self._beat, time.thread_time() - self._work
        self.longest, self.most_work = max(self.longest, seconds), max(self.most_work, work)
        if seconds > self.limit:
            ((stack, _),) = self._seen.most_common(1) or (((), 0),)
            self.blocks.append(Block(seconds, work, stack, self.during))
        self._begin_stretch()

    def _look(self, ended: threading.Event) -> None:
        """On the thread of its own: note the stack of the watched one whenever its beat is late."""
        with tempfile.TemporaryFile() as dump:
            while not ended.wait(BEAT / 1000):
                if time.perf_counter() - self._beat > self.limit / 4:
                    self._seen[_stack_of(self._watched, dump)] += 1


def _stack_of(thread: int, dump: IO[bytes]) -> Stack:
    """The innermost lines of the program in the stack of a thread, at most four, and the innermost of all.

    Read from what faulthandler writes: a frame taken from `sys._current_frames` would keep the variables of its
    function alive, and a QPainter that outlives its paint event ends the process.
    """
    dump.seek(0)
    dump.truncate()
    faulthandler.dump_traceback(dump, all_threads=True)
    dump.seek(0)
    lines = list[str]()
    for stack in dump.read().decode("utf-8", "replace").split("\n\n"):
        if f"0x{thread:016x}" in stack.split("\n", 1)[0]:
            for name, number, function in _LINE.findall(stack):
                if (OURS in name or not lines) and len(lines) < 4:
                    lines.append(f"{_shortened(name)}:{number} {function}")
    return tuple(lines)


_LINE = re.compile(r'File "(.*)", line (\d+) in (.*)')


def _shortened(name: str) -> str:
    path = Path(name)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else f"…/{'/'.join(path.parts[-2:])}"


def machine_factor() -> float:
    """How many times slower than usual this machine is just now, by processor time; at least 1."""
    begun = time.thread_time()
    words = [f"{number:x}" for number in range(40_000)]
    sum(len(word) for word in sorted(words, key=lambda word: word[::-1]))
    return max(1.0, (time.thread_time() - begun) / USUAL)


USUAL = 0.040  # seconds of the above, on the machine that the limits were set on
