"""What must bar a step, reckoned on the plain books from the words of the rules: codes of the rules, no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.stories.plain import (
    CAP,
    FIVE,
    GIVEN,
    Plain,
    approved,
    by_day,
    counts,
    first_day,
    fiscal,
    given,
    in_force,
    last,
    lodged_of,
    paid,
    scheme,
    settled,
    social,
    stage,
    total,
)

FUNDING = ("R01", "R02", "R04", "R07", "R09")
FILING = ("R15", "R16")
ORDER = ("R17",)
ASKED = {  # step -> the rules that guard it
    "申报": (*FUNDING, *FILING),
    "批准": (*FUNDING, *FILING, "R05", "R11", "R34"),
    "批复变更": (*FUNDING, "R11", "R19"),
    "报送备案": ORDER,
    "登记备案": ORDER,
    "备案退补": ORDER,
    "确定实施主体": ORDER,
    "开工（开展）": ORDER,
    "完工": ORDER,
    "决算": (*ORDER, "R29"),
    "完工公示": ("R21",),
    "拨付": ("R09", "R19", "R34"),
    "登记退款": ("R29",),
    "测评结果公示": ("R24",),
    "办结": ("R02", "R03", "R04", "R07", *ORDER, "R20", "R21", "R29", "R33"),
}


def barred(book: Plain, project: Plain, step: str, on: date) -> set[str]:
    """Codes of the rules that bar ``step`` on a day; ``project`` is as the step would leave it, in its ``book``.

    Leave to pass a rule (例外) lets pass what is of that level in it, and nothing else: from its day on, and only where
    it is not of a later day than what it is for.
    """
    found = set()
    for code in ASKED.get(step, ()):
        day = leave_is_for(project, code)
        leave = any(w["rule"] == code and w["on"] <= on and (day is None or w["on"] <= day) for w in project["waived"])
        if CHECKS[code](book, project, f"{step} 例外" if leave else step):
            found.add(code)
    return found


def leave_is_for(project: Plain, code: str) -> date | None:
    """The day of what leave is for: of the approval and of changes agreed since, of a payment or of a notice."""
    if code == "R19":
        return min((row["on"] for row in paid_to_another(project)), default=None)
    if code == "R29":
        return None  # leave to keep what a settlement left over is given after it
    if code == "R24":
        return (last([n for n in project["notices"] if n["kind"] == "测评结果公示"]) or {"on": None})["on"]
    decided = last(project["approvals"])
    if decided is None or decided["conclusion"] != "同意":
        return None
    days = [decided["on"]]
    if code in FUNDING:
        agreed = [row for row in project["altered"] if row["conclusion"] == "同意"]
        entered = (decided["on"], decided["entered"])
        days += [row["decided"] for row in agreed if (row["decided"], row["entered"]) >= entered]
    return max(days)


def over_cap(_: Plain, project: Plain, step: str) -> bool:
    funds, agreed = in_force(project), approved(project)
    return scheme(funds) > CAP[project["category"]] or bool(agreed and agreed["self_raised"] < 0)


def counted(project: Plain) -> dict[str, int]:
    """From 决算 on cash counts as far as it came, and goods and labour, which nobody founded here, not at all."""
    funds = in_force(project)
    proved = {"donated_cash": given(project)["donated_cash"], "donated_goods": 0, "labour": 0}
    return funds | {name: min(funds[name], most) for name, most in proved.items()} if project["settled"] else funds


def unproved(_: Plain, project: Plain, step: str) -> bool:
    return counted(project) != in_force(project)


def over_six_tenths(_: Plain, project: Plain, step: str) -> bool:
    funds = counted(project)
    return project["category"] != "服务类" and 5 * fiscal(funds) > 3 * total(funds)


def no_pledge(_: Plain, project: Plain, step: str) -> bool:
    funds = in_force(project)
    unmet = funds["self_raised"] > 0 and not project["met"]
    over, limit = total(funds) - CAP[project["category"]], CAP[project["category"]]
    if over <= 0 or scheme(funds) > limit or step.endswith("例外"):
        return False
    return not project["pledged"] or unmet or social(funds) < over


def fee_over_a_tenth(_: Plain, project: Plain, step: str) -> bool:
    if project["category"] != "服务类":
        return False
    done = last(project["settled"])
    fee, planned = (done["overhead"] if done else project["overhead"]), project["overhead"]
    return 10 * fee > total(in_force(project)) or bool(done and 0 < planned < fee)


def cash(project: Plain, until: date | None = None) -> int:
    given = (g for g in project["gifts"] if g["manner"] in GIVEN and g["received"])
    return min(sum(g["amount"] for g in given if until is None or g["on"] <= until), 200_000_00)


def stacked(project: Plain) -> bool:
    funds = in_force(project)
    return funds["special"] > 0 and funds["matching"] > 0


def matched_wrongly(_: Plain, project: Plain, step: str) -> bool:
    funds = in_force(project)
    if funds["matching"] > cash(project):
        return True
    if step.startswith("拨付"):
        return paid(project, "以奖代补资金") > cash(project)  # what came or went back since has made up for it
    if step.startswith("批复变更"):
        return False
    return funds["matching"] > 0 and (not project["charity"] or (stacked(project) and not step.endswith("例外")))


def shown(project: Plain) -> Plain | None:
    filed = project["filed"]
    return last([n for n in project["notices"] if n["kind"] == "项目公示" and n["on"] <= filed])


def changed_since_shown(project: Plain) -> bool:
    notice = shown(project)
    return bool(notice and notice["total"] != total(project["asked"]))


def filed_out_of_order(_: Plain, project: Plain, step: str) -> bool:
    filed, notice = project["filed"], shown(project)
    if notice is None:
        return True
    met = [on for on in project["met"] if on <= notice["on"]]
    called = met and any(on <= max(met) for on in project["suggested"])
    if not called or filed <= notice["ends"] or notice["ends"] <= notice["on"]:
        return True
    if notice["objection"] and not notice["answer"]:
        return True
    return changed_since_shown(project) and not step.endswith("例外")


def not_all_heard(book: Plain, project: Plain, step: str) -> bool:
    heard = {row["who"] for row in project["heard"] if row["on"] <= project["filed"]}
    return bool(FIVE - heard - ({"老人协会"} if book["villages"][project["village"]]["elders"] is False else set()))


def out_of_balance(book: Plain, project: Plain, step: str) -> bool:
    """Services are fewer than two fifths of the village's projects, or of their money, and nothing is said of it."""
    decided = last(project["approvals"])
    if decided is None or decided["conclusion"] != "同意" or decided["opinion"]:
        return False
    all_ = [p for p in book["projects"].values() if counts(p) and _beside(p, project, village=True)]
    services = [p for p in all_ if p["category"] == "服务类"]
    money = [sum(total(in_force(p)) for p in some) for some in (services, all_)]
    return 5 * len(services) < 2 * len(all_) or 5 * money[0] < 2 * money[1]


