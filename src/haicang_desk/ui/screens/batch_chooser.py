"""The steps that can be taken with the projects selected, for a batch that was opened without one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.model.services import form_of
from haicang_desk.model.workflow import Step
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.cards import Card, draw_pill

ROW, MOST = 3.4, 9  # height of a row in characters; rows in sight before the list scrolls
STEP, ABOUT, COUNT = (Qt.ItemDataRole.UserRole + number for number in range(3))


def _asks(step: Step) -> str:
    """What the step asks once and each project, in words."""
    form, fields = form_of(step), step.record.fields
    once = [fields[name].label for name in (step.date_field, *form.once)]
    each = [fields[name].label for name in form.each if name not in form.once]
    return f"填一次：{'、'.join(once)}" + (f"　逐项：{'、'.join(each)}" if each else "")


class StepChooser(QWidget):
    """A list of steps, each with the number of projects that can take it; Enter or a click takes one."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        card = Card("办什么", "所选项目现在能一起办的步骤，回车选定")
        self.list = _Steps()
        self.list.setAccessibleName("可以成批办理的步骤")
        self.list.setObjectName("batch_steps")
        self.list.itemActivated.connect(self._take)
        self.list.itemClicked.connect(self._take)
        card.body.addWidget(self.list)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card)
        whole.addStretch(1)

    def show_steps(self, steps: Sequence[tuple[Step, int]]) -> None:
        """Show these steps, the one that most projects wait for first."""
        main = [step for step, _ in steps if step.main_path and step.changes_stage]
        counts = {step.name: count for step, count in steps}
        first = max(main, key=lambda step: counts[step.name], default=None)
        self.list.clear()
        for step, count in sorted(steps, key=lambda each: each[0] is not first):
            item = QListWidgetItem(step.label)
            item.setData(STEP, step.name)
            item.setData(ABOUT, _asks(step))
            item.setData(COUNT, f"{count} 项")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{step.label}　{count} 项")
            self.list.addItem(item)
        self.list.fit()

    def focus_likely(self) -> bool:
        """Put the keyboard on the first step; False where there is none."""
        self.list.setCurrentRow(0)
        self.list.setFocus()
        return self.list.count() > 0

    def _take(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(STEP))


class _Steps(QListWidget):
    """As high as its rows, up to ``MOST``."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(_Rows(self))
        self.setMouseTracking(True)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.fit()

    def fit(self) -> None:
        """Set the height for the rows and the size of type."""
        self.setFixedHeight(em(self, ROW) * min(max(self.count(), 1), MOST) + em(self, 0.4))
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the current step."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.itemActivated.emit(self.currentItem())
            return
        super().keyPressEvent(event)


class _Rows(QStyledItemDelegate):
    """Draws a step: its name over what it asks, and how many projects can take it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines."""
        return QSize(em(option.widget, 10), em(option.widget, ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw a row."""
        unit = em(option.widget, 1)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if current or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_tint" if current else "stripe"))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), unit * 0.4, unit * 0.4)
        count = index.data(COUNT)
        pill = QRectF(0, 0, painter.fontMetrics().horizontalAdvance(count) + unit * 1.2, unit * 1.7)
        pill.moveCenter(rect.center())
        pill.moveRight(rect.right() - unit * 0.8)
        draw_pill(painter, pill, count, "")
        line = QRectF(rect.left() + unit * 0.8, rect.center().y() - unit * 1.4, 0, unit * 1.4)
        line.setRight(pill.left() - unit)
        bold = QFont(option.font)
        bold.setBold(True)
        for text, font, token in ((index.data(), bold, "text"), (index.data(ABOUT), option.font, "muted")):
            painter.setFont(font)
            painter.setPen(theme.colour(token))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(line.width()))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            line.translate(0, unit * 1.4)
        painter.restore()
