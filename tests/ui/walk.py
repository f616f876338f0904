"""A walk through the window with the watchdog on: what a clerk does in a morning, each act timed by itself.

The walk knows screens by their names in the navigation and asks them for things as other screens do, so that it goes
on whatever they look like. Tests hold it to the limits; `make bench` writes down its figures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTableView

from haicang_desk.model.records import Project, Stage
from haicang_desk.model.services import save
from haicang_desk.model.store import ProjectFilter, list_projects
from haicang_desk.ui.shell.application import Application
from haicang_desk.ui.shell.navigation import NAVIGATION_ITEMS
from tests.ui.watchdog import Watchdog

PATIENCE = 600.0  # seconds for what goes on behind the window
QUIET = 0.06  # seconds without work after which an act is over


@dataclass(frozen=True, slots=True)
class Act:
    """One act, in seconds: ``shown`` and ``work`` are processor time of the thread, ``longest`` is by the clock."""

    name: str
    shown: float  # until the window was painted again
    longest: float  # the longest standstill until it was at rest
    work: float  # in the longest stretch without an event


class Walk:
    """``acts`` is what was done so far. What can be done again is done ``times`` times, and the best of it kept."""

    def __init__(self, desk: Application, watchdog: Watchdog, times: int = 1) -> None:
        self.desk, self.watchdog, self.times, self.acts = desk, watchdog, times, list[Act]()
        self._edits = 0

    def do(self, name: str, act: Callable[[], object]) -> Act:
        """Do something and wait until the window is at rest again."""
        self.watchdog.start(name)
        begun = time.thread_time()
        act()
        QApplication.processEvents()
        shown = time.thread_time() - begun
        self.rest()
        self.watchdog.stop()
        self.acts.append(Act(name, shown, self.watchdog.longest, self.watchdog.most_work))
        return self.acts[-1]

    def again(self, name: str, act: Callable[[], object], before: Callable[[], object] = lambda: None) -> Act:
        """Do something several times, each after ``before``, which is not timed, and keep the best of each figure."""
        done = len(self.acts)
        for _ in range(self.times):
            before()
            self.rest()
            self.do(name, act)
        tried = self.acts[done:]
        best = Act(name, *(min(getattr(each, of) for each in tried) for of in ("shown", "longest", "work")))
        self.acts[done:] = [best]
        return best

    def rest(self) -> None:
        """Wait until timers and the worker have had their say."""
        until, quiet = time.monotonic() + PATIENCE, time.monotonic() + QUIET
        while time.monotonic() < min(quiet, until):
            QApplication.processEvents()
            time.sleep(0.002)
            if self.busy():
                quiet = time.monotonic() + QUIET

    def busy(self) -> bool:
        """Whether something goes on behind the window."""
        state = self.desk.window.state
        return (state is not None and state.jobs.busy) or (self.desk.jobs is not None and self.desk.jobs.busy)

    # the acts

    def screens(self) -> None:
        """Every screen of the navigation, first and again."""
        go, listed = self.desk.window.go, [each for each in NAVIGATION_ITEMS if each.listed]
        for each in listed:
            self.do(f"第一次看“{each.label}”", partial(go, each.name))
        for each in listed:
            self.again(
                f"再次看“{each.label}”", partial(go, each.name), before=partial(go, listed[each is listed[0]].name)
            )

    def projects(self) -> None:
        """Project pages, and the list: found, filtered, sorted, scrolled, all chosen."""
        go, year = self.desk.window.go, self._state.year
        first, second = (project.id for project in self._some(2))
        self.do("第一次打开项目", partial(go, "project", first))
        self.again("再次打开项目", partial(go, "project", second), before=partial(go, "project", first))
        self.again("回到“项目”", partial(go, "projects"), before=partial(go, "project", first))
        whole, only = ProjectFilter(year=year), ProjectFilter(year=year, stages=(Stage.DRAFT, Stage.SUBMITTED))
        for name, criteria in (
            ("查找“楼道”", ProjectFilter(year=year, text="楼道")),
            ("查找首字母", ProjectFilter(year=year, text="ldzm")),
            ("按阶段筛选", only),
        ):
            self.again(name, partial(go, "projects", criteria), before=partial(go, "projects", whole))
        self.again("不限条件", partial(go, "projects", whole), before=partial(go, "projects", only))
        table = self._table()
        down, up = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
        self.again("排序", partial(table.sortByColumn, 1, down), before=partial(table.sortByColumn, 0, up))
        bar = table.verticalScrollBar()
        self.again("翻到最后", lambda: bar.setValue(bar.maximum()), before=lambda: bar.setValue(0))
        self.again("翻到中间", lambda: bar.setValue(bar.maximum() // 2), before=lambda: bar.setValue(0))
        self.again("全选", table.selectAll, before=table.clearSelection)

    def changes(self) -> None:
        """One edit saved while each of the main screens is in sight."""
        for name in ("today", "projects", "villages"):
            self.again(f"保存一处修改（{_label(name)}）", self._edit, before=partial(self.desk.window.go, name))

    def whole_store(self) -> None:
        """What reads the whole store: the automatic backup, which is due after an edit, and the verification."""
        self.do("自动备份", self.desk.backups.back_up_now)
        self.do("核验台账", self.desk.condition.verify)

    def all(self) -> list[Act]:
        """The whole walk."""
        self.screens()
        self.projects()
        self.changes()
        self.whole_store()
        return self.acts

    @property
    def _state(self) -> Any:
        assert self.desk.window.state is not None
        return self.desk.window.state

    def _some(self, count: int) -> Iterator[Any]:
        yield from list_projects(self._state.workspace.conn, ProjectFilter(year=self._state.year), limit=count)

    def _edit(self) -> None:
        ws = self._state.workspace
        (listed,) = self._some(1)
        project = ws.get(Project, listed.id)
        self._edits += 1
        save(ws, [replace(project, need=type(project.need)(f"第 {self._edits} 次改"))], action="修改", person="测速")

    def _table(self) -> QTableView:
        """The list of projects: the tallest table in sight."""
        screen: Any = self.desk.window.current()
        return max((t for t in screen.findChildren(QTableView) if t.isVisible()), key=lambda table: table.height())


def _label(name: str) -> str:
    return next(each.label for each in NAVIGATION_ITEMS if each.name == name)
