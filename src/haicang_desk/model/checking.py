"""Asking the rule book: about a year, about one project, and about a step before it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.casefile import Casefile, Scene
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Inspection, Project
from haicang_desk.model.register import Line, Register
from haicang_desk.model.rules import (
    RULES,
    StreetScene,
    VillageScene,
    in_report_order,
    project_findings,
    street_findings,
    village_findings,
)
from haicang_desk.model.workflow import Stage, Step
from haicang_desk.model.workspace import Workspace

UNCHECKED = (Stage.REJECTED, Stage.WITHDRAWN)


def check(ws: Workspace, year: int, today: date) -> list[Finding]:
    """Every finding of every rule on a fund year, by rule, scope and name (contract §4)."""
    policy, street, register = ws.policy(year), ws.street, ws.register(year)
    found: list[Finding] = []
    kept: list[Casefile] = []
    for case in ws.casefiles(year):
        if checked(case):
            found += project_findings(Scene(case=case, policy=policy, today=today, street=street, register=register))
            kept.append(case)
    for scene in _villages(ws, register, kept, today):
        found += village_findings(scene)
    inspections = tuple(ws.all(Inspection))
    found += street_findings(
        StreetScene(
            street=street,
            register=register,
            policy=policy,
            today=today,
            year=year,
            inspections=inspections,
            cases=tuple(kept),
        )
    )
    return in_report_order(found)


def checked(case: Casefile) -> bool:
    """Refused, withdrawn and never-paid terminated projects have left the rules' reach."""
    stage = case.stage
    return stage not in UNCHECKED and not (stage is Stage.TERMINATED and not case.disbursements)


def _villages(ws: Workspace, register: Register, cases: list[Casefile], today: date) -> Iterator[VillageScene]:
    policy = ws.policy(register.year)
    projects: dict[str, list[Project]] = {}
    villages = {}
    for case in cases:
        villages[case.village.id] = case.village
        projects.setdefault(case.village.id, []).append(case.project)
    for village_id, village in villages.items():
        yield VillageScene(
            village=village,
            balance=register.villages[village_id],
            policy=policy,
            today=today,
            year=register.year,
            projects=tuple(projects[village_id]),
        )


def scene_of(ws: Workspace, case: Casefile, today: date, *, was: Casefile | None = None) -> Scene:
    """A case among the sums around it; ``was`` is how the store has it, where ``case`` is only proposed."""
    year = case.project.fund_year
    register = ws.register(year)
    if was is not None:
        register = register.moved(Line.of(was), Line.of(case))
    return Scene(case=case, policy=ws.policy(year), today=today, street=ws.street, register=register)


def weigh(
    ws: Workspace, case: Casefile, today: date, *, was: Casefile | None = None, before: str = ""
) -> list[Finding]:
    """What the book says of one case, its village and its street as they would be with it."""
    scene = scene_of(ws, case, today, was=was)
    found = project_findings(scene, before=before)
    if scene.register is None:
        return found
    village, year = case.village, case.project.fund_year
    balance = scene.register.villages[village.id]
    projects = tuple(ws.all(Project, fund_year=year, village=village.id)) if _looks_at_projects(before) else ()
    found += village_findings(
        VillageScene(village=village, balance=balance, policy=scene.policy, today=today, year=year, projects=projects),
        before=before,
    )
    found += street_findings(
        StreetScene(street=scene.street, register=scene.register, policy=scene.policy, today=today, year=year),
        before=before or "approve",
    )
    return in_report_order(found)


def _looks_at_projects(before: str) -> bool:
    return any(r.scope == "village" and (not before or before in r.before) for r in RULES)


def barring(ws: Workspace, was: Casefile, proposed: Casefile, step: Step, today: date) -> list[Finding]:
    """The findings that stop a step, given the case as the step would leave it."""
    return [found for found in weigh(ws, proposed, today, was=was, before=step.name) if found.stops]
