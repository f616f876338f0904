"""Days: natural days, calendar months with month-end clamp, half-years and quarters. No clock is read here."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta

_WRITTEN = re.compile(r"(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def parse_day(text: str) -> date:
    """Read ``2026-07-13``, ``2026.7.13``, ``2026/7/13``, ``2026年7月13日`` or ``20260713``; ValueError else."""
    clean = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    found = _WRITTEN.fullmatch(clean) or _COMPACT.fullmatch(clean)
    if found is None:
        raise ValueError(f"“{text}”不是日期，应填如 2026-07-13")
    year, month, day = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{text}”不是日历上的日期") from None


def add_months(start: date, months: int) -> date:
    """The same day ``months`` later, or that month's last day (民法典 201–202条)."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def notice_end(posted: date, days: int) -> date:
    """The last whole day of a notice of ``days`` natural days; the posting day is not counted."""
    return posted + timedelta(days=days)


def quarter_of(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3


def quarter_span(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a natural quarter. ValueError unless 1–4."""
    if quarter not in (1, 2, 3, 4):
        raise ValueError("季度应为 1 至 4")
    return date(year, quarter * 3 - 2, 1), date(year, quarter * 3, calendar.monthrange(year, quarter * 3)[1])


def half_year_of(day: date) -> tuple[int, int]:
    return day.year, 1 if day.month <= 6 else 2


def half_year_span(year: int, half: int) -> tuple[date, date]:
    return (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))


def full_date(day: date) -> str:
    """As official papers write it: 2018年8月1日, no padding (GB/T 9704 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"
