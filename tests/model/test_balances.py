"""Sums kept beside the records are the sums of the records, whatever was done and in whatever order."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haicang_desk.model.balances import METRICS, Balance, ProjectTotals
from haicang_desk.model.records import (
    Appointment,
    Approval,
    Category,
    Conclusion,
    Disbursement,
    ImplementerKind,
    Link,
    PaidFrom,
    Participation,
    Progress,
    Project,
    Refund,
    Settlement,
    Stage,
    StreetQuota,
    Village,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import project_totals, verify
from haicang_desk.model.values import Money
from tests.conftest import NOW, SOUND

YEARS = (2018, 2019)


def plain(cases, name, quota):
    """The figures of contract §5 reckoned from the records with nothing but plain sums (有效口径, rules §0)."""
    out = (Stage.DRAFT, Stage.SENT_BACK, Stage.WITHDRAWN, Stage.REJECTED)
    counted = [c for c in cases if c.stage not in out and not (c.stage is Stage.TERMINATED and not c.disbursements)]
    service = [c for c in counted if c.project.category is Category.SERVICE]
    share = {cat: sum(c.project.category is cat for c in counted) for cat in Category}
    special = sum(held(c) for c in counted)
    approved = sum(c.approved.special + c.approved.matching for c in counted if c.approved)
    unpaid = 0
    for c in counted:
        payable = c.approved or c.settlements or c.stage is Stage.TERMINATED
        unpaid += max(held(c) - sum(net(c).values()), 0) if payable else 0
    return {
        "name": name,
        "projects": len(counted),
        "service_projects": share[Category.SERVICE],
        "goods_projects": share[Category.GOODS],
        "works_projects": share[Category.WORKS],
        "service_count_share": f"{len(service)}/{len(counted)}",
        "total_fen": sum(total(c) for c in counted),
        "special_fen": special,
        "social_fen": sum(social(c) for c in counted),
        "service_total_fen": sum(total(c) for c in service),
        "service_special_fen": sum(held(c) for c in service),
        "approved_special_fen": approved,
        "disbursed_fen": sum(sum(net(c).values()) for c in cases),  # whatever became of the project
        "undisbursed_fen": unpaid,
        "social_projects": sum(c.takes_part for c in counted),
        "quota_fen": quota,
        "remaining_fen": None if quota is None else quota - special,
    }


def plain_others(cases):
    """The sums that contract §5 does not list, by the name of the field, reckoned with nothing but plain sums."""
    filed = [c for c in cases if c.project.submitted_on is not None]
    filed_service = [c for c in filed if c.project.category is Category.SERVICE]
    out = (Stage.DRAFT, Stage.SENT_BACK, Stage.WITHDRAWN, Stage.REJECTED)
    counted = [c for c in cases if c.stage not in out and not (c.stage is Stage.TERMINATED and not c.disbursements)]
    others = [c for c in counted if c.project.category is not Category.SERVICE]
    return {
        "filed_projects": len(filed),
        "filed_service_projects": len(filed_service),
        "filed_total": sum(total(c) for c in filed),
        "filed_service_total": sum(total(c) for c in filed_service),
        "committed": sum(held(c) for c in counted if c.stage is not Stage.SUBMITTED),
        "works_goods_total": sum(total(c) for c in others),
        "works_goods_fiscal": sum(total(c) - social(c) for c in others),
        "works_goods_self_raised": sum(
            0 if c.stage is Stage.TERMINATED else (c.settled or c.approved or c.asked).self_raised for c in others
        ),
    }


def test_every_metric_is_reckoned_with_plain_sums_here():
    in_json = {key.removesuffix("_fen") for key in Balance(name="").as_json()}
    assert set(METRICS) <= in_json | set(plain_others([]))


def net(case):
    """Payments less returns by source."""
    sums = dict.fromkeys(PaidFrom, 0)
    for payment in case.disbursements:
        sums[payment.source] += payment.amount
    for refund in case.refunds:
        sums[refund.source] -= refund.amount
    return sums


def held(case):
    """G1+G2 that counts against a quota: what a stop left paid, what was settled, approved or asked, in this order."""
    if case.stage is Stage.TERMINATED:
        return sum(max(amount, 0) for amount in net(case).values())
    if case.settlements:
        return case.settlements[-1].special + case.settlements[-1].matching
    special, matching = case.project.special, case.project.matching
    if case.approvals and case.approvals[-1].conclusion is Conclusion.AGREE:
        decided = case.approvals[-1]
        special = special if decided.special is None else decided.special
        matching = matching if decided.matching is None else decided.matching
    return special + matching


def social(case):
    if case.stage is Stage.TERMINATED:  # cash that came, and goods; without 款物 a filled-in 到账 says that it is cash
        return sum(p.amount for p in case.participations if p.received is not False)
    funding = case.settled or case.approved or case.asked
    return funding.donated_cash + funding.donated_goods + funding.labour + funding.self_raised


def total(case):
    if case.stage is Stage.TERMINATED:
        return social(case) + held(case) + (case.settlements[-1].other_fiscal if case.settlements else 0)
    funding = case.settled or case.approved or case.asked
    return social(case) + funding.special + funding.matching + funding.other_fiscal


money = st.integers(0, 10**7).map(Money)
day = st.integers(0, 300).map(lambda n: date(2018, 3, 1) + timedelta(n))
project = st.fixed_dictionaries(
    {
        "fund_year": st.sampled_from(YEARS),
        "category": st.sampled_from(Category),
        "special": money,
        "matching": money,
        "other_fiscal": money,
        "donated_cash": money,
        "labour": money,
        "self_raised": money,
        "submitted_on": st.none() | day,
    }
)
child = st.one_of(
    st.builds(
        Approval,
        conclusion=st.sampled_from(Conclusion),
        decided_on=day,
        special=st.none() | money,
        matching=st.none() | money,
        answered_on=st.none() | day,
    ),
    st.builds(Disbursement, paid_on=day, amount=money, source=st.sampled_from(PaidFrom)),
    st.builds(Refund, returned_on=day, amount=money, source=st.sampled_from(PaidFrom)),
    st.builds(Progress, happened_on=day, event=st.sampled_from(ProgressEvent)),
    st.builds(Settlement, settled_on=day, special=money, matching=money, donated_cash=money, self_raised=money),
    st.builds(Participation, took_on=day, amount=money, received=st.sampled_from((None, True, False))),
    st.builds(Appointment, appointed_on=day, kind=st.sampled_from(ImplementerKind)),
)
founded = st.lists(st.tuples(st.just("project"), st.integers(0, 2), project), min_size=2, max_size=4)
further = st.lists(
    st.one_of(
        st.tuples(st.just("project"), st.integers(0, 2), project),
        st.tuples(st.just("child"), st.integers(0, 9), child),
        st.tuples(st.just("edit"), st.integers(0, 9), project),
        st.tuples(st.just("child"), st.integers(0, 9), child),
        st.tuples(st.just("void"), st.integers(0, 9), st.none()),
    ),
    max_size=16,
)
deeds = st.tuples(founded, further).map(lambda parts: [*parts[0], *parts[1]])


@settings(max_examples=40, deadline=None)
@given(deeds)
def test_balances_are_the_plain_sums_of_the_records(template, deeds):
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        template.backup(conn)
        ws = Workspace(conn, now=lambda: NOW)
        with ws.change("登记", actor="陈") as change:
            villages = [
                *ws.all(Village),
                change.save(Village(name="祥露村", quota=Money(123))),
                change.save(Village(name="新垵村")),
            ]
            change.save(StreetQuota(fund_year=2019, quota=Money(10**8)))
        for number, deed in enumerate(deeds):
            do(ws, villages, number, deed)
        for year in YEARS:
            cases, register = list(ws.casefiles(year)), ws.register(year)
            reference = {village.id: village.quota for village in ws.all(Village)}
            for village in villages:
                quota = reference[village.id]
                own = [case for case in cases if case.village.id == village.id]
                expected = plain(own, village.name, 80_000_000 if quota is None else int(quota))
                assert register.villages[village.id].as_json() == expected
            added = Balance(name="新阳街道", quota=register.street.quota)
            for line in project_totals(ws.conn, "fund_year = ?", (year,)):
                added = added.moved(line, 1)
            assert added == register.street  # what Python adds up is what SQL sums
            for name, amount in plain_others(cases).items():
                assert getattr(added, name) == amount, name
            assert register.street.as_json() == plain(cases, "新阳街道", 10**8 if year == 2019 else None)
        assert verify(ws.conn) == ()


def do(ws, villages, number, deed):
    verb, which, what = deed
    held = ws.all(Project)
    with ws.change(verb, actor="陈") as change:
        if verb == "project":
            change.save(
                replace(SOUND, **what, code=f"P{number}", title=f"项目{number}", village=Link(villages[which].id))
            )
        elif held:
            chosen = held[which % len(held)]
            if verb == "edit":
                change.save(replace(chosen, **what))
            elif verb == "void":
                change.save(replace(chosen, void=True))
            else:
                change.save(replace(what, project=Link(chosen.id)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_line_added_in_python_is_a_line_summed_in_sql(template, data):
    """What a step would do to a quota is reckoned without the store; it must come to what the store then says."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        template.backup(conn)
        ws = Workspace(conn, now=lambda: NOW)
        village = ws.all(Village)[0]
        made = data.draw(st.lists(project, min_size=1, max_size=3))
        with ws.change("登记", actor="陈") as change:
            kept = [
                change.save(replace(SOUND, **each, code=f"P{n}", title=f"项目{n}", village=Link(village.id)))
                for n, each in enumerate(made)
            ]
        record = replace(data.draw(child), project=Link(kept[0].id))
        was = ws.casefile(kept[0].id)
        foretold = {
            year: ws.register(year).moved(ProjectTotals.of(was), ProjectTotals.of(was.holding(record)))
            for year in YEARS
        }
        with ws.change("办理", actor="陈") as change:
            change.save(record)
        assert foretold == {year: ws.register(year) for year in YEARS}


