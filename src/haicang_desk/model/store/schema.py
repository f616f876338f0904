"""Bringing a store's schema up to this program's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from haicang_desk.model.values import StoreUnusable

SCHEMA_STEPS = (  # names of migrations.py, in order
    "m0001_records",
    "m0002_journal",
    "m0003_register_line",
    "m0004_notice_content",
    "m0005_further_records",
    "m0006_originals",
    "m0007_issues",
)


def migrate(conn: sqlite3.Connection, path: Path | None) -> None:
    """Bring the schema up to this program's. Raises StoreUnusable for a store that a newer program made."""
    known = (conn.execute("SELECT 1 FROM sqlite_schema WHERE name = '_sqlite_migrations'").fetchone()) is not None
    applied = [row[0] for row in conn.execute("SELECT name FROM _sqlite_migrations ORDER BY id")] if known else []
    if newer := [name for name in applied if name not in SCHEMA_STEPS]:
        raise StoreUnusable(
            f"台账“{path}”由更新版本的程序建立（{'、'.join(newer)}），本版本打不开，数据没有改动。请升级程序"
        )
    if applied != list(SCHEMA_STEPS):
        from sqlite_utils import Database  # 40 ms that an up-to-date store need not wait for

        from haicang_desk.model.store.migrations import migrations

        migrations.apply(Database(conn))
