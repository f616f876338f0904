"""Pages drawn on the sheets of a printer that takes no PDF: each in its own size, each file beginning on a front."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrinter

from haicang_desk.model.foreign import Wanted
from haicang_desk.model.values import Cancelled, ProgressCallback
from haicang_desk.ui.shell.rendering import INCHES, page_count, pages_wanted

COLOURED = 300  # dots an inch of a page with a colour: 26 MB of an A4
GREY = 600  # of one without, where the printer has as many: 35 MB
_BAND = 512  # lines drawn at once: systems make four bytes of a grey one


@dataclass(frozen=True, slots=True)
class DrawnJob:
    """What is drawn and how. ``copies`` are those that the printer does not make itself.

    ``ranges`` of pages count through the batch, [] for all; ``size``: short and long side of a sheet in points.
    """

    size: tuple[float, float]
    ranges: Sequence[tuple[int, int]] = ()
    copies: int = 1
    collate: bool = True
    both_sides: bool = False
    dots: float = COLOURED
    grey_dots: float = GREY


class Sheets(Protocol):
    """The sides of paper that a printer prints, one after the other."""

    def draw(self, picture: QImage) -> None:
        """Print a page on a side of its own."""

    def leave_blank(self) -> None:
        """Leave a side blank."""

    def end(self) -> None:
        """Close the file or job."""


def ranges_of(chosen: Sequence[tuple[int, int]], before: int, count: int) -> list[tuple[int, int]]:
    """The ranges of pages, counted through a batch, that lie in a file of ``count`` pages with ``before`` pages before
    it, counted in that file. All of it where no range is chosen."""
    if not chosen:
        return [(1, count)]
    parts = [(max(first - before, 1), min(last - before, count)) for first, last in chosen]
    return [(first, last) for first, last in parts if first <= last]


def draw_job(
    pdfs: Sequence[bytes], job: DrawnJob, sheets: Sheets, progress: ProgressCallback, cancelled: Cancelled
) -> int:
    """Draw a batch; gives the number of pages drawn, without blank sides.

    Copies that are collated repeat the batch, others each page, or with both sides printed each leaf of two pages.
    """
    files = _wanted(pdfs, job.ranges)
    times, repeats = (job.copies, 1) if job.collate else (1, job.copies)
    total = job.copies * sum(len(numbers) for _, numbers in files)
    sent = sides = 0
    try:
        for pdf, numbers in files * times:
            wanted = Wanted(job.dots, fit=job.size, grey_dots=job.grey_dots, numbers=numbers)
            with closing(pages_wanted(pdf, wanted)) as pictures:
                at = 0
                for leaf in _leaves(pictures, 2 if job.both_sides and repeats > 1 else 1):
                    for _ in range(repeats):
                        if job.both_sides and at % 2 == 0 and sides % 2:
                            sheets.leave_blank()  # so that it begins on a front
                            sides += 1
                        for picture in leaf:
                            if cancelled():
                                return sent
                            sheets.draw(picture)
                            sent, sides = sent + 1, sides + 1
                            progress(sent, total)
                    at += len(leaf)
    finally:
        sheets.end()
    return sent


def _wanted(pdfs: Sequence[bytes], chosen: Sequence[tuple[int, int]]) -> list[tuple[bytes, list[int]]]:
    """The files with pages to be printed, and the numbers of these."""
    before, found = 0, []
    for pdf in pdfs:
        count = page_count(pdf)
        numbers = {n for first, last in ranges_of(chosen, before, count) for n in range(first, last + 1)}
        before += count
        if numbers:
            found.append((pdf, sorted(numbers)))
    return found


def _leaves(pictures: Iterator[QImage], size: int) -> Iterator[list[QImage]]:
    while leaf := list(islice(pictures, size)):
        yield leaf


class PrinterSheets:
    """The sheets of a QPrinter, turned as their pages lie."""

    def __init__(self, printer: QPrinter) -> None:
        self._printer, self._painter = printer, QPainter()

    def draw(self, picture: QImage) -> None:
        """Draw a page in the middle of a side, in bands, so that no copy of all of it is made."""
        wide = picture.width() > picture.height()
        turned = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
        self._printer.setPageOrientation(turned)
        self.leave_blank()
        whole = QRectF(0, 0, self._printer.width(), self._printer.height())
        dots = picture.dotsPerMeterX() / INCHES
        target = centred_on(whole, picture, self._printer.resolution() / dots)
        by = target.height() / picture.height()
        for top in range(0, picture.height(), _BAND):
            lines = min(_BAND, picture.height() - top)
            upper, lower = round(target.top() + top * by), round(target.top() + (top + lines) * by)
            band = QRectF(target.left(), upper, target.width(), lower - upper)  # ends on whole dots: no seams
            self._painter.drawImage(band, picture, QRectF(0, top, picture.width(), lines))

    def leave_blank(self) -> None:
        """Begin a side."""
        if self._painter.isActive():
            self._printer.newPage()
        else:
            self._painter.begin(self._printer)
            self._painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)

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
