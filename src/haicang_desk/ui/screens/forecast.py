"""试算批准: the balances if the chosen projects were approved, and the smallest changes that keep the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QScrollArea, QVBoxLayout, QWidget

from haicang_desk.model.balances import Balance, ProjectTotals
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.policy import Policy
from haicang_desk.model.services import Forecast, Workspace, approved, forecast_of
from haicang_desk.ui.screens.balance_bars import VillageRow, quota_share, social_share
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.findings_list import FindingsPanel
from haicang_desk.ui.widgets.layouts import closing_row
from haicang_desk.ui.widgets.share_bars import Share
from haicang_desk.ui.widgets.table import Table, TableColumn


@dataclass(frozen=True, slots=True)
class ShareChange:
    """One share of a village or the street before and after the approvals."""

    whose: str
    before: Share
    after: Share

    @property
    def verdict(self) -> str:
        """Whether the limit is kept afterwards, and whether that is a change."""
        if self.after.keeps is None or self.before.keeps is self.after.keeps:
            return self.after.verdict
        return "变为达标" if self.after.keeps else "变为未达标"


COLUMNS = (
    TableColumn("村居或街道", lambda m: m.whose, "", 8),
    TableColumn("指标", lambda m: m.after.label, "", 9),
    TableColumn("现在", lambda m: m.before.figures or m.before.percent, "", 10, share=lambda m: m.before),
    TableColumn("批准后", lambda m: m.after.figures or m.after.percent, "", 10, share=lambda m: m.after),
    TableColumn(
        "结论",
        lambda m: m.verdict,
        "",
        7,
        colour=lambda m: theme.level_colour("exception" if m.after.keeps is False else "good"),
    ),
)


def share_changes(forecast: Forecast, policy: Policy) -> list[ShareChange]:
    """The shares of the street, then of every village whose sums the approvals change."""
    was, now = (
        [social_share(street, policy), *quota_share(street)]
        for street in (forecast.before.street, forecast.after.street)
    )
    found = [ShareChange(forecast.after.street.name, old, new) for old, new in zip(was, now, strict=True)]
    for village, after_village in forecast.after.villages.items():
        before_village = forecast.before.villages[village]
        if before_village != after_village:
            found += _of_village(before_village, after_village, policy)
    return found


def _of_village(before: Balance, after: Balance, policy: Policy) -> Iterator[ShareChange]:
    was, now = VillageRow("", before, policy), VillageRow("", after, policy)
    for name in ("by_count", "by_money", "by_other_money", "fiscal", "of_quota"):
        yield ShareChange(after.name, getattr(was, name), getattr(now, name))


def forecast_line(ws: Workspace, case: Casefile, today: date) -> str:
    """One line on the village of a project, stored or not, as it would be if the project were approved."""
    register, policy = ws.register(case.project.fund_year), ws.policy(case.project.fund_year)
    stored = ProjectTotals.of(ws.casefile(case.project.id), search="") if case.project.id else None
    after = register.moved(stored, ProjectTotals.of(approved(case, today), search="")).villages[case.village.id]
    row = VillageRow(case.village.id, after, policy)
    missed = [share.label for share in (row.by_count, row.by_money, row.fiscal, row.of_quota) if share.keeps is False]
    verdict = f"{'、'.join(missed)}未达标" if missed else "均达标"
    used = f"额度用到 {after.special.wan} 万"
    return f"{after.name}服务类 {row.by_count.figures}，服务资金 {row.by_money.percent}，{used}，{verdict}。"


def show_approval_forecast(screen: Screen, cases: Callable[[], Sequence[Casefile]], subject: str) -> None:
    """Show the balances as they would be if these cases were approved; ``subject`` names them in the title."""
    state = screen.state

    def show() -> None:
        """Compute the forecast and open the dialog."""
        forecast = forecast_of(state.workspace, cases(), state.today())
        ForecastDialog(screen, forecast, state.workspace.policy(forecast.after.year), subject).open()

    screen.attempt("试算批准", show)


class ForecastDialog(QDialog):
    """Shows a forecast; changes nothing."""

    def __init__(self, parent: QWidget, forecast: Forecast, policy: Policy, subject: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("试算")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel(f"若批准{subject}")
        title.setWordWrap(True)
        set_role(title, "title")
        self.table = Table(COLUMNS, name="试算表", empty="所选项目已经审批，比例不会变动")
        self.table.show_rows(share_changes(forecast, policy))
        self.table.fit_rows()
        self.table.setMinimumHeight(em(self, 14))
        self.new = FindingsPanel("批准后会新出现的")
        self.new.show_findings(forecast.new)
        page = QWidget()
        page.setObjectName("page")
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 8, 0)
        inside.addWidget(self.new)
        if not forecast.new:
            inside.addWidget(QLabel("村居和街道的比例、额度没有新出现要处理的事项。"))
        if forecast.cures:
            heading = QLabel("怎样调整就能达标")
            set_role(heading, "heading")
            inside.addWidget(heading)
        self.advice = [cure.advice for cure in forecast.cures]
        for advice in self.advice:
            line = QLabel(f"· {advice}")
            line.setWordWrap(True)
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            inside.addWidget(line)
        inside.addStretch(1)
        below = QScrollArea()
        below.setWidgetResizable(True)
        below.setWidget(page)
        layout = QVBoxLayout(self)
        layout.addWidget(title)
        layout.addWidget(self.table, 1)
        layout.addWidget(below, 1)
        layout.addLayout(closing_row(self, "只是试算，没有改动任何内容。"))
        self.resize(em(self, 60), em(self, 44))
