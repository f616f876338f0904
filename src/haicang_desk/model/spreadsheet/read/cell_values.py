"""Cells: for each kind of field, how a cell is read and how a value is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any

from haicang_desk.model.records import Category, Field, Labelled, Link, PaidFrom, Prose, Source
from haicang_desk.model.spreadsheet.read.headings import folded
from haicang_desk.model.spreadsheet.read.shared_strings import RawCell
from haicang_desk.model.values import LARGEST, Money, parse_day

DAY_ZERO = date(1899, 12, 30)
FIRST_SERIAL = date(1900, 3, 1)  # before it Excel counts a 29 February that never was
YEARS = range(2000, 2100)  # in a cell formatted as a day, nobody means a day of 1905
LIKELY_SERIALS = range(36526, 73051)  # 2000–2099: a bare number in a date column; 2018 is a year, not July 1905
NOISE = Decimal("0.000001")  # of a fen: what binary sums such as 0.1 + 0.2 are off by
LONGEST_VALUE = 60  # characters of a number, a date or a choice
EXPECTED = {date: "日期，如 2026-07-13", Enum: "下拉表中的一项", bool: "是 或 否"}
EXACT_DIGITS = 15  # a spreadsheet number holds no more
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")

TRUE = {"是", "有", "对", "√", "✓", "✔", "☑", "true", "yes", "y", "1"}
FALSE = {"否", "无", "没有", "不是", "×", "✗", "✘", "false", "no", "n", "0"}
ALIASES: Mapping[type[Enum], Mapping[str, str]] = {
    Source: {
        "专项": "special",
        "专项资金": "special",
        "区级专项": "special",
        "区专项": "special",
        "区专项资金": "special",
        "以奖代补": "matching",
        "奖补": "matching",
        "其他财政": "other_fiscal",
        "捐赠": "donated_cash",
        "现金捐赠": "donated_cash",
        "捐赠实物": "donated_goods",
        "实物捐赠": "donated_goods",
        "实物折价": "donated_goods",
        "投工投劳": "labour",
        "劳务折价": "labour",
        "自筹": "self_raised",
        "村居自筹资金": "self_raised",
    },
    PaidFrom: {
        "专项": "special",
        "专项资金": "special",
        "区级专项": "special",
        "区专项": "special",
        "区专项资金": "special",
        "以奖代补": "matching",
        "奖补": "matching",
    },
    Category: {"服务": "service", "货物": "goods", "工程": "works"},
}


def cleaned(text: str) -> str:
    """Text as it is kept: no control characters, composed (NFC), no outer space. ValueError for half characters."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SURROGATE.search(text):
        raise ValueError("含有不完整的字符，无法保存，请删去后重新输入")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()


def settled(said: Field, text: str) -> str:
    """Text as a field of this kind keeps it: only 多行 fields keep their line breaks."""
    text = cleaned(text)
    return text if said.kind is Prose or "\n" not in text else " ".join(map(str.strip, text.splitlines()))


def read(raw: RawCell, said: Field, scale: int = 1) -> Any:
    """The value of a cell in a column of this field. ValueError, saying what is expected, where it has none."""
    if raw.form == "fault":
        raise ValueError(f"“{written(raw)}”是公式算不出来的结果，请改成具体内容")
    if len(raw.text) > LONGEST_VALUE and said.kind not in (str, Prose, Link):
        raise ValueError(f"“{written(raw)}”太长，应填{EXPECTED.get(said.kind, '数字')}")
    if said.kind is Money:
        return _read_money(raw, said, scale)
    return READ[said.kind](raw, said)


def written(raw: RawCell) -> str:
    """A cell as it is quoted in a report."""
    text = raw.text
    if raw.form in ("number", "percent"):
        text = _plain(text)
    elif raw.form == "day":
        day = _from_serial(float(text))
        text = day.isoformat() if day else _plain(text)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _plain(number: str) -> str:
    """A number without float noise and exponents: 123.0 → 123."""
    value = float(number)
    return f"{Decimal(f'{value:.{EXACT_DIGITS}g}'):f}" if value != int(value) or abs(value) >= 1e15 else str(int(value))


def _read_text(raw: RawCell, said: Field) -> str:
    if raw.form == "day":
        raise ValueError(f"被表格软件存成了日期“{written(raw)}”，请把这一格设为文本后重新填写")
    if raw.form in ("number", "percent"):
        text = _plain(raw.text)
        if len(text.lstrip("-").partition(".")[0]) > EXACT_DIGITS:
            raise ValueError("被表格软件存成了数字，第 15 位以后已经丢失，请把这一格设为文本后重新填写")
    else:
        text = settled(said, raw.text)
    if len(text) > said.longest:
        raise ValueError(f"有 {len(text)} 个字，最多 {said.longest} 个字，请缩短")
    if text and said.among:
        text = next((each for each in said.among if folded(each) == folded(text)), text)
        if text not in said.among:
            raise ValueError(f"“{text}”不在可选范围，应填 {said.among[0]} 至 {said.among[-1]} 之一")
    return text


def _read_money(raw: RawCell, said: Field, scale: int = 1) -> Money:
    if raw.form == "number":
        amount = _amount(Decimal(_plain(raw.text)) * scale)
    elif raw.form == "text":
        text = folded(raw.text)
        amount = Money.parse(text if scale == 1 or "万" in text else f"{text.removesuffix('元')}万")
    else:
        raise ValueError(f"“{written(raw)}”不是金额，应填数字，单位元，如 30000")
    if amount < said.least:
        raise ValueError(f"“{written(raw)}”{'为负数，金额不能小于 0' if amount < 0 else '太小，金额应大于 0'}")
    return amount


