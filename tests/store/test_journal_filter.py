"""The journal by person, kind of record, project, days and words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from haicang_desk.model.records import Holiday, Link, Suggestion
from haicang_desk.model.services import save, void
from haicang_desk.model.store import JournalFilter, actors, count_changes, list_changes, voidings
from tests.conftest import TODAY


@pytest.fixture
def filled(ws, kept, village):
    project = kept()
    moment = iter(datetime(2018, 9, 4) + timedelta(hours=20 * n) for n in range(9))
    ws._now = lambda: next(moment)
    said = Suggestion(told_on=TODAY, village=Link(village.id), project=Link(project.id), text="暗")
    save(ws, [said], action="登记意见", person="林")
    save(ws, [Holiday(day=date(2018, 10, 1))], action="登记节假日", person="林")
    save(ws, [Holiday(day=date(2018, 10, 2))], action="登记节假日", person="陈")
    return project


def found(ws, **wanted):
    rows = list_changes(ws.conn, JournalFilter(**wanted))
    assert count_changes(ws.conn, JournalFilter(**wanted)) == len(rows)
    return [(row.action, row.actor) for row in rows]


def test_each_condition_narrows_the_journal(ws, filled):
    assert found(ws, actor="林") == [("登记节假日", "林"), ("登记意见", "林")]
    assert found(ws, table="holiday") == [("登记节假日", "陈"), ("登记节假日", "林")]
    assert found(ws, project=filled.id) == [("登记意见", "林"), ("新建", "陈")]
    assert found(ws, since=date(2018, 9, 5), until=date(2018, 9, 5)) == [("登记节假日", "陈")]
    assert found(ws, text="节假日 林", table="holiday", until=date(2018, 9, 4)) == [("登记节假日", "林")]
    assert found(ws, actor="郭") == []
    assert actors(ws.conn) == ["陈", "林"]


def test_the_void_records_come_with_the_change_that_voided_them(ws, filled):
    first, second = ws.all(Holiday)
    void(ws, first, reason="错", person="郭")
    void(ws, second, reason="重复", person="林")
    assert [(each.row_id, each.actor) for each in voidings(ws.conn)] == [(second.id, "林"), (first.id, "郭")]
