"""Pages of a PDF as pictures: for the preview, and for the printer, which thus prints the very same pages.

How a printer was set up is kept for each kind of document by itself: a notice may go to another tray than a form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

from PySide6.QtCore import QMarginsF, QRect
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from haicang_desk.model.values import Cancelled, ProgressCallback
from haicang_desk.ui.shell.rendering import page_count, pages

FINE = 300  # dots an inch on paper: more makes spool files of hundreds of megabytes
_MOST_COPIES = 999

E = TypeVar("E", bound=Enum)


def print_pages(pdfs: Sequence[bytes], printer: QPrinter, progress: ProgressCallback, cancelled: Cancelled) -> int:
    """Print the pages, each on paper of its size and orientation; gives the number printed.

    Prints all, or the page range chosen for the printer, counted through the whole batch.
    """
    total, sent = sum(map(page_count, pdfs)), 0
    first, last = printer.fromPage() or 1, printer.toPage() or total
    painter = QPainter()
    try:
        for picture in _range(pdfs, min(FINE, printer.resolution()), first, last):
            if cancelled():
                return sent
            _turn(printer, picture)
            if not painter.isActive():
                painter.begin(printer)
            else:
                printer.newPage()
            painter.drawImage(QRect(0, 0, printer.width(), printer.height()), picture)
            sent += 1
            progress(sent, min(last, total) - first + 1)
    finally:
        if painter.isActive():
            painter.end()
    return sent


def _range(pdfs: Sequence[bytes], dots: float, first: int, last: int) -> Iterator[QImage]:
    before = 0
    for pdf in pdfs:
        for number, picture in enumerate(pages(pdf, dots), before + 1):
            if number > last:
                return
            if number >= first:
                yield picture
        before += page_count(pdf)


def _turn(printer: QPrinter, picture: QImage) -> None:
    wide = picture.width() > picture.height()
    printer.setPageOrientation(QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait)


def set_up_paper(printer: QPrinter, *, large: bool) -> QPrinter:
    """Set a printer up for documents that bring their own margins."""
    printer.setFullPage(True)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A3 if large else QPageSize.PageSizeId.A4))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0))
    return printer


def printer_settings(printer: QPrinter) -> dict[str, Any]:
    """The settings of a printer, to be remembered."""
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
