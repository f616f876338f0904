"""Cell values: for each kind of field, how a cell is read and how a value is written (CELL_TYPES)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any

from haicang_desk.model.foreign.sheets.raw_cell import DAY_ZERO, MONTH_SHOWN, YUAN_SIGN, RawCell
from haicang_desk.model.records import Category, Field, Labelled, Link, PaidFrom, Prose, Source, stored_text
from haicang_desk.model.spreadsheet.columns import folded
from haicang_desk.model.spreadsheet.written_dates import names_days, read_span
from haicang_desk.model.spreadsheet.written_numbers import positional, read_amount, read_measured
from haicang_desk.model.values import LARGEST, Money, parse_day

FIRST_SERIAL = date(1900, 3, 1)  # earlier serials are one off: Excel counts 29 February 1900, which did not exist
YEARS = range(2000, 2100)  # such a serial in a date cell is a year typed alone, not a day of 1905
LIKELY_SERIALS = range(36526, 73051)  # days of 2000–2099: what a bare number in a date column may be
NOISE = Decimal("0.000001")  # fen; the error of binary sums such as 0.1 + 0.2
LONGEST_NIL = 12  # characters of a text that says that there is nothing
LONGEST_VALUE = 60  # characters of a number, a date or a choice
EXPECTED = {date: "日期，如 2026-07-13", Enum: "下拉表中的一项", bool: "是 或 否"}
_POWERS = {"": 0, "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8}
UNITS = {f"{word}元": 10**power for word, power in _POWERS.items()} | {
    word: 10**power for word, power in _POWERS.items() if power > 3
}  # in yuan
EXACT_DIGITS = 15  # significant digits that a spreadsheet number keeps
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)  # not the joiners of 👩‍👧
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
_NIL_MARKS = re.compile(r"[-‐‑–—―−─━_/\\]+")  # such a cell is empty in a column of any kind
NIL_WORDS = {
    "无", "没有", "空", "暂无", "尚无", "暂缺", "待定", "未定", "待确定", "未确定", "暂未确定", "待补", "待填",
    "待核定", "未知", "不适用", "无此项", "n/a", "na", "nil", "null", "none",
}  # fmt: skip
_SAME_AS_ABOVE = {"同上", "同左", "同前", "〃", "″", '"', "”"}
_REMARKS = re.compile("说明|备注|结论|事项|事由")  # text fields besides Prose in which 无 is an answer
_BARE_UNIT = re.compile(
    r"(人民币)?[百千万亿]?元(/[人户])?|[人户名位个票场次%]|[¥￥]"
)  # 人 or 元 printed in an empty form
_TICKED, _UNTICKED = "☑✓✔√■●☒", "□○☐◯"
_BOXES = re.compile(f"([{_TICKED}{_UNTICKED}]+)([^{_TICKED}{_UNTICKED}]*)")
_BRACKETS = re.compile(r"([^()]+)\(([^()]*)\)")
_PEOPLE = {"", "人", "名", "位", "人次", "口", "个人"}
_MEASURES = {"人": _PEOPLE, "票": {"", "票", "张", "份", "人"}, "%": {"", "%"}}  # by the unit of a field
_VOTES = re.compile("应到|实到|同意|反对|弃权")  # households send one vote each: 户 counts as 人
_START, _END = re.compile("开始|起用|开工"), re.compile("完成|完工|结束|期限|截止|停用")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)  # 1,740; 1,2 is two numbers
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[^\S\r\n]\d{3})+(?!\d|\s+\d)")  # 12 000
_PARTED = re.compile(r"[\d.]\s+[\d.]|[\d元圆万亿千百]\s*[\r\n]\s*\d")
_PLANNED = re.compile("计划|约定|期限")  # a plan for a month ends with the month

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


class Doubtful(ValueError):
    """A value that is likely but not certain, such as 约34万元: the user is asked, with ``proposal`` as the answer.

    ``proposal`` is text that ``read_cell`` reads without doubt for the same field ("34万元"), or "" where nothing is
    likelier than anything else (11月30日 of an unknown year); ``str()`` of the error is the Chinese reason. A caller
    that cannot ask treats it as any ValueError: as a fault of the cell.
    """

    def __init__(self, proposal: str, reason: str) -> None:
        super().__init__(reason)
        self.proposal = proposal


def read_cell(raw: RawCell, field: Field, factor: int = 1, *, year: int | None = None, exported: bool = False) -> Any:
    """The value of a cell as its field holds it, "" for a cell that says that there is none.

    ``factor`` is the unit of an amount in yuan; a unit in the cell itself wins. ``year`` is the fund year of its row or
    table, for days without one: those of a plan (计划完成 11月底前) are taken by it, others are doubtful. ``exported``:
    the row has a 记录号, so its texts are taken as the ledger held them.

    Nil marks (/ — 无 待定 …) are empty. In fields of yes or no 无 is 否; in Prose fields and remarks (异议, 说明) the
    words are answers and stay, and only the mere strokes are empty. Marks that no print shows are left out of texts.

    Raises Doubtful for a value that is only likely, ValueError with the Chinese reason of a fault: what the cell holds
    and what is expected.
    """
    if raw.form == "picture":
        return ""
    if raw.form == "fault":
        raise ValueError(f"“{quoted(raw)}”是公式算不出来的结果，请改成具体内容")
    if raw.form == "text" and not exported:
        if _INVISIBLE.search(raw.text):
            raw = raw._replace(text=_INVISIBLE.sub("", raw.text))
        if len(raw.text) <= LONGEST_NIL and (text := folded(raw.text)):
            if _is_nil(text, field):
                return ""
            if text in _SAME_AS_ABOVE:
                raise ValueError(f"“{quoted(raw)}”没有写明内容，请逐行填写")
    if len(raw.text) > LONGEST_VALUE and field.kind not in (str, Prose, Link, Enum, bool):
        raise ValueError(f"“{quoted(raw)}”太长，应填{EXPECTED.get(field.kind, '数字')}")
    if field.kind is Money:
        return _read_money(raw, field, factor)
    if field.kind is date:
        return _read_day(raw, field, year)
    return CELL_TYPES[field.kind].read(raw, field)


def _is_nil(text: str, field: Field) -> bool:
    """Whether folded text says that there is nothing: by a stroke, by a word, or by a unit without a number."""
    if _NIL_MARKS.fullmatch(text):
        return True
    if field.kind in (Money, int, Decimal):
        return text in NIL_WORDS or _BARE_UNIT.fullmatch(text) is not None
    if field.kind is bool:
        return text in NIL_WORDS and text not in FALSE
    return text in NIL_WORDS and field.kind is not Prose and not _REMARKS.search(field.label)


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
    if number.isdecimal() and len(number) < EXACT_DIGITS:
        return str(int(number))
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
        if raw.unit and raw.unit != YUAN_SIGN:
            if raw.unit not in UNITS:
                raise ValueError(f"“{quoted(raw)}{raw.unit}”的单位“{raw.unit}”不能换算成元，请改成以元计的金额")
            factor = UNITS[raw.unit]
        whole = int(raw.text) * factor * 100 if raw.text.isdecimal() and len(raw.text) < EXACT_DIGITS else LARGEST + 1
        amount = Money(whole) if whole <= LARGEST else _amount(Decimal(_plain(raw.text)) * factor)
    elif raw.form == "text":
        amount = _written_amount(raw, factor)
    else:
        raise ValueError(f"“{quoted(raw)}”不是金额，应填数字，单位元，如 30000")
    if amount < field.least:
        raise ValueError(f"“{quoted(raw)}”{'为负数，金额不能小于 0' if amount < 0 else '太小，金额应大于 0'}")
    return amount


def _refuse_two_numbers(raw: RawCell) -> None:
    """Raise Doubtful where white space parts two numbers: 58000 42000, or one a line. 12 000 is one number."""
    text = _GROUPED.sub("0", raw.text)
    if _PARTED.search(text):
        raise Doubtful("", f"“{quoted(raw)}”写了不止一个数，请核定应填哪一个")


def _written_amount(raw: RawCell, factor: int) -> Money:
    _refuse_two_numbers(raw)
    written = read_amount(folded(raw.text))
    if written is None:
        raise ValueError(f"“{quoted(raw)}”不是金额，应填数字，单位元，如 12000.50")
    if written.doubt:
        raise Doubtful(written.plain, f"“{quoted(raw)}”{written.doubt}，请核定金额")
    if factor != 1 and not written.own_unit and any(place in written.plain for place in "千仟百佰"):
        raise Doubtful(f"{written.plain}元", f"“{quoted(raw)}”没有写明是元还是表上的单位，请核定金额")
    return Money.of_yuan(written.value if written.own_unit else written.value * factor)


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
    if raw.form == "day" and field.label.endswith("年度") and (day := _from_serial(float(raw.text))):
        raise Doubtful(str(day.year), f"“{quoted(raw)}”是日期，这一栏只填年份")
    if raw.form == "text":
        _refuse_two_numbers(raw)
        text = folded(raw.text)
        if field.label.endswith(("年度", "季度")):
            text = positional(text.removesuffix("度").removesuffix("年" if field.label.endswith("年度") else "季"))
            text = positional(text.removeprefix("第").removeprefix("q"))
        try:
            return _decimal(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
        except InvalidOperation:
            return _measured(raw, text, field)
    raise _no_number(raw, field)


def _measured(raw: RawCell, text: str, field: Field) -> Decimal:
    """A number with its measure, such as 1,740人. Raises Doubtful for 约1200人, and for 500户1800人 where 人 count."""
    parts = read_measured(text)
    measures = _MEASURES.get(field.unit)
    if _VOTES.search(field.label):
        measures = {*_PEOPLE, "户"}
    fitting = [number for number, measure in parts if measures is None or measure in measures]
    if not parts or (field.kind is Decimal and not text[:1].isdecimal()) or (len(parts) > 1 and len(fitting) != 1):
        raise _no_number(raw, field)
    number, measure = parts[0]
    if len(parts) > 1:
        raise Doubtful(f"{fitting[0].value:f}", f"“{quoted(raw)}”写了不止一个数，请核定{field.label}")
    if not fitting:
        raise Doubtful(f"{number.value:f}", f"“{quoted(raw)}”的单位是“{measure}”，这一栏按“{field.unit}”填")
    if number.doubt:
        raise Doubtful(f"{number.value:f}", f"“{quoted(raw)}”{number.doubt}，请核定{field.label}")
    return number.value


def _no_number(raw: RawCell, field: Field) -> ValueError:
    return ValueError(f"“{quoted(raw)}”不是数字，应填{_example(field)}")


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


def _read_flag(raw: RawCell, field: Field) -> bool | str:
    text = _ticked(raw) if raw.form == "text" else folded(_plain(raw.text) if raw.form == "number" else raw.text)
    if text in TRUE or text in FALSE:
        return text in TRUE
    if not text and raw.text:
        return ""
    raise ValueError(f"“{quoted(raw)}”应填 是 或 否")


def _ticked(raw: RawCell) -> str:
    """The folded text of a choice; of several with boxes (☑是 □否) or brackets (是（√）否（）) the ticked one, or "".

    Raises ValueError where several are ticked.
    """
    text = folded(raw.text)
    brackets = _BRACKETS.findall(text)
    if (len(brackets) > 1 or any(mark for _, mark in brackets)) and all(
        mark in ("", "v", *_TICKED) for _, mark in brackets
    ):
        ticked = [label.lstrip("、,;") for label, mark in brackets if mark]
    elif len(boxes := _BOXES.findall(text)) and any(label for _, label in boxes) and not text.endswith(tuple(_TICKED)):
        ticked = [label for box, label in boxes if box[-1] in _TICKED]
    else:
        return text.rstrip(_TICKED) or text  # 是√
    if len(ticked) > 1:
        raise ValueError(f"“{quoted(raw)}”勾选了 {len(ticked)} 项，只能选一项")
    return ticked[0].strip("、,;") if ticked else ""


def _from_serial(serial: float) -> date | None:
    """The day of a serial number of the 1900 date system; None beyond the calendar."""
    try:
        return DAY_ZERO + timedelta(days=int(serial))
    except OverflowError:
        return None


def _read_day(raw: RawCell, field: Field, year: int | None = None) -> date:
    if raw.form == "day" and int(float(raw.text)) in YEARS:
        raise ValueError(f"只填了年份“{int(float(raw.text))}”，应填完整日期，如 2026-07-13")
    if raw.form == "day" and float(raw.text) >= 1 and (day := _from_serial(float(raw.text))):
        if raw.unit == MONTH_SHOWN and day.day == 1:  # 2023年5月, which a spreadsheet makes the first of May
            return _written_day(
                RawCell("text", f"{day.year}年{day.month}月"), f"{day.year}年{day.month}月", field, year
            )
        return day
    text = _plain(raw.text) if raw.form == "number" else _CLOCK.sub("", raw.text.strip())
    if raw.form == "number" and float(raw.text) in LIKELY_SERIALS:
        return DAY_ZERO + timedelta(days=int(text))
    if raw.form not in ("number", "text"):
        raise ValueError(f"“{quoted(raw)}”不是日期，应填如 2026-07-13")
    try:
        return parse_day(text)
    except ValueError:
        if raw.form == "number" or not names_days(folded(text)):
            raise
    return _written_day(raw, folded(text), field, year)


def _written_day(raw: RawCell, text: str, field: Field, year: int | None) -> date:
    """The day of a text that names a span, a month, or a day with its weekday; see read_cell."""
    span = read_span(text, year)
    if span is None:
        raise Doubtful("", f"“{quoted(raw)}”没有写年份，应填完整日期，如 2026-07-13")
    ends = _END.search(field.label) is not None
    bounded = ends or _START.search(field.label) is not None
    day = span.end if ends else span.start
    exact = span.year_given and span.days_given and (bounded or span.start == span.end)
    if not span.about and (exact or (bounded and _PLANNED.search(field.label))):
        return day
    missing = "没有写年份" if not span.year_given else "没有写到日" if not span.days_given else "不是确定的一天"
    raise Doubtful(day.isoformat(), f"“{quoted(raw)}”{missing}，请核定{field.label}")


@cache
def _choices(choice: type[Labelled]) -> Mapping[str, Labelled]:
    members = {folded(member.label): member for member in choice}
    for alias, code in ALIASES.get(choice, {}).items():
        members.setdefault(folded(alias), next(member for member in choice if member.code == code))
    return members


def _read_choice(raw: RawCell, field: Field) -> Labelled | str:
    text = _ticked(raw)
    member = _choices(field.type).get(text)
    if member is None:
        if not text and raw.text:
            return ""
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
