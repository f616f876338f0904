"""A preview of a PDF: its pages as they will be printed, one beneath the other, only those in sight drawn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QHBoxLayout,
    QLabel,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import set_icon
from haicang_desk.ui.widgets.layouts import ElidedLabel

DOTS = 110  # dots an inch of the pictures given
STEPS = (0.4, 0.5, 0.65, 0.8, 1.0, 1.25, 1.6, 2.0)
WIDTH, WHOLE = -1, -2  # zoom: as wide as there is room, and one page as a whole
KEPT = 8  # scaled pages
HINT = "＋ － 缩放，0 适合宽度，1 整页，翻页键翻页"


class PageSheets(QAbstractScrollArea):
    """The pages. Keys: + and − zoom, 0 fits the width, 1 the page, PgUp and PgDn turn pages, Home and End."""

    turned = Signal()  # another page is in sight, or the zoom changed

    def __init__(self) -> None:
        super().__init__()
        self._pages: Sequence[QImage] = ()
        self._zoom = WIDTH
        self._boxes: list[QRect] = []
        self._scaled: OrderedDict[tuple[int, int, int], QPixmap] = OrderedDict()
        self.dimmed = False
        self.setAccessibleName("文书预览")
        self.setAccessibleDescription(HINT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().valueChanged.connect(lambda _: self.turned.emit())

    def show_pages(self, pages: Sequence[QImage]) -> None:
        """Show other pages; where there are as many as before, the place in them is kept."""
        same = len(pages) == len(self._pages)
        self._pages = pages
        self._scaled.clear()
        self.dimmed = False
        self._lay_out()
        if not same:
            self.verticalScrollBar().setValue(0)
        self.viewport().update()
        self.turned.emit()

    def dim(self) -> None:
        """Show that these pages are no longer what would be printed."""
        self.dimmed = True
        self.viewport().update()

    @property
    def page(self) -> int:
        """The number of the page in the middle of what is in sight, from 0."""
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        return max((n for n, box in enumerate(self._boxes) if box.top() <= middle), default=0)

    def page_boxes(self) -> list[QRect]:
        """Where each page lies, from the top of the first one's margin."""
        return list(self._boxes)

    def turn_to(self, number: int) -> None:
        """Bring the top of a page into sight."""
        if self._boxes:
            box = self._boxes[min(max(number, 0), len(self._boxes) - 1)]
            self.verticalScrollBar().setValue(box.top() - self._gap)

    def zoom(self, by: int) -> None:
        """One step larger or smaller; 0 fits the width."""
        if by == 0:
            self._zoom = WIDTH
        else:
            now = self._share(self._pages[0]) if self._pages else 1.0
            larger = [n for n, step in enumerate(STEPS) if step > now + 0.01]
            smaller = [n for n, step in enumerate(STEPS) if step < now - 0.01]
            self._zoom = (larger or [len(STEPS) - 1])[0] if by > 0 else (smaller or [0])[-1]
        self._relay()

    def fit_page(self) -> None:
        """Show one page as a whole."""
        self._zoom = WHOLE
        self._relay()

    def _relay(self) -> None:
        page = self.page
        self._lay_out()
        self.turn_to(page)
        self.viewport().update()
        self.turned.emit()

    @property
    def _gap(self) -> int:
        return em(self, 0.8)

    def _share(self, page: QImage) -> float:
        """How large a page is shown, as a share of its picture."""
        if self._zoom >= 0:
            return STEPS[self._zoom]
        room = self.viewport().size() - QSize(2 * self._gap, 2 * self._gap)
        wide = min(max(room.width(), 80) / page.width(), 1.6)
        return wide if self._zoom == WIDTH else min(wide, max(room.height(), 80) / page.height())

    def _lay_out(self) -> None:
        self._boxes, top, widest = [], self._gap, 0
        for page in self._pages:
            share = self._share(page)
            size = QSize(round(page.width() * share), round(page.height() * share))
            self._boxes.append(QRect(0, top, size.width(), size.height()))
            top, widest = top + size.height() + self._gap, max(widest, size.width())
        view = self.viewport().size()
        for bar, whole, seen in (
            (self.verticalScrollBar(), top, view.height()),
            (self.horizontalScrollBar(), widest + 2 * self._gap, view.width()),
        ):
            bar.setRange(0, max(whole - seen, 0))
            bar.setPageStep(seen)
            bar.setSingleStep(em(self, 3))
        for box in self._boxes:
            box.moveLeft(max((view.width() - box.width()) // 2, self._gap))

    def _picture(self, number: int, box: QRect) -> QPixmap:
        ratio = self.devicePixelRatioF()
        key = (number, round(box.width() * ratio), round(box.height() * ratio))
        if key not in self._scaled:
            mode = Qt.TransformationMode.SmoothTransformation
            scaled = self._pages[number].scaled(key[1], key[2], Qt.AspectRatioMode.IgnoreAspectRatio, mode)
            made = QPixmap.fromImage(scaled)
            made.setDevicePixelRatio(ratio)
            self._scaled[key] = made
            if len(self._scaled) > KEPT:
                self._scaled.popitem(last=False)
        return self._scaled[key]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pages in sight, each with a line around it."""
        painter = QPainter(self.viewport())
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        seen = self.viewport().rect()
        for number, whole in enumerate(self._boxes):
            box = whole.translated(-across, -down)
            if box.intersects(seen):
                painter.setOpacity(0.45 if self.dimmed else 1.0)
                painter.drawPixmap(box.topLeft(), self._picture(number, box))
                painter.setOpacity(1.0)
                painter.setPen(QColor(theme.colour("line_strong")))
                painter.drawRect(box.adjusted(-1, -1, 0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pages to the new room."""
        super().resizeEvent(event)
        self._relay()

    def changeEvent(self, event: QEvent) -> None:
        """Lay out again for another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom and turn pages."""
        acts: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Plus: lambda: self.zoom(1),
            Qt.Key.Key_Equal: lambda: self.zoom(1),
            Qt.Key.Key_Minus: lambda: self.zoom(-1),
            Qt.Key.Key_0: lambda: self.zoom(0),
            Qt.Key.Key_1: self.fit_page,
            Qt.Key.Key_PageDown: lambda: self.turn_to(self.page + 1),
            Qt.Key.Key_PageUp: lambda: self.turn_to(self.page - 1),
            Qt.Key.Key_Home: lambda: self.turn_to(0),
            Qt.Key.Key_End: lambda: self.turn_to(len(self._boxes) - 1),
        }
        act = acts.get(Qt.Key(event.key()))
        if act is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            act()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl held, else scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)


