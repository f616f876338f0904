"""Documents: every form, notice, letter and report of the office, as PDF, DOCX or workbook.

This is a front door: screens and commands import the names given here and no module beneath.
"""

from haicang_desk.model.blocks import Size
from haicang_desk.model.documents.batches import Batch, Issued
from haicang_desk.model.documents.catalogue import DocumentType
from haicang_desk.model.documents.everything import DOCUMENTS
from haicang_desk.model.documents.issuing import Asked, Hand, issue, keep_issued, prepare, print_to, written
from haicang_desk.model.documents.originals import Reader
from haicang_desk.model.documents.reporting import letter_of, report
from haicang_desk.model.documents.reports.freezing import frozen_records
from haicang_desk.model.documents.reports.quarter import Quarterly, quarter_figures
from haicang_desk.model.typesetting import write_docx
from haicang_desk.platform import write_whole

__all__ = [
    "DOCUMENTS",
    "Asked",
    "Batch",
    "DocumentType",
    "Hand",
    "Issued",
    "Quarterly",
    "Reader",
    "Size",
    "frozen_records",
    "issue",
    "keep_issued",
    "letter_of",
    "prepare",
    "print_to",
    "quarter_figures",
    "report",
    "write_docx",
    "write_whole",
    "written",
]
