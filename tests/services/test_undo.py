"""Undo and redo: each reverses exactly the other, and decisions can't be undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haicang_desk.model.records import RECORDS, Project, Village
from haicang_desk.model.services import Workspace, entry_to_redo, entry_to_undo, redo, save, take_step, undo
from haicang_desk.model.store import project_totals, verify
from haicang_desk.model.values import Money, NotUndoable
from tests.conftest import NOW, TODAY, copy_of


def shown(ws):
    """All that anybody can see of a store."""
    return {cls.table: ws.all(cls) for cls in RECORDS}, list(project_totals(ws.conn, "fund_year = 2018"))


def test_a_new_project_can_be_undone_and_redone(ws, kept):
    before = shown(ws)
    kept()
    after = shown(ws)
    assert undo(ws, person="陈") == "新建"
    assert shown(ws) == before
    assert redo(ws, person="陈") == "新建"
    assert shown(ws) == after
    assert verify(ws.conn) == ()


def test_an_edit_can_be_undone(ws, kept):
    project = kept()
    save(ws, [replace(project, title="改后", special=Money(1))], action="修改", person="陈")
    undo(ws, person="林")
    assert ws.get(Project, project.id) == project
    said = ws.conn.execute("SELECT action, actor, undoes FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    assert said == ("撤销：修改", "林", 3)


def test_a_decision_is_reversed_by_a_step_not_by_undo(ws, kept):
    project = kept(submitted_on=TODAY)
    take_step(ws, project.id, "send_back", on=TODAY, person="陈", answers={"opinion": "补正"})
    with pytest.raises(NotUndoable, match="退回补正”已生效"):
        undo(ws, person="陈")
    assert entry_to_undo(ws).undoable is False


def test_the_creation_of_a_store_can_not_be_undone(ws):
    with pytest.raises(NotUndoable):
        undo(ws, person="陈")


def test_without_an_undo_there_is_nothing_to_redo(ws, kept):
    kept()
    assert entry_to_redo(ws) is None
    assert redo(ws, person="陈") is None


def test_a_new_change_ends_what_could_be_redone(ws, kept):
    kept()
    undo(ws, person="陈")
    assert entry_to_redo(ws) is not None
    save(ws, [Village(name="祥露村")], action="登记村居", person="陈")
    assert entry_to_redo(ws) is None


def test_undo_goes_back_step_by_step(ws, village):
    for leader in "甲乙丙":
        save(ws, [replace(village, leader=leader)], action=f"改为{leader}", person="陈")
    assert [undo(ws, person="陈") for _ in range(3)] == ["改为丙", "改为乙", "改为甲"]
    assert ws.all(Village) == [village]
    assert [redo(ws, person="陈") for _ in range(4)] == ["改为甲", "改为乙", "改为丙", None]
    assert ws.all(Village)[0].leader == "丙"
    assert undo(ws, person="陈") == "改为丙"


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(("add", "edit", "void", "undo", "redo")), st.integers(0, 5), st.text(max_size=4).map(str.strip)
    ),
    max_size=14,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OPERATIONS)
def test_undo_and_redo_restore_the_rows_before_and_after_every_change(template, operations):
    """The model is a stack of snapshots; the store must always equal its top."""
    with Workspace(copy_of(template), now=lambda: NOW) as ws:
        past, future = [shown(ws)], []
        for verb, number, text in operations:
            if verb == "undo":
                if len(past) == 1:
                    continue
                undo(ws, person="陈")
                future.append(past.pop())
            elif verb == "redo":
                assert (redo(ws, person="陈") is None) == (not future)
                if future:
                    past.append(future.pop())
            elif change(ws, verb, number, text):
                past.append(shown(ws))
                future.clear()
            assert shown(ws) == past[-1]
        assert verify(ws.conn) == ()


def change(ws, verb, number, text):
    """Make one change by typing; returns False where it changed nothing."""
    (last,) = ws.conn.execute("SELECT max(seq) FROM journal").fetchone()
    villages = ws.all(Village)
    if verb == "add":
        if any(village.name == f"村{number}" for village in villages):
            return False
        save(ws, [Village(name=f"村{number}", leader=text)], action="登记", person="陈")
    else:
        if not villages:
            return False
        chosen = villages[number % len(villages)]
        edited = replace(chosen, void=True) if verb == "void" else replace(chosen, contact=text)
        save(ws, [edited], action=verb, person="陈")
    return ws.conn.execute("SELECT max(seq) FROM journal").fetchone() != (last,)


def test_a_row_saved_twice_in_one_change_is_restored_to_its_first_state(ws, village):
    with ws.change("改两次", actor="陈") as change:
        change.save(replace(village, leader="甲"))
        change.save(replace(village, leader="乙"))
    undo(ws, person="陈")
    assert ws.all(Village) == [village]
    redo(ws, person="陈")
    assert ws.all(Village)[0].leader == "乙"


def test_a_change_whose_rows_were_changed_since_can_not_be_undone(ws, village):
    save(ws, [replace(village, leader="甲")], action="修改村居", person="陈")
    ws.conn.execute("UPDATE village SET leader = '别人改的'")
    with pytest.raises(NotUndoable, match="以它为依据"):
        undo(ws, person="陈")
    assert ws.all(Village)[0].leader == "别人改的"
