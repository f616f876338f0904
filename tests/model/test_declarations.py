"""What is declared once must be known everywhere: in the schema, the workbook, the forms."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import sqlite3
from datetime import date
from decimal import Decimal

import pytest

from haicang_desk.model.casefile import CHILDREN, in_order
from haicang_desk.model.records import KINDS, Labelled, Link, Project, Prose, Stage, enums, show_value
from haicang_desk.model.records.fields import Enum
from haicang_desk.model.services import Workspace
from haicang_desk.model.spreadsheet.cell_values import CELL_TYPES
from haicang_desk.model.store import TABLES, new_id
from haicang_desk.model.store.mapping import FROM_CELL, TO_CELL, to_record, to_row
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import STEPS, steps_from

REALMS = {"store, out": TO_CELL, "store, in": FROM_CELL, "workbook": CELL_TYPES}


@pytest.mark.parametrize("realm", REALMS)
def test_every_kind_is_known_in_every_realm(realm):
    assert set(REALMS[realm]) == set(KINDS)


@pytest.mark.skipif(importlib.util.find_spec("PySide6") is None, reason="no Qt here")
def test_every_kind_has_an_editor():
    from haicang_desk.ui.widgets.editors import EDITORS

    assert set(EDITORS) == set(KINDS)


@pytest.mark.parametrize("cls", TABLES.values(), ids=lambda cls: cls.table)
def test_the_schema_is_what_the_records_declare(ws: Workspace, cls):
    stored = {
        name: (kind, bool(notnull)) for _, name, kind, notnull, *_ in ws.conn.execute(f"PRAGMA table_info({cls.table})")
    }
    assert {name: kind for name, (kind, _) in stored.items()} == {
        "id": "TEXT",
        "void": "INTEGER",
        **{name: KINDS[said.kind] for name, said in cls.fields.items()},
    }
    for name, said in cls.fields.items():
        if said.optional:
            assert not stored[name][1], f"{name} may be None"


@pytest.mark.parametrize("cls", TABLES.values(), ids=lambda cls: cls.table)
def test_every_link_is_a_foreign_key(ws, cls):
    keys = {row[3]: row[2] for row in ws.conn.execute(f"PRAGMA foreign_key_list({cls.table})")}
    assert keys == {name: said.refers for name, said in cls.fields.items() if said.kind is Link}


@pytest.mark.parametrize("cls", TABLES.values(), ids=lambda cls: cls.table)
def test_tables_that_hang_on_projects_are_found_by_project(ws, cls):
    if "project" in cls.fields:
        plan = ws.conn.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {cls.table} WHERE project = 'x'").fetchall()
        assert "USING INDEX" in plan[0][3], plan


@pytest.mark.parametrize("cls", TABLES.values(), ids=lambda cls: cls.table)
def test_a_record_is_well_declared(cls):
    assert re.fullmatch(r"[a-z_]+", cls.table)
    labels = [said.label for said in cls.fields.values()]
    assert len(set(labels)) == len(labels), "two fields of one name in a sheet"
    assert set(cls.key) <= set(cls.fields)
    for name, said in cls.fields.items():
        assert said.kind in KINDS
        assert not said.refers or said.refers in TABLES, name
        assert not said.needed_to or said.needed_to in STEPS, name
        default = getattr(cls(), name)
        assert default is not None or said.optional, f"{name} has no value of its kind when left out"
    assert cls().id == "" and not cls().void


def test_labels_of_records_and_tables_are_distinct():
    assert len({cls.label for cls in TABLES.values()}) == len(TABLES)


FILLED = {
    str: "戙𬭎 'x' \"y\" %s",
    Prose: "一\n二",
    Money: Money(12_345),
    date: date(2024, 2, 29),
    int: 7,
    bool: True,
    Decimal: Decimal("1.50"),
    Link: Link("0190"),
}


@pytest.mark.parametrize("cls", TABLES.values(), ids=lambda cls: cls.table)
def test_a_record_comes_back_from_its_row_the_same(cls):
    values = {
        name: list(said.type)[-1] if said.kind is Enum else FILLED[said.kind] for name, said in cls.fields.items()
    }
    for record in (cls(id="x", **values), cls(id="x"), cls(id="x", void=True)):
        row = to_row(record)
        assert all(value is None or type(value) in (str, int) or isinstance(value, int) for value in row.values())
        again = to_record(cls, [row[name] for name in cls.columns])
        assert again == record
        assert [type(getattr(again, n)) for n in cls.fields] == [type(getattr(record, n)) for n in cls.fields]


def test_a_row_of_sqlite_is_the_same_record(ws, village):
    held = ws.all(type(village))[0]
    assert held == village and type(held.quota) is type(village.quota)


@pytest.mark.parametrize(
    "choice",
    [c for c in vars(enums).values() if isinstance(c, type) and issubclass(c, Labelled) and c is not Labelled],
)
def test_choices_are_distinct_in_code_and_label(choice):
    assert len({m.code for m in choice}) == len({m.label for m in choice}) == len(choice)
    assert all(m.code.isascii() and m.code.islower() and show_value(m) == m.label for m in choice)


def test_every_stage_is_reached_and_left():
    for stage in Stage:
        closed = stage in (Stage.CLOSED, Stage.TERMINATED, Stage.REJECTED)
        assert closed or any(step.changes_stage for step in steps_from(stage)), stage


def test_steps_ask_for_fields_that_their_record_has():
    for step in STEPS.values():
        assert {*step.fields, *step.preset, *filter(None, [step.date_field])} <= set(step.record.fields), step.name
        needed = [s.name for s in step.record.fields.values() if s.required and step.record is not Project]
        given = {*step.fields, *step.preset, step.date_field, "project", "village", "fund_year", "sent_on"}
        assert set(needed) <= given, step.name


def test_children_are_put_in_order_of_date_then_entry():
    for cls in CHILDREN.values():
        dated = [name for name, said in cls.fields.items() if said.kind is date]
        if dated:
            late, early = (
                cls(id=i, **{dated[0]: day}) for i, day in (("a", date(2026, 2, 1)), ("b", date(2026, 1, 1)))
            )
            new = cls(**{dated[0]: date(2026, 2, 1)})
            assert in_order((new, late, early)) == (early, late, new)


def test_records_are_frozen(village):
    with pytest.raises(dataclasses.FrozenInstanceError):
        village.name = "改"


def test_ids_are_uuid7_and_sort_as_they_were_made():
    made = [new_id() for _ in range(5000)]
    assert made == sorted(made) and len(set(made)) == len(made)
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", each) for each in made
    )


def test_ids_go_on_sorting_when_the_clock_goes_back(monkeypatch):
    first = new_id()
    monkeypatch.setattr("time.time_ns", lambda: 0)
    assert new_id() > first


def test_sqlite_is_the_one_of_the_standard_library():
    assert sqlite3.sqlite_version_info >= (3, 37), "STRICT tables"
