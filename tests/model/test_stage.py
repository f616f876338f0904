"""A project's stage follows from its records (contract §3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.records import Conclusion, FilingResult, Stage
from haicang_desk.model.records import Event as ProgressEvent
from tests.model.rules.asking import appointment, approval, case, day, filing, progress

FILED = {"submitted_on": day("2018-08-20")}
AGREE, BACK, REJECT, WITHDRAW = Conclusion.AGREE, Conclusion.SEND_BACK, Conclusion.REJECT, Conclusion.WITHDRAW


def decided(*conclusions: Conclusion, on: str = "2018-08-25", **said):
    return {"approvals": tuple(approval(on, conclusion=each, **said) for each in conclusions)}


START, COMPLETE, CLOSE = (
    progress(event, on)
    for event, on in (
        (ProgressEvent.START, "2018-09-21"),
        (ProgressEvent.COMPLETE, "2018-11-30"),
        (ProgressEvent.CLOSE, "2018-12-20"),
    )
)
LODGED = {**FILED, **decided(AGREE), "filings": (filing("2018-09-04", "2018-09-05"),)}
SET = {**LODGED, "appointments": (appointment("2018-09-20"),)}


@pytest.mark.parametrize(
    ("said", "stage", "since"),
    [
        ({}, Stage.DRAFT, None),
        (FILED, Stage.SUBMITTED, "2018-08-20"),
        ({**FILED, **decided(AGREE)}, Stage.APPROVED, "2018-08-25"),
        ({**FILED, **decided(BACK)}, Stage.SENT_BACK, "2018-08-25"),
        ({**FILED, **decided(REJECT)}, Stage.REJECTED, "2018-08-25"),
        ({**FILED, **decided(WITHDRAW)}, Stage.WITHDRAWN, "2018-08-25"),
        ({**FILED, **decided(BACK, AGREE)}, Stage.APPROVED, "2018-08-25"),  # 最后一次审批为准
        ({**FILED, **decided(AGREE, WITHDRAW)}, Stage.WITHDRAWN, "2018-08-25"),
        ({"submitted_on": day("2018-08-26"), **decided(BACK)}, Stage.SUBMITTED, "2018-08-26"),  # 退回后再申报
        (decided(BACK), Stage.SENT_BACK, "2018-08-25"),  # 没有登记申报日期
        ({"submitted_on": day("2018-08-26"), **decided(WITHDRAW)}, Stage.SUBMITTED, "2018-08-26"),  # 撤回后再申报
        ({**FILED, "approvals": (approval(conclusion=BACK, decided_on=None),)}, Stage.SENT_BACK, None),  # 未填日期
        ({"submitted_on": day("2018-08-25"), **decided(BACK)}, Stage.SENT_BACK, "2018-08-25"),
        (
            {"submitted_on": day("2018-08-25"), **decided(BACK, answered_on=day("2018-08-25"))},
            Stage.SUBMITTED,
            "2018-08-25",  # 当日退回、当日再申报
        ),
        ({"submitted_on": day("2018-08-26"), **decided(REJECT)}, Stage.REJECTED, "2018-08-25"),
        ({**FILED, **decided(AGREE), "filings": (filing("2018-09-04", None),)}, Stage.APPROVED, "2018-08-25"),
        (LODGED, Stage.LODGED, "2018-09-05"),
        ({**LODGED, "filings": (replace(filing(), lodged_on=None),)}, Stage.LODGED, "2018-09-04"),  # 只有报送日期
        (SET, Stage.APPOINTED, "2018-09-20"),
        ({**SET, "progress": (START,)}, Stage.UNDERWAY, "2018-09-21"),
        ({**SET, "progress": (progress(ProgressEvent.PROGRESS, "2018-09-25"),)}, Stage.UNDERWAY, "2018-09-25"),
        ({**SET, "progress": (START, COMPLETE)}, Stage.COMPLETED, "2018-11-30"),
        ({**SET, "progress": (COMPLETE, progress(ProgressEvent.ACCEPT, "2018-12-01"))}, Stage.COMPLETED, "2018-11-30"),
        ({**SET, "progress": (START, COMPLETE, CLOSE)}, Stage.CLOSED, "2018-12-20"),
        ({"progress": (CLOSE, progress(ProgressEvent.TERMINATE, "2018-12-31"))}, Stage.TERMINATED, "2018-12-31"),
    ],
)
def test_the_stage_and_the_day_it_was_reached(said, stage, since):
    asked = case("服务", **said)
    assert asked.staged == (stage, day(since) if since else None)
    assert asked.stage is stage


def test_a_filing_returned_is_no_filing():
    returned = replace(filing("2018-09-04", None), result=FilingResult.RETURNED)
    assert case("服务", **FILED, **decided(AGREE), filings=(returned,)).stage is Stage.APPROVED
    assert case("服务", **{**LODGED, "filings": (*LODGED["filings"], returned)}).stage is Stage.LODGED


def test_holding_puts_a_record_in_its_place_by_date():
    early, late = progress(ProgressEvent.START, "2018-09-01"), progress(ProgressEvent.COMPLETE, "2018-10-01")
    asked = case("服务", progress=(late,)).holding(early)
    assert asked.progress == (early, late)
    moved = asked.holding(replace(early, happened_on=day("2018-11-01")))
    assert [p.id for p in moved.progress] == [late.id, early.id]


def test_a_record_not_yet_put_comes_last_of_its_day():
    held = approval("2018-08-25", conclusion=BACK)
    asked = case("服务", **FILED, approvals=(held,)).holding(approval("2018-08-25", id=""))
    assert asked.stage is Stage.APPROVED
    assert len(asked.holding(approval("2018-08-25", id="")).approvals) == 3


def test_holding_a_project_keeps_its_records():
    asked = case("服务", **LODGED)
    held = asked.holding(replace(asked.project, title="新名"))
    assert (held.project.title, held.filings) == ("新名", asked.filings)
