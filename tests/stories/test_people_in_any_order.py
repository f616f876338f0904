"""Whoever does whatever in any order: who entered never decides, who approved never pays, and no fen goes astray.

Beside the ledger stand plain books of who wrote what, kept by these tests alone. Deeds go straight to the change, below
steps and screens; what must be refused leaves no byte behind.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from haicang_desk.model.records import Approval, Conclusion, Disbursement, Duty, DutyWaiver, Link, Project, Village
from haicang_desk.model.services import (
    SignedIn,
    Workspace,
    disable_account,
    enable_account,
    end_duty_waiver,
    set_roles,
    waive_duties,
)
from haicang_desk.model.store import verify
from haicang_desk.model.values import DeskError, Money
from tests.conftest import SOUND, TODAY, copy_of
from tests.services.office_people import ADMIN, PEOPLE, make_quick, office_of

STAFF = ("陈静", "黄书记", "苏会计", "许审", ADMIN, "全能")
ALL_ROUND = (Duty.CLERK, Duty.APPROVER, Duty.FINANCE)  # one person with all the hats: only duties keep them apart
WHO = st.sampled_from(STAFF)
WHO_RULES = st.sampled_from((ADMIN, "黄书记", ADMIN))
WHICH = st.integers(0, 5)
OF_RECORD = {"project": Duty.CLERK, "approval": Duty.APPROVER, "disbursement": Duty.FINANCE}


class People(RuleBasedStateMachine):
    founded: sqlite3.Connection  # a ledger with an account for everyone
    keys: dict[str, SignedIn]
    folder: Path
    seen: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.office = office_of(Workspace(copy_of(self.founded)), self.folder)
        self.ws = self.office.ws
        self.roles = {name: set(duties) for name, duties in PEOPLE.items()} | {ADMIN: {Duty.ADMIN}}
        self.roles["全能"] = set(ALL_ROUND)
        self.active = dict.fromkeys(STAFF, True)
        self.ws.signer, self.who = None, ""
        self.waived = False
        self.makers: dict[str, set[str]] = {}  # of each project: who wrote it, approved it, paid it
        self.deciders: dict[str, set[str]] = {}
        self.payers: dict[str, set[str]] = {}
        self.paid: dict[str, int] = {}

    def teardown(self) -> None:
        assert verify(self.ws.conn) == ()
        self.ws.close()

    # who

    @rule(name=WHO)
    def signs_in(self, name: str) -> None:
        self.who, self.ws.signer = name, self.keys[name]
        self.office.wait(1)

    @rule()
    def leaves(self) -> None:
        self.who, self.ws.signer = "", None

    # deeds

    def deed(self, do: Any, *, allowed: bool, what: str) -> Any:
        before = self.ws.conn.serialize()
        try:
            done = do()
        except DeskError:
            assert not allowed, f"refused though allowed: {what} by {self.who}"
            assert self.ws.conn.serialize() == before, "a refused deed left a trace"
            self.seen[f"refused {what}"] = self.seen.get(f"refused {what}", 0) + 1
            return None
        assert allowed, f"done though it must be refused: {what} by {self.who or 'nobody'}"
        self.seen[what] = self.seen.get(what, 0) + 1
        return done

    def may(self, table: str) -> bool:
        return bool(self.who) and self.active[self.who] and OF_RECORD[table] in self.roles[self.who]

    def put(self, record: Any, action: str) -> Any:
        with self.ws.change(action, actor="别人") as change:  # who is named does not count
            return change.save(record)

    def chosen(self, which: int) -> str:
        return list(self.makers)[which % len(self.makers)]

    @rule()
    def enters(self) -> None:
        draft = replace(SOUND, code=f"A-{len(self.makers)}", village=Link(self.ws.all(Village)[0].id))
        if made := self.deed(lambda: self.put(draft, "登记"), allowed=self.may("project"), what="enter"):
            self.makers[made.id], self.deciders[made.id], self.payers[made.id] = {self.who}, set(), set()
            self.paid[made.id] = 0

    @precondition(lambda self: self.makers)
    @rule(which=WHICH, number=st.integers(0, 10**6), name=WHO)
    def edits(self, which: int, number: int, name: str) -> None:
        self.signs_in(name)
        project = self.ws.get(Project, self.chosen(which))
        changed = replace(project, place=f"{number}号")
        if changed == project:
            return
        if self.deed(lambda: self.put(changed, "修改"), allowed=self.may("project"), what="edit"):
            self.makers[project.id].add(self.who)

    @precondition(lambda self: self.makers)
    @rule(which=WHICH)
    def approves(self, which: int) -> None:
        project = self.chosen(which)
        apart = self.who not in self.makers[project] | self.payers[project]
        approval = Approval(
            project=Link(project), conclusion=Conclusion.AGREE, decided_on=TODAY, special=Money(6_000_000),
            approver=self.who,
        )  # fmt: skip
        allowed = self.may("approval") and (apart or self.waived)
        if self.deed(lambda: self.put(approval, "批准"), allowed=allowed, what="approve"):
            self.deciders[project].add(self.who)

    @precondition(lambda self: self.makers)
    @rule(which=WHICH, amount=st.integers(1, 10**6))
    def pays(self, which: int, amount: int) -> None:
        project = self.chosen(which)
        payment = Disbursement(
            project=Link(project), paid_on=TODAY, amount=Money(amount), payee="居委会", handler=self.who
        )
        allowed = self.may("disbursement") and (self.waived or self.who not in self.deciders[project])
        if self.deed(lambda: self.put(payment, "拨付"), allowed=allowed, what="pay"):
            self.payers[project].add(self.who)
            self.paid[project] += amount

    @rule(names=st.tuples(WHO, WHO, WHO), which=WHICH, amount=st.integers(1, 10**6))
    def goes_its_way(self, names: tuple[str, str, str], which: int, amount: int) -> None:
        """One enters, one approves, one pays; those whose office it is each other time."""
        if which % 2:
            names = ("陈静", "黄书记", "苏会计")
        self.signs_in(names[0])
        self.enters()
        if self.makers:
            self.signs_in(names[1])
            self.approves(len(self.makers) - 1)
            self.signs_in(names[2])
            self.pays(len(self.makers) - 1, amount)

    # the administrator

    def is_admin(self) -> bool:
        return bool(self.who) and self.active[self.who] and Duty.ADMIN in self.roles[self.who]

    @rule(by=WHO_RULES)
    def waives_or_ends(self, by: str) -> None:
        self.signs_in(by)
        if self.waived:
            done = self.deed(lambda: (end_duty_waiver(self.ws), True), allowed=self.is_admin(), what="end leave")
        else:
            leave = DutyWaiver(reason="只有一人", authority="街道党工委", number="1号", granted_on=TODAY)
            done = self.deed(lambda: waive_duties(self.ws, leave), allowed=self.is_admin(), what="give leave")
        self.waived = not self.waived if done else self.waived

    @rule(name=st.sampled_from(STAFF[:4]), by=WHO_RULES)
    def disables_or_enables(self, name: str, by: str) -> None:
        self.signs_in(by)
        act = disable_account if self.active[name] else enable_account
        account = self.office.account(name)
        if self.deed(lambda: act(self.ws, account), allowed=self.is_admin(), what="disable or enable"):
            self.active[name] = not self.active[name]

    @rule(
        by=WHO_RULES, name=st.sampled_from(STAFF[:3]), duty=st.sampled_from((Duty.CLERK, Duty.APPROVER, Duty.FINANCE))
    )
    def changes_roles(self, name: str, duty: Duty, by: str) -> None:
        self.signs_in(by)
        if self.roles[name] == {duty}:
            return
        account = self.office.account(name)
        if self.deed(lambda: set_roles(self.ws, account, (duty,)), allowed=self.is_admin(), what="change roles"):
            self.roles[name] = {duty}

    @rule(days=st.integers(-3, 40))
    def time_passes(self, days: int) -> None:
        self.office.now += timedelta(days=days)

    # what holds

    @invariant()
    def every_fen_is_accounted_for(self) -> None:
        sums: dict[str, int] = dict.fromkeys(self.paid, 0)
        for payment in self.ws.all(Disbursement):
            sums[payment.project] += int(payment.amount)
        assert sums == self.paid

    @invariant()
    def the_journal_says_who(self) -> None:
        actors = {row[0] for row in self.ws.conn.execute("SELECT actor FROM journal WHERE action IN ('登记', '拨付')")}
        assert actors <= set(STAFF)


USUAL = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25, stateful_step_count=40)


def run(template: sqlite3.Connection, folder: Path, monkeypatch: pytest.MonkeyPatch, wanted: settings) -> None:
    make_quick(monkeypatch)
    with closing(copy_of(template)) as conn:
        office = office_of(Workspace(conn), folder)
        office.set_up()
        office.add("全能", ALL_ROUND)
        keys = {name: office.enter(name) for name in STAFF}
        machine = type("Machine", (People,), {"founded": conn, "keys": keys, "folder": folder, "seen": {}})
        _run(machine, wanted)


def _run(machine: Any, wanted: settings) -> None:
    run_state_machine_as_test(machine, settings=wanted)
    deeds = ("enter", "edit", "approve", "pay", "give leave", "end leave", "disable or enable", "change roles")
    assert not [deed for deed in deeds if deed not in machine.seen], machine.seen
    assert not [deed for deed in deeds if f"refused {deed}" not in machine.seen], machine.seen


@pytest.mark.slow
def test_whoever_does_whatever_duties_stay_apart(template, tmp_path, monkeypatch):
    run(template, tmp_path, monkeypatch, settings(USUAL, derandomize=True))


@pytest.mark.soak
def test_whoever_does_whatever_for_long(template, tmp_path, monkeypatch):
    run(template, tmp_path, monkeypatch, settings(USUAL, max_examples=5000, stateful_step_count=50))
