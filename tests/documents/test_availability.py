"""What could be printed now, for a whole year at once: the same as printing would say of each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.documents import (
    DOCUMENTS,
    Issuer,
    OriginalsReader,
    availability,
    availability_of,
    availability_of_projects,
    prepare,
    print_to,
)
from haicang_desk.model.records import Link, Project, Publicity, Village
from haicang_desk.model.services import asking_beside, save, void
from tests.model.street import DAY, built


@pytest.fixture
def street(tmp_path):
    with built(tmp_path / "台账.db") as ws:
        yield ws


@pytest.mark.parametrize("name", [each.name for each in DOCUMENTS.values() if each.scope == "project"])
def test_it_says_of_each_project_what_printing_would(street, name):
    document = DOCUMENTS[name]
    found = availability_of(street, 2026, DAY)
    for project in street.all(Project):
        (order,) = prepare(
            street, name, project=project.code, year=2026, as_of=DAY, reader=OriginalsReader(street)
        ).orders
        assert found.status(document, project.id).reason == order.unavailable_reason
    ready = [each.id for each in street.all(Project) if not found.status(document, each.id).reason]
    assert sorted(found.ready(document)) == sorted(ready)
    assert found.counts(document).ready == len(ready)


def test_documents_of_villages_and_of_the_street_are_in_it(street):
    found = availability_of(street, 2026, DAY)
    assert set(found.others) == {each.name for each in DOCUMENTS.values() if each.scope != "project"}
    assert found.counts(DOCUMENTS["workflow-chart"]).ready == 1
    assert found.counts(DOCUMENTS["project-list"]).ready == 2


@pytest.mark.parametrize("name", [each.name for each in DOCUMENTS.values() if each.scope == "village"])
def test_it_says_of_each_village_what_printing_would(street, name):
    found = availability_of(street, 2026, DAY)
    for village in street.all(Village):
        (order,) = prepare(street, name, village=village.name, year=2026, as_of=DAY, reader=None).orders
        assert found.status(DOCUMENTS[name], village.id).reason == order.unavailable_reason


def test_where_there_are_very_many_projects_none_holds_them_all_for_the_street(street, monkeypatch):
    monkeypatch.setattr(availability, "MOST_AT_ONCE", 1)
    found = availability_of(street, 2026, DAY)
    assert set(found.others) == {each.name for each in DOCUMENTS.values() if each.scope == "village"}
    assert found.status(DOCUMENTS["project-list"], "") is None


def test_what_was_issued_and_has_changed_since_is_counted_and_an_update_sees_it(street, tmp_path):
    form = DOCUMENTS["application-form"]
    _, lessons, draft = street.all(Project)
    before = availability_of(street, 2026, DAY)
    print_to(street, form.name, tmp_path / "出", project=lessons.code, as_of=DAY, hand=Issuer(person="陈"))
    found = availability_of(street, 2026, DAY)
    assert (found.counts(form).issued, found.counts(form).changed) == (1, 0)
    shown = Publicity(project=Link(lessons.id), published_on=DAY, title="开课")  # the form says nothing of it
    save(street, [shown], action="登记", person="陈")
    save(street, [replace(draft, title="公园座椅")], action="改", person="陈")
    assert availability_of(street, 2026, DAY).counts(form).changed == 0
    save(street, [replace(lessons, principal="林")], action="改", person="陈")
    again = availability_of(street, 2026, DAY)
    assert again.status(form, lessons.id).changed
    before.take_over(availability_of_projects(street, 2026, [lessons.id], DAY), [lessons.id])
    assert before.status(form, lessons.id) == again.status(form, lessons.id)
    void(street, street.get(Project, draft.id), reason="重复", person="陈")
    before.take_over(availability_of_projects(street, 2026, [draft.id], DAY), [draft.id])
    assert before.status(form, draft.id) is None


def test_it_is_read_beside_a_store_that_goes_on_being_written(street):
    ask = asking_beside(street, lambda ws: availability_of(ws, 2026, DAY))
    assert ask()[1].counts(DOCUMENTS["application-form"]).ready == 3
    void(street, street.all(Project)[2], reason="重复", person="陈")
    assert ask()[1].counts(DOCUMENTS["application-form"]).ready == 2


def test_it_stops_where_it_is_cancelled(street):
    assert availability_of(street, 2026, DAY, cancelled=lambda: True) is None
