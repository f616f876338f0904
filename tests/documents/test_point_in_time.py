"""The store read as a journal entry left it, whatever was done since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.documents import print_to
from haicang_desk.model.records import (
    Attachment,
    Dossier,
    Holiday,
    Link,
    Notice,
    Opinion,
    Phase,
    Project,
    Prose,
    StreetQuota,
    Suggestion,
    Village,
)
from haicang_desk.model.services import Workspace, issues_of, redo, undo
from haicang_desk.model.store import casefile_before, last_entry, rows_changed_since, without_changes
from haicang_desk.model.values import Money
from tests.documents.asking import AS_OF, CARE, GYM, LAMPS, SCHOOL, case_of


def put(ws, *records):
    with ws.change("修改", actor="陈") as change:
        return [change.save(record) for record in records]


def everything(ws: Workspace):
    """All that documents are made of, by the queries that they use."""
    villages = ws.all(Village)
    return (
        [*ws.casefiles(2018), *ws.casefiles(2019)],
        [(village, list(ws.casefiles(2018, village=village.id))) for village in villages],
        [ws.all(cls) for cls in (Suggestion, Notice, StreetQuota, Holiday)],
        ws.street,
        {village: (sums.name, sums.quota) for village, sums in ws.register(2018).villages.items()},
    )


def change_much(ws: Workspace):
    """Everything that can happen to records: added, altered, moved, voided, taken back, brought back, codes swapped."""
    lamps, school, gym = (case_of(ws, code) for code in (LAMPS, SCHOOL, GYM))
    elsewhere = next(village for village in ws.all(Village) if village.id != lamps.village.id)
    own = lamps.suggestions[0]
    put(ws, replace(lamps.project, works=Prose("换灯 130 盏"), beneficiaries=None))
    put(ws, Opinion(project=Link(lamps.project.id), consulted=lamps.opinions[0].consulted))
    put(ws, replace(own, project=Link(school.project.id)))
    put(ws, replace(own, project=Link(""), village=Link(elsewhere.id)))
    put(ws, Suggestion(village=Link(lamps.village.id), told_on=AS_OF, person="林"))
    put(ws, replace(lamps.notices[0], void=True), replace(lamps.opinions[0], void=True))
    put(ws, replace(gym.project, village=Link(elsewhere.id), fund_year=2019))
    put(ws, replace(lamps.project, code="X"))
    put(ws, replace(school.project, code=LAMPS), replace(case_of(ws, CARE).project, void=True))
    put(ws, replace(ws.street, phone="1"))
    undo(ws, person="陈")
    put(ws, replace(lamps.village, name="霞阳新村", quota=Money(1)))
    undo(ws, person="陈")
    redo(ws, person="陈")
    put(ws, Village(name="新村"), Holiday(day=AS_OF, name="节"), replace(ws.all(StreetQuota)[0], quota=Money(5)))
    put(ws, Project(village=Link(elsewhere.id), fund_year=2018, title="新项目", code="N"))


def test_the_store_reads_as_it_was_and_nothing_is_written(year):
    put(year, Suggestion(village=Link(case_of(year, LAMPS).village.id), told_on=date(2018, 3, 1), person="王"))
    before, entry = everything(year), last_entry(year.conn)
    change_much(year)
    now, written = everything(year), year.conn.total_changes
    assert now != before
    with without_changes(year.conn, rows_changed_since(year.conn, entry)):
        assert everything(year) == before
    assert everything(year) == now
    assert year.conn.total_changes == written and not year.conn.in_transaction


@pytest.mark.parametrize("code", [LAMPS, SCHOOL, GYM])
def test_one_project_reads_as_it_was(year, code):
    """Whatever moved away from it, or was its village's, is found without asking for the whole store."""
    put(year, Suggestion(village=Link(case_of(year, LAMPS).village.id), told_on=date(2018, 3, 1), person="王"))
    wide = next(said for said in case_of(year, LAMPS).suggestions if said.person == "王")
    project, before, entry = year.project(code).id, case_of(year, code), last_entry(year.conn)
    put(year, replace(wide, project=Link(case_of(year, SCHOOL).project.id)))
    change_much(year)
    rows = rows_changed_since(year.conn, entry, project=project)
    with without_changes(year.conn, rows):
        assert year.casefile(project) == before
    assert casefile_before(year.conn, year.casefile(project), rows) == before


def test_a_village_reads_as_it_was(year):
    village, entry = case_of(year, LAMPS).village, last_entry(year.conn)
    before = list(year.casefiles(2018, village=village.id))
    change_much(year)
    assert list(year.casefiles(2018, village=village.id)) != before
    with without_changes(year.conn, rows_changed_since(year.conn, entry, village=village.id)):
        assert list(year.casefiles(2018, village=village.id)) == before


def test_what_others_did_and_what_was_printed_is_no_change_of_a_project(year, tmp_path):
    lamps, entry = case_of(year, LAMPS), last_entry(year.conn)
    other = next(village for village in year.all(Village) if village.id != lamps.village.id)
    put(year, replace(year.project(SCHOOL), works=Prose("翻新")), Holiday(day=AS_OF, name="节"))
    put(year, Suggestion(village=Link(other.id), told_on=AS_OF), Notice(village=Link(other.id)))
    print_to(year, "approval-form", tmp_path, project=LAMPS, as_of=AS_OF)
    put(year, Dossier(project=Link(lamps.project.id), number="0123-WS·2018-Y-MW-0001", serial=1))
    assert issues_of(year) and rows_changed_since(year.conn, entry, project=lamps.project.id) == []
    put(year, Attachment(project=Link(lamps.project.id), phase=Phase.CALLING, name="a.pdf"))
    (row,) = rows_changed_since(year.conn, entry, project=lamps.project.id)
    assert (row.table, row.before) == ("attachment", None)
