"""恢复演练: what restoring a backup would add, change and take away, row by row, before anything is done."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from haicang_desk.model.store import (
    Comparison,
    DifferenceText,
    RowDifference,
    Side,
    described_differences,
    opened_to_compare,
)
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.table import Table, TableColumn

LEVELS = {Side.BACK: "good", Side.CHANGED: "warn", Side.GONE: "exception"}
MOST_SUMS = 5  # told in the head


def _changes(each: DifferenceText) -> str:
    """What differs, in one line."""
    if each.difference.side is not Side.CHANGED:
        return "；".join(edit.before or edit.after for edit in each.fields).replace("\n", " ")
    told = (f"{edit.label} {edit.before or '（空）'}→{edit.after or '（空）'}" for edit in each.fields)
    return "；".join(told).replace("\n", " ")


def _level(each: DifferenceText) -> str:
    return LEVELS[each.difference.side]


ROWS = (
    TableColumn("种类", lambda each: each.difference.record, "", 6),
    TableColumn(
        "恢复后", lambda each: each.difference.side.value, "", 7.5, pill=lambda each: LEVELS[each.difference.side]
    ),
    TableColumn("所涉", lambda each: each.subject, "", 14, grows=True),
    TableColumn("内容（现在→备份里）", _changes, "", 16, grows=True, rank=1),
)
FIELDS = (
    TableColumn("栏目", lambda edit: edit.label, "", 9),
    TableColumn("现在", lambda edit: edit.before.replace("\n", " "), "", 14, grows=True),
    TableColumn("备份里", lambda edit: edit.after.replace("\n", " "), "", 14, grows=True),
)


class DifferenceSource:
    """Differences page by page; those in sight are read from the store and the backup."""

    def __init__(self, rehearsal: RestoreRehearsal, rows: Sequence[RowDifference]) -> None:
        self._rehearsal, self._rows = rehearsal, rows

    def count(self) -> int:
        """The number of rows."""
        return len(self._rows)

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[DifferenceText]:
        """A page of them, as they were found."""
        return self._rehearsal.described(self._rows[offset : offset + limit])


class RestoreRehearsal(DeskDialog):
    """The differences of a backup from the store. Both are held open, for reading only, while it is shown.

    Raises DeskError where one cannot be opened any more.
    """

    restore_requested = Signal()

    def __init__(self, parent: QWidget, store: Path, backup: Path, called: str, found: Comparison) -> None:
        super().__init__(parent, f"恢复演练：{called}", "恢复演练", wide=76)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._found = found
        self._held = ExitStack()
        self._now = self._held.enter_context(opened_to_compare(store, backup=False))
        self._then = self._held.enter_context(opened_to_compare(backup, backup=True))
        self.finished.connect(lambda _: self._held.close())
        head = QLabel(_summary(found))
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        self.only = QComboBox()
        self.only.setAccessibleName("只看哪一类差别")
        self.only.addItem(f"全部 {len(found.rows):,} 条差别", None)
        for side in Side:
            self.only.addItem(f"{side.value} {sum(row.side is side for row in found.rows):,} 条", side)
        self.only.currentIndexChanged.connect(lambda _: self._show_rows())
        note = QLabel("这是演练，台账和备份都没有改动。")
        set_role(note, "muted")
        row = QHBoxLayout()
        row.addWidget(self.only)
        row.addWidget(note)
        row.addStretch(1)
        self.table = Table(ROWS, name="恢复后的差别", empty="备份和现在的台账完全相同。")
        self.table.setMinimumHeight(em(self, 18))
        self.table.picked.connect(self._show_fields)
        self.fields = Table(FIELDS, name="这一条的差别", empty="选一条差别，这里逐栏对照。")
        self.fields.setMinimumHeight(em(self, 8))
        self.page.addWidget(head)
        self.page.addLayout(row)
        self.page.addWidget(self.table, 3)
        self.page.addWidget(self.fields, 2)
        self.buttons.addStretch(1)
        self.add_button("恢复这一份…", self._restore, name="restore", icon="archive-restore")
        self.add_button("关闭(&C)", self.reject, role="primary", name="no", tip="Esc")
        self._show_rows()

    def described(self, rows: Sequence[RowDifference]) -> list[DifferenceText]:
        """What to tell of some differences."""
        return described_differences(self._now, self._then, rows)

    def _show_rows(self) -> None:
        side = self.only.currentData()
        rows = self._found.rows if side is None else [row for row in self._found.rows if row.side is side]
        self.table.rows.look(DifferenceSource(self, rows))
        if rows:
            self.table.selectRow(0)
        self._show_fields()

    def _show_fields(self) -> None:
        chosen = next(iter(self.table.chosen()), None)
        self.fields.show_rows(list(chosen.fields) if chosen else [])

    def _restore(self) -> None:
        self.accept()
        self.restore_requested.emit()


def _summary(found: Comparison) -> str:
    lines = [
        f"备份：{found.backup.records:,} 条记录、{found.backup.changes:,} 次变更；"
        f"现在：{found.now.records:,} 条、{found.now.changes:,} 次。"
    ]
    counts = []
    for label, *numbers in found.counts():
        told = (f"{side.value} {number:,}" for side, number in zip(Side, numbers, strict=True) if number)
        counts.append(f"{label}（{'，'.join(told)}）")
    lines.append("、".join(counts) + "。" if counts else "两边的记录完全相同。")
    for each in found.sums[:MOST_SUMS]:
        lines.append(f"{each.label}合计：现在 {each.now}，备份里 {each.backup}。")
    if len(found.sums) > MOST_SUMS:
        lines.append(f"另有 {len(found.sums) - MOST_SUMS} 项合计不同。")
    return "\n".join(lines)
