"""Working on a store beside its window: on a worker thread, with a connection of its own.

A connection of SQLite belongs to one thread. A question of a few queries is asked of the store's own file; who reads
the whole of it works on a copy that was taken in slices; who writes, such as an import of thousands of rows, has the
store to itself meanwhile: the window lends it and is told of the change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import (
    FinishedChange,
    connect_beside,
    connect_image,
    connect_to_copy,
    connect_to_read,
    last_entry,
)
from haicang_desk.model.values import Course, StoreUnusable, cause

T = TypeVar("T")
READ_ONLY = "这里只读"
TRIES = 3  # times that a question is asked anew where the store was changed meanwhile


def asking_beside(ws: Workspace, question: Callable[[Workspace], T]) -> Callable[[], tuple[int, T]]:
    """A function for any thread that answers a question about the store, with the number of the last journal entry.

    It reads the store's own file through a connection that cannot write, and holds it locked for no longer than one
    query takes, so that a save meanwhile need not wait. Where the store was changed between the queries it asks
    again, so that no answer mixes two states; ``StoreUnusable`` after several times. A store in memory is copied.
    """
    path, now = ws.path, ws.clock
    image = ws.conn.serialize() if path is None else b""

    def ask() -> tuple[int, T]:
        """Answer, on the thread that calls."""
        try:
            with _opened(path, image) as conn:
                for _ in range(TRIES):
                    before = last_entry(conn)
                    answer = question(Workspace(conn, path=path, now=now, read_only=READ_ONLY))
                    if last_entry(conn) == before:
                        return before, answer
        except sqlite3.Error as error:
            raise StoreUnusable(f"没有读成（{cause(error)}），数据没有改动。请稍后再看") from error
        raise StoreUnusable("台账正在改动，没有读成。请稍后再看")

    return ask


@contextmanager
def _opened(path: Path | None, image: bytes) -> Iterator[sqlite3.Connection]:
    with closing(connect_image(image) if path is None else connect_to_read(path)) as conn:
        yield conn


@contextmanager
def read_beside(path: Path, now: Callable[[], datetime], course: Course | None = None) -> Iterator[Workspace]:
    """A copy of a store that the window goes on writing, as it is at one moment. Raises StoreUnusable, Stopped."""
    with Workspace(connect_to_copy(path, course or Course()), now=now, read_only=READ_ONLY) as copy:
        yield copy


@contextmanager
def write_beside(
    path: Path, now: Callable[[], datetime], verified_at: datetime | None = None
) -> Iterator[tuple[Workspace, list[FinishedChange]]]:
    """The store itself, to write it while the window lends it, and the changes made so far, to tell the window of.

    ``verified_at``: when the window's check found the store sound; without it, the check is made here where it is
    needed. Raises StoreUnusable.
    """
    made: list[FinishedChange] = []
    with Workspace(connect_beside(path), path=path, now=now) as own:
        own.condition.end_check(verified_at)
        own.listen(made.append)
        yield own, made


@contextmanager
def lent(ws: Workspace, why: str) -> Iterator[None]:
    """Within the block the window writes nothing, because a worker does; ``why`` is told to who tries."""
    ws.condition.lent = why
    try:
        yield
    finally:
        ws.condition.lent = ""
