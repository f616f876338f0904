"""What a process that opens files of others may use, and how it gives the rest up.

Memory is counted above what the process has once its libraries are loaded. On Linux the address space is limited, so
that an allocation beyond it fails in whatever library asks for it; on Windows a job object does this (windows_job).
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from math import ceil
from pathlib import Path

MIB = 2**20
_OPEN_FILES = 64  # it opens none but those of Python's own modules
_CALM = 5  # steps of niceness: window and commands come first
_PATIENCE = 3  # times the processor time that a process may take on a machine that has other work


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one kind of reader. ``cure`` is what a person can do about a file that meets one of them.

    ``memory`` and ``output`` are bytes; ``seconds`` are processor time for one file, ``seconds_per_mib`` more for each
    MiB of it. By the clock a file may take three times as long, so that a machine at work refuses nothing.
    ``kept`` bytes of growth end a process after a file, so that the next one finds all of the memory.
    """

    memory: int
    seconds: float
    output: int
    cure: str
    seconds_per_mib: float = 0
    kept: int = 96 * MIB

    def seconds_for(self, size: int) -> float:
        """The processor time for a file of so many bytes."""
        return self.seconds + self.seconds_per_mib * size / MIB

    def patience(self, seconds: float) -> float:
        """The time by the clock after which a file of so much processor time is given up."""
        return seconds * _PATIENCE


@dataclass(frozen=True, slots=True)
class ReaderKind:
    """A kind of process: its name, the modules that it loads before it is limited, and its limits."""

    name: str
    modules: tuple[str, ...]
    limits: Limits


def give_up_rights(limits: Limits) -> None:
    """Limit this process for good: memory, no file written, no further process, no core dump, low priority.

    What a system does not have is left out; Windows has none of it here.
    """
    if sys.platform == "win32":
        return
    import resource

    address_space = address_space_in_use()
    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NOFILE": _OPEN_FILES,
        "RLIMIT_NPROC": 0,
        "RLIMIT_AS": address_space + limits.memory if address_space else None,
    }
    for name, most in wanted.items():
        if most is not None and hasattr(resource, name):
            lower(getattr(resource, name), most)
    os.nice(_CALM)


def allow_time(seconds: float) -> None:
    """Let this process use so much processor time from now on; then the system ends it, SIGXCPU."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(used.ru_utime + used.ru_stime + seconds), hard))


def lower(which: int, most: int) -> None:
    """Set a limit of this process, soft and hard, to at most ``most``. A system that refuses is left as it is."""
    import resource

    try:
        _, hard = resource.getrlimit(which)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (least, least))
    except (OSError, ValueError):  # macOS refuses some
        return


def address_space_in_use() -> int:
    """Bytes of this process's address space; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def peak_memory() -> int:
    """The most bytes of memory that this process has held; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
