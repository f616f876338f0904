"""Ledgers to measure on: projects with the records that a project has once it is filed with the district."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

from haicang_desk.model.records import (
    Appointment,
    Approval,
    Category,
    Consulted,
    Content,
    Deliberation,
    Filing,
    FilingResult,
    Link,
    Notice,
    Opinion,
    Progress,
    Project,
    Prose,
    Settlement,
    Suggestion,
    Village,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import Change
from haicang_desk.model.values import Money

YEAR = 2018
TODAY = date(2018, 9, 3)
FOLDER = Path(__file__).parent.parent / "build/bench"
VILLAGES = 80


def ledger(projects: int, *, bare: bool = False) -> Path:
    """The path of a store of so many projects, made once. ``bare``: projects alone, else with eleven records each."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{projects}{'-bare' if bare else ''}.db"
    if path.exists():
        return path
    made = Workspace.create(path, street="新阳街道", year=YEAR, now=lambda: datetime(2018, 9, 3))
    with made as ws, ws.change("铺底", actor="测速") as change:
        villages = [change.save(Village(name=f"第{n}社区", payee=f"第{n}社区居委会")) for n in range(VILLAGES)]
        for number in range(projects):
            _put(change, villages[number % VILLAGES], number, bare)
    return path


def _put(change: Change, village: Village, number: int, bare: bool) -> None:
    category = tuple(Category)[number % 3]
    works = category is not Category.SERVICE
    project = change.save(
        Project(
            code=f"XYJD-{number % VILLAGES:02d}-{YEAR}-{number:06d}",
            fund_year=YEAR,
            village=Link(village.id),
            title=f"楼道照明更换项目{number}号",
            category=category,
            content=Content.SAFETY,
            place=f"{village.name}第{number}栋",
            need=Prose("居民反映楼道照明不足，经协商列入。"),
            works=Prose("更换楼道声控灯，检修线路。"),
            special=Money(6_000_000 + number % 1000 * 100),
            donated_cash=Money(5_000_000 if works else 0),
            others_duty=False,
            duplicates_public=False,
            submitted_on=None if bare else date(2018, 8, 9),
        )
    )
    if bare:
        return
    link, own = Link(project.id), Link(village.id)
    change.save(Suggestion(project=link, village=own, told_on=date(2018, 7, 20), text=Prose("楼道太暗")))
    change.save(Deliberation(project=link, held_on=date(2018, 7, 25), meeting="居民议事会", present=14, agreed=14))
    change.save(Notice(project=link, posted_on=date(2018, 8, 1), ends_on=date(2018, 8, 8), place="公告栏"))
    for group in Consulted:
        change.save(Opinion(project=link, consulted=group, sought_on=date(2018, 7, 28), people=5, agreed=5))
    change.save(Approval(project=link, decided_on=date(2018, 8, 20), approver="林", opinion=Prose("同意，已综合平衡")))
    change.save(
        Filing(
            project=link,
            sent_on=date(2018, 8, 21),
            lodged_on=date(2018, 8, 23),
            number=f"备{number}",
            result=FilingResult.LODGED,
        )
    )


def finished(projects: int) -> Path:
    """A copy of that store in which every project is completed and settled, so that it has a completion notice."""
    path = FOLDER / f"{projects}-finished.db"
    if path.exists():
        return path
    shutil.copyfile(ledger(projects), path)
    with Workspace.open(path) as ws, ws.change("铺底", actor="测速") as change:
        for case in ws.casefiles(YEAR):
            link, asked = Link(case.project.id), case.asked
            change.save(
                Appointment(project=link, manner="询价", implementer="邻里社会组织", appointed_on=date(2018, 8, 25))
            )
            change.save(Progress(project=link, happened_on=date(2018, 8, 27), event=ProgressEvent.START))
            change.save(Progress(project=link, happened_on=date(2018, 9, 1), event=ProgressEvent.COMPLETE))
            change.save(
                Settlement(project=link, settled_on=TODAY, special=asked.special, donated_cash=asked.donated_cash)
            )
    return path
