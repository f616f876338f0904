"""What is to be looked at on papers just printed or saved, above the screen until it is read or the next ones come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.theme import em, set_role

NAMED = 3  # papers named for one note
LONG = 110  # characters of a note in the band
SHOWN = 2  # notes that stand in the band; the others come with its button


class OutcomeBand(QFrame):
    """A band with the notes of papers; equal notes stand once, with the papers that they are about."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("outcome")
        self.setProperty("level", "warn")
        self.setAccessibleName("印好的文书要留意的地方")
        self._text = QLabel()
        self._text.setObjectName("outcome_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setProperty("level", "warn")
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._all = QPushButton()
        self._all.setObjectName("all_notes")
        self._read = QPushButton("知道了")
        self._read.setObjectName("notes_read")
        self._read.setAccessibleName("知道了，收起提示")
        for button in (self._all, self._read):
            set_role(button, "link")
        self._all.clicked.connect(self._show_all)
        self._read.clicked.connect(self.hide)
        self._lines: list[str] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(em(self, 0.8), em(self, 0.3), em(self, 0.6), em(self, 0.3))
        row.addWidget(self._text, 1)
        row.addWidget(self._all, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._read, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_notes(self, notes: Sequence[tuple[str, str]]) -> None:
        """Show notes, each with the title of its paper before it; hide where there are none."""
        titles: dict[str, list[str]] = {}
        for title, note in notes:
            titles.setdefault(note, []).append(title)
        self._lines = [f"{_named(of, len(of))}：{note}" for note, of in titles.items()]
        short = [_cut(f"{_named(of, NAMED)}：{note}") for note, of in titles.items()][:SHOWN]
        self._text.setText("\n".join(short))
        self._all.setText(f"看全部 {len(self._lines)} 条" if len(self._lines) > 1 else "看全部")
        self._all.setAccessibleName(self._all.text())
        self._all.setVisible(short != self._lines)
        self.setVisible(bool(short))

    def _show_all(self) -> None:
        prompts.tell(
            self.window(), "要留意的地方", "\n".join(map(_cut, self._lines[:SHOWN])), more="\n\n".join(self._lines)
        )


def _named(titles: Sequence[str], most: int) -> str:
    more = f"等 {len(titles)} 份" if len(titles) > most else ""
    return "、".join(titles[:most]) + more


def _cut(line: str) -> str:
    return line if len(line) <= LONG else f"{line[:LONG]}……"
