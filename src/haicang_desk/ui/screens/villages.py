"""Villages and quotas: the balance table of the year, the villages' own particulars, and the street's quota."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from haicang_desk.model.findings import Finding
from haicang_desk.model.records import Stage, StreetQuota, Village
from haicang_desk.model.services import casefiles_picked, merge_villages, near_villages_of, save, village_merge, void
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
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.drafts import FormRequest
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.findings_list import FindingsPanel
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.share_bars import ShareBar
from haicang_desk.ui.widgets.table import Table

COLUMNS = (
    *VILLAGE_COLUMNS[:1],
    balance_column("quota", 8),
    *VILLAGE_COLUMNS[1:],
    share_column("filed", "申报口径", 6),
    share_column("by_other_money", "另一口径", 6),
    share_column("fiscal", "工货财政占比", 7.8),
    balance_column("goods_projects", 4),
    balance_column("works_projects", 4),
    balance_column("total", 8),
    balance_column("social", 7.6),
    balance_column("approved_special", 7.6),
    balance_column("disbursed", 7.6),
    balance_column("undisbursed", 7.6),
)


class VillagesScreen(Screen):
    """村居与额度: the balances of the year. 条文：C033 C131"""

    title = "村居与额度"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.add_button("街道额度…", self._edit_quota, name="street_quota")
        self._list = self.add_button("项目列表", self._projects, name="village_projects")
        self.add_button("试算批准(&W)", self._what_if, name="what_if").setToolTip(
            "若所选村居（没有选则全街道）还没审批的项目都批准，各项比例和额度会怎样，怎样调整能达标"
        )
        self._merge = self.add_button("并入…", self._merge_village, name="merge_village")
        self._merge.setToolTip("所选村居与另一个其实是同一个的，连同项目和各项记录并过去；可以整个撤销")
        self._void = self.add_button("作废村居", self._void_village, name="void_village")
        self._edit = self.add_button("修改村居(&M)", self._edit_village, name="edit_village")
        self.add_button("登记村居(&A)", lambda: self._enter(Village()), role="primary", name="add_village")
        self._bars = [ShareBar() for _ in range(5)]
        card = QFrame()
        set_role(card, "card")
        row = QHBoxLayout(card)
        row.setContentsMargins(14, 10, 14, 12)
        row.setSpacing(18)
        for bar in self._bars:
            row.addWidget(bar, 1)
        self.table = Table(
            COLUMNS, name="村居额度表", empty="还没有村居。按“登记村居”填写，或在“导入与导出”里读入村居名册（村居表）。"
        )
        self.table.opened.connect(lambda _: self._edit_village())
        self.table.picked.connect(self._tell)
        self.table.remember(state.settings)
        self.findings = FindingsPanel()
        self._hint = QLabel()
        set_role(self._hint, "small")
        below = QVBoxLayout()
        below.addWidget(self._hint)
        below.addWidget(self.findings)
        self.body.addWidget(card)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(below)
        self.table.setMinimumHeight(em(self, 14))

    def look(self) -> None:
        """Read what is shown from the store again."""
        register = self.state.workspace.register(self.state.year)
        self.note.setText(f"{self.state.year} 年度　{len(register.villages)} 个村居")
        shares = street_shares(register, self.state.policy)
        for number, bar in enumerate(self._bars):
            bar.setVisible(number < len(shares))
            if number < len(shares):
                bar.show_share(shares[number])
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
        chosen = self._chosen()
        for button in (self._edit, self._void, self._merge, self._list):
            button.setEnabled(bool(chosen))
        self._hint.setText(
            "条下的竖线是限额；标成橙色的未达到。“申报口径”是历次申报的服务类项目数，“另一口径”是服务类资金按另一种总额计的占比。选一个村居，下面列出它要处理的事项。回车或双击修改。"
            if not chosen
            else "这个村居要处理的事项："
        )
        self.findings.show_findings(self._found(chosen) if chosen else [])

    def _found(self, village: str) -> list[Finding]:
        name = self.state.workspace.get(Village, village).name
        return [f for f in self.state.findings() if f.scope == "village" and f.subject == name]

    # acting

    def _projects(self) -> None:
        self.state.screen_requested.emit("projects", ProjectFilter(village=self._chosen()))

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
        """Merge the chosen village into another one, which the person picks; those of a similar name come first."""
        ws = self.state.workspace
        if not (chosen := self._chosen()):
            return
        gone = ws.get(Village, chosen)
        near = near_villages_of(ws, gone)
        others = {v.name: v for v in (*near, *ws.all(Village)) if v.id != gone.id}
        if not others:
            prompts.tell(self, "村居合并", "台账里只有这一个村居")
            return
        name = prompts.pick_one(self, f"{gone.name}并入", f"“{gone.name}”的项目和各项记录并入哪个村居？", list(others))
        if name is None:
            return
        merge = village_merge(ws, others[name], gone)
        text = f"把“{gone.name}”并入“{name}”：{merge.summary}改属“{name}”，“{gone.name}”作废。可以撤销。"
        if merge.conflicts or prompts.confirm(self, "村居合并", text, yes="并入"):
            self.attempt("村居合并", lambda: merge_villages(ws, others[name], gone, person=self.state.person))

    def _void_village(self) -> None:
        if not (chosen := self._chosen()):
            return
        village = self.state.workspace.get(Village, chosen)
        reason = prompts.ask_reason(self, f"作废{village.name}", "请写明作废的理由。可以撤销。")
        if reason:
            self.attempt(
                "作废村居", lambda: void(self.state.workspace, village, reason=reason, person=self.state.person)
            )
