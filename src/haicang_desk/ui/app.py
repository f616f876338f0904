"""The application: the first window in sight as soon as may be, then the store behind it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from haicang_desk.ui import chinese, crash
from haicang_desk.ui.desk import Desk
from haicang_desk.ui.settings import Settings


def run(store: Path | None, operator: str) -> int:
    """Open the window on a store; without one on the last, else on the first-run guide. Gives the exit code."""
    chinese.choose_input_method()
    app = make_application(sys.argv[:1])
    crash.watch()
    desk = Desk(app, Settings(), operator)
    desk.window.show()
    app.processEvents()  # the window is painted before a store is looked for
    QTimer.singleShot(0, lambda: desk.begin(store))
    return app.exec()


def make_application(argv: list[str]) -> QApplication:
    """The QApplication, in Chinese."""
    app = QApplication(argv)
    app.setApplicationName("haicang-desk")
    chinese.speak(app)
    return app
