"""The simulation of the year: every action of the street and its projects, by date, into a new store."""

from __future__ import annotations

from collections import Counter
from datetime import date

from haicang_desk.demo.clock import Clock
from haicang_desk.demo.fixtures import YEAR, DemoStreet, demo_street
from haicang_desk.demo.planted_faults import PLANTED_FAULTS
from haicang_desk.demo.scenario import project_actions
from haicang_desk.demo.simulated_office import Office
from haicang_desk.demo.street_year import street_actions
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Category, Stage
from haicang_desk.model.services import Workspace, check
from haicang_desk.model.store import verify
from haicang_desk.model.values import NotWritten

AS_OF = date(YEAR, 11, 20)  # the last day of the demonstration


def simulate_year() -> Workspace:
    """Simulate the year in memory and give the store. Raises NotWritten where the result is not the one intended."""
    clock, street = Clock(), demo_street()
    ws = Workspace.in_memory(street=street.office.name, year=YEAR, actor=street.clerk, now=clock, new_id=clock.new_id)
    try:
        _run_actions(Office(ws, street, clock))
        check_result(ws, street)
    except BaseException:
        ws.close()
        raise
    return ws


def _run_actions(office: Office) -> None:
    actions = street_actions()
    for project in office.street.projects:
        actions += project_actions(project)
    for day, action in sorted(actions, key=lambda entry: entry[0]):
        if day > AS_OF:
            raise NotWritten(f"演示没有做成：停在 {AS_OF}，却有事排在 {day}")
        office.clock.go_to(day)
        office.today = day
        action(office)
    office.clock.go_to(AS_OF)


def check_result(ws: Workspace, street: DemoStreet) -> None:
    """Check that every stage and category occurs, that the intended findings and no others stand, and that the store is
    intact. Raises NotWritten otherwise.
    """
    cases = list(ws.casefiles(YEAR))
    stages, categories = Counter(case.stage for case in cases), {case.project.category for case in cases}
    _demand(len(ws.register(YEAR).villages) >= 12 and len(cases) >= 60, "村居或项目不够")
    _demand(set(stages) == set(Stage), f"缺少办理阶段：{'、'.join(s.label for s in Stage if s not in stages)}")
    _demand(categories == set(Category), "缺少项目类别")
    found = check(ws, YEAR, AS_OF)
    told = {(each.rule, each.severity, each.title) for each in found}
    planted = {(fault.rule, fault.severity, fault.subject) for fault in PLANTED_FAULTS}
    _demand(
        planted <= told, f"有意留下的问题没有查出：{'、'.join(sorted(subject for _, _, subject in planted - told))}"
    )
    blocked = {each for each in told if each[1] is Severity.BLOCK} - planted
    earlier = [each for each in check(ws, YEAR - 1, AS_OF) if each.severity is Severity.BLOCK]
    others = sorted({title for _, _, title in blocked} | {each.title for each in earlier})
    _demand(not others, f"不应有的硬性问题：{'、'.join(others)}")
    _demand(any(each.excused_by for each in found), "没有已批准的例外")
    _demand(bool(_subjects(found, "R12")), "没有逾期的项目")
    _demand(not verify(ws.conn), "台账核对不上")


def _subjects(found: list[Finding], *rules: str) -> set[str]:
    scope = "project" if rules == ("R12",) else "village"
    return {each.subject for each in found if each.rule in rules and each.scope == scope}


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotWritten(f"演示没有做成：{otherwise}")
