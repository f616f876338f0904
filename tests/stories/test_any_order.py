"""Every deed of the program in any order over one store, held after each against plain books (contract §2 §3 §5)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from haicang_desk.model.records import Village
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import verify
from haicang_desk.model.workflow import STEPS
from tests.stories import carrying, desk_work
from tests.stories.answers import STEPS as NAMES
from tests.stories.answers import TABLE
from tests.stories.bars import CHECKS
from tests.stories.office import TALLY, YEAR, Office
from tests.stories.plain import stage

SMALL = st.integers(0, 7)
FUNDS = st.integers(0, len(desk_work.FUNDS) - 1)
SELDOM = st.sampled_from((False, False, False, True))


def open_step(office: Office, project: str, rng: Random) -> None:
    """A step that the stage allows, with sound answers or odd ones."""
    where = stage(office.book["projects"][project])
    steps = [step for step, (_, sources, *_) in TABLE.items() if where in sources] or list(NAMES)
    given = {"wish": rng.randrange(8), "shift": rng.choice((0,) * 12 + (1, -1, 9, -40)), "blank": rng.random() < 0.1}
    step = rng.choice([step for step in steps for _ in range(1 if step in ("终止", "撤回", "退回补正") else 4)])
    office.step(project, step, **given)


class AnyOrder(RuleBasedStateMachine):
    """One office. Its rules are the deeds; hypothesis puts them in any order."""

    founded: Path  # a store with nothing in it but a village, made once

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=self.founded.parent))
        self.office = Office.opened(self.founded, self.folder / "台账.db")
        self.office.learn()
        self.copies: list[Any] = []

    def teardown(self) -> None:
        assert verify(self.office.ws.conn) == ()
        self.office.ws.close()
        shutil.rmtree(self.folder)

    def chosen(self, which: int) -> str:
        projects = self.office.projects()
        return projects[which % len(projects)]

    @invariant()
    def the_books_agree(self) -> None:
        self.office.look()

    @initialize(which=FUNDS, stages=st.integers(0, 8))
    def begins(self, which: int, stages: int) -> None:
        desk_work.new_project(self.office, which, 0, pledged=True, later=False)
        self.office.goes_on(self.chosen(0), stages)

    @rule(which=FUNDS, village=SMALL, pledged=SELDOM.map(lambda seldom: not seldom), later=SELDOM)
    def new_project(self, which: int, village: int, pledged: bool, later: bool) -> None:
        desk_work.new_project(self.office, which, village, pledged=pledged, later=later)

    @precondition(lambda self: self.office.projects())
    @rule(which=SMALL, stages=st.integers(1, 8))
    def goes_on(self, which: int, stages: int) -> None:
        self.office.goes_on(self.chosen(which), stages)

    @precondition(lambda self: self.office.projects())
    @rule(seed=st.integers(0, 10**9))
    def open_steps(self, seed: int) -> None:
        """Two steps that the stage allows, each as likely as the next."""
        rng = Random(seed)
        project = rng.choice(self.office.projects())
        for _ in range(2):
            open_step(self.office, project, rng)
            self.office.look()

    @precondition(lambda self: self.office.projects())
    @rule(which=SMALL, step=st.sampled_from(NAMES), wish=SMALL)
    def any_step(self, which: int, step: str, wish: int) -> None:
        self.office.step(self.chosen(which), step, wish=wish)

    @rule(deed=st.sampled_from(("clock", "village", "void village", "quota", "undo", "redo", "undo")), number=SMALL)
    def at_the_desk(self, deed: str, number: int) -> None:
        desk_work.at_the_desk(self.office, deed, number)

    @precondition(lambda self: self.office.projects())
    @rule(which=SMALL, special=st.sampled_from((-1, 0, 60_000_00, 60_000_01, 200_000_00)))
    def edits(self, which: int, special: int) -> None:
        desk_work.edit(self.office, self.chosen(which), special)

    @precondition(lambda self: len(self.office.projects()) > 1)
    @rule(which=SMALL, reason=st.sampled_from(("重复", "")))
    def voids(self, which: int, reason: str) -> None:
        desk_work.void_project(self.office, self.chosen(which), reason)

    @precondition(lambda self: "brought in" not in self.office.once)
    @rule(village=SMALL, stages=st.integers(0, 5), amount=st.integers(1, 10**7), faulty=SELDOM)
    def brings_in(self, village: int, stages: int, amount: int, faulty: bool) -> None:
        self.office.once.add("brought in")
        carrying.bring_in(self.office, village, stages, amount, faulty=faulty)

    @precondition(lambda self: "carried" not in self.office.once and len(self.office.projects()) > 1)
    @rule(seldom=SELDOM)
    def is_carried(self, seldom: bool) -> None:
        self.office.once.add("carried")
        if seldom:
            carrying.out_and_in(self.office)
        carrying.crash(self.office)
        carrying.break_off(self.office)

    @precondition(lambda self: "copied" not in self.office.once)
    @rule()
    def is_copied(self) -> None:
        self.office.once.add("copied")
        self.copies.append(carrying.copy_out(self.office, len(self.copies)))

    @precondition(lambda self: self.copies)
    @rule()
    def is_put_back(self) -> None:
        carrying.put_back(self.office, self.copies.pop())


@pytest.fixture(scope="module")
def founded() -> Iterator[None]:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        AnyOrder.founded = Path(folder) / "新台账.db"
        with (
            Workspace.create(
                AnyOrder.founded, street="新阳街道", year=YEAR, actor="陈", now=lambda: datetime(2026, 3, 2)
            ) as ws,
            ws.change("登记村居", actor="陈", undoable=False) as change,
        ):
            change.save(Village(name="霞阳社区", payee="村居"))
        yield


USUAL = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=12, stateful_step_count=30)


def test_the_table_of_steps_is_the_programs():
    """Written down anew in these tests: the same steps, under the same names."""
    assert {row[0]: name for name, row in TABLE.items()}.items() <= {n: step.label for n, step in STEPS.items()}.items()


@pytest.mark.slow
@pytest.mark.usefixtures("founded")
def test_nothing_goes_wrong_in_any_order():
    run_state_machine_as_test(AnyOrder, settings=settings(USUAL, derandomize=True))


def wander(office: Office, rng: Random, deeds: int) -> None:
    """Projects through all their stages, with odd steps between."""
    for deed in range(deeds):
        if deed % 20 == 0:
            desk_work.set_quota(office, rng.choice((None, 100_000_00, 300_000_00)))
            which = rng.choice((1, 2, *range(len(desk_work.FUNDS))))
            desk_work.new_project(office, which, 0, pledged=rng.random() < 0.5, later=False)
        project = rng.choice(office.projects()[-2:])
        desk_work.edit(office, project, office.book["projects"][project]["asked"]["special"])
        if rng.random() < 0.3:
            office.goes_on(project, 1)
        else:
            open_step(office, project, rng)
        for step in Random(deed).sample(NAMES, 3):  # and some that it does not allow
            if stage(office.book["projects"][project]) not in TABLE[step][1]:
                office.step(project, step)
        office.look()


def surveyed(office: Office) -> None:
    """A service whose four groups are asked and whose result is posted."""
    desk_work.new_project(office, 0, 0, pledged=True, later=False)
    project = office.projects()[-1]
    office.goes_on(project, 5)
    for _ in range(4):
        office.step(project, "登记测评", wish=1)
    office.step(project, "测评结果公示")


@pytest.mark.slow
@pytest.mark.usefixtures("founded")
def test_every_step_is_come_to_and_every_bar_is_met():
    """A story that never gets anywhere proves nothing: these come to every stage by every step."""
    TALLY.clear()
    wanted = {
        *NAMES,
        *(f"reached {row[2]}" for row in TABLE.values() if row[2]),
        *(f"barred by {code}" for code in CHECKS),
    }
    for seed in (0, 26, *range(1, 16)):  # 26 settles cash that never came
        office = Office.opened(AnyOrder.founded, AnyOrder.founded.with_name(f"{seed}.db"))
        office.learn()
        wander(office, Random(seed), 100)
        if seed == 0:
            surveyed(office)
        assert verify(office.ws.conn) == ()
        office.ws.close()
        if wanted <= set(TALLY):
            break
    assert sorted(wanted - set(TALLY)) == []


@pytest.mark.soak
@pytest.mark.usefixtures("founded")
def test_nothing_goes_wrong_in_any_order_for_long():
    run_state_machine_as_test(AnyOrder, settings=settings(USUAL, max_examples=5000, stateful_step_count=50))
