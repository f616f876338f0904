"""From 完工 to the year's best: acceptance, settlement, what is shown, kept, measured and judged."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from functools import partial

from haicang_desk.demo.delivery_acts import pay
from haicang_desk.demo.fixtures import Part, choice
from haicang_desk.demo.kept_files import is_photographed, photograph
from haicang_desk.demo.office import Diary, Office
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


def closed(diary: Diary, part: Part) -> None:
    if part.draft.mandatory_standard:
        diary.after(1, partial(_guide, part))
    diary.after(5, partial(_accept, part))
    if is_photographed(part):
        diary.after(0, partial(photograph, part))
    diary.after(2, partial(pay, part, Decimal(1)))
    diary.after(3, partial(_settle, part))
    if part.settled_less:
        diary.after(4, partial(_refund, part))
    if part.category is not Category.SERVICE:
        diary.after(1, partial(_hand_over, part))
    diary.after(1, partial(_post_completion, part))
    diary.after(9, partial(_close, part))
    diary.after(6, partial(_survey, part))
    diary.after(4, partial(_post_survey, part))
    if part.best:
        diary.after(6, partial(_judge, part))


def _guide(part: Part, office: Office) -> None:
    guidance = Guidance(
        project=office.link(part),
        guided_on=office.today,
        department="区市场监督管理局",
        standard="GB 19272",
        gist=Prose("器材有合格标识，安装间距符合要求"),
    )
    office.keep([guidance], f"登记“{part.title}”强制标准指导")


def _accept(part: Part, office: Office) -> None:
    office.step(part, "accept", account=Prose("街道、村居、居民代表三方验收，质量合格，资料齐全"))


def _settle(part: Part, office: Office) -> None:
    """As approved, or somewhat less, borne by public and other money alike."""
    approved = office.case(part).approved or Funding()
    sums = {said.name: getattr(approved, said.name) for said in fields(Funding)}
    if less := part.settled_less:
        sums["special"] = Money(sums["special"] - less * 3 // 5)
        sums["self_raised"] = Money(sums["self_raised"] - less + less * 3 // 5)
    office.step(part, "settle", **sums, overhead=part.draft.overhead)


def _refund(part: Part, office: Office) -> None:
    case = office.case(part)
    over = case.disbursed - (case.settled.scheme if case.settled else Money())
    refund = Refund(
        project=office.link(part),
        returned_on=office.today,
        amount=Money(over),
        voucher=f"鹭退{part.year}-{office.next_number():04d}",
        reason="决算低于核定，退回结余",
    )
    office.keep([refund], f"登记“{part.title}”退款")


def _hand_over(part: Part, office: Office) -> None:
    kept = Maintenance(
        project=office.link(part),
        keeper=part.draft.keeper,
        duty=Prose("每月巡查一次，损坏三日内修复"),
        begins_on=office.today,
        ends_on=office.today.replace(year=office.today.year + 3),
        contact="郑国良",
        phone="0592-6051107",
        fund_source="村居集体收入",
        yearly=Money(300_000),
    )
    office.keep([kept], f"落实“{part.title}”管养")


def _post_completion(part: Part, office: Office) -> None:
    office.step(part, "post_completion")


def _close(part: Part, office: Office) -> None:
    office.step(part, "close", account=Prose("公示期满无异议，资料归档"))


def _survey(part: Part, office: Office) -> None:
    """Four groups; the residents outnumber the others."""
    link, day, heard = office.link(part), office.today, []
    for place, group in enumerate(SurveyGroup):
        size = 24 if group is SurveyGroup.RESIDENTS else 6
        poor = int(part.number % 8 == 0 and group is SurveyGroup.RESIDENTS)
        survey = Survey(project=link, surveyed_on=day, assessor="厦门知微第三方评估中心", group=group)
        heard.append(replace(survey, excellent=size - 3 - poor, good=2 + place % 2, fair=1, poor=poor, bad=0))
    office.keep(heard, f"登记“{part.title}”满意度测评")


def _post_survey(part: Part, office: Office) -> None:
    _posted(part, NoticeKind.SURVEY, office)


def _posted(part: Part, kind: NoticeKind, office: Office) -> None:
    case = office.case(part)
    notice = Notice(
        kind=kind,
        project=Link(case.project.id),
        village=Link(case.village.id),
        fund_year=part.year,
        posted_on=office.today,
        ends_on=notice_end(office.today, office.ws.policy(part.year).number_of("notice_days")),
        place="村居公告栏",
    )
    office.keep([notice], f"{kind.label}：{part.title}")


def _judge(part: Part, office: Office) -> None:
    """What residents and experts made of it; the district's decision comes with the year's end."""
    scores = {"excellent": (Decimal("96.5"), Decimal("94")), "nominated": (Decimal("93"), Decimal("92.5"))}
    residents, experts = scores.get(part.best, (Decimal("88"), Decimal("86.5")))
    result = choice(AwardResult, part.best)
    number = f"海民〔{part.year}〕{80 + part.number}号" if result is AwardResult.EXCELLENT else ""
    link = office.link(part)
    office.keep(
        [
            Review(
                project=link, held_on=office.today, verdict=Verdict.RESIDENTS, people=56, gist=Prose("居民认可度高")
            ),
            Award(
                fund_year=part.year,
                project=link,
                resident_score=residents,
                expert_score=experts,
                result=result,
                number=number,
            ),
        ],
        f"“{part.title}”评优",
    )
