"""The application: the first window in sight as soon as may be, then the store behind it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from haicang_desk.ui import chinese, theme
from haicang_desk.ui.main_window import MainWindow
from haicang_desk.ui.settings import Settings

ZOOM = "窗口/字号"


def run(store: Path | None, operator: str) -> int:
    """Open the window on a store; without one on the last, else on the first-run guide. Gives the exit code."""
    from haicang_desk.ui import crash

    chinese.choose_input_method()
    app = make_application(sys.argv[:1])
    settings = Settings()
    crash.watch()
    desk = Desk(app, settings, operator)
    desk.window.show()
    QTimer.singleShot(0, lambda: desk.begin(store))
    return app.exec()


def make_application(argv: list[str]) -> QApplication:
    """The QApplication, in Chinese."""
    app = QApplication(argv)
    app.setApplicationName("haicang-desk")
    app.setApplicationDisplayName("")
    chinese.speak(app)
    return app


class Desk(QObject):
    """The application around the window: opening and changing stores, backups, zoom."""

    def __init__(self, app: QApplication, settings: Settings, operator: str) -> None:
        super().__init__()
        self.app, self.settings, self.operator = app, settings, operator
        theme.dress(app, settings.number(ZOOM, theme.USUAL), theme.add_fonts())
        self.window = MainWindow(settings)
        menus = self.window.menus
        menus.zoom_asked.connect(self.zoom)
        menus.open_asked.connect(self.ask_open)
        app.aboutToQuit.connect(self.close_store)

    def begin(self, store: Path | None) -> None:
        """Open the store named, or the last one that is still there."""
        known = [store] if store else [path for path in self.settings.stores() if path.exists()]
        if known and self.open_store(known[0]):
            return

    def open_store(self, path: Path) -> bool:
        from haicang_desk.model import StoreUnusable, Workspace, person
        from haicang_desk.ui import prompts
        from haicang_desk.ui.bridge import Bridge

        self.close_store()
        try:
            workspace = Workspace.open(path)
        except StoreUnusable as unusable:
            prompts.tell(self.window, "台账打不开", str(unusable))
            return False
        self.settings.keep_store(path.resolve())
        self.window.take_store(Bridge(workspace, person=self.operator or person(), settings=self.settings))
        return True

    def close_store(self) -> None:
        if self.window.bridge is not None:
            workspace = self.window.bridge.workspace
            self.window.drop_store()
            workspace.close()

    def ask_open(self) -> None:
        from haicang_desk.ui import prompts

        here = self.window.bridge.workspace.path if self.window.bridge else None
        path = prompts.pick_open(self.window, "打开台账", here.parent if here else Path.home(), "台账 (*.db)")
        if path is not None:
            self.open_store(path)

    def zoom(self, by: int) -> None:
        """One point larger or smaller, or back to the usual size."""
        now = self.settings.number(ZOOM, theme.USUAL)
        points = theme.USUAL if by == 0 else min(max(now + by, theme.SMALLEST), theme.LARGEST)
        self.settings.keep(ZOOM, points)
        theme.resize(self.app, points)
        self.window.fit()
