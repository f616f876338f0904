"""定稿: what a quarterly report said, kept as records, so that the next can tell what was entered since. R26."""

from __future__ import annotations

from datetime import date

from haicang_desk.model.documents.reports.quarter import Quarterly
from haicang_desk.model.records import Link, QuarterLine, QuarterReport, Record
from haicang_desk.model.values import Money


def frozen_records(figures: Quarterly, on: date) -> list[Record]:
    """The report and a line for each of its projects, ready to be kept in one change."""
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
