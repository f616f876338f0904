"""In which unit the amounts of a column are: one decision from all that speaks of it (contract §2, Units).

Its heading, a heading over it, lines around the table, the title, sections and the number format are heard. Where they
disagree, or nothing speaks, it is a question; a unit in a cell is that cell's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from haicang_desk.model.foreign.sheets.raw_cell import YUAN_SIGN, RawCell
from haicang_desk.model.records import Field
from haicang_desk.model.spreadsheet.cell_values import LONGEST_VALUE, Doubtful, quoted, read_cell
from haicang_desk.model.spreadsheet.columns import folded
from haicang_desk.model.spreadsheet.read.answers import Question, QuestionKind
from haicang_desk.model.spreadsheet.read.mapping import Column
from haicang_desk.model.spreadsheet.read.raw_tables import RawTable
from haicang_desk.model.spreadsheet.read.units import (
    StatedUnit,
    factor_of,
    unit_name,
    units_in_heading,
    units_in_line,
)
from haicang_desk.model.values import Money

_NUMBER = re.compile(
    r"[-+]?[¥￥]?[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?(万元|亿元|千元|元|万|亿|%|人|户|个|次|场|票|份|件)?"
)
_FIGURES = re.compile(r"[\d,.]+([/／~～][\d,.]+)?")  # 4,2000 and 30/28: figures that read as no single number
_OWN_UNIT = re.compile(r"[元圆万亿千百角分]")
_ARABIC = re.compile(r"\d")
_DIGIT = re.compile(r"[1-9一二三四五六七八九十两壹贰叁肆伍陆柒捌玖拾]")
_MONEY = Field("", kind=Money)


@dataclass(frozen=True, slots=True)
class UnitDecision:
    """In which unit a column is read: yuan in one unit, the words that say so, and the question where it is open.

    ``against_words``: an answer decided between words of the table that disagree.
    """

    factor: int
    grounds: tuple[str, ...] = ()
    question: Question | None = None
    against_words: bool = False


class ColumnUnits:
    """Decides the units of the money columns of one table."""

    def __init__(self, table: RawTable) -> None:
        self._table = table
        self._texts = {heading.index: heading.texts for heading in table.headings}
        self._around = [stated for line in _lines(table) for stated in units_in_line(line)]

    def decide(self, column: Column, cells: Sequence[RawCell], said: int | None) -> UnitDecision:
        """The unit of a column with these cells, the likelier one while it is asked; ``said`` is an answer given."""
        stated = [unit for text in self._texts[column.index] for unit in units_in_heading(text)]
        stated += [*self._around, *_format_unit(cells)]
        distinct = {unit.name: unit for unit in stated}
        if said is not None:
            return UnitDecision(said, ("按选择",), against_words=len(distinct) > 1)
        grounds = tuple(dict.fromkeys(unit.words for unit in stated))
        if len(distinct) == 1 and (factor := stated[0].factor):
            return UnitDecision(factor, grounds)
        amounts = [raw for raw in cells if _needs_unit(raw, doubted=len(distinct) > 1)]
        if not amounts:
            return UnitDecision(1, grounds)
        proposal = "" if distinct else _likely_unit(amounts)
        if not distinct:
            reason = "没有写明金额单位，请指明是元还是万元"
        elif len(distinct) == 1:
            reason = f"金额单位写作“{stated[0].name}”，不能换算，请指明按什么单位读取"
        else:
            told = "、".join(f"“{unit.words}”为{unit.name}" for unit in distinct.values())
            reason = f"金额单位写得不一致：{told}，请指明以哪个为准"
        choices = tuple(name for name, unit in distinct.items() if unit.factor) if len(distinct) > 1 else ("元", "万元")
        example = quoted(cells[0])
        asked = Question(QuestionKind.UNIT, self._table.sheet, 0, column.heading, example, proposal, reason, choices)
        return UnitDecision(factor_of(proposal) or 1, grounds, asked)


def _lines(table: RawTable) -> Iterable[str]:
    sections = dict.fromkeys(text for row in table.rows for text in row.sections)
    for line in (table.sheet, *table.above, *table.below, *sections):
        yield line
        if len(parts := re.split(r"\s{2,}|\n|\u3000", line)) > 1:
            yield from (part for part in parts if part)


def _format_unit(cells: Iterable[RawCell]) -> list[StatedUnit]:
    """The unit of the number format: one that every number of the column has, or the sign of yuan in any of them.

    A unit that only some of them have is that of their own cells.
    """
    units = {raw.unit for raw in cells if raw.form == "number"}
    if YUAN_SIGN in units:
        return [StatedUnit(1, "元", f"数字格式中的“{YUAN_SIGN}”")]
    if len(units) != 1 or not (unit := units.pop()) or (factor := factor_of(unit)) is None:
        return []
    return [StatedUnit(factor, unit_name(factor), f"数字格式中的“{unit}”")]


def holds_figures(raw: RawCell) -> bool:
    """Whether a cell holds a number or an amount."""
    if raw.form in ("number", "percent"):
        return True
    if len(raw.text) > LONGEST_VALUE:
        return False
    text = folded(raw.text)
    if raw.form != "text":
        return False
    if _ARABIC.search(text) and (_NUMBER.fullmatch(text) or _FIGURES.fullmatch(text)):
        return True
    return bool(_OWN_UNIT.search(text)) and bool(_DIGIT.search(text)) and _is_amount(raw)


def _is_amount(raw: RawCell) -> bool:
    """Whether a text is an amount, exact or not: 肆万贰仟元, 约4万."""
    try:
        read_cell(raw, _MONEY)
    except Doubtful:
        return True
    except ValueError:
        return False
    return True


def _needs_unit(raw: RawCell, *, doubted: bool = False) -> bool:
    """Whether an amount says nothing of its unit and is not nil; ``doubted``: a number format says nothing certain."""
    if raw.form == "number":
        return (doubted or not raw.unit) and float(raw.text) != 0
    text = folded(raw.text)
    return raw.form == "text" and not _OWN_UNIT.search(text) and bool(_DIGIT.search(text))


def _likely_unit(amounts: Iterable[RawCell]) -> str:
    """万元 where all amounts are below 1,000, 元 where all are above."""
    numbers = [
        float(text) for raw in amounts if re.fullmatch(r"\d+(\.\d+)?", text := folded(raw.text).replace(",", ""))
    ]
    if not numbers:
        return ""
    return "万元" if max(numbers) < 1000 else "元" if min(numbers) >= 1000 else ""
