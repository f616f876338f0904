"""The full check of a store in a process of its own, so that a window is not slowed by it.

A thread would share the interpreter with the window: measured with 3,000 projects, the window then stood still for up
to 200 ms where it otherwise does for 40. A small store takes less time to verify than a process takes to start.
"""

from __future__ import annotations

import os
import signal
from contextlib import closing, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from haicang_desk.model.store import Damage, verify_file
from haicang_desk.model.values import Course, DeskError

SMALL = 4 * 1024 * 1024  # bytes of a store that is verified on the thread that asks
LOOK = 0.1  # seconds between two looks at whether the person wants it to stop
POLITE = 5  # how far behind the window the process stands in the queue for a processor


def verify_apart(store: Path, course: Course) -> tuple[Damage, ...]:
    """All damage of a store but that of its originals, found without keeping this process busy.

    Where no process can be started, or it is killed, this thread does it. Raises StoreUnusable, Stopped.
    """
    with suppress(EOFError, OSError):  # of the process; a store that is gone is told below
        if store.stat().st_size > SMALL:
            return _by_process(store, course)
    return verify_file(store, files=False, course=course)


def _by_process(store: Path, course: Course) -> tuple[Damage, ...]:
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_verify, args=(store, there), daemon=True)
    with closing(here):
        with closing(there):
            process.start()
        try:
            while True:
                course.go_on()
                if here.poll(LOOK):
                    answer = here.recv()
                    if isinstance(answer, DeskError):
                        raise answer
                    if isinstance(answer, list):
                        return tuple(answer)
                    course.tell(*answer)
        finally:
            process.kill()
            process.join()


def _verify(store: Path, answers: Connection) -> None:
    """In the process: send how far it is as pairs, at last a list of all damage, or the error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the window to answer
    if hasattr(os, "nice"):
        os.nice(POLITE)
    try:
        answers.send(list(verify_file(store, files=False, course=Course(lambda *far: answers.send(far)))))
    except DeskError as wrong:
        answers.send(wrong)
