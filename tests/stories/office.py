"""An office at work: a store in a file, and beside it the plain books, the undo and redo of both, and the clock.

Every deed goes through ``deed``: one that must be refused changes not a byte, one that succeeds adds one entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

from haicang_desk.model.records import Category, Project, StreetQuota, Village
from haicang_desk.model.services import Workspace, take_step
from haicang_desk.model.store import verify
from haicang_desk.model.values import Blocked, Refused, StepNotOpen
from tests.stories.answers import TABLE, answers, natural
from tests.stories.bars import barred, codes
from tests.stories.effects import enter
from tests.stories.plain import VILLAGE_QUOTA, Plain, approved, balance, by_day, paid, scheme, stage, standing

YEAR = 2026
FOUNDED = date(2026, 3, 2)
TALLY: Counter[str] = Counter()  # what all offices together have done: a story that never gets anywhere proves nothing


@dataclass
class Kept:
    """What can be undone: the books as they were before a deed."""

    undoable: bool
    before: Plain


@dataclass
class Office:
    path: Path
    day: date = FOUNDED
    entries: int = 0
    restored: bool = False  # and the journal does not say so yet
    book: Plain = field(default_factory=lambda: {"villages": {}, "projects": {}, "quota": {}})
    done: list[Kept] = field(default_factory=list)
    undone: list[Plain] = field(default_factory=list)
    looked: int = 0  # entries when last looked at: what was refused left every byte as it was
    looks: int = 0
    once: set[str] = field(default_factory=set)  # what is dear, and done once

    @classmethod
    def opened(cls, founded: Path, path: Path) -> Office:
        office = cls(path)
        copyfile(founded, path)
        office.open()
        return office

    def open(self) -> None:
        self.ws = Workspace.open(self.path, now=lambda: datetime.combine(self.day, time(9)))

    def count_entry(self) -> None:
        """One deed, one entry; the first after a restore has that of the restore before it."""
        self.entries += 1 + self.restored
        self.restored = False

    def picture(self) -> bytes:
        return self.ws.conn.serialize()

    # deeds

    def deed(self, do: Callable[[], Any], *, refused: bool, undoable: bool = True) -> Any:
        """Do it. ``refused``: whether it must be. Gives what it gave, or the refusal."""
        before = self.picture()
        try:
            outcome = do()
        except Refused as told:
            outcome = told
        if isinstance(outcome, Refused):
            assert refused, f"refused though sound: {outcome}"
            assert self.picture() == before, "a refused deed left a trace"
            return outcome
        assert not refused, "done though it must be refused"
        self.count_entry()
        assert self.entries == self.sealed(), "one deed, one entry"
        self.done.append(Kept(undoable, deepcopy(self.book)))
        self.undone.clear()
        return outcome

    def sealed(self) -> int:
        (count,) = self.ws.conn.execute("SELECT count(*) FROM journal").fetchone()
        return int(count)

    def step(self, project_id: str, step: str, *, wish: int = 0, shift: int = 0, blank: bool = False) -> bool:
        """Take a step as the books allow it, or see it refused. Whether it was taken."""
        name, sources, leads_to, needed = TABLE[step]
        project, on = self.book["projects"][project_id], self.day + timedelta(shift)
        said = answers(step, project, on, wish)
        if blank and needed:
            said[needed] = None if needed.endswith("_on") or needed == "consulted" else 0 if needed == "amount" else ""
        where, since = standing(project)
        may = where in sources and not (blank and needed)
        if step in ("申请变更", "批复变更") and may:
            since = by_day(project["approvals"])[-1]["on"]
        backdated = bool((leads_to or "变更" in step) and since and on < since)
        bars, supposed = self._supposed(project_id, step, on, said) if may else (set(), {})

        def take() -> Any:
            return take_step(self.ws, project_id, name, on=on, person="陈", answers=said)

        if may and not (backdated or bars) and supposed == self.book:  # sent once more on the day it was sent
            before = self.picture()
            take()
            assert self.picture() == before, "what changes nothing is no entry"
            return True
        outcome = self.deed(take, refused=not may or backdated or bool(bars), undoable=False)
        if isinstance(outcome, Refused):
            assert where in sources or type(outcome) is StepNotOpen, f"{where} is no bar to {step}: {outcome}"
            _agrees(outcome, bars, may)
            TALLY.update(
                ["refused", *(f"barred by {code}" for code in bars), f"{step} not open"][: None if bars else 1]
            )
            return False
        self.book = supposed
        assert stage(supposed["projects"][project_id]) == (leads_to or where), f"{step} leads elsewhere"
        TALLY.update([step, f"reached {leads_to or where}"])
        return True

    def goes_on(self, project_id: str, stages: int) -> None:
        """As a sound project goes, a day a step and nine where a notice must end first, until it is barred."""
        for _ in range(stages):
            for wish, step in natural(self.book["projects"][project_id]):
                self.day += timedelta(9 if step in ("申报", "办结") else 1)
                if not self.step(project_id, step, wish=wish):
                    return
            self.look()

    def _supposed(self, project_id: str, step: str, on: date, said: dict[str, Any]) -> tuple[set[str], Plain]:
        book = deepcopy(self.book)
        enter(book["projects"][project_id], step, on, said, self.entries)
        return barred(book, book["projects"][project_id], step, on), book

    # what must always hold

    def look(self) -> None:
        """The store says what the books say: stages, sums to the fen, balances of every village and year."""
        if self.looked == self.entries:
            return
        self.looked, self.looks = self.entries, self.looks + 1
        live = {key: project for key, project in self.book["projects"].items() if not project["void"]}
        assert {project.id for project in self.ws.all(Project)} == set(live)
        for case in self.ws.casefiles():
            project, funds = live[case.project.id], approved(live[case.project.id])
            assert (case.stage.label, case.staged[1]) == standing(project)
            assert case.disbursed == paid(project) >= 0
            assert (case.approved.scheme if case.approved else None) == (scheme(funds) if funds else None)
            if not project["imported"]:
                assert paid(project) <= (scheme(funds) if funds else 0) or project["settled"] or project["altered"]
        for year in (YEAR, YEAR + 1):
            self._look_at_sums(year, [project for project in live.values() if project["year"] == year])
        if self.looks % 16 == 0:
            assert verify(self.ws.conn) == ()

    def _look_at_sums(self, year: int, projects: list[Plain]) -> None:
        register = self.ws.register(year)
        quota = self.book["quota"].get(year)
        assert register.street.as_json() == balance("新阳街道", projects, quota)
        for key, village in self.book["villages"].items():
            own = [project for project in projects if project["village"] == key]
            held = VILLAGE_QUOTA if village["quota"] is None else village["quota"]
            assert register.villages[key].as_json() == balance(village["name"], own, held)

    # what a machine needs to know

    def projects(self) -> list[str]:
        return [key for key, project in self.book["projects"].items() if not project["void"]]

    def learn(self) -> None:
        """The books take over what the store was founded with."""
        self.entries = self.sealed()
        for village in self.ws.all(Village):
            self.book["villages"][village.id] = a_village(village)
        for quota in self.ws.all(StreetQuota):
            self.book["quota"][quota.fund_year] = quota.quota


def a_village(village: Village) -> Plain:
    quota = None if village.quota is None else int(village.quota)
    return {"name": village.name, "quota": quota, "elders": village.has_elders}


def _agrees(refusal: Refused, bars: set[str], may: bool) -> None:
    """Where rules barred it, they are those that the books name, and all of them."""
    if may and isinstance(refusal, Blocked):
        said = set(codes(refusal.findings))
        assert said == bars, f"barred by {said}, should be by {bars}: {refusal}"


CATEGORIES = {category.label: category for category in Category}
