"""Forecast the balances and findings of a year as if some projects were approved. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from haicang_desk.model.balances import ProjectTotals, Register
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Approval, Conclusion, Link, Project, Stage, Village
from haicang_desk.model.rules import (
    Remedy,
    StreetRuleContext,
    VillageRuleContext,
    remedies_for,
    sorted_findings,
    street_findings,
    village_findings,
)
from haicang_desk.model.services.evaluation import findings_of, reference_tables_of
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import Refused
from haicang_desk.model.workflow import BEFORE_FILING

AS_IF = "~"  # stands for the id of an approval not made; it is after every other of its day


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The sums and the findings on them before and after; ``cures`` are the remedies for limits then missed."""

    before: Register
    after: Register
    was: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    cures: tuple[Remedy, ...]

    @property
    def new(self) -> tuple[Finding, ...]:
        """The findings that the approvals would add."""
        known = {(found.rule, found.scope, found.subject) for found in self.was}
        return tuple(found for found in self.findings if (found.rule, found.scope, found.subject) not in known)


def what_if(ws: Workspace, codes_or_ids: Iterable[str], today: date) -> Forecast:
    """The forecast for these projects, approved as applied for; those already decided count as they are.

    Raises Refused for no project, for one that is not in the store, and for projects of several fund years.
    """
    return forecast_of(ws, casefiles_picked(ws, codes_or_ids), today)


def casefiles_picked(ws: Workspace, codes_or_ids: Iterable[str]) -> list[Casefile]:
    """The casefiles of these projects, each once. Raises Refused as ``what_if`` does."""
    cases = [ws.casefile(project) for project in dict.fromkeys(_project_id(ws, each) for each in codes_or_ids)]
    if len({case.project.fund_year for case in cases}) != 1:
        raise Refused("请选择同一资金年度的一个或几个项目再试算")
    return cases


def forecast_of(ws: Workspace, cases: Iterable[Casefile], today: date) -> Forecast:
    """The forecast for these casefiles, stored or not; a changed one replaces the stored one in the sums."""
    cases = list(cases)
    before = after = ws.register(cases[0].project.fund_year)
    for case in cases:
        stored = ProjectTotals.of(ws.casefile(case.project.id), search="") if case.project.id else None
        after = after.moved(stored, ProjectTotals.of(approved(case, today), search=""))
    villages = list({case.village.id: case.village for case in cases}.values())
    return Forecast(
        before=before,
        after=after,
        was=tuple(_findings(ws, before, villages, today)),
        findings=tuple(_findings(ws, after, villages, today)),
        cures=tuple(remedies_for(after, villages, ws.policy(before.year))),
    )


def findings_if(ws: Workspace, cases: Iterable[Casefile], after: Register, today: date) -> list[Finding]:
    """Every finding on the year, as ``check`` would list them, with these cases approved as applied for."""
    approved_cases = {case.project.id: approved(case, today) for case in cases}
    as_if = (approved_cases.get(case.project.id, case) for case in ws.casefiles(after.year))
    return findings_of(ws, as_if, after, today)


def _project_id(ws: Workspace, code_or_id: str) -> str:
    return code_or_id if ws.all(Project, id=code_or_id) else ws.project(code_or_id).id


def approved(case: Casefile, today: date) -> Casefile:
    """The case submitted and approved as applied for, whatever the rules say; unchanged if it is further on."""
    if case.stage not in (*BEFORE_FILING, Stage.SUBMITTED):
        return case
    filed = case.project.submitted_on or today
    agreed = Approval(
        id=AS_IF, project=Link(case.project.id), conclusion=Conclusion.AGREE, decided_on=max(today, _last(case))
    )
    return replace(case.holding(agreed), project=replace(case.project, submitted_on=filed))


def _last(case: Casefile) -> date:
    return max((each.decided_on for each in case.approvals if each.decided_on), default=date.min)


def _findings(ws: Workspace, register: Register, villages: list[Village], today: date) -> list[Finding]:
    """The findings of the rules on sums: those of villages and street that need nothing but the register."""
    policy, year, standing = ws.policy(register.year), register.year, reference_tables_of(ws, register.year)
    findings: list[Finding] = []
    for village in villages:
        balance = register.villages[village.id]
        findings += village_findings(
            VillageRuleContext(
                village=village, balance=balance, policy=policy, today=today, year=year, standing=standing
            )
        )
    findings += street_findings(
        StreetRuleContext(street=ws.street, register=register, policy=policy, today=today, year=year, standing=standing)
    )
    return sorted_findings(findings)
