"""What can be done when a batch is carried out: print its documents, take it back, go on."""

from __future__ import annotations

from typing import Any

from haicang_desk.model.services import Batch, Workspace, answer_to, entry_to_undo, is_undoable, undo
from haicang_desk.model.values import Refused
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.shell.app_state import AppState


def what_next(ws: Workspace, batch: Batch, done: str) -> list[tuple[str, str, Any]]:
    """The buttons behind “批准 25 项，已登记。”: label, icon and what each is for.

    Registered facts are undone at once; a decision is answered by another step over the same projects.
    """
    acts: list[tuple[str, str, Any]] = []
    document = batch.step.document
    printed = [row.case.project.id for row in batch.rows if STEPS[row.step].document == document]
    if document and printed:
        acts.append((f"打印文书 {len(printed)} 份(&P)", "printer", ("papers", (document, printed))))
    answer, own = answer_to(ws, batch)
    if is_undoable(batch):
        acts.append(("撤销这一批(&Z)", "undo-2", ("undo", done)))
    elif answer and own:
        acts.append((f"成批{STEPS[answer].label}…", "undo-2", ("answer", (answer, own))))
    return [*acts, ("返回", "arrow-left", ("back", None))]


def undo_batch(state: AppState, done: str) -> str:
    """Undo the batch of this name and say so. Raises Refused where something else was done since."""
    entry = entry_to_undo(state.workspace)
    if entry is None or entry.action != done:
        raise Refused(f"“{done}”之后又办过别的，不能在这里撤销。请到“操作记录”里看")
    undo(state.workspace, person=state.person)
    return f"已撤销：{done}。"
