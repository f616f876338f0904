"""Entering, editing and voiding the records of one project from their tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from haicang_desk.model.casefile import Casefile, new_record
from haicang_desk.model.records import Record
from haicang_desk.model.services import save, void
from haicang_desk.model.store import TABLES
from haicang_desk.model.values import Refused
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.screens.records_panel import RecordsPanel
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.drafts import FormRequest
from haicang_desk.ui.widgets.form import RecordForm

BOOKED = ("disbursement", "refund", "settlement")  # tables whose records are not changed without a reason


class RecordEntry:
    """Enters, edits and voids records of one project. ``case`` gives the casefile shown at the time."""

    def __init__(self, screen: Screen, choices: Choices, case: Callable[[], Casefile]) -> None:
        self._screen, self._choices, self._case = screen, choices, case

    def connect_panel(self, panel: RecordsPanel) -> None:
        """Carry out what the buttons of a panel ask for."""
        panel.add_requested.connect(self.add)
        panel.edit_requested.connect(self.edit)
        panel.void_requested.connect(self.void)

    def add(self, cls: type[Record]) -> None:
        """Open an empty form for a record of this class."""

        def fresh() -> Any:
            """A new record of the project."""
            return new_record(cls, self._case())

        self._enter(f"登记{cls.label}", fresh(), fresh)

    def edit(self, record: Record) -> None:
        """Open the form of a record. A change of money already booked asks for its reason."""
        self._enter(f"修改{record.label}", record)

    def open_form(self, request: FormRequest) -> None:
        """Open the form of a record that was asked for, as for its draft; one that is gone is told."""
        cls = TABLES[request.table]
        if not request.record:
            self.add(cls)
            return
        self._screen.attempt("打开", lambda: self.edit(self._screen.state.workspace.get(cls, request.record)))

    def _enter(self, verb: str, record: Record, fresh: Callable[[], Record] | None = None) -> None:
        project, state = self._case().project, self._screen.state
        own = ("project",) if "village" not in record.fields else ("project", "village", "fund_year")
        form = RecordForm(type(record), self._choices, hidden=own if project.id else ())
        action = f"{verb}：{project.title}"

        def act(typed: Any) -> None:
            """Save the record as typed."""
            why = self._reason(record, typed)
            save(state.workspace, [typed], action=f"{action}{why}", person=state.person, expected=[record])

        title = f"{verb} · {project.title}" if project.title else verb
        dialog = RecordDialog(self._screen, title, form, record, act=act, yes="保存")
        if fresh is not None:
            dialog.offer_more(fresh)
        dialog.open()

    def _reason(self, record: Record, typed: Record) -> str:
        """Why money that is booked is changed, for the journal. Raises Refused where the person gives no reason."""
        if record.table not in BOOKED or not record.id or typed == record:
            return ""
        question = f"{record.label}已经登记。改动会记入操作记录，请写明理由。"
        if (reason := prompts.ask_reason(self._screen, f"修改{record.label}", question)) is None:
            raise Refused(f"没有保存：改动已登记的{record.label}要写明理由")
        return f"（理由：{reason}）"

    def void(self, record: Record) -> None:
        """Ask for a reason and void a record."""
        question = "请写明作废的理由。作废的记录仍留在台账里，可以撤销。"
        if reason := prompts.ask_reason(self._screen, f"作废{record.label}", question):
            ws, person = self._screen.state.workspace, self._screen.state.person
            self._screen.attempt("作废", lambda: void(ws, record, reason=reason, person=person))
