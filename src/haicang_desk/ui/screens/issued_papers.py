"""Issued documents: view, reprint or save the bytes that were issued."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from haicang_desk.model.records import Issue, show_value
from haicang_desk.model.services import issues_of
from haicang_desk.model.values import Cancelled, DeskError, ProgressCallback
from haicang_desk.paths import documents_folder
from haicang_desk.platform import write_atomically
from haicang_desk.ui.screens.submission import reprint_issue
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.rendering import pages
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.pdf_view import DOTS, PdfView
from haicang_desk.ui.widgets.table import Table, TableColumn

if TYPE_CHECKING:
    from haicang_desk.model.documents import PrintedDocument

NONE = "还没有印发过。已定案的文书，打印或存为文件时即登记印发。"
OF_PROJECT = TableColumn("文书", lambda i: f"{i.document}　{i.part}".strip(), "", 16, grows=True)
OF_DOCUMENT = TableColumn("村居和项目", lambda i: _whose(i), "", 18, grows=True)
COLUMNS = (
    TableColumn("第几次", lambda i: f"第{i.number}次", "", 4.5),
    TableColumn("日期", lambda i: f"{i.issued_on:%Y-%m-%d}" if i.issued_on else "", "", 7),
    TableColumn("纸张", lambda i: i.paper, "", 3.5),
    TableColumn("经办", lambda i: i.handler, "", 5),
    TableColumn("存证码", lambda i: i.seal_code, "", 10.5, code=True),
    TableColumn("更正理由", lambda i: show_value(i.reason).replace("\n", " "), "", 12),
)


def _whose(issue: Issue) -> str:
    """What a paper is of, by the name of its file."""
    name = issue.name.removesuffix(".pdf").replace(f"_{issue.document}", "").replace("_", " ")
    return f"{name}　{issue.part}".strip()


def issue_note(issued: PrintedDocument) -> str:
    """Which issue a preview shows, and whether it is the original or a new issue."""
    if issued.issue is None:
        return ""
    if issued.fresh:
        return f"将作第{issued.issue.number}次印发，代替前一次　" if issued.corrects else "尚未印发　"
    return f"第{issued.issue.number}次印发的原件（{issued.issue.issued_on}）　"


class IssuedPanel(QWidget):
    """A list of issues with buttons to view, reprint and save the bytes that were issued."""

    def __init__(self, state: AppState, heading: str, first: TableColumn) -> None:
        super().__init__()
        self._state = state
        self.table = Table((first, *COLUMNS), name="已印发的文书", empty=NONE)
        self.table.opened.connect(self._open)
        self.table.picked.connect(self._enable)
        self._buttons = [
            self._button("看原件(&O)", "open_issue", lambda: self._open(self._picked())),
            self._button("重印(&N)", "print_issue", self._print),
            self._button("原件另存为…(&K)", "save_issue", self._save),
        ]
        hint = QLabel(heading)
        set_role(hint, "heading")
        row = QHBoxLayout()
        row.addWidget(hint)
        row.addStretch(1)
        for button in self._buttons:
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        self._enable()

    def _button(self, label: str, name: str, act: object) -> QPushButton:
        button = QPushButton(label)
        button.setObjectName(name)
        button.setAccessibleName(label.partition("(")[0].rstrip("…"))
        button.clicked.connect(act)
        return button

    def show_issues(self, issues: Sequence[Issue]) -> None:
        """List these issues."""
        self.table.show_rows(list(issues))
        self._enable()

    def _picked(self) -> Issue | None:
        return next(iter(self.table.chosen()), None)

    def _enable(self) -> None:
        for button in self._buttons:
            button.setEnabled(self._picked() is not None)

    def _refuse(self, wrong: DeskError) -> None:
        prompts.tell(self, "印发的原件", str(wrong))

    def _bytes(self, issue: Issue) -> bytes | None:
        try:
            return self._state.workspace.read_blob(issue.digest)
        except DeskError as refused:
            self._refuse(refused)
            return None

    def _open(self, issue: Issue | None) -> None:
        if issue is None or (data := self._bytes(issue)) is None:
            return
        dialog = IssuedPaperDialog(self, issue)
        dialog.open()

        def work(progress: ProgressCallback, cancelled: Cancelled) -> list[QImage]:
            """Runs on the worker thread."""
            return list(pages(data, DOTS))

        self._state.jobs.run("打开原件", work, dialog.show_pages, self._refuse)

    def _print(self) -> None:
        issue = self._picked()
        if issue is None or (data := self._bytes(issue)) is None:
            return
        reprint_issue(self, self._state, issue, data)

    def _save(self) -> None:
        issue = self._picked()
        if issue is None or (data := self._bytes(issue)) is None:
            return
        out = prompts.pick_save(self, "原件存到哪里", documents_folder() / issue.name, "PDF 文件 (*.pdf)")
        if out is None:
            return
        name = out.name if out.suffix.lower() == ".pdf" else f"{out.name}.pdf"
        try:
            write_atomically(out.with_name(name), data)
        except DeskError as refused:
            self._refuse(refused)
            return
        self._state.message.emit(f"已存到“{out.with_name(name)}”")


class PreviewTabs(QTabWidget):
    """The preview of a kind of document and, on a second tab made when asked for, its issues of the year shown."""

    def __init__(self, state: AppState, preview: QWidget) -> None:
        super().__init__()
        self._state, self._document = state, ""
        self._issued: IssuedPanel | None = None
        self._room = QWidget()
        self._inside = QVBoxLayout(self._room)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self.setAccessibleName("预览和已印发")
        self.addTab(preview, "预览(&R)")
        self.addTab(self._room, "已印发(&I)")
        self.currentChanged.connect(lambda _: self.show_document(self._document))

    @property
    def issued(self) -> IssuedPanel:
        """The list of issues."""
        if self._issued is None:
            self._issued = IssuedPanel(self._state, "", OF_DOCUMENT)
            self._inside.addWidget(self._issued)
            self._issued.show()
        return self._issued

    def show_document(self, title: str) -> None:
        """List the issues of a document; read only while that tab is in sight."""
        self._document = title
        if self.currentWidget() is self._room:
            found = issues_of(self._state.workspace, document=title, year=self._state.year)
            self.issued.show_issues(found)


class IssuedPaperDialog(QDialog):
    """Shows the pages of one issue."""

    def __init__(self, parent: QWidget, issue: Issue) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setWindowTitle(f"{issue.name.removesuffix('.pdf')}　第{issue.number}次印发")
        self._caption = f"{show_value(issue.issued_on)}　{issue.handler}　存证码：{issue.seal_code}"
        self.view = PdfView("正在打开…")
        layout = QVBoxLayout(self)
        layout.addWidget(self.view)
        self.resize(em(self, 60), em(self, 52))

    def show_pages(self, pictures: list[QImage]) -> None:
        """Show the pages, one below the other."""
        self.view.show_pages(pictures, f"{len(pictures)} 页　{self._caption}")
