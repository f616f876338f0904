"""Projects of other fund years that a quarterly report shows beside those of its own: 上年结转, and those paid. R30."""

from __future__ import annotations

from datetime import date, timedelta

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.as_of import casefile_as_of
from haicang_desk.model.services import Workspace, is_unfinished
from haicang_desk.model.store import casefiles, project_ids_before, project_ids_paid


def cases_of_other_years(ws: Workspace, year: int, first: date, upto: date) -> tuple[Casefile, ...]:
    """The projects of other fund years that the report of a quarter shows, by fund year, village and code.

    Of earlier years those that were not done with on the eve of its first day; of any year those that were paid or
    paid back from ``first`` to ``upto``.
    """
    moved, eve = set(project_ids_paid(ws.conn, first, upto)), first - timedelta(1)
    wanted = sorted(moved.union(project_ids_before(ws.conn, year, on=eve)))
    cases = [
        case
        for case in casefiles(ws.conn, wanted)
        if case.project.fund_year != year and (case.project.id in moved or is_unfinished(casefile_as_of(case, eve)))
    ]
    return tuple(sorted(cases, key=lambda case: (case.project.fund_year, case.village.name, case.project.code)))
