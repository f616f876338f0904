"""A splitter that is found again as it was left."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from haicang_desk.ui.shell.settings import Settings


class RememberedSplitter(QSplitter):
    """Its parts cannot be lost by dragging them shut."""

    def __init__(self, orientation: Qt.Orientation, name: str, settings: Settings) -> None:
        super().__init__(orientation)
        self.setChildrenCollapsible(False)
        self._key, self._settings = f"分隔/{name}", settings
        self.splitterMoved.connect(lambda *_: settings.keep(self._key, self.saveState()))

    def restore(self) -> None:
        """As it was left; to be called when its parts are in."""
        if state := self._settings.state(self._key):
            self.restoreState(state)
