"""Villages and quotas: the balance table of the year, the villages' own particulars, and the street's quota."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea

from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Stage, StreetQuota, Village
from haicang_desk.model.services import casefiles_picked, near_villages_of, save, void
from haicang_desk.model.store import TABLES, ProjectFilter, project_ids_of
from haicang_desk.model.workflow import BEFORE_FILING
from haicang_desk.ui.screens.balance_bars import (
    VILLAGE_COLUMNS,
    balance_column,
    share_column,
    street_shares,
    village_rows,
)
from haicang_desk.ui.screens.forecast import show_approval_forecast
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.village_inspector import VillageInspector
from haicang_desk.ui.screens.village_merge_dialog import VillageMergeDialog
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.drafts import FormRequest
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.layouts import FlowGrid
from haicang_desk.ui.widgets.share_bars import ShareBar
from haicang_desk.ui.widgets.table import Table

COLUMNS = (
    *VILLAGE_COLUMNS,
    balance_column("quota", 8, rank=6),
    share_column("filed", "申报口径", 6, rank=12, shown=False),
    share_column("by_other_money", "另一口径", 6, rank=13, shown=False),
    share_column("fiscal", "工货财政占比", 7.8, rank=7),
    balance_column("goods_projects", 4, rank=14, shown=False),
    balance_column("works_projects", 4, rank=15, shown=False),
    balance_column("total", 8, rank=8),
    balance_column("social", 7.6, rank=9),
    balance_column("approved_special", 7.6, rank=10),
    balance_column("disbursed", 7.6, rank=11),
    balance_column("undisbursed", 7.6, rank=16, shown=False),
)
NARROW = 62  # characters of the screen's width below which the panel stands under the list


class VillagesScreen(Screen):
    """村居与额度: the balances of the year, and what is known of one village beside them. 条文：C033 C131"""

    title = "村居与额度"
    help_topic = "村居与额度"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.add_button("街道额度…", self._edit_quota, name="street_quota", icon="wallet", rank=2)
        self.add_button("试算批准(&W)", self._what_if, name="what_if", icon="calculator", rank=3).setToolTip(
            "若所选村居（没有选则全街道）还没审批的项目都批准，各项比例和额度会怎样，怎样调整能达标"
        )
        self._merge = self.add_button("并入…", self._merge_village, name="merge_village", rank=4)
        self._merge.setToolTip("所选村居与另一个其实是同一个的，连同项目和各项记录并过去；可以整个撤销")
        self._void = self.add_button("作废村居", self._void_village, name="void_village", icon="trash-2", rank=5)
        self._edit = self.add_button("修改村居(&M)", self._edit_village, name="edit_village", icon="pencil", rank=1)
        self.add_button("登记村居(&A)", lambda: self._enter(Village()), role="primary", name="add_village", icon="plus")
        self._found_on: dict[str, list[Finding]] | None = None  # by the name of a village, once they are asked for
        self._bars = [ShareBar() for _ in range(5)]
        self._shares = Card()
        self._share_row = FlowGrid(self._bars, least=15)
        self._shares.body.addWidget(self._share_row)
        self.table = Table(
            COLUMNS, name="村居额度表", empty="还没有村居。按“登记村居”填写，或在“导入与导出”里读入村居名册（村居表）。"
        )
        self.table.opened.connect(lambda _: self._edit_village())
        self.table.picked.connect(self._tell)
        self.table.remember(state.settings)
        self.inspector = VillageInspector(state)
        self.inspector.project_opened.connect(state.project_requested)
        self.inspector.projects_wanted.connect(lambda criteria: state.screen_requested.emit("projects", criteria))
        self._panel = QScrollArea()
        self._panel.setWidgetResizable(True)
        self._panel.setFrameShape(QFrame.Shape.NoFrame)
        self._panel.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._panel.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._panel.setWidget(self.inspector)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.addWidget(self.table, 5)
        self._columns.addWidget(self._panel, 4)
        self.body.addWidget(self._shares)
        self.body.addLayout(self._columns, 1)
        state.findings_changed.connect(self._on_findings)
        self.arrange()

    def arrange(self) -> None:
        """List and panel side by side where there is room."""
        direction = QBoxLayout.Direction
        narrow = self.width() < em(self, NARROW)
        self._columns.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._columns.setSpacing(em(self, 0.9))
        self.table.setMinimumHeight(em(self, 14))
        self._panel.setMinimumSize(em(self, 21), em(self, 24 if narrow else 14))

    def retire(self) -> None:
        """Stop listening before the store is closed."""
        super().retire()
        self.state.findings_changed.disconnect(self._on_findings)

    def look(self) -> None:
        """Read what is shown from the store again."""
        register = self.state.workspace.register(self.state.year)
        self._found_on = None
        self.note.setText(f"{self.state.year} 年度 · {len(register.villages)} 个村居")
        shares = street_shares(register, self.state.policy)
        for number, bar in enumerate(self._bars):
            bar.setVisible(number < len(shares))
            if number < len(shares):
                bar.show_share(shares[number])
        self._share_row.fit()
        self._shares.setVisible(bool(register.villages))
        self._panel.setVisible(bool(register.villages))
        chosen = self._chosen()
        self.table.show_rows(village_rows(register, self.state.policy))
        self._choose(chosen)
        self._tell()

    def show_what(self, what: Any) -> None:
        """Select the village of this name, or open the form of a record; asked for StreetQuota, that of the year."""
        self.look_if_stale()
        if what is StreetQuota:
            self._edit_quota()
            return
        if isinstance(what, FormRequest):
            cls = TABLES[what.table]
            self.attempt(
                "打开", lambda: self._enter(self.state.workspace.get(cls, what.record) if what.record else cls())
            )
            return
        village = next((v.id for v in self.state.workspace.all(Village) if v.name == what), "")
        self._choose(village)

    def _chosen(self) -> str:
        return next((row.id for row in self.table.chosen()), "")

    def _choose(self, village: str) -> None:
        for number in range(self.table.rows.rowCount()):
            row = self.table.rows.row(number)
            if row is not None and row.id == village:
                self.table.selectRow(number)

    def _tell(self) -> None:
        """Show the chosen village beside the list."""
        row = next(iter(self.table.chosen()), None)
        for button in (self._edit, self._void, self._merge):
            button.setEnabled(row is not None)
        if row is None:
            self.inspector.show_nothing()
        else:
            village = self.state.workspace.get(Village, row.id)
            self.inspector.show_village(village, row, self._found(village.name))

    def _found(self, village: str) -> list[Finding]:
        """The findings on a village; those of all are put in order once, for there may be many."""
        if self._found_on is None:
            self._found_on = {}
            for found in self.state.findings():
                if found.scope == "village":
                    self._found_on.setdefault(found.subject, []).append(found)
        return self._found_on.get(village, [])

    def _on_findings(self) -> None:
        self._found_on = None
        if self.isVisible() and not self._stale:
            self._tell()

    # acting

    def _what_if(self) -> None:
        """Try the approval of all that is not yet decided, of the village chosen or of the street."""
        ws, village = self.state.workspace, self._chosen()
        ids = project_ids_of(
            ws.conn, ProjectFilter(year=self.state.year, village=village, stages=(*BEFORE_FILING, Stage.SUBMITTED))
        )
        whose = ws.get(Village, village).name if village else ws.street.name
        if ids:
            show_approval_forecast(self, lambda: casefiles_picked(ws, ids), f"{whose}还没审批的 {len(ids)} 项")
        else:
            prompts.tell(self, "试算批准", f"{whose}本年度没有草稿和待审批的项目")

    def _edit_village(self) -> None:
        if chosen := self._chosen():
            self._enter(self.state.workspace.get(Village, chosen))

    def _enter(self, record: Any) -> None:
        form = RecordForm(type(record), Choices(self.state.workspace))
        title = f"{'修改' if record.id else '登记'}{record.label}"

        def act(typed: Any) -> None:
            """Save the record as typed."""
            action = f"{title}：{getattr(typed, 'name', typed.label)}"
            (kept,) = save(self.state.workspace, [typed], action=action, person=self.state.person, expected=[record])
            if isinstance(kept, Village) and (near := near_villages_of(self.state.workspace, kept)):
                listed = "、".join(f"“{each.name}”" for each in near)
                self.state.message.emit(f"“{kept.name}”与{listed}像是同一个村居，请核对，重复的请合并或作废")

        RecordDialog(self, title, form, record, act=act, yes="保存").open()

    def _edit_quota(self) -> None:
        existing = self.state.workspace.all(StreetQuota, fund_year=self.state.year)
        self._enter(existing[0] if existing else StreetQuota(fund_year=self.state.year))

    def _merge_village(self) -> None:
        """Merge the chosen village into another one; what would go over is shown before."""
        if len(self.state.workspace.all(Village)) < 2:
            prompts.tell(self, "村居合并", "台账里只有这一个村居")
        elif chosen := self._chosen():
            VillageMergeDialog(self, self.state, chosen).open()

    def _void_village(self) -> None:
        if not (chosen := self._chosen()):
            return
        village = self.state.workspace.get(Village, chosen)
        reason = prompts.ask_reason(self, f"作废{village.name}", "请写明作废的理由。可以撤销。")
        if reason:
            self.attempt(
                "作废村居", lambda: void(self.state.workspace, village, reason=reason, person=self.state.person)
            )
