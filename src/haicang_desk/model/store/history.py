"""The journal as people read it: the changes of a project or of all, and the change that a printed 存证码 names."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from haicang_desk.model.records import Issue, Project, Record, show_value
from haicang_desk.model.store.journal import unpack
from haicang_desk.model.store.mapping import TABLES, column, read_records, read_rows, to_record
from haicang_desk.model.store.point_in_time import last_entry
from haicang_desk.model.store.row_damage import Damage, subject_of
from haicang_desk.model.values import Refused

SHORTEST_CODE = 8


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after a change, as shown."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class JournalEntry:
    """One journal entry. ``seal`` is its hash: the 存证码."""

    seq: int = column("j.seq")
    at: datetime = column("j.at")
    actor: str = column("j.actor")
    action: str = column("j.action")
    seal: str = column("j.hash")


def ledger_began(conn: sqlite3.Connection) -> date | None:
    """The day of the first entry of the journal: on it the ledger was made. None in a store without any."""
    first = conn.execute("SELECT at FROM journal ORDER BY seq LIMIT 1").fetchone()
    return datetime.fromisoformat(first[0]).date() if first else None


@dataclass(frozen=True, kw_only=True)
class JournalEvent(JournalEntry):
    """A journal entry and one row that it touched, packed before and after."""

    undoable: bool = column("j.undoable")
    undoes: int | None = column("j.undoes")
    table: str = column("r.tbl")
    project: str | None = column("r.project")
    before: str | None = column("r.before")
    after: str = column("r.after")

    @property
    def record(self) -> str:
        """The label of the kind of record that the row is."""
        return TABLES[self.table].label

    @property
    def new(self) -> Record:
        """The row as the change left it."""
        return to_record(TABLES[self.table], unpack(self.table, self.after).values())

    @property
    def old(self) -> Record | None:
        """The row as it was before; None where the change made it."""
        return to_record(TABLES[self.table], unpack(self.table, self.before).values()) if self.before else None

    @cached_property
    def edits(self) -> tuple[FieldChange, ...]:
        """The fields that differ, links to other records left out."""
        cls = TABLES[self.table]
        new = to_record(cls, unpack(self.table, self.after).values())
        old = to_record(cls, unpack(self.table, self.before).values()) if self.before else None
        edits = []
        for name, declared in cls.fields.items():
            if declared.refers:
                continue
            before, after = declared.show(old) if old else "", show_value(getattr(new, name))
            if before != after:
                edits.append(FieldChange(declared.label, before, after))
        was_void = bool(old and old.void)
        if new.void != was_void:
            edits.append(FieldChange("作废", show_value(was_void), show_value(new.void)))
        return tuple(edits)


def events_of_project(conn: sqlite3.Connection, project_id: str) -> list[JournalEvent]:
    """Every change that touched a project or one of its records, latest first."""
    return _events(conn, "r.project = ?", project_id)


def events_of_change(conn: sqlite3.Connection, seq: int, *, most: int = 0) -> list[JournalEvent]:
    """The rows that one change touched, the first ``most`` or all."""
    return _events(conn, "r.seq = ?", seq, most)


def _events(conn: sqlite3.Connection, where: str, value: str | int, most: int = 0) -> list[JournalEvent]:
    tail = f"FROM journal_row r JOIN journal j USING (seq) WHERE {where} ORDER BY j.seq DESC, r.n LIMIT ?"
    return read_rows(conn, JournalEvent, tail, (value, most or -1))


def last_seal(conn: sqlite3.Connection, projects: Iterable[str], others: Iterable[Record] = ()) -> str:
    """The hash of the last change that touched any of these projects or these other records; "" where none did.

    Issuing a paper changes nothing that the paper shows, and does not count.
    """
    of_project = f"SELECT max(seq) FROM journal_row WHERE project = ? AND tbl <> '{Issue.table}'"
    of_row = "SELECT max(seq) FROM journal_row WHERE tbl = ? AND row_id = ?"
    found = [conn.execute(of_project, (project,)).fetchone()[0] for project in projects]
    found += [conn.execute(of_row, (other.table, other.id)).fetchone()[0] for other in others]
    last = max(filter(None, found), default=None)
    row = conn.execute("SELECT hash FROM journal WHERE seq = ?", (last,)).fetchone()
    return row[0] if row else ""


@dataclass(frozen=True, kw_only=True)
class JournalRow(JournalEntry):
    """One journal entry as the list of all of them shows it. ``undone``: it was taken back since."""

    # the rows of a change are numbered from 0: the last number is found at once, however many there are
    rows: int = column("(SELECT coalesce(max(r.n) + 1, 0) FROM journal_row r WHERE r.seq = j.seq)")
    undone: bool = column("j.seq IN (SELECT undoes FROM journal WHERE undoes IS NOT NULL)")


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """Which changes are wanted.

    ``text``: words that must all occur in the action or the actor's name; one of eight or more hexadecimal digits may
    also be the beginning of a 存证码. ``table``: that touched a record of this kind; ``project``: or one of this
    project; ``since`` and ``until``: both days included.
    """

    text: str = ""
    actor: str = ""
    table: str = ""
    project: str = ""
    since: date | None = None
    until: date | None = None


def list_changes(
    conn: sqlite3.Connection, wanted: str | JournalFilter = "", *, offset: int = 0, limit: int = 200
) -> list[JournalRow]:
    """The changes of this store that pass the filter, or that hold these words, latest first.

    Entries are numbered without a gap, so that a page of all of them is found by its numbers, however far down it is.
    """
    where, args = _filter_clause(wanted)
    if not args:
        tail = "FROM journal j WHERE j.seq <= (SELECT max(seq) FROM journal) - ? ORDER BY j.seq DESC LIMIT ?"
        return read_rows(conn, JournalRow, tail, (offset, limit))
    tail = f"FROM journal j WHERE {where} ORDER BY j.seq DESC LIMIT ? OFFSET ?"
    return read_rows(conn, JournalRow, tail, (*args, limit, offset))


def count_changes(conn: sqlite3.Connection, wanted: str | JournalFilter = "") -> int:
    """How many changes ``list_changes`` finds."""
    where, args = _filter_clause(wanted)
    if not args:
        return last_entry(conn)
    return int(conn.execute(f"SELECT count(*) FROM journal j WHERE {where}", args).fetchone()[0])


def actors(conn: sqlite3.Connection) -> list[str]:
    """Everybody who ever changed something, who did so last first."""
    found = conn.execute("SELECT actor FROM journal GROUP BY actor ORDER BY max(seq) DESC")
    return [actor for (actor,) in found]


def _filter_clause(wanted: str | JournalFilter) -> tuple[str, list[Any]]:
    """A condition on ``journal j`` and its values."""
    if isinstance(wanted, str):
        wanted = JournalFilter(text=wanted)
    words, args = _words_clause(wanted.text)
    where = [words]
    if wanted.actor:
        where.append("j.actor = ?")
        args.append(wanted.actor)
    if wanted.since is not None:
        where.append("j.at >= ?")
        args.append(wanted.since.isoformat())
    if wanted.until is not None:
        where.append("j.at < ?")
        args.append((wanted.until + timedelta(days=1)).isoformat())
    if wanted.project:
        where.append("j.seq IN (SELECT seq FROM journal_row WHERE project = ?)")
        args.append(wanted.project)
    if wanted.table:
        where.append("j.seq IN (SELECT seq FROM journal_row WHERE tbl = ?)")
        args.append(wanted.table)
    return " AND ".join(where), args


@dataclass(frozen=True, kw_only=True)
class Voiding:
    """A record that is void, and the change that made it so."""

    seq: int = column("j.seq")
    at: datetime = column("j.at")
    actor: str = column("j.actor")
    action: str = column("j.action")
    table: str = column("r.tbl")
    row_id: str = column("r.row_id")
    project: str | None = column("r.project")
    after: str = column("r.after")

    @property
    def record(self) -> Record:
        """The record as it was voided."""
        return to_record(TABLES[self.table], unpack(self.table, self.after).values())


def voidings(conn: sqlite3.Connection) -> list[Voiding]:
    """Every record that is void, with the change that voided it, the latest first."""
    void_now = "json_extract({0}.after, '$.void') AND NOT coalesce(json_extract({0}.before, '$.void'), 0)"
    found: list[Voiding] = []
    for table in TABLES:
        of_row = f"tbl = ?1 AND row_id = d.id AND {void_now.format('l')}"
        tail = (
            # CROSS JOIN keeps the order: from the few void rows, never through the whole journal
            f'FROM (SELECT id FROM "{table}" WHERE void) d CROSS JOIN journal_row r ON r.tbl = ?1 AND r.row_id = d.id'
            f" CROSS JOIN journal j USING (seq) WHERE r.seq = (SELECT max(l.seq) FROM journal_row l WHERE {of_row})"
        )
        found += read_rows(conn, Voiding, tail, (table,))
    return sorted(found, key=lambda each: (each.seq, each.row_id), reverse=True)


def names_of(conn: sqlite3.Connection, table: str, ids: Iterable[str]) -> dict[str, str]:
    """The names that projects or villages are called by, by id; of void ones too."""
    called = "trim(code || ' ' || title)" if table == Project.table else "name"
    found = {}
    for record_id in set(ids):
        for (name,) in conn.execute(f'SELECT {called} FROM "{table}" WHERE id = ?', (record_id,)):
            found[record_id] = name
    return found


def _words_clause(text: str) -> tuple[str, list[Any]]:
    """A condition on ``journal j`` that every word occurs in action or actor or begins its hash, and its values."""
    where, args = ["1"], list[Any]()
    for word in text.lower().split():
        occurs = "instr(lower(j.action || ' ' || j.actor), ?) > 0"
        if re.fullmatch(f"[0-9a-f]{{{SHORTEST_CODE},}}", word):
            where.append(f"({occurs} OR substr(j.hash, 1, {len(word)}) = ?)")
            args += [word, word]
        else:
            where.append(occurs)
            args.append(word)
    return " AND ".join(where), args


@dataclass(frozen=True, kw_only=True)
class SealedChange(JournalEntry):
    """The journal entry of a 存证码 printed on paper, the records it touched, and the issued papers with that code."""

    touched: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


class UnknownSeal(Refused):
    """No change of the store has this 存证码."""


def change_by_seal(conn: sqlite3.Connection, code: str) -> SealedChange:
    """The change that a 存证码 on paper belongs to. Raises UnknownSeal for none, Refused for several or no code."""
    wanted = re.sub(r"[\s-]", "", code).lower()
    if len(wanted) < SHORTEST_CODE or not re.fullmatch(r"[0-9a-f]+", wanted):
        raise Refused(f"“{code}”不是存证码，应为纸面上印的 {SHORTEST_CODE} 位以上数字和字母 a 至 f")
    tail = "FROM journal j WHERE substr(j.hash, 1, ?) = ? LIMIT 2"
    found = read_rows(conn, SealedChange, tail, (len(wanted), wanted))
    if not found:
        raise UnknownSeal(f"台账里没有存证码以“{wanted}”开头的变更：这份文件不是由本台账现有的记录印出的")
    if len(found) > 1:
        raise Refused(f"存证码以“{wanted}”开头的变更不止一次，请多输几位")
    (change,) = found
    rows = conn.execute("SELECT tbl, row_id FROM journal_row WHERE seq = ? ORDER BY n", (change.seq,)).fetchall()
    touched = tuple(dict.fromkeys(subject_of(conn, table, row_id) for table, row_id in rows))
    papers = tuple(issue_name(issue) for issue in issues_sealed(conn, change.seal))
    return replace(change, touched=touched, papers=papers)


def damage_under(conn: sqlite3.Connection, change: SealedChange, damage: Sequence[Damage]) -> tuple[Damage, ...]:
    """The damage for which a change cannot be vouched for: of itself, of what it touched, of what it rests on.

    It rests on the structure of the store, on every journal entry before it, and on the casefiles that it touched.
    """
    touched = set(conn.execute("SELECT tbl, row_id FROM journal_row WHERE seq = ?", (change.seq,)))
    projects = {row[0] for row in conn.execute("SELECT project FROM journal_row WHERE seq = ?", (change.seq,))} - {None}
    return tuple(each for each in damage if _rests_on(conn, change, touched, projects, each))


def _rests_on(
    conn: sqlite3.Connection, change: SealedChange, touched: set[tuple[str, str]], projects: set[str], damage: Damage
) -> bool:
    if damage.part == "变更记录":
        return damage.seq is None or damage.seq <= change.seq
    if damage.part == "原件":
        return bool(change.papers)
    if not damage.table:
        return damage.part != "汇总"  # sums follow from the records
    row = "SELECT 1 FROM journal_row WHERE tbl = ? AND row_id = ? AND project = ?"
    return (damage.table, damage.row_id) in touched or any(
        conn.execute(row, (damage.table, damage.row_id, project)).fetchone() for project in projects
    )


def issues_sealed(conn: sqlite3.Connection, seal: str) -> list[Issue]:
    """Every issue whose 存证码 is the beginning of this hash."""
    return list(read_records(conn, Issue, "seal_code <> '' AND substr(?, 1, length(seal_code)) = seal_code", (seal,)))


def issue_name(issue: Issue) -> str:
    """The name of an issue for clerks: 《霞阳社区_楼道照明更换_街道审批表》第2次印发（A4，2018年9月3日，陈）."""
    day = Issue.fields["issued_on"].show(issue)
    name = issue.name.removesuffix(".pdf")
    return f"《{name}》第{issue.number}次印发（{issue.paper}，{day}，{issue.handler}）"
