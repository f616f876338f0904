"""The project page: one project's form and records, the next step, and what the rules say as one types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from haicang_desk.model.balances import Balance, ProjectTotals
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import BudgetLine, ExpertDraw, Link, Project, Record, Stage, Survey, Village
from haicang_desk.model.rules import answering_record
from haicang_desk.model.services import (
    CARRIED_OVER,
    bars_of,
    draft_from,
    evaluate_case,
    near_twins_of,
    return_note,
    save_with_budget,
    why_not,
)
from haicang_desk.model.store import FinishedChange, ProjectFilter, list_projects
from haicang_desk.model.values import DeskError, Refused
from haicang_desk.model.workflow import BEFORE_FILING, OPEN_TO_TYPING, STEPS, Step, steps_from
from haicang_desk.ui.screens.application_tab import ApplicationTab
from haicang_desk.ui.screens.forecast import forecast_line, show_approval_forecast
from haicang_desk.ui.screens.next_step import NextStepCard
from haicang_desk.ui.screens.project_tabs import APPLICATION, HISTORY, MATERIALS, PAPERS, ProjectTabs, is_typed
from haicang_desk.ui.screens.record_actions import RecordEntry
from haicang_desk.ui.screens.record_dialogs import PAUSE, StepDialog, register_village, step_done_message
from haicang_desk.ui.screens.records_panel import RecordsPanel
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.stage_stories import stage_level, stories_of
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.commands import Command
from haicang_desk.ui.shell.drafts import DraftKeeper, Drafts, FormRequest, subject_of
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.budget_grid import BudgetGrid
from haicang_desk.ui.widgets.cards import Pill
from haicang_desk.ui.widgets.findings_list import TO_MEND
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.icons import IconTile, set_icon
from haicang_desk.ui.widgets.step_bar import StageTrack

if TYPE_CHECKING:
    from haicang_desk.model.documents import PrintBatch

FORECAST_PAUSE = 600  # ms from the last keystroke to the forecast, which costs more than the rules
BEGINS_AGAIN = ("village", "category", "principal", "phone", "organiser", "lead")  # of the project saved with F12


class ProjectScreen(Screen):
    """The page of one project. Typing edits a copy, which 保存 stores; all else is a step or a record of its own."""

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._ws = state.workspace
        self._drafts: DraftKeeper | None = None  # with the form
        self.case = Casefile(project=Project(), village=Village())
        self._barred: dict[str, list[Finding]] = {}  # by step, as far as asked
        self._choices = Choices(self._ws)
        self._storing = False
        self._head()
        self.entry = RecordEntry(self, self._choices, lambda: self.case)
        self.track, self.next = StageTrack(), NextStepCard()
        self._track_card = QFrame()
        set_role(self._track_card, "card")
        inside = QVBoxLayout(self._track_card)
        inside.setContentsMargins(em(self, 0.5), em(self, 0.7), em(self, 0.5), em(self, 0.4))
        inside.addWidget(self.track)
        self.returned = _ReturnNote()
        self.tabs = ProjectTabs(state, self._choices)
        for widget in (self.returned, self._track_card, self.next):
            self.body.addWidget(widget)
        self.body.addWidget(self.tabs, 1)
        self._timers()
        self._connect()

    def _head(self) -> None:
        back = QPushButton()
        back.setObjectName("back")
        back.setAccessibleName("返回")
        back.setToolTip("返回（Alt+←）")
        set_role(back, "quiet")
        set_icon(back, "arrow-left")
        back.clicked.connect(self._go_back)
        self.head.left.addWidget(back)
        self.stage = Pill()
        self.head.beside.addWidget(self.stage)
        self._copy = self.add_button("复制(&D)", self._copy_as_new, name="copy", icon="copy", rank=2)
        self._copy.setToolTip("复制为新项目：金额、日期和办理结果不带过去")
        self._try = self.add_button("试算批准(&W)", self._what_if, name="what_if", icon="calculator", rank=4)
        self._try.setToolTip("按现在填写的内容，不必保存：若批准，本村居和街道的比例、额度会怎样，怎样调整能达标")
        self._void = self.add_button("作废", self._void_project, name="void", icon="trash-2", rank=3)
        self._save = self.add_button("保存(&S)", self.save, role="primary", name="save", icon="save", rank=0)
        self._save.setToolTip("Ctrl+S；F12 保存并新建下一个")

    def _timers(self) -> None:
        self._rules, self._outlook = QTimer(self), QTimer(self)
        for timer, pause, act in (
            (self._rules, PAUSE, self._evaluate),
            (self._outlook, FORECAST_PAUSE, self._forecast),
        ):
            timer.setSingleShot(True)
            timer.setInterval(pause)
            timer.timeout.connect(act)

    def _connect(self) -> None:
        self.next.chosen.connect(self.take)
        self.next.lead.connect(self.mend)
        self.tabs.panel_made.connect(self._connect_panel)
        self.tabs.page_made.connect(self._connect_page)
        self.tabs.currentChanged.connect(lambda _: self._show_tab())
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self).activated.connect(self.save)
        QShortcut(QKeySequence("Alt+Left"), self).activated.connect(self._go_back)

    def _go_back(self) -> None:
        self.state.screen_requested.emit("back", None)

    @property
    def form(self) -> RecordForm:
        """The form of the application."""
        return self.tabs.application.form

    @property
    def drafts(self) -> DraftKeeper:
        """Keeps what is typed in the form and not saved."""
        form = self.form  # made with its keeper
        assert self._drafts is not None, form
        return self._drafts

    @property
    def budget(self) -> BudgetGrid:
        """The grid of the budget."""
        return self.tabs.application.budget

    def _connect_application(self, application: ApplicationTab) -> None:
        form = application.form
        self._drafts = DraftKeeper(form, Drafts(self._ws.path), self.state.now, self)
        form.edited.connect(self._on_edited)
        form.saved.connect(self.save)
        form.registration_requested.connect(lambda editor, name: register_village(self, self, editor, name))
        application.findings.lead_of = self._lead_of
        application.findings.chosen.connect(self.mend)
        application.findings.clause_chosen.connect(lambda place: self.state.screen_requested.emit("policy", place))
        application.pinned.forecast_requested.connect(self._what_if)
        application.twin.opened.connect(self._open_twin)

    def _connect_panel(self, panel: RecordsPanel) -> None:
        if panel.cls in (Survey, ExpertDraw):
            panel.add_requested.connect(lambda cls: self._open_sheet(cls))
            panel.edit_requested.connect(self.entry.edit if panel.cls is Survey else lambda _: None)
            panel.void_requested.connect(self.entry.void)
        else:
            self.entry.connect_panel(panel)

    def _connect_page(self, label: str) -> None:
        page = self.tabs.page(label)
        if label == APPLICATION:
            self._connect_application(page)
        elif label == PAPERS:
            page.requested.connect(
                lambda name: self.state.screen_requested.emit("papers", (name, [self.case.project.id]))
            )
            page.print_requested.connect(self._print)
            page.save_requested.connect(self._save_file)
            page.save_form_requested.connect(self.save)
        elif label == HISTORY:
            page.chart.chosen.connect(self.take)

    def _print(self, batch: PrintBatch, name: str) -> None:
        from haicang_desk.ui.screens.submission import print_batch

        print_batch(self, batch, name, large=False)

    def _save_file(self, batch: PrintBatch) -> None:
        from haicang_desk.ui.screens.submission import save_batch_asking

        save_batch_asking(self, batch)

    def _open_sheet(self, cls: type[Record]) -> None:
        if cls is Survey:
            from haicang_desk.ui.screens.survey_sheet import SurveySheet

            SurveySheet(self, self.case).open()
        else:
            from haicang_desk.ui.screens.expert_draw import ExpertDrawDialog

            ExpertDrawDialog(self, self.case).open()

    # showing

    def make_ahead(self) -> Iterator[None]:
        """The form, which is the greater part of the page, then what shows a new project and one that is there."""
        yield from self.tabs.make_ahead()
        some = list_projects(self._ws.conn, ProjectFilter(year=self.state.year), limit=1)
        for case in (self._blank(), *(self._ws.casefile(each.id) for each in some)):
            if self.isVisible() or not self._stale:  # a visit has come
                return
            self.case = case
            self._show(typed={})
            self._outlook.stop()
            yield

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
        if what != self.case.project.id:
            self.show_notes(())
        self.case = self._ws.casefile(what) if what else self._blank()
        self._stale = False
        self._show(typed={})
        self.tabs.setCurrentIndex(0)
        self._begin_draft()
        if not self._fixed and self.drafts.offer(self):
            self._evaluate()
        self.tabs.application.turn_to_form()
        self.form.focus_first("title" if what else "village")

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
        typed = self.form.raw() if self.changed else {}
        try:
            self.case = self._ws.casefile(self.case.project.id)
        except Refused:
            self.state.screen_requested.emit("back", None)
            return
        self._show(typed=typed)

    def concerns(self, done: FinishedChange) -> bool:
        """A change of this project or of any village."""
        return not self._storing and (self.case.project.id in done.projects or done.touches(Village))

    def _blank(self) -> Casefile:
        return Casefile(project=Project(fund_year=self.state.year), village=Village())

    def _show(self, *, typed: dict[str, str]) -> None:
        project, fixed = self.case.project, self._fixed
        saved = bool(project.id)
        self.heading.setText(project.title or "新建项目")
        self.tabs.application.show_case(self.case, fixed=fixed)
        self.form.show_record(project)
        self.form.set_raw(typed)
        self.form.set_fixed(fixed)
        self._track_card.setVisible(saved)
        self.next.setVisible(saved)
        self._copy.setVisible(saved)
        self._void.setVisible(saved and self.case.stage in BEFORE_FILING)
        stage = self.case.stage
        self._try.setVisible(stage in (*BEFORE_FILING, Stage.SUBMITTED))
        self.stage.setVisible(saved)
        self.stage.show_word(stage.label, stage_level(stage))
        parts = (project.code, self.case.village.name, project.category.label)
        self.note.setText(" · ".join(filter(None, parts)) if saved else "填好后保存，F12 保存并新建下一个")
        self.returned.tell(return_note(self.case))
        if saved:
            self._barred = {}
            self.track.show_track(stage, stories_of(self.case))
            self.next.why_not = lambda step: why_not(self._ws, step, self.case.project.id)
            self.next.show_steps(self.case, self._bars_of)
        self.tabs.show_counts(self.case)
        self.tabs.application.pinned.show_forecast("")
        self._show_tab()
        self._evaluate()

    def _show_tab(self) -> None:
        self.tabs.fill(self._ws, self.case, self.state.today(), self._bars_of)
        self._tell_unsaved()

    def _bars_of(self, step: Step) -> list[Finding]:
        """What bars a step today, worked out once while the page shows the same case."""
        if step.name not in self._barred:
            self._barred[step.name] = bars_of(self._ws, self.case, step, self.state.today())
        return self._barred[step.name]

    @property
    def _fixed(self) -> bool:
        return bool(self.case.project.id) and self.case.stage not in OPEN_TO_TYPING

    # typing

    @property
    def changed(self) -> bool:
        """Whether anything is typed and not saved."""
        return self.form.changed

    def _on_edited(self) -> None:
        self._rules.start()
        self._save.setEnabled(not self._fixed or self.budget.rows.changed)
        self._tell_unsaved()

    def _tell_unsaved(self) -> None:
        if self.tabs.label == PAPERS:
            self.tabs.page(PAPERS).show_unsaved(self.changed)

    def _evaluate(self) -> None:
        """Ask the rules about the project as typed so far."""
        project = self.form.readable()
        found: list[Finding] = []
        balance: Balance | None = None
        if project.village:
            was = self.case if self.case.project.id else None
            proposed = self._as_typed(project)
            try:
                found = evaluate_case(self._ws, proposed, self.state.today(), was=was)
                balance = self._balance(proposed)
            except DeskError as refused:  # a fund year that no policy is for
                self.form.mark({"fund_year": str(refused)})
                return
        application = self.tabs.application
        self.form.show_findings(found)
        application.show_findings(found)
        policy = self._ws.policy(project.fund_year or self.state.year)
        application.show_money(project, self.case, policy, balance, self._unreadable())
        self._save.setEnabled(self.changed or not self.case.project.id)
        if not self.case.project.id:
            twins = near_twins_of(self._ws, project) if project.village and project.title.strip() else []
            application.twin.ask(project, balance.name if balance else "", twins)
        else:
            application.twin.hide()
        self._outlook.start()

    def _unreadable(self) -> list[str]:
        """What in the grid of the money cannot be read, with the name of its row."""
        faults = []
        for name in self.tabs.application.funding.typed_fields:
            try:
                self.form.cells[name].editor.value()
            except ValueError as wrong:
                faults.append(f"{Project.fields[name].label}：{wrong}")
        return faults

    def _as_typed(self, project: Project) -> Casefile:
        own = project.village == self.case.village.id
        village = self.case.village if own else self._ws.get(Village, project.village)
        lines = self.case.budget_lines
        if self.budget.rows.changed:
            lines = tuple(line for line in self.budget.rows.lines() if line.amount)
        return replace(self.case, project=project, village=village, budget_lines=lines)

    def _balance(self, proposed: Casefile) -> Balance | None:
        """The balance of the village as it would be with the project as typed."""
        register = self._ws.register(proposed.project.fund_year)
        stored = ProjectTotals.of(self.case, search="") if self.case.project.id else None
        moved = register.moved(stored, ProjectTotals.of(proposed, search=""))
        return moved.villages.get(proposed.village.id)

    def _forecast(self) -> None:
        """One line on what an approval of the project as typed would bring about."""
        project, text = self.form.readable(), ""
        if project.village and self.case.stage in (*BEFORE_FILING, Stage.SUBMITTED):
            try:
                text = forecast_line(self._ws, self._as_typed(project), self.state.today())
            except DeskError:  # told at the field that is wrong
                text = ""
        self.tabs.application.pinned.show_forecast(text)

    def _what_if(self) -> None:
        """Try the approval of the project as typed, kept or not."""
        project = self.form.readable()
        if project.village:
            show_approval_forecast(self, lambda: [self._as_typed(project)], f"“{project.title or '本项目'}”")
        else:
            prompts.tell(self, "试算批准", "请先选择村居，再试算")

    def keep_draft(self) -> None:
        """Write what is typed and not saved to the draft file."""
        if self.changed:
            self.drafts.keep()

    def save(self) -> bool:
        """Store what is typed, form and budget in one change; gives whether that succeeded. Faults are marked."""
        try:
            project = self.form.read_record(whole=True)
        except ValueError as wrong:
            self.tabs.application.turn_to_form()
            self.state.message.emit(f"没有保存。{wrong}")
            return False
        if faults := self.budget.rows.faults():
            number, name, reason = faults[0]
            self.tabs.open(APPLICATION).turn_to_form()
            self.budget.point_to(number, name)
            label = BudgetLine.fields[name].label
            self.state.message.emit(f"没有保存。{BudgetLine.label}第 {number + 1} 行{label}：{reason}")
            return False
        known = self.case.project.id
        kept: list[Project] = []
        if not self.attempt("保存", lambda: kept.append(self._store(project))):
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

    def _store(self, project: Project) -> Project:
        action = f"{'修改' if self.case.project.id else '新建'}项目：{project.title}"
        opened = [record for record in (self.case.project, *self.budget.rows.opened()) if record.id]
        lines = self.budget.rows.to_save()
        self._storing = True  # the page is shown anew below, once
        try:
            return save_with_budget(self._ws, project, lines, action=action, person=self.state.person, expected=opened)
        finally:
            self._storing = False

    def save_and_new(self) -> None:
        """F12: save what is typed, then begin the next project with the village and the people of this one."""
        if self.changed and not self.save():
            return
        last = self.case.project
        self.show_what("")
        for name in BEGINS_AGAIN if last.id else ():
            self.form.cells[name].editor.set_value(getattr(last, name))
        self._evaluate()
        self.form.focus_first("title" if last.id else "village")

    def may_leave(self) -> bool:
        """Ask whether unsaved entries are to be saved before another screen is shown."""
        if not self.changed:
            return True
        answer = prompts.leave_unsaved(self, f"“{self.heading.text()}”")
        if answer == prompts.KEEP:
            return self.save()
        if answer == prompts.LEAVE:
            self.drafts.drop()
            self.tabs.application.show_case(self.case, fixed=self._fixed)
            self.form.show_record(self.case.project)
        return answer == prompts.LEAVE

    # steps and records

    def take(self, name: str) -> None:
        """Open the form of a step. Unsaved entries must be settled first, because a step reads the store."""
        if self.changed and not self.may_leave():
            return
        if STEPS[name].record is Survey:
            self._open_sheet(Survey)
            return
        dialog = StepDialog(self, self._ws, self.case, STEPS[name], on=self.state.today(), person=self.state.person)
        dialog.accepted.connect(lambda: self.state.message.emit(step_done_message(STEPS[name])))
        dialog.mended_elsewhere.connect(self.mend)
        dialog.open()

    def _target(self, found: Finding) -> type[Record] | None:
        return found.answered_by or answering_record(found.rule)

    def _lead_of(self, found: Finding) -> str:
        """What the button beside a finding is called; "" where nothing on this page puts it right."""
        if found.field in self.form.cells and not self._fixed:
            return TO_MEND
        if found.scope == "village":
            return "看村居额度"
        cls = self._target(found)
        if cls is BudgetLine:
            return "" if self.budget.rows.fixed else TO_MEND
        if cls is None or not (self.case.project.id and self.tabs.has_panel(cls)):
            return TO_MEND if cls is Project and not self._fixed else ""
        return f"登记{cls.label}" if is_typed(cls) else f"看{cls.label}"

    def mend(self, found: Finding) -> None:
        """Go to the field that a finding names, to the table of records that answer it, or to its village."""
        if found.field in self.form.cells and not self._fixed:
            self.tabs.open(APPLICATION).turn_to_form()
            self.form.focus_first(found.field)
        elif found.scope == "village":
            self.state.screen_requested.emit("villages", found.subject)
        else:
            self.tabs.turn_to(self._target(found))

    def print_now(self) -> None:
        """Ctrl+P: print the document in sight; from another tab, show first what would print."""
        if not self.case.project.id:
            self.state.message.emit("保存以后才能打印")
        elif self.tabs.label == PAPERS:
            self.tabs.page(PAPERS).print_now()
        else:
            self.tabs.open(PAPERS)
            self.state.message.emit("这里是现在会印出来的样子，再按一次 Ctrl+P 打印")

    def commands(self) -> Iterable[Command]:
        """The steps that are open now, and the tabs."""
        for step in steps_from(self.case.stage) if self.case.project.id else ():
            yield Command(step.label, "办理", partial(self.take, step.name))
        for label in (MATERIALS, PAPERS, HISTORY):
            yield Command(f"{label}（本项目）", "项目页", partial(self.tabs.open, label))

    def _void_project(self) -> None:
        self.entry.void(self.case.project)

    def _open_twin(self, project_id: str) -> None:
        if self.may_leave():
            self.show_what(project_id)

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


class _ReturnNote(QFrame):
    """Why the project was sent back, in sight until it is filed again."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("level", "exception")
        self.text = QLabel()
        self.text.setObjectName("return_note")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self.text, "strong")
        row = QHBoxLayout(self)
        row.setContentsMargins(em(self, 0.8), em(self, 0.5), em(self, 0.8), em(self, 0.5))
        row.setSpacing(em(self, 0.8))
        row.addWidget(IconTile("undo-2", "exception"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        self.hide()

    def tell(self, text: str) -> None:
        """Show a note; "" hides it."""
        self.text.setText(f"{text}　改好后请重新申报" if text else "")
        self.setVisible(bool(text))
