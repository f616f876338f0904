"""Printing from the window: the PDF as it is where the system takes it, else its pages drawn one by one.

How a printer was set up is kept for each kind of document by itself: a notice may go to another tray than a form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from haicang_desk.model.values import Cancelled, ProgressCallback
from haicang_desk.platform import LINUX
from haicang_desk.ui.shell.cups import CupsJob, lp_program, ranges_of, send
from haicang_desk.ui.shell.rendering import page_count, pages

FINE = 300  # dots an inch on paper: more makes spool files of hundreds of megabytes
_MOST_COPIES = 999

E = TypeVar("E", bound=Enum)


def print_pages(pdfs: Sequence[bytes], printer: QPrinter, progress: ProgressCallback, cancelled: Cancelled) -> int:
    """Print the pages, or those of the ranges chosen, counted through the whole batch; gives the number printed.

    Where the system takes PDF (CUPS) it gets the files as they are; else each page is drawn in its own size, scaled
    down only where it is larger than the sheet, and centred. With both sides printed, each file begins on a front.
    """
    if (lp := _queue_of(printer)) is not None:
        return _to_queue(pdfs, printer, lp, progress, cancelled)
    return _drawn(pdfs, printer, progress, cancelled)


def chosen_ranges(printer: QPrinter) -> list[tuple[int, int]]:
    """The page ranges chosen for a printer, in order; [] for all pages."""
    ranges = [(each.from_, each.to) for each in printer.pageRanges().toRangeList()]
    if not ranges and printer.fromPage():
        ranges = [(printer.fromPage(), printer.toPage())]
    return ranges


# ---- to a queue that takes PDF


def _queue_of(printer: QPrinter) -> str | None:
    """The program that hands PDF to the queue of a printer; None where the pages are to be drawn."""
    native = printer.outputFormat() is QPrinter.OutputFormat.NativeFormat and not printer.outputFileName()
    return lp_program() if LINUX and native and printer.printerName() else None


def _to_queue(
    pdfs: Sequence[bytes], printer: QPrinter, lp: str, progress: ProgressCallback, cancelled: Cancelled
) -> int:
    chosen, before, sent = chosen_ranges(printer), 0, 0
    for done, pdf in enumerate(pdfs, 1):
        if cancelled():
            break
        count = page_count(pdf)
        if ranges := ranges_of(chosen, before, count):
            send(_job(printer, ranges if chosen else []), pdf, lp)
            sent += sum(last - first + 1 for first, last in ranges)
        before += count
        progress(done, len(pdfs))
    return sent


def _job(printer: QPrinter, ranges: Sequence[tuple[int, int]]) -> CupsJob:
    """What is asked of the queue. Each file is a job of its own, and so begins on a front side."""
    return CupsJob(
        printer=printer.printerName(),
        title=printer.docName() or "文书",
        copies=printer.copyCount(),
        collate=printer.collateCopies(),
        sides=_SIDES.get(printer.duplex(), ""),
        media=printer.pageLayout().pageSize().key(),
        tray=_TRAYS.get(printer.paperSource(), ""),
        ranges=",".join(f"{first}-{last}" if last > first else str(first) for first, last in ranges),
        grey=printer.colorMode() is QPrinter.ColorMode.GrayScale,
    )


_SIDES = {
    QPrinter.DuplexMode.DuplexNone: "one-sided",
    QPrinter.DuplexMode.DuplexLongSide: "two-sided-long-edge",
    QPrinter.DuplexMode.DuplexShortSide: "two-sided-short-edge",
}
_TRAYS = {
    QPrinter.PaperSource.Upper: "Upper",
    QPrinter.PaperSource.Lower: "Lower",
    QPrinter.PaperSource.Middle: "Middle",
    QPrinter.PaperSource.Manual: "Manual",
    QPrinter.PaperSource.LargeCapacity: "LargeCapacity",
}


# ---- drawn page by page


def _drawn(pdfs: Sequence[bytes], printer: QPrinter, progress: ProgressCallback, cancelled: Cancelled) -> int:
    chosen, before, sent = chosen_ranges(printer), 0, 0
    counts = list(map(page_count, pdfs))
    wanted = []
    for pdf, count in zip(pdfs, counts, strict=True):
        numbers = {n for first, last in ranges_of(chosen, before, count) for n in range(first, last + 1)}
        before += count
        if numbers:
            wanted.append((pdf, numbers))
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    files = wanted * copies if printer.collateCopies() else [each for each in wanted for _ in range(copies)]
    total = sum(len(numbers) for _, numbers in files)
    both = printer.duplex() in (QPrinter.DuplexMode.DuplexLongSide, QPrinter.DuplexMode.DuplexShortSide)
    sheet = _Sheet(printer)
    try:
        for at, (pdf, numbers) in enumerate(files):
            if both and at and sheet.pages % 2:
                sheet.turn()  # a blank back, so that the file begins on a front
            for number, picture in enumerate(pages(pdf, sheet.dots, fit=sheet.size), 1):
                if cancelled():
                    return sent
                if number in numbers:
                    sheet.draw(picture)
                    sent += 1
                    progress(sent, total)
                if number == max(numbers):
                    break
    finally:
        sheet.end()
    return sent


class _Sheet:
    """The sheets of a printer, one after the other."""

    def __init__(self, printer: QPrinter) -> None:
        self._printer, self._painter = printer, QPainter()
        self.pages = 0
        self.dots = min(FINE, printer.resolution())
        points = printer.pageLayout().fullRectPoints()
        self.size = (float(min(points.width(), points.height())), float(max(points.width(), points.height())))

    def turn(self, picture: QImage | None = None) -> None:
        """Begin the next sheet, turned as the picture lies."""
        if picture is not None:
            wide = picture.width() > picture.height()
            turned = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
            self._printer.setPageOrientation(turned)
        if self._painter.isActive():
            self._printer.newPage()
        else:
            self._painter.begin(self._printer)
        self.pages += 1

    def draw(self, picture: QImage) -> None:
        """Draw a page in the middle of a sheet of its own."""
        self.turn(picture)
        whole = QRectF(0, 0, self._printer.width(), self._printer.height())
        self._painter.drawImage(centred_on(whole, picture, self._printer.resolution() / self.dots), picture)

    def end(self) -> None:
        """Close the file or job."""
        if self._painter.isActive():
            self._painter.end()


def centred_on(sheet: QRectF, picture: QImage, scale: float) -> QRectF:
    """Where a picture goes: in its own size, smaller only where the sheet is, never stretched."""
    width, height = picture.width() * scale, picture.height() * scale
    by = min(1.0, sheet.width() / width, sheet.height() / height)
    left, top = (sheet.width() - width * by) / 2, (sheet.height() - height * by) / 2
    return QRectF(sheet.left() + left, sheet.top() + top, width * by, height * by)


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
