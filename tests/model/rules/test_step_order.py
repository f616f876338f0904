"""R17: worked examples and every pair of days turned round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.records import Conclusion, FilingResult, Urgency, Waiver
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import RuleContext, project_findings
from tests.model.rules.asking import (
    POLICY,
    appointment,
    approval,
    case,
    day,
    filing,
    levels,
    progress,
    says,
    settlement,
)

START = ProgressEvent.START


def carried(**said):
    records = {
        "approvals": (approval("2018-09-03"),),
        "filings": (filing("2018-09-04", "2018-09-05"),),
        "appointments": (appointment("2018-09-20"),),
        "progress": (progress(START, "2018-09-21"),),
    }
    return case("服务", submitted_on=day("2018-08-20"), **{**records, **said})


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({}, ""),  # R17-1
        ({"filings": (), "appointments": (), "progress": (progress(START, "2018-09-10"),)}, "硬"),  # R17-2
        ({"filings": (filing("2018-09-01", "2018-09-05"),)}, "硬"),  # R17-3 日期倒置
        ({"filings": (filing("2018-09-05", "2018-09-04"),)}, "硬"),
        ({"appointments": (appointment("2018-09-04"),)}, "硬"),
        ({"progress": (progress(START, "2018-09-19"),)}, "硬"),
        ({"progress": (progress(ProgressEvent.PROGRESS, "2018-09-19"),)}, "硬"),
        ({"progress": (progress(ProgressEvent.COMPLETE, "2018-09-19"),)}, "硬"),  # 没有登记开工的，完工也是已实施
        ({"progress": (progress(ProgressEvent.CLOSE, "2018-09-19"),)}, "硬"),
        ({"filings": (filing("2018-09-04", None),), "appointments": (), "progress": ()}, ""),  # 已报送未备案
        ({"filings": (filing("2018-09-02", None),), "appointments": (), "progress": ()}, "硬 报"),
        ({"filings": (filing("2018-09-04", None),), "progress": ()}, "硬"),  # 未备案即确定实施主体
        ({"approvals": ()}, "硬"),  # 未批准即备案
        ({"approvals": (approval(conclusion=Conclusion.REJECT),)}, "硬"),
        ({"filings": (filing("2018-09-03", "2018-09-03"),)}, ""),  # 同一天可以
    ],
)
def test_r17_in_order_and_nothing_left_out(said, level):
    assert levels(says("R17", carried(**said))) == level


def test_r17_emergency_works_need_leave():
    asked = carried(filings=(), appointments=(), urgency=Urgency.URGENT)
    (found,) = says("R17", asked)
    assert found.severity.label == "例外"
    assert found.message == (
        "已登记 2018年9月21日开工（开展），但没有区备案记录，属抢险应急的请登记例外批准，"
        "例外批准须有文号，日期不晚于 2018年9月21日"
    )


def test_r17_tells_the_day_where_there_is_one():
    (found,) = says("R17", carried(filings=(), appointments=()))
    assert (found.measured, found.limit, "已登记 2018年9月21日开工" in found.message) == (0, 1, True)
    (undated,) = says("R17", case("服务", appointments=(replace(appointment(), appointed_on=None),)))
    assert undated.message.startswith("已登记确定实施主体，但没有区备案记录，应先办区备案再确定实施主体")


def test_r17_tells_by_how_much_days_are_turned_round():
    (found,) = says("R17", carried(filings=(filing("2018-09-01", "2018-09-05"),)))
    assert (
        found.message == "报送备案日期 2018年9月1日早于批准日期 2018年9月3日，倒置 2 天，请核对更正批准或报送备案的日期"
    )


def test_r17_spares_what_has_not_begun():
    assert says("R17", case("服务")) == []
    assert says("R17", case("服务", approvals=(approval(),))) == []


RETURNED = replace(filing("2018-09-05", None), result=FilingResult.RETURNED)


@pytest.mark.parametrize(
    ("filings", "today", "said"),
    [
        ((), "2018-09-03", ""),  # 批准当日
        ((), "2018-09-04", "批准已 1 天，尚未报送备案"),
        ((filing("2018-09-05", None),), "2018-09-05", ""),
        ((filing("2018-09-05", None),), "2018-09-15", "报送备案已 10 天，尚未登记备案"),
        ((filing("2018-09-05", "2018-09-06"),), "2018-12-31", ""),
        ((RETURNED,), "2018-09-15", "批准已 12 天，尚未报送备案"),  # 退补之后还要再报
    ],
)
def test_r17_how_long_a_filing_takes_is_told(filings, today, said):
    asked = carried(filings=filings, appointments=(), progress=())
    found = says("R17", asked, today=day(today))
    assert levels(found) == ("报" if said else "")
    assert not said or said in found[0].message


def test_r17_from_a_decision_of_no_known_day_nothing_is_counted():
    undated = carried(approvals=(approval(decided_on=None),), filings=(), appointments=(), progress=())
    assert says("R17", undated, today=day("2018-12-31")) == []


def test_r17_the_filing_that_was_recorded_counts_whatever_was_sent_later():
    again = (filing("2018-09-04", "2018-09-05"), filing("2018-10-01", None))
    assert says("R17", carried(filings=again)) == []


def test_r17_leave_for_an_early_start_survives_the_filing():
    """Urgent works that began before the filing was recorded, and before anybody was appointed."""
    leave = Waiver(id="w", rule="R17", number="纪要 1 号", authority="街道", granted_on=day("2018-09-04"))
    begun = {"urgency": Urgency.URGENT, "progress": (progress(START, "2018-09-04"),), "waivers": (leave,)}
    for said in ({"appointments": ()}, {}, {"filings": (), "appointments": ()}):
        asked = carried(**{**begun, **said})
        found = project_findings(RuleContext(case=asked, policy=POLICY, today=day("2018-10-01")))
        mine = [each for each in found if each.rule == "R17"]
        assert {(each.severity.label, each.excused_by) for each in mine} == {("例外", "纪要 1 号")}
    late = carried(**{**begun, "waivers": (replace(leave, granted_on=day("2018-09-05")),)})
    found = project_findings(RuleContext(case=late, policy=POLICY, today=day("2018-10-01")))
    assert {each.excused_by for each in found if each.rule == "R17"} == {None}
    plain = carried(**{**begun, "urgency": None})
    assert "硬" in levels(says("R17", plain))


@pytest.mark.parametrize(
    ("decisions", "filed", "level"),
    [
        ([("2018-08-19", Conclusion.AGREE, None)], "2018-08-20", "硬"),
        ([("2018-08-20", Conclusion.AGREE, None)], "2018-08-20", ""),
        # 退回之后又申报、又批准：以后来的申报和后来的批准为准
        ([("2018-08-25", Conclusion.SEND_BACK, "2018-08-28"), ("2018-08-27", Conclusion.AGREE, None)], "2018-08-20",
         "硬"),
        ([("2018-08-25", Conclusion.SEND_BACK, "2018-08-28"), ("2018-08-29", Conclusion.AGREE, None)], "2018-08-20",
         ""),
        # 批准之后撤回又申报的，前一次批准不与后一次申报相比
        ([("2018-08-21", Conclusion.AGREE, None), ("2018-08-25", Conclusion.WITHDRAW, "2018-08-28")], "2018-08-28",
         ""),
        ([("2018-08-19", Conclusion.AGREE, None), ("2018-08-25", Conclusion.WITHDRAW, "2018-08-28")], "2018-08-20",
         "硬"),
    ],
)  # fmt: skip
def test_r17_an_approval_comes_after_the_application_that_it_answers(decisions, filed, level):
    rows = tuple(approval(on, conclusion=said, answered_on=again and day(again)) for on, said, again in decisions)
    asked = case("服务", submitted_on=day(filed), approvals=rows)
    found = [each for each in says("R17", asked, today=day("2018-08-29")) if each.severity.label != "报"]
    assert levels(found) == level


def test_r17_each_filing_is_held_against_the_approval_in_force_when_it_was_sent():
    first, again = approval("2018-09-03"), approval("2018-10-12")
    back = approval("2018-10-05", conclusion=Conclusion.SEND_BACK, answered_on=day("2018-10-10"))
    assert says("R17", carried(approvals=(first, back, again)), today=day("2018-11-01")) == []
    assert says("R17", carried(approvals=(first, back)), today=day("2018-11-01")) == []
    withdrawn = approval("2018-09-03", conclusion=Conclusion.WITHDRAW)
    found = says("R17", carried(approvals=(approval("2018-09-01"), withdrawn, again)), today=day("2018-11-01"))
    assert [(f.severity.label, f.measured, f.limit) for f in found] == [("硬", "2018-09-04", "2018-10-12")]


COMPLETE, CLOSE = ProgressEvent.COMPLETE, ProgressEvent.CLOSE


@pytest.mark.parametrize(
    ("completed", "settled", "closed", "measures"),
    [
        ("2018-10-20", "2018-10-20", "2018-10-20", []),
        ("2018-10-20", "2018-10-19", "2018-10-30", [("2018-10-19", "2018-10-20")]),
        ("2018-10-20", "2018-10-31", "2018-10-30", [("2018-10-30", "2018-10-31")]),
        ("2018-10-20", None, "2018-10-19", [("2018-10-19", "2018-10-20")]),
    ],
)
def test_r17_delivery_in_wrong_order_refuses_the_step_and_warns_of_a_record(completed, settled, closed, measures):
    ends = (settlement(settled, special="1"),) if settled else ()
    done = (progress(START, "2018-09-21"), progress(COMPLETE, completed), progress(CLOSE, closed))
    found = says("R17", carried(progress=done, settlements=ends))
    assert [(f.severity.label, f.measured, f.limit) for f in found] == [("提", *each) for each in measures]
    proposed = carried(progress=(*done[:2], replace(done[2], id="")), settlements=ends)
    wrong = [each for each in measures if each[0] == closed]
    assert [f.severity.label for f in says("R17", proposed) if f.measured == closed] == ["硬"] * len(wrong)
