"""A process that has everything loaded and forks workers, which are killed, stopped or given failing calls.

Starting an interpreter takes half a second, forking one some milliseconds: so hundreds of kills fit into a test. The
process itself opens no store, so no lock and no connection is carried over a fork. It does one piece of work at a time.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
PATIENCE = 60  # seconds that a piece of work may take on a busy machine


def data_beside(folder: Path) -> Path:
    """The data folder of whoever works in a folder: what this computer has seen of a store is copied with the store."""
    return folder / "数据"


class Worker:
    """A forked process at its work: what it has acknowledged, and how it ended."""

    def __init__(self, nursery: Nursery, *, stopped: bool = False) -> None:
        self._nursery = nursery
        self.acknowledged: list[str] = []
        self.done: int | None = None  # the exit code, once its work is done
        self.ended: int | None = None  # that of the process; negative: the signal that killed it
        self.pid = int(nursery.line().split()[1])
        if stopped:
            self._wait_for_stop()

    def wait(self, acknowledgements: int = 1) -> bool:
        """Wait until it has acknowledged so many more; False where it was done before."""
        wanted = len(self.acknowledged) + acknowledgements
        while self.done is None and len(self.acknowledged) < wanted:
            self._hear(self._nursery.line())
        return len(self.acknowledged) >= wanted

    def signal(self, number: int) -> None:
        """Send it a signal. SIGSTOP has taken effect when this returns."""
        os.kill(self.pid, number)
        if number == signal.SIGSTOP:
            self._wait_for_stop()

    def _wait_for_stop(self) -> None:
        while _state(self.pid) not in "TZX":
            time.sleep(0.0005)

    def catch_up(self) -> None:
        """Hear what it has acknowledged until now, without waiting."""
        while (line := self._nursery.line(wait=0)) is not None:
            self._hear(line)

    def kill(self, after: float = 0.0) -> None:
        """Kill it after so many seconds."""
        time.sleep(after)
        os.kill(self.pid, signal.SIGKILL)
        self.join()

    def join(self) -> int:
        """Wait for its end; gives the exit code. One that does not end is killed, and fails the test."""
        while self.ended is None:
            if (line := self._nursery.line(wait=PATIENCE)) is None:
                os.kill(self.pid, signal.SIGKILL)
                raise AssertionError(f"it has not ended after {PATIENCE} seconds")
            self._hear(line)
        return self.ended

    def _hear(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "ack":
            self.acknowledged.append(rest)
        elif word == "done":
            self.done = int(rest)
        else:
            assert word == "over", line
            self.ended = int(rest)
            self.done = self.ended if self.done is None else self.done


def _state(pid: int) -> str:
    """The state of a process as the kernel names it; X where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


class Nursery:
    """The parent's end of that process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._lines: list[str] = []
        self._rest = b""

    def begin(
        self, deed: str, *arguments: object, folder: Path, said: Path | None = None, stopped: bool = False,
        stay: bool = False,
    ) -> Worker:  # fmt: skip
        """Fork a worker for a deed of ``deeds.py`` in a folder.

        ``said``: a file for what it prints; ``stopped``: it waits for SIGCONT before it begins and acknowledges
        nothing; ``stay``: it waits to be killed after it is done.
        """
        order = {"deed": deed, "arguments": [str(each) for each in arguments], "folder": str(folder)}
        order |= {"said": str(said) if said else os.devnull, "stopped": stopped, "stay": stay}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return Worker(self, stopped=stopped)

    def run(self, deed: str, *arguments: object, folder: Path, said: Path | None = None) -> int:
        """Do it undisturbed; gives the exit code."""
        return self.begin(deed, *arguments, folder=folder, said=said).join()

    def line(self, *, wait: float | None = None) -> str | None:
        """The next line that a worker or its parent wrote; None where there is none within so many seconds."""
        assert self._process.stdout is not None
        out = self._process.stdout.fileno()
        while not self._lines:
            if wait is not None and not select.select([out], [], [], wait)[0]:
                return None
            data = os.read(out, 65536)
            assert data, "the nursery has ended"
            *lines, self._rest = (self._rest + data).split(b"\n")
            self._lines = [each.decode() for each in lines]
        return self._lines.pop(0)


@contextmanager
def nursery(**environment: str) -> Iterator[Nursery]:
    """Start it, with these variables besides the usual ones."""
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    usual = {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", "from tests.store.proof.nursery import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **usual, **environment},
        bufsize=0,
    ) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


# ---- inside that process


def serve() -> None:
    """Fork a worker for every order on standard input; says over standard output how each went."""
    from tests.store.proof import deeds

    deeds.warm()
    gc.collect()
    gc.freeze()  # a worker's collector leaves alone what it shares with this process, and copies no pages of it
    for line in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            _work(json.loads(line))
        _, status = os.waitpid(child, 0)
        _say(f"over {os.waitstatus_to_exitcode(status)}", 1)


ACKNOWLEDGED = 3  # a file descriptor of workers


def acknowledge(text: str) -> None:
    """Tell the parent, from inside a worker, that something has been done."""
    _say(f"ack {text}", ACKNOWLEDGED)


def _say(text: str, out: int) -> None:
    os.write(out, f"{text}\n".encode())  # less than a pipe takes at once


def _work(order: dict[str, object]) -> None:
    """Do what was ordered and end this process."""
    from tests.store.proof import deeds

    code = 70
    try:
        os.dup2(1, ACKNOWLEDGED)
        for place, descriptor in ((os.devnull, 0), (order["said"], 1), (order["said"], 2)):
            opened = os.open(
                str(place), os.O_RDONLY if descriptor == 0 else os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600
            )
            os.dup2(opened, descriptor)
            os.close(opened)
        os.chdir(str(order["folder"]))
        os.environ["XDG_DATA_HOME"] = str(data_beside(Path.cwd()))
        _say(f"ready {os.getpid()}", ACKNOWLEDGED)
        if order["stopped"]:
            os.kill(os.getpid(), signal.SIGSTOP)
            os.close(ACKNOWLEDGED)  # a failing call must not be one of ours
        code = int(deeds.DEEDS[str(order["deed"])](*order["arguments"]) or 0)
        sys.stdout.flush()
        if not order["stopped"]:
            _say(f"done {code}", ACKNOWLEDGED)
        if order["stay"]:
            signal.pause()
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)
