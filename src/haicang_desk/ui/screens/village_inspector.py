"""The side panel of the villages: quota, money by category, projects by stage, findings and projects of one village."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout

from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Category, Stage, Village
from haicang_desk.model.store import ProjectFilter, ProjectRow, count_by_stage, list_projects, sums_by_category
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.balance_bars import VillageRow
from haicang_desk.ui.screens.dashboard import stage_colour
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.bar_rows import BarRow, BarRows
from haicang_desk.ui.widgets.cards import Card, ThinBar
from haicang_desk.ui.widgets.charts import FlowRows, Place, SegmentBar, Series
from haicang_desk.ui.widgets.figures import Facts
from haicang_desk.ui.widgets.findings_list import FindingsPanel

MOST = 8  # projects listed
MONEY = (Series("已拨付", "done"), Series("待拨付", "accent"), Series("其他", "line_strong"))
NOTHING = "在列表里选一个村居，这里看它的额度、资金、项目和要处理的事"


def _wan(fen: int) -> str:
    return Money(fen).wan


class VillageInspector(Card):
    """What is known of one village in the fund year shown."""

    project_opened = Signal(str)
    projects_wanted = Signal(object)  # a ProjectFilter
    finding_chosen = Signal(object)
    merge_wanted = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self._village = ""
        self._shown: Village | None = None
        private_view().changed.connect(self._mask)
        self.setAccessibleName("所选村居")
        self.title, self.sentence = QLabel(NOTHING), QLabel()
        set_role(self.title, "heading")
        set_role(self.sentence, "muted")
        for label in (self.title, self.sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.bar = ThinBar()
        self.facts = Facts("村居")
        self.findings = FindingsPanel("要处理的事")
        self.findings.chosen.connect(self.finding_chosen)
        self._stage_words, self._money_words, self._project_words = (
            QLabel(text) for text in ("办理到哪一步", "各类资金（万元）", "项目")
        )
        for label in (self._stage_words, self._money_words, self._project_words):
            set_role(label, "strong")
        self.stages = SegmentBar("所选村居的项目", "{:,}".format, "项", stage_colour)
        self.stages.chosen.connect(self._open_stage)
        self.money = FlowRows("所选村居各类资金", _wan, "万元")
        self.money.chosen.connect(self._open_category)
        self.projects = BarRows("所选村居的项目清单", ("项目", "已拨付 / 核定", "阶段"), _wan, "万元", bars=9)
        self.projects.chosen.connect(self.project_opened.emit)
        self.all = QPushButton()
        self.all.setObjectName("all_projects")
        self.all.setAccessibleName("看这个村居的全部项目")
        set_role(self.all, "quiet")
        self.all.clicked.connect(lambda: self.projects_wanted.emit(self._criteria()))
        self._parts = (
            *(self.bar, self.sentence, self.findings, self._stage_words, self.stages, self._money_words, self.money),
            *(self._project_words, self.projects, self.all, self.facts),
        )
        column = QVBoxLayout()
        column.setSpacing(em(self, 0.6))
        column.addWidget(self.title)
        for part in self._parts:
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft) if part is self.all else column.addWidget(part)
        column.addStretch(1)
        self.body.addLayout(column)
        self.show_nothing()
        self._fit()

    def _fit(self) -> None:
        self.setMinimumWidth(em(self, 20))

    def changeEvent(self, event: QEvent) -> None:
        """Fit to another size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _criteria(self, stages: tuple[Stage, ...] = (), categories: tuple[Category, ...] = ()) -> ProjectFilter:
        return ProjectFilter(year=self._state.year, village=self._village, stages=stages, categories=categories)

    def show_nothing(self) -> None:
        """Say what the panel is for."""
        self._village = ""
        self.title.setText(NOTHING)
        set_role(self.title, "muted")
        for part in self._parts:
            part.hide()

    def show_village(self, village: Village, row: VillageRow, findings: Sequence[Finding]) -> None:
        """Show one village with its balance and the findings on it."""
        conn, balance = self._state.workspace.conn, row.balance
        self._village = village.id
        set_role(self.title, "heading")
        self.title.setText(village.name)
        self._show_quota(row)
        self.findings.show_findings(findings)
        stages = count_by_stage(conn, self._criteria())
        total = sum(stages.values())
        self.stages.show_data(
            (Series("项目", "accent"),), [Place(stage.label, (count,), stage) for stage, count in stages.items()]
        )
        self.money.show_data(MONEY, self._by_category())
        listed = list_projects(conn, self._criteria(), order="special", descending=True, limit=MOST)
        self.projects.show_rows([_bar_of(project) for project in listed])
        self._project_words.setText(f"项目，金额大的在前（共 {total:,} 项）" if total > MOST else f"项目 {total} 项")
        self.all.setText(f"看全部 {total:,} 项")
        self._shown = village
        self._show_facts(village)
        self.bar.show()
        self.sentence.show()
        for part in (self._stage_words, self.stages, self._money_words, self.money, self._project_words, self.projects):
            part.setVisible(bool(total))
        self.all.setVisible(total > 0)
        if not total:
            self.sentence.setText(f"参考额度 {balance.quota.wan if balance.quota else '—'} 万元，本年度还没有项目")

    def _show_quota(self, row: VillageRow) -> None:
        balance, quota = row.balance, row.balance.quota or Money(0)
        over = Money(balance.special - quota)
        self.bar.show_share(balance.special, quota, "exception" if over > 0 else "info")
        left = f"超出 {over.wan}" if over > 0 else f"还可安排 {Money(-over).wan}"
        shares = f"服务类 {row.by_count.figures} 项、资金 {row.by_money.percent}"
        self.sentence.setText(f"已用 {balance.special.wan} / {quota.wan} 万元，{left} 万元 · {shares}")

    def _by_category(self) -> list[Place]:
        places = []
        for sums in sums_by_category(self._state.workspace.conn, self._state.year, self._village):
            rest = max(sums.total - sums.disbursed - sums.undisbursed, 0)
            places.append(Place(sums.category.label, (sums.disbursed, sums.undisbursed, rest), sums.category))
        return places

    def _mask(self) -> None:
        """Numbers are shown in full, or masked again."""
        if self._village and self._shown is not None:
            self._show_facts(self._shown)

    def _show_facts(self, village: Village) -> None:
        names = ("leader", "contact", "phone", "payee", "bank", "account")
        fields = village.fields
        shown = [(name, private_view().value(fields[name], getattr(village, name))) for name in names]
        known = [(fields[name].label, text) for name, text in shown if text]
        self.facts.show_facts(known)
        self.facts.setVisible(bool(known))

    def _open_stage(self, stage: Stage) -> None:
        self.projects_wanted.emit(self._criteria(stages=(stage,)))

    def _open_category(self, category: Category) -> None:
        self.projects_wanted.emit(self._criteria(categories=(category,)))


def _bar_of(project: ProjectRow) -> BarRow:
    approved = project.approved_special
    return BarRow(
        label=project.title,
        what=project.id,
        text=f"{project.disbursed.wan} / {approved.wan}" if approved else f"申报 {project.special.wan}",
        note="",
        part=project.disbursed,
        whole=max(approved, project.disbursed),
        level="good",
        cells=((project.stage.label, ""),),
    )
