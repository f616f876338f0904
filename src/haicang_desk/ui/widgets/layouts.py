"""Widgets that arrange others or shorten text: wrapping row, remembered splitter, elided label, closing row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QWidget,
)

from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.shell.theme import set_role


class FlowRow(QWidget):
    """Widgets from left to right that wrap to the next line; the height follows from the width."""

    def __init__(self, gap: int = 6) -> None:
        super().__init__()
        self._gap = gap
        self._widgets: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, widget: QWidget) -> None:
        """Add a widget at the end."""
        widget.setParent(self)
        widget.show()
        self._widgets.append(widget)
        self._place()

    def take(self, widget: QWidget) -> None:
        """Take a widget out, which stays alive and may be added again."""
        if widget in self._widgets:
            self._widgets.remove(widget)

    def clear(self) -> None:
        """Remove all widgets."""
        for widget in self._widgets:
            # Without a parent it would be Python's, and gone in the middle of its own signal.
            widget.hide()
            widget.setObjectName("")
            widget.deleteLater()
        self._widgets = []
        self._place()

    def place(self) -> None:
        """Wrap again, after a widget was hidden, shown or given another text."""
        self._place()

    def widgets(self) -> list[QWidget]:
        """The widgets in order."""
        return list(self._widgets)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap for the new width."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Wrap again when a widget or the font changes."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.FontChange):
            self._place()
        return super().event(event)

    def sizeHint(self) -> QSize:
        """The size the widget would like to have."""
        return QSize(self.width(), self._place(move=False))

    def _place(self, *, move: bool = True) -> int:
        """Place the widgets in lines, each in the middle of its line's height, and give the height of all lines."""
        lines: list[list[tuple[QWidget, int, QSize]]] = [[]]
        x = 0
        for widget in self._widgets:
            if widget.isHidden():
                continue
            size = widget.sizeHint().expandedTo(widget.minimumSize()).boundedTo(widget.maximumSize())
            if x and x + size.width() > self.width():
                x = 0
                lines.append([])
            lines[-1].append((widget, x, size))
            x += size.width() + self._gap
        y = 0
        for line in filter(None, lines):
            tallest = max(size.height() for _, _, size in line)
            for widget, left, size in line if move else ():
                widget.setGeometry(left, y + (tallest - size.height()) // 2, size.width(), size.height())
            y += tallest + self._gap
        height = max(y - self._gap, 0)
        if move and self.height() != height:
            self.setFixedHeight(height)
        return height


class FlowGrid(QWidget):
    """Widgets of equal width in as many columns as have room for ``least`` characters each."""

    def __init__(self, widgets: Sequence[QWidget], *, least: float) -> None:
        super().__init__()
        self._widgets, self._least, self._placed = tuple(widgets), least, (0, 0)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.fit()

    def fit(self) -> None:
        """Place the widgets that are not hidden for the width there is."""
        shown = [widget for widget in self._widgets if not widget.isHidden() or widget.parent() is None]
        least = max(round(self.fontMetrics().horizontalAdvance("国") * self._least), 1)
        columns = max(1, min(len(shown), self.width() // least))
        self._grid.setSpacing(round(least / self._least))
        if (len(shown), columns) == self._placed:
            return
        self._placed = len(shown), columns
        for number, widget in enumerate(shown):
            self._grid.addWidget(widget, number // columns, number % columns)
        for column in range(max(len(self._widgets), 1)):
            self._grid.setColumnStretch(column, int(column < columns))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place them for the new width."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Place them for another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, self.fit)  # nothing is moved while Qt goes through all widgets


class RememberedSplitter(QSplitter):
    """A splitter whose position is kept in the settings. Its parts cannot be dragged shut.

    The position kept is taken again when the screen has been laid out: before, the splitter is small, and its parts
    would be scaled from there.
    """

    def __init__(self, orientation: Qt.Orientation, name: str, settings: Settings) -> None:
        super().__init__(orientation)
        self.setChildrenCollapsible(False)
        self._key, self._settings = f"分隔/{name}", settings
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(lambda: self.restoreState(settings.state(self._key)))
        self.splitterMoved.connect(lambda *_: settings.keep(self._key, self.saveState()))

    @property
    def kept(self) -> bool:
        """Whether a person has ever moved it."""
        return bool(self._settings.state(self._key))

    def restore(self) -> None:
        """Restore the position, when all parts are in."""
        if state := self._settings.state(self._key):
            self.restoreState(state)
            self._settling.start(0)


_ROUND = 3  # pixels: widths of type are fractions, and one that is rounded down cuts the last character


class ElidedLabel(QLabel):
    """A label of one line that is cut with … where it does not fit; the tool tip has the whole text."""

    def __init__(self, text: str = "", role: str = "small", *, least: int = 0) -> None:
        self._least = least  # characters that are never cut
        self._whole = self._told = ""  # first, because the making asks for the size
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_role(self, role)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Set the whole text."""
        self._whole = text
        self._fit()
        self.updateGeometry()

    def text(self) -> str:
        """The whole text."""
        return self._whole

    def sizeHint(self) -> QSize:
        """The size the widget would like to have."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + _ROUND, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The smallest size the widget can be used at."""
        least = f"{self._whole[: self._least]}…" if len(self._whole) > self._least else self._whole
        wide = self.fontMetrics().horizontalAdvance(least) + _ROUND if self._least else 0
        return QSize(wide, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Fit the text again when the font or the style changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width() - 1, 0))
        super().setText(shown)
        super().setToolTip(self._told or (self._whole if shown != self._whole else ""))

    def setToolTip(self, text: str) -> None:
        """Say something else than the whole text; "" for the whole text where it is cut."""
        self._told = text
        self._fit()


def closing_row(dialog: QDialog, text: str) -> QHBoxLayout:
    """The last row of a dialog that only shows something: a note, and a button to close it."""
    note = QLabel(text)
    set_role(note, "muted")
    close = QPushButton("关闭(&C)")
    close.setAccessibleName("关闭")
    close.clicked.connect(dialog.accept)
    row = QHBoxLayout()
    row.addWidget(note)
    row.addStretch(1)
    row.addWidget(close)
    return row


def scroll_area(page: QWidget) -> QScrollArea:
    """Put a page into a scroll area that resizes it with the window."""
    page.setObjectName("page")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(page)
    return area
