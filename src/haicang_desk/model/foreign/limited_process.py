"""Runs a function on a foreign file in a process of its own, with limits (worker, kinds).

A process is kept for the next file, for a minute; one that met a limit is ended and never used again. Any thread may
ask; two that ask at once have two processes. What a process gives back is checked for its size and taken as plain data.
"""

from __future__ import annotations

import atexit
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from haicang_desk.model.foreign.errors import LimitMet, ReadingStopped
from haicang_desk.model.foreign.limits import MIB, ReaderKind, peak_memory
from haicang_desk.model.foreign.messages import Garbled, Message, TooLarge, read_message, write_message
from haicang_desk.model.foreign.worker import Answer
from haicang_desk.model.values import Cancelled, ProgressCallback, Refused

FLAG = "--limited-reader"  # the first argument of a packaged program that is such a process
KEPT = 60.0  # seconds that an idle process is kept
STOPPED = "已停止读取，没有写入任何内容"
_INTERPRETER = 192 * MIB  # bytes of a process before it reads anything, for Windows, which counts all of it
_POLL = 0.05  # seconds between two looks at whether the person asks to stop
_START = 30.0  # seconds for the process to start on a slow disk
_TIME_IS_UP = getattr(signal, "SIGXCPU", -1_000)  # Windows has no such signal
_MANY = 500  # answers of one task
_FAR = 0.75  # of the memory limit: a process that died with so much is taken to have needed more
_ABOUT = 16 * MIB  # by so much two measurements of one peak may differ
_CODE = (  # argv: -c, flag, kind, module path
    "import sys; sys.path[:] = sys.argv[3:]; "
    "from haicang_desk.model.foreign.worker import run_from_command_line; run_from_command_line()"
)


def run(
    kind: ReaderKind,
    task: str,
    parts: Sequence[bytes],
    arguments: Mapping[str, Any] | None = None,
    *,
    subject: str = "",
    progress: ProgressCallback | None = None,
    cancelled: Cancelled | None = None,
) -> Answer:
    """Run ``task``, "module:function", on the parts of a file in a limited process, and give its one answer.

    ``subject`` names the file in messages, such as 《申报.xlsx》. Raises Refused as the task does, LimitMet where a
    limit is met, ReadingStopped once ``cancelled`` is true.
    """
    answers = stream(kind, task, parts, arguments, subject=subject, progress=progress, cancelled=cancelled)
    return list(answers)[-1]


def stream(
    kind: ReaderKind,
    task: str,
    parts: Sequence[bytes],
    arguments: Mapping[str, Any] | None = None,
    *,
    subject: str = "",
    progress: ProgressCallback | None = None,
    cancelled: Cancelled | None = None,
    each: bool = False,
) -> Iterator[Answer]:
    """The answers of a task that gives several, one by one; raises as ``run``.

    With ``each`` every answer has the whole time. Whoever does not want all of them closes the iterator.
    """
    reader = _POOL.take(kind)
    try:
        yield from reader.ask(task, parts, arguments or {}, _Watch(subject, progress, cancelled, each))
    finally:
        if reader.waits:
            _POOL.give_back(reader)
        else:
            reader.end()


def close_readers() -> None:
    """End the processes that are kept."""
    _POOL.close()


class _Watch:
    """What the parent looks at while a process reads: who asks to stop, whom to tell, how long it may take."""

    def __init__(
        self, subject: str, progress: ProgressCallback | None, cancelled: Cancelled | None, each: bool
    ) -> None:
        self.subject, self.progress, self.each = subject, progress, each
        self._cancelled, self._until = cancelled, 0.0

    def start(self, seconds: float) -> None:
        """Begin to count the wall time."""
        self._until = time.monotonic() + seconds

    def look(self) -> bool:
        """Whether there is time left. Raises ReadingStopped where the person asks to stop."""
        if self._cancelled is not None and self._cancelled():
            raise ReadingStopped(STOPPED)
        return time.monotonic() < self._until


