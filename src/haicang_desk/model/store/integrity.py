"""Verifying a store: what is no longer as it was written, named so that a clerk can find it.

SQLite's ``integrity_check`` alone misses most flipped bits. Recomputing the hashes of the journal and comparing every
row with the last one journalled finds every flipped bit that changes stored data.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from haicang_desk.model.balances import COLUMNS, ProjectTotals
from haicang_desk.model.records import Attachment, Field, Issue, Project, Village
from haicang_desk.model.store.blobs import damaged_blobs
from haicang_desk.model.store.connection import DamagedFile, connect_to_copy
from haicang_desk.model.store.issue_proofs import IssueFault, issue_faults, original_faults
from haicang_desk.model.store.journal import ALG, RowChange, blank_of, seal
from haicang_desk.model.store.mapping import TABLES
from haicang_desk.model.store.repository import casefiles, project_ids, project_totals
from haicang_desk.model.store.schema import (
    REGISTER_LINE,
    SCHEMA_STEPS,
    applied_steps,
    has_own_steps,
    is_newer,
    schema_after,
    schema_of,
)
from haicang_desk.model.store.signatures import NEWEST, signature_faults
from haicang_desk.model.values import Course, Money


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is not as it was written. ``seq`` is the journal entry concerned, where there is one."""

    part: str  # 文件, 结构, 变更记录, 签名, 记录, 印发, 原件 or 汇总
    subject: str  # 拨付，项目 XYJD-XYSQ-2026-01《楼道照明更换》
    message: str
    seq: int | None = None
    table: str = ""  # the row concerned, where it is one
    row_id: str = ""

    def __str__(self) -> str:
        return "：".join(filter(None, (self.part, self.subject, self.message)))


def verify_file(path: Path, *, files: bool = True, course: Course | None = None) -> tuple[Damage, ...]:
    """All damage of a store, as it is at this moment: a copy is verified, so that who writes it need not wait.

    Without ``files`` the bytes of originals are not read. With a ``course`` it is copied in slices. Raises
    StoreUnusable where it is no store of ours or cannot be read just now, Stopped.
    """
    try:
        conn = connect_to_copy(path, course and course.part(0, 10))
    except DamagedFile as damaged:
        return (damage_of_file(damaged),)
    with closing(conn):
        return verify(conn, files=files, course=course and course.part(10, 100))


def damage_of_file(damaged: DamagedFile) -> Damage:
    """The damage for which a file cannot be opened at all, with the table concerned where SQLite names one."""
    if named := re.match(r"malformed database schema \((.*?)\)", damaged.what):
        return Damage("结构", _printable(named[1]), "定义被改动，整本台账因此读不出来")
    return Damage("文件", "", f"文件内容不完整，整本台账因此读不出来（{_printable(damaged.what)}）")


IntegrityCheck = Callable[[sqlite3.Connection], Iterator[Damage]]


def verify(
    conn: sqlite3.Connection, *, sums: bool = True, files: bool = True, course: Course | None = None
) -> tuple[Damage, ...]:
    """All damage of an open store; empty where it is as it was written. Writes nothing.

    Without ``sums`` the table ``register_line``, which can be made anew, is not compared: half the time; and of the
    signatures, the newest are verified: a rewritten entry spoils all that follow it. Without
    ``files`` the bytes of originals are not read. Of a newer store, what this program knows of is verified. Raises
    Stopped where the person stops its ``course``.
    """
    course = course or Course()
    checks: list[tuple[str, IntegrityCheck]] = [
        ("文件", _structure),
        ("结构", _schema),
        ("变更记录", _chain),
        ("签名", partial(_signatures, newest=None if sums else NEWEST)),
        *(("记录", partial(_rows, table=table)) for table in _names_of_tables(conn)),
        ("印发", _issues),
        *([("原件", partial(_originals, go_on=course.go_on))] if files else ()),
        *([("汇总", _project_totals)] if sums else ()),
    ]
    found: list[Damage] = []
    with _stopping(conn, course):
        for number, (part, check) in enumerate(checks):
            course.tell(number, len(checks))
            try:
                found += list(check(conn))
            except UNREADABLE:
                course.go_on()  # a query that was interrupted is no damage
                found += _checked_raw(conn, part, check)
                course.go_on()
    course.tell(len(checks), len(checks))
    return tuple(found)


