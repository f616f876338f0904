"""No widget flashes as a window of its own while a screen or a form is made."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from haicang_desk.ui.screens.record_dialogs import StepDialog
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS


class ShownWindows(QObject):
    """Notes every top-level widget that is shown."""

    def __init__(self):
        super().__init__()
        self.names = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            text = getattr(watched, "text", str)()
            self.names.append(f"{type(watched).__name__} {watched.objectName()} {text}".strip())
        return False


@pytest.fixture
def shown(window):
    seen = ShownWindows()
    QApplication.instance().installEventFilter(seen)
    yield seen.names
    QApplication.instance().removeEventFilter(seen)


def test_a_new_project_opens_without_a_flash(window, shown):
    window.go("project", "")
    QApplication.processEvents()
    assert shown == []


def test_no_screen_flashes_when_it_is_first_visited(window, shown, asked, kept):
    for item in NAVIGATION_ITEMS:
        window.go(item.name)
        QApplication.processEvents()
    window.go("project", kept().id)
    page = window.current()
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
        QApplication.processEvents()
    assert shown == []


def test_a_dialog_shows_itself_alone(window, shown, asked, kept):
    window.go("project", kept().id)
    shown.clear()
    window.current().take("suggest")
    dialog = window.current().findChildren(StepDialog)[-1]
    QApplication.processEvents()
    assert shown == ["StepDialog"]
    dialog.form.cells["channel"].editor.set_value(dialog.form.cells["channel"].editor.value())
    dialog.reject()
