"""Payments over all projects: what waits to be paid, the ledger of what was, and entering one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from haicang_desk.model.records import Disbursement
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import (
    PaymentRow,
    ProjectFilter,
    list_payments,
    sum_payments,
)
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.screens.projects import ProjectSource, project_column
from haicang_desk.ui.screens.record_dialogs import StepDialog
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.filter_bar import SearchLine
from haicang_desk.ui.widgets.table import Table, attribute_column, money_column

DUE_COLUMNS = (
    project_column("code", 12.5),
    project_column("title", 16),
    project_column("village", 7),
    project_column("stage", 6, colour=None),
    project_column("since", 7),
    money_column("approved_special", "核定(元)", 8),
    money_column("disbursed", "已拨付(元)", 8),
    money_column("undisbursed", "未拨付(元)", 8),
)
PAID_COLUMNS = (
    attribute_column("paid_on", Disbursement.fields["paid_on"].label, 7),
    attribute_column("voucher", Disbursement.fields["voucher"].label, 7),
    money_column("amount", Disbursement.fields["amount"].heading, 8),
    attribute_column("source", Disbursement.fields["source"].label, 8),
    attribute_column("payee", Disbursement.fields["payee"].label, 13, grows=True),
    project_column("code", 12.5),
    project_column("title", 14),
    project_column("village", 7),
    attribute_column("handler", Disbursement.fields["handler"].label, 5, order=""),
    attribute_column("approver", Disbursement.fields["approver"].label, 5, order=""),
)


class PaidSource:
    """Rows of payments, page by page from the store."""

    def __init__(self, workspace: Workspace, criteria: ProjectFilter) -> None:
        self._ws, self._criteria = workspace, criteria

    def count(self) -> int:
        """The number of rows."""
        return sum_payments(self._ws.conn, self._criteria)[0]

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[PaymentRow]:
        """A page of payments in the order asked for."""
        return list_payments(
            self._ws.conn, self._criteria, order=order or "paid_on", descending=descending, offset=offset, limit=limit
        )


class PaymentsScreen(Screen):
    """拨付: projects with money still to be paid, the ledger of payments, and entering a payment."""

    title = "拨付"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._open = self.add_button("打开项目(&O)", self._open_project, name="open_project")
        self._pay = self.add_button("登记拨付(&P)", self._enter, role="primary", name="pay")
        self.words = SearchLine("查找拨付", "项目名称、编号、村居、拼音首字母；台账里还可找凭证号、收款人、经办人")
        self.words.criteria.connect(lambda _: self.look())
        self.due = Table(
            DUE_COLUMNS, name="待拨付表", empty="没有待拨付的项目。项目备案后，核定而没有拨完的资金列在这里。"
        )
        self.paid = Table(PAID_COLUMNS, name="拨付台账", empty="还没有拨付记录。在“待拨付”里选一个项目，按“登记拨付”。")
        self._sums = QLabel()
        set_role(self._sums, "muted")
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("待拨付和拨付台账")
        for table, label in ((self.due, "待拨付(&1)"), (self.paid, "拨付台账(&2)")):
            page = QWidget()
            inside = QVBoxLayout(page)
            inside.setContentsMargins(0, 8, 0, 0)
            inside.addWidget(table)
            self.tabs.addTab(page, label)
            table.remember(state.settings)
            table.picked.connect(self._allow)
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        row.addWidget(self._sums)
        self.body.addLayout(row)
        self.body.addWidget(self.tabs, 1)
        self.due.opened.connect(lambda _: self._enter())
        self.paid.opened.connect(lambda _: self._open_project())
        self.tabs.currentChanged.connect(lambda _: self._allow())

    def look(self) -> None:
        """Read what is shown from the store again."""
        ws, words = self.state.workspace, self.words.words()
        criteria = ProjectFilter(year=self.state.year, text=words)
        self.due.look(ProjectSource(ws, ProjectFilter(year=self.state.year, text=words, only=("undisbursed",))))
        self.paid.look(PaidSource(ws, criteria))
        count, total = sum_payments(ws.conn, criteria)
        street = ws.register(self.state.year).street
        self.note.setText(f"{self.state.year} 年度")
        self._sums.setText(f"列出 {count} 笔，合计 {total} 元　全街道未拨付 {street.undisbursed} 元")
        self._allow()

    def _allow(self) -> None:
        due = self.tabs.currentIndex() == 0
        self._pay.setEnabled(due and bool(self.due.chosen()))
        self._open.setEnabled(bool((self.due if due else self.paid).chosen()))

    def _open_project(self) -> None:
        chosen: list[Any] = (self.due if self.tabs.currentIndex() == 0 else self.paid).chosen()
        if chosen:
            self.state.project_requested.emit(getattr(chosen[0], "project", chosen[0].id))

    def _enter(self) -> None:
        chosen = self.due.chosen()
        if not chosen:
            return
        case = self.state.workspace.casefile(chosen[0].id)
        step = STEPS["disburse"]
        dialog = StepDialog(self, self.state.workspace, case, step, on=self.state.today(), person=self.state.person)
        dialog.accepted.connect(lambda: self.state.message.emit(f"已登记“{case.project.title}”的拨付"))
        dialog.open()
