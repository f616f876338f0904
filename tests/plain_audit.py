"""A plain audit of an exported ledger: its sheets read with openpyxl, and sums, with nothing of the program.

It reckons receipts, use, returns and balances by source in fen from the words of the scheme, and names each project
whose money does not hold. Run it on a workbook: ``python -m tests.plain_audit OUT.xlsx 2026``.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from decimal import Decimal
from typing import Any

import openpyxl

Row = dict[str, Any]
SPECIAL, MATCHING, OTHER = "区级专项资金", "以奖代补资金", "其他财政资金"
CASH, GOODS, LABOUR, OWN = "捐赠现金", "捐赠实物折价", "投工投劳折价", "村居自筹"
SOURCES = (SPECIAL, MATCHING, OTHER, CASH, GOODS, LABOUR, OWN)
SOCIAL = (CASH, GOODS, LABOUR, OWN)


def fen(value: Any) -> int:
    return int(Decimal(str(value or 0)) * 100)


def rows(book: Any, sheet: str) -> list[Row]:
    """The rows of a sheet as dicts by heading; none where the sheet is not there."""
    if sheet not in book.sheetnames:
        return []
    lines = book[sheet].iter_rows(values_only=True)
    heads = next(lines)
    return [dict(zip(heads, line, strict=True)) for line in lines if any(cell is not None for cell in line)]


def of_project(book: Any, sheet: str, dated: str = "日期") -> dict[str, list[Row]]:
    """The rows of a sheet by 项目编号, in the order of their days."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows(book, sheet), key=lambda row: row[dated]):
        found[row["项目编号"]].append(row)
    return found


def sums(row: Row) -> dict[str, int]:
    return {source: fen(row[f"{source}(元)"]) for source in SOURCES}


def by_source(lines: list[Row]) -> dict[str, int]:
    found = dict.fromkeys(SOURCES, 0)
    for line in lines:
        found[line["资金来源"]] += fen(line["金额(元)"])
    return found


def given(lines: list[Row]) -> dict[str, int]:
    """Cash that came, goods and labour given."""
    found = dict.fromkeys(SOURCES, 0)
    for line in lines:
        amount = fen(line["金额(元)"])
        if line["方式"] == "投工投劳":
            found[LABOUR] += amount
        elif line["方式"] in ("捐赠", "赞助", "冠名"):
            cash = line["款物"] == "现金" or (line["款物"] is None and line["到账"] is not None)
            if cash and line["到账"] == "是":
                found[CASH] += amount
            elif not cash and line["到账"] != "否":
                found[GOODS] += amount
    return found


class Account:
    """One project: its standing and its money by source, in fen."""

    def __init__(self, project: Row, sheets: dict[str, dict[str, list[Row]]]) -> None:
        code = project["项目编号"]
        self.code, self.title, self.village = code, project["项目名称"], project["村居"]
        own = {name: lines.get(code, []) for name, lines in sheets.items()}
        events = {row["事项"] for row in own["实施进度"]}
        self.decision = own["审批"][-1] if own["审批"] else None
        self.stopped, self.closed = "终止" in events, "办结" in events
        again = self.decision and self.decision["重新申报日期"] is not None
        self.approved = sums(project) if self._agreed() else None
        if self.approved is not None:
            self._decide(self.approved)
        self.asked, self.given = sums(project), given(own["社会参与"])
        self.settled = sums(own["决算"][-1]) if own["决算"] else None
        payments, returns, self.used = (by_source(own[name]) for name in ("拨付", "退款", "使用明细"))
        self.paid = {source: payments[source] - returns[source] for source in SOURCES}
        filed = project["申报日期"] is not None
        sent_away = self.decision is not None and not self._agreed() and not again
        self.counts = filed and not sent_away and not (self.stopped and not own["拨付"])

    def _agreed(self) -> bool:
        return self.decision is not None and self.decision["结论"] == "同意"

    def _decide(self, approved: dict[str, int]) -> None:
        """What the decision leaves blank is as asked; the village bears the rest of the total."""
        assert self.decision is not None
        total = sum(approved.values())
        for name, source in (("核定专项资金(元)", SPECIAL), ("核定以奖代补资金(元)", MATCHING)):
            if self.decision[name] is not None:
                approved[source] = fen(self.decision[name])
        if self.decision["核定总资金(元)"] is not None:
            total = fen(self.decision["核定总资金(元)"])
        approved[OWN] += total - sum(approved.values())

    @property
    def in_force(self) -> dict[str, int]:
        if self.stopped:
            return {**self.given, SPECIAL: self.paid[SPECIAL], MATCHING: self.paid[MATCHING]}
        return self.settled or self.approved or self.asked

    def faults(self) -> set[str]:
        """What does not hold of its money: words for each fault."""
        paid, found = self.paid[SPECIAL] + self.paid[MATCHING], set()
        if paid and (self.approved is None or self.stopped):
            found.add("项目没有在办，拨款没有退回")
        for source in (SPECIAL, MATCHING):
            limit = self.settled or self.approved
            if limit is not None and not self.stopped and self.paid[source] > limit[source]:
                found.add(f"{source}多拨")
            if self.closed and self.settled and self.paid[source] != self.settled[source]:
                found.add(f"{source}决算和拨付不一致")
            if self.settled and self.approved and self.settled[source] > self.approved[source]:
                found.add(f"{source}决算超过核定")
        received = {**self.given, SPECIAL: self.paid[SPECIAL], MATCHING: self.paid[MATCHING]}
        for source in (SPECIAL, MATCHING, CASH, GOODS, LABOUR):
            if self.used[source] > received[source]:
                found.add(f"{source}使用超过收到")
            if self.settled and source not in (SPECIAL, MATCHING) and self.settled[source] > self.given[source]:
                found.add(f"{source}决算超过收到")
        if self.closed and self.settled:
            cash = (SPECIAL, MATCHING, CASH, OWN)
            if sum(self.used[s] for s in cash) != sum(self.settled[s] for s in cash):
                found.add("使用明细和决算不一致")
        return found


SHEETS = ("审批", "社会参与", "实施进度", "拨付", "退款", "决算", "使用明细")


def accounts(path: Any, year: int) -> list[Account]:
    book = openpyxl.load_workbook(path, data_only=True)
    sheets = {name: of_project(book, name) for name in SHEETS}
    return [Account(row, sheets) for row in rows(book, "项目") if row["资金年度"] == year]


def balance(own: list[Account], quota: int | None) -> dict[str, int | None]:
    """The money of contract §5, under its names."""
    counted = [account for account in own if account.counts]
    special = sum(each.in_force[SPECIAL] + each.in_force[MATCHING] for each in counted)
    due = 0
    for each in counted:
        final = each.in_force if each.stopped else each.settled or each.approved
        if final:
            due += max(final[SPECIAL] + final[MATCHING] - each.paid[SPECIAL] - each.paid[MATCHING], 0)
    return {
        "total_fen": sum(sum(each.in_force.values()) for each in counted),
        "special_fen": special,
        "social_fen": sum(each.in_force[source] for each in counted for source in SOCIAL),
        "approved_special_fen": sum(
            each.approved[SPECIAL] + each.approved[MATCHING] for each in counted if each.approved
        ),
        "disbursed_fen": sum(each.paid[SPECIAL] + each.paid[MATCHING] for each in own),
        "undisbursed_fen": due,
        "quota_fen": quota,
        "remaining_fen": None if quota is None else quota - special,
    }


if __name__ == "__main__":
    for account in accounts(sys.argv[1], int(sys.argv[2])):
        for fault in sorted(account.faults()):
            print(account.code, account.title, fault)
