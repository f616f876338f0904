"""Casefiles read from the store, one or a hundred thousand, and the totals kept of each in ``register_line``."""

from __future__ import annotations

import gc
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from haicang_desk.model.balances import COLUMNS, METRICS, RESTS_ON, Condition, Metric, ProjectTotals
from haicang_desk.model.casefile import CHILDREN, DATED, Casefile, in_order
from haicang_desk.model.records import Deliberation, Notice, Project, Record, Stage, Suggestion, Village
from haicang_desk.model.store.mapping import read_records

BATCH = 400  # projects read at a time: bounds memory, and stays under SQLite's limit of bound values
FEW = 10  # up to so many projects, only their own villages are read
VILLAGE_WIDE: dict[str, type[Record]] = {"suggestions": Suggestion, "deliberations": Deliberation, "notices": Notice}


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Without garbage collection: casefiles and papers hold no cycles, and the search takes a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def casefiles(
    conn: sqlite3.Connection, ids: Sequence[str], parts: Collection[str] = tuple(CHILDREN)
) -> Iterator[Casefile]:
    """The casefiles of these projects, in this order. Void projects and unknown ids are left out.

    ``parts``: only these attributes are read; the others are empty.
    """
    few = len(ids) <= FEW
    homes, args = (f"(SELECT village FROM project WHERE id IN ({_marks(ids)}))", ids) if few else ("", ())
    villages = {village.id: village for village in read_records(conn, Village, f"id IN {homes}" if few else "1", args)}
    of_village = {name: cls for name, cls in VILLAGE_WIDE.items() if name in parts}
    wide = _village_wide(
        conn, of_village, f"project IS NULL AND village IN {homes}" if few else "project IS NULL", args
    )
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        named, args = _named(conn, batch)
        projects = {project.id: project for project in read_records(conn, Project, f"id {named}", args)}
        read = _parts(conn, parts, named, args)
        for project_id in batch:
            if (project := projects.get(project_id)) is not None:
                own = read.get(project_id, {})
                if records := wide.get(project.village):
                    _add_village_wide(own, records, project.fund_year)
                yield Casefile.of(project, villages[project.village], own)


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))


