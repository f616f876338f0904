"""A street's books kept in plain dicts, by the words of contract §3 §5 and of the rules, by nothing of the program.

A project here is a dict of lists of dicts; money is whole fen in plain ints; stages and choices are Chinese names.
What the program says of stages, balances and bars is held against what is reckoned here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

Plain = dict[str, Any]

FISCAL = ("special", "matching", "other_fiscal")
SOCIAL = ("donated_cash", "donated_goods", "labour", "self_raised")
CAP = {"服务类": 200_000_00, "货物类": 200_000_00, "工程类": 400_000_00}
GIVEN = ("捐赠", "赞助", "冠名")
FIVE = {"挂钩街道领导", "村居两委", "党员代表", "居民代表", "老人协会"}
VILLAGE_QUOTA = 800_000_00


def a_project(village: str, year: int, category: str, funds: dict[str, int], **said: Any) -> Plain:
    lists = ("approvals", "filings", "events", "paid", "refunds", "settled", "altered", "gifts", "waived")
    lists += ("suggested", "met", "heard", "notices", "surveyed", "appointed")
    asked = dict.fromkeys((*FISCAL, *SOCIAL), 0) | funds
    base = {"village": village, "year": year, "category": category, "asked": asked, "filed": None, "void": False}
    return base | {name: [] for name in lists} | said


def by_day(rows: list[Plain]) -> list[Plain]:
    """In the order of date, then of entry."""
    return sorted(rows, key=lambda row: row["on"])


def last(rows: list[Plain]) -> Plain | None:
    return by_day(rows)[-1] if rows else None


def first_day(project: Plain, *events: str) -> date | None:
    return min((row["on"] for row in project["events"] if row["event"] in events), default=None)


def standing(project: Plain) -> tuple[str, date | None]:
    """The stage and the day it was reached: contract §3, read aloud."""
    for event, stage in (("终止", "终止"), ("办结", "已办结"), ("完工", "已完工")):
        if on := first_day(project, event):
            return stage, on
    if on := first_day(project, "开工", "进展"):
        return "实施中", on
    if project["appointed"]:
        return "主体已定", by_day(project["appointed"])[-1]["on"]
    if lodged := lodged_of(project):
        return "已备案", lodged["lodged"]
    decided, filed = last(project["approvals"]), project["filed"]
    if decided is None:
        return ("已申报", filed) if filed else ("草稿", None)
    again = decided["answered"] or (filed and filed > decided["on"])
    if decided["conclusion"] in ("退回", "撤回") and again:
        return "已申报", filed
    return {"同意": "已审批"}.get(decided["conclusion"], decided["conclusion"]), decided["on"]


def stage(project: Plain) -> str:
    return standing(project)[0]


def lodged_of(project: Plain) -> Plain | None:
    found = [row for row in project["filings"] if row["result"] == "已备案"]
    return last(found)


def scheme(funds: dict[str, int]) -> int:
    return funds["special"] + funds["matching"]


def fiscal(funds: dict[str, int]) -> int:
    return sum(funds[name] for name in FISCAL)


def social(funds: dict[str, int]) -> int:
    return sum(funds[name] for name in SOCIAL)


def total(funds: dict[str, int]) -> int:
    return fiscal(funds) + social(funds)


def approved(project: Plain) -> dict[str, int] | None:
    """核定数: as decided, as altered since; what is blank is as asked, and the village bears the rest."""
    decided = last(project["approvals"])
    if decided is None or decided["conclusion"] != "同意":
        return None
    asked = project["asked"]
    figures = {"special": asked["special"], "total": total(asked)}
    changes = [decided, *(row for row in by_day(project["altered"]) if row["conclusion"] == "同意")]
    for row in changes:
        if row is decided or (row["decided"], row["entered"]) > (decided["on"], decided["entered"]):
            figures |= {name: row[name] for name in figures if row[name] is not None}
    funds = asked | {"special": figures["special"]}
    return funds | {"self_raised": funds["self_raised"] + figures["total"] - total(funds)}


def settled(project: Plain) -> dict[str, int] | None:
    found = last(project["settled"])
    return found["funds"] if found else None


def given(project: Plain) -> dict[str, int]:
    """What came by the records of 社会参与: of these stories no row says 款物, so that 到账 filled in means cash."""
    sums = dict.fromkeys(SOCIAL, 0)
    for row in project["gifts"]:
        if row["manner"] == "投工投劳":
            sums["labour"] += row["amount"]
        elif row["manner"] in GIVEN and row["received"] is not False:
            sums["donated_cash" if row["received"] else "donated_goods"] += row["amount"]
    return sums


def in_force(project: Plain) -> dict[str, int]:
    """A stopped project stands at what it was paid and given; others as settled, approved or asked."""
    if stage(project) == "终止":
        names = {"special": "区级专项资金", "matching": "以奖代补资金"}
        other = (settled(project) or {"other_fiscal": 0})["other_fiscal"]
        held = {name: max(paid(project, source), 0) for name, source in names.items()}
        return dict.fromkeys(FISCAL, 0) | held | {"other_fiscal": other} | given(project)
    return settled(project) or approved(project) or project["asked"]


def paid(project: Plain, source: str = "") -> int:
    """Payments less returns, of one source or of both."""
    sums = [
        sum(row["amount"] for row in project[name] if source in ("", row["source"])) for name in ("paid", "refunds")
    ]
    return sums[0] - sums[1]


def undisbursed(project: Plain) -> int:
    if stage(project) == "终止":
        return max(scheme(in_force(project)) - paid(project), 0)
    due = settled(project) or approved(project)
    return max(scheme(due) - paid(project), 0) if due else 0


def counts(project: Plain) -> bool:
    """有效口径, rules §0."""
    where = stage(project)
    if project["void"] or where in ("草稿", "退回", "撤回", "不予批准"):
        return False
    return where != "终止" or bool(project["paid"])


def takes_part(project: Plain) -> bool:
    confirmed = any(gift["received"] is not False for gift in project["gifts"])
    return confirmed or any(row["kind"] == "社会组织" for row in project["appointed"])


def balance(name: str, projects: list[Plain], quota: int | None) -> dict[str, Any]:
    """The figures of contract §5."""
    counted = [project for project in projects if counts(project)]
    kinds = {kind: [p for p in counted if p["category"] == kind] for kind in CAP}
    service, special = kinds["服务类"], sum(scheme(in_force(p)) for p in counted)
    agreed = sum(scheme(funds) for p in counted if (funds := approved(p)))
    return {
        "name": name,
        "projects": len(counted),
        "service_projects": len(service),
        "goods_projects": len(kinds["货物类"]),
        "works_projects": len(kinds["工程类"]),
        "service_count_share": f"{len(service)}/{len(counted)}",
        "total_fen": sum(total(in_force(p)) for p in counted),
        "special_fen": special,
        "social_fen": sum(social(in_force(p)) for p in counted),
        "service_total_fen": sum(total(in_force(p)) for p in service),
        "service_special_fen": sum(scheme(in_force(p)) for p in service),
        "approved_special_fen": agreed,
        "disbursed_fen": sum(paid(p) for p in projects if not p["void"]),
        "undisbursed_fen": sum(map(undisbursed, counted)),
        "social_projects": sum(map(takes_part, counted)),
        "quota_fen": quota,
        "remaining_fen": None if quota is None else quota - special,
    }
