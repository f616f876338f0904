"""Units of money: what headings, lines around a table and number formats say of them, as factors to yuan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from haicang_desk.model.spreadsheet.columns import folded

FACTORS: Mapping[str, int] = {  # yuan in one unit
    "元": 1,
    "百元": 100,
    "千元": 1_000,
    "万元": 10_000,
    "十万元": 100_000,
    "百万元": 1_000_000,
    "千万元": 10_000_000,
    "亿元": 100_000_000,
}
_ALIASES = {"万": "万元", "亿": "亿元", "圆": "元", "万圆": "万元", "千": "千元"}
OTHER_UNITS = {"角", "分", "美元", "港元", "港币", "万美元", "欧元", "日元"}  # the amounts in them are not converted
_BRACKETS = str.maketrans(dict.fromkeys("【〔［[{〖「『〈《", "(") | dict.fromkeys("】〕］]}〗」』〉》", ")"))
_WITHIN = re.compile(r"\(([^()]*)\)?")
_PARTS = re.compile(r"[、,，;；:：/／|·\-—_=和及]+")
_PREFIX = re.compile(r"^(金额|资金|数额|计量|计价|货币|币种|币别)?(单位)?(均)?(为|是|以|按)?(人民币|rmb|¥)?")
_SUFFIX = re.compile(r"(为单位|计算|计|整)$")
_UNIT = r"(?:人民币)?([十百千万亿]*[元圆]|万|亿|角|分)"
_STATED = (  # ways in which running text states a unit; the last group is the unit
    re.compile(
        rf"单位[:：为是]?\(?((?:[^()。；;\d]{{0,8}}[、,，/／和及\-]){{0,4}}?){_UNIT}(?=$|[^\w]|[、,，;；。)]|第)"
    ),
    re.compile(rf"(?:以|按|均为|金额为|金额均为|金额是|数据为|计价为)(){_UNIT}(?:为单位|计|填|列|$|[。;；,，])"),
    re.compile(rf"^(?:人民币|金额|币种)?[:：]?(){_UNIT}$"),
)
_AT_END = re.compile(rf"(?:[/／、,，:：\-—·|_]|额|金|费|款|资|价|数|入|出|计|值|筹|源|助|补|贴){_UNIT}$")
_COUNTED = re.compile(r"[\d〇零一二三四五六七八九两几数多余若干]$")


class StatedUnit(NamedTuple):
    """A unit that words state: yuan in one unit, 0 for a unit that is not converted; its name; the words."""

    factor: int
    name: str
    words: str


def unit_name(factor: int) -> str:
    """The name of a unit: 10000 → 万元."""
    return next((name for name, value in FACTORS.items() if value == factor), f"{factor}元")


def factor_of(text: str) -> int | None:
    """Yuan in one unit of this name; None for what is no unit of yuan."""
    name = folded(text)
    return FACTORS.get(_ALIASES.get(name, name))


def plain_brackets(text: str) -> str:
    """Text with brackets of every kind as round ones: 【万元】 → (万元)."""
    return text.translate(_BRACKETS)


def units_in_heading(text: str) -> tuple[StatedUnit, ...]:
    """The units that a heading states in brackets of any kind, behind a stroke or at its end: 金额/万元, 自筹【万元】.

    An amount in a heading, as in （20万元以下）, is no unit.
    """
    clean = plain_brackets(folded(text))
    found = list(_bracketed(clean, text))
    outside = _WITHIN.sub("", clean) if "(" in clean else clean
    if (match := _AT_END.search(outside)) and not _COUNTED.search(outside[: match.start(1)]):
        found.append(_stated(match[1], text))
    found += _running(clean, text)
    return _distinct(found)


def units_in_line(text: str) -> tuple[StatedUnit, ...]:
    """The units that a title or a line around a table states: 单位：个、万元、人; 注：金额单位为万元。; …表（万元）."""
    clean = plain_brackets(folded(text))
    return _distinct([*_bracketed(clean, text), *_running(clean, text)])


def _bracketed(clean: str, words: str) -> Iterable[StatedUnit]:
    for match in _WITHIN.finditer(clean):
        for part in _PARTS.split(match[1]):
            if unit := _unit_alone(part):
                yield _stated(unit, words)


def _running(clean: str, words: str) -> list[StatedUnit]:
    found = []
    for pattern in _STATED:
        for match in pattern.finditer(clean):
            if not _COUNTED.search(clean[: match.start(match.lastindex or 0)]):
                found.append(_stated(match[match.lastindex or 0], words))
    return found


def _unit_alone(part: str) -> str:
    """The unit that a part of a bracket is, without 单位, 人民币 and the like; "" where it is something else."""
    unit = _SUFFIX.sub("", _PREFIX.sub("", part))
    return unit if unit in FACTORS or unit in _ALIASES or unit in OTHER_UNITS else ""


def _stated(unit: str, words: str) -> StatedUnit:
    name = _ALIASES.get(unit, unit)
    return StatedUnit(FACTORS.get(name, 0), name, " ".join(words.split()))


def _distinct(found: Iterable[StatedUnit]) -> tuple[StatedUnit, ...]:
    return tuple({stated.name: stated for stated in found}.values())
