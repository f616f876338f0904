"""The menus with their shortcuts, and the messages of the help menu."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS, navigation_item
from haicang_desk.ui.widgets.icons import set_icon

if TYPE_CHECKING:
    from haicang_desk.model.services import Workspace
    from haicang_desk.model.store import ReversibleChange
    from haicang_desk.ui.shell.app_state import AppState
    from haicang_desk.ui.shell.commands import Command
    from haicang_desk.ui.shell.main_window import MainWindow
    from haicang_desk.ui.shell.settings import Settings

NUMBERS = "显示电话和账号(&E)"
_SCREEN_ICONS = {each.icon for each in NAVIGATION_ITEMS if each.listed}
MANY = 50  # rows of a change from which on there is a backup before it is undone
BORROWED = "政策参数/已提示"  # setting: what has been told of figures that the office's rule sets borrow


def show_self_check(window: MainWindow, now: Callable[[], datetime]) -> None:
    """Open 环境自检."""
    from haicang_desk.ui.shell.self_check import SelfCheckDialog

    SelfCheckDialog(window, window.state.workspace if window.state else None, now).open()


def show_about(window: MainWindow) -> None:
    """Show version and purpose of the program."""
    from haicang_desk.ui.shell.about import AboutDialog
    from haicang_desk.ui.shell.store_controller import head_text

    AboutDialog(window, head_text(window.state.workspace) if window.state is not None else "").open()


def show_policy_notes(window: MainWindow, workspace: Workspace, settings: Settings) -> None:
    """Tell which policy files are not as they came into force here, and once which figures are borrowed."""
    from haicang_desk.model.services import policy_differences
    from haicang_desk.ui.shell import prompts

    book = workspace.rule_book
    known, borrowed = settings.structure(BORROWED) or [], book.borrowed_notes
    differing = [each.message for each in policy_differences(workspace)]
    if messages := [*book.faults, *differing, *(note for note in borrowed if note not in known)]:
        prompts.tell(window, "政策参数", "\n\n".join(messages))
    if borrowed != known:
        settings.keep_structure(BORROWED, borrowed)


class Menus(QObject):
    """The menus. What concerns the application as a whole is asked for by signals."""

    open_requested = Signal()
    store_requested = Signal(str)  # one of those opened before
    new_requested = Signal()
    backup_requested = Signal()
    restore_requested = Signal()
    backups_requested = Signal()  # the list of them, with the rehearsal of a restore
    verify_requested = Signal()
    view_requested = Signal()
    demo_requested = Signal()
    colours_requested = Signal(str)  # a key of theme.CHOICES
    size_requested = Signal(int)  # of type, in points
    zoom_requested = Signal(int)  # +1, −1, or 0 for the usual size
    selftest_requested = Signal()
    lock_requested = Signal()
    switch_requested = Signal()  # another person signs in

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._state: AppState | None = None
        self._needing: list[QAction] = []
        self._all: list[tuple[QAction, str]] = []
        self._colours = QActionGroup(self)
        self._store_menu()
        self._edit_menu()
        self._go_menu()
        self._view_menu()
        for action in self._needing:
            action.setEnabled(False)

    def follow(self, state: AppState) -> None:
        """Enable the actions that need a store."""
        self._state = state
        for action in self._needing:
            action.setEnabled(True)
        self.tell_undo()

    def tell_undo(self) -> None:
        """Name in the menu what would be undone or redone."""
        if self._state is None:
            return
        from haicang_desk.model.services import entry_to_redo, entry_to_undo

        last, back = entry_to_undo(self._state.workspace), entry_to_redo(self._state.workspace)
        self.undo.setText(f"撤销：{last.action}(&Z)" if last else "撤销(&Z)")
        self.undo.setEnabled(bool(last and last.undoable))
        if last and not last.undoable:
            self.undo.setText(f"撤销（“{last.action}”已生效，由办理步骤处理）(&Z)")
        self.redo.setText(f"重做：{back.action.removeprefix('撤销：')}(&Y)" if back else "重做(&Y)")
        self.redo.setEnabled(back is not None)

    def _store_menu(self) -> None:
        menu = self._window.menuBar().addMenu("台账(&F)")
        self._add(menu, "新建项目(&N)", self._new_project, QKeySequence.StandardKey.New, needs=True, icon="plus")
        menu.addSeparator()
        self._add(menu, "打开台账(&O)…", self.open_requested.emit, QKeySequence.StandardKey.Open, icon="folder-open")
        self._recent = menu.addMenu("最近的台账")
        self._recent.aboutToShow.connect(self._fill_recent)
        self._add(menu, "另开一个只看的窗口", self.view_requested.emit, needs=True, icon="eye")
        self._add(menu, "新建台账…", self.new_requested.emit)
        self._add(menu, "打开示范台账", self.demo_requested.emit)
        menu.addSeparator()
        self._add(menu, "备份(&B)…", self.backup_requested.emit, "Ctrl+Shift+B", needs=True, icon="save")
        self._add(menu, "备份与恢复演练…", self.backups_requested.emit, needs=True, icon="history")
        self._add(menu, "恢复备份…", self.restore_requested.emit, icon="archive-restore")
        self._add(menu, "核验台账", self.verify_requested.emit, needs=True, icon="shield-check")
        menu.addSeparator()
        self._add(menu, "打印(&P)…", self._print, QKeySequence.StandardKey.Print, needs=True, icon="printer")
        menu.addSeparator()
        self.lock = self._add(menu, "锁定(&L)", self.lock_requested.emit, "Ctrl+L", icon="lock")
        self.switch = self._add(menu, "换人登录(&U)…", self.switch_requested.emit, icon="user")
        self.allow_lock(allowed=False)
        menu.addSeparator()
        self._add(menu, "退出(&Q)", self._window.close, "Ctrl+Q")

    def allow_lock(self, *, allowed: bool) -> None:
        """Show what concerns signing in, where people sign in to the ledger."""
        for action in (self.lock, self.switch):
            action.setVisible(allowed)
            action.setEnabled(allowed)

    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self._window.settings.stores():
            action = self._recent.addAction(path.stem)
            action.setToolTip(str(path))
            action.setEnabled(path.exists())
            action.triggered.connect(lambda _=False, name=str(path): self.store_requested.emit(name))

    def _edit_menu(self) -> None:
        menu = self._window.menuBar().addMenu("编辑(&E)")
        self.undo = self._add(menu, "撤销(&Z)", self._undo, "Ctrl+Z", needs=True, icon="undo-2")
        self.redo = self._add(menu, "重做(&Y)", self._redo, "Ctrl+Y", needs=True, icon="redo-2")
        menu.addSeparator()
        self._add(menu, "查找…(&K)", self._window.show_commands, "Ctrl+K", needs=True, icon="search")
        self._add(menu, "存后再填一条", self._save_and_new, "F12", needs=True)

    def _go_menu(self) -> None:
        menu = self._window.menuBar().addMenu("前往(&G)")
        for each in NAVIGATION_ITEMS:
            if each.listed:
                self._add(menu, each.label, self._going(each.name), each.shortcut, needs=True, icon=each.icon)
        menu.addSeparator()
        self._add(menu, navigation_item("money").label, self._going("money"), needs=True, icon="wallet")
        self._add(menu, "返回上一页", self._going("back"), "Alt+Left", needs=True, icon="arrow-left")

    def _view_menu(self) -> None:
        menu = self._window.menuBar().addMenu("查看(&V)")
        self._add(menu, "放大", lambda: self.zoom_requested.emit(1), "Ctrl++", "Ctrl+=")
        self._add(menu, "缩小", lambda: self.zoom_requested.emit(-1), "Ctrl+-")
        self._add(menu, "原始大小", lambda: self.zoom_requested.emit(0), "Ctrl+0")
        self._add(menu, "刷新", self._look_again, "F5", needs=True, icon="refresh-cw")
        self.numbers = self._add(menu, NUMBERS, self._window.show_numbers, "Ctrl+Shift+E", needs=True, icon="eye")
        self.numbers.setCheckable(True)
        menu.addSeparator()
        colours = menu.addMenu("配色")
        for name, label in theme.CHOICES.items():
            action = self._add(colours, label, partial(self.colours_requested.emit, name))
            action.setCheckable(True)
            action.setActionGroup(self._colours)
            action.setData(name)
        about = self._window.menuBar().addMenu("帮助(&H)")
        self._add(about, "使用手册", self._window.show_help, QKeySequence.StandardKey.HelpContents, icon="circle-help")
        self._add(about, "键盘速查", lambda: self._window.show_help("11-键盘速查"), icon="keyboard")
        self._add(about, "环境自检", self.selftest_requested.emit)
        self._add(about, "关于本程序", lambda: show_about(self._window))

    def _add(
        self,
        menu: QMenu,
        label: str,
        act: Callable[[], object],
        *keys: str | QKeySequence.StandardKey,
        needs: bool = False,
        icon: str = "",
    ) -> QAction:
        action = QAction(label, self._window)
        if icon:
            self._draw_when_shown(menu, action, icon)
        self._all.append((action, icon))
        action.setShortcuts([QKeySequence(key) for key in keys if key])
        action.triggered.connect(lambda: act())
        menu.addAction(action)
        if needs:
            self._needing.append(action)
        return action

    def _draw_when_shown(self, menu: QMenu, action: QAction, icon: str) -> None:
        """Give an action its icon when its menu is first opened: thirty of them took a third of the start."""
        menu.aboutToShow.connect(partial(set_icon, action, icon), Qt.ConnectionType.SingleShotConnection)

    def mark_colours(self, name: str) -> None:
        """Tick the colours that are chosen."""
        for action in self._colours.actions():
            action.setChecked(action.data() == name)

    def commands(self) -> Iterable[Command]:
        """Everything in the menus that can be done now."""
        from haicang_desk.ui.shell.commands import Command

        for action, icon in self._all:
            if action.isEnabled():
                keys = action.shortcut().toString()
                label = re.sub(r"\(&\w\)|…", "", action.text())
                yield Command(
                    label,
                    "页面" if icon in _SCREEN_ICONS else "操作",
                    action.trigger,
                    icon or "chevron-right",
                    "",
                    keys,
                )

    def _print(self) -> None:
        if (screen := self._window.current()) is not None:
            screen.print_now()

    def _save_and_new(self) -> None:
        if (screen := self._window.current()) is not None:
            screen.save_and_new()

    def _going(self, name: str) -> Callable[[], object]:
        return lambda: self._window.go(name)

    def _new_project(self) -> None:
        self._window.go("project", "")

    def _look_again(self) -> None:
        if (screen := self._window.current()) is not None:
            screen.look()

    def _undo(self) -> None:
        from haicang_desk.model.services import entry_to_undo, undo

        self._reverse("撤销", entry_to_undo, undo)

    def _redo(self) -> None:
        from haicang_desk.model.services import entry_to_redo, redo

        self._reverse("重做", entry_to_redo, redo)

    def _reverse(
        self,
        label: str,
        entry_of: Callable[[Workspace], ReversibleChange | None],
        act: Callable[..., str | None],
    ) -> None:
        from haicang_desk.model.store import count_rows
        from haicang_desk.model.values import DeskError, StoreUnusable
        from haicang_desk.ui.shell import prompts
        from haicang_desk.ui.shell.backup_keeper import backed_up_before

        if self._state is None:
            return
        ws = self._state.workspace
        try:
            entry = entry_of(ws)
            many = entry is not None and count_rows(ws.conn, entry.seq) > MANY
            if many and not backed_up_before(self._window, self._state, label):
                return
            name = act(ws, person=self._state.person)
        except StoreUnusable as unusable:
            prompts.tell(self._window, label, str(unusable), level="block")
            return
        except DeskError as refused:
            self._window.status.tell(str(refused))
            return
        self._window.status.tell(f"已{label}：{name}" if name else f"没有可{label}的内容")
        self.tell_undo()
