"""The list of projects: filtered, sorted and cut into pages by the store, however many there are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from haicang_desk.model.records import Category, Stage
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import IN_HAND

_IN_HAND = ", ".join(f"'{stage.code}'" for stage in IN_HAND)

LIBRARY = "library"  # 项目库: of every year, for new drafts to start from (三(六)¶2, R25)
PROJECT_CONDITIONS: Mapping[str, tuple[str, str]] = {  # name -> what a person reads, and its condition
    "undisbursed": ("待拨付", f"l.stage IN ({_IN_HAND}) AND l.approved_special > l.disbursed"),
    "social": ("有社会力量参与", "l.takes_part"),
    "alone": ("没有社会力量参与", "NOT l.takes_part"),
    "counted": ("计入比例的项目", "l.counts"),
    LIBRARY: (
        "项目库（历年获评优秀）",
        "l.project IN (SELECT project FROM award WHERE result = 'excellent' AND NOT void)",
    ),
}
# What a list may be sorted by. All of it is told from the narrow register lines, whose search text begins with
# code and title: joining a hundred thousand projects costs a second, reading their lines 30 ms.
PROJECT_ORDERS: Mapping[str, str] = {
    "code": "substr(l.search, 1, instr(l.search, ' ') - 1)",
    "title": "substr(l.search, instr(l.search, ' '), 20)",
    "village": "(SELECT name FROM village WHERE id = l.village)",
    "category": "CASE l.category " + "".join(f"WHEN '{c.code}' THEN {n} " for n, c in enumerate(Category)) + "END",
    "stage": "CASE l.stage " + "".join(f"WHEN '{s.code}' THEN {n} " for n, s in enumerate(Stage)) + "END",
    "since": "l.since",
    "total": "l.total",
    "special": "l.special",
    "social": "l.social",
    "approved_special": "l.approved_special",
    "disbursed": "l.disbursed",
    "left": "l.approved_special - l.disbursed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFilter:
    """Which projects are wanted. ``text``: words that must all occur in code, title, village or their initials;
    ``only``: names in PROJECT_CONDITIONS that must all hold; ``among``: ids, where the list comes from somewhere else."""

    year: int | None = None
    text: str = ""
    village: str = ""
    stages: tuple[Stage, ...] = ()
    categories: tuple[Category, ...] = ()
    only: tuple[str, ...] = ()
    among: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """One project as lists show it. ``special`` is G1+G2 in force; ``since`` the day its stage was reached."""

    id: str
    code: str
    title: str
    village: str
    category: Category
    stage: Stage
    since: date | None
    total: Money
    special: Money
    social: Money
    approved_special: Money
    disbursed: Money
    takes_part: bool

    @property
    def left(self) -> Money:
        """核定未拨。"""
        return self.approved_special - self.disbursed


_SHOWN = (
    "SELECT p.id, p.code, p.title, v.name, l.category, l.stage, l.since, l.total, l.special, l.social,"
    " l.approved_special, l.disbursed, l.takes_part FROM"
)
_CATEGORIES = {category.code: category for category in Category}
_STAGES = {stage.code: stage for stage in Stage}
_LINES = "register_line l WHERE"
_JOINED = "register_line l JOIN project p ON p.id = l.project JOIN village v ON v.id = l.village"


def list_projects(
    conn: sqlite3.Connection,
    criteria: ProjectFilter,
    *,
    order: str = "code",
    descending: bool = False,
    offset: int = 0,
    limit: int = 200,
) -> list[ProjectRow]:
    """One page of the projects sought. ``order`` is a key of PROJECT_ORDERS; equal ones go as entered."""
    where, args = where_clause(criteria)
    turn = "DESC" if descending else "ASC"
    ids = f"SELECT l.project FROM {_LINES} {where} ORDER BY {PROJECT_ORDERS[order]} {turn}, l.project LIMIT ? OFFSET ?"
    page = [row[0] for row in conn.execute(ids, (*args, limit, offset))]
    marks = ", ".join("?" * len(page))
    rows = {row[0]: row for row in conn.execute(f"{_SHOWN} {_JOINED} WHERE l.project IN ({marks})", page)}
    return [_listed(rows[project]) for project in page]


def count_projects(conn: sqlite3.Connection, criteria: ProjectFilter) -> int:
    where, args = where_clause(criteria)
    return int(conn.execute(f"SELECT count(*) FROM {_LINES} {where}", args).fetchone()[0])


def project_ids_of(conn: sqlite3.Connection, criteria: ProjectFilter) -> list[str]:
    """Ids of all projects sought, by code: for doing something with every one of them."""
    where, args = where_clause(criteria)
    found = conn.execute(f"SELECT l.project FROM {_LINES} {where} ORDER BY {PROJECT_ORDERS['code']}, l.project", args)
    return [row[0] for row in found]


def count_by_stage(conn: sqlite3.Connection, criteria: ProjectFilter) -> dict[Stage, int]:
    """How many of the projects sought are at each stage; stages without any are left out."""
    where, args = where_clause(criteria)
    found = conn.execute(f"SELECT l.stage, count(*) FROM {_LINES} {where} GROUP BY 1", args)
    held = {_STAGES[code]: int(count) for code, count in found}
    return {stage: held[stage] for stage in Stage if stage in held}


def where_clause(criteria: ProjectFilter) -> tuple[str, list[Any]]:
    """A constant condition on register lines ``l``, every value bound; ``instr`` knows no wildcards to escape."""
    conditions = ["1"]
    args: list[Any] = []
    if criteria.year is not None:
        # + keeps the index out: nearly every line is of the year, and a scan is ten times quicker than as many seeks
        conditions.append("l.fund_year = ?" if criteria.village else "+l.fund_year = ?")
        args.append(criteria.year)
    if criteria.village:
        conditions.append("l.village = ?")
        args.append(criteria.village)
    for column, codes in (
        ("stage", [stage.code for stage in criteria.stages]),
        ("category", [category.code for category in criteria.categories]),
    ):
        if codes:
            conditions.append(f"l.{column} IN ({', '.join('?' * len(codes))})")
            args += codes
    if criteria.among is not None:
        conditions.append("l.project IN (SELECT value FROM json_each(?))")
        args.append(json.dumps(criteria.among))
    for word in criteria.text.lower().split():
        conditions.append("instr(l.search, ?) > 0")
        args.append(word)
    conditions += [f"({PROJECT_CONDITIONS[name][1]})" for name in criteria.only]
    return " AND ".join(conditions), args


def _listed(row: tuple[Any, ...]) -> ProjectRow:
    project, code, title, village, category, stage, since, *figures, takes_part = row
    total, special, social, approved, disbursed = map(Money, figures)
    return ProjectRow(
        id=project,
        code=code,
        title=title,
        village=village,
        category=_CATEGORIES[category],
        stage=_STAGES[stage],
        since=date.fromisoformat(since) if since else None,
        total=total,
        special=special,
        social=social,
        approved_special=approved,
        disbursed=disbursed,
        takes_part=bool(takes_part),
    )
