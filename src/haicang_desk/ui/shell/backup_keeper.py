"""When the open store is backed up: after opening, every half hour with changes, before large acts, and at the end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from haicang_desk.paths import stick_folder
from haicang_desk.ui.shell.settings import Settings

if TYPE_CHECKING:
    from haicang_desk.model.services import KeptSafe, Workspace
    from haicang_desk.ui.shell.app_state import AppState
    from haicang_desk.ui.shell.jobs import Jobs
    from haicang_desk.ui.shell.main_window import MainWindow

SECOND = "备份/第二处"  # setting: a folder
INTERVAL = 30 * 60 * 1000  # ms between two looks at whether something changed


def second_of(settings: Settings) -> Path | None:
    """The second place for backups: the folder chosen, else the stick that the program runs from; None without."""
    kept = settings.text(SECOND)
    return Path(kept) if kept else stick_folder()


class BackupKeeper(QObject):
    """Makes the automatic backups of the store that is open in a window."""

    def __init__(
        self, window: MainWindow, settings: Settings, background: Callable[[], Jobs], now: Callable[[], datetime]
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._background, self._now = window, settings, background, now
        self._clock = QTimer(self)
        self._clock.setInterval(INTERVAL)
        self._clock.timeout.connect(self.back_up_now)

    def begin(self) -> None:
        """The first backup after opening; from now on one every half hour in which something changed."""
        self._clock.start()
        if (state := self._window.state) is not None:
            state.backup_wanted.connect(self.back_up_now)
        self.back_up_now(opened=True)

    def stop(self) -> None:
        """No more of them, before the store is closed."""
        self._clock.stop()

    def back_up_now(self, *, opened: bool = False) -> None:
        """Make the automatic backup behind the window, where something changed since the last."""
        from haicang_desk.model.services import keep_safe
        from haicang_desk.model.store import DamagedStore
        from haicang_desk.model.values import Course, DeskError

        state, at = self._window.state, self._now()
        if state is None or (path := state.workspace.path) is None or state.workspace.read_only:
            return
        workspace, second = state.workspace, second_of(self._settings)

        def done(kept: KeptSafe) -> None:
            self._window.status.show_backup(kept.text)
            state.note_backups(kept.notes)

        def failed(wrong: DeskError) -> None:
            if isinstance(wrong, DamagedStore):
                workspace.condition.find_damage((), str(wrong))

        self._background().run(
            "自动备份",
            lambda progress, cancelled: keep_safe(
                path, at, course=Course(progress, cancelled), second=second, opened=opened
            ),
            done,
            failed,  # or stopped, because the store is being closed: then it is made anew
            replaces="自动备份",
        )

    def back_up_at_last(self, workspace: Workspace) -> None:
        """The backup before a store is closed, in sight; a person in a hurry leaves it to the next opening.

        One that fails is told, and tried again for as long as the person wants.
        """
        from haicang_desk.model.services import keep_safe, needs_keeping_safe
        from haicang_desk.model.store import DamagedStore
        from haicang_desk.model.values import Cancelled, Course, ProgressCallback, Stopped
        from haicang_desk.ui.shell import prompts
        from haicang_desk.ui.shell.waiting import wait_for

        path, second = workspace.path, second_of(self._settings)
        if path is None or not needs_keeping_safe(workspace):
            return

        def work(progress: ProgressCallback, cancelled: Cancelled) -> KeptSafe:
            """Runs on the worker thread."""
            return keep_safe(path, self._now(), course=Course(progress, cancelled), second=second)

        with suppress(Stopped, DamagedStore):
            while True:
                kept = wait_for(self._window, "正在备份今天的登记…", "不等了，下次打开时再备份", work)
                if kept is None or not kept.failed:
                    return
                text = f"{kept.failed}。今天的登记都在台账里，只是还没有备份。腾出空间或接上磁盘后可以再试。"
                if not prompts.try_again(self._window, "备份没有做成", text, otherwise="仍然退出"):
                    return


def backed_up_before(parent: QWidget, state: AppState, act: str) -> bool:
    """Make sure that a backup holds all changes before a large act, named by ``act``; gives whether to do it.

    Where there can be none, the person is told and asked.
    """
    from haicang_desk.model.services import back_up_before, needs_keeping_safe
    from haicang_desk.model.values import Course, DeskError, Stopped
    from haicang_desk.ui.shell import prompts
    from haicang_desk.ui.shell.waiting import wait_for

    path, at = state.workspace.path, state.now()
    if path is None or not needs_keeping_safe(state.workspace):
        return True
    try:
        wait_for(
            parent,
            f"{act}之前先备份…",
            f"停止，不{act}",
            lambda progress, cancelled: back_up_before(path, act, at, Course(progress, cancelled)),
        )
    except Stopped:
        state.message.emit(f"已停止，{act}没有进行")
        return False
    except DeskError as wrong:
        return prompts.without_backup(parent, act, str(wrong))
    return True
