"""The money editor: yuan or 万元 as one types, with 大写 and 万元 beside it at once."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from haicang_desk.model.records import Field
from haicang_desk.model.values import Money
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.elided_label import ElidedLabel
from haicang_desk.ui.widgets.field_editors import LineEditor


class MoneyEditor(LineEditor):
    """Takes 35000, 35,000.00, 3.5万 or full-width digits; shows them back with thousands marks when left."""

    def __init__(self, said: Field) -> None:
        self.told = ElidedLabel()
        super().__init__(said)
        self.line.setMaxLength(30)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line.setFixedWidth(em(self.line, 10.5))
        self.line.setPlaceholderText("如 35000、3.5万")
        self.told.setObjectName(f"{said.name}_told")
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(0, 0)
            layout.addWidget(self.told, 1)
        self.line.textChanged.connect(self._tell)
        self.line.editingFinished.connect(self._tidy)

    def value(self) -> Any:
        text = self.raw().strip()
        if not text:
            return None if self.said.optional else Money(0)
        amount = Money.parse(text)
        if amount < self.said.least:
            raise ValueError(f"应不少于 {Money(self.said.least)} 元")
        return amount

    def set_value(self, value: Any) -> None:
        blank = value is None or (value == 0 and not self.said.optional)
        self.line.setText("" if blank else str(value))

    def _tell(self) -> None:
        try:
            amount = self.value() if self.raw().strip() else None
        except ValueError:
            amount = None
        self.told.setText("" if amount is None else f"{amount.capitals}　{amount.wan} 万元")

    def _tidy(self) -> None:
        try:
            amount = self.value()
        except ValueError:
            return
        if self.raw().strip() and self.raw() != str(amount):
            self.line.setText(str(amount))
