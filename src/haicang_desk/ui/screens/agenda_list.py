"""The things to be done as a card: one row for each kind, with its gap, two or three names and what to press."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from haicang_desk.model.services import AgendaItem
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.icons import IconTile, set_icon

FEWEST = 6  # rows shown before the rest is asked for
_ICONS = {  # of kinds of items, by how their kind begins
    "R12·尚未": "clock-alert",
    "R12·逾期": "clock-alert",
    "R12·临近": "calendar-clock",
    "期限": "calendar-days",
    "公示期满": "stamp",
    "公示中": "megaphone",
    "等submitted": "list-checks",
    "等approved·unsent": "send",
    "等approved·sent": "file-check-2",
    "等lodged": "users",
    "等sent_back": "undo-2",
    "待拨付": "hand-coins",
    "变更": "pencil",
    "上年": "history",
    "R33": "paperclip",
    "R20": "shield-check",
    "R21": "megaphone",
    "R16": "users",
}
_BY_LEVEL = {"block": "circle-alert", "exception": "triangle-alert", "warn": "triangle-alert", "info": "info"}
LEVEL_WORDS = {"block": "须改", "exception": "须办", "warn": "提醒", "info": "可办"}


def icon_of(item: AgendaItem) -> str:
    """The icon of an item: of its kind, else of its level."""
    if item.level in ("block", "exception") and not item.kind.startswith(("期限", "R12")):
        return _BY_LEVEL[item.level]
    return next((icon for start, icon in _ICONS.items() if item.kind.startswith(start)), _BY_LEVEL[item.level])


class AgendaRow(QFrame):
    """One item. A click anywhere on it, or its button, emits ``chosen``."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "row")
        self.item: AgendaItem | None = None
        self._tile = IconTile("info", "info")
        self.title, self.detail = QLabel(), QLabel()
        set_role(self.title, "strong")
        set_role(self.detail, "muted")
        for label in (self.title, self.detail):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            label.setSizePolicy(policy)
        self.button = QPushButton()
        self.button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the words
        set_role(self.button, "quiet")
        set_icon(self.button, "chevron-right", "accent")
        self.button.clicked.connect(self._choose)
        texts = QVBoxLayout()
        texts.setSpacing(em(self, 0.1))
        texts.addWidget(self.title)
        texts.addWidget(self.detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(em(self, 0.2), em(self, 0.55), 0, em(self, 0.55))
        row.setSpacing(em(self, 0.9))
        row.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_item(self, item: AgendaItem) -> None:
        """Show another item."""
        if item == self.item:
            return
        self.item = item
        self._tile.show_icon(icon_of(item), item.level)
        self._tile.setToolTip(LEVEL_WORDS[item.level])
        self._tile.setAccessibleName(LEVEL_WORDS[item.level])
        self.title.setText(_unbroken(item.title))
        self.detail.setText(_unbroken(item.detail))
        self.detail.setVisible(bool(item.detail))
        self.button.setText(item.action)
        self.button.setObjectName(f"agenda_{item.kind}")
        self.button.setAccessibleName(f"{LEVEL_WORDS[item.level]}，{item.title}：{item.action}")
        self.setToolTip(_clause(item))

    def _choose(self) -> None:
        self.chosen.emit(self.item)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click beside the button."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._choose()


def _unbroken(text: str) -> str:
    """The same text in which no line ends between a number and its unit."""
    return _BEFORE_UNIT.sub("\u00a0", text)


_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[元项天个万件])|(?<=[另共差缺超于]) (?=\d)")


def _clause(item: AgendaItem) -> str:
    """What the item rests on, where it is a finding."""
    if not item.findings:
        return ""
    first = item.findings[0]
    message = "" if len(item.findings) == 1 else f"如{first.title or first.subject}：{first.message}。\n"
    return f"{message}依据：{first.clause}"


