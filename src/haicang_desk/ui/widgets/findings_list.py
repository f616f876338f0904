"""Findings as people read them: level, rule, message with remedy, and the clause they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.ui.shell.theme import set_role

SEVERITY_WORDS = {Severity.BLOCK: "须改", Severity.EXCEPTION: "须批准", Severity.WARN: "提醒", Severity.INFO: "知悉"}


def finding_text(found: Finding) -> str:
    """A finding in full: rule, message, which names leave, and clause."""
    return f"〔{found.rule}〕{found.message}。依据：{found.clause}"


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

    With ``leads`` each has a button, and ``chosen`` is emitted with the finding to be put right.
    """

    chosen = Signal(object)

    def __init__(self, heading: str = "", *, leads: bool = False) -> None:
        super().__init__()
        self._leads = leads
        self._heading = QLabel(heading, self)  # shown without a parent, it would flash as a window
        set_role(self._heading, "heading")
        self._heading.setVisible(bool(heading))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._heading)
        self._box = QVBoxLayout()
        self._box.setSpacing(4)
        layout.addLayout(self._box)
        self._shown: tuple[Finding, ...] = ()
        self.hide()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these findings."""
        ordered = tuple(sorted(findings, key=lambda f: (f.excused_by is not None, f.severity.rank, f.rule)))
        if ordered != self._shown:
            while (item := self._box.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
            for found in ordered:
                line = _Line(found, leads=self._leads)
                line.chosen.connect(self.chosen)
                self._box.addWidget(line)
            self._shown = ordered
        self.setVisible(bool(ordered))

    def texts(self) -> list[str]:
        """The texts shown."""
        return [finding_text(found) for found in self._shown]


class _Line(QFrame):
    """One finding on the colour of its level."""

    chosen = Signal(object)

    def __init__(self, found: Finding, *, leads: bool) -> None:
        super().__init__()
        self.setProperty("level", level_of(found))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        word = QLabel(level_word(found))
        word.setProperty("level", level_of(found))
        set_role(word, "strong")
        text = QLabel(finding_text(found))
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(word, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(text, 1)
        if leads:
            go = QPushButton("去改")
            go.setAccessibleName(f"去改{found.rule}")
            go.setToolTip("到要改的地方去")
            set_role(go, "quiet")
            go.clicked.connect(lambda: self.chosen.emit(found))
            layout.addWidget(go, 0, Qt.AlignmentFlag.AlignTop)
