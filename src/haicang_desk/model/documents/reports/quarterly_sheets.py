"""The sheets of the quarterly workbook: 汇总, 明细, 合规, 上期调整; 清算 in the pilot year. In 万元, as numbers.

条文：C030 C121 C122
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.form_parts import named
from haicang_desk.model.documents.forms.filing_forms import lead
from haicang_desk.model.documents.reports.quarterly_figures import (
    GROUPS,
    ProjectLine,
    Quarterly,
    Sums,
    in_wan,
    leverage,
    rounding_note,
)
from haicang_desk.model.records import Appointment, Project, Stage
from haicang_desk.model.rules import advanced_of
from haicang_desk.model.values import Money

Value = str | int | Decimal | date | None
MONEY, SHARE, DAY = "#,##0.00", "0.00%", "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, its width in characters, and how Excel shows what is below it."""

    head: str
    width: float
    form: str = ""


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet: its title, a line under it, its columns and its rows; the last row may be a sum."""

    name: str
    title: str
    below: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""
    summed: bool = False


def sheets_of(report: Quarterly) -> tuple[WorkbookSheet, ...]:
    sheets = (_summary(report), _detail(report), _rules(report), _late(report))
    pilot = report.year == report.policy.number_of("pilot_year")
    return (*sheets, _advances(report)) if pilot else sheets


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001")) if whole else None


_SUMMARY = (
    Column("村居", 16),
    Column("项目数", 8),
    Column("服务类", 8),
    Column("货物类", 8),
    Column("工程类", 8),
    Column("服务类项目数占比", 11, SHARE),
    Column("服务类资金占比（总资金）", 13, SHARE),
    Column("服务类资金占比（专项资金）", 13, SHARE),
    Column("总资金", 12, MONEY),
    Column("核定专项", 12, MONEY),
    Column("社会投入", 12, MONEY),
    Column("杠杆率", 8),
    Column("已拨付", 12, MONEY),
    Column("拨付率", 10, SHARE),
    *(Column(name, 8) for name in GROUPS),
    Column("慢序时", 8),
    Column("参与人次", 9),
    Column("社会力量参与数", 9),
    Column("项目数较上季", 9),
    Column("总资金较上季", 12, MONEY),
    Column("已拨付较上季", 12, MONEY),
)


def _summary(report: Quarterly) -> WorkbookSheet:
    rows = [*(_sums_row(village) for village in report.villages), _sums_row(report.whole, "合计")]
    return WorkbookSheet(
        "汇总",
        f"{report.street.name}{report.called}“社会+”民生微实事项目进展情况汇总表",
        f"截至{report.upto:%Y-%m-%d}　单位：万元",
        _SUMMARY,
        tuple(rows),
        rounding_note(report),
        summed=True,
    )


def _sums_row(sums: Sums, named: str = "") -> tuple[Value, ...]:
    now, before = sums.now, sums.before
    return (
        named or now.name,
        now.projects,
        now.service_projects,
        now.goods_projects,
        now.works_projects,
        _share(now.service_projects, now.projects),
        _share(now.service_total, now.total),
        _share(now.service_special, now.special),
        in_wan(now.total),
        in_wan(now.approved_special),
        in_wan(now.social),
        leverage(now),
        in_wan(now.disbursed),
        _share(now.disbursed, now.approved_special),
        *sums.groups.values(),
        sums.overdue,
        sums.heard,
        now.social_projects,
        now.projects - before.projects,
        in_wan(now.total - before.total),
        in_wan(now.disbursed - before.disbursed),
    )


_DETAIL = (
    Column("序号", 6),
    Column(named(Project, "code"), 20),
    Column("村居", 14),
    Column(named(Project, "title"), 30),
    Column("类别", 8),
    Column(named(Project, "content"), 14),
    Column("总资金", 12, MONEY),
    Column("专项资金", 12, MONEY),
    Column("社会投入", 12, MONEY),
    Column(named(Project, "lead"), 18),
    Column(named(Appointment, "implementer"), 24),
    Column(named(Appointment, "appointed_on"), 12, DAY),
    Column("到期日", 12, DAY),
    Column("实际日", 12, DAY),
    Column("征集起天数", 9),
    Column("形象进度%", 9),
    Column("累计拨付", 12, MONEY),
    Column("累计支出", 12, MONEY),
    Column("办理阶段", 10),
    Column("状态", 8),
    Column("存在问题", 30),
    Column("下步措施", 24),
)


def _detail(report: Quarterly) -> WorkbookSheet:
    rows = tuple(_project_row(count, line) for count, line in enumerate(report.projects, 1))
    total = report.whole.now
    spent = sum((_spent(line.case) for line in report.projects), Money(0))
    summed: tuple[Value, ...] = (
        *("合计", "", "", f"{len(rows)} 项", "", ""),
        *(in_wan(total.total), in_wan(total.special), in_wan(total.social)),
        *("", "", None, None, None, None, None, in_wan(total.disbursed), in_wan(spent), "", "", "", ""),
    )
    return WorkbookSheet(
        "明细",
        f"{report.street.name}{report.called}“社会+”民生微实事项目进展情况明细表",
        f"截至{report.upto:%Y-%m-%d}　单位：万元",
        _DETAIL,
        (*rows, summed),
        summed=True,
    )


def _spent(case: Casefile) -> Money:
    """What the village has paid for with the project's money."""
    return sum((each.amount for each in case.spending), Money(0))


