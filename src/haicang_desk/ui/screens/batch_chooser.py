"""The steps that can be taken with the projects selected, for a batch that was opened without one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from haicang_desk.model.workflow import Step
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.cards import Card

ROW = 2.6  # characters


class StepChooser(QWidget):
    """A list of steps, each with the number of projects that wait for it; Enter, a digit or a click takes one."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        card = Card("办什么", "所选项目现在能一起办的步骤，回车办理")
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
            item = QListWidgetItem(f"{step.label}　{count} 项")
            item.setData(Qt.ItemDataRole.UserRole, step.name)
            self.list.addItem(item)
        self.list.fit()

    def focus_likely(self) -> bool:
        """Put the keyboard on the first step; False where there is none."""
        self.list.setCurrentRow(0)
        self.list.setFocus()
        return self.list.count() > 0

    def _take(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


class _Steps(QListWidget):
    """As high as its rows."""

    def fit(self) -> None:
        """Set the height for the rows and the size of type."""
        for number in range(self.count()):
            size = self.item(number).sizeHint()
            size.setHeight(em(self, ROW))
            self.item(number).setSizeHint(size)
        self.setFixedHeight(em(self, ROW) * min(max(self.count(), 1), 16) + em(self, 0.6))

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
