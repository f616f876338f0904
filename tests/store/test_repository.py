"""What a village said of no one project is on the casefile of each of its projects, read one or many at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from haicang_desk.model.casefile import CHILDREN, in_order
from haicang_desk.model.records import (
    Consulted,
    Deliberation,
    Link,
    Notice,
    NoticeKind,
    Opinion,
    Prose,
    Suggestion,
    Village,
)
from haicang_desk.model.store import casefiles
from haicang_desk.model.store.repository import FEW


def test_records_of_a_village_are_part_of_each_of_its_casefiles(ws, kept, village):
    with ws.change("登记", actor="陈") as change:
        other = change.save(Village(name="东屿村"))
        for home in (village, other):
            at = Link(home.id)
            change.save(Suggestion(told_on=date(2018, 7, 1), village=at, text=Prose("太暗")))
            change.save(Deliberation(held_on=date(2018, 7, 20), village=at, meeting=home.name))
            for year in (None, 2018, 2019):
                change.save(Notice(kind=NoticeKind.PROJECT, village=at, fund_year=year, posted_on=date(2018, 8, 1)))
    first = kept()
    others = [kept(code="", title=f"项目{n}") for n in range(FEW + 1)]
    alone = ws.casefile(first.id)
    assert [d.meeting for d in alone.deliberations] == ["霞阳社区"]
    assert (len(alone.suggestions), [n.fund_year for n in alone.notices]) == (1, [None, 2018])
    together = {case.project.id: case for case in ws.casefiles(2018)}
    assert len(together) == len(others) + 1
    assert together[first.id] == alone
    assert {len(case.notices) for case in together.values()} == {2}


def test_records_of_a_project_are_part_of_its_casefile_only(ws, kept, village):
    first, second = kept(), kept(code="", title="排水沟整修")
    with ws.change("登记", actor="陈") as change:
        change.save(
            Suggestion(told_on=date(2018, 7, 1), village=Link(village.id), text=Prose("太暗"), project=Link(first.id))
        )
    assert len(ws.casefile(first.id).suggestions) == 1
    assert ws.casefile(second.id).suggestions == ()
    with ws.change("作废", actor="陈") as change:
        change.save(replace(ws.all(Suggestion)[0], void=True))
    assert ws.casefile(first.id).suggestions == ()


def test_a_casefile_is_the_same_read_alone_or_in_a_batch(ws, kept):
    """Read by a range of ids (12 projects side by side) or by single ids (the first and last with many between)."""
    projects = [kept(code="", title=f"项目{n}") for n in range(2 * FEW)]
    with ws.change("登记", actor="陈") as change:
        for project in projects:
            for day, group in zip((9, 1, 5, 1, None), Consulted, strict=True):
                on = date(2018, 7, day) if day else None
                change.save(Opinion(project=Link(project.id), consulted=group, sought_on=on))
    ids = [project.id for project in projects]
    together = list(casefiles(ws.conn, ids))
    assert [case.project.id for case in together] == ids
    assert together == [ws.casefile(project_id) for project_id in ids]
    assert list(casefiles(ws.conn, [ids[-1], ids[0]])) == [together[-1], together[0]]
    assert list(casefiles(ws.conn, [])) == list(casefiles(ws.conn, ["没有"])) == []
    for case in together:
        assert all(getattr(case, name) == in_order(getattr(case, name)) for name in CHILDREN)
        assert [o.sought_on.day if o.sought_on else 0 for o in case.opinions] == [0, 1, 1, 5, 9]
