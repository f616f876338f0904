"""Views of the project list: filters that have a name, those of the program and those that a person keeps.

They stand in the rail under 项目, each with the number of its projects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject, QTimer

from haicang_desk.model.findings import Severity
from haicang_desk.model.records import Stage
from haicang_desk.model.store import LIBRARY, ProjectFilter, count_each
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.rail import NavigationRail, SavedView
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.widgets.filter_bar import filter_kept, kept_filter

KEY = "项目/视图"
PAUSE = 250  # ms after the last change until the views are counted
WEEK = 7  # days after today
DUE_VIEW, WRONG_VIEW = "本周到期", "须纠正"  # which follow from findings
DUE = "R12"  # the rule that warns of days of delivery


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A named filter. ``own``: kept by a person, who may rename, move and delete it."""

    name: str
    criteria: ProjectFilter
    own: bool = False


def own_views(settings: Settings) -> list[ProjectView]:
    """The views that were kept, in their order; what can no longer be read is left out."""
    kept = settings.structure(KEY)
    found = []
    for each in kept if isinstance(kept, list) else ():
        name = str(each.get("name", "")).strip() if isinstance(each, dict) else ""
        criteria = filter_kept(each.get("filter")) if name else None
        if criteria is not None:
            found.append(ProjectView(name, criteria, own=True))
    return found


def keep_views(state: AppState, views: Sequence[ProjectView]) -> None:
    """Keep these views in place of those that were, and tell."""
    state.settings.keep_structure(KEY, [{"name": v.name, "filter": kept_filter(v.criteria)} for v in views])
    state.views_changed.emit()


def built_in_views(state: AppState) -> list[ProjectView]:
    """The views of the program: what is due within a week, what waits for approval, what cannot stay as it is."""
    today = state.today()
    last = (today + timedelta(days=WEEK)).isoformat()
    due, wrong = dict[str, None](), dict[str, None]()
    for found in state.findings() if state.findings_ready else ():
        if found.project_id and not found.excused_by:
            if found.rule == DUE and today.isoformat() <= str(found.limit) <= last:
                due[found.project_id] = None
            if found.severity in (Severity.BLOCK, Severity.EXCEPTION):
                wrong[found.project_id] = None
    return [
        ProjectView(DUE_VIEW, ProjectFilter(among=tuple(due))),
        ProjectView("待审批", ProjectFilter(stages=(Stage.SUBMITTED,))),
        ProjectView(WRONG_VIEW, ProjectFilter(among=tuple(wrong))),
    ]


def views_with_counts(state: AppState) -> list[SavedView]:
    """Every view with the number of its projects; views of the program that are empty are left out.

    All are counted in one reading of the list; those that name their projects need none.
    """
    views = [*built_in_views(state), *own_views(state.settings)]
    asked = [in_year(view.criteria, state.year) for view in views if view.criteria.among is None]
    counted = iter(count_each(state.workspace.conn, asked))
    counts = [next(counted) if v.criteria.among is None else len(v.criteria.among) for v in views]
    return [
        SavedView(view.name, (view.criteria, view.name), count)
        for view, count in zip(views, counts, strict=True)
        if count or view.own
    ]


def in_year(criteria: ProjectFilter, year: int) -> ProjectFilter:
    """The filter as the list applies it: within the year shown, unless it names its projects or the library."""
    of_all_years = LIBRARY in criteria.only or criteria.among is not None
    return replace(criteria, year=None if of_all_years else year)


class RailViews(QObject):
    """Shows the views in the rail and counts them anew a moment after anything has changed."""

    def __init__(self, state: AppState, rail: NavigationRail) -> None:
        super().__init__(rail)
        self._state, self._rail = state, rail
        self._found: dict[str, SavedView] = {}  # the views that follow from findings, as last known of the year
        self._year = state.year
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.look)
        for signal in (state.changed, state.year_changed, state.findings_changed, state.views_changed):
            signal.connect(self._later)
        self._later()

    def _later(self, *_: Any) -> None:
        self._pause.start()

    def look(self) -> None:
        """Count now."""
        self._pause.stop()
        views = views_with_counts(self._state)
        if self._state.year != self._year:
            self._found, self._year = {}, self._state.year
        if self._state.findings_ready:
            self._found = {view.label: view for view in views if view.label in (DUE_VIEW, WRONG_VIEW)}
        else:  # those of before stand until the findings are all known again
            views = [*self._found.values(), *views]
        self._rail.set_views("projects", views)

    def stop(self) -> None:
        """Count no more, because the store is closed."""
        self._pause.stop()
        state = self._state
        for signal in (state.changed, state.year_changed, state.findings_changed, state.views_changed):
            signal.disconnect(self._later)
        self.deleteLater()
