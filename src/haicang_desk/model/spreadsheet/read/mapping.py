"""Mapping of sheet titles to records and of headings to fields, tolerant of how people write them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from haicang_desk.model.records import RECORDS, Field, Project, Record
from haicang_desk.model.spreadsheet.columns import LOOKUPS, SERVICE_COLUMNS, folded
from haicang_desk.model.spreadsheet.read.raw_tables import ColumnHeading
from haicang_desk.model.spreadsheet.read.units import FACTORS, plain_brackets
from haicang_desk.model.store import TABLES
from haicang_desk.paths import resource

LONGEST_HEADING = 100  # characters; a longer text is no heading
ANY_SHEET = "*"  # as the sheet of a TableMapping
NOWHERE = "-"  # as the field of a Target: the column is left out
_UNITS = "|".join(sorted(FACTORS, key=len, reverse=True))
_TAIL = re.compile(
    rf"[*※]|\([^()]*\)?$|[/、,:·\-—|]+(单位:?)?(人民币)?({_UNITS}|万)$|[:;,]$"
    rf"|(?<=[额金费款资价筹])(人民币)?({_UNITS})$"
)
_HEAD = re.compile(r"^([*※]|其中:?|\(?[\d一二三四五六七八九十]{1,2}[.、)](?=\D))")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet that was read: its number (1 is A), its name there, and the name of its field."""

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

    ``sheet`` is a title, "*" for any; ``constants`` are texts by heading, for what the table leaves out, and go before
    a column of that heading; ``columns`` and ``values`` are by the words of the book. A heading with #2 that has the
    field of another column makes a second record of each row.
    """

    sheet: str
    record: str
    constants: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Target] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


class Match(NamedTuple):
    """A field that a heading may stand for: its name; whether the heading is the field's own; whether it is certain."""

    name: str
    own: bool
    sure: bool


def record_of(title: str) -> type[Record] | None:
    """The record whose label is the title of a sheet; None for a sheet of another name."""
    return _records_by_title().get(folded(title).rstrip("*"))


@cache
def _records_by_title() -> dict[str, type[Record]]:
    return {folded(cls.label): cls for cls in RECORDS}


@cache
def bare(heading: str) -> str:
    """A heading without its star, number, unit and hints: 金额(元)* → 金额, 其中：自筹/万元 → 自筹."""
    text, before = plain_brackets(folded(heading)), ""
    while text != before:
        before = text
        text = _HEAD.sub("", _TAIL.sub("", text)) or before
    return text


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


def name_of_field(cls: type[Record], heading: str) -> str | None:
    """The name of the field, or of the lookup column, that has this heading; None for a heading of no field."""
    return names_by_heading(cls.table).get(bare(heading))


def field_named(cls: type[Record], name: str) -> Field | None:
    """The field of a column, that of a lookup column included; None for what the program fills in itself."""
    return cls.fields.get(name) or LOOKUPS.get(name)


def is_heading(text: str) -> bool:
    """Whether some record has a column that is called so."""
    return len(text) <= LONGEST_HEADING and bare(text) in _all_headings()


@cache
def _all_headings() -> frozenset[str]:
    return frozenset(name for cls in RECORDS for name in (*names_by_heading(cls.table), *synonyms_of(cls.table)))


def matches(cls: type[Record], heading: ColumnHeading) -> tuple[Match, ...]:
    """The fields that a heading may stand for, the most certain first.

    Tried are its own text, its own text behind each heading over it (捐赠 over 现金), and the nearest heading over it.
    """
    if not heading.texts or len(heading.texts[-1]) > LONGEST_HEADING:
        return ()
    own, over = heading.texts[-1], [text for text in heading.texts[:-1] if len(text) <= LONGEST_HEADING]
    texts = [bare(own), folded(own), *(bare(group) + bare(own) for group in reversed(over))]
    names, synonyms = names_by_heading(cls.table), synonyms_of(cls.table)
    found = [Match(names[text], own=True, sure=True) for text in texts if text in names]
    alike = [synonyms[text] for text in texts if text in synonyms]
    best: dict[str, Match] = {}
    for match in (*found, *(m for m in alike if m.sure), *(m for m in alike if not m.sure)):
        best.setdefault(match.name, match)
    return tuple(best.values())


@cache
def synonyms_of(table: str) -> dict[str, Match]:
    """Of the record of a table: what other tables call its columns → the field."""
    cls, document = TABLES[table], _synonym_file()
    found: dict[str, Match] = {}
    for sure in (True, False):
        section = document["sure" if sure else "likely"]
        for heading, words in section.get(cls.label, {}).items():
            if (name := name_of_field(cls, heading)) is None:
                raise ValueError(f"synonyms.toml: {cls.label} has no {heading}")
            for word in words:
                found.setdefault(bare(word), Match(name, own=False, sure=sure))
        if "project" in cls.fields:
            for field in (cls.fields["project"], *LOOKUPS.values()):
                name = names_by_heading(table)[bare(field.label)]
                for word in section.get(Project.label, {}).get(field.label, ()):
                    found.setdefault(bare(word), Match(name, own=False, sure=sure))
    return {word: match for word, match in found.items() if word not in names_by_heading(table)}


def scale_of(cls: type[Record], names: Mapping[str, Any]) -> dict[str, str]:
    """Bare heading → name of the field, for a scale of other words that a table has whole; {} where it has none."""
    for scale in _synonym_file().get("scale", ()):
        words = [bare(word) for word in scale["words"]]
        if scale["record"] == cls.label and all(word in names for word in words):
            fields = [name_of_field(cls, heading) or "" for heading in scale["fields"]]
            return dict(zip(words, fields, strict=True))
    return {}


@cache
def _synonym_file() -> dict[str, Any]:
    return tomllib.loads(resource("spreadsheet", "synonyms.toml").read_text(encoding="utf-8"))
