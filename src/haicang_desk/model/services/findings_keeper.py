"""The findings on a fund year, always those of now: kept from change to change and from day to day.

``check`` asks every rule about every project. The keeper asks again only about what a change touched, by the journal,
and about projects of which the day changes something (``kept_findings``). What it holds is kept in the store as well,
so that opening asks nothing. Where much has to be asked at once, after an import or by a new program, it does so piece
by piece, and tells meanwhile what is known. Its findings are those of ``check_with_carried_over``, in their order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import Policy
from haicang_desk.model.rules import Collector, RuleContext, needs_of
from haicang_desk.model.services.carried_over import is_unfinished
from haicang_desk.model.services.kept_findings import KeptFindings, kept_in, kept_of, line_of
from haicang_desk.model.services.program_digest import program_digest
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.services.year_findings import OF_EVERY_PROJECT, CommonRecords, YearFindings
from haicang_desk.model.store import (
    casefiles,
    compared_findings,
    finding_lines,
    finding_state,
    forget_findings,
    last_entry,
    project_ids,
    projects_without_line,
    save_compared_findings,
    save_finding_lines,
    save_finding_state,
    touched_since,
    without_garbage_collection,
)

PAGE = 100  # stored lines taken in at a time, about 5 ms
PIECE = 10  # projects asked about at a time, about 5 ms
WRITTEN = 120  # lines written in one transaction: what the window may stand still for
Enough = Callable[[], bool]


def _never() -> bool:
    return False


class FindingsKeeper:
    """Keeps the findings on one fund year of an open store at a time; ``look_at`` says which, and on which day."""

    def __init__(self, ws: Workspace) -> None:
        self._ws, self._common = ws, CommonRecords(ws)
        self._program = program_digest(ws)
        seq, program = finding_state(ws.conn)
        self._forgotten = program != self._program  # whether all that is stored is no good
        self._seq = last_entry(ws.conn) if self._forgotten else seq
        self._noted = not self._forgotten  # whether the store says that its lines are as of this entry and program
        self._unsaved: dict[str, KeptFindings | None] = {}  # by project; None where the stored line is no good
        self._policies: dict[int, Policy] = {}
        self._year: YearFindings | None = None
        self._loading: Iterator[None] | None = None
        self._weighing: Iterator[None] | None = None
        self._waiting: dict[str, None] = {}  # projects to ask about
        self._first: dict[str, None] = {}  # those of them that a person has just changed

    # what is looked at

    def is_behind(self, year: int, today: date) -> bool:
        """Whether ``look_at`` and ``go_on`` would find something new for this year and day."""
        shown = self._year
        return shown is None or (shown.year, shown.today) != (year, today) or self._seq != last_entry(self._ws.conn)

    def look_at(self, year: int, today: date) -> None:
        """Turn to a fund year and a day. With the newest year goes what is carried over into it.

        Raises Refused where the rule set of the year can't be used.
        """
        if self._year is None or self._year.year != year:
            self._begin(year, today)
        elif self._year.today != today:
            self._wait_for(self._year.turn_to(today))
            self._weigh_again()

    def _begin(self, year: int, today: date) -> None:
        """Put the findings on a year together from what is stored, and what is then missing."""
        carried = year >= self._ws.year()
        self._year = YearFindings(self._ws, self._common, year, carried=carried, today=today)
        self._policies = {year: self._year.policy}
        self._waiting, self._first = {}, {}
        self._loading = self._load(self._year)
        self._weigh_again()

    def _weigh_again(self) -> None:
        self._weighing = self._year.weigh() if self._year else None

    # what is known

    @property
    def ready(self) -> bool:
        """Whether the findings are all there are; else ``go_on`` has more to do."""
        return self._loading is None and self._weighing is None and not self._waiting

    @property
    def progress(self) -> tuple[int, int]:
        """How many projects of the year are known, and how many there are."""
        held = self._year.projects.keys() if self._year else set[str]()
        return len(held - self._waiting.keys()), len(held | self._waiting.keys())

    def findings(self) -> list[Finding]:
        """The findings known so far, in the order of ``check``."""
        return self._year.told() if self._year else []

    def findings_of(self, project: str) -> list[Finding]:
        """The findings known on one project itself, in that order."""
        return self._year.told_of(project) if self._year else []

    # keeping up

    def go_on(self, enough: Enough = _never) -> bool:
        """Take up what changed and ask about it, piece by piece until ``enough``; gives whether more is left to do."""
        if self._year is None or self._ws.conn.in_transaction:
            return False
        self._catch_up()
        while not self.ready:
            self._take_piece()
            if enough():
                break
        return not self.ready

    def _take_piece(self) -> None:
        year = self._year
        assert year is not None
        if self._loading is not None:
            if next(self._loading, _END) is _END:
                self._loading = None
        elif self._waiting:
            piece = list(islice(self._first or self._waiting, PIECE))
            self._ask(year, piece)
            for project in piece:
                self._waiting.pop(project, None)
                self._first.pop(project, None)
        elif self._weighing is not None and next(self._weighing, _END) is _END:
            self._weighing = None

    def _catch_up(self) -> None:
        """Let wait what was touched by the changes since the last time."""
        head, year = last_entry(self._ws.conn), self._year
        if head == self._seq or year is None:
            return
        touched, self._seq, self._noted = touched_since(self._ws.conn, self._seq), head, False
        self._common.forget(touched.tables)
        other_policies = self._other_policies()
        if other_policies or touched.tables & {cls.table for cls in OF_EVERY_PROJECT}:
            self._forgotten = True
            self._unsaved.clear()
            self._wait_for([*year.projects])
        if other_policies or year.carried != (year.year >= self._ws.year()):
            self._begin(year.year, year.today)
        for village in sorted(touched.villages):
            self._wait_for(project_ids(self._ws.conn, "village = ?", [village]))
        self._wait_for(touched.projects)
        if len(touched.projects) <= PIECE:
            self._first |= dict.fromkeys(touched.projects)
        self._weigh_again()

    def _other_policies(self) -> bool:
        return any(self._ws.policy(year) is not policy for year, policy in self._policies.items())

    def _wait_for(self, projects: Iterable[str]) -> None:
        """Ask about these projects again. Until then what was known of them is told, but not what is stored."""
        waiting = dict.fromkeys(projects)
        self._waiting |= waiting
        self._unsaved |= waiting

    def _load(self, year: YearFindings) -> Iterator[None]:
        """Take in what is stored, a page at a time; what is not stored, or is of another day, waits."""
        conn, after = self._ws.conn, ""
        if not self._forgotten:
            year.stored = compared_findings(conn, year.year)
        while not self._forgotten:
            page = finding_lines(conn, year.year, earlier=year.carried, after=after, limit=PAGE)
            if not page:
                break
            after = page[-1].project
            for line in page:
                if line.project not in self._unsaved:
                    try:
                        year.put(kept_in(line))
                    except (ValueError, KeyError, TypeError):  # damaged
                        self._wait_for([line.project])
            yield
        for kept in self._unsaved.values():
            if kept is not None:
                year.put(kept)
        if self._forgotten:
            every = project_ids(conn, "fund_year <= ?" if year.carried else "fund_year = ?", [year.year], order="id")
            self._wait_for([project for project in every if self._unsaved.get(project) is None])
        else:
            for missing in projects_without_line(conn, year.year, earlier=year.carried):
                self._wait_for([project for project in missing if self._unsaved.get(project) is None])
                yield
        self._wait_for([project for project, kept in self._unsaved.items() if kept is None])
        self._wait_for(year.turn_to(year.today))

    @without_garbage_collection()
    def _ask(self, year: YearFindings, projects: list[str]) -> None:
        """Ask the rules about these projects."""
        gone = dict.fromkeys(projects)
        for case in casefiles(self._ws.conn, projects):
            kept = kept_of(
                self._context(case, year.today), _collectors(), unfinished=is_unfinished(case), today=year.today
            )
            del gone[kept.project]
            self._unsaved[kept.project] = kept
            year.put(kept)
        for project in gone:
            year.drop(project)

    def _context(self, case: Casefile, today: date) -> RuleContext:
        """The context of a stored project. It has no sums: a rule weighs only what is proposed against them."""
        year = case.project.fund_year
        if year not in self._policies:
            self._policies[year] = self._ws.policy(year)
        return RuleContext(
            case=case,
            policy=self._policies[year],
            today=today,
            street=self._common.street,
            standing=self._common.reference_tables(year),
        )

    # keeping in the store

    @property
    def unsaved(self) -> bool:
        """Whether something is known that is not stored."""
        something = self._unsaved or (self._year and self._year.unsaved) or not self._noted
        return bool(something) and not self._ws.read_only

    def save(self) -> bool:
        """Write what is not stored yet, or a part of it; gives whether more is left.

        Where the disk is full or another connection uses the store just now, nothing is written: ``unsaved`` tells.
        """
        if self._ws.read_only or self._ws.conn.in_transaction or self._year is None:
            return False
        self._catch_up()
        gone = [project for project, kept in self._unsaved.items() if kept is None]
        kept = list(islice(filter(None, self._unsaved.values()), WRITTEN))
        villages, self._year.unsaved = self._year.unsaved, {}
        if self._noted and not gone and not kept and not villages:
            return False
        try:
            with self._ws.aside():
                if self._forgotten:
                    forget_findings(self._ws.conn)
                save_finding_lines(self._ws.conn, map(line_of, kept), gone)
                save_compared_findings(self._ws.conn, self._year.year, villages)
                save_finding_state(self._ws.conn, self._seq, self._program)
        except sqlite3.OperationalError:
            self._year.unsaved = villages | self._year.unsaved
            return False
        self._forgotten, self._noted = False, True
        for project in (*gone, *(each.project for each in kept)):
            del self._unsaved[project]
        return bool(self._unsaved)


_END = object()


def _collectors() -> list[Collector]:
    needs = dict.fromkeys((*needs_of("village"), *needs_of("street")))
    return [need for need in needs if isinstance(need, Collector)]