def test_a_balance_moved_there_and_back_is_itself(ws, kept):
    line = ProjectTotals.of(ws.casefile(kept(submitted_on=date(2018, 5, 1)).id))
    empty = Balance(name="村")
    assert empty.moved(line, 1).projects == 1
    assert empty.moved(line, 1).moved(line, -1) == empty


def test_a_village_renamed_is_found_by_its_new_name(ws, kept, village):
    kept()
    with ws.change("改名", actor="陈") as change:
        change.save(replace(village, name="东屿村"))
    (line,) = project_totals(ws.conn)
    assert "东屿村" in line.search and "dyc" in line.search
    assert verify(ws.conn) == ()


@pytest.mark.parametrize("category", Category)
def test_villages_without_projects_are_listed_with_nothing(ws, category):
    (balance,) = ws.register(2018).villages.values()
    assert (balance.projects, balance.as_json()["service_count_share"], balance.total) == (0, "0/0", Money())
    assert balance.remaining == balance.quota == Money(80_000_000)


def test_what_is_outside_the_population_adds_nothing_but_what_it_was_paid(ws, kept):
    draft = kept()
    with ws.change("登记", actor="陈") as change:
        change.save(Disbursement(project=Link(draft.id), paid_on=date(2018, 5, 1), amount=Money(5)))
        change.save(Participation(project=Link(draft.id), took_on=date(2018, 5, 1), amount=Money(7), received=True))
        change.save(Settlement(project=Link(draft.id), settled_on=date(2018, 5, 1), special=Money(9)))
    assert ws.casefile(draft.id).stage is Stage.DRAFT
    nothing = plain([], "新阳街道", None) | {"disbursed_fen": 5}  # money paid is never out of sight
    assert ws.register(2018).street.as_json() == nothing
