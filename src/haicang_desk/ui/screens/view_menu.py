"""The button 存为视图: keeps the conditions in force under a name, and renames, moves or deletes those kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.saved_views import ProjectView, keep_views, own_views
from haicang_desk.ui.shell.theme import set_role
from haicang_desk.ui.widgets.filter_bar import FilterBar
from haicang_desk.ui.widgets.icons import set_icon

LONGEST = 20  # characters of a name


class ViewMenu(QToolButton):
    """Opens a menu: keep the conditions in force, and for each view kept: show, rename, move up, delete."""

    def __init__(self, state: AppState, filters: FilterBar) -> None:
        super().__init__()
        self._state, self._filter = state, filters
        self.setObjectName("views")
        self.setText("存为视图")
        self.setAccessibleName("存为视图，和已存的视图")
        self.setToolTip("把现在的条件起个名字存下来，列在左边“项目”下面，带项数")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)
        set_role(self, "chip")
        set_icon(self, "bookmark")

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        saving = menu.addAction("存下现在的条件…", self.save)
        kept = self._filter.is_set and self._filter.criteria.among is None
        saving.setEnabled(kept)
        if not kept:
            saving.setText("存下现在的条件（先加条件）")
        views = own_views(self._state.settings)
        if views:
            menu.addSeparator()
        for number, view in enumerate(views):
            sub = menu.addMenu(view.name.replace("&", "&&"))
            sub.addAction("显示", partial(self._filter.seek, view.criteria, view.name))
            sub.addAction("改成现在的条件", partial(self._change, number)).setEnabled(kept)
            sub.addAction("改名…", partial(self._rename, number))
            sub.addAction("上移", partial(self._move_up, number)).setEnabled(number > 0)
            sub.addAction("删除", partial(self._delete, number))

    def save(self) -> None:
        """Ask for a name and keep the conditions under it; a name that is taken is not overwritten."""
        views = own_views(self._state.settings)
        name = self._ask("存为视图", "视图名称", self._proposed(), {view.name for view in views})
        if name:
            keep_views(self._state, [*views, ProjectView(name, self._filter.criteria, own=True)])
            self._state.message.emit(f"已存为视图“{name}”，列在左边“项目”下面")

    def _proposed(self) -> str:
        """A name from the conditions in force."""
        chips = [chip.accessibleName().partition("：")[2] for chip in self._filter.chips()]
        return " ".join(filter(None, chips))[:LONGEST]

    def _ask(self, title: str, label: str, proposed: str, taken: set[str]) -> str:
        asked = label
        while True:
            name = " ".join((prompts.ask_text(self, title, asked, proposed) or "").split())[:LONGEST]
            if name not in taken:
                return name
            asked, proposed = f"已有视图“{name}”，请另起一个名称", name

    def _rename(self, number: int) -> None:
        views = own_views(self._state.settings)
        others = {view.name for n, view in enumerate(views) if n != number}
        if name := self._ask("改名", "视图名称", views[number].name, others):
            views[number] = replace(views[number], name=name)
            keep_views(self._state, views)

    def _change(self, number: int) -> None:
        views = own_views(self._state.settings)
        views[number] = replace(views[number], criteria=self._filter.criteria)
        keep_views(self._state, views)

    def _move_up(self, number: int) -> None:
        views = own_views(self._state.settings)
        views[number - 1 : number + 1] = reversed(views[number - 1 : number + 1])
        keep_views(self._state, views)

    def _delete(self, number: int) -> None:
        views = own_views(self._state.settings)
        gone = views.pop(number)
        keep_views(self._state, views)
        self._state.message.emit(f"已删除视图“{gone.name}”，项目没有变")
