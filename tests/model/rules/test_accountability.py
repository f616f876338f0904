"""R33 R34: the papers of the phases behind a project, and who acted."""

from __future__ import annotations

import pytest

from haicang_desk.model.records import (
    Alteration,
    Altered,
    Attachment,
    Conclusion,
    Maintenance,
    NoticeKind,
    Phase,
    Prose,
    Supervision,
    Waiver,
    Watch,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import RuleContext, project_findings
from haicang_desk.model.values import Money
from tests.model.rules.asking import (
    POLICY,
    appointment,
    approval,
    case,
    day,
    deliberation,
    filing,
    five_opinions,
    levels,
    notice,
    paid,
    progress,
    says,
    settlement,
    suggestion,
    sums,
)

WHOLE = {
    "submitted_on": day("2018-08-20"),
    "suggestions": (suggestion(),),
    "deliberations": (deliberation(),),
    "opinions": five_opinions(),
    "notices": (notice(), notice("2018-12-10", "2018-12-17", kind=NoticeKind.COMPLETION)),
    "approvals": (approval(),),
    "filings": (filing(),),
    "appointments": (appointment(),),
    "progress": (
        progress(ProgressEvent.START, "2018-09-21"),
        progress(ProgressEvent.COMPLETE, "2018-12-01"),
        progress(ProgressEvent.ACCEPT, "2018-12-02"),
        progress(ProgressEvent.CLOSE, "2018-12-31"),
    ),
    "disbursements": (paid("1000"),),
    "settlements": (settlement(special="1000"),),
    **sums(special="1000"),
}
OPEN = WHOLE["progress"][:3]


@pytest.mark.parametrize(
    ("category", "without", "item"),
    [
        ("服务", {}, ""),
        ("服务", {"suggestions": ()}, "征集环节缺意见登记"),
        ("服务", {"deliberations": ()}, "征集环节缺协商记录"),
        ("服务", {"notices": WHOLE["notices"][1:]}, "征集环节缺项目公示"),
        ("服务", {"opinions": ()}, "确定环节缺征求意见表"),
        ("服务", {"approvals": ()}, "确定环节缺审批表"),
        ("服务", {"filings": ()}, "确定环节缺备案回执"),
        ("服务", {"appointments": ()}, "实施环节缺实施主体确定记录"),
        ("服务", {"disbursements": ()}, "实施环节缺拨付凭证"),
        ("服务", {"notices": WHOLE["notices"][:1]}, "实施环节缺完工公示"),
        ("服务", {"progress": (*OPEN[:2], WHOLE["progress"][3])}, "实施环节缺验收记录"),
        ("工程", {}, "实施环节缺管养责任书"),
        ("工程", {"keeper": "霞阳社区"}, ""),
        ("工程", {"maintenance": (Maintenance(id="m", keeper="霞阳社区"),)}, ""),
        ("服务", {**sums(special="200000"), "settlements": ()}, ""),  # 恰为上限，不需承诺书
        ("服务", {"approvals": (), "disbursements": ()}, "确定环节缺审批表"),
        ("服务", {**sums(special="0", self_raised="500000"), "settlements": (), "disbursements": ()}, "自筹承诺书"),
        (
            "服务",
            {**sums(special="200000", self_raised="1"), "settlements": (), "self_raise_pledge": True},
            "",  # 超出上限，已有承诺书
        ),
        ("服务", {**sums(special="0", donated_cash="1000"), "settlements": (), "disbursements": ()}, ""),
    ],
)
def test_r33_papers_of_the_four_phases(category, without, item):
    asked = case(category, **{**WHOLE, **without})
    found = says("R33", asked)
    assert levels(found) == ("硬" if item else "")
    assert all(item in f.message and (f.measured, f.limit) == (1, 0) for f in found)


def test_r33_is_a_warning_until_closed():
    asked = case("服务", **{**WHOLE, "opinions": (), "progress": OPEN})
    (found,) = says("R33", asked)
    assert (found.severity.label, found.measured) == ("提", 1)


def test_r33_a_paper_in_the_archive_will_do():
    kept = Attachment(id="a", phase=Phase.CHOOSING, item="征求意见表", name="征求意见表.pdf")
    assert says("R33", case("服务", **{**WHOLE, "opinions": (), "attachments": (kept,)})) == []


def test_r33_asks_only_for_phases_that_are_over():
    assert says("R33", case("服务")) == []
    (filed,) = says("R33", case("服务", submitted_on=day("2018-08-20")))
    assert "征集环节" in filed.message and "确定环节" not in filed.message
    (lodged,) = says("R33", case("服务", filings=(filing(),)))
    assert "确定环节" in lodged.message and "实施环节" not in lodged.message
    sent_back = case("服务", submitted_on=day("2018-08-20"), approvals=(approval(conclusion=Conclusion.SEND_BACK),))
    assert says("R33", sent_back) == []
    ended = case("服务", progress=(progress(ProgressEvent.TERMINATE, "2018-12-20"),))
    assert says("R33", ended) == []


@pytest.mark.parametrize(
    ("handler", "approver", "level"),
    [("林", "陈", ""), ("林", "林", "例外"), ("林 ", " 林", "例外"), ("", "", ""), ("", "陈", "")],
)
def test_r34_one_record_two_persons(handler, approver, level):
    told = {"handler": handler, "approver": approver}
    assert levels(says("R34", case("服务", disbursements=(paid("1", **told),)), today=day("2018-09-10"))) == level
    assert levels(says("R34", case("服务", approvals=(approval(**told),)))) == level


@pytest.mark.parametrize(
    ("approver", "handler", "level"),
    [("陈", "陈", "提"), (" 陈", "陈 ", "提"), ("陈", "林", ""), ("", "", ""), ("陈", "", "")],
)
def test_r34_who_approved_does_not_pay(approver, handler, level):
    told = case("服务", approvals=(approval(approver=approver),), disbursements=(paid("1", handler=handler),))
    assert levels(says("R34", told, today=day("2018-09-10"))) == level


def test_r34_a_refusal_is_no_approval_and_many_payments_are_told_once():
    refused = approval(conclusion=Conclusion.REJECT, approver="陈")
    twice = (paid("1", handler="陈"), paid("1", handler="陈"))
    assert says("R34", case("服务", approvals=(refused,), disbursements=twice), today=day("2018-09-10")) == []
    agreed = case("服务", approvals=(approval(approver="陈"),), disbursements=twice)
    assert levels(says("R34", agreed, today=day("2018-09-10"))) == "提"


@pytest.mark.parametrize(("principal", "level"), [("陈", "提"), ("林", ""), ("", "")])
def test_r34_who_applied_does_not_approve(principal, level):
    told = case("服务", principal=principal, approvals=(approval(approver="陈"),))
    assert levels(says("R34", told)) == level


def test_r34_many_payments_by_one_person_are_told_once():
    twice = tuple(paid("1", handler="林", approver="林") for _ in range(3))
    assert levels(says("R34", case("服务", disbursements=twice), today=day("2018-09-10"))) == "例外"


def test_r34_changes_undecided_and_breaches_unanswered_are_listed():
    asked = Alteration(id="x", item=Altered.PLACE, after=Prose("改到广场"))
    breach = Supervision(id="y", watch=Watch.BREACH, text=Prose("反映虚报工日"))
    assert levels(says("R34", case("服务", alterations=(asked,), supervision=(breach,)))) == "报 报"
    decided = Alteration(id="x", item=Altered.PLACE, conclusion=Conclusion.AGREE)
    answered = Supervision(id="y", watch=Watch.BREACH, answer=Prose("查无此事"))
    other = Supervision(id="z", watch=Watch.DELEGATES)
    assert says("R34", case("服务", alterations=(decided,), supervision=(answered, other))) == []


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"item": Altered.AMOUNT, "conclusion": Conclusion.AGREE}, "硬"),
        ({"item": Altered.AMOUNT, "conclusion": Conclusion.AGREE, "special": Money(0)}, ""),
        ({"item": Altered.AMOUNT, "conclusion": Conclusion.AGREE, "total": Money(1)}, ""),
        ({"item": Altered.AMOUNT, "conclusion": Conclusion.REJECT}, ""),
        ({"item": Altered.PLACE, "conclusion": Conclusion.AGREE}, ""),
        ({"item": Altered.AMOUNT, "conclusion": None}, "报"),  # 尚未批复
    ],
)
def test_r34_a_change_of_the_amount_says_the_new_one(said, level):
    assert levels(says("R34", case("服务", alterations=(Alteration(id="a", **said),)))) == level


