"""All modal questions of the program, so that tests can answer them in one place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from haicang_desk.model.values import NotWritten, UnsafePlace
from haicang_desk.platform import refuse_to_replace
from haicang_desk.ui.widgets.prompt_dialogs import ChoicePrompt, Prompt, TextPrompt

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from haicang_desk.model.documents import Question
    from haicang_desk.model.records import Disclosure
    from haicang_desk.model.services import Workspace
    from haicang_desk.ui.shell.cups import QueueJob

MOVE, LOOK, AGREE = "move", "look", "agree"  # what to do with a store that may not be written where it is
KEEP, LEAVE, STAY = "keep", "leave", "stay"
ASKING = "circle-help"  # icon of questions


def tell(parent: QWidget | None, title: str, text: str, *, more: str = "", level: str = "info") -> None:
    """Show a message of a level: block, exception, warn, info or good. ``more`` unfolds and can be copied."""
    _ask(parent, title, text, [("知道了", "")], level=level, more=more)


def confirm(parent: QWidget | None, title: str, text: str, *, yes: str, no: str = "取消", more: str = "") -> bool:
    """Ask a question whose answers are named by what they do. ``more`` unfolds and can be copied."""
    return _ask(parent, title, text, [(yes, "yes"), (no, "no")], icon=ASKING, more=more) == "yes"


def try_again(parent: QWidget | None, title: str, text: str, *, otherwise: str) -> bool:
    """Whether to try again what failed; the other answer is what is done instead."""
    return _ask(parent, title, text, [("再试一次", "yes"), (otherwise, "no")], level="warn") == "yes"


def without_backup(parent: QWidget | None, act: str, text: str) -> bool:
    """Whether to do a large act although there is no backup; not to do it is proposed."""
    answers = [(f"不备份，继续{act}", "yes"), ("先不办", "no")]
    return _ask(parent, f"{act}之前的备份", text, answers, level="warn", primary=1) == "yes"


def leave_unsaved(parent: QWidget | None, what: str) -> str:
    """KEEP, LEAVE or STAY, for entries that are not saved."""
    text = f"{what}有未保存的修改。离开前要保存吗？"
    answers = [("保存", KEEP), ("不保存", LEAVE), ("继续填写", STAY)]
    return _ask(parent, "未保存的修改", text, answers, level="warn", icon=ASKING)


def use_draft(parent: QWidget | None, what: str, when: str, differences: str = "") -> bool | None:
    """Whether to go on with a draft: True, False to drop it, None to leave it for later."""
    text = f"{what}上次没有存完，{when} 填写的内容还在。要接着填写吗？"
    answers = [("接着填写", "yes"), ("丢弃这些内容", "no"), ("以后再说", "later")]
    answer = _ask(parent, "上次没有存完的填写", text, answers, icon="history", shown=differences)
    return {"yes": True, "no": False}.get(answer)


def ask_place(parent: QWidget | None, unsafe: UnsafePlace, folder: Path) -> str:
    """MOVE, LOOK, AGREE or "", for a store that may not be written where it is; it would be moved to ``folder``."""
    text = (
        f"“{unsafe.store.name}”{unsafe.where}，不能在那里登记。{unsafe.why}。数据没有改动。\n"
        f"移到本机：连同原件核对着复制到“{folder}”，打开复制好的；原来的改名留在原处。请先在别的电脑上关闭它。\n"
        "只看：不能登记，可以查看、核对和导出。"
    )
    answers = [("移到本机", MOVE), ("只看", LOOK), ("取消", "")]
    if unsafe.removable:
        text += "\n就在这个盘上登记：以后不再问。拔出前先关闭台账，并常把备份存到别处。"
        answers.insert(2, ("就在这个盘上登记", AGREE))
    return _ask(parent, "台账放的地方", text, answers, level="warn", icon="hard-drive-download")


def ask_reason(parent: QWidget | None, title: str, text: str) -> str | None:
    """Ask for a reason, which may not be empty; None where the person cancels."""
    return TextPrompt(parent, title, text, required="请写明理由", prose=True).answer()


def ask_text(parent: QWidget | None, title: str, text: str, proposal: str = "") -> str | None:
    """Ask for one line of text; None where the person cancels."""
    return TextPrompt(parent, title, text, proposal=proposal).answer()


def ask_person(parent: QWidget | None, names: Sequence[str], proposal: str = "") -> str | None:
    """Who is working: one of these names or another one, which may not be empty; None where the person cancels."""
    from haicang_desk.ui.shell.operator_choice import OperatorPrompt

    return OperatorPrompt(parent, names, proposal).answer()


def ask_about_passages(parent: QWidget | None, questions: Sequence[Question]) -> list[Disclosure] | None:
    """What to do with passages of a notice that may be personal; None where the person goes back to mend the text."""
    from haicang_desk.ui.widgets.passage_dialog import PassageDialog

    return PassageDialog(parent, questions).ask()


def ask_sign_in(parent: QWidget | None, ws: Workspace, name: str, *, change: bool = False) -> bool:
    """Have somebody sign in, this name proposed; whether they did. ``change``: somebody is signed in already."""
    from haicang_desk.ui.shell.sign_in import SignInDialog

    return SignInDialog(parent, ws, name=name, change=change).ask("") == "done"


def pick_one(parent: QWidget | None, title: str, text: str, choices: Sequence[str]) -> str | None:
    """One of several texts, the first of them proposed; None where the person cancels."""
    return ChoicePrompt(parent, title, text, choices).answer()


def pick_open(parent: QWidget | None, title: str, start: Path, kinds: str) -> Path | None:
    """A file to open, or None."""
    name, _ = QFileDialog.getOpenFileName(parent, title, str(start), kinds)
    return Path(name) if name else None


def pick_files(parent: QWidget | None, title: str, start: Path, kinds: str) -> list[Path]:
    """Files to open, [] for none."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, str(start), kinds)
    return [Path(name) for name in names]