class AgendaCard(Card):
    """要处理的事: the most urgent rows, and the rest on demand. ``chosen`` is emitted with an item."""

    chosen = Signal(object)
    month_cleared = Signal()
    begun = Signal()  # the button of an empty year was pressed

    def __init__(self) -> None:
        super().__init__("要处理的事", " ")
        self._items: Sequence[AgendaItem] = ()
        self._month, self._pending, self._invitation = 0, False, ("", "")
        self._fits, self._all = FEWEST, False
        self.rows: list[AgendaRow] = []
        self._chip = QPushButton()
        self._chip.setObjectName("agenda_month")
        self._chip.setAccessibleName("看全部")
        set_role(self._chip, "chip_on")
        set_icon(self._chip, "x", "accent")
        self._chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._chip.clicked.connect(self.month_cleared)
        self._chip.hide()
        self.head.addWidget(self._chip)
        self._box = QVBoxLayout()
        self._box.setSpacing(0)
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._empty, "empty")
        self.begin = QPushButton()
        self.begin.setObjectName("agenda_begin")
        set_role(self.begin, "primary")
        self.begin.clicked.connect(self.begun)
        self.begin.hide()
        self.rest = QPushButton()
        self.rest.setObjectName("agenda_rest")
        set_role(self.rest, "quiet")
        self.rest.clicked.connect(self._toggle)
        self.body.addWidget(self._empty)
        self.body.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addLayout(self._box)
        self.body.addWidget(self.rest, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What the keys stop at, in the order seen; the rows stand between the last two."""
        return self._chip, self.begin, self.rest

    def show_items(self, items: Sequence[AgendaItem], *, pending: bool, invitation: tuple[str, str] = ("", "")) -> None:
        """Show these items; ``pending``: the rules are still being asked, so there may be more.

        ``invitation``: what belongs into an empty year, and the words of the one button with which it is begun.
        """
        self._items, self._pending, self._invitation = items, pending, invitation
        self._show()

    def show_month(self, month: int) -> None:
        """Show only what is due in a month; 0 for all."""
        self._month = month
        self._chip.setText(f"只看 {month}月到期")
        self._chip.setAccessibleName(f"只看 {month}月到期，点一下看全部")
        self._chip.setVisible(bool(month))
        self._show()

    def make_room(self, rows: int) -> None:
        """How many rows there is room for."""
        if (fits := max(rows, FEWEST)) != self._fits:
            self._fits = fits
            self._show()

    def _toggle(self) -> None:
        self._all = not self._all
        self._show()

    @property
    def shown(self) -> list[AgendaItem]:
        """The items in sight."""
        return [row.item for row in self.rows if row.item is not None and not row.isHidden()]

    def _show(self) -> None:
        items = [item for item in self._items if not self._month or (item.due and item.due.month == self._month)]
        few = self._fits if len(items) > self._fits + 1 and not self._all else len(items)  # never "one more"
        self._grow(few)
        for number, row in enumerate(self.rows):
            if number < few:
                row.show_item(items[number])
            row.setVisible(number < few)
        rest = len(items) - self._fits
        self.rest.setVisible(rest > 1)
        self.rest.setText("只看最要紧的" if self._all else f"再看 {rest} 件")
        self.rest.setAccessibleName(self.rest.text())
        set_icon(self.rest, "chevron-up" if self._all else "chevron-down", "accent")
        words, button = self._invitation
        if not words and not items:
            words = f"{self._month}月没有到期的事" if self._month else "没有要处理的事"
        self._empty.setText(words)
        self._empty.setVisible(bool(words))
        self.begin.setText(button)
        self.begin.setAccessibleName(button or "开始")
        self.begin.setVisible(bool(button))
        note = f"{len(items)} 件" + ("，最要紧的在前" if len(items) > 1 else "") if items else ""
        self.note.setText(f"{note}　还在核查…" if self._pending else note)

    def _grow(self, count: int) -> None:
        while len(self.rows) < count:
            row = AgendaRow()
            row.chosen.connect(self.chosen)
            self._box.addWidget(row)
            QWidget.setTabOrder(self.rows[-1].button if self.rows else self.begin, row.button)  # as they are seen
            self.rows.append(row)
