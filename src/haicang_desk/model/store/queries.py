"""The list of projects: filtered, sorted and paged in SQL, however many there are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from haicang_desk.model.balances import STAGES_NOT_COUNTED
from haicang_desk.model.records import Category, Labelled, Stage
from haicang_desk.model.store.mapping import column, orders_of, read_rows
from haicang_desk.model.values import Money, matching_form
from haicang_desk.model.workflow import IN_HAND

_IN_HAND = ", ".join(f"'{stage.code}'" for stage in IN_HAND)

_DONE = ", ".join(f"'{stage.code}'" for stage in (Stage.CLOSED, Stage.TERMINATED))
_NOT_IN_EFFECT = ", ".join(f"'{stage.code}'" for stage in STAGES_NOT_COUNTED)

# a filing that the district has not answered yet, nor sent back
_SENT = "EXISTS (SELECT 1 FROM filing f WHERE f.project = l.project AND NOT f.void AND f.result IS NULL)"

LIBRARY = "library"  # 项目库: projects of every year that new drafts may start from (三(六)¶2, R25)
PROJECT_CONDITIONS: Mapping[str, tuple[str, str]] = {  # name -> label and SQL condition
    "undisbursed": ("待拨付", f"l.stage IN ({_IN_HAND}) AND l.undisbursed"),
    "unsent": ("待报送备案", f"NOT {_SENT}"),
    "sent": ("已报送备案", _SENT),
    "social": ("有社会力量参与", "l.takes_part"),
    "alone": ("没有社会力量参与", "NOT l.takes_part"),
    "counted": ("计入比例的项目", "l.counts"),
    LIBRARY: (
        "项目库（历年获评优秀）",
        "l.project IN (SELECT project FROM award WHERE result = 'excellent' AND NOT void)",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFilter:
    """Which projects are wanted.

    ``text``: words that must all occur in code, title, village or their pinyin; ``village``, ``villages``: of one, of
    any of several; ``only``: names in PROJECT_CONDITIONS that must all hold; ``among``: ids, where the list comes from
    somewhere else.
    """

    year: int | None = None
    text: str = ""
    village: str = ""
    villages: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    categories: tuple[Category, ...] = ()
    only: tuple[str, ...] = ()
    among: tuple[str, ...] | None = None


def _declared(column_name: str, members: Iterable[Labelled]) -> str:
    """Sorts an enumeration in the order it is declared in."""
    cases = "".join(f"WHEN '{member.code}' THEN {number} " for number, member in enumerate(members))
    return f"CASE {column_name} {cases}END"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """One project as lists show it. ``special`` is G1+G2 in force; ``since`` the day its stage was reached.

    Lists are sorted by the narrow table ``register_line`` alone, whose search text begins with code and title: joining
    a hundred thousand projects takes a second, reading their rows in ``register_line`` 30 ms.
    """

    id: str = column("p.id", sortable=False)
    code: str = column("p.code", order="substr(l.search, 1, instr(l.search, ' ') - 1)")
    title: str = column("p.title", order="substr(l.search, instr(l.search, ' '), 20)")
    village: str = column("v.name", order="(SELECT name FROM village WHERE id = l.village)")
    category: Category = column("l.category", order=_declared("l.category", Category))
    stage: Stage = column("l.stage", order=_declared("l.stage", Stage))
    since: date | None = column("l.since")
    total: Money = column("l.total")
    special: Money = column("l.special")
    social: Money = column("l.social")
    approved_special: Money = column("l.approved_special")
    disbursed: Money = column("l.disbursed")
    undisbursed: Money = column("l.undisbursed")
    takes_part: bool = column("l.takes_part", sortable=False)


PROJECT_ORDERS: Mapping[str, str] = orders_of(ProjectRow)
_LINES = "register_line l WHERE"
_JOINED = "register_line l JOIN project p ON p.id = l.project JOIN village v ON v.id = l.village"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSums:
    """How many projects there are of a kind, and their money."""

    count: int = column("count(*)", sortable=False)
    total: Money = column("coalesce(sum(l.total), 0)", sortable=False)
    special: Money = column("coalesce(sum(l.special), 0)", sortable=False)
    approved_special: Money = column("coalesce(sum(l.approved_special), 0)", sortable=False)
    disbursed: Money = column("coalesce(sum(l.disbursed), 0)", sortable=False)
    undisbursed: Money = column("coalesce(sum(l.undisbursed), 0)", sortable=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectGroup(ProjectSums):
    """The sums of the projects of one village or at one stage. ``key``: the village's id or the stage's code."""

    key: str = column("", sortable=False)
    label: str = column("", sortable=False)


GROUPINGS: Mapping[str, tuple[str, str, str]] = {  # what lists may be grouped by: key, label and order in SQL
    "village": ("l.village", "(SELECT name FROM village WHERE id = l.village)", "2"),
    "stage": ("l.stage", "l.stage", _declared("l.stage", Stage)),
}


def list_projects(
    conn: sqlite3.Connection,
    criteria: ProjectFilter,
    *,
    order: str = "code",
    descending: bool = False,
    offset: int = 0,
    limit: int = 200,
) -> list[ProjectRow]:
    """One page of the projects that pass the filter, sorted by a key of PROJECT_ORDERS and then as entered."""
    where, args = where_clause(criteria)
    ids = f"SELECT l.project FROM {_LINES} {where} ORDER BY {_order(order, descending)} LIMIT ? OFFSET ?"
    return projects_with_ids(conn, [row[0] for row in conn.execute(ids, (*args, limit, offset))])


def _order(order: str, descending: bool, grouping: str = "") -> str:
    groups = f"{GROUPINGS[grouping][1] if grouping == 'village' else GROUPINGS[grouping][2]}, " if grouping else ""
    return f"{groups}{PROJECT_ORDERS[order]} {'DESC' if descending else 'ASC'}, l.project"


def projects_with_ids(conn: sqlite3.Connection, ids: Sequence[str]) -> list[ProjectRow]:
    """The rows of these projects in the same order; those that are no longer in the list are left out."""
    marks = ", ".join("?" * len(ids))
    rows = {row.id: row for row in read_rows(conn, ProjectRow, f"FROM {_JOINED} WHERE l.project IN ({marks})", ids)}
    return [rows[project] for project in ids if project in rows]


def sorted_project_ids(
    conn: sqlite3.Connection,
    criteria: ProjectFilter,
    *,
    order: str = "code",
    descending: bool = False,
    grouping: str = "",
) -> list[str]:
    """The ids of all projects that pass the filter, in order, so that pages far down need no OFFSET.

    They come as one text, which SQLite makes and Python splits three times as fast as a hundred thousand rows.
    """
    where, args = where_clause(criteria)
    inner = f"SELECT l.project FROM {_LINES} {where} ORDER BY {_order(order, descending, grouping)}"
    (joined,) = conn.execute(f"SELECT group_concat(project, ' ') FROM ({inner})", args).fetchone()
    return joined.split(" ") if joined else []


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def sort_keys(
    conn: sqlite3.Connection, criteria: ProjectFilter, ids: Sequence[str], order: str
) -> dict[str, tuple[bool, Any, str]]:
    """What those of these projects that pass the filter are sorted by, in a form that Python sorts as SQLite does."""
    where, args = where_clause(criteria)
    query = f"SELECT l.project, {PROJECT_ORDERS[order]} FROM {_LINES} {where} AND l.project IN ({_marks(ids)})"
    found = conn.execute(query, (*args, *ids))
    return {project: (key is not None, 0 if key is None else key, project) for project, key in found}


def group_projects(conn: sqlite3.Connection, criteria: ProjectFilter, grouping: str) -> list[ProjectGroup]:
    """The sums of the projects that pass the filter by a key of GROUPINGS, in the order of its groups."""
    where, args = where_clause(criteria)
    key, label, order = GROUPINGS[grouping]
    listed = ", ".join(each.metadata["sql"] for each in fields(ProjectSums))
    found = conn.execute(f"SELECT {key}, {label}, {listed} FROM {_LINES} {where} GROUP BY 1 ORDER BY {order}", args)
    names = [each.name for each in fields(ProjectSums)]
    return [
        ProjectGroup(
            key=key,
            label=_STAGE_LABELS.get(label, label) if grouping == "stage" else label,
            **{name: amount if name == "count" else Money(amount) for name, amount in zip(names, sums, strict=True)},
        )
        for key, label, *sums in found
    ]


_STAGE_LABELS = {stage.code: stage.label for stage in Stage}


def count_each(conn: sqlite3.Connection, filters: Sequence[ProjectFilter]) -> list[int]:
    """How many projects pass each of several filters, in one reading of the list."""
    if not filters:
        return []
    clauses = [where_clause(criteria) for criteria in filters]
    sums = ", ".join(f"coalesce(sum({where}), 0)" for where, _ in clauses)
    return list(
        conn.execute(f"SELECT {sums} FROM register_line l", [a for _, args in clauses for a in args]).fetchone()
    )


def count_projects(conn: sqlite3.Connection, criteria: ProjectFilter) -> int:
    """How many projects pass the filter."""
    if criteria == ProjectFilter(year=criteria.year) and criteria.year is not None:  # the index alone has it
        found = conn.execute("SELECT count(*) FROM register_line WHERE fund_year = ?", (criteria.year,))
        return int(found.fetchone()[0])
    where, args = where_clause(criteria)
    return int(conn.execute(f"SELECT count(*) FROM {_LINES} {where}", args).fetchone()[0])


def project_ids_of(conn: sqlite3.Connection, criteria: ProjectFilter) -> list[str]:
    """Ids of all projects that pass the filter, by code: for an action on every one of them."""
    where, args = where_clause(criteria)
    found = conn.execute(f"SELECT l.project FROM {_LINES} {where} ORDER BY {PROJECT_ORDERS['code']}, l.project", args)
    return [row[0] for row in found]


def project_with_code(conn: sqlite3.Connection, code: str) -> str:
    """The id of the project that bears a 项目编号, of whatever year; "" for none. Width and case do not matter."""
    wanted = matching_form(code.strip())
    found = conn.execute("SELECT id FROM project WHERE NOT void AND lower(code) = ?", (wanted,)).fetchone()
    return found[0] if found and wanted else ""


def count_by_stage(conn: sqlite3.Connection, criteria: ProjectFilter) -> dict[Stage, int]:
    """How many of the projects that pass the filter are at each stage; stages without any are left out."""
    where, args = where_clause(criteria)
    found = conn.execute(f"SELECT l.stage, count(*) FROM {_LINES} {where} GROUP BY 1", args)
    counts: dict[str, int] = dict(found.fetchall())
    return {stage: counts[stage.code] for stage in Stage if stage.code in counts}


@dataclass(frozen=True, slots=True)
class StageSums:
    """The projects of a fund year at one stage: how many, how many of them are not fully paid, and what is missing."""

    stage: Stage
    projects: int
    unpaid: int
    undisbursed: Money


def sums_by_stage(conn: sqlite3.Connection, year: int) -> list[StageSums]:
    """The projects of a fund year by stage, in the order of the stages; stages without any are left out."""
    found = conn.execute(
        "SELECT l.stage, count(*), sum(l.undisbursed > 0), sum(l.undisbursed)"
        f" FROM {_LINES} l.fund_year = ? AND l.stage <> '' GROUP BY 1",  # the condition of its index
        (year,),
    )
    sums = {code: (count, unpaid, Money(undisbursed)) for code, count, unpaid, undisbursed in found}
    return [StageSums(stage, *sums[stage.code]) for stage in Stage if stage.code in sums]


def some_titles(conn: sqlite3.Connection, criteria: ProjectFilter, count: int) -> list[str]:
    """The titles of the first few projects that pass the filter, as they lie; nothing is sorted."""
    where, args = where_clause(criteria)
    found = conn.execute(
        f"SELECT p.title FROM (SELECT l.project FROM {_LINES} {where} LIMIT ?) f JOIN project p ON p.id = f.project",
        (*args, count),
    )
    return [row[0] for row in found]


@dataclass(frozen=True, slots=True)
class CategorySums:
    """The projects of one category of a village that count: how many, and their money."""

    category: Category
    projects: int
    total: Money
    disbursed: Money
    undisbursed: Money


def sums_by_category(conn: sqlite3.Connection, year: int, village: str) -> list[CategorySums]:
    """The projects of a village and fund year that count, by category in their order; those without any left out."""
    found = conn.execute(
        "SELECT l.category, count(*), sum(l.total), sum(l.disbursed), sum(l.undisbursed)"
        f" FROM {_LINES} l.fund_year = ? AND l.village = ? AND l.counts GROUP BY 1",
        (year, village),
    )
    sums = {code: (count, *map(Money, amounts)) for code, count, *amounts in found}
    return [CategorySums(category, *sums[category.code]) for category in Category if category.code in sums]


def project_titles(conn: sqlite3.Connection, ids: Sequence[str]) -> list[str]:
    """The titles of a few projects, in the order of their ids as given."""
    marks = ", ".join("?" * len(ids))
    titles = dict(conn.execute(f"SELECT id, title FROM project WHERE id IN ({marks})", tuple(ids)).fetchall())
    return [titles[project] for project in ids if project in titles]


def where_clause(criteria: ProjectFilter) -> tuple[str, list[Any]]:
    """The filter as a constant condition on ``register_line l`` and the values to bind; ``instr`` has no wildcards."""
    conditions = ["1"]
    args: list[Any] = []
    if criteria.year is not None:
        # + keeps the index out: nearly every line is of the year, and a scan is ten times quicker than as many seeks
        conditions.append("l.fund_year = ?" if criteria.village else "+l.fund_year = ?")
        args.append(criteria.year)
    if criteria.village:
        conditions.append("l.village = ?")
        args.append(criteria.village)
    for name, codes in (
        ("village", list(criteria.villages)),
        ("stage", [stage.code for stage in criteria.stages]),
        ("category", [category.code for category in criteria.categories]),
    ):
        if codes:
            conditions.append(f"l.{name} IN ({', '.join('?' * len(codes))})")
            args += codes
    if criteria.among is not None:
        conditions.append("l.project IN (SELECT value FROM json_each(?))")
        args.append(json.dumps(criteria.among))
    for word in matching_form(criteria.text).split():
        conditions.append("instr(l.search, ?) > 0")
        args.append(word)
    conditions += [f"({PROJECT_CONDITIONS[name][1]})" for name in criteria.only]
    return " AND ".join(conditions), args


def project_ids_before(conn: sqlite3.Connection, year: int, *, on: date | None = None) -> list[str]:
    """Ids of the projects of earlier fund years that may not be done with: under way, or not fully paid back.

    ``on``: that may not have been done with on that day; None: now. A few others are among them.
    """
    day = "" if on is None else on.isoformat()
    open_later = "l.since > :day OR l.project IN (SELECT project FROM refund WHERE NOT void AND returned_on > :day)"
    found = conn.execute(
        "SELECT l.project FROM register_line l"
        f" WHERE +l.fund_year < :year AND (l.stage NOT IN ({_NOT_IN_EFFECT}) OR l.disbursed > 0 OR :day <> '')"
        f" AND (l.stage NOT IN ({_DONE}) OR l.stage = '{Stage.TERMINATED.code}' AND l.disbursed > 0"
        f" OR l.disbursed > min(l.approved_special, l.special) OR :day <> '' AND ({open_later}))"
        " ORDER BY l.fund_year, l.project",
        {"year": year, "day": day},
    )
    return [row[0] for row in found]


def project_ids_paid(conn: sqlite3.Connection, first: date, last: date) -> list[str]:
    """Ids of the projects of every fund year that were paid or paid back on a day from ``first`` to ``last``."""
    span = (first.isoformat(), last.isoformat())
    found = conn.execute(
        "SELECT project FROM disbursement WHERE NOT void AND paid_on BETWEEN ? AND ?"
        " UNION SELECT project FROM refund WHERE NOT void AND returned_on BETWEEN ? AND ?",
        (*span, *span),
    )
    return sorted(row[0] for row in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedProject:
    """As much of a project as is compared with others of its village (R30)."""

    id: str = column("p.id")
    code: str = column("p.code")
    title: str = column("p.title")
    place: str = column("p.place")
    category: Category = column("p.category")
    special: Money = column("p.special")
    split_note: str = column("p.split_note")


def projects_compared(conn: sqlite3.Connection, year: int, village: str) -> list[ComparedProject]:
    """The counted projects of a village and year by id, as they are compared with each other."""
    return read_rows(
        conn,
        ComparedProject,
        "FROM register_line l JOIN project p ON p.id = l.project"
        " WHERE l.fund_year = ? AND l.village = ? AND l.counts ORDER BY l.project",
        (year, village),
    )
