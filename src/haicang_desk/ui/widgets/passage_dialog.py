"""Asks about passages of a notice that may be personal: masked, or printed as they are for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from haicang_desk.model.values import mask_numbers
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.dialogs import DeskDialog

if TYPE_CHECKING:
    from haicang_desk.model.documents import Question
    from haicang_desk.model.records import Disclosure

AROUND = 24  # characters shown on either side of a passage


class PassageCard(QFrame):
    """One passage in its sentence, what it may be, and the choice."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        set_role(self, "card")
        self.question = question
        sentence = _label(question.sentence, "strong")
        context = _label(in_its_sentence(question), "muted")
        self.masked = QRadioButton(f"遮去，印作“{question.masked}”")
        self.printed = QRadioButton("照印")
        self.masked.setChecked(True)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("照印的理由，如 本人书面同意公开")
        for entry, what in ((self.masked, "遮去"), (self.printed, "照印"), (self.reason, "照印理由")):
            entry.setAccessibleName(f"{what}：{question.found[:AROUND]}")
        self.fault = _label("", "fault")
        self.fault.hide()
        choices = QButtonGroup(self)
        line = QHBoxLayout()
        for button in (self.masked, self.printed):
            choices.addButton(button)
            line.addWidget(button)
        line.addWidget(self.reason, 1)
        column = QVBoxLayout(self)
        for widget in (sentence, context):
            column.addWidget(widget)
        column.addLayout(line)
        column.addWidget(self.fault)
        self.reason.textEdited.connect(lambda: self.printed.setChecked(True))
        choices.buttonClicked.connect(lambda _: self.fault.hide())

    def answer(self) -> Disclosure | None:
        """The decision; None, and said beneath, where it is to be printed without a reason."""
        reason = self.reason.text().strip()
        if self.printed.isChecked() and not reason:
            self.fault.setText("请写明照印的理由")
            self.fault.show()
            self.reason.setFocus()
            return None
        printed = self.printed.isChecked()
        return self.question.answered(printed=printed, reason=reason if printed else "")


class PassageDialog(DeskDialog):
    """All passages of a batch; ``decisions`` are the answers once it is accepted."""

    def __init__(self, parent: QWidget | None, questions: Sequence[Question]) -> None:
        super().__init__(parent, "公示里可能有个人信息", "个人信息核对", wide=46)
        self.decisions: list[Disclosure] = []
        count = f"（{len(questions)} 处）" if len(questions) > 1 else ""
        self.page.addWidget(
            _label(
                f"下面这段文字里可能有个人信息{count}。公示要张贴，印之前请逐处决定；决定随印发存入台账，同一段文字不再问。",
                "",
            )
        )
        self.cards = [PassageCard(question) for question in questions]
        for card in self.cards:
            self.page.addWidget(card)
        self.page.addStretch(1)
        self.page.setSpacing(em(self, 0.7))
        self.add_button("返回修改", self.reject, name="no", tip="不印，回去改写这段文字（Esc）")
        self.add_button("按此印", self._give, role="primary", name="yes", tip="回车")

    def _give(self) -> None:
        answers = [card.answer() for card in self.cards]
        found = [each for each in answers if each is not None]
        if len(found) == len(answers):
            self.decisions = found
            self.accept()

    def ask(self) -> list[Disclosure] | None:
        """Show it and wait; None where the person goes back to mend the text."""
        try:
            return self.decisions if self.exec() else None
        finally:
            self.deleteLater()


def in_its_sentence(question: Question) -> str:
    """The passage with some words on either side, in which other numbers stay masked."""
    text = mask_numbers(question.text, keep=[question.found])
    at = max(text.find(question.found), 0)
    start, end = max(0, at - AROUND), at + len(question.found) + AROUND
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return f"{before}{text[start:end]}{after}".replace("\n", " ")


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        set_role(label, role)
    return label
