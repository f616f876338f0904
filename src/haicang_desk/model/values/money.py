"""Money in whole fen, with exact sums; reading and writing of amounts, 万元 and 大写."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction

LARGEST = 10**13  # fen, 100 billion yuan; a larger amount is refused
_AMOUNT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")


class Money(int):
    """An amount of renminbi in fen. It is an ``int``, so that SQLite and JSON store it directly."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read a typed amount: ``12,000.5``, ``１２０００``, ``1.2万``, ``3万元``, ``￥5``.

        Raises ValueError, in Chinese, for text that is no amount, is finer than a fen or more than LARGEST.
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
        """Convert exact yuan. Raises ValueError for more than two decimals or more than LARGEST."""
        if not yuan.is_finite() or abs(yuan) * 100 > LARGEST:
            raise ValueError(f"“{yuan}”超出可登记的金额范围")
        fen = yuan * 100
        if fen != fen.to_integral_value():
            raise ValueError(f"“{yuan}”精确到分以下，应四舍五入到分，最多两位小数")
        return cls(int(fen))

    @property
    def fen(self) -> int:
        """The amount as a plain int of fen."""
        return int(self)

    @property
    def yuan(self) -> Decimal:
        """The amount in yuan, exact."""
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
        """A share of the amount, rounded down to the fen."""
        return Money(int(self) * share.numerator // share.denominator)

    def part_up(self, share: Fraction) -> Money:
        """A share of the amount, rounded up to the fen."""
        return Money(-(-int(self) * share.numerator // share.denominator))

    @property
    def wan(self) -> str:
        """The amount in 万元 with two decimals, rounded half up, as reports to the government show it."""
        hundredths, rest = divmod(abs(int(self)), 10_000)
        hundredths += rest >= 5_000
        return f"{'-' if self < 0 and hundredths else ''}{hundredths // 100:,}.{hundredths % 100:02d}"

    @property
    def balance(self) -> str:
        """The amount as what is left of a reference: 超出 60,000.00 instead of a minus (R29)."""
        return f"超出 {-self}" if self < 0 else str(self)

    @property
    def capitals(self) -> str:
        """The amount in 大写 by 《正确填写票据和结算凭证的基本规定》: 人民币贰拾万元整."""
        return ("负" if self < 0 else "") + "人民币" + _capital_amount(abs(int(self)))


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def _capital_group(number: int) -> str:
    """Up to four digits in 大写, without leading zeros; a run of zeros inside is one 零."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return text


def _capital_integer(number: int) -> str:
    text, gap = "", False
    for group in (3, 2, 1, 0):
        part = number // 10_000**group % 10_000
        if part:
            text += ("零" if text and (gap or part < 1000) else "") + _capital_group(part) + _GROUPS[group]
            gap = False  # 万位为0、千位不为0时可不写“零”: 壹拾万柒仟元
        elif text:
            gap = True
    return text


def _capital_amount(fen: int) -> str:
    yuan, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_capital_integer(yuan)}元" if yuan else ""
    if not jiao and not cent:
        return (text or "零元") + "整"
    # 角位为0、分位不为0时元后写“零”; 元位为0、角位不为0时本程序一律写“零”
    if text and (not jiao or yuan % 10 == 0):
        text += "零"
    return text + (f"{_DIGITS[jiao]}角" if jiao else "") + (f"{_DIGITS[cent]}分" if cent else "")
