"""The columns of a table: heading, text, order, width and how a cell is drawn, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from PySide6.QtGui import QColor

from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.widgets.share_bars import Share

ROOMY = 5  # the rank from which columns are shown only where there is room to spare


class Mark(NamedTuple):
    """An icon in a cell: its name, the level whose colour it has, and what it says in words."""

    icon: str
    level: str
    words: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table. Heading, shown text, copied text and sort key follow from this one declaration.

    ``value`` takes a row to what the column holds. ``order`` is the name that the row source sorts by, "" where the
    column cannot be sorted. ``width`` is in Chinese characters. Labels are unique within a table: what a person
    chooses of widths and columns is kept by them.
    """

    label: str
    value: Callable[[Any], Any]
    order: str = ""
    width: float = 8
    right: bool = False  # never narrower than its widest figure
    code: bool = False  # 存证码 and the like, made by the program: no digits in it are a number of a person
    colour: Callable[[Any], QColor | None] | None = None
    share: Callable[[Any], Share | None] | None = None  # drawn as a bar under the text
    grows: bool = False  # takes what width is left over
    text: Callable[[Any], str] | None = None  # of a row, where the value is not written as usual
    key: Callable[[Any], Any] | None = None  # of a row, where rows in memory are not sorted by the value
    rank: int = 0  # where the table is too narrow, the column of the highest rank is dropped first; 0: never. From
    # ROOMY on, a column is only shown where those that grow have their whole width beside it
    shown: bool = True  # False: only where a person chooses it in the menu of the heading
    tip: str = ""  # tool tip of the heading, where the label is short
    second_line: Callable[[Any], str] | None = None  # in muted type under the text; the rows are taller then
    pill: Callable[[Any], str | None] | None = None  # level of a pill around the text: "" neutral, None no pill
    icon: Callable[[Any], Mark | None] | None = None  # drawn behind the text

    def show(self, row: Any) -> str:
        """The text of this column for a row; numbers of persons are masked until somebody asks to see them."""
        written = self.text(row) if self.text else _written(self.value(row))
        return written if self.right or self.code else private_view().text(written)

    def below(self, row: Any) -> str:
        """What stands under the text; "" for nothing."""
        return private_view().text(self.second_line(row)) if self.second_line else ""

    def told(self, row: Any) -> str:
        """All that the cell says, for tool tips and screen readers: its text, what its icon means, the second line."""
        mark = self.icon(row) if self.icon else None
        parts = (self.show(row), mark.words if mark else "", self.below(row))
        return "\n".join(filter(None, parts))


def _written(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(getattr(value, "label", value))


def attribute_column(name: str, label: str, width: float = 8, **more: Any) -> TableColumn:
    """A column of the row's attribute ``name``, by which its source can sort too; ``more`` as in TableColumn."""
    return TableColumn(label, attrgetter(name), **{"order": name, "width": width, **more})


def count_column(name: str, label: str, width: float, **more: Any) -> TableColumn:
    """A right-aligned column of a count; nothing is shown for none."""
    count = attrgetter(name)
    return attribute_column(name, label, width, right=True, text=lambda row: str(count(row) or ""), **more)


def money_column(name: str, label: str, width: float = 7, **more: Any) -> TableColumn:
    """A right-aligned column of an amount with thousands separators; nothing is shown for None."""
    return attribute_column(name, label, width, right=True, **more)
