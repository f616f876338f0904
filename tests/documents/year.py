"""A fund year of records: one project gone the whole way, one approved, one still a draft, one filed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from haicang_desk.model.records import (
    Appointment,
    Approval,
    Award,
    AwardResult,
    BudgetLine,
    Category,
    Channel,
    Conclusion,
    Consulted,
    Content,
    Deliberation,
    Disbursement,
    Filing,
    FilingResult,
    ImplementerKind,
    Inspection,
    InspectionKind,
    Link,
    Notice,
    NoticeKind,
    Opinion,
    Participation,
    Progress,
    Project,
    Prose,
    Record,
    Settlement,
    Source,
    Suggestion,
    Survey,
    SurveyGroup,
    TakingPart,
    Urgency,
    Village,
    VillageKind,
    Waiver,
    YearPlan,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.services import Workspace
from haicang_desk.model.values import Money

# What no notice may ever show: a resident's name and telephone, an account, an identity number.
CANARIES = (
    *("张晓明", "杨志强", "李建国", "隐名食品"),
    *("13800008000", "9020110100100001234", "350203198001011234"),
)
DONOR, PAYEE = "厦门新阳机械有限公司", "霞阳社区居民委员会"


def fill(ws: Workspace) -> None:
    """Put the year into a store that has its street and one village."""
    with ws.change("登记", actor="陈") as change:
        change.save(
            replace(
                ws.street,
                address="海沧区新阳街道新盛路28号",
                contact="林晓燕",
                phone="0592-6051234",
                watch_phone="0592-6055678",
            )
        )
        village = change.save(
            replace(
                ws.all(Village)[0],
                bank="厦门农村商业银行新阳支行",
                account="9020110100100001234",
                contact="杨志强",
                phone="13800008000",
                has_elders=True,
            )
        )
        other = change.save(Village(name="兴旺社区", code="XWSQ", kind=VillageKind.COMMUNITY, has_elders=False))
        lamps, school, _, _ = (change.save(project) for project in projects(village.id, other.id))
        for record in (*criteria(lamps.id, village.id), *decided(lamps.id), *carried(lamps.id, village.id)):
            change.save(record)
        for record in elsewhere(school.id, village.id):
            change.save(record)


def projects(village: str, other: str) -> Iterator[Project]:
    ours, theirs = Link(village), Link(other)
    sound = {"fund_year": 2018, "others_duty": False, "duplicates_public": False}
    yield Project(
        **sound,
        code="XYJD-XYSQ-2018-01",
        village=ours,
        title="老旧楼道照明更换及消防通道整治",
        category=Category.WORKS,
        content=Content.SAFETY,
        place="霞阳东路二里1至18号楼",
        beneficiaries=1260,
        need=Prose("楼道灯损坏率超过六成，居民多次反映夜间出行不便。"),
        works=Prose("1. 更换 LED 楼道灯 324 盏；\n2. 清理消防通道 18 处。联系张先生 13800008000。"),
        effect=Prose("改善 18 栋楼 420 户居民夜间出行条件。"),
        urgency=Urgency.URGENT,
        planned_start=date(2018, 9, 15),
        planned_finish=date(2018, 12, 31),
        special=Money(18000000),
        donated_cash=Money(5000000),
        donated_goods=Money(2200000),
        labour=Money(1800000),
        self_raised=Money(3000000),
        keeper="霞阳社区居民委员会",
        keeping_duty=Prose("每月巡查一次"),
        keeping_fund=Money(600000),
        mandatory_standard=True,
        valuation_basis=Prose("新街〔2018〕12号"),
        principal="杨志强",
        phone="13800008000",
        submitted_on=date(2018, 8, 9),
    )
    yield Project(
        **sound,
        code="XYJD-XYSQ-2018-02",
        village=ours,
        title="“四点半学堂”儿童课后托管服务",
        place="社区活动中心",
        need=Prose("双职工家庭子女放学后无人看管。"),
        works=Prose("开办托管班两个。"),
        special=Money(19800000),
        overhead=Money(1900000),
        submitted_on=date(2018, 8, 9),
    )
    yield Project(
        **sound,
        code="XYJD-XYSQ-2018-03",
        village=ours,
        title="健身路径器材购置",
        category=Category.GOODS,
        special=Money(6000000),
        donated_goods=Money(4000000),
    )
    yield Project(
        **sound,
        code="XYJD-XWSQ-2018-01",
        village=theirs,
        title="老人日间照料服务",
        special=Money(15000000),
        self_raised=Money(6000001),
        submitted_on=date(2018, 8, 20),
    )


def criteria(project: str, village: str) -> Iterator[Record]:
    of, ours = Link(project), Link(village)
    for content, amount, source in (
        ("LED 楼道灯", 18000000, Source.SPECIAL),
        ("消防器材箱", 2200000, Source.DONATED_GOODS),
        ("居民投工清理", 1800000, Source.LABOUR),
        ("其他配套", 8000000, Source.DONATED_CASH),
    ):
        yield BudgetLine(project=of, content=content, subject="材料费", amount=Money(amount), source=source)
    yield Suggestion(
        project=of,
        village=ours,
        told_on=date(2018, 6, 10),
        channel=Channel.BOX,
        person="张晓明",
        phone="13800008000",
        text=Prose("楼道灯坏了很久，老人晚上不敢下楼。"),
        supporters=30,
        outcome=Prose("列入备选"),
    )
    yield Suggestion(village=ours, told_on=date(2018, 6, 20), channel=Channel.MEETING, text=Prose("希望增设儿童托管。"))
    yield Deliberation(
        project=of, village=ours, held_on=date(2018, 7, 20), meeting="居民议事会", expected=30, present=26
    )
    for count, group in enumerate(Consulted, 1):
        yield Opinion(project=of, consulted=group, sought_on=date(2018, 7, 25), people=count, agreed=count, opposed=0)
    yield _notice(NoticeKind.PROJECT, of, ours, date(2018, 8, 1), date(2018, 8, 8))


def _notice(kind: NoticeKind, of: Link, village: Link, start: date, end: date) -> Notice:
    return Notice(kind=kind, project=of, village=village, fund_year=2018, posted_on=start, ends_on=end)


def decided(project: str) -> Iterator[Record]:
    of = Link(project)
    yield Approval(
        project=of,
        conclusion=Conclusion.AGREE,
        decided_on=date(2018, 8, 15),
        special=Money(17500000),
        approver="王建国",
        opinion=Prose("同意实施，核减单价差额。"),
        number="新街〔2018〕35号",
    )
    yield Filing(
        project=of,
        sent_on=date(2018, 8, 16),
        lodged_on=date(2018, 8, 20),
        number="海民微备2018-007",
        result=FilingResult.LODGED,
    )
    yield Waiver(
        project=of,
        rule="R13",
        authority="新阳街道办事处",
        number="新街纪要〔2018〕9号",
        granted_on=date(2018, 8, 10),
        reason=Prose("楼栋无物业服务企业"),
    )
    yield Appointment(
        project=of,
        manner="小额比选",
        basis="小额建设工程招标投标规定",
        implementer="厦门海翔市政工程有限公司",
        kind=ImplementerKind.ENTERPRISE,
        price=Money(28500000),
        appointed_on=date(2018, 8, 25),
    )


def carried(project: str, village: str) -> Iterator[Record]:
    of, ours = Link(project), Link(village)
    for party, kind, manner, amount, named in (
        (DONOR, "企业", TakingPart.DONATE, 3000000, True),
        ("欧阳建设", "新乡贤", TakingPart.DONATE, 2200000, True),
        ("李建国", "居民", TakingPart.DONATE, 1000000, None),
        ("隐名食品有限公司", "企业", TakingPart.DONATE, 1000000, False),
        ("霞阳志愿服务队", "志愿者", TakingPart.LABOUR, 1800000, True),
    ):
        yield Participation(
            project=of,
            party=party,
            kind=kind,
            manner=manner,
            took_on=date(2018, 8, 2),
            amount=Money(amount),
            named=named,
        )
    for on, event, percent, told in (
        (date(2018, 9, 1), ProgressEvent.START, 5, "进场"),
        (date(2018, 12, 10), ProgressEvent.COMPLETE, 100, "全部完工"),
        (date(2018, 12, 18), ProgressEvent.ACCEPT, 100, "数量与合同一致，质量合格。身份证350203198001011234"),
    ):
        yield Progress(project=of, happened_on=on, event=event, percent=percent, account=Prose(told))
    for on, amount, voucher in ((date(2018, 9, 3), 8750000, "记-0912"), (date(2018, 12, 25), 7000000, "记-1233")):
        yield Disbursement(project=of, paid_on=on, amount=Money(amount), payee=PAYEE, voucher=voucher, handler="陈丽")
    yield Settlement(
        project=of,
        settled_on=date(2018, 12, 22),
        special=Money(17100000),
        donated_cash=Money(5000000),
        donated_goods=Money(2200000),
        labour=Money(1800000),
        self_raised=Money(2900000),
    )
    yield _notice(NoticeKind.COMPLETION, of, ours, date(2018, 12, 23), date(2018, 12, 30))
    for group in SurveyGroup:
        yield Survey(
            project=of,
            surveyed_on=date(2018, 12, 27),
            assessor="厦门市民生社会服务评估中心",
            group=group,
            excellent=6,
            good=3,
            fair=1,
        )
    yield _notice(NoticeKind.SURVEY, of, ours, date(2018, 12, 29), date(2019, 1, 5))
    yield YearPlan(
        fund_year=2018,
        kinds=Prose("服务类、货物类、工程类项目，以消除安全隐患、村居环境整治和群众生活关爱为主"),
        range=Prose("霞阳社区、兴旺社区"),
        budget=Money(80_000_000),
        duration="2018年6月至12月",
        feasibility=Prose("经村居摸底和专家评估，项目均有实施条件。\n社会力量参与意愿较强。"),
        reported_on=date(2018, 6, 20),
    )
    yield Inspection(
        kind=InspectionKind.SELF,
        inspected_on=date(2018, 12, 15),
        project=of,
        calling=Prose("意见登记齐全"),
        problem=Prose("个别票据未及时归档"),
        remedy=Prose("专人归档"),
        responsible="陈丽",
        due_on=date(2018, 12, 30),
    )
    yield Award(
        fund_year=2018,
        project=of,
        resident_score=Decimal("92.5"),
        expert_score=Decimal(90),
        result=AwardResult.EXCELLENT,
        number="海民微〔2019〕1号",
    )


def elsewhere(project: str, village: str) -> Iterator[Record]:
    of = Link(project)
    yield _notice(NoticeKind.PROJECT, of, Link(village), date(2018, 8, 1), date(2018, 8, 8))
    yield Approval(project=of, conclusion=Conclusion.AGREE, decided_on=date(2018, 10, 15), approver="王建国")
