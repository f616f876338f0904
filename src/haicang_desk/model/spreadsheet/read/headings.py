"""Headings and sheet names as people write them, and the record field each stands for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from haicang_desk.model.records import RECORDS, Project, Record, Village
from haicang_desk.model.store import TABLES
from haicang_desk.model.values import Money, Refused

RECORD_ID = "记录号"
REASONS = "导入说明"  # the column that a returned workbook gives its reasons in
EXAMPLE = "【示例】"  # a cell that begins so marks its row as one to skip
GUIDE = "填表说明"  # the sheet of a template that explains it

ID, TITLE, VILLAGE, YEAR = "id", "@title", "@village", "@year"  # columns that are no field of their record

LONGEST_HEADING = 100
_SPACE = re.compile(r"\s+")
_TAIL = re.compile(r"[*※]|\([^()]*\)$")
_UNIT = re.compile(r"\(([十百千万亿]*元)")
_STATED = re.compile(r"单位:?\(?([十百千万亿]*元)")
SCALES = {"元": 1, "万元": 10_000}  # yuan to one


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: where it is, how it is headed, what it holds, and in what its money is counted."""

    index: int
    heading: str
    name: str
    scale: int = 1  # yuan to one


def folded(text: str) -> str:
    """One form for what looks alike: full width, spaces and case do not tell names apart."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def bare(heading: str) -> str:
    """A heading without its star, its unit and its hints: 金额(元)* → 金额."""
    text, before = folded(heading), ""
    while text != before:
        before = text
        text = _TAIL.sub("", text)
    return text or folded(heading)


@cache
def _record_of() -> dict[str, type[Record]]:
    return {folded(cls.label): cls for cls in RECORDS}


def record_of(title: str) -> type[Record] | None:
    """The record that a sheet of this name holds."""
    return _record_of().get(folded(title).rstrip("*"))


@cache
def names_of(table: str) -> dict[str, str]:
    """What each bare heading of a sheet stands for: a field, or one of the columns that only help to find a record."""
    cls = TABLES[table]
    found = {bare(said.label): name for name, said in cls.fields.items()}
    if "project" in cls.fields:
        for label, name in (
            (Project.fields["title"].label, TITLE),
            (Village.fields["name"].label, VILLAGE),
            (Project.fields["fund_year"].label, YEAR),
        ):
            found.setdefault(bare(label), name)
    found[bare(RECORD_ID)] = ID
    return found


def column_of(cls: type[Record], index: int, heading: str, stated: int) -> Column | None:
    """The column under a heading, or None for one that is not known. ``stated`` is the sheet's 单位."""
    name = names_of(cls.table).get(bare(heading)) if len(heading) <= LONGEST_HEADING else None
    if name is None:
        return None
    if name not in cls.fields or cls.fields[name].kind is not Money:
        return Column(index, heading, name)
    units = [_scale(unit) for unit in _UNIT.findall(folded(heading))]
    return Column(index, heading, name, units[-1] if units else stated)


def stated_unit(text: str) -> int | None:
    """What a line above the headings says of the unit: 单位：万元 → 10000."""
    found = _STATED.search(folded(text))
    return _scale(found[1]) if found else None


def _scale(unit: str) -> int:
    if unit not in SCALES:
        raise Refused(f"表上注明的金额单位是“{unit}”，没有导入。金额请以元（或万元）为单位填写，并改正表头上的单位")
    return SCALES[unit]