def _named(conn: sqlite3.Connection, batch: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The condition on the ids of a batch: a range where few other ids lie in it, one seek instead of hundreds."""
    span, most = (min(batch), max(batch)), 2 * len(batch)
    found = conn.execute(
        "SELECT count(*) FROM (SELECT 1 FROM project WHERE id BETWEEN ? AND ? LIMIT ?)", (*span, most + 1)
    )
    (within,) = found.fetchone()
    return ("BETWEEN ? AND ?", span) if within <= most else (f"IN ({_marks(batch)})", batch)


def _parts(
    conn: sqlite3.Connection, names: Collection[str], named: str, args: Sequence[str]
) -> dict[str, dict[str, tuple[Any, ...]]]:
    """The records of each project by attribute of the casefile, in the order of ``in_order``."""
    parts: dict[str, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for name in names:
        cls = CHILDREN[name]
        dated = DATED[cls] and f"coalesce({DATED[cls]}, '{date.min}'), "
        found = read_records(conn, cls, f"project {named}", args, order=f"project, {dated}id")
        for project_id, own in groupby(found, attrgetter("project")):
            parts[project_id][name] = tuple(own)
    return parts


def _village_wide(
    conn: sqlite3.Connection, kinds: Mapping[str, type[Record]], where: str, args: Sequence[str]
) -> dict[str, dict[str, list[Any]]]:
    """The records that belong to a village and name no project, by village."""
    found: dict[str, dict[str, list[Any]]] = {}
    for name, cls in kinds.items():
        for record in read_records(conn, cls, where, args):
            found.setdefault(getattr(record, "village"), {}).setdefault(name, []).append(record)  # noqa: B009
    return found


def _add_village_wide(own: dict[str, tuple[Any, ...]], of_village: dict[str, list[Any]], year: int) -> None:
    """Add a village's own records to those of a project; a notice with a fund year only to projects of that year."""
    for name, records in of_village.items():
        if applying := [each for each in records if getattr(each, "fund_year", None) in (None, year)]:
            own[name] = in_order((*own.get(name, ()), *applying))


def project_ids(
    conn: sqlite3.Connection, where: str = "1", args: Iterable[Any] = (), *, order: str = "village, code, id"
) -> list[str]:
    """Ids of projects that are not void, by village and code. ``where`` and ``order`` are constants."""
    found = conn.execute(f"SELECT id FROM project WHERE NOT void AND ({where}) ORDER BY {order}", tuple(args))
    return [row[0] for row in found]


def stages_of_projects(conn: sqlite3.Connection) -> dict[str, Stage]:
    """The stage of every project that is not void, by id."""
    return {project: _STAGES[code] for project, code in conn.execute("SELECT project, stage FROM register_line")}


def stage_of_project(conn: sqlite3.Connection, project_id: str) -> Stage | None:
    """The stage of a project; None where it is void or there is none of that id."""
    found = conn.execute("SELECT stage FROM register_line WHERE project = ?", (project_id,)).fetchone()
    return _STAGES[found[0]] if found else None


_STAGES = {stage.code: stage for stage in Stage}


def save_project_totals(conn: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Compute the totals of these projects from their records and write them, within the caller's transaction."""
    wanted = sorted(ids)
    conn.executemany("DELETE FROM register_line WHERE project = ?", ((project_id,) for project_id in wanted))
    cells = attrgetter(*COLUMNS)
    rows = (cells(ProjectTotals.of(case)) for case in casefiles(conn, wanted, RESTS_ON))
    conn.executemany(f"INSERT INTO register_line ({', '.join(COLUMNS)}) VALUES ({_marks(COLUMNS)})", rows)


def project_totals(conn: sqlite3.Connection, where: str = "1", args: Iterable[Any] = ()) -> Iterator[ProjectTotals]:
    """The kept totals of the projects that meet a constant condition."""
    found = conn.execute(f"SELECT {', '.join(COLUMNS)} FROM register_line WHERE {where}", tuple(args))
    return (ProjectTotals(**dict(zip(COLUMNS, cells, strict=True))) for cells in found)


def project_totals_of(conn: sqlite3.Connection, ids: Collection[str]) -> list[ProjectTotals]:
    """The kept totals of a few projects."""
    return list(project_totals(conn, f"project IN ({_marks(ids)})", ids))


def sums_by_village(conn: sqlite3.Connection, year: int) -> dict[str, tuple[int, ...]]:
    """The sums of a fund year in the order of METRICS, by village; villages without projects are left out."""
    return {village: tuple(sums) for village, *sums in conn.execute(SUMS_BY_VILLAGE, (year,))}


def _metric_sql(metric: Metric) -> str:
    where = " AND ".join(map(_condition_sql, metric.where)) or "1"
    amount = f"{metric.of} - {metric.less}" if metric.less else metric.of
    return f"sum(iif({where}, {amount}, 0))" if amount else f"sum({where})"


def _condition_sql(condition: Condition) -> str:
    """A flag stands for itself, so that counting it is adding it up."""
    column, code, negated = condition
    return f"{column} {'<>' if negated else '='} '{code}'" if code else column


_METRICS = ", ".join(f"{_metric_sql(metric)} AS {name}" for name, metric in METRICS.items())
SUMS_BY_VILLAGE = f"SELECT village, {_METRICS} FROM register_line WHERE fund_year = ? GROUP BY village"


def fund_years(conn: sqlite3.Connection) -> list[int]:
    """Fund years that have projects or a quota, newest first."""
    found = conn.execute(
        "SELECT fund_year FROM register_line UNION SELECT fund_year FROM street_quota WHERE NOT void ORDER BY 1 DESC"
    )
    return [row[0] for row in found]


def newest_year(conn: sqlite3.Connection) -> int | None:
    """The newest fund year that has projects; None where there are no projects."""
    (year,) = conn.execute("SELECT max(fund_year) FROM register_line").fetchone()
    return None if year is None else int(year)


def project_codes(conn: sqlite3.Connection) -> list[str]:
    """Every 项目编号 that was ever given, those of voided projects included."""
    return [row[0] for row in conn.execute("SELECT code FROM project WHERE code <> ''")]
