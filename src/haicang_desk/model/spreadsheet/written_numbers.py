"""Numbers as people write them in cells: 大写, 三万, 3万5千, 12 000, 约34万元, 500户1800人.

All functions take text that ``columns.folded`` has made half width and without white space. They give exact Decimals
and say where a reading is only likely; what is done with a likely value is decided by cell_values.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

_WRITTEN_DIGITS = ("零〇0", "一壹幺", "二贰两貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
_DIGITS = {char: value for value, chars in enumerate(_WRITTEN_DIGITS) for char in chars}
_UNITS = {"亿": 100_000_000, "億": 100_000_000, "万": 10_000, "萬": 10_000}
_PLACES = {"千": 1000, "仟": 1000, "百": 100, "佰": 100, "十": 10, "拾": 10}
_NUMERAL = "零〇一二两三四五六七八九十百千万亿壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億"
_PLAIN = re.compile(r"(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?", re.ASCII)
_POINT = re.compile(r"(?<=\d)[。·](?=\d)")  # 3。5: the full stop of a Chinese keyboard
_ABOUT_BEFORE = re.compile(
    r"^(大约|大概|约为?|将近|接近|近|预计|预算|估计|估算|暂估|暂定|拟定?|计划|不超过|不高于|不少于|不低于|最多|最高|至少|上限|超过?|"
    r"共计|合计|总计|共|计|[≈~〜<>≤≥]=?)[:]?"
)
_ABOUT_AFTER = re.compile(r"(左右|上下|以内|以上|以下|之内|不等|起|\?|\+)$")
_ABOUT_WITHIN = re.compile(r"[余多](?=[万千百亿元圆块人户名位个]|$)")
_REMARK = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]$")
_CURRENCY = re.compile(r"^(人民币|rmb|cny|[¥￥])+[:]?")
_YUAN = "元|圆|块钱|块"
_AMOUNT = re.compile(
    rf"(?P<sign>[+-]?)(?:(?P<yuan>[^元圆块角分]+)(?P<unit>{_YUAN})?)??零?"
    r"(?:(?P<jiao>[^元角分]+)[角毛])?零?(?:(?P<fen>[^元角分]+)分)?[整正]?"
)
_TWICE = re.compile(r"(?P<one>[^()]+)\((?P<again>[^()]+)\)|小写:?(?P<figures>.+?)[,;(]?大写:?(?P<words>.+?)\)?")
_MEASURED = re.compile(
    rf"(?P<number>[\d,.{_NUMERAL}]+)(?P<measure>(?:(?![{_NUMERAL}半几多余])[%a-z\u4e00-\u9fff])*)[/、;]?"
)
_BRACKETED_UNIT = re.compile(r"\(([百千万]?元|人民币|含税|人|户|票)\)$")


class Written(NamedTuple):
    """A number as it was written: its value, the text that says it without doubt, and why it is doubtful ("" if not).

    ``own_unit`` is true where the text itself says 元, 万 and the like.
    """

    value: Decimal
    plain: str
    doubt: str = ""
    own_unit: bool = False


def read_amount(text: str) -> Written | None:
    """An amount in the unit that the text says, else in that of its column: 35000元, 5.8万, 贰拾万元整, 约34万元.

    An amount given twice (小写…大写…, or again in brackets) is one where both are the same. None for text that is no
    amount.
    """
    if twice := _TWICE.fullmatch(text):
        first, second = read_amount(twice["one"] or twice["figures"]), read_amount(twice["again"] or twice["words"])
        if first and second and first.value == second.value and not first.doubt:
            return first
        if twice["figures"]:
            return None
    plain, doubt = _without_doubt(_POINT.sub(".", text))
    bare = _CURRENCY.sub("", plain)
    found = _AMOUNT.fullmatch(bare)
    if found is None or bare in ("", "一"):  # 一 alone is more likely a stroke
        return None
    yuan = _magnitude(found["yuan"]) if found["yuan"] else Written(Decimal(), "")
    jiao, fen = (_small(found[name]) for name in ("jiao", "fen"))
    if yuan is None or jiao is None or fen is None or not (found["yuan"] or found["jiao"] or found["fen"]):
        return None
    if (found["jiao"] or found["fen"]) and not found["unit"] and found["yuan"]:
        return None
    if not doubt and yuan.doubt:
        doubt, plain = yuan.doubt, f"{yuan.value:f}元"
    value = yuan.value + jiao / 10 + fen / 100
    own = yuan.own_unit or bool(found["unit"] or found["jiao"] or found["fen"])
    return Written(-value if found["sign"] == "-" else value, plain, doubt, own)


def read_number(text: str) -> Written | None:
    """A number without a unit of measure: 1,740, 1.2万, 三百二十. None for other text."""
    plain, doubt = _without_doubt(_POINT.sub(".", text))
    sign = plain[:1] if plain[:1] in ("+", "-") else ""
    found = _magnitude(plain.removeprefix(sign))
    if found is None:
        return None
    if found.doubt and not doubt:
        plain, doubt = f"{found.value:f}", found.doubt
    return Written(-found.value if sign == "-" else found.value, plain, doubt)


def read_measured(text: str) -> tuple[tuple[Written, str], ...]:
    """The numbers of a text with the words of measure behind them: 500户1800人 → 500 户, 1800 人. () for other text."""
    plain, doubt = _without_doubt(_POINT.sub(".", text))
    found = []
    at = 0
    while at < len(plain) and plain != "一":
        part = _MEASURED.match(plain, at)
        if part is None or (number := read_number(part["number"])) is None:
            return ()
        measure = part["measure"]
        found.append((number._replace(doubt=number.doubt or doubt), measure))
        at = part.end()
    return tuple(found)


def positional(text: str) -> str:
    """Chinese digits one by one as a year is written: 二〇二三 → 2023. Other text as it is."""
    if text and all(char in _DIGITS for char in text):
        return "".join(str(_DIGITS[char]) for char in text)
    return text


def _without_doubt(text: str) -> tuple[str, str]:
    """The text without words such as 约 and 左右 and without a remark in brackets, and why it is doubtful."""
    certain = _BRACKETED_UNIT.sub(lambda found: "" if found[1] in ("人民币", "含税") else found[1], text)
    plain, before = certain, None
    while plain != before:
        before = plain
        plain = _ABOUT_BEFORE.sub("", _ABOUT_AFTER.sub("", _REMARK.sub("", plain)))
    plain = _ABOUT_WITHIN.sub("", plain)
    return plain, "" if plain == certain else "写的不是一个确定的数"


def _small(text: str | None) -> Decimal | None:
    """One digit of 角 or 分, 0 where there is none. None for anything else."""
    if not text:
        return Decimal()
    digit = str(_DIGITS.get(text, text))
    return Decimal(digit) if len(digit) == 1 and digit.isdecimal() else None


def _magnitude(text: str) -> Written | None:
    """A number with 亿, 万, 千, 百, 十 in Arabic or Chinese digits; own_unit where 万 or 亿 is written."""
    if not text:
        return None
    if _PLAIN.fullmatch(text):
        digits = text.replace(",", "")
        return Written(Decimal(digits), text) if digits not in ("", ".") else None
    for unit, size in _UNITS.items():
        if unit in text:
            left, _, right = text.partition(unit)
            return _joined(_magnitude(left), right, size)
    return _thousands(text)


def _joined(left: Written | None, right: str, size: int) -> Written | None:
    """``left`` units of ``size`` and what follows them: 3 | 5千. A lone digit is a tenth of the unit: 三万五."""
    if left is None or left.doubt:
        return None
    value = left.value * size
    if not right:
        return Written(value, "", "", own_unit=True)
    if len(right) == 1 and (digit := _digit(right)):
        return Written(value + digit * size / 10, "", "末一位的单位没有写", own_unit=True)
    rest = _magnitude(right.lstrip("零〇"))
    if rest is None or rest.value >= size or left.value != left.value.to_integral_value():
        return None
    return Written(value + rest.value, "", rest.doubt, own_unit=True)


def _thousands(text: str) -> Written | None:
    """A number below 10,000 in Chinese numerals, or with Arabic digits before 千, 百, 十: 三百二十, 5千."""
    whole, point, decimals = text.partition("点")
    if point:
        left, right = _thousands(whole), positional(decimals)
        if left is None or not right.isdecimal():
            return None
        return Written(left.value + Decimal(f"0.{right}"), text)
    value, last, at, doubt = Decimal(), 10_000, 0, ""
    for part in re.finditer(r"零*([\d.]+|.)?([千仟百佰十拾])", text):
        digits, place = part[1], _PLACES[part[2]]
        digit = _digit(digits) if digits else (Decimal(1) if place == 10 else None)
        if part.start() != at or digit is None or place >= last:
            return None
        value, last, at = value + digit * place, place, part.end()
    rest = text[at:]
    tail = rest.lstrip("零〇")
    if tail:
        digit = _digit(tail)
        if digit is None or len(tail) > 1 or not at:
            return Written(digit, text) if digit is not None and not at else None
        if rest == tail and last > 10:  # 三千五
            digit, doubt = digit * last / 10, "末一位的单位没有写"
        value += digit
    elif not at and rest:
        return Written(Decimal(), text)
    return Written(value, text, doubt)


def _digit(text: str) -> Decimal | None:
    if text in _DIGITS:
        return Decimal(_DIGITS[text])
    return Decimal(text) if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) else None
