"""The kept findings are those of a full check: on every day of a year, and after any edit, step, undo or restart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import pytest

from haicang_desk.model.casefile import CHILDREN
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import (
    Approval,
    Category,
    DayKind,
    Deliberation,
    Holiday,
    Inspection,
    LabourPrice,
    Link,
    Notice,
    ProcurementLimit,
    Project,
    Prose,
    PublicProject,
    QuarterReport,
    Record,
    Street,
    StreetQuota,
    Suggestion,
    Village,
    YearPlan,
)
from haicang_desk.model.rules import (
    Collector,
    RuleContext,
    VillageRuleContext,
    needs_of,
    project_findings,
    village_findings,
)
from haicang_desk.model.services import (
    FindingsKeeper,
    Workspace,
    check,
    check_with_carried_over,
    next_steps,
    redo,
    reference_tables_of,
    take_step,
    undo,
)
from haicang_desk.model.services.evaluation import YearAggregates, collected_anew
from haicang_desk.model.services.year_findings import YearFindings
from haicang_desk.model.store import connect_to_copy
from haicang_desk.model.store.connection import PATIENCE
from haicang_desk.model.store.schema import migrate
from haicang_desk.model.values import DeskError, Money
from haicang_desk.model.workflow import STEPS
from tests.test_old_stores import unpacked

YEAR = 2026  # of the kept store of a whole demonstration year
FIRST, LAST = date(2025, 12, 1), date(2027, 4, 30)
DAYS = [FIRST + timedelta(number) for number in range((LAST - FIRST).days + 1)]


@pytest.fixture(scope="module")
def year_file(tmp_path_factory) -> Path:
    path = unpacked("year", tmp_path_factory.mktemp("year"))
    Workspace.open(path).close()  # upgraded once
    return path


@pytest.fixture
def ledger(year_file) -> Iterator[Workspace]:
    """The year in memory, free to change."""
    conn = connect_to_copy(year_file)
    migrate(conn, None)
    with Workspace(conn, now=lambda: datetime(2026, 12, 28, 9)) as ws:
        yield ws


def whole(ws: Workspace, year: int, today: date) -> list[Finding]:
    return check_with_carried_over(ws, year, today) if year >= ws.year() else check(ws, year, today)


def agree(keeper: FindingsKeeper, ws: Workspace, year: int, today: date) -> None:
    keeper.look_at(year, today)
    assert not keeper.go_on()
    assert keeper.ready
    found, expected = keeper.findings(), whole(ws, year, today)
    assert found == expected
    assert [exact(each) for each in found] == [exact(each) for each in expected]


def exact(found: Finding) -> tuple[Any, ...]:
    """What equality does not compare: types, and the fields that only lead somewhere."""
    return (type(found.measured), type(found.limit), found.project_id, found.answered_by, found.check)


def sweep(ws: Workspace, days: list[date]) -> None:
    keeper = FindingsKeeper(ws)
    for day in days:
        agree(keeper, ws, YEAR, day)


def test_on_days_of_the_year_in_any_order(ledger):
    """The first and the last days, those around the turn of months and halves, and others in no order."""
    turns = [day for day in DAYS if day.day == 1 and day.month in (1, 7, 12)]
    days = [*DAYS[:2], *turns, *Random(7).sample(DAYS, 15), *DAYS[-2:]]
    sweep(ledger, days)


@pytest.mark.soak
def test_on_every_day_of_the_year(ledger):
    sweep(ledger, DAYS)
    sweep(ledger, DAYS[::-1])


def test_on_a_new_day_few_projects_are_asked_about_and_none_for_a_count_of_days(ledger, monkeypatch):
    asked = []
    ask = FindingsKeeper._ask
    monkeypatch.setattr(FindingsKeeper, "_ask", lambda self, year, ids: ask(self, year, asked.extend(ids) or ids))
    keeper = FindingsKeeper(ledger)
    agree(keeper, ledger, YEAR, date(2026, 11, 1))
    counting = [each for each in keeper.findings() if "逾期" in each.message and each.scope == "project"]
    assert len(counting) >= 4
    asked.clear()
    for number in range(1, 29):
        keeper.look_at(YEAR, date(2026, 11, 1) + timedelta(number))
        keeper.go_on()
    assert len(asked) < 28 * len(counting)


# what it rests on


@pytest.fixture
def asked(ledger, monkeypatch):
    """A keeper that knows the year, and the projects that it asks about from then on."""
    keeper = FindingsKeeper(ledger)
    agree(keeper, ledger, YEAR, LAST)
    ids: set[str] = set()
    ask = FindingsKeeper._ask
    monkeypatch.setattr(FindingsKeeper, "_ask", lambda self, year, piece: ask(self, year, ids.update(piece) or piece))

    def about(*records: Record) -> set[str]:
        ids.clear()
        with ledger.change("改", actor="陈") as change:
            for record in records:
                change.save(record)
        agree(keeper, ledger, YEAR, LAST)
        return set(ids)

    return about


def test_a_change_of_a_projects_record_asks_about_that_project(ledger, asked):
    one, other = ledger.all(Project, fund_year=YEAR)[:2]
    assert asked(replace(one, need=Prose("更急"))) == {one.id}
    approval = ledger.all(Approval)[0]
    assert asked(replace(approval, number="另一文号")) == {approval.project}
    assert asked(replace(approval, project=Link(other.id))) == {approval.project, other.id}
    assert asked(replace(approval, project=Link(other.id), void=True)) == {other.id}
    assert asked(replace(one, void=True)) == {one.id}


@pytest.mark.parametrize("cls", [Suggestion, Deliberation, Notice])
def test_a_villages_record_that_names_no_project_asks_about_all_projects_of_that_village(ledger, asked, cls):
    first, second = [village for village in ledger.all(Village) if ledger.all(Project, village=village.id)][:2]
    own = [{project.id for project in ledger.all(Project, village=village.id)} for village in (first, second)]
    with ledger.change("登记", actor="陈") as change:
        record = change.save(cls(village=Link(first.id)))
    assert asked() == own[0]
    assert asked(replace(record, village=Link(second.id))) == own[0] | own[1]
    project = next(iter(own[1]))
    assert asked(replace(record, village=Link(second.id), project=Link(project))) == own[1]


def test_a_village_asks_about_its_projects_and_a_common_table_about_all(ledger, asked):
    village = ledger.all(Village)[0]
    every = {project.id for project in ledger.all(Project, fund_year=YEAR)}
    own = {project.id for project in ledger.all(Project, village=village.id)}
    assert asked(replace(village, has_elders=False)) == own
    assert every <= asked(Holiday(day=LAST, kind=DayKind.OFF))
    assert every <= asked(LabourPrice(work="普工", price=Money(100), from_on=FIRST))
    assert every <= asked(PublicProject(name="新建道路"))
    assert every <= asked(ProcurementLimit(category=Category.WORKS, manner="询价", most=Money(1)))


def test_what_only_sums_rest_on_asks_about_no_project(ledger, asked):
    (quota,) = ledger.all(StreetQuota, fund_year=YEAR)
    assert asked(replace(quota, quota=Money(100))) == set()
    assert asked(QuarterReport(year=YEAR, quarter=4, frozen_on=LAST)) == set()
    assert asked(replace(ledger.street, name="新街道")) == set()
    plan = ledger.all(YearPlan, fund_year=YEAR)
    assert asked(*(replace(each, closed_on=LAST) for each in plan)) == set()


class Closed:
    """Stands for what a rule may not look at."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a rule looked at {name}")


