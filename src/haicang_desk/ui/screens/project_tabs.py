"""The tabs of the project page; only the tab in sight is filled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from haicang_desk.model.casefile import ATTRIBUTE_OF, CHILDREN, Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.funding import Funding
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Attachment, BudgetLine, Category, Project, Record
from haicang_desk.model.services import Workspace, budget_is_fixed, step_history
from haicang_desk.model.store import events_of_project
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import Step
from haicang_desk.ui.screens.attachments import AttachmentsTab
from haicang_desk.ui.screens.project_documents import DocumentsTab, preparer_of
from haicang_desk.ui.screens.records_panel import RecordsPanel
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import RIGHT, em, set_role
from haicang_desk.ui.widgets.findings_list import FindingsPanel
from haicang_desk.ui.widgets.flow_chart import FlowChart
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.layouts import scroll_area
from haicang_desk.ui.widgets.share_bars import Share, ShareBar
from haicang_desk.ui.widgets.table import Table, TableColumn

_TABS: tuple[tuple[str, tuple[str, ...]], ...] = (  # a kind of record named in none of them stands in the last
    ("征集与公示", ("suggestion", "deliberation", "opinion", "notice", "publicity")),
    ("审批与备案", ("approval", "filing", "waiver", "alteration")),
    ("实施", ("appointment", "bid", "guidance", "progress", "participation", "supervision", "maintenance")),
    ("拨付与决算", ("disbursement", "settlement", "spending", "refund", "advance")),
    ("测评与督查", ("survey", "review", "inspection", "award")),
)
_ELSEWHERE = ("budget_line", "quarter_line", "attachment")  # with the application, in the quarterly report, 材料
DECIDED = (
    *("approval", "filing", "waiver", "alteration", "appointment", "progress"),
    *("disbursement", "settlement", "refund", "quarter_line"),
)


def _record_tabs() -> list[tuple[str, list[type[Record]]]]:
    named = {table for _, tables in _TABS for table in tables} | set(_ELSEWHERE)
    by_table = {cls.table: cls for cls in CHILDREN.values()}
    found = [(label, [by_table[table] for table in tables if table in by_table]) for label, tables in _TABS]
    found[-1][1].extend(cls for table, cls in by_table.items() if table not in named)
    return found


RECORD_TABS = _record_tabs()


def is_typed(cls: type[Record]) -> bool:
    """Whether records of this class are entered in a form; decisions and payments come from steps."""
    return cls.table not in DECIDED


def panel_for(cls: type[Record]) -> RecordsPanel:
    """The panel of a kind of record."""
    how = "按“登记”填写" if is_typed(cls) else "由上面的办理步骤登记"
    return RecordsPanel(cls, typed=is_typed(cls), empty=f"还没有{cls.label}记录，{how}")


class ApplicationTab(QWidget):
    """申报: the form and the budget; beside them the funding and the findings that belong to no field."""

    def __init__(self, choices: Choices) -> None:
        super().__init__()
        self.form = RecordForm(Project, choices)
        self.budget = panel_for(BudgetLine)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 8, 8, 8)
        column.addWidget(self.form)
        column.addWidget(self.budget)
        self.money = FundingCard()
        self.findings = FindingsPanel("还要处理的", leads=True)
        side_page = QWidget()
        side = QVBoxLayout(side_page)
        side.setContentsMargins(4, 8, 8, 8)
        side.addWidget(self.money)
        side.addWidget(self.findings)
        side.addStretch(1)
        beside = scroll_area(side_page)
        beside.setFixedWidth(em(self, 27))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll_area(page), 1)
        layout.addWidget(beside)

    def show_case(self, case: Casefile, *, fixed: bool) -> None:
        """Show the budget of a casefile; ``fixed``: the application may no longer be typed."""
        self.budget.setVisible(bool(case.project.id))
        self.budget.show_records(case.budget_lines, fixed=fixed and budget_is_fixed(case))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings that belong to no field."""
        self.findings.show_findings(findings)

    def show_funding(self, project: Project, case: Casefile, policy: Policy) -> None:
        """Show the funding of the project as typed."""
        self.money.show_funding(project, case, policy)


APPLIED = ("政府财政资金", "社会资源资金", "项目总资金", "申请专项与以奖代补", "单项上限")
GRANTED = ("核定专项与以奖代补", "已拨付", "未拨付")


