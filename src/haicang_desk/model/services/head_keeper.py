"""Holding an open store to the head that this computer saw of it last, and remembering its head in turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from haicang_desk.model.store import (
    UNREADABLE,
    Jump,
    SeenHeads,
    begin_writing,
    compare_with_seen,
    confirmed_jump,
    keep_seen,
    remembered,
    settle,
)

_UNCONFIRMED = (
    "可以查看，不能登记。若是有意换回的，请确认并写明理由（命令是 haicang-desk accept）；"
    "若不是，请找回较新的文件，或从最近的备份恢复"
)


class HeadKeeper:
    """What this computer remembers of a store that is open to be written.

    ``missing``: what it lacks of that, so that it is not written until somebody confirms; ``broken`` adds how to.
    """

    def __init__(self, conn: sqlite3.Connection, path: Path) -> None:
        self._conn, self._path = conn, path
        self._known: SeenHeads | None = None
        self.broken = self.missing = ""
        with suppress(*UNREADABLE):  # a store that can't be read: verifying it says so
            known = remembered(conn, path)
            if (wrong := compare_with_seen(conn, known)) is not None:
                self.missing = wrong.message
                self.broken = f"{wrong.message}。{_UNCONFIRMED}"
            else:
                self._known = begin_writing(conn, path, known)

    def keep(self, *, writing: bool = True) -> None:
        """Remember the head that the store has now. ``writing``: it goes on being written."""
        if self._known is not None:
            with suppress(*UNREADABLE):
                self._known = keep_seen(self._conn, self._path, self._known, writing=writing)

    @contextmanager
    def taking_pending(self) -> Iterator[Jump | None]:
        """Give the restore that the journal does not hold yet, for the block to journal; it stays where that fails."""
        known = self._known
        if known is None or known.pending is None:
            yield None
            return
        self._known = replace(known, pending=None)
        try:
            yield known.pending
        except BaseException:
            self._known = known
            raise
        self._known = settle(self._conn, self._path, known, known.pending)

    @contextmanager
    def accepting(self, *, handler: str, reason: str, at: datetime) -> Iterator[None]:
        """Somebody confirmed that the store is written as it is: what it lacks is pending as given up within the block.

        Where the block fails, nothing is confirmed.
        """
        broken, self.broken = self.broken, ""
        self._known = confirmed_jump(self._conn, self._path, at=at, handler=handler, reason=reason)
        try:
            yield
        except BaseException:
            self._known, self.broken = None, broken
            raise
