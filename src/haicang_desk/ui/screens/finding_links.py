"""Where a finding is put right: the field it names, else the kind of record, else the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from haicang_desk.model.findings import Finding
from haicang_desk.model.records import (
    Appointment,
    Approval,
    Attachment,
    Award,
    BudgetLine,
    Disbursement,
    Filing,
    Inspection,
    Maintenance,
    Notice,
    Opinion,
    Participation,
    Progress,
    Record,
    Refund,
    Survey,
    YearPlan,
)

ANSWERED_BY: Mapping[str, type[Record]] = {  # rule -> the record that answers it, where no field of the project does
    "R03": Participation,
    "R09": Participation,
    "R12": Progress,
    "R14": BudgetLine,
    "R15": Notice,
    "R16": Opinion,
    "R17": Filing,
    "R18": Appointment,
    "R19": Disbursement,
    "R20": Maintenance,
    "R21": Notice,
    "R22": Inspection,
    "R23": Inspection,
    "R24": Survey,
    "R25": Award,
    "R26": Disbursement,
    "R28": YearPlan,
    "R29": Refund,
    "R33": Attachment,
    "R34": Approval,
}


def screen_of_finding(found: Finding) -> tuple[str, Any]:
    """The screen, and what it should show, for a finding met outside its project."""
    if found.project_id:
        return "project", found
    if found.scope == "village":
        return "villages", found.subject
    return screen_of_rule(found.rule)


def screen_of_rule(rule: str) -> tuple[str, Any]:
    """The screen, and what it should show, for what a rule asks of the street itself."""
    if rule == "R26":
        return "quarterly", None
    kind = ANSWERED_BY.get(rule)
    return ("villages", None) if kind is None else ("books", kind)
