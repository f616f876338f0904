"""The main screens of the demonstration year, the same on every run, and the pictures of them that are kept.

`python -m tests.ui.reference` (part of ``make pages``) makes the pictures anew; look at them before they are kept.
"""

from __future__ import annotations

import io
import lzma
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from haicang_desk.model.records import Stage
from haicang_desk.model.store import ProjectFilter, list_projects
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.application import Application
from haicang_desk.ui.shell.settings import Settings

FOLDER = Path(__file__).parent / "screens"
YEAR = Path(__file__).parents[1] / "data" / "old_stores" / "year.db.xz"
WORKED_ON = datetime(2026, 11, 29, 10, 0)
SIZE, POINTS = (1366, 768), 10
COLOURS = ("light", "dark")
SCREENS = ("today", "projects", "project", "batch", "papers", "quarterly")
NAMES = tuple(f"{name}-{worn}" for worn in COLOURS for name in SCREENS)
PATIENCE = 30.0  # seconds for what a screen still has to work out
_BITS = 5  # of each colour: what is told apart, and little to keep


def opened(app: QApplication, folder: Path) -> Application:
    """The window on a whole year, with a clock that stands still."""
    store = folder / "鹭湾.db"
    store.write_bytes(lzma.decompress(YEAR.read_bytes()))
    desk = Application(app, Settings(folder / "窗口.ini"), "陈美玲", now=lambda: WORKED_ON)
    app.setCursorFlashTime(0)
    theme.apply_type_size(app, POINTS)
    desk.window.resize(*SIZE)
    desk.window.show()
    desk.open_store(store)
    return desk


def pictures(desk: Application) -> Iterator[tuple[str, Image.Image]]:
    """Each name with its picture."""
    for worn in COLOURS:
        theme.apply_colours(desk.app, worn)
        for name in SCREENS:
            _show(desk, name)
            desk.window.resize(*SIZE)
            settle(desk)
            desk.window.status.clearMessage()  # it stands for a while only, and names the folder of this run
            yield f"{name}-{worn}", picture(desk.window)


def _show(desk: Application, name: str) -> None:
    assert desk.window.state is not None
    underway = ProjectFilter(stages=(Stage.UNDERWAY,))
    ids = [row.id for row in list_projects(desk.window.state.workspace.conn, underway, limit=6)]
    what: Any = {"project": ids[0], "batch": ("disburse", ids)}.get(name)
    desk.window.go(name, what)
    screen: Any = desk.window.current()
    settle(desk)
    if name == "projects":
        screen.table.selectRow(1)
        screen.table.setFocus()
    elif name == "papers":
        screen.preview.make()


def settle(desk: Application) -> None:
    """Let the worker, the timers and the layouts have their say."""
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        desk.app.processEvents()
        time.sleep(0.01)
    until = time.monotonic() + PATIENCE
    state = desk.window.state
    while state is not None and not _at_rest(desk) and time.monotonic() < until:
        desk.app.processEvents()
        time.sleep(0.01)
    for _ in range(10):
        desk.app.processEvents()
        time.sleep(0.01)


def _at_rest(desk: Application) -> bool:
    """Whether nothing is worked out any more, and the full check of the store has ended."""
    state = desk.window.state
    checked = any("已核验" in label.text() for label in desk.window.status.findChildren(QLabel))
    return state is not None and not state.jobs.busy and state.findings_ready and checked


def picture(widget: QWidget) -> Image.Image:
    """What a widget shows, at half its size."""
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(held, "PNG")
    whole = Image.open(io.BytesIO(bytes(held.data().data()))).convert("RGB")
    return ImageOps.posterize(whole.resize((whole.width // 2, whole.height // 2), Image.Resampling.BOX), _BITS)


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from haicang_desk.ui.shell.application import make_application

    app = make_application(["haicang-desk"])
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        desk = opened(app, Path(folder))
        for name, made in pictures(desk):
            made.save(FOLDER / f"{name}.png", optimize=True)
            print(FOLDER / f"{name}.png")
        desk.window.hide()
        desk.close_store()


if __name__ == "__main__":
    main()