def test_rules_on_a_stored_project_look_at_no_sums(ledger):
    standing = reference_tables_of(ledger, YEAR)
    for case in ledger.casefiles():
        policy = ledger.policy(case.project.fund_year)
        project_findings(RuleContext(case=case, policy=policy, today=LAST, register=Closed(), standing=standing))


def test_rules_that_collect_from_a_villages_projects_look_at_nothing_but_these_village_and_policy(ledger):
    closed: dict[str, Any] = {"balance": Closed(), "today": Closed(), "standing": Closed()}
    for village in ledger.all(Village):
        collected = {need: collected_anew(ledger, need, YEAR, village.id) for need in needs_of("village")}
        policy = ledger.policy(YEAR)
        context = VillageRuleContext(village=village, policy=policy, year=YEAR, collected=collected, **closed)
        village_findings(context, collecting=True)


@pytest.mark.parametrize("scope", ["village", "street"])
def test_what_is_collected_anew_is_what_a_check_of_all_casefiles_collects(ledger, scope):
    aggregates = YearAggregates()
    for case in ledger.casefiles(YEAR):
        if case.in_force:
            aggregates.add(case)
    for need in needs_of(scope):
        if isinstance(need, Collector):
            for village in ledger.all(Village) if scope == "village" else [None]:
                expected = aggregates.value(need, scope, village.id if village else "")
                assert collected_anew(ledger, need, YEAR, village.id if village else None) == expected


