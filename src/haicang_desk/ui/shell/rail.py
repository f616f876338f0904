"""The rail at the left: street and fund year, the search for anything, and the screens with their saved views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import draw_icon, set_icon

Index = QModelIndex | QPersistentModelIndex
NAME, WHAT, COUNT, ICON = (Qt.ItemDataRole.UserRole + number for number in range(4))
WIDTH = 12.5  # characters
LEAST_HEIGHT = 30  # characters of the window's height, below which rows stand closer


@dataclass(frozen=True, slots=True)
class SavedView:
    """A line under a screen: its name, how many rows it has, and what the screen is asked to show."""

    label: str
    what: Any
    count: int | None = None


class NavigationRail(QWidget):
    """``chosen`` is emitted with the name of a screen and what it should show, None for the screen as it stands."""

    chosen = Signal(str, object)
    search_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("nav")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.street = QLabel()
        self.street.setTextFormat(Qt.TextFormat.PlainText)
        self.street.setWordWrap(True)
        set_role(self.street, "heading")
        self.years = QComboBox()
        self.years.setAccessibleName("资金年度")
        self.search = QPushButton("查找")
        self.search.setObjectName("find_anything")
        self.search.setAccessibleName("查找项目、村居、文书和操作")
        self.search.setToolTip("项目、村居、文书、办理步骤和设置，输汉字、拼音或首字母（Ctrl+K）")
        set_icon(self.search, "search", "muted")
        self._key = QLabel("Ctrl K")
        set_role(self._key, "key")
        self._key.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        inside = QHBoxLayout(self.search)
        inside.setContentsMargins(0, 0, em(self, 0.5), 0)
        inside.addStretch(1)
        inside.addWidget(self._key)
        self.search.clicked.connect(self.search_requested)
        self.list = QListWidget()
        self.list.setAccessibleName("导航")
        self.list.setItemDelegate(_RailDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self._fill()
        self._head = QVBoxLayout()
        for widget in (self.street, self.years, self.search):
            self._head.addWidget(widget)
        column = QVBoxLayout(self)
        column.addLayout(self._head)
        column.addWidget(self.list, 1)
        self.list.currentItemChanged.connect(self._on_current)
        self.list.itemClicked.connect(self._on_clicked)
        self.fit()

    def _fill(self) -> None:
        for each in NAVIGATION_ITEMS:
            if each.listed:
                item = QListWidgetItem(each.label)
                item.setData(NAME, each.name)
                item.setData(ICON, each.icon)
                item.setToolTip(f"{each.label}（{each.shortcut}）" if each.shortcut else each.label)
                self.list.addItem(item)

    def fit(self) -> None:
        """Adapt the width to the size of type."""
        self.setFixedWidth(em(self, WIDTH))
        column = self.layout()
        assert column is not None
        column.setContentsMargins(0, em(self, 1.0), 0, em(self, 0.5))
        self._head.setContentsMargins(em(self, 0.9), 0, em(self, 0.9), 0)
        self._head.setSpacing(em(self, 0.4))
        self.list.doItemsLayout()

    def open(self, is_open: bool) -> None:
        """Whether there is a store to go about in."""
        self.list.setEnabled(is_open)
        for widget in (self.years, self.street, self.search):
            widget.setVisible(is_open)
        if not is_open:
            self.set_views("projects", ())

    def set_count(self, name: str, count: int | None) -> None:
        """Show a number at the right of a screen's line; None shows none."""
        for number in range(self.list.count()):
            item = self.list.item(number)
            if item.data(NAME) == name and item.data(WHAT) is None:
                item.setData(COUNT, count)

    def set_views(self, parent: str, views: Sequence[SavedView]) -> None:
        """Show saved views beneath the line of a screen, in place of those shown before."""
        self.list.blockSignals(True)
        for number in reversed(range(self.list.count())):
            if self.list.item(number).data(NAME) == parent and self.list.item(number).data(WHAT) is not None:
                self.list.takeItem(number)
        place = next((n for n in range(self.list.count()) if self.list.item(n).data(NAME) == parent), -1) + 1
        for offset, view in enumerate(views if place else ()):
            item = QListWidgetItem(view.label)
            item.setData(NAME, parent)
            item.setData(WHAT, view.what)
            item.setData(COUNT, view.count)
            item.setToolTip(f"{view.label}：{view.count} 项" if view.count is not None else view.label)
            self.list.insertItem(place + offset, item)
        self.list.blockSignals(False)

    def mark(self, name: str) -> None:
        """Mark the line of a screen."""
        self.list.blockSignals(True)
        for number in range(self.list.count()):
            item = self.list.item(number)
            if item.data(NAME) == name and item.data(WHAT) is None:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(WHAT) is None:
            self.chosen.emit(item.data(NAME), None)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        """A view, or a screen again: a page within it may be in sight while its line is the current one."""
        if item.data(WHAT) is not None or item is self.list.currentItem():
            self.chosen.emit(item.data(NAME), item.data(WHAT))


class _RailDelegate(QStyledItemDelegate):
    """Draws a line of the rail: icon, name and number; a view is indented and has no icon."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A line of the list; closer where the window is low."""
        view = self.parent()
        assert isinstance(view, QWidget)
        wide = em(view, 1)
        tall = 2.35 if view.window().height() > wide * LEAST_HEIGHT else 1.9
        return QSize(wide * 4, round(wide * tall))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one line."""
        view = self.parent()
        assert isinstance(view, QListWidget)
        wide, state = em(view, 1), option.state
        box = QRectF(option.rect).adjusted(wide * 0.6, 1, -wide * 0.6, -1)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        enabled = bool(state & QStyle.StateFlag.State_Enabled)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen and enabled:
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(box, wide * 0.4, wide * 0.4)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(box, wide * 0.4, wide * 0.4)
        is_view = index.data(WHAT) is not None
        token = "disabled" if not enabled else "on_accent" if chosen else "muted" if is_view else "text"
        left = box.left() + wide * 0.6
        if name := index.data(ICON):
            draw_icon(painter, QRectF(left, box.top(), wide * 1.2, box.height()), name, token)
        left += wide * 1.9
        font = painter.font()
        font.setBold(chosen)
        painter.setFont(font)
        painter.setPen(theme.colour(token))
        count = index.data(COUNT)
        number = "" if count is None else f"{count:,}" if count < 100_000 else f"{count // 10_000}万"
        room = painter.fontMetrics().horizontalAdvance(number) + wide * 0.5 if number else 0
        text_box = QRectF(left, box.top(), box.right() - left - wide * 0.5 - room, box.height())
        shown = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, round(text_box.width()))
        painter.drawText(text_box, theme.LEFT, shown)
        if number:
            painter.setPen(theme.colour(token if chosen or not enabled else "muted"))
            painter.drawText(box.adjusted(0, 0, -wide * 0.5, 0), theme.RIGHT, number)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.colour("on_accent" if chosen else "accent"))
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), wide * 0.3, wide * 0.3)
        painter.restore()
