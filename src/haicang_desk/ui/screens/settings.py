"""设置: the street's own particulars, who works here, how the window looks, and where backups and printers are."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from haicang_desk.model.records import Account, DutyWaiver, Member, Street
from haicang_desk.model.services import asks_sign_in, save
from haicang_desk.model.store import FinishedChange
from haicang_desk.ui.screens.access_dialog import AccessCard
from haicang_desk.ui.screens.people_card import PeopleCard
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.settings_cards import BackupCard, LooksCard, OperatorsCard, PlacesCard, PrintersCard
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.application import PERSON
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.drafts import DraftKeeper, Drafts, subject_of
from haicang_desk.ui.shell.main_window import MainWindow
from haicang_desk.ui.shell.operator_choice import take_person
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.layouts import scroll_area

NARROW = 74  # characters: from here down the cards stand in one column


class SettingsScreen(Screen):
    """设置: the street's particulars are saved by a button, all else holds at once."""

    title = "设置"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._save = self.add_button("保存街道资料(&S)", self.save, role="primary", name="save_street", icon="save")
        self.form = RecordForm(Street, Choices(state.workspace))
        self.form.saved.connect(self.save)
        self.drafts = DraftKeeper(self.form, Drafts(state.workspace.path), state.now, self)
        self.operators, self.people, self.looks = OperatorsCard(state), PeopleCard(state), LooksCard(state)
        self.backups, self.printers, self.places = BackupCard(state), PrintersCard(state), PlacesCard(state)
        self.access = AccessCard(state)
        self.operators.taken.connect(self._take_person)
        self.looks.coloured.connect(self._wear)
        self.looks.zoomed.connect(self._zoom)
        self.backups.wanted.connect(self._back_up)
        self.backups.list_wanted.connect(self._show_backups)
        street = _headed("本街道", "印在文书和公示上", self.form)
        page = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._columns.setContentsMargins(0, 0, em(self, 0.4), 0)
        self._columns.setSpacing(em(self, 0.9))
        left = (street, self.backups, self.places, self.access)
        for cards in (left, (self.operators, self.people, self.looks, self.printers)):
            column = QVBoxLayout()
            column.setSpacing(em(self, 0.9))
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            self._columns.addLayout(column, 1)
        self._area: QScrollArea = scroll_area(page)
        self.body.addWidget(self._area, 1)

    def look(self) -> None:
        """Read what is shown from the store again."""
        if not self.form.changed:
            self.form.show_record(self.state.workspace.street)
            self.drafts.begin(subject_of(Street.table), "街道资料", screen="settings")
            self.drafts.offer(self)
        self.operators.setVisible(not asks_sign_in(self.state.workspace))  # who is signed in works
        for card in (self.operators, self.people, self.looks, self.backups, self.printers, self.places, self.access):
            card.look()

    def show_what(self, what: Any) -> None:
        """Bring a card into sight: operators, people, looks, backups or printers."""
        card = getattr(self, str(what), None)
        self.look_if_stale()
        if isinstance(card, Card):
            self._area.ensureWidgetVisible(card)
            if card is self.operators:
                self.operators.name.setFocus()

    def concerns(self, done: FinishedChange) -> bool:
        """Only the street and the people of the office are shown."""
        return done.touches(Street, Member, Account, DutyWaiver)

    def save(self) -> None:
        """Save the street's particulars."""
        try:
            street: Any = self.form.read_record(whole=True)
        except ValueError as wrong:
            self.state.message.emit(f"没有保存。{wrong}")
            return
        act = lambda: save(self.state.workspace, [street], action="修改街道资料", person=self.state.person)  # noqa: E731
        if self.attempt("设置", act):
            self.drafts.drop()
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
                self.drafts.drop()
                self.form.show_record(self.state.workspace.street)
            return answer == prompts.LEAVE
        return True

    def _take_person(self, name: str) -> None:
        if isinstance(window := self.window(), MainWindow):
            take_person(window, name)
        else:
            self.state.person = name
            self.state.settings.keep(PERSON, name)
        self.operators.look()

    def _wear(self, name: str) -> None:
        if isinstance(window := self.window(), MainWindow):
            window.menus.colours_requested.emit(name)

    def _zoom(self, points: int) -> None:
        if isinstance(window := self.window(), MainWindow):
            window.menus.size_requested.emit(points)

    def _back_up(self) -> None:
        if isinstance(window := self.window(), MainWindow):
            window.menus.backup_requested.emit()

    def _show_backups(self) -> None:
        if isinstance(window := self.window(), MainWindow):
            window.menus.backups_requested.emit()

    def arrange(self) -> None:
        """Two columns of cards where there is room."""
        self.operators.fit()
        self.people.fit()
        self.printers.fit()
        wide = self.width() >= em(self, NARROW)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)


def _headed(heading: str, note: str, below: QWidget) -> QWidget:
    """A heading with a note over what has a card of its own."""
    whole, row = QWidget(), QHBoxLayout()
    for text, role in ((heading, "heading"), (note, "muted")):
        label = QLabel(text)
        set_role(label, role)
        row.addWidget(label)
    row.addStretch(1)
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.addLayout(row)
    column.addWidget(below)
    return whole
