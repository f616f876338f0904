"""Sending a batch of documents out: into a folder or to a printer, on the worker, with what was skipped and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from haicang_desk.model import DeskError, NotWritten
from haicang_desk.ui import prompts
from haicang_desk.ui.jobs import Cancelled, Progress
from haicang_desk.ui.screens.screen import Screen

if TYPE_CHECKING:
    from haicang_desk.model.documents import Batch, Issued


def save_batch(screen: Screen, batch: Batch, folder: Path) -> None:
    """Write the batch into a folder under its names."""

    def work(progress: Progress, cancelled: Cancelled) -> tuple[list[Issued], bool]:
        return batch.write(folder, progress, cancelled), cancelled()

    def done(result: tuple[list[Issued], bool]) -> None:
        issued, stopped = result
        written = len([each for each in issued if not each.skipped])
        _tell(screen, "存为文件", f"已存 {written} 个文件到“{folder}”", issued, stopped=stopped)

    screen.bridge.jobs.run("存为文件", work, done, lambda wrong: _refuse(screen, wrong))


def print_batch(screen: Screen, batch: Batch, name: str, *, large: bool) -> None:
    """Print the batch on the printer picked, which is remembered with its tray and copies for documents of ``name``."""
    from haicang_desk.ui.printing import setting

    settings, key = screen.bridge.settings, f"打印/{name}"
    printer = prompts.pick_printer(screen, large=large, kept=settings.structure(key))
    if printer is None:
        return
    settings.keep_structure(key, setting(printer))

    def work(progress: Progress, cancelled: Cancelled) -> tuple[list[Issued], int, bool]:
        from haicang_desk.ui.printing import print_pages

        issued = list(batch.made(None, cancelled))
        sent = print_pages([each.pdf for each in issued if each.pdf], printer, progress, cancelled)
        if not sent and not cancelled():
            raise NotWritten("没有打印出一页：所选的还不到办理时候，或页码范围里没有内容。请按“预览”看说明")
        return issued, sent, cancelled()

    def done(result: tuple[list[Issued], int, bool]) -> None:
        issued, sent, stopped = result
        printed = len([each for each in issued if each.pdf])
        _tell(screen, "打印", f"已送打印机：{printed} 份，{sent} 页", issued, stopped=stopped)

    screen.bridge.jobs.run("打印", work, done, lambda wrong: _refuse(screen, wrong))


def _tell(screen: Screen, title: str, said: str, issued: Sequence[Issued], *, stopped: bool) -> None:
    """A word in the status bar; a notice where something was left out, with its reason."""
    skipped = [f"{each.title}：{each.skipped}" for each in issued if each.skipped]
    if stopped:
        said += "，其余的按您的要求停止了"
    if not skipped:
        screen.bridge.told.emit(said)
        return
    shown = "\n".join(skipped[:5]) + ("\n……" if len(skipped) > 5 else "")
    prompts.tell(screen, title, f"{said}。有 {len(skipped)} 份还不能印，跳过了：\n{shown}", more="\n".join(skipped))


def _refuse(screen: Screen, wrong: DeskError) -> None:
    prompts.tell(screen, screen.title, str(wrong))
