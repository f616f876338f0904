"""季度进展情况报告 as a file: the letter, issued once its quarter is settled, or the workbook. 四(二)¶2, R26."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from haicang_desk.model.documents.batches import Issued
from haicang_desk.model.documents.issuing import Hand, keep_issued, prepare
from haicang_desk.model.documents.reports.quarterly_figures import quarter_figures
from haicang_desk.model.documents.reports.quarterly_report import NAME, as_workbook
from haicang_desk.model.services import Workspace
from haicang_desk.model.values import Refused
from haicang_desk.platform import make_folder, write_atomically


def letter_of(ws: Workspace, year: int, quarter: int, as_of: date) -> Issued:
    """The letter of a quarter as it was issued, or as it would be; also of a quarter without projects. Nothing is kept.

    Raises Refused for no such quarter, and for a text that cannot be printed.
    """
    batch = prepare(ws, NAME, year=year, quarter=quarter, as_of=as_of)
    (letter,) = replace(batch, orders=tuple(replace(order, unavailable_reason="") for order in batch.orders)).made()
    return letter


def report(
    ws: Workspace, year: int, quarter: int, out: Path, as_of: date, *, hand: Hand | None = None
) -> Issued | None:
    """Write the report of a quarter: a letter where ``out`` ends in .pdf, a workbook where it ends in .xlsx.

    The letter of a settled quarter is kept in the store before it is written, and is those bytes ever after; it is
    given back. Raises Refused for another ending or no such quarter, NotWritten where the file cannot be written.
    """
    ending, hand = out.suffix.lower(), hand or Hand()
    if ending not in (".pdf", ".xlsx"):
        raise Refused(f"“{out.name}”的结尾应为 .pdf 或 .xlsx")
    if ending == ".xlsx":
        write_atomically(out, as_workbook(quarter_figures(ws, year, quarter, as_of)))
        return None
    letter = letter_of(ws, year, quarter, as_of)
    make_folder(out.parent)
    keep_issued(ws, [letter], person=hand.person, reason=hand.reason)
    write_atomically(out, letter.pdf)
    return letter
