"""Pick lists with type-ahead: a village or project found by 汉字, pinyin initials or code."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit

from haicang_desk.model.records import Field, Link
from haicang_desk.ui.shell.choices import Choice, Choices
from haicang_desk.ui.widgets.field_editors import Editor

_ID = Qt.ItemDataRole.UserRole
_LABEL = Qt.ItemDataRole.UserRole + 1


class Picker(QLineEdit):
    """A line that finds records as one types. F7 or ↓ lists them; what was picked is ``picked``, "" for none."""

    chosen = Signal(str)

    def __init__(self, choices: Choices, table: str) -> None:
        super().__init__()
        self._choices, self._table = choices, table
        self.picked = ""
        self._offered = QStandardItemModel(self)
        completer = QCompleter(self._offered, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCompletionRole(_LABEL)
        cast(Any, completer.activated)[QModelIndex].connect(self._take)
        self.setCompleter(completer)
        self.textEdited.connect(self._seek)
        self.installEventFilter(self)
        self.setPlaceholderText("输入汉字、拼音首字母或编号")

    def pick(self, record_id: str) -> None:
        """Show this record as the one picked."""
        self.picked = record_id
        self.setText(self._choices.named(self._table, record_id))
        self.setCursorPosition(0)

    def settle(self) -> str:
        """The id of what is written. Raises ValueError where it names no record, or several."""
        text = self.text().strip()
        if not text:
            return ""
        if self.picked and text == self._choices.named(self._table, self.picked):
            return self.picked
        if found := self._choices.exactly(self._table, text):
            return found
        raise ValueError(f"“{text}”没有对应的{'项目' if self._table == 'project' else '村居'}，请从列表中选择")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            popup = self.completer().popup()
            listing = popup is not None and popup.isVisible()
            opens = event.key() == Qt.Key.Key_F7 or (event.key() == Qt.Key.Key_Down and not listing)
            if opens:
                self._offer("")
                return True
        return super().eventFilter(watched, event)

    def _seek(self, text: str) -> None:
        self.picked = ""
        self._offer(text)

    def _offer(self, text: str) -> None:
        self._offered.clear()
        for choice in self._choices.find(self._table, text):
            self._offered.appendRow(_item(choice))
        self.completer().complete()

    def _take(self, index: QModelIndex) -> None:
        self.pick(str(index.data(_ID)))
        self.chosen.emit(self.picked)


def _item(choice: Choice) -> QStandardItem:
    item = QStandardItem(f"{choice.label}　{choice.note}" if choice.note else choice.label)
    item.setData(choice.id, _ID)
    item.setData(choice.label, _LABEL)
    return item


class LinkEditor(Editor):
    """The village or project a record belongs to."""

    def __init__(self, said: Field, choices: Choices) -> None:
        self.picker = Picker(choices, said.refers)
        super().__init__(said, self.picker)
        self.picker.textEdited.connect(self.edited)
        self.picker.chosen.connect(self.edited)

    def value(self) -> Any:
        return Link(self.picker.settle())

    def set_value(self, value: Any) -> None:
        self.picker.pick(value or "")

    def raw(self) -> str:
        return self.picker.text()

    def set_raw(self, text: str) -> None:
        self.picker.setText(text)
