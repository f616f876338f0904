"""The side panel of the project list: facts, next step, money, findings and missing papers of what is selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE, Funding
from haicang_desk.model.records import Appointment, Project, Source
from haicang_desk.model.services import blocking_findings, missing_papers_of, return_note
from haicang_desk.model.store import ProjectGroup
from haicang_desk.model.values import Money, Refused, full_date
from haicang_desk.model.workflow import STEPS, Step, steps_from
from haicang_desk.ui.screens.next_step import ICONS as STEP_ICONS
from haicang_desk.ui.screens.next_step import next_of
from haicang_desk.ui.screens.project_source import yuan
from haicang_desk.ui.screens.record_dialogs import StepDialog, step_done_message
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.figures import Facts, FiguresTable, StepsBar
from haicang_desk.ui.widgets.findings_list import ICONS, finding_in_short, finding_parts, finding_text, level_of
from haicang_desk.ui.widgets.icons import IconTile, set_icon
from haicang_desk.ui.widgets.step_bar import ASIDE, TRACK

PAUSE = 40  # ms after the last change of the selection
MOST_FINDINGS = 5
WIDEST = 36  # characters of what is easier to read when it is not drawn apart
STAGE_LEVELS = {"sent_back": "exception", "withdrawn": "warn", "rejected": "block", "terminated": "block"}
NOTHING = "在列表里选一个项目，这里看它的资金、下一步、核查结果和还缺的材料；选几个看合计。"
SEVERAL = "选一个项目，看它的资金、下一步和核查结果。"


class Notice(QWidget):
    """One line of the panel: an icon on its level, what is said, and a note under it."""

    def __init__(self) -> None:
        super().__init__()
        self._tile = IconTile("info", "info")
        self._text, self._note = QLabel(), QLabel()
        for label, role in ((self._text, "strong"), (self._note, "small")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            set_role(label, role)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self._text)
        texts.addWidget(self._note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(em(self, 0.8))
        row.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)

    def say(self, icon: str, level: str, text: str, note: str = "", tip: str = "") -> None:
        """Show something else."""
        self._tile.show_icon(icon, level)
        self._text.setText(text)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.setToolTip(tip)
        self.setAccessibleName(f"{text}，{note}" if note else text)

    def text(self) -> str:
        """What is said."""
        return self._text.text()


class Inspector(QFrame):
    """Follows the selection of a list a moment after it changes; what it shows is read anew by ``look``."""

    opened = Signal(str)  # the id of a project to be shown on its page
    batch = Signal()
    printing = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        set_role(self, "card")
        self.setAccessibleName("所选项目")
        self._state = state
        self._wanted: Callable[[], None] = self._show_nothing
        self._shown: set[QWidget] = set()  # the parts that what is wanted has
        self._step: Step | None = None
        self._barred: Sequence[Finding] = ()  # what would stop that step today
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.look)
        self.title, self.subtitle, self.where = QLabel(), QLabel(), QLabel()
        for label, role in ((self.title, "heading"), (self.subtitle, "muted"), (self.where, "")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            if role:
                set_role(label, role)
        self.bar = StepsBar()
        self.go, self.page = QPushButton(), QPushButton("打开项目页")
        self.go.setObjectName("next_step")
        self.go.setAccessibleName("办理下一步")
        set_role(self.go, "primary")
        self.page.setObjectName("open_page")
        self.page.setAccessibleName("打开项目页")
        set_role(self.page, "quiet")
        self.go.clicked.connect(self._act)
        self.page.clicked.connect(self._open_page)
        self.figures, self.facts = FiguresTable("资金"), Facts("情况")
        self.notices = [Notice() for _ in range(MOST_FINDINGS + 4)]
        self.case: Casefile | None = None
        self._lay_out()
        self._renew()

    def _lay_out(self) -> None:
        page = QWidget()
        page.setObjectName("page")
        self._column = column = QVBoxLayout(page)
        for widget in (self.title, self.subtitle, self.bar, self.where, self.go):
            column.addWidget(widget)
        column.addWidget(self.figures)
        column.addWidget(self.facts)
        for notice in self.notices:
            column.addWidget(notice)
        column.addWidget(self.page, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(area)
        self._fit()

    def _fit(self) -> None:
        self._column.setContentsMargins(em(self, 1.1), em(self, 1), em(self, 1.1), em(self, 1))
        self._column.setSpacing(em(self, 0.7))
        self.setMinimumWidth(em(self, 19))
        for widget in (self.bar, self.go, self.figures, self.facts):
            widget.setMaximumWidth(em(self, WIDEST))

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_column"):
            self._fit()

    # what to show

    def show_project(self, project_id: str) -> None:
        """Show one project, soon."""
        self._wanted = lambda: self._show_project(project_id)
        self._pause.start()

    def show_several(self, title: str, groups: Callable[[], Sequence[ProjectGroup]], *, chosen: bool = True) -> None:
        """Show the sums of several projects by stage, soon; they are asked for only then.

        ``chosen``: they are selected, and not just listed.
        """
        self._wanted = lambda: self._show_several(title, groups(), chosen=chosen)
        self._pause.start()

    def look(self) -> None:
        """Read what is shown from the store again; nothing is read while the panel is out of sight."""
        self._pause.stop()
        if self.isVisible():
            self._renew()

    def _renew(self) -> None:
        """Show what is wanted. A part that is shown before and after keeps the focus: nothing is hidden in between."""
        self.case, self._step, self._barred = None, None, ()
        self._shown.clear()
        self._wanted()
        for widget in (self.bar, self.where, self.go, self.page, self.figures, self.facts, *self.notices):
            widget.setVisible(widget in self._shown)

    def _show_nothing(self) -> None:
        self.title.setText("没有选中项目")
        self.subtitle.setText(NOTHING)

    def _show_project(self, project_id: str) -> None:
        try:
            case = self._state.workspace.casefile(project_id)
        except Refused:
            self._show_nothing()
            return
        self.case, project = case, case.project
        self.title.setText(project.title)
        kind = project.category.label + (f" · {project.content.label}" if project.content else "")
        self.subtitle.setText(f"{project.code} · {case.village.name} · {kind}")
        self._show_way(case)
        self._show_money(case)
        self._show_facts(case)
        self._show_notices(case)
        self._shown.add(self.page)

    def _show_way(self, case: Casefile) -> None:
        stage, since = case.staged
        place = TRACK.index(ASIDE.get(stage, stage))
        level = STAGE_LEVELS.get(stage.code, "good" if place == len(TRACK) - 1 else "info")
        told = stage.label + (f"，{full_date(since)}起" if since else "")
        self._step = next_of(case, steps_from(case.stage))
        self.bar.show_steps(place + 1, len(TRACK), level, told)
        self.where.setText(f"{told} · 下一步：{self._step.label}" if self._step else told)
        self._shown.add(self.bar)
        self._shown.add(self.where)
        if self._step is not None:
            self._barred = self._what_bars(case, self._step)
            lacking = f"（还差 {len(self._barred)} 项）" if self._barred else ""
            self.go.setText(f"{self._step.label}{lacking}")
            self.go.setAccessibleName(f"办理下一步：{self._step.label}{lacking}")
            self.go.setToolTip("\n".join([f"办理人：{self._step.role.label}", *map(finding_text, self._barred)]))
            set_role(self.go, "barred" if self._barred else "primary")
            set_icon(self.go, STEP_ICONS.get(self._step.name, "flag"), "muted" if self._barred else "on_accent")
            self._shown.add(self.go)

    def _show_money(self, case: Casefile) -> None:
        asked, approved = case.asked, case.approved
        paid = {source.code: amount for source, amount in case.paid.items()}
        rows = []
        for source in Source:
            amounts = (asked.source(source), (approved or Funding()).source(source), paid.get(source.code, NONE))
            if any(amounts):
                label = Project.fields[source.code].label
                rows.append((label, *map(_or_dash, amounts)))
        total = (asked.total, approved.total if approved else NONE, case.disbursed)
        rows.append(("合计", *map(_or_dash, total)))
        self.figures.show_figures(("资金（元）", "申报", "核定", "已拨"), rows)
        self._shown.add(self.figures)

    def _show_facts(self, case: Casefile) -> None:
        project = case.project
        self.facts.show_facts(
            (
                ("专项及奖补", f"{yuan(case.funding.scheme)} 元"),
                ("还可拨付", f"{yuan(case.undisbursed)} 元" if case.undisbursed else ""),
                ("社会力量", "有" if case.takes_part else "没有"),
                (Project.fields["place"].label, project.place),
                (Appointment.fields["implementer"].label, case.appointment.implementer if case.appointment else ""),
            )
        )
        self._shown.add(self.facts)

    def _show_notices(self, case: Casefile) -> None:
        lines = iter(self.notices)
        if returned := return_note(case):
            when, _, why = returned.partition("：")
            self._say(next(lines), "undo-2", "exception", when, why, returned)
        found = [each for each in self._state.findings_of(case.project.id) if each.severity is not Severity.INFO]
        found.sort(key=lambda each: (each.excused_by is not None, each.severity.rank))
        told = {(each.rule, each.message) for each in found}
        barred = [each for each in self._barred if (each.rule, each.message) not in told]
        if barred and self._step is not None:
            note = " · ".join(dict.fromkeys(map(finding_in_short, barred)))
            tip = "\n".join(map(finding_text, barred))
            self._say(next(lines), "list-checks", "exception", f"{self._step.label}还差 {len(barred)} 项", note, tip)
        for each in found[:MOST_FINDINGS]:
            level = level_of(each)
            short, rest = finding_parts(each)
            note = " · ".join(filter(None, (rest, each.clause.place)))
            self._say(next(lines), ICONS[level], level, short, note, finding_text(each))
        if len(found) > MOST_FINDINGS:
            self._say(next(lines), "list", "info", f"另有 {len(found) - MOST_FINDINGS} 条", "在项目页里看")
        missing = missing_papers_of(self._state.workspace, case, self._state.today())
        names = [name for phase in missing.values() for name in phase]
        if names:
            self._say(next(lines), "paperclip", "info", f"还缺 {len(names)} 件材料", " · ".join(names))
        if not found and not names and not barred:
            self._say(next(lines), "circle-check", "good", "没有要处理的事项")

    def _say(self, line: Notice, icon: str, level: str, text: str, note: str = "", tip: str = "") -> None:
        line.say(icon, level, text, note, tip)
        self._shown.add(line)

    def _what_bars(self, case: Casefile, step: Step) -> Sequence[Finding]:
        """What would stop a step today, whether it is told of the project at any time or not."""
        ws, today = self._state.workspace, self._state.today()
        proposed = case.holding(step.proposal(case, on=today, policy=ws.policy(case.project.fund_year)))
        return blocking_findings(ws, case, proposed, step, today)

    # several projects

    def _show_several(self, title: str, groups: Sequence[ProjectGroup], *, chosen: bool) -> None:
        """Number and money by stage, and what can be done with all at once."""
        if not groups:
            self._show_nothing()
            return
        self.title.setText(title)
        self.subtitle.setText("同一步可以一起办，相同的只填一次。" if chosen else SEVERAL)
        rows = [(each.label, f"{each.count:,}", yuan(each.total), _or_dash(each.disbursed)) for each in groups]
        count, total = sum(each.count for each in groups), sum_of(groups, "total")
        rows.append(("合计", f"{count:,}", yuan(total), yuan(sum_of(groups, "disbursed"))))
        self.figures.show_figures(("阶段", "项", "总资金", "已拨"), rows)
        self._shown.add(self.figures)
        sums = (("专项及奖补", "special"), ("核定", "approved_special"), ("还可拨付", "undisbursed"))
        self.facts.show_facts([(label, f"{yuan(sum_of(groups, name))} 元") for label, name in sums])
        self._shown.add(self.facts)
        self.go.setText("成批办理")
        self.go.setAccessibleName(f"成批办理：{title}")
        self.go.setToolTip("同时办一步，共同的内容只填一次")
        set_role(self.go, "primary")
        set_icon(self.go, "list-checks", "on_accent")
        if chosen:
            self._shown.add(self.go)

    def _open_page(self) -> None:
        if self.case is not None:
            self.opened.emit(self.case.project.id)

    def _act(self) -> None:
        if self._step is None or self.case is None:
            self.batch.emit()
            return
        state, step = self._state, STEPS[self._step.name]
        dialog = StepDialog(self, state.workspace, self.case, step, on=state.today(), person=state.person)
        dialog.accepted.connect(lambda: state.message.emit(step_done_message(step)))
        dialog.mended_elsewhere.connect(lambda found: state.screen_requested.emit("project", found))
        dialog.open()


def _or_dash(amount: Money) -> str:
    return yuan(amount) if amount else "–"


def sum_of(groups: Sequence[ProjectGroup], name: str) -> Money:
    """An amount of money of all groups together."""
    return Money(sum(getattr(group, name) for group in groups))
