"""Printing and saving documents: made on the worker thread, issues recorded in the store, then handed out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from haicang_desk.model.records import Issue
from haicang_desk.model.values import Cancelled, DeskError, NotWritten, ProgressCallback
from haicang_desk.paths import documents_folder
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from haicang_desk.model.documents import PrintBatch, PrintedDocument
    from haicang_desk.ui.shell.cups import QueueJob

FOLDER = "文书/文件夹"  # the setting that keeps the folder written to last
NAMED = 3  # documents named in a question
SHOWN_REASONS = 5  # reasons shown at once; all of them on demand


def save_batch(screen: Screen, batch: PrintBatch, folder: Path) -> None:
    """Write the batch into a folder under its names."""
    from haicang_desk.model.documents import write_document

    if (decided := _decided(screen, batch)) is None:
        return
    batch = decided

    def send(made: Sequence[PrintedDocument]) -> None:
        """Hand out the documents made."""

        def work(progress: ProgressCallback, cancelled: Cancelled) -> tuple[list[PrintedDocument], bool]:
            """Runs on the worker thread."""
            done = []
            for count, each in enumerate(made, 1):
                if cancelled():
                    break
                done.append(write_document(folder, each))
                progress(count, len(made))
            return done, cancelled()

        screen.state.jobs.run("存为文件", work, done, lambda wrong: _refuse(screen, wrong))

    def done(result: tuple[list[PrintedDocument], bool]) -> None:
        """Tell what was sent."""
        issued, stopped = result
        count = len([each for each in issued if not each.skipped])
        _tell(screen, "存为文件", f"已存 {count} 个文件到“{folder}”", issued, stopped=stopped)

    def start() -> None:
        """Refuse a folder where a file would take the place of what no output may replace; then begin."""
        from haicang_desk.model.documents import refuse_targets

        if screen.attempt("存为文件", lambda: refuse_targets(batch, folder)):
            _issue(screen, batch, send)

    _warn(screen, "存为文件", batch, start)


def save_batch_asking(screen: Screen, batch: PrintBatch) -> None:
    """Ask for a folder, which is remembered, and write the batch into it."""
    kept = screen.state.settings.text(FOLDER)
    folder = prompts.pick_folder(screen, "存到哪个文件夹", Path(kept) if kept else documents_folder())
    if folder is not None:
        screen.state.settings.keep(FOLDER, str(folder))
        save_batch(screen, batch, folder)


def print_batch(screen: Screen, batch: PrintBatch, name: str, *, large: bool) -> None:
    """Print the batch on the printer picked, which is remembered with its tray and copies for documents of ``name``."""
    if (decided := _decided(screen, batch)) is None:
        return
    batch = decided

    def start() -> None:
        """Pick the printer, then begin."""
        printer = _picked(screen, screen.state, name, large=large)
        if printer is not None:
            _print_on(screen, batch, printer)

    _warn(screen, "打印", batch, start)


def _print_on(screen: Screen, batch: PrintBatch, printer: QPrinter | QueueJob) -> None:
    def send(made: Sequence[PrintedDocument]) -> None:
        """Hand out the documents made."""

        def work(progress: ProgressCallback, cancelled: Cancelled) -> tuple[int, bool]:
            """Runs on the worker thread."""
            sent = _send(made, printer, progress, cancelled)
            return sent, cancelled()

        def done(result: tuple[int, bool]) -> None:
            """Tell what was sent."""
            sent, stopped = result
            printed = len([each for each in made if each.pdf])
            _tell(screen, "打印", f"已送打印机：{printed} 份，{sent} 页", made, stopped=stopped)

        screen.state.jobs.run("打印", work, done, lambda wrong: _refuse(screen, wrong))

    _issue(screen, batch, send)


def reprint_issue(panel: QWidget, state: AppState, issue: Issue, data: bytes) -> None:
    """Print an issue again from the bytes that were issued."""
    from haicang_desk.model.documents import DOCUMENTS, PrintedDocument

    name = next((each.name for each in DOCUMENTS.values() if each.title == issue.document), issue.document)
    printer = _picked(panel, state, name, large=issue.paper == "A3")
    if printer is None:
        return
    made = [PrintedDocument(filename=issue.name, title=issue.name, pdf=data)]
    state.jobs.run(
        "打印",
        lambda progress, cancelled: _send(made, printer, progress, cancelled),
        lambda sent: state.message.emit(f"已送打印机：1 份，{sent} 页"),
        lambda wrong: prompts.tell(panel, "重印", str(wrong)),
    )


def _picked(parent: QWidget, state: AppState, name: str, *, large: bool) -> QPrinter | QueueJob | None:
    from haicang_desk.ui.shell.printing import printer_settings

    key = f"打印/{name}"
    printer = prompts.pick_printer(parent, large=large, kept=state.settings.structure(key))
    if printer is not None:
        state.settings.keep_structure(key, printer_settings(printer))
    return printer


def _send(
    made: Sequence[PrintedDocument], printer: QPrinter | QueueJob, progress: ProgressCallback, cancelled: Cancelled
) -> int:
    from haicang_desk.ui.shell.printing import print_pages

    sent = print_pages([each.pdf for each in made if each.pdf], printer, progress, cancelled)
    if not sent and not cancelled():
        raise NotWritten("没有打印出一页：所选的还不到办理时候，或页码范围里没有内容。请按“预览”看说明")
    return sent


def _decided(screen: Screen, batch: PrintBatch) -> PrintBatch | None:
    """The batch with an answer to each passage that may be personal; None where the person goes back to mend one."""
    if not batch.questions:
        return batch
    answers = prompts.ask_about_passages(screen, batch.questions)
    return None if answers is None else batch.answered(answers)


def _warn(screen: Screen, title: str, batch: PrintBatch, go_on: Callable[[], None]) -> None:
    """Say before anything is printed what cannot be, and why; go on with the rest, if there is any and if wished."""
    faults = [f"{each.title}：{each.skipped}" for each in batch.faults]
    rest = sum(not order.fault and not order.unavailable_reason for order in batch.orders)
    if not faults:
        go_on()
        return
    shown = "\n".join(faults[:SHOWN_REASONS]) + ("\n……" if len(faults) > SHOWN_REASONS else "")
    if not rest:
        prompts.tell(screen, title, f"所选的都不能印：\n{shown}", more="\n".join(faults))
    elif prompts.confirm(
        screen, title, f"有 {len(faults)} 份不能印：\n{shown}\n其余 {rest} 份可以照印。", yes="印其余的"
    ):
        go_on()


def _issue(screen: Screen, batch: PrintBatch, send: Callable[[Sequence[PrintedDocument]], None]) -> None:
    """Make the batch, record its issues in the store, then hand it out. Only a correction needs a reason."""
    state = screen.state
    screen.show_notes(())  # those of the papers before
    reason = ask_correction_reason(screen, batch.corrections)
    if reason is None:
        return
    why = reason
    ready = batch

    def number() -> None:
        """Give the dossiers of the batch their 档号."""
        nonlocal ready
        from haicang_desk.model.documents import with_dossier_numbers

        ready = with_dossier_numbers(state.workspace, batch, person=state.person)

    if not screen.attempt("编档号", number):
        return

    def make(progress: ProgressCallback, cancelled: Cancelled) -> list[PrintedDocument] | None:
        """Make the documents, on the worker thread."""
        made = list(ready.made(progress, cancelled))
        return None if cancelled() else made

    def keep(made: list[PrintedDocument] | None) -> None:
        """Record the issues in the store, then hand out."""
        from haicang_desk.model.documents import save_issued

        if made is None:
            state.message.emit("已按您的要求停止，没有印发")
        elif screen.attempt("印发", lambda: save_issued(state.workspace, made, person=state.person, reason=why)):
            send(made)

    state.jobs.run("生成文书", make, keep, lambda wrong: _refuse(screen, wrong))


def ask_correction_reason(parent: QWidget, again: Sequence[tuple[str, Issue]]) -> str | None:
    """The reason why these are issued otherwise than before, each with the issue it replaces; "" where there are none.

    None where the person thought better of it.
    """
    if not again:
        return ""
    named = "、".join(f"《{title}》" for title, _ in again[:NAMED])
    more = f"等 {len(again)} 份" if len(again) > NAMED else ""
    before = again[0][1]
    when = f"（第{before.number}次印发，{before.issued_on}）" if len(again) == 1 else ""
    message = (
        f"{named}{more}印发过{when}，之后所载内容有变动。\n"
        "这次按新的一次印发，页脚印明代替哪一次；原件仍可重印。\n更正理由："
    )
    return prompts.ask_reason(parent, "再次印发", message)


def _tell(screen: Screen, title: str, message: str, issued: Sequence[PrintedDocument], *, stopped: bool) -> None:
    """A word in the status bar; above the screen what is to be looked at on the papers, such as what they leave blank;
    a notice where something was left out, with its reason."""
    skipped = [f"{each.title}：{each.skipped}" for each in issued if each.skipped]
    screen.show_notes([(each.title, each.note) for each in issued if each.note])
    if stopped:
        message += "，其余的按您的要求停止了"
    if not skipped:
        screen.state.message.emit(message)
        return
    shown = "\n".join(skipped[:SHOWN_REASONS]) + ("\n……" if len(skipped) > SHOWN_REASONS else "")
    prompts.tell(screen, title, f"{message}。有 {len(skipped)} 份没有印，原因是：\n{shown}", more="\n".join(skipped))


def _refuse(screen: Screen, wrong: DeskError) -> None:
    prompts.tell(screen, screen.title, str(wrong))
