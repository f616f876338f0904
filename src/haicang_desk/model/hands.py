"""Many hands: the work on a year shared out among processes, each of which reads its casefiles by itself.

Checking 100,000 projects is some ten seconds' work of one core, most of it project by project, and Python's threads
share one core. So the command line may ask for more hands; the window never does, for it has threads of its own. The
store stays in one hand all the same. It is open, locked and not written to in the process that was started; a helper
is forked from it, leaves what it inherited alone, and opens the file a second time by ``connect_beside``, which takes
no lock and could not write. What it made of its share comes back through a pipe. It ends without closing anything,
and within a casefile of the death of its parent. What is in memory already, as the villages with the outlines of their
projects, it has by being forked. Where nothing can be forked, where there is little to do, and where a helper fails,
the work is done here: what comes of it is the same, only later.
"""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.shelves import casefiles
from haicang_desk.model.store import connect_beside

Item = TypeVar("Item")  # what is shared out
Thing = TypeVar("Thing")  # what it is read as
T = TypeVar("T")
Work = Callable[[Iterator[Thing]], T]
Reading = Callable[[Sequence[Item]], Iterator[Thing]]

WORTH = 5_000  # projects a hand: half a second's work, beside which a fork and a pipe are nothing
MOST = 4  # hands: each takes up to a hundred megabytes


def hands_for(conn: sqlite3.Connection, path: Path | None, projects: int, hands: int) -> int:
    """How many of so many hands are worth having for so many projects; one where nobody could help."""
    alone = path is None or conn.in_transaction or threading.active_count() > 1 or not hasattr(os, "fork")
    return 1 if alone else max(1, min(hands, MOST, projects // WORTH))


def share_out(
    conn: sqlite3.Connection, path: Path | None, ids: Sequence[str], work: Work[Casefile, T], hands: int
) -> list[T]:
    """What ``work`` makes of each share of the casefiles of these projects, in their order, here or elsewhere."""

    def beside(share: Sequence[str]) -> Iterator[Casefile]:
        assert path is not None
        return casefiles(connect_beside(path), share)

    return _shared(ids, hands, work, lambda share: casefiles(conn, share), beside)


def spread(things: Sequence[Thing], work: Work[Thing, T], hands: int) -> list[T]:
    """The same of what is in memory, by as many hands as there are."""
    return _shared(things, max(1, min(hands, len(things))), work, iter, iter)


def _shared(
    items: Sequence[Item],
    hands: int,
    work: Work[Thing, T],
    here: Reading[Item, Thing],
    beside: Reading[Item, Thing],
) -> list[T]:
    shares = [items[len(items) * n // hands : len(items) * (n + 1) // hands] for n in range(hands)]
    helpers: list[_Helper[Item, Thing, T]] = []
    try:
        for share in shares[1:]:
            helpers.append(_Helper(share, work, beside))
        made = [work(here(shares[0]))]
        for helper, share in zip(helpers, shares[1:], strict=True):
            told = helper.told()
            made.append(pickle.loads(told) if told else work(here(share)))
    finally:
        for helper in helpers:
            helper.dismiss()
    return made


class _Helper(Generic[Item, Thing, T]):
    """A forked process at work on its share."""

    def __init__(self, share: Sequence[Item], work: Work[Thing, T], beside: Reading[Item, Thing]) -> None:
        told, telling = os.pipe()
        parent, self._process = os.getpid(), os.fork()
        if not self._process:
            _help(lambda: work(_while_lives(parent, beside(share))), telling)
        os.close(telling)
        self._told = os.fdopen(told, "rb")

    def told(self) -> bytes:
        """All it said, once it has ended; b"" where it did not get through."""
        told = self._told.read()
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        return told if status == 0 else b""

    def dismiss(self) -> None:
        """Whether it is done or not."""
        self._told.close()
        if self._process:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


def _help(do: Callable[[], object], telling: int) -> None:
    """In the helper: does its share and ends, running nothing that the parent set up for its own end."""
    try:
        with os.fdopen(telling, "wb") as pipe:
            pickle.dump(do(), pipe, pickle.HIGHEST_PROTOCOL)
    except BaseException:
        os._exit(1)  # whatever went wrong: the parent does this share itself, and meets it there
    os._exit(0)


def _while_lives(parent: int, things: Iterator[Thing]) -> Iterator[Thing]:
    for thing in things:
        if os.getppid() != parent:
            os._exit(1)
        yield thing
