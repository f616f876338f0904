"""The project list: found, filtered and sorted by the store; several picked for printing at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel

from haicang_desk.model.records import Project, QuarterLine, Stage
from haicang_desk.model.services import Workspace, casefiles_picked
from haicang_desk.model.store import LIBRARY, ProjectFilter, ProjectRow, count_projects, list_projects, project_ids_of
from haicang_desk.ui.screens.forecast import show_approval_forecast
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts, theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.filter_bar import FilterBar
from haicang_desk.ui.widgets.table import Table, TableColumn, attribute_column, money_column

KEY = "项目/条件"


class ProjectSource:
    """Rows of projects, page by page from the store."""

    def __init__(self, workspace: Workspace, criteria: ProjectFilter) -> None:
        self._ws, self._criteria = workspace, criteria

    def count(self) -> int:
        """The number of rows."""
        return count_projects(self._ws.conn, self._criteria)

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[ProjectRow]:
        """A page of projects in the order asked for."""
        return list_projects(
            self._ws.conn, self._criteria, order=order or "code", descending=descending, offset=offset, limit=limit
        )


def stage_colour(row: Any) -> QColor | None:
    """Stages outside the usual course have a colour of their own."""
    level = {
        Stage.SENT_BACK: "exception",
        Stage.WITHDRAWN: "warn",
        Stage.REJECTED: "block",
        Stage.TERMINATED: "block",
        Stage.CLOSED: "good",
    }.get(row.stage)
    return theme.level_colour(level) if level else None


COLUMNS = (
    attribute_column("code", Project.fields["code"].label, 11.5),
    attribute_column("title", Project.fields["title"].label, 13, grows=True),
    attribute_column("village", Project.fields["village"].label, 7),
    attribute_column("category", "类别", 5),
    attribute_column("stage", QuarterLine.fields["stage"].label, 6, colour=stage_colour),
    attribute_column("since", "阶段日期", 7),
    money_column("total", "总资金", 6.6),
    money_column("special", "专项及奖补", 6.6),
    money_column("disbursed", "已拨付", 6.6),
    attribute_column(
        "undisbursed", "未拨付", 6.6, right=True, text=lambda p: str(p.undisbursed) if p.approved_special else ""
    ),
    TableColumn("社会力量", lambda p: "有" if p.takes_part else "", width=6),
)


def project_column(name: str, width: float, **unlike: Any) -> TableColumn:
    """One of the columns above at another width, for other lists with a project in each row."""
    return replace(next(column for column in COLUMNS if column.order == name), width=width, **unlike)


class ProjectsScreen(Screen):
    """项目: the list of projects, filtered and sorted by the store."""

    title = "项目"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.add_button("项目库(&L)", self._show_library, name="library").setToolTip(
            "历年获评优秀的项目；打开一个，按“复制为新项目”由它新建"
        )
        self.add_button("试算批准(&W)", self._what_if, name="what_if").setToolTip(
            "若批准所选的项目，各项比例和额度会怎样，怎样调整能达标"
        )
        self.add_button("打印所选(&P)", self._print_chosen, name="print_chosen")
        self.add_button("新建项目(&N)", lambda: state.project_requested.emit(""), role="primary", name="new_project")
        self.filter = FilterBar(Choices(state.workspace))
        self.table = Table(
            COLUMNS,
            name="项目列表",
            empty="没有符合条件的项目。\n可以清除上面的条件；按“新建项目”登记一个，或在“导入与导出”里读入村居的申报表。",
            several=True,
        )
        self._picked = QLabel()
        set_role(self._picked, "small")
        self.body.addWidget(self.filter)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._picked)
        self.filter.altered.connect(self._seek)
        self.table.opened.connect(lambda row: state.project_requested.emit(row.id))
        self.table.picked.connect(self._tell_picked)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self._find)
        self.table.remember(state.settings)
        self.filter.take_up(state.settings.structure(KEY))

    def look(self) -> None:
        """Read what is shown from the store again."""
        of_all_years = LIBRARY in self.filter.criteria.only or self.filter.criteria.among is not None
        self.filter.criteria = replace(self.filter.criteria, year=None if of_all_years else self.state.year)
        chosen = {row.id for row in self.table.chosen()}
        place = self.table.verticalScrollBar().value()
        self.table.look(ProjectSource(self.state.workspace, self.filter.criteria))
        self.table.verticalScrollBar().setValue(place)
        self._select(chosen)
        self._tell()

    def show_what(self, what: Any) -> None:
        """Apply a ProjectFilter that another screen asks for, or one with its name."""
        criteria, why = what if isinstance(what, tuple) else (what, "")
        self.filter.seek(criteria, why)

    def _seek(self) -> None:
        self.state.settings.keep_structure(KEY, self.filter.kept())
        self.look()
        self._stale = False

    def _select(self, ids: set[str]) -> None:
        """Rows in sight that were selected before stay so."""
        if not ids:
            return
        model, selection = self.table.rows, self.table.selectionModel()
        for number in range(min(model.rowCount(), 200)):
            row = model.row(number)
            if row is not None and row.id in ids:
                flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
                selection.select(model.index(number, 0), flags)

    def _show_library(self) -> None:
        self.filter.seek(ProjectFilter(only=(LIBRARY,)))

    def _tell(self) -> None:
        count, year = self.table.rows.rowCount(), self.filter.criteria.year
        self.note.setText(f"{f'{year} 年度' if year else '历年'}　共 {count:,} 项　单位：元")
        self._tell_picked()

    def _tell_picked(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        if len(rows) < 2:
            self._picked.setText("回车或双击打开项目；按住 Ctrl 或 Shift 可选多项一起打印")
            return
        if len(rows) > 2000:
            self._picked.setText(f"已选 {len(rows):,} 项")
            return
        found = self.table.chosen()
        total, special = sum(p.total for p in found), sum(p.special for p in found)
        money = type(found[0].total)
        self._picked.setText(f"已选 {len(found)} 项，总资金 {money(total)} 元，专项与以奖代补 {money(special)} 元")

    def _print_chosen(self) -> None:
        """The projects selected, or all of the list where none is."""
        ids = [row.id for row in self.table.chosen()]
        if not ids:
            ids = project_ids_of(self.state.workspace.conn, self.filter.criteria)
        self.state.screen_requested.emit("papers", ids)

    def _what_if(self) -> None:
        """Try the approval of the projects selected, or of all that wait for it."""
        ws = self.state.workspace
        ids = [row.id for row in self.table.chosen()]
        ids = ids or project_ids_of(ws.conn, ProjectFilter(year=self.state.year, stages=(Stage.SUBMITTED,)))
        if not ids:
            prompts.tell(self, "试算批准", "没有待审批的项目。请先选中要试算的项目；没有选中时，试算全部待审批的项目")
            return
        show_approval_forecast(self, lambda: casefiles_picked(ws, ids), f"所选的 {len(ids)} 项")

    def _find(self) -> None:
        self.filter.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.words.selectAll()
