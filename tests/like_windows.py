"""Makes this system behave like Windows' file system, as far as a Python program can tell.

With ``--like-windows`` the whole suite runs so: no file that this process has open, by whatever library, is renamed,
replaced or removed; nothing is synced through a handle that is only read; no file gets a name that Windows refuses or
takes for a device, or one that differs from another's by case alone; permission bits mean nothing. Tests that are
about POSIX by their nature bear the marker ``posix`` with a reason: they run as this system is, so that one run proves
both, and on Windows itself they are skipped by name.

Renaming and removing are judged before they happen, in an audit hook of Python, which sees every way of doing it.
What SQLite does inside is not seen: it has its own code for Windows.
"""

from __future__ import annotations

import errno
import functools
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\..*)?")
NO_FILES = ("/proc/", "/sys/", "/dev/")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT

_on = False


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option ``--like-windows``."""
    parser.addoption("--like-windows", action="store_true", help="as on Windows: no renaming of open files and so on")


def pytest_configure(config: pytest.Config) -> None:
    """Begin, where it is asked for; each worker of xdist does so by itself."""
    if config.getoption("--like-windows"):
        begin()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On Windows, skip what is about POSIX by its nature."""
    if sys.platform == "win32":
        for item in items:
            if (marker := item.get_closest_marker("posix")) is not None:
                item.add_marker(pytest.mark.skip(reason=f"Windows has no such thing: {marker.args[0]}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Run what is about POSIX as this system is."""
    if not _on or item.get_closest_marker("posix") is None:
        return (yield)
    _turn(False)
    try:
        return (yield)
    finally:
        _turn(True)


def _turn(on: bool) -> None:
    global _on
    from haicang_desk.platform import system

    _on = on
    system._removes_open_files = not on


def begin() -> None:
    """Behave like Windows from now on, in this process."""
    _turn(True)
    sys.addaudithook(_judge)
    os.fsync = _written_only(os.fsync)
    os.fdatasync = _written_only(os.fdatasync)
    os.chmod = _without_groups(os.chmod)


def refused(code: int, text: str, path: str, winerror: int) -> OSError:
    """An error as Windows gives it."""
    wrong = OSError(code, text, path)
    wrong.winerror = winerror  # type: ignore[attr-defined]
    return wrong


# ---- what the hook sees


def _judge(event: str, arguments: tuple[Any, ...]) -> None:
    if not _on:
        return
    judge = _JUDGES.get(event)
    if judge is not None:
        judge(*arguments)


def _opened(path: Any, mode: Any, flags: int) -> None:
    if flags & WRITES and not isinstance(path, int) and path is not None:
        _named(os.fsdecode(path))


def _renamed(source: Any, target: Any, source_folder: int, target_folder: int) -> None:
    old, new = _whole(source, source_folder), _whole(target, target_folder)
    _named(new, besides=old)
    _not_open(old)
    _not_open(new)


def _removed(path: Any, folder: int) -> None:
    _not_open(_whole(path, folder))


def _made(path: Any, mode: int, folder: int) -> None:
    _named(_whole(path, folder))


def _linked(source: Any, target: Any, source_folder: int = -1, target_folder: int = -1) -> None:
    _named(_whole(target, target_folder))


def _connected(database: Any) -> None:
    text = os.fsdecode(database) if isinstance(database, (str, bytes, os.PathLike)) else ""
    if text and text != ":memory:" and not text.startswith("file:"):
        _named(text)


_JUDGES: dict[str, Callable[..., None]] = {
    "open": _opened,
    "os.rename": _renamed,  # os.replace too
    "os.remove": _removed,  # os.unlink too
    "os.mkdir": _made,
    "os.link": _linked,
    "os.symlink": lambda source, target, folder: _linked(source, target, -1, folder),
    "sqlite3.connect": _connected,
}


def _whole(path: Any, folder: int) -> str:
    """The path from the root, of one relative to the handle of a folder."""
    text = os.fsdecode(path)
    return os.path.join(os.readlink(f"/proc/self/fd/{folder}") if folder >= 0 else os.getcwd(), text)


def _not_open(path: str) -> None:
    """Raises PermissionError, WinError 32, where this process has a file open, or one in a folder."""
    try:
        found = os.lstat(path)
    except OSError:
        return
    if stat.S_ISREG(found.st_mode):
        if any(_same(handle, found) for handle in _handles()):
            raise refused(errno.EACCES, "open in this process, as WinError 32", path, 32)
    elif stat.S_ISDIR(found.st_mode):
        inside = os.path.realpath(path) + os.sep
        if any(_path_of(handle).startswith(inside) for handle in _handles()):
            raise refused(errno.EACCES, "a file in it is open in this process, as WinError 32", path, 32)


def _handles() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/fd") if int(name) > 2]


def _same(handle: int, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), found)
    except OSError:
        return False


def _path_of(handle: int) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{handle}")
    except OSError:
        return ""


def _named(path: str, besides: str = "") -> None:
    """Raises OSError for a name that Windows would not give to a new file, or that it takes for another one."""
    if path.startswith(NO_FILES) or os.path.lexists(path):
        return
    for name in path.split(os.sep):
        if name in ("", ".", ".."):
            continue
        if FORBIDDEN.search(name) or name[-1] in " .":
            raise refused(errno.EINVAL, "a name that Windows refuses, as WinError 123", path, 123)
        if RESERVED.fullmatch(name):
            raise refused(errno.EACCES, "a name that Windows takes for a device", path, 5)
    folder, name = os.path.split(path)
    if name.upper() != name.lower():
        try:
            others = os.listdir(folder or ".")
        except OSError:
            return
        taken = [
            each for each in others if each.casefold() == name.casefold() and os.path.join(folder, each) != besides
        ]
        if taken:
            raise refused(errno.EEXIST, f"differs from {taken[0]} by case alone", path, 183)


# ---- what is done otherwise


def _written_only(sync: Callable[[int], None]) -> Callable[[int], None]:
    @functools.wraps(sync)
    def synced(handle: Any) -> None:
        import fcntl

        number = handle if isinstance(handle, int) else handle.fileno()
        if _on and fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "only read: Windows does not sync it")
        sync(handle)

    return synced


def _without_groups(chmod: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(chmod)
    def changed(path: Any, mode: int, **named: Any) -> None:
        """Only a file's write bit counts, for everybody; of a folder nothing does."""
        found = os.fstat(path) if isinstance(path, int) else os.stat(path)
        if not _on:
            chmod(path, mode, **named)
        elif stat.S_ISREG(found.st_mode):
            chmod(path, 0o666 if mode & stat.S_IWUSR else 0o444, **named)

    return changed
