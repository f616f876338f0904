"""The pages of a project behind their tabs; only the one in sight is filled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTabWidget

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Attachment, Record
from haicang_desk.model.services import Workspace, step_history
from haicang_desk.model.workflow import Step
from haicang_desk.ui.screens.attachments import AttachmentsTab
from haicang_desk.ui.screens.project_documents import DocumentsTab, preparer_of
from haicang_desk.ui.screens.project_tabs import RECORD_TABS, ApplicationTab, HistoryTab, RecordsTab
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.widgets.flow_chart import FlowChart


class ProjectTabs(QTabWidget):
    """Alt with the number of a tab goes to it, with 0 to the tenth."""

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
        """Bring the table of this kind of record into sight, its button for a new one in hand."""
        tab = next((tab for tab in self.records if cls in tab.classes), None)
        self.setCurrentWidget(tab or (self.materials if cls is Attachment else self.application))
        panels = tab.panels if tab else [self.application.budget, self.materials.panel]
        if (panel := next((each for each in panels if each.cls is cls), None)) is not None:
            QTimer.singleShot(0, panel, lambda: panel.take_hand())

    def fill(
        self, ws: Workspace, case: Casefile, on: date, open_steps: Sequence[tuple[Step, Sequence[Finding]]]
    ) -> None:
        """Show the case on the page in sight; a project not saved yet has nothing but its application."""
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
