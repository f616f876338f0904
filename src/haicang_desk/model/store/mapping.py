"""Rows to records and back, by the declared fields alone; and the one way the store file is opened."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from itertools import starmap
from typing import Any, TypeVar

from haicang_desk.model.records import RECORDS, STORE_ONLY, Field, Link, Prose, Record
from haicang_desk.model.values import Money

R = TypeVar("R", bound=Record)
Row = dict[str, Any]

TABLES: dict[str, type[Record]] = {cls.table: cls for cls in (*RECORDS, *STORE_ONLY)}


TO_CELL: dict[Any, Callable[[Any], Any] | None] = {  # None: as it is
    str: None,
    Prose: None,
    Link: None,
    int: None,
    bool: int,
    Money: int,
    Decimal: str,
    date: date.isoformat,
    Enum: lambda member: member.value,
}
_day = lru_cache(4096)(date.fromisoformat)  # the records of a year share a few hundred days
FROM_CELL: dict[Any, Callable[[Field], Callable[[Any], Any] | None]] = {
    str: lambda _: None,
    Prose: lambda _: None,
    int: lambda _: None,
    bool: lambda _: bool,
    Money: lambda _: Money,
    Decimal: lambda _: Decimal,
    date: lambda _: _day,
    Enum: lambda said: {member.value: member for member in said.type}.__getitem__,
    Link: lambda _: None,
}


def to_row(record: Record) -> Row:
    """A record as a table row, id and void included."""
    row: Row = {"id": record.id, "void": int(record.void)}
    for name, said in record.fields.items():
        value, turn = getattr(record, name), TO_CELL[said.kind]
        row[name] = turn(value) if turn and value is not None else value
        if said.kind is Link:
            row[name] = value or None  # a foreign key is NULL, never ""
    return row


@cache
def _maker(table: str) -> Callable[..., Any]:
    """A function from the cells of ``columns`` to a record, written out for a table as dataclasses write ``__init__``.

    A ledger of 100,000 projects is more than a million records, read at once: a loop over the fields of each, or
    ``__init__`` with its guard against change, would take longer than all rules together.
    """
    cls = TABLES[table]
    known: dict[str, Any] = {"_new": object.__new__, "_hold": object.__setattr__, "_cls": cls}
    held = ["'id': id", "'void': bool(void)"]
    for name, said in cls.fields.items():
        if said.kind is Link:
            turned = f"{name} or ''"
        elif turn := FROM_CELL[said.kind](said):
            known[f"_{name}"] = turn
            turned = f"None if {name} is None else _{name}({name})"
        else:
            turned = name
        held.append(f"'{name}': {turned}")
    exec(  # of names that the program itself declares
        f"def made({', '.join(cls.columns)}):\n"
        f"  record = _new(_cls)\n"
        f"  _hold(record, '__dict__', {{{', '.join(held)}}})\n"
        f"  return record",
        known,
    )
    made: Callable[..., Any] = known["made"]
    return made


def to_record(cls: type[R], cells: Iterable[Any]) -> R:
    """A record from the cells of ``cls.columns``."""
    record: R = _maker(cls.table)(*cells)
    return record


@cache
def column_list(table: str) -> str:
    """The columns of a table as a SELECT names them."""
    return ", ".join(f'"{name}"' for name in TABLES[table].columns)


def read_records(
    conn: sqlite3.Connection, cls: type[R], where: str = "1", args: Iterable[Any] = (), *, order: str = "id"
) -> Iterator[R]:
    """Records that are not void, in the order they came to be or, by constants as ``where`` is, in another."""
    found = conn.execute(
        f'SELECT {column_list(cls.table)} FROM "{cls.table}" WHERE NOT void AND ({where}) ORDER BY {order}', tuple(args)
    )
    return starmap(_maker(cls.table), found)


def new_id() -> str:
    """A uuid of version 7 (RFC 9562 §5.7): sorts by the moment it was made, also within one process and tick."""
    global _last_id
    ticks = max(time.time_ns() // 1000, _last_id + 1)
    _last_id = ticks
    milliseconds, micro = divmod(ticks, 1000)
    tail = int.from_bytes(os.urandom(8)) & (2**62 - 1)
    number = milliseconds << 80 | 0x7 << 76 | micro << 64 | 0x2 << 62 | tail
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_last_id = 0
