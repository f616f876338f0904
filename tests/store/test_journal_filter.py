"""The journal by person, kind of record, project, days and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from haicang_desk.model.records import Holiday, Link, Suggestion, Village
from haicang_desk.model.services import save, undo, void
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


def steps(conn, ask):
    """How many tens of steps of SQLite's machine a question takes."""
    taken = []
    conn.set_progress_handler(lambda: taken.append(1), 10)
    ask()
    conn.set_progress_handler(None, 0)
    return len(taken)


def test_a_page_is_found_as_quickly_however_far_down_and_however_large_its_changes(ws):
    """The rows of a change are not counted, nor are the entries before a page gone through."""
    save(ws, [Village(name=f"第{n}村") for n in range(1_500)], action="导入名册", person="陈")
    village = ws.all(Village)[-1]
    for number in range(60):
        village = save(ws, [replace(village, leader=f"林{number}")], action="改", person="陈")[0]
    undo(ws, person="陈")
    whole = list_changes(ws.conn, limit=1_000)
    assert [each.seq for each in whole] == list(range(count_changes(ws.conn), 0, -1))
    assert {each.action: each.rows for each in whole}["导入名册"] == 1_500
    assert [each.undone for each in whole[:3]] == [False, True, False]
    for offset in (0, 7, len(whole) - 3):
        assert list_changes(ws.conn, offset=offset, limit=3) == whole[offset : offset + 3]
    assert list_changes(ws.conn, offset=len(whole), limit=3) == []
    large = next(number for number, each in enumerate(whole) if each.rows == 1_500)
    near, far = (steps(ws.conn, lambda at=at: list_changes(ws.conn, offset=at, limit=3)) for at in (0, large))
    assert far <= near + 5 < 50
