"""Exit codes and messages for exceptions; an unexpected one is written to a crash report."""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from haicang_desk import __version__
from haicang_desk.cli.console import REFUSED, UNUSABLE, UNWRITTEN, now, print_message

CRASHED = 70  # a fault of the program itself, unlike the codes of contract §1 that scripts act on


def exit_code_of(error: BaseException, arguments: Sequence[str]) -> int:
    """Print one Chinese line about an exception; returns its exit code."""
    try:
        from haicang_desk.model.values import DeskError, NotWritten, StoreUnusable, cause
    except Exception:  # an incomplete installation: the model can't be imported
        return _report_unexpected(error, arguments)
    if isinstance(error, BrokenPipeError):  # the program that reads the output has ended
        return UNWRITTEN
    if isinstance(error, DeskError):
        print_message(str(error))
        return UNUSABLE if isinstance(error, StoreUnusable) else UNWRITTEN if isinstance(error, NotWritten) else REFUSED
    if isinstance(error, sqlite3.DatabaseError):
        print_message(
            f"台账读写不正常：{cause(error)}。没有完成的办理不会留下半截数据；处理后用 haicang-desk verify 核对"
        )
        return UNUSABLE
    if isinstance(error, OSError):
        print_message(f"{_file_name(error)}：{cause(error)}。请处理后重做")
        return UNWRITTEN
    return _report_unexpected(error, arguments)


def _report_unexpected(error: BaseException, arguments: Sequence[str]) -> int:
    path = write_crash_report(error, arguments)
    text = f"详情已记入“{path}”，请交维护人员查看" if path else f"内情：{type(error).__name__}: {error}"
    print_message(f"程序遇到没有预料到的情况，已停下，没有留下半截数据。{text}")
    return CRASHED


def _file_name(error: OSError) -> str:
    return f"“{error.filename2 or error.filename}”" if error.filename else "文件读写不了"


def write_crash_report(error: BaseException, arguments: Sequence[str]) -> Path | None:
    """Write a crash report to the data folder, else to the temporary one; None where neither is writable."""
    at = now()
    lines = [
        f"haicang-desk {__version__}，{at:%Y-%m-%d %H:%M:%S}",
        f"Python {platform.python_version()}，{platform.platform()}，SQLite {sqlite3.sqlite_version}",
        *_told(error, arguments),
    ]
    for folder in (_data_folder(), Path(tempfile.gettempdir())):
        with suppress(OSError):
            if folder is not None:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                report = folder / f"haicang-desk-{at:%Y%m%d-%H%M%S-%f}.txt"
                opened = os.open(report, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
                with open(opened, "w", encoding="utf-8", errors="backslashreplace") as out:  # noqa: PTH123
                    out.write("\n".join(lines))
                return report
    return None


def _told(error: BaseException, arguments: Sequence[str]) -> list[str]:
    """The command and the traceback, without data; of an installation that lacks the model, the frames alone."""
    try:
        from haicang_desk.model.values.crash_text import command_without_data, crash_text
    except Exception:
        return [type(error).__name__, *traceback.format_tb(error.__traceback__)]
    return [f"命令：{command_without_data(arguments)}", "", crash_text(error)]


def _data_folder() -> Path | None:
    from haicang_desk.paths import data_folder

    try:
        return data_folder() / "意外情况"
    except OSError:
        return None
