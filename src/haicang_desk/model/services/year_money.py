"""The money of a fund year on its way: quota, approved, paid, settled, what is left; by source and by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from haicang_desk.model.funding import NONE
from haicang_desk.model.records import PaidFrom, Source
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import (
    Month,
    MonthlySum,
    approved_by_month,
    casefiles,
    paid_by_month,
    projects_altered,
    settled_by_month,
)
from haicang_desk.model.values import Money

OF_SCHEME = tuple(
    source for source in Source if source.code in {paid.code for paid in PaidFrom}
)  # the two sources that this scheme itself pays
Flow = Mapping[tuple[Month | None, Source], Money]  # of one act, by the month of its business date and by source


@dataclass(frozen=True, slots=True, kw_only=True)
class YearMoney:
    """The money of one fund year. Sums agree with the register: what is approved and settled is of projects that count,
    what is paid is of all, less what came back. ``approvals``: how many projects were approved in each month.
    """

    year: int
    quota: Money | None
    approved: Flow = field(default_factory=dict)
    paid: Flow = field(default_factory=dict)
    settled: Flow = field(default_factory=dict)
    approvals: Mapping[Month | None, int] = field(default_factory=dict)

    def by_source(self, flow: Flow) -> dict[Source, Money]:
        """The sums of one flow by source, in the order of the sources; those without any are left out."""
        return {source: total for source in Source if (total := _total(flow, sources=(source,)))}

    def by_month(self, flow: Flow, sources: Iterable[Source] = OF_SCHEME) -> list[Money]:
        """The sums of the twelve months of the fund year."""
        return [_total(flow, month=(self.year, month), sources=tuple(sources)) for month in range(1, 13)]

    def by_quarter(self, flow: Flow, sources: Iterable[Source] = OF_SCHEME) -> list[Money]:
        """The sums of the four quarters of the fund year."""
        months = self.by_month(flow, sources)
        return [sum(months[first : first + 3], NONE) for first in (0, 3, 6, 9)]

    def approvals_by_quarter(self) -> list[int]:
        """How many projects were approved in each of the four quarters of the fund year."""
        months = [self.approvals.get((self.year, month), 0) for month in range(1, 13)]
        return [sum(months[first : first + 3]) for first in (0, 3, 6, 9)]

    def outside(self, flow: Flow, sources: Iterable[Source] = OF_SCHEME) -> Money:
        """What was moved in other years, or on a day that is not known."""
        return Money(_total(flow, sources=tuple(sources)) - sum(self.by_month(flow, sources), NONE))

    def total(self, flow: Flow, sources: Iterable[Source] = OF_SCHEME) -> Money:
        """The sum of one flow over all months; of the two sources of this scheme where none are named."""
        return _total(flow, sources=tuple(sources))


def year_money(ws: Workspace, year: int) -> YearMoney:
    """The money of a fund year, summed by the store; the few projects with altered sums are read one by one."""
    conn = ws.conn
    approved, counts = approved_by_month(conn, year)
    approvals: Counter[Month | None] = Counter()
    for each in counts:
        approvals[each.month] += each.projects
    for case in casefiles(conn, projects_altered(conn, year)):
        if case.approval is None or case.approved is None:
            continue
        on = case.approval.decided_on
        month = (on.year, on.month) if on else None
        approvals[month] += 1
        amounts = ((source, case.approved.source(source)) for source in Source)
        approved += [MonthlySum(month, source, amount) for source, amount in amounts if amount]
    return YearMoney(
        year=year,
        quota=ws.street_quota(year),
        approved=_flow(approved),
        paid=_flow(paid_by_month(conn, year)),
        settled=_flow(settled_by_month(conn, year)),
        approvals=approvals,
    )


def _flow(sums: Iterable[MonthlySum]) -> Flow:
    flow: dict[tuple[Month | None, Source], Money] = {}
    for each in sums:
        place = each.month, each.source
        flow[place] = flow.get(place, NONE) + each.amount
    return flow


def _total(flow: Flow, *, sources: tuple[Source, ...], month: Month | None = None) -> Money:
    """The sum of these sources in a month; in all months where none is named."""
    return sum((sum_ for (when, source), sum_ in flow.items() if source in sources and month in (None, when)), NONE)
