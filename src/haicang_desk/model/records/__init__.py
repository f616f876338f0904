"""The records of the office, each declared once. ``RECORDS`` lists them in the order of the ledger workbook."""

from __future__ import annotations

from haicang_desk.model.fields import Record
from haicang_desk.model.records.carrying import (
    Advance,
    Alteration,
    Attachment,
    Bid,
    Guidance,
    Maintenance,
    Refund,
    Spending,
    Supervision,
)
from haicang_desk.model.records.choices import Source
from haicang_desk.model.records.delivery import Appointment, Disbursement, Participation, Progress, Settlement
from haicang_desk.model.records.kept import Issue, Original
from haicang_desk.model.records.office import Street, StreetQuota, Village
from haicang_desk.model.records.project import BudgetLine, Project
from haicang_desk.model.records.reporting import Publicity, QuarterLine, QuarterReport, Review, YearPlan
from haicang_desk.model.records.review import Award, Inspection, Survey
from haicang_desk.model.records.sanction import Approval, Filing, Waiver
from haicang_desk.model.records.seeking import Deliberation, Notice, Opinion, Suggestion
from haicang_desk.model.records.standing import (
    Expert,
    Holiday,
    LabourPrice,
    Member,
    Paper,
    ProcurementLimit,
    PublicProject,
)

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
    Bid,
    Guidance,
    Supervision,
    Spending,
    Refund,
    Advance,
    Alteration,
    Maintenance,
    Attachment,
    Review,
    Publicity,
    QuarterReport,
    QuarterLine,
    YearPlan,
    Expert,
    Member,
    Paper,
    PublicProject,
    LabourPrice,
    ProcurementLimit,
    Holiday,
)
KEPT: tuple[type[Record], ...] = (Original, Issue)  # in the store, and in no workbook

__all__ = [
    "KEPT",
    "RECORDS",
    "Advance",
    "Alteration",
    "Appointment",
    "Approval",
    "Attachment",
    "Award",
    "Bid",
    "BudgetLine",
    "Deliberation",
    "Disbursement",
    "Expert",
    "Filing",
    "Guidance",
    "Holiday",
    "Inspection",
    "Issue",
    "LabourPrice",
    "Maintenance",
    "Member",
    "Notice",
    "Opinion",
    "Original",
    "Paper",
    "Participation",
    "ProcurementLimit",
    "Progress",
    "Project",
    "PublicProject",
    "Publicity",
    "QuarterLine",
    "QuarterReport",
    "Refund",
    "Review",
    "Settlement",
    "Source",
    "Spending",
    "Street",
    "StreetQuota",
    "Suggestion",
    "Supervision",
    "Survey",
    "Village",
    "Waiver",
    "YearPlan",
]
