"""The policy's figures in force for the year, each with its clause, and the rules that hold them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QTabWidget

from haicang_desk.model.policy import Parameter, Policy, rule_set_faults
from haicang_desk.model.rules import Rule, rules_by_code
from haicang_desk.model.values import full_date
from haicang_desk.model.workflow import STEPS
from haicang_desk.paths import policy_folder, resource
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.table import Table, TableColumn

SCOPES = {"project": "项目", "village": "村居", "street": "街道"}


def source_of(parameter: Parameter) -> str:
    """Where a figure comes from: the policy, a convention of this program, or the shipped file for want of the own."""
    if parameter.borrowed_from:
        return "沿用随程序提供的数值"
    return "方案规定" if parameter.origin == "方案" else "方案未定，本程序暂取"


class PolicyScreen(Screen):
    """The policy and its figures. 条文：C001–C005 C007 C009"""

    title = "政策参数"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.add_button("方案原文(&O)", self._open_original, name="original")
        columns = (
            TableColumn("参数", lambda r: r[0].label, "", 26),
            TableColumn("取值", lambda r: r[0].text, "", 12),
            TableColumn("条文", lambda r: str(r[1]), "", 20),
            TableColumn("来源", lambda r: source_of(r[0]), "", 14),
        )
        rules = (
            TableColumn("规则", lambda r: r.code, "", 5),
            TableColumn("内容", lambda r: r.title, "", 24),
            TableColumn("针对", lambda r: SCOPES[r.scope], "", 6),
            TableColumn("办理前核对", _guarded_steps, "", 26),
        )
        self.table = Table(columns, name="政策参数表", empty="")
        self.rules = Table(rules, name="规则表", empty="")
        self._number = QLabel()
        self._number.setWordWrap(True)
        set_role(self._number, "muted")
        self.warning = QLabel()  # what the office should mend in its own files
        self.warning.setWordWrap(True)
        set_role(self.warning, "fault")
        tabs = QTabWidget()
        tabs.setAccessibleName("参数和规则")
        tabs.addTab(self.table, "参数(&1)")
        tabs.addTab(self.rules, "规则(&2)")
        self.body.addWidget(self._number)
        self.body.addWidget(self.warning)
        self.body.addWidget(tabs, 1)

    def _open_original(self) -> None:
        path = _original(self.state.policy)
        if path.is_file():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        else:
            prompts.tell(self, "方案原文", f"还没有存放方案原文。请把原文的 PDF 存为“{path}”，以后在这里打开")

    def look(self) -> None:
        """Read what is shown from the store again."""
        policy: Policy = self.state.policy
        self.note.setText(f"{self.state.year} 年度")
        self._number.setText(
            f"{policy.title}（{policy.number}），自 {policy.from_year} 年度起\n{_heading(policy)}\n"
            f"政策调整后，仿照“{resource('policy', '2018.toml')}”另写一份，放进“{policy_folder()}”，"
            "重新打开程序即按起用年度生效；以前年度仍用原来的参数"
        )
        warnings = [*filter(None, [policy.borrowed_note]), *rule_set_faults()]
        self.warning.setText("\n".join(warnings))
        self.warning.setVisible(bool(warnings))
        self.table.show_rows([(parameter, policy.clause(name)) for name, parameter in policy.parameters.items()])
        self.rules.show_rows([rule for rules in rules_by_code().values() for rule in rules])


def _heading(policy: Policy) -> str:
    """What the document says of itself."""
    dated = full_date(policy.issued) if policy.issued else ""
    kind = "规范性文件" if policy.normative else "工作方案，不是规范性文件"
    return "　".join(filter(None, (policy.index and f"索引号 {policy.index}", policy.issuer, dated, kind)))


def _original(policy: Policy) -> Path:
    """Where an office keeps the document itself. 条文：C006"""
    return policy_folder() / f"{policy.number}.pdf"


def _guarded_steps(rule: Rule) -> str:
    """The steps that a rule is checked before, in the order of the workflow."""
    labels = [step.label for step in STEPS.values() if step.name in rule.before]
    return "、".join(labels) or "只在核查和报表里列出"
