"""How sums read in 万元: rounded once, with a word on what rounding leaves over. R31."""

from __future__ import annotations

from decimal import Decimal

from haicang_desk.model.balances import Balance
from haicang_desk.model.documents.furniture import ratio
from haicang_desk.model.documents.reports.quarter import Quarterly
from haicang_desk.model.values import Money

SHOWN = {"total": "总资金", "approved_special": "核定专项", "social": "社会投入", "disbursed": "已拨付"}


def in_wan(money: Money) -> Decimal:
    """The figure that is printed, as a number."""
    return Decimal(money.wan.replace(",", ""))


def leverage(balance: Balance) -> str:
    """杠杆率: social money for one yuan of fiscal money. 条文：C144"""
    return ratio(balance.social, balance.total - balance.social)


def rounding_note(report: Quarterly) -> str:
    """尾差 of each column: what the rounded rows lack or have too much beside the rounded sum."""
    over = {}
    for name, said in SHOWN.items():
        rows = sum((in_wan(getattr(village.now, name)) for village in report.villages), Decimal(0))
        if gap := in_wan(getattr(report.whole.now, name)) - rows:
            over[said] = gap
    if not over:
        return "注：金额先以分为单位合计，再四舍五入到两位小数。"
    told = "、".join(f"{said} {gap:+} 万元" for said, gap in over.items())
    return f"注：金额先以分为单位合计，再四舍五入到两位小数；合计与各行之和的尾差：{told}。"