def _beside(other: Plain, project: Plain, *, village: bool) -> bool:
    return other["year"] == project["year"] and (not village or other["village"] == project["village"])


def over_street_quota(book: Plain, project: Plain, step: str) -> bool:
    quota = book["quota"].get(project["year"])
    all_ = [p for p in book["projects"].values() if counts(p) and _beside(p, project, village=False)]
    return quota is not None and sum(scheme(in_force(p)) for p in all_ if stage(p) != "已申报") > quota


def dates_inverted(_: Plain, project: Plain, step: str) -> bool:
    """Whether a step of the order of the seed bears an earlier day than the one before; from 完工 on, this step."""
    begun, completed = first_day(project, "开工", "进展"), first_day(project, "完工")
    if step.startswith("完工"):
        return bool(begun and completed and completed < begun)
    if step.startswith("决算"):
        done = last(project["settled"])
        return done is project["settled"][-1] and bool(completed and done["on"] < completed)
    if step.startswith("办结"):
        before = last(project["settled"])
        closed = first_day(project, "办结")
        return bool(closed and (closed < before["on"] if before else completed and closed < completed))
    for filing in project["filings"]:
        lodged = filing["lodged"] if filing["result"] == "已备案" else None
        if not approved_on(project, filing["on"]) or (lodged and lodged < filing["on"]):
            return True
    lodged_days = [row["lodged"] for row in project["filings"] if row["result"] == "已备案"]
    appointed = [row["on"] for row in project["appointed"]]
    if lodged_days and any(on < min(lodged_days) for on in appointed):
        return True
    started = first_day(project, "开工", "进展", "完工", "办结")
    return bool(started and appointed and started < min(appointed))


def approved_on(project: Plain, day: date) -> bool:
    """Whether an approval was in force on a day; one of the same day counts."""
    decisions = [row for row in by_day(project["approvals"]) if row["on"] <= day]
    return any(row["conclusion"] == "同意" and (row is decisions[-1] or row["on"] == day) for row in decisions)


