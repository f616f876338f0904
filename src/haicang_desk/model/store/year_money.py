"""The money of a fund year by source and by month, in sums that the store makes itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from haicang_desk.model.records import Conclusion, Source
from haicang_desk.model.values import Money

Month = tuple[int, int]  # year and month
_SOURCE = {source.code: source for source in Source}
_AGREED = f"'{Conclusion.AGREE.code}'"

# The decision in force is the last one made, by day and then by order of entry, if it agrees. ``max`` makes SQLite
# give the other columns of that row. Of a project whose approved sums were altered, none is given here.
_DECIDED = f"""
SELECT a.project, a.conclusion, a.decided_on, a.special, a.matching, a.total,
  max(coalesce(a.decided_on, '') || a.id) AS latest
FROM approval a WHERE NOT a.void
  AND a.project NOT IN (SELECT project FROM alteration WHERE NOT void AND conclusion = {_AGREED})
GROUP BY a.project
"""
_OTHERS = "p.other_fiscal + p.donated_cash + p.donated_goods + p.labour"
_SPECIAL, _MATCHING = "coalesce(d.special, p.special)", "coalesce(d.matching, p.matching)"
_TOTAL = f"coalesce(d.total, p.special + p.matching + {_OTHERS} + p.self_raised)"
_APPROVED = f"""
SELECT substr(d.decided_on, 1, 7), count(*), sum({_SPECIAL}), sum({_MATCHING}),
  sum(p.other_fiscal), sum(p.donated_cash), sum(p.donated_goods), sum(p.labour),
  sum({_TOTAL} - {_SPECIAL} - {_MATCHING} - ({_OTHERS}))
FROM ({_DECIDED}) d CROSS JOIN register_line l ON l.project = d.project CROSS JOIN project p ON p.id = d.project
WHERE d.conclusion = {_AGREED} AND l.fund_year = ? AND l.counts GROUP BY 1
"""
_SETTLED = f"""
SELECT substr(s.settled_on, 1, 7), count(*), {", ".join(f"sum(s.{source})" for source in _SOURCE)}
FROM (SELECT *, max(coalesce(settled_on, '') || id) AS latest FROM settlement WHERE NOT void GROUP BY project) s
CROSS JOIN register_line l ON l.project = s.project
WHERE l.fund_year = ? AND l.counts GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class MonthlySum:
    """A sum of one month and one source; ``month`` is that of the business date, None where there is no date."""

    month: Month | None
    source: Source
    amount: Money


@dataclass(frozen=True, slots=True)
class MonthlyCount:
    """How many projects were approved in a month."""

    month: Month | None
    projects: int


def approved_by_month(conn: sqlite3.Connection, year: int) -> tuple[list[MonthlySum], list[MonthlyCount]]:
    """What was approved for the projects of a fund year that count, by the month of the decision in force.

    Projects with an approved alteration are left out: ``projects_altered`` names them.
    """
    sums: list[MonthlySum] = []
    counts: list[MonthlyCount] = []
    for month, count, *amounts in conn.execute(_APPROVED, (year,)):
        counts.append(MonthlyCount(_month(month), count))
        sums += _by_source(month, amounts)
    return sums, counts


def settled_by_month(conn: sqlite3.Connection, year: int) -> list[MonthlySum]:
    """What the projects of a fund year that count were settled at, by the month of their last settlement."""
    found = conn.execute(_SETTLED, (year,))
    return [each for month, _, *amounts in found for each in _by_source(month, amounts)]


def paid_by_month(conn: sqlite3.Connection, year: int) -> list[MonthlySum]:
    """What was paid for the projects of a fund year, by month, less what came back in that month."""
    found = conn.execute(
        "SELECT month, source, sum(amount) FROM ("
        " SELECT substr(d.paid_on, 1, 7) AS month, d.source AS source, d.amount AS amount"
        " FROM disbursement d CROSS JOIN register_line l ON l.project = d.project WHERE NOT d.void AND l.fund_year = ?"
        " UNION ALL SELECT substr(r.returned_on, 1, 7), r.source, -r.amount"
        " FROM refund r CROSS JOIN register_line l ON l.project = r.project WHERE NOT r.void AND l.fund_year = ?"
        ") GROUP BY 1, 2",
        (year, year),
    )
    return [MonthlySum(_month(month), _SOURCE[source], Money(amount)) for month, source, amount in found]


def projects_altered(conn: sqlite3.Connection, year: int) -> list[str]:
    """Ids of the projects of a fund year that count and whose approved sums were altered by a decision (变更)."""
    found = conn.execute(
        "SELECT DISTINCT a.project FROM alteration a JOIN register_line l ON l.project = a.project"
        f" WHERE NOT a.void AND a.conclusion = {_AGREED} AND l.fund_year = ? AND l.counts ORDER BY 1",
        (year,),
    )
    return [row[0] for row in found]


def _by_source(month: str | None, amounts: list[int | None]) -> Iterator[MonthlySum]:
    for source, amount in zip(Source, amounts, strict=True):
        if amount:
            yield MonthlySum(_month(month), source, Money(amount))


def _month(text: str | None) -> Month | None:
    return (int(text[:4]), int(text[5:7])) if text else None


def projects_moved_in(conn: sqlite3.Connection, year: int, month: Month) -> list[str]:
    """Ids of the projects of a fund year that were approved, paid or paid back in a month."""
    first, last = f"{month[0]:04d}-{month[1]:02d}-01", f"{month[0]:04d}-{month[1]:02d}-31"
    found = conn.execute(
        "SELECT l.project FROM register_line l WHERE +l.fund_year = :year AND l.project IN ("
        " SELECT project FROM approval"
        f" WHERE NOT void AND conclusion = {_AGREED} AND decided_on BETWEEN :first AND :last"
        " UNION SELECT project FROM disbursement WHERE NOT void AND paid_on BETWEEN :first AND :last"
        " UNION SELECT project FROM refund WHERE NOT void AND returned_on BETWEEN :first AND :last) ORDER BY 1",
        {"year": year, "first": first, "last": last},
    )
    return [row[0] for row in found]
