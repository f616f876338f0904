"""What a step that was taken leaves in the plain books."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.stories.plain import FISCAL, SOCIAL, Plain, approved, given, in_force, total

EVENTS = {"开工（开展）": "开工", "填报进展": "进展", "完工": "完工", "验收": "验收", "办结": "办结", "终止": "终止"}
CONCLUSIONS = {"撤回": "撤回", "退回补正": "退回", "不予批准": "不予批准", "批准": "同意"}


def enter(project: Plain, step: str, on: date, said: dict[str, Any], entered: int) -> None:
    """Enter a step with its answers; ``entered`` counts entries, for what is dated the same day."""
    if step in CONCLUSIONS:
        project["approvals"].append(_decision(step, on, said, entered))
    elif step in EVENTS:
        project["events"].append({"on": on, "event": EVENTS[step]})
    else:
        ENTER[step](project, on, said, entered)


def _decision(step: str, on: date, said: dict[str, Any], entered: int) -> Plain:
    texts = {name: str(said.get(name, "")) for name in ("handler", "approver", "opinion")}
    sums = {name: said.get(name) for name in ("special", "total")}
    return {"on": on, "conclusion": CONCLUSIONS[step], "answered": False, "entered": entered, **texts, **sums}


def _submit(project: Plain, on: date, said: dict[str, Any], entered: int) -> None:
    project["filed"] = on
    if project["approvals"]:
        sorted(project["approvals"], key=lambda row: row["on"])[-1]["answered"] = True


def _filing(project: Plain, on: date, said: dict[str, Any], result: str) -> None:
    """A filing sent and not answered is the one that is answered, or sent again."""
    open_ = [row for row in project["filings"] if not row["result"]]
    if open_:
        row = sorted(open_, key=lambda row: row["on"])[-1]
    else:
        project["filings"].append(row := {"on": on, "lodged": None})
    if result != "已备案":
        row["on"] = on
    else:
        row["lodged"] = on
    row["result"] = result


def _notice(project: Plain, on: date, said: dict[str, Any], kind: str) -> None:
    texts = {name: str(said.get(name, "")) for name in ("objection", "answer")}
    ends = said.get("ends_on", on + timedelta(7))
    project["notices"].append({"kind": kind, "on": on, "ends": ends, "total": total(in_force(project)), **texts})


def _gift(project: Plain, on: date, said: dict[str, Any], entered: int) -> None:
    gift = {"on": on, "manner": said["manner"].label, "received": said["received"], "amount": int(said["amount"])}
    project["gifts"].append(gift)


def _pay(project: Plain, on: date, said: dict[str, Any], entered: int) -> None:
    payee, source = said.get("payee", "村居"), said["source"].label
    row = {"on": on, "amount": int(said["amount"]), "source": source, "payee": payee}
    project["paid"].append(row | {"handler": said["handler"], "approver": said["approver"]})


def _settle(project: Plain, on: date, said: dict[str, Any], entered: int) -> None:
    funds = approved(project) or project["asked"]
    if came := given(project)["donated_cash"]:  # what came is proposed in place of what was planned
        funds = funds | {"donated_cash": came}
    funds = {name: int(said.get(name, max(funds[name], 0))) for name in (*FISCAL, *SOCIAL)}
    overhead = int(said.get("overhead", project["overhead"]))
    project["settled"].append({"on": on, "funds": funds, "overhead": overhead})


def _alter(project: Plain, on: date, said: dict[str, Any], entered: int) -> None:
    sums = {name: said.get(name) for name in ("special", "total")}
    project["altered"].append({"on": on, "conclusion": None, "entered": entered, **sums})


def _decide(project: Plain, on: date, said: dict[str, Any], entered: int) -> None:
    """The last change asked for and not decided is the one decided."""
    asked = sorted((row for row in project["altered"] if row["conclusion"] is None), key=lambda row: row["on"])
    if not asked:
        _alter(project, on, said, entered)
        asked = project["altered"][-1:]
    row = asked[-1]
    row |= {name: said[name] for name in ("special", "total") if name in said}
    row |= {"conclusion": said["conclusion"].label, "decided": on, "entered": entered}


ENTER = {
    "登记意见": lambda project, on, said, _: project["suggested"].append(on),
    "登记协商": lambda project, on, said, _: project["met"].append(on),
    "征求意见": lambda project, on, said, _: project["heard"].append({"on": on, "who": said["consulted"].label}),
    "项目公示": lambda project, on, said, _: _notice(project, on, said, "项目公示"),
    "完工公示": lambda project, on, said, _: _notice(project, on, said, "完工公示"),
    "申报": _submit,
    "报送备案": lambda project, on, said, _: _filing(project, on, said, ""),
    "登记备案": lambda project, on, said, _: _filing(project, on, said, "已备案"),
    "备案退补": lambda project, on, said, _: _filing(project, on, said, "退补"),
    "确定实施主体": lambda project, on, said, _: project["appointed"].append({"on": on, "kind": said["kind"].label}),
    "登记社会参与": _gift,
    "拨付": _pay,
    "决算": _settle,
    "登记测评": lambda project, on, said, _: project["surveyed"].append((said["group"].label, said["excellent"])),
    "测评结果公示": lambda project, on, said, _: _notice(project, on, said, "测评结果公示"),
    "申请变更": _alter,
    "批复变更": _decide,
    "登记退款": lambda project, on, said, _: project["refunds"].append(
        {"on": on, "amount": int(said["amount"]), "source": said["source"].label}
    ),
    "登记例外批准": lambda project, on, said, _: project["waived"].append({"on": on, "rule": said["rule"]}),
}
