"""Editors of numbers and amounts of money."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from haicang_desk.model.records import Field
from haicang_desk.model.values import Money, typed_amount
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.editors.text import LineEditor

BALANCE = ("=", "＝")  # typed alone: what is missing to the form's own total
AMOUNT_KEYS = "可写 35000、3.5万、1200*3+500；只写“=”补足差额；“..”同上一条"


class NumberEditor(LineEditor):
    """A whole or decimal number with its unit; full-width digits are read too."""

    def __init__(self, field: Field) -> None:
        super().__init__(field, keys="“..”同上一条")
        self.line.setMaxLength(20)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._unit = QLabel(field.unit)
        set_role(self._unit, "muted")
        self._grid.addWidget(self._unit, 0, self._last)
        self._last += 1
        self._grid.setColumnStretch(self._last + 1, 1)
        self.fit()

    def fit(self) -> None:
        """As wide as a number."""
        self.line.setFixedWidth(em(self.line, 7))

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        text = unicodedata.normalize("NFKC", self.raw()).strip().replace(",", "")
        if not text:
            return None if self.field.optional else 0
        number = self._number(text)
        if not self.field.least <= number <= self.field.most:
            raise ValueError(f"应在 {self.field.least} 至 {self.field.most} 之间")
        return number

    def _number(self, text: str) -> Any:
        whole = self.field.kind is int
        try:
            number = int(text) if whole else Decimal(text)
            if isinstance(number, Decimal) and not number.is_finite():
                raise InvalidOperation
        except (ValueError, InvalidOperation):
            expected = "整数，如 12" if whole else "数字，如 1.5"
            raise ValueError(f"“{self.raw()}”不是{expected[:2]}，应填{expected}") from None
        return number

    def set_value(self, value: Any) -> None:
        """Show a value."""
        empty = value is None or (value == 0 and not self.field.optional)
        self.line.setText("" if empty else str(value))


class MoneyEditor(LineEditor):
    """Takes 35000, 35,000.00, 3.5万, full-width digits, sums, and = for what is missing; shows thousands when left."""

    def __init__(self, field: Field) -> None:
        super().__init__(field, keys=AMOUNT_KEYS)
        self.line.setMaxLength(80)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line.setPlaceholderText("如 35000、3.5万")
        self._grid.setColumnStretch(self._last, 1)
        self.line.editingFinished.connect(self._tidy)
        self.fit()

    def fit(self) -> None:
        """As wide as an amount; narrower where there is no room, as in a grid."""
        self.line.setMinimumWidth(em(self.line, 6))
        self.line.setMaximumWidth(em(self.line, 10.5))

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        text = self.raw().strip()
        if not text:
            return None if self.field.optional else Money(0)
        amount = self._missing() if text in BALANCE else typed_amount(text)
        if amount < self.field.least:
            raise ValueError(f"应不少于 {Money(self.field.least)} 元")
        return amount

    def _missing(self) -> Money:
        if (missing := self.balance()) is None:
            raise ValueError("这一栏没有可以补足的合计，请填金额")
        return missing

    def set_value(self, value: Any) -> None:
        """Show a value."""
        blank = value is None or (value == 0 and not self.field.optional)
        self.line.setText("" if blank else str(value))

    def read(self) -> None:
        """Say the amount in 大写 and in 万元."""
        self.tell(amount_reading(self))

    def confirm(self) -> bool:
        """Write the amount out."""
        self._tidy()
        return True

    def _tidy(self) -> None:
        try:
            amount = self.value()
        except ValueError:
            return
        if self.raw().strip() and self.raw() != str(amount):
            self.line.setText(str(amount))


def amount_reading(editor: MoneyEditor) -> str:
    """The amount entered in 大写 and 万元, "" where there is none or where it cannot be read."""
    text = editor.raw().strip()
    try:
        amount = editor.value() if text else None
    except ValueError:
        return ""
    if not amount:
        return ""
    written_out = "" if text.replace(",", "").replace(".", "").isdecimal() else f"{amount} 元　"
    return f"{written_out}{amount.capitals}　{amount.wan} 万元"
