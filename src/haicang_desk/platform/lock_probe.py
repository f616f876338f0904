"""Whether a lock in a folder really holds: tried out with two handles of one file, of which only one may lock it."""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from haicang_desk.platform.system import WINDOWS
from haicang_desk.platform.writing import discard, new_private_file, partial_beside

_REFUSED = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)

_holding: set[tuple[int, Path]] = set()  # folders, each with its device, where a lock held


def lock_holds(folder: Path, try_lock: Callable[[int], bool] | None = None) -> bool:
    """Whether a second handle is refused a lock that a first one has, and gets it afterwards.

    A folder is probed once by a process, as long as the same disk is there. ``try_lock`` locks a handle, or gives
    False where another one has the lock. Raises OSError where nothing can be written.
    """
    place = folder.stat().st_dev, folder
    if try_lock is None and place in _holding:
        return True
    held = _probe(partial_beside(folder / "lock"), try_lock or _try_lock)
    if held and try_lock is None:
        _holding.add(place)
    return held


def _probe(path: Path, try_lock: Callable[[int], bool]) -> bool:
    new_private_file(path)
    handles = []
    try:
        handles += [os.open(path, os.O_RDWR), os.open(path, os.O_RDWR)]
        first, second = handles
        if not try_lock(first) or try_lock(second):
            return False
        os.close(handles.pop(0))
        return try_lock(second)
    except OSError as wrong:
        if wrong.errno in _NO_LOCKS:
            return False
        raise
    finally:
        for handle in handles:
            os.close(handle)
        discard(path)


def _try_lock(handle: int) -> bool:
    """Lock the first byte for this handle alone; False where another handle has it. Raises OSError."""
    try:
        if WINDOWS:
            _lock_on_windows(handle)
        else:
            _lock_on_posix(handle)
    except OSError as wrong:
        if wrong.errno in _REFUSED:
            return False
        raise
    return True


def _lock_on_windows(handle: int) -> None:
    import msvcrt

    windows: Any = msvcrt  # its functions are known on Windows alone
    windows.locking(handle, windows.LK_NBLCK, 1)


def _lock_on_posix(handle: int) -> None:
    """A lock of the open file, where the system has those: SQLite's, of the process, do not part two handles."""
    import fcntl

    if hasattr(fcntl, "F_OFD_SETLK"):  # Linux
        whole = struct.pack("hhqqi0q", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0)
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, whole)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
