"""The year of the street office: its tables, plan, inspections, publicity, quarterly reports and the award notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from haicang_desk.demo.fixtures import LABOUR_PRICE, YEAR
from haicang_desk.demo.simulated_office import Action, Office
from haicang_desk.model.documents import frozen_records, quarter_figures
from haicang_desk.model.records import (
    Category,
    Expert,
    Inspection,
    InspectionKind,
    LabourPrice,
    Medium,
    Member,
    Notice,
    NoticeKind,
    ProcurementLimit,
    Prose,
    Publicity,
    PublicProject,
    QuarterReport,
    Regulation,
    StreetQuota,
    Tier,
    YearPlan,
)
from haicang_desk.model.values import Money, notice_end


def street_actions() -> list[tuple[date, Action]]:
    """All actions of the street with their days, in order."""
    return [
        (date(2025, 1, 6), _found),
        (date(2025, 1, 8), _set_tables),
        (date(2025, 6, 26), _inspect),
        (date(2025, 12, 18), _inspect),
        (date(YEAR, 1, 12), _plan),
        (date(YEAR, 2, 25), _publish),
        (date(YEAR, 4, 3), partial(_report_quarter, 1)),
        (date(YEAR, 6, 24), _inspect),
        (date(YEAR, 7, 3), partial(_report_quarter, 2)),
        (date(YEAR, 9, 16), _spot_check),
        (date(YEAR, 10, 9), partial(_report_quarter, 3)),
        (date(YEAR, 11, 18), _show_awards),
    ]


def _found(office: Office) -> None:
    """Enter the street, its villages and its yearly quotas."""
    ws, street = office.ws, office.street
    office.save([replace(street.office, id=ws.street.id)], "登记街道信息")
    office.save(street.villages, "登记村居")
    existing = {quota.fund_year: quota for quota in ws.all(StreetQuota)}
    quotas = [
        replace(existing.get(year, StreetQuota(fund_year=year)), quota=amount, number=f"海财指〔{year}〕12号")
        for year, amount in street.quotas.items()
    ]
    office.save(quotas, "登记街道额度")


def _set_tables(office: Office) -> None:
    body = "鹭湾街道“社会+”民生微实事工作领导小组"
    members = (("林𬭎远", "街道办事处", "组长"), ("郭𫖯", "街道办事处", "副组长"), ("陈静怡", "社会事务办", "经办"))
    office.save(
        [
            LabourPrice(work="普工", price=LABOUR_PRICE, from_on=date(2025, 1, 1), basis="鹭街〔2026〕3号"),
            ProcurementLimit(category=Category.WORKS, manner="小额比选", most=Money(100_000_000), basis="小额工程规定"),
            PublicProject(name="鹭湾大道景观提升工程", place="鹭湾大道", state="在建", owner="区建设局"),
            Regulation(title="鹭湾街道民生微实事资金管理办法", number="鹭街〔2025〕6号", issuer="鹭湾街道办事处"),
            *(Member(tier=Tier.STREET, body=body, name=name, unit=unit, duty=duty) for name, unit, duty in members),
            Expert(name="叶𬭎", unit="鹭岛大学社会学院", speciality="社区治理", active=True),
            Expert(name="许佩珊", unit="区社会组织促进会", speciality="项目评估", active=True),
        ],
        "登记机构、专家和限额",
    )


def _plan(office: Office) -> None:
    plan = YearPlan(
        fund_year=YEAR,
        kinds=Prose("服务类、货物类、工程类"),
        range=Prose("十三个村居"),
        budget=Money(950_000_000),
        duration=f"{YEAR}年3月至12月",
        feasibility=Prose("经村居摸底和专家评估，可行"),
        planning_from=date(YEAR, 3, 1),
        carrying_from=date(YEAR, 6, 1),
        summing_from=date(YEAR, 12, 1),
        reported_on=date(YEAR, 1, 12),
    )
    office.save([plan], f"{YEAR}年度工作安排")


def _publish(office: Office) -> None:
    called = Publicity(
        published_on=office.today,
        medium=Medium.WECHAT,
        title=f"鹭湾街道{YEAR}年民生微实事项目征集公告",
        content=Prose("面向全体居民征集项目，可投意见箱、扫码或到村居登记。"),
    )
    office.save([called], "登记宣传")


def _inspect(office: Office) -> None:
    """Enter the half-yearly self-check, with a problem that was solved."""
    half = "上半年" if office.today.month < 7 else "下半年"
    found = Inspection(
        kind=InspectionKind.SELF,
        inspected_on=office.today,
        calling=Prose("征集渠道畅通，意见登记完整"),
        choosing=Prose("公示天数足，五类意见齐"),
        carrying=Prose("进度与计划相符"),
        judging=Prose("已委托第三方测评"),
        problem=Prose(f"{half}抽查中两个项目的公示照片未归档"),
        remedy=Prose("补拍并归档，明确专人管理"),
        responsible=office.street.clerk,
        due_on=office.today.replace(day=28),
        done_on=office.today.replace(day=28),
        reported_on=office.today.replace(day=28),
    )
    office.save([found], f"{office.today.year}年{half}自查")


def _spot_check(office: Office) -> None:
    found = Inspection(
        kind=InspectionKind.SPOT,
        inspected_on=office.today,
        carrying=Prose("抽查六个项目"),
        problem=Prose("一个项目的预算明细未按科目填写"),
        remedy=Prose("按科目重新填写"),
        responsible=office.street.clerk,
        due_on=date(YEAR, 10, 15),
        done_on=date(YEAR, 10, 12),
        reported_on=date(YEAR, 10, 14),
    )
    office.save([found], "登记区级抽查")


def _report_quarter(quarter: int, office: Office) -> None:
    """Freeze the figures of a quarterly report, project by project, as it is sent."""
    figures = quarter_figures(office.ws, YEAR, quarter, office.today)
    sent = [
        replace(record, reported_on=office.today) if isinstance(record, QuarterReport) else record
        for record in frozen_records(figures, office.today)
    ]
    office.save(sent, f"{YEAR}年第{quarter}季度报告定稿")


def _show_awards(office: Office) -> None:
    notice = Notice(
        kind=NoticeKind.AWARD,
        fund_year=YEAR,
        posted_on=office.today,
        ends_on=notice_end(office.today, office.ws.policy(YEAR).number_of("notice_days")),
        place="街道公告栏、微信公众号",
    )
    office.save([notice], f"{YEAR}年度评优公示")
