"""The search line, and the filter bar of the project list with the conditions in force as removable chips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from haicang_desk.model.records import Category, Project, QuarterLine, Stage, Village
from haicang_desk.model.store import PROJECT_CONDITIONS, ProjectFilter
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.layouts import FlowRow

PAUSE = 120  # ms after the last key


class SearchLine(QLineEdit):
    """A search field that emits ``criteria`` with its words after a short pause in typing, when they have changed."""

    criteria = Signal(str)

    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__()
        self._last_words = ""
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName("清除查找内容")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._ask)
        self.textEdited.connect(lambda _: self._pause.start())
        self.textChanged.connect(self._on_cleared)
        self.returnPressed.connect(self._ask)

    def words(self) -> str:
        """The words entered."""
        return self.text().strip()

    def show_words(self, words: str) -> None:
        """Show words that are already in force."""
        self._last_words = words
        if self.words() != words:
            self.setText(words)

    def _on_cleared(self, text: str) -> None:
        """The button that clears the line edits nothing by keys."""
        if not text:
            self._pause.start()

    def _ask(self) -> None:
        self._pause.stop()
        if self.words() != self._last_words:
            self._last_words = self.words()
            self.criteria.emit(self._last_words)


_CHOICES: tuple[tuple[str, str, Sequence[Any]], ...] = (
    ("stages", QuarterLine.fields["stage"].label, tuple(Stage)),
    ("categories", Project.fields["category"].label, tuple(Category)),
)


class FilterBar(QWidget):
    """``criteria`` are the conditions in force; ``altered`` is emitted when they change."""

    altered = Signal()

    def __init__(self, choices: Choices) -> None:
        super().__init__()
        self._choices, self.criteria, self._why = choices, ProjectFilter(), ""
        self.words = SearchLine("查找项目", "项目名称、编号、村居，或拼音首字母，如 ldzm")
        self.words.setMinimumWidth(em(self, 8))
        self.words.criteria.connect(lambda words: self.seek(replace(self.criteria, text=words), self._why))
        self._row = QHBoxLayout()
        self._row.addWidget(self.words, 1)
        self._villages = self._menu_button(Village.label)
        self._villages.menu().aboutToShow.connect(self._fill_villages)
        for name, label, offered in _CHOICES:
            self._add_choices(name, label, offered)
        self._add_only()
        self._row.addStretch(1)
        self._chips = FlowRow()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._row)
        layout.addWidget(self._chips)
        self._show_chips()

    def seek(self, criteria: ProjectFilter, why: str = "") -> None:
        """Apply conditions; ``why`` names the origin of a list of certain projects."""
        self.criteria, self._why = criteria, why
        self.words.show_words(criteria.text)
        self._show_chips()
        self.altered.emit()

    def clear(self) -> None:
        """Drop all conditions but the year."""
        self.seek(ProjectFilter(year=self.criteria.year))

    def kept(self) -> dict[str, Any]:
        """The conditions to be remembered in the settings, without a list of certain projects."""
        criteria = self.criteria
        return {
            "text": criteria.text,
            "village": criteria.village,
            "stages": [stage.code for stage in criteria.stages],
            "categories": [category.code for category in criteria.categories],
            "only": list(criteria.only),
        }

    def take_up(self, kept: Any) -> None:
        """Apply remembered conditions as far as they are still valid."""
        if not isinstance(kept, dict) or not set(kept) <= {field.name for field in fields(ProjectFilter)}:
            return
        self.seek(
            replace(
                self.criteria,
                text=str(kept.get("text", "")),
                village=str(kept.get("village", "")),
                stages=tuple(stage for stage in Stage if stage.code in kept.get("stages", ())),
                categories=tuple(category for category in Category if category.code in kept.get("categories", ())),
                only=tuple(name for name in PROJECT_CONDITIONS if name in kept.get("only", ())),
            )
        )

    # the buttons

    def _menu_button(self, label: str) -> QToolButton:
        button = QToolButton()
        button.setText(label)
        button.setAccessibleName(label.partition("(")[0])
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        self._row.addWidget(button)
        return button

    def _add_choices(self, name: str, label: str, choices: Sequence[Any]) -> None:
        menu = self._menu_button(label).menu()
        for choice in choices:
            self._add_tick(menu, choice.label, partial(self._turn, name, choice), partial(self._holds, name, choice))

    def _add_only(self) -> None:
        menu = self._menu_button("更多条件").menu()
        for name, (label, _) in PROJECT_CONDITIONS.items():
            self._add_tick(menu, label, partial(self._turn, "only", name), partial(self._holds, "only", name))

    def _add_tick(self, menu: QMenu, label: str, act: Callable[[], None], holds: Callable[[], bool]) -> None:
        action = QAction(label, menu)
        action.setCheckable(True)
        action.triggered.connect(lambda _: act())
        menu.aboutToShow.connect(lambda: action.setChecked(holds()))
        menu.addAction(action)

    def _fill_villages(self) -> None:
        menu = self._villages.menu()
        menu.clear()
        for choice in self._choices.villages():
            action = menu.addAction(choice.label)
            action.triggered.connect(partial(self._take_village, choice.id))

    def _take_village(self, village: str, *_: object) -> None:
        self.seek(replace(self.criteria, village=village))

    def _holds(self, name: str, choice: Any) -> bool:
        return choice in getattr(self.criteria, name)

    def _turn(self, name: str, choice: Any) -> None:
        chosen = getattr(self.criteria, name)
        turned = tuple(c for c in chosen if c != choice) if choice in chosen else (*chosen, choice)
        self.seek(_with(self.criteria, name, turned))

    # the chips

    def _show_chips(self) -> None:
        self._chips.clear()
        criteria = self.criteria
        if criteria.text:
            self._chip(f"含“{criteria.text}”", replace(criteria, text=""))
        if criteria.village:
            self._chip(self._choices.named("village", criteria.village), replace(criteria, village=""))
        for name, _, _ in _CHOICES:
            for choice in getattr(criteria, name):
                others = tuple(c for c in getattr(criteria, name) if c != choice)
                self._chip(choice.label, _with(criteria, name, others))
        for only in criteria.only:
            self._chip(
                PROJECT_CONDITIONS[only][0], replace(criteria, only=tuple(o for o in criteria.only if o != only))
            )
        if criteria.among is not None:
            self._chip(self._why or "指定的项目", replace(criteria, among=None))
        if self._chips.widgets():
            clear = QPushButton("清除全部条件")
            set_role(clear, "quiet")
            clear.clicked.connect(self.clear)
            self._chips.add(clear)
        self._chips.setVisible(bool(self._chips.widgets()))

    def _chip(self, label: str, without: ProjectFilter) -> None:
        chip = QPushButton(f"{label}　✕")
        chip.setAccessibleName(f"去掉条件：{label}")
        chip.setToolTip("点一下去掉这个条件")
        set_role(chip, "chip")
        chip.clicked.connect(lambda: self.seek(without, self._why if without.among is not None else ""))
        self._chips.add(chip)


def _with(criteria: ProjectFilter, name: str, choices: tuple[Any, ...]) -> ProjectFilter:
    turned: dict[str, Any] = {name: choices}
    return replace(criteria, **turned)
