"""Table rows to records and back, by the declared fields; and rows of queries to dataclasses, by declared columns."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import Field as DataclassField
from dataclasses import field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from itertools import starmap
from typing import Any, TypeVar, get_args, get_type_hints

from haicang_desk.model.records import RECORDS, STORE_ONLY, Field, Link, Prose, Record
from haicang_desk.model.values import Money

R = TypeVar("R", bound=Record)
T = TypeVar("T")
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
    Enum: lambda field: {member.value: member for member in field.type}.__getitem__,
    Link: lambda _: None,
}


def to_row(record: Record) -> Row:
    """A record as a table row, id and void included."""
    row: Row = {"id": record.id, "void": int(record.void)}
    for name, declared in record.fields.items():
        value, convert = getattr(record, name), TO_CELL[declared.kind]
        row[name] = convert(value) if convert and value is not None else value
        if declared.kind is Link:
            row[name] = value or None  # a foreign key is NULL, never ""
    return row


@cache
def _maker(table: str) -> Callable[..., Any]:
    """A function from the cells of ``columns`` to a record, generated per table as dataclasses generate ``__init__``.

    A ledger of 100,000 projects is more than a million records, read at once: a loop over the fields of each, or the
    ``__init__`` of a frozen class, would take longer than all rules together.
    """
    cls = TABLES[table]
    namespace: dict[str, Any] = {"_new": object.__new__, "_set": object.__setattr__, "_cls": cls}
    items = ["'id': id", "'void': bool(void)"]
    for name, declared in cls.fields.items():
        if declared.kind is Link:
            value = f"{name} or ''"
        elif convert := FROM_CELL[declared.kind](declared):
            namespace[f"_{name}"] = convert
            value = f"None if {name} is None else _{name}({name})"
        else:
            value = name
        items.append(f"'{name}': {value}")
    exec(  # only names that the program itself declares
        f"def make({', '.join(cls.columns)}):\n"
        f"  record = _new(_cls)\n"
        f"  _set(record, '__dict__', {{{', '.join(items)}}})\n"
        f"  return record",
        namespace,
    )
    make: Callable[..., Any] = namespace["make"]
    return make


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
    """Records that are not void, in the order they were made or in another. ``where`` and ``order`` are constants."""
    found = conn.execute(
        f'SELECT {column_list(cls.table)} FROM "{cls.table}" WHERE NOT void AND ({where}) ORDER BY {order}', tuple(args)
    )
    return starmap(_maker(cls.table), found)


def read_voided(conn: sqlite3.Connection, cls: type[R]) -> Iterator[R]:
    """The records of a class that are void, in the order they were made."""
    found = conn.execute(f'SELECT {column_list(cls.table)} FROM "{cls.table}" WHERE void ORDER BY id')
    return starmap(_maker(cls.table), found)


def column(sql: str, *, order: str = "", sortable: bool = True) -> Any:
    """A field of a row class: the SQL expression it is read from, and the one lists are sorted by if it differs."""
    return field(metadata={"sql": sql, "order": (order or sql) if sortable else ""})


def orders_of(row_class: type[Any]) -> dict[str, str]:
    """What rows of a class may be sorted by: the SQL expression by the name of the field."""
    return {each.name: each.metadata["order"] for each in _columns(row_class) if each.metadata["order"]}


def read_rows(conn: sqlite3.Connection, row_class: type[T], tail: str, args: Iterable[Any] = ()) -> list[T]:
    """Rows of a class whose fields are ``column``s; ``tail`` is the query from its FROM on, with constants only."""
    listed, converters = _reading(row_class)
    return [
        row_class(**{name: convert(cell) for (name, convert), cell in zip(converters, cells, strict=True)})
        for cells in conn.execute(f"SELECT {listed} {tail}", tuple(args))
    ]


_READING: dict[Any, tuple[str, list[tuple[str, Callable[[Any], Any]]]]] = {}


def _reading(row_class: type[Any]) -> tuple[str, list[tuple[str, Callable[[Any], Any]]]]:
    """The columns of a row class as a SELECT names them, and what makes a field's value of each cell."""
    if row_class not in _READING:
        columns, hints = _columns(row_class), get_type_hints(row_class)
        listed = ", ".join(each.metadata["sql"] for each in columns)
        _READING[row_class] = listed, [(each.name, _converter(hints[each.name])) for each in columns]
    return _READING[row_class]


def _columns(row_class: type[Any]) -> list[DataclassField[Any]]:
    return [each for each in fields(row_class) if "sql" in each.metadata]


def _converter(hint: Any) -> Callable[[Any], Any]:
    """From the cell of a query to the value of a field of this type."""
    cls = next(iter(get_args(hint)), hint)  # the first of ``date | None``
    convert: Callable[[Any], Any] = cls
    if issubclass(cls, datetime):
        convert = datetime.fromisoformat
    elif issubclass(cls, date):
        convert = date.fromisoformat
    return (lambda cell: None if cell is None else convert(cell)) if cls is not hint else convert


def new_id() -> str:
    """A UUID of version 7 (RFC 9562 §5.7): ids of one process sort by the order they were made in."""
    global _last_id
    ticks = max(time.time_ns() // 1000, _last_id + 1)
    _last_id = ticks
    milliseconds, micro = divmod(ticks, 1000)
    tail = int.from_bytes(os.urandom(8)) & (2**62 - 1)
    number = milliseconds << 80 | 0x7 << 76 | micro << 64 | 0x2 << 62 | tail
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_last_id = 0
