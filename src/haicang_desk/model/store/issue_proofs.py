"""What proves an issued paper: record, journal entry, the 存证码 printed on it, and the bytes of its original."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from haicang_desk.model.records import Dossier, Issue
from haicang_desk.model.store.blobs import BlobMissing, read_blob
from haicang_desk.model.store.mapping import read_records
from haicang_desk.model.store.seen_heads import SHORT
from haicang_desk.model.values import Refused


@dataclass(frozen=True, slots=True)
class IssueFault:
    """An issued paper that does not agree with the journal. ``seq``: the change that issued it."""

    issue: Issue
    message: str
    seq: int


def issue_faults(conn: sqlite3.Connection) -> Iterator[IssueFault]:
    """The printed code of every issue must be that of the state it was made from, its handler who issued it.

    The code is the beginning of the hash of a change before the issue. Where a paper is of one project, that project
    was not changed between the two; of a further print of the same number on other paper, the code stays the first's.
    """
    changes, firsts = _Codes(conn), set[tuple[object, ...]]()
    for issue in read_records(conn, Issue):
        entry = conn.execute(
            "SELECT j.seq, j.actor FROM journal_row r JOIN journal j USING (seq) WHERE r.tbl = ? AND r.row_id = ?"
            " ORDER BY j.seq LIMIT 1",
            (Issue.table, issue.id),
        ).fetchone()
        if entry is None:
            continue  # the comparison of rows names it
        seq, actor = entry
        subject = (issue.document, issue.project, issue.village, issue.fund_year, issue.part, issue.number)
        if issue.handler != actor:
            yield IssueFault(issue, f"记着由“{issue.handler}”印发，变更记录里是“{actor}”", seq)
        if issue.seal_code and (wrong := _code_fault(conn, issue, seq, changes, first=subject not in firsts)):
            yield IssueFault(issue, wrong, seq)
        firsts.add(subject)


def _code_fault(conn: sqlite3.Connection, issue: Issue, seq: int, changes: _Codes, *, first: bool) -> str:
    """What is wrong with the code of an issue that a change made; "" where nothing is."""
    made_from = changes.with_code(issue.seal_code)
    if made_from is None or made_from >= seq:
        return f"纸面存证码 {issue.seal_code} 不是印发之前任何一次变更的"
    if not (issue.project and first):
        return ""
    later = conn.execute(
        "SELECT max(seq) FROM journal_row WHERE project = ? AND tbl NOT IN (?, ?) AND seq > ? AND seq < ?",
        (issue.project, Issue.table, Dossier.table, made_from, seq),  # 档号 are no content of an issued paper
    ).fetchone()[0]
    return f"纸面存证码是第 {made_from} 次变更的，印发之前项目在第 {later} 次又有变更" if later else ""


class _Codes:
    """The numbers of the changes by the codes that papers bear."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    @cached_property
    def _by_code(self) -> dict[str, int]:
        return {sealed[:SHORT]: seq for seq, sealed in self._conn.execute("SELECT seq, hash FROM journal")}

    def with_code(self, code: str) -> int | None:
        """The number of the change with a code; None where there is none."""
        if len(code) == SHORT:
            return self._by_code.get(code)
        found = self._conn.execute("SELECT min(seq) FROM journal WHERE substr(hash, 1, ?) = ?", (len(code), code))
        number: int | None = found.fetchone()[0]
        return number


def original_faults(conn: sqlite3.Connection, go_on: Callable[[], None]) -> Iterator[IssueFault]:
    """The original of every issue must bear its code, which the file's metadata hold as plain text.

    One that is missing or has other bytes than its digest is named by another check. ``go_on`` may raise.
    """
    for issue in read_records(conn, Issue):
        go_on()
        try:
            data = read_blob(conn, issue.digest)
        except (BlobMissing, Refused):
            continue
        if issue.seal_code and issue.seal_code.encode() not in data:
            yield IssueFault(issue, f"原件上没有登记的存证码 {issue.seal_code}", 0)
