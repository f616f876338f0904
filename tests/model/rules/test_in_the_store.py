"""The book asked through the store: what each step is refused for, and a year that goes through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from haicang_desk.model.records import (
    Category,
    Consulted,
    Deliberation,
    Holiday,
    LabourPrice,
    Link,
    Notice,
    NoticeKind,
    Opinion,
    Project,
    Prose,
    PublicProject,
    Stage,
    StreetQuota,
    Suggestion,
    SurveyGroup,
    TakingPart,
    Village,
    YearPlan,
)
from haicang_desk.model.services import check, evaluate_case, findings_of, next_steps, reference_tables_of, take_step
from haicang_desk.model.values import Blocked, Money

ASKED, MET, POSTED, FILED = date(2018, 7, 20), date(2018, 7, 25), date(2018, 8, 1), date(2018, 8, 9)


@pytest.fixture
def ready(ws, kept):
    """A project with all that must come before its filing."""

    def put(**unlike) -> Project:
        project = kept(**unlike)
        to = {"project": Link(project.id)}
        with ws.change("登记", actor="陈") as change:
            change.save(Suggestion(told_on=ASKED, village=project.village, text=Prose("楼道太暗"), **to))
            change.save(Deliberation(held_on=MET, meeting="居民议事会", **to))
            change.save(
                Notice(kind=NoticeKind.PROJECT, posted_on=POSTED, ends_on=date(2018, 8, 8), place="村居公告栏", **to)
            )
            for group in Consulted:
                change.save(Opinion(consulted=group, sought_on=MET, **to))
        return project

    return put


def step(ws, project, name, on, **answers):
    return take_step(ws, project.id, name, on=on, person="陈", answers=answers)


def refused_for(ws, project, name, on, **answers) -> set[str]:
    with pytest.raises(Blocked) as refused:
        step(ws, project, name, on, **answers)
    return {f.rule for f in refused.value.findings}


def test_a_bare_draft_is_refused_for_all_it_lacks(ws, kept):
    project = kept(others_duty=None)
    assert refused_for(ws, project, "submit", FILED) == {"R13", "R15", "R16"}
    assert ws.casefile(project.id).stage is Stage.DRAFT


def test_a_draft_is_not_accused_of_what_only_filing_needs(ws, kept):
    kept(others_duty=None, duplicates_public=None)
    found = check(ws, 2018, date(2018, 8, 1))
    assert {f.rule for f in found if f.scope == "project"} == set()
    assert {f.rule for f in found} == {"R08", "R27"}


def test_the_notice_must_have_ended_the_day_before(ws, ready):
    project = ready()
    assert refused_for(ws, project, "submit", date(2018, 8, 8)) == {"R15"}
    assert step(ws, project, "submit", FILED).stage is Stage.SUBMITTED


def test_approving_while_services_are_short_needs_words(ws, ready):
    project = ready()
    step(ws, project, "submit", FILED)
    assert refused_for(ws, project, "approve", date(2018, 8, 10)) == {"R05", "R06"}
    words = Prose("群众急需，下一批补足服务类项目")
    assert step(ws, project, "approve", date(2018, 8, 10), opinion=words).stage is Stage.APPROVED
    assert not any(f.stops for f in check(ws, 2018, date(2018, 8, 10)))


def test_the_quota_of_the_street_counts_what_is_approved(ws, ready):
    (given,) = ws.all(StreetQuota)
    with ws.change("登记额度", actor="陈") as change:
        change.save(replace(given, quota=Money(6_000_000)))
    first, second = ready(), ready(code="", title="排水沟整修")
    for project in (first, second):
        step(ws, project, "submit", FILED)
    words = Prose("平衡意见")
    step(ws, first, "approve", date(2018, 8, 10), opinion=words)
    assert refused_for(ws, second, "approve", date(2018, 8, 10), opinion=words) == {"R11"}
    step(ws, second, "approve", date(2018, 8, 10), opinion=words, special=Money(0), total=Money(4_000_000))


def test_a_year_goes_through(ws, ready):
    project = ready(
        category=Category.SERVICE, special=Money(5_000_000), donated_cash=Money(0), effect=Prose("老人每日有热饭")
    )
    step(ws, project, "submit", FILED)
    step(ws, project, "approve", date(2018, 8, 10))
    assert refused_for(ws, project, "lodge", date(2018, 8, 9)) == {"R17"}
    step(ws, project, "send", date(2018, 8, 12))
    step(ws, project, "lodge", date(2018, 8, 15), number="备 1")
    set_by = {"manner": "询价", "implementer": "海沧某社会工作服务中心"}
    assert refused_for(ws, project, "appoint", date(2018, 8, 20), **set_by) == {"R18"}
    step(ws, project, "appoint", date(2018, 8, 20), basis="采购文件", **set_by)
    assert refused_for(ws, project, "disburse", date(2018, 8, 21), amount=Money(5_000_001)) == {"R19"}
    step(ws, project, "disburse", date(2018, 8, 21), voucher="1")
    step(ws, project, "start", date(2018, 8, 25))
    step(ws, project, "complete", date(2018, 11, 30))
    assert refused_for(ws, project, "close", date(2018, 12, 20)) == {"R21", "R33"}
    step(ws, project, "accept", date(2018, 12, 1))
    step(ws, project, "settle", date(2018, 12, 5))
    step(ws, project, "post_completion", date(2018, 12, 6))
    assert step(ws, project, "close", date(2018, 12, 20)).stage is Stage.CLOSED
    assert not any(f.stops for f in check(ws, 2018, date(2018, 12, 20)))


def test_next_steps_say_what_would_bar_them(ws, ready):
    project = ready()
    step(ws, project, "submit", FILED)
    barred = {s.name: {f.rule for f in found} for s, found in next_steps(ws, ws.casefile(project.id), FILED)}
    assert barred["approve"] == {"R05", "R06"}
    assert barred["send_back"] == set()


def test_the_posted_notice_keeps_what_it_showed(ws, kept):
    project = kept()
    step(ws, project, "post", POSTED)
    (shown,) = ws.casefile(project.id).notices
    assert (shown.shown_total, shown.shown_place) == (Money(10_000_000), "霞阳社区")
    with ws.change("修改", actor="陈") as change:
        change.save(replace(project, donated_cash=Money(4_500_000)))
    assert "R15" in refused_for(ws, project, "submit", FILED)


def test_the_offices_own_tables_are_looked_into(ws, kept):
    with ws.change("登记", actor="陈") as change:
        change.save(Holiday(day=date(2027, 1, 1), name="元旦"))
        change.save(LabourPrice(work="普工", price=Money(15_000), from_on=date(2018, 1, 1), basis="街道文"))
        change.save(PublicProject(name="霞阳社区楼道照明更换工程"))
        change.save(YearPlan(fund_year=2018, closed_on=date(2018, 12, 31)))
    standing = reference_tables_of(ws, 2018)
    assert standing.calendar.knows(date(2027, 5, 1)) and standing.calendar.is_off(date(2027, 1, 1))
    assert standing.labour_price_on(date(2018, 1, 1)) and not standing.labour_price_on(date(2017, 12, 31))
    assert reference_tables_of(ws, 2019).plan is None
    assert {f.rule for f in check(ws, 2018, FILED) if f.rule == "R08" and f.severity.value == "exception"}
    assert "R13" in refused_for(ws, kept(), "submit", FILED)


def test_one_project_is_weighed_with_those_like_it(ws, ready):
    big = {"special": Money(24_000_000), "donated_cash": Money(16_000_000)}
    first, second = ready(title="东社路灯一期", **big), ready(code="", title="东社路灯二期", **big)
    ready(code="", title="村口排水沟整治", place="村口", **big)
    for project in (first, second):
        step(ws, project, "submit", FILED)
    (found,) = (f for f in evaluate_case(ws, ws.casefile(second.id), FILED) if f.rule == "R30")
    assert str(found.shortfall) == "80,000.00"
    assert [f.shortfall for f in check(ws, 2018, FILED) if f.rule == "R30"] == [found.shortfall]


def test_leave_excuses_and_is_named(ws, ready):
    project = ready(others_duty=True)
    assert refused_for(ws, project, "submit", FILED) == {"R13"}
    with ws.change("登记", actor="陈") as change:
        from haicang_desk.model.records import Waiver

        leave = Waiver(project=Link(project.id), rule="R13", authority="街道办事处", number="会议纪要 3 号")
        change.save(replace(leave, granted_on=FILED))
    step(ws, project, "submit", FILED)
    (found,) = (f for f in check(ws, 2018, FILED) if f.rule == "R13")
    assert found.excused_by == "会议纪要 3 号"


def test_a_gift_of_labour_is_valued_by_the_streets_price(ws, ready):
    project = ready(donated_cash=Money(2_200_000), labour=Money(1_800_000))
    assert refused_for(ws, project, "submit", FILED) == {"R02", "R03"}
    with ws.change("登记", actor="陈") as change:
        change.save(LabourPrice(work="普工", price=Money(15_000), from_on=date(2018, 1, 1), basis="街道文"))
    step(ws, project, "take_part", FILED, party="居民", manner=TakingPart.LABOUR, people=29, workdays=Decimal(4))
    assert refused_for(ws, project, "submit", FILED) == {"R02", "R03"}
    step(ws, project, "take_part", FILED, party="党员", manner=TakingPart.LABOUR, people=1, workdays=Decimal(4))
    step(ws, project, "submit", FILED)


def lodged(ws, ready, **unlike) -> Project:
    project = ready(category=Category.SERVICE, donated_cash=Money(0), effect=Prose("有热饭"), **unlike)
    step(ws, project, "submit", FILED)
    step(ws, project, "approve", date(2018, 8, 10))
    step(ws, project, "lodge", date(2018, 8, 15))
    return project


def test_a_change_counts_once_it_is_agreed_to_and_within_the_rules(ws, ready):
    project = lodged(ws, ready, special=Money(15_000_000))
    asked = {"after": Prose("增加两场课程"), "reason": Prose("报名人数增加")}
    case = step(ws, project, "alter", date(2018, 9, 1), special=Money(20_000_001), total=Money(20_000_001), **asked)
    assert case.approved.scheme == Money(15_000_000)
    assert {f.rule for f in check(ws, 2018, date(2018, 9, 1)) if f.rule == "R34"} == {"R34"}
    assert refused_for(ws, project, "decide_alteration", date(2018, 9, 3)) == {"R01"}
    within = {"special": Money(20_000_000), "total": Money(20_000_000)}
    case = step(ws, project, "decide_alteration", date(2018, 9, 3), number="变更 1 号", **within)
    assert (case.approved.scheme, len(case.alterations)) == (Money(20_000_000), 1)
    assert ws.register(2018).street.committed == Money(20_000_000)


def test_no_change_below_what_is_already_paid(ws, ready):
    project = lodged(ws, ready, special=Money(15_000_000))
    step(ws, project, "disburse", date(2018, 9, 1), amount=Money(12_000_000))
    asked = {"after": Prose("减少一场"), "reason": Prose("报名不足")}
    step(ws, project, "alter", date(2018, 9, 2), special=Money(10_000_000), total=Money(10_000_000), **asked)
    assert refused_for(ws, project, "decide_alteration", date(2018, 9, 3)) == {"R19"}
    step(ws, project, "refund", date(2018, 9, 3), amount=Money(2_000_000))
    assert step(ws, project, "decide_alteration", date(2018, 9, 3)).approved.scheme == Money(10_000_000)


def test_what_was_overpaid_is_returned_before_closing(ws, ready):
    project = lodged(ws, ready, special=Money(15_000_000))
    step(ws, project, "appoint", date(2018, 8, 20), manner="询价", basis="采购文件", implementer="某中心")
    step(ws, project, "disburse", date(2018, 8, 21))
    step(ws, project, "start", date(2018, 8, 25))
    step(ws, project, "complete", date(2018, 11, 30))
    step(ws, project, "accept", date(2018, 12, 1))
    step(ws, project, "settle", date(2018, 12, 5), special=Money(14_230_000))
    step(ws, project, "post_completion", date(2018, 12, 6))
    assert refused_for(ws, project, "close", date(2018, 12, 20)) == {"R29"}
    case = step(ws, project, "refund", date(2018, 12, 18))
    assert case.refunds[0].amount == Money(770_000)
    step(ws, project, "close", date(2018, 12, 20))


def test_a_survey_is_published_only_whole(ws, ready):
    project = lodged(ws, ready, special=Money(15_000_000))
    step(ws, project, "appoint", date(2018, 8, 20), manner="询价", basis="采购文件", implementer="某中心")
    step(ws, project, "start", date(2018, 8, 25))
    assert refused_for(ws, project, "post_survey", date(2018, 12, 10)) == {"R24"}
    for group in SurveyGroup:
        step(ws, project, "survey", date(2018, 12, 5), assessor="某评估机构", group=group, good=10)
    step(ws, project, "post_survey", date(2018, 12, 10))


def test_findings_do_not_hang_on_the_order_in_which_projects_were_entered(ws, kept, village):
    """Of one code, or none, they go by village and by what came first; and so do the pieces that R30 names."""
    with ws.change("登记", actor="陈") as change:
        other = change.save(Village(name="东屿村"))
    for title, home in (("路灯更换三期", other), ("路灯更换一期", village), ("路灯更换二期", other)):
        for code in ("", f"XYJD-{title}"):
            kept(code=code, title=title, village=Link(home.id), special=Money(60_000_000), submitted_on=FILED)
    found, by_code = check(ws, 2018, FILED), list(ws.casefiles(2018))
    for cases in (by_code, by_code[::-1], sorted(by_code, key=lambda case: case.project.title)):
        assert findings_of(ws, cases, ws.register(2018), FILED) == found
    uncoded = [f.title for f in found if f.rule == "R01" and not f.subject]
    assert uncoded == ["路灯更换一期", "路灯更换三期", "路灯更换二期"]
    assert any("“路灯更换三期”、“路灯更换二期”" in f.message for f in found if f.subject == "东屿村")
