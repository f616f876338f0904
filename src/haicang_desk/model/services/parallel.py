"""A function of many items computed in several processes, each of which takes one chunk of them.

Python's threads share one core; the check of 100,000 projects takes about ten seconds of it. The processes are spawned,
not forked: this works on Windows too, and with threads. The parent computes the first chunk itself. A chunk that a
worker did not finish, for whatever reason, is computed again by the parent, which raises the real exception.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # at run time imported with the first pool: a smaller store need not wait for it
    from concurrent.futures import Executor, Future

Item = TypeVar("Item")
T = TypeVar("T")

ITEMS_PER_WORKER = 5_000  # projects; below that a process starts slower than it helps
MOST_WORKERS = 4  # each takes up to a hundred megabytes


class Workers:
    """The parent and the processes of ``pool``, ``count`` together."""

    def __init__(self, pool: Executor | None = None, count: int = 1) -> None:
        self._pool, self._count = pool, count

    def map(
        self, items: Sequence[Item], here: Callable[[Sequence[Item]], T], elsewhere: Callable[[Sequence[Item]], T]
    ) -> list[T]:
        """The result for each chunk of ``items``, in order: by ``here`` in the parent, by ``elsewhere`` in a worker.

        Both give the same; ``elsewhere``, the items and the results can be pickled.
        """
        count = max(1, min(self._count, len(items)))
        first, *others = (items[len(items) * n // count : len(items) * (n + 1) // count] for n in range(count))
        futures = [self._submit(elsewhere, chunk) for chunk in others]
        results = [here(first)]
        for future, chunk in zip(futures, others, strict=True):
            try:
                results.append(here(chunk) if future is None else future.result())
            except Exception:
                results.append(here(chunk))
        return results

    def _submit(self, function: Callable[[Sequence[Item]], T], chunk: Sequence[Item]) -> Future[T] | None:
        """None where no process can be started, or an earlier one was killed."""
        try:
            return self._pool.submit(function, chunk) if self._pool else None
        except (RuntimeError, OSError):
            return None


@contextmanager
def worker_pool(items: int, workers: int) -> Iterator[Workers]:
    """As many of ``workers`` as so many items are worth. On an exception the processes are killed, not waited for."""
    count = max(1, min(workers, MOST_WORKERS, items // ITEMS_PER_WORKER))
    if count == 1:
        yield Workers()
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children, get_context

    try:
        pool = ProcessPoolExecutor(count - 1, mp_context=get_context("spawn"), initializer=_prepare)
    except (NotImplementedError, OSError):  # a system without semaphores
        yield Workers()
        return
    try:
        yield Workers(pool, count)
    except BaseException:
        for process in active_children():  # the program starts no others
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare() -> None:
    """In a worker: Ctrl+C is the parent's to answer, and the worker ends when the parent was killed."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
