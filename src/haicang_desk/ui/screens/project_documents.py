"""The documents of one project: which can be printed now, and what the others still wait for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from haicang_desk.model.services import Workspace, issues_of
from haicang_desk.ui.screens.issued_papers import OF_PROJECT, IssuedPanel
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.table import Table, TableColumn

Prepare = Callable[[str], Any]  # a document's name → its batch for this project


@dataclass(frozen=True, slots=True)
class DocumentState:
    """One document of a project: why it cannot be printed yet, or when it was issued last."""

    name: str
    title: str
    unavailable_reason: str
    issued: str = ""


COLUMNS = (
    TableColumn("文书", lambda s: s.title, "", 16),
    TableColumn(
        "现在",
        lambda s: "还不能印" if s.unavailable_reason else "可以印",
        "",
        6,
        colour=lambda s: theme.level_colour("warn" if s.unavailable_reason else "good"),
    ),
    TableColumn("说明", lambda s: s.unavailable_reason or s.issued, "", 30),
)


class DocumentsTab(QWidget):
    """文书: the documents of one project; one that is picked opens on the documents screen."""

    requested = Signal(str)  # the name of a document

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._ws = state.workspace
        self.table = Table(COLUMNS, name="本项目文书", empty="")
        self.table.opened.connect(lambda sheet: self.requested.emit(sheet.name))
        show = QPushButton("预览和打印(&W)")
        show.setObjectName("show_paper")
        show.setAccessibleName("预览和打印")
        show.clicked.connect(self._show)
        hint = QLabel("选一种文书，预览、打印或存为文件")
        set_role(hint, "muted")
        row = QHBoxLayout()
        row.addWidget(hint)
        row.addStretch(1)
        row.addWidget(show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(row)
        self.issued = IssuedPanel(state, "已印发", OF_PROJECT)
        split = QSplitter(Qt.Orientation.Vertical)
        for widget, share in ((self.table, 3), (self.issued, 2)):
            split.addWidget(widget)
            split.setStretchFactor(split.count() - 1, share)
        layout.addWidget(split, 1)

    def show_project(self, prepare: Prepare, project_id: str) -> None:
        """List the documents that exist for one project, and its issues."""
        from haicang_desk.model.documents import DOCUMENTS

        issues, found = issues_of(self._ws, project=project_id), []
        last = {issue.document: f"第{issue.number}次印发，{issue.issued_on}" for issue in reversed(issues)}
        for document in DOCUMENTS.values():
            if document.scope == "project":
                orders = prepare(document.name).orders
                unavailable_reason = orders[0].unavailable_reason if orders else "没有可印的内容"
                found.append(
                    DocumentState(document.name, document.title, unavailable_reason, last.get(document.title, ""))
                )
        self.table.show_rows(found)
        self.issued.show_issues(issues)

    def _show(self) -> None:
        for sheet in self.table.chosen()[:1]:
            self.requested.emit(sheet.name)


def preparer_of(ws: Workspace, code: str, on: date) -> Prepare:
    """A function that prepares a document, by its name, for this project."""
    from haicang_desk.model.documents import prepare

    return lambda name: prepare(ws, name, project=code, as_of=on, reader=None)
