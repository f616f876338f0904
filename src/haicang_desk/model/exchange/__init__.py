"""Exchange: the ledger as a workbook, in and out (contract §2)."""

from pathlib import Path

from haicang_desk.model.exchange.book import Book, Fault, Stopped
from haicang_desk.model.exchange.export import export_book
from haicang_desk.model.exchange.faulty import faulty_workbook
from haicang_desk.model.exchange.importing import Fate, Outcome, Plan, plan, plan_import
from haicang_desk.model.exchange.reading import read_book, read_pasted
from haicang_desk.model.exchange.sheets import NewBook, write_table, writing


def write_template(out: Path) -> Path:
    """Write the blank 申报 workbook that a village fills in. Raises NotWritten; then nothing is left behind."""
    from haicang_desk.model.exchange.template import write  # openpyxl: a third of a start-up, and for this alone

    return write(out)


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
    "write_template",
    "writing",
]
