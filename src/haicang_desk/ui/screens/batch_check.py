"""Evaluates the rows of a batch in slices, from the first that may have changed on."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal

from haicang_desk.model.balances import Register
from haicang_desk.model.services import Evaluation, Workspace
from haicang_desk.ui.screens.batch_rows import BatchRows
from haicang_desk.ui.shell.slices import Slices


class BatchCheck(QObject):
    """What is found of each row, on the sums that all rows before it leave. ``finished`` when all are known."""

    finished = Signal()

    def __init__(self, parent: QObject, ws: Workspace, rows: BatchRows) -> None:
        super().__init__(parent)
        self._ws, self._rows = ws, rows
        self._slices = Slices(self)
        self.before: dict[int, Register] = {}  # sums by fund year as they are stored
        self._upto: list[dict[int, Register]] = []  # before each row
        self._next = 0  # the row that is evaluated next

    @property
    def busy(self) -> bool:
        """Whether there are rows left to evaluate."""
        return self._slices.busy

    def forget(self) -> None:
        """Stop, and read the sums again next time."""
        self._slices.stop()
        self.before, self._upto, self._next = {}, [], 0

    def check_from(self, first: int) -> None:
        """Evaluate the rows from this one on; the sums before it are as they were."""
        if self._rows.batch is None:
            return
        first = min(first, max(len(self._upto) - 1, 0))  # rows behind that have not been evaluated yet
        self._slices.start(self._checking(first), self.finished.emit)

    def _checking(self, first: int) -> Iterator[None]:
        rows, self._next = self._rows, first
        evaluation = Evaluation(self._ws, self._upto[first] if first < len(self._upto) else {})
        del self._upto[first:]
        while self._next < len(rows.rows) and (batch := rows.batch) is not None:
            row = rows.rows[self._next]
            year = row.case.project.fund_year
            evaluation.policy(year)
            self.before.setdefault(year, evaluation.registers[year])
            self._upto.append(dict(evaluation.registers))
            check = evaluation.check(batch, row)
            self._next += 1
            rows.set_check(self._next - 1, check)
            yield
