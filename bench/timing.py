"""Measuring: medians of several runs, and the rows of docs/benchmarks.md, each with a peer or a goal."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# a Python that notes the time and then becomes (execv) the program measured, which reads it
FROM_START = """
import os, sys, time
os.environ["BENCH_START"] = str(time.time())
os.execv(sys.executable, sys.argv[1:])
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of docs/benchmarks.md, in seconds or in ``unit``; ``peer`` is 0 where nothing comparable ran."""

    what: str
    ours: float
    peer_name: str = ""
    peer: float = 0.0
    goal: str = ""
    note: str = ""
    unit: str = ""

    def cells(self) -> tuple[str, ...]:
        """The cells of the row, as docs/benchmarks.md has them."""
        ratio = f"{self.ours / self.peer:.2f} ×" if self.peer else "—"
        peer = f"{self.peer_name} {self._text(self.peer)}" if self.peer else (self.peer_name or "—")
        return self.what, self._text(self.ours), peer, ratio, self.goal or "—", self.note or "—"

    def _text(self, amount: float) -> str:
        return f"{amount:.0f} {self.unit}" if self.unit else duration_text(amount)


def duration_text(seconds: float) -> str:
    """Seconds as text: in ms below one second."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def median(run: Callable[[], object], times: int) -> float:
    """The median of ``times`` runs, after one that is not counted."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def median_of_both(run: Callable[[], object], times: int) -> tuple[float, float]:
    """The medians of elapsed and of processor time of ``times`` runs, after one that is not counted."""
    run()
    elapsed, busy = [], []
    for _ in range(times):
        start, worked = time.perf_counter(), time.process_time()
        run()
        elapsed.append(time.perf_counter() - start)
        busy.append(time.process_time() - worked)
    return statistics.median(elapsed), statistics.median(busy)


def busy_text(ours: float, peer: float) -> str:
    """Processor time of both as a note, with the ratio."""
    beside = f"，对照 {duration_text(peer)}，{ours / peer:.2f} ×" if peer else ""
    return f"处理器时间 {duration_text(ours)}{beside}"


def once(run: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def printed_median(command: Sequence[str], times: int = 5) -> float:
    """The median of the number that a program prints last, over ``times`` runs after one that is not counted."""
    taken = []
    for _ in range(times + 1):
        done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8", timeout=60)
        taken.append(float(done.stdout.split()[-1]))
    return statistics.median(taken[1:])


def python(*arguments: str) -> list[str]:
    """A command of the Python that runs this."""
    return [sys.executable, *arguments]
