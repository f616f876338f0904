"""The records of the office, each declared once. ``RECORDS`` lists them in the order of the ledger workbook."""

from __future__ import annotations

from haicang_desk.model.records.approval import Alteration, Approval, Filing, Waiver
from haicang_desk.model.records.closeout import Award, Maintenance, Review, Settlement, Survey
from haicang_desk.model.records.delivery import (
    Advance,
    Appointment,
    Bid,
    Disbursement,
    Guidance,
    Participation,
    Progress,
    Refund,
    Spending,
    Supervision,
)
from haicang_desk.model.records.evidence import Attachment, Inspection, Issue, Original, Publicity
from haicang_desk.model.records.fields import Record
from haicang_desk.model.records.office import (
    Expert,
    Holiday,
    LabourPrice,
    Member,
    ProcurementLimit,
    PublicProject,
    QuarterLine,
    QuarterReport,
    Regulation,
    Street,
    StreetQuota,
    Village,
    YearPlan,
)
from haicang_desk.model.records.planning import Deliberation, Notice, Opinion, Suggestion
from haicang_desk.model.records.project import BudgetLine, Project

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
    Regulation,
    PublicProject,
    LabourPrice,
    ProcurementLimit,
    Holiday,
)
KEPT: tuple[type[Record], ...] = (Original, Issue)  # in the store, and in no workbook
