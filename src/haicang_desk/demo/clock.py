"""Playing the year: every deed of the street and of its projects, in the order of their days, into a new store."""

from __future__ import annotations

from collections import Counter
from datetime import date

from haicang_desk.demo.fixtures import YEAR, Cast, cast
from haicang_desk.demo.office import Clock, Office
from haicang_desk.demo.scenario import journey
from haicang_desk.demo.street_year import season
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Category, Stage
from haicang_desk.model.services import Workspace, check
from haicang_desk.model.store import verify
from haicang_desk.model.values import NotWritten

AS_OF = date(YEAR, 11, 20)  # the day on which the demonstration stands still
SHORT_OF_SERVICES = {"枫林社区", "下埭村"}
ABOVE_REFERENCE = {"榕荫社区"}


def play() -> Workspace:
    """The store at the end of the play, in memory. Raises NotWritten where the year did not come out as it should."""
    clock, company = Clock(), cast()
    ws = Workspace.in_memory(street=company.street.name, year=YEAR, actor=company.clerk, now=clock, new_id=clock.new_id)
    try:
        _play(Office(ws, company, clock))
        confirm(ws, company)
    except BaseException:
        ws.close()
        raise
    return ws


def _play(office: Office) -> None:
    deeds = season()
    for part in office.cast.parts:
        deeds += journey(part)
    for day, deed in sorted(deeds, key=lambda entry: entry[0]):
        if day > AS_OF:
            raise NotWritten(f"演示没有做成：停在 {AS_OF}，却有事排在 {day}")
        office.clock.go_to(day)
        office.today = day
        deed(office)
    office.clock.go_to(AS_OF)


def confirm(ws: Workspace, company: Cast) -> None:
    """Every stage and category is there, what must be short is short and nothing else, and the store is sound."""
    cases = list(ws.casefiles(YEAR))
    stages, categories = Counter(case.stage for case in cases), {case.project.category for case in cases}
    _demand(len(ws.register(YEAR).villages) >= 12 and len(cases) >= 60, "村居或项目不够")
    _demand(set(stages) == set(Stage), f"缺少办理阶段：{'、'.join(s.label for s in Stage if s not in stages)}")
    _demand(categories == set(Category), "缺少项目类别")
    found = check(ws, YEAR, AS_OF)
    _demand(_subjects(found, "R05", "R06") == SHORT_OF_SERVICES, "服务类占比不足的村居与预期不符")
    _demand(_subjects(found, "R10") == ABOVE_REFERENCE, "超过参考额度的村居与预期不符")
    over = {company.street.name, *(part.title for part in company.parts if part.to == "over_cap")}
    barred = {each.title for each in found if each.severity is Severity.BLOCK}
    _demand(barred <= over, f"不应有的硬性问题：{'、'.join(sorted(barred - over))}")
    _demand(any(each.excused_by for each in found), "没有已批准的例外")
    _demand(bool(_subjects(found, "R12")), "没有逾期的项目")
    _demand(not verify(ws.conn), "台账核对不上")


def _subjects(found: list[Finding], *rules: str) -> set[str]:
    scope = "project" if rules == ("R12",) else "village"
    return {each.subject for each in found if each.rule in rules and each.scope == scope}


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotWritten(f"演示没有做成：{otherwise}")
