"""The records of the office, each declared once. ``RECORDS`` lists them in the order of the ledger workbook."""

from __future__ import annotations

from haicang_desk.model.fields import Record
from haicang_desk.model.records.choices import Source
from haicang_desk.model.records.delivery import Appointment, Disbursement, Participation, Progress, Settlement
from haicang_desk.model.records.office import Street, StreetQuota, Village
from haicang_desk.model.records.project import BudgetLine, Project
from haicang_desk.model.records.review import Award, Inspection, Survey
from haicang_desk.model.records.sanction import Approval, Filing, Waiver
from haicang_desk.model.records.seeking import Deliberation, Notice, Opinion, Suggestion

RECORDS: tuple[type[Record], ...] = (
    Street,
    StreetQuota,
    Village,
    Project,
    BudgetLine,
    Suggestion,
    Deliberation,
    Opinion,
    Notice,
    Approval,
    Filing,
    Appointment,
    Participation,
    Progress,
    Disbursement,
    Settlement,
    Survey,
    Inspection,
    Award,
    Waiver,
)

__all__ = [
    "RECORDS",
    "Appointment",
    "Approval",
    "Award",
    "BudgetLine",
    "Deliberation",
    "Disbursement",
    "Filing",
    "Inspection",
    "Notice",
    "Opinion",
    "Participation",
    "Progress",
    "Project",
    "Settlement",
    "Source",
    "Street",
    "StreetQuota",
    "Suggestion",
    "Survey",
    "Village",
    "Waiver",
]
