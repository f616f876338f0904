"""What the window remembers between sessions, in an ini file in the user's own folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from haicang_desk.paths import data_folder

LATEST = 8  # stores remembered


class Settings:
    """Typed access to the ini file. A value that cannot be read counts as missing."""

    def __init__(self, path: Path | None = None) -> None:
        self._ini = QSettings(str(path or data_folder() / "窗口.ini"), QSettings.Format.IniFormat)

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        return str(self._ini.value(name, default))

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        text = self.text(name)
        return int(text) if text.isdecimal() else default

    def keep(self, name: str, value: str | int | QByteArray) -> None:
        """Store a value."""
        self._ini.setValue(name, value)

    def state(self, name: str) -> QByteArray:
        """The saved state of a window, splitter or header; empty where there is none."""
        value = self._ini.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def structure(self, name: str) -> Any:
        """A value kept by ``keep_structure``, or None."""
        try:
            return json.loads(self.text(name, "null"))
        except ValueError:
            return None

    def keep_structure(self, name: str, value: Any) -> None:
        """Store a structure as JSON."""
        self._ini.setValue(name, json.dumps(value, ensure_ascii=False))

    def names(self, group: str) -> list[str]:
        """The names of all that is kept under a group, such as 打印."""
        return [name for name in self._ini.allKeys() if name.startswith(f"{group}/")]

    def forget(self, *groups: str) -> int:
        """Drop all that is kept under groups; gives how much that was."""
        names = [name for group in groups for name in self.names(group)]
        for name in names:
            self._ini.remove(name)
        return len(names)

    def forget_name(self, name: str) -> None:
        """Drop one value."""
        self._ini.remove(name)

    def stores(self) -> list[Path]:
        """The stores opened last, newest first."""
        found = self.structure("台账/最近") or []
        return [Path(str(name)) for name in found]

    def keep_store(self, path: Path) -> None:
        """Put a store first among those opened last."""
        others = [known for known in self.stores() if known != path]
        self.keep_structure("台账/最近", [str(known) for known in [path, *others][:LATEST]])

    def flush(self) -> None:
        """Write to disk."""
        self._ini.sync()
