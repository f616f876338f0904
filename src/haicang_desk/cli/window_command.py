"""The program without a command: open the window. Nothing else of the command line imports the window."""

from __future__ import annotations

import os
from argparse import Namespace

from haicang_desk.cli.arguments import Parser, UsageError, path_of


def open_window_arguments(parser: Parser) -> None:
    """Add the store, which may be left out."""
    parser.add_argument(
        "store", metavar="STORE", type=path_of, nargs="?", help="台账文件；默认上次打开的，没有则引导新建"
    )
    parser.add_argument("--view", action="store_true", help="只看：不登记，另一个窗口正在登记时也能打开")


def open_window(options: Namespace) -> int:
    """Open the window and return its exit code when it is closed.

    Raises StoreUnusable where the store does not exist, UsageError where there is no screen or Qt can't be imported.
    """
    if options.store is not None and not options.store.exists():
        from haicang_desk.model.values import StoreUnusable

        raise StoreUnusable(f"找不到台账文件“{options.store}”。请核对路径；新建请用 haicang-desk init")
    if options.view and options.store is None:
        raise UsageError("--view 要写明台账文件")
    if not _has_screen():
        raise UsageError("这台机器没有可用的屏幕，打不开窗口。不用窗口的命令见 haicang-desk --help")
    try:
        from haicang_desk.ui.shell.application import run
    except ImportError as missing:
        if not (missing.name or "").startswith(("PySide6", "shiboken6")) and ".so" not in str(missing):
            raise
        raise UsageError(
            f"打不开窗口，缺少它要用的组件（{missing}）。不用窗口的命令见 haicang-desk --help"
        ) from missing
    return run(options.store, options.operator or "", view=options.view)


def _has_screen() -> bool:
    """Whether there is a screen. On Linux, Qt ends the whole process without one, so this is asked first."""
    from haicang_desk.platform import LINUX

    if not LINUX:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
