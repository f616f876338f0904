"""Asking the rule book: about a year, about one project, and about a step before it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Self

from haicang_desk.model.balances import STAGES_NOT_COUNTED, ProjectTotals, Register
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import Policy, ReferenceTables
from haicang_desk.model.records import (
    DayKind,
    Holiday,
    Inspection,
    LabourPrice,
    ProcurementLimit,
    PublicProject,
    QuarterReport,
    Stage,
    Street,
    Village,
    YearPlan,
)
from haicang_desk.model.rules import (
    Outline,
    RuleContext,
    StreetRuleContext,
    VillageRuleContext,
    in_report_order,
    like,
    project_findings,
    start_of,
    street_findings,
    village_findings,
)
from haicang_desk.model.services.parallel import Workers, worker_pool
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import (
    casefiles,
    connect_read_only,
    project_ids,
    projects_beside,
    without_garbage_collection,
)
from haicang_desk.model.values import announced
from haicang_desk.model.workflow import Step

UNCHECKED = (Stage.REJECTED, Stage.WITHDRAWN)


def reference_tables_of(ws: Workspace, year: int) -> ReferenceTables:
    """The office's own tables as they stand, over those shipped with the program."""
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


SortKey = tuple[str, str, str]  # village, code and id: where a project stands in its year


@dataclass(slots=True)
class YearAggregates:
    """What the year's casefiles leave behind, read once and let go in whatever order."""

    found: list[tuple[SortKey, Sequence[Finding]]] = field(default_factory=list)
    villages: dict[str, Village] = field(default_factory=dict)
    outlines: dict[str, list[tuple[SortKey, Outline]]] = field(default_factory=dict)
    first_start: date | None = None
    awards: int = 0

    def take(self, case: Casefile, found: Sequence[Finding] = ()) -> None:
        project, village = case.project, case.village
        place = project.village, project.code, project.id
        if found:
            self.found.append((place, found))
        self.villages.setdefault(village.id, village)
        if case.stage not in STAGES_NOT_COUNTED:
            self.outlines.setdefault(village.id, []).append((place, Outline.of(project)))
        started = start_of(case)
        if started and (self.first_start is None or started < self.first_start):
            self.first_start = started
        self.awards += bool(case.awards)

    def join(self, other: YearAggregates) -> None:
        """Of other casefiles of the same year."""
        self.found += other.found
        self.villages |= other.villages
        for village_id, outlines in other.outlines.items():
            self.outlines.setdefault(village_id, []).extend(outlines)
        starts = [start for start in (self.first_start, other.first_start) if start]
        self.first_start = min(starts, default=None)
        self.awards += other.awards

    def findings(self) -> list[Finding]:
        """Those of the projects, by village and code."""
        return [said for _, found in sorted(self.found, key=_PLACE) for said in found]

    def outlines_of(self, village_id: str) -> tuple[Outline, ...]:
        """Those of a village's projects, by code."""
        return tuple(outline for _, outline in sorted(self.outlines.get(village_id, ()), key=_PLACE))


