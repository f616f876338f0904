"""Number formats: days, shares, units of money, and numbers that are shown smaller than they are."""

from __future__ import annotations

import pytest

from haicang_desk.model.foreign.sheets.number_formats import builtin_format, number_format
from haicang_desk.model.foreign.sheets.raw_cell import RawCell

MIXED = '[>=100000000]0!.00,,"亿元";[>=10000]0!.0,"万元";0"元"'
ACCOUNTS = '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("General", "number"), ("#,##0.00", "number"), ("0.00%", "percent"), ("0.00E+00", "number"),
        ("yyyy-mm-dd", "day"), ('yyyy"年"m"月"d"日"', "day"), ("[DBNum1][$-804]yyyy\\年m\\月", "day"),
        ("[$-804]aaaa;@", "day"), ("h:mm AM/PM", "day"), ("[h]:mm", "day"), ('上午/下午h"时"', "day"),
        ("[Red]0.00_);\\(0\\)", "number"), ("[Magenta]0.00", "number"), ("_-* #,##0.00_-;[Blue]-0", "number"),
        ('0"days"', "number"), ('"m"0', "number"), ("G/通用格式", "number"), ("Standard", "number"),
        ("yyyy" * 600, "number"),
    ],
)  # fmt: skip
def test_a_number_format_tells_days_and_percentages(code, form):
    assert number_format(code).cell("43344", 43344.0).form == form


@pytest.mark.parametrize(
    ("number", "form"), [(0, "number"), (4, "number"), (9, "percent"), (14, "day"), (31, "day"), (57, "day")]
)
def test_a_format_without_code_is_known_by_its_identifier(number, form):
    assert builtin_format(number).cell("43344", 43344.0).form == form


@pytest.mark.parametrize(
    ("code", "value", "shown", "unit"),
    [
        ('0.00"万元"', "5.8", "5.8", "万元"), ("0.00万元", "5.8", "5.8", "万元"), ('0.00"万"', "5.8", "5.8", "万"),
        ('#,##0.00"元"', "58000", "58000", "元"), ("[$¥-804]#,##0.00", "58000", "58000", "¥"),
        (ACCOUNTS, "58000", "58000", "¥"), ('"RMB "0', "5", "5", "¥"),
        ('[DBNum2][$-804]G/通用格式"元整"', "58000", "58000", "元"),
        ('0"人"', "30", "30", ""), ('0"单元"', "3", "3", ""), ('0"美元"', "58000", "58000", "美元"),
        # shown smaller than they are: a person reads 5.8
        ('0!.0,"万元"', "58000", "5.8", "万元"), ('0"."0,"万元"', "58000", "5.8", "万元"),
        ("0\\.0000", "58000", "5.8", ""), ('0.00,"千元"', "5800", "5.8", "千元"), ("#,##0.00,", "5800", "5.8", ""),
        ("#,##0", "5800", "5800", ""), ("0!.00!.00", "20180", "20180", ""),
        (MIXED, "158000000", "1.58", "亿元"), (MIXED, "58000", "5.8", "万元"), (MIXED, "580", "580", "元"),
        ('0.0"万元";-0.0"万元";0', "0", "0", ""), ('0.0"万元";-0.0"元"', "-5", "-5", "元"),
    ],
)  # fmt: skip
def test_a_number_is_what_its_format_shows_with_the_unit_it_states(code, value, shown, unit):
    cell = number_format(code).cell(value, float(value))
    assert cell == RawCell("number", cell.text, unit) and float(cell.text) == float(shown)
    assert number_format(code).plain == (
        cell == RawCell("number", value) and code in ("#,##0", '0"人"', '0"单元"', "0!.00!.00")
    )
