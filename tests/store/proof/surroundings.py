"""Odd surroundings that a command may find itself in, each set up inside a forked worker before the command runs."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_KEEP_CAPABILITIES = 8  # PR_SET_KEEPCAPS
_CAPABILITY_VERSION = 0x20080522
_READ = 1 << 2  # CAP_DAC_READ_SEARCH
STRANGER = 64_321  # a user whom the system does not know


def _variables(**values: str | None) -> Callable[[Path], None]:
    def set_up(folder: Path) -> None:
        for name, value in values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value.format(folder=folder)
        time.tzset()
        tempfile.tempdir = None

    return set_up


def _closed(*descriptors: int) -> Callable[[Path], None]:
    """A program started without these streams: the next file it opens takes their place."""

    def set_up(folder: Path) -> None:
        for descriptor in descriptors:
            setattr(sys, ("stdin", "stdout", "stderr")[descriptor], None)
            os.close(descriptor)

    return set_up


def _limited(what: str, most: int) -> Callable[[Path], None]:
    def set_up(folder: Path) -> None:
        import resource

        resource.setrlimit(getattr(resource, what), (most, most))

    return set_up


def _stranger(folder: Path) -> None:
    """A user without an entry in passwd and without a home, who may read what anybody's interpreter may lie in."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, STRANGER, STRANGER)
    _variables(HOME=None, USER=None, LOGNAME=None, LNAME=None, USERNAME=None, XDG_DATA_HOME="{folder}/数据")(folder)
    os.setgroups([])
    os.setgid(STRANGER)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_KEEP_CAPABILITIES, 1, 0, 0, 0)
    os.setuid(STRANGER)
    header, data = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)(_READ, _READ)
    if libc.capset(header, data) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def _masked(folder: Path) -> None:
    """A umask that leaves nobody any right, for a user whom rights bind."""
    _stranger(folder)
    os.umask(0o777)


def _homeless_by_name(folder: Path) -> None:
    """No variable names a home; the system does."""
    _at_home(folder)
    _variables(HOME=None, XDG_DATA_HOME=None)(folder)


def _homeless(folder: Path) -> None:
    """A home folder in which nothing can be made."""
    _stranger(folder)
    _variables(HOME="/proc", XDG_DATA_HOME=None)(folder)


def _no_scratch(folder: Path) -> None:
    """No folder for temporary files, and nothing that can be written but what the command names."""
    _stranger(folder)
    _variables(TMPDIR="/nowhere", XDG_DATA_HOME="/proc/nowhere")(folder)
    tempfile._candidate_tempdir_list = lambda: ["/nowhere", "/proc"]


def _at_home(folder: Path) -> None:
    """The home folder that the system names is this one: no test writes into that of the person who runs it."""
    import pwd

    known = pwd.getpwuid(os.getuid())
    pwd.getpwuid = lambda _: pwd.struct_passwd((*known[:5], str(folder), *known[6:]))


def _alone(folder: Path) -> None:
    """No variable at all."""
    _at_home(folder)
    for name in list(os.environ):
        with suppress(KeyError):
            del os.environ[name]
    time.tzset()


SURROUNDINGS: dict[str, Callable[[Path], None]] = {
    "no variables": _alone,
    "no home": _homeless_by_name,
    "a home that is not there": _variables(HOME="{folder}/无", XDG_DATA_HOME=None),
    "a data folder that is a file": _variables(XDG_DATA_HOME="{folder}/新阳.db"),
    "a time zone that is none": _variables(TZ="No/Where"),
    "a time zone of 45 minutes": _variables(TZ="<+0545>-5:45"),
    "no path": _variables(PATH=""),
    "no bus, no fonts": _variables(DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere", FONTCONFIG_FILE="/nowhere"),
    "no input": _closed(0),
    "no output": _closed(1),
    "no errors": _closed(2),
    "no streams": _closed(0, 1, 2),
    "few files": _limited("RLIMIT_NOFILE", 16),
    "very few files": _limited("RLIMIT_NOFILE", 8),
    "no large files": _limited("RLIMIT_FSIZE", 40_000),
    "no files with content": _limited("RLIMIT_FSIZE", 0),
    "a user nobody knows": _stranger,
    "no rights by default": _masked,
    "a home in which nothing can be made": _homeless,
    "no scratch": _no_scratch,
}
OF_ROOT = {"a user nobody knows", "no rights by default", "a home in which nothing can be made", "no scratch"}


def within(name: str, *arguments: str) -> int:
    """Run a command line in some surroundings."""
    from haicang_desk.__main__ import main

    SURROUNDINGS[name](Path.cwd())
    return main(arguments)
