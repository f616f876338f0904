"""Actions from 完工 to the award: acceptance, settlement, maintenance, notices, survey and judging."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from functools import partial

from haicang_desk.demo.clock import Schedule
from haicang_desk.demo.delivery_actions import pay, spend
from haicang_desk.demo.fixtures import DemoProject, choice
from haicang_desk.demo.sample_files import attach_photographs, is_photographed
from haicang_desk.demo.simulated_office import Action, Office
from haicang_desk.model.funding import Funding
from haicang_desk.model.records import (
    Award,
    AwardResult,
    Category,
    Guidance,
    Link,
    Maintenance,
    Notice,
    NoticeKind,
    Prose,
    Refund,
    Review,
    Survey,
    SurveyGroup,
    Verdict,
)
from haicang_desk.model.values import Money, notice_end


def schedule_closeout(schedule: Schedule[Action], project: DemoProject) -> None:
    """Add the actions after completion, up to 办结, the survey and the award."""
    if project.draft.mandatory_standard:
        schedule.after(1, partial(_guide, project))
    schedule.after(5, partial(_accept, project))
    if is_photographed(project):
        schedule.after(0, partial(attach_photographs, project))
    schedule.after(2, partial(pay, project, Decimal(1)))
    schedule.after(3, partial(_settle, project))
    if project.settled_less:
        schedule.after(4, partial(_refund, project))
    schedule.after(0, partial(spend, project, "尾款"))
    if project.category is not Category.SERVICE:
        schedule.after(1, partial(_hand_over, project))
    schedule.after(1, partial(_post_completion, project))
    schedule.after(9, partial(_close, project))
    schedule.after(6, partial(_survey, project))
    schedule.after(4, partial(_post_survey, project))
    if project.award:
        schedule.after(6, partial(_judge, project))


def _guide(project: DemoProject, office: Office) -> None:
    guidance = Guidance(
        project=office.link(project),
        guided_on=office.today,
        department="区市场监督管理局",
        standard="GB 19272",
        gist=Prose("器材有合格标识，安装间距符合要求"),
    )
    office.save([guidance], f"登记“{project.title}”强制标准指导")


def _accept(project: DemoProject, office: Office) -> None:
    office.step(project, "accept", account=Prose("街道、村居、居民代表三方验收，质量合格，资料齐全"))


def _settle(project: DemoProject, office: Office) -> None:
    """Settle as approved, or by less: 3/5 of the difference comes off public money, the rest off self-raised money."""
    approved = office.case(project).approved or Funding()
    sums = {each.name: getattr(approved, each.name) for each in fields(Funding)}
    if less := project.settled_less:
        sums["special"] = Money(sums["special"] - less * 3 // 5)
        sums["self_raised"] = Money(sums["self_raised"] - less + less * 3 // 5)
    office.step(project, "settle", **sums, overhead=project.draft.overhead)


def _refund(project: DemoProject, office: Office) -> None:
    case = office.case(project)
    over = case.disbursed - (case.settled.scheme if case.settled else Money())
    refund = Refund(
        project=office.link(project),
        returned_on=office.today,
        amount=Money(over),
        voucher=f"鹭退{project.year}-{office.next_number():04d}",
        reason="决算低于核定，退回结余",
    )
    office.save([refund], f"登记“{project.title}”退款")


def _hand_over(project: DemoProject, office: Office) -> None:
    kept = Maintenance(
        project=office.link(project),
        keeper=project.draft.keeper,
        duty=Prose("每月巡查一次，损坏三日内修复"),
        begins_on=office.today,
        ends_on=office.today.replace(year=office.today.year + 3),
        contact="郑国良",
        phone="0592-6051107",
        fund_source="村居集体收入",
        yearly=Money(300_000),
    )
    office.save([kept], f"落实“{project.title}”管养")


def _post_completion(project: DemoProject, office: Office) -> None:
    office.step(project, "post_completion")


def _close(project: DemoProject, office: Office) -> None:
    office.step(project, "close", account=Prose("公示期满无异议，资料归档"))


def _survey(project: DemoProject, office: Office) -> None:
    """Enter the ballots of the four groups; most are of residents."""
    link, day, surveys = office.link(project), office.today, []
    for position, group in enumerate(SurveyGroup):
        size = 24 if group is SurveyGroup.RESIDENTS else 6
        poor = int(project.number % 8 == 0 and group is SurveyGroup.RESIDENTS)
        survey = Survey(project=link, surveyed_on=day, assessor="厦门知微第三方评估中心", group=group)
        surveys.append(replace(survey, excellent=size - 3 - poor, good=2 + position % 2, fair=1, poor=poor, bad=0))
    office.save(surveys, f"登记“{project.title}”满意度测评")


def _post_survey(project: DemoProject, office: Office) -> None:
    _posted(project, NoticeKind.SURVEY, office)


def _posted(project: DemoProject, kind: NoticeKind, office: Office) -> None:
    case = office.case(project)
    notice = Notice(
        kind=kind,
        project=Link(case.project.id),
        village=Link(case.village.id),
        fund_year=project.year,
        posted_on=office.today,
        ends_on=notice_end(office.today, office.ws.policy(project.year).number_of("notice_days")),
        place="村居公告栏",
    )
    office.save([notice], f"{kind.label}：{project.title}")


def _judge(project: DemoProject, office: Office) -> None:
    """Enter the residents' review and the award with its scores and result."""
    scores = {"excellent": (Decimal("96.5"), Decimal("94")), "nominated": (Decimal("93"), Decimal("92.5"))}
    residents, experts = scores.get(project.award, (Decimal("88"), Decimal("86.5")))
    result = choice(AwardResult, project.award)
    number = f"海民〔{project.year}〕{80 + project.number}号" if result is AwardResult.EXCELLENT else ""
    link = office.link(project)
    office.save(
        [
            Review(
                project=link, held_on=office.today, verdict=Verdict.RESIDENTS, people=56, gist=Prose("居民认可度高")
            ),
            Award(
                fund_year=project.year,
                project=link,
                resident_score=residents,
                expert_score=experts,
                result=result,
                number=number,
            ),
        ],
        f"“{project.title}”评优",
    )
