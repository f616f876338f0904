"""The command palette (Ctrl+K): screens, projects, villages and everything in the menus by 汉字, pinyin or initials."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import draw_icon

if TYPE_CHECKING:
    from haicang_desk.model.services import ScannedPaper
    from haicang_desk.ui.shell.app_state import AppState

Index = QModelIndex | QPersistentModelIndex
MOST = 30  # commands shown
MOST_PROJECTS = 12
COMMAND = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done by naming it. ``kind``: the word at its right, such as 页面 or 项目."""

    label: str
    kind: str
    act: Callable[[], object]
    icon: str = "chevron-right"
    also: str = ""  # other words by which it is found
    shortcut: str = ""


class CommandPalette(QDialog):
    """A line to type in, and what fits it. Enter does the first; ↑ and ↓ choose another; Esc closes."""

    def __init__(self, parent: QWidget, state: AppState, commands: Sequence[Command]) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("查找")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._state, self._commands = state, [(command, _words(command)) for command in commands]
        self.line = QLineEdit()
        self.line.setAccessibleName("查找项目、村居、文书和操作")
        self.line.setPlaceholderText("项目、村居、文书、办理步骤、设置…… 汉字、拼音或首字母")
        self.line.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("找到的")
        self.list.setItemDelegate(_CommandDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self._none = QLabel("没有找到。换个词，或输入拼音首字母试试")
        set_role(self._none, "empty")
        self._none.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(em(self, 0.7), em(self, 0.7), em(self, 0.7), em(self, 0.7))
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._none)
        self.line.textChanged.connect(self._find)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self._do)
        self._find("")

    def open_over(self, window: QWidget) -> None:
        """Open in the upper middle of a window, no larger than it."""
        width = min(em(self, 46), window.width() - em(self, 2))
        height = min(em(self, 34), window.height() - em(self, 4))
        self.resize(width, height)
        self.move(window.mapToGlobal(QPoint((window.width() - width) // 2, min(em(self, 5), window.height() // 10))))
        self.show()
        self.line.setFocus()

    def _find(self, text: str) -> None:
        from haicang_desk.model.values import matching_form

        word = matching_form(text.strip())
        found = [command for command, words in self._commands if word in words]
        found.sort(key=lambda command: not matching_form(command.label).startswith(word))
        found = [*self._papers(text), *found] if word else found
        if word:
            found += self._records(text.strip())
        self.list.clear()
        for command in found[:MOST]:
            item = QListWidgetItem(command.label)
            item.setData(COMMAND, command)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(found))
        self._none.setVisible(not found)

    def _papers(self, text: str) -> Iterable[Command]:
        """The papers whose code was scanned or pasted, each with whether it is still the latest issue."""
        from haicang_desk.model.services import papers_scanned

        state = self._state
        for paper in papers_scanned(state.workspace, text):

            def show(paper: ScannedPaper = paper) -> None:
                """Open its project, or where it has none the list of documents; say whether it still holds."""
                if paper.project is not None:
                    state.project_requested.emit(paper.project.id)
                else:
                    state.screen_requested.emit("documents", None)
                state.message.emit(f"{paper.title}：{paper.verdict}")

            yield Command(f"{paper.verdict}　{paper.title}", "纸面文书", show, icon="file-text")

    def _records(self, text: str) -> Iterable[Command]:
        from haicang_desk.model.store import ProjectFilter, list_projects
        from haicang_desk.ui.shell.choices import Choices

        state = self._state
        for village in Choices(state.workspace).find("village", text)[:5]:
            yield Command(
                village.label,
                "村居",
                partial(state.screen_requested.emit, "projects", ProjectFilter(village=village.id)),
                icon="house",
            )
        for project in list_projects(state.workspace.conn, ProjectFilter(text=text), limit=MOST_PROJECTS):
            yield Command(
                f"{project.title}　{project.village}　{project.code}",
                "项目",
                partial(state.project_requested.emit, project.id),
                icon="folder-kanban",
            )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose with ↑ ↓ and PageUp PageDown, do with Enter."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            if (by := moves.get(Qt.Key(event.key()))) and self.list.count():
                self.list.setCurrentRow(min(max(self.list.currentRow() + by, 0), self.list.count() - 1))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if (item := self.list.currentItem()) is not None:
                    self._do(item)
                return True
        return super().eventFilter(watched, event)

    def _do(self, item: QListWidgetItem) -> None:
        command: Command = item.data(COMMAND)
        self.close()
        command.act()


def _words(command: Command) -> str:
    from haicang_desk.model.values import matching_form, pinyin_forms

    return matching_form(f"{command.label} {command.also} {pinyin_forms(command.label)}")


class _CommandDelegate(QStyledItemDelegate):
    """Draws a command: icon, name, its kind and shortcut at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One line."""
        view = self.parent()
        assert isinstance(view, QWidget)
        return QSize(em(view, 10), em(view, 2.3))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one command."""
        view = self.parent()
        assert isinstance(view, QWidget)
        wide, command = em(view, 1), index.data(COMMAND)
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_tint"))
            painter.drawRoundedRect(box.adjusted(2, 1, -2, -1), wide * 0.4, wide * 0.4)
        draw_icon(painter, QRectF(box.left() + wide * 0.6, box.top(), wide * 1.2, box.height()), command.icon, "muted")
        right = f"{command.kind}　{command.shortcut}" if command.shortcut else command.kind
        room = painter.fontMetrics().horizontalAdvance(right) + wide
        painter.setPen(theme.colour("muted"))
        painter.drawText(box.adjusted(0, 0, -wide * 0.6, 0), theme.RIGHT, right)
        painter.setPen(theme.colour("text"))
        text_box = box.adjusted(wide * 2.4, 0, -room, 0)
        shown = painter.fontMetrics().elidedText(command.label, Qt.TextElideMode.ElideRight, round(text_box.width()))
        painter.drawText(text_box, theme.LEFT, shown)
        painter.restore()
