"""Dialogs that enter one record: by typing, or as a step of the workflow; refusals are shown in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Record
from haicang_desk.model.services import Workspace, evaluate_case, take_step
from haicang_desk.model.values import Blocked, DeskError
from haicang_desk.model.workflow import Step
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.findings_list import FindingsPanel
from haicang_desk.ui.widgets.form import RecordForm

PAUSE = 150  # ms after the last key before the rules are asked


class RecordDialog(QDialog):
    """A form for one record. ``act`` is given the record as typed and may refuse it.

    ``mended_elsewhere``: the person closed it to put right a finding that names no field here.
    """

    mended_elsewhere = Signal(object)

    def __init__(
        self, parent: QWidget, title: str, form: RecordForm, record: Record, *, act: Callable[[Any], object], yes: str
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form, self._act = form, act
        self.refusal = QLabel()
        self.refusal.setObjectName("refusal")
        self.refusal.setTextFormat(Qt.TextFormat.PlainText)
        self.refusal.setWordWrap(True)
        self.refusal.setProperty("level", "block")
        self.refusal.hide()
        self.findings = FindingsPanel(leads=True)
        self.findings.chosen.connect(self._leave_for)
        page = QWidget()
        page.setObjectName("page")
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 8, 0)
        inside.addWidget(form)
        inside.addWidget(self.findings)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.refusal)
        layout.addLayout(self._buttons(yes))
        form.saved.connect(self.commit)
        form.show_record(record)
        self.resize(em(self, 56), min(max(form.sizeHint().height() + em(self, 12), em(self, 24)), em(self, 52)))
        form.focus_first()

    def _buttons(self, yes: str) -> QHBoxLayout:
        self.yes = QPushButton(f"{yes}(&S)")
        self.yes.setObjectName("yes")
        self.yes.setAccessibleName(yes)
        self.yes.setToolTip("Ctrl+回车")
        self.yes.setDefault(True)
        set_role(self.yes, "primary")
        no = QPushButton("取消(&C)")
        no.setAccessibleName("取消")
        no.setAutoDefault(False)
        self.yes.clicked.connect(self.commit)
        no.clicked.connect(self.reject)
        self.more = QPushButton("存后再填一条(&N)")
        self.more.setObjectName("more")
        self.more.setAccessibleName("存后再填一条")
        self.more.setToolTip("F12")
        self.more.setAutoDefault(False)
        self.more.hide()
        self._kept = QLabel()
        set_role(self._kept, "muted")
        row = QHBoxLayout()
        row.addWidget(self._kept)
        row.addStretch(1)
        for widget in (no, self.more, self.yes):
            row.addWidget(widget)
        return row

    def offer_more(self, fresh: Callable[[], Record]) -> None:
        """Offer to enter several records in a row; ``fresh`` gives what the next one starts from."""
        count = 0

        def go_on() -> None:
            """Save, then show an empty form for the next record."""
            nonlocal count
            if self._done():
                count += 1
                self._kept.setText(f"已存 {count} 条")
                self.form.show_record(fresh())
                self.show_findings(())
                self.form.focus_first()

        self.more.show()
        self.more.clicked.connect(go_on)
        QShortcut(QKeySequence("F12"), self).activated.connect(go_on)

    def commit(self) -> None:
        """Carry it out and close. What is refused stays open with the refusal shown."""
        if self._done():
            self.accept()

    def _done(self) -> bool:
        self.refusal.hide()
        try:
            self._act(self.form.read_record(whole=True))
        except Blocked as blocked:
            self.show_findings(blocked.findings)
            self._refuse("办理被拦下，没有写入。请按标出的各条处理后再办；按“去改”到要改的地方。")
            self.form.focus_first(next((name for name, cell in self.form.cells.items() if cell.fault.text()), ""))
        except (ValueError, DeskError) as refused:
            self._refuse(str(refused))
        else:
            return True
        return False

    def reject(self) -> None:
        """Close, after asking where something was typed."""
        question = "填写的内容还没有保存，关闭后就没有了。"
        if not self.form.changed or prompts.confirm(self, self.windowTitle(), question, yes="不要了", no="继续填写"):
            super().reject()

    def _leave_for(self, found: Finding) -> None:
        self.reject()
        if self.result() == QDialog.DialogCode.Rejected and not self.isVisible():
            self.mended_elsewhere.emit(found)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings under their fields, the rest below the form."""
        self.findings.show_findings(self.form.show_findings(findings))

    def _refuse(self, text: str) -> None:
        self.refusal.setText(text)
        self.refusal.show()


class StepDialog(RecordDialog):
    """The form of one step of a project: known values filled in, rules checked as the person types."""

    def __init__(self, parent: QWidget, ws: Workspace, case: Casefile, step: Step, *, on: date, person: str) -> None:
        self._ws, self._case, self._step, self._on, self._person = ws, case, step, on, person
        self._key = str(uuid4())  # a second click, or a retry after an unclear commit, must not act twice
        names = [name for name in (step.date_field, *step.fields) if name]
        form = RecordForm(step.record, Choices(ws), names=names)
        known = step.proposal(case, on=on, policy=ws.policy(case.project.fund_year))
        super().__init__(parent, f"{step.label} · {case.project.title}", form, known, act=self._take, yes=step.label)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.evaluate)
        form.edited.connect(self._pause.start)
        if step.repeatable:
            self.offer_more(self._next)
        self.evaluate()

    def _next(self) -> Record:
        self._case, self._key = self._ws.casefile(self._case.project.id), str(uuid4())
        policy = self._ws.policy(self._case.project.fund_year)
        return self._step.proposal(self._case, on=self._on, policy=policy)

    def evaluate(self) -> None:
        """Check the rules that guard this step on the case as it would be."""
        proposed = self._case.holding(self.form.readable())
        self.show_findings(evaluate_case(self._ws, proposed, self._on, was=self._case, before=self._step.name))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings that other records answer apart, with a way there; the others under their fields."""
        here = [f for f in findings if (f.answered_by or self._step.record) is self._step.record]
        elsewhere = [f for f in findings if f not in here]
        self.findings.show_findings([*self.form.show_findings(here), *elsewhere])

    def _take(self, record: Any) -> None:
        answers = {name: getattr(record, name) for name in self.form.cells}
        take_step(
            self._ws,
            self._case.project.id,
            self._step.name,
            on=self._on,
            person=self._person,
            answers=answers,
            key=self._key,
        )


def step_done_message(step: Step) -> str:
    """The message after a step, naming the document that can now be printed."""
    if not step.document:
        return f"已办理“{step.label}”"
    from haicang_desk.model.documents import DOCUMENTS

    return f"已办理“{step.label}”。可以在“文书”页预览和打印《{DOCUMENTS[step.document].title}》"
