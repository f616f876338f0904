"""Editors of closed choices: one of an enumeration, and 是, 否 or 未填."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate

from haicang_desk.model.records import Field
from haicang_desk.ui.shell.choices import match_rank
from haicang_desk.ui.widgets.editors.base import Editor

PAUSE = 1200  # ms between letters of one word
UNANSWERED = "（未填）"


class QuietCombo(QComboBox):
    """A combo box that picks by initials, pinyin or 汉字 typed, and that the mouse wheel leaves alone without focus.

    F7, ↓ and ↑ open the list; Enter in it picks and goes on.
    """

    repeated = Signal()  # ".." was typed
    completed = Signal()  # picked by Enter from the open list

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(14)
        self.setItemDelegate(QStyledItemDelegate(self))  # the one that heeds the style sheet's height of rows
        self._typed = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._forget)
        self.view().installEventFilter(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the value only with the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list, or pick by what is typed."""
        if event.key() in (Qt.Key.Key_F7, Qt.Key.Key_F4, Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.showPopup()
        elif (place := self._sought(event)) is not None:
            self.setCurrentIndex(place)
        elif not event.text().isprintable() or not event.text():
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the open list: mark by what is typed; Enter picks and goes on."""
        if watched is self.view() and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.setCurrentIndex(self.view().currentIndex().row())
                self.hidePopup()
                self.completed.emit()
                return True
            if event.key() == Qt.Key.Key_F7:
                self.hidePopup()
                return True
            if (place := self._sought(event)) is not None:
                self.view().setCurrentIndex(self.model().index(place, self.modelColumn()))
                return True
        return super().eventFilter(watched, event)

    def _sought(self, event: QKeyEvent) -> int | None:
        """The place of the item that fits best what was typed so far; None where the key types nothing."""
        text = event.text()
        if not text or not text.isprintable() or event.modifiers() & ~_PLAIN or text == " ":
            return None
        self._typed += text
        self._pause.start()
        if self._typed in ("..", "。。"):
            self._forget()
            self.repeated.emit()
            return self.currentIndex()
        return self._best(self._typed) if self._best(self._typed) is not None else self._anew(text)

    def _anew(self, text: str) -> int | None:
        """What was typed fits nothing: the last letter begins another word."""
        self._typed = text
        best = self._best(text)
        return self.currentIndex() if best is None else best

    def _best(self, text: str) -> int | None:
        ranked = ((match_rank(text, self.itemText(place)), place) for place in range(self.count()))
        found = sorted((rank, place) for rank, place in ranked if rank is not None)
        return found[0][1] if found else None

    def _forget(self) -> None:
        self._typed = ""


_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class ChoiceEditor(Editor):
    """One of a closed set of choices, with 未填 where it may be empty."""

    def __init__(self, field: Field) -> None:
        self.box = QuietCombo()
        super().__init__(field, self.box, keys="可输拼音首字母；F7 或 ↓ 列出；“..”同上一条")
        if field.optional:
            self.box.addItem(UNANSWERED, None)
        for label, choice in self._choices():
            self.box.addItem(label, choice)
        self.box.currentIndexChanged.connect(self.edited)
        self.box.completed.connect(self.completed)
        self.box.repeated.connect(self.repeat)

    def _choices(self) -> list[tuple[str, Any]]:
        return [(member.label, member) for member in self.field.type]

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        return self.box.currentData()

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.box.setCurrentIndex(self.box.findData(value))

    def raw(self) -> str:
        """The entry as typed."""
        return self.box.currentText()

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed; one that is no choice changes nothing."""
        if (place := self.box.findText(text)) >= 0:
            self.box.setCurrentIndex(place)


class YesNoEditor(ChoiceEditor):
    """是, 否 or 未填, because an unanswered question is not a no."""

    def _choices(self) -> list[tuple[str, Any]]:
        return [("是", True), ("否", False)]
