"""Findings as people read them: what is missing first, then why and what to do, and the clause they rest on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.rules import rules_by_code
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import IconTile

SEVERITY_WORDS = {Severity.BLOCK: "须改", Severity.EXCEPTION: "须批准", Severity.WARN: "提醒", Severity.INFO: "知悉"}
ICONS = {"block": "circle-alert", "exception": "file-warning", "warn": "triangle-alert", "info": "info"}
TO_MEND = "去改"
_ENDS_IN_DAY = re.compile(r"\d月\d+日(（含当日）)?$")


def finding_text(found: Finding) -> str:
    """A finding in full: rule, message, which names leave, and clause."""
    return f"〔{found.rule}〕{found.message}。依据：{found.clause}"


def finding_parts(found: Finding) -> tuple[str, str]:
    """A finding for a narrow column: in a few words, the missing yuan first; and the rest of its message."""
    rule = next(iter(rules_by_code().get(found.rule, ())), None)
    parts = [part for part in found.message.replace("；", "，").split("，") if part]
    gap = str(found.shortfall) if found.shortfall is not None else ""
    told = next((part for part in parts if gap and gap in part and len(part) <= len(gap) + 8), "")
    lacking = next((part for part in parts if part.startswith("尚缺")), "")
    if not told and lacking:
        return lacking, "，".join(part for part in parts if part != lacking)
    if not told:
        first = 2 if _ENDS_IN_DAY.search(parts[0]) and len(parts) > 1 else 1  # a day alone says nothing
        return "，".join(parts[:first]), "，".join(parts[first:])
    return (f"{told} · {rule.title}" if rule else told), "，".join(part for part in parts if part != told)


def finding_in_short(found: Finding) -> str:
    """The few words alone, for a line that names several findings."""
    return finding_parts(found)[0]


def level_of(found: Finding) -> str:
    """The level as the style sheet knows it; an approved exception is only a note."""
    return "info" if found.excused_by else found.severity.value


def level_word(finding: Finding) -> str:
    """The level in Chinese; an approved exception is named as such."""
    return "已批例外" if finding.excused_by else SEVERITY_WORDS[finding.severity]


def gravest_level(findings: Iterable[Finding]) -> str:
    """The level of the gravest finding."""
    return level_of(min(findings, key=lambda f: (f.excused_by is not None, f.severity.rank)))


def badge(level: str, word: str) -> QLabel:
    """A small word on the colour of its level."""
    label = QLabel(word)
    label.setProperty("badge", level)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return label


class FindingsPanel(QWidget):
    """A list of findings, the gravest first; hidden while empty.

    With ``leads`` each has a button that emits ``chosen`` with the finding to be put right; ``lead_of`` names the
    button by what it leads to and gives "" for a finding that nothing here puts right. A clause emits ``clause_chosen``
    with its place, such as 三(三)¶2.
    """

    chosen = Signal(object)
    clause_chosen = Signal(str)

    def __init__(self, heading: str = "", *, leads: bool = False) -> None:
        super().__init__()
        self._leads = leads
        self.lead_of: Callable[[Finding], str] = lambda found: TO_MEND
        self._heading = QLabel(heading, self)  # shown without a parent, it would flash as a window
        set_role(self._heading, "heading")
        self._heading.setVisible(bool(heading))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        self._box = QVBoxLayout()
        self._box.setSpacing(0)
        layout.addLayout(self._box)
        self._shown: tuple[tuple[Finding, str], ...] = ()
        self._lines: list[FindingLine] = []
        self.hide()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these findings; lines are made once and then show others."""
        ordered = sorted(findings, key=lambda f: (f.excused_by is not None, f.severity.rank, f.rule))
        wanted = tuple((found, self.lead_of(found) if self._leads else "") for found in ordered)
        if wanted != self._shown:
            while len(self._lines) < len(wanted):
                line = FindingLine()
                line.chosen.connect(self.chosen)
                line.clause_chosen.connect(self.clause_chosen)
                self._lines.append(line)
                self._box.addWidget(line)
            for number, line in enumerate(self._lines):
                if number < len(wanted):
                    line.show_finding(*wanted[number], last=number == len(wanted) - 1)
                line.setVisible(number < len(wanted))
            self._shown = wanted
        self.setVisible(bool(wanted))

    def texts(self) -> list[str]:
        """The texts shown, in full."""
        return [finding_text(found) for found, _ in self._shown]


class FindingLine(QFrame):
    """One finding: the tile of its level, what is missing, why, and what leads on."""

    chosen = Signal(object)
    clause_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._found: Finding | None = None
        self._tile = IconTile("info", "info")
        self._head, self._why = _text("strong"), _text("muted")
        self._go, self._clause = QPushButton(), QPushButton()
        self._go.setToolTip("到要改的地方去")
        self._go.setAccessibleName(TO_MEND)
        self._clause.setAccessibleName("依据的原文")
        for button, act in ((self._go, self._lead), (self._clause, self._cite)):
            set_role(button, "link")
            button.clicked.connect(act)
        links = QHBoxLayout()
        links.setSpacing(em(self, 0.6))
        links.addWidget(self._go)
        links.addWidget(self._clause)
        links.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(em(self, 0.15))
        column.addWidget(self._head)
        column.addWidget(self._why)
        column.addLayout(links)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, em(self, 0.7), 0, em(self, 0.7))
        layout.setSpacing(em(self, 0.8))
        layout.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column, 1)

    def show_finding(self, found: Finding, lead: str, *, last: bool) -> None:
        """Show a finding; ``lead`` names the button that leads on, "" for none."""
        self._found = found
        set_role(self, "" if last else "row")
        level, word = level_of(found), level_word(found)
        self._tile.show_icon(ICONS[level], level)
        self._tile.setToolTip(word)
        self._tile.setAccessibleName(word)
        short, rest = finding_parts(found)
        self._head.setText(f"{short}（{word}）" if found.excused_by else short)
        self._why.setText(rest)
        self._why.setVisible(bool(rest))
        self.setAccessibleName(f"{word}：{finding_text(found)}")
        self._go.setText(lead)
        self._go.setAccessibleName(f"去改{found.rule}" if lead else TO_MEND)
        self._go.setVisible(bool(lead))
        self._clause.setText(f"{str(found.clause).partition('号')[2] or found.clause} 原文")
        self._clause.setAccessibleName(f"看{found.rule}依据的原文")
        self._clause.setToolTip(f"{found.rule} · {found.clause}")

    def _lead(self) -> None:
        if self._found is not None:
            self.chosen.emit(self._found)

    def _cite(self) -> None:
        if self._found is not None:
            self.clause_chosen.emit(self._found.clause.place)

    def hideEvent(self, event: QHideEvent) -> None:
        """A line that shows nothing is not found by what it showed before."""
        super().hideEvent(event)
        if self.isHidden():
            self._go.setAccessibleName(TO_MEND)
            self.setAccessibleName("")


def _text(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    set_role(label, role)
    return label
