"""The tables annexed to the quarterly report: the sums of every village, and the projects of other fund years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from haicang_desk.model.balances import Balance
from haicang_desk.model.blocks import Block, Grid, GridRow, Note, amount, centred, label, row, value
from haicang_desk.model.documents.form_parts import percent
from haicang_desk.model.documents.letters.quarterly_progress import released_text
from haicang_desk.model.documents.reports.quarterly_figures import (
    GROUPS,
    QuarterlyFigures,
    QuarterSums,
    paid_in,
    returned_in,
    rounding_note,
)
from haicang_desk.model.records import Project
from haicang_desk.model.values import Money

_CARRIED_WEIGHTS = (0, 1, 0, 3, 1, 0, 0, 0, 0)


def village_table(report: QuarterlyFigures) -> Iterator[Block]:
    """汇总表: a line for each village that has projects or money, and the sums."""
    groups = tuple(name for name in GROUPS if name != "终止" or report.whole.groups[name])
    heads = (
        row(
            label("村居", rows=2),
            label("项目数", columns=2),
            label("资金", columns=5),
            label("进度", columns=len(groups) + 1),
        ),
        row(
            *map(label, ("合计", "服务\n类")),
            *map(label, ("总资金", "核定\n专项", "社会\n投入", "已拨付", "拨付率")),
            *(label(_two_lines(name)) for name in (*groups, "慢序时")),
        ),
    )
    rows = (*heads, *(_line(each, groups) for each in report.villages), _line(report.whole, groups, title="合计"))
    weights = (4, 1, 1, *(0,) * 5, *(1,) * (len(groups) + 1))
    yield Grid(rows, weights, heading=2, size=9, unit="单位：个、万元", by_content=True)
    less = released_text(report.projects)
    yield Note(rounding_note(report) + (f"{less}，总资金不含少用的部分，核定专项仍按核定数。" if less else ""))


def _two_lines(name: str) -> str:
    """A heading of three characters on two lines, so that a column of counts is narrow."""
    return f"{name[:2]}\n{name[2:]}" if len(name) > 2 else name


def _line(sums: QuarterSums, groups: Sequence[str], title: str = "") -> GridRow:
    now: Balance = sums.now
    return row(
        label(title) if title else value(now.name),
        *(centred(str(count)) for count in (now.projects, now.service_projects)),
        *(amount(money.wan) for money in (now.total, now.approved_special, now.social, now.disbursed)),
        amount(percent(now.disbursed, now.approved_special) if now.approved_special else ""),
        *(centred(str(sums.groups[name])) for name in groups),
        centred(str(sums.overdue)),
    )


def carried_table(report: QuarterlyFigures) -> Iterator[Block]:
    """The projects of other fund years, a line each, and their sums."""
    rows = [
        row(
            *map(label, (Project.fields["fund_year"].label, "村居", "项目编号", "项目名称")),
            *map(label, ("办理阶段", "核定专项", "累计拨付", "本季拨付", "本季退款")),
        )
    ]
    sums = [Money(0)] * 4
    for line in report.carried:
        case = line.case
        approved = case.approved.scheme if case.approved else Money(0)
        moneys = (approved, case.disbursed, paid_in(line.movements), returned_in(line.movements))
        sums = [Money(one + other) for one, other in zip(sums, moneys, strict=True)]
        rows.append(
            row(
                centred(str(case.project.fund_year)),
                value(case.village.name),
                centred(case.project.code),
                value(case.project.title),
                centred(case.stage.label + ("　慢序时" if line.pace.late else "")),
                *(amount(money.wan) for money in moneys),
            )
        )
    rows.append(row(label("合计", columns=5), *(amount(money.wan) for money in sums)))
    yield Grid(tuple(rows), _CARRIED_WEIGHTS, heading=1, size=9, unit="单位：万元", by_content=True)
