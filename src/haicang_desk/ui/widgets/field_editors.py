"""Editors: for every kind of field, the widget that takes it, all alike to the form that holds them."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from haicang_desk.model.records import Field, Prose
from haicang_desk.ui.shell.theme import em, set_role


class Editor(QWidget):
    """One field's entry. ``value`` may raise ValueError, in Chinese; ``raw`` never does and is what drafts keep."""

    edited = Signal()

    def __init__(self, said: Field, core: QWidget) -> None:
        super().__init__()
        self.said, self.core = said, core
        self._hint: str | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(core, 1)
        core.setAccessibleName(said.label)
        if said.hint_text:
            core.setToolTip(said.hint_text)
            core.setAccessibleDescription(said.hint_text)
        self.setFocusProxy(core)
        self.setObjectName(said.name)
        core.setObjectName(f"{said.name}_entry")

    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        raise NotImplementedError

    def raw(self) -> str:
        raise NotImplementedError

    def set_raw(self, text: str) -> None:
        raise NotImplementedError

    def set_fixed(self, fixed: bool) -> None:
        """Whether it may only be read; then an empty one shows nothing that could be taken for an entry."""
        self.setEnabled(not fixed)
        if isinstance(self.core, QLineEdit | QPlainTextEdit):
            if self._hint is None:
                self._hint = self.core.placeholderText()
            self.core.setPlaceholderText("" if fixed else self._hint)

    def mark(self, faulty: bool) -> None:
        """Draw the entry as one that needs mending, or not."""
        if bool(self.core.property("faulty")) != faulty:
            self.core.setProperty("faulty", faulty)
            self.core.style().unpolish(self.core)
            self.core.style().polish(self.core)


class LineEditor(Editor):
    """A line of text."""

    def __init__(self, said: Field) -> None:
        self.line = QLineEdit()
        super().__init__(said, self.line)
        self.line.setMaxLength(said.longest)
        self.line.setPlaceholderText(said.hint_text)
        self.line.textChanged.connect(self.edited)

    def value(self) -> Any:
        return self.raw().strip()

    def set_value(self, value: Any) -> None:
        self.line.setText(value or "")
        self.line.setCursorPosition(0)

    def raw(self) -> str:
        return self.line.text()

    def set_raw(self, text: str) -> None:
        self.line.setText(text)


class SuggestEditor(Editor):
    """A line of text with words offered, none imposed."""

    def __init__(self, said: Field) -> None:
        self.box = QuietCombo()
        super().__init__(said, self.box)
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.addItems(said.suggests)
        self.box.setCurrentIndex(-1)
        line = self.box.lineEdit()
        if line is not None:
            line.setMaxLength(said.longest)
            line.setPlaceholderText(said.hint_text)
            line.setAccessibleName(said.label)
        self.box.editTextChanged.connect(self.edited)

    def value(self) -> Any:
        return self.raw().strip()

    def set_value(self, value: Any) -> None:
        self.box.setEditText(value or "")

    def raw(self) -> str:
        return self.box.currentText()

    def set_raw(self, text: str) -> None:
        self.box.setEditText(text)


class ProseEditor(Editor):
    """Text of several lines; Tab leaves it."""

    def __init__(self, said: Field) -> None:
        self.text = QPlainTextEdit()
        super().__init__(said, self.text)
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(said.hint_text)
        self.text.setFixedHeight(em(self.text, 5.2))
        self.text.textChanged.connect(self.edited)

    def value(self) -> Any:
        text = self.raw().strip()
        if len(text) > self.said.longest:
            raise ValueError(
                f"最多 {self.said.longest} 字，现有 {len(text)} 字，请删减 {len(text) - self.said.longest} 字"
            )
        return Prose(text)

    def set_value(self, value: Any) -> None:
        self.text.setPlainText(value or "")

    def raw(self) -> str:
        return self.text.toPlainText()

    def set_raw(self, text: str) -> None:
        self.text.setPlainText(text)


class NumberEditor(LineEditor):
    """A whole number or a decimal one, full-width digits too, with its unit behind it."""

    def __init__(self, said: Field) -> None:
        super().__init__(said)
        self.line.setMaxLength(20)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line.setMaximumWidth(em(self.line, 10))
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            unit = QLabel(said.unit)
            set_role(unit, "muted")
            layout.addWidget(unit)
            layout.addStretch(1)

    def value(self) -> Any:
        text = unicodedata.normalize("NFKC", self.raw()).strip().replace(",", "")
        if not text:
            return None if self.said.optional else 0
        number = self._number(text)
        if not self.said.least <= number <= self.said.most:
            raise ValueError(f"应在 {self.said.least} 至 {self.said.most} 之间")
        return number

    def _number(self, text: str) -> Any:
        whole = self.said.kind is int
        try:
            number = int(text) if whole else Decimal(text)
            if isinstance(number, Decimal) and not number.is_finite():
                raise InvalidOperation
        except (ValueError, InvalidOperation):
            asked = "整数，如 12" if whole else "数字，如 1.5"
            raise ValueError(f"“{self.raw()}”不是{asked[:2]}，应填{asked}") from None
        return number

    def set_value(self, value: Any) -> None:
        empty = value is None or (value == 0 and not self.said.optional)
        self.line.setText("" if empty else str(value))


class ChoiceEditor(Editor):
    """One of a closed set of choices; where it may be left empty, 未填 is one of them."""

    def __init__(self, said: Field) -> None:
        self.box = QuietCombo()
        super().__init__(said, self.box)
        if said.optional:
            self.box.addItem("（未填）", None)
        for label, choice in self._choices():
            self.box.addItem(label, choice)
        self.box.currentIndexChanged.connect(self.edited)

    def _choices(self) -> list[tuple[str, Any]]:
        return [(member.label, member) for member in self.said.type]

    def value(self) -> Any:
        return self.box.currentData()

    def set_value(self, value: Any) -> None:
        self.box.setCurrentIndex(self.box.findData(value))

    def raw(self) -> str:
        return self.box.currentText()

    def set_raw(self, text: str) -> None:
        self.box.setCurrentIndex(self.box.findText(text))


class YesNoEditor(ChoiceEditor):
    """是, 否, or not answered yet: an unanswered question is not a no."""

    def _choices(self) -> list[tuple[str, Any]]:
        return [("是", True), ("否", False)]


class QuietCombo(QComboBox):
    """A combo box that the mouse wheel changes only where it has the focus: scrolling a form must not edit it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
