"""Payments over all projects: what waits to be paid, the ledger of what was, and entering one or many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from haicang_desk.model.funding import NONE
from haicang_desk.model.records import Disbursement, Project, QuarterLine
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import (
    PaymentRow,
    ProjectFilter,
    ProjectRow,
    count_projects,
    list_payments,
    list_projects,
    payment_ids,
    sorted_project_ids,
    sum_payments,
)
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.screens.record_actions import RecordEntry
from haicang_desk.ui.screens.record_dialogs import StepDialog
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.stage_stories import stage_level
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card, ThinBar
from haicang_desk.ui.widgets.filter_bar import SearchLine
from haicang_desk.ui.widgets.layouts import ElidedLabel
from haicang_desk.ui.widgets.share_bars import Share
from haicang_desk.ui.widgets.table import Mark, Table, attribute_column, money_column

MOST_SUMMED = 2000  # rows whose sum is shown while they are selected


def _where(row: Any) -> str:
    return f"{row.village}　{row.code}"


def _stage_level(row: ProjectRow) -> str:
    return stage_level(row.stage)


def _no_voucher(row: Any) -> Mark | None:
    return None if row.voucher.strip() else Mark("triangle-alert", "warn", "没有凭证号，请改这一笔补上")


DUE_COLUMNS = (
    attribute_column("title", Project.fields["title"].label, 16, grows=True, second_line=_where),
    attribute_column("stage", QuarterLine.fields["stage"].label, 6, pill=_stage_level, rank=3),
    attribute_column("since", "阶段日期", 7, rank=4),
    money_column("approved_special", "核定(元)", 8, rank=1),
    money_column(
        "disbursed", "已拨付(元)", 8, rank=2, share=lambda row: Share("已拨付", row.disbursed, row.approved_special)
    ),
    money_column("undisbursed", "未拨付(元)", 8),
)
_LABELS = Disbursement.fields
PAID_COLUMNS = (
    attribute_column("paid_on", _LABELS["paid_on"].label, 7),
    attribute_column("voucher", _LABELS["voucher"].label, 10, icon=_no_voucher),
    money_column("amount", _LABELS["amount"].heading, 8),
    attribute_column("title", Project.fields["title"].label, 14, grows=True, second_line=_where),
    attribute_column("source", _LABELS["source"].label, 8, rank=2),
    attribute_column("payee", _LABELS["payee"].label, 11, rank=1),
    attribute_column("handler", _LABELS["handler"].label, 5, order="", rank=4),
    attribute_column("approver", _LABELS["approver"].label, 5, order="", rank=3),
)


class DueSource:
    """Rows of the projects with money still to be paid, page by page from the store."""

    def __init__(self, workspace: Workspace, criteria: ProjectFilter) -> None:
        self._ws, self._criteria = workspace, replace(criteria, only=(*criteria.only, "undisbursed"))

    def count(self) -> int:
        """The number of rows."""
        return count_projects(self._ws.conn, self._criteria)

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[ProjectRow]:
        """A page of projects in the order asked for."""
        return list_projects(
            self._ws.conn, self._criteria, order=order or "code", descending=descending, offset=offset, limit=limit
        )

    def ids(self, order: str, descending: bool) -> Sequence[str]:
        """The ids of all rows in the order asked for."""
        return sorted_project_ids(self._ws.conn, self._criteria, order=order or "code", descending=descending)


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

    def ids(self, order: str, descending: bool) -> Sequence[str]:
        """The ids of all rows in the order asked for."""
        return payment_ids(self._ws.conn, self._criteria, order=order or "paid_on", descending=descending)


class _FigureCard(Card):
    """A figure under its label, with what it is a share of."""

    def __init__(self, label: str, name: str) -> None:
        super().__init__()
        self._label, self._figure, self._more = QLabel(label), QLabel(), ElidedLabel()
        self.bar = ThinBar()
        for widget, role in ((self._label, "small"), (self._figure, "heading")):
            widget.setTextFormat(Qt.TextFormat.PlainText)
            set_role(widget, role)
        self._figure.setObjectName(name)
        row = QHBoxLayout()
        row.addWidget(self._figure)
        row.addWidget(self._more, 1)
        self.body.addWidget(self._label)
        self.body.addLayout(row)
        self.body.addWidget(self.bar)

    def show_figure(self, figure: str, more: str, part: Money = NONE, whole: Money = NONE) -> None:
        """Show a figure and its share of ``whole``."""
        self._figure.setText(figure)
        self._more.setText(more)
        self.bar.show_share(part.fen, whole.fen)
        self.setAccessibleName(f"{self._label.text()} {figure} {more}")


class PaymentsScreen(Screen):
    """拨付: projects with money still to be paid, the ledger of payments, and entering one or many."""

    title = "拨付"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._open = self.add_button(
            "打开项目(&O)", self._open_project, name="open_project", icon="folder-open", rank=3
        )
        self._void = self.add_button("作废这一笔…(&D)", self._void_paid, name="void_paid", icon="trash-2", rank=2)
        self._edit = self.add_button("改这一笔…(&E)", self._edit_paid, name="edit_paid", icon="pencil", rank=1)
        self._pay = self.add_button("登记拨付(&P)", self._enter, role="primary", name="pay", icon="hand-coins")
        self.words = SearchLine("查找拨付", "项目名称、编号、村居、拼音首字母；台账里还可找凭证号、收款人、经办人")
        self.words.criteria.connect(lambda _: self.look())
        self.due = Table(
            DUE_COLUMNS,
            name="待拨付表",
            empty="没有待拨付的项目。项目备案后，核定而没有拨完的资金列在这里。",
            several=True,
        )
        self.paid = Table(
            PAID_COLUMNS,
            name="拨付台账",
            empty="还没有拨付记录。在“待拨付”里选一个或几个项目，按“登记拨付”。",
            several=True,
        )
        self.waiting, self.done = _FigureCard("未拨付（元）", "waiting"), _FigureCard("已拨付（元）", "done")
        self.picked = _FigureCard("已选（元）", "picked")
        cards = QHBoxLayout()
        cards.setSpacing(em(self, 0.9))
        for card in (self.waiting, self.done, self.picked):
            cards.addWidget(card, 1)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("待拨付和拨付台账")
        for table, label in ((self.due, "待拨付(&D)"), (self.paid, "拨付台账(&L)")):
            page = QWidget()
            inside = QVBoxLayout(page)
            inside.setContentsMargins(0, em(self, 0.6), 0, 0)
            inside.addWidget(table)
            self.tabs.addTab(page, label)
            table.remember(state.settings)
            table.picked.connect(self._allow)
        self.body.addLayout(cards)
        self.body.addWidget(self.words)
        self.words.serves(self.due, self.paid)
        self.body.addWidget(self.tabs, 1)
        self.due.opened.connect(lambda _: self._enter_one())
        self.paid.opened.connect(lambda _: self._edit_paid())
        self.tabs.currentChanged.connect(lambda _: self._allow())
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.words.setFocus)

    def look(self) -> None:
        """Read what is shown from the store again; where what was selected is paid, the next in its place is."""
        ws, words = self.state.workspace, self.words.words()
        criteria = ProjectFilter(year=self.state.year, text=words)
        place = self.due.currentIndex().row() if self.due.ranges() else -1
        self.due.look(DueSource(ws, criteria))
        if place >= 0 and not self.due.ranges() and self.due.rows.rowCount():
            self.due.selectRow(min(place, self.due.rows.rowCount() - 1))
        self.paid.look(PaidSource(ws, criteria))
        count, total = sum_payments(ws.conn, criteria)
        street = ws.register(self.state.year).street
        self.note.setText(f"{self.state.year} 年度")
        self.waiting.show_figure(
            str(street.undisbursed), f"{self.due.rows.rowCount()} 项", street.undisbursed, street.approved_special
        )
        more = f"核定 {street.approved_special.wan} 万元" + (
            f"　列出 {count} 笔 {total} 元" if words else f"　{count} 笔"
        )
        self.done.show_figure(str(street.disbursed), more, street.disbursed, street.approved_special)
        self._allow()

    def _allow(self) -> None:
        due = self.tabs.currentIndex() == 0
        count = (self.due if due else self.paid).chosen_count()
        self._pay.setVisible(due)
        self._edit.setVisible(not due)
        self._void.setVisible(not due)
        self._pay.setEnabled(due and count > 0)
        label = f"成批拨付 {count} 项" if count > 1 else "登记拨付"
        self._pay.setText(f"{label}(&P)")
        self._pay.setAccessibleName(label)
        for button in (self._open, self._edit, self._void):
            button.setEnabled(count == 1)
        self._tell_picked(due, count)

    def _tell_picked(self, due: bool, count: int) -> None:
        """The sum of what is selected, beside what it is a share of."""
        street = self.state.workspace.register(self.state.year).street
        unit, whole = ("项", street.undisbursed) if due else ("笔", street.disbursed)
        if count > MOST_SUMMED:
            self.picked.show_figure("—", f"{count:,} {unit}")
            return
        chosen = (self.due if due else self.paid).chosen()
        total = sum((row.undisbursed if due else row.amount for row in chosen), NONE)
        self.picked.show_figure(str(total), f"{count} {unit}", total, whole)

    def _open_project(self) -> None:
        chosen: list[Any] = (self.due if self.tabs.currentIndex() == 0 else self.paid).chosen()
        if chosen:
            self.state.project_requested.emit(getattr(chosen[0], "project", chosen[0].id))

    def _enter(self) -> None:
        """One project is paid in a dialog, several in one act."""
        if self.due.chosen_count() > 1:
            self.state.screen_requested.emit("batch", ("disburse", self.due.chosen_ids()))
        else:
            self._enter_one()

    def _enter_one(self) -> None:
        chosen = self.due.chosen()
        if not chosen:
            return
        case = self.state.workspace.casefile(chosen[0].id)
        step = STEPS["disburse"]
        dialog = StepDialog(self, self.state.workspace, case, step, on=self.state.today(), person=self.state.person)
        dialog.accepted.connect(lambda: self.state.message.emit(f"已登记“{case.project.title}”的拨付"))
        dialog.open()

    def _edit_paid(self) -> None:
        """Open a payment; a change of what is booked asks for its reason."""
        self._with_paid("改这一笔", lambda entry, record: entry.edit(record))

    def _void_paid(self) -> None:
        self._with_paid("作废这一笔", lambda entry, record: entry.void(record))

    def _with_paid(self, title: str, act: Any) -> None:
        chosen, ws = self.paid.chosen(), self.state.workspace
        if not chosen:
            return

        def do() -> None:
            """Read the payment as it is now, and act on it."""
            case, record = ws.casefile(chosen[0].project), ws.get(Disbursement, chosen[0].id)
            act(RecordEntry(self, Choices(ws), lambda: case), record)

        self.attempt(title, do)

    def print_now(self) -> None:
        """Print the payment forms of the projects selected."""
        table = self.due if self.tabs.currentIndex() == 0 else self.paid
        ids = list(dict.fromkeys(getattr(row, "project", row.id) for row in table.chosen()))
        self.state.screen_requested.emit("papers", ("disbursement-form", ids) if ids else None)
