"""Run the rules: on a fund year, on one project, and on a project as a step would leave it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import partial, reduce
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from haicang_desk.model.balances import ProjectTotals, Register
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import Policy, ReferenceTables
from haicang_desk.model.records import (
    DayKind,
    Holiday,
    LabourPrice,
    ProcurementLimit,
    PublicProject,
    Record,
    Street,
    Village,
    YearPlan,
)
from haicang_desk.model.rules import (
    CANDIDATES,
    Collected,
    Collector,
    RuleContext,
    SplitCandidate,
    StreetRuleContext,
    VillageRuleContext,
    needs_of,
    project_findings,
    similar_to,
    sorted_findings,
    street_findings,
    village_findings,
)
from haicang_desk.model.services.parallel import Workers, worker_pool
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import (
    casefiles,
    connect_read_only,
    project_ids,
    projects_compared,
    without_garbage_collection,
)
from haicang_desk.model.values import announced
from haicang_desk.model.workflow import Step


def reference_tables_of(ws: Workspace, year: int) -> ReferenceTables:
    """The office's own reference tables for a fund year; its days off are laid over those shipped with the program."""
    days = ws.all(Holiday)
    calendar = announced()
    if days:
        calendar = calendar.with_days(
            off=[each.day for each in days if each.day and each.kind is DayKind.OFF],
            worked=[each.day for each in days if each.day and each.kind is DayKind.WORKED],
        )
    return ReferenceTables(
        calendar=calendar,
        labour_prices=tuple(ws.all(LabourPrice)),
        procurement_limits=tuple(ws.all(ProcurementLimit)),
        public_projects=tuple(ws.all(PublicProject)),
        plan=next(iter(ws.all(YearPlan, fund_year=year)), None),
    )


SortKey = tuple[str, str, str]  # village, code and id of a project: its position in the year
_SORT_KEY = itemgetter(0)


def _sort_key(case: Casefile) -> SortKey:
    return case.project.village, case.project.code, case.project.id


def _collectors() -> dict[tuple[str, str], Collector]:
    """Every collector that a rule declares, by the scope of that rule and its own name."""
    return {
        (scope, need.name): need
        for scope in ("village", "street")
        for need in needs_of(scope)
        if isinstance(need, Collector)
    }


@dataclass(slots=True)
class YearAggregates:
    """Aggregates over the casefiles of one fund year that village and street rules need.

    Casefiles may be added in any order, and aggregates of parts of the year joined in any order. What is collected
    follows from the rules' declarations; ``collected`` is by scope, collector name and village id ("" for the street).
    """

    project_findings: list[tuple[SortKey, Sequence[Finding]]] = field(default_factory=list)
    villages: dict[str, Village] = field(default_factory=dict)
    collected: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    collectors: dict[tuple[str, str], Collector] = field(default_factory=_collectors)  # by scope and name

    def add_findings(self, case: Casefile, findings: Sequence[Finding]) -> None:
        """Add the findings on one casefile."""
        self.project_findings.append((_sort_key(case), findings))

    def add(self, case: Casefile) -> None:
        """Add what village and street rules need of one casefile."""
        key, village = _sort_key(case), case.village
        self.villages.setdefault(village.id, village)
        for (scope, name), collector in self.collectors.items():
            if (value := collector.of(case)) is not None:
                place = scope, name, village.id if scope == "village" else ""
                self._join(place, value if collector.join else [(key, value)])

    def join(self, other: YearAggregates) -> None:
        """Add the aggregates of other casefiles of the same year."""
        self.project_findings += other.project_findings
        self.villages |= other.villages
        for place, values in other.collected.items():
            self._join(place, values)

    def _join(self, place: tuple[str, str, str], values: Any) -> None:
        join = self.collectors[place[:2]].join
        if place not in self.collected:
            self.collected[place] = values
        elif join:
            self.collected[place] = join(self.collected[place], values)
        else:
            self.collected[place] += values

    def findings(self) -> list[Finding]:
        """The findings on the projects, by village and code."""
        return [each for _, findings in sorted(self.project_findings, key=_SORT_KEY) for each in findings]

    def value(self, collector: Collector, scope: str, village_id: str = "") -> Any:
        """What a rule of a scope gets from a collector; for a village rule, of that village."""
        values = self.collected.get((scope, collector.name, village_id))
        if collector.join:
            return values
        return tuple(value for _, value in sorted(values or (), key=_SORT_KEY))


