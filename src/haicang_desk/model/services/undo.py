"""Undo and redo of typing and imports. Decisions are reversed by another step (撤回、退回补正), never undone."""

from __future__ import annotations

from haicang_desk.model.services.workspace import IMPORTED, Workspace
from haicang_desk.model.store import (
    ReversibleChange,
    change_to_redo,
    change_to_undo,
    current_row,
    rows_of_change,
    unpack,
)
from haicang_desk.model.values import NotUndoable


def entry_to_undo(ws: Workspace) -> ReversibleChange | None:
    """The change that ``undo`` would take back; it is refused where the change is not undoable."""
    return change_to_undo(ws.conn)


def entry_to_redo(ws: Workspace) -> ReversibleChange | None:
    """The undo that ``redo`` would reverse."""
    return change_to_redo(ws.conn)


def undo(ws: Workspace, *, person: str) -> str | None:
    """Take back the latest change; returns its name, or None where there is nothing to undo. Raises NotUndoable."""
    entry = entry_to_undo(ws)
    if entry is None:
        return None
    if not entry.undoable:
        raise NotUndoable(f"“{entry.action}”已生效，不能撤销；请用“撤回”“退回补正”等办理步骤处理")
    _reverse(ws, entry, f"撤销：{entry.action}", person)
    return entry.action


def redo(ws: Workspace, *, person: str) -> str | None:
    """Reverse the latest undo; returns the name of the change, or None where there is nothing to redo."""
    entry = entry_to_redo(ws)
    if entry is None:
        return None
    name = entry.action.removeprefix("撤销：")
    _reverse(ws, entry, f"重做：{name}", person)
    return name


def _reverse(ws: Workspace, entry: ReversibleChange, action: str, person: str) -> None:
    """Restore the rows of an entry. Duties hold as for writing them: what an import brought, who imports takes back."""
    imported = action.partition("：")[2].startswith(IMPORTED)
    with ws.change(action, actor=person, undoes=entry.seq, imported=imported) as change:
        for row in reversed(rows_of_change(ws.conn, entry.seq)):
            if current_row(ws.conn, row.table, row.row_id) != unpack(row.table, row.after):
                raise NotUndoable(f"“{entry.action}”之后又有办理以它为依据，不能撤销；请先处理后面的办理")
            change.restore_row(row.table, row.row_id, None if row.before is None else unpack(row.table, row.before))