class _Reader:
    """One process and the pipes to it."""

    def __init__(self, kind: ReaderKind) -> None:
        self.kind = kind
        self.waits = False  # it has ended its last task as it should and takes another one
        self._job: Any = None
        self._ended = threading.Event()
        self._fresh = True
        self._process = subprocess.Popen(
            _command(kind.name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(os.sep).resolve(),  # so that no folder of a person's is held
            creationflags=_creation_flags(),
        )
        self._peak_of_parent = peak_memory()  # Linux counts it as the child's own peak
        try:
            self._enter_job()
        except OSError:
            self.end()
            raise

    def _enter_job(self) -> None:
        if sys.platform == "win32":
            from haicang_desk.model.foreign.windows_job import Job

            self._job = Job(self.kind.limits.memory + _INTERPRETER)
            self._job.add(int(self._process._handle))  # type: ignore[attr-defined]

    @property
    def alive(self) -> bool:
        """Whether the process still waits for work."""
        return not self._ended.is_set() and self._process.poll() is None

    def ask(self, task: str, parts: Sequence[bytes], arguments: Mapping[str, Any], watch: _Watch) -> Iterator[Answer]:
        """Send a request and give its answers. Raises Refused, LimitMet, ReadingStopped."""
        limits = self.kind.limits
        seconds = limits.seconds_for(sum(map(len, parts)))
        self.waits = False
        processor = seconds * (_MANY if watch.each else 1)
        request = {"task": task, "arguments": dict(arguments), "seconds": processor}
        inbox: queue.Queue[Message | str] = queue.Queue(maxsize=1)
        threading.Thread(target=self._converse, args=(request, parts, inbox), daemon=True).start()
        patience = limits.patience(seconds)
        watch.start(patience + (_START if self._fresh else 0))
        while True:
            header, answered = self._next(inbox, watch, seconds)
            if "progress" in header:
                self._tell(header["progress"], watch)
            elif "answer" in header:
                yield Answer(header["answer"], answered)
                if watch.each:
                    watch.start(patience)
            elif header.get("end"):
                self._fresh, self.waits = False, not header.get("spent")
                self._judge(header, watch)
                return
            else:
                raise self._given_up("output", watch, seconds)

    def _tell(self, told: Any, watch: _Watch) -> None:
        if watch.progress is not None and isinstance(told, list) and len(told) == 2:
            watch.progress(int(told[0]), int(told[1]))

    def _judge(self, header: dict[str, Any], watch: _Watch) -> None:
        """Raise what the last message of a request says of its file."""
        if "refused" in header:
            raise Refused(str(header["refused"]))
        if "limit" in header or "fault" in header:
            self.waits = False
            raise self._given_up("memory" if "limit" in header else "fault", watch, 0)

    def _next(self, inbox: queue.Queue[Message | str], watch: _Watch, seconds: float) -> Message:
        while True:
            if not watch.look():
                raise self._given_up("time", watch, seconds)
            try:
                message = inbox.get(timeout=_POLL)
            except queue.Empty:
                continue
            if isinstance(message, str):
                raise self._given_up(message, watch, seconds)
            return message

    def _converse(self, request: dict[str, Any], parts: Sequence[bytes], inbox: queue.Queue[Message | str]) -> None:
        """On a thread of its own: a pipe can block, and on Windows cannot be waited for."""
        process, message = self._process, None
        assert process.stdin is not None and process.stdout is not None
        try:
            write_message(process.stdin, request, parts)
            while (message := read_message(process.stdout, self.kind.limits.output)) is not None:
                if not self._put(inbox, message) or message[0].get("end"):
                    return
            self._put(inbox, "died")
        except TooLarge:
            self._put(inbox, "output")
        except (Garbled, OSError, ValueError):  # ValueError: the pipe was closed
            self._put(inbox, "died")

    def _put(self, inbox: queue.Queue[Message | str], message: Message | str) -> bool:
        """Hand a message over; False once nobody wants it."""
        while not self._ended.is_set():
            with suppress(queue.Full):
                inbox.put(message, timeout=_POLL)
                return True
        return False

    def _given_up(self, why: str, watch: _Watch, seconds: float) -> LimitMet:
        """End the process; the error that says why its file was given up."""
        peak = self.end()
        limits = self.kind.limits
        if why == "died" and peak > max(limits.memory * _FAR, self._peak_of_parent + _ABOUT):
            why = "memory"
        elif why == "died" and self._process.returncode == -_TIME_IS_UP:
            why = "time"
        told = {
            "memory": f"打开时要用的内存超过 {limits.memory // MIB} MB",
            "time": f"{round(seconds)} 秒还没有读完",
            "output": f"展开后的内容超过 {limits.output // MIB} MB",
        }.get(why, "读到中途读取程序中断（文件损坏，或展开后过大）")
        return LimitMet(f"{watch.subject}{told}，已停止读取，没有写入任何内容。{limits.cure}")

    def end(self) -> int:
        """End the process and wait for it; the most memory that it held in bytes, 0 where the system does not tell."""
        self._ended.set()
        process = self._process
        peak = _kill(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        if self._job is not None:
            self._job.close()
        return peak


class _Pool:
    """The idle processes, at most one of a kind, each ended after a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, tuple[_Reader, threading.Timer]] = {}
        atexit.register(self.close)

    def take(self, kind: ReaderKind) -> _Reader:
        """An idle process that still lives, else a new one. Raises Refused where none can be started."""
        with self._lock:
            reader, timer = self._idle.pop(kind.name, (None, None))
        if timer is not None:
            timer.cancel()
        if reader is not None and reader.kind == kind and reader.alive:
            return reader
        if reader is not None:
            reader.end()
        try:
            return _Reader(kind)
        except OSError as wrong:
            raise Refused(
                f"读取程序启动不了（{wrong.strerror or wrong}），文件没有打开。请关闭别的程序后再试"
            ) from wrong

    def give_back(self, reader: _Reader) -> None:
        """Keep a process for the next file."""
        timer = threading.Timer(KEPT, self._expire, (reader,))
        timer.daemon = True
        with self._lock:
            if reader.kind.name in self._idle:
                timer = None  # type: ignore[assignment]
            else:
                self._idle[reader.kind.name] = (reader, timer)
                timer.start()
        if timer is None:
            reader.end()

    def _expire(self, reader: _Reader) -> None:
        with self._lock:
            if self._idle.get(reader.kind.name, (None,))[0] is not reader:
                return
            del self._idle[reader.kind.name]
        reader.end()

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            idle, self._idle = list(self._idle.values()), {}
        for reader, timer in idle:
            timer.cancel()
            reader.end()


def _command(kind: str) -> list[str]:
    """The command line of a reader: the packaged program itself, or Python with the parent's module path alone."""
    if getattr(sys, "frozen", False):
        return [sys.executable, FLAG, kind]
    python = getattr(sys, "_base_executable", None) if sys.platform == "win32" else None  # not the launcher of a venv
    path = [str(Path(folder).resolve()) for folder in sys.path]
    return [python or sys.executable, "-I", "-S", "-X", "utf8", "-c", _CODE, FLAG, kind, *path]


def _creation_flags() -> int:
    if sys.platform != "win32":
        return 0
    from haicang_desk.model.foreign.windows_job import BELOW_NORMAL_PRIORITY, NO_WINDOW

    return NO_WINDOW | BELOW_NORMAL_PRIORITY


def _kill(process: subprocess.Popen[bytes]) -> int:
    """End a process and wait for it; its peak memory in bytes, 0 where the system does not tell."""
    if process.returncode is not None or not hasattr(os, "wait4"):
        process.kill()
        process.wait()
        return 0
    try:
        os.kill(process.pid, signal.SIGKILL)  # Popen.kill would wait for one that is dead, and lose what it used
        _, status, used = os.wait4(process.pid, 0)
    except (ChildProcessError, ProcessLookupError):
        process.wait()
        return 0
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_maxrss if sys.platform == "darwin" else used.ru_maxrss * 1024


_POOL = _Pool()