def test_r34_leave_for_one_person_who_does_both_is_of_the_day_of_the_act_at_the_latest():
    one = approval("2018-09-03", handler="林", approver="林")
    for granted, marks in (("2018-09-03", "例外"), ("2018-09-04", "例外 提")):
        leave = Waiver(id="w", rule="R34", number="纪要 1 号", authority="街道", granted_on=day(granted))
        asked = case("服务", submitted_on=day("2018-08-20"), approvals=(one,), waivers=(leave,))
        found = project_findings(RuleContext(case=asked, policy=POLICY, today=day("2018-10-01")))
        mine = [each for each in found if each.rule == "R34"]
        assert levels(mine) == marks
        assert [each.excused_by for each in mine if each.severity.label == "例外"] == [
            "纪要 1 号" if marks == "例外" else None
        ]


def test_r34_names_what_is_dated_after_the_day_of_the_check():
    asked = case(
        "服务",
        approvals=(approval("2018-09-03"),),
        disbursements=(paid("100", "2018-09-30"), paid("30000", "2018-10-02")),
    )
    (found,) = says("R34", asked, today=day("2018-10-01"))
    assert (found.severity.label, found.measured, found.limit) == ("提", "2018-10-02", "2018-10-01")
    assert "拨付 2018年10月2日 30,000.00 元的日期在 2018年10月1日之后" in found.message
    assert says("R34", asked, today=day("2018-10-02")) == []
