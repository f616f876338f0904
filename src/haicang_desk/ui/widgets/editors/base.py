"""The base of all editors: value, draft text, reading beside the entry, and what every field does with keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from haicang_desk.model.records import Field
from haicang_desk.model.values import Money
from haicang_desk.ui.shell.theme import set_role

REPEAT = ("..", "。。", "．．")  # typed alone: as in the record entered before
NOTHING_TO_REPEAT = "还没有登记过同类记录，没有可重复的内容"


class Editor(QWidget):
    """Base of the editors. ``value`` may raise ValueError in Chinese; ``raw`` never raises and is kept in drafts.

    What an entry may refer to is asked of the form that holds it: ``fund_year`` for days without a year, ``previous``
    for ``..`` and ``balance`` for ``=``; alone, an editor knows none of them.
    """

    edited = Signal()
    completed = Signal()  # something was picked from a list by Enter: the person goes on to the next field

    def __init__(self, field: Field, core: QWidget, *beside: QWidget, keys: str = "") -> None:
        super().__init__()
        self.field, self.core = field, core
        self.fund_year: Callable[[], int | None] = lambda: None
        self.previous: Callable[[], str | None] = lambda: None
        self.balance: Callable[[], Money | None] = lambda: None
        self._hint: str | None = None
        self._reading: QLabel | None = None
        self.bare = False  # whether the reading has no place
        self._beside = beside
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(1)
        self._grid.addWidget(core, 0, 0)
        for column, widget in enumerate(beside, 1):
            self._grid.addWidget(widget, 0, column)
        self._last = len(beside) + 1
        self._under: bool | None = None
        told = "\n".join(filter(None, (field.hint_text, keys)))
        core.setAccessibleName(field.label)
        core.setAccessibleDescription(told)
        core.setToolTip(told)
        self.setFocusProxy(core)
        self.setObjectName(field.name)
        core.setObjectName(f"{field.name}_entry")

    # value and text

    def value(self) -> Any:
        """The value entered, None or the empty value for nothing. Raises ValueError where the text cannot be read."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def raw(self) -> str:
        """The entry as typed."""
        raise NotImplementedError

    def set_raw(self, text: str) -> None:
        """Show an entry as it was typed."""
        raise NotImplementedError

    def confirm(self) -> bool:
        """Accept the entry on Enter; False where the person has to look first, as at a list of candidates."""
        return True

    def repeat(self) -> bool:
        """Take the entry of the record entered before; False where there is none, which is said."""
        previous = self.previous()
        if previous is None:
            self.set_raw("")
            self.tell(NOTHING_TO_REPEAT)
            return False
        self.set_raw(previous)
        return True

    # looks

    def set_fixed(self, fixed: bool) -> None:
        """Whether it may only be read; an empty one then shows no placeholder."""
        self.setEnabled(not fixed)
        if fixed and isinstance(self.core, QLineEdit):
            self.core.deselect()
        if isinstance(self.core, QLineEdit | QPlainTextEdit):
            if self._hint is None:
                self._hint = self.core.placeholderText()
            self.core.setPlaceholderText("" if fixed else self._hint)

    def mark(self, faulty: bool) -> None:
        """Show the entry as faulty or not."""
        if bool(self.core.property("faulty")) != faulty:
            self.core.setProperty("faulty", faulty)
            self.core.style().unpolish(self.core)
            self.core.style().polish(self.core)

    @property
    def reading(self) -> QLabel:
        """What the entry means, beside it or, where there is no room, under it; made when first needed."""
        if self._reading is None:
            self._reading = QLabel(self)
            self._reading.setObjectName(f"{self.field.name}_reading")
            self._reading.setTextFormat(Qt.TextFormat.PlainText)
            self._reading.hide()
            set_role(self._reading, "small")
            self._place_reading()
        return self._reading

    def tell(self, text: str) -> None:
        """Say what the entry means; "" for nothing."""
        if self.bare or (not text and self._reading is None):
            return
        if text != self.reading.text():
            self.reading.setText(text)
            self._place_reading()
        self.reading.setVisible(bool(text))

    def fit(self) -> None:
        """Set the widths that follow the size of type. Editors of a narrow kind override this."""

    def _place_reading(self) -> None:
        """Put the reading beside the entry where the row has room for all of it, else under it."""
        if self._reading is None:
            return
        spacing = self._grid.horizontalSpacing()
        taken = sum(widget.sizeHint().width() + spacing for widget in (self.core, *self._beside))
        under = self.reading.sizeHint().width() > self.width() - taken
        if under != self._under:
            self._under = under
            self._grid.removeWidget(self.reading)
            if under:
                self._grid.addWidget(self.reading, 1, 0, 1, self._last + 1)
            else:
                self._grid.addWidget(self.reading, 0, self._last)
        self.reading.setWordWrap(under)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the place of the reading for the new width."""
        super().resizeEvent(event)
        self._place_reading()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()
            self._place_reading()

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a small window: the reading wraps."""
        usual = super().minimumSizeHint()
        return QSize(self.core.minimumSizeHint().width(), usual.height())
