"""Deadlines of the street itself in a fund year, each with its day and whether it is met.

Deadlines of the year's projects are checked by the rules; projects of earlier years that are not done with stand here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Alteration, Award, Inspection, InspectionKind, QuarterReport, YearPlan
from haicang_desk.model.rules import RuleContext, delivery_deadlines_of, phase_starts, report_due
from haicang_desk.model.services.carried_over import carried_over
from haicang_desk.model.services.evaluation import rule_context_of
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import ledger_began
from haicang_desk.model.values import half_year_of, half_year_span, quarter_of

_HALVES = {1: "上半年", 2: "下半年"}


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing to be done by ``due``; ``on`` is the day it was done, where the records have it.

    ``project``: the id of the project that it is about, where it is about one carried over from an earlier fund year.
    ``before_ledger``: it fell due before this ledger was made, and whether it was done is not known here.
    """

    label: str
    due: date
    rule: str
    done: bool = False
    on: date | None = None
    project: str = ""
    before_ledger: bool = False

    def late(self, today: date) -> int:
        """Days overdue; 0 or less where it is not due yet, done, or fell due before there was a ledger to say so."""
        return 0 if self.done or self.before_ledger else (today - self.due).days


def deadlines_of(ws: Workspace, year: int) -> list[Deadline]:
    """The deadlines of the street in a fund year, ordered by day. 条文：C099 C111 C119 C122"""
    policy = ws.policy(year)
    plan = next(iter(ws.all(YearPlan, fund_year=year)), None)
    began = ledger_began(ws.conn) or date.min
    calendar = (*_reports(ws, policy, year), *_checks(ws, policy, year), *_phases(ws, plan, year))
    deadlines = [
        *(replace(each, before_ledger=not each.done and each.due < began) for each in calendar),
        *_rectifications(ws, year),
        *_carried_over(ws, year),
    ]
    return sorted(deadlines, key=lambda deadline: (deadline.due, deadline.label))


def _carried_over(ws: Workspace, year: int) -> Iterator[Deadline]:
    """The projects of earlier fund years that are not done with, each by the day that its next part is due.

    That is the first open deadline of policy and contract, else the planned end, else the end of its fund year. R30
    """
    for case in carried_over(ws, year):
        project = case.project
        open_days = [each.due_on for each in delivery_deadlines_of(_context(ws, case)) if each.done_on is None]
        due = min(open_days, default=project.planned_finish or date(project.fund_year, 12, 31))
        label = f"{project.fund_year} 年度结转：{project.title}（{case.stage.label}）"
        yield Deadline(label, due, "R12", project=project.id)


def _context(ws: Workspace, case: Casefile) -> RuleContext:
    """The context of one project's deadlines, which do not depend on the day."""
    return rule_context_of(ws, case, date(case.project.fund_year, 12, 31))


def undecided_alterations(ws: Workspace) -> list[str]:
    """Ids of the projects with a change (变更) that was applied for and not decided. R34"""
    return list(dict.fromkeys(each.project for each in ws.all(Alteration) if each.conclusion is None))


def _reports(ws: Workspace, policy: Policy, year: int) -> Iterator[Deadline]:
    frozen = {(report.year, report.quarter): report.frozen_on for report in ws.all(QuarterReport)}
    before = [(year - 1, 4)] if min(ws.years(), default=year) < year else []  # due in January; none in a first year
    for of_year, quarter in (*before, *((year, quarter) for quarter in (1, 2, 3, 4))):
        if (of_year, quarter) >= quarter_of(policy.day("issued_on")):
            due, which = report_due(policy, of_year, quarter), (of_year, quarter)
            label = f"第 {quarter} 季度报告" if of_year == year else f"{of_year} 年第 {quarter} 季度报告"
            yield Deadline(label, due, "R26", which in frozen, frozen.get(which))


def _checks(ws: Workspace, policy: Policy, year: int) -> Iterator[Deadline]:
    for half, name in _HALVES.items():
        if (year, half) >= half_year_of(policy.day("issued_on")):
            made = [
                each.inspected_on
                for each in ws.all(Inspection)
                if each.kind is InspectionKind.SELF and each.inspected_on and each.half_year == (year, half)
            ]
            yield Deadline(f"{name}自查", half_year_span(year, half)[1], "R22", bool(made), max(made, default=None))


def _phases(ws: Workspace, plan: YearPlan | None, year: int) -> Iterator[Deadline]:
    reported, closed = (plan.reported_on, plan.closed_on) if plan else (None, None)
    last = date(year, 12, 31)
    yield Deadline("报送年度工作安排", phase_starts(plan, year)[1], "R28", reported is not None, reported)
    yield Deadline("推荐年度优秀项目", last, "R25", bool(ws.all(Award, fund_year=year)))
    yield Deadline("年度总结", last, "R28", closed is not None, closed)


def _rectifications(ws: Workspace, year: int) -> Iterator[Deadline]:
    """Problems found by the inspections of a year, put right or not, and those of earlier years that are not."""
    for each in ws.all(Inspection):
        found = each.inspected_on.year if each.inspected_on else None
        still_open = found is not None and found < year and each.done_on is None
        if each.problem.strip() and each.due_on and (found == year or still_open):
            problem = " ".join(each.problem.split())
            rule = "R22" if each.kind is InspectionKind.SELF else "R23"
            label = f"整改：{problem[:16]}{'…' if len(problem) > 16 else ''}"
            yield Deadline(label, each.due_on, rule, each.done_on is not None, each.done_on)
