"""Repairing a damaged store: what the journal says is made anew beside it, looked at, and then takes its place.

The journal holds every row as each change left it, under a chain of hashes. So the records follow from it: all of them
where the chain is whole, which is the commonest case; else those of the newest good backup, with the changes that the
damaged store has journalled since, as far as its chain is whole. What cannot be saved is named, change by change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from haicang_desk.model.store.accounts import has_accounts
from haicang_desk.model.store.backup import Restored, open_backup, restore_backup
from haicang_desk.model.store.connection import DamagedFile, connect_to_copy, transaction
from haicang_desk.model.store.integrity import damage_of_file, raw_text, verify
from haicang_desk.model.store.journal import Change, unpack
from haicang_desk.model.store.mapping import TABLES, new_id
from haicang_desk.model.store.repository import project_ids, save_project_totals
from haicang_desk.model.store.row_damage import UNJOURNALLED, UNREADABLE, Damage, is_sealed, shown_field, subject_of
from haicang_desk.model.store.schema import SCHEMA_STEPS, applied_steps, create_schema, is_newer, schema_after
from haicang_desk.model.values import Course, DeskError, NotWritten, Refused, Signer, StoreUnusable, cause
from haicang_desk.platform import new_private_file, partial_beside, remove_file

KEPT_BESIDE = {  # not journalled, and copied as they are; which rows of them
    "original_bytes": "1",
    "account_secret": "1",
    "journal_signature": "seq <= ?",
}


@dataclass(frozen=True, slots=True)
class LostChange:
    """A change of the damaged store that cannot be saved, with the records it touched as far as they can be named."""

    seq: int
    at: str
    actor: str
    action: str
    records: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = f"第 {self.seq} 次变更“{self.action}”（{self.actor}，{self.at.replace('T', ' ')}）"
        return what + (f"：{'、'.join(self.records)}" if self.records else "")


@dataclass(frozen=True, slots=True)
class RepairedRow:
    """A record that the repair changes: what becomes of it."""

    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.subject}：{self.message}"


@dataclass(frozen=True, slots=True)
class Repair:
    """A repaired copy of a damaged store, verified, and how it differs from it. Nothing was changed yet."""

    store: Path
    made: Path
    damage: tuple[Damage, ...]  # of the store
    backup: Path | None  # that it was made from; None: from the store's own journal alone
    changes: int  # that it holds
    replayed: int  # of them from the damaged store's journal after the backup
    same: int  # records that stay as they are
    rows: tuple[RepairedRow, ...]
    lost: tuple[LostChange, ...]
    person: str
    _state: tuple[int, int] = field(default=(0, 0))  # size and time of the store when it was read

    @property
    def basis(self) -> str:
        """What it was made from, in words."""
        if self.backup is None:
            return f"按台账自己的变更记录重建（{self.changes} 次变更）"
        return f"备份“{self.backup.name}”，加上其后 {self.replayed} 次变更"

    def lines(self) -> list[str]:
        """What was found and what the repair does, a line each."""
        return [
            f"查出 {len(self.damage)} 处损坏：",
            *(f"  {each}" for each in self.damage),
            f"修复办法：{self.basis}",
            f"照旧不变的记录 {self.same} 条；修复后不同的 {len(self.rows)} 条：",
            *(f"  {each}" for each in self.rows),
            f"不能保住的变更 {len(self.lost)} 次" + ("：" if self.lost else ""),
            *(f"  {each}" for each in self.lost),
        ]

    def carry_out(self, at: datetime, course: Course | None = None) -> Restored:
        """Put the copy in the place of the store, which is set aside. Raises DeskError; nothing is changed then."""
        if _state_of(self.store) != self._state:
            raise StoreUnusable(f"台账“{self.store}”在查看修复办法之后又有改动，没有修复。请重新修复")
        reason = f"修复：{self.basis}"
        restored = restore_backup(
            self.made, self.store, at=at, course=course, handler=self.person, reason=reason, named="修复的台账"
        )
        self.discard()
        return restored

    def discard(self) -> None:
        """Remove the repaired copy."""
        remove_file(self.made)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One journal entry with its rows, as cells."""

    cells: tuple[Any, ...]  # of the table journal
    rows: tuple[tuple[Any, ...], ...]

    @property
    def head(self) -> tuple[int, str]:
        """Its number and its hash."""
        return self.cells[0], self.cells[8]


