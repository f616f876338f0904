"""A casefile as it stood on a day, by business date: what was dated later had not happened (R26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from haicang_desk.model.casefile import CHILDREN, Casefile
from haicang_desk.model.records import Approval, Award, Filing, Record


def business_date(record: Record) -> date | None:
    """A record's own business date: its first field that is a date. The year's awards are judged in its December."""
    if isinstance(record, Award):
        return date(record.fund_year, 12, 1)
    name = next((name for name, said in record.fields.items() if said.kind is date), "")
    return getattr(record, name) if name else None


def casefile_as_of(case: Casefile, day: date) -> Casefile:
    """The casefile at the end of ``day``. Figures of the project itself carry no date and stay as they are."""
    parts: dict[str, Any] = {
        name: tuple(
            _answered(record, day) for record in getattr(case, name) if (business_date(record) or date.min) <= day
        )
        for name in CHILDREN
    }
    project = case.project
    if project.submitted_on is not None and project.submitted_on > day:
        project = replace(project, submitted_on=None)
    return replace(case, project=project, **parts)


def _answered(record: Record, day: date) -> Record:
    """Without the answers that a record got after that day."""
    if isinstance(record, Filing) and record.lodged_on is not None and record.lodged_on > day:
        return replace(record, lodged_on=None, result=None, number="")
    if isinstance(record, Approval) and record.answered_on is not None and record.answered_on > day:
        return replace(record, answered_on=None)
    return record
