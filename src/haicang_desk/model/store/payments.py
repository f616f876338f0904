"""The ledger of payments over all projects: filtered, sorted, summed and cut into pages by the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from haicang_desk.model.records import PaidFrom
from haicang_desk.model.store.queries import ProjectFilter, where_clause
from haicang_desk.model.values import Money

_SOURCES = {source.code: source for source in PaidFrom}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One payment as the ledger over all projects shows it."""

    id: str
    project: str
    code: str
    title: str
    village: str
    paid_on: date | None
    amount: Money
    source: PaidFrom
    payee: str
    voucher: str
    handler: str
    approver: str


PAYMENT_ORDERS: Mapping[str, str] = {
    "paid_on": "d.paid_on",
    "amount": "d.amount",
    "code": "p.code",
    "title": "p.title",
    "village": "v.name",
    "source": "d.source",
    "payee": "d.payee",
    "voucher": "d.voucher",
}
_PAID = (
    "disbursement d JOIN project p ON p.id = d.project JOIN village v ON v.id = p.village"
    " JOIN register_line l ON l.project = p.id WHERE NOT d.void AND"
)


def list_payments(
    conn: sqlite3.Connection,
    criteria: ProjectFilter,
    *,
    order: str = "paid_on",
    descending: bool = True,
    offset: int = 0,
    limit: int = 200,
) -> list[PaymentRow]:
    """One page of the payments to the projects sought; words are sought in voucher, payee and handler too."""
    where, args = _paid_where(criteria)
    rows = conn.execute(
        "SELECT d.id, p.id, p.code, p.title, v.name, d.paid_on, d.amount, d.source, d.payee, d.voucher, d.handler,"
        f" d.approver FROM {_PAID} {where}"
        f" ORDER BY {PAYMENT_ORDERS[order]} {'DESC' if descending else 'ASC'}, d.id LIMIT ? OFFSET ?",
        (*args, limit, offset),
    )
    return [_paid(row) for row in rows]


def sum_payments(conn: sqlite3.Connection, criteria: ProjectFilter) -> tuple[int, Money]:
    """How many payments there are to the projects sought, and how much."""
    where, args = _paid_where(criteria)
    found = conn.execute(f"SELECT count(*), coalesce(sum(d.amount), 0) FROM {_PAID} {where}", args).fetchone()
    return int(found[0]), Money(found[1])


def _paid_where(criteria: ProjectFilter) -> tuple[str, list[Any]]:
    where, args = where_clause(replace(criteria, text=""))
    for word in criteria.text.lower().split():
        where += " AND (instr(l.search, ?) > 0 OR instr(lower(d.voucher || ' ' || d.payee || ' ' || d.handler), ?) > 0)"
        args += [word, word]
    return where, args


def _paid(row: tuple[Any, ...]) -> PaymentRow:
    return PaymentRow(
        id=row[0],
        project=row[1],
        code=row[2],
        title=row[3],
        village=row[4],
        paid_on=date.fromisoformat(row[5]) if row[5] else None,
        amount=Money(row[6]),
        source=_SOURCES[row[7]],
        payee=row[8],
        voucher=row[9],
        handler=row[10],
        approver=row[11],
    )
