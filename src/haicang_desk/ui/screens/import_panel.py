"""Beside the table of an import: the figures that were read, and what a person has to decide, one click each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.layouts import FlowRow

SHOWN = 20  # decisions shown at once; the next ones follow as these are made


@dataclass(frozen=True, slots=True)
class Decision:
    """Something to be decided: what was found, what is asked, and the answers with what each does."""

    found: str
    asked: str
    answers: tuple[tuple[str, Callable[[], object]], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of what was read: its name, its figure, a note on how it was read, and a level of colour or ""."""

    name: str
    figure: str
    note: str = ""
    level: str = ""


class ImportPanel(QScrollArea):
    """读到的 and 要您定的, one under the other."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("读到的和要您定的")
        set_role(self, "card")
        self._content = QWidget()
        set_role(self._content, "card")
        self._layout = QVBoxLayout(self._content)
        self._layout.setSpacing(8)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._asked = QVBoxLayout()
        self._asked.setSpacing(10)
        self._layout.addWidget(_heading("读到的"))
        self._layout.addLayout(self._grid)
        self.count = _heading("")
        self._layout.addSpacing(8)
        self._layout.addWidget(self.count)
        self._layout.addLayout(self._asked)
        self._layout.addStretch(1)
        self.setWidget(self._content)

    def show_figures(self, figures: Iterable[Figure]) -> None:
        """Show what was read."""
        _clear(self._grid)
        row = 0
        for figure in figures:
            name, value = QLabel(figure.name), QLabel(figure.figure)
            name.setWordWrap(True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            value.setProperty("level", figure.level)
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(value, row, 1)
            row += 1
            if figure.note:
                note = QLabel(figure.note)
                note.setWordWrap(True)
                set_role(note, "muted")
                self._grid.addWidget(note, row, 0, 1, 2)
                row += 1

    def show_decisions(self, decisions: Sequence[Decision]) -> None:
        """Show what is to be decided, at most SHOWN at once."""
        focused = QApplication.focusWidget()
        answering = focused is not None and self._content.isAncestorOf(focused)
        _clear(self._asked)
        self.count.setText(f"要您定的　{len(decisions)}" if decisions else "没有要您定的")
        for decision in decisions[:SHOWN]:
            self._asked.addWidget(_card(decision))
        if len(decisions) > SHOWN:
            more = QLabel(f"还有 {len(decisions) - SHOWN} 处，定了上面的再依次列出")
            set_role(more, "muted")
            self._asked.addWidget(more)
        first = self._asked.itemAt(0)
        card = first.widget() if answering and first is not None else None
        if card is not None and (button := card.findChild(QPushButton)) is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)  # who answers by key goes on with the next


def _card(decision: Decision) -> QFrame:
    frame = QFrame()
    set_role(frame, "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(8, 6, 8, 6)
    layout.setSpacing(4)
    found, asked = QLabel(decision.found), QLabel(decision.asked)
    for text in (found, asked):
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
    font = found.font()
    font.setBold(True)
    found.setFont(font)
    layout.addWidget(found)
    layout.addWidget(asked)
    row = FlowRow()
    for label, act in decision.answers:
        button = QPushButton(label)
        button.setAccessibleName(f"{decision.found} {label}")
        button.clicked.connect(lambda _=False, act=act: act())
        row.add(button)
    layout.addWidget(row)
    return frame


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    set_role(label, "heading")
    return label


def _clear(layout: QGridLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