def stored(ws: Workspace, today: date) -> None:
    keeper = FindingsKeeper(ws)
    agree(keeper, ws, YEAR, today)
    while keeper.save():
        pass


def test_what_is_stored_is_asked_about_no_more(ledger, monkeypatch):
    stored(ledger, LAST)
    monkeypatch.setattr(FindingsKeeper, "_ask", None)
    monkeypatch.setattr(YearFindings, "_compare", None)
    agree(FindingsKeeper(ledger), ledger, YEAR, LAST)


@pytest.mark.parametrize("cell", ["findings", "collected", "since"])
def test_what_is_stored_damaged_is_asked_about_again(ledger, cell):
    stored(ledger, LAST)
    ledger.conn.execute(f"UPDATE finding_line SET {cell} = '[x'")
    ledger.conn.execute("UPDATE finding_village SET findings = '[x'")
    agree(FindingsKeeper(ledger), ledger, YEAR, LAST)


def test_what_another_program_stored_is_asked_about_again(ledger):
    stored(ledger, LAST)
    ledger.conn.execute("UPDATE finding_line SET findings = '', collected = ''")
    ledger.conn.execute("UPDATE finding_state SET program = 'another'")
    agree(FindingsKeeper(ledger), ledger, YEAR, LAST)


def test_a_new_rule_set_is_taken_up_at_once(ledger, monkeypatch):
    keeper = FindingsKeeper(ledger)
    agree(keeper, ledger, YEAR - 1, LAST)
    agree(keeper, ledger, YEAR, LAST)
    policy = ledger.policy(YEAR)
    smaller = replace(policy.parameters["cap_service"], value="1000.00")
    other = replace(policy, parameters={**policy.parameters, "cap_service": smaller})
    monkeypatch.setattr(Workspace, "policy", lambda _, year: other)
    with ledger.change("修改参数", actor="陈") as change:
        change.save(replace(ledger.street, phone="6580001"))
    before = keeper.findings()
    agree(keeper, ledger, YEAR, LAST)
    assert len(keeper.findings()) > len(before)
    agree(keeper, ledger, YEAR - 1, LAST)
    keeper.save()
    agree(FindingsKeeper(ledger), ledger, YEAR, LAST)


def test_a_ledger_without_projects_has_those_of_the_street(ws):
    agree(FindingsKeeper(ws), ws, 2018, date(2019, 3, 1))


def test_similar_projects_are_named_in_the_order_of_their_codes_also_after_these_change(ws, kept):
    one, other = (
        kept(
            code=code,
            title=f"老旧小区楼道照明声控灯更换{code[0]}",
            special=Money(45_000_000),
            submitted_on=date(2018, 8, 9),
        )
        for code in ("甲-1", "乙-2")
    )
    keeper = FindingsKeeper(ws)
    agree(keeper, ws, 2018, date(2018, 9, 3))
    (before,) = [found for found in keeper.findings() if "名称或地点相近" in found.message]
    with ws.change("改", actor="陈") as change:
        change.save(replace(one, code="丁-4" if one.code < other.code else "0-0"))
    agree(keeper, ws, 2018, date(2018, 9, 3))
    (after,) = [found for found in keeper.findings() if "名称或地点相近" in found.message]
    assert before.message != after.message


# edits

TABLES: tuple[type[Record], ...] = (*CHILDREN.values(), Project)
SELDOM: tuple[type[Record], ...] = (
    *(Village, Street, StreetQuota, YearPlan, Holiday, LabourPrice, ProcurementLimit, PublicProject, QuarterReport),
    *(Inspection, Suggestion, Deliberation, Notice),
)


