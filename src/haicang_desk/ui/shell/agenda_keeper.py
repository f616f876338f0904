"""What is to be done in the year shown, worked out when asked for and kept until something changes it."""

from __future__ import annotations

import time
from datetime import date

from PySide6.QtCore import QObject

from haicang_desk.model.services import AgendaItem, Deadline, agenda_of, deadlines_of
from haicang_desk.model.store import (
    ContractDay,
    StageSums,
    contract_days,
    duties_touched_since,
    last_entry,
    sums_by_stage,
)
from haicang_desk.ui.shell.app_state import AppState

REST = 20  # times as long as grouping takes: how long items are shown while more findings become known


class AgendaKeeper(QObject):
    """Items, deadlines and sums by stage of the year shown. One for an open ledger, shared by whoever asks."""

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._state = state
        self._of: tuple[int, date] | None = None  # year and day that are kept
        self._seq = 0  # the journal entry up to which they are kept
        self._items: list[AgendaItem] | None = None
        self._deadlines: list[Deadline] | None = None
        self._sums: list[StageSums] | None = None
        self._contracts: list[ContractDay] | None = None
        self._good_until = 0.0  # while findings are still being computed
        state.findings_changed.connect(self._on_findings)

    @classmethod
    def of(cls, state: AppState) -> AgendaKeeper:
        """The one keeper of an open ledger."""
        return state.findChild(cls) or cls(state)

    def items(self) -> list[AgendaItem]:
        """Everything to be done, the most urgent first."""
        deadlines, sums = self.deadlines(), self.sums()
        if self._items is None:
            state, begun = self._state, time.monotonic()
            self._items = agenda_of(
                state.workspace,
                state.year,
                state.today(),
                findings=state.findings(),
                deadlines=deadlines,
                sums=sums,
            )
            ended = time.monotonic()
            self._good_until = ended + REST * (ended - begun)
        return self._items

    def deadlines(self) -> list[Deadline]:
        """The duties of the street in the year, and the projects carried over into it."""
        self._turn()
        if self._deadlines is None:
            self._deadlines = deadlines_of(self._state.workspace, self._state.year)
        return self._deadlines

    def sums(self) -> list[StageSums]:
        """The projects of the year by stage."""
        self._turn()
        if self._sums is None:
            self._sums = sums_by_stage(self._state.workspace.conn, self._state.year)
        return self._sums

    def contracts(self) -> list[ContractDay]:
        """The days ahead on which projects in hand are to be finished by their contracts."""
        self._turn()
        if self._contracts is None:
            self._contracts = contract_days(self._state.workspace.conn, self._state.year, self._state.today())
        return self._contracts

    def _turn(self) -> None:
        """Forget what is of another year or day, and what a change since may have moved."""
        conn, now = self._state.workspace.conn, (self._state.year, self._state.today())
        seq = last_entry(conn)
        if now != self._of:
            self._items = self._deadlines = self._sums = self._contracts = None
        elif seq != self._seq:
            self._items = self._sums = self._contracts = None
            if duties_touched_since(conn, self._seq, self._state.year):
                self._deadlines = None
        self._of, self._seq = now, seq

    def _on_findings(self) -> None:
        if self._state.findings_ready or time.monotonic() >= self._good_until:
            self._items = None
