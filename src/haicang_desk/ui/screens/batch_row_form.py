"""All answers of one row of a batch in a form of its own, for a project that differs in more than its columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from haicang_desk.model.services import Workspace
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.screens.batch_rows import BatchRows
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.widgets.form import RecordForm


class _RowDialog(RecordDialog):
    """The answers of one row; the batch keeps the draft."""

    DRAFTS = False


def ask_apart(parent: QWidget, rows: BatchRows, number: int, ws: Workspace) -> None:
    """Open the form of a row over its screen. What then differs from what all have becomes the row's own."""
    batch = rows.batch
    if batch is None:
        return
    row = batch.rows[number]
    policy, step = ws.policy(row.case.project.fund_year), STEPS[row.step]
    form = RecordForm(step.record, Choices(ws), names=[step.date_field, *step.fields])
    common: Any = batch.record(replace(row, own={}), policy)

    def take(record: Any) -> None:
        """Keep what differs from what all have."""
        own = {name: getattr(record, name) for name in form.cells}
        rows.set_own(number, {name: value for name, value in own.items() if value != getattr(common, name)})

    title = f"{step.label} · {row.case.project.title}"
    _RowDialog(parent, title, form, batch.record(row, policy), act=take, yes="就这样填").open()
