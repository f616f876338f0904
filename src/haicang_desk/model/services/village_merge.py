"""Merging of two villages that are one: everything that hangs on the one goes to the other, as one change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from haicang_desk.model.records import RECORDS, Link, Project, Record, Village
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import read_voided
from haicang_desk.model.values import Refused, matching_form

FIGURES = ("kind", "quota", "payee", "bank", "account", "has_elders")  # that a person must settle where both differ


@dataclass(frozen=True, slots=True)
class VillageMerge:
    """What a merge would do: the village as it will be, the one that will be void, the records that change village.

    ``conflicts`` say in Chinese what must be settled first; while there is one, nothing is merged.
    """

    kept: Village
    gone: Village
    moved: tuple[Record, ...]
    conflicts: tuple[str, ...]

    @property
    def summary(self) -> str:
        """What goes over to the village that is kept, by kind of record: 项目 3 条、征集 2 条."""
        counts = {cls.label: sum(type(record) is cls and not record.void for record in self.moved) for cls in RECORDS}
        return "、".join(f"{label} {count} 条" for label, count in counts.items() if count) or "没有所属的记录"


def village_merge(ws: Workspace, kept: Village, gone: Village) -> VillageMerge:
    """What merging ``gone`` into ``kept`` would do. Raises Refused for a village merged with itself."""
    if kept.id == gone.id:
        raise Refused("请选两个不同的村居")
    moved = tuple(replace(record, village=Link(kept.id)) for record in _belonging(ws, gone))
    filled: dict[str, Any] = {
        name: value
        for name in Village.fields
        if getattr(kept, name) in (None, "") and (value := getattr(gone, name)) not in (None, "")
    }
    return VillageMerge(replace(kept, **filled), gone, moved, (*_figures_apart(kept, gone), *_twins(ws, kept, gone)))


def merge_villages(ws: Workspace, kept: Village, gone: Village, *, person: str) -> VillageMerge:
    """Move everything of ``gone`` to ``kept``, fill in what ``kept`` lacks and mark ``gone`` void, in one change.

    Papers that were issued keep the village that they were issued for. Undo takes all of it back. Raises Refused, with
    nothing changed, where figures of the two contradict each other or both have a project of one name and year, and
    ChangedMeanwhile where either village is no longer as given.
    """
    merge = village_merge(ws, kept, gone)
    if merge.conflicts:
        raise Refused(
            f"“{gone.name}”没有并入“{kept.name}”：{'；'.join(merge.conflicts)}。没有改动任何内容，请先改成一致"
        )
    with ws.change(f"村居合并：“{gone.name}”并入“{kept.name}”（{merge.summary}）", actor=person) as change:
        for record in merge.moved:
            change.save(record)
        change.save(merge.kept, expected=kept)
        change.save(replace(gone, void=True), expected=gone)
    return merge


def _belonging(ws: Workspace, village: Village) -> list[Any]:
    """The records that name a village, void ones too: nothing may go on naming a village that is void."""
    found: list[Any] = []
    for cls in RECORDS:
        if "village" in cls.fields:
            found += ws.all(cls, village=village.id)
            found += (record for record in read_voided(ws.conn, cls) if getattr(record, "village", "") == village.id)
    return found


def _figures_apart(kept: Village, gone: Village) -> Sequence[str]:
    apart = []
    for name in FIGURES:
        field, ours, theirs = Village.fields[name], getattr(kept, name), getattr(gone, name)
        if ours not in (None, "") and theirs not in (None, "") and ours != theirs:
            apart.append(f"{field.label}不一致（{kept.name}：{field.show(kept)}，{gone.name}：{field.show(gone)}）")
    return apart


def _twins(ws: Workspace, kept: Village, gone: Village) -> Sequence[str]:
    """Projects of one name and year in both villages, which would then be indistinguishable."""
    ours = {(p.fund_year, matching_form(p.title)): p for p in ws.all(Project, village=kept.id)}
    return [
        f"{project.fund_year} 年度两处都有项目“{project.title}”（{twin.code}、{project.code}），请先改名或作废其中一个"
        for project in ws.all(Project, village=gone.id)
        if (twin := ours.get((project.fund_year, matching_form(project.title)))) is not None
    ]
