"""Documents: every form, notice, letter and report of the office, as PDF, DOCX or workbook.

Screens and commands import the names listed here and no module of the package.
"""

from haicang_desk.model.documents.availability import (
    Availability,
    PrintCounts,
    PrintStatus,
    availability_of,
    availability_of_others,
    availability_of_projects,
)
from haicang_desk.model.documents.batches import (
    DocumentFormat,
    PrintBatch,
    PrintedDocument,
)
from haicang_desk.model.documents.catalogue import (
    DOCUMENTS,
)
from haicang_desk.model.documents.context import (
    OriginalsReader,
)
from haicang_desk.model.documents.issuing import (
    Issuer,
    PrintRequest,
    QuarterlyPreview,
    prepare,
    preview_documents,
    print_to,
    quarterly_letter_of,
    quarterly_preview_of,
    quarterly_workbook_of,
    refuse_targets,
    save_issued,
    with_dossier_numbers,
    write_document,
    write_quarterly_letter,
    write_quarterly_report,
)
from haicang_desk.model.documents.privacy import (
    Question,
)
from haicang_desk.model.documents.registry import (
    DocumentType,
)
from haicang_desk.model.documents.reports.quarterly_figures import (
    QuarterlyFigures,
    frozen_records,
    quarter_figures,
)
from haicang_desk.model.documents.reports.quarterly_summary import (
    QuarterlySummary,
)

__all__ = [
    "DOCUMENTS",
    "Availability",
    "DocumentFormat",
    "DocumentType",
    "Issuer",
    "OriginalsReader",
    "PrintBatch",
    "PrintCounts",
    "PrintRequest",
    "PrintStatus",
    "PrintedDocument",
    "QuarterlyFigures",
    "QuarterlyPreview",
    "QuarterlySummary",
    "Question",
    "availability_of",
    "availability_of_others",
    "availability_of_projects",
    "frozen_records",
    "prepare",
    "preview_documents",
    "print_to",
    "quarter_figures",
    "quarterly_letter_of",
    "quarterly_preview_of",
    "quarterly_workbook_of",
    "refuse_targets",
    "save_issued",
    "with_dossier_numbers",
    "write_document",
    "write_quarterly_letter",
    "write_quarterly_report",
]
