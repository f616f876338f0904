"""Rows of the project list as the store gives them: page by page, and grouped by village or stage with sums."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any

from haicang_desk.model.services import Workspace
from haicang_desk.model.store import (
    GROUPINGS,
    ProjectFilter,
    ProjectGroup,
    count_projects,
    group_projects,
    list_projects,
    projects_with_ids,
    sorted_project_ids,
)
from haicang_desk.model.values import Money
from haicang_desk.ui.widgets.table import GroupRow


def yuan(amount: Money) -> str:
    """An amount in yuan as lists show it: without fen where there are none."""
    return str(amount).removesuffix(".00")


class ProjectSource:
    """Rows of projects, page by page from the store.

    The first page is read by itself, so that it is there at once. The ids of all are fetched once, when more is asked
    for than that, and further pages are cut from them: an OFFSET far down the list reads all that stands before it.
    With ``grouping``, a key of GROUPINGS, each group has a heading with its sums; those in ``folded`` only that.
    """

    def __init__(
        self, workspace: Workspace, criteria: ProjectFilter, *, grouping: str = "", folded: Collection[str] = ()
    ) -> None:
        self._ws, self._criteria = workspace, criteria
        self._grouping, self._folded = grouping if grouping in GROUPINGS else "", folded
        self._ids: dict[tuple[str, bool], Sequence[str]] = {}
        self._groups: list[ProjectGroup] = []
        self._headings: dict[tuple[str, bool], dict[int, GroupRow]] = {}

    @property
    def grouped(self) -> bool:
        """Whether some rows are headings of groups."""
        return bool(self._grouping)

    @property
    def criteria(self) -> ProjectFilter:
        """The filter that the rows pass."""
        return self._criteria

    def count(self) -> int:
        """The number of rows."""
        if not self._grouping:
            return count_projects(self._ws.conn, self._criteria)
        self._groups = group_projects(self._ws.conn, self._criteria, self._grouping)
        shown = sum(group.count for group in self._groups if group.key not in self._folded)
        return shown + len(self._groups)

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[Any]:
        """A page of rows in the order asked for."""
        order = order or "code"
        if not self._grouping and offset == 0 and (order, descending) not in self._ids:
            return list_projects(self._ws.conn, self._criteria, order=order, descending=descending, limit=limit)
        ids = self.ids(order, descending)[offset : offset + limit]
        rows = {row.id: row for row in projects_with_ids(self._ws.conn, [each for each in ids if each])}
        headings = self._headings.get((order, descending), {})
        found = (rows.get(each) if each else headings.get(offset + place) for place, each in enumerate(ids))
        return [row for row in found if row is not None]

    def ids(self, order: str, descending: bool) -> Sequence[str]:
        """The ids of all rows in the order asked for, "" for the heading of a group."""
        key = (order or "code", descending)
        if key not in self._ids:
            ids = sorted_project_ids(
                self._ws.conn, self._criteria, order=key[0], descending=descending, grouping=self._grouping
            )
            self._ids = {key: self._with_headings(key, ids) if self._grouping else ids}
        return self._ids[key]

    def _with_headings(self, key: tuple[str, bool], ids: Sequence[str]) -> list[str]:
        rest, found, headings = iter(ids), list[str](), dict[int, GroupRow]()
        for group in self._groups:
            figures = {
                name: yuan(getattr(group, name))
                for name in ("total", "special", "approved_special", "disbursed", "undisbursed")
            }
            folded = group.key in self._folded
            headings[len(found)] = GroupRow(group.label, group.count, group.key, folded, figures)
            found.append("")
            members = list(islice(rest, group.count))
            if not folded:
                found += members
        self._headings = {key: headings}
        return found
