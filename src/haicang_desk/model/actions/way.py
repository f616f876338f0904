"""The way of a project: the steps of the workflow chart, each with the day it was taken."""

from __future__ import annotations

from datetime import date
from typing import Any

from haicang_desk.model.casefile import BELONGS, Casefile
from haicang_desk.model.records import Project
from haicang_desk.model.workflow import PATH, STEPS, Step


def way_of(case: Casefile) -> list[tuple[Step, date | None]]:
    """The steps of a project that goes well, each with the day it was last taken; None for those still ahead.

    A step that moves the stage is ahead again where the project was sent back behind it. 条文：C072
    """
    found: list[tuple[Step, date | None]] = []
    behind = True
    for step in map(STEPS.__getitem__, PATH):
        behind = behind and not (step.moves and case.stage in step.source)
        found.append((step, _taken(case, step) if behind or not step.moves else None))
    return found


def _taken(case: Casefile, step: Step) -> date | None:
    held: tuple[Any, ...] = (case.project,) if step.puts is Project else getattr(case, BELONGS[step.puts])
    days = [
        day
        for record in held
        if all(getattr(record, name) == value for name, value in step.preset.items() if name != "percent")
        and (day := getattr(record, step.dated))
    ]
    return max(days, default=None)
