"""Dialogs that enter one record: by typing, or as a step of the workflow; refusals are shown in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Project, Record, Village
from haicang_desk.model.services import Workspace, evaluate_case, save, take_step
from haicang_desk.model.values import Blocked, DeskError
from haicang_desk.model.workflow import Step
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.drafts import DraftKeeper, Drafts, FormRequest, subject_of
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.shell.waiting import wait_until_verified
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.editors import LinkEditor
from haicang_desk.ui.widgets.findings_list import FindingsPanel
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.icons import IconTile

_MORE = Qt.Key.Key_F12
PAUSE = 150  # ms after the last key before the rules are asked


class RecordDialog(DeskDialog):
    """A form for one record. ``act`` is given the record as typed and may refuse it.

    What is typed is kept as a draft and offered when the form of the same record is next opened.
    ``mended_elsewhere``: the person closed it to put right a finding that names no field here.
    """

    DRAFTS: ClassVar[bool] = True  # whether entries can be taken up again without what else belongs to them

    mended_elsewhere = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        form: RecordForm,
        record: Record,
        *,
        act: Callable[[Any], object],
        yes: str,
        step: str = "",
    ) -> None:
        super().__init__(parent, title, f"{record.table}{step}", wide=56)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form, self._act, self._step_name = form, act, step
        self._fresh: Callable[[], Record] | None = None
        self._count = 0
        self.refusal = QLabel()
        self.refusal.setObjectName("refusal")
        self.refusal.setTextFormat(Qt.TextFormat.PlainText)
        self.refusal.setWordWrap(True)
        self.refusal.setProperty("level", "block")
        self._refused = QFrame(self)
        self._refused.setProperty("level", "block")
        told = QHBoxLayout(self._refused)
        told.addWidget(IconTile("circle-alert", "block"), 0, Qt.AlignmentFlag.AlignTop)
        told.addWidget(self.refusal, 1)
        self._refused.hide()
        self.findings = FindingsPanel(leads=True)
        self.findings.chosen.connect(self._leave_for)
        self.page.addWidget(form)
        self.page.addWidget(self.findings)
        self.page.addStretch(1)
        self.under.addWidget(self._refused)
        self._add_buttons(yes)
        form.after_last = self.yes
        form.saved.connect(self.commit)
        form.registration_requested.connect(self._register)
        self.drafts = DraftKeeper(form, Drafts(form.choices.workspace.path), form.choices.now, self)
        self._show(record)

    def _add_buttons(self, yes: str) -> None:
        self._kept = QLabel()
        set_role(self._kept, "muted")
        self.buttons.addWidget(self._kept)
        self.buttons.addStretch(1)
        self.add_button("取消(&C)", self.reject, name="no", tip="Esc")
        self.more = self.add_button("存后再填一条(&N)", self.go_on, name="more", tip="F12")
        self.more.setVisible(False)
        self.yes = self.add_button(f"{yes}(&S)", self.commit, role="primary", name="yes", tip="Ctrl+回车")

    def _show(self, record: Record) -> None:
        """Show a record, and keep what is typed over it under a slot of its own."""
        self.form.show_record(record)
        if self.DRAFTS:
            project = record.id if isinstance(record, Project) else getattr(record, "project", "")
            subject = subject_of(record.table, project=project, record=record.id, step=self._step_name)
            request = FormRequest(project, self._step_name, record.table, record.id)
            screen = "project" if project else self._screen().objectName()
            self.drafts.begin(subject, f"“{self.windowTitle()}”", screen=screen, request=request)
        self.form.focus_first()

    def _screen(self) -> Screen:
        """The screen from which it was opened."""
        above = self.parentWidget()
        while not isinstance(above, Screen):
            assert above is not None, "a record dialog is opened from a screen"
            above = above.parentWidget()
        return above

    def open(self) -> None:
        """Show it over its window, and offer what was typed in it and not saved the last time."""
        super().open()
        if self.DRAFTS and self.drafts.offer(self):
            self.form.edited.emit()

    def event(self, event: QEvent) -> bool:
        """Keep F12 from the window's menu, whose shortcut would make it ambiguous."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == _MORE:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F12 saves and begins the next."""
        if event.key() == _MORE:
            self.go_on()
        else:
            super().keyPressEvent(event)

    def offer_more(self, fresh: Callable[[], Record]) -> None:
        """Offer to enter several records in a row; ``fresh`` gives what the next one starts from."""
        self._fresh = fresh
        self.more.setVisible(True)

    def go_on(self) -> None:
        """Save, then show an empty form for the next record; where there is no next one, close."""
        if self._fresh is None:
            self.commit()
        elif self._done():
            self._count += 1
            self._kept.setText(f"已存 {self._count} 条")
            self._show(self._fresh())
            self.show_findings(())

    def commit(self) -> None:
        """Carry it out and close. What is refused stays open with the refusal shown."""
        if self._done():
            self.accept()

    def _done(self) -> bool:
        self._refused.hide()
        try:
            self._act(self.form.read_record(whole=True))
        except Blocked as blocked:
            self.show_findings(blocked.findings)
            self._refuse("办理被拦下，没有写入。请按标出的各条处理后再办；按“去改”到要改的地方。")
            self._go_to_fault()
        except (ValueError, DeskError) as refused:
            self._refuse(str(refused))
            self._go_to_fault()
        else:
            self.form.remember()
            self.drafts.drop()
            return True
        return False

    def _go_to_fault(self) -> None:
        cells = self.form.cells.items()
        if name := next((name for name, cell in cells if cell.fault.text()), ""):
            self.form.focus_first(name)

    def reject(self) -> None:
        """Close, after asking where something was typed."""
        question = "填写的内容还没有保存，关闭后就没有了。"
        if not self.form.changed or prompts.confirm(self, self.windowTitle(), question, yes="不要了", no="继续填写"):
            self.drafts.drop()
            super().reject()

    def done(self, result: int) -> None:
        """Close; from now on nothing more is kept."""
        self.drafts.release()
        super().done(result)

    def _leave_for(self, found: Finding) -> None:
        self.reject()
        if self.result() == DeskDialog.DialogCode.Rejected and not self.isVisible():
            self.mended_elsewhere.emit(found)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings under their fields, the rest below the form."""
        self.findings.show_findings(self.form.show_findings(findings))
        self.grow()

    def _refuse(self, text: str) -> None:
        self.refusal.setText(text)
        self._refused.show()
        self.grow()

    def _register(self, editor: LinkEditor, name: str) -> None:
        register_village(self, self._screen(), editor, name)


def register_village(parent: QWidget, screen: Screen, editor: LinkEditor, name: str) -> None:
    """Register a village that was not found while picking, and pick it."""
    state = screen.state

    def act(typed: Any) -> None:
        """Save the village and pick it."""
        (kept,) = save(state.workspace, [typed], action=f"登记村居：{typed.name}", person=state.person)
        editor.set_value(kept.id)
        editor.completed.emit()

    form = RecordForm(Village, Choices(state.workspace))
    dialog = RecordDialog(parent, f"登记{Village.label}", form, Village(), act=act, yes="登记")
    form.cells["name"].editor.set_value(name)
    dialog.open()


class StepDialog(RecordDialog):
    """The form of one step of a project: known values filled in, rules checked as the person types."""

    def __init__(self, parent: QWidget, ws: Workspace, case: Casefile, step: Step, *, on: date, person: str) -> None:
        self._ws, self._case, self._step, self._on, self._person = ws, case, step, on, person
        self._key = str(uuid4())  # a second click, or a retry after an unclear commit, must not act twice
        names = [name for name in (step.date_field, *step.fields) if name]
        known = self._proposal()
        form = RecordForm(step.record, Choices(ws), names=names, needed=step.must_be_filled(known))
        for name in step.acting if ws.signer else ():  # who is signed in takes the step, and nobody else
            form.cells[name].editor.set_fixed(True)
        title = f"{step.label} · {case.project.title}"
        super().__init__(parent, title, form, known, act=self._take, yes=step.label, step=step.name)
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
        return self._proposal()

    def _proposal(self) -> Record:
        policy = self._ws.policy(self._case.project.fund_year)
        return self._step.proposal(self._case, on=self._on, policy=policy, person=self._person)

    def evaluate(self) -> None:
        """Check the rules that guard this step on the case as it would be."""
        proposed = self._case.holding(self.form.readable())
        self.show_findings(evaluate_case(self._ws, proposed, self._on, was=self._case, before=self._step.name))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings that other records answer apart, with a way there; the others under their fields."""
        here = [f for f in findings if (f.answered_by or self._step.record) is self._step.record]
        elsewhere = [f for f in findings if f not in here]
        self.findings.show_findings([*self.form.show_findings(here), *elsewhere])
        self.grow()

    def _take(self, record: Any) -> None:
        answers = {name: getattr(record, name) for name in self.form.cells}
        if self._ws.must_wait(self._step.record):
            wait_until_verified(self, self._ws.condition)
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
