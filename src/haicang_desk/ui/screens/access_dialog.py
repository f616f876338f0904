"""查看记录: who looked at telephones and accounts of the ledger, and who took them out of the program."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from haicang_desk.model.records import Duty
from haicang_desk.model.services import accounts
from haicang_desk.model.store import AccessHistory
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.table import Table, TableColumn

READERS = (Duty.ADMIN, Duty.AUDITOR)
SHOWN_FAULTS = 5


def may_read(state: AppState) -> bool:
    """Whether who works here may read the log: where people sign in, administrators and auditors alone."""
    known = accounts(state.workspace)
    if not known:
        return True
    signer = state.workspace.signer
    own = next((each for each in known if signer is not None and each.name == signer.name), None)
    return own is not None and bool(own.duties & set(READERS))


class AccessCard(Card):
    """What is masked on screens, and the way to the log."""

    def __init__(self, state: AppState) -> None:
        from haicang_desk.ui.screens.settings_cards import button

        super().__init__("电话和账号", "屏幕上遮住，要看的记一笔")
        self._state = state
        self._told = QLabel()
        self._told.setWordWrap(True)
        set_role(self._told, "muted")
        self._open = button("查看记录…", self._show, name="show_access")
        self.body.addWidget(self._told)
        self.body.addWidget(self._open)

    def look(self) -> None:
        """Whether the log may be read here."""
        allowed = may_read(self._state)
        self._open.setEnabled(allowed)
        who = "" if allowed else "查看记录由管理员、审计看。"
        self._told.setText(f"谁在什么时候看了、复制了、导出了，都记在查看记录里，不记号码本身。{who}")

    def _show(self) -> None:
        AccessDialog(self, private_view().log.read()).open()


class AccessDialog(DeskDialog):
    """The log, the newest first, and what is wrong with it."""

    def __init__(self, parent: QWidget | None, history: AccessHistory) -> None:
        super().__init__(parent, "查看记录", "查看记录", wide=60)
        columns = (
            TableColumn("时间", lambda each: each.at.replace("T", " "), "at", 12),
            TableColumn("经办人", lambda each: each.person, "person", 6),
            TableColumn("做了什么", lambda each: each.kind, "kind", 6),
            TableColumn("看的是什么", lambda each: each.about, "", 24, grows=True),
        )
        told = f"共 {len(history.lines):,} 条，只能追加。" if history.lines else ""
        shown = "；".join(history.faults[:SHOWN_FAULTS])
        self.faults = QLabel(f"这份记录不完整：{shown}。请告诉管理员，并保留这台电脑上的数据文件夹" if shown else told)
        self.faults.setWordWrap(True)
        set_role(self.faults, "fault" if shown else "muted")
        self.table = Table(columns, name="查看记录表", empty="还没有人看过电话和账号，也没有导出过。")
        self.table.setMinimumHeight(em(self, 22))
        self.table.show_rows(history.lines)
        self.page.addWidget(self.faults)
        self.page.addWidget(self.table, 1)
        self.add_button("关闭", self.accept, role="primary", name="close", tip="Esc")
