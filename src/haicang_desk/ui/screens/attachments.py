"""The papers and photographs of a project: files are added by button or by dropping them, seen here, opened, saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import (
    ACCEPTANCE_PHOTOGRAPHS,
    PUBLIC_PHOTOGRAPHS,
    Attachment,
    Link,
    Phase,
    Project,
    Village,
)
from haicang_desk.model.scans import Scan, read_scans
from haicang_desk.model.services import attach, missing_papers_of, suggested_attachment
from haicang_desk.model.values import Cancelled, DeskError, ProgressCallback
from haicang_desk.paths import documents_folder
from haicang_desk.ui.screens.attachments_panel import AttachmentsPanel, MissingAttachments
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.file_viewing import Copies, how_many, name_outside, pictures_of
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.pdf_view import PdfView

KINDS = "扫描件和照片 (*.pdf *.jpg *.jpeg *.png)"
FOLDER = "材料/文件夹"
_SHOW = "选一件材料，这里显示它的内容。"
_HINT = (
    f"把扫描件、照片拖到这里也可以添加，一次可以拖几个。“{ACCEPTANCE_PHOTOGRAPHS}”附在验收表后面，"
    f"“{PUBLIC_PHOTOGRAPHS}”印入完工公示；全部材料装入项目档案。"
)


class AttachmentsTab(QWidget):
    """材料: what is kept, what is still missing, and the file that is picked."""

    def __init__(self, state: AppState, choices: Choices) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._state, self._choices, self._copies = state, choices, Copies()
        self.case = Casefile(project=Project(), village=Village())
        self._missing: dict[Phase, list[str]] = {}
        self._shown = ("", "")  # id and digest
        self.panel = AttachmentsPanel(state.workspace.has_blob)
        self.lacking = MissingAttachments()
        self.view = PdfView(_SHOW)
        left = QWidget()
        inside = QVBoxLayout(left)
        inside.setContentsMargins(0, 8, 8, 0)
        hint = QLabel(_HINT)
        hint.setWordWrap(True)
        set_role(hint, "muted")
        for widget in (self.lacking, self.panel, hint):
            inside.addWidget(widget, 1 if widget is self.panel else 0)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.view)
        split.setSizes([em(self, 56), em(self, 30)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self.lacking.chosen.connect(self.pick)
        self.panel.files_requested.connect(lambda: self.pick())
        self.panel.open_requested.connect(self.open_outside)
        self.panel.save_requested.connect(self.save_as)
        self.panel.table.picked.connect(self._show_picked)

    def show_case(self, case: Casefile) -> None:
        if case.project.id != self.case.project.id:
            self._shown = ("", "")
            self.view.show_text(_SHOW)
        self.case = case
        self._missing = missing_papers_of(self._state.workspace, case, self._state.today())
        self.lacking.show_missing(self._missing)
        self.panel.show_records(case.attachments)

    # adding

    def pick(self, phase: Phase | None = None, item: str = "") -> None:
        """Ask for files, then what they are; what is missing is proposed."""
        kept = self._state.settings.text(FOLDER)
        paths = prompts.pick_files(self, "添加材料", Path(kept) if kept else documents_folder(), KINDS)
        if paths:
            self._state.settings.keep(FOLDER, str(paths[0].parent))
            self.add(paths, phase, item)

    def add(self, paths: Sequence[Path], phase: Phase | None = None, item: str = "") -> None:
        """Read the files on the worker, then ask what they are."""
        if phase is None:
            phase, item = suggested_attachment(self._missing, self.case.stage)
        blank = Attachment(project=Link(self.case.project.id), phase=phase, item=item, added_on=self._state.today())

        def work(progress: ProgressCallback, cancelled: Cancelled) -> tuple[Scan, ...]:
            return read_scans(paths, progress, cancelled)

        self._state.jobs.run("读取文件", work, partial(self._enter, blank), self._refuse)

    def _enter(self, blank: Attachment, scans: tuple[Scan, ...]) -> None:
        if not scans:
            return
        form = RecordForm(Attachment, self._choices, names=("phase", "item", "added_on"))

        def act(said: Attachment) -> None:
            on, person = said.added_on or self._state.today(), self._state.person
            attach(self._state.workspace, blank.project, scans, phase=said.phase, item=said.item, on=on, person=person)
            self._state.message.emit(f"已添加 {len(scans)} 个文件到“{said.item}”")

        AddFilesDialog(self, form, blank, scans, act=act).open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths := _paths(event):
            event.acceptProposedAction()
            self._state.message.emit(f"松开鼠标，添加 {len(paths)} 个文件")

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add(_paths(event))

    # showing

    def _show_picked(self) -> None:
        for record in self.panel.table.chosen()[:1]:
            wanted = (record.id, record.digest)
            if wanted != self._shown:
                self._shown = wanted
                self._show(record, wanted)

    def _show(self, record: Attachment, wanted: tuple[str, str]) -> None:
        if (data := self._original(record, self.view.show_text)) is None:
            return
        self.view.show_text("正在打开…")

        def work(progress: ProgressCallback, cancelled: Cancelled) -> tuple[list[QImage], int]:
            return pictures_of(data)

        def done(seen: tuple[list[QImage], int]) -> None:
            pictures, count = seen
            if self._shown == wanted:
                self.view.show_pages(pictures, f"{how_many(len(pictures), count)}　{record.item}　{record.name}")

        self._state.jobs.run("打开材料", work, done, lambda wrong: self.view.show_text(str(wrong)))

    def open_outside(self, record: Attachment) -> None:
        """Open a copy that may only be read with the system's own program."""
        if (data := self._original(record, self._tell)) is None:
            return
        try:
            path = self._copies.put(record.name, data, apart=record.id)
        except DeskError as wrong:
            self._refuse(wrong)
            return
        if not prompts.open_outside(path):
            self._tell("系统里没有能打开这种文件的程序。可以在右边看，或用“另存为”")

    def save_as(self, record: Attachment) -> None:
        """The same bytes as they were added, as a file."""
        from haicang_desk.platform import write_atomically

        if (data := self._original(record, self._tell)) is None:
            return
        kept = self._state.settings.text(FOLDER)
        folder = Path(kept) if kept else documents_folder()
        name = name_outside(record.name, data)
        path = prompts.pick_save(self, "另存为", folder / name, f"原来的格式 (*{Path(name).suffix})")
        if path is None:
            return
        try:
            write_atomically(path, data)
        except DeskError as wrong:
            self._refuse(wrong)
        else:
            self._state.message.emit(f"已存到“{path}”")

    def _original(self, record: Attachment, tell: Callable[[str], None]) -> bytes | None:
        try:
            return self._state.workspace.read_blob(record.digest)
        except DeskError as refused:
            tell(str(refused))
            return None

    def _refuse(self, wrong: DeskError) -> None:
        self._tell(str(wrong))

    def _tell(self, said: str) -> None:
        prompts.tell(self, "材料", said)


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


class AddFilesDialog(RecordDialog):
    """Of what phase the files are, and what they are."""

    def __init__(
        self,
        parent: QWidget,
        form: RecordForm,
        blank: Attachment,
        scans: Sequence[Scan],
        *,
        act: Callable[[Attachment], object],
    ) -> None:
        super().__init__(parent, "添加材料", form, blank, act=act, yes="添加")
        said = "、".join(scan.name if scan.pages == 1 else f"{scan.name}（{scan.pages} 页）" for scan in scans)
        files = QLabel(f"{len(scans)} 个文件：{said}")
        files.setObjectName("files")
        files.setTextFormat(Qt.TextFormat.PlainText)
        files.setWordWrap(True)
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(0, files)
        form.focus_first("item")