_PLACE = itemgetter(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    """What every rule on a fund year looks at beside its own case."""

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
    def traces(self, cases: Iterable[Casefile]) -> YearAggregates:
        """What the book says of these casefiles, and what they leave for villages and street."""
        traces = YearAggregates()
        for case in cases:
            if checked(case):
                traces.take(case, project_findings(self._scene(case)))
        return traces

    def traces_beside(self, path: Path, ids: Sequence[str]) -> YearAggregates:
        """The same in a second process, which opens the store to read only."""
        with closing(connect_read_only(path)) as conn:
            return self.traces(casefiles(conn, ids))

    def _scene(self, case: Casefile) -> RuleContext:
        return RuleContext(
            case=case,
            policy=self.policy,
            today=self.today,
            street=self.street,
            register=self.register,
            standing=self.standing,
        )

    def findings(
        self,
        traces: YearAggregates,
        inspections: Iterable[Inspection],
        reports: Iterable[QuarterReport],
        workers: Workers,
    ) -> list[Finding]:
        """Of the projects, and of the villages and the street that they make."""
        found = traces.findings()
        for part in workers.map(tuple(self._villages(traces)), _of_villages, _of_villages):
            found += part
        street_scene = StreetRuleContext(
            street=self.street,
            register=self.register,
            policy=self.policy,
            today=self.today,
            year=self.register.year,
            inspections=tuple(inspections),
            reports=tuple(reports),
            first_start=traces.first_start,
            awards=traces.awards,
            standing=self.standing,
        )
        return in_report_order(found + street_findings(street_scene))

    def _villages(self, traces: YearAggregates) -> Iterator[VillageRuleContext]:
        for village_id, village in traces.villages.items():
            yield VillageRuleContext(
                village=village,
                balance=self.register.villages[village_id],
                policy=self.policy,
                today=self.today,
                year=self.register.year,
                projects=traces.outlines_of(village_id),
                standing=self.standing,
            )


def _of_villages(scenes: Iterable[VillageRuleContext]) -> list[Finding]:
    return [found for scene in scenes for found in village_findings(scene)]


@without_garbage_collection()
def check(ws: Workspace, year: int, today: date, *, workers: int = 1) -> list[Finding]:
    """Every finding of every rule on a fund year, by rule, scope and name (contract §4).

    ``workers``: processes that may share a large store. They read the file while this one, which keeps it locked, does
    not write; so there are none for a store in memory or within a change.
    """
    asked = _Year.of(ws, ws.register(year), today)
    ids = project_ids(ws.conn, "fund_year = ?", [year], order="id")  # as they lie in the file, which is quickest
    alone, path = ws.path is None or ws.conn.in_transaction, ws.path or Path()
    traces = YearAggregates()
    with worker_pool(len(ids), 1 if alone else workers) as pool:
        for part in pool.map(
            ids, lambda chunk: asked.traces(casefiles(ws.conn, chunk)), partial(asked.traces_beside, path)
        ):
            traces.join(part)
        return asked.findings(traces, ws.all(Inspection), ws.all(QuarterReport, year=year), pool)


@without_garbage_collection()
def findings_of(
    ws: Workspace,
    cases: Iterable[Casefile],
    register: Register,
    today: date,
    *,
    inspections: Iterable[Inspection] | None = None,
) -> list[Finding]:
    """What the book says of these casefiles, read once and let go in whatever order, and of the sums they make."""
    asked = _Year.of(ws, register, today)
    held = ws.all(Inspection) if inspections is None else inspections
    return asked.findings(asked.traces(cases), held, ws.all(QuarterReport, year=register.year), Workers())


def checked(case: Casefile) -> bool:
    """Refused, withdrawn and never-paid terminated projects have left the rules' reach."""
    stage = case.stage
    return stage not in UNCHECKED and not (stage is Stage.TERMINATED and not case.disbursements)


def rule_context_of(ws: Workspace, case: Casefile, today: date, *, was: Casefile | None = None) -> RuleContext:
    """A case among the sums around it; ``was`` is how the store has it, where ``case`` is only proposed."""
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
    """What the book says of one case, its village and its street as they would be with it."""
    scene = rule_context_of(ws, case, today, was=was)
    found = project_findings(scene, before=before)
    if scene.register is None:
        return found
    village, year = case.village, case.project.fund_year
    village_scene = VillageRuleContext(
        village=village,
        balance=scene.register.villages[village.id],
        policy=scene.policy,
        today=today,
        year=year,
        projects=() if before else _alike(ws, case),
        standing=scene.standing,
    )
    street_scene = StreetRuleContext(
        street=scene.street,
        register=scene.register,
        policy=scene.policy,
        today=today,
        year=year,
        standing=scene.standing,
    )
    found += village_findings(village_scene, before=before)
    found += street_findings(street_scene, before=before or "approve")
    return in_report_order(found)


def _alike(ws: Workspace, case: Casefile) -> tuple[Outline, ...]:
    """The project and those filed in its village and year that are like it (R30)."""
    project, own = case.project, Outline.of(case.project)
    others = (Outline(o.title, o.place, own.category, o.special) for o in projects_beside(ws.conn, project))
    least = ws.policy(project.fund_year).share("split_similarity")
    return (own, *like(own, others, least, case.village.name))


def blocking_findings(ws: Workspace, was: Casefile, proposed: Casefile, step: Step, today: date) -> list[Finding]:
    """The findings that stop a step, given the case as the step would leave it."""
    return [found for found in evaluate_case(ws, proposed, today, was=was, before=step.name) if found.stops]
