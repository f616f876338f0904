"""登记簿: every kind of record of the store as a table; the office's own records are entered here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from haicang_desk.model.casefile import ATTRIBUTE_OF
from haicang_desk.model.records import RECORDS, Holiday, Link, Project, Record
from haicang_desk.model.services import reference_tables_of, save, void
from haicang_desk.model.store import TABLES
from haicang_desk.ui.screens.project_tabs import is_typed
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.screens.records_panel import column_of
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.drafts import FormRequest
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.layouts import RememberedSplitter
from haicang_desk.ui.widgets.table import Table, TableColumn

ELSEWHERE = ("project", "street", "street_quota", "village", "quarter_report", "quarter_line")


class RecordsScreen(Screen):
    """登记簿: every kind of record of the store as a table; records of the street are entered here."""

    title = "登记簿"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._choices = Choices(state.workspace)
        self._open = self.add_button("打开项目(&O)", self._open_project, name="open_project")
        self._void = self.add_button("作废", self._void_record, name="void_record")
        self._edit = self.add_button("修改(&M)", self._edit_record, name="edit_record")
        self._add = self.add_button("登记(&A)", self._add_record, role="primary", name="add_record")
        self.kinds = QListWidget()
        self.kinds.setAccessibleName("登记簿种类")
        self.kinds.setMinimumWidth(em(self, 10))
        self.split = RememberedSplitter(Qt.Orientation.Horizontal, "登记簿", state.settings)
        self.split.addWidget(self.kinds)
        self.split.setStretchFactor(0, 0)
        self.table: Table | None = None
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
        table = Table(self._columns(cls), name=f"{cls.label}登记簿", empty=self._empty(cls))
        table.opened.connect(lambda _: self._edit_record())
        table.picked.connect(self._allow)
        if self.table is None:
            self.split.addWidget(table)
            self.split.setStretchFactor(1, 1)
            self.split.restore()
        else:
            if (old := self.split.replaceWidget(1, table)) is not None:
                old.deleteLater()
        self.table = table
        table.show_rows(self._records(cls))
        table.fit_rows()
        days_off = f"　{self._known_years()}" if cls is Holiday else ""
        self.note.setText(f"{cls.label}　{table.rows.rowCount():,} 条{days_off}")
        self._allow()

    def _records(self, cls: type[Record]) -> list[Record]:
        """Records of the year shown, where they tell their year or their project's; latest last."""
        ws, year = self.state.workspace, self.state.year
        if "fund_year" in cls.fields:
            return [r for r in ws.all(cls) if getattr(r, "fund_year") in (None, 0, year)]  # noqa: B009
        if cls in ATTRIBUTE_OF:
            own = {project.id for project in ws.all(Project, fund_year=year)}
            return [r for r in ws.all(cls) if not getattr(r, "project") or getattr(r, "project") in own]  # noqa: B009
        return ws.all(cls)

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
        return next(iter(self.table.chosen()), None) if self.table else None

    def _allow(self) -> None:
        typed, chosen = is_typed(self.cls), self._chosen()
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
