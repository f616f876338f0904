"""History: what was done, read back from the journal in a clerk's words, and found again by the code on paper."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from haicang_desk.model.records import Issue, Record, show_value
from haicang_desk.model.store.integrity import subject_of
from haicang_desk.model.store.journal import unpack
from haicang_desk.model.store.mapping import TABLES, read_records, to_record
from haicang_desk.model.values import Refused

SHORTEST_CODE = 8


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as shown."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """One journal entry, as far as it touched one record."""

    seq: int
    at: datetime
    actor: str
    action: str
    record: str
    edits: tuple[FieldChange, ...]
    seal: str  # the entry's hash: the 存证码


def events_of_project(conn: sqlite3.Connection, project_id: str) -> list[JournalEvent]:
    """Everything that ever touched a project and its records, latest first."""
    return _events(conn, "r.project = ?", project_id)


def _events(conn: sqlite3.Connection, which: str, wanted: str | int) -> list[JournalEvent]:
    rows = conn.execute(
        "SELECT j.seq, j.at, j.actor, j.action, r.tbl, r.before, r.after, j.hash FROM journal_row r"
        f" JOIN journal j USING (seq) WHERE {which} ORDER BY j.seq DESC, r.n",
        (wanted,),
    )
    return [
        JournalEvent(
            seq, datetime.fromisoformat(at), actor, action, TABLES[tbl].label, _edits(tbl, before, after), seal
        )
        for seq, at, actor, action, tbl, before, after, seal in rows
    ]


def last_seal(conn: sqlite3.Connection, projects: Iterable[str], others: Iterable[Record] = ()) -> str:
    """The hash of the last change that touched any of these projects or these other records; "" where none did.

    That paper was issued is no change of what it shows, and does not count.
    """
    of_project = f"SELECT max(seq) FROM journal_row WHERE project = ? AND tbl <> '{Issue.table}'"
    of_row = "SELECT max(seq) FROM journal_row WHERE tbl = ? AND row_id = ?"
    found = [conn.execute(of_project, (project,)).fetchone()[0] for project in projects]
    found += [conn.execute(of_row, (other.table, other.id)).fetchone()[0] for other in others]
    last = max(filter(None, found), default=None)
    row = conn.execute("SELECT hash FROM journal WHERE seq = ?", (last,)).fetchone()
    return row[0] if row else ""


def _edits(table: str, before: str | None, after: str) -> tuple[FieldChange, ...]:
    cls = TABLES[table]
    new = to_record(cls, unpack(table, after).values())
    old = to_record(cls, unpack(table, before).values()) if before else None
    edits = []
    for name, said in cls.fields.items():
        if said.refers:
            continue
        was = said.show(old) if old else ""
        now = show_value(getattr(new, name))
        if was != now:
            edits.append(FieldChange(said.label, was, now))
    if new.void != (old.void if old else False):
        edits.append(FieldChange("作废", show_value(bool(old and old.void)), show_value(new.void)))
    return tuple(edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One journal entry as the list of all of them shows it. ``undone``: it was taken back since."""

    seq: int
    at: datetime
    actor: str
    action: str
    rows: int
    undone: bool
    seal: str


def list_changes(conn: sqlite3.Connection, text: str = "", *, offset: int = 0, limit: int = 200) -> list[JournalRow]:
    """What was done in this store, latest first; every word must occur in the action or the name of who did it.

    A word of eight places or more that may be a 存证码 is also looked for there.
    """
    where, args = _said(text)
    rows = conn.execute(
        "SELECT j.seq, j.at, j.actor, j.action, (SELECT count(*) FROM journal_row r WHERE r.seq = j.seq),"
        " EXISTS (SELECT 1 FROM journal u WHERE u.undoes = j.seq), j.hash"
        f" FROM journal j WHERE {where} ORDER BY j.seq DESC LIMIT ? OFFSET ?",
        (*args, limit, offset),
    )
    return [
        JournalRow(
            seq=r[0], at=datetime.fromisoformat(r[1]), actor=r[2], action=r[3], rows=r[4], undone=bool(r[5]), seal=r[6]
        )
        for r in rows
    ]


def count_changes(conn: sqlite3.Connection, text: str = "") -> int:
    where, args = _said(text)
    return int(conn.execute(f"SELECT count(*) FROM journal j WHERE {where}", args).fetchone()[0])


def _said(text: str) -> tuple[str, list[Any]]:
    """Every word in the action or the name; one that may be a 存证码, or at the beginning of that."""
    where, args = ["1"], list[Any]()
    for word in text.lower().split():
        said = "instr(lower(j.action || ' ' || j.actor), ?) > 0"
        if re.fullmatch(f"[0-9a-f]{{{SHORTEST_CODE},}}", word):
            where.append(f"({said} OR substr(j.hash, 1, {len(word)}) = ?)")
            args += [word, word]
        else:
            where.append(said)
            args.append(word)
    return " AND ".join(where), args


def events_of_change(conn: sqlite3.Connection, seq: int) -> list[JournalEvent]:
    """What one change touched, record by record."""
    return _events(conn, "r.seq = ?", seq)


@dataclass(frozen=True, slots=True)
class SealedChange:
    """A journal entry as its 存证码 on paper leads to it, and the issued papers that carry the code."""

    seq: int
    at: datetime
    actor: str
    action: str
    seal: str
    touched: tuple[str, ...]
    papers: tuple[str, ...] = ()


def change_by_seal(conn: sqlite3.Connection, code: str) -> SealedChange:
    """The change that a 存证码 on paper belongs to. Raises Refused for none, for several, or for no such code."""
    wanted = re.sub(r"[\s-]", "", code).lower()
    if len(wanted) < SHORTEST_CODE or not re.fullmatch(r"[0-9a-f]+", wanted):
        raise Refused(f"“{code}”不是存证码，应为纸面上印的 {SHORTEST_CODE} 位以上数字和字母 a 至 f")
    found = conn.execute(
        "SELECT seq, at, actor, action, hash FROM journal WHERE substr(hash, 1, ?) = ? LIMIT 2", (len(wanted), wanted)
    ).fetchall()
    if not found:
        raise Refused(f"台账里没有存证码以“{wanted}”开头的变更：这份文件不是由本台账现有的记录印出的")
    if len(found) > 1:
        raise Refused(f"存证码以“{wanted}”开头的变更不止一次，请多输几位")
    seq, at, actor, action, held = found[0]
    rows = conn.execute("SELECT tbl, row_id FROM journal_row WHERE seq = ? ORDER BY n", (seq,)).fetchall()
    touched = tuple(dict.fromkeys(subject_of(conn, table, row_id) for table, row_id in rows))
    papers = tuple(issue_name(issue) for issue in issues_sealed(conn, held))
    return SealedChange(seq, datetime.fromisoformat(at), actor, action, held, touched, papers)


def issues_sealed(conn: sqlite3.Connection, seal: str) -> list[Issue]:
    """Every issue whose 存证码 is the beginning of this hash."""
    return list(read_records(conn, Issue, "seal_code <> '' AND substr(?, 1, length(seal_code)) = seal_code", (seal,)))


def issue_name(issue: Issue) -> str:
    """What a clerk calls it: 《霞阳社区_楼道照明更换_街道审批表》第2次印发（A4，2018年9月3日，陈）."""
    day = Issue.fields["issued_on"].show(issue)
    name = issue.name.removesuffix(".pdf")
    return f"《{name}》第{issue.number}次印发（{issue.paper}，{day}，{issue.handler}）"
