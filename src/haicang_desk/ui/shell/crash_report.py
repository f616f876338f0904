"""Unexpected errors: a report in the data folder, one message in Chinese, and the program goes on."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from haicang_desk import __version__
from haicang_desk.model.values import cause
from haicang_desk.paths import data_folder
from haicang_desk.platform import SYSTEM, discard, make_private_folder, new_private_file

_LOUD = (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
_telling = False
_now: Callable[[], datetime] = datetime.now


def install_handlers() -> None:
    """Take over what Python and Qt would print to nobody."""
    sys.excepthook = on_exception
    qInstallMessageHandler(on_message)


def on_exception(kind: type[BaseException], wrong: BaseException, trace: TracebackType | None) -> None:
    """Write a report and tell the person; the event loop goes on."""
    global _telling
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, wrong, trace)
        return
    from haicang_desk.model.values.crash_text import crash_text  # only a program at fault waits for it

    report = write_report(crash_text(wrong.with_traceback(trace)))
    if _telling:
        return
    _telling = True
    try:
        from PySide6.QtWidgets import QApplication

        from haicang_desk.ui.shell import prompts

        if QApplication.instance() is not None:
            where = f"情况已记在“{report}”，可发给维护人员。" if report else ""
            if isinstance(wrong, (OSError, sqlite3.OperationalError)):  # a disk that is gone, full or broken
                text = f"磁盘上的文件读写不了（{cause(wrong)}），这一步没有做完，已保存的数据没有受影响。"
                text += f"请检查台账所在的磁盘是否还接着、有没有空间，再重新打开台账。{where}"
                prompts.tell(QApplication.activeWindow(), "磁盘读写不正常", text, level="warn")
                return
            text = f"这一步没有做完，已保存的数据没有受影响。{where}请重试；再出现就重新打开程序。"
            prompts.tell(QApplication.activeWindow(), "程序遇到意外情况", text)
    finally:
        _telling = False


def on_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's own messages: grave ones into a report, the others to the terminal."""
    if kind in _LOUD:
        from haicang_desk.model.values.crash_text import without_data

        write_report(f"Qt: {without_data(message)}\n{context.file}:{context.line}\n")
    elif sys.stderr is not None:
        print(message, file=sys.stderr)


def write_report(text: str) -> Path | None:
    """One file a report, the newest twenty kept; None where the disk refuses."""
    with suppress(OSError):
        folder = data_folder() / "意外情况"
        make_private_folder(folder)
        path = folder / f"{_now():%Y-%m-%d %H%M%S %f}.txt"
        head = f"haicang-desk {__version__}，Python {sys.version.split()[0]}，{SYSTEM}\n\n"
        new_private_file(path)
        path.write_text(head + text, encoding="utf-8")
        for old in sorted(folder.glob("*.txt"))[:-20]:
            discard(old)
        return path
    return None
