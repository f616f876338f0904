"""Two desks that edit and exchange workbooks in any order: nothing acknowledged is lost without a told row.

Every value that anybody types is a new one, so that of each it is known which desk has ever held it. A value may
replace another without a word only if the desk that sends it had held the other before.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from haicang_desk.model.records import Disbursement, Link, Project, Record, Village
from haicang_desk.model.services import save, undo, void
from haicang_desk.model.spreadsheet import ImportPlan, import_plan_of
from haicang_desk.model.spreadsheet.read.parsed_workbook import ParsedWorkbook
from haicang_desk.model.store import verify
from haicang_desk.model.values import Money, Refused
from tests.conftest import SOUND, TODAY
from tests.spreadsheet.desks import desk, row_of, workbook_of

TYPED = {Project: ("phone", "special"), Village: ("contact",)}  # few, so that both desks often edit the same
DESKS = st.sampled_from((0, 1))
PICK = st.integers(0, 2)
Key = tuple[str, str, str]  # table, id, field


class Exchange(RuleBasedStateMachine):
    template: sqlite3.Connection
    seen: Counter[str]  # over all runs

    def __init__(self) -> None:
        super().__init__()
        self.desks = [desk(self.template), desk(self.template)]
        self.held: list[dict[Key, set[Any]]] = [defaultdict(set), defaultdict(set)]  # every value a desk ever had
        self.voided: list[set[str]] = [set(), set()]
        self.paid: dict[str, int] = {}  # id of a payment → fen, whichever desk made it
        self.books: list[tuple[ParsedWorkbook, dict[Key, set[Any]]]] = []
        self.count = 0

    def teardown(self) -> None:
        for each in self.desks:
            assert verify(each.conn) == ()
            each.close()

    @initialize()
    def begin(self) -> None:
        ours, theirs = self.desks
        project = replace(SOUND, code="A-1", title="灯", village=Link(ours.all(Village)[0].id))
        save(ours, [project], action="新建", person="甲")
        import_plan_of(theirs, workbook_of(ours)).carry_out(theirs, "乙")
        self.learn(0), self.learn(1)

    # what people do

    def fresh(self) -> int:
        self.count += 1
        return self.count

    def learn(self, where: int) -> None:
        for cls, names in TYPED.items():
            for record in self.desks[where].all(cls):
                for name in names:
                    self.held[where][cls.table, record.id, name].add(getattr(record, name))

    def pick(self, where: int, cls: type[Record], n: int) -> Any:
        records = self.desks[where].all(cls)
        return records[n % len(records)] if records else None

    @rule(where=DESKS, n=PICK, cls=st.sampled_from(list(TYPED)), field=PICK, empty=st.booleans())
    def edit(self, where: int, n: int, cls: type[Record], field: int, empty: bool) -> None:
        if (record := self.pick(where, cls, n)) is None:
            return
        name, value = TYPED[cls][field % len(TYPED[cls])], self.fresh()
        typed = Money(value) if name == "special" else "" if empty and name == "phone" else f"第{value}"
        save(self.desks[where], [replace(record, **{name: typed})], action="改", person="甲", expected=[record])
        self.learn(where)

    @rule(where=DESKS)
    def add(self, where: int) -> None:
        ws, number = self.desks[where], self.fresh()
        draft = replace(SOUND, code="", title=f"{number}号新建", village=Link(ws.all(Village)[0].id))
        save(ws, [draft], action="新建", person="甲")
        self.learn(where)

    @rule(where=DESKS, n=PICK, with_voucher=st.booleans())
    def pay(self, where: int, n: int, with_voucher: bool) -> None:
        if (project := self.pick(where, Project, n)) is None:
            return
        number = self.fresh()
        payment = Disbursement(
            project=Link(project.id), paid_on=TODAY, amount=Money(number), payee="居委会",
            voucher=f"记-{number}" if with_voucher else "",
        )  # fmt: skip
        (made,) = save(self.desks[where], [payment], action="拨付", person="甲")
        self.paid[made.id] = number

    @rule(where=DESKS, n=PICK, cls=st.sampled_from((Project, Disbursement)))
    def void(self, where: int, n: int, cls: type[Record]) -> None:
        record = self.pick(where, cls, n)
        if record is None or (cls is Project and self.desks[where].all(Disbursement, project=record.id)):
            return
        void(self.desks[where], record, reason="重复", person="甲")
        self.voided[where].add(record.id)

    # workbooks

    @rule(where=DESKS, edits=st.lists(st.tuples(DESKS, PICK, PICK), max_size=4), undone=st.booleans())
    def send(self, where: int, edits: list[tuple[int, int, int]], undone: bool) -> None:
        """A few edits on either desk, then the workbook of the one goes to the other."""
        for at, n, field in edits:
            self.edit(where=at, n=n, cls=Project if field else Village, field=field, empty=False)
        self.export(where=where)
        self.take(where=1 - where, n=len(self.books) - 1, undone=undone)

    @rule(where=DESKS)
    def export(self, where: int) -> None:
        self.books.append((workbook_of(self.desks[where]), deepcopy(self.held[where])))

    @rule(n=PICK, which=PICK, field=PICK)
    def edit_in_the_workbook(self, n: int, which: int, field: int) -> None:
        if not self.books:
            return
        book, known = self.books[n % len(self.books)]
        rows = [row for sheet in book.sheets if sheet.record is Project for row in sheet.rows]
        if rows:
            record_id, name = rows[which % len(rows)].values["id"], TYPED[Project][field % len(TYPED[Project])]
            value: Any = Money(self.fresh()) if name == "special" else f"第{self.fresh()}"
            row_of(book, Project, record_id)[name] = value
            known[Project.table, record_id, name].add(value)

    @rule(where=DESKS, n=PICK, undone=st.booleans())
    def take(self, where: int, n: int, undone: bool) -> None:
        if not self.books:
            return
        ws, (book, known) = self.desks[where], self.books[n % len(self.books)]
        before = {cls: {r.id: r for r in ws.all(cls)} for cls in (*TYPED, Disbursement)}
        plan = import_plan_of(ws, book)
        assert plan.read == plan.new + plan.updated + plan.unchanged + plan.faulty
        good = plan.without_faulty()
        self.seen += Counter(asked=len(plan.questions), updated=plan.updated, told=len(plan.notes), new=plan.new)
        if (plan.faulty or plan.questions) and plan.planned:
            with pytest.raises(Refused):
                plan.carry_out(ws, "甲")
        written = good.carry_out(ws, "甲")
        self.nothing_is_lost(where, before, plan, good, book, known)
        assert not import_plan_of(ws, book).without_faulty().carry_out(ws, "甲"), "once more changes nothing"
        if written and undone:
            undo(ws, person="甲")
            assert {cls: {r.id: r for r in ws.all(cls)} for cls in (*TYPED, Disbursement)} == before
        self.learn(where)

    def nothing_is_lost(
        self,
        where: int,
        before: dict[type[Record], dict[str, Any]],
        plan: ImportPlan,
        good: ImportPlan,
        book: ParsedWorkbook,
        known: dict[Key, set[Any]],
    ) -> None:
        ws = self.desks[where]
        told = {(o.sheet, o.row) for o in plan.outcomes if o.faults or o.needs or o.notes}
        for cls, names in TYPED.items():
            now = {r.id: r for r in ws.all(cls)}
            assert before[cls].keys() <= now.keys()
            for record_id, was in before[cls].items():
                for name in names:
                    old, new = getattr(was, name), getattr(now[record_id], name)
                    assert old in (new, "") or old in known[cls.table, record_id, name], (cls, name, old, new)
            (sheet,) = (sheet for sheet in book.sheets if sheet.record is cls)
            for row in sheet.rows:
                record = now.get(row.values["id"])
                for name in names if record is not None else ():
                    sent = row.values.get(name, "")
                    if sent not in ("", getattr(record, name)):
                        assert (sheet.title, row.number) in told, (cls, name, sent)
                assert record is not None or (sheet.title, row.number) in told
        paid = {r.id: r.amount for r in ws.all(Disbursement)}
        assert before[Disbursement].items() <= {r.id: r for r in ws.all(Disbursement)}.items()
        assert all(self.paid[each] == amount for each, amount in paid.items())
        (sheet,) = (sheet for sheet in book.sheets if sheet.record is Disbursement)
        lost = {r.number for r in sheet.rows if r.values["id"] not in paid}
        assert {("拨付", number) for number in lost} <= told
        assert {o.row for o in good.left_out} <= {o.row for o in plan.outcomes}

    @invariant()
    def what_was_voided_stays_void(self) -> None:
        for where, gone in enumerate(self.voided):
            live = {r.id for cls in (Project, Disbursement) for r in self.desks[where].all(cls)}
            assert not live & gone


def run(template: sqlite3.Connection, examples: int, steps: int) -> None:
    machine = type("Machine", (Exchange,), {"template": template, "seen": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert all(machine.seen[what] for what in ("asked", "updated", "told", "new")), machine.seen


@pytest.mark.slow
def test_two_desks_lose_nothing_without_a_told_row(template):
    run(template, 80, 10)


@pytest.mark.soak
def test_two_desks_lose_nothing_over_a_long_time(template):
    run(template, 3_000, 50)
