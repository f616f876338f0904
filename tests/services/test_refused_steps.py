"""Steps that are refused: a value its field does not allow, a date before the stage, sums that do not balance."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from haicang_desk.model.records import Project, Prose, Stage
from haicang_desk.model.services import save, steps, take_step
from haicang_desk.model.values import Blocked, Money, Refused, StepNotOpen
from tests.model.street import DAY, built

ON = DAY + timedelta(60)
DECIDE = {"handler": "陈", "approver": "林", "opinion": Prose("同意")}


@pytest.fixture
def street(tmp_path):
    with built(tmp_path / "台账.db") as ws:
        yield ws


def take(ws, title, step, *, on=ON, **answers):
    (project,) = ws.all(Project, title=title)
    return take_step(ws, project.id, step, on=on, person="陈", answers=answers)


@pytest.mark.parametrize(
    ("step", "answers", "said"),
    [
        ("disburse", {"amount": Money(-50_000), "handler": "苏"}, "金额应不少于 0.01 元，现为 -500.00 元"),
        ("appoint", {"manner": "询价", "implementer": "长" * 101}, "实施主体最多 100 个字，现有 101 个字"),
        ("appoint", {"manner": "询价", "implementer": "某", "price": Money(-1)}, "成交价应不少于 0.00 元"),
        ("take_part", {"party": "某企业", "people": -1}, "人数应在 0 至 1000000000 之间，现为 -1"),
    ],
)
def test_a_step_with_a_value_that_its_field_does_not_allow_is_refused(street, step, answers, said):
    with pytest.raises(StepNotOpen, match=said):
        take(street, "楼道照明更换", step, **answers)


def test_a_value_that_its_field_does_not_allow_is_not_saved_by_typing(street):
    (draft,) = street.all(Project, title="戙船澳小公园")
    with pytest.raises(Refused, match=r"捐赠现金应不少于 0\.00 元"):
        save(street, [replace(draft, donated_cash=Money(-1))], action="修改", person="陈")
    assert street.get(Project, draft.id) == draft


@pytest.mark.parametrize("step", ["withdraw", "send_back", "reject", "approve"])
def test_a_decision_is_dated_no_earlier_than_the_filing_it_is_about(street, step):
    filed = DAY + timedelta(30)
    answers = {"opinion": Prose("意见")} if step == "withdraw" else DECIDE
    with pytest.raises(StepNotOpen, match=r"2026年4月1日起为“已申报”，.*日期 2026年3月31日早于这一天"):
        take(street, "长者智能手机课堂", step, on=filed - timedelta(1), **answers)
    assert take(street, "长者智能手机课堂", step, on=filed, **answers).stage is not Stage.SUBMITTED


def test_a_withdrawal_dated_before_the_approval_it_takes_back_is_refused(street):
    """By date the approval would still be the last decision, so the stage would not change."""
    take(street, "长者智能手机课堂", "approve", **DECIDE)
    with pytest.raises(StepNotOpen, match="“撤回”的日期"):
        take(street, "长者智能手机课堂", "withdraw", on=ON - timedelta(1))
    assert take(street, "长者智能手机课堂", "withdraw").stage is Stage.WITHDRAWN
    with pytest.raises(StepNotOpen, match="“申报”的日期"):
        take(street, "长者智能手机课堂", "submit", on=ON - timedelta(1))
    assert take(street, "长者智能手机课堂", "submit").stage is Stage.SUBMITTED


def test_a_step_that_changes_no_stage_may_bear_an_earlier_date(street):
    gift = take(street, "楼道照明更换", "take_part", on=DAY, party="某企业", amount=Money(1), received=True)
    assert gift.participations[0].took_on == DAY


def test_no_more_is_paid_back_than_was_paid(street):
    with pytest.raises(Blocked, match=r"累计退款 0\.01 元，累计拨付 0\.00 元，多出 0\.01 元"):
        take(street, "楼道照明更换", "refund", amount=Money(1))
    take(street, "楼道照明更换", "disburse", amount=Money(500), handler="苏", approver="周")
    take(street, "楼道照明更换", "refund", amount=Money(300))
    with pytest.raises(Blocked, match=r"累计退款 5\.01 元，累计拨付 5\.00 元，多出 0\.01 元"):
        take(street, "楼道照明更换", "refund", amount=Money(201))
    assert take(street, "楼道照明更换", "refund", amount=Money(200)).disbursed == 0


def test_a_total_is_approved_that_holds_its_public_money(street):
    with pytest.raises(Blocked, match=r"核定总资金 59,999\.99 元，容不下其中的财政资金 60,000\.00 元，多出 0\.01 元"):
        take(street, "长者智能手机课堂", "approve", total=Money(5_999_999), **DECIDE)
    approved = take(street, "长者智能手机课堂", "approve", total=Money(6_000_000), **DECIDE)
    assert approved.approved.social == 0


def test_an_alteration_of_a_withdrawn_approval_no_longer_counts(street):
    """After a second approval earlier alterations no longer count; none may be dated before its approval."""
    title, changed = "长者智能手机课堂", {"after": Prose("减"), "reason": Prose("压减"), "special": Money(100)}
    take(street, title, "approve", **DECIDE)
    with pytest.raises(StepNotOpen, match="起为“已审批”，“申请变更”的日期"):
        take(street, title, "alter", on=ON - timedelta(1), **changed)
    take(street, title, "alter", **changed)
    assert take(street, title, "decide_alteration", approver="林").approved.special == 100
    take(street, title, "withdraw")
    take(street, title, "submit")
    again = take(street, title, "approve", **DECIDE)
    assert again.approved.special == 6_000_000
    take(street, title, "alter", **changed | {"special": Money(200)})
    assert take(street, title, "decide_alteration", approver="林").approved.special == 200


def test_the_rules_of_a_step_are_evaluated_in_the_transaction_that_writes_it(street, monkeypatch):
    weighed = []
    monkeypatch.setattr(steps, "blocking_findings", lambda *_: weighed.append(street.conn.in_transaction) or [])
    take(street, "楼道照明更换", "appoint", manner="询价", basis="文件", implementer="某")
    assert weighed == [True] and not street.conn.in_transaction
