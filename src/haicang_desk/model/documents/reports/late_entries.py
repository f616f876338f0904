"""上期调整: entries of the quarter before that were made after its report was frozen. R26."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from haicang_desk.model.balances import ProjectTotals
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.as_of import casefile_as_of
from haicang_desk.model.documents.reports.other_years import cases_of_other_years
from haicang_desk.model.records import QuarterLine, QuarterReport
from haicang_desk.model.services import Workspace
from haicang_desk.model.values import Money, full_date, quarter_span


@dataclass(frozen=True, slots=True, kw_only=True)
class LateEntry:
    """One figure of a project that differs from the last report."""

    code: str
    title: str
    village: str
    what: str
    reported: str
    known: str


def late_entries(
    ws: Workspace, year: int, quarter: int, cases: Iterable[Casefile]
) -> tuple[tuple[LateEntry, ...], str]:
    """Differences from the frozen report of the quarter before, and a sentence that says what was compared.

    That of a first quarter is the last of the year before. ``cases`` are the projects of fund year ``year``.
    """
    last = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    frozen = ws.all(QuarterReport, year=last[0], quarter=last[1])
    if not frozen:
        return (), "上季度报告没有在本台账定稿，无从比较。"
    first_day, last_day = quarter_span(*last)
    own = cases if last[0] == year else ws.casefiles(last[0])
    others = cases_of_other_years(ws, last[0], first_day, last_day)
    entries: list[LateEntry] = []
    for case, of_year in (*((case, True) for case in own), *((case, False) for case in others)):
        frozen_line = next((line for line in case.quarter_lines if (line.year, line.quarter) == last), None)
        then = casefile_as_of(case, last_day)
        moved = _moved(case, first_day, last_day)
        if frozen_line is not None or moved or (of_year and ProjectTotals.of(then, search="").counts):
            entries += _differences(then, frozen_line, moved=moved)
    on = frozen[-1].frozen_on
    return tuple(entries), f"与上季度报告（{full_date(on)}定稿）比较。" if on else "与上季度报告比较。"


def _moved(case: Casefile, first: date, last: date) -> bool:
    """Whether a project was paid or paid back on a day from ``first`` to ``last``."""
    days = [*(each.paid_on for each in case.disbursements), *(each.returned_on for each in case.refunds)]
    return any(first <= day <= last for day in days if day)


def _differences(case: Casefile, frozen: QuarterLine | None, *, moved: bool) -> list[LateEntry]:
    def late(what: str, reported: str, known: str) -> LateEntry:
        """An entry of this project."""
        project = case.project
        return LateEntry(
            code=project.code,
            title=project.title,
            village=case.village.name,
            what=what,
            reported=reported,
            known=known,
        )

    if frozen is None:
        entries = [late("补录项目", "", case.stage.label)]
        return [*entries, late("累计拨付（元）", "", str(case.disbursed))] if moved else entries
    approved = case.approved.scheme if case.approved else Money(0)
    pairs = (
        ("办理阶段", frozen.stage, case.stage.label),
        ("累计核定（元）", str(frozen.approved), str(approved)),
        ("累计拨付（元）", str(frozen.disbursed), str(case.disbursed)),
    )
    return [late(what, was, now) for what, was, now in pairs if was != now]
