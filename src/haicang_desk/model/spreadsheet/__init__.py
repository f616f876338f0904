"""Workbooks: reading, planning an import, export of the ledger, the template and the error workbook."""

from haicang_desk.model.spreadsheet.import_plan import (
    ImportPlan,
    RowOutcome,
    RowResult,
    import_plan_of,
    plan_import,
    plan_on,
)
from haicang_desk.model.spreadsheet.read.formats import read_pasted, read_workbook
from haicang_desk.model.spreadsheet.read.parsed_workbook import Fault, ParsedWorkbook, ReadingStopped
from haicang_desk.model.spreadsheet.store_snapshot import StoreSnapshot
from haicang_desk.model.spreadsheet.write.error_workbook import write_error_workbook
from haicang_desk.model.spreadsheet.write.ledger_export import export_ledger
from haicang_desk.model.spreadsheet.write.xlsx_writer import WorkbookWriter, new_workbook, write_table

__all__ = [
    "Fault",
    "ImportPlan",
    "ParsedWorkbook",
    "ReadingStopped",
    "RowOutcome",
    "RowResult",
    "StoreSnapshot",
    "WorkbookWriter",
    "export_ledger",
    "import_plan_of",
    "new_workbook",
    "plan_import",
    "plan_on",
    "read_pasted",
    "read_workbook",
    "write_error_workbook",
    "write_table",
]
