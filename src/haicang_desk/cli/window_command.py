"""Opening the window: the only place of the command line that knows there is one."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from haicang_desk.cli.arguments import Misused, Parser, path_of


def open_window_arguments(parser: Parser) -> None:
    parser.add_argument(
        "store", metavar="STORE", type=path_of, nargs="?", help="台账文件；默认上次打开的，没有则引导新建"
    )


def open_window(given: Namespace) -> int:
    """Raises StoreUnusable for a store that is not there, Misused where there is no screen to open a window on."""
    if given.store is not None and not given.store.exists():
        from haicang_desk.model.values import StoreUnusable

        raise StoreUnusable(f"找不到台账文件“{given.store}”。请核对路径；新建请用 haicang-desk init")
    if not _has_screen():
        raise Misused("这台机器没有可用的屏幕，打不开窗口。不用窗口的命令见 haicang-desk --help")
    try:
        from haicang_desk.ui.shell.application import run
    except ImportError as missing:
        if not (missing.name or "").startswith(("PySide6", "shiboken6")) and ".so" not in str(missing):
            raise
        raise Misused(f"打不开窗口，缺少它要用的组件（{missing}）。不用窗口的命令见 haicang-desk --help") from missing
    return run(given.store, given.operator or "")


def _has_screen() -> bool:
    """On Linux, Qt ends the whole process where it finds no screen; so it is asked for beforehand."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
