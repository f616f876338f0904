"""A project at every stage, as its records put it there."""

from __future__ import annotations

from haicang_desk.model.records import Conclusion, Stage
from haicang_desk.model.records import Event as ProgressEvent
from tests.model.rules.asking import appointment, approval, day, filing, progress

FILED = {"submitted_on": day("2018-08-20")}
AGREED = {**FILED, "approvals": (approval("2018-09-03"),)}
LODGED = {**AGREED, "filings": (filing(),)}
SET = {**LODGED, "appointments": (appointment(),)}
START, DONE, CLOSED, ENDED = (
    progress(event, on)
    for event, on in (
        (ProgressEvent.START, "2018-09-21"),
        (ProgressEvent.COMPLETE, "2018-11-30"),
        (ProgressEvent.CLOSE, "2018-12-20"),
        (ProgressEvent.TERMINATE, "2018-12-21"),
    )
)
AT = {
    Stage.DRAFT: {},
    Stage.SUBMITTED: FILED,
    Stage.SENT_BACK: {**FILED, "approvals": (approval(conclusion=Conclusion.SEND_BACK),)},
    Stage.REJECTED: {**FILED, "approvals": (approval(conclusion=Conclusion.REJECT),)},
    Stage.WITHDRAWN: {**FILED, "approvals": (approval(conclusion=Conclusion.WITHDRAW),)},
    Stage.APPROVED: AGREED,
    Stage.LODGED: LODGED,
    Stage.APPOINTED: SET,
    Stage.UNDERWAY: {**SET, "progress": (START,)},
    Stage.COMPLETED: {**SET, "progress": (START, DONE)},
    Stage.CLOSED: {**SET, "progress": (START, DONE, CLOSED)},
    Stage.TERMINATED: {**SET, "progress": (START, ENDED)},
}
