"""Records of one kind in pages, those of a fund year where they belong to one: for the registers of the window."""

from __future__ import annotations

import sqlite3
from typing import Any, TypeVar

from haicang_desk.model.records import Project, Record
from haicang_desk.model.store.mapping import column_list, to_record

R = TypeVar("R", bound=Record)


def count_records(conn: sqlite3.Connection, cls: type[Record], year: int) -> int:
    """How many records ``list_records`` lists."""
    where, args = _of_year(cls, year)
    return int(conn.execute(f'SELECT count(*) FROM "{cls.table}" WHERE {where}', args).fetchone()[0])


def list_records(
    conn: sqlite3.Connection,
    cls: type[R],
    year: int,
    *,
    order: str = "",
    descending: bool = False,
    offset: int = 0,
    limit: int = 200,
) -> list[R]:
    """One page of the records that are not void: of a fund year by their own field or by their project's, else all.

    ``order``: the name of a field; "" is as they were entered.
    """
    where, args = _of_year(cls, year)
    turn = "DESC" if descending else "ASC"
    by = f'"{order}" {turn}, id' if order in cls.fields else f"id {turn}"
    found = conn.execute(
        f'SELECT {column_list(cls.table)} FROM "{cls.table}" WHERE {where} ORDER BY {by} LIMIT ? OFFSET ?',
        (*args, limit, offset),
    )
    return [to_record(cls, cells) for cells in found]


def _of_year(cls: type[Record], year: int) -> tuple[str, list[Any]]:
    if "fund_year" in cls.fields:
        return "NOT void AND (fund_year = ? OR fund_year IS NULL OR fund_year = 0)", [year]
    if cls is not Project and "project" in cls.fields:
        mine = "project IN (SELECT id FROM project WHERE fund_year = ? AND NOT void)"
        return f"NOT void AND (project IS NULL OR {mine})", [year]
    return "NOT void", []
