"""What is kept of a project as a table, and what is still missing as a row of buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.records import Attachment, Phase, Record
from haicang_desk.ui.screens.records_panel import RecordsPanel
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.flow_layout import FlowRow
from haicang_desk.ui.widgets.table import TableColumn

NO_FILE = "只登记了名称"
_MIB = 1024 * 1024


class AttachmentsPanel(RecordsPanel):
    """The table of what is kept. 登记 is for a paper that stays on its shelf."""

    files_requested = Signal()
    open_requested = Signal(object)
    save_requested = Signal(object)

    def __init__(self, holds: Callable[[str], bool]) -> None:
        self._held: set[str] = set()
        self._holds = holds
        says = Attachment.fields
        columns = (
            TableColumn(says["phase"].label, lambda r: r.phase.label, "phase", 4.5),
            TableColumn(says["item"].label, lambda r: r.item, "item", 9),
            TableColumn(says["name"].label, lambda r: r.name, "name", 16, grows=True),
            TableColumn("文件", self._file_of, "size", 8, right=True),
            TableColumn(says["added_on"].label, lambda r: r.added_on.isoformat() if r.added_on else "", "added_on", 7),
            TableColumn(says["note"].label, lambda r: r.note, "note", 8),
        )
        empty = "还没有材料。按“添加文件”，或把扫描件、照片拖到这里"
        super().__init__(Attachment, typed=True, empty=empty, columns=columns)

    def add_buttons(self, head: QHBoxLayout) -> None:
        self._files = self.button(head, "添加文件", self.files_requested.emit)
        set_role(self._files, "primary")
        super().add_buttons(head)
        self._with_file = [
            self.button(head, label, partial(self.with_chosen, signal))
            for label, signal in (("打开", self.open_requested), ("另存为", self.save_requested))
        ]

    def show_records(self, records: Sequence[Record], *, fixed: bool = False) -> None:
        found = [record.digest for record in records if isinstance(record, Attachment)]
        self._held = {digest for digest in found if self._holds(digest)}
        super().show_records(records, fixed=fixed)

    def allow(self) -> None:
        super().allow()
        there = any(record.digest in self._held for record in self.table.chosen())
        for button in self._with_file:
            button.setEnabled(there)

    def take_hand(self) -> None:
        super().take_hand()
        self._files.setFocus(Qt.FocusReason.OtherFocusReason)

    def _file_of(self, record: Attachment) -> str:
        if record.digest not in self._held:
            return NO_FILE
        size = record.size or 0
        return f"{size / _MIB:.1f} MB" if size >= _MIB / 10 else f"{max(1, size // 1024)} KB"


class MissingAttachments(QWidget):
    """What R33 still misses, a button each; nothing where nothing is missing."""

    chosen = Signal(object, str)  # the phase, and the paper

    def __init__(self) -> None:
        super().__init__()
        self._told = QLabel("还缺的材料，按一下选文件添加：")
        self._told.setWordWrap(True)
        self._chips = FlowRow()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._told)
        layout.addWidget(self._chips)

    def show_missing(self, missing: dict[Phase, list[str]]) -> None:
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
