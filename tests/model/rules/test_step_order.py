"""R17: worked examples and every pair of days turned round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.records import Conclusion, FilingResult, Urgency
from haicang_desk.model.records import Event as ProgressEvent
from tests.model.rules.asking import appointment, approval, case, day, filing, levels, progress, says

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
    assert found.message == "已登记 2018年9月21日开工（开展），但没有区备案记录，属抢险应急的请登记例外批准"


def test_r17_tells_the_day_where_there_is_one():
    (found,) = says("R17", carried(filings=(), appointments=()))
    assert (found.measured, "已登记 2018年9月21日开工" in found.message) == ("2018-09-21", True)
    (undated,) = says("R17", case("服务", appointments=(replace(appointment(), appointed_on=None),)))
    assert (undated.measured, undated.message) == (
        None,
        "已登记确定实施主体，但没有区备案记录，应先办区备案再确定实施主体",
    )


def test_r17_tells_by_how_much_days_are_turned_round():
    (found,) = says("R17", carried(filings=(filing("2018-09-01", "2018-09-05"),)))
    assert found.message == "报送备案日期 2018年9月1日早于批准日期 2018年9月3日，倒置 2 天，请核对更正"


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