def open_outside(path: Path) -> bool:
    """Open a file with its usual program. Gives whether there is one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def pick_save(
    parent: QWidget | None, title: str, start: Path, kinds: str, *, replaces_store: bool = False
) -> Path | None:
    """A file to write, or None; with the ending of ``kinds`` where that is one and the name has another.

    What no output may replace is refused here and then, and another name asked for; ``replaces_store`` is for restoring
    a backup, which sets the store aside.
    """
    while True:
        name, _ = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
        if not name:
            return None
        path = with_ending(Path(name), kinds)
        if replaces_store:
            return path
        try:
            refuse_to_replace(path)
        except NotWritten as refused:
            tell(parent, title, str(refused))
            start = path
        else:
            return path


def with_ending(path: Path, kinds: str) -> Path:
    """The path with the ending of ``kinds``, as in “工作簿 (*.xlsx)”, where they name one and it has another."""
    endings = re.findall(r"\*(\.\w+)", kinds)
    if len(endings) != 1 or path.suffix.lower() == endings[0].lower():
        return path
    return path.with_name(path.name + endings[0])


def pick_folder(parent: QWidget | None, title: str, start: Path) -> Path | None:
    """A folder, or None."""
    name = QFileDialog.getExistingDirectory(parent, title, str(start))
    return Path(name) if name else None


def _ask(
    parent: QWidget | None,
    title: str,
    text: str,
    answers: Sequence[tuple[str, str]],
    *,
    level: str = "info",
    icon: str = "",
    more: str = "",
    shown: str = "",
    primary: int = 0,
) -> str:
    """The answer chosen; closing the dialog is the last one."""
    prompt = Prompt(parent, title, text, level=level, icon=icon, more=more, shown=shown)
    for index, (label, answer) in reversed(list(enumerate(answers))):  # the first at the right, as on every form
        prompt.offer(label, answer, primary=index == primary)
    return prompt.ask(answers[-1][1])


def pick_printer(parent: QWidget | None, *, large: bool, kept: Any = None) -> QPrinter | QueueJob | None:
    """A printer chosen and set up, or None; ``kept`` are its settings of the last time."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    from haicang_desk.ui.shell.printing import restore_printer, set_up_paper, takes_pdf
    from haicang_desk.ui.shell.queue_dialog import QueueDialog

    if takes_pdf():
        queues = QueueDialog(parent, paper="A3" if large else "A4", kept=kept)
        try:
            return queues.job if queues.exec() else None
        finally:
            queues.deleteLater()

    printer = set_up_paper(QPrinter(QPrinter.PrinterMode.HighResolution), large=large)
    restore_printer(printer, kept)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("打印")
    given = bool(dialog.exec())
    dialog.setParent(None)
    del dialog  # it must not outlive the printer it looks at
    return set_up_paper(printer, large=large) if given else None
