"""The first-run guide: begin a ledger in five steps, open one, restore a backup, or look at the sample.

Enter goes on, Alt+← goes back. What was typed is kept, so that a guide that was closed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QWidget

from haicang_desk.ui.shell.first_run_pages import (
    NEW,
    WAYS,
    GuidePage,
    OfficePage,
    StreetPage,
    SummaryPage,
    VillagesPage,
    WaysPage,
)
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Pill
from haicang_desk.ui.widgets.dialogs import DeskDialog

if TYPE_CHECKING:
    from haicang_desk.ui.shell.settings import Settings

DRAFT = "开始使用/草稿"  # setting: what was typed in a guide that was not finished
PAUSE = 1500  # ms after the last key before the draft is written


@dataclass(frozen=True, slots=True)
class FirstRunChoice:
    """What the person chose: the way to begin, and for a new store all that it starts from."""

    way: str
    path: Path | None = None
    street: str = ""
    year: int = 0
    person: str = ""
    villages: tuple[str, ...] = ()
    post: str = ""
    second: Path | None = None  # a second place for backups


class FirstRunGuide(DeskDialog):
    """The guide. Only a new store takes more than one step."""

    def __init__(
        self, parent: QWidget, today: date, person: str, *, way: str = NEW, settings: Settings | None = None
    ) -> None:
        super().__init__(parent, "开始使用", "", wide=50)
        self._kept = settings
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.keep)
        self.ways, self.street, self.villages = WaysPage(way), StreetPage(today), VillagesPage()
        self.office = OfficePage(person, lambda: self.street.street.text())
        self.summary = SummaryPage(self.wish)
        self.pages: tuple[GuidePage, ...] = (self.ways, self.street, self.villages, self.office, self.summary)
        self._steps = [Pill(f"{number} {page.name}") for number, page in enumerate(self.pages, 1)]
        row = QHBoxLayout()
        row.setSpacing(em(self, 0.5))
        for step in self._steps:
            row.addWidget(step)
        row.addStretch(1)
        self.page.addLayout(row)
        self._heading, self._note = QLabel(), QLabel()
        set_role(self._heading, "heading")
        set_role(self._note, "muted")
        self._note.setWordWrap(True)
        self.page.addSpacing(em(self, 0.4))
        self.page.addWidget(self._heading)
        self.page.addWidget(self._note)
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
            page.edited.connect(lambda: self._pause.start())
            page.forward.connect(self.go_on)
        self.page.addWidget(self.stack, 1)
        self._fault = QLabel()
        self._fault.setWordWrap(True)
        set_role(self._fault, "fault")
        self.under.addWidget(self._fault)
        self.back = self.add_button("上一步(&B)", self.go_back, name="back", tip="Alt+←")
        self.buttons.addStretch(1)
        self.add_button("取消(&C)", self.reject, name="cancel", tip="Esc")
        self.next = self.add_button("下一步(&N)", self.go_on, role="primary", name="next", tip="回车")
        QShortcut(QKeySequence("Alt+Left"), self).activated.connect(self.go_back)  # also from within a line of text
        self._take_up()
        self._show(0)

    # steps

    @property
    def step(self) -> int:
        """The number of the page in sight, from 0."""
        return self.stack.currentIndex()

    def go_on(self) -> None:
        """The next step, or the end; what is missing is said in place."""
        page = self.pages[self.step]
        fault = page.fault()
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        if fault:
            self.grow()
            page.take_hand()
            return
        if self.ways.way != NEW or self.step == len(self.pages) - 1:
            self.forget()
            self.accept()
            return
        self.keep()
        self._show(self.step + 1)

    def go_back(self) -> None:
        """The step before."""
        if self.step:
            self._show(self.step - 1)

    def _show(self, number: int) -> None:
        page = self.pages[number]
        page.begin()
        self.stack.setCurrentIndex(number)
        self._fault.hide()
        self._heading.setText(page.heading)
        self._note.setText(page.note)
        self.back.setVisible(number > 0)
        last = number == len(self.pages) - 1
        self.next.setText("建立台账(&N)" if last else "下一步(&N)")
        self.next.setAccessibleName("建立台账" if last else "下一步")
        for place, step in enumerate(self._steps):
            mark = "good" if place < number else "info" if place == number else ""
            step.show_word(f"{'✓' if place < number else place + 1} {self.pages[place].name}", mark)
        page.take_hand()
        self.grow()

    def wish(self) -> FirstRunChoice:
        """What was chosen."""
        if self.ways.way != NEW:
            return FirstRunChoice(self.ways.way)
        return FirstRunChoice(
            NEW,
            self.office.path(),
            self.street.street.text().strip(),
            self.street.year.value(),
            self.office.person_named(),
            self.villages.names(),
            self.office.post.currentText().strip(),
            self.office.second_place(),
        )

    # what was typed before

    def keep(self) -> None:
        """Keep what is typed, for a guide that is closed or killed."""
        self._pause.stop()
        if self._kept is not None and self.ways.way == NEW:
            typed = {name: text for page in self.pages for name, text in page.typed().items()}
            if any(typed.values()):
                self._kept.keep_structure(DRAFT, typed)
                self._kept.flush()

    def forget(self) -> None:
        """The guide is finished: nothing is left to go on with."""
        self._pause.stop()
        if self._kept is not None:
            self._kept.forget_name(DRAFT)

    def _take_up(self) -> None:
        typed: Any = self._kept.structure(DRAFT) if self._kept is not None else None
        if isinstance(typed, Mapping):
            for page in self.pages:
                page.take_up({str(name): str(text) for name, text in typed.items()})

    def reject(self) -> None:
        """Close; what was typed is there the next time."""
        self.keep()
        super().reject()


__all__ = ["NEW", "WAYS", "FirstRunChoice", "FirstRunGuide"]
