"""Undo and redo of typing and imports. Decisions are answered by another step (撤回、退回补正), never undone.

Issuing paper is passed over: what has left the office is not called back, and takes no typing with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from haicang_desk.model.records import Issue
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import current_row, unpack
from haicang_desk.model.values import NotUndoable

_LIVE = "seq NOT IN (SELECT undoes FROM journal u WHERE u.undoes IS NOT NULL AND {undone})"
_STANDING = _LIVE.format(undone="u.seq NOT IN (SELECT undoes FROM journal r WHERE r.undoes IS NOT NULL)")
_ENTRY = f"NOT EXISTS (SELECT 1 FROM journal_row p WHERE p.seq = journal.seq AND p.tbl = '{Issue.table}')"


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal entry that may be taken back, or brought back."""

    seq: int
    action: str
    undoable: bool


def to_undo(ws: Workspace) -> Entry | None:
    """The latest change that still stands and itself undoes nothing."""
    return _entry(ws, f"SELECT seq, action, undoable FROM journal WHERE undoes IS NULL AND {_STANDING} AND {_ENTRY}")


def to_redo(ws: Workspace) -> Entry | None:
    """The latest undo, if nothing else was done since and it was not itself taken back."""
    return _entry(
        ws,
        "SELECT seq, action, undoable FROM journal WHERE undoes IN (SELECT seq FROM journal WHERE undoes IS NULL)"
        " AND seq NOT IN (SELECT undoes FROM journal WHERE undoes IS NOT NULL)"
        f" AND seq > (SELECT coalesce(max(seq), 0) FROM journal WHERE undoes IS NULL AND {_ENTRY})",
    )


def _entry(ws: Workspace, query: str) -> Entry | None:
    row = ws.conn.execute(f"{query} ORDER BY seq DESC LIMIT 1").fetchone()
    return Entry(row[0], row[1], bool(row[2])) if row else None


def undo(ws: Workspace, *, person: str) -> str | None:
    """Take back the latest change; returns its name, or None where there is none. Raises NotUndoable."""
    entry = to_undo(ws)
    if entry is None:
        return None
    if not entry.undoable:
        raise NotUndoable(f"“{entry.action}”已生效，不能撤销；请用“撤回”“退回补正”等办理步骤处理")
    _reverse(ws, entry, f"撤销：{entry.action}", person)
    return entry.action


def redo(ws: Workspace, *, person: str) -> str | None:
    """Bring back what the latest undo took; returns its name, or None where there is none."""
    entry = to_redo(ws)
    if entry is None:
        return None
    name = entry.action.removeprefix("撤销：")
    _reverse(ws, entry, f"重做：{name}", person)
    return name


def _reverse(ws: Workspace, entry: Entry, action: str, person: str) -> None:
    rows = ws.conn.execute(
        "SELECT tbl, row_id, before, after FROM journal_row WHERE seq = ? ORDER BY n DESC", (entry.seq,)
    ).fetchall()
    with ws.change(action, actor=person, undoes=entry.seq) as change:
        for table, row_id, before, after in rows:
            if current_row(change.conn, table, row_id) != unpack(table, after):
                raise NotUndoable(f"“{entry.action}”之后又有办理以它为依据，不能撤销；请先处理后面的办理")
            change.restore_row(table, row_id, None if before is None else unpack(table, before))
