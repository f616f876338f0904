"""上期调整: what belongs to the quarter before and was entered after its report was frozen. R26."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from haicang_desk.model.balances import ProjectTotals
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.as_of import casefile_as_of
from haicang_desk.model.records import QuarterLine, QuarterReport
from haicang_desk.model.services import Workspace
from haicang_desk.model.values import Money, full_date, quarter_span


@dataclass(frozen=True, slots=True, kw_only=True)
class LateEntry:
    """One figure of a project that the last report told otherwise than it is now known."""

    code: str
    title: str
    village: str
    what: str
    reported: str
    known: str


def late_entries(
    ws: Workspace, cases: Iterable[Casefile], year: int, quarter: int
) -> tuple[tuple[LateEntry, ...], str]:
    """Differences from the frozen report of the quarter before, and in a sentence what they were measured by."""
    if quarter == 1:
        return (), "本年度第一季度，没有上期。"
    last = quarter - 1
    frozen = ws.all(QuarterReport, year=year, quarter=last)
    if not frozen:
        return (), "上季度报告没有在本台账定稿，无从比较。"
    told: list[LateEntry] = []
    for case in cases:
        held = next((line for line in case.quarter_lines if (line.year, line.quarter) == (year, last)), None)
        then = casefile_as_of(case, quarter_span(year, last)[1])
        if held is not None or ProjectTotals.of(then, search="").counts:
            told += _differences(then, held)
    on = frozen[-1].frozen_on
    return tuple(told), f"与上季度报告（{full_date(on)}定稿）比较。" if on else "与上季度报告比较。"


def _differences(case: Casefile, held: QuarterLine | None) -> list[LateEntry]:
    def late(what: str, reported: str, known: str) -> LateEntry:
        project = case.project
        return LateEntry(
            code=project.code,
            title=project.title,
            village=case.village.name,
            what=what,
            reported=reported,
            known=known,
        )

    if held is None:
        return [late("补录项目", "", case.stage.label)]
    approved = case.approved.scheme if case.approved else Money(0)
    pairs = (
        ("办理阶段", held.stage, case.stage.label),
        ("累计核定（元）", str(held.approved), str(approved)),
        ("累计拨付（元）", str(held.disbursed), str(case.disbursed)),
    )
    return [late(what, was, now) for what, was, now in pairs if was != now]
