"""The access log: who looked at telephones and accounts of a ledger, and who took them out of the program.

It is no part of the ledger, which a look does not change. A store has a folder of its own among the user's data, by the
id of its street, and in it a file for each year, ``2026.jsonl``: one line of JSON for each access, appended and synced
before the number is shown. Lines are numbered and chained by SHA-256 over the year's end, and ``last.json`` repeats the
newest number and hash, so that a line that was changed, taken out or cut off is found. No line holds what was
looked at. Files are never removed. They are this user's alone.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256
from pathlib import Path

from haicang_desk.model.store.connection import WriterLock
from haicang_desk.model.values import NotWritten, cause, mask_numbers
from haicang_desk.paths import data_folder
from haicang_desk.platform import append_line, make_private_folder, write_atomically

LAST = "last.json"
_TRIES, _PAUSE = 60, 0.05  # seconds: another window or command writes its line


class AccessKind(Enum):
    """What was done; the value is written into the log and shown."""

    SHOWN = "显示"
    SCREEN = "显示整屏"
    COPIED = "复制"
    EXPORTED = "导出"
    RECEIPT = "回执"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One line of the log. ``about`` says which field of what, or which file, and never the value."""

    number: int
    at: str
    person: str
    kind: str
    about: str
    previous: str = ""
    hash: str = ""

    def sealed(self) -> str:
        """The hash over all else of the line."""
        told = {name: value for name, value in asdict(self).items() if name != "hash"}
        return sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AccessHistory:
    """All lines, the newest first, and in Chinese what is wrong with the log."""

    lines: tuple[Access, ...]
    faults: tuple[str, ...]


class AccessLog:
    """The log of one ledger in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def note(self, kind: AccessKind, about: str, *, person: str, at: datetime) -> Access:
        """Append one line, which is on the disk when this returns. Raises NotWritten: then nothing may be shown."""
        try:
            make_private_folder(self.folder)
            with self._alone():
                last = self._last()
                line = Access(
                    number=(last.number if last else 0) + 1,
                    at=at.isoformat(timespec="seconds"),
                    person=person,
                    kind=kind.value,
                    about=mask_numbers(about),
                    previous=last.hash if last else "",
                )
                line = Access(**asdict(line) | {"hash": line.sealed()})
                append_line(self.folder / f"{at.year}.jsonl", _packed(line))
                write_atomically(self.folder / LAST, _packed(line))
        except (OSError, sqlite3.Error, NotWritten) as wrong:
            reason = cause(wrong) if isinstance(wrong, OSError) else str(wrong)
            raise NotWritten(
                f"查看记录写不成（{reason}），所以没有显示、没有写出。请核对磁盘空间和文件夹权限"
            ) from wrong
        return line

    def read(self) -> AccessHistory:
        """The whole log. Never raises for what stands in it: that is a fault."""
        lines: list[Access] = []
        faults: list[str] = []
        for path in self._files():
            for count, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                line = _unpacked(text)
                if line is None:
                    faults.append(f"{path.name} 第 {count} 行读不出来")
                elif fault := _fault(line, lines[-1] if lines else None):
                    faults.append(f"{path.name} 第 {count} 行{fault}")
                if line is not None:
                    lines.append(line)
        newest = self._newest()
        if newest is not None and (not lines or lines[-1].hash != newest.hash):
            faults.append(f"记录到第 {newest.number} 条为止，后面的行被删去或改动过")
        elif newest is None and lines:
            faults.append(f"缺少 {LAST}，不能确定末尾没有被删去")
        return AccessHistory(tuple(reversed(lines)), tuple(faults))

    def _files(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*.jsonl") if path.is_file()) if self.folder.is_dir() else []

    def _last(self) -> Access | None:
        """The newest line: by its own file, else by the end of the last year's."""
        if (newest := self._newest()) is not None:
            return newest
        for path in reversed(self._files()):
            for text in reversed(path.read_text(encoding="utf-8", errors="replace").splitlines()):
                if (line := _unpacked(text)) is not None:
                    return line
        return None

    def _newest(self) -> Access | None:
        try:
            return _unpacked((self.folder / LAST).read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While this process writes, no other does."""
        for _ in range(_TRIES - 1):
            try:
                lock = WriterLock(self.folder / "access")
                break
            except sqlite3.OperationalError:
                time.sleep(_PAUSE)
        else:
            lock = WriterLock(self.folder / "access")
        try:
            yield
        finally:
            lock.release()


def access_log_of(street: str) -> AccessLog:
    """The log of the ledger of a street, by its id, which copies and moved files of the ledger share."""
    return AccessLog(data_folder() / "access" / street)


def _packed(line: Access) -> bytes:
    return json.dumps(asdict(line), ensure_ascii=False, sort_keys=True).encode()


def _unpacked(text: str) -> Access | None:
    try:
        told = json.loads(text)
        line = Access(**told)
    except (ValueError, TypeError):
        return None
    return (
        line if isinstance(line.number, int) and all(isinstance(each, str) for each in (line.hash, line.at)) else None
    )


def _fault(line: Access, before: Access | None) -> str:
    """What is wrong with a line by itself and behind the one before it; "" for nothing."""
    if line.sealed() != line.hash:
        return "被改动过"
    if before is None:
        return "之前的行被删去" if line.number != 1 else ""
    if line.previous != before.hash or line.number != before.number + 1:
        return "与前一行接不上：中间的行被删去、改动或调换过"
    return ""
