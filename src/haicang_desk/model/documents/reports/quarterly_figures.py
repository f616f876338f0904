"""The figures of the quarterly report, computed from the casefiles as of the quarter's last day. 四(二)¶2, R26, R31.

Letter and workbook both read a :class:`Quarterly`; nothing is summed or rounded anywhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from haicang_desk.model.balances import Balance, ProjectTotals, Register
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.as_of import business_date, casefile_as_of
from haicang_desk.model.documents.context import seal_of
from haicang_desk.model.documents.form_parts import ratio
from haicang_desk.model.documents.reports.late_entries import LateEntry, late_entries
from haicang_desk.model.documents.reports.project_pace import Pace, pace_of
from haicang_desk.model.documents.survey_results import survey_result
from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.records import Inspection, Link, QuarterLine, QuarterReport, Record, Stage, Street
from haicang_desk.model.services import Workspace, findings_of, reference_tables_of
from haicang_desk.model.values import Money, Refused, quarter_span

NAMES = ("一", "二", "三", "四")
FINISHED = (ProgressEvent.COMPLETE, ProgressEvent.ACCEPT, ProgressEvent.CLOSE, ProgressEvent.TERMINATE)
GROUPS: Mapping[str, tuple[Stage, ...]] = {  # how far projects are, as the report groups them
    "未启动": (Stage.SUBMITTED, Stage.APPROVED, Stage.LODGED, Stage.APPOINTED),
    "实施中": (Stage.UNDERWAY,),
    "完工": (Stage.COMPLETED,),
    "办结": (Stage.CLOSED,),
    "终止": (Stage.TERMINATED,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterSums:
    """The figures of one village or of the street: the balance now and a quarter ago, and the progress of projects."""

    now: Balance
    before: Balance
    groups: Mapping[str, int]
    overdue: int
    heard: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLine:
    """One project of the report, as it stood on the last day."""

    case: Casefile
    pace: Pace
    upto: date

    @property
    def days(self) -> int | None:
        """From the first suggestion called for to the end of the work, or until now. 一¶2. 条文：C017"""
        begun = min((each.told_on for each in self.case.suggestions if each.told_on), default=None)
        done = self.case.first(*FINISHED)
        return ((done.happened_on if done and done.happened_on else self.upto) - begun).days if begun else None

    @property
    def percent(self) -> int | None:
        """The last percentage of progress recorded."""
        return next((step.percent for step in reversed(self.case.progress) if step.percent is not None), None)

    @property
    def problem(self) -> str:
        """The account of the last progress report, for a project that is late."""
        last = next((step for step in reversed(self.case.progress) if step.event is ProgressEvent.PROGRESS), None)
        return str(last.account) if last and self.pace.late else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterlyFigures:
    """All figures of the report. ``upto`` is the last business day that counts."""

    street: Street
    year: int
    quarter: int
    upto: date
    whole: QuarterSums
    villages: tuple[QuarterSums, ...]
    projects: tuple[ProjectLine, ...]
    findings: tuple[Finding, ...]
    late: tuple[LateEntry, ...]
    late_note: str
    policy: Policy
    today: date
    seal: str = ""
    settled: bool = False  # 定稿

    @property
    def called(self) -> str:
        """2018年第二季度."""
        return f"{self.year}年第{NAMES[self.quarter - 1]}季度"

    @property
    def overdue(self) -> list[ProjectLine]:
        """The projects that are 慢序时."""
        return [line for line in self.projects if line.pace.late]

    @property
    def due_next(self) -> list[ProjectLine]:
        """Projects not completed whose deadline is in the next quarter."""
        last = quarter_span(*_next(self.year, self.quarter))[1]
        return [p for p in self.projects if p.pace.open_on and self.upto < p.pace.open_on <= last]


def quarter_figures(ws: Workspace, year: int, quarter: int, as_of: date) -> QuarterlyFigures:
    """The figures of a quarter of a fund year; for a quarter that is not over, as of ``as_of``.

    Raises Refused for no such quarter.
    """
    if quarter not in (1, 2, 3, 4):
        raise Refused(f"没有第 {quarter} 季度，季度应为 1 至 4")
    first, last = quarter_span(year, quarter)
    upto, cases = min(last, as_of), tuple(ws.casefiles(year))
    cuts = [casefile_as_of(case, upto) for case in cases]
    register, standing = ws.register(year), reference_tables_of(ws, year)
    now, before = (
        register_of(register, cuts),
        register_of(register, [casefile_as_of(case, first - timedelta(1)) for case in cases]),
    )
    counted = [case for case in cuts if ProjectTotals.of(case, search="").counts]
    lines = tuple(
        ProjectLine(case=case, pace=pace_of(case, ws.policy(year), upto, standing), upto=upto) for case in counted
    )
    late, note = late_entries(ws, cases, year, quarter)
    return QuarterlyFigures(
        street=ws.street,
        year=year,
        quarter=quarter,
        upto=upto,
        whole=_sums(now.street, before.street, lines),
        villages=tuple(
            _sums(balance, before.villages[village], [p for p in lines if p.case.village.id == village])
            for village, balance in now.villages.items()
        ),
        projects=lines,
        findings=findings_as_of(ws, cuts, now, upto),
        late=late,
        late_note=note,
        policy=ws.policy(year),
        today=as_of,
        seal=seal_of(ws, cases),
        settled=bool(ws.all(QuarterReport, year=year, quarter=quarter)),
    )


def _next(year: int, quarter: int) -> tuple[int, int]:
    return (year, quarter + 1) if quarter < 4 else (year + 1, 1)


def register_of(register: Register, cases: Iterable[Casefile]) -> Register:
    """The register computed from these casefiles alone."""
    villages = {village: Balance(name=b.name, quota=b.quota) for village, b in register.villages.items()}
    empty = replace(register, villages=villages, street=Balance(name=register.street.name, quota=register.street.quota))
    for case in cases:
        empty = empty.moved(None, ProjectTotals.of(case, search=""))
    return empty


def _sums(now: Balance, before: Balance, lines: Iterable[ProjectLine]) -> QuarterSums:
    lines = tuple(lines)
    stages = Counter(line.case.stage for line in lines)
    groups = {name: sum(stages[stage] for stage in of) for name, of in GROUPS.items()}
    return QuarterSums(
        now=now,
        before=before,
        groups=groups,
        overdue=sum(line.pace.late for line in lines),
        heard=participation_count(lines),
    )


def participation_count(lines: Iterable[ProjectLine]) -> int:
    """参与人次: suggestions, people at meetings, and ballots; those shared by several projects count once. 一¶2.

    条文：C019
    """
    cases = [line.case for line in lines]
    suggestions = {each.id for case in cases for each in case.suggestions}
    meetings = {each.id: each.present or 0 for case in cases for each in case.deliberations}
    ballots = sum(survey_result(case.surveys).ballots for case in cases)
    return len(suggestions) + sum(meetings.values()) + ballots


def last_quarter(year: int, as_of: date) -> int:
    """The newest quarter of a year that has ended by ``as_of``; before any has, the first."""
    ended = [quarter for quarter in (1, 2, 3, 4) if quarter_span(year, quarter)[1] <= as_of]
    return max(ended, default=1)


SHOWN = {"total": "总资金", "approved_special": "核定专项", "social": "社会投入", "disbursed": "已拨付"}


def ten_thousands(money: Money) -> Decimal:
    """The sum in 万元 with two decimals, as it is printed."""
    return Decimal(money.wan.replace(",", ""))


def leverage(balance: Balance) -> str:
    """杠杆率: social money for one yuan of fiscal money. 条文：C144"""
    return ratio(balance.social, balance.total - balance.social)


def rounding_note(report: QuarterlyFigures) -> str:
    """The note on 尾差: for each column the rounded total less the sum of the rounded rows."""
    gap_of = {}
    for name, title in SHOWN.items():
        rows = sum((ten_thousands(getattr(village.now, name)) for village in report.villages), Decimal(0))
        if gap := ten_thousands(getattr(report.whole.now, name)) - rows:
            gap_of[title] = gap
    if not gap_of:
        return "注：金额先以分为单位合计，再四舍五入到两位小数。"
    gaps = "、".join(f"{title} {gap:+} 万元" for title, gap in gap_of.items())
    return f"注：金额先以分为单位合计，再四舍五入到两位小数；合计与各行之和的尾差：{gaps}。"


def frozen_records(figures: QuarterlyFigures, on: date) -> list[Record]:
    """The records that settle a quarter (定稿): the report and a line for each project, to be saved in one change."""
    year, quarter, whole = figures.year, figures.quarter, figures.whole.now
    lines = [
        QuarterLine(
            year=year,
            quarter=quarter,
            project=Link(line.case.project.id),
            stage=line.case.stage.label,
            percent=line.percent,
            approved=line.case.approved.scheme if line.case.approved else Money(0),
            disbursed=line.case.disbursed,
        )
        for line in figures.projects
    ]
    report = QuarterReport(
        year=year,
        quarter=quarter,
        frozen_on=on,
        projects=whole.projects,
        approved=whole.approved_special,
        disbursed=whole.disbursed,
    )
    return [report, *lines]


def findings_as_of(ws: Workspace, cases: Sequence[Casefile], register: Register, on: date) -> tuple[Finding, ...]:
    """The findings of every rule, on casefiles as of that day and their register."""
    inspections = tuple(each for each in ws.all(Inspection) if (business_date(each) or date.min) <= on)
    return tuple(findings_of(ws, cases, register, on, records={Inspection: inspections}))
