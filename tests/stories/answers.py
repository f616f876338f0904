"""What is answered to each step, and what its answer does to the plain books.

``TABLE`` says from the words of contract §3 and of the scheme from which stages a step may be taken and where it leads;
it is written down here and not taken from the program.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from haicang_desk.model.records import (
    Altered,
    Conclusion,
    Consulted,
    ImplementerKind,
    PaidFrom,
    Prose,
    SurveyGroup,
    TakingPart,
)
from haicang_desk.model.values import Money
from tests.stories.plain import Plain, approved, in_force, paid, stage, total

OPEN = ("草稿", "退回", "撤回")
IN_HAND = ("已备案", "主体已定", "实施中", "已完工")
LIVE = (*OPEN, "已申报", "已审批", *IN_HAND)
DONE = ("实施中", "已完工", "已办结")
TABLE = {  # step: (its name in the program, stages it may be taken from, stage it leads to, what it may not lack)
    "登记意见": ("suggest", OPEN, "", "text"),
    "登记协商": ("deliberate", OPEN, "", "meeting"),
    "征求意见": ("consult", OPEN, "", "consulted"),
    "项目公示": ("post", OPEN, "", "ends_on"),
    "申报": ("submit", OPEN, "已申报", "place"),
    "撤回": ("withdraw", ("已申报", "已审批"), "撤回", ""),
    "退回补正": ("send_back", ("已申报",), "退回", ""),
    "不予批准": ("reject", ("已申报",), "不予批准", ""),
    "批准": ("approve", ("已申报",), "已审批", ""),
    "报送备案": ("send", ("已审批",), "", ""),
    "登记备案": ("lodge", ("已审批",), "已备案", "sent_on"),
    "备案退补": ("return_filing", ("已审批",), "", ""),
    "确定实施主体": ("appoint", ("已备案",), "主体已定", "implementer"),
    "开工（开展）": ("start", ("主体已定",), "实施中", ""),
    "填报进展": ("advance", ("实施中",), "", ""),
    "登记社会参与": ("take_part", LIVE, "", "party"),
    "拨付": ("disburse", IN_HAND, "", "amount"),
    "完工": ("complete", ("实施中",), "已完工", ""),
    "验收": ("accept", ("已完工",), "", ""),
    "决算": ("settle", ("已完工",), "", ""),
    "完工公示": ("post_completion", ("已完工",), "", "ends_on"),
    "登记测评": ("survey", DONE, "", "assessor"),
    "测评结果公示": ("post_survey", DONE, "", "ends_on"),
    "申请变更": ("alter", ("已审批", *IN_HAND), "", "after"),
    "批复变更": ("decide_alteration", ("已审批", *IN_HAND), "", "reason"),
    "登记退款": ("refund", ("退回", "不予批准", "撤回", "已审批", *IN_HAND, "已办结", "终止"), "", "amount"),
    "办结": ("close", ("已完工",), "已办结", ""),
    "登记例外批准": ("waive", (*LIVE, "不予批准", "已办结", "终止"), "", "authority"),
    "终止": ("terminate", LIVE, "终止", ""),
}
STEPS = tuple(TABLE)
PERSONS = ("陈", "林", "周")
SUMS = (1, 999_99, 1_000_00, 30_000_00, 60_000_00, 180_000_00, 200_000_01)
WAIVABLE = ("R04", "R09", "R15", "R19", "R29", "R34")


def answers(step: str, project: Plain, on: date, wish: int) -> dict[str, Any]:
    """Answers to a step; ``wish`` chooses among sound ones (0) and ever odder ones."""
    odd = wish % 4
    given = {
        "登记意见": {"text": Prose("楼道太暗")},
        "登记协商": {"meeting": "居民议事会"},
        "征求意见": {"consulted": list(Consulted)[wish % 5], "manner": "会议"},
        "项目公示": {"ends_on": on + timedelta((7, 1, 0, 20)[odd]), **_objected(wish)},
        "完工公示": {"ends_on": on + timedelta((7, 1, 0, 20)[odd]), **_objected(wish)},
        "测评结果公示": {"ends_on": on + timedelta(7)},
        "退回补正": {"opinion": Prose("请补充协商记录")},
        "批准": _decides(project, wish),
        "确定实施主体": {"manner": "询价", "basis": "采购文件", "implementer": "某中心", "kind": _kind(wish)},
        "登记社会参与": {"party": "某企业", "manner": list(TakingPart)[odd], "amount": Money(SUMS[wish % 7])}
        | {"received": (True, None, False)[wish % 3]},
        "拨付": _pays(project, wish),
        "决算": _settles(project, wish),
        "登记测评": {"assessor": "第三方", "group": list(SurveyGroup)[len(project["surveyed"]) % 4], "excellent": wish},
        "申请变更": {"after": Prose("改"), "reason": Prose("因"), **_altered(project, wish)},
        "批复变更": {"after": Prose("改"), "reason": Prose("因"), **_altered(project, wish)}
        | {"conclusion": (Conclusion.AGREE, Conclusion.AGREE, Conclusion.REJECT)[wish % 3], **_asked(project, on)},
        "登记退款": _returns(project, odd),
        "登记例外批准": {
            "rule": WAIVABLE[wish % 6],
            "authority": "区领导小组办公室",
            "number": "纪要 1 号",
            "reason": Prose("急"),
        },
    }
    return given.get(step, {})


def _objected(wish: int) -> dict[str, Any]:
    return {5: {"objection": Prose("太吵")}, 6: {"objection": Prose("太吵"), "answer": Prose("改在白天")}}.get(wish, {})


def _kind(wish: int) -> ImplementerKind:
    return list(ImplementerKind)[wish % 3]


def _decides(project: Plain, wish: int) -> dict[str, Any]:
    asked = project["asked"]
    said: dict[str, Any] = {"handler": "陈", "approver": PERSONS[1 if wish < 6 else 0]}
    said["opinion"] = Prose("" if wish == 4 else "经综合平衡，同意")
    if wish == 1:
        said["special"] = Money(max(asked["special"] - 10_000_00, 0))
    if wish in (2, 3):
        said["total"] = Money(max(total(asked) + (-1, 50_000_00)[wish - 2], 0))
    return said


def _returns(project: Plain, odd: int) -> dict[str, Any]:
    """Of the source paid most."""
    source = max(PaidFrom, key=lambda each: paid(project, each.label))
    net = paid(project, source.label)
    return {"amount": Money(max(1, (net, net + 1, net // 3, 5)[odd])), "source": source}


def _pays(project: Plain, wish: int) -> dict[str, Any]:
    """Of the source that most is left of, or sometimes of the other."""
    agreed = approved(project) or dict.fromkeys(("special", "matching"), 0)
    rest = {each: agreed[each.code] - paid(project, each.label) for each in PaidFrom}
    source = max(PaidFrom, key=lambda each: rest[each])
    if project["asked"]["matching"] and wish == 7:
        source = next(each for each in PaidFrom if each is not source)
    left = max(rest[source], 0)
    amount = max((left, left // 2, left + 1, 1_000_00)[wish % 4], 1)
    said = {"amount": Money(amount), "source": source, "handler": "苏", "approver": "苏" if wish == 6 else "周"}
    return said | ({"payee": "某公司"} if wish == 5 else {})


def _settles(project: Plain, wish: int) -> dict[str, Any]:
    funds = in_force(project)
    in_kind = {name: Money(funds[name]) for name in ("donated_goods", "labour")}
    return in_kind | {
        1: {"special": Money(funds["special"] * 9 // 10)},
        2: {"donated_cash": Money(funds["donated_cash"] * 9 // 10)},
        3: {"special": Money(funds["special"] // 2), "donated_cash": Money(funds["donated_cash"] // 2)},
        5: {"overhead": Money(project["overhead"] + 1)},
    }.get(wish, {})


def _altered(project: Plain, wish: int) -> dict[str, Any]:
    agreed = approved(project) or project["asked"]
    sums = {
        1: {"special": Money(agreed["special"] // 2)},
        2: {"special": Money(agreed["special"] + 1)},
        3: {"total": Money(total(agreed) + 10_000_00)},
        4: {"special": Money(SUMS[4]), "total": Money(SUMS[5])},
    }.get(wish, {})
    return {"item": Altered.AMOUNT if sums else Altered.USE, **sums}


def _asked(project: Plain, on: date) -> dict[str, Any]:
    """A change decided without having been asked for says when it was asked for."""
    return {} if any(row["conclusion"] is None for row in project["altered"]) else {"asked_on": on}


def natural(project: Plain) -> list[tuple[int, str]]:
    """The steps that a sound project takes next, in order, each with what is wished of its answers."""
    where = stage(project)
    if where in OPEN:
        heard = [(wish, "征求意见") for wish in range(5)]
        return [(0, "登记意见"), (0, "登记协商"), *heard, (0, "项目公示"), (0, "申报")]
    steps = {
        "已申报": ["批准"],
        "已审批": ["报送备案", "登记备案"],
        "已备案": ["确定实施主体"],
        "主体已定": ["开工（开展）", "拨付"],
        "实施中": ["完工"],
        "已完工": [*([] if project["paid"] else ["拨付"]), "验收", "决算", "完工公示", "办结"],
    }
    return [(0, step) for step in steps.get(where, [])]
