"""A small street for the tests of the store: a few projects walked through by the model's own actions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from haicang_desk.model.records import Category, Consulted, Link, Project, Prose, Village, VillageKind
from haicang_desk.model.services import Workspace, save, take_step
from haicang_desk.model.values import Money

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 30)


def built(path: Path) -> Workspace:
    """A store with two villages and three projects: one at work, one filed, one draft. Still open."""
    ws = Workspace.create(path, street="新阳街道", year=2026, actor="陈", now=lambda: NOW)
    villages = save(
        ws,
        [
            Village(name="霞阳社区", kind=VillageKind.COMMUNITY, quota=Money(80_000_000), payee="霞阳社区居民委员会"),
            Village(name="祥露村", kind=VillageKind.VILLAGE, has_elders=True, leader="林𬭎"),
        ],
        action="登记村居",
        person="陈",
    )
    lamps, lessons, _ = save(ws, [_draft(Link(villages[n % 2].id), n) for n in range(3)], action="登记", person="陈")
    for project in (lamps, lessons):
        seek(ws, project.id)
        take_step(ws, project.id, "submit", on=DAY + timedelta(30), person="陈", answers={})
    approve = {"approver": "林", "number": "新阳街审〔2026〕1号", "opinion": Prose("同意")}
    take_step(ws, lamps.id, "approve", on=DAY + timedelta(40), person="林", answers=approve)
    take_step(ws, lamps.id, "send", on=DAY + timedelta(41), person="陈", answers={})
    take_step(ws, lamps.id, "lodge", on=DAY + timedelta(42), person="陈", answers={"number": "海备1"})
    return ws


def _draft(village: Link, number: int) -> Project:
    return Project(
        fund_year=2026,
        village=village,
        title=("楼道照明更换", "长者智能手机课堂", "戙船澳小公园")[number],
        category=(Category.WORKS, Category.SERVICE, Category.GOODS)[number],
        place="霞阳社区",
        need=Prose("居民反映，议事会通过\n第二行"),
        works=Prose("更换楼道灯 120 盏"),
        special=Money(6_000_000),
        donated_cash=Money(4_000_000) if number != 1 else Money(),
        others_duty=False,
        duplicates_public=False,
        beneficiaries=1200,
        principal="郭𫖯",
    )


def seek(ws: Workspace, project_id: str) -> None:
    """Everything that must stand before a project is filed: call, meeting, five groups, a notice that has ended."""
    said = {"text": Prose("楼道太暗"), "supporters": 12}
    take_step(ws, project_id, "suggest", on=DAY, person="陈", answers=said)
    meeting = {"meeting": "居民议事会", "expected": 16, "present": 14, "agreed": 14}
    take_step(ws, project_id, "deliberate", on=DAY + timedelta(3), person="陈", answers=meeting)
    for group in Consulted:
        answers = {"consulted": group, "manner": "会议", "people": 5, "agreed": 5}
        take_step(ws, project_id, "consult", on=DAY + timedelta(4), person="陈", answers=answers)
    take_step(ws, project_id, "post", on=DAY + timedelta(5), person="陈", answers={})
