"""Money, held in whole fen so that sums never drift; one formatter for figures, one for 大写."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction

LARGEST = 10**13  # fen: a hundred milliard yuan, beyond any office's books
_AMOUNT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")


class Money(int):
    """An amount in renminbi, in fen. It is an ``int`` of fen, so SQLite and JSON take it as it is."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read what a person typed: ``12,000.5``, ``１２０００``, ``1.2万``, ``3万元``, ``￥5``.

        Raises ValueError, in Chinese, for what is no amount, finer than a fen, or beyond reason.
        """
        clean = unicodedata.normalize("NFKC", text).strip().lstrip("¥￥").removeprefix("人民币")
        clean = clean.removesuffix("圆").removesuffix("元").strip()
        scale = 10_000 if clean.endswith("万") else 1
        clean = clean.removesuffix("万").strip().replace("，", ",")
        if not _AMOUNT.fullmatch(clean):
            raise ValueError(f"“{text}”不是金额，应填数字，单位元，如 12000.50")
        try:
            yuan = Decimal(clean.replace(",", "")) * scale
        except InvalidOperation:
            raise ValueError(f"“{text}”不是金额，应填数字，单位元，如 12000.50") from None
        return cls.of_yuan(yuan)

    @classmethod
    def of_yuan(cls, yuan: Decimal) -> Money:
        """An exact number of yuan as fen. Raises ValueError for more than two decimals or a sum beyond reason."""
        if not yuan.is_finite() or abs(yuan) * 100 > LARGEST:
            raise ValueError(f"“{yuan}”超出可登记的金额范围")
        fen = yuan * 100
        if fen != fen.to_integral_value():
            raise ValueError(f"“{yuan}”精确到分以下，应四舍五入到分，最多两位小数")
        return cls(int(fen))

    @property
    def fen(self) -> int:
        return int(self)

    @property
    def yuan(self) -> Decimal:
        """The same amount in yuan, exact."""
        return Decimal(int(self)) / 100

    def __add__(self, other: int) -> Money:
        return Money(int.__add__(self, other))

    __radd__ = __add__

    def __sub__(self, other: int) -> Money:
        return Money(int.__sub__(self, other))

    def __neg__(self) -> Money:
        return Money(-int(self))

    def __str__(self) -> str:
        yuan, fen = divmod(abs(int(self)), 100)
        return f"{'-' if self < 0 else ''}{yuan:,}.{fen:02d}"

    def __format__(self, _: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"Money({int(self)})"

    def part(self, share: Fraction) -> Money:
        """The given share of it, rounded down to the fen."""
        return Money(int(self) * share.numerator // share.denominator)

    def part_up(self, share: Fraction) -> Money:
        """The given share of it, rounded up to the fen."""
        return Money(-(-int(self) * share.numerator // share.denominator))

    @property
    def wan(self) -> str:
        """In 万元 with two decimals, rounded half up once, as tables for the government show it."""
        hundredths, rest = divmod(abs(int(self)), 10_000)
        hundredths += rest >= 5_000
        return f"{'-' if self < 0 and hundredths else ''}{hundredths // 100:,}.{hundredths % 100:02d}"

    @property
    def capitals(self) -> str:
        """In 大写 after 《正确填写票据和结算凭证的基本规定》: 人民币贰拾万元整."""
        return ("负" if self < 0 else "") + "人民币" + _capital_amount(abs(int(self)))


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def _capital_group(number: int) -> str:
    """Up to four digits, without leading zeros; inner runs of 0 are one 零."""
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return said


def _capital_integer(number: int) -> str:
    said, gap = "", False
    for group in (3, 2, 1, 0):
        part = number // 10_000**group % 10_000
        if part:
            said += ("零" if said and (gap or part < 1000) else "") + _capital_group(part) + _GROUPS[group]
            gap = False  # 万位为0、千位不为0时可不写“零”: 壹拾万柒仟元
        elif said:
            gap = True
    return said


def _capital_amount(fen: int) -> str:
    yuan, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    said = f"{_capital_integer(yuan)}元" if yuan else ""
    if not jiao and not cent:
        return (said or "零元") + "整"
    # 角位为0、分位不为0时元后写“零”; 元位为0、角位不为0时本程序一律写“零”
    if said and (not jiao or yuan % 10 == 0):
        said += "零"
    return said + (f"{_DIGITS[jiao]}角" if jiao else "") + (f"{_DIGITS[cent]}分" if cent else "")
