"""Workbooks: reading, planning an import, export of the ledger, the template and the error workbook."""

from haicang_desk.model.foreign.errors import ReadingStopped
from haicang_desk.model.foreign.sheets.cell_grid import column_letters
from haicang_desk.model.foreign.sheets.source_file import LARGEST_FILE
from haicang_desk.model.spreadsheet.import_plan import (
    ImportPlan,
    RowOutcome,
    RowResult,
    import_plan_of,
    known_of,
    plan_import,
    plan_on,
)
from haicang_desk.model.spreadsheet.import_session import ImportSession, cell_text
from haicang_desk.model.spreadsheet.pasted_rows import BUDGET_WORDS, PastedRows, pasted_rows
from haicang_desk.model.spreadsheet.read.answers import SKIPPED, SPLIT, Answers, Question, QuestionKind, same
from haicang_desk.model.spreadsheet.read.formats import open_pasted, open_standard_input, open_workbook
from haicang_desk.model.spreadsheet.read.interpretation import interpret, mapping_targets, read_workbook
from haicang_desk.model.spreadsheet.read.mapping import NOWHERE, TableMapping, Target, record_of
from haicang_desk.model.spreadsheet.read.mapping_file import MappingFile, kept_senders, load_mapping, save_mapping
from haicang_desk.model.spreadsheet.read.parsed_workbook import (
    Caution,
    ColumnSum,
    Fault,
    IgnoredColumn,
    ParsedWorkbook,
    TableReading,
)
from haicang_desk.model.spreadsheet.read.raw_tables import RawTable, RawWorkbook
from haicang_desk.model.spreadsheet.read.table_columns import Known
from haicang_desk.model.spreadsheet.read.units import FACTORS, factor_of
from haicang_desk.model.spreadsheet.store_snapshot import StoreSnapshot
from haicang_desk.model.spreadsheet.typed_rows import TypedLine, read_budget_line, read_typed
from haicang_desk.model.spreadsheet.village_list import village_names_in
from haicang_desk.model.spreadsheet.write.error_workbook import write_error_workbook
from haicang_desk.model.spreadsheet.write.ledger_export import export_ledger
from haicang_desk.model.spreadsheet.write.xlsx_writer import WorkbookWriter, new_workbook, write_table

__all__ = [
    "BUDGET_WORDS",
    "FACTORS",
    "LARGEST_FILE",
    "NOWHERE",
    "SKIPPED",
    "SPLIT",
    "Answers",
    "Caution",
    "ColumnSum",
    "Fault",
    "IgnoredColumn",
    "ImportPlan",
    "ImportSession",
    "Known",
    "MappingFile",
    "ParsedWorkbook",
    "PastedRows",
    "Question",
    "QuestionKind",
    "RawTable",
    "RawWorkbook",
    "ReadingStopped",
    "RowOutcome",
    "RowResult",
    "StoreSnapshot",
    "TableMapping",
    "TableReading",
    "Target",
    "TypedLine",
    "WorkbookWriter",
    "cell_text",
    "column_letters",
    "export_ledger",
    "factor_of",
    "import_plan_of",
    "interpret",
    "kept_senders",
    "known_of",
    "load_mapping",
    "mapping_targets",
    "new_workbook",
    "open_pasted",
    "open_standard_input",
    "open_workbook",
    "pasted_rows",
    "plan_import",
    "plan_on",
    "read_budget_line",
    "read_typed",
    "read_workbook",
    "record_of",
    "same",
    "save_mapping",
    "village_names_in",
    "write_error_workbook",
    "write_table",
]
