"""Pictures of every main screen with a store's own data: ``python -m haicang_desk.ui.shell.screenshots STORE OUTDIR``.

For the manual, and for looking at the window where there is no screen. The store is copied first and left alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from haicang_desk.ui.shell.application import Application

LOOKS = (  # width, height, size of type in points, colours
    (1366, 768, 10, "light"),
    (1366, 768, 10, "dark"),
    (1920, 1080, 12, "light"),
    (960, 540, 12, "contrast"),
)
PATIENCE = 20.0  # seconds for what a screen still has to work out
PERSON = "陈美玲"


def main(argv: list[str]) -> int:
    """Write the pictures; gives the exit code."""
    if len(argv) != 2:
        print("用法：python -m haicang_desk.ui.shell.screenshots STORE OUTDIR", file=sys.stderr)
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    out = Path(argv[1])
    out.mkdir(parents=True, exist_ok=True)
    from haicang_desk.ui.shell.application import make_application

    app = make_application(["haicang-desk"])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder  # the user's own settings and backups are left alone too
        copy = _copied(Path(argv[0]), Path(folder))
        for width, height, points, worn in LOOKS:
            with _desk(app, copy, (width, height), points, worn) as desk:
                for name, shown in _tour(app, desk):
                    path = out / f"{name}-{width}x{height}-{points}-{worn}.png"
                    shown.grab().save(str(path))
                    print(path)
    return 0


def _copied(store: Path, folder: Path) -> Path:
    from haicang_desk.model.services import Workspace
    from haicang_desk.model.store import back_up

    copy = folder / store.name
    with Workspace.open(store) as ws:
        back_up(ws.conn, copy)
    return copy


@contextmanager
def _desk(app: QApplication, store: Path, size: tuple[int, int], points: int, worn: str) -> Iterator[Application]:
    from haicang_desk.ui.shell.application import COLOURS, ZOOM, Application
    from haicang_desk.ui.shell.settings import Settings

    settings = Settings(store.parent / f"{size[0]}-{points}-{worn}.ini")
    settings.keep(ZOOM, points)
    settings.keep(COLOURS, worn)
    desk = Application(app, settings, PERSON)
    desk.window.resize(*size)
    desk.window.show()
    desk.open_store(store)
    yield desk
    desk.window.hide()
    desk.close_store()
    app.aboutToQuit.disconnect(desk.close_store)
    desk.window.deleteLater()


def _tour(app: QApplication, desk: Application) -> Iterator[tuple[str, QWidget]]:
    """Each screen as it stands when everything it shows is there."""
    from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS

    for place in NAVIGATION_ITEMS:
        if place.listed:
            desk.window.go(place.name)
            screen: Any = desk.window.current()
            if place.name == "papers":
                screen.preview.make()
            if place.name in ("projects", "villages", "journal"):
                screen.table.selectRow(1)
            _settle(app, desk)
            yield place.name, desk.window
    yield from _project_pages(app, desk)


def _project_pages(app: QApplication, desk: Application) -> Iterator[tuple[str, QWidget]]:
    """A draft with its tabs, and the form of a step."""
    from PySide6.QtWidgets import QDialog

    from haicang_desk.model.records import Attachment, Stage
    from haicang_desk.model.store import ProjectFilter, list_projects

    if desk.window.state is None:
        return
    ws = desk.window.state.workspace
    page: Any
    for stage, step in ((Stage.DRAFT, "submit"), (Stage.SUBMITTED, "approve"), (Stage.UNDERWAY, "disburse")):
        for listed in list_projects(ws.conn, ProjectFilter(stages=(stage,)), limit=1):
            desk.window.go("project", listed.id)
            page = desk.window.current()
            for tab in range(page.tabs.count()) if stage is Stage.UNDERWAY else (0,):
                page.tabs.setCurrentIndex(tab)
                _settle(app, desk)
                yield f"project-{stage.code}-{tab}", desk.window
            page.take(step)
            dialog = page.findChildren(QDialog)[-1]
            _settle(app, desk)
            yield f"step-{step}", dialog
            dialog.reject()
    underway = ProjectFilter(stages=(Stage.UNDERWAY,))
    desk.window.go("batch", ("disburse", [row.id for row in list_projects(ws.conn, underway, limit=8)]))
    _settle(app, desk)
    yield "batch", desk.window
    for kept in ws.all(Attachment)[:1]:
        desk.window.go("project", kept.project)
        page = desk.window.current()
        page.tabs.setCurrentWidget(page.tabs.materials)
        page.tabs.materials.panel.table.selectRow(1)
        _settle(app, desk)
        yield "project-materials", desk.window


def _settle(app: QApplication, desk: Application) -> None:
    """Let the worker and the timers have their say."""
    until = time.monotonic() + PATIENCE
    for _ in range(30):
        app.processEvents()
        time.sleep(0.005)
    state = desk.window.state
    while state is not None and (state.jobs.busy or not state.findings_ready) and time.monotonic() < until:
        app.processEvents()
        time.sleep(0.01)
    for _ in range(30):
        app.processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
