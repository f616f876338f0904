"""Cell values: for each kind of field, how a cell is read and how a value is written (CELL_TYPES)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from haicang_desk.model.records import Category, Field, Labelled, Link, PaidFrom, Prose, Source
from haicang_desk.model.spreadsheet.columns import folded
from haicang_desk.model.values import LARGEST, Money, parse_day

DAY_ZERO = date(1899, 12, 30)  # serial number 0
FIRST_SERIAL = date(1900, 3, 1)  # earlier serials are one off: Excel counts 29 February 1900, which did not exist
YEARS = range(2000, 2100)  # such a serial in a date cell is a year typed alone, not a day of 1905
LIKELY_SERIALS = range(36526, 73051)  # days of 2000–2099: what a bare number in a date column may be
NOISE = Decimal("0.000001")  # fen; the error of binary sums such as 0.1 + 0.2
LONGEST_VALUE = 60  # characters of a number, a date or a choice
EXPECTED = {date: "日期，如 2026-07-13", Enum: "下拉表中的一项", bool: "是 或 否"}
EXACT_DIGITS = 15  # significant digits that a spreadsheet number keeps
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")

TRUE = {"是", "有", "对", "√", "✓", "✔", "☑", "true", "yes", "y", "1"}
FALSE = {"否", "无", "没有", "不是", "×", "✗", "✘", "false", "no", "n", "0"}
_FUND_ALIASES = {
    "专项": "special",
    "专项资金": "special",
    "区级专项": "special",
    "区专项": "special",
    "区专项资金": "special",
    "以奖代补": "matching",
    "奖补": "matching",
}
ALIASES: Mapping[type[Enum], Mapping[str, str]] = {  # what people write for a choice besides its label → its code
    Source: {
        **_FUND_ALIASES,
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
    PaidFrom: _FUND_ALIASES,
    Category: {"服务": "service", "货物": "goods", "工程": "works"},
}


class RawCell(NamedTuple):
    """A cell as its file has it. ``form`` is text, number, percent, day, flag, fault (such as #DIV/0!) or picture.

    A day has the serial number of Excel's 1900 date system as its text. A picture in a cell has no text. ``unit`` is
    the unit that the number format shows behind or before a number: 元, 万元, 万 …, "" for none; the text is then the
    number as it is shown. The form ``shared`` is given by tables.py to an amount in a cell that is merged over several
    rows.
    """

    form: str
    text: str
    unit: str = ""


class Doubtful(ValueError):
    """A value that is likely but not certain, such as 约34万元: the user is asked, with ``proposal`` as the answer.

    ``proposal`` is text that ``read_cell`` reads without doubt for the same field ("340000"); ``str()`` of the error
    is the Chinese reason. A caller that cannot ask treats it as any ValueError: as a fault of the cell.
    """

    def __init__(self, proposal: str, reason: str) -> None:
        super().__init__(reason)
        self.proposal = proposal


def clean_text(text: str) -> str:
    """Text in NFC, without control characters and outer white space. Raises ValueError for a lone surrogate."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SURROGATE.search(text):
        raise ValueError("含有不完整的字符，无法保存，请删去后重新输入")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()


def stored_text(field: Field, text: str) -> str:
    """Text as a field of this kind stores it: only Prose fields keep their line breaks. Raises as clean_text."""
    text = clean_text(text)
    return text if field.kind is Prose or "\n" not in text else " ".join(map(str.strip, text.splitlines()))


def read_cell(raw: RawCell, field: Field, factor: int = 1) -> Any:
    """The value of a cell as its field holds it; ``factor`` is the unit of an amount, in yuan.

    Raises ValueError with the Chinese reason of the fault: what the cell holds and what is expected.
    """
    if raw.form == "fault":
        raise ValueError(f"“{quoted(raw)}”是公式算不出来的结果，请改成具体内容")
    if len(raw.text) > LONGEST_VALUE and field.kind not in (str, Prose, Link):
        raise ValueError(f"“{quoted(raw)}”太长，应填{EXPECTED.get(field.kind, '数字')}")
    if field.kind is Money:
        return _read_money(raw, field, factor)
    return CELL_TYPES[field.kind].read(raw, field)


def quoted(raw: RawCell) -> str:
    """The content of a cell as a report quotes it, cut after 60 characters."""
    text = raw.text
    if raw.form in ("number", "percent"):
        text = _plain(text)
    elif raw.form == "day":
        day = _from_serial(float(text))
        text = day.isoformat() if day else _plain(text)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _plain(number: str) -> str:
    """A number without binary rounding error and exponent: 123.0 → 123."""
    value = float(number)
    return f"{Decimal(f'{value:.{EXACT_DIGITS}g}'):f}" if value != int(value) or abs(value) >= 1e15 else str(int(value))


def _read_text(raw: RawCell, field: Field) -> str:
    if raw.form == "day":
        raise ValueError(f"被表格软件存成了日期“{quoted(raw)}”，请把这一格设为文本后重新填写")
    if raw.form in ("number", "percent"):
        text = _plain(raw.text)
        if len(text.lstrip("-").partition(".")[0]) > EXACT_DIGITS:
            raise ValueError("被表格软件存成了数字，第 15 位以后已经丢失，请把这一格设为文本后重新填写")
    else:
        text = stored_text(field, raw.text)
    if len(text) > field.longest:
        raise ValueError(f"有 {len(text)} 个字，最多 {field.longest} 个字，请缩短")
    if text and field.among:
        text = next((each for each in field.among if folded(each) == folded(text)), text)
        if text not in field.among:
            raise ValueError(f"“{text}”不在可选范围，应填 {field.among[0]} 至 {field.among[-1]} 之一")
    return text


def _read_money(raw: RawCell, field: Field, factor: int = 1) -> Money:
    if raw.form == "number":
        amount = _amount(Decimal(_plain(raw.text)) * factor)
    elif raw.form == "text":
        text = folded(raw.text)
        amount = Money.parse(text if factor == 1 or "万" in text else f"{text.removesuffix('元')}万")
    else:
        raise ValueError(f"“{quoted(raw)}”不是金额，应填数字，单位元，如 30000")
    if amount < field.least:
        raise ValueError(f"“{quoted(raw)}”{'为负数，金额不能小于 0' if amount < 0 else '太小，金额应大于 0'}")
    return amount


def _amount(yuan: Decimal) -> Money:
    fen = yuan * 100
    whole = fen.to_integral_value()
    noisy = abs(fen) <= LARGEST and abs(fen - whole) <= NOISE
    return Money(int(whole)) if noisy else Money.of_yuan(yuan.normalize())


def _number(raw: RawCell, field: Field) -> Decimal:
    if raw.form == "number":
        return Decimal(_plain(raw.text))
    if raw.form == "percent" and field.unit == "%":
        return Decimal(_plain(raw.text)) * 100
    if raw.form == "text":
        text = folded(raw.text).replace(",", "").removesuffix("度" if field.label.endswith("年度") else "")
        for unit in (field.unit, "年" if field.label.endswith("年度") else ""):
            text = text.removesuffix(unit)
        try:
            return _decimal(text)
        except InvalidOperation:
            pass
    raise ValueError(f"“{quoted(raw)}”不是数字，应填{_example(field)}")


def _decimal(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text, re.ASCII):
        raise InvalidOperation(text)
    return Decimal(text)


def _example(field: Field) -> str:
    if field.label.endswith("年度"):
        return "四位年份，如 2018"
    if field.unit == "%":
        return "0 至 100 的整数，如 60"
    return "整数，如 120" if field.kind is int else "数字，如 12.5"


def _within(number: Decimal, raw: RawCell, field: Field) -> None:
    if not field.least <= number <= field.most:
        raise ValueError(f"“{quoted(raw)}”不在 {field.least} 至 {field.most} 之间，应填{_example(field)}")


def _read_int(raw: RawCell, field: Field) -> int:
    number = _number(raw, field)
    _within(number, raw, field)
    if number != number.to_integral_value():
        raise ValueError(f"“{quoted(raw)}”不是整数，应填{_example(field)}")
    return int(number)


def _read_decimal(raw: RawCell, field: Field) -> Decimal:
    number = _number(raw, field)
    _within(number, raw, field)
    return number


def _read_flag(raw: RawCell, field: Field) -> bool:
    text = folded(_plain(raw.text) if raw.form == "number" else raw.text)
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise ValueError(f"“{quoted(raw)}”应填 是 或 否")


def _from_serial(serial: float) -> date | None:
    """The day of a serial number of the 1900 date system; None beyond the calendar."""
    try:
        return DAY_ZERO + timedelta(days=int(serial))
    except OverflowError:
        return None


def _read_day(raw: RawCell, field: Field) -> date:
    if raw.form == "day" and int(float(raw.text)) in YEARS:
        raise ValueError(f"只填了年份“{int(float(raw.text))}”，应填完整日期，如 2026-07-13")
    if raw.form == "day" and float(raw.text) >= 1 and (day := _from_serial(float(raw.text))):
        return day
    text = _plain(raw.text) if raw.form == "number" else raw.text.strip()
    if raw.form == "number" and float(raw.text) in LIKELY_SERIALS:
        return DAY_ZERO + timedelta(days=int(text))
    if raw.form in ("number", "text"):
        return parse_day(_CLOCK.sub("", text))
    raise ValueError(f"“{quoted(raw)}”不是日期，应填如 2026-07-13")


@cache
def _choices(choice: type[Labelled]) -> Mapping[str, Labelled]:
    members = {folded(member.label): member for member in choice}
    for alias, code in ALIASES.get(choice, {}).items():
        members.setdefault(folded(alias), next(member for member in choice if member.code == code))
    return members


def _read_choice(raw: RawCell, field: Field) -> Labelled:
    member = _choices(field.type).get(folded(raw.text))
    if member is None:
        labels = "、".join(member.label for member in field.type)
        raise ValueError(f"“{quoted(raw)}”不在可选范围，应填其中之一：{labels}")
    return member


def _write_day(day: date) -> Any:
    return (day - DAY_ZERO).days if day >= FIRST_SERIAL else day.isoformat()


def _write_money(amount: Money) -> Any:
    yuan, fen = divmod(int(amount), 100)
    return Decimal(int(amount)) / 100 if fen else yuan


def _write_decimal(number: Decimal) -> Any:
    exact = len(number.as_tuple().digits) <= EXACT_DIGITS
    return number if exact else str(number)


@dataclass(frozen=True, slots=True)
class CellType:
    """How the cells of one kind of field are read and written.

    ``read`` raises ValueError with the reason of a fault. ``write`` gives a str, or a number for a numeric cell;
    ``number_format`` is the format code of ECMA-376 §18.8.31, ``width`` that of the column in characters.
    """

    read: Callable[[RawCell, Field], Any]
    write: Callable[[Any], Any]
    number_format: str
    width: int


CELL_TYPES: Mapping[Any, CellType] = {
    str: CellType(_read_text, str, "@", 16),
    Prose: CellType(_read_text, str, "@", 36),
    Money: CellType(_read_money, _write_money, "0.00", 16),
    date: CellType(_read_day, _write_day, "yyyy-mm-dd", 12),
    int: CellType(_read_int, int, "0", 10),
    bool: CellType(_read_flag, lambda flag: "是" if flag else "否", "@", 10),
    Decimal: CellType(_read_decimal, _write_decimal, "General", 10),
    Enum: CellType(_read_choice, lambda member: member.label, "@", 14),
    Link: CellType(_read_text, str, "@", 20),  # a name or number; reference_linking finds the record
}
