"""The project list: found, filtered, grouped and sorted by the store, with a side panel of what is selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QToolButton

from haicang_desk.model.findings import Severity
from haicang_desk.model.records import Project, QuarterLine, Stage, Village
from haicang_desk.model.services import casefiles_picked, papers_scanned
from haicang_desk.model.store import (
    FinishedChange,
    ProjectFilter,
    ProjectGroup,
    count_projects,
    group_projects,
    project_ids_of,
    project_with_code,
)
from haicang_desk.ui.screens.forecast import show_approval_forecast
from haicang_desk.ui.screens.inspector import Inspector, sum_of
from haicang_desk.ui.screens.project_source import ProjectSource, yuan
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.view_menu import ViewMenu
from haicang_desk.ui.shell import prompts, theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.commands import Command
from haicang_desk.ui.shell.saved_views import built_in_views, in_year, own_views
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.filter_bar import FilterBar
from haicang_desk.ui.widgets.findings_list import ICONS
from haicang_desk.ui.widgets.icons import set_icon
from haicang_desk.ui.widgets.layouts import RememberedSplitter
from haicang_desk.ui.widgets.share_bars import Share
from haicang_desk.ui.widgets.table import (
    ROOMY,
    GroupRow,
    Mark,
    Table,
    TableColumn,
    attribute_column,
    money_column,
)

KEY, GROUPING_KEY, PANEL_KEY = "项目/条件", "项目/分组", "项目/详情"
GROUPINGS = (("", "不分组"), ("village", f"按{Village.label}"), ("stage", "按阶段"))
LATER, MUCH_LATER = 90, 400  # ms after the last change until sums are read, and of a list of MANY
MANY = 20_000
NARROW = 70  # characters of the screen's width, below which list and side panel stand in each other's place
GRAVE = (Severity.BLOCK, Severity.EXCEPTION)

__all__ = ["COLUMNS", "ProjectSource", "ProjectsScreen", "project_column", "stage_colour", "stage_level"]

_LEVELS = {
    Stage.DRAFT: "",
    Stage.SENT_BACK: "exception",
    Stage.WITHDRAWN: "warn",
    Stage.REJECTED: "block",
    Stage.TERMINATED: "block",
    Stage.CLOSED: "good",
}


def stage_level(row: Any) -> str:
    """The level in whose colour the stage of a row is shown; "" is neutral."""
    return _LEVELS.get(row.stage, "info")


def stage_colour(row: Any) -> QColor | None:
    """Stages outside the usual course have a colour of their own."""
    level = _LEVELS.get(row.stage, "")
    return theme.level_colour(level) if level else None


def _paid(row: Any) -> Share:
    return Share("已拨付", row.disbursed, max(row.approved_special, row.disbursed))


def _second_line(row: Any) -> str:
    return f"{row.village} · {row.category.label} · {row.code}"


PLAIN = (
    attribute_column("code", Project.fields["code"].label, 11.5),
    attribute_column("title", Project.fields["title"].label, 13, grows=True),
    attribute_column("village", Project.fields["village"].label, 7),
    attribute_column("category", "类别", 5),
    attribute_column("stage", "阶段", 6, tip=QuarterLine.fields["stage"].label, colour=stage_colour),
    attribute_column("since", "阶段日期", 7),
    money_column("total", "总资金", 6.6),
    money_column("special", "专项及奖补", 6.6),
    money_column("approved_special", "核定", 6.6),
    money_column("disbursed", "已拨付", 6.6),
    attribute_column(
        "undisbursed", "未拨付", 6.6, right=True, text=lambda p: str(p.undisbursed) if p.approved_special else ""
    ),
    TableColumn("社会力量", lambda p: "有" if p.takes_part else "", width=6),
)


def project_column(name: str, width: float, **unlike: Any) -> TableColumn:
    """One of the plain columns at another width, for other lists with a project in each row."""
    return replace(next(column for column in PLAIN if column.order == name), width=width, **unlike)


def _yuan_column(name: str, label: str, width: float, *, if_approved: bool = False, **more: Any) -> TableColumn:
    """An amount in yuan; ``if_approved``: a dash where nothing was approved."""

    def text(row: Any) -> str:
        """The amount, or a dash."""
        return "–" if if_approved and not row.approved_special else yuan(getattr(row, name))

    return money_column(name, label, width, text=text, **more)


COLUMNS = (
    project_column("title", 22, label="项目", tip=Project.fields["title"].label, second_line=_second_line),
    project_column("stage", 6.6, colour=None, pill=stage_level),
    project_column("since", 7, rank=ROOMY + 1),
    _yuan_column("total", "总资金(元)", 7.6, rank=2),
    _yuan_column("special", "专项及奖补", 7.6, rank=ROOMY + 3),
    _yuan_column("approved_special", "核定", 7.6, if_approved=True, rank=ROOMY + 2),
    _yuan_column("disbursed", "已拨", 7.6, tip="已拨付(元)，下面的细条是占核定的份额", share=_paid),
    _yuan_column("undisbursed", "未拨", 7.6, if_approved=True, rank=ROOMY, tip="还可拨付(元)"),
    project_column("code", 11.5, shown=False, rank=9),
    project_column("village", 7, shown=False, rank=8),
    project_column("category", 5, shown=False, rank=7),
    replace(PLAIN[-1], shown=False, rank=10),
)


class ProjectsScreen(Screen):
    """项目: the list of projects, filtered and sorted by the store, and what is selected beside it."""

    title = "项目"
    help_topic = "找项目、看项目"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._marks: dict[str, Mark | None] = {}  # by project: its gravest finding that is not excused
        self._folded: set[str] = set()
        self._listed: Sequence[ProjectGroup] | None = None  # sums of what is listed, by stage; None: not read yet
        self._grouping = state.settings.text(GROUPING_KEY)
        self._narrow = False
        self._add_head()
        self.filter = FilterBar(Choices(state.workspace))
        self.views = ViewMenu(state, self.filter)
        self.group, self.panel = self._group_button(), self._panel_button()
        self._name_buttons()
        for button in (self.group, self.panel, self.views):
            self.filter.right.addWidget(button)
        columns = (replace(COLUMNS[0], icon=self._mark), *COLUMNS[1:])
        self.table = Table(columns, name="项目列表", empty="", several=True)
        self.table.rows.sort_by("code", descending=False)
        self.inspector = Inspector(state)
        self.split = RememberedSplitter(Qt.Orientation.Horizontal, "项目", state.settings)
        self.split.addWidget(self.table)
        self.split.addWidget(self.inspector)
        self.split.setStretchFactor(0, 5)
        self.split.setStretchFactor(1, 3)
        self.body.addWidget(self.filter)
        self.body.addWidget(self.split, 1)
        self._after = QTimer(self)  # what can wait until the list is drawn
        self._after.setSingleShot(True)
        self._after.timeout.connect(self._tell_more)
        self._connect()
        self.table.remember(state.settings)
        self.split.restore()
        self.filter.take_up(state.settings.structure(KEY))
        self._place_panel()

    def _add_head(self) -> None:
        state = self.state
        self.add_button("试算批准(&W)", self._what_if, name="what_if", icon="calculator", rank=3).setToolTip(
            "若批准所选的项目，各项比例和额度会怎样，怎样调整能达标"
        )
        self.add_button("成批办理(&B)", self.batch, name="batch", icon="list-checks", rank=1).setToolTip(
            "所选的项目同时办一步，共同的内容只填一次；没有选时是列出的全部"
        )
        self.add_button("打印(&P)", self.print_now, name="print_chosen", icon="printer", rank=2).setToolTip(
            "打印所选项目的文书，没有选时是列出的全部（Ctrl+P）"
        )
        self.add_button(
            "新建项目(&N)", lambda: state.project_requested.emit(""), role="primary", name="new_project", icon="plus"
        )

    def _connect(self) -> None:
        self.filter.altered.connect(self._seek)
        self.filter.entered.connect(self._open_first)
        self.filter.left_down.connect(self._into_list)
        self.table.opened.connect(lambda row: self.state.project_requested.emit(row.id))
        self.table.picked.connect(self._on_picked)
        self.table.folded.connect(self._fold)
        self.table.typed.connect(self._type_on)
        self.inspector.opened.connect(self.state.project_requested)
        self.inspector.batch.connect(self.batch)
        self.state.findings_changed.connect(self._on_findings)
        for keys, act in (
            (QKeySequence(QKeySequence.StandardKey.Find), self._find),
            (QKeySequence("Ctrl+I"), self.toggle_panel),
            (QKeySequence("F6"), self.toggle_panel),
        ):
            QShortcut(keys, self).activated.connect(act)

    def retire(self) -> None:
        """Stop timers and listeners before the store is closed."""
        super().retire()
        self.state.findings_changed.disconnect(self._on_findings)

    # showing

    def look(self) -> None:
        """Read what is shown from the store again; what is selected and in sight stays."""
        self.filter.criteria = in_year(self.filter.criteria, self.state.year)
        source = ProjectSource(
            self.state.workspace,
            self.filter.criteria,
            order=self.table.rows.order,
            grouping=self._grouping,
            folded=self._folded,
        )
        self.table.look(source)
        self._tell_empty()
        self._tell_later()

    def _on_changed(self, done: FinishedChange) -> None:
        """After a change of a few projects that leaves every row in its place, only what is in sight is read."""
        source = self.table.rows.source
        if (
            self.isVisible()
            and not self._stale
            and done.projects
            and not done.touches(Village)
            and isinstance(source, ProjectSource)
            and source.follow(done.projects)
        ):
            self.table.reread()
            self._tell_later()
        else:
            super()._on_changed(done)

    def show_what(self, what: Any) -> None:
        """Apply a ProjectFilter that another screen asks for, or one with its name."""
        criteria, why = what if isinstance(what, tuple) else (what, "")
        self.filter.seek(criteria, why)

    def _seek(self) -> None:
        self.state.settings.keep_structure(KEY, self.filter.kept())
        self.look()
        self._stale = False

    def _tell_empty(self) -> None:
        year = self.filter.criteria.year
        words = self.filter.criteria.text
        if words and not self.filter.chips():
            text = f"没有名称、编号或村居含“{words}”的项目。\n可以输汉字、全拼或首字母；多个词之间用空格隔开。"
        elif self.filter.is_set:
            text = "没有符合条件的项目。\n去掉上面的一个条件，或按“清除全部条件”看全部。"
        else:
            named = f"{year} 年度" if year else ""
            text = f"{named}还没有项目。\n按“新建项目”登记一个，或在“导入与导出”里读入村居的申报表。"
        self.table.set_empty(text)

    def _tell_more(self) -> None:
        """The sums in the head, and whether other conditions hide what the words would find."""
        conn, criteria, groups = self.state.workspace.conn, self.filter.criteria, self._listed_groups()
        count, where = sum(group.count for group in groups), f"{criteria.year} 年度" if criteria.year else "历年"
        total, paid = sum_of(groups, "total").wan, sum_of(groups, "disbursed").wan
        money = f" · 总资金 {total} 万元 · 已拨 {paid} 万元" if count else ""
        self.note.setText(f"{where} · {count:,} 项{money}")
        words = ProjectFilter(year=self.state.year, text=criteria.text)
        hidden = count_projects(conn, words) - count if criteria.text and criteria != words else 0
        self.filter.tell_hidden(max(hidden, 0))
        self._on_picked()

    def _listed_groups(self) -> Sequence[ProjectGroup]:
        """The sums of all that is listed, by stage; read once after each change."""
        if self._listed is None:
            self._listed = group_projects(self.state.workspace.conn, self.filter.criteria, "stage")
        return self._listed

    def _tell_later(self) -> None:
        """Have the sums read when nothing else is done for a moment, a longer one where that takes a while."""
        self._listed = None
        self._on_picked()
        self._after.start(LATER if self.table.rows.rowCount() < MANY else MUCH_LATER)

    def _mark(self, row: Any) -> Mark | None:
        """The icon of a row that cannot stay as it is; asked again only after the findings have changed."""
        if row.id not in self._marks:
            grave = [f for f in self.state.findings_of(row.id) if f.severity in GRAVE and not f.excused_by]
            first = min(grave, key=lambda found: found.severity.rank, default=None)
            level = first.severity.value if first else ""
            self._marks[row.id] = Mark(ICONS[level], level, first.message) if first else None
        return self._marks[row.id]

    def _on_findings(self) -> None:
        self._marks.clear()
        self.table.viewport().update()
        if self.isVisible():
            self.inspector.look()

    # what is selected

    def _on_picked(self) -> None:
        count = self.table.chosen_count()
        if count == 1 and (chosen := self.table.chosen()):
            self.inspector.show_project(chosen[0].id)
        elif count > 1:
            self.inspector.show_several(f"已选 {self._chosen_number():,} 项", self._chosen_groups)
        elif self._listed is not None:
            self.inspector.show_several("列出的项目", self._listed_groups, chosen=False)

    def _chosen_number(self) -> int:
        source = self.table.rows.source
        return len(self.table.chosen_ids()) if getattr(source, "grouped", False) else self.table.chosen_count()

    def _chosen_groups(self) -> Sequence[ProjectGroup]:
        """The sums of the projects selected, by stage: those of the list where all are."""
        if self.table.all_chosen() and not self._folded:
            return self._listed_groups()
        chosen = ProjectFilter(among=tuple(self.table.chosen_ids()))
        return group_projects(self.state.workspace.conn, chosen, "stage")

    def _chosen_or_all(self) -> list[str]:
        """The ids of the projects selected, or of all of the list where none is."""
        return self.table.chosen_ids() or project_ids_of(self.state.workspace.conn, self.filter.criteria)

    def batch(self) -> None:
        """Take one step with the projects selected, or with all of the list."""
        self.state.screen_requested.emit("batch", ("", self._chosen_or_all()))

    def print_now(self) -> None:
        """Print the documents of the projects selected, or of all of the list."""
        self.state.screen_requested.emit("papers", self._chosen_or_all())

    def _what_if(self) -> None:
        """Try the approval of the projects selected, or of all that wait for it."""
        ws = self.state.workspace
        ids = self.table.chosen_ids()
        ids = ids or project_ids_of(ws.conn, ProjectFilter(year=self.state.year, stages=(Stage.SUBMITTED,)))
        if not ids:
            prompts.tell(self, "试算批准", "没有待审批的项目。请先选中要试算的项目；没有选中时，试算全部待审批的项目")
            return
        show_approval_forecast(self, lambda: casefiles_picked(ws, ids), f"所选的 {len(ids)} 项")

    # keys

    def _find(self) -> None:
        self.filter.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.words.selectAll()

    def _type_on(self, text: str) -> None:
        """What is typed in the list is looked for."""
        self.filter.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.words.setText(text)
        self.filter.words.textEdited.emit(text)

    def _open_first(self) -> None:
        """Enter in the search line: the project whose number was typed or scanned, else the first of the list."""
        words = self.filter.words.words()
        wanted = project_with_code(self.state.workspace.conn, words) if words else ""
        if papers := papers_scanned(self.state.workspace, words):
            if (project := papers[0].project) is not None:
                self.state.project_requested.emit(project.id)
            self.state.message.emit("；".join(f"{each.title}：{each.verdict}" for each in papers))
        elif wanted:
            self.state.project_requested.emit(wanted)
        elif words and (first := self._first()) is not None:
            self.state.project_requested.emit(first.id)
        elif not words:
            self._into_list()

    def _first(self) -> Any:
        rows = (self.table.rows.row(number) for number in range(min(self.table.rows.rowCount(), 3)))
        return next((row for row in rows if row is not None and not isinstance(row, GroupRow)), None)

    def _into_list(self) -> None:
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.table.ranges() and (first := self._first()) is not None:
            self.table.show_id(first.id)

    def commands(self) -> Iterable[Command]:
        """The views, for the command palette."""
        views = [*built_in_views(self.state), *own_views(self.state.settings)]
        return [
            Command(view.name, "视图", partial(self.filter.seek, view.criteria, view.name), icon="bookmark")
            for view in views
        ]

    # groups and the side panel

    def _group_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("group")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip("按村居或阶段分组，每组有合计；点组名收起或展开")
        menu = QMenu(button)
        for key, label in GROUPINGS:
            action = QAction(label, menu)
            action.setCheckable(True)
            action.triggered.connect(partial(self.group_by, key))
            menu.aboutToShow.connect(partial(self._tick, action, key))
            menu.addAction(action)
        button.setMenu(menu)
        set_role(button, "chip")
        set_icon(button, "layers")
        return button

    def _tick(self, action: QAction, key: str) -> None:
        action.setChecked(key == self._grouping)

    def _name_buttons(self) -> None:
        """The buttons at the end of the filters; where the window is narrow they are icons alone."""
        grouped = dict(GROUPINGS).get(self._grouping, "")
        self.group.setAccessibleName(f"分组：{grouped}")
        names = (grouped if self._grouping else "分组", "详情", "存为视图")
        for button, name in zip((self.group, self.panel, self.views), names, strict=True):
            button.setText("" if self._narrow else name)
        self.filter.arrange()

    @property
    def grouping(self) -> str:
        """What the list is grouped by, a key of GROUPINGS; "" for nothing."""
        return self._grouping

    def group_by(self, key: str, *_: object) -> None:
        """Group the list by a key of GROUPINGS, "" for none, and keep that."""
        self._grouping = key
        self._folded.clear()
        self.state.settings.keep(GROUPING_KEY, key)
        self._name_buttons()
        self.look()

    def _fold(self, group: GroupRow) -> None:
        self._folded ^= {group.key}
        self.look()

    def _panel_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("panel")
        button.setAccessibleName("右边显示所选项目的详情")
        button.setToolTip("显示或收起右边的详情（Ctrl+I 或 F6）")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.toggle_panel())
        set_role(button, "chip")
        set_icon(button, "panel-right")
        return button

    def toggle_panel(self) -> None:
        """Show or hide the side panel; where the window is narrow it takes the place of the list."""
        if self._narrow:
            self._place_panel(show=self.inspector.isHidden())
        else:
            self.state.settings.keep(PANEL_KEY, "" if self.inspector.isHidden() else "0")
            self._place_panel()
        alone = self._narrow and self.inspector.isVisible()
        (self.inspector.page if alone else self.table).setFocus(Qt.FocusReason.OtherFocusReason)

    def _place_panel(self, *, show: bool | None = None) -> None:
        wanted = self.state.settings.text(PANEL_KEY) != "0"
        visible = (show or False) if self._narrow else wanted
        self.inspector.setVisible(visible)
        self.table.setVisible(not (visible and self._narrow))
        self.panel.setChecked(visible)
        set_role(self.panel, "chip_on" if visible else "chip")
        if visible:
            self.inspector.look()

    def arrange(self) -> None:
        """List and panel side by side where there is room."""
        narrow = self.width() < em(self, NARROW)
        if narrow is not self._narrow:
            self._narrow = narrow
            self._name_buttons()
            self._place_panel()
