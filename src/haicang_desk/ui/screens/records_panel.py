"""One kind of record of a project as a small table, with buttons to enter, mend and void them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout

from haicang_desk.model.records import Field, Link, Prose, Record
from haicang_desk.model.values import Money
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.table import Table, TableColumn, attribute_column

_WIDTHS = {Money: 7.0, date: 7.0, int: 4.5, bool: 5.0, Prose: 14.0}
MOST_ROWS = 7  # shown before the small table scrolls


def column_of(field: Field) -> TableColumn:
    """A column that shows a declared field."""
    label = f"{field.label}({field.unit})" if field.kind in (Money, int) and field.unit else field.label
    right = field.kind in (Money, int)
    width = max(_WIDTHS.get(field.kind, 7.0), len(label) + 1.5)
    text = None if field.kind is date else lambda record: _shown(field, record)
    return attribute_column(field.name, label, width, right=right, text=text)


def _shown(field: Field, record: Record) -> str:
    """The value on one line; a telephone or an account masked until somebody asks to see it."""
    return private_view().value(field, field.show(record).replace("\n", " "))


class RecordsPanel(QFrame):
    """A small table of the records of one class. ``typed``: they are entered here and not only by a step.

    With ``columns`` of its own the panel fills its tab.
    """

    add_requested = Signal(object)  # the class
    edit_requested = Signal(object)  # the record
    void_requested = Signal(object)

    def __init__(
        self, cls: type[Record], *, typed: bool, empty: str, columns: Sequence[TableColumn] | None = None
    ) -> None:
        super().__init__()
        set_role(self, "card")
        self.cls, self._typed, self._tall = cls, typed, columns is not None
        shown = [field for field in cls.fields.values() if field.kind is not Link]
        self.table = Table(columns or [column_of(field) for field in shown], name=f"{cls.label}表", empty=empty)
        set_role(self.table, "plain")
        title = QLabel(cls.label)
        set_role(title, "heading")
        self._count = QLabel()
        set_role(self._count, "muted")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(self._count)
        head.addStretch(1)
        self.add_buttons(head)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self.table)
        self.table.opened.connect(self.edit_requested)
        self.table.picked.connect(self.allow)
        self.show_records(())

    def add_buttons(self, head: QHBoxLayout) -> None:
        """The buttons beside the title."""
        self._add = self.button(head, "登记", lambda: self.add_requested.emit(self.cls))
        self._edit = self.button(head, "修改", lambda: self.with_chosen(self.edit_requested))
        self._void = self.button(head, "作废", lambda: self.with_chosen(self.void_requested))

    def button(self, head: QHBoxLayout, label: str, act: Any) -> QPushButton:
        """Add a button that is named after the kind of record."""
        button = QPushButton(label)
        button.setAccessibleName(f"{label}{self.cls.label}")
        button.setObjectName(f"{label}{self.cls.label}")
        button.clicked.connect(act)
        head.addWidget(button)
        if not self._typed:  # shown before it has a parent, it would flash as a window of its own
            button.hide()
        return button

    def show_records(self, records: Sequence[Record], *, fixed: bool = False) -> None:
        """Show records; ``fixed``: they may only be read."""
        self._fixed = fixed
        self.table.show_rows(records)
        self.table.fit_rows()
        self._count.setText(f"{len(records)} 条" if records else "")
        self._rows = min(max(len(records), 2), MOST_ROWS)
        self._fit()
        self.allow()

    def _fit(self) -> None:
        """As high as its rows, in the size of type."""
        side = em(self, 1.05)
        if (layout := self.layout()) is not None:
            layout.setContentsMargins(side, em(self, 0.6), side, em(self, 0.75))
        if not self._tall:
            self.table.setFixedHeight(em(self, 2.2) * self._rows + em(self, 3.4))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_rows"):
            self._fit()

    def allow(self) -> None:
        """Enable the buttons that can be used now."""
        some = bool(self.table.chosen())
        self._add.setEnabled(not self._fixed)
        self._edit.setEnabled(some and not self._fixed)
        self._void.setEnabled(some and not self._fixed)

    def with_chosen(self, signal: Any) -> None:
        """Emit a signal with the record selected."""
        for record in self.table.chosen():
            signal.emit(record)

    def take_hand(self) -> None:
        """Scroll into sight with the keyboard on the button that enters a record, or on the table where steps do."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(self)
        (self._add if self._add.isVisible() else self.table).setFocus(Qt.FocusReason.OtherFocusReason)
