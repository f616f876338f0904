"""The list of documents, each with how many could be printed now, were issued, and have changed since."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em

if TYPE_CHECKING:
    from haicang_desk.model.documents import DocumentType, PrintCounts

Index = QModelIndex | QPersistentModelIndex
NAME = Qt.ItemDataRole.UserRole
COUNTS = Qt.ItemDataRole.UserRole + 1
SCOPES = (("project", "一项目一份"), ("village", "一村居一份"), ("street", "全街道一份"))


class _KindDelegate(QStyledItemDelegate):
    """Two lines a document: its title, and its figures below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines for a document, one for a heading."""
        view = self.parent()
        assert isinstance(view, QWidget)
        return QSize(em(view, 8), round(em(view, 3.2 if index.data(NAME) else 2.4)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw ground, title and figures."""
        view = self.parent()
        assert isinstance(view, QWidget)
        title, counts = str(index.data()), index.data(COUNTS)
        option = QStyleOptionViewItem(option)
        self.initStyleOption(option, index)
        option.text = ""
        view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, view)
        box = QRectF(option.rect).adjusted(em(view, 0.8), 0, -em(view, 0.6), 0)
        painter.save()
        if not index.data(NAME):
            painter.setPen(theme.colour("muted"))
            box.adjust(-em(view, 0.2), 0, 0, -em(view, 0.3))
            painter.drawText(box, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, title)
        else:
            self._draw_document(painter, box, title, counts)
        painter.restore()

    def _draw_document(self, painter: QPainter, box: QRectF, title: str, counts: PrintCounts | None) -> None:
        half = box.height() / 2
        upper = QRectF(box.left(), box.top() + half * 0.12, box.width(), half)
        lower = QRectF(box.left(), box.top() + half * 0.94, box.width(), half * 0.85)
        painter.setPen(theme.colour("text"))
        font = QFont(painter.font())
        weighty = QFont(font)
        weighty.setWeight(QFont.Weight.DemiBold)
        painter.setFont(weighty)
        cut = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)
        font.setPointSizeF(font.pointSizeF() * 0.92)
        painter.setFont(font)
        at = lower.left()
        for text, token in figures(counts):
            wide = painter.fontMetrics().horizontalAdvance(text)
            if at + wide > lower.right():
                break
            painter.setPen(theme.colour(token))
            left = QRectF(at, lower.top(), wide + 2, lower.height())
            painter.drawText(left, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            at += wide + painter.fontMetrics().horizontalAdvance("国")


def figures(counts: PrintCounts | None) -> list[tuple[str, str]]:
    """The figures of a document as words, each with the name of its colour; what matters most first."""
    if counts is None:
        return [("…", "muted")]
    found = [(f"可印 {counts.ready:,}", "muted")]
    if counts.changed:
        found.append((f"有变动 {counts.changed:,}", "exception"))
    if counts.issued:
        found.append((f"已印发 {counts.issued:,}", "done"))
    return found


class DocumentKinds(QListWidget):
    """All documents under the headings of what they are of."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("文书种类")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # a narrow list cuts with …
        self.setItemDelegate(_KindDelegate(self))
        self.fit()

    def fit(self) -> None:
        """Adapt the least width to the size of type."""
        self.setMinimumWidth(em(self, 11))

    def fill(self) -> None:
        """List the catalogue; loading it takes a moment the first time."""
        from haicang_desk.model.documents import DOCUMENTS

        self.blockSignals(True)
        for scope, heading in SCOPES:
            head = QListWidgetItem(heading)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(head)
            for document in DOCUMENTS.values():
                if document.scope == scope:
                    item = QListWidgetItem(document.title)
                    item.setData(NAME, document.name)
                    item.setToolTip(document.title)
                    self.addItem(item)
        self.blockSignals(False)

    def show_counts(self, counts: Callable[[DocumentType], PrintCounts | None]) -> None:
        """Show the figures of every document."""
        from haicang_desk.model.documents import DOCUMENTS

        for number in range(self.count()):
            item = self.item(number)
            if name := item.data(NAME):
                found = counts(DOCUMENTS[name])
                item.setData(COUNTS, found)
                words = "，".join(text for text, _ in figures(found)) if found else "还没有统计"
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}，{words}")

    def pick(self, name: str) -> None:
        """Select a document by its name."""
        for number in range(self.count()):
            if self.item(number).data(NAME) == name:
                self.setCurrentRow(number)

    @property
    def name(self) -> str:
        """The name of the document selected, "" for none."""
        item = self.currentItem()
        return str(item.data(NAME) or "") if item else ""

    def changeEvent(self, event: QEvent) -> None:
        """Lay out again for another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()
            self.scheduleDelayedItemsLayout()
