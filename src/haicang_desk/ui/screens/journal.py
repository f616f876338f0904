"""操作记录: every change of the store, by whom and when, with values before and after."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt

from haicang_desk.model.services import Workspace
from haicang_desk.model.store import FieldChange, JournalRow, count_changes, events_of_change, list_changes
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.widgets.filter_bar import SearchLine
from haicang_desk.ui.widgets.layouts import RememberedSplitter
from haicang_desk.ui.widgets.table import Table, TableColumn

COLUMNS = (
    TableColumn("次序", lambda c: str(c.seq), "", 4.5, right=True),
    TableColumn("时间", lambda c: f"{c.at:%Y-%m-%d %H:%M:%S}", "", 11),
    TableColumn("经手人", lambda c: c.actor, "", 6),
    TableColumn("办理", lambda c: c.action, "", 26),
    TableColumn("记录数", lambda c: f"{c.rows:,}", "", 4.5, right=True),
    TableColumn("状态", lambda c: "已撤销" if c.undone else "", "", 4.5),
    TableColumn("存证码", lambda c: c.seal[:16], "", 11),
)
EDIT_COLUMNS = (
    TableColumn("记录", lambda e: e[0], "", 7),
    TableColumn("栏目", lambda e: e[1].label, "", 9),
    TableColumn("改动前", lambda e: e[1].before, "", 22),
    TableColumn("改动后", lambda e: e[1].after, "", 22),
)


class ChangeSource:
    """Rows of the journal, page by page from the store."""

    def __init__(self, workspace: Workspace, text: str) -> None:
        self._ws, self._text = workspace, text

    def count(self) -> int:
        """The number of rows."""
        return count_changes(self._ws.conn, self._text)

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[JournalRow]:
        """A page of the journal, newest first."""
        return list_changes(self._ws.conn, self._text, offset=offset, limit=limit)


class JournalScreen(Screen):
    """操作记录: all changes of the store, searchable, with the fields that each one edited."""

    title = "操作记录"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.words = SearchLine("查找操作记录", "找办理名称、经手人或存证码")
        self.words.criteria.connect(lambda _: self.look())
        self.table = Table(COLUMNS, name="操作记录表", empty="没有符合的操作记录")
        self.edits = Table(EDIT_COLUMNS, name="改动内容", empty="选一次操作，这里列出它改动的内容")
        self.table.picked.connect(self._show_edits)
        self.table.remember(state.settings)
        split = RememberedSplitter(Qt.Orientation.Vertical, "操作记录", state.settings)
        split.addWidget(self.table)
        split.addWidget(self.edits)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        self.body.addWidget(self.words)
        split.restore()
        self.body.addWidget(split, 1)

    def look(self) -> None:
        """Read what is shown from the store again."""
        source = ChangeSource(self.state.workspace, self.words.words())
        self.table.look(source)
        self.note.setText(f"共 {self.table.rows.rowCount():,} 次，只能追加，不能改写")
        self._show_edits()

    def _show_edits(self) -> None:
        chosen = self.table.chosen()
        rows: list[tuple[str, FieldChange]] = []
        if chosen:
            for event in events_of_change(self.state.workspace.conn, chosen[0].seq)[:500]:
                rows += [(event.record, edit) for edit in event.edits]
        self.edits.show_rows(rows)