@dataclass(frozen=True, slots=True)
class _Base:
    """What a repair begins with: a backup up to an entry, or nothing; and how far the damaged journal leads from it."""

    backup: Path | None
    seq: int
    reach: int


def prepare_repair(
    store: Path,
    backups: Sequence[Path],
    *,
    at: datetime,
    person: str,
    signer: Signer | None = None,
    course: Course | None = None,
) -> Repair:
    """Make a repaired copy of a damaged store beside it, without changing anything.

    ``backups``: the newest first. ``person`` acts; ``signer`` is the same person where somebody is signed in. Raises
    Refused where the store is sound or newer, StoreUnusable where nothing is left to repair it from, NotWritten where
    there is no room, Stopped.
    """
    course = course or Course()
    state = _state_of(store)
    made = partial_beside(store)
    damaged, first = _open_damaged(store, course.part(0, 5))
    try:
        with closing(damaged), raw_text(damaged):
            damage = first or verify(damaged, files=False, course=course.part(5, 25))
            if not damage:
                raise Refused(f"核对完毕，台账“{store}”没有损坏，不用修复")
            base = _best_base(damaged, damage, backups, course.part(25, 60))
            new_private_file(made)
            with closing(_base_copy(base, made, at)) as conn:
                conn.execute("PRAGMA synchronous = OFF")
                _replay(conn, damaged, base, course.part(60, 80))
                same, rows = _compared(damaged, conn)
                _close_journal(conn, base, damage, at, person, signer)
                if left := verify(conn, files=False, course=course.part(80, 95)):
                    raise StoreUnusable(f"修不好：重建的台账仍有 {len(left)} 处不符，第一处：{left[0]}。请从备份恢复")
            lost = tuple(_lost(damaged, base.reach))
    except BaseException as wrong:
        remove_file(made)
        if isinstance(wrong, sqlite3.Error | OSError):
            raise NotWritten(f"修复没有做成（{cause(wrong)}），台账没有改动。请检查磁盘空间后重做") from wrong
        raise
    course.tell(100, 100)
    return Repair(store, made, damage, base.backup, base.reach, base.reach - base.seq, same, rows, lost, person, state)


def _state_of(store: Path) -> tuple[int, int]:
    status = store.stat()
    return status.st_size, status.st_mtime_ns


def _open_damaged(store: Path, course: Course) -> tuple[sqlite3.Connection, tuple[Damage, ...]]:
    """A copy of a damaged store, read as far as possible, and the damage for which it could not be opened as usual.

    Where the definition of a table is broken, that of this program takes its place. Raises StoreUnusable, Refused.
    """
    try:
        conn = connect_to_copy(store, course)
    except DamagedFile as damaged:
        return _with_own_schema(store), (damage_of_file(damaged),)
    if is_newer(conn):
        conn.close()
        raise Refused(f"台账“{store}”由更新版本的程序建立，没有改动。请升级程序再修复")
    return conn, ()