def _amount(yuan: Decimal) -> Money:
    fen = yuan * 100
    whole = fen.to_integral_value()
    noisy = abs(fen) <= LARGEST and abs(fen - whole) <= NOISE
    return Money(int(whole)) if noisy else Money.of_yuan(yuan.normalize())


def _number(raw: RawCell, said: Field) -> Decimal:
    if raw.form == "number":
        return Decimal(_plain(raw.text))
    if raw.form == "percent" and said.unit == "%":
        return Decimal(_plain(raw.text)) * 100
    if raw.form == "text":
        text = folded(raw.text).replace(",", "").removesuffix("度" if said.label.endswith("年度") else "")
        for unit in (said.unit, "年" if said.label.endswith("年度") else ""):
            text = text.removesuffix(unit)
        try:
            return _decimal(text)
        except InvalidOperation:
            pass
    raise ValueError(f"“{written(raw)}”不是数字，应填{_example(said)}")


def _decimal(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text, re.ASCII):
        raise InvalidOperation(text)
    return Decimal(text)


def _example(said: Field) -> str:
    if said.label.endswith("年度"):
        return "四位年份，如 2018"
    if said.unit == "%":
        return "0 至 100 的整数，如 60"
    return "整数，如 120" if said.kind is int else "数字，如 12.5"


def _within(number: Decimal, raw: RawCell, said: Field) -> None:
    if not said.least <= number <= said.most:
        raise ValueError(f"“{written(raw)}”不在 {said.least} 至 {said.most} 之间，应填{_example(said)}")


def _read_int(raw: RawCell, said: Field) -> int:
    number = _number(raw, said)
    _within(number, raw, said)
    if number != number.to_integral_value():
        raise ValueError(f"“{written(raw)}”不是整数，应填{_example(said)}")
    return int(number)


def _read_decimal(raw: RawCell, said: Field) -> Decimal:
    number = _number(raw, said)
    _within(number, raw, said)
    return number


def _read_flag(raw: RawCell, said: Field) -> bool:
    text = folded(_plain(raw.text) if raw.form == "number" else raw.text)
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise ValueError(f"“{written(raw)}”应填 是 或 否")


def _from_serial(serial: float) -> date | None:
    try:
        return DAY_ZERO + timedelta(days=int(serial))
    except OverflowError:
        return None


def _read_day(raw: RawCell, said: Field) -> date:
    if raw.form == "day" and int(float(raw.text)) in YEARS:
        raise ValueError(f"只填了年份“{int(float(raw.text))}”，应填完整日期，如 2026-07-13")
    if raw.form == "day" and float(raw.text) >= 1 and (day := _from_serial(float(raw.text))):
        return day
    text = _plain(raw.text) if raw.form == "number" else raw.text.strip()
    if raw.form == "number" and float(raw.text) in LIKELY_SERIALS:
        return DAY_ZERO + timedelta(days=int(text))
    if raw.form in ("number", "text"):
        return parse_day(_CLOCK.sub("", text))
    raise ValueError(f"“{written(raw)}”不是日期，应填如 2026-07-13")


@cache
def _choices(choice: type[Labelled]) -> Mapping[str, Labelled]:
    found = {folded(member.label): member for member in choice}
    for alias, code in ALIASES.get(choice, {}).items():
        found.setdefault(folded(alias), next(member for member in choice if member.code == code))
    return found


def _read_choice(raw: RawCell, said: Field) -> Labelled:
    found = _choices(said.type).get(folded(raw.text))
    if found is None:
        labels = "、".join(member.label for member in said.type)
        raise ValueError(f"“{written(raw)}”不在可选范围，应填其中之一：{labels}")
    return found


READ: Mapping[Any, Callable[[RawCell, Field], Any]] = {
    str: _read_text,
    Prose: _read_text,
    Money: _read_money,
    date: _read_day,
    int: _read_int,
    bool: _read_flag,
    Decimal: _read_decimal,
    Enum: _read_choice,
    Link: _read_text,  # a name or number; which record it is, is asked of the store
}


@dataclass(frozen=True, slots=True)
class Writing:
    """How a kind is written: its number format, the width of its column, and the value as a cell holds it."""

    format: str
    width: int
    cell: Callable[[Any], Any]


def _write_day(day: date) -> Any:
    return (day - DAY_ZERO).days if day >= FIRST_SERIAL else day.isoformat()


def _write_money(amount: Money) -> Any:
    yuan, fen = divmod(int(amount), 100)
    return Decimal(int(amount)) / 100 if fen else yuan


def _write_decimal(number: Decimal) -> Any:
    exact = len(number.as_tuple().digits) <= EXACT_DIGITS
    return number if exact else str(number)


WRITE: Mapping[Any, Writing] = {
    str: Writing("@", 16, str),
    Prose: Writing("@", 36, str),
    Money: Writing("0.00", 16, _write_money),
    date: Writing("yyyy-mm-dd", 12, _write_day),
    int: Writing("0", 10, int),
    bool: Writing("@", 10, lambda flag: "是" if flag else "否"),
    Decimal: Writing("General", 10, _write_decimal),
    Enum: Writing("@", 14, lambda member: member.label),
    Link: Writing("@", 20, str),
}
