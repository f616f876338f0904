"""The 材料 tab: attachments of a project, what is still missing, and a preview of the file selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import (
    ACCEPTANCE_PHOTOGRAPHS,
    PUBLIC_PHOTOGRAPHS,
    Attachment,
    Link,
    Phase,
    Project,
    Record,
    Village,
)
from haicang_desk.model.scans import Scan, read_scans
from haicang_desk.model.services import attach, dossier_of, missing_papers_of, suggested_attachment, unnumbered_reason
from haicang_desk.model.values import Cancelled, DeskError, ProgressCallback
from haicang_desk.paths import documents_folder
from haicang_desk.platform import write_atomically
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.screens.records_panel import RecordsPanel
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.rendering import Copies, how_many, name_outside, pictures_of
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.form import FieldCell, RecordForm
from haicang_desk.ui.widgets.layouts import FlowRow
from haicang_desk.ui.widgets.pdf_view import PdfView
from haicang_desk.ui.widgets.table import TableColumn, attribute_column

NO_FILE = "只登记了名称"
_MIB = 1024 * 1024


def _attachment_column(name: str, width: float, **more: Any) -> TableColumn:
    return attribute_column(name, Attachment.fields[name].label, width, **more)


class AttachmentsPanel(RecordsPanel):
    """The table of attachments with buttons to add, open and save files. 登记 enters a paper without a file."""

    files_requested = Signal()
    open_requested = Signal(object)
    save_requested = Signal(object)

    def __init__(self, holds: Callable[[str], bool]) -> None:
        self._stored: set[str] = set()
        self._holds = holds
        columns = (
            *(_attachment_column(name, width) for name, width in (("phase", 4.5), ("item", 9))),
            _attachment_column("name", 16, grows=True),
            TableColumn("文件", lambda r: r.size, "size", 8, right=True, text=self._file_of),
            *(_attachment_column(name, width) for name, width in (("added_on", 7), ("note", 8))),
        )
        empty = "还没有材料。可把文件拖到这里"
        super().__init__(Attachment, typed=True, empty=empty, columns=columns)

    def add_buttons(self, head: QHBoxLayout) -> None:
        """Add the buttons for files before the usual ones."""
        self._files = self.button(head, "添加文件", self.files_requested.emit)
        set_role(self._files, "primary")
        super().add_buttons(head)
        self._with_file = [
            self.button(head, label, partial(self.with_chosen, signal))
            for label, signal in (("打开", self.open_requested), ("另存为", self.save_requested))
        ]

    def show_records(self, records: Sequence[Record], *, fixed: bool = False) -> None:
        """Show attachments, and find out which of them have a file in the store."""
        found = [record.digest for record in records if isinstance(record, Attachment)]
        self._stored = {digest for digest in found if self._holds(digest)}
        super().show_records(records, fixed=fixed)

    def allow(self) -> None:
        """Enable opening and saving where an attachment with a file is selected."""
        super().allow()
        there = any(record.digest in self._stored for record in self.table.chosen())
        for button in self._with_file:
            button.setEnabled(there)

    def take_hand(self) -> None:
        """Scroll into sight with the keyboard on “添加文件”."""
        super().take_hand()
        self._files.setFocus(Qt.FocusReason.OtherFocusReason)

    def _file_of(self, record: Attachment) -> str:
        if record.digest not in self._stored:
            return NO_FILE
        size = record.size or 0
        return f"{size / _MIB:.1f} MB" if size >= _MIB / 10 else f"{max(1, size // 1024)} KB"


class MissingAttachments(QWidget):
    """A button for every paper that R33 still misses; hidden where none is missing."""

    chosen = Signal(object, str)  # the phase, and the paper

    def __init__(self) -> None:
        super().__init__()
        self._heading = QLabel("还缺的材料，按一下选文件添加：")
        self._heading.setWordWrap(True)
        self._chips = FlowRow()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._heading)
        layout.addWidget(self._chips)

    def show_missing(self, missing: dict[Phase, list[str]]) -> None:
        """Show the missing papers of each phase."""
        self._chips.clear()
        for phase, items in missing.items():
            for item in items:
                chip = QPushButton(f"＋ {phase.label}：{item}")
                chip.setObjectName(f"lacks_{item}")
                chip.setAccessibleName(f"添加{phase.label}环节的{item}")
                set_role(chip, "chip")
                chip.clicked.connect(lambda _=False, of=phase, what=item: self.chosen.emit(of, what))
                self._chips.add(chip)
        self.setVisible(bool(missing))


KINDS = "扫描件和照片 (*.pdf *.jpg *.jpeg *.png)"
FOLDER = "材料/文件夹"
_SHOW = "选一件材料，这里显示它的内容。"
_HINT = (
    f"把扫描件、照片拖到这里也可以添加，一次可以拖几个。“{ACCEPTANCE_PHOTOGRAPHS}”附在验收表后面，"
    f"“{PUBLIC_PHOTOGRAPHS}”印入完工公示；全部材料装入项目档案。"
)
_SIGNED_HINT = (
    "签字盖章后扫描的文书，材料写作“项目申报表（盖章扫描件）”，装项目档案时就代替没有签章的那一份。"
    "更正重印过的，请扫描更正后的一份。"
)


class AttachmentsTab(QWidget):
    """材料: the attachments of a project, what is still missing, and a preview of the file selected."""

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
        self.dossier_number = QLabel()
        self.dossier_number.setObjectName("dossier_number")
        self.dossier_number.setTextFormat(Qt.TextFormat.PlainText)
        self.dossier_number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.dossier_number.setWordWrap(True)
        for widget in (self.lacking, self.dossier_number, self.panel, hint):
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
        """Show the attachments of a casefile."""
        if case.project.id != self.case.project.id:
            self._shown = ("", "")
            self.view.show_text(_SHOW)
        self.case = case
        self._missing = missing_papers_of(self._state.workspace, case, self._state.today())
        self.lacking.show_missing(self._missing)
        self.panel.show_records(case.attachments)
        dossier = dossier_of(self._state.workspace, case.project.id)
        without = unnumbered_reason(self._state.workspace.street, case)
        self.dossier_number.setText(f"档号：{dossier.number}" if dossier else f"档号：{without or '印档案时编'}")

    # adding

    def pick(self, phase: Phase | None = None, item: str = "") -> None:
        """Ask for files, then for phase and name; what is missing is proposed."""
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
            """Runs on the worker thread."""
            return read_scans(paths, progress, cancelled)

        self._state.jobs.run("读取文件", work, partial(self._enter, blank), self._refuse)

    def _enter(self, blank: Attachment, scans: tuple[Scan, ...]) -> None:
        if not scans:
            return
        from haicang_desk.model.documents.dossier import signed_titles

        item = Attachment.fields["item"]
        cell = FieldCell(replace(item, suggests=(*item.suggests, *signed_titles())), self._choices)
        form = RecordForm(Attachment, self._choices, names=("phase", "item", "added_on"), made={"item": cell})

        def act(typed: Attachment) -> None:
            """Add the files to the store as typed."""
            on, person = typed.added_on or self._state.today(), self._state.person
            attach(
                self._state.workspace, blank.project, scans, phase=typed.phase, item=typed.item, on=on, person=person
            )
            self._state.message.emit(f"已添加 {len(scans)} 个文件到“{typed.item}”")

        AddFilesDialog(self, form, blank, scans, act=act).open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files that can be read here."""
        if paths := _paths(event):
            event.acceptProposedAction()
            self._state.message.emit(f"松开鼠标，添加 {len(paths)} 个文件")

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the files dropped."""
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
            """Runs on the worker thread."""
            return pictures_of(data, cancelled)

        def done(seen: tuple[list[QImage], int]) -> None:
            """Show the pages, unless another file was selected meanwhile."""
            pictures, count = seen
            if self._shown == wanted:
                self.view.show_pages(pictures, f"{how_many(len(pictures), count)}　{record.item}　{record.name}")

        self._state.jobs.run("打开材料", work, done, lambda wrong: self.view.show_text(str(wrong)))

    def open_outside(self, record: Attachment) -> None:
        """Open a read-only copy with the program that the system uses for such files."""
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
        """Save the bytes of an attachment, unchanged, as a file that the person names."""
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

    def _tell(self, text: str) -> None:
        prompts.tell(self, "材料", text)


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


class AddFilesDialog(RecordDialog):
    """Asks for the phase and name of files to be added."""

    DRAFTS = False  # the files are not kept with it

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
        text = "、".join(scan.name if scan.pages == 1 else f"{scan.name}（{scan.pages} 页）" for scan in scans)
        files = QLabel(f"{len(scans)} 个文件：{text}")
        files.setObjectName("files")
        files.setTextFormat(Qt.TextFormat.PlainText)
        files.setWordWrap(True)
        self.page.insertWidget(0, files)
        hint = QLabel(_SIGNED_HINT)
        hint.setWordWrap(True)
        set_role(hint, "muted")
        self.page.insertWidget(1, hint)
        form.focus_first("item")
