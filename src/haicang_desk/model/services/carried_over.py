"""Projects of earlier fund years that are not done with (上年结转): they stay in check, agenda and reports. R30."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Stage
from haicang_desk.model.rules import sorted_findings
from haicang_desk.model.services.evaluation import check, findings_on_projects
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import casefiles, project_ids_before
from haicang_desk.model.values import Money

IN_PROGRESS = (
    *(Stage.SUBMITTED, Stage.APPROVED, Stage.LODGED, Stage.APPOINTED),
    *(Stage.UNDERWAY, Stage.COMPLETED),
)


def is_unfinished(case: Casefile) -> bool:
    """Whether a project is under way, from 已申报 to 已完工, or money paid for it is still to come back."""
    return case.stage in IN_PROGRESS or money_to_return(case) > 0


def money_to_return(case: Casefile) -> Money:
    """What was paid for a project beyond what it may keep, in fen: all of it while no approval is in force."""
    if case.stage is Stage.TERMINATED:
        stopped = case.staged[1]
        late = (each.amount for each in case.disbursements if stopped and each.paid_on and each.paid_on > stopped)
        return max(min(sum(late, Money(0)), case.disbursed), Money(0))
    due = case.approved.scheme if case.approved else Money(0)
    if case.settled:
        due = min(due, case.settled.scheme)
    return max(case.disbursed - due, Money(0))


def carried_over(ws: Workspace, year: int) -> Iterator[Casefile]:
    """The projects of fund years before ``year`` that are not done with, oldest year first."""
    cases = casefiles(ws.conn, project_ids_before(ws.conn, year))
    yield from sorted(filter(is_unfinished, cases), key=lambda case: (case.project.fund_year, case.project.code))


def check_with_carried_over(ws: Workspace, year: int, today: date, *, workers: int = 1) -> list[Finding]:
    """Every finding on a fund year, and those on the projects carried over into it, which have their own year."""
    findings = check(ws, year, today, workers=workers)
    for earlier, cases in groupby(carried_over(ws, year), key=lambda case: case.project.fund_year):
        findings += findings_on_projects(ws, cases, earlier, today)
    return sorted_findings(findings)
