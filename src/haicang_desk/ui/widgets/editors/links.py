"""The editor of links: a village or a project, found by 汉字, pinyin or code."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent

from haicang_desk.model.records import Field, Link, Project, Village
from haicang_desk.ui.shell.choices import Choice, Choices
from haicang_desk.ui.widgets.editors.base import REPEAT, Editor
from haicang_desk.ui.widgets.editors.offers import Offer, OfferLine


class Picker(OfferLine):
    """A line that finds records while typing. F7 or ↓ lists them; ``picked`` is the id, "" for none."""

    chosen = Signal(str)

    def __init__(self, choices: Choices, table: str) -> None:
        super().__init__(must_pick=True)
        self._choices, self._table = choices, table
        self._label = Project.label if table == Project.table else Village.label
        self.offers_new = table == Village.table
        self.picked = ""
        self.textEdited.connect(self._on_edited)
        self.taken.connect(self._on_taken)
        self.setPlaceholderText("汉字、拼音首字母或编号")

    def pick(self, record_id: str) -> None:
        """Show this record as the one picked."""
        self.picked = record_id
        self.setText(self._choices.named(self._table, record_id))
        self.setCursorPosition(0)

    def settle(self) -> str:
        """The id of the record written. Raises ValueError where it names none or several."""
        text = self.text().strip()
        if not text:
            return ""
        if self.picked and text == self._choices.named(self._table, self.picked):
            return self.picked
        if found := self._choices.exactly(self._table, text):
            return found
        raise ValueError(f"“{text}”没有对应的{self._label}，请从列表中选择")

    def settled(self) -> bool:
        """Whether nothing is written or one record is named."""
        try:
            self.settle()
        except ValueError:
            return False
        return True

    def offers_for(self, text: str) -> list[Offer]:
        """The records that match; where a village is not found, a row that registers it."""
        found = [_offer(choice) for choice in self._choices.find(self._table, text)]
        if found or not text.strip():
            return found
        if self.offers_new:
            return [Offer(f"没有找到“{text.strip()}”，点此登记{self._label}", data=text.strip(), new=True)]
        return [Offer(f"没有找到“{text.strip()}”", data="", idle=True)]

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Pick the one record that what is written can mean."""
        super().focusOutEvent(event)
        if not self.isReadOnly() and not self.settled():
            found = self._choices.find(self._table, self.text())
            if len(found) == 1:
                self._on_taken(_offer(found[0]))

    def _on_edited(self) -> None:
        self.picked = ""

    def _on_taken(self, offer: Offer) -> None:
        self.pick(offer.data)
        self.chosen.emit(self.picked)


def _offer(choice: Choice) -> Offer:
    return Offer(choice.label, choice.note, choice.id)


class LinkEditor(Editor):
    """The village or project a record belongs to."""

    new_requested = Signal(str)  # the name of a village that is not registered yet

    def __init__(self, field: Field, choices: Choices) -> None:
        self.picker = Picker(choices, field.refers)
        super().__init__(field, self.picker, keys="F7 或 ↓ 列出；“..”同上一条")
        self.picker.textEdited.connect(self._on_edited)
        self.picker.chosen.connect(self.edited)
        self.picker.completed.connect(self.completed)
        self.picker.new_requested.connect(self.new_requested)

    def _on_edited(self, text: str) -> None:
        self.tell("")
        if text in REPEAT:
            self.repeat()
        self.edited.emit()

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        return Link(self.picker.settle())

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.picker.pick(value or "")

    def raw(self) -> str:
        """The entry as typed."""
        return self.picker.text()

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed."""
        self.picker.setText(text)

    def confirm(self) -> bool:
        """Accept the record marked in the list, or the only one that matches."""
        return self.picker.confirm()
