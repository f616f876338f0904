"""Days and spans of days as people write them in cells: 2023年5月, 11月底前, 5月1日-9月30日, 7－8月, 全年."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date

from haicang_desk.model.spreadsheet.written_numbers import read_number

YEARS = range(1990, 2100)  # of a day that is typed
_CLOCK = re.compile(
    r"\(?(?:周|星期|礼拜)[一二三四五六日天]\)?|"
    r"[t,]?(?:上午|下午|中午|早上|晚上|晚)?\d{1,2}[:时点](?:\d{1,2}(?::\d{2}(?:\.\d+)?)?分?|半|整)?z?$|(?<=日)(?:上午|下午|晚上|晚)$"
)
_GLUED_CLOCK = re.compile(r"(\d{4}[-./]\d{1,2}[-./]\d{2})t?(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?z?)$")
_NUMERALS = re.compile(r"[〇零一二三四五六七八九十]+(?=年|月|日|号|季度)")
_DOTTED = re.compile(r"(?<!\d)(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?!\d)[日号]?")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
_DOTTED_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})[-./](\d{1,2})(?![\d.日号])月?")
_BARE_DAY = re.compile(r"(?<![\d年])(\d{1,2})[./](\d{1,2})(?![\d./])")
_BETWEEN = re.compile(r"[-—–―~〜至到]+")
_THIRDS = {"上": (1, 10), "初": (1, 10), "中": (11, 20), "下": (21, 0), "底": (21, 0), "末": (21, 0)}  # days of a month
_RELATIVE = {"今年": 0, "本年": 0, "本年度": 0, "当年": 0, "明年": 1, "次年": 1, "翌年": 1}
_PART = re.compile(
    r"(?:从|自|于|在|预计|计划|拟)?"
    r"(?:(?P<year>\d{4})(?:年度?|$)|(?P<relative>今年|本年度?|当年|明年|次年|翌年))?"
    r"(?:第?(?P<quarter>[1-4])季度|(?P<half>[上下])半年|(?P<whole>全年度?|年度?内|年底|年末|底|末)(?!旬)|"
    r"(?:(?P<month>\d{1,2})月份?)?(?:(?P<day>\d{1,2})[日号]?)?(?P<third>[上中下]旬|初|底|末)?)"
    r"(?P<tail>之?以?前|内|起|开始|启动|开工|完成|完工|竣工|结束|止|左右|前后)*"
)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """The days that a text speaks of, from ``start`` to ``end``.

    ``year_given``: the text itself says the year. ``days_given``: it names days, not only months. ``about``: it says
    左右, or numbers that may be no day (5.1).
    """

    start: date
    end: date
    year_given: bool
    days_given: bool
    about: bool = False


@dataclass(frozen=True, slots=True)
class _Period:
    year: int | None
    first: tuple[int, int] | None  # month and day
    last: tuple[int, int] | None  # month and day, 0 for the last of the month
    days_given: bool = False
    number: int = 0  # a bare number: a month or a day, as the other end of the span says
    relative: bool = False  # the year is said as 次年
    vague: bool = False  # nothing but a year


def read_span(text: str, year: int | None = None) -> DaySpan | None:
    """The span of days that a text names, which ``columns.folded`` has made half width and without white space.

    ``year`` is that of the table or row, for text without one. None for text that names no days, or whose year
    nobody says. Raises ValueError for days that are not in the calendar.
    """
    bare = _NUMERALS.sub(_arabic, _GLUED_CLOCK.sub(r"\1", text))
    bare = _CLOCK.sub("", bare)
    plain = _COMPACT.sub(r"\1年\2月\3日", _DOTTED.sub(r"\1年\3月\4日", bare))
    plain = _DOTTED_MONTH.sub(r"\1年\2月", plain)
    guessed = _BARE_DAY.sub(r"\1月\2日", plain)
    parts = [_period(part, year) for part in _BETWEEN.split(guessed)]
    if not 1 <= len(parts) <= 2 or None in parts:
        return None
    found = [part for part in parts if part is not None]
    first, last = _completed(found[0], found[-1])
    year_given = first.year is not None
    begins, ends = first.year or year, last.year or first.year or year
    if begins is None or ends is None or not (begins in YEARS and ends in YEARS) or not first.first or not last.last:
        return None
    start, end = _day(begins, *first.first, last=False), _day(ends, *last.last, last=True)
    about = guessed != plain or first.vague or last.vague or start > end or "左右" in text or "前后" in text
    return DaySpan(start, end, year_given, first.days_given and last.days_given, about)


def names_days(text: str) -> bool:
    """Whether a text names days, months or years, though perhaps without the year."""
    try:
        return read_span(text, 2000) is not None
    except ValueError:
        return False


def _arabic(found: re.Match[str]) -> str:
    text = found[0]
    if len(text) == 4 and "十" not in text:
        return "".join(str("零一二三四五六七八九".index("零" if char == "〇" else char)) for char in text)
    number = read_number(text)
    return text if number is None else str(int(number.value))


def _period(text: str, year: int | None) -> _Period | None:
    found = _PART.fullmatch(text)
    if found is None or not text:
        return None
    stated, relative = int(found["year"]) if found["year"] else None, bool(found["relative"])
    if relative and year is not None:
        stated = year + _RELATIVE[found["relative"]]
    if found["month"] is not None:
        month = int(found["month"])
        first, last = (int(found["day"]),) * 2 if found["day"] else _THIRDS.get((found["third"] or "")[:1], (1, 0))
        return _Period(stated, (month, first), (month, last), days_given=bool(found["day"]), relative=relative)
    if found["day"]:
        return _Period(stated, None, None, days_given=True, number=int(found["day"]), relative=relative)
    months = _months(found)
    if months is None:
        return None
    vague = not (found["quarter"] or found["half"] or found["whole"] or found["third"])
    return _Period(stated, (months[0], 1), (months[1], 0), relative=relative, vague=vague)


def _months(found: re.Match[str]) -> tuple[int, int] | None:
    """The first and the last month of a quarter, a half, the end of a year or a year. None where none is named."""
    if found["quarter"]:
        return int(found["quarter"]) * 3 - 2, int(found["quarter"]) * 3
    if found["half"]:
        return (1, 6) if found["half"] == "上" else (7, 12)
    if (found["whole"] or "")[-1:] in ("底", "末") or found["third"] in ("底", "末"):
        return 12, 12
    return (1, 12) if found["whole"] or found["relative"] or "年" in found[0] else None


def _completed(first: _Period, last: _Period) -> tuple[_Period, _Period]:
    """Both ends with the month and the year that the other one says: 7-8月, 7月1日至7日, 5月-2023年9月."""
    if first.number and last.last and not last.days_given:
        first = replace(first, first=(first.number, 1), last=(first.number, 0), days_given=False)
    if last.number and first.first and first is not last:
        month = (first.first[0], last.number) if first.days_given else (last.number, 0)
        last = replace(last, first=month, last=month, days_given=first.days_given)
    if first.year is None and not last.relative:
        first = replace(first, year=last.year)
    return first, last


def _day(year: int, month: int, day: int, *, last: bool) -> date:
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1]) if last or day else date(year, month, 1)
    except (ValueError, calendar.IllegalMonthError):
        raise ValueError(f"{year}年{month}月{day or 1}日不是日历上的日期") from None
