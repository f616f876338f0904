"""登记簿: every kind of record of the store as a table; the office's own records are entered here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedWidget

from haicang_desk.model.casefile import ATTRIBUTE_OF
from haicang_desk.model.records import RECORDS, Holiday, Link, Project, Record
from haicang_desk.model.services import Workspace, reference_tables_of, save, void
from haicang_desk.model.store import TABLES, count_records, list_records
from haicang_desk.ui.screens.holidays import HolidayPanel
from haicang_desk.ui.screens.project_tabs import is_typed
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.screens.records_panel import column_of
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.village_merge_dialog import VillageMergeDialog
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.drafts import FormRequest
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.layouts import RememberedSplitter
from haicang_desk.ui.widgets.table import Table, TableColumn

ELSEWHERE = ("project", "street", "street_quota", "village", "quarter_report", "quarter_line")


class RecordSource:
    """Records of one kind, page by page from the store; sorted by a field, else with the latest last."""

    def __init__(self, workspace: Workspace, cls: type[Record], year: int) -> None:
        self._ws, self._cls, self._year = workspace, cls, year

    def count(self) -> int:
        """The number of records."""
        return count_records(self._ws.conn, self._cls, self._year)

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[Record]:
        """A page of the records."""
        return list_records(
            self._ws.conn, self._cls, self._year, order=order, descending=descending, offset=offset, limit=limit
        )


class RecordsScreen(Screen):
    """登记簿: every kind of record of the store as a table; records of the street are entered here."""

    title = "登记簿"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._choices = Choices(state.workspace)
        self._open = self.add_button(
            "打开项目(&O)", self._open_project, name="open_project", icon="external-link", rank=3
        )
        self.add_button("村居合并(&B)…", self._merge_villages, name="merge_villages", icon="merge", rank=4).setToolTip(
            "同一个村居登记成了两个时"
        )
        self._void = self.add_button("作废", self._void_record, name="void_record", icon="trash-2", rank=2)
        self._edit = self.add_button("修改(&M)", self._edit_record, name="edit_record", icon="pencil")
        self._add = self.add_button("登记(&A)", self._add_record, role="primary", name="add_record", icon="plus")
        self.kinds = QListWidget()
        self.kinds.setAccessibleName("登记簿种类")
        self.kinds.setMinimumWidth(em(self, 10))
        self.split = RememberedSplitter(Qt.Orientation.Horizontal, "登记簿", state.settings)
        self.split.addWidget(self.kinds)
        self.split.setStretchFactor(0, 0)
        self.table: Table | None = None
        self._holidays_listed = False
        self.holidays = HolidayPanel(state)
        self.holidays.list_requested.connect(lambda: self._list_holidays(True))
        self._as_sheet = self.add_button(
            "看成年历(&Y)", lambda: self._list_holidays(False), name="as_sheet", icon="calendar-days", rank=5
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.holidays)
        self.split.addWidget(self.stack)
        self.split.setStretchFactor(1, 1)
        self.split.restore()
        self.body.addWidget(self.split, 1)
        self._fill_kinds()
        self.kinds.currentItemChanged.connect(lambda *_: self.look())

    def _fill_kinds(self) -> None:
        for heading, wanted in (("本街道的", False), ("各项目的", True)):
            head = QListWidgetItem(heading)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            self.kinds.addItem(head)
            for cls in RECORDS:
                if cls.table not in ELSEWHERE and (cls in ATTRIBUTE_OF) is wanted:
                    item = QListWidgetItem(f"　{cls.label}")
                    item.setData(Qt.ItemDataRole.UserRole, cls)
                    self.kinds.addItem(item)
        self.kinds.setCurrentRow(1)

    def show_what(self, what: Any) -> None:
        """Show this kind of record, or open the form of one."""
        if isinstance(what, FormRequest):
            self.show_what(TABLES[what.table])
            self._open_form(what)
            return
        for number in range(self.kinds.count()):
            if self.kinds.item(number).data(Qt.ItemDataRole.UserRole) is what:
                self.kinds.setCurrentRow(number)

    def _open_form(self, request: FormRequest) -> None:
        if not request.record:
            self._add_record()
            return
        ws = self.state.workspace
        self.attempt("打开", lambda: self._enter("修改", ws.get(TABLES[request.table], request.record)))

    @property
    def cls(self) -> type[Record]:
        """The kind of record selected."""
        found: type[Record] = self.kinds.currentItem().data(Qt.ItemDataRole.UserRole)
        return found

    def look(self) -> None:
        """Read what is shown from the store again."""
        cls = self.cls
        as_sheet = cls is Holiday and not self._holidays_listed
        self._as_sheet.setVisible(cls is Holiday and not as_sheet)
        if as_sheet:
            self.holidays.look()
            self.stack.setCurrentWidget(self.holidays)
            self.note.setText(f"点一天看它，双击或回车改它　{self._known_years()}")
        else:
            self._show_table(cls)
        self._allow()

    def _show_table(self, cls: type[Record]) -> None:
        """A table of this kind of record; the one in use is filled anew where the kind is the same."""
        table = self.table
        if table is None or table.objectName() != f"{cls.label}登记簿":
            table = Table(self._columns(cls), name=f"{cls.label}登记簿", empty=self._empty(cls))
            table.opened.connect(lambda _: self._edit_record())
            table.picked.connect(self._allow)
            if self.table is not None:
                self.stack.removeWidget(self.table)
                self.table.deleteLater()
            self.stack.addWidget(table)
            self.table = table
        self.stack.setCurrentWidget(table)
        table.look(RecordSource(self.state.workspace, cls, self.state.year))
        table.fit_rows()
        days_off = f"　{self._known_years()}" if cls is Holiday else ""
        self.note.setText(f"{cls.label}　{table.rows.rowCount():,} 条{days_off}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list of kinds is as wide as its words, until a person drags it."""
        super().resizeEvent(event)
        if not self.split.kept:
            kinds = em(self, 11)
            QTimer.singleShot(0, self, lambda: self.split.setSizes([kinds, self.split.width() - kinds]))

    def _list_holidays(self, listed: bool) -> None:
        self._holidays_listed = listed
        self.look()

    def _merge_villages(self) -> None:
        VillageMergeDialog(self, self.state).open()

    def _known_years(self) -> str:
        """The years whose public holidays are known; a year without an announcement is named as missing (R12)."""
        years = reference_tables_of(self.state.workspace, self.state.year).calendar.years
        known = f"已有 {min(years)} 至 {max(years)} 年的放假安排"
        missing = [year for year in (self.state.year, self.state.year + 1) if year not in years]
        if not missing:
            return known
        return f"{known}；{'、'.join(map(str, missing))} 年还没有，登记或导入以前到期日不作顺延"

    def _columns(self, cls: type[Record]) -> list[TableColumn]:
        known: dict[tuple[str, str], str] = {}

        def named(table: str, record_id: str) -> str:
            """The name of a linked record, looked up once."""
            if (table, record_id) not in known:
                known[table, record_id] = self._choices.named(table, record_id)
            return known[table, record_id]

        columns = []
        for field in cls.fields.values():
            if field.kind is Link:
                show = (lambda name, table: lambda r: named(table, getattr(r, name)))(field.name, field.refers)
                columns.append(
                    TableColumn(Project.label if field.refers == Project.table else field.label, show, "", 14)
                )
            else:
                columns.append(column_of(field))
        return columns

    def _empty(self, cls: type[Record]) -> str:
        return f"还没有{cls.label}记录。" + ("按“登记”填写。" if is_typed(cls) else "它由项目页的办理步骤登记。")

    def _chosen(self) -> Record | None:
        return (
            next(iter(self.table.chosen()), None) if self.table and self.stack.currentWidget() is self.table else None
        )

    def _allow(self) -> None:
        typed, chosen = is_typed(self.cls), self._chosen()
        sheet = self.stack.currentWidget() is self.holidays
        for button in (self._edit, self._void, self._open):
            button.setVisible(not sheet)
        self._add.setEnabled(typed)
        self._edit.setEnabled(typed and chosen is not None)
        self._void.setEnabled(typed and chosen is not None)
        self._open.setEnabled(bool(getattr(chosen, "project", "")))

    # acting

    def _open_project(self) -> None:
        if project := getattr(self._chosen(), "project", ""):
            self.state.project_requested.emit(project)

    def _add_record(self) -> None:
        cls = self.cls
        known: dict[str, Any] = {"fund_year": self.state.year} if "fund_year" in cls.fields else {}
        self._enter("登记", replace(cls(), **known), lambda: replace(cls(), **known))

    def _edit_record(self) -> None:
        if (chosen := self._chosen()) is not None and is_typed(self.cls):
            self._enter("修改", chosen)

    def _enter(self, verb: str, record: Record, fresh: Callable[[], Record] | None = None) -> None:
        form, title = RecordForm(type(record), self._choices), f"{verb}{record.label}"

        def act(typed: Any) -> None:
            """Save the record as typed."""
            save(self.state.workspace, [typed], action=title, person=self.state.person, expected=[record])

        dialog = RecordDialog(self, title, form, record, act=act, yes="保存")
        if fresh is not None:
            dialog.offer_more(fresh)
        dialog.open()

    def _void_record(self) -> None:
        if (chosen := self._chosen()) is None:
            return
        reason = prompts.ask_reason(self, f"作废{chosen.label}", "请写明作废的理由。可以撤销。")
        if reason:
            self.attempt("作废", lambda: void(self.state.workspace, chosen, reason=reason, person=self.state.person))
