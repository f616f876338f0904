"""Exchange: the ledger as a workbook, in and out (contract §2)."""

from haicang_desk.model.exchange.book import Book, Fault, Stopped
from haicang_desk.model.exchange.export import export_book
from haicang_desk.model.exchange.faulty import faulty_workbook
from haicang_desk.model.exchange.importing import Fate, Outcome, Plan, plan, plan_import
from haicang_desk.model.exchange.reading import read_book, read_pasted
from haicang_desk.model.exchange.sheets import NewBook, write_table, writing

__all__ = [
    "Book",
    "Fate",
    "Fault",
    "NewBook",
    "Outcome",
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
