"""What a person at the keyboard may write short: 7.13 or 昨天 for a day, 1200*3+500 for an amount.

Imports do not use this: there, what is not written out is asked (``parse_day``, ``Money.parse``).
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from haicang_desk.model.values.calendar import parse_day
from haicang_desk.model.values.money import Money

_NAMED = {"今天": 0, "今日": 0, "今": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "明日": 1, "后天": 2}
_MOVED = re.compile(r"([+-])(\d{1,4})天?")
_MONTH_END = re.compile(r"(上|本|下)?月[底末]|(\d{1,2})月[底末]")
_SHORT_YEAR = re.compile(r"'?(\d{2})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})[日号]?")
_NO_YEAR = re.compile(r"(\d{1,2})(?:月|[-./])(\d{1,2})[日号]?")
_DIGITS = re.compile(r"\d{3,4}|\d{6}")
_DAY_ALONE = re.compile(r"(\d{1,2})[日号]")
ABOUT_HALF = 15  # days around the middle of two years at which neither is the nearer one
_EXAMPLES = "7.13、0713、昨天、+7、月底"


def typed_day(text: str, *, today: date, fund_year: int | None = None) -> date:
    """Read a day as it is typed: all that ``parse_day`` reads, and the short ways.

    ``7.13`` ``0713`` ``713`` ``7月13日`` ``13日`` ``26.7.13`` ``260713`` ``今天`` ``昨天`` ``明天`` ``+7`` ``-3``
    ``月底`` ``上月底`` ``9月底``. A day without its year is the one nearest to today; where today is in no year of the
    project's work, nearest to the middle of its fund year. Raises ValueError, in Chinese, for what is no day and for
    what may be two: it says which two.
    """
    clean = unicodedata.normalize("NFKC", text).strip().replace(" ", "").replace("。", ".").replace("、", ".")
    near = _anchor(today, fund_year)
    if clean in _NAMED:
        return today + timedelta(days=_NAMED[clean])
    if found := _MOVED.fullmatch(clean):
        return today + timedelta(days=int(found[2]) * (1 if found[1] == "+" else -1))
    if found := _MONTH_END.fullmatch(clean):
        return _month_end(found[1], found[2], today, near)
    if found := _SHORT_YEAR.fullmatch(clean):
        return _day(text, 2000 + int(found[1]), int(found[2]), int(found[3]))
    if found := _NO_YEAR.fullmatch(clean):
        return _nearest(text, int(found[1]), int(found[2]), near)
    if found := _DAY_ALONE.fullmatch(clean):
        return _day(text, today.year, today.month, int(found[1]))
    if _DIGITS.fullmatch(clean):
        return _from_digits(text, clean, near)
    try:
        return parse_day(text)
    except ValueError as wrong:
        raise ValueError(str(wrong).replace("应填如 2026-07-13", f"可填 {today.isoformat()}，或 {_EXAMPLES}")) from None


def _anchor(today: date, fund_year: int | None) -> date:
    """The day to which a day without a year is near: today while the project is worked on, a year and a half about."""
    if fund_year is None or fund_year - 1 <= today.year <= fund_year + 1:
        return today
    return date(fund_year, 7, 2)


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{text}”不是日历上的日期") from None


def _nearest(text: str, month: int, day: int, near: date) -> date:
    """The day of this month nearest to another. Raises ValueError where two years are about as near."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError(f"“{text}”不是日历上的日期，应先写月、再写日，如 7.13")
    found = [
        date(year, month, day)
        for year in range(near.year - 4, near.year + 5)  # 29 February comes once in four years
        if day <= calendar.monthrange(year, month)[1]
    ]
    if not found:
        raise ValueError(f"“{text}”不是日历上的日期")
    first, second = sorted(found, key=lambda each: abs(each - near))[:2]
    if abs(second - near) - abs(first - near) <= timedelta(days=2 * ABOUT_HALF) and (month, day) != (2, 29):
        years = " 还是 ".join(str(year) for year in sorted((first.year, second.year)))
        raise ValueError(f"{month}月{day}日是 {years} 年？请写上年份，如 {first.year % 100}.{month}.{day}")
    return first


