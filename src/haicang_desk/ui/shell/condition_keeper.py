"""What the window does about the state of the store: the full check behind the first screen, 核验台账, repair."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from haicang_desk.model.store import Damage, Repair
    from haicang_desk.model.values import Signer
    from haicang_desk.ui.shell.jobs import Jobs
    from haicang_desk.ui.shell.main_window import MainWindow


class ConditionKeeper(QObject):
    """Keeps the condition of the store that is open in a window, and mends it. ``reopen`` opens a store in the window,
    ``close`` closes the open one and gives whether the person agreed."""

    def __init__(
        self,
        window: MainWindow,
        now: Callable[[], datetime],
        *,
        close: Callable[[], bool],
        reopen: Callable[[Path], bool],
        person: Callable[[], str],
    ) -> None:
        super().__init__(window)
        self._window, self._now = window, now
        self._close, self._reopen, self._person = close, reopen, person
        self.jobs: Jobs | None = None  # for the full check alone
        window.repair_requested.connect(self.repair)
        window.damage_requested.connect(self.show_damage)
        window.accept_requested.connect(self.accept_store)

    def check_now(self) -> None:
        """Verify the store behind the window; one that turns out damaged is not written from then on."""
        from haicang_desk.model.services import damage_warning, verify_apart
        from haicang_desk.model.values import Course
        from haicang_desk.ui.shell.jobs import Jobs

        state = self._window.state
        if state is None or (path := state.workspace.path) is None:
            return
        condition = state.workspace.condition

        def done(damage: tuple[Damage, ...]) -> None:
            if damage:
                condition.find_damage(damage, damage_warning(path, damage))
            else:
                condition.end_check(self._now())

        condition.begin_check()
        if self.jobs is None:
            self.jobs = Jobs()
            self.jobs.progressed.connect(self._tell_progress)
        self.jobs.run(
            "核验台账",
            lambda progress, cancelled: verify_apart(path, Course(progress, cancelled)),
            done,
            lambda _: condition.end_check(),  # stopped, because the store is being closed
            replaces="核验台账",
        )

    def stop(self) -> None:
        """End the check, before the store is closed."""
        if self.jobs is not None:
            self.jobs.finish()

    def _tell_progress(self, done: int, of: int) -> None:
        if self._window.state is not None:
            self._window.state.workspace.condition.tell_progress(done, of)

    def verify(self) -> None:
        """核验台账: verify everything, the bytes of all originals too, and show the result."""
        from haicang_desk.model.values import Course
        from haicang_desk.ui.shell import prompts
        from haicang_desk.ui.shell.store_controller import verification_report

        state = self._window.state
        if state is None or (path := state.workspace.origin) is None:
            return
        state.jobs.run(
            "核验台账",
            lambda progress, cancelled: verification_report(path, Course(progress, cancelled, "已停止，没有核验完")),
            lambda found: prompts.tell(self._window, "核验台账", found[0], more=found[1]),
            lambda refused: prompts.tell(self._window, "核验台账", str(refused)),
        )

    def accept_store(self) -> None:
        """Have the person confirm, with a reason, a store that lacks what this computer saw of it."""
        from haicang_desk.model.values import DeskError
        from haicang_desk.ui.shell import prompts

        state = self._window.state
        if state is None or (keeper := state.workspace.head_keeper) is None or not keeper.broken:
            return
        text = f"{keeper.missing}。确认之后照这本登记，放弃的变更、您的姓名和理由记入变更记录。为什么用这一本？"
        reason = prompts.ask_reason(self._window, "确认较旧或不同的台账", text)
        if reason is None:
            return
        try:
            state.workspace.accept_head(handler=self._person(), reason=reason)
        except DeskError as refused:
            prompts.tell(self._window, "确认较旧或不同的台账", str(refused))
            return
        self._window.status.tell("已确认，并记入变更记录。可以登记了")
        self.check_now()

    def show_damage(self) -> None:
        """List what is known to be damaged."""
        from haicang_desk.ui.shell import prompts

        if self._window.state is not None:
            damage = self._window.state.workspace.damage
            text = f"台账有 {len(damage)} 处损坏。现有文件没有改动，可以修复。"
            prompts.tell(self._window, "台账的损坏", text, more="\n".join(map(str, damage)), level="exception")

    def repair(self) -> None:
        """Repair the store that is open; where people have accounts, an administrator may."""
        from haicang_desk.model.services import not_an_admin
        from haicang_desk.ui.shell import prompts

        state = self._window.state
        if state is None or (path := state.workspace.origin) is None:
            return
        if why := not_an_admin(state.workspace):
            prompts.tell(self._window, "修复台账", f"修复台账{why}，没有修复")
            return
        signer = state.workspace.signer
        if self._close() and not self.repair_file(path, signer):
            self._reopen(path)

    def repair_file(self, path: Path, signer: Signer | None = None) -> bool:
        """Make a repaired copy of a store that is not open, show what it changes, and put it in place on consent.

        Gives whether the store was repaired and is open.
        """
        from haicang_desk.model.store import backup_folder, backups_in, prepare_repair
        from haicang_desk.model.values import Course, DeskError
        from haicang_desk.ui.shell import prompts

        at, person = self._now(), self._person()
        backups = [backup for _, backup in reversed(backups_in(backup_folder(path)))]
        told = ""
        try:
            made: Repair = self._waited(
                f"正在查看“{path.stem}”怎样修复…",
                lambda *course: prepare_repair(
                    path,
                    backups,
                    at=at,
                    person=person,
                    signer=signer,
                    course=Course(course[0], course[1], "已停止，台账没有改动"),
                ),
            )
            try:
                if self._agreed(made):
                    restored = self._waited("正在换上修复好的台账…", lambda *_: made.carry_out(self._now()), "")
                    told = f"台账已修复并核对。损坏的文件留在“{restored.aside}”"
            finally:
                made.discard()
        except DeskError as refused:
            prompts.tell(self._window, "修复台账", str(refused))
        if not told or not self._reopen(path):
            return False
        self._window.status.tell(told)
        return True

    def _waited(self, text: str, work: Callable[..., Any], stop: str = "停止，不修复") -> Any:
        from haicang_desk.ui.shell.waiting import wait_for

        return wait_for(self._window, text, stop, work)

    def _agreed(self, made: Repair) -> bool:
        from haicang_desk.ui.shell import prompts

        lost = f"有 {len(made.lost)} 次变更保不住，修复后要补登" if made.lost else "没有保不住的变更"
        text = (
            f"修复办法：{made.basis}。照旧不变的记录 {made.same:,} 条，修复后不同的 {len(made.rows)} 条，{lost}。"
            "逐条见“详情”。损坏的文件会改名保留，不会删除。"
        )
        return prompts.confirm(self._window, "修复台账", text, yes="修复", more="\n".join(made.lines()))