@dataclass(frozen=True, slots=True, kw_only=True)
class _YearChecker:
    """Runs the rules on one fund year; holds what the contexts of all its projects and villages have in common."""

    street: Street
    register: Register
    policy: Policy
    standing: ReferenceTables
    today: date

    @classmethod
    def of(cls, ws: Workspace, register: Register, today: date) -> Self:
        year = register.year
        return cls(
            street=ws.street,
            register=register,
            policy=ws.policy(year),
            standing=reference_tables_of(ws, year),
            today=today,
        )

    @without_garbage_collection()
    def aggregates(self, cases: Iterable[Casefile]) -> YearAggregates:
        """The findings on these casefiles, and what village and street rules need of them."""
        aggregates = YearAggregates()
        for case in cases:
            if findings := project_findings(self._context(case)):
                aggregates.add_findings(case, findings)
            if case.in_force:
                aggregates.add(case)
        return aggregates

    def aggregates_in_worker(self, path: Path, ids: Sequence[str]) -> YearAggregates:
        """The same in a second process, which opens the store to read only."""
        with closing(connect_read_only(path)) as conn:
            return self.aggregates(casefiles(conn, ids))

    def _context(self, case: Casefile) -> RuleContext:
        return RuleContext(
            case=case,
            policy=self.policy,
            today=self.today,
            street=self.street,
            register=self.register,
            standing=self.standing,
        )

    def findings(self, aggregates: YearAggregates, records: Records, workers: Workers) -> list[Finding]:
        """The findings on the projects, on their villages and on the street. ``records``: all that rules collect."""
        findings = aggregates.findings()
        villages = tuple(self._village_contexts(aggregates, records))
        for part in workers.map(villages, _findings_on_villages, _findings_on_villages):
            findings += part
        street = StreetRuleContext(
            street=self.street,
            register=self.register,
            policy=self.policy,
            today=self.today,
            year=self.register.year,
            collected=self._collected("street", aggregates, records),
            standing=self.standing,
        )
        return sorted_findings(findings + street_findings(street))

    def _village_contexts(self, aggregates: YearAggregates, records: Records) -> Iterator[VillageRuleContext]:
        for village_id, village in aggregates.villages.items():
            yield VillageRuleContext(
                village=village,
                balance=self.register.villages[village_id],
                policy=self.policy,
                today=self.today,
                year=self.register.year,
                collected=self._collected("village", aggregates, records, village_id),
                standing=self.standing,
            )

    @staticmethod
    def _collected(scope: str, aggregates: YearAggregates, records: Records, village_id: str = "") -> Collected:
        return {
            need: aggregates.value(need, scope, village_id) if isinstance(need, Collector) else records[need]
            for need in needs_of(scope)
        }


Records = Mapping[type[Record], Sequence[Any]]


def _records_needed(ws: Workspace) -> Records:
    """All records of each type that a village or street rule collects."""
    needs = (*needs_of("village"), *needs_of("street"))
    return {need: tuple(ws.all(need)) for need in needs if not isinstance(need, Collector)}


def _findings_on_villages(contexts: Iterable[VillageRuleContext]) -> list[Finding]:
    return [found for context in contexts for found in village_findings(context)]


@without_garbage_collection()
def check(ws: Workspace, year: int, today: date, *, workers: int = 1) -> list[Finding]:
    """Every finding of every rule on a fund year, by rule, scope and subject (contract §4).

    ``workers``: processes that may share a large store. They read the file while this one, which keeps it locked, does
    not write; so there are none for a store in memory or within a change.
    """
    checker = _YearChecker.of(ws, ws.register(year), today)
    ids = project_ids(ws.conn, "fund_year = ?", [year], order="id")  # the order of the file, which is read fastest
    alone, path = ws.path is None or ws.conn.in_transaction, ws.path or Path()
    aggregates = YearAggregates()
    with worker_pool(len(ids), 1 if alone else workers) as pool:
        for part in pool.map(
            ids,
            lambda chunk: checker.aggregates(casefiles(ws.conn, chunk)),
            partial(checker.aggregates_in_worker, path),
        ):
            aggregates.join(part)
        return checker.findings(aggregates, _records_needed(ws), pool)


