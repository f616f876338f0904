"""The schema of a store: what the migrations make, and bringing an opened store up to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from functools import cache
from pathlib import Path

from haicang_desk.model.balances import ProjectTotals
from haicang_desk.model.store.connection import transaction
from haicang_desk.model.store.repository import project_ids, save_project_totals
from haicang_desk.model.values import OnlyReadable
from haicang_desk.platform import APPLICATION_ID

SCHEMA_STEPS = (  # names of migrations.py, in order
    "m0001_records",
    "m0002_journal",
    "m0003_register_line",
    "m0004_notice_content",
    "m0005_further_records",
    "m0006_originals",
    "m0007_issues",
    "m0008_search_text",
    "m0009_explanations",
    "m0010_files",
    "m0011_money_by_kind",
    "m0012_finding_line",
    "m0013_finding_village",
    "m0014_sums_by_stage",
    "m0015_accounts",
    "m0016_signatures",
    "m0017_policy_files",
    "m0018_disclosures",
    "m0019_dossiers",
)
FILES_STEP = "m0010_files"  # from here on the bytes of originals lie in the folder of files
REGISTER_LINE = "register_line"
SchemaEntry = tuple[str, str, str | None]  # type, table and SQL of a table, index or trigger


def create_schema(conn: sqlite3.Connection, *, at: datetime) -> None:
    """Make an empty database a store; the same one for the same moment ``at``."""
    conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrate(conn, None)
    conn.execute("UPDATE _sqlite_migrations SET applied_at = ?", (at.isoformat(timespec="seconds"),))


def migrate(conn: sqlite3.Connection, path: Path | None) -> None:
    """Bring the schema up to this program's, all or nothing. Raises OnlyReadable where a newer program made it."""
    refuse_newer(conn, path)
    applied = applied_steps(conn)
    lacks_columns = _columns_of(conn, REGISTER_LINE) != {each.name for each in fields(ProjectTotals)}
    outdated = bool(applied) and (applied != SCHEMA_STEPS or lacks_columns)
    if applied == SCHEMA_STEPS and not outdated:
        return
    from sqlite_utils import Database  # 40 ms that an up-to-date store need not wait for

    from haicang_desk.model.store.migrations import migrations

    with transaction(conn):  # a kill between a step and the register would leave totals that no later step makes anew
        migrations.apply(Database(conn))
        if outdated:
            _rebuild_register_line(conn)


def applied_steps(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Names of the migrations that a store has had, in order; none in an empty file."""
    if not _columns_of(conn, "_sqlite_migrations"):
        return ()
    return tuple(row[0] for row in conn.execute("SELECT name FROM _sqlite_migrations ORDER BY id"))


def refuse_newer(conn: sqlite3.Connection, path: Path | None) -> None:
    """Raises OnlyReadable where a newer program made the store, or it cannot be told what program did."""
    applied = applied_steps(conn)
    if applied != SCHEMA_STEPS[: len(applied)] and not is_newer(conn):
        raise OnlyReadable(f"台账“{path}”已损坏：登记的升级步骤与本程序不符，数据没有改动。请用 verify 查明")
    if newer := newer_steps(applied):
        raise OnlyReadable(
            f"台账“{path}”由更新版本的程序建立（{'、'.join(newer)}），只能在窗口里查看，数据没有改动。要登记请升级程序"
        )


def has_own_steps(conn: sqlite3.Connection) -> bool:
    """Whether all steps are noted as this program's."""
    return not conn.execute("SELECT 1 FROM _sqlite_migrations WHERE migration_set <> 'haicang-desk'").fetchone()


def newer_steps(applied: Iterable[str]) -> list[str]:
    """Those of the migrations that a store has had which this program does not know."""
    return [name for name in applied if name not in SCHEMA_STEPS]


def is_newer(conn: sqlite3.Connection) -> bool:
    """Whether a newer program made the store: it has had all migrations of this one, and others after them."""
    try:
        applied = applied_steps(conn)
    except (sqlite3.Error, UnicodeDecodeError):  # what is too damaged to tell is not newer
        return False
    return len(applied) > len(SCHEMA_STEPS) and applied[: len(SCHEMA_STEPS)] == SCHEMA_STEPS


def is_older(conn: sqlite3.Connection) -> bool:
    """Whether an earlier program made the store, so that opening it to write it upgrades it."""
    return applied_steps(conn) == SCHEMA_STEPS[: len(applied_steps(conn))] != SCHEMA_STEPS


def _columns_of(conn: sqlite3.Connection, table: str) -> set[str]:
    return {row[0] for row in conn.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _rebuild_register_line(conn: sqlite3.Connection) -> None:
    """Make ``register_line`` anew from the records, as the migrations define it; the journal is not touched.

    The table holds nothing that does not follow from the records, and another program may reckon its sums and search
    text differently. Before the first release the step m0003_register_line itself was changed, so a store that had
    taken it earlier lacks columns.
    """
    conn.execute(f"DROP TABLE IF EXISTS {REGISTER_LINE}")
    for _, table, sql in schema_after(len(SCHEMA_STEPS)).values():
        if table == REGISTER_LINE and sql:
            conn.execute(sql)
    save_project_totals(conn, project_ids(conn))


def schema_of(conn: sqlite3.Connection) -> dict[str, SchemaEntry]:
    """Tables, indexes and triggers by name, without the table of migrations: its SQL is the library's, not ours."""
    found = conn.execute("SELECT name, type, tbl_name, sql FROM sqlite_schema WHERE tbl_name <> '_sqlite_migrations'")
    return {name: (kind, table, sql) for name, kind, table, sql in found}


@cache
def schema_after(steps: int) -> dict[str, SchemaEntry]:
    """The schema that the first so many migrations make, the table before its index."""
    from sqlite_utils import Database  # 40 ms that opening a store need not wait for

    from haicang_desk.model.store.migrations import migrations

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        migrations.apply(Database(conn), stop_before=SCHEMA_STEPS[steps] if steps < len(SCHEMA_STEPS) else None)
        return schema_of(conn)
