"""Drafts: unsaved entries, written within seconds to a small file and offered again after a crash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from haicang_desk.paths import data_folder

NEW = "新建"  # the key of a project that has no id yet


class Drafts:
    """Unsaved entries of one store by record id, in a small file. An unreadable file holds none."""

    def __init__(self, store: Path | None, folder: Path | None = None) -> None:
        name = sha256(str(store).encode()).hexdigest()[:16]
        self._path = (folder or data_folder()) / f"草稿-{name}.json"

    def keep(self, key: str, typed: Mapping[str, str], at: datetime) -> None:
        """Write a draft. Failing to write it is ignored, so that typing goes on."""
        drafts = self._read()
        drafts[key] = {"at": at.strftime("%Y-%m-%d %H:%M"), "typed": dict(typed)}
        self._write(drafts)

    def drop(self, key: str) -> None:
        """Forget the draft of a record."""
        drafts = self._read()
        if drafts.pop(key, None) is not None:
            self._write(drafts)

    def find(self, key: str) -> tuple[dict[str, str], str] | None:
        """What was typed and when, or None."""
        drafts = self._read().get(key)
        if not isinstance(drafts, dict) or not isinstance(drafts.get("typed"), dict):
            return None
        return {str(name): str(text) for name, text in drafts["typed"].items()}, str(drafts.get("at", ""))

    def _read(self) -> dict[str, Any]:
        try:
            drafts = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return drafts if isinstance(drafts, dict) else {}

    def _write(self, drafts: Mapping[str, Any]) -> None:
        partial = self._path.with_suffix(".partial")
        with suppress(OSError):
            if drafts:
                partial.write_text(json.dumps(drafts, ensure_ascii=False), encoding="utf-8")
                partial.replace(self._path)
            else:
                self._path.unlink(missing_ok=True)
