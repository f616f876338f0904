"""The application: the window, the store open in it, and what is done with a store as a whole."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from haicang_desk.ui.shell import chinese, crash_report, theme
from haicang_desk.ui.shell.backup_keeper import SECOND, BackupKeeper
from haicang_desk.ui.shell.condition_keeper import ConditionKeeper
from haicang_desk.ui.shell.main_window import MainWindow
from haicang_desk.ui.shell.menus import show_policy_notes, show_self_check
from haicang_desk.ui.shell.settings import Settings

if TYPE_CHECKING:
    from haicang_desk.model.services import Workspace
    from haicang_desk.model.store import BackupContents, FinishedChange
    from haicang_desk.ui.shell.first_run import FirstRunGuide
    from haicang_desk.ui.shell.jobs import Jobs
    from haicang_desk.ui.shell.lock import LockGuard
    from haicang_desk.ui.shell.preloading import Preloading
    from haicang_desk.ui.shell.readying import Readying
    from haicang_desk.ui.shell.store_controller import InstanceServer
    from haicang_desk.ui.shell.tray_note import TrayNote

ZOOM, COLOURS, PERSON = "窗口/字号", "窗口/配色", "经办/姓名"
ASK_PERSON = "经办/每次询问"
UNNAMED = "未署名"  # who acts where nobody gave a name
SHARE = 0.001  # seconds that a worker may keep the interpreter from the window; Python's own share is 0.005
PREPARED = 250  # ms after opening before what the other screens need is loaded
SOON = 1500  # ms after opening before the backup, so that the first screen is not kept waiting
GATHERED = 120  # ms in which presses for another size of type are taken together


class Application(QObject):
    """The window, the store open in it, and what is done with a store as a whole.

    No model is loaded before the window is shown.
    """

    def __init__(
        self, app: QApplication, settings: Settings, operator: str, *, now: Callable[[], datetime] = datetime.now
    ) -> None:
        super().__init__()
        self.app, self.settings, self.operator, self.now = app, settings, operator, now
        theme.apply_theme(
            app, settings.number(ZOOM, theme.USUAL), theme.add_fonts(), settings.text(COLOURS, theme.SYSTEM)
        )
        self.window = MainWindow(settings)
        theme.dress(app, self.window)
        self.guide: FirstRunGuide | None = None
        self.jobs: Jobs | None = None
        self.background: Jobs | None = None  # for what nobody waits for
        self.backups = BackupKeeper(self.window, settings, self._background, now)
        self.condition = ConditionKeeper(
            self.window, now, close=self.close_store, reopen=self.open_store, person=lambda: self.person
        )
        self.preloading: Preloading | None = None
        self.readying: Readying | None = None  # of the screens of the store that is open
        self._doorbell: InstanceServer | None = None
        self._note: TrayNote | None = None
        self.guard: LockGuard | None = None  # where people sign in
        self._sizing = QTimer(self.window)  # several presses in a row restyle the window once; gone with it
        self._sizing.setSingleShot(True)
        self._sizing.setInterval(GATHERED)
        self._sizing.timeout.connect(self._apply_size)
        self._connect()

    def _connect(self) -> None:
        menus = self.window.menus
        menus.zoom_requested.connect(self.zoom)
        menus.size_requested.connect(self.set_size)
        menus.colours_requested.connect(self.wear)
        menus.mark_colours(self.settings.text(COLOURS, theme.SYSTEM))
        self.app.styleHints().colorSchemeChanged.connect(lambda _: self._follow_system())
        menus.open_requested.connect(self.ask_open)
        menus.new_requested.connect(lambda: self.show_guide("new"))
        menus.demo_requested.connect(self.open_sample)
        menus.backup_requested.connect(self.ask_backup)
        menus.restore_requested.connect(self.ask_restore)
        menus.backups_requested.connect(self.show_backups)
        menus.verify_requested.connect(self.condition.verify)
        menus.view_requested.connect(self._view_beside)
        self.window.look_again_requested.connect(self._look_again)
        menus.selftest_requested.connect(lambda: show_self_check(self.window, self.now))
        menus.store_requested.connect(lambda name: self.open_store(Path(name)))
        menus.lock_requested.connect(self.lock)
        menus.switch_requested.connect(self.switch_person)
        start_page = self.window.start_page
        start_page.new_requested.connect(lambda: self.show_guide("new"))
        start_page.open_requested.connect(self.ask_open)
        start_page.restore_requested.connect(self.ask_restore)
        start_page.sample_requested.connect(self.open_sample)
        start_page.store_requested.connect(lambda name: self.open_store(Path(name)))
        self.app.aboutToQuit.connect(self.close_store)
        self.app.commitDataRequest.connect(lambda _: self._keep_draft())  # the system shuts down

    @property
    def person(self) -> str:
        """Who is working: named at the start, else in the settings; never the name of the system's account."""
        return self.operator or self.settings.text(PERSON) or UNNAMED

    def _ask_person(self, workspace: Workspace) -> None:
        """Ask who is working, where nobody is known or it is to be asked at every start."""
        from haicang_desk.model.services import is_person, operators
        from haicang_desk.ui.shell import prompts

        kept = self.settings.text(PERSON)
        if self.operator or (is_person(kept) and not self.settings.number(ASK_PERSON, 0)):
            return
        names = [each.name for each in operators(workspace)]
        if name := prompts.ask_person(self.window, names, kept if is_person(kept) else ""):
            self.settings.keep(PERSON, name)

    def begin(self, store: Path | None) -> None:
        """Open the store named, else the last one that still exists, else the first-run guide."""
        known = [store] if store else [path for path in self.settings.stores() if path.exists()]
        if not (known and self.open_store(known[0])):
            self.show_guide()

    # opening and closing

    def open_store(self, path: Path) -> bool:
        """Open a store in the window. Gives whether it is open, here or in another window."""
        from haicang_desk.model.store import UNREADABLE, DamagedFile
        from haicang_desk.model.values import HeldElsewhere, Refused, StoreUnusable
        from haicang_desk.ui.shell import prompts
        from haicang_desk.ui.shell.place_choice import settle_place
        from haicang_desk.ui.shell.store_controller import open_in_any_state, refuse_damaged

        if not self.close_store() or (settled := settle_place(self.window, path, self.now)) is None:
            return False
        path = settled
        try:
            self._upgrade(path)
            workspace = open_in_any_state(path, self.now)
            if not self._sign_in(workspace):
                workspace.close()
                return True
            try:
                self._take(workspace)
            except Refused:  # no year of this store has a rule set that can be used
                workspace.close()
                raise
            except UNREADABLE as wrong:
                self.window.drop_store()
                workspace.close()
                refuse_damaged(path, wrong)
                raise
        except Refused as unusable:
            prompts.tell(self.window, "政策参数", str(unusable))
            return False
        except HeldElsewhere as held:
            from haicang_desk.ui.shell.store_controller import raise_other_window

            if raise_other_window(path):
                QTimer.singleShot(0, self.app.quit)
                return True
            look = prompts.confirm(self.window, "台账正在使用", f"{held}。现在可以先只看，不登记。", yes="只看")
            return look and self.view_store(path)
        except DamagedFile as damaged:
            if prompts.confirm(self.window, "台账已损坏", str(damaged), yes="看怎样修复"):
                self.condition.repair_file(path)
            return self.window.state is not None
        except StoreUnusable as unusable:
            prompts.tell(self.window, "台账打不开", str(unusable))
            return False
        return True

    def view_store(self, path: Path) -> bool:
        """Open a store only to look at it, also while another window writes it. Gives whether it is open."""
        from haicang_desk.model.services import Workspace
        from haicang_desk.model.values import Refused, StoreUnusable
        from haicang_desk.ui.shell import prompts

        if not self.close_store():
            return False
        try:
            workspace = Workspace.view(path, now=self.now, why=f"只看：这是 {self.now():%H:%M} 的内容，不能登记")
            try:
                self._take(workspace)
            except Refused:
                workspace.close()
                raise
        except (Refused, StoreUnusable) as unusable:
            prompts.tell(self.window, "台账打不开", str(unusable))
            return False
        return True

    def _look_again(self) -> None:
        """Show what the store that is looked at holds now."""
        state = self.window.state
        if state is not None and (path := state.workspace.origin) is not None:
            self.view_store(path)

    def _view_beside(self) -> None:
        """Open another window, only to look at this store."""
        state = self.window.state
        if state is not None and (path := state.workspace.origin) is not None:
            start_beside(["--view", str(path)])

    def _upgrade(self, path: Path) -> None:
        """Have the worker upgrade a store of an earlier program, which verifies it first. Raises DeskError."""
        from haicang_desk.model.values import Course, OnlyReadable
        from haicang_desk.ui.shell.store_controller import needs_upgrade, upgrade
        from haicang_desk.ui.shell.waiting import wait_for

        if needs_upgrade(path):
            text = f"“{path.stem}”由较早的版本建立，正在核对并升级一份副本…"
            stopped, at = "已停止，没有升级。台账没有改动", self.now()
            with suppress(OnlyReadable):  # opening it says why
                told = wait_for(
                    self.window,
                    text,
                    "停止升级",
                    lambda progress, cancelled: upgrade(path, at, Course(progress, cancelled, stopped)),
                )
                self.window.status.tell(told or "")

    def _take(self, workspace: Workspace) -> None:
        from haicang_desk.ui.shell.app_state import AppState
        from haicang_desk.ui.shell.draft_list import offer_waiting

        if workspace.signer is None:
            self._ask_person(workspace)
        person = workspace.signer.name if workspace.signer is not None else self.person
        state = AppState(workspace, person=person, settings=self.settings, now=self.now)
        self.window.take_store(state)
        state.changed.connect(self._watch_people)
        self._guard()
        if workspace.origin is not None:
            self.settings.keep_store(workspace.origin.resolve())
            if not workspace.read_only:
                workspace.condition.begin_check()  # payments wait for it from now on; the work begins in _settle_in
            QTimer.singleShot(PREPARED, self._prepare)
            QTimer.singleShot(SOON, self._settle_in)
        show_policy_notes(self.window, workspace, self.settings)
        offer_waiting(self.window)

    # who is signed in

    def _sign_in(self, workspace: Workspace) -> bool:
        """Have somebody sign in where the ledger has accounts. Gives whether it may be shown."""
        from haicang_desk.model.services import asks_sign_in

        if not asks_sign_in(workspace):
            return True
        from haicang_desk.ui.shell import prompts

        return prompts.ask_sign_in(self.window, workspace, self.operator or self.settings.text(PERSON))

    def _watch_people(self, done: FinishedChange) -> None:
        """The first account may have been made, or the person may have got a new key."""
        from haicang_desk.model.records import Account

        if done.touches(Account):
            self._guard()

    def _guard(self) -> None:
        """Lock the window of a ledger that people sign in to, and show who is signed in."""
        state = self.window.state
        if state is None or state.workspace.signer is None:
            return
        if self.guard is None:
            from haicang_desk.ui.shell.lock import LockGuard

            self.guard = LockGuard(self.window, state.workspace, self.settings, self.now)
            self.guard.unlocked.connect(lambda _: self._take_person())
            self.window.menus.allow_lock(allowed=True)
        self._take_person()

    def _take_person(self) -> None:
        """Show who is signed in; another person may do other things, so that every screen looks again."""
        state = self.window.state
        if state is None or (signer := state.workspace.signer) is None:
            return
        another, state.person = state.person != signer.name, signer.name
        self.settings.keep(PERSON, signer.name)
        self.window.status.show_store(state.workspace.origin, signer.name, signed_in=True)
        if another:
            state.year_changed.emit(state.year)

    def lock(self) -> None:
        """Cover the window until the person signs in again."""
        if self.guard is not None:
            self._keep_draft()
            self.guard.lock()

    def switch_person(self) -> None:
        """Have another person sign in; the one who is signed in stays where they give up."""
        from haicang_desk.model.services.sign_in_record import OUT
        from haicang_desk.ui.shell import prompts
        from haicang_desk.ui.shell.sign_in import note_event

        state = self.window.state
        if state is None or state.workspace.signer is None:
            return
        self._keep_draft()
        before = state.workspace.signer
        note_event(state.workspace, self.now(), OUT)
        if not prompts.ask_sign_in(self.window, state.workspace, "", change=True):
            state.workspace.signer = before
        self._take_person()

    def _prepare(self) -> None:
        """Load what the other screens need, once, while the first one is being looked at, and make them then."""
        collect_garbage()
        if self.window.state is None:
            return
        if self.preloading is None:
            from haicang_desk.ui.shell.preloading import Preloading

            self.preloading = Preloading(self._background(), self._make_ready)
            self.preloading.start()
        elif self.preloading.going_on:
            self.preloading.start()
        else:
            self._make_ready()

    def _make_ready(self) -> None:
        """Make the screens ahead while the window is left alone."""
        from haicang_desk.ui.shell.readying import Readying

        if self.readying is None and self.window.state is not None:
            self.readying = Readying(self.window)
            self.readying.start()

    def _background(self) -> Jobs:
        """The worker for what nobody waits for."""
        from haicang_desk.ui.shell.jobs import Jobs

        if self.background is None:
            self.background = Jobs()
        return self.background

    def _settle_in(self) -> None:
        """What may wait until the first screen is in sight: the doorbell, the full check and the backup."""
        state = self.window.state
        if state is None or state.workspace.path is None or state.workspace.read_only:
            return
        from haicang_desk.model.values import initials
        from haicang_desk.ui.shell.store_controller import InstanceServer
        from haicang_desk.ui.shell.tray_note import TrayNote

        if self._doorbell is None:
            self._doorbell = InstanceServer(state.workspace.path, self._come_forward)
        if self._note is None:
            self._note = TrayNote(self.window, state)
        self.condition.check_now()
        self.backups.begin()
        initials("海沧")  # its table is loaded before the first search

    def _come_forward(self) -> None:
        self.window.showNormal()
        self.window.raise_()
        self.window.activateWindow()

    def close_store(self) -> bool:
        """Back up and close the store. Gives whether the person agreed to leave unsaved entries."""
        state = self.window.state
        if state is None:
            return True
        here = self.window.current()
        if self.window.isVisible() and here is not None and not here.may_leave():
            return False
        if self._doorbell is not None:
            self._doorbell.stop()
            self._doorbell = None
        if self._note is not None:
            self._note.stop()
            self._note = None
        if self.guard is not None:
            self.guard.stop()
            self.guard.deleteLater()
            self.guard = None
            self.window.menus.allow_lock(allowed=False)
        if self.preloading is not None:
            self.preloading.stop()
        if self.readying is not None:
            self.readying.stop()
            self.readying.deleteLater()
            self.readying = None
        self.condition.stop()
        if self.background is not None:
            self.background.finish()
        self.backups.stop()
        self.window.drop_store()
        self.backups.back_up_at_last(state.workspace)
        state.workspace.close()
        return True

    def _keep_draft(self) -> None:
        """Put on disk what is typed and not saved."""
        if (here := self.window.current()) is not None:
            here.keep_draft()

    def ask_open(self) -> None:
        """Let the person pick a store to open."""
        from haicang_desk.ui.shell import prompts

        path = prompts.pick_open(self.window, "打开台账", self._folder(), "台账 (*.db)")
        if path is not None:
            self.open_store(path)

    def _folder(self) -> Path:
        known = self.settings.stores()
        return known[0].parent if known else Path.home()

    # beginning

    def show_guide(self, way: str = "new") -> None:
        """Open the first-run guide."""
        from haicang_desk.ui.shell.first_run import FirstRunGuide

        self.guide = FirstRunGuide(
            self.window, self.now().date(), self.operator or self.settings.text(PERSON), way=way, settings=self.settings
        )
        self.guide.accepted.connect(self._follow_guide)
        self.guide.open()

    def _follow_guide(self) -> None:
        from haicang_desk.model.values import DeskError
        from haicang_desk.ui.shell import prompts
        from haicang_desk.ui.shell.store_controller import create_store

        if self.guide is None:
            return
        wish, self.guide = self.guide.wish(), None
        other = {"open": self.ask_open, "restore": self.ask_restore, "sample": self.open_sample}.get(wish.way)
        if other is not None:
            other()
            return
        if not self.close_store():
            return
        if wish.person:
            self.settings.keep(PERSON, wish.person)
        if wish.second is not None:
            self.settings.keep(SECOND, str(wish.second))
        try:
            self._take(create_store(wish, person=self.person, now=self.now))
        except DeskError as refused:
            prompts.tell(self.window, "新建台账", str(refused))
            return
        self.window.go("projects" if wish.villages else "exchange")
        self.window.status.tell("台账已建好。可以新建项目，或在“导入与导出”里读入村居报来的工作簿")

    def open_sample(self) -> None:
        """Open the demonstration store, which is made on a worker thread the first time."""
        from haicang_desk.paths import data_folder
        from haicang_desk.ui.shell import prompts
        from haicang_desk.ui.shell.jobs import Jobs
        from haicang_desk.ui.shell.store_controller import build_sample

        path = data_folder() / "示范台账.db"
        if path.exists():
            self.open_store(path)
            return
        if not self.close_store():
            return
        if self.jobs is None:
            self.jobs = Jobs()
        self.window.status.tell("正在准备示范台账，约需十几秒…")
        self.window.status.show_progress(0, 1)
        self.jobs.idle.connect(lambda: self.window.status.show_progress(0, 0))
        self.jobs.run(
            "准备示范台账",
            lambda *_: build_sample(path),
            lambda _: self._open_sample(path),
            lambda wrong: prompts.tell(self.window, "示范台账", str(wrong)),
        )

    def _open_sample(self, path: Path) -> None:
        self.open_store(path)

    # the store as a whole

    def ask_backup(self) -> None:
        """Write a verified backup to a file that the person names."""
        from haicang_desk.model.values import Course
        from haicang_desk.paths import documents_folder
        from haicang_desk.ui.shell import prompts
        from haicang_desk.ui.shell.store_controller import back_up_to

        state = self.window.state
        if state is None or (path := state.workspace.path) is None:
            return
        name = f"{state.workspace.street.name}备份 {self.now():%Y-%m-%d %H%M}.db"
        out = prompts.pick_save(
            self.window, "备份存到哪里（建议存到 U 盘等别处）", documents_folder() / name, "备份 (*.db)"
        )
        if out is None:
            return
        at = self.now()

        def done(contents: BackupContents) -> None:
            self.window.status.tell(
                f"已备份并核对：{contents.records:,} 条记录，{contents.changes:,} 次操作，存在“{out}”"
            )
            if contents.missing:
                prompts.tell(self.window, "备份里缺这些原件", "\n".join(contents.missing[:20]))

        state.jobs.run(
            "备份",
            lambda progress, cancelled: back_up_to(path, out, at, Course(progress, cancelled, "已停止，备份没有生成")),
            done,
            lambda refused: prompts.tell(self.window, "备份", str(refused)),
        )

    def show_backups(self) -> None:
        """Show the backups of the open store, and rehearse restoring one."""
        from haicang_desk.ui.screens.backups_dialog import BackupsDialog

        if self.window.state is not None:
            dialog = BackupsDialog(self.window, self.window.state)
            dialog.restore_requested.connect(self.restore)
            dialog.open()

    def ask_restore(self) -> None:
        """Restore a store from a backup that the person picks."""
        from haicang_desk.ui.shell import prompts

        backup = prompts.pick_open(self.window, "选择备份文件", self._folder(), "备份 (*.db)")
        if backup is not None:
            self.restore(backup)

    def restore(self, backup: Path) -> None:
        """Restore a store from a backup; the present file is kept under another name."""
        from haicang_desk.model.services import not_an_admin
        from haicang_desk.model.values import Course, DeskError
        from haicang_desk.ui.shell import prompts
        from haicang_desk.ui.shell.store_controller import restore_from
        from haicang_desk.ui.shell.waiting import wait_for

        state = self.window.state
        if state is not None and (why := not_an_admin(state.workspace)):
            prompts.tell(self.window, "恢复备份", f"恢复备份{why}，没有恢复")
            return
        current = state.workspace.origin if state else None
        store = current or prompts.pick_save(
            self.window, "恢复成哪个台账文件", self._folder() / backup.name, "台账 (*.db)", replaces_store=True
        )
        question = f"用“{backup.name}”恢复“{store}”。现在的台账文件会改名保留，不会覆盖。"
        if (
            store is None
            or not prompts.confirm(self.window, "恢复备份", question, yes="恢复")
            or not self.close_store()
        ):
            return
        try:
            at, stopped, person = self.now(), "已停止，台账没有改动", self.person
            outcome = wait_for(
                self.window,
                f"正在核对并恢复“{backup.name}”…",
                "停止恢复",
                lambda progress, cancelled: restore_from(
                    backup, store, at, Course(progress, cancelled, stopped), person=person
                ),
            )
        except DeskError as refused:
            prompts.tell(self.window, "恢复备份", str(refused))
            outcome = ""
        if store.exists() and self.open_store(store) and outcome:
            self.window.status.tell(outcome)

    # the window

    def zoom(self, by: int) -> None:
        """Make the type one point larger or smaller, or its usual size for 0."""
        now = self.settings.number(ZOOM, theme.USUAL)
        self.set_size(theme.USUAL if by == 0 else now + by)

    def set_size(self, points: int) -> None:
        """Set the size of type, and remember it; the window takes it up when no other press follows."""
        points = min(max(points, theme.SMALLEST), theme.LARGEST)
        self.settings.keep(ZOOM, points)
        self.window.status.tell(f"字号 {points}")
        self._sizing.start()

    def _apply_size(self) -> None:
        theme.apply_type_size(self.app, self.settings.number(ZOOM, theme.USUAL))
        self.window.fit()

    def wear(self, name: str) -> None:
        """Wear other colours, and remember them. ``name``: a key of theme.CHOICES."""
        self.settings.keep(COLOURS, name)
        self.window.menus.mark_colours(name)
        theme.apply_colours(self.app, name)

    def _follow_system(self) -> None:
        theme.apply_colours(self.app, self.settings.text(COLOURS, theme.SYSTEM))


