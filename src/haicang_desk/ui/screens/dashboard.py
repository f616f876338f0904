"""The first screen: what waits, what is due, what the rules find, and the balance of every village."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import Notice, NoticeKind, Stage
from haicang_desk.model.rules import PHASES, phase_on, phase_starts
from haicang_desk.model.services import Deadline, deadlines_of, reference_tables_of, undecided_alterations
from haicang_desk.model.store import ProjectFilter, count_by_stage, count_projects, project_ids_of
from haicang_desk.model.values import full_date
from haicang_desk.model.workflow import BEFORE_FILING
from haicang_desk.ui.screens.balance_bars import VILLAGE_COLUMNS, street_shares, village_rows
from haicang_desk.ui.screens.finding_links import screen_of_finding, screen_of_rule
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.findings_list import SEVERITY_WORDS, finding_text, level_of, level_word
from haicang_desk.ui.widgets.layouts import FlowRow, closing_row
from haicang_desk.ui.widgets.share_bars import ShareBar
from haicang_desk.ui.widgets.table import Table, TableColumn, attribute_column

SOON = 30  # days ahead that a duty begins to show among the tiles


def due_soon(duties: Sequence[Deadline], today: date) -> list[Deadline]:
    """Deadlines that have passed or fall within SOON days."""
    return [duty for duty in duties if not duty.done and duty.late(today) >= -SOON]


def deadline_state(duty: Deadline, today: date) -> str:
    """How a deadline stands today, in words."""
    if duty.done:
        return f"已办（{duty.on.isoformat()}）" if duty.on else "已办"
    late = duty.late(today)
    return f"逾期 {late} 天" if late > 0 else "今天到期" if late == 0 else f"还有 {-late} 天"


def deadline_tile(duty: Deadline, today: date, act: Callable[[], object]) -> QPushButton:
    """A button that names a deadline and leads to where it is met."""
    button = QPushButton(f"{duty.label}　{deadline_state(duty, today)}")
    button.setObjectName(f"duty_{duty.label}")
    button.setAccessibleName(button.text())
    button.setToolTip(f"应于 {duty.due.isoformat()} 前办。点一下去办")
    set_role(button, "late" if duty.late(today) > 0 else "")
    button.clicked.connect(lambda: act())
    return button


def _deadline_colour(duty: Deadline, today: date) -> QColor:
    late = duty.late(today)
    return theme.level_colour("good" if duty.done else "exception" if late > 0 else "warn" if late > -SOON else "info")


class AgendaDialog(QDialog):
    """All deadlines of the year. Enter or a double click leads to where one is met."""

    def __init__(
        self, parent: QWidget, duties: Sequence[Deadline], today: date, go: Callable[[Deadline], object]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("全年日程")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._go = go
        columns = (
            TableColumn("应办日期", lambda d: d.due.isoformat(), "", 7.5),
            TableColumn("事项", lambda d: d.label, "", 18, grows=True),
            TableColumn(
                "情况", lambda d: deadline_state(d, today), "", 13, colour=partial(_deadline_colour, today=today)
            ),
        )
        self.table = Table(columns, name="全年日程", empty="本年度没有要街道办的事项")
        self.table.show_rows(list(duties))
        self.table.opened.connect(self._leave_for)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addLayout(closing_row(self, "回车或双击去办；本年度项目的期限列在“要处理的事项”里。"))
        self.resize(em(self, 46), em(self, 34))

    def _leave_for(self, duty: Deadline) -> None:
        self.accept()
        self._go(duty)


AT_ONCE = 3_000  # projects up to which the rules are checked unasked: about two seconds
WAITING: tuple[tuple[str, Stage, str], ...] = (  # what a stage waits for
    ("待申报", Stage.DRAFT, "草稿，征集、协商、公示和征求意见齐了就可申报"),
    ("待补正", Stage.SENT_BACK, "街道退回，补正后重新申报"),
    ("待审批", Stage.SUBMITTED, "已申报，等街道审批"),
    ("待备案", Stage.APPROVED, "已审批，等报送或登记备案"),
    ("待定主体", Stage.LODGED, "已备案，等确定实施主体"),
    ("待开工", Stage.APPOINTED, "主体已定，服务类一个月内开展"),
    (Stage.UNDERWAY.label, Stage.UNDERWAY, "按期填报进展，工程类六个月内完工"),
    ("待办结", Stage.COMPLETED, "已完工，决算、完工公示、测评后办结"),
)


def _finding_colour(found: Any) -> QColor:
    return theme.level_colour(level_of(found))


def _urgency(finding: Any) -> tuple[bool, int, str]:
    return finding.excused_by is not None, finding.severity.rank, finding.rule


FOUND_COLUMNS = (
    TableColumn("级别", level_word, "level", 5.6, colour=_finding_colour, key=_urgency),
    attribute_column("rule", "规则", 3.6),
    TableColumn("对象", lambda f: f.title or f.subject, "subject", 11, key=lambda f: f.subject),
    TableColumn("情况与办法", lambda f: f.message, "", 12),
)


class DashboardScreen(Screen):
    """工作台: counts of waiting projects as tiles, findings, and the balances of street and villages."""

    title = "工作台"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.add_button("全年日程(&Y)", self._show_agenda, name="agenda")
        self.add_button("新建项目(&N)", lambda: state.project_requested.emit(""), role="primary", name="new_project")
        self.tiles = FlowRow(gap=8)
        self._duties: list[Deadline] = []
        self.body.addWidget(self.tiles)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._show_found)
        state.findings_changed.connect(self._later.start)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addLayout(self._left(), 5)
        columns.addLayout(self._right(), 4)
        self.body.addLayout(columns, 1)

    def _left(self) -> QVBoxLayout:
        self.found = Table(FOUND_COLUMNS, name="要处理的事项", empty="没有要处理的事项")
        self.found.opened.connect(self._open_found)
        self.found.picked.connect(self._tell_found)
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        self.detail.setMinimumHeight(em(self, 4.4))
        set_role(self.detail, "muted")
        self._ask = QPushButton("核查全部项目")
        self._ask.clicked.connect(self._show_found)
        self._found_note = QLabel()
        set_role(self._found_note, "muted")
        head = QHBoxLayout()
        head.addWidget(_heading("要处理的事项"))
        head.addWidget(self._found_note)
        head.addStretch(1)
        head.addWidget(self._ask)
        left = QVBoxLayout()
        left.addLayout(head)
        left.addWidget(self.found, 1)
        left.addWidget(self.detail)
        return left

    def _right(self) -> QVBoxLayout:
        card = QFrame()
        set_role(card, "card")
        self._bars = [ShareBar() for _ in range(5)]
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 10, 14, 12)
        self._street = _heading("")
        inside.addWidget(self._street)
        for bar in self._bars:
            inside.addWidget(bar)
        self.villages = Table(
            VILLAGE_COLUMNS, name="村居一览", empty="还没有村居。请到“村居与额度”登记，或在“导入与导出”里读入村居名册。"
        )
        self.villages.opened.connect(self._open_village)
        right = QVBoxLayout()
        right.addWidget(card)
        right.addWidget(_heading("村居一览"))
        right.addWidget(self.villages, 1)
        return right

    # showing

    def look(self) -> None:
        """Read what is shown from the store again."""
        ws, year = self.state.workspace, self.state.year
        self._show_phase()
        self._show_tiles(count_by_stage(ws.conn, ProjectFilter(year=year)))
        register = ws.register(year)
        shares = street_shares(register, self.state.policy)
        self._street.setText(f"{register.street.name}：共 {register.street.projects} 项计入比例")
        for bar, share in zip(self._bars, shares, strict=False):
            bar.show_share(share)
        for bar in self._bars[len(shares) :]:
            bar.hide()
        self.villages.show_rows(village_rows(register, self.state.policy))
        many = count_projects(ws.conn, ProjectFilter(year=year)) > AT_ONCE
        self._ask.setVisible(many)
        if many:
            self._found_note.setText("项目较多，按右边的按钮核查")
            self.found.show_rows(())
        else:
            self._later.start()  # the counts are in sight meanwhile

    def _show_phase(self) -> None:
        """Show the phase of the year; the tool tip names all three (R28)."""
        year, today = self.state.year, self.state.today()
        plan = reference_tables_of(self.state.workspace, year).plan
        phase = phase_on(plan, year, today)
        self.note.setText(f"{year} 年度　{today:%Y-%m-%d}" + (f"　{phase}阶段" if phase else ""))
        starts = zip(PHASES, phase_starts(plan, year), strict=True)
        phases = "，".join(f"{name}自 {full_date(start)}起" for name, start in starts)
        self.note.setToolTip(f"{phases}。日期可以在“登记簿”的年度工作安排里改")

    def _show_tiles(self, counts: dict[Stage, int]) -> None:
        self.tiles.clear()
        for label, stage, meaning in WAITING:
            if count := counts.get(stage, 0):
                self.tiles.add(self._tile(label, count, meaning, ProjectFilter(stages=(stage,))))
        for label, ids, meaning in self._notices():
            self.tiles.add(self._tile(label, len(ids), meaning, (ProjectFilter(among=tuple(ids)), label)))
        due = ProjectFilter(year=self.state.year, only=("undisbursed",))
        if count := count_projects(self.state.workspace.conn, due):
            self.tiles.add(self._tile("待拨付", count, "核定的资金还没有拨完", due))
        ws, year, today = self.state.workspace, self.state.year, self.state.today()
        if changes := project_ids_of(ws.conn, ProjectFilter(year=year, among=tuple(undecided_alterations(ws)))):
            criteria = (ProjectFilter(among=tuple(changes)), "变更待批复")
            self.tiles.add(self._tile("变更待批复", len(changes), "申请了变更，还没有批复", criteria))
        self._duties = deadlines_of(ws, year)
        if earlier := [duty.project for duty in self._duties if duty.project]:
            criteria = (ProjectFilter(among=tuple(earlier)), "上年结转")
            self.tiles.add(self._tile("上年结转", len(earlier), "以前年度没有办完的项目", criteria))
        for duty in due_soon([duty for duty in self._duties if not duty.project], today):
            self.tiles.add(deadline_tile(duty, today, partial(self._go_to, duty)))
        if not counts:
            empty = QLabel("本年度还没有项目。按“新建项目”登记，或在“导入与导出”里读入村居的申报表。")
            set_role(empty, "muted")
            self.tiles.add(empty)

    def _notices(self) -> list[tuple[str, list[str], str]]:
        """Projects whose notice is posted now, and those not filed yet whose notice has ended."""
        ws, today = self.state.workspace, self.state.today()
        drafts = ProjectFilter(year=self.state.year, stages=BEFORE_FILING)
        if count_projects(ws.conn, drafts) > AT_ONCE:
            return []
        waiting = set(project_ids_of(ws.conn, drafts))
        hanging: dict[str, date] = {}
        over: dict[str, date] = {}
        for notice in ws.all(Notice, kind=NoticeKind.PROJECT.code):
            if notice.project in waiting and notice.posted_on and notice.ends_on:
                (over if notice.ends_on < today else hanging)[notice.project] = notice.ends_on
        found = []
        if hanging:
            first = min(hanging.values())
            found.append(("公示中", list(hanging), f"最早的 {first:%Y-%m-%d} 期满，期满次日起可以申报"))
        if ended := [project for project in over if project not in hanging]:
            found.append(("公示期满", ended, "公示已满，征求意见齐了就可以申报"))
        return found

    def _tile(self, label: str, count: int, meaning: str, criteria: Any) -> QPushButton:
        button = QPushButton(f"{label}　{count}")
        button.setObjectName(f"tile_{label}")
        button.setAccessibleName(f"{label} {count} 项")
        button.setToolTip(f"{meaning}。点一下看这些项目")
        font = button.font()
        font.setBold(True)
        button.setFont(font)
        button.clicked.connect(lambda: self.state.screen_requested.emit("projects", criteria))
        return button

    def _show_agenda(self) -> None:
        AgendaDialog(self, self._duties, self.state.today(), self._go_to).open()

    def _go_to(self, duty: Deadline) -> None:
        if duty.project:
            self.state.project_requested.emit(duty.project)
        else:
            self.state.screen_requested.emit(*screen_of_rule(duty.rule))

    def _show_found(self) -> None:
        found = [f for f in self.state.findings() if f.severity is not Severity.INFO]
        found.sort(key=lambda f: (_urgency(f), f.subject))
        self.found.show_rows(found)
        counts = Counter(f.severity for f in found if not f.excused_by)
        words = [f"{SEVERITY_WORDS[severity]} {counts[severity]}" for severity in Severity if counts[severity]]
        self._found_note.setText("　".join(words))
        self._tell_found()

    def _tell_found(self) -> None:
        chosen: Sequence[Finding] = self.found.chosen()
        self.detail.setText(finding_text(chosen[0]) if chosen else "选一行看全文和依据；回车或双击到要处理的地方。")

    def _open_found(self, found: Finding) -> None:
        self.state.screen_requested.emit(*screen_of_finding(found))

    def _open_village(self, row: Any) -> None:
        self.state.screen_requested.emit("projects", ProjectFilter(village=row.id))


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    set_role(label, "heading")
    return label
