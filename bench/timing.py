"""Measuring: medians of several runs, and rows of a table that always stand beside a peer or a goal."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# run by a Python that notes the moment and becomes the program measured, which reads it
FROM_START = """
import os, sys, time
os.environ["BENCH_START"] = str(time.time())
os.execv(sys.executable, sys.argv[1:])
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of docs/benchmarks.md. Seconds, or what ``unit`` says; ``peer`` 0 where nothing comparable ran."""

    what: str
    ours: float
    peer_name: str = ""
    peer: float = 0.0
    goal: str = ""
    note: str = ""
    unit: str = ""

    def cells(self) -> tuple[str, ...]:
        ratio = f"{self.ours / self.peer:.2f} ×" if self.peer else "—"
        peer = f"{self.peer_name} {self._said(self.peer)}" if self.peer else (self.peer_name or "—")
        return self.what, self._said(self.ours), peer, ratio, self.goal or "—", self.note or "—"

    def _said(self, amount: float) -> str:
        return f"{amount:.0f} {self.unit}" if self.unit else spoken(amount)


def spoken(seconds: float) -> str:
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


def once(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def said_by(command: Sequence[str], times: int = 5) -> float:
    """The median of what a program measures of itself and prints as its last line, after one run not counted."""
    taken = []
    for _ in range(times + 1):
        done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8", timeout=60)
        taken.append(float(done.stdout.split()[-1]))
    return statistics.median(taken[1:])


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