class FundingCard(QFrame):
    """What is applied for, the shares that the policy limits, and what was approved and paid."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "card")
        title = QLabel("资金构成")
        set_role(title, "heading")
        self._rows: dict[str, tuple[QLabel, QLabel]] = {}
        grid = QGridLayout()
        for row, label in enumerate((*APPLIED, *GRANTED)):
            name, figure = QLabel(label), QLabel()
            set_role(name, "muted")
            figure.setAlignment(RIGHT)
            grid.addWidget(name, row, 0)
            grid.addWidget(figure, row, 1)
            self._rows[label] = (name, figure)
        self.bar, self.overhead = ShareBar(), ShareBar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.addWidget(title)
        layout.addLayout(grid)
        layout.addWidget(self.bar)
        layout.addWidget(self.overhead)

    def show_funding(self, project: Project, case: Casefile, policy: Policy) -> None:
        """``project`` is as typed, ``case`` as the store has it."""
        applied, granted = Funding.of(project), case.approved
        self._tell(APPLIED, (applied.fiscal, applied.social, applied.total, applied.scheme, _cap(project, policy)))
        given = (granted.scheme, case.disbursed, case.undisbursed) if granted else ()
        self._tell(GRANTED, given)
        service = project.category is Category.SERVICE
        limit: Fraction | None = None if service else policy.share("works_goods_fiscal_max")
        self.bar.show_share(Share("财政占比", applied.fiscal, applied.total, limit, least=False))
        most = policy.share("overhead_max")
        self.overhead.show_share(
            Share(Project.fields["overhead"].label, project.overhead, applied.total, most, least=False)
        )
        self.overhead.setVisible(service)

    def _tell(self, labels: Sequence[str], amounts: Sequence[Money]) -> None:
        for number, label in enumerate(labels):
            name, figure = self._rows[label]
            name.setVisible(bool(amounts))
            figure.setVisible(bool(amounts))
            figure.setText(f"{amounts[number]} 元" if amounts else "")


def _cap(project: Project, policy: Policy) -> Money:
    return policy.money(f"cap_{project.category.code}")


class RecordsTab(QWidget):
    """Some kinds of records of a project, one panel each. The panels are made when the tab is first shown."""

    made = Signal(object)  # a panel, to be connected

    def __init__(self, classes: Sequence[type[Record]]) -> None:
        super().__init__()
        self.classes = classes
        self.panels: list[RecordsPanel] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def show_case(self, case: Casefile) -> None:
        """Show the records of a casefile."""
        if not self.panels:
            self._make()
        for each in self.panels:
            each.show_records(getattr(case, ATTRIBUTE_OF[each.cls]))

    def _make(self) -> None:
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 8, 8, 8)
        for cls in self.classes:
            made = panel_for(cls)
            self.panels.append(made)
            inside.addWidget(made)
            self.made.emit(made)
        inside.addStretch(1)
        self._layout.addWidget(scroll_area(page))


class HistoryTab(QWidget):
    """办理记录: all changes that touched the project, with values before and after."""

    def __init__(self) -> None:
        super().__init__()
        columns = (
            TableColumn("时间", lambda e: f"{e.at:%Y-%m-%d %H:%M}", "", 11),
            TableColumn("办理", lambda e: e.action, "", 14),
            TableColumn("记录", lambda e: e.record, "", 6),
            TableColumn("经手人", lambda e: e.actor, "", 6),
            TableColumn("存证码", lambda e: e.seal[:8], "", 6),
            TableColumn("改动", _edits, "", 30),
        )
        self.table = Table(columns, name="办理记录表", empty="还没有办理记录")
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        set_role(self.detail, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.detail)
        self.table.picked.connect(self._tell)

    def show_history(self, ws: Workspace, project_id: str) -> None:
        """List the changes of a project."""
        self.table.show_rows(events_of_project(ws.conn, project_id))
        self._tell()

    def _tell(self) -> None:
        chosen = self.table.chosen()
        self.detail.setText(_edits(chosen[0]) if chosen else "选一行，这里显示改动前后的内容")


def _edits(event: Any) -> str:
    edits = (f"{e.label}：{_short(e.before)} → {_short(e.after)}" for e in event.edits)
    return "；".join(edits)


def _short(text: str) -> str:
    flat = text.replace("\n", " ")
    return (f"{flat[:30]}…" if len(flat) > 30 else flat) or "（空）"


class ProjectTabs(QTabWidget):
    """The tabs of the project page. Alt and a digit select a tab, 0 the tenth."""

    def __init__(self, state: AppState, choices: Choices) -> None:
        super().__init__()
        self.setAccessibleName("项目内容")
        self.application = ApplicationTab(choices)
        self.records = [RecordsTab(classes) for _, classes in RECORD_TABS]
        self.materials = AttachmentsTab(state, choices)
        self.papers, self.history, self.chart = DocumentsTab(state), HistoryTab(), FlowChart()
        pages = [
            ("申报", self.application),
            *((label, tab) for (label, _), tab in zip(RECORD_TABS, self.records, strict=True)),
            ("材料", self.materials),
            ("文书", self.papers),
            ("办理记录", self.history),
            ("流程图", self.chart),
        ]
        for number, (label, page) in enumerate(pages, 1):
            self.addTab(page, f"{label}(&{number % 10})")

    def turn_to(self, cls: type[Record] | None) -> None:
        """Show the table of this kind of record with the keyboard on its button."""
        tab = next((tab for tab in self.records if cls in tab.classes), None)
        self.setCurrentWidget(tab or (self.materials if cls is Attachment else self.application))
        panels = tab.panels if tab else [self.application.budget, self.materials.panel]
        if (panel := next((each for each in panels if each.cls is cls), None)) is not None:
            QTimer.singleShot(0, panel, lambda: panel.take_hand())

    def fill(
        self, ws: Workspace, case: Casefile, on: date, open_steps: Sequence[tuple[Step, Sequence[Finding]]]
    ) -> None:
        """Show the case on the tab in sight. A project that is not saved yet has only its application."""
        shown = self.currentWidget()
        if isinstance(shown, RecordsTab):
            shown.show_case(case)
        elif not case.project.id:
            return
        elif shown is self.materials:
            self.materials.show_case(case)
        elif shown is self.papers:
            self.papers.show_project(preparer_of(ws, case.project.code, on), case.project.id)
        elif shown is self.history:
            self.history.show_history(ws, case.project.id)
        elif shown is self.chart:
            self.chart.show_way(case.stage, step_history(case), {step.name: barred for step, barred in open_steps})
