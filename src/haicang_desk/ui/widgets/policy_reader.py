"""The scheme as a page to read: paragraphs as they are printed, each with how much rests on it, one selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from haicang_desk.model.policy import PolicyParagraph
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.cards import draw_pill

Index = QModelIndex | QPersistentModelIndex
PARAGRAPH = Qt.ItemDataRole.UserRole
MARKS = Qt.ItemDataRole.UserRole + 1
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
ROOM = 8.5  # characters at the right for what rests on a paragraph
_SIZES = {1: 1.2, 2: 1.08}


@dataclass(frozen=True, slots=True)
class ParagraphMark:
    """A word beside a paragraph, on the ground of its level."""

    text: str
    level: str


class _ParagraphDelegate(QStyledItemDelegate):
    """A paragraph wrapped to the width, headings larger, its marks at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._wrapped: tuple[int, str] = (0, "")  # the width and font that heights are known for
        self._heights: dict[PolicyParagraph, int] = {}  # Qt asks for all of them again and again

    def _font(self, view: QWidget, paragraph: PolicyParagraph) -> QFont:
        font = QFont(view.font())
        if paragraph.level > 0:
            font.setPointSizeF(font.pointSizeF() * _SIZES[paragraph.level])
            font.setBold(True)
        return font

    def _text_box(self, view: QWidget, option: QStyleOptionViewItem) -> QRect:
        wide = option.rect.width() if option.rect.width() > 0 else view.width()
        margin = em(view, 1.4)
        return QRect(option.rect.left() + margin, option.rect.top(), wide - em(view, ROOM) - margin, 100_000)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as the wrapped text needs."""
        view = self.parent()
        assert isinstance(view, QListWidget)
        paragraph: PolicyParagraph = index.data(PARAGRAPH)
        wrapped = (view.viewport().width(), view.font().key())
        if wrapped != self._wrapped:
            self._wrapped, self._heights = wrapped, {}
        if paragraph not in self._heights:
            self._heights[paragraph] = self._height(view, option, paragraph)
        return QSize(em(view, 20), self._heights[paragraph])

    def _height(self, view: QListWidget, option: QStyleOptionViewItem, paragraph: PolicyParagraph) -> int:
        option = QStyleOptionViewItem(option)
        option.rect.setWidth(view.viewport().width())
        box = self._text_box(view, option)
        metrics = QFontMetrics(self._font(view, paragraph))
        text = metrics.boundingRect(QRect(0, 0, box.width(), box.height()), int(_WRAP), _shown(paragraph))
        return text.height() + em(view, 1.5 if paragraph.level > 0 else 0.9)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the ground of a selected one, its text, and its marks."""
        view = self.parent()
        assert isinstance(view, QListWidget)
        paragraph: PolicyParagraph = index.data(PARAGRAPH)
        selected = index.row() == view.currentRow()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_tint"))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(4, 1, -4, -1), em(view, 0.5), em(view, 0.5))
            painter.setBrush(theme.colour("accent"))
            painter.drawRect(QRectF(option.rect.left() + 4, option.rect.top() + 6, 3, option.rect.height() - 12))
        painter.setPen(theme.colour("muted" if paragraph.level < 0 else "text"))
        painter.setFont(self._font(view, paragraph))
        box = self._text_box(view, option)
        top = em(view, 0.9 if paragraph.level > 0 else 0.45)
        painter.drawText(box.adjusted(0, top, 0, top), int(_WRAP), _shown(paragraph))
        self._draw_marks(painter, view, option.rect, index.data(MARKS) or ())
        painter.restore()

    def _draw_marks(self, painter: QPainter, view: QWidget, row: QRect, marks: Sequence[ParagraphMark]) -> None:
        font = QFont(view.font())
        font.setPointSizeF(font.pointSizeF() * 0.92)
        painter.setFont(font)
        top = row.top() + em(view, 0.5)
        for mark in marks:
            wide = painter.fontMetrics().horizontalAdvance(mark.text) + em(view, 1.2)
            box = QRectF(row.right() - wide - em(view, 0.9), top, wide, em(view, 1.4))
            if box.bottom() <= row.bottom():
                draw_pill(painter, box, mark.text, mark.level)
            top += em(view, 1.6)


def _shown(paragraph: PolicyParagraph) -> str:
    """Running text begins two characters in, as it is printed."""
    return f"　　{paragraph.text}" if paragraph.level == 0 else paragraph.text


class PolicyReader(QListWidget):
    """The paragraphs. ``picked`` has the paragraph that is selected."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("方案全文")
        self.setItemDelegate(_ParagraphDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(em(self, 2))
        self.currentItemChanged.connect(self._tell)

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.picked.emit(item.data(PARAGRAPH))

    def show_paragraphs(self, paragraphs: Sequence[PolicyParagraph]) -> None:
        """Show these paragraphs."""
        self.clear()
        for paragraph in paragraphs:
            item = QListWidgetItem()
            item.setData(PARAGRAPH, paragraph)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, paragraph.text)
            self.addItem(item)

    def mark(self, marks: Mapping[str, Sequence[ParagraphMark]]) -> None:
        """Show marks beside the paragraphs of these places."""
        for number in range(self.count()):
            item = self.item(number)
            paragraph: PolicyParagraph = item.data(PARAGRAPH)
            item.setData(MARKS, tuple(marks.get(paragraph.place, ())) if paragraph.level >= 0 else ())

    def turn_to(self, place: str) -> bool:
        """Select the paragraph of a place and bring it to the top. Gives whether there is one."""
        for number in range(self.count()):
            if self.item(number).data(PARAGRAPH).place == place:
                self.setCurrentRow(number)
                self.scrollToItem(self.item(number), QListWidget.ScrollHint.PositionAtCenter)
                return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap for the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        """Wrap for another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.scheduleDelayedItemsLayout()
