"""The columns of a record's sheet: their names, headings and order, derived from the record's fields (contract §2).

The reader, the export and the blank template all take their columns from here, so a new field of a record has a
column in each of them without further code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from haicang_desk.model.records import (
    Field,
    Link,
    Member,
    Project,
    QuarterLine,
    QuarterReport,
    Record,
    Street,
    StreetQuota,
    Village,
    YearPlan,
)
from haicang_desk.model.values import matching_form

RECORD_ID = "记录号"
REASONS = "导入说明"  # heading of the column in which the error workbook gives its reasons
EXAMPLE = "【示例】"  # a row with a cell that begins so is skipped by the import
GUIDE = "填表说明"  # the sheet of the template that explains how to fill it in

RECORD_VERSIONS = "记录版本"  # heading of the hidden column by which a later import knows what was changed where
FOR_READING = "回执："  # headings that begin so tell the village something; an import passes them over

ID, TITLE, VILLAGE, YEAR = "id", "@title", "@village", "@year"  # names of columns that are no field of the record
STREET, VERSIONS = "@street", "@versions"

LOOKUPS: Mapping[str, Field] = {  # columns that only help to find the project of a row
    TITLE: Project.fields["title"],
    VILLAGE: Village.fields["name"],
    YEAR: Project.fields["fund_year"],
}
SERVICE_COLUMNS: Mapping[str, Field] = {  # columns of every sheet that are filled by the program
    ID: Field(RECORD_ID, longest=200),
    STREET: Field(Street.fields["name"].label, longest=200),
    VERSIONS: Field(RECORD_VERSIONS, kind=Link, longest=32_767),
}
OF_ONE_STREET: frozenset[type[Record]] = frozenset(  # whose keys are the same in every street
    (Village, Project, StreetQuota, YearPlan, QuarterReport, QuarterLine, Member)
)
_SPACE = re.compile(  # white space, fillers and marks that select a glyph
    r"[\s\u034f\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
)


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a record's sheet. ``field`` is the record's own field, or None for a lookup column."""

    name: str
    heading: str
    field: Field | None = None


def sheet_columns(cls: type[Record]) -> tuple[SheetColumn, ...]:
    """The columns in the order of the fields; a link to a project is followed by the project's name and village."""
    columns = []
    for name, field in cls.fields.items():
        columns.append(SheetColumn(name, field.heading, field))
        if field.refers == Project.table:
            columns.append(SheetColumn(TITLE, heading_of(cls, TITLE)))
            if "village" not in cls.fields:
                columns.append(SheetColumn(VILLAGE, heading_of(cls, VILLAGE)))
    return tuple(columns)


def heading_of(cls: type[Record], name: str) -> str:
    """The heading of a column as contract and reports give it, with the unit: 区级专项资金(元)."""
    if name in cls.fields:
        return cls.fields[name].heading
    return (SERVICE_COLUMNS.get(name) or LOOKUPS[name]).label


def is_for_reading(heading: str) -> bool:
    """Whether a column only tells the village something, such as the stage of its project; no import reads it."""
    return folded(heading).startswith(folded(FOR_READING))


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Text for comparing names: its matching form (half width, no radicals, lower case) without white space."""
    return _SPACE.sub("", matching_form(text))
