"""model.spreadsheet"""

from haicang_desk.model.spreadsheet.import_plan import (
    Fate,
    Outcome,
    Plan,
    plan,
    plan_import,
)
from haicang_desk.model.spreadsheet.read.parsed_workbook import (
    Fault,
    ParsedWorkbook,
    Stopped,
)
from haicang_desk.model.spreadsheet.read.workbook_reading import (
    read_book,
    read_pasted,
)
from haicang_desk.model.spreadsheet.write.error_workbook import (
    faulty_workbook,
)
from haicang_desk.model.spreadsheet.write.ledger_export import (
    export_book,
)
from haicang_desk.model.spreadsheet.write.workbook_writing import (
    NewBook,
    write_table,
    writing,
)

__all__ = [
    "Fate",
    "Fault",
    "NewBook",
    "Outcome",
    "ParsedWorkbook",
    "Plan",
    "Stopped",
    "export_book",
    "faulty_workbook",
    "plan",
    "plan_import",
    "read_book",
    "read_pasted",
    "write_table",
    "writing",
]