@without_garbage_collection()
def findings_of(
    ws: Workspace, cases: Iterable[Casefile], register: Register, today: date, *, records: Records | None = None
) -> list[Finding]:
    """Every finding on a fund year of which these are the casefiles, in any order, and ``register`` the sums.

    ``records``: records to be used in place of all that the store has of their type.
    """
    checker = _YearChecker.of(ws, register, today)
    return checker.findings(checker.aggregates(cases), {**_records_needed(ws), **(records or {})}, Workers())


def findings_on_projects(ws: Workspace, cases: Iterable[Casefile], year: int, today: date) -> list[Finding]:
    """The findings on these projects of a fund year, without those on their villages and the street."""
    return _YearChecker.of(ws, ws.register(year), today).aggregates(cases).findings()


def rule_context_of(ws: Workspace, case: Casefile, today: date, *, was: Casefile | None = None) -> RuleContext:
    """The context for the rules on one case. ``was``: the case as it is stored, where ``case`` is only proposed."""
    year = case.project.fund_year
    register = ws.register(year)
    if was is not None:
        register = register.moved(ProjectTotals.of(was), ProjectTotals.of(case))
    return RuleContext(
        case=case,
        policy=ws.policy(year),
        today=today,
        street=ws.street,
        register=register,
        standing=reference_tables_of(ws, year),
    )


def evaluate_case(
    ws: Workspace, case: Casefile, today: date, *, was: Casefile | None = None, before: str = ""
) -> list[Finding]:
    """The findings on one case, and on its village and street as they would be with it.

    ``was``: the case as it is stored, where ``case`` is only proposed. ``before``: only rules that guard that step.
    Of rules that collect from the whole year, only R30 (疑似拆分) is run, without ``before``: the store finds the
    similar projects by query.
    """
    context = rule_context_of(ws, case, today, was=was)
    findings = project_findings(context, before=before)
    if context.register is None:
        return findings
    village, year = case.village, case.project.fund_year
    village_context = VillageRuleContext(
        village=village,
        balance=context.register.villages[village.id],
        policy=context.policy,
        today=today,
        year=year,
        collected={} if before else {CANDIDATES: _split_candidates(ws, case, context.policy)},
        standing=context.standing,
    )
    street_context = StreetRuleContext(
        street=context.street,
        register=context.register,
        policy=context.policy,
        today=today,
        year=year,
        standing=context.standing,
    )
    findings += village_findings(village_context, before=before)
    findings += street_findings(street_context, before=before, one_project=True)
    return sorted_findings(findings)


def _split_candidates(ws: Workspace, case: Casefile, policy: Policy) -> tuple[SplitCandidate, ...]:
    """The project, and the projects of its village and year that count and are similar to it (R30)."""
    project, own = case.project, SplitCandidate.of(case.project)
    others = (
        other
        for number, _, other in _compared(ws, project.fund_year, project.village)
        if number != project.id and other.category is own.category
    )
    least = policy.share("split_similarity")
    return (own, *similar_to(own, others, least, case.village.name))


def _compared(ws: Workspace, year: int, village: str) -> list[tuple[str, str, SplitCandidate]]:
    """The counted projects of a village and year, each with its id and code, in the order of the ids."""
    return ws.of_village(
        year,
        village,
        lambda: [
            (o.id, o.code, SplitCandidate(o.title, o.place, o.category, o.special, o.split_note.strip()))
            for o in projects_compared(ws.conn, year, village)
        ],
    )


def collected_anew(ws: Workspace, need: Collector, year: int, village: str | None = None) -> Any:
    """What a rule on a village, or on the street, gets from a collector, read from the store."""
    if need is CANDIDATES and village is not None:  # as a query, a hundred times quicker than by reading casefiles
        by_code = sorted(_compared(ws, year, village), key=lambda each: (each[1], each[0]))
        return tuple(candidate for _, _, candidate in by_code)
    values = [
        value for case in ws.casefiles(year, village=village) if case.in_force and (value := need.of(case)) is not None
    ]
    return (reduce(need.join, values) if values else None) if need.join else tuple(values)


def blocking_findings(ws: Workspace, was: Casefile, proposed: Casefile, step: Step, today: date) -> list[Finding]:
    """The findings that stop a step, given the case as the step would leave it."""
    return [found for found in evaluate_case(ws, proposed, today, was=was, before=step.name) if found.stops]
