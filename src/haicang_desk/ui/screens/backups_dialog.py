"""备份与恢复: every backup of the store that is open, how sound it is, and the rehearsal of restoring one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from haicang_desk.model.services import backup_notes, second_place
from haicang_desk.model.store import (
    AutomaticBackup,
    Comparison,
    accept_fewer,
    backup_folder,
    backup_state,
    compare,
    opened_to_compare,
    refuse_damaged,
)
from haicang_desk.model.values import Cancelled, Course, DeskError, ProgressCallback
from haicang_desk.ui.screens.restore_rehearsal import RestoreRehearsal
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.backup_keeper import second_of
from haicang_desk.ui.shell.theme import em, restyle
from haicang_desk.ui.shell.waiting import wait_for
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.table import Mark, Table, TableColumn

HERE, ELSEWHERE = "本机", "第二处"


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A backup in the list, and where it lies."""

    backup: AutomaticBackup
    place: str
    before_upgrade: bool = False

    @property
    def state(self) -> str:
        """How sound it is, in a few words."""
        if self.backup.fault:
            return "已损坏"
        if self.backup.fewer:
            return "记录变少"
        sound = "完好" if self.backup.manifest else "还没有核对"
        return f"{sound}（升级前）" if self.before_upgrade else sound

    @property
    def level(self) -> str:
        """The level of its state."""
        levels = {"已损坏": "block", "记录变少": "exception", "完好": "good"}
        return levels.get(self.state.removesuffix("（升级前）"), "")


def _count(name: str) -> Callable[[BackupRow], str]:
    def shown(row: BackupRow) -> str:
        manifest = row.backup.manifest
        return f"{getattr(manifest, name):,}" if manifest and manifest.counts else ""

    return shown


def _size(row: BackupRow) -> str:
    size = row.backup.manifest.size if row.backup.manifest else 0
    return f"{size / 2**20:,.1f} MB" if size else ""


def _verified(row: BackupRow) -> str:
    return row.backup.manifest.verified_at[:16].replace("T", " ") if row.backup.manifest else ""


def _head(row: BackupRow) -> str:
    return row.backup.manifest.head[:8] if row.backup.manifest else ""


def _reason(row: BackupRow) -> Mark | None:
    words = row.backup.fault or (f"比以前{row.backup.fewer}" if row.backup.fewer else "")
    if not words and row.backup.manifest and row.backup.manifest.missing:
        words = f"缺 {len(row.backup.manifest.missing)} 份原件：{row.backup.manifest.missing[0]}"
    return Mark("triangle-alert", row.level or "warn", words) if words else None


COLUMNS = (
    TableColumn("时间", lambda row: f"{row.backup.moment:%Y-%m-%d %H:%M:%S}", "", 10.5),
    TableColumn("在哪里", lambda row: row.place, "", 4.5, rank=1),
    TableColumn("情况", lambda row: row.state, "", 7.5, pill=lambda row: row.level, icon=_reason),
    TableColumn("记录", _count("records"), "", 5, right=True),
    TableColumn("变更", _count("changes"), "", 5, right=True),
    TableColumn("大小", _size, "", 6, right=True, rank=3),
    TableColumn("核对过", _verified, "", 9.5, rank=2),
    TableColumn("最后一次变更的存证码", _head, "", 6, rank=4, grows=True, code=True),
)


