"""Random use of the project list: it shows what the store has, and the selection stays with its rows."""

from __future__ import annotations

import lzma
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from haicang_desk.model.records import Category, Project, Stage, Village
from haicang_desk.model.services import Workspace, save
from haicang_desk.model.store import ProjectFilter, projects_with_ids, sorted_project_ids
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.projects import COLUMNS, ProjectsScreen
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.settings import Settings
from haicang_desk.ui.widgets.table import GroupRow

YEAR = Path(__file__).parents[1] / "data" / "old_stores" / "year.db.xz"
ACTS = 40


@pytest.fixture
def screen(qtbot: Any, dressed: Any, own_folder: Path) -> Iterator[ProjectsScreen]:
    """The list of a whole demonstration year."""
    store = own_folder / "year.db"
    store.write_bytes(lzma.decompress(YEAR.read_bytes()))
    with Workspace.open(store) as ws:
        settings = Settings(own_folder / "窗口.ini")
        state = AppState(ws, person="陈", settings=settings, now=lambda: datetime(2026, 11, 29, 9))
        made = ProjectsScreen(state)
        qtbot.addWidget(made)
        made.resize(1200, 700)
        made.show()
        made.look_if_stale()
        yield made
        made.retire()
        state.let_go()


class Hand:
    """Acts of a person on the list, and of others on the store."""

    def __init__(self, screen: ProjectsScreen, seed: int) -> None:
        self.screen, self.table, self.ws = screen, screen.table, screen.state.workspace
        self.by_chance = random.Random(seed)
        self.villages = {village.id: village.name for village in self.ws.all(Village)}

    def search(self) -> None:
        """Look for words."""
        self._seek(text=self.by_chance.choice(["", "ld", "社区", "gong", "2026-0", "没有的"]))

    def filter_stages(self) -> None:
        """Filter by stages."""
        self._seek(stages=tuple(self.by_chance.sample(list(Stage), self.by_chance.randrange(3))))

    def filter_villages(self) -> None:
        """Filter by villages."""
        self._seek(villages=tuple(self.by_chance.sample(list(self.villages), self.by_chance.randrange(3))))

    def clear(self) -> None:
        """Drop all conditions."""
        self.screen.filter.clear()

    def _seek(self, **conditions: Any) -> None:
        self.screen.filter.seek(replace(self.screen.filter.criteria, **conditions))

    def group(self) -> None:
        """Group in another way."""
        self.screen.group_by(self.by_chance.choice(["", "village", "stage"]))

    def fold(self) -> None:
        """Fold or unfold a group."""
        if headings := [row for row in self.rows() if isinstance(row, GroupRow)]:
            self.table.folded.emit(self.by_chance.choice(headings))

    def sort(self) -> None:
        """Sort by another column."""
        column = self.by_chance.randrange(len(COLUMNS) - 1)
        self.table.sortByColumn(column, self.by_chance.choice(list(Qt.SortOrder)))

    def select(self) -> None:
        """Select everything, one row, or some."""
        ids = [each for each in self.table.rows.ids() if each]
        how = self.by_chance.randrange(3)
        if how == 0:
            self.table.selectAll()
        elif ids:
            self.table.choose_ids(set(self.by_chance.sample(ids, min(len(ids), how * 2))))

    def scroll(self) -> None:
        """Go elsewhere in the list."""
        self.table.verticalScrollBar().setValue(self.by_chance.randrange(4000))

    def edit(self) -> None:
        """Change a draft in a way that may move it."""
        drafts = sorted_project_ids(self.ws.conn, ProjectFilter(year=2026, stages=(Stage.DRAFT, Stage.SENT_BACK)))
        project = self.ws.casefile(self.by_chance.choice(drafts)).project
        unlike: dict[str, Any] = self.by_chance.choice(
            [
                {"title": self.by_chance.choice("甲乙丙丁") + project.title[:10]},
                {"place": str(self.by_chance.randrange(99))},
                {"special": Money(self.by_chance.randrange(1, 900_000) * 100)},
                {"category": self.by_chance.choice(list(Category))},
            ]
        )
        save(self.ws, [replace(project, **unlike)], action="改", person="陈")

    def add(self) -> None:
        """Enter a project."""
        village = self.by_chance.choice(list(self.villages))
        fresh = Project(title=f"路灯{self.by_chance.randrange(99)}", fund_year=2026, village=village)  # type: ignore[arg-type]
        save(self.ws, [replace(fresh, category=Category.SERVICE)], action="新建", person="陈")

    def rows(self) -> list[Any]:
        """The rows of the table."""
        return [self.table.rows.row(number) for number in range(self.table.rows.rowCount())]

    def check(self) -> None:
        """The table shows what the store has."""
        (order, descending), grouping = self.table.rows.order, self.screen.grouping
        ids = sorted_project_ids(
            self.ws.conn, self.screen.filter.criteria, order=order, descending=descending, grouping=grouping
        )
        there = {row.id: row for row in projects_with_ids(self.ws.conn, ids)}
        folded = {row.label for row in self.rows() if isinstance(row, GroupRow) and row.folded}
        wanted = [there[each] for each in ids if self._group_of(there[each], grouping) not in folded]
        assert [row for row in self.rows() if not isinstance(row, GroupRow)] == wanted
        assert set(self.table.chosen_ids()) <= {row.id for row in wanted}

    @staticmethod
    def _group_of(row: Any, grouping: str) -> str:
        return {"": "", "village": row.village, "stage": row.stage.label}[grouping]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_list_shows_what_the_store_has_whatever_is_done(qtbot, screen, seed):
    hand = Hand(screen, seed)
    acts = [hand.search, hand.filter_stages, hand.filter_villages, hand.clear, hand.group, hand.fold, hand.sort]
    acts += [hand.select, hand.select, hand.scroll, hand.edit, hand.edit, hand.add]
    for _ in range(ACTS):
        act = hand.by_chance.choice(acts)
        before = set(hand.table.chosen_ids())
        act()
        hand.check()
        if act in (hand.sort, hand.scroll, hand.edit, hand.add):
            listed = {row.id for row in hand.rows() if not isinstance(row, GroupRow)}
            assert set(hand.table.chosen_ids()) >= before & listed, act.__name__
        if hand.by_chance.random() < 0.2:
            qtbot.wait(150)
            hand.check()
