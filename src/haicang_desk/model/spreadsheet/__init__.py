"""Workbooks: reading, planning an import, export of the ledger, the template and the error workbook."""

from haicang_desk.model.spreadsheet.import_plan import (
    ImportPlan,
    RowOutcome,
    RowResult,
    import_plan_of,
    plan_import,
    plan_on,
)
from haicang_desk.model.spreadsheet.read.answers import Answers, Question, QuestionKind
from haicang_desk.model.spreadsheet.read.formats import open_pasted, open_workbook
from haicang_desk.model.spreadsheet.read.interpretation import interpret, mapping_targets, read_workbook
from haicang_desk.model.spreadsheet.read.mapping import TableMapping, Target
from haicang_desk.model.spreadsheet.read.mapping_file import MappingFile, kept_senders, load_mapping, save_mapping
from haicang_desk.model.spreadsheet.read.parsed_workbook import (
    Caution,
    ColumnSum,
    Fault,
    IgnoredColumn,
    ParsedWorkbook,
    ReadingStopped,
    TableReading,
)
from haicang_desk.model.spreadsheet.read.raw_tables import RawWorkbook
from haicang_desk.model.spreadsheet.read.table_columns import Known
from haicang_desk.model.spreadsheet.store_snapshot import StoreSnapshot
from haicang_desk.model.spreadsheet.write.error_workbook import write_error_workbook
from haicang_desk.model.spreadsheet.write.ledger_export import export_ledger
from haicang_desk.model.spreadsheet.write.xlsx_writer import WorkbookWriter, new_workbook, write_table

__all__ = [
    "Answers",
    "Caution",
    "ColumnSum",
    "Fault",
    "IgnoredColumn",
    "ImportPlan",
    "Known",
    "MappingFile",
    "ParsedWorkbook",
    "Question",
    "QuestionKind",
    "RawWorkbook",
    "ReadingStopped",
    "RowOutcome",
    "RowResult",
    "StoreSnapshot",
    "TableMapping",
    "TableReading",
    "Target",
    "WorkbookWriter",
    "export_ledger",
    "import_plan_of",
    "interpret",
    "kept_senders",
    "load_mapping",
    "mapping_targets",
    "new_workbook",
    "open_pasted",
    "open_workbook",
    "plan_import",
    "plan_on",
    "read_workbook",
    "save_mapping",
    "write_error_workbook",
    "write_table",
]