def _call(act: Callable[[], None], _: bool = False) -> None:
    act()


class PdfView(QWidget):
    """Shows pages, fitted to the width until another size is chosen, or a message in their place."""

    def __init__(self, empty: str) -> None:
        super().__init__()
        self._pages: Sequence[QImage] = ()
        self._caption = ElidedLabel(role="muted")
        self._number = QLabel()
        set_role(self._number, "muted")
        bar = QHBoxLayout()
        bar.setSpacing(em(self, 0.3))
        bar.addWidget(self._number)
        bar.addStretch(1)
        self.sheets = PageSheets()
        for icon, name, act in (
            ("zoom-out", "缩小预览", lambda: self.sheets.zoom(-1)),
            ("zoom-in", "放大预览", lambda: self.sheets.zoom(1)),
            ("move-horizontal", "预览适合宽度", lambda: self.sheets.zoom(0)),
            ("file", "预览整页", self.sheets.fit_page),
        ):
            button = QToolButton()
            button.setAccessibleName(name)
            button.setToolTip(f"{name}（{HINT}）")
            set_role(button, "quiet")
            set_icon(button, icon, "muted")
            button.clicked.connect(partial(_call, act))
            bar.addWidget(button)
        self._message = QLabel(self)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._message, "empty")
        self._stack = QStackedLayout()
        self._stack.addWidget(self._message)
        self._stack.addWidget(self.sheets)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self._caption)
        layout.addLayout(self._stack, 1)
        self.sheets.turned.connect(self._tell_page)
        self.show_text(empty)

    def show_text(self, text: str) -> None:
        """Show a message in place of pages."""
        self._pages = ()
        self.sheets.show_pages(())
        self._message.setText(text)
        self._stack.setCurrentWidget(self._message)
        self._caption.setText("")

    def show_pages(self, pages: Sequence[QImage], caption: str) -> None:
        """Show pages with a line of text above them."""
        self._pages = pages
        self._caption.setText(caption)
        self._stack.setCurrentWidget(self.sheets)
        self.sheets.show_pages(pages)

    def show_stale(self, caption: str) -> None:
        """Keep the pages in sight, dimmed, while newer ones are made; without pages show the words alone."""
        if self._pages:
            self.sheets.dim()
            self._caption.setText(caption)
        else:
            self.show_text(caption)

    @property
    def stale(self) -> bool:
        """Whether what is in sight is no longer what would be printed."""
        return self.sheets.dimmed

    def _tell_page(self) -> None:
        self._number.setText(f"第 {self.sheets.page + 1} / {len(self._pages)} 页" if len(self._pages) > 1 else "")
