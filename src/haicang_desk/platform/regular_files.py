"""Reading of files that others name or make: regular files only, never longer than told, never waiting.

A pipe, a device or a socket in the place of a file would hang the program; a file that grows, or is written while it is
read, would give half of two states.
"""

from __future__ import annotations

import os
import stat
from enum import Enum
from pathlib import Path

from haicang_desk.model.values import cause

_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"))
_CHUNK = 2**20  # bytes read at once


class FileFault(Enum):
    """Why a file was not read."""

    MISSING = "找不到"
    FOLDER = "是文件夹"
    SPECIAL = "不是普通文件（是管道或设备）"
    LARGE = "太大"
    CHANGING = "正在被别的程序写入"
    UNREADABLE = "读不出来"


class FileNotTaken(OSError):
    """A file that was not read: ``fault`` says why, ``size`` is its size in bytes where it is known.

    The text is Chinese and complete but for the name of the file.
    """

    def __init__(self, fault: FileFault, detail: str = "", size: int = 0) -> None:
        self.fault, self.detail, self.size = fault, detail, size
        text = fault.value + (f"（{detail}）" if detail else "")
        super().__init__(text)
        self.strerror = text


def read_regular_file(path: Path, most: int) -> bytes:
    """The content of a regular file of at most ``most`` bytes; links are followed. Raises FileNotTaken."""
    try:
        _regular(path.stat(), most)  # before it is opened: opening a device can have an effect
        opened = os.open(path, _FLAGS)
    except FileNotTaken:
        raise
    except FileNotFoundError as wrong:
        raise FileNotTaken(FileFault.MISSING) from wrong
    except (OSError, ValueError) as wrong:
        reason = cause(wrong) if isinstance(wrong, OSError) else "路径不可用"
        raise FileNotTaken(FileFault.UNREADABLE, reason) from wrong
    try:
        before = os.fstat(opened)
        _regular(before, most)
        content = _content(opened, before.st_size + 1)
        after = os.fstat(opened)
    except FileNotTaken:
        raise
    except OSError as wrong:
        raise FileNotTaken(FileFault.UNREADABLE, cause(wrong)) from wrong
    finally:
        os.close(opened)
    if len(content) != before.st_size or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise FileNotTaken(FileFault.CHANGING)
    return content


def read_regular_text(path: Path, most: int) -> str:
    """The text of a regular file in UTF-8, its mark taken off, lines ended by a line feed alone.

    Raises FileNotTaken, UnicodeDecodeError.
    """
    text = read_regular_file(path, most).decode("utf-8-sig")  # some Windows editors put a byte order mark first
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _regular(status: os.stat_result, most: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FileNotTaken(FileFault.FOLDER)
    if not stat.S_ISREG(status.st_mode):
        raise FileNotTaken(FileFault.SPECIAL)
    if status.st_size > most:
        raise FileNotTaken(FileFault.LARGE, size=status.st_size)


def _content(opened: int, most: int) -> bytes:
    pieces: list[bytes] = []
    while most > 0 and (piece := os.read(opened, min(_CHUNK, most))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)
