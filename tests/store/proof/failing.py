"""Commands of which one system call fails: the k-th of its kind, or that and all after it.

A worker is forked and stopped before its work; strace takes hold of it and then lets it go on. So only calls of the
command itself are counted, none of the interpreter's start.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.store.proof.nursery import Nursery, Worker

CALLS = {  # system call -> how it fails
    "pwrite64": ("ENOSPC", "EIO"),  # pages of stores and journals
    "write": ("ENOSPC",),  # other files, and what is said
    "fsync": ("EIO",),
    "fdatasync": ("EIO",),
    "ftruncate": ("EIO",),
    "unlink": ("EACCES",),
    "rename": ("EACCES",),
    "link": ("EPERM",),  # a disk without hard links
    "mkdir": ("EACCES",),
    "openat": ("EMFILE",),
}


@dataclass(frozen=True)
class Fault:
    """A call that fails: the ``number``-th, from 1, or also all after it."""

    call: str
    error: str
    number: int
    ever_after: bool

    def __str__(self) -> str:
        return f"{self.call}:{self.error}:{self.number}{'+' if self.ever_after else ''}"


def unable() -> str:
    """Why no call can be made to fail here; "" where it can."""
    if shutil.which("strace") is None:
        return "strace is missing"
    tried = subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], check=False, capture_output=True)
    return "" if tried.returncode == 0 else "strace may not trace"


def calls_of(workers: Nursery, deed: tuple[str, ...], folder: Path) -> Counter[str]:
    """How often a deed makes each of these calls."""
    traced = folder.with_name("trace")
    _traced(workers, deed, folder, folder.with_name("said"), traced, "-e", f"trace={','.join(CALLS)}")
    return Counter(re.findall(r"^(?:\d+ +)?(\w+)\(", traced.read_text(errors="replace"), re.MULTILINE))


def with_fault(workers: Nursery, deed: tuple[str, ...], folder: Path, said: Path, fault: Fault) -> tuple[int, bool]:
    """Do it with a failing call; gives the exit code and whether a call failed at all."""
    traced, when = folder.with_name("trace"), f"{fault.number}{'+' if fault.ever_after else ''}"
    inject = f"inject={fault.call}:error={fault.error}:when={when}"
    code = _traced(workers, deed, folder, said, traced, "-e", f"trace={fault.call}", "-e", inject)
    return code, "(INJECTED)" in traced.read_text(errors="replace")


def killed_at(workers: Nursery, deed: tuple[str, ...], folder: Path, call: str, number: int) -> None:
    """Kill a deed at a system call: the same half-done state each time."""
    inject = f"inject={call}:signal=KILL:when={number}"
    said, traced = folder.with_name("said"), folder.with_name("trace")
    _traced(workers, deed, folder, said, traced, "-e", f"trace={call}", "-e", inject)


def _traced(
    workers: Nursery, deed: tuple[str, ...], folder: Path, said: Path, traced: Path, *options: str
) -> int:  # fmt: skip
    said.unlink(missing_ok=True)
    said.touch()
    worker = workers.begin(*deed, folder=folder, said=said, stopped=True)
    with subprocess.Popen(
        ["strace", "-qq", "-f", "-o", str(traced), *options, "-p", str(worker.pid)],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as tracer:
        _wait_for_tracer(worker, tracer)
        worker.signal(signal.SIGCONT)
        try:
            code = worker.join()
        except AssertionError as hangs:
            raise AssertionError(f"{' '.join(deed)} with {options[-1]}: {hangs}") from hangs
        tracer.wait(timeout=30)
    return code


def _wait_for_tracer(worker: Worker, tracer: subprocess.Popen[bytes]) -> None:
    status = Path(f"/proc/{worker.pid}/status")
    for _ in range(20_000):
        if tracer.poll() is not None:
            worker.kill()
            assert tracer.stderr is not None
            raise AssertionError(tracer.stderr.read().decode(errors="replace"))
        if "TracerPid:\t0\n" not in status.read_text():
            time.sleep(0.005)  # it is seized; its options are set at once afterwards
            return
        time.sleep(0.0005)
    raise AssertionError("strace does not take hold")
