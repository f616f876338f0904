"""The project page: one project's forms and records, the steps open to it, and what the rules say as one types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Link, Project, Village
from haicang_desk.model.rules import answering_record
from haicang_desk.model.services import CARRIED_OVER, draft_from, evaluate_case, near_twins_of, next_steps, save
from haicang_desk.model.store import FinishedChange
from haicang_desk.model.values import DeskError, Refused
from haicang_desk.model.workflow import BEFORE_FILING, OPEN_TO_TYPING, STEPS, Step
from haicang_desk.ui.screens.forecast import show_approval_forecast
from haicang_desk.ui.screens.project_tabs import ProjectTabs
from haicang_desk.ui.screens.record_actions import RecordEntry
from haicang_desk.ui.screens.record_dialogs import PAUSE, StepDialog, register_village, step_done_message
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.drafts import DraftKeeper, Drafts, FormRequest, subject_of
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.step_bar import StepBar


class ProjectScreen(Screen):
    """The page of one project. Typing edits a copy, which 保存 stores; all else is a step or a record of its own."""

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._ws = state.workspace
        self.case = Casefile(project=Project(), village=Village())
        self._open: list[tuple[Step, list[Finding]]] = []
        self._choices = Choices(self._ws)
        self.add_button("返回(&B)", lambda: state.screen_requested.emit("back", None), name="back")
        self._copy = self.add_button("复制为新项目(&D)", self._copy_as_new, name="copy")
        self._void = self.add_button("作废", self._void_project, name="void")
        self.add_button("试算批准(&W)", self._what_if, name="what_if").setToolTip(
            "按现在填写的内容，不必保存：若批准，本村居和街道的比例、额度会怎样，怎样调整能达标"
        )
        self._save = self.add_button("保存(&S)", self.save, role="primary", name="save")
        self.entry = RecordEntry(self, self._choices, lambda: self.case)
        self.steps = StepBar()
        self.tabs = ProjectTabs(state, self._choices)
        self.form: RecordForm = self.tabs.application.form
        self.drafts = DraftKeeper(self.form, Drafts(self._ws.path), state.now, self)
        self.body.addWidget(self.steps)
        self.body.addWidget(self.tabs, 1)
        self._timers()
        self._connect()

    def _timers(self) -> None:
        self._rules = QTimer(self)
        self._rules.setSingleShot(True)
        self._rules.setInterval(PAUSE)
        self._rules.timeout.connect(self._evaluate)

    def _connect(self) -> None:
        self.form.edited.connect(self._on_edited)
        self.form.saved.connect(self.save)
        self.form.registration_requested.connect(lambda editor, name: register_village(self, self, editor, name))
        self.steps.chosen.connect(self.take)
        self.tabs.chart.chosen.connect(self.take)
        self.tabs.application.findings.chosen.connect(self.mend)
        self.tabs.papers.requested.connect(
            lambda name: self.state.screen_requested.emit("papers", (name, [self.case.project.id]))
        )
        self.tabs.currentChanged.connect(lambda _: self._show_tab())
        self.entry.connect_panel(self.tabs.application.budget)
        self.entry.connect_panel(self.tabs.materials.panel)
        for tab in self.tabs.records:
            tab.made.connect(self.entry.connect_panel)
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self)
        save.activated.connect(self.save)

    # showing

    def show_what(self, what: Any) -> None:
        """Show the project of this id, a new one for "", or where a Finding is put right. A draft is offered."""
        if isinstance(what, Finding):
            self.show_what(what.project_id)
            self.mend(what)
            return
        if isinstance(what, FormRequest):
            self.show_what(what.project)
            self._open_form(what)
            return
        self.case = self._ws.casefile(what) if what else self._blank()
        self._stale = False
        self._show(typed={})
        self.tabs.setCurrentIndex(0)
        self._begin_draft()
        if not self._fixed and self.drafts.offer(self):
            self._evaluate()
        self.form.focus_first("" if what else "village")

    def _begin_draft(self) -> None:
        """What is typed from now on is kept under a slot of its own."""
        project = self.case.project
        what = f"“{project.title}”" if project.id else "新项目"
        subject = subject_of(Project.table, record=project.id)
        self.drafts.begin(subject, what, screen="project", request=project.id)

    def _open_form(self, request: FormRequest) -> None:
        """Open the form of a step or a record of the project shown."""
        if request.step:
            self.take(request.step)
        elif request.table:
            self.entry.open_form(request)

    def look(self) -> None:
        """Read the project again, keeping what is typed and not saved."""
        if not self.case.project.id:
            return
        typed = self.form.raw() if self.form.changed else {}
        try:
            self.case = self._ws.casefile(self.case.project.id)
        except Refused:
            self.state.screen_requested.emit("back", None)
            return
        self._show(typed=typed)

    def concerns(self, done: FinishedChange) -> bool:
        """A change of this project or of any village."""
        return self.case.project.id in done.projects or done.touches(Village)

    def _blank(self) -> Casefile:
        return Casefile(project=Project(fund_year=self.state.year), village=Village())

    def _show(self, *, typed: dict[str, str]) -> None:
        project = self.case.project
        self.heading.setText(project.title or "新建项目")
        self.form.show_record(project)
        self.form.set_raw(typed)
        self.form.set_fixed(self._fixed)
        saved = bool(project.id)
        self.steps.setVisible(saved)
        self._copy.setVisible(saved)
        self._void.setVisible(saved and self.case.stage in BEFORE_FILING)
        for number in range(1, self.tabs.count()):
            self.tabs.setTabEnabled(number, saved)
        stage, since = self.case.staged
        when = f"（{since.isoformat()} 起）" if since else ""
        self.note.setText(f"{project.code}　{self.case.village.name}　{stage.label}{when}" if saved else "填好后保存")
        if saved:
            self._open = next_steps(self._ws, self.case, self.state.today())
            self.steps.show_steps(stage, self._open)
        self.tabs.application.show_case(self.case, fixed=self._fixed)
        self._show_tab()
        self._evaluate()

    def _show_tab(self) -> None:
        self.tabs.fill(self._ws, self.case, self.state.today(), self._open)

    @property
    def _fixed(self) -> bool:
        return bool(self.case.project.id) and self.case.stage not in OPEN_TO_TYPING

    # typing

    def _on_edited(self) -> None:
        self._rules.start()
        self._save.setEnabled(not self._fixed)

    def _evaluate(self) -> None:
        """Ask the rules about the project as typed so far."""
        project = self.form.readable()
        found = []
        if project.village:
            was = self.case if project.id else None
            try:
                found = evaluate_case(self._ws, self._as_typed(project), self.state.today(), was=was)
            except DeskError as refused:  # a fund year that no policy is for
                self.form.mark({"fund_year": str(refused)})
                return
        self.form.show_findings(found)
        self.tabs.application.show_findings(found)
        self.tabs.application.show_funding(project, self.case, self._ws.policy(project.fund_year or self.state.year))
        self._save.setEnabled(not self._fixed and (self.form.changed or not project.id))

    def _as_typed(self, project: Project) -> Casefile:
        own = project.village == self.case.village.id
        village = self.case.village if own else self._ws.get(Village, project.village)
        return replace(self.case, project=project, village=village)

    def _what_if(self) -> None:
        """Try the approval of the project as typed, kept or not."""
        project = self.form.readable()
        if project.village:
            show_approval_forecast(self, lambda: [self._as_typed(project)], f"“{project.title or '本项目'}”")
        else:
            prompts.tell(self, "试算批准", "请先选择村居，再试算")

    def keep_draft(self) -> None:
        """Write what is typed and not saved to the draft file."""
        if self.form.changed:
            self.drafts.keep()

    def save(self) -> bool:
        """Store what is typed and give whether that succeeded; fields that prevent it are marked."""
        try:
            project = self.form.read_record(whole=True)
        except ValueError as wrong:
            self.state.message.emit(f"没有保存。{wrong}")
            return False
        known = self.case.project.id
        kept: list[Project] = []
        action = f"{'修改' if known else '新建'}项目：{project.title}"
        act = lambda: kept.extend(save(self._ws, [project], action=action, person=self.state.person))  # noqa: E731
        if not self.attempt("保存", act):
            return False
        self.form.remember()
        self.drafts.drop()
        self.case = self._ws.casefile(kept[0].id)
        self._show(typed={})
        self._begin_draft()
        near = [] if known else near_twins_of(self._ws, kept[0])
        twins = "、".join(f"“{each.title}”（{each.code}）" for each in near[:3])
        told = f"。与{twins}像是同一个项目，请核对，重复的请作废" if twins else ""
        self.state.message.emit(f"已保存“{project.title}”，编号 {kept[0].code}{told}")
        return True

    def save_and_new(self) -> None:
        """F12: save what is typed and begin a new project."""
        if self._fixed or not self.form.changed or self.save():
            self.state.screen_requested.emit("project", "")

    def may_leave(self) -> bool:
        """Ask whether unsaved entries are to be saved before another screen is shown."""
        if not self.form.changed or self._fixed:
            return True
        answer = prompts.leave_unsaved(self, f"“{self.heading.text()}”")
        if answer == prompts.KEEP:
            return self.save()
        if answer == prompts.LEAVE:
            self.drafts.drop()
            self.form.show_record(self.case.project)
        return answer == prompts.LEAVE

    # steps and records

    def take(self, name: str) -> None:
        """Open the form of a step. Unsaved entries must be settled first, because a step reads the store."""
        if self.form.changed and not self._fixed and not self.may_leave():
            return
        dialog = StepDialog(self, self._ws, self.case, STEPS[name], on=self.state.today(), person=self.state.person)
        dialog.accepted.connect(lambda: self.state.message.emit(step_done_message(STEPS[name])))
        dialog.mended_elsewhere.connect(self.mend)
        dialog.open()

    def mend(self, found: Finding) -> None:
        """Go to the field that a finding names, or to the table of records that answer it."""
        if found.field in self.form.cells and not self._fixed:
            self.tabs.setCurrentWidget(self.tabs.application)
            self.form.focus_first(found.field)
        else:
            self.tabs.turn_to(found.answered_by or answering_record(found.rule))

    def _void_project(self) -> None:
        self.entry.void(self.case.project)

    def _copy_as_new(self) -> None:
        """A new project that starts from this one; money, dates and decisions are not carried over."""
        if not self.may_leave():
            return
        fresh = draft_from(self.case.project, self.state.year)
        self.show_what("")
        self.case = self._blank()
        self.form.show_record(Project(fund_year=self.state.year, village=Link("")))
        for name in CARRIED_OVER:
            self.form.cells[name].editor.set_value(getattr(fresh, name))
        self._evaluate()
        self.form.focus_first("title")
        self.form.cells["title"].editor.core.setFocus(Qt.FocusReason.OtherFocusReason)
