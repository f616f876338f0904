"""A cell of a sheet as its file has it, before anything in it is judged."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

DAY_ZERO = date(1899, 12, 30)  # serial number 0
MONTH_SHOWN = "月"  # as the unit of a day: its number format shows the month and not the day
YUAN_SIGN = "¥"  # as a unit: a number format with a sign of yuan, which people also set under a heading in 万元


class RawCell(NamedTuple):
    """A cell as its file has it. ``form`` is text, number, percent, day, flag, fault (such as #DIV/0!) or picture.

    A day has the serial number of Excel's 1900 date system as its text. A picture in a cell has no text. ``unit`` is
    the unit that the number format shows behind or before a number: 元, 万元, 万, 美元 …, ¥ for a sign of yuan, "" for
    none. The text is the number as it is shown. A day whose format shows no more than its month has MONTH_SHOWN.
    """

    form: str
    text: str
    unit: str = ""
