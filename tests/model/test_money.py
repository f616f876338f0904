"""Money: exact in fen, read as people write it, shown and written out as papers want it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.values import LARGEST, Money

FEN = st.integers(-LARGEST, LARGEST)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("12000.50", 1_200_050),
        ("12,000.5", 1_200_050),
        ("１２０００", 1_200_000),
        ("1.2万", 1_200_000),
        ("3万元", 3_000_000),
        ("0.000001万", 1),
        ("￥5", 500),
        ("¥5.05", 505),
        ("人民币20万元", 20_000_000),
        ("200,000.01元", 20_000_001),
        ("12，000", 1_200_000),
        (" 7 圆 ", 700),
        ("-3.1", -310),
        ("+3", 300),
        (".5", 50),
        ("100000000000", LARGEST),
    ],
)
def test_reads_what_people_write(text, fen):
    assert Money.parse(text) == fen
    assert type(Money.parse(text)) is Money


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "元", "万", "十二", "1.2.3", "1,00", "12,0000", "1e5", "NaN", "inf", "0x10", "1 2", "1%", "--1",
        "1万2千", "1.", "1_000", "$5", "-", "+元",
    ],
)  # fmt: skip
def test_refuses_what_is_no_amount(text):
    with pytest.raises(ValueError, match="不是金额，应填数字"):
        Money.parse(text)


@pytest.mark.parametrize("text", ["0.001", "0.0000001万", "1.005元"])
def test_refuses_what_is_finer_than_a_fen(text):
    with pytest.raises(ValueError, match="精确到分以下"):
        Money.parse(text)


def test_refuses_what_is_beyond_reason():
    with pytest.raises(ValueError, match="超出可登记"):
        Money.parse("100000000000.01")
    with pytest.raises(ValueError, match="超出可登记"):
        Money.of_yuan(Decimal("NaN"))
    with pytest.raises(ValueError, match="超出可登记"):
        Money.of_yuan(Decimal("-100000000000.01"))


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (-1, "-0.01"),
        (100, "1.00"),
        (20_000_001, "200,000.01"),
        (-123_456_789, "-1,234,567.89"),
    ],
)
def test_shown(fen, shown):
    assert str(Money(fen)) == f"{Money(fen)}" == f"{Money(fen):>20}" == shown
    assert repr(Money(fen)) == f"Money({fen})"


@given(FEN)
def test_what_is_shown_is_read_back(fen):
    assert Money.parse(str(Money(fen))) == fen
    assert Money.of_yuan(Money(fen).yuan) == fen == Money(fen).fen


@given(FEN, FEN)
def test_sums_are_money_and_exact(one, other):
    for answer, plain in (
        (Money(one) + Money(other), one + other),
        (Money(one) - Money(other), one - other),
        (-Money(one), -one),
        (sum([Money(one), Money(other)], Money(0)), one + other),
        (sum([Money(one), Money(other)]), one + other),
    ):
        assert type(answer) is Money
        assert answer == plain


@given(st.integers(0, LARGEST), st.fractions(0, 1, max_denominator=100))
def test_parts_lie_within_a_fen_of_the_share(fen, share):
    low, high = Money(fen).part(share), Money(fen).part_up(share)
    assert type(low) is type(high) is Money
    assert low <= fen * share < low + 1
    assert high - 1 < fen * share <= high
    assert high - low == (0 if (fen * share).denominator == 1 else 1)


def test_parts_by_example():
    assert Money.parse("289999.99").part(Fraction(3, 5)) == Money.parse("173999.99")
    assert Money.parse("99999.95").part(Fraction(1, 10)) == Money.parse("9999.99")
    assert Money.parse("0.01").part_up(Fraction(2, 5)) == Money(1)


@pytest.mark.parametrize(
    ("yuan", "wan"),
    [
        ("200000", "20.00"),
        ("0", "0.00"),
        ("49.99", "0.00"),
        ("50", "0.01"),
        ("-49.99", "0.00"),
        ("-50", "-0.01"),
        ("123456789.00", "12,345.68"),
        ("999950", "100.00"),
        ("30000000", "3,000.00"),
    ],
)
def test_in_ten_thousands_rounded_once(yuan, wan):
    assert Money.parse(yuan).wan == wan


@pytest.mark.parametrize(
    ("yuan", "capitals"),
    [
        ("1,409.50", "人民币壹仟肆佰零玖元伍角"),
        ("6,007.14", "人民币陆仟零柒元壹角肆分"),
        ("107,000.53", "人民币壹拾万柒仟元零伍角叁分"),
        ("1,680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
        ("16,409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("0.00", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角"),
        ("0.55", "人民币伍角伍分"),
        ("10.00", "人民币壹拾元整"),
        ("1,000.10", "人民币壹仟元零壹角"),
        ("20,000.00", "人民币贰万元整"),
        ("200,000.00", "人民币贰拾万元整"),
        ("200,000.01", "人民币贰拾万元零壹分"),
        ("100,010.00", "人民币壹拾万零壹拾元整"),
        ("199,999.99", "人民币壹拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("400,000.00", "人民币肆拾万元整"),
        ("800,000.00", "人民币捌拾万元整"),
        ("30,000,000.00", "人民币叁仟万元整"),
        ("102,000,304.05", "人民币壹亿零贰佰万零叁佰零肆元零伍分"),
        ("100,000,000", "人民币壹亿元整"),
        ("100,000,001", "人民币壹亿零壹元整"),
        ("100,001,000", "人民币壹亿零壹仟元整"),  # 万级全为零
        ("11,000", "人民币壹万壹仟元整"),  # 千位不为零，不写零
        ("10,999", "人民币壹万零玖佰玖拾玖元整"),
        ("-5", "负人民币伍元整"),
    ],
)
def test_in_capitals(yuan, capitals):
    assert Money.parse(yuan).capitals == capitals


_DIGIT = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNIT = {"拾": 10, "佰": 100, "仟": 1000, "角": 10, "分": 1}


@given(st.integers(0, LARGEST))
def test_capitals_say_the_same_amount(fen):
    """Independent: read them aloud again. 亿 and 万 split the number; each part is read on its own."""
    said = Money(fen).capitals
    assert "零零" not in said and said.count("元") <= 1
    whole, _, rest = said.removeprefix("人民币").removesuffix("整").rpartition("元")
    yi, _, low = whole.rpartition("亿")
    wan, _, ones = low.rpartition("万")
    yuan = (_aloud(yi) * 10_000 + _aloud(wan)) * 10_000 + _aloud(ones)
    assert yuan * 100 + _aloud(rest) == fen


def _aloud(part: str) -> int:
    """A part of up to four digits with their units."""
    total = digit = 0
    for character in part:
        if character in _UNIT:
            total, digit = total + digit * _UNIT[character], 0
        else:
            digit = _DIGIT[character]
    return total + digit


@pytest.mark.parametrize(("fen", "text"), [(-6_000_000, "超出 60,000.00"), (0, "0.00"), (1, "0.01")])
def test_what_is_left_of_a_reference_has_no_minus(fen, text):
    assert Money(fen).balance == text