@contextmanager
def _stopping(conn: sqlite3.Connection, course: Course) -> Iterator[None]:
    """Within the block, the queries of a connection are interrupted where the person asks to stop."""
    if course.cancelled is None:
        yield
        return
    conn.set_progress_handler(course.cancelled, _STEPS)
    try:
        yield
    finally:
        conn.set_progress_handler(None, 0)


_STEPS = 20_000  # of SQLite's machine between two looks: a few milliseconds


def _names_of_tables(conn: sqlite3.Connection) -> list[str]:
    """The record tables; where not even their names can be read, the check of the structure says so."""
    try:
        return _tables_of(conn)
    except UNREADABLE:
        return []


def verify_on_opening(conn: sqlite3.Connection) -> tuple[Damage, ...]:
    """The damage that can be told without a wait whenever a store is opened: of a large one, that of its structure.

    Journal and records of a street's year are verified in a tenth of a second, of 10,000 projects in two seconds.
    """
    return verify(conn, sums=False, files=False) if _verified_whole(conn) else _quickly_checked(conn)


def _verified_whole(conn: sqlite3.Connection) -> bool:
    (pages,), (size,) = (conn.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    return bool(pages * size <= VERIFIED_WHOLE)


def _quickly_checked(conn: sqlite3.Connection) -> tuple[Damage, ...]:
    """The damage of the structure of the file."""
    try:
        told = [row[0] for row in conn.execute("PRAGMA quick_check")]
    except sqlite3.Error as wrong:
        told = [str(wrong)]
    return tuple(Damage("文件", "", f"数据页结构不完整（{_printable(each)}）") for each in told if each != "ok")


VERIFIED_WHOLE = 16 * 1024 * 1024  # bytes of a store

UNREADABLE = (sqlite3.Error, ValueError, KeyError, TypeError, IndexError)


def _checked_raw(conn: sqlite3.Connection, part: str, check: IntegrityCheck) -> list[Damage]:
    """The check repeated with text that need not be valid UTF-8: three times slower, and it names what it can."""
    found: list[Damage] = []
    with raw_text(conn):
        try:
            for damage in check(conn):
                found.append(damage)
        except UNREADABLE as unreadable:
            if not ("no such" in str(unreadable) and is_newer(conn)):
                found.append(Damage(part, "", f"读不下去（{_printable(str(unreadable))}）"))
    return found


@contextmanager
def raw_text(conn: sqlite3.Connection) -> Iterator[None]:
    """Within the block, bytes that are not valid UTF-8 are read as surrogates instead of raising an error."""
    usual = conn.text_factory
    conn.text_factory = lambda cell: cell.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        conn.text_factory = usual


def _structure(conn: sqlite3.Connection) -> Iterator[Damage]:
    for (message,) in conn.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield Damage("文件", "", f"数据页结构不完整（{_printable(message)}）")
    for table, rowid, parent, _ in conn.execute("PRAGMA foreign_key_check").fetchall():
        label = TABLES[table].label if table in TABLES else table
        found = conn.execute(f'SELECT id FROM "{table}" WHERE rowid = ?', (rowid,)).fetchone() if rowid else None
        subject = subject_of(conn, table, found[0]) if found and table in TABLES else label
        yield Damage("记录", subject, f"所属的{TABLES[parent].label if parent in TABLES else parent}已不在台账里")


def _schema(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Tables, indexes and triggers must be what the migrations applied so far make.

    ``register_line`` of an older schema is left out: where it differs, it is made anew when the store is opened.
    """
    applied = applied_steps(conn)
    if is_newer(conn):
        return
    if applied != SCHEMA_STEPS[: len(applied)] or not has_own_steps(conn):
        yield Damage("结构", "升级记录", f"登记的升级步骤是 {_printable('、'.join(applied))}，与本程序不符")
        return
    expected, current = schema_after(len(applied)), schema_of(conn)
    for name in sorted(expected.keys() | current.keys()):
        if name == REGISTER_LINE and len(applied) < len(SCHEMA_STEPS):
            continue
        if name not in current:
            yield Damage("结构", name, "缺失")
        elif name not in expected:
            yield Damage("结构", _printable(name), "不是本程序建立的")
        elif current[name] != expected[name]:
            yield Damage("结构", name, "定义被改动")


def _tables_of(conn: sqlite3.Connection) -> list[str]:
    """The record tables that there are; the check of the schema names a missing one."""
    existing = {row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return [table for table in TABLES if table in existing]


def _chain(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Entries must be numbered without a gap; the hash of each covers its content and the hash of the one before."""
    last_seq, last_hash, newer = 0, "", is_newer(conn)
    entries = conn.execute(
        "SELECT seq, key, action, actor, at, undoable, undoes, prev, hash, alg FROM journal ORDER BY seq"
    )
    for *entry, prev, recorded, alg in entries:
        seq = entry[0]
        if seq != last_seq + 1:
            yield Damage("变更记录", f"第 {last_seq + 1} 次变更", "缺失", last_seq + 1)
        if prev != last_hash:
            yield Damage("变更记录", f"第 {seq} 次变更", "与前一次变更接不上", seq)
        rows = conn.execute(_JOURNALLED, (seq,))
        if alg != ALG and newer:
            pass  # sealed in a way that this program does not know
        elif alg != ALG or _seal_of(prev, tuple(entry), rows) != recorded:
            yield Damage("变更记录", f"第 {seq} 次变更“{_printable(str(entry[2]))}”", "内容与存证码不符", seq)
        last_seq, last_hash = seq, recorded
    for (seq,) in conn.execute("SELECT DISTINCT seq FROM journal_row WHERE seq NOT IN (SELECT seq FROM journal)"):
        yield Damage("变更记录", f"第 {seq} 次变更", "只剩明细，没有变更本身", seq)


def is_sealed(entry: Sequence[Any], rows: Iterable[tuple[Any, ...]]) -> bool:
    """Whether the cells of a journal entry and its rows are those that its hash was made of."""
    *columns, prev, recorded, alg = entry
    return bool(alg == ALG and _seal_of(prev, tuple(columns), rows) == recorded)


def _seal_of(prev: Any, entry: tuple[Any, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    try:
        return seal(prev, entry, rows)
    except (TypeError, ValueError):  # a cell that is neither text nor number any more
        return ""


def _rows(conn: sqlite3.Connection, table: str) -> Iterator[Damage]:
    """Every row of a table must be as last journalled under its id, and every journalled row must be there."""
    yield from _changed_rows(conn, table)
    gone = conn.execute(
        "SELECT row_id, max(seq) FROM journal_row WHERE tbl = ?"
        f' AND NOT EXISTS (SELECT 1 FROM "{table}" t WHERE t.id = row_id) GROUP BY row_id',
        (table,),
    )
    for row_id, seq in gone.fetchall():
        yield _gone(table, row_id, seq)


def damage_beneath(
    conn: sqlite3.Connection, touched: Sequence[RowChange], projects: Iterable[str]
) -> tuple[Damage, ...]:
    """What is damaged of the rows that the newest change rests on, within its transaction.

    These are the rows that it has touched, as they were before; the other rows of ``projects``, with those of their
    villages; and the journal entries that last wrote any of them. Some milliseconds for each project.
    """
    (newest,) = conn.execute("SELECT max(seq) FROM journal").fetchone()
    found: list[Damage] = []
    written = {(row.table, row.row_id) for row in touched}
    seqs: set[int] = set()
    try:
        for first in {(row.table, row.row_id): row for row in reversed(touched)}.values():
            found += _differs_before(conn, first, newest, seqs)
        for project in projects:
            found += _damage_of_project(conn, project, written, seqs)
        for seq in sorted(seqs - {newest}):
            found += _damage_of_entry(conn, seq)
    except UNREADABLE as unreadable:
        found.append(Damage("文件", "", f"读不下去（{_printable(str(unreadable))}）"))
    return tuple(found)


def _differs_before(conn: sqlite3.Connection, row: RowChange, newest: int, seqs: set[int]) -> Iterator[Damage]:
    """Whether a touched row was, before the change, as last journalled."""
    last = conn.execute(
        "SELECT seq, after FROM journal_row WHERE tbl = ? AND row_id = ? AND seq < ? ORDER BY seq DESC, n DESC LIMIT 1",
        (row.table, row.row_id, newest),
    ).fetchone()
    if last is None:
        if row.before is not None:
            yield Damage("记录", subject_of(conn, row.table, row.row_id), UNJOURNALLED, None, row.table, row.row_id)
        return
    seqs.add(last[0])
    if row.before is None:
        yield _gone(row.table, row.row_id, last[0])
        return
    was, now = _packed(last[1]), _packed(row.before)
    if was != now:
        yield _differing(conn, row.table, row.row_id, now, was, last[0])


def _damage_of_project(
    conn: sqlite3.Connection, project: str, written: set[tuple[str, str]], seqs: set[int]
) -> Iterator[Damage]:
    """Damage of the rows of a project and its village that a change has not touched."""
    villages = conn.execute("SELECT village FROM project WHERE id = ?", (project,)).fetchall()
    places = [(Project.table, "t.id = ?", project), *((Village.table, "t.id = ?", each[0]) for each in villages)]
    places += [(table, "t.project = ?", project) for table in _tables_of(conn) if "project" in TABLES[table].fields]
    for table, where, value in places:
        for row_id, seq, was, now in _rows_and_journal(conn, table, where, (value,)):
            if (table, row_id) in written:
                continue
            if seq is not None:
                seqs.add(seq)
            if was is None:
                yield Damage("记录", subject_of(conn, table, row_id), UNJOURNALLED, None, table, row_id)
            elif was != now:
                yield _differing(conn, table, row_id, now, was, seq)
    journalled = conn.execute(
        "SELECT tbl, row_id, max(seq) FROM journal_row WHERE project = ? GROUP BY tbl, row_id", (project,)
    ).fetchall()
    for table, row_id, seq in journalled:
        if table in TABLES and not conn.execute(f'SELECT 1 FROM "{table}" WHERE id = ?', (row_id,)).fetchone():
            yield _gone(table, row_id, seq)


def _gone(table: str, row_id: str, seq: int) -> Damage:
    subject = f"{TABLES[table].label} {_printable(row_id)}"
    return Damage("记录", subject, "变更记录里有，台账里没有了", seq, table, row_id)


UNJOURNALLED = "没有对应的变更记录"
MOST_ROWS = 5_000  # of an entry that is hashed before a change: a tenth of a second; a whole import takes longer


def _damage_of_entry(conn: sqlite3.Connection, seq: int) -> Iterator[Damage]:
    """Whether an entry is as it was sealed, unless it is a very long one."""
    entry = conn.execute(
        "SELECT seq, key, action, actor, at, undoable, undoes, prev, hash, alg FROM journal WHERE seq = ?", (seq,)
    ).fetchone()
    if entry is None:
        yield Damage("变更记录", f"第 {seq} 次变更", "只剩明细，没有变更本身", seq)
        return
    *columns, prev, recorded, alg = entry
    rows = conn.execute(f"{_JOURNALLED} LIMIT {MOST_ROWS + 1}", (seq,)).fetchall()
    if len(rows) <= MOST_ROWS and (alg != ALG or _seal_of(prev, tuple(columns), rows) != recorded):
        yield Damage("变更记录", f"第 {seq} 次变更“{_printable(str(columns[2]))}”", "内容与存证码不符", seq)


_JOURNALLED = "SELECT seq, n, tbl, row_id, project, before, after FROM journal_row WHERE seq = ? ORDER BY n"


def _changed_rows(conn: sqlite3.Connection, table: str) -> Iterator[Damage]:
    for row_id, seq, was, now in _rows_and_journal(conn, table):
        if was is None:
            yield Damage("记录", subject_of(conn, table, row_id), UNJOURNALLED, None, table, row_id)
        elif was != now:
            yield _differing(conn, table, row_id, now, was, seq)


Cells = dict[str, Any]


def _rows_and_journal(
    conn: sqlite3.Connection, table: str, where: str = "1", args: tuple[Any, ...] = ()
) -> Iterator[tuple[str, int | None, Cells | None, Cells]]:
    """Each row of a table: its id, the entry that last wrote it, its filled cells as journalled there and as they are.

    None for a row that the journal does not know; no cells where what is journalled cannot be read.
    """
    existing = {row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')}
    columns = [name for name in TABLES[table].columns if name in existing]
    listed = ", ".join(f't."{name}"' for name in columns)
    found = conn.execute(
        f'SELECT r.seq, r.after, {listed} FROM "{table}" t LEFT JOIN journal_row r ON (r.seq, r.n) ='
        f" (SELECT seq, n FROM journal_row WHERE tbl = ? AND row_id = t.id ORDER BY seq DESC, n DESC LIMIT 1)"
        f" WHERE {where}",
        (table, *args),
    )
    newer = is_newer(conn)
    blanks = [blank_of(table).get(name) if name in TABLES[table].fields else _NEVER for name in columns]
    for seq, after, *cells in found:
        filled = {n: cell for n, cell, blank in zip(columns, cells, blanks, strict=True) if cell != blank}
        was = None if after is None else _packed(after)
        if newer and was is not None:
            was = {name: cell for name, cell in was.items() if name in columns}
        yield filled["id"], seq, was, filled


def _packed(packed: str) -> Cells:
    """The cells of a packed row; none where it is damaged."""
    try:
        cells = json.loads(packed)
    except (ValueError, TypeError):
        return {}
    return cells if isinstance(cells, dict) else {}


def _differing(conn: sqlite3.Connection, table: str, row_id: str, now: Cells, was: Cells, seq: int | None) -> Damage:
    """The damage of a row that is not as journalled, naming the fields."""
    names = (*TABLES[table].columns, *sorted(now.keys() | was.keys()))
    named = [name for name in dict.fromkeys(names) if now.get(name) != was.get(name)] or ["id"]
    told = "、".join(shown_field(table, name, now.get(name), was.get(name)) for name in named)
    return Damage("记录", subject_of(conn, table, row_id), f"与最后一次变更不符：{told}", seq, table, row_id)


_NEVER = object()  # equal to no cell: id and void are always compared
SHORT = 24  # characters of a value that is told whole


def shown_field(table: str, name: str, now: Any, was: Any) -> str:
    """A field by its label, with what it holds and what was journalled where both are short."""
    field = TABLES[table].fields.get(name)
    label = field.label if field else {"void": "作废", "id": "记录号"}.get(name, _printable(name))
    held, journalled = (_shown_cell(field, cell) for cell in (now, was))
    if (field is not None and field.refers) or max(len(held), len(journalled)) > SHORT:
        return label
    return f"{label}现为“{held}”，应为“{journalled}”"


def _shown_cell(field: Field | None, cell: Any) -> str:
    """A cell as people read it: money in yuan; what cannot be read as its kind as it is."""
    if cell is None or cell == "":
        return "（空）"
    if field is not None and field.kind is Money and isinstance(cell, int):
        return f"{Money(cell)} 元"
    if field is not None and field.kind is Enum:
        return next((str(member.label) for member in field.type if member.value == cell), _printable(str(cell)))
    if field is None or field.kind is bool:
        return {0: "否", 1: "是"}.get(cell, _printable(str(cell)))
    return _printable(str(cell))


def _signatures(conn: sqlite3.Connection, newest: int | None) -> Iterator[Damage]:
    """Every entry must be signed as ``signature_faults`` says."""
    for fault in signature_faults(conn, newest):
        named = f"第 {fault.seq} 次变更" + (f"“{_printable(fault.action)}”" if fault.action else "")
        yield Damage("签名", named, _printable(fault.message), fault.seq)


def _issues(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Every issued paper must agree with the journal; an older schema has none."""
    if "m0009_explanations" in applied_steps(conn):
        for fault in issue_faults(conn):
            yield _issue_damage(conn, fault)


def _issue_damage(conn: sqlite3.Connection, fault: IssueFault) -> Damage:
    whose = subject_of(conn, Issue.table, fault.issue.id)
    return Damage("印发", f"{whose}《{_printable(fault.issue.name)}》", _printable(fault.message), fault.seq)


def _originals(conn: sqlite3.Connection, go_on: Callable[[], None]) -> Iterator[Damage]:
    """The bytes of every original must have its SHA-256; an older schema has no originals.

    ``go_on`` is called before each is read, and may raise.
    """
    if "m0006_originals" in applied_steps(conn):
        for digest, wrong in damaged_blobs(conn, go_on):
            yield Damage("原件", papers_of(conn, digest) or _printable(str(digest)[:16]), wrong)
    if "m0007_issues" in applied_steps(conn):
        lost = "SELECT id, name FROM issue WHERE digest NOT IN (SELECT digest FROM original)"
        for row_id, name in conn.execute(lost).fetchall():
            whose = subject_of(conn, Issue.table, row_id)
            yield Damage("原件", f"{whose}《{_printable(name)}》", "印发的原件不在台账里")
        for fault in original_faults(conn, go_on):
            yield _issue_damage(conn, fault)


def papers_of(conn: sqlite3.Connection, digest: str) -> str:
    """The attachments and issued papers that have these bytes, by the records they belong to and their names."""
    found = []
    for cls in (Attachment, Issue):
        if cls.table in _tables_of(conn):
            rows = conn.execute(f"SELECT id, name FROM {cls.table} WHERE digest = ?", (digest,)).fetchall()
            found += [f"{subject_of(conn, cls.table, row_id)}《{_printable(name)}》" for row_id, name in rows]
    return "、".join(found)


def _project_totals(conn: sqlite3.Connection) -> Iterator[Damage]:
    """The kept totals of every project must be those of its records; those of an older schema are not compared."""
    if len(applied_steps(conn)) != len(SCHEMA_STEPS):
        return
    kept = {totals.project: totals for totals in project_totals(conn)}
    for case in casefiles(conn, project_ids(conn)):
        totals = kept.pop(case.project.id, None)
        if totals is None:
            yield Damage("汇总", _project_name(case.project), "缺少这个项目的汇总")
        elif (expected := ProjectTotals.of(case)) != totals:
            differing = [name for name in COLUMNS if getattr(totals, name) != getattr(expected, name)]
            yield Damage("汇总", _project_name(case.project), f"与项目的记录不符（{'、'.join(differing)}）")
    for project in kept:
        yield Damage("汇总", f"项目 {_printable(project)}", "汇总所指的项目不在台账里")


def subject_of(conn: sqlite3.Connection, table: str, row_id: str) -> str:
    """The name that a clerk knows a record by: 拨付，项目 XYJD-XYSQ-2026-01《楼道照明更换》."""
    cls = TABLES[table]
    if cls is Project:
        row = conn.execute("SELECT code, title FROM project WHERE id = ?", (row_id,)).fetchone()
        return _printable(f"项目 {row[0]}《{row[1]}》") if row else f"项目 {_printable(row_id)}"
    if cls is Village:
        row = conn.execute("SELECT name FROM village WHERE id = ?", (row_id,)).fetchone()
        return _printable(f"村居 {row[0]}") if row else f"村居 {_printable(row_id)}"
    if "project" in cls.fields:
        row = conn.execute(f'SELECT project FROM "{table}" WHERE id = ?', (row_id,)).fetchone()
        if row and row[0]:
            return f"{cls.label}，{subject_of(conn, Project.table, row[0])}"
    return cls.label


def _project_name(project: Project) -> str:
    return _printable(f"项目 {project.code}《{project.title}》")


def _printable(text: str) -> str:
    """The text without what cannot be shown or encoded, such as damage may have put into it."""
    clean = str(text).encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else "·" for c in clean)
