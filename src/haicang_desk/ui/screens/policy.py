"""The policy's figures in force for the year, each with its clause, and the rules that hold them."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtWidgets import QLabel, QTabWidget

from haicang_desk.model import RULES, Money, Parameter, Policy, show_value
from haicang_desk.places import policy_folder, resource
from haicang_desk.ui.bridge import Bridge
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.theme import set_role
from haicang_desk.ui.widgets.table import Column, Table

SCOPES = {"project": "项目", "village": "村居", "street": "街道"}


def shown(parameter: Parameter) -> str:
    """A figure as an official writes it."""
    value = parameter.value
    if isinstance(value, bool):
        return show_value(value)
    text = str(value)
    if words := _words(parameter):
        return words.get(text, text)
    if text == "1/1":
        return "1∶1"
    if "." in text and text.replace(".", "").isdigit():
        return f"{Money.parse(text)} 元"
    if "/" in text:
        part, _, whole = text.partition("/")
        return f"{int(part) * 100 // int(whole)}%" if int(part) * 100 % int(whole) == 0 else text
    return text


def named(parameter: Parameter) -> str:
    """The figure's name, without the codes of its choices."""
    return parameter.label.partition("（")[0] if _words(parameter) else parameter.label


def _words(parameter: Parameter) -> dict[str, str]:
    """Choices are told as “code 汉字” in the name of the figure: project 按项目."""
    return dict(re.findall(r"([a-z_]+) ([^，）]+)", parameter.label))


class PolicyScreen(Screen):
    title = "政策参数"

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        columns = (
            Column("参数", lambda r: named(r[0]), "", 26),
            Column("取值", lambda r: shown(r[0]), "", 12),
            Column("条文", lambda r: str(r[1]), "", 20),
            Column("来源", lambda r: "方案规定" if r[0].origin == "方案" else "方案未定，本程序暂取", "", 14),
        )
        rules = (
            Column("规则", lambda r: r.code, "", 5),
            Column("内容", lambda r: r.title, "", 24),
            Column("针对", lambda r: SCOPES[r.scope], "", 6),
            Column("办理前核对", lambda r: _guards(r), "", 26),
        )
        self.table = Table(columns, name="政策参数表", empty="")
        self.rules = Table(rules, name="规则表", empty="")
        self._number = QLabel()
        self._number.setWordWrap(True)
        set_role(self._number, "muted")
        tabs = QTabWidget()
        tabs.setAccessibleName("参数和规则")
        tabs.addTab(self.table, "参数(&1)")
        tabs.addTab(self.rules, "规则(&2)")
        self.body.addWidget(self._number)
        self.body.addWidget(tabs, 1)

    def look(self) -> None:
        policy: Policy = self.bridge.policy
        self.note.setText(f"{self.bridge.year} 年度")
        self._number.setText(
            f"{policy.title}（{policy.number}），自 {policy.from_year} 年度起\n"
            f"政策调整后，仿照“{resource('policy', '2018.toml')}”另写一份，放进“{policy_folder()}”，"
            "重新打开程序即按起用年度生效；以前年度仍用原来的参数"
        )
        self.table.show_rows([(held, policy.clause(name)) for name, held in policy.parameters.items()])
        seen: dict[tuple[str, str], Any] = {}
        for rule in RULES:
            seen.setdefault((rule.code, rule.title), rule)
        self.rules.show_rows(sorted(seen.values(), key=lambda r: r.code))


def _guards(rule: Any) -> str:
    from haicang_desk.model import STEPS

    labels = [step.label for step in STEPS.values() if step.name in rule.before]
    return "、".join(labels) or "只在核查和报表里列出"
