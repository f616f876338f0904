"""Mapping of sheet titles to records and of headings to fields, tolerant of how people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from haicang_desk.model.records import RECORDS, Record
from haicang_desk.model.spreadsheet.columns import LOOKUPS, SERVICE_COLUMNS, folded
from haicang_desk.model.spreadsheet.read.units import heading_unit
from haicang_desk.model.store import TABLES
from haicang_desk.model.values import Money

LONGEST_HEADING = 100  # characters; a longer text is no heading
_TAIL = re.compile(r"[*※]|\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet that was read: its number (1 is A), its heading there, and the name of its field."""

    index: int
    heading: str
    name: str
    factor: int = 1  # yuan in one unit of its amounts


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column of a book goes: the heading of a field as the template has it, "-" for nowhere.

    ``unit`` is what one unit of its amounts is in yuan; None where the table itself says it.
    """

    field: str
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One [[table]] of a mapping file (contract §2): which record a sheet holds, and which field each heading.

    ``sheet`` is a title, "*" for any; ``constants`` are texts by heading, for what the table leaves out; ``columns``
    and ``values`` are by the words of the book.
    """

    sheet: str
    record: str
    constants: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Target] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


def record_of(title: str) -> type[Record] | None:
    """The record whose label is the title of a sheet; None for a sheet of another name."""
    return _records_by_title().get(folded(title).rstrip("*"))


@cache
def _records_by_title() -> dict[str, type[Record]]:
    return {folded(cls.label): cls for cls in RECORDS}


def bare(heading: str) -> str:
    """A heading without its star, unit and hints: 金额(元)* → 金额."""
    text, before = folded(heading), ""
    while text != before:
        before = text
        text = _TAIL.sub("", text)
    return text or folded(heading)


@cache
def names_by_heading(table: str) -> dict[str, str]:
    """Of the record of a table: bare heading → name of the field, or of a lookup column."""
    cls = TABLES[table]
    names = {bare(field.label): name for name, field in cls.fields.items()}
    if "project" in cls.fields:
        for name, field in LOOKUPS.items():
            names.setdefault(bare(field.label), name)
    for name, field in SERVICE_COLUMNS.items():
        names.setdefault(bare(field.label), name)
    return names


def column_of(cls: type[Record], index: int, heading: str, stated: int = 1) -> Column | None:
    """The column under a heading; None for an unknown heading. ``stated`` is the unit above the table, in yuan.

    Raises Refused for a unit of money other than 元 and 万元.
    """
    name = names_by_heading(cls.table).get(bare(heading)) if len(heading) <= LONGEST_HEADING else None
    if name is None:
        return None
    if name not in cls.fields or cls.fields[name].kind is not Money:
        return Column(index, heading, name)
    return Column(index, heading, name, heading_unit(heading) or stated)
