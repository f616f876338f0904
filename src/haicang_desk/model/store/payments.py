"""The list of payments of all projects: filtered, sorted, summed and paged in SQL."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from haicang_desk.model.records import PaidFrom
from haicang_desk.model.store.mapping import column, orders_of, read_rows
from haicang_desk.model.store.queries import ProjectFilter, where_clause
from haicang_desk.model.values import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One payment as the list of payments of all projects shows it."""

    id: str = column("d.id", sortable=False)
    project: str = column("p.id", sortable=False)
    code: str = column("p.code")
    title: str = column("p.title")
    village: str = column("v.name")
    paid_on: date | None = column("d.paid_on")
    amount: Money = column("d.amount")
    source: PaidFrom = column("d.source")
    payee: str = column("d.payee")
    voucher: str = column("d.voucher")
    handler: str = column("d.handler", sortable=False)
    approver: str = column("d.approver", sortable=False)


PAYMENT_ORDERS = orders_of(PaymentRow)
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
    """One page of the payments to projects that pass the filter; words may occur in voucher, payee and handler too."""
    where, args = _paid_where(criteria)
    turn = "DESC" if descending else "ASC"
    tail = f"FROM {_PAID} {where} ORDER BY {PAYMENT_ORDERS[order]} {turn}, d.id LIMIT ? OFFSET ?"
    return read_rows(conn, PaymentRow, tail, (*args, limit, offset))


def payment_ids(
    conn: sqlite3.Connection, criteria: ProjectFilter, *, order: str = "paid_on", descending: bool = True
) -> list[str]:
    """The ids of all payments that ``list_payments`` would give, in its order."""
    where, args = _paid_where(criteria)
    turn = "DESC" if descending else "ASC"
    query = f"SELECT d.id FROM {_PAID} {where} ORDER BY {PAYMENT_ORDERS[order]} {turn}, d.id"
    return [each for (each,) in conn.execute(query, args)]


def sum_payments(conn: sqlite3.Connection, criteria: ProjectFilter) -> tuple[int, Money]:
    """How many payments went to projects that pass the filter, and their sum."""
    where, args = _paid_where(criteria)
    query = f"SELECT count(*), coalesce(sum(d.amount), 0) FROM {_PAID} {where}"
    count, amount = conn.execute(query, args).fetchone()
    return count, Money(amount)


def _paid_where(criteria: ProjectFilter) -> tuple[str, list[Any]]:
    where, args = where_clause(replace(criteria, text=""))
    for word in criteria.text.lower().split():
        where += " AND (instr(l.search, ?) > 0 OR instr(lower(d.voucher || ' ' || d.payee || ' ' || d.handler), ?) > 0)"
        args += [word, word]
    return where, args