class BackupsDialog(DeskDialog):
    """The backups of the open store. ``restore_requested``: the file of the one to restore, after the dialog closed."""

    restore_requested = Signal(object)

    def __init__(self, parent: QWidget, state: AppState) -> None:
        super().__init__(parent, "备份与恢复", "备份与恢复", wide=76)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._state, self._path = state, state.workspace.origin  # of a copy that is looked at, the ledger
        self.notes = QLabel()
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setWordWrap(True)
        self.table = Table(COLUMNS, name="备份", empty="还没有备份。打开台账后会自动做一份。")
        self.table.setMinimumHeight(em(self, 26))
        self.table.picked.connect(self._allow)
        self.table.opened.connect(lambda _: self.rehearse())
        self.table.remember(state.settings)
        self.page.addWidget(self.notes)
        self.page.addWidget(self.table, 1)
        self.add_button("选别的备份文件…", self._pick, name="pick_backup", icon="folder-open")
        self._accept = self.add_button("记录确实变少了", self._accept_fewer, name="accept_fewer")
        self.buttons.addStretch(1)
        self.add_button("关闭(&C)", self.reject, name="no", tip="Esc")
        self._restore = self.add_button("恢复这一份…", self._restore_chosen, name="restore", icon="archive-restore")
        self._rehearse = self.add_button(
            "恢复演练(&R)", self.rehearse, role="primary", name="rehearse", icon="eye",
            tip="打开备份，和现在的台账逐条对照，什么都不改",
        )  # fmt: skip
        self.look()

    def look(self) -> None:
        """Read the list again."""
        rows: list[BackupRow] = []
        fewer = False
        notes: tuple[str, ...] = ("台账在内存里，没有备份",)
        if self._path is not None:
            second = second_of(self._state.settings)
            folders = [(HERE, backup_folder(self._path))]
            if second is not None and second.is_dir():
                folders.append((ELSEWHERE, second_place(self._path, second)))
            for place, folder in folders:
                state = backup_state(folder)
                fewer |= state.fewer is not None
                rows += [BackupRow(each, place) for each in state.backups]
                rows += [BackupRow(each, place, before_upgrade=True) for each in state.before_upgrades]
            notes = backup_notes(self._path, self._state.now(), second)
        rows.sort(key=lambda row: row.backup.moment, reverse=True)
        self.table.show_rows(rows)
        if rows:
            self.table.selectRow(0)
        self.notes.setText("\n".join(f"{each}。" for each in notes) or "每次做完都打开核对过。完好的备份随时可以恢复。")
        self.notes.setProperty("level", "warn" if notes else "")
        restyle(self.notes)
        self._accept.setVisible(fewer)
        self._allow()

    def _chosen(self) -> BackupRow | None:
        return next(iter(self.table.chosen()), None)

    def _allow(self) -> None:
        for each in (self._rehearse, self._restore):
            each.setEnabled(self._chosen() is not None)

    def _pick(self) -> None:
        """Rehearse the restore of a backup that lies elsewhere."""
        start = self._path.parent if self._path else Path.home()
        if (path := prompts.pick_open(self, "选择备份文件", start, "备份 (*.db)")) is not None:
            self._show(path, path.name)

    def _accept_fewer(self) -> None:
        text = "以后的备份按现在的记录数算，旧备份照常清理：每天、每周、每月、每年的最后一份仍然保留。"
        if self._path is None or not prompts.confirm(self, "记录确实变少了", text, yes="确实如此"):
            return
        second = second_of(self._state.settings)
        try:
            accept_fewer(backup_folder(self._path))
            if second is not None and second.is_dir():
                accept_fewer(second_place(self._path, second))
        except DeskError as refused:
            prompts.tell(self, self.windowTitle(), str(refused))
        self.look()

    def rehearse(self) -> None:
        """Compare the chosen backup with the store, and show what a restore would change."""
        if (row := self._chosen()) is not None:
            self._show(row.backup.path, f"{row.backup.moment:%Y-%m-%d %H:%M} 的备份（{row.place}）")

    def _show(self, backup: Path, called: str) -> None:
        store = self._path
        if store is None:
            return

        def work(progress: ProgressCallback, cancelled: Cancelled) -> Comparison:
            """Runs on the worker thread."""
            course = Course(progress, cancelled, "已停止，什么都没有改")
            with (
                opened_to_compare(backup, backup=True, course=course.part(0, 10)) as then,
                opened_to_compare(store, backup=False, course=course.part(10, 20)) as now,
            ):
                refuse_damaged(then, backup, course.part(20, 60))
                return compare(now, then, course.part(60, 100))

        try:
            found = wait_for(self, f"正在核对{called}，逐条对照…", "停止", work)
            if found is None:
                return
            shown = RestoreRehearsal(self, store, backup, called, found)
        except DeskError as refused:
            prompts.tell(self, "恢复演练", str(refused))
            return
        shown.restore_requested.connect(lambda: self._leave_for(backup))
        shown.open()

    def _restore_chosen(self) -> None:
        if (row := self._chosen()) is not None:
            self._leave_for(row.backup.path)

    def _leave_for(self, backup: Path) -> None:
        """Close, then have the backup restored."""
        self.accept()
        self.restore_requested.emit(backup)
