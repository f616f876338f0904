"""What is missing in an amount field to the total that its form or its project already has: the ``=`` of a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.funding import NONE, Funding
from haicang_desk.model.records import (
    BudgetLine,
    Disbursement,
    Notice,
    Project,
    Record,
    Refund,
    Settlement,
    Spending,
)
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import Money, Refused

_SOURCES = tuple(Funding.__dataclass_fields__)


def remainder(ws: Workspace, record: Record, name: str) -> Money | None:
    """What an amount field of a record, as typed so far, must be for the sums to close; None where no total is known.

    A payment: what its source still may have. A refund: what was paid above that. A source of a settlement: the
    approved total less the other sources; of a project: its budget lines less the other sources. A budget line: its
    quantity times its price, else what its source lacks. A village's expense: what it has left of its source.
    Never negative: where the others already exceed the total, 0.
    """
    find = _REMAINDERS.get(type(record))
    project = record.id if isinstance(record, Project) else getattr(record, "project", "")
    if find is None or not project:
        return None
    try:
        missing = find(ws.casefile(project), record, name)
    except Refused:
        return None
    return None if missing is None else max(missing, NONE)


def _of_payment(case: Casefile, record: Disbursement, name: str) -> Money | None:
    due = case.stopped or case.settled or case.approved
    if name != "amount" or due is None:
        return None
    own = sum((each.amount for each in case.disbursements if each.id == record.id), NONE)
    left: Money = getattr(due, record.source.code) - case.paid[record.source]
    rest: Money = min(left, case.undisbursed)
    return rest + own


def _of_refund(case: Casefile, record: Refund, name: str) -> Money | None:
    if name != "amount":
        return None
    may_keep = Funding() if case.stopped else case.settled or case.approved or Funding()
    kept: Money = getattr(may_keep, record.source.code)
    return case.paid[record.source] - kept


def _of_settlement(case: Casefile, record: Settlement, name: str) -> Money | None:
    if name not in _SOURCES or case.approved is None:
        return None
    return case.approved.total - _others(record, name)


def _of_project(case: Casefile, record: Project, name: str) -> Money | None:
    if name not in _SOURCES or not case.budget_lines:
        return None
    return sum((line.amount for line in case.budget_lines), NONE) - _others(record, name)


def _others(record: Any, name: str) -> Money:
    others: list[Money] = [getattr(record, other) for other in _SOURCES if other != name]
    return sum(others, NONE)


def _of_budget_line(case: Casefile, record: BudgetLine, name: str) -> Money | None:
    if name != "amount":
        return None
    if record.quantity is not None and record.price is not None:
        exact = Decimal(record.price.fen) * record.quantity
        return Money(int(exact)) if exact == exact.to_integral_value() else None
    same = (line for line in case.budget_lines if line.source is record.source and line.id != record.id)
    return case.asked.source(record.source) - sum((line.amount for line in same), NONE)


def _of_spending(case: Casefile, record: Spending, name: str) -> Money | None:
    paid = {source.code: amount for source, amount in case.paid.items()}
    if name != "amount" or record.source.code not in paid:
        return None
    spent = (each for each in case.spending if each.source is record.source and each.id != record.id)
    return paid[record.source.code] - sum((each.amount for each in spent), NONE)


def _of_notice(case: Casefile, record: Notice, name: str) -> Money | None:
    return case.funding.total if name == "shown_total" else None


_REMAINDERS: Mapping[type[Record], Callable[[Casefile, Any, str], Money | None]] = {
    Disbursement: _of_payment,
    Refund: _of_refund,
    Settlement: _of_settlement,
    Project: _of_project,
    BudgetLine: _of_budget_line,
    Spending: _of_spending,
    Notice: _of_notice,
}
