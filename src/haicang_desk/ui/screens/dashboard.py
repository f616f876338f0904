"""The first screen: three figures of the year, its days, what is to be done, how far projects are, every village."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Stage
from haicang_desk.model.rules import PHASES, phase_on, phase_starts
from haicang_desk.model.services import AgendaItem, Deadline, reference_tables_of
from haicang_desk.model.services.agenda_words import amiss
from haicang_desk.model.store import ProjectFilter, StageSums, project_ids_of, projects_moved_in
from haicang_desk.model.values import Money, full_date
from haicang_desk.ui.screens.agenda_dialog import AgendaDialog, deadline_level, deadline_state
from haicang_desk.ui.screens.agenda_list import AgendaCard
from haicang_desk.ui.screens.backup_reminder import BackupReminder
from haicang_desk.ui.screens.balance_bars import VillageRow, village_bars
from haicang_desk.ui.screens.finding_links import screen_of_finding, screen_of_rule
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell.agenda_keeper import AgendaKeeper
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.money_keeper import MoneyKeeper
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.bar_rows import BarRows, RowsArea
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.charts import ChartCard, ColumnChart, Place, SegmentBar, Series, blended
from haicang_desk.ui.widgets.figure_card import FigureCard
from haicang_desk.ui.widgets.layouts import ElidedLabel
from haicang_desk.ui.widgets.year_strip import DayMark, YearStrip

WEEKDAYS = "一二三四五六日"
WIDE, NARROW = 80, 52  # characters of the screen's width: all in one row from here on; one column below
MONTHS = (Series("核定", "accent"), Series("拨付", "done"))
_STAGE_COLOURS = {  # of the bar of stages: a colour, and how much of the card's own is mixed in; fuller as work goes on
    Stage.SENT_BACK: ("exception", 0.0),
    Stage.SUBMITTED: ("warn", 0.35),
    Stage.APPROVED: ("accent", 0.72),
    Stage.LODGED: ("accent", 0.55),
    Stage.APPOINTED: ("accent", 0.35),
    Stage.UNDERWAY: ("accent", 0.0),
    Stage.COMPLETED: ("done", 0.45),
    Stage.CLOSED: ("done", 0.0),
}


def stage_colour(stage: Stage) -> QColor:
    """How a stage is drawn; what is not begun or has ended is grey."""
    token, share = _STAGE_COLOURS.get(stage, ("line_strong", 0.0))
    return blended(token, "raised", share)


def wan(fen: int) -> str:
    """An amount in 万元, for charts."""
    return Money(fen).wan


def in_short(money: Money) -> str:
    """An amount in 万元 for a sentence: without decimals where there are none."""
    return money.wan.removesuffix(".00")


def in_percent(part: int, whole: int) -> str:
    """A share in whole percent, rounded down so that nothing looks reached that is not."""
    return f"{part * 100 // whole} %" if whole else "—"


class DashboardScreen(Screen):
    """工作台: what a clerk opens the program for, at a glance."""

    title = "工作台"
    help_topic = "工作台"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.add_button("全年日程(&Y)", self._show_agenda, name="agenda", icon="calendar-days", rank=2)
        self.add_button(
            "新建项目(&N)",
            lambda: state.project_requested.emit(""),
            role="primary",
            name="new_project",
            icon="plus",
        )
        self._agenda, self._money = AgendaKeeper.of(state), MoneyKeeper.of(state)
        self._make_cards()
        self._top, self._below = QGridLayout(), QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns = QVBoxLayout(), QVBoxLayout()
        for box, upper, lower, share in zip(
            self._columns, (self.agenda, self._village_card), (self._stage_card, self._month_card), (5, 4), strict=True
        ):
            box.addWidget(upper, 1)
            box.addWidget(lower)
            self._below.addLayout(box, share)
        self.body.addWidget(BackupReminder(state))
        self.body.addLayout(self._top)
        self.body.addLayout(self._below, 1)
        self._width = ""
        self._day: date | None = None  # that is shown
        self._later = QTimer(self)  # the figures are in sight before the rest is worked out
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._look_on)
        self._money.updated.connect(self._on_money)
        state.findings_changed.connect(self._on_findings)
        self.arrange()
        cards = (self._stage_card, self._village_card, self._month_card)
        stops = (each for card in cards for each in (card.more, card.chart))
        for before, after in pairwise((*self.figures.values(), self.strip, *self.agenda.stops, *stops)):
            QWidget.setTabOrder(before, after)  # as they are seen

    def _make_cards(self) -> None:
        self.figures = {name: FigureCard(name, "万元") for name in ("已核定", "已拨付", "尚可安排")}
        for name, card in self.figures.items():
            card.setObjectName(f"figure_{name}")
            card.chosen.connect(lambda: self.state.screen_requested.emit("money", None))
        self.strip = YearStrip()
        self.strip.chosen.connect(self._go_to_mark)
        self.strip.month_chosen.connect(self._choose_month)
        self.strip.told.connect(self._tell_mark)
        self._days = Card()
        row = QHBoxLayout()
        heading = QLabel("全年日程")
        set_role(heading, "muted")
        self._next = ElidedLabel("", role="muted")
        self._next.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(heading)
        row.addWidget(self._next, 1)
        self._days.body.addLayout(row)
        self._days.body.addStretch(1)
        self._days.body.addWidget(self.strip)
        self.agenda = AgendaCard()
        self.agenda.chosen.connect(self._open_item)
        self.agenda.begun.connect(self._begin)
        self.agenda.month_cleared.connect(lambda: self.strip.choose_month(self.strip.month))
        self.stages = SegmentBar("办理到哪一步", "{:,}".format, "项", stage_colour)
        self.stages.chosen.connect(self._open_stage)
        self._stage_card = ChartCard(self.stages, note="点一段看项目")
        self.villages = BarRows("村居", ("村居", "已用额度", "服务类", "服务资金"), wan, "万元")
        self.villages.chosen.connect(lambda village: self._show_projects(ProjectFilter(village=village)))
        self._village_area = RowsArea(self.villages, least=5)
        self._village_card = ChartCard(self.villages, note="点一行看项目", around=self._village_area)
        self._no_villages = QLabel("登记村居之后，这里是各村居的额度和服务类占比")
        self._no_villages.setWordWrap(True)
        self._no_villages.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._no_villages, "empty")
        self._village_card.body.insertWidget(0, self._no_villages, 1)
        self.months = ColumnChart("每月核定与拨付", wan, "万元", tall=8.5)
        self.months.chosen.connect(self._open_month)
        self._month_card = ChartCard(self.months, note="点一个月看项目")

    # arranging

    def arrange(self) -> None:
        """Everything side by side where there is room, else the strip below the figures, else one column."""
        gap = em(self, 0.9)
        for layout in (self._top, self._below, *self._columns):
            layout.setSpacing(gap)
        wide = self.width() / max(em(self, 1), 1)
        self.agenda.make_room(int((self.window().height() / max(em(self, 1), 1) - 26) / 4.6))
        width = "wide" if wide >= WIDE else "middle" if wide >= NARROW else "narrow"
        if width == self._width:
            return
        self._width = width
        while self._top.takeAt(0) is not None:
            pass
        for number, figure in enumerate(self.figures.values()):
            self._top.addWidget(figure, 0, number)
            self._top.setColumnStretch(number, 2)
        if width == "wide":
            self._top.addWidget(self._days, 0, 3)
        else:
            self._top.addWidget(self._days, 1, 0, 1, 3)
        self._top.setColumnStretch(3, 3 if width == "wide" else 0)
        direction = QBoxLayout.Direction
        self._below.setDirection(direction.TopToBottom if width == "narrow" else direction.LeftToRight)

    # looking

    def look_if_stale(self) -> None:
        """Look anew on another day too: what is due has changed."""
        if self._day != self.state.today():
            self._stale = True
        super().look_if_stale()

    def look(self) -> None:
        """Show the figures at once, and the rest as soon as they are in sight."""
        ws, year = self.state.workspace, self.state.year
        self._day = self.state.today()
        self._show_phase()
        register = ws.register(year)
        self._show_figures(register, self._agenda.sums())
        self._show_stages(self._agenda.sums())
        self._show_villages(register)
        self._later.start()

    def _look_on(self) -> None:
        self._show_months()
        self._show_agenda_items()

    def _on_findings(self) -> None:
        if self.isVisible():
            self._later.start()
        else:
            self._stale = True

    def _on_money(self, year: int) -> None:
        if year == self.state.year:
            self._show_months()

    def retire(self) -> None:
        """Stop listening before the store is closed."""
        super().retire()
        self._money.updated.disconnect(self._on_money)
        self.state.findings_changed.disconnect(self._on_findings)

    def _show_phase(self) -> None:
        """Show day and phase of the year; the tool tip names all three phases (R28)."""
        year, today = self.state.year, self.state.today()
        plan = reference_tables_of(self.state.workspace, year).plan
        phase = phase_on(plan, year, today)
        day = f"{today.month}月{today.day}日 星期{WEEKDAYS[today.weekday()]}"
        self.note.setText(day + (f" · {phase}阶段" if phase else f" · {year} 年度"))
        starts = zip(PHASES, phase_starts(plan, year), strict=True)
        phases = "，".join(f"{name}自 {full_date(start)}起" for name, start in starts)
        self.note.setToolTip(f"{phases}。日期可以在“登记簿”的年度工作安排里改")

    def _show_figures(self, register: Register, sums: Sequence[StageSums]) -> None:
        street, quota = register.street, register.street.quota
        approved, paid = street.approved_special, street.disbursed
        share = in_percent(approved, quota or 0)
        self.figures["已核定"].show_figure(
            approved.wan,
            f"额度 {in_short(quota)} 万元的 {share}" if quota else "还没有登记街道额度",
            approved,
            quota or 0,
            short=f"额度的 {share}" if quota else "没有额度",
        )
        unpaid = sum(each.unpaid for each in sums)
        waiting = f" · {unpaid} 项待拨 {street.undisbursed.wan}" if unpaid else ""
        share = f"核定的 {in_percent(paid, approved)}" if approved else "还没有核定的项目"
        self.figures["已拨付"].show_figure(paid.wan, f"{share}{waiting}", paid, approved, "good", short=share)
        self._show_remaining(street)

    def _show_remaining(self, street: Balance) -> None:
        card = self.figures["尚可安排"]
        sentence, short = self._services(street)
        if street.quota is None:
            card.show_figure("—", sentence or "登记街道额度后可知", 0, 0, short=short or "没有额度")
            return
        left = Money(street.quota - street.committed)
        if left < 0:
            over = Money(-left).wan
            card.show_figure(f"-{over}", f"超出街道额度 {over} 万元", 1, 1, "block", short=f"超出 {over}")
        else:
            share = f"额度的 {in_percent(left, street.quota)}"
            card.show_figure(left.wan, sentence or share, left, street.quota, short=short or share)

    def _services(self, street: Balance) -> tuple[str, str]:
        """How the street's services stand to the share that they should have, at length and short; "" for none."""
        share = VillageRow("", street, self.state.policy).by_money
        if not share.whole or share.limit is None:
            return "", ""
        gap = Money(Money(share.whole).part_up(share.limit) - share.part)
        words = f"服务类资金 {share.percent}"
        return f"{words}，还差 {gap.wan} 万元" if gap > 0 else f"{words}，达标", f"服务类 {share.percent}"

    def _show_stages(self, sums: Sequence[StageSums]) -> None:
        places = [Place(each.stage.label, (each.projects,), each.stage) for each in sums]
        self._stage_card.setVisible(bool(places))
        self._stage_card.show_data((Series("项目", "accent"),), places)

    def _show_villages(self, register: Register) -> None:
        self.villages.show_rows(village_bars(register, self.state.policy))
        self._village_area.fit()
        self._village_card.note.setText("点一行看项目" if register.villages else "还没有村居")
        self._no_villages.setVisible(not register.villages)
        self._village_area.setVisible(bool(register.villages))
        self._village_card.more.setVisible(bool(register.villages))
        self._village_card.refresh()

    def _show_months(self) -> None:
        money = self._money.money(self.state.year)
        if money is None:
            self._month_card.note.setText("正在汇总…")
            return
        columns = zip(money.by_month(money.approved), money.by_month(money.paid), strict=True)
        places = [Place(f"{n}月", (int(a), int(p)), n) for n, (a, p) in enumerate(columns, 1)]
        self._month_card.show_data(MONTHS, places)
        later = money.outside(money.paid)
        self._month_card.setVisible(bool(self._agenda.sums()))
        elsewhere = f"另有 {later.wan} 万元在其他年份拨付" if later else "点一个月看项目"
        self._month_card.note.setText("还没有核定和拨付" if self.months.empty and not later else elsewhere)

    def _show_agenda_items(self) -> None:
        items = self._agenda.items()
        if self._agenda.sums():
            self.agenda.show_items(items, pending=not self.state.findings_ready)
        else:  # the rules about a year without projects say nothing that these words do not
            duties = [item for item in items if item.deadlines]
            self.agenda.show_items(duties, pending=False, invitation=self._invitation())
        self.strip.show_year(self.state.year, self.state.today(), list(self._marks(items)))
        self._tell_mark("")

    def _invitation(self) -> tuple[str, str]:
        """What belongs into an empty year, and the one thing with which to begin it."""
        year = self.state.year
        if not self.villages.rows:
            return f"{year} 年度的台账是空的。先登记村居，再登记或导入它们的项目。", "登记村居"
        return f"{year} 年度还没有项目。村居的申报表可以整批导入，也可以按右上的“新建项目”逐个登记。", "导入申报表"

    def _begin(self) -> None:
        self.state.screen_requested.emit("exchange" if self.villages.rows else "villages", None)

    # the strip

    def _marks(self, items: Sequence[AgendaItem]) -> Iterator[DayMark]:
        """Deadlines of the street, projects that are late or soon due, contracts ahead, notices that end."""
        today = self.state.today()
        for duty in self._agenda.deadlines():
            if not duty.project:
                words = f"{duty.label}：{deadline_state(duty, today)}"
                yield DayMark(duty.due, words, deadline_level(duty, today), duty)
        known: set[date] = set()
        for item in items:
            if item.kind.startswith("R12"):
                by_day = sorted(item.findings, key=lambda found: str(found.limit))
                for day, group in groupby(by_day, key=lambda found: str(found.limit)):
                    due, found = date.fromisoformat(day), list(group)
                    known.add(due)
                    yield DayMark(due, _of_projects(found), "exception" if due < today else "warn", found)
            elif item.kind == "公示中" and item.due:
                yield DayMark(item.due, item.title, "info", item)
        for contract in self._agenda.contracts():
            if contract.day not in known:
                words = f"{len(contract.projects)} 项应按约定完工"
                yield DayMark(contract.day, words, "info", contract.projects)

    def _tell_mark(self, words: str) -> None:
        """What is pointed at, else what is due next."""
        if not words:
            today = self.state.today()
            ahead = next((mark for mark in self.strip.marks if mark.day >= today and mark.level != "good"), None)
            words = f"下一件：{ahead.words.partition('：')[0]} {_day(ahead.day)}" if ahead else ""
        self._next.setText(words)

    def _go_to_mark(self, what: Any) -> None:
        if isinstance(what, Deadline):
            self._go_to(what)
        elif isinstance(what, AgendaItem):
            self._open_item(what)
        elif isinstance(what, tuple):
            self._show_ids(what, "应按约定完工")
        else:
            ids = tuple(dict.fromkeys(found.project_id for found in what))
            self._show_ids(ids, _of_projects(what)) if len(ids) > 1 else self._open_finding(what[0])

    def _choose_month(self, month: int) -> None:
        self.agenda.show_month(month)

    # going on

    def _show_agenda(self) -> None:
        AgendaDialog(self, self._agenda.deadlines(), self.state.today(), self._go_to).open()

    def _go_to(self, duty: Deadline) -> None:
        if duty.project:
            self.state.project_requested.emit(duty.project)
        else:
            self.state.screen_requested.emit(*screen_of_rule(duty.rule))

    def _open_item(self, item: AgendaItem) -> None:
        """Where an item is dealt with: its finding, its duty, its project, the batch of its step, or its projects."""
        if item.findings and len({found.project_id or found.subject for found in item.findings}) == 1:
            self._open_finding(item.findings[0])
        elif item.findings and not item.projects:
            self.state.screen_requested.emit(*screen_of_finding(item.findings[0]))
        elif item.deadlines and not item.projects:
            self._go_to(item.deadlines[0]) if len(item.deadlines) == 1 else self._show_agenda()
        else:
            self._open_projects(item)

    def _open_projects(self, item: AgendaItem) -> None:
        ids = item.projects or tuple(project_ids_of(self.state.workspace.conn, item.criteria or ProjectFilter()))
        if len(ids) == 1:
            self.state.project_requested.emit(ids[0])
        elif item.step:
            self.state.screen_requested.emit("batch", (item.step, list(ids)))
        elif item.criteria is not None:
            self._show_projects(item.criteria)
        else:
            said = amiss(item.findings[0]) if item.findings else item.title.partition(" ")[2].removeprefix("项")
            self._show_ids(ids, said.partition("，")[0])

    def _open_finding(self, found: Finding) -> None:
        self.state.screen_requested.emit(*screen_of_finding(found))

    def _open_stage(self, stage: Stage) -> None:
        self._show_projects(ProjectFilter(year=self.state.year, stages=(stage,)))

    def _open_month(self, month: int) -> None:
        year = self.state.year
        ids = projects_moved_in(self.state.workspace.conn, year, (year, month))
        self._show_ids(tuple(ids), f"{month}月核定或拨付")

    def _show_ids(self, ids: Sequence[str], words: str) -> None:
        self.state.screen_requested.emit("projects", (ProjectFilter(among=tuple(ids)), words))

    def _show_projects(self, criteria: ProjectFilter) -> None:
        self.state.screen_requested.emit("projects", criteria)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _of_projects(found: Sequence[Finding]) -> str:
    names = list(dict.fromkeys(each.title for each in found))
    return f"{names[0]}{amiss(found[0])}" if len(names) == 1 else f"{len(names)} 项{amiss(found[0])}"
