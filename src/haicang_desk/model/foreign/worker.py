"""The limited process: it takes a file's bytes from a pipe, runs one function on them and gives plain data back.

It is started by limited_process, opens no file itself and reads nothing foreign before it has given its rights up.
A request is {"task": "module:function", "arguments": {...}, "seconds": n} with the file as its parts. Its answers are
{"progress": [done, total]}, {"answer": …} and {"refused": text}; the last one of a request has "end": true.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import IO, Any

from haicang_desk.model.foreign.kinds import KINDS
from haicang_desk.model.foreign.limits import allow_time, give_up_rights, peak_memory
from haicang_desk.model.foreign.messages import read_message, write_message
from haicang_desk.model.values import DeskError

OFTEN = 0.05  # seconds between two words of progress
MOST_INPUT = 512 * 2**20  # bytes of a request: the parent is trusted


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task gives: plain data that JSON can hold, and bytes."""

    result: Any = None
    parts: Sequence[bytes] = ()


@dataclass(slots=True)
class Course:
    """Tells the parent how far a task is, not too often."""

    _tell: Callable[[int, int], None]
    _last: float = field(default=0.0)

    def progress(self, done: int, total: int) -> None:
        """Report work done, of how much."""
        now = time.monotonic()
        if done >= total or now - self._last >= OFTEN:
            self._last = now
            self._tell(done, total)


def main(arguments: Sequence[str]) -> int:
    """Serve requests until the pipe ends; ``arguments`` are the name of the reader's kind."""
    kind = KINDS[arguments[0]]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to answer
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):  # a library that prints must not write into the answers
        os.dup2(nowhere, standard)
    for module in kind.modules:
        import_module(module)
    give_up_rights(kind.limits)
    start = peak_memory()
    while (request := read_message(requests, MOST_INPUT)) is not None:
        header, parts = request
        allow_time(header["seconds"])
        end = _serve(answers, header, parts)
        request = parts = None  # type: ignore[assignment]  # its memory is needed for the next one
        spent = peak_memory() - start > kind.limits.kept
        write_message(answers, {**end, "end": True, "spent": spent})
        if spent:
            break
    return 0


def _serve(answers: IO[bytes], header: dict[str, Any], parts: list[bytes]) -> dict[str, Any]:
    """Run the task of one request and write its answers; gives the header of the last message."""
    try:
        course = Course(lambda done, total: write_message(answers, {"progress": [done, total]}))
        module, _, name = header["task"].partition(":")
        for made in _answers(getattr(import_module(module), name)(course, *parts, **header["arguments"])):
            write_message(answers, {"answer": made.result}, made.parts)
    except DeskError as refused:
        return {"refused": str(refused)}
    except MemoryError:
        return {"limit": "memory"}
    except BrokenPipeError:
        raise
    except Exception as wrong:
        return {"fault": type(wrong).__name__}
    return {}


def _answers(made: Answer | Iterator[Answer]) -> Iterator[Answer]:
    if isinstance(made, Answer):
        yield made
    else:
        yield from made


def run_from_command_line() -> None:
    """The entry point of a packaged program and of ``python -c``: the process ends with this call."""
    try:
        code = main(sys.argv[2:])
    except (OSError, KeyboardInterrupt):  # the parent is gone
        code = 1
    os._exit(code)  # what is left holds nothing that an orderly end would save
