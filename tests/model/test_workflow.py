"""The table of steps: what can be done at each stage, by whom, what is asked, and where it leads (contract §3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.records import (
    Alteration,
    Conclusion,
    Consulted,
    Disbursement,
    Filing,
    FilingResult,
    Notice,
    NoticeKind,
    Progress,
    Project,
    Prose,
    Role,
    Stage,
    Survey,
    SurveyGroup,
    TakingPart,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import LANES, MAIN_PATH, REPORT_PROGRESS, STEPS, steps_from
from tests.model.rules.asking import POLICY, VILLAGE, approval, case, day, filing, five_opinions, gift
from tests.model.stages import AT

ON = day("2019-03-01")
OPEN = {
    Stage.DRAFT: "登记意见、登记协商、征求意见、项目公示、申报、登记社会参与、登记例外批准、终止",
    Stage.SUBMITTED: "撤回、退回补正、不予批准、批准、登记社会参与、登记例外批准、终止",
    Stage.SENT_BACK: "登记意见、登记协商、征求意见、项目公示、申报、登记社会参与、登记退款、登记例外批准、终止",
    Stage.REJECTED: "登记退款、登记例外批准",
    Stage.WITHDRAWN: "登记意见、登记协商、征求意见、项目公示、申报、登记社会参与、登记退款、登记例外批准、终止",
    Stage.APPROVED: "撤回、报送备案、登记备案、备案退补、登记社会参与、申请变更、批复变更、登记退款、登记例外批准、"
    "终止",
    Stage.LODGED: "确定实施主体、登记社会参与、拨付、申请变更、批复变更、登记退款、登记例外批准、终止",
    Stage.APPOINTED: "开工（开展）、登记社会参与、拨付、申请变更、批复变更、登记退款、登记例外批准、终止",
    Stage.UNDERWAY: "填报进展、登记社会参与、拨付、完工、登记测评、测评结果公示、申请变更、批复变更、登记退款、"
    "登记例外批准、终止",
    Stage.COMPLETED: "登记社会参与、拨付、验收、决算、完工公示、登记测评、测评结果公示、申请变更、批复变更、登记退款、"
    "办结、登记例外批准、终止",
    Stage.CLOSED: "登记测评、测评结果公示、登记退款、登记例外批准",
    Stage.TERMINATED: "登记退款、登记例外批准",
}
ACTS = {
    Role.VILLAGE: "suggest deliberate consult post submit withdraw start advance take_part complete post_completion "
    "alter",
    Role.CLERK: "send_back send appoint accept survey post_survey close",
    Role.LEADER: "reject approve decide_alteration waive terminate",
    Role.FINANCE: "disburse settle refund",
    Role.DISTRICT: "lodge return_filing",
}
ASKED = {
    "suggest": "渠道、提出人、联系电话、意见内容、支持人数、处理结果",
    "deliberate": "会议名称、应到人数、实到人数、同意、反对、弃权、结论",
    "consult": "对象、方式、人数、同意、反对、意见要点、采纳情况",
    "post": "结束日期、公示地点、异议、异议处理",
    "submit": "",
    "withdraw": "意见",
    "send_back": "意见、审批人、文号",
    "reject": "意见、审批人、文号",
    "approve": "核定专项资金、核定以奖代补资金、核定总资金、意见、审批人、文号",
    "send": "",
    "lodge": "报送日期、备案号",
    "return_filing": "",
    "appoint": "采购方式、依据文件、控制价、实施主体、主体类型、统一社会信用代码、成交价、约定完工日期、"
    "只有一家参与的理由",
    "start": "进度、情况、逾期原因",
    "advance": "进度、情况、逾期原因",
    "take_part": "主体、主体类型、方式、款物、金额、到账、人数、工日、单价、依据",
    "disburse": "金额、资金来源、收款人、凭证号、用途、经办人、审批人",
    "complete": "情况、逾期原因",
    "accept": "情况",
    "settle": "区级专项资金、以奖代补资金、其他财政资金、捐赠现金、捐赠实物折价、投工投劳折价、村居自筹、统筹管理费",
    "post_completion": "结束日期、公示地点、异议、异议处理",
    "survey": "第三方机构、对象组、非常满意、满意、基本满意、不满意、非常不满意",
    "post_survey": "结束日期、公示地点、异议、异议处理",
    "alter": "变更事项、变更前、变更后、变更后专项资金、变更后总资金、理由",
    "decide_alteration": "申请日期、变更事项、变更前、变更后、变更后专项资金、变更后总资金、理由、结论、审批人、文号",
    "refund": "金额、资金来源、凭证号、事由",
    "close": "情况",
    "waive": "规则、批准机关、文号、理由",
    "terminate": "情况",
}
LEADS = {  # the steps that change the stage, and to which
    "submit": Stage.SUBMITTED,
    "withdraw": Stage.WITHDRAWN,
    "send_back": Stage.SENT_BACK,
    "reject": Stage.REJECTED,
    "approve": Stage.APPROVED,
    "lodge": Stage.LODGED,
    "appoint": Stage.APPOINTED,
    "start": Stage.UNDERWAY,
    "complete": Stage.COMPLETED,
    "close": Stage.CLOSED,
    "terminate": Stage.TERMINATED,
}
PRINTED = {
    "post": "project-notice",
    "submit": "application-form",
    "approve": "approval-form",
    "send": "filing-form",
    "appoint": "implementer-form",
    "disburse": "disbursement-form",
    "post_completion": "completion-notice",
    "post_survey": "survey-notice",
}


@pytest.mark.parametrize("stage", Stage)
def test_what_can_be_done_at_each_stage_in_the_order_of_the_buttons(stage):
    assert "、".join(step.label for step in steps_from(stage) if step.name in ASKED) == OPEN[stage]


@pytest.mark.parametrize("role", Role)
def test_each_step_belongs_to_a_role(role):
    assert " ".join(step.name for step in STEPS.values() if step.role is role and step.name in ASKED) == ACTS[role]


@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_and_what_is_printed_afterwards(name):
    step = STEPS[name]
    assert "、".join(step.record.fields[asked].label for asked in step.fields) == ASKED[name]
    assert step.document == PRINTED.get(name, "")


@pytest.mark.parametrize(("stage", "step"), [(s, step) for s in Stage for step in steps_from(s) if step.name in ASKED])
def test_where_each_step_leads(stage, step):
    was = case("服务", **AT[stage])
    assert was.stage is stage
    now = was.holding(step.proposal(was, on=ON, policy=POLICY))
    assert now.staged == ((LEADS[step.name], ON) if step.changes_stage else was.staged)
    assert step.changes_stage is (step.name in LEADS)


def test_the_main_path_is_what_the_chart_of_the_scheme_shows():
    """附件1; the button that leads along it to the next stage is the primary one."""
    path = "suggest deliberate consult post submit approve send lodge appoint start disburse complete accept settle"
    assert " ".join(name for name in MAIN_PATH if name in ASKED) == f"{path} post_completion survey close"
    assert {name: step.back for name, step in STEPS.items() if step.back and name in ASKED} == {
        "send_back": ("approve", "submit"),
        "return_filing": ("lodge", "send"),
    }


def test_several_opinions_gifts_and_surveys_are_entered_in_one_go():
    repeated = [name for name, step in STEPS.items() if step.repeatable and name in ASKED]
    assert repeated == ["suggest", "consult", "take_part", "survey"]


def test_reporting_progress_keeps_the_code_it_is_stored_under():
    assert (REPORT_PROGRESS, STEPS[REPORT_PROGRESS].label) == ("advance", "填报进展")


def proposed(name: str, **said):
    """The record that a step proposes."""
    return STEPS[name].proposal(case("服务", **{"special": Money(15_000_000), **said}), on=ON, policy=POLICY)


def test_a_step_of_progress_says_how_far_things_are():
    done = {name: proposed(name) for name in ("start", "advance", "complete", "accept", "close", "terminate")}
    assert all(isinstance(each, Progress) and each.happened_on == ON for each in done.values())
    assert [each.percent for each in done.values()] == [None, None, 100, 100, 100, None]
    assert done["accept"].event is ProgressEvent.ACCEPT
    assert done["advance"].event is ProgressEvent.PROGRESS


def test_filing_dates_the_project_itself():
    filed = proposed("submit", title="老人灶")
    assert isinstance(filed, Project) and (filed.title, filed.submitted_on) == ("老人灶", ON)


def test_an_approval_proposes_the_requested_amounts():
    agreed = proposed("approve", donated_cash=Money(5_000_000))
    assert (agreed.special, agreed.total, agreed.decided_on) == (Money(15_000_000), Money(20_000_000), ON)
    assert (proposed("reject").special, proposed("reject").total) == (None, None)  # 不予批准没有核定数


def test_the_district_answers_the_open_filing():
    waiting = filing("2018-09-04", None)
    answered = proposed("lodge", filings=(filing("2018-09-01", "2018-09-02"), waiting))
    assert answered == replace(waiting, lodged_on=ON, result=FilingResult.LODGED)
    returned = proposed("return_filing", filings=(waiting,))
    assert (returned.id, returned.result) == (waiting.id, FilingResult.RETURNED)


def test_what_was_never_recorded_as_sent_is_sent_the_day_it_is_lodged():
    lodged, sent = proposed("lodge"), proposed("send")
    assert isinstance(lodged, Filing) and (lodged.sent_on, lodged.lodged_on) == (ON, ON)
    assert (sent.sent_on, sent.lodged_on, sent.result) == (ON, None, None)


@pytest.mark.parametrize(
    ("step", "kind"),
    [("post", NoticeKind.PROJECT), ("post_completion", NoticeKind.COMPLETION), ("post_survey", NoticeKind.SURVEY)],
)
def test_a_notice_keeps_what_it_shows(step, kind):
    notice = proposed(step, donated_cash=Money(5_000_000))
    assert isinstance(notice, Notice) and notice.kind is kind
    assert (notice.project, notice.village, notice.fund_year) == ("p1", "v1", 2018)
    assert (notice.shown_total, notice.shown_place) == (Money(20_000_000), "霞阳社区")
    assert (notice.shown_works, notice.place) == ("更换楼道灯", "村居公告栏")
    assert (notice.posted_on, notice.ends_on) == (ON, day("2019-03-08"))  # 张贴当日不算，七日（R15）


def test_suggestions_and_deliberations_belong_to_village_and_project():
    for step in ("suggest", "deliberate"):
        assert (proposed(step).project, proposed(step).village) == ("p1", "v1")


def test_a_disbursement_proposes_the_amount_left_and_the_payee_of_the_village():
    paid = Disbursement(id="d", amount=Money(4_000_000))
    rest = proposed("disburse", approvals=(approval(special=Money(10_000_000)),), disbursements=(paid,))
    assert (rest.amount, rest.payee, rest.paid_on) == (Money(6_000_000), "霞阳社区居民委员会", ON)
    over = proposed("disburse", approvals=(approval(special=Money(1)),), disbursements=(paid,))
    assert over.amount == 0
    assert proposed("disburse").amount == 0  # 未批准的没有可拨


def test_a_registered_payee_is_paid():
    assert proposed("disburse", village=replace(VILLAGE, payee="霞阳合作社")).payee == "霞阳合作社"


def test_a_refund_proposes_the_overpaid_amount():
    paid = Disbursement(id="d", amount=Money(16_000_000))
    back = proposed("refund", approvals=(approval(),), disbursements=(paid,))
    assert (back.amount, back.returned_on) == (Money(1_000_000), ON)
    assert proposed("refund", approvals=(approval(),)).amount == 0


def test_a_settlement_proposes_the_approved_amounts():
    said = {"donated_cash": Money(3), "self_raised": Money(2), "overhead": Money(1)}
    settled = proposed("settle", **said, approvals=(approval(special=Money(7), total=Money(12)),))
    assert (settled.special, settled.donated_cash, settled.self_raised, settled.overhead) == (7, 3, 2, 1)
    assert settled.settled_on == ON
    assert proposed("settle").special == Money(15_000_000)


def test_the_open_alteration_is_the_one_decided():
    waiting = Alteration(id="a", asked_on=day("2018-10-01"), after=Prose("增加两场"))
    done = Alteration(id="b", asked_on=day("2018-11-01"), conclusion=Conclusion.REJECT)
    decided = proposed("decide_alteration", alterations=(waiting, done))
    assert decided == replace(waiting, decided_on=ON, conclusion=Conclusion.AGREE)
    assert proposed("decide_alteration", alterations=(done,)).id == ""
    assert proposed("lodge", filings=(filing("2018-09-04", None), filing("2018-09-05", "2018-09-06"))).sent_on == day(
        "2018-09-04"
    )


@pytest.mark.parametrize(
    ("has_elders", "heard", "following"),
    [
        (True, 0, Consulted.LEADER),
        (True, 1, list(Consulted)[1]),
        (True, 4, Consulted.ELDERS),
        (False, 4, Consulted.LEADER),  # 无老人协会的，四类已齐，从头再选
        (None, 4, Consulted.ELDERS),
        (True, 5, Consulted.LEADER),
        (False, 2, list(Consulted)[2]),
    ],
)
def test_the_group_not_yet_heard_is_proposed(has_elders, heard, following):
    opinions = five_opinions()[:heard]
    assert [each.consulted for each in five_opinions()] == list(Consulted)
    assert (
        proposed("consult", village=replace(VILLAGE, has_elders=has_elders), opinions=opinions).consulted is following
    )


def test_the_group_not_yet_surveyed_is_proposed_by_the_same_assessor():
    done = tuple(Survey(id=str(n), assessor=f"第{n}所", group=group) for n, group in enumerate(list(SurveyGroup)[:3]))
    first, last = proposed("survey"), proposed("survey", surveys=done)
    assert (first.assessor, first.group) == ("", next(iter(SurveyGroup)))
    assert (last.assessor, last.group) == ("第2所", list(SurveyGroup)[3])


def test_goods_and_labour_given_are_settled_as_they_were_given():
    said = {"donated_goods": Money(500), "labour": Money(700), "approvals": (approval(),)}
    plain, worked = proposed("settle", **said), gift("9", None, TakingPart.LABOUR)
    assert (plain.donated_goods, plain.labour) == (500, 700)
    settled = proposed("settle", **said, participations=(worked, gift("1", True)))
    assert (settled.donated_goods, settled.labour) == (500, 900)


def test_an_alteration_proposes_the_approved_amounts_as_before():
    said = proposed("alter", approvals=(approval(special=Money(700), total=Money(1200)),)).before
    assert said == "核定专项资金 7.00 元，总资金 12.00 元；地点：霞阳社区"
    assert proposed("alter").before == "核定专项资金 0.00 元，总资金 0.00 元；地点：霞阳社区"
    assert proposed("decide_alteration").before == ""


def test_stages_and_roles_are_stored_by_names_that_never_change():
    """Existing stores and JSON documents are read by these codes (contract §3)."""
    stages = (
        "draft submitted sent_back rejected withdrawn approved lodged appointed underway completed closed terminated"
    )
    assert " ".join(stage.code for stage in Stage) == stages
    assert " ".join(role.code for role in Role) == "village clerk leader finance district"
    assert STEPS["submit"].date_field == "submitted_on"


def test_the_three_lanes_of_the_chart():
    """村居, the three roles of the 街道, and the district (二¶2)."""
    by_lane = [{role for role in Role if LANES[role] == lane} for lane in range(3)]
    assert by_lane == [{Role.VILLAGE}, {Role.CLERK, Role.LEADER, Role.FINANCE}, {Role.DISTRICT}]
