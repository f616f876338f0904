"""村居合并: which village stays, what goes over to it, and what must be settled first, all before anything is done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QWidget

from haicang_desk.model.records import Village
from haicang_desk.model.services import merge_villages, near_villages_of, village_merge
from haicang_desk.model.values import DeskError
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.backup_keeper import backed_up_before
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.theme import restyle, set_role
from haicang_desk.ui.widgets.dialogs import DeskDialog

NEAR = "（名称相近）"


class VillageMergeDialog(DeskDialog):
    """Asks for the village that goes and the one that stays; shows what a merge would do as they are chosen."""

    def __init__(self, parent: QWidget, state: AppState, gone: str = "") -> None:
        super().__init__(parent, "村居合并", "村居合并", wide=40)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._state = state
        self._villages = {village.id: village for village in state.workspace.all(Village)}
        head = QLabel("同一个村居登记成了两个时，把一个并入另一个：项目和各项记录都改属保留的那个。可以撤销。")
        head.setWordWrap(True)
        set_role(head, "muted")
        self.gone, self.kept = QComboBox(), QComboBox()
        self.gone.setAccessibleName("并入后作废的村居")
        self.kept.setAccessibleName("保留的村居")
        form = QFormLayout()
        form.addRow("作废(&A)", self.gone)
        form.addRow("并入（保留）(&B)", self.kept)
        self.effect, self.conflicts = QLabel(), QLabel()
        for label in (self.effect, self.conflicts):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.conflicts.setProperty("level", "block")
        self.page.addWidget(head)
        self.page.addLayout(form)
        self.page.addWidget(self.effect)
        self.page.addWidget(self.conflicts)
        self.page.addStretch(1)
        self.buttons.addStretch(1)
        self.add_button("取消(&C)", self.reject, name="no", tip="Esc")
        self.yes = self.add_button("并入(&S)", self.commit, role="primary", name="merge")
        self._fill_gone(gone)
        self.gone.currentIndexChanged.connect(lambda _: self._fill_kept())
        self.kept.currentIndexChanged.connect(lambda _: self._tell())
        self._fill_kept()

    def _fill_gone(self, gone: str) -> None:
        """All villages; one of two with near names is proposed where none was asked for."""
        for village in self._villages.values():
            self.gone.addItem(village.name, village.id)
        if not gone:
            twins = (each.id for each in self._villages.values() if near_villages_of(self._state.workspace, each))
            gone = next(twins, "")
        self.gone.setCurrentIndex(max(self.gone.findData(gone), 0))

    def _fill_kept(self) -> None:
        """The others, those of a near name first."""
        gone = self._villages[self.gone.currentData()]
        near = near_villages_of(self._state.workspace, gone)
        self.kept.blockSignals(True)
        self.kept.clear()
        for village in near:
            self.kept.addItem(f"{village.name}{NEAR}", village.id)
        known = {gone.id, *(village.id for village in near)}
        for village in self._villages.values():
            if village.id not in known:
                self.kept.addItem(village.name, village.id)
        self.kept.blockSignals(False)
        self._tell()

    def _tell(self) -> None:
        """Say what would happen, or what stands in the way."""
        if self.kept.currentData() is None:
            self.effect.setText("台账里只有这一个村居。")
            self.yes.setEnabled(False)
            return
        gone, kept = self._villages[self.gone.currentData()], self._villages[self.kept.currentData()]
        merge = village_merge(self._state.workspace, kept, gone)
        filled = [
            f"{field.label} {private_view().value(field, field.show(merge.kept))}"
            for name, field in Village.fields.items()
            if getattr(merge.kept, name) != getattr(kept, name)
        ]
        text = f"改属“{kept.name}”的：{merge.summary}。“{gone.name}”作废，已印发的文书不变。"
        if filled:
            text += f"\n“{kept.name}”补上：{'；'.join(filled)}。"
        self.effect.setText(text)
        self.conflicts.setText("\n".join(("先要改成一致：", *merge.conflicts)) if merge.conflicts else "")
        self.conflicts.setVisible(bool(merge.conflicts))
        restyle(self.conflicts)
        self.yes.setEnabled(not merge.conflicts)
        self.grow()

    def commit(self) -> None:
        """Merge and close."""
        if not backed_up_before(self, self._state, "合并"):
            return
        gone, kept = self._villages[self.gone.currentData()], self._villages[self.kept.currentData()]
        try:
            merge = merge_villages(self._state.workspace, kept, gone, person=self._state.person)
        except DeskError as refused:
            self.conflicts.setText(str(refused))
            self.conflicts.show()
            self.grow()
            return
        self._state.message.emit(f"“{gone.name}”已并入“{kept.name}”：{merge.summary}改属“{kept.name}”。Ctrl+Z 可撤销")
        self.accept()
