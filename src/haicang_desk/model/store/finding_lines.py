"""The findings kept beside the records (table ``finding_line``), so that a store is opened without asking the rules.

They follow from the records and the program, are not journalled, and can be made anew at any time. Two notes in
``finding_state`` say of which journal entry and of which program they are; who reads them sees to what came after.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields

from haicang_desk.model.records import Project, Village
from haicang_desk.model.store.repository import VILLAGE_WIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """The findings on one project, which hold on the days from ``since`` until the day before ``until``.

    ``fund_year``, ``village`` and ``code`` are those it had when it was checked. ``collected`` and ``findings`` are
    JSON that the store does not look into.
    """

    project: str
    fund_year: int
    village: str
    code: str
    in_force: int
    unfinished: int
    since: str
    until: str
    collected: str
    findings: str


_NAMES = tuple(each.name for each in fields(FindingLine))
_COLUMNS, _MARKS = ", ".join(_NAMES), ", ".join("?" * len(_NAMES))


def finding_lines(
    conn: sqlite3.Connection, year: int, *, earlier: bool, after: str = "", limit: int = -1
) -> list[FindingLine]:
    """The kept lines of a fund year by project id, a page at a time; with ``earlier``, of what is carried over too."""
    where = "fund_year = ?" + (" OR unfinished AND fund_year < ?" if earlier else "")
    args = (after, year, year, limit) if earlier else (after, year, limit)
    found = conn.execute(
        f"SELECT {_COLUMNS} FROM finding_line WHERE project > ? AND ({where}) ORDER BY project LIMIT ?", args
    )
    return [FindingLine(**dict(zip(_NAMES, cells, strict=True))) for cells in found]


def save_finding_lines(conn: sqlite3.Connection, lines: Iterable[FindingLine], gone: Iterable[str]) -> None:
    """Write lines and take others away, within the caller's transaction."""
    conn.executemany("DELETE FROM finding_line WHERE project = ?", ((project,) for project in gone))
    conn.executemany(f"INSERT OR REPLACE INTO finding_line ({_COLUMNS}) VALUES ({_MARKS})", map(astuple, lines))


def forget_findings(conn: sqlite3.Connection) -> None:
    """Take all that is kept away, within the caller's transaction."""
    conn.execute("DELETE FROM finding_line")
    conn.execute("DELETE FROM finding_village")


def compared_findings(conn: sqlite3.Connection, year: int) -> dict[str, tuple[str, str]]:
    """By village, the digest of what was compared in a fund year, and the findings as JSON."""
    found = conn.execute("SELECT village, digest, findings FROM finding_village WHERE fund_year = ?", (year,))
    return {village: (digest, findings) for village, digest, findings in found}


def save_compared_findings(conn: sqlite3.Connection, year: int, villages: Mapping[str, tuple[str, str]]) -> None:
    """Write what was found by comparing in these villages, within the caller's transaction."""
    rows = ((year, village, *found) for village, found in villages.items())
    conn.executemany("INSERT OR REPLACE INTO finding_village VALUES (?, ?, ?, ?)", rows)


def finding_state(conn: sqlite3.Connection) -> tuple[int, str]:
    """The journal entry and the program that the kept lines are of; (0, "") where none were kept."""
    row = conn.execute("SELECT seq, program FROM finding_state").fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


def save_finding_state(conn: sqlite3.Connection, seq: int, program: str) -> None:
    """Note which journal entry and which program the kept lines are of, within the caller's transaction."""
    conn.execute("INSERT OR REPLACE INTO finding_state (one, seq, program) VALUES (1, ?, ?)", (seq, program))


@dataclass(frozen=True, slots=True)
class Touched:
    """What the changes after a journal entry touched: tables, projects, and villages with all their projects."""

    tables: frozenset[str]
    projects: tuple[str, ...]
    villages: frozenset[str]


_WIDE = ", ".join(f"'{cls.table}'" for cls in VILLAGE_WIDE.values())
_PROJECTS = (  # + keeps the other indexes out: the rows since an entry lie together at the end
    "SELECT project FROM journal_row WHERE seq > :seq AND +project IS NOT NULL UNION"
    " SELECT json_extract(before, '$.project') FROM journal_row"
    f" WHERE seq > :seq AND before IS NOT NULL AND +tbl <> '{Project.table}'"
)
_VILLAGES = f"SELECT row_id FROM journal_row WHERE seq > :seq AND +tbl = '{Village.table}'" + "".join(
    f" UNION SELECT json_extract({row}, '$.village') FROM journal_row"
    f" WHERE seq > :seq AND +tbl IN ({_WIDE}) AND json_extract({row}, '$.project') IS NULL"
    for row in ("before", "after")
)


def touched_since(conn: sqlite3.Connection, seq: int) -> Touched:
    """What was touched after a journal entry, as far as the findings on projects may depend on it.

    A project is touched with any record that is or was its own; a village with its own row, or with a record of it
    that names no project.
    """
    tables, projects, villages = (
        [row[0] for row in conn.execute(query, {"seq": seq}) if row[0]]
        for query in ("SELECT DISTINCT +tbl FROM journal_row WHERE seq > :seq", _PROJECTS, _VILLAGES)
    )
    return Touched(frozenset(tables), tuple(projects), frozenset(villages))


def projects_without_line(
    conn: sqlite3.Connection, year: int, *, earlier: bool, step: int = 5_000
) -> Iterator[list[str]]:
    """Ids of the projects of a fund year whose findings are not kept; with ``earlier``, of the years before it too.

    They come in parts, each found by looking at ``step`` projects.
    """
    of_year = "fund_year <= ?" if earlier else "fund_year = ?"
    end = "SELECT project FROM register_line WHERE project > ? ORDER BY project LIMIT 1 OFFSET ?"
    after, last = "", "~"  # after every id
    while after != last:
        upto = (conn.execute(end, (after, step - 1)).fetchone() or (last,))[0]
        found = conn.execute(
            f"SELECT project FROM register_line l WHERE project > ? AND project <= ? AND +{of_year}"
            " AND NOT EXISTS (SELECT 1 FROM finding_line WHERE project = l.project) ORDER BY project",
            (after, upto, year),
        )
        yield [row[0] for row in found]
        after = upto