def _project_row(count: int, line: ProjectLine) -> tuple[Value, ...]:
    case = line.case
    project, appointed, pace = case.project, case.appointment, line.pace
    return (
        count,
        project.code,
        case.village.name,
        project.title,
        project.category.label,
        project.content.label,
        in_wan(case.funding.total),
        in_wan(case.committed),
        in_wan(case.funding.social),
        lead(case),
        appointed.implementer if appointed else "",
        appointed.appointed_on if appointed else None,
        pace.due_on,
        pace.done_on,
        line.days,
        line.percent,
        in_wan(case.disbursed),
        in_wan(_spent(case)),
        case.stage.label,
        pace.word,
        line.problem,
        _measure(line),
    )


def _measure(line: ProjectLine) -> str:
    """What comes next, told by the stage and the pace."""
    if line.pace.late and line.pace.done_on is None:
        return f"督促尽快{line.pace.what}"
    return _NEXT.get(line.case.stage, "")


_NEXT = {
    Stage.SUBMITTED: "街道审批",
    Stage.APPROVED: "报区备案",
    Stage.LODGED: "确定实施主体",
    Stage.APPOINTED: "组织开工（开展）",
    Stage.UNDERWAY: "按计划推进",
    Stage.COMPLETED: "验收、决算、公示后办结",
}


def _rules(report: Quarterly) -> WorkbookSheet:
    columns = (
        Column("规则", 8),
        Column("级别", 8),
        Column("依据", 34),
        Column("对象", 22),
        Column("名称", 28),
        Column("情况", 70),
        Column("例外文号", 18),
    )
    rows = tuple(
        (f.rule, f.severity.label, str(f.clause), f.subject, f.title, f.message, f.excused_by or "")
        for f in report.findings
    )
    return WorkbookSheet("合规", "合规检查结果", f"共 {len(rows)} 条", columns, rows)


def _late(report: Quarterly) -> WorkbookSheet:
    columns = (
        Column(named(Project, "code"), 20),
        Column("村居", 14),
        Column(named(Project, "title"), 30),
        Column("事项", 18),
        Column("上季度报告", 18),
        Column("现有记录", 18),
    )
    rows = tuple((x.code, x.village, x.title, x.what, x.reported, x.known) for x in report.late)
    return WorkbookSheet("上期调整", "上期补录、调整", report.late_note, columns, rows)


def _advances(report: Quarterly) -> WorkbookSheet:
    """清算表: what the street advanced in the pilot year, what the district took over, and the rest. Never as owed.

    五(一)¶3, R27. 条文：C141
    """
    columns = (
        Column(named(Project, "code"), 20),
        Column("村居", 14),
        Column(named(Project, "title"), 30),
        *(Column(name, 12, MONEY) for name in ("先行列支", "已统筹", "未统筹")),
    )
    advanced = [
        (case, advanced_of(case)) for case in (line.case for line in report.projects) if case.project.advance_paid
    ]
    rows: list[tuple[Value, ...]] = [
        (case.project.code, case.village.name, case.project.title, *map(in_wan, (paid, taken, paid - taken)))
        for case, (paid, taken) in advanced
    ]
    paid, taken = (sum((sums[n] for _, sums in advanced), Money(0)) for n in (0, 1))
    rows.append(("合计", "", f"{len(rows)} 项", *map(in_wan, (paid, taken, paid - taken))))
    return WorkbookSheet(
        "清算",
        f"{report.street.name}{report.year}年试点资金清算表",
        f"截至{report.upto:%Y-%m-%d}　单位：万元",
        columns,
        tuple(rows),
        "未统筹的资金由区里在预算调整时统筹考虑，不作为应收款。",
        summed=True,
    )
