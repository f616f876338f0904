"""Printing from the window: the PDF as it is where the system takes it, else its pages drawn one by one.

How a printer was set up is kept for each kind of document by itself: a notice may go to another tray than a form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from haicang_desk.model.values import Cancelled, ProgressCallback
from haicang_desk.platform import LINUX
from haicang_desk.ui.shell.cups import QueueJob, lp_program, send
from haicang_desk.ui.shell.page_drawing import COLOURED, GREY, DrawnJob, PrinterSheets, draw_job, ranges_of
from haicang_desk.ui.shell.rendering import page_count

_MOST_COPIES = 999

E = TypeVar("E", bound=Enum)


def print_pages(
    pdfs: Sequence[bytes], target: QPrinter | QueueJob, progress: ProgressCallback, cancelled: Cancelled
) -> int:
    """Print the pages, or those of the ranges chosen, counted through the whole batch; gives the number printed.

    A queue of CUPS gets the files as they are; on a printer of Qt each page is drawn in its own size, scaled down only
    where it is larger than the sheet, and centred. With both sides printed, each file begins on a front.
    """
    if isinstance(target, QueueJob):
        return _to_queue(pdfs, target, progress, cancelled)
    return draw_job(pdfs, drawn_job(target), PrinterSheets(target), progress, cancelled)


def takes_pdf() -> bool:
    """Whether files go to queues of CUPS as they are."""
    return LINUX and lp_program() is not None


def chosen_ranges(printer: QPrinter) -> list[tuple[int, int]]:
    """The page ranges chosen for a printer, in order; [] for all pages."""
    ranges = [(each.from_, each.to) for each in printer.pageRanges().toRangeList()]
    if not ranges and printer.fromPage():
        ranges = [(printer.fromPage(), printer.toPage())]
    return ranges


def _to_queue(pdfs: Sequence[bytes], job: QueueJob, progress: ProgressCallback, cancelled: Cancelled) -> int:
    before, sent, lp = 0, 0, lp_program() or "lp"
    for done, pdf in enumerate(pdfs, 1):
        if cancelled():
            break
        count = page_count(pdf)
        if ranges := ranges_of(job.chosen, before, count):
            send(job.of_file(ranges if job.chosen else ()), pdf, lp)
            sent += sum(last - first + 1 for first, last in ranges)
        before += count
        progress(done, len(pdfs))
    return sent


# ---- drawn page by page


def drawn_job(printer: QPrinter) -> DrawnJob:
    """What is drawn on a printer that takes no PDF, by what was chosen and what it can do itself."""
    points = printer.pageLayout().fullRectPoints()
    return DrawnJob(
        size=(float(min(points.width(), points.height())), float(max(points.width(), points.height()))),
        ranges=chosen_ranges(printer),
        copies=1 if printer.supportsMultipleCopies() else printer.copyCount(),
        collate=printer.collateCopies(),
        both_sides=printer.duplex() in (QPrinter.DuplexMode.DuplexLongSide, QPrinter.DuplexMode.DuplexShortSide),
        dots=min(COLOURED, printer.resolution()),
        grey_dots=min(GREY, printer.resolution()),
    )


# ---- set up and remembered


def set_up_paper(printer: QPrinter, *, large: bool) -> QPrinter:
    """Set a printer up for documents that bring their own margins."""
    printer.setFullPage(True)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A3 if large else QPageSize.PageSizeId.A4))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0))
    return printer


def printer_settings(printer: QPrinter | QueueJob) -> dict[str, Any]:
    """The settings of a printer, to be remembered."""
    if isinstance(printer, QueueJob):
        return printer.settings
    return {
        "printer": printer.printerName(),
        "copies": printer.copyCount(),
        "tray": printer.paperSource().name,
        "duplex": printer.duplex().name,
        "colour": printer.colorMode().name,
    }


def restore_printer(printer: QPrinter, kept: Any) -> None:
    """Set a printer up as remembered. What no longer exists or cannot be read is skipped."""
    if not isinstance(kept, Mapping):
        return
    if kept.get("printer") in QPrinterInfo.availablePrinterNames():
        printer.setPrinterName(str(kept["printer"]))
    copies = kept.get("copies")
    if isinstance(copies, int) and 1 <= copies <= _MOST_COPIES:
        printer.setCopyCount(copies)
    if (tray := _named(QPrinter.PaperSource, kept.get("tray"))) is not None:
        printer.setPaperSource(tray)
    if (duplex := _named(QPrinter.DuplexMode, kept.get("duplex"))) is not None:
        printer.setDuplex(duplex)
    if (colour := _named(QPrinter.ColorMode, kept.get("colour"))) is not None:
        printer.setColorMode(colour)


def _named(choices: type[E], name: Any) -> E | None:
    return next((choice for choice in choices if choice.name == name), None)
