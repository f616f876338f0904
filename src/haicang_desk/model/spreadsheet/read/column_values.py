"""The field of a column of a table, and the value of a cell in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.records import Field, Link, Project, Record
from haicang_desk.model.spreadsheet.cell_values import read_cell
from haicang_desk.model.spreadsheet.columns import ID, SERVICE_COLUMNS, YEAR

_IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TEXT_FIELD = Field("", longest=200)
_LINK_FIELD = Field("", kind=Link, longest=200)


def field_of(cls: type[Record], name: str) -> Field:
    """The field by which a column is read. A link is read as text of up to 200 characters: a name or a number."""
    if name == YEAR:
        return replace(Project.fields["fund_year"], required=False)
    field = cls.fields.get(name) or SERVICE_COLUMNS.get(name, _TEXT_FIELD)
    if not field.refers:
        return field
    return replace(_LINK_FIELD, required=field.required, refers=field.refers, label=field.label)


def value_of(
    raw: RawCell, field: Field, name: str, factor: int = 1, *, year: int | None = None, exported: bool = False
) -> Any:
    """The value of a cell as read_cell gives it; a 记录号 must be one. Raises ValueError and Doubtful likewise."""
    value = read_cell(raw, field, factor, year=year, exported=exported)
    if name == ID and value and not _IDENTIFIER.fullmatch(value):
        raise ValueError(f"“{value}”不是导出的记录号；新增的行请把这一格留空")
    return value
