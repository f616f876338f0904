"""What rests on a paragraph of the scheme: its figures, the rules that hold them, and what they find now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.policy import Parameter, Policy, PolicyParagraph
from haicang_desk.model.rules import Rule, rules_by_code
from haicang_desk.model.workflow import STEPS
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card, Pill
from haicang_desk.ui.widgets.icons import IconTile, set_icon
from haicang_desk.ui.widgets.layouts import scroll_area

SCOPES = {"project": "项目", "village": "村居", "street": "街道"}
SHOWN = 8  # findings shown one by one
LEVELS = {Severity.BLOCK: "block", Severity.EXCEPTION: "exception", Severity.WARN: "warn", Severity.INFO: "info"}
ICONS = {"block": "circle-alert", "exception": "clock-alert", "warn": "triangle-alert", "info": "info"}


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests on one paragraph."""

    parameters: tuple[Parameter, ...] = ()
    rules: tuple[Rule, ...] = ()
    findings: tuple[Finding, ...] = ()


def resting_on(policy: Policy, findings: Iterable[Finding]) -> Mapping[str, Resting]:
    """What rests on each paragraph, by its place. The findings are those of the year shown."""
    parameters: dict[str, list[Parameter]] = {}
    rules: dict[str, list[Rule]] = {}
    found: dict[str, list[Finding]] = {}
    for parameter in policy.parameters.values():
        parameters.setdefault(parameter.place, []).append(parameter)
    for rule in (rule for of_code in rules_by_code().values() for rule in of_code):
        rules.setdefault(rule.clause_in(policy).place, []).append(rule)
    for finding in findings:
        found.setdefault(finding.clause.place, []).append(finding)
    return {
        place: Resting(tuple(parameters.get(place, ())), tuple(rules.get(place, ())), tuple(found.get(place, ())))
        for place in {*parameters, *rules, *found}
    }


def source_of(parameter: Parameter) -> str:
    """Where a figure comes from: the policy, a convention of this program, or the shipped file for want of the own."""
    if parameter.borrowed_from:
        return "沿用随程序提供的数值"
    return "方案规定" if parameter.origin == "方案" else "方案未定，本程序暂取"


def guarded_steps(rule: Rule) -> str:
    """The steps that a rule is checked before, in the order of the workflow."""
    labels = [step.label for step in STEPS.values() if step.name in rule.before]
    return "、".join(labels) or "只在核查和报表里列出"


def gravest(findings: Sequence[Finding]) -> str:
    """The level of the gravest finding."""
    return LEVELS[min((finding.severity for finding in findings), key=lambda severity: severity.rank)]


class ClausePanel(QWidget):
    """Cards about one paragraph. ``asked`` has the ids of the projects to list, ``opened`` one project."""

    asked = Signal(object)
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(em(self, 0.8), 0, em(self, 0.4), 0)
        self._column.setSpacing(em(self, 0.7))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll_area(self._page))
        self.show_text("选一段条文，这里列出依据它的参数、规则和现在的提醒。")

    def show_text(self, text: str) -> None:
        """Show a message alone."""
        self._clear()
        self._column.addWidget(_label(text, "empty"))
        self._column.addStretch(1)

    def show_paragraph(self, paragraph: PolicyParagraph, where: str, resting: Resting) -> None:
        """Show what rests on a paragraph; ``where`` is its place as an official cites it."""
        self._clear()
        codes = [clause.code for clause in paragraph.clauses]
        span = codes[0] if len(codes) == 1 else f"{codes[0]}–{codes[-1]}"
        self._column.addWidget(_label(where, "heading"))
        self._column.addWidget(_label(f"条文编号 {span}", "muted"))
        if resting.findings:
            self._column.addWidget(self._findings(resting.findings))
        if resting.parameters:
            self._column.addWidget(self._parameters(resting.parameters))
        if resting.rules:
            self._column.addWidget(self._rules(resting.rules))
        if resting == Resting():
            self._column.addWidget(_label("这一段没有要程序核对的数值和规则。", "muted"))
        self._column.addStretch(1)

    def _clear(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _findings(self, findings: Sequence[Finding]) -> Card:
        counts = Counter(finding.severity for finding in findings)
        words = "、".join(f"{severity.label} {counts[severity]}" for severity in Severity if counts[severity])
        card = Card("现在的提醒", f"{len(findings)} 条：{words}")
        projects = tuple(dict.fromkeys(finding.project_id for finding in findings if finding.project_id))
        if projects:
            button = QPushButton(f"看这 {len(projects)} 项")
            button.setObjectName("see_projects")
            button.setAccessibleName(button.text())
            set_role(button, "link")
            button.clicked.connect(lambda: self.asked.emit(projects))
            card.head.addWidget(button)
        for finding in sorted(findings, key=lambda each: each.severity.rank)[:SHOWN]:
            card.body.addWidget(self._finding(finding))
        if len(findings) > SHOWN:
            card.body.addWidget(_label(f"另有 {len(findings) - SHOWN} 条", "muted"))
        return card

    def _finding(self, finding: Finding) -> QWidget:
        level = LEVELS[finding.severity]
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(0, em(self, 0.2), 0, em(self, 0.2))
        box.addWidget(IconTile(ICONS[level], level), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(_label(finding.title or finding.subject, "strong"))
        words.addWidget(_label(finding.message, "muted"))
        box.addLayout(words, 1)
        if finding.project_id:
            go = QPushButton()
            go.setAccessibleName(f"打开{finding.title or finding.subject}")
            go.setToolTip("打开项目")
            set_role(go, "quiet")
            set_icon(go, "chevron-right", "accent")
            go.clicked.connect(lambda _=False, project=finding.project_id: self.opened.emit(project))
            box.addWidget(go, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _parameters(self, parameters: Sequence[Parameter]) -> Card:
        card = Card("参数", f"{len(parameters)} 项")
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(self, 0.8))
        for number, parameter in enumerate(parameters):
            grid.addWidget(_label(parameter.label, ""), number, 0)
            value = _label(parameter.text, "strong")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1)
            pill = Pill("方案", "good") if source_of(parameter) == "方案规定" else Pill("暂取", "")
            pill.setToolTip(source_of(parameter))
            grid.addWidget(pill, number, 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        card.body.addLayout(grid)
        return card

    def _rules(self, rules: Sequence[Rule]) -> Card:
        card = Card("规则", f"{len(rules)} 条")
        for rule in rules:
            card.body.addWidget(_label(f"{rule.code}　{rule.title}", "strong"))
            card.body.addWidget(_label(f"针对{SCOPES[rule.scope]}；{guarded_steps(rule)}", "muted"))
        return card


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_role(label, role)
    return label
