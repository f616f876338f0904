"""The search line, and the filter bar of the project list with the conditions in force as removable chips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from haicang_desk.model.records import Category, Stage, Village
from haicang_desk.model.store import PROJECT_CONDITIONS, ProjectFilter
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.icons import draw_icon, set_icon
from haicang_desk.ui.widgets.layouts import FlowRow
from haicang_desk.ui.widgets.table import Table

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
        self._tables: tuple[Table, ...] = ()
        self._fit()

    def _fit(self) -> None:
        """Room for the glass, in the size of type."""
        self.setTextMargins(em(self, 1.5), 0, 0, 0)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of type."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line with a glass at its left; Qt's own place for an icon does not grow with the type."""
        super().paintEvent(event)
        side = em(self, 1.05)
        draw_icon(QPainter(self), QRectF(em(self, 0.65), (self.height() - side) / 2, side, side), "search", "muted")

    def serves(self, *tables: Table, opens: bool = True) -> None:
        """Enter opens the first row of the one of these tables that is in sight, where ``opens``; ↓ goes into it."""
        self._tables = tables
        if opens:
            self.returnPressed.connect(self._open_first)

    def _table(self) -> Table | None:
        return next((table for table in self._tables if table.isVisible() and table.rows.rowCount()), None)

    def _open_first(self) -> None:
        if self.words() and (table := self._table()) is not None:
            table.selectRow(0)
            table.opened.emit(table.rows.row(0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↓ goes into the list."""
        if event.key() == Qt.Key.Key_Down and (table := self._table()) is not None:
            table.selectRow(0)
            table.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

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


_CHOICES: tuple[tuple[str, str, str, Sequence[Any]], ...] = (  # field of the filter, label, icon, what may be chosen
    ("stages", "阶段", "milestone", tuple(Stage)),
    ("categories", "类别", "shapes", tuple(Category)),
)
WIDEST = 16_777_215  # pixels, Qt's own limit: as wide as there is room
NAMED = 3  # of the things chosen, so many are named on a chip


class FilterBar(QWidget):
    """``criteria`` are the conditions in force; ``altered`` is emitted when they change."""

    altered = Signal()
    entered = Signal()  # Enter in the search line, the words being in force
    left_down = Signal()  # ↓ in the search line

    def __init__(self, choices: Choices) -> None:
        super().__init__()
        self._choices, self.criteria, self._why = choices, ProjectFilter(), ""
        self.words = SearchLine("查找项目", "名称、编号、村居，汉字或拼音")
        self.words.criteria.connect(lambda words: self.seek(replace(self.criteria, text=words), self._why))
        self.words.returnPressed.connect(self.entered)
        self.words.installEventFilter(self)
        self._chips, self._buttons = FlowRow(), list[QToolButton]()
        self._villages = self._menu_button(Village.label, "map-pin")
        self._villages.menu().aboutToShow.connect(self._fill_villages)
        for name, label, picture, offered in _CHOICES:
            self._add_choices(name, label, picture, offered)
        self._add_only()
        self._folded = self._fold_button()
        self.right = QHBoxLayout()  # for what the screen adds at the end of the line
        self.hidden = QPushButton()
        self.hidden.setObjectName("beyond_filter")
        set_role(self.hidden, "link")
        set_icon(self.hidden, "filter", "accent")
        self.hidden.clicked.connect(lambda: self.seek(ProjectFilter(year=self.criteria.year, text=self.criteria.text)))
        self._row, self._column = QHBoxLayout(), QVBoxLayout(self)
        self._row.addWidget(self.words, 1)
        for button in (*self._buttons, self._folded):
            self._row.addWidget(button)
        self._row.addStretch(1)
        self._row.addLayout(self.right)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row)
        self._column.addWidget(self._chips)
        self.tell_hidden(0)
        self._show_chips()

    def _fold_button(self) -> QToolButton:
        """The button that holds the menus of the others where there is no room for them."""
        button = self._menu_button("筛选", "filter")
        self._buttons.remove(button)
        for each in self._buttons:
            menu = each.menu()
            menu.setTitle(each.text())
            button.menu().addMenu(menu)
        return button

    def arrange(self) -> None:
        """Chips stand in the line where they have room there, else under it; menus fold into one for want of room."""
        self.words.setMinimumWidth(em(self, 9))
        self.words.setMaximumWidth(em(self, 26))
        gap = max(self._row.spacing(), 6)
        beside = em(self, 14) + self.right.sizeHint().width() + 2 * gap
        wide = sum(button.sizeHint().width() + gap for button in self._buttons)
        folded = beside + wide > self.width()
        for button in self._buttons:
            button.setVisible(not folded)
        self._folded.setVisible(folded)
        chips = self._chips.widgets()
        needed = sum(chip.sizeHint().width() + gap for chip in chips)
        inline = beside + needed + (self._folded.sizeHint().width() if folded else wide) <= self.width()
        self._chips.setVisible(bool(chips))
        self._row.removeWidget(self._chips)
        self._column.removeWidget(self._chips)
        if inline:
            self._chips.setFixedWidth(max(needed, 1))
            self._row.insertWidget(1, self._chips)
        else:
            self._chips.setMinimumWidth(0)
            self._chips.setMaximumWidth(WIDEST)
            self._column.addWidget(self._chips)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange for the new width."""
        super().resizeEvent(event)
        self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Arrange for another size of type or other colours."""
        super().changeEvent(event)
        kinds = (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange)
        if event.type() in kinds and hasattr(self, "_column"):
            self.arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """↓ in the search line leaves it for the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
            return True
        return super().eventFilter(watched, event)

    def seek(self, criteria: ProjectFilter, why: str = "") -> None:
        """Apply conditions; ``why`` names the origin of a list of certain projects."""
        if criteria.village:
            criteria = replace(criteria, village="", villages=(criteria.village,))
        self.criteria, self._why = criteria, why
        self.words.show_words(criteria.text)
        self.tell_hidden(0)
        self._show_chips()
        self.altered.emit()

    def clear(self) -> None:
        """Drop all conditions but the year."""
        self.seek(ProjectFilter(year=self.criteria.year))

    @property
    def is_set(self) -> bool:
        """Whether any condition but the year is in force."""
        return replace(self.criteria, year=None) != ProjectFilter()

    def tell_hidden(self, count: int) -> None:
        """Say how many projects the words would find without the other conditions; 0 says nothing."""
        self.hidden.setText(f"另有 {count:,} 项不在筛选条件内，去掉条件")
        self.hidden.setAccessibleName(self.hidden.text())
        if (count > 0) is not (self.hidden in self._chips.widgets()):
            if count > 0:
                self._chips.add(self.hidden)
            else:
                self._chips.take(self.hidden)
                self.hidden.hide()
            self.arrange()

    def kept(self) -> dict[str, Any]:
        """The conditions to be remembered in the settings, without a list of certain projects."""
        return kept_filter(self.criteria)

    def take_up(self, kept: Any) -> None:
        """Apply remembered conditions as far as they are still valid."""
        if (criteria := filter_kept(kept)) is not None:
            self.seek(replace(criteria, year=self.criteria.year))

    # the buttons

    def _menu_button(self, label: str, picture: str) -> QToolButton:
        button = QToolButton()
        button.setText(label)
        button.setAccessibleName(label)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        set_role(button, "chip")
        set_icon(button, picture)
        self._buttons.append(button)
        return button

    def _add_choices(self, name: str, label: str, picture: str, choices: Sequence[Any]) -> None:
        menu = self._menu_button(label, picture).menu()
        for choice in choices:
            self._add_tick(menu, choice.label, partial(self._turn, name, choice), partial(self._holds, name, choice))

    def _add_only(self) -> None:
        menu = self._menu_button("条件", "circle-plus").menu()
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
            action.setCheckable(True)
            action.setChecked(choice.id in self.criteria.villages)
            action.triggered.connect(partial(self._turn, "villages", choice.id))

    def _holds(self, name: str, choice: Any) -> bool:
        return choice in getattr(self.criteria, name)

    def _turn(self, name: str, choice: Any, *_: object) -> None:
        chosen = getattr(self.criteria, name)
        turned = tuple(c for c in chosen if c != choice) if choice in chosen else (*chosen, choice)
        self.seek(_with(self.criteria, name, turned), self._why)

    # the chips

    def _show_chips(self) -> None:
        self._chips.take(self.hidden)
        self.hidden.hide()
        self._chips.clear()
        criteria = self.criteria
        if criteria.among is not None:
            self._chip(self._why or "指定的项目", replace(criteria, among=None))
        if criteria.villages:
            names = [self._choices.named(Village.table, village) for village in criteria.villages]
            self._chip(_joined(names), replace(criteria, villages=()))
        for name, _, _, _ in _CHOICES:
            if chosen := getattr(criteria, name):
                self._chip(_joined([choice.label for choice in chosen]), _with(criteria, name, ()))
        for only in criteria.only:
            others = tuple(o for o in criteria.only if o != only)
            self._chip(PROJECT_CONDITIONS[only][0], replace(criteria, only=others))
        if replace(criteria, year=None, text="") != ProjectFilter():  # the words are cleared where they stand
            clear = QPushButton("清除全部条件")
            clear.setAccessibleName("清除全部条件")
            set_role(clear, "quiet")
            clear.clicked.connect(self.clear)
            self._chips.add(clear)
        self.arrange()

    def chips(self) -> list[QPushButton]:
        """The conditions in force as buttons that take them away, and the one that takes all away."""
        chips = (widget for widget in self._chips.widgets() if widget is not self.hidden)
        return [chip for chip in chips if isinstance(chip, QPushButton)]

    def _chip(self, label: str, without: ProjectFilter) -> None:
        chip = QPushButton(label)
        chip.setAccessibleName(f"去掉条件：{label}")
        chip.setToolTip("点一下去掉这个条件")
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the words
        set_role(chip, "chip_on")
        set_icon(chip, "x", "accent")
        chip.clicked.connect(lambda: self.seek(without, self._why if without.among is not None else ""))
        self._chips.add(chip)


def kept_filter(criteria: ProjectFilter) -> dict[str, Any]:
    """Conditions as JSON may hold them, without the year and without a list of certain projects."""
    return {
        "text": criteria.text,
        "villages": list(criteria.villages or (criteria.village and (criteria.village,)) or ()),
        "stages": [stage.code for stage in criteria.stages],
        "categories": [category.code for category in criteria.categories],
        "only": list(criteria.only),
    }


def filter_kept(kept: Any) -> ProjectFilter | None:
    """The conditions of ``kept_filter`` as far as they are still valid; None where it is something else."""
    if not isinstance(kept, dict) or not set(kept) <= {field.name for field in fields(ProjectFilter)}:
        return None
    villages = kept.get("villages") or (kept.get("village") and [kept["village"]]) or ()
    return ProjectFilter(
        text=str(kept.get("text", "")),
        villages=tuple(str(village) for village in villages),
        stages=tuple(stage for stage in Stage if stage.code in kept.get("stages", ())),
        categories=tuple(category for category in Category if category.code in kept.get("categories", ())),
        only=tuple(name for name in PROJECT_CONDITIONS if name in kept.get("only", ())),
    )


def _joined(names: Sequence[str]) -> str:
    """The things chosen, the first of them by name."""
    return "、".join(names[:NAMED]) + (f"等 {len(names)} 个" if len(names) > NAMED else "")


def _with(criteria: ProjectFilter, name: str, choices: tuple[Any, ...]) -> ProjectFilter:
    turned: dict[str, Any] = {name: choices}
    return replace(criteria, **turned)
