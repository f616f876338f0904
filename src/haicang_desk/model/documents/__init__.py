"""Documents: every form, notice, letter and report of the office, as PDF, DOCX or workbook.

This is a front door: screens and commands import the names given here and no module beneath.
"""

from haicang_desk.model.documents.batches import (
    Batch,
    Issued,
)
from haicang_desk.model.documents.catalogue import (
    DOCUMENTS,
)
from haicang_desk.model.documents.context import (
    Reader,
)
from haicang_desk.model.documents.issuing import (
    Asked,
    Hand,
    issue,
    keep_issued,
    letter_of,
    prepare,
    print_to,
    report,
    written,
)
from haicang_desk.model.documents.registry import (
    DocumentType,
)
from haicang_desk.model.documents.reports.quarterly_figures import (
    Quarterly,
    frozen_records,
    quarter_figures,
)

__all__ = [
    "DOCUMENTS",
    "Asked",
    "Batch",
    "DocumentType",
    "Hand",
    "Issued",
    "Quarterly",
    "Reader",
    "frozen_records",
    "issue",
    "keep_issued",
    "letter_of",
    "prepare",
    "print_to",
    "quarter_figures",
    "report",
    "written",
]