def _from_digits(text: str, digits: str, near: date) -> date:
    """0713, 713, 260713. Raises ValueError where three digits are two days, as 111 is."""
    if len(digits) == 6:
        return _day(text, 2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    if len(digits) == 4:
        return _nearest(text, int(digits[:2]), int(digits[2:]), near)
    ways = [(int(digits[:cut]), int(digits[cut:])) for cut in (1, 2) if digits[cut] != "0" and digits[0] != "0"]
    days = [(month, day) for month, day in ways if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2020, month)[1]]
    if len(days) > 1:
        told = " 还是 ".join(f"{month}月{day}日" for month, day in days)
        short = " 或 ".join(f"{month}.{day}" for month, day in days)
        raise ValueError(f"“{text}”是 {told}？请写成 {short}")
    if not days and digits[1] == "0" and digits[0] != "0":  # 705 is 7月5日
        days = [(int(digits[0]), int(digits[2]))]
    if not days:
        raise ValueError(f"“{text}”不是日历上的日期")
    return _nearest(text, *days[0], near)


def _month_end(which: str | None, month: str | None, today: date, near: date) -> date:
    if month:
        if not 1 <= int(month) <= 12:
            raise ValueError(f"没有 {month} 月")
        first = _nearest(f"{month}月", int(month), 1, near)
    else:
        months = today.year * 12 + today.month - 1 + {"上": -1, "下": 1}.get(which or "", 0)
        first = date(months // 12, months % 12 + 1, 1)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


_TOKEN = re.compile(r"(\d[\d,]*(?:\.\d+)?|\.\d+)(万|亿)?|[-+*/()]")
_SAME = str.maketrans({"×": "*", "x": "*", "X": "*", "÷": "/", "，": ",", "（": "(", "）": ")", "–": "-", "−": "-"})
_SCALES = {"": 1, "万": 10_000, "亿": 100_000_000}
LONGEST_SUM = 200  # characters


def typed_amount(text: str) -> Money:
    """Read an amount as it is typed: all that ``Money.parse`` reads, and sums such as ``1200*3+500`` or ``3.5万/2``.

    Sums are exact. Raises ValueError, in Chinese, for what is no sum and for a result finer than a fen.
    """
    clean = unicodedata.normalize("NFKC", text).translate(_SAME).strip().lstrip("=").replace(" ", "")
    clean = clean.replace("元", "").replace("¥", "")
    if not re.search(r"[*/()]|(?<=.)[+-]", clean) or len(clean) > LONGEST_SUM:
        return Money.parse(text.strip().lstrip("=＝"))
    try:
        result = _Sum(clean).result()
    except ZeroDivisionError:
        raise ValueError(f"“{text}”除以零，算不出来") from None
    except ValueError:
        raise ValueError(f"“{text}”算不出来，可用加减乘除和括号，如 1200*3+500") from None
    fen = result * 100
    if fen.denominator != 1:
        raise ValueError(f"“{text}”算得 {float(result):,.4f}… 元，不是整分，请写明几元几角几分")
    return Money.of_yuan(Decimal(int(fen)) / 100)


class _Sum:
    """An arithmetic expression over exact amounts, read from left to right by its grammar."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at = 0
        while at < len(text):
            if (found := _TOKEN.match(text, at)) is None:
                raise ValueError(text)
            self._tokens.append(found[0])
            at = found.end()
        self._at = 0

    def result(self) -> Fraction:
        """The value. Raises ValueError for what is no expression, ZeroDivisionError."""
        value = self._terms()
        if self._at != len(self._tokens):
            raise ValueError(self._tokens[self._at])
        return value

    def _next(self, *wanted: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at] in wanted:
            self._at += 1
            return self._tokens[self._at - 1]
        return ""

    def _terms(self) -> Fraction:
        value = self._factors()
        while sign := self._next("+", "-"):
            value = value + self._factors() if sign == "+" else value - self._factors()
        return value

    def _factors(self) -> Fraction:
        value = self._unit()
        while sign := self._next("*", "/"):
            value = value * self._unit() if sign == "*" else value / self._unit()
        return value

    def _unit(self) -> Fraction:
        if sign := self._next("+", "-"):
            return self._unit() if sign == "+" else -self._unit()
        if self._next("("):
            value = self._terms()
            if not self._next(")"):
                raise ValueError("(")
            return value
        if self._at == len(self._tokens) or (found := _TOKEN.fullmatch(self._tokens[self._at])) is None or not found[1]:
            raise ValueError("number")
        self._at += 1
        return Fraction(found[1].replace(",", "")) * _SCALES[found[2] or ""]
