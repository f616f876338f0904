"""A line with a list of offers under it; the keyboard stays in the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QHideEvent, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from haicang_desk.ui.shell.theme import em, set_role

MOST_ROWS = 10  # seen at once
_OFFER = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Offer:
    """A row of the list: its name, what tells it from others, and what it stands for."""

    label: str
    note: str = ""
    data: str = ""
    new: bool = False  # picking it registers something new
    idle: bool = False  # only tells something


class OfferList(QListView):
    """The list. It takes no focus, opens under its line or above it, and closes with it."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line)
        self.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setItemDelegate(_OfferDelegate(self))
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setAccessibleName("可选的内容")
        set_role(self, "offers")

    def show_offers(self, offers: Sequence[Offer], *, mark: bool) -> None:
        """List offers, the first of them marked where ``mark``."""
        self._rows.clear()
        for offer in offers:
            item = QStandardItem(offer.label)
            item.setData(offer, _OFFER)
            if offer.idle:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._rows.appendRow(item)
        self.setCurrentIndex(self._rows.index(0, 0) if mark and offers else QModelIndex())
        line = self.parentWidget()
        if offers and line is not None:
            rows = min(len(offers), MOST_ROWS)
            wide = max(self.sizeHintForColumn(0) + em(self, 1.5), line.width())
            high = self.sizeHintForRow(0) * rows + 2 * self.frameWidth() + 2
            place_popup(self, line, QSize(min(wide, max(line.width(), em(self, 30))), high))
            self.show()
        else:
            self.hide()

    def marked(self) -> Offer | None:
        """The offer marked, None for none."""
        offer = self.currentIndex().data(_OFFER)
        return offer if isinstance(offer, Offer) and not offer.idle else None

    def offers(self) -> list[Offer]:
        """All that is listed."""
        return [self._rows.index(row, 0).data(_OFFER) for row in range(self._rows.rowCount())]

    def step(self, rows: int) -> None:
        """Move the mark, around the end."""
        count = self._rows.rowCount()
        at = self.currentIndex().row()
        to = (at + rows) % count if at >= 0 else (0 if rows > 0 else count - 1)
        if abs(rows) > 1:
            to = min(max(at + rows, 0), count - 1)
        self.setCurrentIndex(self._rows.index(to, 0))


def place_popup(popup: QWidget, anchor: QWidget, size: QSize) -> None:
    """Put a popup under a widget, above it where there is no room, and always within the screen."""
    room = anchor.screen().availableGeometry()
    size = size.boundedTo(room.size())
    corner = anchor.mapToGlobal(anchor.rect().bottomLeft())
    top = anchor.mapToGlobal(anchor.rect().topLeft()).y()
    x = min(max(corner.x(), room.left()), room.right() + 1 - size.width())
    y = corner.y() + 1
    if y + size.height() > room.bottom() + 1:
        y = max(top - size.height(), room.top()) if top - room.top() > room.bottom() - corner.y() else y
        y = min(y, room.bottom() + 1 - size.height())
    popup.setGeometry(QRect(QPoint(x, max(y, room.top())), size))


class OfferLine(QLineEdit):
    """A line that lists what fits while one types. Enter takes the row marked, and goes on.

    ``must_pick``: only what is listed may stand in it, so the first row is marked at once. Otherwise a row is marked
    at once only for letters, which can hardly be meant as they stand.
    """

    taken = Signal(object)  # the Offer picked
    completed = Signal()  # picked with the mouse
    new_requested = Signal(str)  # the row that registers something new was picked

    def __init__(self, *, must_pick: bool) -> None:
        super().__init__()
        self._must_pick = must_pick
        self._list: OfferList | None = None
        self.textEdited.connect(self._on_typed)

    @property
    def list(self) -> OfferList:
        """The list, made when it is first opened."""
        if self._list is None:
            self._list = OfferList(self)
            self._list.clicked.connect(self._on_clicked)
        return self._list

    @property
    def listing(self) -> bool:
        """Whether the list is open."""
        return self._list is not None and self._list.isVisible()

    def _close_list(self) -> None:
        if self._list is not None:
            self._list.hide()

    def offers_for(self, text: str) -> Sequence[Offer]:
        """What to offer for a text, all of it for ""."""
        raise NotImplementedError

    def settled(self) -> bool:
        """Whether what is written needs no picking."""
        return True

    def confirm(self) -> bool:
        """Take the row marked; False where the person must pick or register something first."""
        if not self.listing:
            if self.settled():
                return True
            self.open_list(self.text())
        offer = self.list.marked()
        if offer is None:
            self.list.setVisible(self.listing and not self.settled())
            return self.settled()
        return self._take(offer)

    def open_list(self, text: str = "") -> None:
        """List what fits a text."""
        letters = bool(text) and text.strip().isascii()
        offers = self.offers_for(text)
        named = [row for row, offer in enumerate(offers) if offer.label == self.text()] if not text else []
        self.list.show_offers(offers, mark=self._must_pick or letters)
        if named:
            self.list.setCurrentIndex(self.list.model().index(named[0], 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list while it is open; F7, ↓ and F4 open it."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: MOST_ROWS, Qt.Key.Key_PageUp: -MOST_ROWS}
        key = Qt.Key(event.key())
        if self.listing:
            if key in steps:
                self.list.step(steps[key])
                return
            if key in (Qt.Key.Key_Escape, Qt.Key.Key_F7, Qt.Key.Key_F4):
                self._close_list()
                return
        elif key in (Qt.Key.Key_F7, Qt.Key.Key_F4, Qt.Key.Key_Down) and not self.isReadOnly():
            self.open_list("" if self.settled() else self.text())
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.listing:
            self.confirm()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list."""
        super().focusOutEvent(event)
        self._close_list()

    def hideEvent(self, event: QHideEvent) -> None:
        """Close the list with the line."""
        super().hideEvent(event)
        self._close_list()

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the dialog while the list is open."""
        overrides = event.type() == QEvent.Type.ShortcutOverride and self.listing
        if overrides and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def _on_typed(self, text: str) -> None:
        if text.strip() or self.listing:
            self.open_list(text)

    def _take(self, offer: Offer) -> bool:
        self._close_list()
        if offer.new:
            self.new_requested.emit(offer.data)
            return False
        self.setText(offer.label)
        self.taken.emit(offer)
        return True

    def _on_clicked(self, index: QModelIndex) -> None:
        offer = index.data(_OFFER)
        if isinstance(offer, Offer) and not offer.idle and self._take(offer):
            self.completed.emit()


class _OfferDelegate(QStyledItemDelegate):
    """Draws name and, at the right, what tells it from others."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        super().paint(painter, option, index)
        offer = index.data(_OFFER)
        if isinstance(offer, Offer) and offer.note:
            painter.save()
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            role = option.palette.ColorRole.Text if chosen else option.palette.ColorRole.PlaceholderText
            painter.setPen(option.palette.color(role))
            room = option.rect.adjusted(0, 0, -option.fontMetrics.averageCharWidth(), 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, offer.note)
            painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Room for name and note, one and a half lines high."""
        offer = index.data(_OFFER)
        metrics = QFontMetrics(option.font)
        text = f"{offer.label}　　{offer.note}" if isinstance(offer, Offer) else ""
        return QSize(metrics.horizontalAdvance(text), round(metrics.height() * 1.55))