def run(store: Path | None, operator: str, *, view: bool = False) -> int:
    """Open the window on a store; without one on the last, else on the first-run guide. Gives the exit code.

    ``view``: only to look at it.
    """
    gc.disable()  # until the first screen is in sight; nothing of what is loaded is garbage
    sys.setswitchinterval(SHARE)
    chinese.choose_input_method()
    app = make_application(sys.argv[:1])
    crash_report.install_handlers()
    desk = Application(app, Settings(), operator)
    desk.window.show()
    app.processEvents()  # the window is painted before a store is looked for
    QTimer.singleShot(0, lambda: desk.view_store(store) if view and store else desk.begin(store))
    QTimer.singleShot(SOON, collect_garbage)
    return app.exec()


def start_beside(arguments: list[str]) -> None:
    """Start the program a second time, as a process of its own that outlives this one."""
    packed = getattr(sys, "frozen", False)
    program = [sys.executable] if packed else [sys.executable, "-m", "haicang_desk"]
    subprocess.Popen([*program, *arguments], start_new_session=True, stdin=subprocess.DEVNULL)


def collect_garbage() -> None:
    """End the time without garbage collection with which the program starts."""
    if not gc.isenabled():
        gc.freeze()  # what was loaded so far stays, and need not be looked through again and again
        gc.enable()


def make_application(argv: list[str]) -> QApplication:
    """The QApplication, in Chinese."""
    app = QApplication(argv)
    app.setApplicationName("haicang-desk")
    chinese.install_translations(app)
    return app
