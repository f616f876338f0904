"""Rows of queries become dataclasses by the columns that their fields declare."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime

import pytest

from haicang_desk.model.records import Category
from haicang_desk.model.store.mapping import column, orders_of, read_rows
from haicang_desk.model.values import Money


@dataclass(frozen=True, kw_only=True)
class Row:
    """A field of every type that a query gives; ``note`` is read from nothing."""

    amount: Money = column("amount")
    name: str = column("upper(name)", order="name")
    kind: Category = column("kind")
    day: date | None = column("day")
    at: datetime = column("at")
    ended: bool = column("ended", sortable=False)
    note: str = ""


@pytest.fixture
def conn():
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("CREATE TABLE t (kind, at, day, name, ended, amount)")
        conn.execute("INSERT INTO t VALUES ('works', '2018-09-03T09:30:00', '2018-09-03', 'a', 1, 250)")
        conn.execute("INSERT INTO t VALUES ('service', '2018-09-04T09:30:00', NULL, 'b', 0, 100)")
        yield conn


def test_a_row_is_read_by_the_names_and_types_of_its_fields(conn):
    first, second = read_rows(conn, Row, "FROM t ORDER BY name")
    assert first == Row(
        amount=Money(250),
        name="A",
        kind=Category.WORKS,
        day=date(2018, 9, 3),
        at=datetime(2018, 9, 3, 9, 30),
        ended=True,
    )
    assert type(first.amount) is Money and first.ended is True
    assert (second.kind, second.day, second.ended) == (Category.SERVICE, None, False)


def test_values_are_bound(conn):
    assert [row.name for row in read_rows(conn, Row, "FROM t WHERE name = ?", ("b",))] == ["B"]


def test_a_list_is_sorted_by_the_column_or_by_what_is_given_for_it():
    assert orders_of(Row) == {"amount": "amount", "name": "name", "kind": "kind", "day": "day", "at": "at"}
