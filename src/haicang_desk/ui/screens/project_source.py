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
    sort_keys,
    sorted_project_ids,
)
from haicang_desk.model.values import Money
from haicang_desk.ui.widgets.table import GroupRow

SUMMED = ("total", "special", "approved_special", "disbursed", "undisbursed")  # what the heading of a group shows
FEW = 20  # projects changed at once, up to which the list is not read again


def yuan(amount: Money) -> str:
    """An amount in yuan as lists show it: without fen where there are none."""
    return str(amount).removesuffix(".00")


class ProjectSource:
    """Rows of projects, page by page from the store.

    The ids of all rows are fetched once, and pages cut from them: an OFFSET far down the list reads all that stands
    before it. Of a whole year the first page is read by itself, so that it is there at once; where conditions leave few
    rows, one reading of the list gives both. With ``grouping``, a key of GROUPINGS, each group has a heading with its
    sums; those in ``folded`` only that. ``order``: what the rows will be sorted by, and whether from the greatest down.
    """

    def __init__(
        self,
        workspace: Workspace,
        criteria: ProjectFilter,
        *,
        order: tuple[str, bool] = ("code", False),
        grouping: str = "",
        folded: Collection[str] = (),
    ) -> None:
        self._ws, self._criteria, self._order = workspace, criteria, (order[0] or "code", order[1])
        self._grouping, self._folded = grouping if grouping in GROUPINGS else "", folded
        self._whole_year = criteria == ProjectFilter(year=criteria.year) and not self._grouping
        self._count: int | None = None
        self._ids: dict[tuple[str, bool], list[str]] = {}
        self._groups: list[ProjectGroup] = []
        self._headings: dict[int, GroupRow] = {}

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
        if self._count is None:
            if self._whole_year:
                self._count = count_projects(self._ws.conn, self._criteria)
            else:
                self._count = len(self.ids(*self._order))
        return self._count

    def page(self, order: str, descending: bool, offset: int, limit: int) -> Sequence[Any]:
        """A page of rows in the order asked for."""
        order = order or "code"
        if self._whole_year and offset == 0 and (order, descending) not in self._ids:
            return list_projects(self._ws.conn, self._criteria, order=order, descending=descending, limit=limit)
        ids = self.ids(order, descending)[offset : offset + limit]
        rows = {row.id: row for row in projects_with_ids(self._ws.conn, [each for each in ids if each])}
        found = (rows.get(each) if each else self._headings.get(offset + place) for place, each in enumerate(ids))
        return [row for row in found if row is not None]

    def ids(self, order: str, descending: bool) -> Sequence[str]:
        """The ids of all rows in the order asked for, "" for the heading of a group."""
        key = (order or "code", descending)
        if key not in self._ids:
            ids = sorted_project_ids(
                self._ws.conn, self._criteria, order=key[0], descending=descending, grouping=self._grouping
            )
            self._ids = {key: self._with_headings(ids) if self._grouping else ids}
        return self._ids[key]

    def _with_headings(self, ids: Sequence[str]) -> list[str]:
        if not self._groups:
            self._groups = group_projects(self._ws.conn, self._criteria, self._grouping)
        rest, found = iter(ids), list[str]()
        self._headings = {}
        for group in self._groups:
            folded = group.key in self._folded
            figures = {name: yuan(getattr(group, name)) for name in SUMMED}
            self._headings[len(found)] = GroupRow(group.label, group.count, group.key, folded, figures)
            found.append("")
            members = list(islice(rest, group.count))
            if not folded:
                found += members
        return found

    def follow(self, changed: Collection[str]) -> bool:
        """Whether every row is still in its place after a change of a few projects: none came, went or moved.

        Asked of the store by their ids alone; the list is not read again. A list of which only the first page was read
        does not know.
        """
        if self._grouping or not self._ids or len(changed) > FEW:
            return False
        ((key, ids),) = self._ids.items()
        places = {each: ids.index(each) for each in changed if each in ids}
        beside = {ids[n] for place in places.values() for n in (place - 1, place, place + 1) if 0 <= n < len(ids)}
        keys = sort_keys(self._ws.conn, self._criteria, [*beside, *changed], key[0])
        if any((each in keys) is not (each in places) for each in changed):
            return False
        return all(
            _ordered(keys.get(ids[n]), keys.get(ids[n + 1]), descending=key[1])
            for place in places.values()
            for n in (place - 1, place)
            if 0 <= n < len(ids) - 1
        )


def _ordered(one: Any, other: Any, *, descending: bool) -> bool:
    """Whether two rows that stand together may stand so; equal ones are by id in either direction."""
    if one is None or other is None:
        return False
    if one[:2] == other[:2]:
        return bool(one[2] < other[2])
    return bool(one > other if descending else one < other)
