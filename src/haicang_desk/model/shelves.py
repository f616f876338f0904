"""Shelves: casefiles read from the store, one or a hundred thousand, and the register lines kept from them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from haicang_desk.model.casefile import CHILDREN, Casefile, in_order
from haicang_desk.model.fields import Record
from haicang_desk.model.records import Deliberation, Notice, Project, Suggestion, Village
from haicang_desk.model.register import COLUMNS, Line
from haicang_desk.model.store import read

BATCH = 400  # projects at a time: bounds memory, and stays under SQLite's limit of values in one query
FEW = 10
VILLAGE_WIDE: dict[str, type[Record]] = {"suggestions": Suggestion, "deliberations": Deliberation, "notices": Notice}


def casefiles(conn: sqlite3.Connection, ids: Sequence[str]) -> Iterator[Casefile]:
    """The casefiles of these projects, in their order. Ids that are void or unknown are left out."""
    villages = {village.id: village for village in read(conn, Village)}
    wide = _village_wide(conn, ids)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        marks = ", ".join("?" * len(batch))
        projects = {p.id: p for p in read(conn, Project, f"id IN ({marks})", batch)}
        held = {name: _by_project(read(conn, cls, f"project IN ({marks})", batch)) for name, cls in CHILDREN.items()}
        for project_id in batch:
            if (project := projects.get(project_id)) is not None:
                yield _assemble(project, villages[project.village], held, wide)


def _assemble(project: Project, village: Village, held: dict[str, Any], wide: dict[str, Any]) -> Casefile:
    parts = {}
    for name in CHILDREN:
        own = held[name].get(project.id, ())
        if name in VILLAGE_WIDE:
            own = (*own, *(r for r in wide[name].get(village.id, ()) if _of_year(r, project.fund_year)))
        if own:
            parts[name] = in_order(tuple(own))
    return Casefile(project=project, village=village, **parts)


def _of_year(record: Record, year: int) -> bool:
    """A village's own notice may name its fund year; then it speaks of that year's projects only."""
    return getattr(record, "fund_year", None) in (None, year)


def _by_project(records: Iterable[Any]) -> dict[str, list[Any]]:
    grouped = defaultdict(list)
    for record in records:
        grouped[record.project].append(record)
    return grouped


def _village_wide(conn: sqlite3.Connection, ids: Sequence[str]) -> dict[str, dict[str, list[Any]]]:
    """What villages said of no one project; of few projects, those of their own villages only."""
    where, args = "project IS NULL", tuple[str, ...]()
    if len(ids) <= FEW:
        where += f" AND village IN (SELECT village FROM project WHERE id IN ({', '.join('?' * len(ids))}))"
        args = tuple(ids)
    found: dict[str, dict[str, list[Any]]] = {}
    for name, cls in VILLAGE_WIDE.items():
        found[name] = defaultdict(list)
        for record in read(conn, cls, where, args):
            found[name][getattr(record, "village")].append(record)  # noqa: B009
    return found


def project_ids(conn: sqlite3.Connection, where: str = "1", args: Iterable[Any] = ()) -> list[str]:
    """Ids of projects not void, by village and code. ``where`` is a constant."""
    found = conn.execute(f"SELECT id FROM project WHERE NOT void AND ({where}) ORDER BY village, code, id", tuple(args))
    return [row[0] for row in found]


def keep_lines(conn: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Write the register lines of these projects anew, within the caller's transaction."""
    wanted = sorted(ids)
    conn.executemany("DELETE FROM register_line WHERE project = ?", ((project_id,) for project_id in wanted))
    marks = ", ".join("?" * len(COLUMNS))
    cells = attrgetter(*COLUMNS)
    lines = (cells(Line.of(case)) for case in casefiles(conn, wanted))
    conn.executemany(f"INSERT INTO register_line ({', '.join(COLUMNS)}) VALUES ({marks})", lines)


def lines_of(conn: sqlite3.Connection, where: str, args: Iterable[Any]) -> Iterator[Line]:
    found = conn.execute(f"SELECT {', '.join(COLUMNS)} FROM register_line WHERE {where}", tuple(args))
    return (Line(**dict(zip(COLUMNS, cells, strict=True))) for cells in found)


def lines_with(conn: sqlite3.Connection, ids: Iterable[str]) -> list[Line]:
    """The lines of these few projects, as they stand."""
    wanted = tuple(ids)
    return list(lines_of(conn, f"project IN ({', '.join('?' * len(wanted))})", wanted))
