"""Every cure cures: each finding that a rule can make is made here, what its message asks for is done, and it is gone.

A case of CASES makes one finding, names the fields or steps that its message names, and does what it says. Afterwards
the finding is gone or lower, and no other as high has come. A kind of finding is the place in a rule that makes it:
``test_every_kind_of_finding_has_a_cure`` reads these places from the rules themselves and fails for one without a case.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from haicang_desk.model.balances import Balance
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.policy import ReferenceTables
from haicang_desk.model.records import (
    Advance,
    Alteration,
    Altered,
    Award,
    AwardResult,
    Bid,
    Category,
    Conclusion,
    Consulted,
    Disbursement,
    GiftForm,
    Guidance,
    Inspection,
    InspectionKind,
    LabourPrice,
    Link,
    NoticeKind,
    PaidFrom,
    Participation,
    ProcurementLimit,
    Prose,
    PublicProject,
    QuarterLine,
    QuarterReport,
    Refund,
    Source,
    Spending,
    Supervision,
    TakingPart,
    Urgency,
    Watch,
    YearPlan,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import (
    CANDIDATES,
    RuleContext,
    SplitCandidate,
    project_findings,
)
from haicang_desk.model.rules.year_calendar import AWARDS, FIRST_START
from haicang_desk.model.values import Money
from tests.model.rules.asking import (
    POLICY,
    STREET,
    VILLAGE,
    appointment,
    approval,
    budget_line,
    day,
    deliberation,
    filing,
    five_opinions,
    gift,
    notice,
    opinion,
    paid,
    policy,
    progress,
    settlement,
    suggestion,
    sums,
    yuan,
)
from tests.model.rules.curing import (
    ACCEPT,
    ALL,
    AT,
    CLOSE,
    COMPLETE,
    START,
    TODAY,
    Case,
    Scene,
    Site,
    adding,
    both,
    changing,
    editing,
    labels,
    leave,
    level_of,
    of,
    of_street,
    of_year,
    own,
    sites,
    sound,
    told,
    voiding,
)


@pytest.mark.parametrize("category", ["服务", "货物", "工程"])
@pytest.mark.parametrize("stage", ALL)
def test_a_project_walked_through_as_it_should_be_has_no_finding(stage, category):
    """Neither 硬 nor 例外 nor 提, at any stage; how long a filing takes is told (报)."""
    walked = sound(stage, category)
    found = project_findings(RuleContext(case=walked, policy=POLICY, today=AT[stage], street=STREET))
    assert {each.severity for each in found} <= {Severity.INFO}, [each.message for each in found]


AGAIN = both(  # 重新公示，期满后重新申报, and approved anew
    adding(notice("2019-04-01", "2019-04-08", **sums(shown_total="100000"))),
    adding(
        replace(approval("2019-03-31", conclusion=Conclusion.SEND_BACK), answered_on=day("2019-04-09")),
        approval("2019-04-10", handler="陈", approver="林"),
    ),
)
LATER = both(voiding("notices"), adding(notice("2019-06-10", "2019-06-18", kind=NoticeKind.COMPLETION)))
DAYS = {"manner": "询价", "basis": "采购文件"}


def closed(**said: Any) -> Casefile:
    return sound("closed", **said)


def posted(at: str = "2019-06-06", ends: str = "2019-06-13", **said: Any) -> tuple[Any, ...]:
    """The notice before application and a completion notice."""
    first = ALL["draft"]["notices"]
    return (*first, notice(at, ends, kind=NoticeKind.COMPLETION, **{**sums(shown_total="100000"), **said}))


def check(on: str = "2019-03-01", **said: Any) -> Inspection:
    done = {name: Prose("已查") for name in ("calling", "choosing", "carrying", "judging")}
    return Inspection(id="i", kind=InspectionKind.SELF, inspected_on=day(on), **{**done, **said})


PROBLEM = {
    "problem": Prose("资料不全"),
    "remedy": Prose("补齐"),
    "responsible": "林",
    "due_on": day("2019-04-01"),
    "done_on": day("2019-03-20"),
    "reported_on": day("2019-03-21"),
}
IN_PILOT = {"year": 2018, "today": day("2018-12-20")}
REPORTS = {QuarterReport: tuple(QuarterReport(year=2019, quarter=n, frozen_on=TODAY) for n in (1, 2, 3, 4))}
NO_ELDERS = replace(VILLAGE, has_elders=False)
OFFERED = PublicProject(name="楼道照明更换", place="海沧大道", state="在建")
AT_MOST = ProcurementLimit(category=Category.WORKS, manner="询价", most=yuan("50000"), basis="区文")
STRICT = {"policy": policy(deliberation_quorum="2/3")}
MAJORITY = {"policy": policy(deliberation_majority="1/2")}


def meeting(on: str, **said: Any) -> Any:
    return own(replace(deliberation(on), **{"expected": 9, "present": 9, "agreed": 9, **said}))


SUMMED_UP = ReferenceTables(plan=YearPlan(fund_year=2019, closed_on=day("2019-12-31")))
DECIDED = sound("approved", approvals=(approval("2019-03-25", id="", handler="陈", approver="林"),))


CASES = [
    # R12
    of("R12", "尚未完工，逾期", "实施进度 逾期原因", sound("underway"),
       adding(replace(progress(ProgressEvent.PROGRESS, "2019-11-01"), late_reason=Prose("暴雨"))),
       today=day("2019-11-01")),
    of("R12", "原因：暴雨", "", sound("underway", progress=(
        replace(progress(START, "2019-04-20"), late_reason=Prose("暴雨")),)), today=day("2019-11-01")),
    of("R12", "还有 3 天", "", sound("appointed", "服务"), adding(progress(START, "2019-05-07")),
       today=day("2019-05-07")),
    of("R12", "请写明逾期原因", "逾期原因",
       sound("underway", progress=(progress(START, "2019-04-20"),
                                   replace(progress(ProgressEvent.PROGRESS, "2019-11-01"), id=""))),
       editing("progress", late_reason=Prose("暴雨")), today=day("2019-11-01")),
    # R13
    of("R13", "原则上不得申报", "登记例外批准", sound("submitted", others_duty=True), adding(leave("R13"))),
    of("R13", "原则上不得申报", "登记例外批准", sound("underway", others_duty=True), adding(leave("R13"))),
    of("R13", "尚未回答", "", sound("submitted", others_duty=None), changing(others_duty=False)),
    of("R13", "请核对后填写查重结论", "查重结论", sound("submitted"), changing(duplicate_note="已核对，不在同一地点"),
       standing=ReferenceTables(public_projects=(OFFERED,))),
    # R15
    of("R15", "晚于公示开始", "重新协商 重新公示 重新申报",
       sound("approved", deliberations=(meeting("2019-03-15"),)), AGAIN),
    of("R15", "最早的征集", "重新协商 重新公示 重新申报",
       sound("approved", suggestions=(own(suggestion("2019-03-01")),)),
       both(adding(meeting("2019-03-30")), AGAIN)),
    of("R15", "没有征集记录", "征集", sound("approved", suggestions=()), adding(own(suggestion("2019-02-01")))),
    of("R15", "没有协商记录", "协商", sound("approved", deliberations=()), adding(meeting("2019-02-20"))),
    of("R15", "此前没有项目公示", "重新申报 公示", sound("approved", notices=()), AGAIN),
    of("R15", "公示未满", "重新申报", sound("approved", submitted_on=day("2019-03-12")), AGAIN),
    of("R15", "公示结束日期", "开始日期 结束日期", sound("approved", notices=(notice("2019-03-05", "2019-03-04"),)),
       editing("notices", ends_on=day("2019-03-12"))),
    of("R15", "惯例为 7 日", "重新公示 重新申报",
       sound("approved", notices=(notice("2019-03-05", "2019-03-10"),)), AGAIN),
    of("R15", "收到异议", "异议处理",
       sound("approved", notices=(notice("2019-03-05", "2019-03-12", objection=Prose("太近")),)),
       editing("notices", answer=Prose("已说明"))),
    of("R15", "金额公示为", "重新公示 重新申报",
       sound("approved", notices=(notice("2019-03-05", "2019-03-12", **sums(shown_total="90000")),)), AGAIN),
    of("R15", "地点公示为", "重新公示 重新申报",
       sound("approved", notices=(notice("2019-03-05", "2019-03-12", shown_place="村尾"),)), AGAIN),
    of("R15", "内容公示为", "",
       sound("approved", notices=(notice("2019-03-05", "2019-03-12", shown_works=Prose("粉刷")),)),
       adding(leave("R15"))),
    # R16
    of("R16", "缺挂钩街道领导", "征求意见", sound("approved", opinions=five_opinions("2019-03-01")[1:]),
       adding(opinion(Consulted.LEADER, "2019-03-02"))),
    of("R16", "本村居无老人协会", "征求意见 意见要点",
       sound("approved", village=NO_ELDERS, opinions=five_opinions("2019-03-01")[:4]),
       adding(opinion(Consulted.ELDERS, "2019-04-01", gist=Prose("本村居无此组织")))),
    of("R16", "已达半数", "征求意见 采纳情况",
       sound("approved", opinions=(*five_opinions("2019-03-01")[1:],
                                   opinion(Consulted.LEADER, "2019-03-01", people=2, opposed=1))),
       editing("opinions", adopted=Prose("已改址"))),
    of("R16", "实到 5 人", "重新公示 重新申报", sound("approved", deliberations=(meeting("2019-02-20", present=5),)),
       both(adding(meeting("2019-03-30")), AGAIN), **STRICT),
    of("R16", "同意 4 人", "重新公示 重新申报", sound("approved", deliberations=(meeting("2019-02-20", agreed=4),)),
       both(adding(meeting("2019-03-30")), AGAIN), **MAJORITY),
    # R17
    of("R17", "批准日期", "重新申报", sound("approved", approvals=(approval("2019-03-19"),)), AGAIN),
    of("R17", "报送备案日期", "报送备案", sound("lodged", filings=(filing("2019-03-24", "2019-03-30"),)),
       editing("filings", sent_on=day("2019-03-25"))),
    of("R17", "备案日期", "备案", sound("lodged", filings=(filing("2019-03-26", "2019-03-25"),)),
       editing("filings", lodged_on=day("2019-03-27"))),
    of("R17", "确定实施主体日期", "备案",
       sound("appointed", appointments=(appointment("2019-03-29"),)),
       editing("appointments", appointed_on=day("2019-03-30"))),
    of("R17", "开工（开展）日期", "登记例外批准",
       sound("underway", urgency=Urgency.URGENT, progress=(progress(START, "2019-03-28"),)),
       adding(leave("R17", "2019-03-28"))),
    of("R17", "开工（开展）日期", "开工（开展）",
       sound("underway", progress=(progress(START, "2019-04-09"),)),
       editing("progress", happened_on=day("2019-04-10"))),
    of("R17", "没有街道批准记录", "", sound("lodged", approvals=()),
       adding(approval("2019-03-25", handler="陈", approver="林"))),
    of("R17", "仍登记了实施", "重新申报 批准",
       sound("underway", disbursements=(), approvals=(
           approval("2019-03-25", handler="陈", approver="林"),
           approval("2019-04-01", conclusion=Conclusion.WITHDRAW),
       )),
       adding(replace(approval("2019-04-02", conclusion=Conclusion.WITHDRAW), answered_on=day("2019-04-09")),
              approval("2019-04-10", handler="陈", approver="林"))),
    of("R17", "没有区备案记录", "", sound("appointed", filings=()), adding(filing("2019-03-26", "2019-03-30"))),
    of("R17", "没有区备案记录", "登记例外批准",
       sound("underway", filings=(), appointments=(), disbursements=(), urgency=Urgency.URGENT),
       adding(leave("R17"))),
    of("R17", "决算日期", "决算",
       closed(settlements=(settlement("2019-05-30", special="60000", donated_cash="40000"),)),
       editing("settlements", settled_on=day("2019-06-05"))),
    of("R17", "批准已 129 天", "", sound("approved"), adding(filing("2019-03-26", "2019-03-30"))),
    of("R17", "报送备案已", "", sound("approved", filings=(filing("2019-03-26", None),)),
       editing("filings", lodged_on=day("2019-03-30"), result=filing().result)),
    # R18
    of("R18", "缺依据文件", "依据文件", sound("appointed", appointments=(appointment("2019-04-10", basis=""),)),
       editing("appointments", basis="采购文件")),
    of("R18", "核定总资金", "成交价 登记例外批准",
       sound("appointed", appointments=(appointment("2019-04-10", price=yuan("100000.01")),)),
       editing("appointments", price=yuan("100000"))),
    of("R18", "核定总资金", "登记例外批准",
       sound("appointed", appointments=(appointment("2019-04-10", price=yuan("100000.01")),)),
       adding(leave("R18", "2019-04-10"))),
    of("R18", "控制价 9", "成交价 控制价",
       sound("appointed", appointments=(appointment("2019-04-10", price=yuan("95000"), ceiling=yuan("90000")),)),
       editing("appointments", ceiling=yuan("95000"))),
    of("R18", "1 家参与", "实施主体 只有一家参与的理由", sound("appointed", bids=(Bid(id="b", bidder="甲"),)),
       editing("appointments", sole_reason="两次公告仅一家")),
    of("R18", "采购限额", "采购方式", sound("appointed"), editing("appointments", manner="公开招标"),
       standing=ReferenceTables(procurement_limits=(AT_MOST,))),
    of("R18", "强制标准指导", "强制标准指导", sound("completed", mandatory_standard=True),
       adding(Guidance(id="g", guided_on=day("2019-05-01"), department="区住建局"))),
    # R20
    of("R20", "尚未明确", "", sound("completed", maintenance=()), adding(*ALL["completed"]["maintenance"])),
    of("R20", "尚缺联系人", "管养 联系人",
       closed(maintenance=(replace(ALL["completed"]["maintenance"][0], contact=""),)),
       editing("maintenance", contact="陈")),
    # R21
    of("R21", "尚缺完工公示记录", "", closed(notices=ALL["draft"]["notices"]), adding(posted()[-1])),
    of("R21", "尚缺实施效果", "情况", closed(effect=Prose("")), editing("progress", 1, account=Prose("不再积水"))),
    of("R21", "没有完工记录", "完工", sound("underway", notices=posted("2019-06-06")),
       both(adding(progress(COMPLETE, "2019-06-01"), progress(ACCEPT, "2019-06-02")),
            adding(*ALL["completed"]["settlements"], *ALL["completed"]["maintenance"]))),
    of("R21", "早于完工日期", "重新公示", sound("completed", notices=posted("2019-05-01", "2019-05-08")),
       adding(posted("2019-06-10", "2019-06-17")[-1])),
    of("R21", "早于决算日期", "重新公示", sound("completed", notices=posted("2019-06-03", "2019-06-10")),
       adding(posted("2019-06-06")[-1])),
    of("R21", "还没有决算", "决算",
       sound("completed", settlements=(), notices=(*posted()[:1], replace(posted()[-1], id=""))),
       adding(*ALL["completed"]["settlements"])),
    of("R21", "晚于办结日期", "", closed(notices=posted("2019-06-21", "2019-06-28")),
       editing("progress", happened_on=day("2019-06-29"))),
    of("R21", "决算总资金", "重新公示", closed(notices=posted(**sums(shown_total="90000"))),
       adding(posted("2019-06-07", "2019-06-14")[-1])),
    of("R21", "收到异议", "异议处理", closed(notices=posted(objection=Prose("灯太亮"))),
       editing("notices", answer=Prose("已调低"))),
    of("R21", "完工公示 5 日", "重新公示", closed(notices=posted(ends="2019-06-11")),
       adding(posted("2019-06-11", "2019-06-18")[-1])),
    of("R21", "完工公示结束日期", "开始日期 结束日期", closed(notices=posted(ends="2019-06-05")),
       editing("notices", ends_on=day("2019-06-13"))),
    of("R21", "期满前已办结", "", closed(notices=posted("2019-06-14", "2019-06-21")),
       editing("progress", happened_on=day("2019-06-22"))),
    of("R21", "未登记是否同意公示姓名", "同意公示姓名", closed(participations=(
        gift("40000", took_on=day("2019-03-01"), basis="回单"),)), editing("participations", named=False)),
    # R22 R23
    of_street("R22", "没有自查记录", "督查 所属半年 迟报原因", {},
              {Inspection: (check("2019-07-20", half="2019上", late_reason=Prose("人手不足")),)}),
    of_street("R22", "补做，逾期", "督查 迟报原因", {Inspection: (check("2019-07-20", half="2019上"),)},
              {Inspection: (check("2019-07-20", half="2019上", late_reason=Prose("人手不足")),)}),
    of_street("R22", "原因：人手不足", "",
              {Inspection: (check("2019-07-20", half="2019上", late_reason=Prose("人手不足")),)}),
    of_street("R22", "没有写明征集环节", "督查", {Inspection: (check(calling=Prose("")),)}, {Inspection: (check(),)}),
    of_street("R22", "缺责任人", "督查 责任人", {Inspection: (check(**PROBLEM | {"responsible": ""}),)},
              {Inspection: (check(**PROBLEM),)}),
    of_street("R22", "逾期 122 天", "完成日期",
              {Inspection: (check(**PROBLEM | {"done_on": None, "reported_on": None}),)},
              {Inspection: (check(**PROBLEM),)}),
    of_street("R22", "尚未上报", "上报日期", {Inspection: (check(**PROBLEM | {"reported_on": None}),)},
              {Inspection: (check(**PROBLEM),)}),
    of_street("R23", "逾期 122 天", "完成日期",
              {Inspection: (check(), replace(check(**PROBLEM | {"done_on": None}), kind=InspectionKind.SPOT))},
              {Inspection: (check(), replace(check(**PROBLEM), kind=InspectionKind.SPOT))}),
    # R24 R25
    of("R24", "没有写明公开渠道", "公示地点",
       closed(notices=(*posted(), replace(notice("2019-06-20", "2019-06-27", kind=NoticeKind.SURVEY), id=""))),
       editing("notices", place="村居公告栏")),
    of("R24", "没有第三方评估机构", "测评",
       closed(surveys=(), notices=(*posted(), notice("2019-06-20", "2019-06-27", kind=NoticeKind.SURVEY))),
       adding(*ALL["completed"]["surveys"])),
    of("R24", "没有有效票", "登记例外批准",
       closed(surveys=ALL["completed"]["surveys"][:3],
              notices=(*posted(), notice("2019-06-20", "2019-06-27", kind=NoticeKind.SURVEY))),
       adding(leave("R24", "2019-06-19"))),
    of("R24", "样本量", "",
       closed(surveys=tuple(replace(s, good=1) for s in ALL["completed"]["surveys"]),
              notices=(*posted(), notice("2019-06-20", "2019-06-27", kind=NoticeKind.SURVEY)))),
    of("R24", "没有满意度测评，请委托", "", closed(surveys=()), adding(*ALL["completed"]["surveys"])),
    of("R24", "年度已结束", "", sound("completed", surveys=()), adding(*ALL["completed"]["surveys"]),
       today=day("2020-01-10")),
    of("R25", "请办结后再推荐", "办结", sound("completed", awards=(Award(id="a", fund_year=2019),)),
       adding(progress(CLOSE, "2019-06-20"))),
    of("R25", "没有登记文号", "评优 文号",
       closed(awards=(Award(id="a", fund_year=2019, result=AwardResult.EXCELLENT),)),
       editing("awards", number="评 1 号")),
    # R26 R27 R28
    of_street("R26", "第 1 季度报告", "季度报告", {}, REPORTS),
    of("R26", "上期补录", "", sound("underway", quarter_lines=(
        QuarterLine(id="q", year=2019, quarter=2, project=Link("p1"), disbursed=yuan("0")),)),
       adding(QuarterLine(id="q3", year=2019, quarter=3, project=Link("p1"), disbursed=yuan("30000")))),
    of("R27", "先行列支只用于", "先行列支", sound("submitted", advance_paid=True), changing(advance_paid=False)),
    of("R27", "未统筹", "统筹下达", sound("underway", advance_paid=True),
       adding(Advance(id="a", granted_on=day("2019-07-01"), amount=yuan("30000"))), policy=policy(pilot_year=2019)),
    Case(code="R27", text="未录入街道额度", names=("街道额度",),
         scene=Scene(scope="street", balance=Balance(name="新阳街道"), collected={FIRST_START: day("2018-08-01")},
                     **IN_PILOT),
         cure=lambda was: replace(was, balance=Balance(name="新阳街道", quota=Money(1)))),
    of_street("R27", "应率先启动", "开工", {}, {FIRST_START: day("2018-08-31")}, **IN_PILOT),
    Case(code="R28", text="年度工作安排", names=("报送日期",), scene=Scene(scope="street", today=day("2019-05-10")),
         cure=lambda was: replace(was, standing=ReferenceTables(
             plan=YearPlan(fund_year=2019, reported_on=day("2019-05-09"))))),
    of_street("R28", "尚未推荐年度优秀项目", "评优", {}, {AWARDS: True}, today=day("2019-12-10")),
    # R30
    of("R30", "请核对项目类别", "项目类别",
       sound("submitted", budget_lines=(budget_line("桌椅", "100000", category=Category.GOODS),)),
       changing(category=Category.GOODS)),
    Case(code="R30", text="疑似拆分", names=("拆分核对",),
         scene=Scene(scope="village", collected={CANDIDATES: tuple(
             SplitCandidate(f"东社路灯{n}期", "", Category.WORKS, yuan("300000")) for n in "一二")}),
         cure=lambda was: replace(was, collected={CANDIDATES: tuple(
             replace(each, checked="两处路灯") for each in was.collected[CANDIDATES])})),
    # R33 R34
    of("R33", "实施环节缺验收记录", "",
       closed(progress=tuple(each for each in ALL["closed"]["progress"] if each.event != ACCEPT)),
       adding(progress(ACCEPT, "2019-06-02"))),
    of("R34", "同为“林”", "登记例外批准",
       sound("approved", approvals=(approval("2019-03-25", handler="林", approver="林"),)),
       adding(leave("R34"))),
    of("R34", "又经办了拨付", "经办人",
       sound("underway", approvals=(approval("2019-03-25", approver="陈"),)),
       editing("disbursements", handler="黄")),
    of("R34", "项目负责人和审批人同为", "审批人",
       sound("approved", principal="林", approvals=(approval("2019-03-25", approver="林"),)),
       changing(principal="黄")),
    of("R34", "没有文号", "例外 文号",
       sound("approved", others_duty=True, waivers=(replace(leave("R13"), number=""),)),
       editing("waivers", number="会纪 1 号")),
    of("R34", "没有日期", "例外 日期",
       sound("approved", others_duty=True, waivers=(replace(leave("R13"), granted_on=None),)),
       editing("waivers", granted_on=day("2019-03-24"))),
    of("R34", "晚于所准的事项", "日期 作废",
       sound("approved", others_duty=True, waivers=(leave("R13", "2019-04-01"),)), voiding("waivers")),
    of("R34", "日期在", "日期", sound("underway"), editing("disbursements", paid_on=day("2019-04-24")),
       today=day("2019-04-24")),
    of("R34", "申请变更地点", "批复变更",
       sound("underway", alterations=(Alteration(id="x", item=Altered.PLACE, asked_on=day("2019-05-01")),)),
       editing("alterations", conclusion=Conclusion.REJECT, decided_on=day("2019-05-02"))),
    of("R34", "收到问题线索", "答复",
       sound("underway", supervision=(Supervision(id="s", watch=Watch.BREACH, text=Prose("虚报")),)),
       editing("supervision", answer=Prose("查无此事"))),
    of("R34", "同意变更金额", "变更后专项资金 变更后总资金 申请变更",
       sound("underway", alterations=(Alteration(id="x", item=Altered.AMOUNT, conclusion=Conclusion.AGREE,
                                                 decided_on=day("2019-05-02"), asked_on=day("2019-05-01")),)),
       adding(Alteration(id="y", item=Altered.AMOUNT, conclusion=Conclusion.AGREE, asked_on=day("2019-05-03"),
                         decided_on=day("2019-05-04"), special=yuan("60000")))),
]  # fmt: skip
CASES += [  # a village's and the street's year
    of_year("R05", "缺 1 项", "village", Balance(name="霞阳社区", projects=1, total=Money(0)),
            Balance(name="霞阳社区", projects=2, service_projects=1)),
    of_year("R06", "差 ", "village",
            Balance(name="霞阳社区", projects=1, service_projects=1, total=yuan("100"), service_total=yuan("39.99")),
            Balance(name="霞阳社区", projects=1, service_projects=1, total=yuan("100"), service_total=yuan("40"))),
    of_year("R08", "缺 1 项", "street", Balance(name="新阳街道", projects=3, filed_projects=3), names="登记社会参与",
            after=Balance(name="新阳街道", projects=3, social_projects=1)),
    of_year("R08", "尚无项目", "street", Balance(name="新阳街道"), names="申报",
            after=Balance(name="新阳街道", projects=1, social_projects=1)),
    Case(code="R08", text="请在年度工作安排", names=("年度工作安排", "社会力量参与未达标原因"),
         scene=Scene(scope="street", balance=Balance(name="新阳街道", projects=3), standing=SUMMED_UP),
         cure=lambda was: replace(was, standing=ReferenceTables(
             plan=replace(SUMMED_UP.plan, social_reason=Prose("试点首年"))))),
    of("R05", "请在审批意见中写明平衡意见", "意见", DECIDED, editing("approvals", opinion=Prose("下半年补服务类")),
       balance=Balance(name="霞阳社区", projects=1)),
    of("R06", "请在审批意见中写明平衡意见", "意见", DECIDED, editing("approvals", opinion=Prose("下半年补服务类")),
       balance=Balance(name="霞阳社区", projects=1, service_projects=1, total=yuan("100"))),
]  # fmt: skip
# ---- money


def funded(upto: str = "submitted", category: str = "工程", **said: Any) -> Casefile:
    """A project without budget lines, gifts, or sums on its notice, for cases about its sums."""
    bare = {"budget_lines": (), "participations": (), "notices": (notice("2019-03-05", "2019-03-12"),)}
    return sound(upto, category, **{**bare, **said})


def spent(amount: str, source: Source = Source.SPECIAL, **said: Any) -> Spending:
    """What the village spent."""
    base = Spending(id="u", spent_on=day("2019-06-10"), content="排水管", amount=yuan(amount), source=source)
    return replace(base, **said)


def back(amount: str, on: str = "2019-06-20", **said: Any) -> Refund:
    """Money that came back."""
    return replace(Refund(id="f", returned_on=day(on), amount=yuan(amount)), **said)


def labour(**said: Any) -> Participation:
    """Labour as it is registered: 40 people, 5 days each, 200 yuan a day."""
    base = gift("40000", None, TakingPart.LABOUR, took_on=day("2019-03-01"), basis="签到表", people=40, named=True)
    return replace(base, **{"workdays": Decimal(5), "price": yuan("200"), **said})


def payment(amount: str, on: str = "2019-04-25", **said: Any) -> Disbursement:
    return paid(amount, on, **{"voucher": "1", "handler": "陈", "approver": "林", **said})


LABOURED = sums(special="60000", donated_cash="0", labour="40000")
GOODS = sums(special="60000", donated_cash="0", donated_goods="40000")
MATCHED = {**sums(special="0", matching="50000", donated_cash="50000"), "charity": "老人灶"}
CASH = gift("50000", took_on=day("2019-03-01"), basis="回单", named=True, form=GiftForm.CASH)
THINGS = gift("40000", None, took_on=day("2019-03-01"), basis="发票 1 号", named=True, form=GiftForm.GOODS)
VILLAGE_YEAR = policy(works_ratio_scope="village_year")
NO_SELF = policy(works_ratio_scope="village_year", self_raised_counts=False)
NO_SELF_EACH = policy(self_raised_counts=False)
ENDED = (*ALL["underway"]["progress"], progress(ProgressEvent.TERMINATE, "2019-06-10"))
REJECTED = (*ALL["approved"]["approvals"], approval("2019-04-20", conclusion=Conclusion.REJECT))
STANDARD = ReferenceTables(
    labour_prices=(LabourPrice(work="普工", price=yuan("150"), from_on=day("2018-01-01"), basis="街道文"),)
)


GIVEN_LINE = replace(budget_line("人工", "40000"), source=Source.DONATED_CASH)


def settled(**yuans: str) -> tuple[Any, ...]:
    return (settlement("2019-06-05", **yuans),)


def works_of(**yuans: str) -> Balance:
    return Balance(name="霞阳社区", **{f"works_goods_{name}": yuan(amount) for name, amount in yuans.items()})


def street_of(committed: str, quota: str | None = "7500000") -> Balance:
    return Balance(name="新阳街道", committed=yuan(committed), quota=yuan(quota) if quota else None)


CASES += [
    # R01 R02 R04
    of("R01", "应改由村居自筹解决", "村居自筹", funded(**sums(special="400000.01", self_raised="400000")),
       changing(**sums(special="400000", self_raised="400000.01"), self_raise_pledge=True)),
    of("R01", "请附自筹承诺", "自筹承诺", funded(**sums(special="200000", donated_cash="0", self_raised="300000")),
       changing(self_raise_pledge=True)),
    of("R01", "容不下其中的财政资金", "核定总资金",
       funded("approved", approvals=(approval("2019-03-25", total=yuan("50000")),)), AGAIN),
    of_year("R02", "应改由社会资源资金承担", "village", works_of(total="100", fiscal="60.01"),
            works_of(total="100", fiscal="60"), policy=VILLAGE_YEAR),
    of_year("R02", "应增加社会捐赠或投工投劳", "village", works_of(total="100", fiscal="50", self_raised="50"),
            works_of(total="100", fiscal="50", self_raised="10"), policy=NO_SELF),
    of("R02", "改由社会资源资金承担", "", funded(**sums(special="60000.01")),
       changing(**sums(special="60000", donated_cash="40000.01"))),
    of("R02", "不计村居自筹", "投工投劳", funded(**sums(special="50", donated_cash="0", self_raised="50")),
       changing(**sums(self_raised="10", donated_cash="40")), policy=NO_SELF_EACH),
    of("R04", "其他财政资金不算自筹", "村居自筹 捐赠 登记例外批准",
       funded("submitted", "服务", **sums(special="150000", other_fiscal="100000", donated_cash="0"),
              self_raise_pledge=True), changing(**sums(other_fiscal="0", self_raised="100000"))),
    of("R04", "没有自筹承诺书", "自筹承诺 登记例外批准",
       funded("submitted", "服务", **sums(special="200000", donated_cash="0", self_raised="60000")),
       changing(self_raise_pledge=True)),
    of("R04", "没有自筹承诺书", "登记例外批准",
       funded("submitted", "服务", **sums(special="200000", donated_cash="0", self_raised="60000")),
       adding(leave("R04"))),
    of("R04", "实物或用工折价承担", "村居自筹 捐赠现金",
       funded("submitted", "服务", **sums(special="200000", donated_cash="60000", donated_goods="60000"),
              self_raise_pledge=True, valuation_basis=Prose("发票")),
       changing(**sums(donated_cash="120000", donated_goods="0"))),
    # R03 R09
    of("R03", "申报列投工投劳折价", "折价依据 社会参与 投工投劳", funded(**LABOURED), adding(labour())),
    of("R03", "申报列捐赠实物折价", "折价依据 社会参与 实物", funded(**GOODS), adding(THINGS)),
    of("R03", "决算列捐赠现金", "社会参与 现金 到账",
       funded("completed", notices=posted()), adding(gift("40000", took_on=day("2019-03-01"), named=True))),
    of("R03", "超过半数", "", funded(**sums(special="60000", donated_cash="19999", labour="20001"),
                                 valuation_basis=Prose("折价依据")),
       changing(**sums(donated_cash="20000", labour="20000"))),
    of("R03", "相差 1.00 元", "", funded(**LABOURED, valuation_basis=Prose("依据"), participations=(
        labour(amount=yuan("39999")),)), editing("participations", amount=yuan("40000"))),
    of("R03", "请按标准折价", "", funded(participations=(labour(),)),
       editing("participations", price=yuan("150"), amount=yuan("30000")), standing=STANDARD),
    of("R09", "应减少补助", "", funded("submitted", "服务", **MATCHED), adding(CASH)),
    of("R09", "款物是现金还是实物", "社会参与 款物 现金 实物",
       funded("submitted", "服务", participations=(replace(CASH, amount=yuan("80000")),), **GOODS),
       both(editing("participations", amount=yuan("40000"), form=GiftForm.GOODS, received=None))),
    of("R09", "应待捐款到账后再拨付", "登记退款",
       funded("underway", "服务", **MATCHED, disbursements=(payment("50000", source=PaidFrom.MATCHING),)),
       adding(back("50000", source=PaidFrom.MATCHING))),
    of("R09", "登记例外批准", "登记例外批准",
       funded("submitted", "服务", participations=(CASH,), **{**MATCHED, **sums(special="60000")}),
       adding(leave("R09"))),
    of("R09", "没有填写公益领域", "公益领域",
       funded("submitted", "服务", participations=(CASH,), **{**MATCHED, "charity": ""}), changing(charity="老人灶")),
    # R07
    of("R07", "应压减该项经费", "", funded("submitted", "服务", overhead=yuan("10000.01")),
       changing(overhead=yuan("10000"))),
    of("R07", "未标明为统筹管理费", "预算明细 说明",
       funded("submitted", "服务", budget_lines=(
           replace(budget_line("管理费", "60000"), is_overhead=False),
           replace(budget_line("其他", "40000"), source=Source.DONATED_CASH))),
       editing("budget_lines", 0, note="项目人员的服务费")),
    of("R07", "应按批准的预算列支", "",
       closed(category="服务", overhead=yuan("5000"),
              settlements=(replace(ALL["completed"]["settlements"][0], overhead=yuan("6000")),)),
       editing("settlements", overhead=yuan("5000"))),
    # R10 R11
    Case(code="R10", text="参考额度", names=("年度参考额度", "村居"),
         scene=Scene(scope="village", balance=Balance(name="霞阳社区", special=yuan("860000"), quota=yuan("800000"))),
         cure=lambda was: replace(was, balance=replace(was.balance, special=yuan("800000")))),
    of_year("R11", "街道额度", "street", street_of("7500000.01"), street_of("7500000")),
    of_year("R11", "全区年度上限", "street", street_of("30000000.01", "40000000"), street_of("30000000", "40000000")),
    of_year("R11", "没有登记街道额度", "street", street_of("27000000", None), street_of("27000000", "28000000"),
            names="街道额度"),
    # R14
    of("R14", "容易与禁止用途混淆", "说明", funded(budget_lines=(budget_line("误餐", "60000"), GIVEN_LINE)),
       editing("budget_lines", 0, note="志愿者当日用餐")),
    of("R14", "允许列支", "说明", funded(budget_lines=(
        budget_line("排水管", "60000"), replace(GIVEN_LINE, content="居委会办公电脑"))),
       editing("budget_lines", 1, note="发票已留存")),
    of("R14", "专项资金不得列支", "村居自筹", funded(budget_lines=(budget_line("奖金", "60000"), GIVEN_LINE)),
       editing("budget_lines", 0, content="排水管")),
    of("R14", "村居组织自用的不得列支", "",
       funded(budget_lines=(replace(budget_line("打印机", "60000"), note="图书室供居民使用"), GIVEN_LINE))),
    of("R14", "没有预算明细", "预算明细", funded(),
       adding(budget_line("排水管", "60000"), GIVEN_LINE)),
    of("R14", "预算明细中", "预算明细 资金来源", funded(budget_lines=(budget_line("排水管", "50000"), GIVEN_LINE)),
       editing("budget_lines", 0, amount=yuan("60000"))),
    # R19
    of("R19", "应减少拨付或登记退款", "登记退款", sound("underway", disbursements=(payment("60000.01"),)),
       adding(back("0.01", "2019-04-26"))),
    of("R19", "请核对拨付的资金来源", "登记退款",
       sound("underway", disbursements=(payment("30000"), payment("1", source=PaidFrom.MATCHING))),
       adding(back("1", "2019-04-26", source=PaidFrom.MATCHING))),
    of("R19", "终止之后不得拨付", "登记退款",
       sound("underway", progress=ENDED, disbursements=(payment("30000", "2019-06-11"),)), adding(back("30000"))),
    of("R19", "应退回 30,000.00 元", "登记退款 登记例外批准",
       sound("underway", progress=(), filings=(), appointments=(), approvals=REJECTED), adding(back("30000"))),
    of("R19", "应退回 30,000.00 元", "登记例外批准",
       sound("underway", progress=(), filings=(), appointments=(), approvals=REJECTED),
       adding(leave("R19", "2019-04-30"))),
    of("R19", "备案之前已拨付", "登记退款", sound("underway", disbursements=(payment("30000", "2019-03-29"),)),
       adding(back("30000", "2019-04-26"))),
    of("R19", "疑为重复登记", "凭证号 作废",
       sound("underway", disbursements=(payment("20000"), payment("20000", "2019-04-26"))),
       editing("disbursements", voucher="2")),
    of("R19", "收款人为某公司", "收款人 登记例外批准",
       sound("underway", disbursements=(payment("30000", payee="某公司"),)),
       editing("disbursements", payee="霞阳社区居民委员会")),
    of("R19", "收款人为某公司", "登记例外批准", sound("underway", disbursements=(payment("30000", payee="某公司"),)),
       adding(leave("R19", "2019-04-25"))),
    of("R19", "收款人为某公司", "登记退款", sound("underway", disbursements=(payment("30000", payee="某公司"),)),
       adding(back("30000", "2019-04-26"))),
    of("R19", "多用 1.00 元", "使用明细 资金来源 金额", closed(spending=(spent("60001"),)),
       editing("spending", amount=yuan("60000"))),
    of("R19", "用途中注明", "拨付 用途",
       funded("underway", "服务", **sums(special="200000", donated_cash="0", self_raised="60000"),
              self_raise_pledge=True),
       both(editing("disbursements", purpose="首付款，超限额项目的财政部分"))),
    # R29
    of("R29", "累计退款", "金额 资金来源", sound("underway", refunds=(back("30000.01", "2019-04-26"),)),
       editing("refunds", amount=yuan("30000"))),
    of("R29", "应在决算中改列村居自筹", "决算 村居自筹 申请变更",
       closed(settlements=settled(special="60000.01", donated_cash="40000"),
              notices=posted(**sums(shown_total="100000.01"))),
       editing("settlements", special=yuan("60000"), self_raised=yuan("0.01"))),
    of("R29", "应退回 18,000.00 元", "登记退款 登记例外批准",
       closed(settlements=settled(special="42000", donated_cash="40000"), notices=posted(**sums(shown_total="82000"))),
       adding(back("18000"))),
    of("R29", "应退回 18,000.00 元", "登记例外批准",
       closed(settlements=settled(special="42000", donated_cash="40000"), notices=posted(**sums(shown_total="82000"))),
       adding(leave("R29", "2019-06-19"))),
    of("R29", "决算列以奖代补资金", "决算 拨付 资金来源 登记退款",
       closed(**sums(special="30000", matching="30000"), charity="老人灶", waivers=(leave("R09"),),
              settlements=settled(special="30000", matching="30000", donated_cash="40000"),
              disbursements=(payment("30000"), payment("20000", "2019-06-10", voucher="2", source=PaidFrom.MATCHING),
                             payment("10000", "2019-06-10", voucher="3"))),
       both(adding(back("10000", "2019-06-11")),
            adding(payment("10000", "2019-06-12", voucher="4", source=PaidFrom.MATCHING)))),
]  # fmt: skip
CASES += [  # a new rule's own test module may hold its cases, as CURES
    one
    for path in sorted(Path(__file__).parent.glob("test_*.py"))
    if "\nCURES" in path.read_text(encoding="utf-8")
    for one in import_module(f"{__package__}.{path.stem}").CURES
]
ASKS = re.compile(r"请|应|须")


@pytest.mark.parametrize("one", CASES, ids=str)
def test_what_a_finding_asks_for_cures_it(one):
    found, made = aimed(one)
    missing = [name for name in one.names if name not in found.message or name not in labels()]
    assert not missing, f"{missing}: {found.message}"
    if one.cure is None:
        assert found.severity in (Severity.WARN, Severity.INFO) and not ASKS.search(
            found.message.replace("应自查", "")
        ), found.message
        return
    before, after = told(one.scene), told(one.cure(one.scene))
    alike = [each for each, sites_ in after if _same(each, sites_, found, made) and level_of(each) <= level_of(found)]
    left = [each.message for each in alike if level_of(each) < Severity.WARN.rank or ASKS.search(each.message)]
    assert not left, f"not cured: {left}"
    known = {(each.rule, sites_) for each, sites_ in before}
    new = [
        each.message for each, sites_ in after if (each.rule, sites_) not in known and level_of(each) <= level_of(found)
    ]
    assert not new, f"as high as before: {new}"


def aimed(one: Case) -> tuple[Finding, frozenset[Site]]:
    """The finding that a case is about, and what made it."""
    aimed_at = [(each, made) for each, made in told(one.scene) if each.rule == one.code and one.text in each.message]
    assert len(aimed_at) == 1, [(each.rule, each.message) for each, _ in told(one.scene)]
    return aimed_at[0]


def _same(one: Finding, made: frozenset[Site], other: Finding, also: frozenset[Site]) -> bool:
    """Whether two findings are of one kind: one rule, made by the same statements."""
    return (one.rule, made) == (other.rule, also)


def test_every_kind_of_finding_has_a_cure():
    """Each statement of the rules that yields or returns a finding has made the finding of some case."""
    covered = {site for one in CASES for site in aimed(one)[1]}
    bare = {f"{module}:{line} {name}" for (module, line), name in sites().items() if (module, line) not in covered}
    assert not bare


def test_a_statement_without_a_case_would_be_seen():
    """The places are read from the rules: those of the first case are among them, and are no more than it runs."""
    found, made = aimed(CASES[0])
    assert found.rule == "R12" and {module for module, _ in made} == {"delivery_deadlines"}
    assert made < set(sites())
