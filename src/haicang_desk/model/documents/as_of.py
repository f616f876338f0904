"""A casefile as of a day by business date: records dated later are left out (R26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from haicang_desk.model.casefile import CHILDREN, Casefile
from haicang_desk.model.records import Approval, Award, Filing, QuarterLine, Record
from haicang_desk.model.values import quarter_span


def business_date(record: Record) -> date | None:
    """Its first date field; of an award, December 1 of its year; of a line of a quarterly report, the quarter's end."""
    if isinstance(record, Award):
        return date(record.fund_year, 12, 1)
    if isinstance(record, QuarterLine):
        return quarter_span(record.year, record.quarter)[1]
    name = next((name for name, field in record.fields.items() if field.kind is date), "")
    return getattr(record, name) if name else None


def casefile_as_of(case: Casefile, day: date) -> Casefile:
    """The casefile at the end of ``day``. The project's own fields have no date and are those of now."""
    records: dict[str, Any] = {
        name: tuple(
            _without_later_answers(record, day)
            for record in getattr(case, name)
            if (business_date(record) or date.min) <= day
        )
        for name in CHILDREN
    }
    project = case.project
    if project.submitted_on is not None and project.submitted_on > day:
        project = replace(project, submitted_on=None)
    return replace(case, project=project, **records)


def _without_later_answers(record: Record, day: date) -> Record:
    """The record without an answer that was given after that day."""
    if isinstance(record, Filing) and record.lodged_on is not None and record.lodged_on > day:
        return replace(record, lodged_on=None, result=None, number="")
    if isinstance(record, Approval) and record.answered_on is not None and record.answered_on > day:
        return replace(record, answered_on=None)
    return record
