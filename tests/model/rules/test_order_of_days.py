"""The days of a project run forward: in any order that does, nothing is found; each pair turned round is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import NoticeKind
from haicang_desk.model.rules import RuleContext, project_findings
from tests.model.rules.asking import POLICY, STREET
from tests.model.rules.curing import sound

CHAIN = (  # the steps in order; 公示结束 < 申报, all others may share a day
    *("征集", "协商", "公示开始", "公示结束", "申报", "批准", "报送", "备案", "确定主体", "开工"),
    *("完工", "决算", "完工公示", "办结"),
)
NOTICE = timedelta(7)


def walked(days: dict[str, date]) -> Casefile:
    """A service project closed with these days; what they do not name follows them."""
    base = sound("closed", "服务")
    shown, done = base.notices
    start, complete, accept, close = base.progress
    return replace(
        base,
        project=replace(base.project, submitted_on=days["申报"]),
        suggestions=(replace(base.suggestions[0], told_on=days["征集"]),),
        deliberations=(replace(base.deliberations[0], held_on=days["协商"]),),
        opinions=tuple(replace(each, sought_on=days["协商"]) for each in base.opinions),
        participations=(),
        notices=(
            replace(shown, posted_on=days["公示开始"], ends_on=days["公示结束"]),
            replace(done, posted_on=days["完工公示"], ends_on=days["完工公示"] + NOTICE),
        ),
        approvals=(replace(base.approvals[0], decided_on=days["批准"]),),
        filings=(replace(base.filings[0], sent_on=days["报送"], lodged_on=days["备案"]),),
        appointments=(replace(base.appointments[0], appointed_on=days["确定主体"]),),
        disbursements=tuple(replace(each, paid_on=days["备案"]) for each in base.disbursements),
        settlements=(replace(base.settlements[0], settled_on=days["决算"]),),
        progress=(
            replace(start, happened_on=days["开工"]),
            replace(complete, happened_on=days["完工"]),
            replace(accept, happened_on=days["完工"]),
            replace(close, happened_on=days["办结"]),
        ),
    )


def found_in(days: dict[str, date]) -> set[tuple[str, str]]:
    """The codes and levels of the findings on days."""
    case = walked(days)
    found = project_findings(RuleContext(case=case, policy=POLICY, today=date(2020, 12, 31), street=STREET))
    return {(each.rule, each.severity.label) for each in found if each.rule in ("R15", "R16", "R17", "R21", "R34")}


def days_from(gaps: dict[str, int], start: date = date(2019, 2, 1)) -> dict[str, date]:
    """The day of each step: so many days after the one before it."""
    days = {}
    for step in CHAIN:
        start += timedelta(gaps[step])
        days[step] = start
    return days


LEAST = dict.fromkeys(CHAIN, 0) | {"公示结束": 7, "申报": 1, "办结": 8}


@settings(max_examples=60, deadline=None)
@given(more=st.fixed_dictionaries({step: st.integers(0, 9) for step in CHAIN}))
def test_days_that_run_forward_are_in_order(more):
    assert found_in(days_from({step: LEAST[step] + more[step] for step in CHAIN})) == set()


LEVELS = {  # the later step of each pair, set a day before the earlier one -> what is found
    "协商": ("R15", "硬"),
    "公示开始": ("R15", "硬"),
    "申报": ("R15", "硬"),
    "批准": ("R17", "硬"),
    "报送": ("R17", "硬"),
    "备案": ("R17", "硬"),
    "确定主体": ("R17", "硬"),
    "开工": ("R17", "硬"),
    "完工": ("R17", "提"),
    "决算": ("R17", "提"),
    "完工公示": ("R21", "提"),  # 早于决算；早于完工的见下
    "办结": ("R21", "提"),
}


@pytest.mark.parametrize("later", LEVELS)
def test_each_pair_turned_round_is_found(later):
    days = days_from({step: LEAST[step] + 3 for step in CHAIN})
    earlier = CHAIN[CHAIN.index(later) - 1]
    days[later] = days[earlier] - timedelta(1)
    assert LEVELS[later] in found_in(days)


def test_a_completion_notice_before_completion_is_turned_round_by_the_seed():
    days = days_from({step: LEAST[step] + 3 for step in CHAIN})
    days["完工公示"] = days["完工"] - timedelta(1)
    assert ("R21", "硬") in found_in(days)
    assert NoticeKind.COMPLETION in {each.kind for each in walked(days).notices}
