"""Pages of a PDF as pictures: for the preview, and for the printer, which thus prints the very same pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from PySide6.QtCore import QMarginsF, QRect
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter

from haicang_desk.ui.jobs import Cancelled, Progress

FINE = 300  # dots an inch on paper: more makes spool files of hundreds of megabytes
_POINTS = 72  # of PDF, an inch


def pages(pdf: bytes, dots: float, most: int = 0) -> Iterator[QImage]:
    """The pages of a PDF at so many dots an inch, the first ``most`` of them or all. For one thread at a time."""
    import pypdfium2

    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        count = len(opened)
        for number in range(min(most, count) if most else count):
            yield _picture(opened[number].render(scale=dots / _POINTS))


def page_count(pdf: bytes) -> int:
    import pypdfium2

    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        return len(opened)


def _picture(bitmap: Any) -> QImage:
    shared = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_BGR888)
    return shared.copy()  # the bitmap's memory goes with it


def print_pages(pdfs: Sequence[bytes], printer: QPrinter, progress: Progress, cancelled: Cancelled) -> int:
    """Paint every page onto the printer, each on paper of its own size and turn; gives how many were sent."""
    total, sent = sum(map(page_count, pdfs)), 0
    painter = QPainter()
    try:
        for pdf in pdfs:
            for picture in pages(pdf, min(FINE, printer.resolution())):
                if cancelled():
                    return sent
                _turn(printer, picture)
                if not painter.isActive():
                    painter.begin(printer)
                else:
                    printer.newPage()
                painter.drawImage(QRect(0, 0, printer.width(), printer.height()), picture)
                sent += 1
                progress(sent, total)
    finally:
        if painter.isActive():
            painter.end()
    return sent


def _turn(printer: QPrinter, picture: QImage) -> None:
    wide = picture.width() > picture.height()
    printer.setPageOrientation(QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait)


def ready(printer: QPrinter, *, large: bool) -> QPrinter:
    """A printer set for documents that bring their own margins."""
    printer.setFullPage(True)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A3 if large else QPageSize.PageSizeId.A4))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0))
    return printer
