"""What the limited process is asked to do in tests: much of what a hostile file could make a library do."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from haicang_desk.model.foreign.worker import Answer, Course
from haicang_desk.model.values import Refused


def echo(course: Course, *parts: bytes, **told):
    return Answer([os.getpid(), told], parts)


def refuse(course: Course, *parts: bytes):
    raise Refused("不要这个文件")


def hog(course: Course, *parts: bytes):
    held = []
    while True:
        held.append(b"x" * (16 * 2**20 + len(held)))


def hog_then_die(course: Course, *parts: bytes):
    """As a library in C does that gets no memory."""
    held = []
    try:
        while True:
            held.append(b"x" * (16 * 2**20 + len(held)))
    except MemoryError:
        os.kill(os.getpid(), signal.SIGABRT)


def spin(course: Course, *parts: bytes):
    while True:
        pass


def sleep(course: Course, *parts: bytes):
    course.progress(1, 2)
    time.sleep(600)


def crash(course: Course, *parts: bytes):
    ctypes.string_at(0)


def fail(course: Course, *parts: bytes):
    raise KeyError("x")


def flood(course: Course, *parts: bytes):
    return Answer(None, [bytes(4 * 2**20)] * 3)


def garble(course: Course, *parts: bytes):
    """Write what is no message into the pipe, past all of our code."""
    for pipe in range(3, 40):
        try:
            os.write(pipe, b"\xff" * 4096)
        except OSError:
            continue
    os._exit(0)


def escape(course: Course, *parts: bytes, folder: str):
    """Try what the process has no right to; gives what worked."""
    done = []
    try:
        (Path(folder) / "made").write_bytes(b"x" * 10)
        done.append("file")
    except OSError:
        pass
    if os.geteuid() != 0:  # the system does not count root's processes
        try:
            subprocess.run([sys.executable, "-c", ""], check=True)
            done.append("process")
        except OSError:
            pass
    import resource

    if resource.getrlimit(resource.RLIMIT_CORE)[1] != 0:
        done.append("core")
    if os.nice(0) < 5:
        done.append("priority")
    if threading.active_count() > 1:
        done.append("threads")
    return Answer(done)


def check(course: Course, data: bytes, *, pdf: bool):
    """In the place of scan_tasks.check: a PDF takes all memory."""
    return hog(course) if pdf else Answer(1)
