"""Projects for the tests of batches: filed, approved or lodged, with everything done that must come before."""

from __future__ import annotations

from datetime import date
from typing import Any

from haicang_desk.model.records import (
    Approval,
    Category,
    Consulted,
    Deliberation,
    Filing,
    FilingResult,
    Link,
    Notice,
    NoticeKind,
    Opinion,
    Project,
    Prose,
    StreetQuota,
    Suggestion,
    Village,
    VillageKind,
)
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.values import Money

ON = date(2018, 9, 3)


def wan(amount: float) -> Money:
    """An amount given in 万元."""
    return Money(round(amount * 1_000_000))


def set_quota(ws: Workspace, amount: Money) -> None:
    """Set the street's quota of 2018."""
    (quota,) = ws.all(StreetQuota, fund_year=2018)
    save(ws, [type(quota)(id=quota.id, fund_year=2018, quota=amount)], action="额度", person="陈")


def second_village(ws: Workspace) -> Village:
    """Another village than the one every test has."""
    made = Village(name="祥露村", code="XLC", kind=VillageKind.VILLAGE, payee="祥露村村民委员会", has_elders=True)
    (village,) = save(ws, [made], action="登记村居", person="陈")
    return village


def drafts(ws: Workspace, *specials: float, village: Village | None = None, **unlike: Any) -> list[Project]:
    """Service drafts of these sums in 万元, ready to be filed."""
    home = Link((village or ws.all(Village)[0]).id)
    start = len(ws.all(Project))
    made = [
        Project(
            **{
                "code": f"P-{start + number:03d}",
                "title": f"讲堂{start + number:03d}",
                "fund_year": 2018,
                "village": home,
                "category": Category.SERVICE,
                "place": "霞阳社区",
                "need": Prose("居民反映，议事会通过"),
                "works": Prose("开讲座 12 场"),
                "special": wan(special),
                "others_duty": False,
                "duplicates_public": False,
                **unlike,
            }
        )
        for number, special in enumerate(specials)
    ]
    projects = save(ws, made, action="登记", person="陈")
    before: list[Any] = []
    for project in projects:
        own: dict[str, Any] = {"project": Link(project.id)}
        before += [
            Suggestion(told_on=date(2018, 7, 2), village=home, text=Prose("想听讲座"), **own),
            Deliberation(held_on=date(2018, 7, 9), village=home, meeting="协商会", present=9, **own),
            Notice(
                kind=NoticeKind.PROJECT,
                village=home,
                fund_year=2018,
                posted_on=date(2018, 8, 1),
                ends_on=date(2018, 8, 8),
                place="公告栏",
                shown_total=project.special,
                shown_place=project.place,
                shown_works=project.works,
                **own,
            ),
        ]
        before += [
            Opinion(consulted=group, sought_on=date(2018, 8, 2), people=9, agreed=9, **own) for group in Consulted
        ]
    save(ws, before, action="前期", person="陈")
    return projects


def filed(ws: Workspace, *specials: float, **unlike: Any) -> list[Project]:
    """Service projects of these sums in 万元, filed with the street."""
    return drafts(ws, *specials, submitted_on=date(2018, 8, 20), **unlike)


def approved(ws: Workspace, *specials: float, **unlike: Any) -> list[Project]:
    """The same, approved."""
    projects = filed(ws, *specials, **unlike)
    agreed = [
        Approval(
            project=Link(p.id), decided_on=date(2018, 8, 24), special=p.special, total=p.special, opinion=Prose("同意")
        )
        for p in projects
    ]
    save(ws, agreed, action="批准", person="林")
    return projects


def lodged(ws: Workspace, *specials: float, **unlike: Any) -> list[Project]:
    """The same, filed with the district."""
    projects = approved(ws, *specials, **unlike)
    answered = [
        Filing(
            project=Link(p.id),
            sent_on=date(2018, 8, 25),
            lodged_on=date(2018, 8, 27),
            number=f"备{number}",
            result=FilingResult.LODGED,
        )
        for number, p in enumerate(projects)
    ]
    save(ws, answered, action="备案", person="区")
    return projects
