"""Findings in the order of ``check``, added and taken away a few at a time however many there are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from haicang_desk.model.findings import Finding
from haicang_desk.model.rules import SCOPES
from haicang_desk.model.services.kept_findings import as_of, changes_daily

Key = tuple[str, int, str, int, int, str, str, str, int]
Entry = tuple[Any, ...]  # a key, whether another text is told each day, the finding: sorted by the key, which is unique
LENGTH = 9  # of a key
FEW = 200  # added by insertion; from more of them sorting is quicker


def keys_of(
    found: Sequence[Finding], *, part: int = 0, village: str = "", code: str = "", project: str = ""
) -> Iterator[Key]:
    """The keys by which findings on one subject are sorted, one for each.

    By rule, scope, subject and level; of one subject, as ``check`` meets them: the fund year's own first (``part`` 0),
    then those of earlier years, each by village, code and id, and at last in the order of the rules.
    """
    for number, each in enumerate(found):
        yield (
            each.rule,
            SCOPES.index(each.scope),
            each.subject,
            each.severity.rank,
            part,
            village,
            code,
            project,
            number,
        )


class SortedFindings:
    """Kept findings by their keys, and as they are told on a day.

    Those added in great number are sorted as they come, in runs each at least twice as long as the next, so that no
    single call has to sort them all.
    """

    def __init__(self, today: date) -> None:
        self._today = today
        self._kept: list[Entry] = []
        self._added: list[Entry] = []
        self._runs: list[list[Entry]] = []
        self._told: list[Finding] | None = []

    def turn_to(self, today: date) -> None:
        """Tell them as of another day."""
        if today == self._today:
            return
        self._today = today
        self._sort()
        if self._told is not None:
            for at, each in enumerate(self._kept):
                if each[-2]:
                    self._told[at] = as_of(each[-1], today)

    def add(self, entries: Iterable[tuple[Key, Finding]]) -> None:
        """Add findings under keys that are not there yet."""
        self._added += ((*key, changes_daily(found), found) for key, found in entries)
        if len(self._added) > FEW:
            self._close_run()

    def _close_run(self) -> None:
        run, self._added = sorted(self._added), []
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            run = _merged(self._runs.pop(), run)
        self._runs.append(run)

    def remove(self, keys: Iterable[Key]) -> None:
        """Take findings away. Raises KeyError for one that is not there."""
        self._sort()
        for key in keys:
            at = self._place(key)
            del self._kept[at]
            if self._told is not None:
                del self._told[at]

    def _place(self, key: Key) -> int:
        at = bisect_left(self._kept, key)
        if at == len(self._kept) or self._kept[at][:LENGTH] != key:
            raise KeyError(key)
        return at

    def told(self) -> list[Finding]:
        """All of them in order, as of the day."""
        self._sort()
        if self._told is None:
            self._told = [as_of(each[-1], self._today) if each[-2] else each[-1] for each in self._kept]
        return list(self._told)

    def _sort(self) -> None:
        """Put what was added in its place."""
        if self._runs:
            self._close_run()
            while self._runs:
                last = self._runs.pop()
                if self._runs:
                    self._runs[-1] = _merged(self._runs[-1], last)
                else:
                    self._kept, self._told = _merged(self._kept, last), None
        added, self._added = self._added, []
        for entry in added:
            at = bisect_left(self._kept, entry)
            self._kept.insert(at, entry)
            if self._told is not None:
                self._told.insert(at, as_of(entry[-1], self._today))


def _merged(one: list[Entry], other: list[Entry]) -> list[Entry]:
    """Two sorted lists as one; sorting finds the two runs and merges them."""
    return sorted(one + other)
