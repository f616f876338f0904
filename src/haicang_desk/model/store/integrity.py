"""Verifying a store: what is no longer as it was written, named so that a clerk can find it.

SQLite's ``integrity_check`` alone misses most flipped bits. Recomputing the hashes of the journal and comparing every
row with the last one journalled finds every flipped bit that changes stored data.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from haicang_desk.model.balances import COLUMNS, ProjectTotals
from haicang_desk.model.records import Attachment, Issue, Project
from haicang_desk.model.store.blobs import damaged_blobs
from haicang_desk.model.store.connection import DamagedFile, connect_to_copy
from haicang_desk.model.store.issue_proofs import IssueFault, issue_faults, original_faults
from haicang_desk.model.store.journal import ALG
from haicang_desk.model.store.mapping import TABLES
from haicang_desk.model.store.repository import casefiles, project_ids, project_totals
from haicang_desk.model.store.row_damage import (
    JOURNALLED,
    UNREADABLE,
    Damage,
    damaged_rows,
    is_sealed,
    printable,
    subject_of,
    tables_of,
)
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
from haicang_desk.model.values import Course


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
        return Damage("结构", printable(named[1]), "定义被改动，整本台账因此读不出来")
    return Damage("文件", "", f"文件内容不完整，整本台账因此读不出来（{printable(damaged.what)}）")


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
        *(("记录", partial(damaged_rows, table=table)) for table in _names_of_tables(conn)),
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
        return tables_of(conn)
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
    return tuple(Damage("文件", "", f"数据页结构不完整（{printable(each)}）") for each in told if each != "ok")


VERIFIED_WHOLE = 16 * 1024 * 1024  # bytes of a store


def _checked_raw(conn: sqlite3.Connection, part: str, check: IntegrityCheck) -> list[Damage]:
    """The check repeated with text that need not be valid UTF-8: three times slower, and it names what it can."""
    found: list[Damage] = []
    with raw_text(conn):
        try:
            for damage in check(conn):
                found.append(damage)
        except UNREADABLE as unreadable:
            if not ("no such" in str(unreadable) and is_newer(conn)):
                found.append(Damage(part, "", f"读不下去（{printable(str(unreadable))}）"))
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
            yield Damage("文件", "", f"数据页结构不完整（{printable(message)}）")
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
        yield Damage("结构", "升级记录", f"登记的升级步骤是 {printable('、'.join(applied))}，与本程序不符")
        return
    expected, current = schema_after(len(applied)), schema_of(conn)
    for name in sorted(expected.keys() | current.keys()):
        if name == REGISTER_LINE and len(applied) < len(SCHEMA_STEPS):
            continue
        if name not in current:
            yield Damage("结构", name, "缺失")
        elif name not in expected:
            yield Damage("结构", printable(name), "不是本程序建立的")
        elif current[name] != expected[name]:
            yield Damage("结构", name, "定义被改动")


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
        rows = conn.execute(JOURNALLED, (seq,))
        unknown = newer and alg != ALG  # sealed in a way that this program does not know
        if not (unknown or is_sealed((*entry, prev, recorded, alg), rows)):
            yield Damage("变更记录", f"第 {seq} 次变更“{printable(str(entry[2]))}”", "内容与存证码不符", seq)
        last_seq, last_hash = seq, recorded
    for (seq,) in conn.execute("SELECT DISTINCT seq FROM journal_row WHERE seq NOT IN (SELECT seq FROM journal)"):
        yield Damage("变更记录", f"第 {seq} 次变更", "只剩明细，没有变更本身", seq)


def _signatures(conn: sqlite3.Connection, newest: int | None) -> Iterator[Damage]:
    """Every entry must be signed as ``signature_faults`` says."""
    for fault in signature_faults(conn, newest):
        named = f"第 {fault.seq} 次变更" + (f"“{printable(fault.action)}”" if fault.action else "")
        yield Damage("签名", named, printable(fault.message), fault.seq)


def _issues(conn: sqlite3.Connection) -> Iterator[Damage]:
    """Every issued paper must agree with the journal; an older schema has none."""
    if "m0009_explanations" in applied_steps(conn):
        for fault in issue_faults(conn):
            yield _issue_damage(conn, fault)


def _issue_damage(conn: sqlite3.Connection, fault: IssueFault) -> Damage:
    whose = subject_of(conn, Issue.table, fault.issue.id)
    return Damage("印发", f"{whose}《{printable(fault.issue.name)}》", printable(fault.message), fault.seq)


def _originals(conn: sqlite3.Connection, go_on: Callable[[], None]) -> Iterator[Damage]:
    """The bytes of every original must have its SHA-256; an older schema has no originals.

    ``go_on`` is called before each is read, and may raise.
    """
    if "m0006_originals" in applied_steps(conn):
        for digest, wrong in damaged_blobs(conn, go_on):
            yield Damage("原件", papers_of(conn, digest) or printable(str(digest)[:16]), wrong)
    if "m0007_issues" in applied_steps(conn):
        lost = "SELECT id, name FROM issue WHERE digest NOT IN (SELECT digest FROM original)"
        for row_id, name in conn.execute(lost).fetchall():
            whose = subject_of(conn, Issue.table, row_id)
            yield Damage("原件", f"{whose}《{printable(name)}》", "印发的原件不在台账里")
        for fault in original_faults(conn, go_on):
            yield _issue_damage(conn, fault)


def papers_of(conn: sqlite3.Connection, digest: str) -> str:
    """The attachments and issued papers that have these bytes, by the records they belong to and their names."""
    found = []
    for cls in (Attachment, Issue):
        if cls.table in tables_of(conn):
            rows = conn.execute(f"SELECT id, name FROM {cls.table} WHERE digest = ?", (digest,)).fetchall()
            found += [f"{subject_of(conn, cls.table, row_id)}《{printable(name)}》" for row_id, name in rows]
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
        yield Damage("汇总", f"项目 {printable(project)}", "汇总所指的项目不在台账里")


def _project_name(project: Project) -> str:
    return printable(f"项目 {project.code}《{project.title}》")
