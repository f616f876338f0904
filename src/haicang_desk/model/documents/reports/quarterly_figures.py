"""The figures of the quarterly report, computed from the casefiles as of the quarter's last day. 四(二)¶2, R26, R31.

Letter and workbook both read a :class:`Quarterly`; nothing is summed or rounded anywhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from haicang_desk.model.balances import Balance, ProjectTotals, Register
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.as_of import business_date, casefile_as_of
from haicang_desk.model.documents.context import seal_of
from haicang_desk.model.documents.form_parts import ratio
from haicang_desk.model.documents.reports.late_entries import LateEntry, late_entries
from haicang_desk.model.documents.reports.other_years import cases_of_other_years
from haicang_desk.model.documents.reports.project_pace import Pace, pace_of
from haicang_desk.model.documents.survey_results import survey_result
from haicang_desk.model.findings import Finding
from haicang_desk.model.policy import Policy, ReferenceTables
from haicang_desk.model.records import (
    Disbursement,
    Inspection,
    Link,
    QuarterLine,
    QuarterReport,
    Record,
    Refund,
    Stage,
    Street,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.services import Workspace, findings_of, findings_on_projects, reference_tables_of
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
class Movement:
    """One payment to a village, or one refund by it, with its business date in the quarter."""

    case: Casefile
    record: Disbursement | Refund

    @property
    def on(self) -> date:
        """The business date, which decides the quarter."""
        return movement_date(self.record) or date.min

    @property
    def is_refund(self) -> bool:
        """Whether money came back."""
        return isinstance(self.record, Refund)


def movement_date(record: Disbursement | Refund) -> date | None:
    """The business date of a payment or a refund."""
    return record.paid_on if isinstance(record, Disbursement) else record.returned_on


def movements_of(case: Casefile, first: date, last: date) -> list[Movement]:
    """The payments and refunds of a project from ``first`` to ``last``, payments first."""
    records: tuple[Disbursement | Refund, ...] = (*case.disbursements, *case.refunds)
    return [Movement(case=case, record=each) for each in records if first <= (movement_date(each) or date.min) <= last]


def paid_in(movements: Iterable[Movement]) -> Money:
    """What was paid, without what came back."""
    return sum((each.record.amount for each in movements if not each.is_refund), Money(0))


def returned_in(movements: Iterable[Movement]) -> Money:
    """What came back."""
    return sum((each.record.amount for each in movements if each.is_refund), Money(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLine:
    """One project of the report, as it stood on the last day; ``movements`` are those of the quarter."""

    case: Casefile
    pace: Pace
    upto: date
    movements: tuple[Movement, ...] = ()

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
    """All figures of the report. ``upto`` is the last business day that counts.

    ``projects`` and the sums are of the projects of the fund year. ``carried`` are projects of other fund years: those
    of earlier ones that were not done with when the quarter began (上年结转), and any that was paid or paid back in it.
    ``movements`` are all payments and refunds of the quarter, whatever the fund year and stage of their project: each
    stands in exactly one quarter, that of its business date. ``written_on`` is the day of 定稿.
    """

    street: Street
    year: int
    quarter: int
    upto: date
    whole: QuarterSums
    villages: tuple[QuarterSums, ...]
    projects: tuple[ProjectLine, ...]
    carried: tuple[ProjectLine, ...]
    movements: tuple[Movement, ...]
    findings: tuple[Finding, ...]
    late: tuple[LateEntry, ...]
    late_note: str
    policy: Policy
    today: date
    seal: str = ""
    settled: bool = False  # 定稿
    written_on: date | None = None
    places: Mapping[str, str] = field(default_factory=dict)  # village of every project of the year, by its id

    @property
    def called(self) -> str:
        """2018年第二季度."""
        return f"{self.year}年第{NAMES[self.quarter - 1]}季度"

    @property
    def overdue(self) -> list[ProjectLine]:
        """The projects that are 慢序时, those carried over last."""
        return [line for line in (*self.projects, *self.carried) if line.pace.late]

    @property
    def due_next(self) -> list[ProjectLine]:
        """Projects not completed whose deadline is in the next quarter."""
        last = quarter_span(*_next(self.year, self.quarter))[1]
        lines = (*self.projects, *self.carried)
        return [p for p in lines if p.pace.open_on and self.upto < p.pace.open_on <= last]

    @property
    def carried_title(self) -> str:
        """What the projects of other fund years are called."""
        later = any(line.case.project.fund_year > self.year for line in self.carried)
        return "上年结转和其他年度项目" if later else "上年结转项目"


def quarter_figures(ws: Workspace, year: int, quarter: int, as_of: date) -> QuarterlyFigures:
    """The figures of a quarter of a fund year; for a quarter that is not over, as of ``as_of``.

    Raises Refused for no such quarter.
    """
    if quarter not in (1, 2, 3, 4):
        raise Refused(f"没有第 {quarter} 季度，季度应为 1 至 4")
    first, last = quarter_span(year, quarter)
    upto, cases = min(last, as_of), tuple(ws.casefiles(year))
    cuts = [casefile_as_of(case, upto) for case in cases]
    others = cases_of_other_years(ws, year, first, upto)
    register = ws.register(year)
    now, before = (
        register_of(register, cuts),
        register_of(register, [casefile_as_of(case, first - timedelta(1)) for case in cases]),
    )
    counted = [case for case in cuts if ProjectTotals.of(case, search="").counts]
    lines = tuple(_lines(ws, counted, first, upto))
    cut_others = [casefile_as_of(case, upto) for case in others]
    carried = tuple(_lines(ws, cut_others, first, upto))
    late, note = late_entries(ws, year, quarter, cases)
    frozen = ws.all(QuarterReport, year=year, quarter=quarter)
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
        carried=carried,
        movements=_by_day(each for case in (*cuts, *cut_others) for each in movements_of(case, first, upto)),
        findings=(
            *findings_as_of(ws, cuts, now, upto),
            *_findings_on_carried(ws, cut_others, upto),
        ),
        late=late,
        late_note=note,
        policy=ws.policy(year),
        today=as_of,
        seal=seal_of(ws, (*cases, *others)),
        settled=bool(frozen),
        written_on=frozen[-1].frozen_on if frozen else None,
        places={case.project.id: case.village.name for case in (*cases, *others)},
    )


def _lines(ws: Workspace, cases: Iterable[Casefile], first: date, upto: date) -> Iterator[ProjectLine]:
    standing: dict[int, ReferenceTables] = {}
    for case in cases:
        year = case.project.fund_year
        if year not in standing:
            standing[year] = reference_tables_of(ws, year)
        yield ProjectLine(
            case=case,
            pace=pace_of(case, ws.policy(year), upto, standing[year]),
            upto=upto,
            movements=tuple(movements_of(case, first, upto)),
        )


def _by_day(movements: Iterable[Movement]) -> tuple[Movement, ...]:
    """Payments and refunds in the order of their days."""
    return tuple(sorted(movements, key=lambda each: (each.on, each.is_refund, each.record.id)))


def _findings_on_carried(ws: Workspace, cases: Iterable[Casefile], upto: date) -> Iterator[Finding]:
    for year, of_year in groupby(cases, key=lambda case: case.project.fund_year):
        yield from findings_on_projects(ws, of_year, year, upto)


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
    gaps = "、".join(f"{title}{'多' if gap > 0 else '少'} {abs(gap)} 万元" for title, gap in gap_of.items())
    return f"注：金额先以分为单位合计，再四舍五入到两位小数；因此合计比各行之和：{gaps}。"


def frozen_records(figures: QuarterlyFigures, on: date) -> list[Record]:
    """The records that settle a quarter (定稿): the report and a line for each project, to be saved in one change.

    Projects that do not count but were paid in the quarter have a line too.
    """
    year, quarter, whole = figures.year, figures.quarter, figures.whole.now
    told = {line.case.project.id: line for line in (*figures.projects, *figures.carried)}
    paid = [ProjectLine(case=each.case, pace=Pace(), upto=figures.upto) for each in figures.movements]
    lines_of = {**{line.case.project.id: line for line in paid}, **told}
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
        for line in lines_of.values()
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