class Clerk:
    """Changes a ledger in ways that follow from a seed, also in ways that no screen offers."""

    def __init__(self, ws: Workspace, seed: int) -> None:
        self.ws, self.rng, self.today = ws, Random(seed), date(2026, 6, 1)

    def act(self) -> str:
        seldom = [self.undo, self.redo, self.void, self.edit_seldom, self.several, self.copy]
        deeds = [self.edit] * 6 + [self.step] * 3 + seldom
        deed = self.rng.choice(deeds)
        with suppress(DeskError):
            deed()
        return deed.__name__

    def put(self, *records: Record) -> None:
        with self.ws.change("改", actor="陈") as change:
            for record in records:
                change.save(record)

    def any_of(self, cls: type[Record]) -> Any:
        found = self.ws.all(cls)
        return self.rng.choice(found) if found else None

    def changed(self, record: Record) -> Record:
        """With another value in one or two fields, mostly one that another record of the class has."""
        cls = type(record)
        names = [name for name, field in cls.fields.items() if field.name not in ("code", "name") and not field.fixed]
        others = self.ws.all(cls)
        for name in self.rng.sample(names, min(2, len(names))):
            field, value = cls.fields[name], getattr(self.rng.choice(others), name)
            if field.kind is date and self.rng.random() < 0.7:
                value = self.today + timedelta(self.rng.randrange(-90, 90))
            elif field.kind is Money and self.rng.random() < 0.5:
                value = Money(self.rng.randrange(1, 30_000_000))
            elif field.optional and self.rng.random() < 0.2:
                value = None
            record = replace(record, **{name: value})
        return record

    def edit(self) -> None:
        if record := self.any_of(self.rng.choice(TABLES)):
            self.put(self.changed(record))

    def edit_seldom(self) -> None:
        if record := self.any_of(self.rng.choice(SELDOM)):
            self.put(self.changed(record))

    def several(self) -> None:
        projects = self.rng.sample(self.ws.all(Project), 15)
        self.put(*map(self.changed, projects))

    def copy(self) -> None:
        """A record once more, of another project or of the village alone."""
        record = self.any_of(self.rng.choice(TABLES))
        if record is None:
            return
        new = replace(self.changed(record), id="")
        if isinstance(new, Project):
            new = replace(new, code=self.rng.choice(("", f"新{self.rng.randrange(10**6)}")))
        elif "project" in new.fields:
            alone = "village" in new.fields and self.rng.random() < 0.5
            new = replace(new, project=Link("" if alone else self.any_of(Project).id))
        self.put(new)

    def void(self) -> None:
        record = self.any_of(self.rng.choice(TABLES))
        if record is not None:
            self.put(replace(record, void=True))

    def step(self) -> None:
        case = self.ws.casefile(self.any_of(Project).id)
        steps = next_steps(self.ws, case, self.today)
        name = self.rng.choice([step.name for step, _ in steps] or list(STEPS))
        take_step(self.ws, case.project.id, name, on=self.today, person="陈", answers={})

    def undo(self) -> None:
        undo(self.ws, person="陈")

    def redo(self) -> None:
        redo(self.ws, person="陈")


def work(ws: Workspace, seed: int, deeds: int) -> None:
    clerk, keeper, year = Clerk(ws, seed), FindingsKeeper(ws), YEAR
    for _ in range(deeds):
        clerk.act()
        agree(keeper, ws, year, clerk.today)
        chance = clerk.rng.random()
        if chance < 0.25:
            clerk.today += timedelta(clerk.rng.choice((1, 1, 1, 7, 30, -3)))
        elif chance < 0.35:
            while keeper.save():
                pass
            keeper = FindingsKeeper(ws)
        elif chance < 0.4:
            keeper.save()
            keeper = FindingsKeeper(ws)  # without what is not stored
        elif chance < 0.45:
            year = clerk.rng.choice(ws.years())


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edits_steps_and_undoings(ledger, seed):
    work(ledger, seed, 40)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_after_very_many_edits_steps_and_undoings(ledger, seed):
    work(ledger, seed, 300)


def test_storing_waits_for_nobody_and_is_made_up_for(year_file, tmp_path):
    path = tmp_path / "台账.db"
    path.write_bytes(year_file.read_bytes())
    with Workspace.open(path) as ws, closing(sqlite3.connect(path, isolation_level=None)) as other:
        keeper = FindingsKeeper(ws)
        agree(keeper, ws, YEAR, LAST)
        other.execute("BEGIN IMMEDIATE")
        started = monotonic()
        assert not keeper.save()
        assert monotonic() - started < 5
        assert keeper.unsaved
        other.execute("ROLLBACK")
        while keeper.save():
            pass
        assert not keeper.unsaved
        assert ws.conn.execute("PRAGMA busy_timeout").fetchone() == (PATIENCE * 1000,)
