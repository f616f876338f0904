"""Number formats (ECMA-376 §18.8.31): whether a number is a day or a share, the unit it is shown in, and its scale.

``0.00"万元"`` states a unit. ``0!.0,"万元"`` and ``0!.0000`` show an amount of yuan as ten thousands: what a person
reads beside the heading is the number shown, so that is what the cell becomes.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from haicang_desk.model.foreign.sheets.raw_cell import MONTH_SHOWN, YUAN_SIGN, RawCell

LONGEST_FORMAT = 2_000  # characters; Excel allows 255
PERCENT_IDS, YUAN_IDS = frozenset({9, 10}), frozenset({5, 6, 7, 8, 42, 44})
DAY_IDS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})  # those of Chinese Excel included
MONTH_IDS = frozenset({17, 27, 36, 50, 52, 57})  # 2023年5月
DAY_CODE, MONTH_CODE, PERCENT_CODE, YUAN_CODE = "yyyy-mm-dd", "yyyy-mm", "0%", '"¥"0'
DAYS_FROM_1904 = 1462  # from 1899-12-30 to 1904-01-01
_TOKEN = re.compile(r'"([^"]*)"?|[\\!](.)|[_*].|\[([^\]]*)\]|(.)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_DATED = re.compile(r"[ymdhs]|aaa|[上下]午", re.IGNORECASE)
_MONTHLY = re.compile(r"[ym年月.,/\- ]+", re.IGNORECASE)  # neither days nor hours
_PLAIN_NAMES = {"general", "standard", "fixed", "scientific", "g/通用格式"}  # names in place of a code
_UNIT = re.compile(r"[美欧日港澳台韩英加新卢][元镑布]|欧元|[十百千万亿]*(?<!单)元|[百千]?[万亿]")
_YUAN_SIGN = re.compile(r"¥|rmb|cny|人民币", re.IGNORECASE)
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_WIDEST = 30  # digits by which a format may shift the point


class Section(NamedTuple):
    """One section of a format: day, percent or number; its unit; the power of ten that a number is divided by."""

    form: str
    unit: str = ""
    shift: int = 0


_NUMBER = Section("number")


class NumberFormat(NamedTuple):
    """A format. ``plain`` where a number under it is nothing but a number; ``choices`` are the sections in order."""

    plain: bool
    choices: tuple[tuple[Callable[[float], bool], Section], ...] = ()

    def cell(self, text: str, value: float) -> RawCell:
        """The cell of a number of which ``text`` is the digits."""
        section = next((section for holds, section in self.choices if holds(value)), _NUMBER)
        if section.shift:
            text = f"{Decimal(text).scaleb(-section.shift):f}"
        return RawCell(section.form, text, section.unit)


GENERAL = NumberFormat(True)


def day_of_1904(cell: RawCell) -> RawCell:
    """A day of the 1904 date system as one of the 1900 system."""
    return cell._replace(text=str(float(cell.text) + DAYS_FROM_1904))


def builtin_format(number: int) -> NumberFormat:
    """The format of an identifier for which a workbook has no code (ECMA-376 §18.8.30)."""
    if number in MONTH_IDS:
        return number_format(MONTH_CODE)
    if number in DAY_IDS:
        return number_format(DAY_CODE)
    if number in PERCENT_IDS:
        return number_format(PERCENT_CODE)
    return number_format(YUAN_CODE) if number in YUAN_IDS else GENERAL


@lru_cache(maxsize=2_000)
def number_format(code: str) -> NumberFormat:
    """A format by its code; one of more than 2,000 characters counts as none."""
    if len(code) > LONGEST_FORMAT or code.casefold() in _PLAIN_NAMES:
        return GENERAL
    sections, conditions = _sections(code)
    if all(section == _NUMBER for section in sections):
        return GENERAL
    if len(set(sections)) == 1:
        return NumberFormat(False, ((lambda _: True, sections[0]),))
    return NumberFormat(False, tuple(zip(_rules(conditions), sections, strict=True)))


def _rules(conditions: list[tuple[str, float] | None]) -> list[Callable[[float], bool]]:
    """For each section of numbers, when it applies: its own condition, else by sign as Excel takes them."""
    rules: list[Callable[[float], bool]] = []
    for position, condition in enumerate(conditions):
        if condition is not None:
            rules.append(_compared(*condition))
        elif position == len(conditions) - 1:
            rules.append(lambda _: True)
        elif position == 0:
            rules.append((lambda value: value >= 0) if len(conditions) == 2 else (lambda value: value > 0))
        else:
            rules.append(lambda value: value < 0)
    return rules


def _compared(sign: str, limit: float) -> Callable[[float], bool]:
    return lambda value: _COMPARE[sign](value, limit)


def _sections(code: str) -> tuple[list[Section], list[tuple[str, float] | None]]:
    """The sections for numbers, at most three, and the condition of each."""
    sections, conditions = [], []
    for part in _parts(code)[:3]:
        section, condition = _section(part)
        sections.append(section)
        conditions.append(condition)
    return sections, conditions


def _parts(code: str) -> list[list[re.Match[str]]]:
    """The tokens of each section."""
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(code):
        if token[4] == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _section(tokens: list[re.Match[str]]) -> tuple[Section, tuple[str, float] | None]:
    literal, pattern, condition = "", "", None
    for token in tokens:
        quoted, escaped, bracketed, plain = token.groups()
        if bracketed is not None:
            if found := _CONDITION.fullmatch(bracketed.strip()):
                condition = (found[1], float(found[2]))
            elif bracketed.startswith("$"):
                literal += bracketed[1:].partition("-")[0]
            elif _ELAPSED.fullmatch(bracketed):
                pattern += bracketed
        elif plain is not None:
            pattern += plain
            literal += plain if ord(plain) > 127 else ""
        else:
            text = quoted if quoted is not None else escaped or ""
            literal += text
            pattern += "\0" if text == "." else ""  # a point that is only drawn
    if pattern.strip().casefold() in _PLAIN_NAMES:
        return Section("number", _unit(literal)), condition
    if _DATED.search(pattern):
        return Section("day", MONTH_SHOWN if _MONTHLY.fullmatch(pattern) else ""), condition
    if "%" in pattern:
        return Section("percent"), condition
    return Section("number", _unit(literal), _shift(pattern)), condition


def _unit(literal: str) -> str:
    """The unit that literal text states: 万元, 元, 万, or ¥ for any sign of yuan; "" for none."""
    if not literal:
        return ""
    literal = unicodedata.normalize("NFKC", literal)
    if found := _UNIT.search(literal):
        return found[0]
    return YUAN_SIGN if _YUAN_SIGN.search(literal) else ""


def _shift(pattern: str) -> int:
    """By how many digits a number is shown smaller: three for each comma at its end, and those behind a drawn point."""
    whole = pattern.partition(".")[0]
    last = max(map(pattern.rfind, "0#?"), default=-1)
    shift = 3 * (len(pattern[last + 1 :]) - len(pattern[last + 1 :].lstrip(","))) if last >= 0 else 0
    if "." in pattern and whole.endswith(","):
        shift += 3 * (len(whole) - len(whole.rstrip(",")))
    if whole.count("\0") == 1:
        before, _, behind = whole.partition("\0")
        if before[-1:] in ("0", "#", "?") and behind[:1] in ("0", "#", "?"):
            shift += sum(map(behind.count, "0#?"))
    return min(shift, _WIDEST)
