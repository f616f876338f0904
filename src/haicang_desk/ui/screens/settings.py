"""Settings: the street's own particulars, who is at the desk, the size of type, and where things are kept."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.records import Street
from haicang_desk.model.services import save
from haicang_desk.paths import data_folder
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.application import PERSON
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.layouts import scroll_area


class SettingsScreen(Screen):
    """设置: the street's particulars, the person working, and where files are kept."""

    title = "设置"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._save = self.add_button("保存(&S)", self.save, role="primary", name="save_street")
        self.form = RecordForm(Street, Choices(state.workspace))
        self.form.saved.connect(self.save)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 8, 0)
        heading = QLabel("本街道（印在文书和公示上）")
        set_role(heading, "heading")
        inside.addWidget(heading)
        inside.addWidget(self.form)
        inside.addWidget(self._desk_card())
        inside.addStretch(1)
        self.body.addWidget(scroll_area(page), 1)

    def _desk_card(self) -> QFrame:
        card = QFrame()
        set_role(card, "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(14, 10, 14, 12)
        title = QLabel("本机")
        set_role(title, "heading")
        grid.addWidget(title, 0, 0, 1, 2)
        self.person = QLineEdit(self.state.person)
        self.person.setAccessibleName("经办人")
        self.person.setMaxLength(20)
        take = QPushButton("改为此人经办")
        take.clicked.connect(self._take_person)
        row = QHBoxLayout()
        row.addWidget(self.person)
        row.addWidget(take)
        row.addStretch(1)
        grid.addWidget(QLabel("经办人"), 1, 0)
        grid.addLayout(row, 1, 1)
        self._places = QLabel()
        self._places.setWordWrap(True)
        set_role(self._places, "muted")
        grid.addWidget(QLabel("存放位置"), 2, 0)
        grid.addWidget(self._places, 2, 1)
        keys = QLabel("字号：Ctrl+加号放大，Ctrl+减号缩小，Ctrl+0 还原")
        set_role(keys, "muted")
        grid.addWidget(QLabel("显示"), 3, 0)
        grid.addWidget(keys, 3, 1)
        grid.setColumnStretch(1, 1)
        return card

    def look(self) -> None:
        """Read what is shown from the store again."""
        if not self.form.changed:
            self.form.show_record(self.state.workspace.street)
        self._places.setText(f"台账：{self.state.workspace.path or '内存'}\n设置、草稿和情况记录：{data_folder()}")

    def save(self) -> None:
        """Save the street's particulars."""
        try:
            street: Any = self.form.read_record(whole=True)
        except ValueError as wrong:
            self.state.message.emit(f"没有保存。{wrong}")
            return
        act = lambda: save(self.state.workspace, [street], action="修改街道资料", person=self.state.person)  # noqa: E731
        if self.attempt("设置", act):
            self.form.show_record(self.state.workspace.street)
            self.state.message.emit("已保存街道资料")

    def may_leave(self) -> bool:
        """Ask whether unsaved particulars are to be saved."""
        if self.form.changed:
            answer = prompts.leave_unsaved(self, "街道资料")
            if answer == prompts.KEEP:
                self.save()
                return not self.form.changed
            if answer == prompts.LEAVE:
                self.form.show_record(self.state.workspace.street)
            return answer == prompts.LEAVE
        return True

    def _take_person(self) -> None:
        if name := self.person.text().strip():
            self.state.person = name
            self.state.settings.keep(PERSON, name)
            self.state.message.emit(f"以后的办理记为“{name}”经办")