def due(project: Plain) -> int:
    """应付 once settled, R29: no more than approved, the cap, what was spent of it, and six tenths for works, goods."""
    done = settled(project)
    agreed = approved(project)
    assert done is not None
    most = min(scheme(agreed) if agreed else 0, CAP[project["category"]])
    most = min(most, done["special"] + min(done["matching"], cash(project)))
    if project["category"] != "服务类":
        most = min(most, 3 * total(counted(project)) // 5 - done["other_fiscal"])
    return max(most, 0)


def unreturned(project: Plain, rows: list[Plain]) -> list[Plain]:
    """Of these payments those of which something was not returned: refunds go to the oldest of their source."""
    back = {
        source: sum(r["amount"] for r in project["refunds"] if r["source"] == source) for source in SOURCES.values()
    }
    left = []
    for row in by_day(rows):
        returned = min(back[row["source"]], row["amount"])
        back[row["source"]] -= returned
        left += [row] if returned < row["amount"] else []
    return left


SOURCES = {"special": "区级专项资金", "matching": "以奖代补资金"}


def paid_to_another(project: Plain) -> list[Plain]:
    return unreturned(project, [row for row in project["paid"] if row["payee"] == "某公司"])


def paid_wrongly(_: Plain, project: Plain, step: str) -> bool:
    if not project["paid"]:
        return False
    lodged, agreed, done = lodged_of(project), approved(project), last(project["settled"])
    if agreed is None:
        return paid(project) > 0
    most = scheme(agreed)
    if done and (step.startswith("拨付") or any(row["on"] > done["on"] for row in project["paid"])):
        most = due(project)
    limits = done["funds"] if done and paid(project) <= due(project) else agreed
    if paid(project) > most or any(paid(project, source) > limits[name] for name, source in SOURCES.items()):
        return True
    early = unreturned(project, [row for row in project["paid"] if lodged is None or row["on"] < lodged["lodged"]])
    return bool(early or (paid_to_another(project) and not step.endswith("例外")))


def one_person(_: Plain, project: Plain, step: str) -> bool:
    """One person decides and handles; leave is of the first day on which that person did so, at the latest."""
    for rows in (project["approvals"], project["paid"]):
        firsts: dict[str, date] = {}
        for row in by_day(rows):
            if row["handler"] and row["handler"] == row["approver"]:
                firsts.setdefault(row["handler"], row["on"])
        for day in firsts.values():
            if not any(w["rule"] == "R34" and w["on"] <= day for w in project["waived"]):
                return True
    return False


def overpaid(project: Plain) -> bool:
    return bool(project["settled"]) and paid(project) > due(project)


def returned_wrongly(_: Plain, project: Plain, step: str) -> bool:
    if step.startswith("登记退款"):
        return any(paid(project, source) < 0 for source in SOURCES.values())
    done, agreed = settled(project), approved(project) or dict.fromkeys(SOURCES, 0)
    if done and any(done[name] > agreed[name] for name in SOURCES):
        return True
    return overpaid(project) if step == "办结" else False


def unkept(_: Plain, project: Plain, step: str) -> bool:
    return project["category"] == "工程类" and not project["kept"]


def unshown(_: Plain, project: Plain, step: str) -> bool:
    notice = last([n for n in project["notices"] if n["kind"] == "完工公示"])
    if notice is None or not project["settled"]:
        return True
    if notice["on"] < (first_day(project, "完工", "验收") or notice["on"]):
        return True
    if step.startswith("完工公示"):
        return notice is project["notices"][-1] and notice["on"] < by_day(project["settled"])[-1]["on"]
    return notice["total"] != total(settled(project) or {}) or bool(notice["objection"] and not notice["answer"])


def papers_missing(_: Plain, project: Plain, step: str) -> bool:
    posted = {notice["kind"] for notice in project["notices"]}
    agreed = approved(project)
    held = [project["suggested"], project["met"], "项目公示" in posted, project["heard"], lodged_of(project), agreed]
    held += [project["pledged"] or total(in_force(project)) <= CAP[project["category"]], project["appointed"]]
    held += [project["paid"] or not (agreed and scheme(agreed)), first_day(project, "验收"), "完工公示" in posted]
    return not all(held) or unkept(_, project, step)


def not_all_surveyed(_: Plain, project: Plain, step: str) -> bool:
    asked = {group for group, ballots in project["surveyed"] if ballots}
    return len(asked) < 4


CHECKS = {
    "R01": over_cap,
    "R02": over_six_tenths,
    "R03": unproved,
    "R04": no_pledge,
    "R05": out_of_balance,
    "R07": fee_over_a_tenth,
    "R09": matched_wrongly,
    "R11": over_street_quota,
    "R15": filed_out_of_order,
    "R16": not_all_heard,
    "R17": dates_inverted,
    "R19": paid_wrongly,
    "R20": unkept,
    "R21": unshown,
    "R24": not_all_surveyed,
    "R29": returned_wrongly,
    "R33": papers_missing,
    "R34": one_person,
}


def codes(findings: object) -> Iterator[str]:
    """R06 stands beside R05 wherever it is asked."""
    for found in findings:  # type: ignore[attr-defined]
        yield "R05" if found.rule == "R06" else found.rule
