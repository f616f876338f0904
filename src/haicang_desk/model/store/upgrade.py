"""Upgrading a store of an earlier program: on a verified copy, which takes its place when it is verified again.

At every moment the file of the store's name is the old one or the new one, both whole; the old one is also kept among
the automatic backups, under a name that says so and that no thinning removes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from haicang_desk.model.store.automatic_backups import BEFORE_UPGRADE, backup_folder
from haicang_desk.model.store.backup import SPACE, back_up, copy_to, locked, refuse_full, size_of, unnamed
from haicang_desk.model.store.connection import connect_to_read
from haicang_desk.model.store.files import POOL
from haicang_desk.model.store.integrity import verify
from haicang_desk.model.store.row_damage import UNREADABLE, Damage
from haicang_desk.model.store.schema import applied_steps, is_older, migrate
from haicang_desk.model.values import Course, NotWritten, OnlyReadable, StoreUnusable, cause
from haicang_desk.platform import make_private_folder, real_path, replace_file, sync_file, sync_folder


def upgrade_store(store: Path, *, at: datetime, course: Course | None = None) -> Path | None:
    """Upgrade a store of an earlier program; gives the backup of the old one, None where there was nothing to do.

    Raises OnlyReadable where the store is damaged, StoreUnusable where it is in use or the upgrade fails, Stopped; the
    store is as it was then.
    """
    course, store = course or Course(), real_path(store)
    with locked(store), closing(connect_to_read(store)) as source:
        if not is_older(source):
            return None
        if damage := verify(source, files=False, course=course.part(0, 20)):
            raise OnlyReadable(_damaged(store, damage))
        try:
            kept = _backed_up(source, store, at, course.part(20, 50))
            _replace_by_upgraded(source, store, course)
        except (NotWritten, *UNREADABLE, OSError) as wrong:
            inner = wrong.__cause__ or wrong
            why = cause(inner) if isinstance(inner, sqlite3.Error | OSError) else str(wrong).rstrip("。")
            raise StoreUnusable(f"台账“{store}”没有升级：{why}。台账没有改动，用原来的版本仍可打开") from wrong
    return kept


def _damaged(store: Path, damage: tuple[Damage, ...]) -> str:
    return (
        f"台账“{store}”有 {len(damage)} 处损坏，没有升级，第一处：{damage[0]}。"
        "请用 repair 修复，或从最近的备份恢复。没有写入任何内容"
    )


def _backed_up(source: sqlite3.Connection, store: Path, at: datetime, course: Course) -> Path:
    """Keep the old store among the automatic backups; a second attempt on the same day finds its name taken."""
    folder = backup_folder(store)
    make_private_folder(folder)
    stem = f"{store.stem} {applied_steps(source)[-1].partition('_')[0]} {at:%Y-%m-%d %H%M%S}"
    kept, number = folder / f"{stem}（{BEFORE_UPGRADE}）.db", 1
    while kept.exists():
        number += 1
        kept = folder / f"{stem}（{BEFORE_UPGRADE}{number}）.db"
    back_up(source, kept, pool=folder / POOL, course=course, manifest=lambda held: held.manifest().made(at))
    return kept


def _replace_by_upgraded(source: sqlite3.Connection, store: Path, course: Course) -> None:
    refuse_full(store.parent, SPACE * size_of(source), "没有升级")
    with unnamed(store) as partial:
        copy_to(source, partial)
        with closing(sqlite3.connect(partial, isolation_level=None)) as conn:
            conn.execute("PRAGMA foreign_keys = ON")
            migrate(conn, store)
            if damage := verify(conn, files=False, course=course.part(60, 95)):
                raise StoreUnusable(
                    f"台账“{store}”没有升级：升级后的副本有 {len(damage)} 处核对不上，第一处：{damage[0]}。"
                    "台账没有改动。请把这份台账交维护人员查看"
                )
        sync_file(partial)
        source.close()  # some systems do not replace a file that is open
        replace_file(partial, store)
        sync_folder(store.parent)
    course.tell(100, 100)
