"""Messages and questions in the window's own style: what is, what is safe, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.ui.shell.choices import match_rank
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.icons import IconTile, set_icon

ICONS = {"block": "circle-alert", "exception": "triangle-alert", "warn": "triangle-alert", "good": "circle-check"}
MANY = 8  # choices from which on a line to search them is shown


class Prompt(DeskDialog):
    """A message with an icon of its level; the first sentence stands out. ``more`` unfolds and can be copied.

    ``shown`` is set apart below the text, as it is.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        *,
        level: str = "info",
        icon: str = "",
        more: str = "",
        shown: str = "",
        kind: str = "",
    ) -> None:
        super().__init__(parent, title, kind, wide=34)
        self.text, self.more = text, more
        self._answer = ""
        first, rest = _parts(text)
        self.words = QVBoxLayout()
        self.words.setSpacing(em(self, 0.5))
        self.words.addWidget(_label(first, "strong" if rest else ""))
        if rest:
            self.words.addWidget(_label(rest, ""))
        if shown:
            self.words.addWidget(_label(shown, "muted"))
        row = QHBoxLayout()
        row.setSpacing(em(self, 1.0))
        row.addWidget(IconTile(icon or ICONS.get(level, "info"), level), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self.words, 1)
        self.page.addLayout(row)
        if more:
            self._add_details(more)
        self.page.addStretch(1)
        self.buttons.addStretch(1)

    def _add_details(self, more: str) -> None:
        self.details = QPlainTextEdit(more, self)
        self.details.setReadOnly(True)
        self.details.setAccessibleName("详情")
        self.details.setMinimumHeight(em(self, 10))
        self.details.hide()
        self.page.addWidget(self.details, 1)
        self._unfold = self.add_button("详情", self._show_details, role="quiet", name="details")
        self._unfold.setCheckable(True)
        copy = self.add_button("复制", self.copy, role="quiet", name="copy", tip="复制全部文字，可粘贴给别人看")
        set_icon(copy, "copy", "accent")

    def _show_details(self) -> None:
        self.details.setVisible(self._unfold.isChecked())
        self.grow()

    def copy(self) -> None:
        """Put all that is said on the clipboard."""
        QGuiApplication.clipboard().setText("\n".join(filter(None, (self.windowTitle(), self.text, self.more))))

    def offer(self, label: str, answer: str, *, primary: bool = False) -> QPushButton:
        """A button that gives this answer."""
        role = "primary" if primary else ""
        button = self.add_button(label, lambda: self.take(answer), role=role, name=f"answer_{answer}")
        if primary:
            button.setFocus()
        return button

    def take(self, answer: str) -> None:
        """Close with this answer."""
        self._answer = answer
        self.accept()

    def ask(self, otherwise: str) -> str:
        """Show it and wait; the answer chosen, ``otherwise`` where it was closed."""
        self._answer = otherwise
        try:
            self.exec()
            return self._answer
        finally:
            self.deleteLater()


class TextPrompt(Prompt):
    """Asks for a text. ``required``: what is said in place where it is empty, and it then stays open."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        *,
        proposal: str = "",
        required: str = "",
        prose: bool = False,
    ) -> None:
        super().__init__(parent, title, text, icon="pencil")
        self._required = required
        self.entry: QLineEdit | QPlainTextEdit = QPlainTextEdit(proposal) if prose else QLineEdit(proposal)
        self.entry.setAccessibleName(title)
        self.entry.setAccessibleDescription(text)
        if isinstance(self.entry, QPlainTextEdit):
            self.entry.setTabChangesFocus(True)
            self.entry.setFixedHeight(self.entry.fontMetrics().lineSpacing() * 3 + em(self, 1.2))
            self.entry.setToolTip("Shift+回车换行")
        else:
            self.entry.selectAll()
        self._fault = _label("", "fault")
        self._fault.hide()
        self.entry.installEventFilter(self)
        self.entry.textChanged.connect(lambda *_: self._fault.hide())
        self.words.addWidget(self.entry)
        self.words.addWidget(self._fault)
        self.add_button("取消", self.reject, name="no", tip="Esc")
        self.add_button("确定", self._give, role="primary", name="yes", tip="回车")
        self.entry.setFocus()

    def answer(self) -> str | None:
        """The text without blanks around it, None where the person cancels."""
        given = self.ask("")
        return given if self.result() == self.DialogCode.Accepted else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter gives the text; Shift+Enter makes a line where there may be several."""
        if watched is self.entry and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            lines = event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
            if entered and not (lines and isinstance(self.entry, QPlainTextEdit)):
                self._give()
                return True
        return super().eventFilter(watched, event)

    def _typed(self) -> str:
        entry = self.entry
        return (entry.toPlainText() if isinstance(entry, QPlainTextEdit) else entry.text()).strip()

    def _give(self) -> None:
        if self._required and not self._typed():
            self._fault.setText(self._required)
            self._fault.show()
            self.entry.setFocus()
            self.grow()
        else:
            self.take(self._typed())


class ChoicePrompt(Prompt):
    """Asks for one of several texts; many can be searched by 汉字 and pinyin."""

    def __init__(self, parent: QWidget | None, title: str, text: str, choices: Sequence[str]) -> None:
        super().__init__(parent, title, text, icon="list", kind="选择")
        self._choices = list(choices)
        self.search = QLineEdit(self)
        self.search.setAccessibleName("查找")
        self.search.setPlaceholderText("汉字或拼音首字母")
        self.search.setVisible(len(self._choices) > MANY)
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        self.list.setMinimumHeight(self.list.fontMetrics().lineSpacing() * 2 * min(len(self._choices) + 1, 7))
        self.list.itemActivated.connect(lambda item: self.take(item.text()))
        self.words.addWidget(self.search)
        self.words.addWidget(self.list)
        self.add_button("取消", self.reject, name="no", tip="Esc")
        self.add_button("选定", self._give, role="primary", name="yes", tip="回车")
        self._fill("")
        (self.search if len(self._choices) > MANY else self.list).setFocus()

    def answer(self) -> str | None:
        """The text chosen, None where the person cancels."""
        given = self.ask("")
        return given if self.result() == self.DialogCode.Accepted else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search line, ↓ and ↑ move in the list and Enter takes the row marked."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._give()
                return True
        return super().eventFilter(watched, event)

    def _fill(self, text: str) -> None:
        ranked = [(rank, each) for each in self._choices if (rank := match_rank(text, each)) is not None]
        self.list.clear()
        for _, each in sorted(ranked, key=lambda found: found[0]):
            self.list.addItem(QListWidgetItem(each))
        self.list.setCurrentRow(0)

    def _give(self) -> None:
        if (item := self.list.currentItem()) is not None:
            self.take(item.text())


def _parts(text: str) -> tuple[str, str]:
    """The first sentence, and the rest; a text of one sentence or of lines is not parted."""
    head, _, rest = text.partition("。")
    if rest.strip() and "\n" not in head and len(head) <= 60:
        return f"{head}。", rest.strip("\n")
    return text, ""


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        set_role(label, role)
    return label