def _with_own_schema(store: Path) -> sqlite3.Connection:
    """A copy in memory whose definitions are those of this program, for the tables that have their name."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    with suppress(*UNREADABLE):
        conn.deserialize(store.read_bytes())  # nobody has it open; a copy through SQLite does not come about
        conn.execute("PRAGMA writable_schema = ON")  # broken definitions are passed over
        for name, (kind, _, sql) in schema_after(len(SCHEMA_STEPS)).items():
            conn.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ? AND type = ?", (sql, name, kind))
        image = conn.serialize()
        conn.close()
        conn = sqlite3.connect(":memory:", isolation_level=None)
        conn.deserialize(image)
        conn.execute("PRAGMA writable_schema = ON")
    return conn


# the journal of the damaged store


def _whole_entries(conn: sqlite3.Connection, seq: int, head: str) -> Iterator[_Entry]:
    """The entries after ``seq``, whose hash is ``head``, as far as each is whole and follows the one before."""
    for number in count(seq + 1):
        entry = _entry(conn, number)
        if entry is None or entry.cells[7] != head or not is_sealed(entry.cells, entry.rows):
            return
        yield entry
        head = entry.cells[8]


def _entry(conn: sqlite3.Connection, seq: int) -> _Entry | None:
    """One entry of a journal; None where it is missing or cannot be read."""
    with suppress(*UNREADABLE):
        cells = conn.execute("SELECT * FROM journal WHERE seq = ?", (seq,)).fetchone()
        rows = conn.execute("SELECT * FROM journal_row WHERE seq = ? ORDER BY n", (seq,)).fetchall()
        return _Entry(cells, tuple(rows)) if cells else None
    return None


def _reach(conn: sqlite3.Connection, seq: int, head: str, course: Course) -> int:
    for entry in _whole_entries(conn, seq, head):
        seq = entry.head[0]
        course.go_on()
    return seq


def _best_base(damaged: sqlite3.Connection, damage: Sequence[Damage], backups: Sequence[Path], course: Course) -> _Base:
    """The base that saves most changes: the store's own journal where that is whole, else a good backup.

    A whole journal whose last entries were taken away leaves records that it does not know; then backups may lead
    further. Of backups that save as much the newest is taken. Raises StoreUnusable where there is no base.
    """
    own = _Base(None, 0, _reach(damaged, 0, "", course))
    whole = own.reach == _last_seq(damaged) and not any(each.message == UNJOURNALLED for each in damage)
    if own.reach and whole:
        return own
    best = own
    for number, backup in enumerate(backups):
        course.tell(number, len(backups))
        with suppress(DeskError, *UNREADABLE):
            best = _base_of(damaged, backup, own.reach, best.reach, course) or best
        course.go_on()
    if best.reach == 0:
        raise StoreUnusable("变更记录已读不出来，也没有属于这本台账的完好备份，修不好。请用“恢复备份”另选一份备份")
    return best


def _base_of(damaged: sqlite3.Connection, backup: Path, own: int, best: int, course: Course) -> _Base | None:
    """How far a good backup of the same ledger and schema leads; None where no further than ``best``."""
    with closing(open_backup(backup)) as conn:
        last = conn.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
        if last is None or applied_steps(conn) != SCHEMA_STEPS or not _same_ledger(damaged, conn, last, own):
            return None
        reach = _reach(damaged, last[0], last[1], course)
        if reach <= best or verify(conn, files=False, course=Course(cancelled=course.cancelled)):
            return None
        return _Base(backup, last[0], reach)


def _same_ledger(damaged: sqlite3.Connection, backup: sqlite3.Connection, last: tuple[int, str], own: int) -> bool:
    """Whether a backup is an ancestor of the damaged store, or goes on from its ``own`` whole entries."""
    seq, head = last
    query = "SELECT hash FROM journal WHERE seq = ?"
    if 0 < own < seq:
        seq, (head,) = own, backup.execute(query, (own,)).fetchone()
    found = damaged.execute(query, (seq,)).fetchone()
    return found is not None and found[0] == head


def _last_seq(conn: sqlite3.Connection) -> int:
    with suppress(*UNREADABLE):
        return int(conn.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()[0])
    return 0


# making the repaired store


def _base_copy(base: _Base, made: Path, at: datetime) -> sqlite3.Connection:
    """A new file that holds what the repair begins with: a backup, or an empty store."""
    conn = sqlite3.connect(made, isolation_level=None)
    try:
        if base.backup is None:
            create_schema(conn, at=at)
        else:
            with closing(open_backup(base.backup)) as backup:
                backup.backup(conn)
        conn.execute("PRAGMA foreign_keys = OFF")  # rows come in the order of their tables; verified at the end
    except BaseException:
        conn.close()
        raise
    return conn


def _replay(conn: sqlite3.Connection, damaged: sqlite3.Connection, base: _Base, course: Course) -> None:
    """Append the whole entries of the damaged journal, and bring the records to what the last of them says."""
    head = conn.execute("SELECT hash FROM journal WHERE seq = ?", (base.seq,)).fetchone()
    with transaction(conn):
        for entry in _whole_entries(damaged, base.seq, head[0] if head else ""):
            course.tell(entry.head[0] - base.seq, max(base.reach - base.seq, 1))
            conn.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", entry.cells)
            conn.executemany("INSERT INTO journal_row VALUES (?, ?, ?, ?, ?, ?, ?)", entry.rows)
        for table in TABLES:
            _write_rows(conn, table, base.seq)
        for table, where in KEPT_BESIDE.items():
            _copy_beside(damaged, conn, table, where)
        save_project_totals(conn, project_ids(conn))


def _write_rows(conn: sqlite3.Connection, table: str, after: int) -> None:
    """Write the rows of a table as the entries after ``after`` left them, in the order they were first written."""
    names = [row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')]
    marks, listed = ", ".join("?" * len(names)), ", ".join(f'"{name}"' for name in names)
    last = (
        "SELECT f.row_id, (SELECT l.after FROM journal_row l WHERE l.tbl = ? AND l.row_id = f.row_id"
        " ORDER BY l.seq DESC, l.n DESC LIMIT 1) FROM (SELECT row_id, min(seq) AS seq, n FROM journal_row"
        " WHERE tbl = ? AND seq > ? GROUP BY row_id) f ORDER BY f.seq, f.n"
    )
    sets = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != "id")
    for _, packed in conn.execute(last, (table, table, after)).fetchall():
        row = unpack(table, packed)
        conn.execute(
            f'INSERT INTO "{table}" ({listed}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {sets}',
            [row.get(name) for name in names],
        )


def _copy_beside(damaged: sqlite3.Connection, conn: sqlite3.Connection, table: str, where: str) -> None:
    """Copy the rows of a table that is not journalled, as far as they can be read; ``?`` is the last entry saved."""
    last = [_last_seq(conn)] if "?" in where else []
    with suppress(*UNREADABLE):
        for cells in damaged.execute(f'SELECT * FROM "{table}" WHERE {where}', last).fetchall():
            marks = ", ".join("?" * len(cells))
            conn.execute(f'INSERT OR IGNORE INTO "{table}" VALUES ({marks})', cells)


def _close_journal(
    conn: sqlite3.Connection, base: _Base, damage: Sequence[Damage], at: datetime, person: str, signer: Signer | None
) -> None:
    """Journal the repair in the repaired store.

    Where people have accounts and nobody is signed in, an entry could not be signed: then the journal stays as it was,
    and what it gave up is noted as of any restore.
    """
    if signer is None and has_accounts(conn):
        return
    what = "按变更记录" if base.backup is None else "用备份和其后的变更记录"
    action = f"修复台账（{what}，原有 {len(damage)} 处损坏）"
    with transaction(conn):
        Change(conn, action, person, at, new_id(), undoable=False, signer=signer).close()


# what to tell


def _compared(damaged: sqlite3.Connection, conn: sqlite3.Connection) -> tuple[int, tuple[RepairedRow, ...]]:
    """How many records stay as they are in the damaged store, and what becomes of the others."""
    same, found = 0, list[RepairedRow]()
    for table in TABLES:
        was = _rows_by_id(damaged, table)
        for now in _rows(conn, table):
            held = was.pop(now["id"], None)
            if held is not None and all(now.get(name) == cell for name, cell in held.items()):
                same += 1
                continue
            subject = subject_of(conn, table, now["id"])
            if held is None:
                found.append(RepairedRow(subject, "台账里读不出来了，修复后重新有"))
                continue
            differing = [name for name in held if held[name] != now.get(name)]
            fields = "；".join(shown_field(table, name, held[name], now.get(name)) for name in differing)
            found.append(RepairedRow(subject, fields))
        for row_id in was:
            subject = _named(damaged, table, row_id)
            found.append(RepairedRow(subject, "没有能用的变更记录，修复后没有"))
    return same, tuple(found)


def _rows(conn: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    cursor = conn.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description]
    for cells in cursor:
        yield dict(zip(names, cells, strict=True))


def _rows_by_id(conn: sqlite3.Connection, table: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    with suppress(*UNREADABLE):
        for row in _rows(conn, table):
            found[row["id"]] = row
    return found


def _named(conn: sqlite3.Connection, table: str, row_id: str) -> str:
    try:
        return subject_of(conn, table, row_id)
    except UNREADABLE:
        return TABLES[table].label


def _lost(damaged: sqlite3.Connection, reach: int) -> Iterator[LostChange]:
    """The entries of the damaged journal after the last that was saved."""
    for seq in _numbers(damaged, reach):
        entry = _entry(damaged, seq)
        if entry is None:
            yield LostChange(seq, "", "", "读不出来")
            continue
        _, _, action, actor, at, *_ = entry.cells
        records = dict.fromkeys(_named(damaged, row[2], row[3]) for row in entry.rows if row[2] in TABLES)
        yield LostChange(seq, _clean(at), _clean(actor), _clean(action), tuple(records))


def _numbers(damaged: sqlite3.Connection, reach: int) -> Iterable[int]:
    with suppress(*UNREADABLE):
        return [row[0] for row in damaged.execute("SELECT seq FROM journal WHERE seq > ? ORDER BY seq", (reach,))]
    return []


def _clean(cell: Any) -> str:
    text = str(cell).encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else "·" for c in text)
