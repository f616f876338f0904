"""The step history of a project: steps taken, steps ahead, and steps ahead again after a return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import Approval, Conclusion, Filing, Link, Notice, NoticeKind, Project, Village
from haicang_desk.model.services import step_history
from haicang_desk.model.workflow import MAIN_PATH

FILED, DECIDED = date(2018, 9, 3), date(2018, 9, 5)


def done(case: Casefile) -> dict[str, date]:
    return {step.name: day for step, day in step_history(case) if day}


def test_the_history_lists_the_steps_of_the_main_path():
    way = step_history(Casefile(project=Project(), village=Village()))
    assert [step.name for step, _ in way] == list(MAIN_PATH)
    assert {day for _, day in way} == {None}


def test_each_step_has_the_day_it_was_last_taken():
    notices = tuple(Notice(kind=NoticeKind.PROJECT, posted_on=date(2018, 8, day)) for day in (1, 20))
    case = Casefile(
        project=Project(submitted_on=FILED),
        village=Village(),
        notices=notices,
        approvals=(Approval(project=Link("p"), conclusion=Conclusion.AGREE, decided_on=DECIDED),),
        filings=(Filing(project=Link("p"), sent_on=date(2018, 9, 6)),),
    )
    assert done(case) == {
        "post": date(2018, 8, 20),
        "submit": FILED,
        "approve": DECIDED,
        "send": date(2018, 9, 6),
    }


def test_a_project_sent_back_has_its_filing_ahead_again():
    case = Casefile(
        project=Project(submitted_on=FILED),
        village=Village(),
        approvals=(Approval(project=Link("p"), conclusion=Conclusion.SEND_BACK, decided_on=DECIDED),),
    )
    assert done(case) == {}
    approved = replace(case, approvals=(Approval(conclusion=Conclusion.AGREE, decided_on=DECIDED),))
    withdrawn = Approval(conclusion=Conclusion.WITHDRAW, decided_on=date(2018, 9, 7))
    assert done(replace(case, approvals=(*approved.approvals, withdrawn))) == {}
