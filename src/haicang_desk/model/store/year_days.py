"""The days of a fund year: notices that end, contracts that fall due, and whether duties may have changed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from haicang_desk.model.records import Award, Inspection, NoticeKind, QuarterReport, Stage, YearPlan
from haicang_desk.model.store.mapping import column, read_rows
from haicang_desk.model.workflow import BEFORE_FILING

_OF_STAGE = "l.fund_year = ? AND l.stage <> '' AND l.stage"  # found by the index of sums by stage
_NOTICE = f"'{NoticeKind.PROJECT.code}'"
_IN_WORK = f"'{Stage.APPOINTED.code}', '{Stage.UNDERWAY.code}'"
_BEFORE_FILING = ", ".join(f"'{stage.code}'" for stage in BEFORE_FILING)
_OF_DUTIES = ", ".join(f"'{cls.table}'" for cls in (Award, Inspection, QuarterReport, YearPlan))


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedNotice:
    """A project not yet filed with the last day of its newest notice (项目公示)."""

    project: str = column("l.project")
    title: str = column("p.title")
    ends_on: date = column("max(n.ends_on)")


def notices_before_filing(conn: sqlite3.Connection, year: int) -> list[PostedNotice]:
    """The projects of a fund year that are not filed and have a notice of their own, with when the last one ends."""
    return read_rows(
        conn,
        PostedNotice,
        "FROM register_line l CROSS JOIN notice n ON n.project = l.project JOIN project p ON p.id = l.project"
        f" WHERE {_OF_STAGE} IN ({_BEFORE_FILING}) AND NOT n.void AND n.kind = {_NOTICE}"
        " AND n.posted_on IS NOT NULL AND n.ends_on IS NOT NULL GROUP BY l.project ORDER BY 3, 1",
        (year,),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractDay:
    """A day by which projects in hand are to be finished by contract, and their ids."""

    day: date
    projects: tuple[str, ...]


def contract_days(conn: sqlite3.Connection, year: int, after: date) -> list[ContractDay]:
    """The days after ``after`` on which projects of a fund year that are appointed or under way are due by contract."""
    found = conn.execute(
        "SELECT a.due_on, l.project FROM register_line l CROSS JOIN appointment a ON a.project = l.project"
        f" WHERE {_OF_STAGE} IN ({_IN_WORK}) AND NOT a.void AND a.due_on > ? ORDER BY 1, 2",
        (year, after.isoformat()),
    )
    days: dict[str, list[str]] = {}
    for day, project in found:
        days.setdefault(day, []).append(project)
    return [ContractDay(day=date.fromisoformat(day), projects=tuple(ids)) for day, ids in days.items()]


def duties_touched_since(conn: sqlite3.Connection, entry: int, year: int) -> bool:
    """Whether a change after a journal entry may have moved the duties of a fund year.

    That is one of the records that meet them, or a project of an earlier year, which may be carried over.
    """
    (touched,) = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM journal_row r LEFT JOIN register_line l ON l.project = r.project"
        f" WHERE r.seq > ? AND (r.tbl IN ({_OF_DUTIES})"
        " OR r.project IS NOT NULL AND coalesce(l.fund_year, 0) < ?))",
        (entry, year),
    ).fetchone()
    return bool(touched)
