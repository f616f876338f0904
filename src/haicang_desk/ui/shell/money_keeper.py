"""The money of each fund year as the window knows it, summed anew after a change: at once, or beside a large ledger."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from haicang_desk.model.services import YearMoney, asking_beside, year_money
from haicang_desk.model.store import ProjectFilter, count_projects, last_entry
from haicang_desk.ui.shell.app_state import AppState

AT_HAND = 3_000  # projects whose sums are read at once, in about 40 ms; of more they are read on the worker thread
KIND = "资金汇总"


class MoneyKeeper(QObject):
    """What is known of the money of each year. ``updated`` is emitted with a year when newer sums have come."""

    updated = Signal(int)

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._state = state
        self._known: dict[int, tuple[int, YearMoney]] = {}
        self._asked: tuple[int, int] | None = None  # year and journal entry

    @classmethod
    def of(cls, state: AppState) -> MoneyKeeper:
        """The one keeper of an open ledger."""
        return state.findChild(cls) or cls(state)

    def money(self, year: int) -> YearMoney | None:
        """The money of a year; of a large ledger perhaps as it was before the last change, or None the first time.

        Newer sums are then on their way, and ``updated`` tells when they have come.
        """
        ws = self._state.workspace
        known, seq = self._known.get(year), last_entry(ws.conn)
        if known is not None and known[0] == seq:
            return known[1]
        if count_projects(ws.conn, ProjectFilter(year=year)) <= AT_HAND:
            self._known[year] = seq, year_money(ws, year)
            return self._known[year][1]
        if self._asked != (year, seq):
            self._asked = year, seq
            ask = asking_beside(ws, partial(year_money, year=year))
            self._state.jobs.run(
                "汇总资金", lambda *_: ask(), partial(self._take, year), lambda _: self._forget(), replaces=KIND
            )
        return known[1] if known else None

    def _take(self, year: int, answer: tuple[int, YearMoney]) -> None:
        self._asked = None
        self._known[year] = answer
        self.updated.emit(year)

    def _forget(self) -> None:
        """Nothing came; the next one who asks begins anew."""
        self._asked = None
