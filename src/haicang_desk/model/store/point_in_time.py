"""The store as a journal entry left it: which rows were changed since, and the store read without those changes.

The journal holds every changed row before and after, so no copy of an earlier state is kept anywhere.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from haicang_desk.model.casefile import CHILDREN, Casefile, in_order
from haicang_desk.model.records import STORE_ONLY, Dossier, Issue, Project, Record, Street, Village
from haicang_desk.model.store.journal import unpack
from haicang_desk.model.store.mapping import TABLES, column_list, to_record
from haicang_desk.model.store.repository import VILLAGE_WIDE, casefiles

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row changed after a journal entry. ``before`` is its packed JSON at that entry, None where it was not there."""

    table: str
    row_id: str
    before: str | None


def last_entry(conn: sqlite3.Connection) -> int:
    """The number of the newest journal entry; 0 in an empty journal."""
    (seq,) = conn.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()
    return int(seq)


def entry_of(conn: sqlite3.Connection, record: Record) -> int:
    """The number of the first journal entry that holds a record."""
    found = conn.execute("SELECT min(seq) FROM journal_row WHERE tbl = ? AND row_id = ?", (record.table, record.id))
    return int(found.fetchone()[0])


def rows_changed_since(
    conn: sqlite3.Connection, entry: int, *, project: str = "", village: str = ""
) -> list[ChangedRow]:
    """Every row changed after a journal entry: of a project, of a village with all its projects, or of the whole store.

    To a project belong its own rows, those it had at that entry, its village, what that village recorded of no one
    project (see ``Casefile``), and the street. Issues, originals and 档号 are no content of a paper that is
    issued and never count.
    """
    query = _OF_THESE if project or village else _OF_ALL
    given = {"entry": entry, "project": project or None, "village": village or None}
    first: dict[tuple[str, str], str | None] = {}
    for table, row_id, before in conn.execute(query, given):
        first.setdefault((table, row_id), before)
    return [ChangedRow(table, row_id, before) for (table, row_id), before in first.items()]


_KEPT = ", ".join(f"'{cls.table}'" for cls in STORE_ONLY)
_VILLAGE_WIDE = ", ".join(f"'{cls.table}'" for cls in VILLAGE_WIDE.values())
_OF_ALL = f"SELECT tbl, row_id, before FROM journal_row WHERE seq > :entry AND tbl NOT IN ({_KEPT}) ORDER BY seq, n"
_OF_THESE = f"""
WITH
projects (id) AS (
    SELECT :project
    UNION SELECT id FROM project WHERE village = :village
    UNION SELECT row_id FROM journal_row
        WHERE tbl = '{Project.table}' AND seq > :entry AND json_extract(before, '$.village') = :village
),
villages (id) AS (
    SELECT :village
    UNION SELECT village FROM project WHERE id = :project
    UNION SELECT json_extract(before, '$.village') FROM journal_row
        WHERE tbl = '{Project.table}' AND row_id = :project AND seq > :entry
),
belonging (tbl, row_id) AS (
    SELECT tbl, row_id FROM journal_row WHERE project IN (SELECT id FROM projects)
        AND tbl NOT IN ('{Issue.table}', '{Dossier.table}')
    UNION SELECT '{Village.table}', id FROM villages
    UNION SELECT '{Street.table}', id FROM street
    UNION SELECT tbl, row_id FROM journal_row WHERE tbl IN ({_VILLAGE_WIDE}) AND seq > :entry AND (
        (project IS NULL AND json_extract(after, '$.village') IN (SELECT id FROM villages))
        OR (before IS NOT NULL AND json_extract(before, '$.project') IS NULL
            AND json_extract(before, '$.village') IN (SELECT id FROM villages))
    )
)
SELECT tbl, row_id, before FROM belonging JOIN journal_row USING (tbl, row_id) WHERE seq > :entry ORDER BY seq, n
"""  # a row that left a project is in ``belonging`` through the entry by which it came


def record_before(record: R, rows: Iterable[ChangedRow]) -> R:
    """One record as it was before these changes."""
    packed = next((row.before for row in rows if row.row_id == record.id and row.before), None)
    return record if packed is None else to_record(type(record), unpack(record.table, packed).values())


def casefile_before(conn: sqlite3.Connection, case: Casefile, rows: Sequence[ChangedRow]) -> Casefile:
    """A casefile as it was before these changes, computed from the present one: quicker than reading it again."""
    project = record_before(case.project, rows)
    if (project.village, project.fund_year) != (case.project.village, case.project.fund_year):
        with without_changes(conn, rows):  # the records of another village were part of it
            return next(casefiles(conn, [project.id]))
    changed = {row.row_id for row in rows}
    parts: dict[str, Any] = {}
    for name, cls in CHILDREN.items():
        unchanged = [record for record in getattr(case, name) if record.id not in changed]
        earlier = [
            to_record(cls, unpack(cls.table, r.before).values()) for r in rows if r.table == cls.table and r.before
        ]
        belonging = [record for record in earlier if not record.void and _belongs(record, project)]
        parts[name] = in_order(tuple(sorted((*unchanged, *belonging), key=attrgetter("id"))))
    return replace(case, project=project, village=record_before(case.village, rows), **parts)


def _belongs(record: Any, project: Project) -> bool:
    """Whether a record is part of a project's casefile: its own, or one of its village that names no project."""
    if record.project:
        return bool(record.project == project.id)
    wide = type(record) in VILLAGE_WIDE.values() and record.village == project.village
    return wide and getattr(record, "fund_year", None) in (None, project.fund_year)


@contextmanager
def without_changes(conn: sqlite3.Connection, rows: Sequence[ChangedRow]) -> Iterator[None]:
    """Inside the block the store reads as it was before these changes. For reading only; the file is not written.

    SQLite looks up a table's name among temporary tables and views first. A temporary view of the same name therefore
    stands in for each changed table, in a transaction that is rolled back. The sums of ``register_line`` stay today's.
    """
    by_table = attrgetter("table")
    conn.execute("BEGIN")
    try:
        for table, changed in groupby(sorted(rows, key=by_table), by_table):
            _cover(conn, table, list(changed))
        yield
    finally:
        conn.execute("ROLLBACK")


def reads_as_before(conn: sqlite3.Connection) -> bool:
    """Whether the store reads as it was before changes at this moment: inside a block of ``without_changes``."""
    return conn.execute("SELECT 1 FROM temp.sqlite_schema WHERE type = 'view' LIMIT 1").fetchone() is not None


def _cover(conn: sqlite3.Connection, table: str, rows: Sequence[ChangedRow]) -> None:
    """Put a view of the rows as they were in front of a table."""
    names, columns = column_list(table), TABLES[table].columns
    cells = ", ".join(f"""json_extract(value, '$."{name}"') AS "{name}\"""" for name in columns)
    changed, before = f'temp."{table}_changed"', f'temp."{table}_before"'
    ids = json.dumps([row.row_id for row in rows])
    packed = json.dumps([unpack(table, row.before) for row in rows if row.before is not None])
    conn.execute(f"CREATE TABLE {changed} AS SELECT value AS id FROM json_each(?)", (ids,))
    conn.execute(f"CREATE TABLE {before} AS SELECT {cells} FROM json_each(?)", (packed,))
    conn.execute(
        f'CREATE TEMP VIEW "{table}" AS SELECT {names} FROM main."{table}" WHERE id NOT IN (SELECT id FROM {changed})'
        f" UNION ALL SELECT {names} FROM {before}"
    )
