"""From an exception to an exit code and one Chinese line; what nobody foresaw goes into a crash report."""

from __future__ import annotations

import platform
import sqlite3
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from haicang_desk import __version__
from haicang_desk.cli.console import REFUSED, UNUSABLE, UNWRITTEN, now, tell

CRASHED = 70  # a fault of the program's own, apart from every code that scripts act on


def exit_code_of(wrong: BaseException, arguments: Sequence[str]) -> int:
    """Say what went wrong and give the exit code that belongs to it."""
    try:
        from haicang_desk.model.values import DeskError, NotWritten, StoreUnusable, cause
    except Exception:  # an installation so incomplete that the program itself does not load
        return _crashed(wrong, arguments)
    if isinstance(wrong, BrokenPipeError):  # whoever read our output has seen enough
        return UNWRITTEN
    if isinstance(wrong, DeskError):
        tell(str(wrong))
        return UNUSABLE if isinstance(wrong, StoreUnusable) else UNWRITTEN if isinstance(wrong, NotWritten) else REFUSED
    if isinstance(wrong, sqlite3.DatabaseError):
        tell(f"台账读写不正常：{cause(wrong)}。没有完成的办理不会留下半截数据；处理后用 haicang-desk verify 核对")
        return UNUSABLE
    if isinstance(wrong, OSError):
        tell(f"{_named(wrong)}：{cause(wrong)}。请处理后重做")
        return UNWRITTEN
    return _crashed(wrong, arguments)


def _crashed(wrong: BaseException, arguments: Sequence[str]) -> int:
    place = report_crash(wrong, arguments)
    told = f"详情已记入“{place}”，请交维护人员查看" if place else f"内情：{type(wrong).__name__}: {wrong}"
    tell(f"程序遇到没有预料到的情况，已停下，没有留下半截数据。{told}")
    return CRASHED


def _named(wrong: OSError) -> str:
    return f"“{wrong.filename2 or wrong.filename}”" if wrong.filename else "文件读写不了"


def report_crash(wrong: BaseException, arguments: Sequence[str]) -> Path | None:
    """Write a crash report into the data folder, else the temporary one; None where neither can be written."""
    at = now()
    lines = [
        f"haicang-desk {__version__}，{at:%Y-%m-%d %H:%M:%S}",
        f"Python {platform.python_version()}，{platform.platform()}，SQLite {sqlite3.sqlite_version}",
        f"命令：{' '.join(arguments)}",
        "",
        *traceback.format_exception(wrong),
    ]
    for folder in (_data_folder(), Path(tempfile.gettempdir())):
        with suppress(OSError):
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
                report = folder / f"haicang-desk-{at:%Y%m%d-%H%M%S-%f}.txt"
                report.write_text("\n".join(lines), encoding="utf-8", errors="backslashreplace")
                return report
    return None


def _data_folder() -> Path | None:
    from haicang_desk.paths import data_folder

    try:
        return data_folder() / "意外情况"
    except OSError:
        return None
