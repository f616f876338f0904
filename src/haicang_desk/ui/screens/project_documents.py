"""The 文书 tab: the documents of one project, and a preview that is always of what would print now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QTabWidget, QVBoxLayout, QWidget

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import Project, Village
from haicang_desk.model.services import issues_of
from haicang_desk.model.values import Cancelled, DeskError, ProgressCallback
from haicang_desk.ui.screens.issued_papers import OF_PROJECT, IssuedPanel, issue_note
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.rendering import how_many, page_count, pages
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import set_icon
from haicang_desk.ui.widgets.layouts import FlowRow
from haicang_desk.ui.widgets.pdf_view import DOTS, PdfView
from haicang_desk.ui.widgets.table import Table, TableColumn

if TYPE_CHECKING:
    from haicang_desk.model.documents import PrintBatch, PrintedDocument

PAUSE = 250  # ms after the last change or choice before the preview is made
SHOWN = 12  # pages drawn
KIND = "项目页预览"  # of its jobs: only the newest is wanted
UNSAVED = "有未保存的修改，预览按已保存的内容"


@dataclass(frozen=True, slots=True)
class DocumentState:
    """One document of a project: why it cannot be printed yet, or when it was issued last."""

    name: str
    title: str
    unavailable_reason: str
    issued: str = ""
    changed: bool = False  # what it shows, since it was issued

    @property
    def told(self) -> str:
        """Its state in a few words."""
        if self.unavailable_reason:
            return "还不能印"
        return f"{self.issued}，之后有变动" if self.issued and self.changed else self.issued or "可以印"


COLUMNS = (
    TableColumn("文书", lambda s: s.title, "", 11, grows=True),
    TableColumn(
        "现在",
        lambda s: s.told,
        "",
        8,
        colour=lambda s: theme.level_colour("warn" if s.unavailable_reason or s.changed else "good"),
    ),
)


class DocumentsTab(QWidget):
    """文书: the documents of one project beside a preview of the one chosen; print and save from here."""

    requested = Signal(str)  # the name of a document to be shown on the documents screen
    print_requested = Signal(object, str)  # a batch, and the name of its document
    save_requested = Signal(object)
    save_form_requested = Signal()  # the entries that are not saved should be

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state, self._ws = state, state.workspace
        self._case = Casefile(project=Project(), village=Village())
        self._on = state.today()
        self.table = Table(COLUMNS, name="本项目文书", empty="")
        self.table.opened.connect(lambda sheet: self.requested.emit(sheet.name))
        self.table.picked.connect(self._on_picked)
        self.print = self._button("打印(&P)", "print_paper", "printer", self.print_now, "primary")
        self.save = self._button("存为文件", "save_paper", "download", self._save)
        self.show_all = self._button("在“公示与文书”里看", "show_paper", "external-link", self._show)
        self.view = PdfView("选一种文书，这里显示现在会印出来的样子。")
        self.unsaved = self._unsaved_line()
        self._why = QLabel()
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._why.setWordWrap(True)
        set_role(self._why, "muted")
        self.issued = IssuedPanel(state, "", OF_PROJECT)
        row = FlowRow(em(self, 0.5))
        for button in (self.print, self.save, self.show_all):
            row.add(button)
        preview, right = QWidget(), QTabWidget()
        beside = QVBoxLayout(preview)
        beside.setContentsMargins(0, em(self, 0.5), 0, 0)
        for widget in (row, self.unsaved, self._why):
            beside.addWidget(widget)
        beside.addWidget(self.view, 1)
        right.setAccessibleName("预览或已印发")
        right.setDocumentMode(True)
        right.tabBar().setDrawBase(False)
        right.addTab(preview, "预览")
        right.addTab(self.issued, "已印发")
        self._right = right
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(right)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setChildrenCollapsible(False)
        split.setSizes([em(self, 26), em(self, 44)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, em(self, 0.7), 0, 0)
        layout.addWidget(split, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.preview)
        self._shown: list[DocumentState] = []

    def _button(self, label: str, name: str, icon: str, act: Callable[[], None], role: str = "") -> QPushButton:
        button = QPushButton(label)
        button.setObjectName(name)
        button.setAccessibleName(label.partition("(")[0])
        set_role(button, role)
        set_icon(button, icon, "on_accent" if role == "primary" else "text")
        button.clicked.connect(act)
        return button

    def _unsaved_line(self) -> QFrame:
        line = QFrame()
        line.setProperty("level", "warn")
        row = QHBoxLayout(line)
        row.setContentsMargins(em(self, 0.6), em(self, 0.2), em(self, 0.6), em(self, 0.2))
        text = QLabel(UNSAVED)
        text.setProperty("level", "warn")
        keep = QPushButton("保存")
        keep.setObjectName("save_for_preview")
        keep.setAccessibleName("保存修改")
        set_role(keep, "link")
        keep.clicked.connect(self.save_form_requested)
        row.addWidget(text)
        row.addWidget(keep)
        row.addStretch(1)
        line.hide()
        return line

    # showing

    def show_project(self, case: Casefile, on: date, preferred: Sequence[str]) -> None:
        """List the documents that exist for one project and its issues; the preview follows the store.

        The first of the ``preferred`` that can be printed is chosen at first.
        """
        from haicang_desk.model.documents import DOCUMENTS, availability_of_projects

        project, found = case.project, []
        status = availability_of_projects(self._ws, project.fund_year, [project.id], on)
        for document in DOCUMENTS.values():
            if document.scope == "project" and (known := status.status(document, project.id)) is not None:
                last = known.issued
                issued = f"第{last.number}次印发，{last.issued_on}" if last else ""
                found.append(DocumentState(document.name, document.title, known.reason, issued, known.changed))
        chosen = self.chosen() if project.id == self._case.project.id else ""
        self._case, self._on, self._shown = case, on, found
        self.table.show_rows(found)
        ready = [state.name for state in found if not state.unavailable_reason]
        self.choose(chosen or next((name for name in (*preferred, *ready) if name in ready), ""))
        issues = issues_of(self._ws, project=project.id)
        self.issued.show_issues(issues)
        self._right.setTabText(1, f"已印发 {len(issues)}" if issues else "已印发")
        self._on_picked()

    def show_unsaved(self, unsaved: bool) -> None:
        """Say above the preview that it does not show entries that are not saved."""
        self.unsaved.setVisible(unsaved)

    def show_issued(self) -> None:
        """Show what was issued in place of the preview."""
        self._right.setCurrentWidget(self.issued)

    def choose(self, name: str) -> None:
        """Select a document."""
        for number, state in enumerate(self._shown):
            if state.name == name:
                self.table.selectRow(number)

    def chosen(self) -> str:
        """The name of the document selected, "" for none."""
        return next((str(state.name) for state in self.table.chosen()), "")

    def _on_picked(self) -> None:
        state = next(iter(self.table.chosen()), None)
        ready = bool(state and not state.unavailable_reason)
        self.print.setEnabled(ready)
        self.save.setEnabled(ready)
        self._why.setText(f"《{state.title}》还不能印：{state.unavailable_reason}" if state and not ready else "")
        self._why.setVisible(bool(self._why.text()))
        self._pause.start()

    # making

    def batch(self) -> PrintBatch | None:
        """The document chosen as it would print now, with what was issued of it; None where none is chosen."""
        from haicang_desk.model.documents import prepare

        if not self.chosen() or not self._case.project.id:
            return None
        return prepare(self._ws, self.chosen(), project=self._case.project.code, as_of=self._on)

    def preview(self) -> None:
        """Make the preview anew on the worker; an older one that is still being made is dropped."""
        if not self.isVisible():
            return
        try:
            batch = self.batch()
        except DeskError as refused:
            self.view.show_text(str(refused))
            return
        if batch is None:
            self.view.show_text("选一种文书，这里显示现在会印出来的样子。")
            return
        batch = replace(batch, bound="", preview=True)

        def work(progress: ProgressCallback, cancelled: Cancelled) -> tuple[list[QImage], int, list[PrintedDocument]]:
            """Runs on the worker thread."""
            made = list(batch.made(progress, cancelled))
            pdfs = [each.pdf for each in made if each.pdf]
            pictures = [page for pdf in pdfs for page in pages(pdf, DOTS, SHOWN)]
            return pictures[:SHOWN], sum(map(page_count, pdfs)), made

        self.view.show_stale("正在更新…")  # said here, so that what was just printed stays told in the status bar
        self._state.jobs.run("", work, self._show_pages, lambda wrong: self.view.show_text(str(wrong)), replaces=KIND)

    def _show_pages(self, made: tuple[list[QImage], int, list[PrintedDocument]]) -> None:
        pictures, count, printed = made
        if not pictures:
            skipped = "\n".join(f"{each.title}：{each.skipped}" for each in printed if each.skipped)
            self.view.show_text(skipped or "没有可以预览的内容")
            return
        note = "、".join(issue_note(each) for each in printed if each.pdf)
        self.view.show_pages(pictures, f"{how_many(len(pictures), count)}　{note}".strip())

    def print_now(self) -> None:
        """Print the document chosen."""
        if self.print.isEnabled() and (batch := self._ready_batch()) is not None:
            self.print_requested.emit(batch, self.chosen())

    def _save(self) -> None:
        if (batch := self._ready_batch()) is not None:
            self.save_requested.emit(batch)

    def _ready_batch(self) -> PrintBatch | None:
        """The batch; a refusal is told in place of the preview."""
        try:
            return self.batch()
        except DeskError as refused:
            self.view.show_text(str(refused))
            return None

    def _show(self) -> None:
        if name := self.chosen():
            self.requested.emit(name)
