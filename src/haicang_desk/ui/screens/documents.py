"""Notices and documents: pick one, pick whose, see it as it will be printed, then print or save the batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from haicang_desk.model.records import Issue, Village
from haicang_desk.model.store import FinishedChange, ProjectFilter, count_projects
from haicang_desk.model.values import Cancelled, DeskError, ProgressCallback, Refused
from haicang_desk.paths import documents_folder
from haicang_desk.ui.screens.issued_papers import PreviewTabs, issue_note
from haicang_desk.ui.screens.print_batch import DocumentSelection
from haicang_desk.ui.screens.projects import COLUMNS, ProjectSource
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.submission import print_batch, save_batch
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.rendering import how_many, page_count, pages
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.filter_bar import FilterBar
from haicang_desk.ui.widgets.layouts import RememberedSplitter
from haicang_desk.ui.widgets.pdf_view import DOTS, PdfView
from haicang_desk.ui.widgets.table import Table, TableColumn

if TYPE_CHECKING:
    from haicang_desk.model.documents import PrintBatch, PrintedDocument

SHOWN = 12  # pages drawn in a preview
SCOPES = (("project", "一项目一份"), ("village", "一村居一份"), ("street", "全街道一份"))
FOLDER = "文书/文件夹"
_VILLAGES = (
    TableColumn(Village.label, lambda v: v.label, "", 12),
    TableColumn(Village.fields["code"].label, lambda v: v.note, "", 8),
)


class DocumentsScreen(Screen):
    """公示与文书: choose a document and its projects or villages, preview it, print it or save it."""

    title = "公示与文书"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._choices = Choices(state.workspace)
        self.add_button("预览(&R)", self.preview, name="preview")
        self.add_button("存为文件…(&S)", self.save, name="save_papers")
        self.add_button("打印…(&P)", self.print_out, role="primary", name="print_papers")
        self.kinds = QListWidget()
        self.kinds.setAccessibleName("文书种类")
        self.kinds.setMinimumWidth(em(self, 12))
        self.kinds.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # a narrow list cuts with …
        self.kinds.currentItemChanged.connect(lambda *_: self._show_kind())
        self.filter = FilterBar(self._choices)
        self.filter.altered.connect(self._seek)
        self.projects = Table(COLUMNS[:5], name="要印的项目", empty="没有符合条件的项目", several=True)
        self.villages = Table(_VILLAGES, name="要印的村居", empty="还没有村居", several=True)
        self.large = QCheckBox("印成 A3（张贴用）")
        self.halved = QCheckBox("分印两张 A4")
        self.halved.setToolTip("没有 A3 打印机时用：按线裁开，粘成一张 A3")
        self.single = QCheckBox("合订成一个文件")
        self.editable = QCheckBox("存成可修改的文档")
        self.editable.setToolTip("存为 DOCX，可用文字处理软件修改；打印和预览仍用定版")
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        set_role(self._hint, "muted")
        self.view = PdfView("选一种文书，再选项目或村居，按“预览”看印出来的样子。")
        self.shown = PreviewTabs(state, self.view)
        split = RememberedSplitter(Qt.Orientation.Horizontal, "公示与文书", state.settings)
        for widget, share in ((self.kinds, 0), (self._middle(), 5), (self.shown, 5)):
            split.addWidget(widget)
            split.setStretchFactor(split.count() - 1, share)
        split.setSizes([em(self, 17.5), em(self, 30), em(self, 40)])
        split.restore()
        self.body.addWidget(split, 1)
        self._fill_kinds()

    def _middle(self) -> QWidget:
        middle = QWidget()
        inside = QVBoxLayout(middle)
        inside.setContentsMargins(8, 0, 8, 0)
        options = QHBoxLayout()
        options.addWidget(self.large)
        options.addWidget(self.halved)
        self.large.toggled.connect(self.halved.setEnabled)
        options.addWidget(self.single)
        options.addWidget(self.editable)
        options.addStretch(1)
        for box in self._options().values():
            box.clicked.connect(self._keep_options)
        for widget in (self._hint, self.filter, self.projects, self.villages):
            inside.addWidget(widget, 1 if isinstance(widget, Table) else 0)
        inside.addLayout(options)
        return middle

    def _options(self) -> dict[str, QCheckBox]:
        return {"large": self.large, "halved": self.halved, "single": self.single, "editable": self.editable}

    def _keep_options(self) -> None:
        """Remember the options of this kind of document."""
        ticked = [name for name, box in self._options().items() if box.isChecked()]
        self.state.settings.keep_structure(f"文书/{self._document().name}", ticked)

    def _fill_kinds(self) -> None:
        from haicang_desk.model.documents import DOCUMENTS

        for scope, heading in SCOPES:
            head = QListWidgetItem(heading)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            self.kinds.addItem(head)
            for document in DOCUMENTS.values():
                if document.scope == scope:
                    item = QListWidgetItem(f"　{document.title}")
                    item.setData(Qt.ItemDataRole.UserRole, document.name)
                    self.kinds.addItem(item)
        self.kinds.setCurrentRow(1)

    # showing

    def look(self) -> None:
        """Read what is shown from the store again."""
        self.note.setText(f"{self.state.year} 年度")
        self.villages.show_rows(self._choices.villages())
        self._seek()
        self._show_kind()

    def show_what(self, what: Any) -> None:
        """Ids of projects to print, or a name of a document with them."""
        name, ids = what if isinstance(what, tuple) else ("", what)
        self.look_if_stale()
        if name:
            self._pick_kind(name)
        self.filter.seek(ProjectFilter(year=self.state.year, among=tuple(ids)), f"选好的 {len(ids)} 项")

    def _pick_kind(self, name: str) -> None:
        for number in range(self.kinds.count()):
            if self.kinds.item(number).data(Qt.ItemDataRole.UserRole) == name:
                self.kinds.setCurrentRow(number)

    def _seek(self) -> None:
        self.filter.criteria = replace(self.filter.criteria, year=self.state.year)
        self.projects.look(ProjectSource(self.state.workspace, self.filter.criteria))

    def _show_kind(self) -> None:
        document = self._document()
        scope = document.scope
        self.filter.setVisible(scope == "project")
        self.projects.setVisible(scope == "project")
        self.villages.setVisible(scope == "village")
        self.large.setVisible(document.takes_a3)
        self.halved.setVisible(document.takes_a3)
        ticked = self.state.settings.structure(f"文书/{document.name}") or ()
        for name, box in self._options().items():
            box.setChecked(name in ticked)
        self.halved.setEnabled(self.large.isChecked())
        self._hint.setText(
            {
                "project": "选中几项就印几项；不选则印列出的全部项目。还不到办理时候的项目会跳过并说明原因。",
                "village": "选中几个村居就印几个；不选则印全部村居。",
                "street": f"按 {self.state.year} 年度全街道的数据印一份。",
            }[scope]
        )

        self.shown.show_document(document.title)

    def concerns(self, done: FinishedChange) -> bool:
        """A new issue changes only the list of issues; what was chosen for printing stays."""
        if done.touches(Issue):
            self.shown.show_document(self._document().title)
            return False
        return True

    def _document(self) -> Any:
        from haicang_desk.model.documents import DOCUMENTS

        item = self.kinds.currentItem()
        return DOCUMENTS[item.data(Qt.ItemDataRole.UserRole)] if item else next(iter(DOCUMENTS.values()))

    # making

    def _wanted(self, most: int = 0, *, editable: bool = False) -> DocumentSelection:
        """What is to be printed; the first ``most`` only for a preview. Raises Refused where that is nothing."""
        document = self._document()
        projects: list[str] = []
        villages: list[str] = []
        if document.scope == "project":
            projects = [row.code for row in self.projects.chosen()] or self._listed_codes(most)
        elif document.scope == "village":
            villages = [row.label for row in self.villages.chosen()] or [row.label for row in self._choices.villages()]
        if document.scope != "street" and not projects and not villages:
            raise Refused("没有要印的项目或村居。请先在列表里选好")
        return DocumentSelection(
            name=document.name,
            title=document.title,
            projects=projects[: most or None],
            villages=villages[: most or None],
            year=self.state.year,
            as_of=self.state.today(),
            paper=self._paper(),
            single=self.single.isChecked(),
            editable=editable,
        )

    def _paper(self) -> str:
        if not (self.large.isChecked() and self._document().takes_a3):
            return "A4"
        return "2A4" if self.halved.isChecked() else "A3"

    def _listed_codes(self, most: int) -> list[str]:
        criteria = self.filter.criteria
        wanted = most or count_projects(self.state.workspace.conn, criteria)
        source = ProjectSource(self.state.workspace, criteria)
        return [row.code for row in source.page("code", False, 0, wanted)]

    def preview(self) -> None:
        """Show the first documents of the batch as they will be printed."""
        self.shown.setCurrentWidget(self.view)
        try:
            wanted, ws = self._wanted(most=3), self.state.workspace
            batch = replace(wanted.bound(ws, list(wanted.pieces(ws))), bound="")
        except DeskError as refused:
            self.view.show_text(str(refused))
            return
        self.view.show_text("正在生成…")

        def work(progress: ProgressCallback, cancelled: Cancelled) -> tuple[list[QImage], int, list[PrintedDocument]]:
            """Runs on the worker thread."""
            issued = list(batch.made(progress, cancelled))
            pdfs = [each.pdf for each in issued if each.pdf]
            pictures = [page for pdf in pdfs for page in pages(pdf, DOTS, SHOWN)]
            return pictures[:SHOWN], sum(map(page_count, pdfs)), issued

        self.state.jobs.run("生成预览", work, self._show_preview, lambda wrong: self.view.show_text(str(wrong)))

    def _show_preview(self, made: tuple[list[QImage], int, list[PrintedDocument]]) -> None:
        pictures, count, issued = made
        skipped = [f"{each.title}：{each.skipped}" for each in issued if each.skipped]
        if not pictures:
            self.view.show_text("\n".join(skipped) or "没有可以预览的文书。")
            return
        names = "、".join(issue_note(each) + each.filename for each in issued if each.pdf)
        self.view.show_pages(
            pictures, f"{how_many(len(pictures), count)}　{names}" + (f"　跳过 {len(skipped)} 份" if skipped else "")
        )

    def save(self) -> None:
        """Write the batch into a folder, one file a document."""
        kept = self.state.settings.text(FOLDER)
        folder = prompts.pick_folder(self, "存到哪个文件夹", Path(kept) if kept else documents_folder())
        if folder is not None:
            self.state.settings.keep(FOLDER, str(folder))
            self._gather(lambda batch: save_batch(self, batch, folder), editable=self.editable.isChecked())

    def print_out(self) -> None:
        """Send the batch to a printer that the person picks."""
        name, large = self._document().name, self._paper() == "A3"
        self._gather(lambda batch: print_batch(self, batch, name, large=large))

    def _gather(self, send: Callable[[PrintBatch], None], *, editable: bool = False) -> None:
        ws = self.state.workspace
        try:
            wanted = self._wanted(editable=editable)
        except DeskError as refused:
            self._refuse(refused)
            return
        self.state.jobs.gather(
            "收集要印的内容",
            wanted.pieces(ws),
            wanted.count,
            lambda pieces: send(wanted.bound(ws, pieces)),
            self._refuse,
        )

    def _refuse(self, wrong: DeskError) -> None:
        prompts.tell(self, self.title, str(wrong))
