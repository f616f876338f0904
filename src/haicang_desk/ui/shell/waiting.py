"""Waiting for work that must be over before anything else is done, in sight and with a way out."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressDialog, QWidget

from haicang_desk.model.services import Check, Condition
from haicang_desk.model.values import DeskError, Stopped
from haicang_desk.ui.shell.jobs import Jobs, Work
from haicang_desk.ui.shell.theme import em

UNSEEN = 0.4  # seconds that may pass before the dialog is shown
LOOK = 10  # ms between two looks at the screen and the person


def wait_for(parent: QWidget | None, text: str, stop: str, work: Work) -> Any:
    """Do work on a worker thread and give its result; meanwhile a dialog shows how far it is.

    ``stop`` is what the button says by which the person ends it, "" for what can't be ended. The window is painted and
    nothing else can be done in it. Raises the DeskError that the work raised, Stopped among them. It also works while
    the program is ending, when no event loop runs any more.
    """
    jobs, outcome, wrong = Jobs(), list[Any](), list[DeskError]()
    dialog = _dialog(parent, text, stop)
    jobs.progressed.connect(lambda done, of: dialog.setValue(done * 100 // max(of, 1)))
    dialog.canceled.connect(jobs.cancel)
    shown = time.monotonic() + UNSEEN
    jobs.run(text, work, outcome.append, wrong.append)
    try:
        while jobs.busy:
            QApplication.processEvents()
            jobs.wait(LOOK)
            if time.monotonic() > shown and not dialog.isVisible():  # Esc hides it: nothing else may be done yet
                dialog.setLabelText("正在停止…" if stop and dialog.wasCanceled() else text)
                dialog.show()
    finally:
        jobs.finish()
        dialog.hide()
        dialog.deleteLater()
    if wrong:
        raise wrong[0]
    return _only(outcome)


def wait_until_verified(parent: QWidget | None, condition: Condition) -> None:
    """Wait, in sight, until the check of the store that is under way has ended: a payment rests on a verified store.

    Raises Stopped where the person does not want to wait.
    """
    text = "正在核验台账，核验通过后接着登记这笔款项…"
    dialog = _dialog(parent, text, "不等了，先不登记")
    try:
        while condition.check is Check.RUNNING and not dialog.wasCanceled():
            dialog.setValue(condition.hundredths)
            if not dialog.isVisible():
                dialog.show()
            QApplication.processEvents()
            time.sleep(LOOK / 1000)
        if dialog.wasCanceled():
            raise Stopped("没有登记。所填内容都在，核验通过后再按一次")
    finally:
        dialog.hide()
        dialog.deleteLater()


def _only(outcome: list[Any]) -> Any:
    return outcome[0] if outcome else None


def _dialog(parent: QWidget | None, text: str, stop: str) -> QProgressDialog:
    visible = parent if parent is not None and parent.isVisible() else None
    dialog = QProgressDialog(text, stop, 0, 100 if stop else 0, visible)
    if not stop:
        dialog.setCancelButton(None)
    dialog.setWindowTitle("请稍候")
    dialog.setAccessibleName(text)
    dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
    dialog.setAutoClose(False)
    dialog.setAutoReset(False)
    dialog.setMinimumDuration(1 << 30)  # it is shown by hand: the first word of progress must not bring it
    dialog.setMinimumWidth(em(dialog, 26))
    dialog.setValue(0)
    return dialog
