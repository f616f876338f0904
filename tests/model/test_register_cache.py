"""Registers are moved along with small changes: always as if they were summed up anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.records import (
    Approval,
    Category,
    Disbursement,
    Link,
    Project,
    Prose,
    Street,
    StreetQuota,
    Village,
)
from haicang_desk.model.services import undo
from haicang_desk.model.services.workspace import FEW
from haicang_desk.model.values import Money

YEARS = (2018, 2019)


def put(ws, *records):
    with ws.change("改", actor="陈") as change:
        return [change.save(record) for record in records]


def agree(ws) -> None:
    for year in YEARS:
        assert ws.register(year) == ws._compute_register(year)


@pytest.fixture
def warm(ws):
    agree(ws)
    return ws


def test_after_a_draft_its_filing_approval_and_payment(warm, kept):
    project = kept()
    agree(warm)
    (filed,) = put(warm, replace(project, submitted_on=date(2018, 8, 9)))
    agree(warm)
    assert warm.register(2018).street.special == Money(6_000_000)
    put(warm, Approval(project=Link(project.id), decided_on=date(2018, 8, 10), special=Money(5_000_000)))
    agree(warm)
    put(warm, Disbursement(project=Link(project.id), amount=Money(100), payee="村"))
    agree(warm)
    put(warm, replace(filed, category=Category.SERVICE, fund_year=2019))
    agree(warm)
    assert warm.register(2018).street.projects == 0
    put(warm, replace(filed, void=True))
    agree(warm)


def test_sums_are_money_and_counts_are_counts(warm, kept):
    kept(submitted_on=date(2018, 8, 9))
    summed = warm._compute_register(2018)
    for balance in (summed.street, *summed.villages.values()):
        assert {type(balance.total), type(balance.special), type(balance.social)} == {Money}
        assert {type(balance.projects), type(balance.works_projects), type(balance.filed_projects)} == {int}


def test_after_moving_to_another_village_and_after_undoing_it(warm, kept):
    (other,) = put(warm, Village(name="东屿村"))
    project = kept(submitted_on=date(2018, 8, 9))
    put(warm, replace(project, village=Link(other.id)))
    agree(warm)
    assert warm.register(2018).villages[other.id].projects == 1
    undo(warm, person="陈")
    agree(warm)


def test_after_names_and_quotas_change(warm, village):
    put(warm, replace(village, name="霞阳", quota=Money(1)))
    agree(warm)
    assert warm.register(2018).villages[village.id].quota == Money(1)
    (given,) = warm.all(StreetQuota)
    put(warm, replace(given, quota=Money(7)))
    assert warm.register(2018).street.quota == Money(7)


@pytest.mark.parametrize("number", [1, FEW, FEW + 1])
def test_after_many_at_once(warm, kept, village, number):
    base = kept()
    many = [replace(base, id="", code=f"多{n}", title=f"项目{n}", submitted_on=date(2018, 8, 9)) for n in range(number)]
    put(warm, *many)
    agree(warm)
    assert warm.register(2018).street.projects == number


def test_nothing_is_kept_of_a_change_taken_back(warm, kept, village):
    project = kept()
    before = warm.register(2018)

    def fails():
        with warm.change("改", actor="陈") as change:
            change.save(replace(project, submitted_on=date(2018, 8, 9)))
            change.save(Village(name="东屿村"))
            assert len(warm.register(2018).villages) == 2
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert warm.register(2018) == before
    agree(warm)


def test_rows_written_beside_a_change_are_seen(warm, kept):
    kept(submitted_on=date(2018, 8, 9))
    assert warm.register(2018).street.projects == 1
    warm.conn.execute("DELETE FROM register_line")
    assert warm.register(2018).street.projects == 0


def test_a_change_after_rows_written_beside_is_summed_up_anew(warm, kept):
    kept(code="甲", submitted_on=date(2018, 8, 9))
    other = kept(code="乙", title="乙", submitted_on=date(2018, 8, 9))
    assert warm.register(2018).street.projects == 2
    warm.conn.execute("UPDATE register_line SET special = special + 1")
    put(warm, Disbursement(project=Link(other.id), amount=Money(100), payee="村"))
    agree(warm)


def test_a_small_change_is_not_summed_up_anew(warm, kept, monkeypatch):
    project: Project = kept()
    monkeypatch.setattr(warm, "_compute_register", None)
    put(warm, replace(project, need=Prose("更急"), submitted_on=date(2018, 8, 9)))
    assert warm.register(2018).street.projects == 1


def test_a_name_or_a_quota_is_not_summed_up_anew(warm, kept, village, monkeypatch):
    kept(submitted_on=date(2018, 8, 9))
    (given,), (street,) = warm.all(StreetQuota), warm.all(Street)
    with monkeypatch.context() as patched:
        patched.setattr(warm, "_compute_register", None)
        put(warm, replace(given, quota=Money(7)), replace(street, name="海沧"), replace(village, name="霞阳"))
        assert warm.register(2018).street.quota == Money(7)
    agree(warm)
    assert warm.register(2018).villages[village.id].projects == 1


def test_after_a_village_and_its_projects_come_and_go_in_one_change(warm, kept, village):
    project = kept(submitted_on=date(2018, 8, 9))
    with warm.change("并", actor="陈") as change:
        other = change.save(Village(name="东屿村"))
        change.save(replace(project, village=Link(other.id)))
        change.save(replace(village, void=True))
    agree(warm)
    assert warm.register(2018).villages.keys() == {other.id}
    undo(warm, person="陈")
    agree(warm)
