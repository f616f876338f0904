"""What each stage of a project took, from its records: since when, and the steps taken in it."""

from __future__ import annotations

from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import Event, Stage
from haicang_desk.model.services import step_history
from haicang_desk.ui.widgets.step_bar import STOPPED, TRACK, StageStory

_LEVELS = {Stage.DRAFT: "", Stage.CLOSED: "good", **STOPPED}


def stage_level(stage: Stage) -> str:
    """The level whose colours the pill of a stage wears."""
    return _LEVELS.get(stage, "info")


def stories_of(case: Casefile) -> dict[Stage, StageStory]:
    """What each stage of the step bar took; the steps of the main path stand at the stage at which they are taken."""
    started, done, closed = (case.first(each) for each in (Event.START, Event.COMPLETE, Event.CLOSE))
    days: dict[Stage, date | None] = {
        Stage.SUBMITTED: case.applied_on,
        Stage.APPROVED: case.approval.decided_on if case.approval else None,
        Stage.LODGED: (case.filing.lodged_on or case.filing.sent_on) if case.filing else None,
        Stage.APPOINTED: case.appointment.appointed_on if case.appointment else None,
        Stage.UNDERWAY: started.happened_on if started else None,
        Stage.COMPLETED: done.happened_on if done else None,
        Stage.CLOSED: closed.happened_on if closed else None,
    }
    days[TRACK[0]] = None
    history = step_history(case)
    taken = {stage: tuple((step.label, day) for step, day in history if _begins(step.stages, stage)) for stage in TRACK}
    return {stage: StageStory(days[stage], taken[stage]) for stage in TRACK}


def _begins(stages: tuple[Stage, ...], stage: Stage) -> bool:
    """Whether a step belongs to this point of the bar: the first of its stages that is on it."""
    return next((each for each in stages if each in TRACK), None) is stage
