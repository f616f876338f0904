"""What can be wrong with the looks of a widget, found by walking it: cut, overlapping, out of reach or nameless.

``faults`` is asked of anything that is shown: the window, a dialog, a popup. It reads geometry and fonts as they are,
so the application has to wear its style sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QSplitterHandle,
    QStackedWidget,
    QTabBar,
    QTableView,
    QTabWidget,
    QWidget,
)

from haicang_desk.ui.widgets.layouts import ElidedLabel

SLACK = 2  # pixels that rounding may take
ENGLISH = re.compile(r"[A-Za-z]{2,}")
# What officials themselves write in letters: codes of rules and projects, file kinds, keys, and units.
ALLOWED = re.compile(
    r"R\d\d|XM\d+(-\d+)+|[A-Z]{2,}(-[A-Z0-9]+)+|\b(PDF|DOCX|A3|A4|Ctrl|Shift|Alt|Excel|Esc|Home|Qt|LGPL|Lucide|ISC|XYJD|XYSQ|ldzm|xlsx|pdf|docx|db|F\d+|U|GB|WS|MW)\b"
    r"|/[\w./-]+|\b[0-9a-f]{8,16}\b"
)


def english(text: str) -> list[str]:
    """The English words that a person would see in a text."""
    return ENGLISH.findall(ALLOWED.sub("", re.sub(r"\(&\w\)|&", "", text)))


def faults(top: QWidget) -> list[str]:
    """Everything wrong with the looks of ``top`` and of what it holds, each with the widget it is about."""
    found = []
    for widget in _shown(top):
        for fault in (*_cut(widget), *_out_of_reach(widget, top), *_nameless(widget), *_foreign(widget)):
            found.append(f"{fault}：{_called(widget)}")
        found += [f"重叠：{_called(one)} 与 {_called(other)}" for one, other in _overlaps(widget)]
    return found


def _called(widget: QWidget) -> str:
    names = [widget.objectName() or widget.accessibleName() or _text(widget)[:20] or type(widget).__name__]
    above = widget.parentWidget()
    while above is not None and len(names) < 4:
        if above.objectName() or above.accessibleName():
            names.append(above.objectName() or above.accessibleName())
        above = above.parentWidget()
    return f"{type(widget).__name__} {' < '.join(names)} “{_text(widget)[:30]}”"


def _text(widget: QWidget) -> str:
    return str(widget.text()) if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else ""


def _shown(top: QWidget) -> list[QWidget]:
    return [widget for widget in (top, *top.findChildren(QWidget)) if widget.isVisible() and not _inner(widget)]


def _inner(widget: QWidget) -> bool:
    """Parts that Qt makes itself inside of others."""
    if widget.objectName().startswith("qt_") and not isinstance(widget, QAbstractScrollArea):
        return True
    return isinstance(widget.parent(), QComboBox | QAbstractSpinBox) or isinstance(widget, QScrollBar | QSplitterHandle)


# cut text


def _cut(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, ElidedLabel):
        return  # made to be cut, with the whole text in its tool tip
    if isinstance(widget, QLabel) and widget.text():
        yield from _cut_label(widget)
    elif isinstance(widget, QCheckBox | QRadioButton):
        if widget.width() + SLACK < widget.minimumSizeHint().width():
            yield "文字被截断"
    elif isinstance(widget, QAbstractButton) and widget.text():
        needed = _widest(widget.fontMetrics(), re.sub(r"&(?!&)", "", widget.text()).split("\n"))
        if not widget.icon().isNull():
            needed += widget.iconSize().width()
        if needed > widget.width() + SLACK:
            yield f"文字被截断（要 {needed}，有 {widget.width()}）"
    elif isinstance(widget, QComboBox):
        shown = widget.currentText()
        if widget.fontMetrics().horizontalAdvance(shown) > widget.width() + SLACK:
            yield "选中的字被截断"
    elif isinstance(widget, QTabBar):
        if not widget.usesScrollButtons() and widget.sizeHint().width() > widget.width() + SLACK:
            yield "标签被截断"
    elif isinstance(widget, QHeaderView) and widget.orientation() is Qt.Orientation.Horizontal:
        yield from _cut_headings(widget)
    elif isinstance(widget, QTableView):
        yield from _cut_figures(widget)


def _widest(metrics: QFontMetrics, lines: Sequence[str]) -> int:
    return max(map(metrics.horizontalAdvance, lines), default=0)


def _cut_label(label: QLabel) -> Iterator[str]:
    room = label.contentsRect()
    if label.pixmap() is not None and not label.pixmap().isNull():
        return
    metrics = label.fontMetrics()
    text = label.text().replace("&", "") if label.buddy() is not None else label.text()
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        if needed > label.height() + metrics.descent():
            yield f"文字被截断（要高 {needed}，有 {label.height()}）"
        return
    if (needed := _widest(metrics, text.split("\n"))) > room.width() + SLACK:
        yield f"文字被截断（要 {needed}，有 {room.width()}）"
    if metrics.height() - metrics.descent() > label.height() + SLACK:
        yield "文字被压扁"


def _cut_headings(header: QHeaderView) -> Iterator[str]:
    model = header.model()
    for section in range(header.count()):
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "") if model else ""
        if text and not header.isSectionHidden(section):
            needed = _widest(header.fontMetrics(), text.split("\n"))
            if needed > header.sectionSize(section) + SLACK:
                yield f"表头“{text}”被截断（要 {needed}，有 {header.sectionSize(section)}）"


def _cut_figures(table: QTableView) -> Iterator[str]:
    """Figures stand at the right; a figure that is cut is another figure."""
    model = table.model()
    if model is None:
        return
    for column in range(model.columnCount()):
        if table.isColumnHidden(column):
            continue
        for row in range(min(model.rowCount(), 40)):
            index = model.index(row, column)
            side = index.data(Qt.ItemDataRole.TextAlignmentRole)
            text = str(index.data() or "")
            if not text or side is None or not int(side) & int(Qt.AlignmentFlag.AlignRight.value):
                continue
            needed = table.fontMetrics().horizontalAdvance(text)
            if needed > table.columnWidth(column) + SLACK:
                yield f"数字“{text}”被截断（要 {needed}，有 {table.columnWidth(column)}）"
                break


# place


def _overlaps(parent: QWidget) -> Iterator[tuple[QWidget, QWidget]]:
    if isinstance(parent, QStackedWidget | QAbstractScrollArea | QTabWidget | QAbstractButton | QLineEdit):
        return
    children = [
        child
        for child in parent.children()
        if isinstance(child, QWidget)
        and child.isVisible()
        and not child.isWindow()
        and not _inner(child)
        and not child.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    ]
    for one, other in combinations(children, 2):
        shared = one.geometry().intersected(other.geometry())
        if shared.width() > SLACK and shared.height() > SLACK:
            yield one, other


def _out_of_reach(widget: QWidget, top: QWidget) -> Iterator[str]:
    """What can be used must lie in the window, or in something that scrolls to it."""
    usable = isinstance(widget, QAbstractButton | QLineEdit | QPlainTextEdit | QComboBox | QAbstractItemView)
    if not usable or widget is top or isinstance(widget, QHeaderView):
        return
    box, above = QRect(QPoint(0, 0), widget.size()), widget
    while above is not top and (parent := above.parentWidget()) is not None:
        box.translate(above.pos())
        if isinstance(parent.parentWidget(), QScrollArea) and parent.objectName() == "qt_scrollarea_viewport":
            area = parent.parentWidget()
            assert isinstance(area, QScrollArea)
            page = QRect(QPoint(0, 0), above.size())
            inside = box.translated(-above.pos())
            if not page.adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(inside):
                yield "够不着（在滚动区的页面之外）"
            return
        if not QRect(QPoint(0, 0), parent.size()).adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(box):
            yield f"够不着（超出 {type(parent).__name__} {parent.objectName()}）"
            return
        above = parent


# words


def _nameless(widget: QWidget) -> Iterator[str]:
    inputs = (QLineEdit, QPlainTextEdit, QComboBox, QTabWidget, QListView, QTableView)
    if isinstance(widget, QMenu | QMenuBar):
        return
    if isinstance(widget, inputs) and not widget.accessibleName():
        yield "没有无障碍名称"
    unnamed = isinstance(widget, QAbstractButton) and not widget.accessibleName() and not widget.text()
    if unnamed and not isinstance(widget.parent(), QTabBar | QTableView | QLineEdit):
        yield "没有无障碍名称"


def _foreign(widget: QWidget) -> Iterator[str]:
    for text in _words(widget):
        if found := english(text):
            yield f"不是中文 {found}"


def _words(widget: QWidget) -> Iterator[str]:
    yield widget.toolTip()
    yield widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    if isinstance(widget, QGroupBox):
        yield widget.title()
    if isinstance(widget, QTabWidget):
        yield from (widget.tabText(number) for number in range(widget.count()))
    if isinstance(widget, QTableView) and (model := widget.model()) is not None:
        for column in range(model.columnCount()):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
