"""Units of money stated in a heading or above a table, as factors to yuan."""

from __future__ import annotations

import re

from haicang_desk.model.spreadsheet.columns import folded
from haicang_desk.model.values import Refused

FACTORS = {"元": 1, "万元": 10_000}  # yuan in one unit
_IN_HEADING = re.compile(r"\(([十百千万亿]*元)")
_ABOVE_TABLE = re.compile(r"单位:?\(?([十百千万亿]*元)")


def heading_unit(heading: str) -> int | None:
    """The unit in the last brackets of a heading that hold one: 金额（万元） → 10000. None: no unit.

    Raises Refused for a unit other than 元 and 万元; the whole workbook is then not imported.
    """
    units = [_factor(unit) for unit in _IN_HEADING.findall(folded(heading))]
    return units[-1] if units else None


def stated_unit(text: str) -> int | None:
    """The unit that a line above the headings states: 单位：万元 → 10000. None: no unit. Raises as heading_unit."""
    found = _ABOVE_TABLE.search(folded(text))
    return _factor(found[1]) if found else None


def _factor(unit: str) -> int:
    if unit not in FACTORS:
        raise Refused(f"表上注明的金额单位是“{unit}”，没有导入。金额请以元（或万元）为单位填写，并改正表头上的单位")
    return FACTORS[unit]
