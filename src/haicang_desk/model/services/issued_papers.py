"""Issued papers (印发): signed documents kept with their bytes as they left the office, and found by their subject."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from haicang_desk.model.records import Disclosure, Issue, Prose
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import (
    Change,
    ChangedRow,
    PaperReceipt,
    entry_of,
    last_head,
    note_papers,
    rows_changed_since,
    save_blob,
)
from haicang_desk.model.values import Refused

_SUBJECT = ("document", "project", "village", "fund_year", "part")


@dataclass(frozen=True, slots=True)
class NewIssue:
    """A document to be kept as issued. ``entry``: the newest journal entry when its records were read."""

    issue: Issue
    data: bytes
    entry: int


def issues_like(ws: Workspace, subject: Issue) -> list[Issue]:
    """Every issue of the same document about the same subject, the earliest first."""
    found = ws.all(Issue, **{name: getattr(subject, name) or _empty_value(name) for name in _SUBJECT})
    return sorted(found, key=lambda issue: (issue.number, issue.id))


def _empty_value(name: str) -> str | None:
    """How an empty field is stored: NULL for a link, "" for a text."""
    return None if Issue.fields[name].refers else ""


def issues_of(ws: Workspace, *, project: str = "", document: str = "", year: int | None = None) -> list[Issue]:
    """The issues of a project, a document, a fund year, or all; the latest first."""
    given = {"project": project or None, "document": document or None, "fund_year": year}
    found = ws.all(Issue, **{name: value for name, value in given.items() if value is not None})
    return sorted(found, key=lambda issue: issue.id, reverse=True)


def rows_changed_since_issue(conn: sqlite3.Connection, issue: Issue) -> list[ChangedRow]:
    """The rows of the subject of an issue that were changed after it was issued."""
    return _rows_changed(conn, issue, entry_of(conn, issue))


def _rows_changed(conn: sqlite3.Connection, issue: Issue, entry: int) -> list[ChangedRow]:
    return rows_changed_since(conn, entry, project=issue.project, village=issue.village)


def save_issues(
    ws: Workspace,
    made: Sequence[NewIssue],
    *,
    person: str,
    reason: str = "",
    decisions: Sequence[Disclosure] = (),
) -> list[Issue]:
    """Save documents as issued, with their bytes, in one change that can't be undone; returns them as saved.

    ``reason``: why documents that were issued before are issued again. Raises Refused, and saves none, where one of
    them was issued with other bytes or its records were changed in the meantime: the journal entry of an issue tells
    from which records it was made. ``decisions``: what was decided for them about personal passages, each saved once;
    where nothing is issued they are a change of their own.
    """
    decisions = list(dict.fromkeys(decisions))
    if not made:
        if decisions:
            with ws.change(Disclosure.label, actor=person) as change:
                _save_decisions(ws, change, decisions)
        return []
    action = f"印发：{made[0].issue.document}" + (f"等 {len(made)} 份" if len(made) > 1 else "")
    with ws.change(action, actor=person, undoable=False) as change:
        saved = [_saved(ws, change, each, reason) for each in made]
        _save_decisions(ws, change, decisions)
    _note(ws, saved)
    return saved


def _save_decisions(ws: Workspace, change: Change, decisions: Sequence[Disclosure]) -> None:
    for each in decisions:
        change.save(replace(each, decided_on=ws.now().date(), handler=change.actor))


def _note(ws: Workspace, issues: Sequence[Issue]) -> None:
    """Add what was issued by the last change to the list of papers that lies outside the store."""
    if ws.path is None:
        return
    head = last_head(ws.conn)
    note_papers(
        ws.path,
        [
            PaperReceipt(
                day=(issue.issued_on or ws.now().date()).isoformat(),
                head=head,
                code=issue.seal_code,
                name=issue.name.removesuffix(".pdf"),
                digest=issue.digest,
            )
            for issue in issues
            if entry_of(ws.conn, issue) == head.seq
        ],
    )


def _saved(ws: Workspace, change: Change, new: NewIssue, reason: str) -> Issue:
    issue, data = new.issue, new.data
    digest = sha256(data).hexdigest()
    for existing in issues_like(ws, issue):
        if (existing.number, existing.paper) == (issue.number, issue.paper):
            if existing.digest == digest:
                return existing
            raise Refused(f"《{issue.name}》刚才已由另一次打印印发，内容与这一份不同。请重新预览再打印")
    if _rows_changed(change.conn, issue, new.entry):
        raise Refused(f"《{issue.name}》生成之后，它所依据的记录又有变动，没有印发。请重新预览再打印")
    why = issue.reason or (reason.strip() if issue.number > 1 else "")
    save_blob(change, data)
    return change.save(replace(issue, digest=digest, handler=change.actor, reason=Prose(why)))
