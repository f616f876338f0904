"""回收站: what was voided, by whom, when and why, and bringing it back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel

from haicang_desk.model.services import VoidedRecord, asking_beside, restore_voided, voided_records
from haicang_desk.model.store import FinishedChange
from haicang_desk.model.values import DeskError, matching_form, pinyin_forms
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.jobs import Jobs
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.filter_bar import SearchLine
from haicang_desk.ui.widgets.table import Table, TableColumn

COLUMNS = (
    TableColumn("内容", lambda each: each.name, "name", 14, grows=True, second_line=lambda each: each.belongs),
    TableColumn("种类", lambda each: each.record.label, "kind", 7, pill=lambda _: ""),
    TableColumn("理由", lambda each: each.reason, "reason", 14, grows=True),
    TableColumn("经手人", lambda each: each.actor, "actor", 6, rank=2),
    TableColumn("作废时间", lambda each: f"{each.at:%Y-%m-%d %H:%M}", "at", 9.5, rank=1, key=lambda each: each.at),
)
KIND = "回收站"


class RecycleBinScreen(Screen):
    """回收站: void records with who voided them, when and why; 恢复 brings one back where no rule forbids it."""

    title = "回收站"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._jobs = Jobs()
        self._all: Sequence[VoidedRecord] = ()
        self._open = self.add_button("打开项目(&O)", self._open_project, name="open_project", icon="external-link")
        self._restore = self.add_button(
            "恢复(&R)", self.restore, role="primary", name="restore", icon="archive-restore"
        )
        self.words = SearchLine("查找作废的记录", "找内容、项目、理由、经手人，汉字或拼音")
        self.words.criteria.connect(lambda _: self._show())
        self.table = Table(COLUMNS, name="作废的记录", empty="回收站是空的。\n作废的项目和记录会列在这里，可以恢复。")
        self.table.picked.connect(self._allow)
        self.table.opened.connect(lambda _: self.restore())
        self.table.remember(state.settings)
        self.words.serves(self.table, opens=False)
        hint = QLabel("作废的记录仍留在台账里，不计入任何汇总；恢复也记入操作记录，可以撤销。")
        hint.setWordWrap(True)
        set_role(hint, "muted")
        self.body.addWidget(self.words)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(hint)
        self._allow()

    def look(self) -> None:
        """Read what is void, beside the window where the store is in a file."""
        if self.state.workspace.path is None:
            self._take(voided_records(self.state.workspace))
            return
        ask = asking_beside(self.state.workspace, voided_records)
        self._jobs.run(
            KIND, lambda *_: ask()[1], self._take, lambda wrong: self.note.setText(str(wrong)), replaces=KIND
        )

    def concerns(self, done: FinishedChange) -> bool:
        """Any change may void or restore something."""
        return True

    def retire(self) -> None:
        """Stop reading, before the store is closed."""
        self._jobs.finish()
        super().retire()

    def _take(self, found: Sequence[VoidedRecord]) -> None:
        self._all = found
        self._show()

    def _show(self) -> None:
        words = [matching_form(word) for word in self.words.words().split()]
        shown = [each for each in self._all if _holds(each, words)]
        self.table.show_rows(shown)
        count = f"{len(self._all):,} 条" if not words else f"找到 {len(shown):,} 条，共 {len(self._all):,} 条"
        self.note.setText(count)
        self._allow()

    def _chosen(self) -> VoidedRecord | None:
        return next(iter(self.table.chosen()), None)

    def _allow(self) -> None:
        chosen = self._chosen()
        self._restore.setEnabled(chosen is not None)
        self._open.setEnabled(chosen is not None and bool(getattr(chosen.record, "project", "")))

    def _open_project(self) -> None:
        if (chosen := self._chosen()) is not None:
            self.state.project_requested.emit(getattr(chosen.record, "project", ""))

    def restore(self) -> None:
        """Bring the record selected back, or say why not."""
        if (chosen := self._chosen()) is None:
            return
        ws, person, today = self.state.workspace, self.state.person, self.state.today()
        try:
            restore_voided(ws, chosen, person=person, on=today)
        except DeskError as refused:
            prompts.tell(self, f"恢复{chosen.record.label}", str(refused))
            return
        self.state.message.emit(f"已恢复{chosen.record.label}：{chosen.name}。Ctrl+Z 可撤销")


def _holds(each: VoidedRecord, words: Sequence[str]) -> bool:
    if not words:
        return True
    whole = matching_form(" ".join((each.name, each.belongs, each.reason, each.actor, each.record.label)))
    return all(word in whole or (word.isascii() and word in pinyin_forms(whole)) for word in words)
