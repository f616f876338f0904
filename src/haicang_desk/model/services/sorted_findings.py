"""Findings in the order of ``check``, added and taken away a few at a time however many there are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from operator import itemgetter

from haicang_desk.model.findings import Finding
from haicang_desk.model.rules import SCOPES
from haicang_desk.model.services.kept_findings import as_of, changes_daily

Key = tuple[str, int, str, int, int, str, str, str, int]
_KEY = itemgetter(0)
FEW = 200  # added at once by insertion; from more of them sorting is quicker


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
    """Kept findings by their keys, and as they are told on a day."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._kept: list[tuple[Key, Finding]] = []
        self._daily: dict[Key, None] = {}  # of those that another text is told of each day
        self._unsorted: list[tuple[Key, Finding]] = []
        self._told: list[Finding] | None = []

    def turn_to(self, today: date) -> None:
        """Tell them as of another day."""
        if today == self._today:
            return
        self._today = today
        self._sort()
        if self._told is not None:
            for key in self._daily:
                at = self._place(key)
                self._told[at] = as_of(self._kept[at][1], today)

    def add(self, entries: Iterable[tuple[Key, Finding]]) -> None:
        """Add findings under keys that are not there yet."""
        self._unsorted += entries

    def remove(self, keys: Iterable[Key]) -> None:
        """Take findings away. Raises KeyError for one that is not there."""
        self._sort()
        for key in keys:
            at = self._place(key)
            del self._kept[at]
            self._daily.pop(key, None)
            if self._told is not None:
                del self._told[at]

    def _place(self, key: Key) -> int:
        at = bisect_left(self._kept, key, key=_KEY)
        if at == len(self._kept) or self._kept[at][0] != key:
            raise KeyError(key)
        return at

    def told(self) -> list[Finding]:
        """All of them in order, as of the day."""
        self._sort()
        if self._told is None:
            self._told = [as_of(found, self._today) for _, found in self._kept]
        return list(self._told)

    def _sort(self) -> None:
        added, self._unsorted = self._unsorted, []
        self._daily |= {key: None for key, found in added if changes_daily(found)}
        if len(added) > FEW:
            self._kept += added
            self._kept.sort(key=_KEY)
            self._told = None
            return
        for entry in added:
            at = bisect_left(self._kept, entry[0], key=_KEY)
            self._kept.insert(at, entry)
            if self._told is not None:
                self._told.insert(at, as_of(entry[1], self._today))
