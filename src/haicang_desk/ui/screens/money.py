"""The year's money on its way: quota, approved, paid, settled, what is left; by source and by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QBoxLayout, QGridLayout, QPushButton

from haicang_desk.model.records import Source, Stage, StreetQuota
from haicang_desk.model.services import OF_SCHEME, YearMoney
from haicang_desk.model.store import ProjectFilter, projects_moved_in
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.money_keeper import MoneyKeeper
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.charts import ChartCard, ColumnChart, FlowRows, Place, Series
from haicang_desk.ui.widgets.figure_card import FigureCard

NARROW = 66  # characters of the screen's width below which charts stand under one another
FLOW = (
    Series(Source.SPECIAL.label, "accent"),
    Series(Source.MATCHING.label, "done"),
    Series("不分来源", "line_strong"),
)
MONTHS = (Series("核定", "accent"), Series("拨付", "done"), Series("决算", "muted"))
APPROVED = (Stage.APPROVED, Stage.LODGED, Stage.APPOINTED, Stage.UNDERWAY, Stage.COMPLETED, Stage.CLOSED)
STEPS = ("额度", "核定", "拨付", "决算", "结余")


def wan(fen: int) -> str:
    """An amount in 万元, for charts."""
    return Money(fen).wan


class MoneyScreen(Screen):
    """全年资金: five figures in the order of the money's way, each leading to its projects, and two charts."""

    title = "全年资金"
    help_topic = "工作台"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        back = QPushButton("工作台")
        back.setAccessibleName("回到工作台")
        back.setObjectName("back_to_today")
        set_role(back, "quiet")
        back.clicked.connect(lambda: state.screen_requested.emit("today", None))
        self.head.beside.addWidget(back)
        self.add_button("街道额度…(&Q)", self._edit_quota, name="edit_quota", icon="wallet")
        self._money = MoneyKeeper.of(state)
        self._money.updated.connect(self._on_money)
        self.figures = {name: FigureCard(name, "万元") for name in STEPS}
        for name, card in self.figures.items():
            card.setObjectName(f"money_{name}")
            card.chosen.connect(lambda step=name: self._open_step(step))
        self._grid = QGridLayout()
        self._in_row = 0  # figures side by side
        self.sources = FlowRows("资金去向", wan, "万元")
        self.months = ColumnChart("每月核定、拨付、决算", wan, "万元", tall=13)
        self.months.chosen.connect(self._open_month)
        self.sources.chosen.connect(self._open_step)
        self._source_card = ChartCard(self.sources, "从额度到结余", "点一步看项目")
        self._month_card = ChartCard(self.months, "每月", "点一个月看项目")
        self._charts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._charts.setSpacing(em(self, 0.9))
        self._charts.addWidget(self._source_card, 4)
        self._charts.addWidget(self._month_card, 5)
        self.others = ChartCard(
            ColumnChart("社会资源资金和其他财政资金", wan, "万元", tall=9, labelled=True), note="核定和决算"
        )
        self.body.addLayout(self._grid)
        self.body.addLayout(self._charts, 1)
        self.body.addWidget(self.others)

    def arrange(self) -> None:
        """Charts side by side, and as many figures in a row, as there is room for."""
        direction = QBoxLayout.Direction
        narrow = self.width() < em(self, NARROW)
        self._charts.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        for layout in (self._grid, self._charts):
            layout.setSpacing(em(self, 0.9))
        in_row = max(2, min(len(STEPS), self.width() // max(em(self, 14), 1)))
        if in_row != self._in_row:
            self._in_row = in_row
            for number, card in enumerate(self.figures.values()):
                self._grid.addWidget(card, number // in_row, number % in_row)
            for column in range(len(STEPS)):
                self._grid.setColumnStretch(column, int(column < in_row))

    def retire(self) -> None:
        """Stop listening before the store is closed."""
        super().retire()
        self._money.updated.disconnect(self._on_money)

    def look(self) -> None:
        """Show what is known of the year's money."""
        money = self._money.money(self.state.year)
        self.note.setText(f"{self.state.year} 年度 · 本方案的两种资金" if money else "正在汇总…")
        if money is not None:
            self._show(money)

    def _on_money(self, year: int) -> None:
        if year == self.state.year and self.isVisible():
            self.look()

    def _show(self, money: YearMoney) -> None:
        street = self.state.workspace.register(self.state.year).street
        quota, approved, paid = money.quota, money.total(money.approved), money.total(money.paid)
        settled = money.total(money.settled)
        self._figure("额度", quota, "街道年度额度" if quota is not None else "还没有登记，点一下登记", 1, 1)
        self._figure("核定", approved, _share("额度", approved, quota), approved, quota or 0)
        self._figure("拨付", paid, _share("核定", paid, approved), paid, approved, "good")
        self._figure("决算", settled, _share("拨付", settled, paid), settled, paid)
        left = None if quota is None else Money(quota - street.committed)
        sentence = "额度减去已占用" if left is None or left >= 0 else "已占用的超出额度"
        self._figure("结余", left, sentence, left or 0, quota or 0, "info" if left is None or left >= 0 else "block")
        flows = (("核定", money.approved), ("拨付", money.paid), ("决算", money.settled))
        by_source = [(name, money.by_source(flow)) for name, flow in flows]
        places = [Place(name, (*_amounts(sums, OF_SCHEME), 0), name) for name, sums in by_source]
        if quota is not None and left is not None:
            places = [Place("额度", (0, 0, quota), "额度"), *places, Place("结余", (0, 0, max(left, 0)), "结余")]
        self._source_card.show_data(FLOW, places)
        by_month = zip(*(money.by_month(flow) for _, flow in flows), strict=True)
        self._month_card.show_data(
            MONTHS, [Place(f"{n}月", tuple(map(int, sums)), n) for n, sums in enumerate(by_month, 1)]
        )
        others = tuple(source for source in Source if source not in OF_SCHEME)
        sums = [
            (source, _amounts(dict(by_source)["核定"], (source,)), _amounts(dict(by_source)["决算"], (source,)))
            for source in others
        ]
        self.others.show_data(
            (Series("核定", "accent"), Series("决算", "muted")),
            [Place(source.label, (*planned, *spent)) for source, planned, spent in sums],
        )

    def _figure(
        self, name: str, amount: Money | None, sentence: str, part: int, whole: int, level: str = "info"
    ) -> None:
        self.figures[name].show_figure("—" if amount is None else amount.wan, sentence, part, whole, level)

    # going on

    def _edit_quota(self) -> None:
        self.state.screen_requested.emit("villages", StreetQuota)

    def _open_step(self, step: str) -> None:
        year = self.state.year
        if step == "额度":
            self._edit_quota()
        elif step == "拨付":
            self.state.screen_requested.emit("payments", None)
        elif step == "决算":
            self._show_projects(ProjectFilter(year=year, stages=(Stage.COMPLETED, Stage.CLOSED)))
        elif step == "结余":
            self.state.screen_requested.emit("villages", None)
        else:
            self._show_projects(ProjectFilter(year=year, stages=APPROVED))

    def _open_month(self, month: int) -> None:
        year = self.state.year
        ids = projects_moved_in(self.state.workspace.conn, year, (year, month))
        self._show_projects((ProjectFilter(among=tuple(ids)), f"{month}月核定、拨付或退款"))

    def _show_projects(self, what: Any) -> None:
        self.state.screen_requested.emit("projects", what)


def _amounts(sums: dict[Source, Money], sources: Sequence[Source]) -> tuple[int, ...]:
    return tuple(int(sums.get(source, 0)) for source in sources)


def _share(of: str, part: Money, whole: Money | None) -> str:
    return f"{of}的 {part * 100 // whole} %" if whole else f"没有{of}"
